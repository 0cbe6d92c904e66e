"""Households and persons: the list, the dossier, and claims about them.

Rules kept here
- a change is a claim that names in `replaces` the claims it saw, in the same transaction; nothing is overwritten (Law 6);
- identity numbers follow GB 11643; one that cannot be trusted is kept as written and marked 待补, never rebuilt;
- read models carry full values; masking is done where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xieli_tui.casework.session import Session
from xieli_tui.casework.views import HouseholdCard, HouseholdRow, Saved, TimelineEntry


@dataclass(frozen=True, slots=True)
class AddHousehold:
    """A household by hand. `fields` as HOUSEHOLD_FIELDS (typed text or values); `head` is added as first person when a name is given."""

    head: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    head_fields: Mapping[str, Any] = field(default_factory=dict)
    village: str | None = None
    source: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class AddPerson:
    """A person of a household: `relation` to the head (GB/T 4761 code), fields as PERSON_FIELDS."""

    household: str
    name: str
    relation: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    on: str | None = None
    living: bool = True
    living_reason: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class EndMembership:
    """A person leaves a household: `why` is death | moved_out | married_out | split | error | other."""

    household: str
    person: str
    why: str
    on: str | None = None
    note: str | None = None


def list_households(session: Session, query: str = "", limit: int | None = None) -> list[HouseholdRow]: ...
def show(session: Session, household: str) -> HouseholdCard: ...
def timeline(session: Session, household: str) -> list[TimelineEntry]: ...
def add_household(session: Session, request: AddHousehold) -> Saved: ...
def set_household(
    session: Session, household: str, fields: Mapping[str, Any], reason: str | None = None, *, source: str | None = None, as_of: str | None = None,
) -> Saved: ...
def add_person(session: Session, request: AddPerson) -> Saved: ...
def set_person(
    session: Session, person: str, fields: Mapping[str, Any], reason: str | None = None, *, source: str | None = None, as_of: str | None = None,
) -> Saved: ...
def end_membership(session: Session, request: EndMembership) -> Saved: ...
