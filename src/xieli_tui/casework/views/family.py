"""Read models of a family: the line of the list, its people, visits and findings, the whole dossier (rules: `views`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xieli_tui.casework.views.aid import ApplicationRow
from xieli_tui.casework.views.chain import ConflictView, TimelineEntry
from xieli_tui.store.queries.rows import HouseholdLine as HouseholdRow


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a household."""

    person: str
    membership: str
    name: str
    relation: str
    relation_label: str
    sex: str
    birth: str
    age: int | None
    id_no: str
    id_state: str
    phone: str
    category: str
    labels: tuple[str, ...] = ()
    living: bool = True
    away: bool = False
    in_school: bool | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit as recorded (after corrections)."""

    id: str
    on: str
    kind: str
    met: str
    marks: dict[str, int]
    changes: tuple[str, ...]
    house_safety: str
    note: str
    promise: str
    promise_on: str
    visitors: tuple[str, ...]
    late: bool = False
    """补录: typed on a later day than it names"""


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One hardship finding."""

    id: str
    household: str
    who: str
    on: str
    causes: tuple[str, ...]
    urgency: str
    settled: str
    reported_at: str
    answered_by: str
    village: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """The dossier of one household."""

    row: HouseholdRow
    fields: dict[str, Any]
    ruled: dict[str, Any]
    members: tuple[MemberRow, ...]
    visits: tuple[VisitView, ...]
    flags: tuple[FlagRow, ...]
    applications: tuple[ApplicationRow, ...]
    timeline: tuple[TimelineEntry, ...]
    conflicts: tuple[ConflictView, ...]
    promises: tuple[tuple[str, str], ...]
    informed: tuple[tuple[str, str, str], ...]
    """(kind label, answer label, day)"""
    next_step: str = ""
    heads: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """household or person -> field -> references of the values shown here: what a form opened on this card replaces, and nothing that came after"""
    moved: str = ""
    """of a household that is another village's now: the day and where to"""
