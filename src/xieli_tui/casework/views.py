"""Read models: what a screen or a command is given. Frozen, plain values, nothing lazy.

Identity and phone numbers are carried in full here and masked where they are shown (`domain.idnum.mask_id`, `domain.text.mask_phone`):
the CLI and the screens mask unless a reveal was recorded. Money is integer 分, days are ISO text, "" means not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from xieli_tui.store.queries.rows import HouseholdLine

if TYPE_CHECKING:
    from xieli_tui.casework.rules_check import Warned

HouseholdRow = HouseholdLine
"""A line of the household list: made by the store's finder when it is looked at, so it is not copied once more here."""

EntryState = Literal["local", "exported", "township", "county", "quarantined"]


@dataclass(frozen=True, slots=True)
class Saved:
    """A verb's result: the entity's id and the seq of the (last) event in this device's chain."""

    id: str
    seq: int
    state: str = ""
    warnings: tuple[Warned, ...] = ()
    """what the policy in force says beside the act; never stops it"""
    more: dict[str, Any] = field(default_factory=dict)
    """what follows from the act: taper_end, followup, handled_by, monitor_until"""

    def beside(self) -> str:
        """The first thing the policy says beside the act, for one line; "" when it says nothing."""
        rest = f"（还有 {len(self.warnings) - 1} 条）" if len(self.warnings) > 1 else ""
        return f"看一看：{self.warnings[0].line()}{rest}" if self.warnings else ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something an application still lacks. `required`: the law wants it before hand-over; else it may follow (后补)."""

    doc: str
    label: str
    required: bool
    person: str = ""
    why: str = ""
    queried: bool = False
    """the county looks it up itself: nobody is asked for it"""


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
class TimelineEntry:
    """One entry of the 救助链 / timeline, newest first. `word` is the two-to-four Han word, `summary` the detail."""

    on: str
    at: str
    type: str
    word: str
    summary: str
    state: EntryState
    source: str
    ref: str
    entity: str = ""
    persons: tuple[str, ...] = ()
    """whom it is about, () = the whole family"""
    struck: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class ConflictView:
    """两处写的不一样: a field with several heads."""

    entity_kind: str
    entity: str
    field: str
    values: tuple[tuple[str, str, str], ...]
    """(value as text, who wrote it, ref) per head; the first is the one shown."""
    where: str = ""
    """head of the household it stands in"""


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application in a list."""

    id: str
    household: str
    head: str
    kinds: tuple[str, ...]
    state: str
    state_label: str
    emergency: bool
    started: str
    source: str
    concurrent: bool = False


@dataclass(frozen=True, slots=True)
class SignRow:
    """One row of the authorisation matrix: member x {授权, 承诺}."""

    person: str
    name: str
    relation_label: str
    age: int | None
    consent: str
    """signed day, "" = not signed, "guardian" = a guardian signs for a minor, "-" = not needed"""
    commitment: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of an application: there (where), or missing."""

    doc: str
    label: str
    present: bool
    where: str = ""
    on: str = ""
    later: bool = False
    required_before_hand_over: bool = False


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision for one kind."""

    kind: str
    kind_label: str
    result: Literal["granted", "rejected"]
    amount: int | None
    start: str
    reason: str
    level: str
    on: str
    told: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationCard:
    """The whole of one application."""

    id: str
    household: str
    village: str
    head: str
    applicant: str
    kinds: tuple[str, ...]
    unit: str
    emergency: bool
    source: str
    started: str
    state: str
    state_label: str
    concurrent: tuple[str, ...]
    entrusted: str
    entrusted_to: str
    kin: str
    """"" = not asked, "none", or the relation label"""
    signatures: tuple[SignRow, ...]
    papers: tuple[PaperRow, ...]
    missing: tuple[str, ...]
    """labels of what is missing, law-required first"""
    returned: tuple[str, ...]
    decisions: tuple[DecisionView, ...]
    steps: tuple[TimelineEntry, ...]
    informed: str = ""
    handed_over: str = ""
    heads: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class TodayTask:
    """One line of 今日: what, who, when, why, what to press."""

    task: str
    household: str
    person: str
    who: str
    group: str
    due: str
    state: Literal["pending", "overdue", "suspended"]
    why: str
    cite: str
    action: str
    """screen to open: visit | flag | apply | start | inform | told | send | dossier | follow | draft"""
    target: str = ""
    detail: str = ""
    short: str = ""
    """The reason in the few words a row has room for, "" where `why` is short or its first clauses say it."""


