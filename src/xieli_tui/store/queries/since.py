"""What was written since a moment: families, and visits, findings, applications and so on.

Rules kept here
- written is what its author wrote since then, and what came here since then, however old it is: a stick that was late belongs to the delta of the day it came;
- what undoes, releases or takes back speaks of what it names, and of what that named in turn; a merge of two files of both families; a ruling about a computer of
  everything that computer wrote, for it may count now or no longer;
- a person's line is about the family he lives in now, besides the one it was written in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.store import journal

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

_SINCE = "(hlc_ms>=? OR arrived_ms>=?)"
_OF_COMPUTER = frozenset({"device.revoked", "fork.frozen", "fork.settled", "gap.accepted", "clock.clamped"})
_MERGED = "person.merged"


def families_since(tx: Tx, ms: int) -> frozenset[str]:
    """Households something was written about at or after `ms`."""
    families, _ = _written(tx, ms)
    lives = tx.ask(f"SELECT DISTINCT household FROM membership WHERE person IN (SELECT entity FROM journal WHERE {_SINCE})", (ms, ms))
    return families | {str(row[0]) for row in lives}


def entities_since(tx: Tx, ms: int) -> frozenset[str]:
    """Visits, findings, applications and so on something was written about at or after `ms`, also to undo what was written before."""
    return _written(tx, ms)[1]


def _written(tx: Tx, ms: int) -> tuple[frozenset[str], frozenset[str]]:
    """(families, entities)."""
    families: set[str] = set()
    entities: set[str] = set()
    merges: set[str] = set()
    computers: set[str] = set()
    named: set[str] = set()
    for t, home, entity, of in tx.ask(f'SELECT DISTINCT t, household, entity, "of" FROM journal WHERE {_SINCE}', (ms, ms)):
        families.add(str(home))
        entities.add(str(entity))
        if of:
            named.add(str(of))
        if t in _OF_COMPUTER:
            computers.add(str(entity))
    merges |= {event.ref for event in journal.since(tx, ms, t=_MERGED)}
    looked: set[str] = set()
    while wanted := named - looked:
        looked |= wanted
        for event in journal.by_refs(tx, wanted).values():
            families.add(event.household)
            entities.add(event.entity)
            if event.of:
                named.add(event.of)
            if event.t in _OF_COMPUTER:
                computers.add(event.entity)
            if event.t == _MERGED:
                merges.add(event.ref)
    for event in journal.by_refs(tx, merges).values():
        for person in (str(event.d["person"]), str(event.d["other"])):
            entities.add(person)
            families |= {str(row[0]) for row in tx.ask("SELECT DISTINCT household FROM membership WHERE person=?", (person,))}
    for dev in computers:
        for home, entity in tx.ask("SELECT DISTINCT household, entity FROM journal WHERE dev=?", (dev,)):
            families.add(str(home))
            entities.add(str(entity))
    return frozenset(families - {""}), frozenset(entities)
