"""Who has which identity number, or would have it, many numbers at a time: a list of a thousand rows is laid beside the people in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from xieli_tui.store.queries.households import _persons
from xieli_tui.store.queries.read import parts, rows
from xieli_tui.store.queries.rows import Person

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def persons_by_id_nos(tx: Tx, numbers: Iterable[str]) -> dict[str, list[Person]]:
    """number -> the files that carry it, usable numbers of known people only; a number nobody has is absent."""
    out: dict[str, list[Person]] = defaultdict(list)
    found = [row for part, marks in parts(numbers) for row in rows(tx, f"SELECT * FROM person WHERE id_no IN ({marks}) AND id_state='ok' AND known=1 ORDER BY person", part)]
    for person in _persons(tx, found) if found else ():
        out[person.id_no].append(person)
    return dict(out)


def numberless_born(tx: Tx, days: Iterable[str]) -> dict[tuple[str, str], list[Person]]:
    """(name, birth) -> known people born on one of these days whose own number is 待补."""
    out: dict[tuple[str, str], list[Person]] = defaultdict(list)
    found = [row for part, marks in parts(days) for row in rows(tx, f"SELECT * FROM person WHERE birth IN ({marks}) AND id_state<>'ok' AND known=1 ORDER BY person", part)]
    for person in _persons(tx, found) if found else ():
        out[person.name, person.birth].append(person)
    return dict(out)
