"""Read models of applications and of what the packs say: lists, signatures, papers, decisions, hints (rules: `views`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from xieli_tui.casework.views.chain import TimelineEntry


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
