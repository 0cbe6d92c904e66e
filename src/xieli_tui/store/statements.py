"""What other desks said about events: receipts with their `not_ok` ranges, read as verdicts (design 03 and 04).

Rules kept here
- the last word counts: of the county's receipts that cover an event the one of the highest (gen, issuer epoch, r), of the township's
  likewise: what a desk said before it was put back from a copy stands below what it says now;
- of a forked chain a receipt speaks about the lines of its own branch only; of a chain of this device only one whose head lies in it counts;
- a county computes for itself and listens to nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from xieli_sync.exchange import Statements
from xieli_sync.heads import Verdict
from xieli_tui.store import receipts

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.store import Tx


class Stated:
    """Statements about some chains."""

    def __init__(self, said: Statements, ranges: dict[tuple[str, str], set[tuple[int, int]]]) -> None:
        self._said = said
        self._ranges = ranges

    def ranges(self, dev: str, ep: str) -> set[tuple[int, int]]:
        """Every range of a chain that a statement names."""
        return self._ranges.get((dev, ep), set())

    def of(self, e: StoredEvent) -> tuple[Verdict | None, Verdict | None]:
        """(the county's, the township's) last statement covering this event."""
        place = (e.dev, e.ep, e.seq, e.hash)
        return self._said.says("county", *place), self._said.says("township", *place)


def statements(tx: Tx, chains: Iterable[tuple[str, str]]) -> Stated:
    """Everything said about these chains."""
    said = Statements(lambda dev, ep, seq, head: dev != tx.dev or receipts.holds(tx, dev, ep, seq, head))
    ranges: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    if tx.role != "county":
        for dev, ep in chains:
            for one in receipts.of_chain(tx, dev, ep):
                said.take(one.level, one.gen, one.r, one.receipt, epoch=one.epoch)
                ranges[dev, ep].update((x.first, x.last) for x in one.receipt.not_ok)
    return Stated(said, ranges)
