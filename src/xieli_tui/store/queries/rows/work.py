"""Rows about the village's work: visits, findings, changes, alerts, statements, referrals (rules: `rows`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit after its corrections."""

    id: str
    household: str
    village: str
    on: str
    kind: str
    channel: str
    met: str
    visitors: tuple[tuple[str, str], ...]
    """(name, role)"""
    marks: dict[str, int]
    changes: tuple[str, ...]
    house_safety: str
    answers_alert: str
    alert_finding: str
    promise: str
    promise_on: str
    note: str
    trip: str
    typed_on: str
    """Day it was typed (HLC); later than `on` = 补录."""
    corrected: bool
    dev: str
    by: str
    ref: str


@dataclass(frozen=True, slots=True)
class Promise:
    """答应的事, still owed: no later visit or settled record closes it by itself; casework decides."""

    household: str
    visit: str
    text: str
    on: str
    visited_on: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A hardship finding with its telephone report and settlement."""

    id: str
    household: str
    village: str
    outsider: str
    outsider_place: str
    persons: tuple[str, ...]
    on: str
    causes: tuple[str, ...]
    urgency: str
    channel: str
    found_by: str
    place: str
    situation: str
    needs: str
    note: str
    regions: dict[str, str]
    """hukou, live, permit, event -> region code; present keys only."""
    reported_at: str
    answered_by: str
    settled_on: str
    settled_how: str
    settled_note: str
    settled_role: str
    known: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Informed:
    """policy.informed."""

    id: str
    household: str
    kind: str
    person: str
    answer: str
    reason: str
    on: str
    ref: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change report and the desk's answer."""

    id: str
    household: str
    village: str
    kind: str
    person: str
    on: str
    effect: str
    note: str
    visit: str
    """the visit it was noticed on"""
    answered: str
    """disposition, "" while open"""
    answer_note: str
    known: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert and its answer. `answered` is the village's disposition, "" while open."""

    id: str
    household: str
    person: str
    village: str
    number: str
    cls: str
    text: str
    amount: int | None
    on: str
    due: str
    columns: dict[str, Any]
    answered: str
    answered_on: str
    answer_visit: str
    answer_note: str
    known: bool
    ref: str
    source: str = "issued"
    """issued by a desk | list: a row of a list that was handed to the village as a workbook, which no desk issued here"""


@dataclass(frozen=True, slots=True)
class Statement:
    """statement.made: the whole payload after corrections in `d`."""

    id: str
    household: str
    on: str
    income_month: int | None
    income_year: int | None
    d: dict[str, Any]
    ref: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral: `department`, `first_receiver` and `due` of who has it now, `sent_to` whom it went to first. `result` "" while it is open."""

    id: str
    household: str
    flag: str
    village: str
    person: str
    department: str
    kind: str
    on: str
    due: str
    first_receiver: str
    sent_to: str
    note: str
    progress: str
    """forwarded | continuing: what was heard last while it goes on"""
    result: str
    answered_on: str
    answer_note: str
    known: bool
    ref: str
