"""Rows of what the county sends in pieces: files put together again, and which pack is in force from when.

Rules kept here
- only the county's pieces are put together: a piece written elsewhere is stored and never used;
- a file is whole when every piece of it is held and the whole has the digest it goes by; else it says what is wrong and gives no bytes;
- a piece sent twice: the later one counts, so a damaged piece is mended by sending it again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from xieli_tui.store.project.base import Place, Rows, Standing, topic
from xieli_tui.store.tables.household import NO_COUNTY


@topic("blob", ("blob.part",), (Place("blob", "digest"),), mentions=False)
def blob(entity: str, found: Sequence[Standing]) -> Rows:
    """One file by its digest."""
    pieces = {s.d["part"]: s for s in found if s.e.role == "county"}
    if not pieces:
        return {}
    last = max(pieces.values(), key=lambda s: s.when)
    total = last.d["of"]
    held = [pieces[n] for n in sorted(pieces) if 1 <= n <= total]  # what is held is counted, never what a piece says there are
    state, data = "missing", ""
    if len(held) == total:
        raw = _joined(held)
        state = "whole" if raw is not None and hashlib.sha256(raw).hexdigest() == entity else "wrong"
        data = base64.b64encode(raw).decode() if raw is not None and state == "whole" else ""
    return {"blob": [(NO_COUNTY, entity, last.d["kind"], last.d["name"], len(held), total, state, data)]}


def _joined(held: Sequence[Standing]) -> bytes | None:
    try:
        return b"".join(base64.b64decode(s.d["data"], validate=True) for s in held)
    except ValueError:  # not base64, or not even ASCII
        return None


@topic("pack", ("pack.installed",), (Place("pack_install", "pack"),), mentions=False)
def pack(entity: str, found: Sequence[Standing]) -> Rows:
    """The rulings about one pack, oldest first."""
    rulings = [s for s in found if s.e.role == "county"]
    return {"pack_install": [(NO_COUNTY, entity, pos, s.d["digest"], s.d["start"], s.e.ref) for pos, s in enumerate(rulings)]} if rulings else {}
