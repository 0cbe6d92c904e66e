"""Which families something was written about since a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def families_since(tx: Tx, ms: int) -> frozenset[str]:
    """Households with a line written at or after `ms` (the clock of its author)."""
    return frozenset(str(row[0]) for row in tx.ask("SELECT DISTINCT household FROM journal WHERE hlc_ms>=? AND household<>''", (ms,)))