@dataclass(frozen=True, slots=True)
class BulkDuty:
    """A duty of many households in one line."""

    task: str
    left: int
    nearby: int
    why: str
    households: tuple[str, ...] = ()
    fact: str = ""
    """Canonical name of what is missing, of a line that waits for it; local.* for what the county has not given."""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """今日: at most nine single lines, then bulk duties."""

    tasks: tuple[TodayTask, ...]
    bulk: tuple[BulkDuty, ...]
    done_today: int
    last_export: str
    last_backup: str


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One bundle laid down."""

    path: str
    bid: str
    ep: str
    first: int
    last: int
    events: int
    bytes: int
    check_code: str = ""
    verified: bool = False
    """read back past the cache and equal: 已写入并核对; else 请安全弹出后再插入核对"""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export did."""

    files: tuple[ExportedFile, ...]
    pending_unconfirmed: int
    counts: dict[str, int] = field(default_factory=dict)
    backup_failed: str = ""
    """why no backup could be made afterwards, as a sentence with its next step; "" when it was made or not asked for. The files stand either way"""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """One file offered to the importer."""

    file: str
    status: str
    code: str
    what: str
    events: int = 0
    new: int = 0
    quarantined: int = 0
    conflicts: int = 0
    receipts: int = 0
    rulings: int = 0
    alerts: int = 0
    dev: str = ""
    first: int = 0
    last: int = 0
    diff: tuple[str, ...] = ()
    """row-level lines of a dry run: what would change"""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Where this device's own events stand. `audit.*` and `return.received` are not counted."""

    events: int
    confirmed: int
    unconfirmed: int
    last_export: str
    last_receipt: str
    conflicts: int
    quarantined: int
    bundles: tuple[tuple[str, str, int, str, str], ...] = ()
    """(check code, exported on, events, township word, county word), newest first"""
    alarms: tuple[tuple[str, str, str, str], ...] = ()
    """(code, what, device, day) of two histories or two machines, newest first: for a person to look at"""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the desk's queue."""

    kind: Literal["flag", "change", "application", "alert"]
    id: str
    app: str
    household: str
    head: str
    village: str
    village_name: str
    emergency: bool
    state: str
    state_label: str
    age_days: int
    clock_due: str
    kinds: tuple[str, ...]
    why: str = ""
    clock_note: str = ""
    """What is doubtful about `clock_due`: 暂估，待国务院公布, or that it was another day when the notice was posted."""


@dataclass(frozen=True, slots=True)
class StepOwed:
    """One step a case of this kind goes through: done, owed or not needed."""

    step: str
    label: str
    status: Literal["done", "owed", "not_needed"]
    on: str = ""
    why: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class DeskCase:
    """个案 at a desk: the application, its family, what is owed."""

    card: ApplicationCard
    household: HouseholdCard
    steps: tuple[StepOwed, ...]
    hints: tuple[str, ...] = ()
    advanced: bool = False
    """先行救助 was given already"""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A registered computer as the county sees it."""

    dev: str
    role: str
    area: str
    villages: tuple[str, ...]
    names: tuple[str, ...]
    operators: tuple[str, ...]
    enrolled: str
    last_bundle: str
    heard: bool
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class PolicyHint:
    """政策提示: one kind of aid for the family or one of its members. A hint, never a decision."""

    kind: str
    label: str
    person: str
    who: str
    """name of the member, "" for the family"""
    verdict: Literal["meets", "discretion", "needs_info", "fails", "not_in_pack"]
    words: str
    """按已登记情况，可能符合 / 暂看不符合 / 还缺…才能看"""
    cite: str
    rule: str
    doc_no: str
    department: str
    because: tuple[str, ...]
    missing: tuple[str, ...]
    """canonical names, as the engine gave them"""
    missing_words: tuple[str, ...]
    """the same in plain words"""
    conflict: bool = False
    adopted: bool = False
    adopted_label: str = ""
    """the pack's own word for it: 采用, 演示采用"""
    adopted_cite: str = ""
    """the clause the pack took the rule from, with its document number"""
    pack: str = ""
    pack_version: str = ""
    used: tuple[str, ...] = ()
    """the facts the answer rests on, in plain words"""
    reason: str = ""
    """of several answers about one kind, which ground this is (V11)"""


@dataclass(frozen=True, slots=True)
class PolicyHints:
    """What the packs say of one household on one day. `packs` are (id, title, active, reason)."""

    asof: str
    region: str
    packs: tuple[tuple[str, str, bool, str], ...]
    hints: tuple[PolicyHint, ...]
    question: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    """packs and calendars that came and are not used, and why"""
