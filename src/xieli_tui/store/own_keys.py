"""The certificates of this device's own keys, from the root down to the key it signs with.

Rules kept here (design 04)
- a laptop's chain is that of its grant and then, key by key, what its own earlier keys certified; a grant that already ends at a later key takes the
  place of the links before it, and one that certifies an older key anew under a higher version goes back to that key (its later ones were lost);
- a desk's is the root's newest word: its own from init, rotation or reopening, or that of its grant, the higher (generation, version) of the two;
- a rotation is receipted when the county signed for the line that says so; until then the key before signs as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from xieli_sync.identity import Cert
from xieli_tui.store import receipts, settings, trust

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

DESK = "desk.certs"
ROTATIONS = "keys.rotations"


@dataclass(frozen=True, slots=True)
class Rotation:
    """One new key: its certificate by the key before it, and the own line that says so."""

    cert: Cert
    ep: str
    seq: int

    @property
    def kid(self) -> str:
        """Signer kid of the new key."""
        return str(self.cert["s"]["kid"])

    @property
    def before(self) -> str:
        """Signer kid of the key that certified it."""
        return str(self.cert["kid"])


def rotations(tx: Tx) -> list[Rotation]:
    """The new keys of this device, in the order they were made."""
    return [Rotation(cast(Cert, cert), str(ep), int(seq)) for cert, ep, seq in settings.get(tx, ROTATIONS) or ()]


def add_rotation(tx: Tx, rotation: Rotation) -> None:
    """Remember a new key."""
    settings.put(tx, ROTATIONS, [*([one.cert, one.ep, one.seq] for one in rotations(tx)), [rotation.cert, rotation.ep, rotation.seq]])


def _rank(chain: list[Cert]) -> tuple[int, int]:
    s = chain[0]["s"] if chain else {}
    return int(s.get("gen", 0)), int(s.get("ver", 0))


def base(tx: Tx) -> list[Cert]:
    """The chain a desk or root gave this device; [] before there is one."""
    granted: Any = (trust.grant(tx) or {}).get("certs") or []
    kept: Any = settings.get(tx, DESK) or []
    newest: list[Cert] = max(cast("list[Cert]", granted), cast("list[Cert]", kept), key=_rank)
    return list(newest)


def chain(tx: Tx, held: Collection[str] | None = None) -> list[Cert]:
    """The own chain; with `held` (signer kids this workspace has) it ends at the last key that is one of them."""
    found = base(tx)
    if not found:
        return []
    for one in rotations(tx):
        above = found[-1]["s"]
        if one.before == above["kid"] and one.cert["s"]["ver"] > above["ver"]:
            found.append(one.cert)
    while held is not None and len(found) > 1 and found[-1]["s"]["kid"] not in held:
        found.pop()
    return found


def highest(tx: Tx) -> int:
    """The highest version any own key was given."""
    return max([int(cert["s"]["ver"]) for cert in chain(tx)[-1:]] + [int(one.cert["s"]["ver"]) for one in rotations(tx)] + [trust.highest(tx, tx.dev)[1]])


def unreceipted(tx: Tx) -> str:
    """Signer kid of the key that still signs besides the newest one, "" when the county signed for the rotation."""
    made, known = rotations(tx), chain(tx)
    if not made or not known or made[-1].kid != known[-1]["s"]["kid"] or made[-1].before not in {cert["s"]["kid"] for cert in known[:-1]}:
        return ""
    last = made[-1]
    return last.before if receipts.county_receipt(tx, tx.dev, last.ep) < last.seq else ""
