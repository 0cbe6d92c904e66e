"""Rows about a family: a line of the list, the household, its people, and the claims that differ (rules: `rows`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xieli_tui.store.queries.rows.marks import Rank


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A line of the household list, as screens and commands are given it too (`casework.views.HouseholdRow`)."""

    id: str
    head: str
    group: str
    birth_year: str
    size: int
    category: str
    category_rank: Rank
    id_no: str
    phone: str
    nickname: str
    last_visit: str
    village: str
    initials: str
    known: bool = True
    matched: str = ""
    """What the query met when it was not the head's name: a member's name, an ID tail, a phone tail, a group; "" else."""


@dataclass(frozen=True, slots=True)
class Household:
    """One household: winners of its claims in `fields`, what rulings say of it in `ruled`."""

    id: str
    county_code: str
    village: str
    known: bool
    head: str
    """Person id of the head: claim `head`, else the member with relation "01"/"02" (户主), else ""."""
    head_name: str
    size: int
    category: str
    category_rank: Rank
    category_since: str
    fields: dict[str, Any]
    ruled: dict[str, Any]
    """category, category_since, category_until, exits [{category,on,reason,person}], platform_no; present keys only."""
    opened_on: str
    """Day the opening was written (HLC day, +08:00)."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person's file."""

    id: str
    shown: str
    """Id to show: the smallest of the merge component (the own id when nothing is merged)."""
    known: bool
    household: str
    """Household of the current membership, else the one named when the person was added."""
    village: str
    name: str
    id_no: str
    id_state: str
    birth: str
    sex: str
    phone: str
    initials: str
    category: str
    category_rank: Rank
    fields: dict[str, Any]
    ruled: dict[str, Any]
    same: tuple[str, ...] = ()
    """Ids of the other files that are this person's (merged); () when nothing is merged."""


@dataclass(frozen=True, slots=True)
class Member:
    """A membership with its person."""

    membership: str
    household: str
    person: str
    relation: str
    living: bool
    since: str
    ended: str
    ended_why: str
    known: bool
    name: str
    id_no: str
    id_state: str
    birth: str
    sex: str
    phone: str
    category: str
    category_rank: Rank
    labels: tuple[str, ...]
    away: bool
    in_school: bool | None
    died_on: str
    fields: dict[str, Any]
    ruled: dict[str, Any]
    ref: str
    same: tuple[str, ...] = ()
    """Ids of the other files that are this person's (merged)."""
    twins: tuple[tuple[str, str], ...] = ()
    """(membership, person) of other current memberships of this person in this household: one person is one line."""

    def is_(self, person: str) -> bool:
        """Whether an id means this person, by any of his files."""
        return person == self.person or person in self.same


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a claimed field."""

    ref: str
    value: Any
    role: str
    dev: str
    by: str
    ms: int
    source: str
    proposal: bool
    """A village claim on a field a desk locked: visible, never the value."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with several differing heads, or with proposals beside a locked value; the first head is the one shown."""

    kind: str
    """household or person"""
    entity: str
    household: str
    field: str
    locked: bool
    heads: tuple[Head, ...]
