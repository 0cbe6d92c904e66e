"""救助链 of a family and of each of its people (003:(四), M-39): everything written about them, and on top what was given twice.

Rules kept here
- the family's chain leaves nothing out;
- a person's chain is what names that person, and the aid, the applications and the referrals of the whole family, which are his as well;
- who left keeps a chain; nothing is taken out of it when he goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import overlaps, reads
from xieli_tui.casework.application_card import entry
from xieli_tui.casework.overlaps import Overlap
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import TimelineEntry
from xieli_tui.errors import NotFound
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

OF_ALL = (
    "application.", "decision.", "aid.", "referral.", "advance.", "notice.", "category.", "exit.", "taper.", "review.", "consent.", "commitment.", "kin.", "platform.", "alert.",
    "flag.", "emergency.", "reported.",
)
"""Beginnings of types that concern every member when they name none."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain. `person` "" = the family's; `people`: (id, name) of everybody who has one, those who left last."""

    household: str
    head: str
    person: str
    people: tuple[tuple[str, str], ...]
    entries: tuple[TimelineEntry, ...]
    twice: tuple[Overlap, ...]


def show(session: Session, household: str, person: str = "") -> Chain:
    """The chain of a family, or of one of its people. Raises NotFound("XL-V40", "XL-V41")."""
    with session.reading() as tx:
        home = reads.household(tx, household)
        people = everybody(tx, home.id)
        files = queries.component(tx, person) if person else ()
        if person and not set(files) & set(dict(people)):
            raise NotFound("XL-V41", "这一户里没有这个人", field="person")
        entries = tuple(one for one in map(entry, queries.timeline(tx, home.id)) if not person or any(concerns(one, each) for each in files))
        twice = tuple(one for one in overlaps.view(tx, home, session.today) if not person or one.person in ("", *files))
        return Chain(home.id, home.head_name, person, tuple(people), entries, twice)


def everybody(tx: Tx, household: str) -> list[tuple[str, str]]:
    """(id, name) of the members, then of those who left."""
    here = queries.members(tx, household)
    found = {one.person: one.name for one in here}
    also = {ident for one in here for ident in one.same}
    for one in queries.members(tx, household, ended=True):
        if one.person not in also:
            found.setdefault(one.person, one.name)
    return list(found.items())


def concerns(one: TimelineEntry, person: str) -> bool:
    """Is an entry of the family's chain one of this person's?"""
    return person in one.persons or (not one.persons and one.type.startswith(OF_ALL))
