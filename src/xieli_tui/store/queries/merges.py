"""Which files are one person's: the components of the merges that stand.

Rules kept here
- edges are undirected; the shown id is the smallest of the component, so nobody has to agree on which file is the real one;
- an annulled merge is not among the rows: the files are two again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from xieli_tui.store.queries.read import kept

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def component(tx: Tx, person: str) -> tuple[str, ...]:
    """Every file of one person, the shown one first; the id alone when nothing is merged."""
    shown = components(tx)
    return together(shown)[shown[person]] if person in shown else (person,)


def together(shown: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """shown id -> every file of that person, in order of ids."""
    out: dict[str, list[str]] = defaultdict(list)
    for person, top in sorted(shown.items()):
        out[top].append(person)
    return {top: tuple(some) for top, some in out.items()}


def components(tx: Tx) -> dict[str, str]:
    """person -> smallest id of its merge component, for persons that are merged."""
    return kept(tx, "components", lambda: _components(tx))


def _components(tx: Tx) -> dict[str, str]:
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        while parent.get(x, x) != x:
            x = parent[x]
        return x

    for a, b in tx.ask("SELECT person, other FROM person_merge"):
        parent.setdefault(a, a)
        parent.setdefault(b, b)
        low, high = sorted((find(a), find(b)))
        parent[high] = low
    return {x: find(x) for x in parent}
