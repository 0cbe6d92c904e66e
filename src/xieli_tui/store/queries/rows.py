"""What queries hand out: frozen plain values, never ORM rows.

Rules kept here
- names are the field's terms of design 02; money is integer 分, days are ISO text, "" means not known;
- identity and phone numbers are carried in full and masked where they are shown (Law 4);
- a row says by `ref` which event it rests on, so that a correction, an answer or a next step can name it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

EntryState = Literal["local", "exported", "township", "county", "quarantined"]
Rank = Literal["claim", "ruling", ""]


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


@dataclass(frozen=True, slots=True)
class Operator:
    """Who `by` is on a device."""

    dev: str
    operator: str
    name: str
    post: str
    role: str
    area: str
    ended: str


@dataclass(frozen=True, slots=True)
class Device:
    """A registered computer as the set knows it."""

    dev: str
    role: str
    area: str
    villages: tuple[str, ...]
    village_names: dict[str, str]
    operators: tuple[tuple[str, str], ...]
    """(operator id, name) of the last grant"""
    desks: tuple[dict[str, Any], ...]
    enrolled_on: str
    revoked: bool
    heard: bool
    """At least one event of its chains is held."""
    last_ms: int
    """HLC ms of its newest event held, 0 when none."""
    grant: str
    """ref of the last effective device.enrolled"""


@dataclass(frozen=True, slots=True)
class LocalParam:
    """A dated local parameter; `value` is the JSON text."""

    key: str
    area: str
    start: str
    end: str
    value: str
    role: str
    dev: str
    ref: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that is stored and has no effect."""

    dev: str
    ep: str
    seq: int
    ref: str
    t: str
    status: Literal["quarantined", "unknown"]
    code: str
    village: str
    household: str
    on_ms: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a desk's queue: open flags, unanswered changes, applications handed over and not closed, answered alerts not yet read.

    Ordered by emergency, then `since` (a clock's due day is the policy's to say)."""

    kind: Literal["flag", "change", "application", "alert"]
    id: str
    household: str
    head: str
    village: str
    emergency: bool
    state: str
    since: str
    """Day the item began to wait at the desk."""
    kinds: tuple[str, ...]
    detail: str
    concurrent: bool = False


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event of a family's chain: the word and summary carry no ID, phone or bank number; newest first."""

    on: str
    at: str
    """Typed at, YYYY-MM-DDTHH:MM in +08:00."""
    type: str
    word: str
    summary: str
    state: EntryState
    source: str
    """Role of the author: village, township, county."""
    ref: str
    entity: str
    struck: bool
    """Withdrawn or annulled: shown with 已撤回 / 已撤销."""
    by: str
    dev: str
    persons: tuple[str, ...] = ()
    """Whom it is about, () = the whole family. What mends another event, and a step of a personal application, is about the same people."""
    corrected: bool = False
    """The summary carries corrected values."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of the store; `audit.*` and `return.received` are not counted in own, confirmed, unconfirmed."""

    households: int
    persons: int
    visits: int
    flags_open: int
    applications: int
    events: int
    own: int
    confirmed: int
    unconfirmed: int
    exported: int
    conflicts: int
    quarantined: int
    extra: dict[str, int] = field(default_factory=dict)
