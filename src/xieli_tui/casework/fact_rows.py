"""Questions about many households, read in a few statements: what `facts.question` asks of one family, for a whole village.

Rules kept here
- the same readers and the same pure function make the question (`facts.gather`, `facts.put`), so a village is never asked about otherwise than a family;
- households of one place and area share one table of local parameters, the very object, so the engine reads it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import fact_app, facts
from xieli_tui.store.queries.read import together

if TYPE_CHECKING:
    import datetime as dt

    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

MANY = 40
"""From so many households on everything is read at once; fewer are read one by one."""


def questions(tx: Tx, homes: Sequence[rows.Household], op: str, asof: dt.date) -> Iterator[dict[str, Any]]:
    """One question for each household, in their order. Inside a reading transaction; run it to its end."""
    if len(homes) < MANY:
        yield from _questions(tx, homes, op, asof)
        return
    with together(tx):
        yield from _questions(tx, homes, op, asof)


def _questions(tx: Tx, homes: Sequence[rows.Household], op: str, asof: dt.date) -> Iterator[dict[str, Any]]:
    local: dict[tuple[str, str], dict[str, Any]] = {}
    filed = fact_app.more_of_many(tx, homes, asof)
    for home in homes:
        place = (home.village, str(home.fields.get("area", "")))
        if place not in local:
            local[place] = facts.local(tx, home, asof)
        known = facts.gather(tx, home, asof)
        if home.id in filed:
            known.more.update(filed[home.id])
        yield facts.put(known, op, asof, local=local[place])
