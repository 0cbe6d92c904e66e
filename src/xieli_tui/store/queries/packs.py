"""Packs and calendars the county sent: which file is in force from when, whether it is all here, and its bytes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.store.queries.read import one, rows

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Install:
    """A file in force under a name from a day. `state` whole | missing | wrong; `kind` "" while no piece came."""

    pack: str
    start: str
    digest: str
    kind: str
    name: str
    state: str
    held: int
    parts: int
    ref: str


def installs(tx: Tx) -> list[Install]:
    """Every ruling that stands, per pack by start, of one start the one made last at the end."""
    found = rows(
        tx,
        "SELECT p.pack, p.start, p.digest, p.ref, b.kind, b.name, b.state, b.held, b.parts FROM pack_install p"
        " LEFT JOIN blob b ON b.county_code=p.county_code AND b.digest=p.digest ORDER BY p.pack, p.start, p.pos",
    )
    return [
        Install(
            row["pack"], row["start"], row["digest"], row["kind"] or "", row["name"] or "", row["state"] or "missing", row["held"] or 0, row["parts"] or 0, row["ref"],
        )
        for row in found
    ]


def blob(tx: Tx, digest: str) -> bytes | None:
    """The bytes of a file that is whole, None for any other."""
    row = one(tx, "SELECT data FROM blob WHERE digest=? AND state='whole'", (digest,))
    return base64.b64decode(row["data"]) if row is not None else None
