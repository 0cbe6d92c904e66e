"""What an event stands under: the grant and the delegations its author had stated last before it in the same chain.

Rules kept here
- the last statement before the event in its own chain counts, on its own branch where the chain forked; no clock is asked;
- before any statement the first one of the chain counts, and where the chain states none, the first of the epoch that names it as its own past.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

from xieli_sync.heads import Head, Parents, Types
from xieli_sync.rules_index import TrustIndex


class Stated(NamedTuple):
    """What a chain states at a point: the grant and the delegations, by reference."""

    grant: str | None
    deleg: str | None


class StatedRights(TrustIndex):
    """The trust events of a set, and what each line of its chains stands under.

    Args:
        types: (t, v) -> TypeRule, None for a type this program does not know.
        parents: shape of a chain; asked for forked chains only.
    """

    def __init__(self, types: Types, parents: Callable[[str, str], Parents]) -> None:
        self._parents = parents
        super().__init__(types)

    def _forget(self) -> None:
        super()._forget()
        self._cumulated: dict[tuple[str, str], tuple[list[int], list[Stated]]] = {}
        self._by_branch: dict[tuple[str, str], dict[tuple[int, str], Stated]] = {}

    def _stated(self, head: Head) -> Stated:
        """Grant and delegation referenced last before the event in its own chain; before any, the first one."""
        chain = (head.dev, head.ep)
        if chain in self._frozen:
            if chain not in self._by_branch:
                self._by_branch[chain] = self._state_branches(chain)
            found = self._by_branch[chain].get((head.seq, head.hash))
            if found is not None:
                return found
        seqs, states = self._cumulate(chain)
        at = bisect_left(seqs, head.seq)
        now = states[at - 1] if at else Stated(None, None)
        return now if now.grant is not None else self._first(chain, now)

    def _first(self, chain: tuple[str, str], now: Stated) -> Stated:
        """The first grant a chain states, looked for through the epochs that name it as theirs when it states none itself."""
        met: set[tuple[str, str]] = set()
        queue = [chain]
        while queue:
            here = queue.pop(0)
            if here in met:
                continue
            met.add(here)
            for state in self._cumulate(here)[1]:
                if state.grant is not None:
                    return Stated(state.grant, now.deleg or state.deleg)
            queue.extend((x.dev, x.ep) for x in sorted(self._later.get(here, ()), key=lambda x: (x.hlc, x.ep, x.seq, x.hash)))
        return now

    def _cumulate(self, chain: tuple[str, str]) -> tuple[list[int], list[Stated]]:
        found = self._cumulated.get(chain)
        if found is None:
            heads = sorted(self._statements.get(chain, ()), key=lambda x: (x.seq, x.hash))
            states: list[Stated] = []
            now = Stated(None, None)
            for head in heads:
                now = Stated(head.d.get("grant") or now.grant, head.d.get("deleg") or now.deleg)
                states.append(now)
            found = ([head.seq for head in heads], states)
            self._cumulated[chain] = found
        return found

    def _state_branches(self, chain: tuple[str, str]) -> dict[tuple[int, str], Stated]:
        """What each line of a forked chain stands under: only statements on its own branch count."""
        parents = self._parents(*chain)
        said = {(x.seq, x.hash): x.d for x in self._statements.get(chain, ())}
        after: dict[tuple[int, str], Stated] = {}
        before: dict[tuple[int, str], Stated] = {}
        nothing = Stated(None, None)
        for point in sorted(parents):
            now = after.get((point[0] - 1, parents[point]), nothing)
            before[point] = now if now.grant is not None else self._first(chain, now)
            d = said.get(point, {})
            after[point] = Stated(d.get("grant") or now.grant, d.get("deleg") or now.deleg)
        return before
