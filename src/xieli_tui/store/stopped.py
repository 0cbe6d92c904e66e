"""Computers the county stopped (`device.revoked*`), as far as this workspace knows.

Rules kept here
- the county's word alone counts, a valid one that has effect and that nobody annulled;
- a stopped computer is told what concerns it (that it was stopped, what became of its own lines) and nothing about anybody's family: it may be in the
  wrong hands. When the revocation is annulled everything it lacks follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xieli_tui.store import journal, verdict

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.store import Tx

DESKS = ("township", "county")


def standing(tx: Tx, held: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Those of these desk rulings that have effect and that no ruling annulled, as far as is known here."""
    held = list(held)
    if not held:
        return []
    about = [e for e in journal.events_about(tx, [e.ref for e in held]) if e.t == "ruling.annulled" and e.role in DESKS]
    out = set(verdict.not_ok(tx, [*held, *about]))
    annulled = {e.of for e in about if e.ref not in out and (e.role == "county" or e.of.startswith(e.dev))}
    return [e for e in held if e.ref not in out and e.ref not in annulled and verdict.valid(e)]


def revocations(tx: Tx, dev: str) -> list[StoredEvent]:
    """The county's revocations of a device that stand."""
    return standing(tx, journal.load(tx, entity=dev, t="device.revoked", role="county"))


def stopped(tx: Tx, dev: str) -> bool:
    """Whether a device is stopped."""
    return bool(revocations(tx, dev))
