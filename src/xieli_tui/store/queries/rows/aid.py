"""Rows about applications and what comes of them: steps, decisions, signatures, papers, notices, aid (rules: `rows`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xieli_tui.store.queries.rows.marks import Rank


@dataclass(frozen=True, slots=True)
class Application:
    """One application as its steps leave it."""

    id: str
    household: str
    village: str
    known: bool
    person: str
    kinds: tuple[str, ...]
    unit: str
    source: str
    emergency: bool
    flag: str
    reason: str
    amount_asked: int | None
    event_region: str
    started: str
    state: str
    """Type of the head step without its prefix: started, handed_over, withdrawn, accepted, returned, checked, investigated, reviewed,
    appraised, reported, decided, stage_set, paid, closed; "" for a stub. With several heads, the first in the order of design 03."""
    state_on: str
    concurrent: tuple[str, ...]
    """States of all heads when there are several (并发), else ()."""
    heads: tuple[str, ...]
    """Refs of the head steps: what a next step names in `after`."""
    open_kinds: tuple[str, ...]
    """Kinds without a standing decision."""
    handed_over: str
    accepted: str
    returned_papers: tuple[str, ...]
    """Papers named by the last standing `returned`, while no later hand-over or acceptance followed."""
    returned_note: str
    entrusted: str
    entrusted_to: str
    entrusted_by: str
    platform_no: str
    ref: str


@dataclass(frozen=True, slots=True)
class Step:
    """One effective event of an application's chain (steps, entrustment, told), oldest first."""

    ref: str
    t: str
    on: str
    ms: int
    role: str
    dev: str
    by: str
    head: bool
    after: tuple[str, ...]
    d: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """The standing decision(s) for one kind; `concurrent` when several stand side by side or the application is 并发: nothing is paid then."""

    application: str
    household: str
    kind: str
    result: str
    amount: int | None
    period: str
    start: str
    reason: str
    level: str
    on: str
    told_on: str
    told_how: str
    paid_reference: str
    paid_on: str
    concurrent: bool
    role: str
    ref: str


@dataclass(frozen=True, slots=True)
class Consent:
    """核对授权 of one adult."""

    id: str
    household: str
    person: str
    on: str
    until: str
    scope: str
    guardian: str
    paper: str
    ref: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """诚信承诺 for one application; person "" = by the applicant for all."""

    id: str
    household: str
    application: str
    person: str
    on: str
    paper: str
    ref: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a paper lies."""

    id: str
    household: str
    application: str
    person: str
    doc: str
    where: str
    on: str
    later: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Kin:
    """The answer to the kin question."""

    id: str
    household: str
    application: str
    on: str
    none: bool
    person: str
    staff: str
    relation: str
    ref: str


@dataclass(frozen=True, slots=True)
class Notice:
    """公示."""

    id: str
    household: str
    application: str
    kind: str
    place: str
    start: str
    end: str
    taken_down: str
    objections: tuple[tuple[str, str, str], ...]
    """(on, level, text)"""
    known: bool
    ref: str
    counted: str = ""
    """Last day as counted in 工作日 when it was posted, by the calendar of version `calendar`; "" where it was not counted so."""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """先行救助."""

    id: str
    household: str
    application: str
    on: str
    amount: int
    payer: str
    followup_due: str
    ref: str


@dataclass(frozen=True, slots=True)
class Aid:
    """An aid of record (rank ruling) or given by the village (rank claim)."""

    id: str
    household: str
    person: str
    kind: str
    form: str
    amount: int | None
    period: str
    matter: str
    item: str
    on: str
    rank: Rank
    ref: str
