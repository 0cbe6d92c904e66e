"""Questions about many households, read in a few statements: what `facts.question` asks of one family, for a whole village.

Rules kept here
- the same readers and the same pure function make the question (`facts.gather`, `facts.put`), so a village is never asked about otherwise than a family;
- households of one place and area share one table of local parameters, the very object, so the engine reads it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import fact_app, facts
from xieli_tui.store import queries
from xieli_tui.store.queries import matters, registers
from xieli_tui.store.queries.read import together

if TYPE_CHECKING:
    import datetime as dt

    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

TABLES: dict[str, Callable[[Tx], Sequence[Any]]] = {
    "visits": queries.visits, "flags": queries.flags, "changes": queries.changes, "alerts": queries.alerts, "referrals": queries.referrals, "aids": queries.aids,
    "statements": queries.statements, "informed": queries.informed, "services": matters.services, "emergencies": matters.emergencies, "pairs": registers.pairs,
}
"""Lists of `facts.Known` by name, with the query that gives them for everybody."""
MANY = 40
"""From so many households on everything is read at once; fewer are read one by one."""


def questions(tx: Tx, homes: Sequence[rows.Household], op: str, asof: dt.date) -> Iterator[dict[str, Any]]:
    """One question for each household, in their order. Inside a reading transaction; run it to its end."""
    if len(homes) < MANY:
        yield from _questions(tx, homes, op, asof)
        return
    with together(tx):
        yield from _questions(tx, homes, op, asof, _Held(tx, asof))


def _questions(tx: Tx, homes: Sequence[rows.Household], op: str, asof: dt.date, held: _Held | None = None) -> Iterator[dict[str, Any]]:
    local: dict[tuple[str, str], dict[str, Any]] = {}
    filed = fact_app.more_of_many(tx, homes, asof)
    for home in homes:
        place = (home.village, str(home.fields.get("area", "")))
        if place not in local:
            local[place] = facts.local(tx, home, asof)
        known = held.of(home) if held is not None else facts.gather(tx, home, asof)
        if home.id in filed:
            known.more.update(filed[home.id])
        yield facts.put(known, op, asof, local=local[place])


class _Held:
    """What `facts.gather` reads of one family, read of all and dealt out: each table once, in the order its query gives."""

    def __init__(self, tx: Tx, asof: dt.date) -> None:
        self.tx = tx
        self.tables: dict[str, dict[str, list[Any]]] = {name: _dealt(read(tx)) for name, read in TABLES.items()}
        self.groups: dict[str, list[registers.HelpingGroup]] = {}
        self.params = queries.local_params(tx, None, asof.isoformat())

    def of(self, home: rows.Household) -> facts.Known:
        """The same as `facts.gather` gives."""
        if home.village not in self.groups:
            self.groups[home.village] = registers.helping_groups(self.tx, home.village)
        lists: dict[str, Any] = {name: found for name, by_home in self.tables.items() if (found := by_home.get(home.id))}
        return facts.Known(home, queries.members(self.tx, home.id), groups=self.groups[home.village], params=self.params, **lists)


def _dealt(listed: Iterable[Any]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for one in listed:
        out.setdefault(one.household, []).append(one)
    return out
