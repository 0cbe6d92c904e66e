"""A family to work with, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person, show
from xieli_tui.casework.session import Session
from xieli_tui.store import journal

HEAD_ID = "999999195103070425"
"""A number that fits its check digit, in the region of invented persons."""


@dataclass(frozen=True, slots=True)
class Family:
    """王秀英 75, 李建军 48, 李晓雨 15; one household."""

    id: str
    head: str
    son: str
    child: str


def family(session: Session, head: str = "王秀英", group: str = "2组", category: str = "低保") -> Family:
    """A household of three with a minor."""
    home = add_household(session, AddHousehold(head, {"group": group, "category": category, "phone": "10000002190"}, {"birth": "1951-03-07", "sex": "女"})).id
    son = add_person(session, AddPerson(home, "李建军", "20", {"birth": "1978-05-01"})).id
    child = add_person(session, AddPerson(home, "李晓雨", "孙女", {"birth": "2011-09-10"})).id
    lead = next(one.person for one in show(session, home).members if one.relation == "02")
    return Family(home, lead, son, child)


def count(session: Session) -> int:
    """Lines of the own chain."""
    with session.reading() as tx:
        return journal.head(tx, session.dev, session.ep)[0]
