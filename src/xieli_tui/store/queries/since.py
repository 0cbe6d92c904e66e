"""Which families something was written about since a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.store import journal

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def families_since(tx: Tx, ms: int) -> frozenset[str]:
    """Households with a line written at or after `ms` (the clock of its author)."""
    return frozenset(str(row[0]) for row in tx.ask("SELECT DISTINCT household FROM journal WHERE hlc_ms>=? AND household<>''", (ms,)))


def entities_since(tx: Tx, ms: int) -> frozenset[str]:
    """Visits, findings, applications and so on with a line written at or after `ms`, also one that undid what was written before."""
    found = tx.ask('SELECT DISTINCT entity, "of" FROM journal WHERE hlc_ms>=?', (ms,))
    undone = journal.by_refs(tx, {str(of) for _, of in found if of})
    return frozenset(str(entity) for entity, _ in found) | {event.entity for event in undone.values()}
