"""What 今日 asks of the whole village, each in one statement: it is asked again after every entry, so it must stay small."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xieli_tui.domain.clock import day_of
from xieli_tui.store.queries.read import obj, rows
from xieli_tui.store.queries.rows import Promise

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


class Nameless(NamedTuple):
    """A person whose identity number could not be used."""

    household: str
    person: str
    name: str


_KEPT = (
    "SELECT 1 FROM visit l WHERE l.household=v.household AND l.met<>'none' AND l.on_day>v.on_day"
    " AND l.on_day>=CASE WHEN v.promise_on='' THEN v.on_day ELSE v.promise_on END"
)


def open_promises(tx: Tx) -> list[Promise]:
    """Promises no later visit that met somebody has come back to, on or after the day promised; the nearest day first."""
    found = rows(tx, f"SELECT household, visit, promise, promise_on, on_day FROM visit v WHERE promise<>'' AND NOT EXISTS ({_KEPT}) ORDER BY promise_on, on_day, visit")
    return [Promise(row["household"], row["visit"], row["promise"], row["promise_on"], row["on_day"]) for row in found]


def pending_ids(tx: Tx) -> list[Nameless]:
    """Living members whose identity number waits to be read from the paper (待补)."""
    found = rows(
        tx, "SELECT m.household, p.person, p.name, p.fields FROM person p JOIN membership m ON m.county_code=p.county_code AND m.person=p.person"
        " WHERE p.id_state='pending' AND m.ended='' ORDER BY m.household, m.membership",
    )
    return [Nameless(row["household"], row["person"], row["name"]) for row in found if not obj(row["fields"]).get("died_on")]


def done_on(tx: Tx, day: str) -> int:
    """Entries of a day that took something off the list: visits typed, findings, applications handed over, decisions told."""
    visits = sum(day_of(row["ms"]) == day for row in rows(tx, "SELECT ms FROM visit WHERE on_day>=?", (day,)))
    counted = rows(
        tx, "SELECT (SELECT count(*) FROM flag WHERE on_day=?) + (SELECT count(*) FROM application WHERE handed_over=?)"
        " + (SELECT count(*) FROM decision WHERE told_on=?) AS n", (day, day, day),
    )
    return visits + int(counted[0]["n"])
