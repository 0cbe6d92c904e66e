"""Which steps a case of each kind goes through before its decision, as data with the clause each rests on.

Rules kept here
- the order is 受理, 核对, 入户调查, 初审, 公示, then the decision; a kind owes those its procedure names, an emergency kind owes 受理 only
  (000:12, 003:(十四), 004:二(二): pay first, papers later);
- `Region` is what the packs in force add: a step every kind owes there, and the clause each step rests on; where no pack speaks, the step is that
  of the national procedure, which lies outside the five documents (EXT);
- 公示 hangs on the township board and the village board (002:三(二)3) and must have run its days; an objection starts it anew;
- a rejection owes no 公示, and after a failed 核对 it owes nothing more than what the region asks of every case;
- the number of days is a local parameter; without one the external default of 7 calendar days is used and says so (EXT);
- 工作日 are counted by the calendar the rule carries; in a year it does not know the last day is 暂估 and every line that names it says so.

Pure: facts, days and a calendar in, a list out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xieli_tui.casework.views import StepOwed
from xieli_tui.domain.calendar import Calendar, Computed, Days, Span, WorkingDays, add
from xieli_tui.errors import Refused

BOARDS: tuple[tuple[str, str], ...] = (("township", "镇公开栏"), ("village", "村公开栏"))
DEFAULT_NOTICE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure: its id and its word on screen."""

    step: str
    label: str


EXTERNAL = "EXT"
"""The clause of a step no pack in force speaks about."""
EMERGENCY = "emergency"
"""Key of `Region.clauses` for the clause that lets an emergency go first."""


@dataclass(frozen=True, slots=True)
class Region:
    """What the packs in force say of the steps: step -> clause, and the steps every kind but an emergency owes."""

    clauses: Mapping[str, str] = field(default_factory=dict)
    demanded: frozenset[str] = frozenset()

    def cite(self, step: str) -> str:
        """The clause a step rests on here."""
        return self.clauses.get(step, EXTERNAL)


NOWHERE = Region()


ACCEPTED = Step("accepted", "受理")
CHECKED = Step("checked", "经济状况核对")
INVESTIGATED = Step("investigated", "入户调查")
REVIEWED = Step("reviewed", "初审")
NOTICE = Step("notice", "审核公示")
STEPS: tuple[Step, ...] = (ACCEPTED, CHECKED, INVESTIGATED, REVIEWED, NOTICE)

_FULL = frozenset(s.step for s in STEPS)
_FULL_KINDS = ("dibao", "dibao_single", "dibao_expenditure", "tekun", "dibao_edge", "rigid_exp", "orphan_basic")
_EMERGENCY_KINDS = ("temp_emergency", "temp_advance", "temp_transitional", "med_emergency", "disaster", "vagrant", "public_event")
PROCEDURES: dict[str, frozenset[str]] = dict.fromkeys(_FULL_KINDS, _FULL) | {kind: frozenset({"accepted"}) for kind in _EMERGENCY_KINDS}
"""Kind -> steps it owes; a kind not listed owes 受理 and 初审."""
_OTHER = frozenset({"accepted", "reviewed"})


@dataclass(frozen=True, slots=True)
class Notice:
    """公示 as posted: kind review | decision | long_term, place township | village, ISO days; `objected` the last objection's day; `counted` the last
    day in 工作日 as it was counted then, by the calendar of version `calendar`."""

    kind: str
    place: str
    start: str
    end: str = ""
    objected: str = ""
    counted: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is on file of one application: the day of each step ("" = not done) and the notices hung."""

    accepted: str = ""
    checked: str = ""
    check_result: str = ""
    surveyed: str = ""
    reviewed: str = ""
    notices: Sequence[Notice] = ()
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """How long a notice hangs: 天, or 工作日 by `calendar` when `working` (the empty calendar knows no year, so all is 暂估); `external` = the default,
    not the county's own."""

    days: int = DEFAULT_NOTICE_DAYS
    working: bool = False
    external: bool = True
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def span(self) -> Span:
        return WorkingDays(self.days) if self.working else Days(self.days)

    def ends(self, start: dt.date) -> Computed:
        """The last day of a notice posted on `start`, with how sure it is and why; that day itself is the first."""
        return add(start, self.span, self.calendar, first_counts=True)

    def last_day(self, start: dt.date) -> dt.date:
        """`ends` as a bare day."""
        return self.ends(start).day


def procedure_of(kind: str) -> frozenset[str]:
    """Ids of the steps a kind owes."""
    return PROCEDURES.get(kind, _OTHER)


def may_skip(kind: str) -> bool:
    """An emergency kind: nothing but 受理 stands before its decision."""
    return kind in _EMERGENCY_KINDS


def steps_owed(kind: str, facts: CaseFacts, today: dt.date, rule: NoticeRule, *, grant: bool = True, region: Region = NOWHERE) -> list[StepOwed]:
    """Every step, done, owed or not needed, in the order of the procedure."""
    demanded = frozenset() if may_skip(kind) else region.demanded
    needed = procedure_of(kind) | demanded
    failed = facts.check_result == "fail"
    out: list[StepOwed] = []
    for step in STEPS:
        on, why = _state(step, facts, today, rule)
        cite = region.cite(step.step)
        if on:
            out.append(StepOwed(step.step, step.label, "done", on, why, cite))
        elif step.step not in needed:
            skips = may_skip(kind)
            out.append(StepOwed(step.step, step.label, "not_needed", "", "急难可以先救助后补" if skips else "这一种不要求", region.cite(EMERGENCY) if skips else cite))
        elif not grant and (step is NOTICE or (failed and step is not ACCEPTED and step.step not in demanded)):
            out.append(StepOwed(step.step, step.label, "not_needed", "", "不予确认不用公示" if step is NOTICE else "核对不符", cite))
        else:
            out.append(StepOwed(step.step, step.label, "owed", "", why, cite))
    return out


def still_owed(kind: str, facts: CaseFacts, today: dt.date, rule: NoticeRule, *, grant: bool = True, region: Region = NOWHERE) -> list[StepOwed]:
    """Only what is owed before a decision."""
    return [s for s in steps_owed(kind, facts, today, rule, grant=grant, region=region) if s.status == "owed"]


def _state(step: Step, facts: CaseFacts, today: dt.date, rule: NoticeRule) -> tuple[str, str]:
    """(day it was done or "", why it is not)."""
    if step is ACCEPTED:
        return facts.accepted, "" if facts.accepted else "还没有受理"
    if step is CHECKED:
        if facts.checked and facts.check_result in ("pass", "fail"):
            return facts.checked, "核对符合" if facts.check_result == "pass" else "核对不符"
        return "", "核对结果还没有回来" if facts.checked else "还没有核对"
    if step is INVESTIGATED:
        return facts.surveyed, "" if facts.surveyed else "还没有两名镇里人员的入户调查"
    if step is REVIEWED:
        return facts.reviewed, "" if facts.reviewed else "还没有初审"
    return _notice(facts, today, rule)


def _notice(facts: CaseFacts, today: dt.date, rule: NoticeRule) -> tuple[str, str]:
    ended: list[_End] = []
    lacking: list[str] = []
    for place, label in BOARDS:
        ends = [_end(n, rule) for n in facts.notices if n.kind == "review" and n.place == place and not (n.objected and n.objected >= n.start)]
        if not ends:
            lacking.append(label)
        elif min(ends).day >= today:
            lacking.append(f"{label}公示到 {min(ends).shown()}")
        else:
            ended.append(min(ends))
    if lacking:
        return "", f"镇、村两处公开栏各公示 {rule.span}{'（外部默认，EXT）' if rule.external else ''}；还差：{'、'.join(lacking)}"
    label = next((one.label for one in ended if one.label), "")
    return max(ended).day.isoformat(), "两处公示期满" + (f"（{label}）" if label else "")


def notice_ends(facts: CaseFacts, rule: NoticeRule) -> list[tuple[str, str]]:
    """(last day as ISO text, the doubt about it) of the review notices that hang."""
    ends = [_end(n, rule) for n in facts.notices if n.kind == "review" and not (n.objected and n.objected >= n.start)]
    return [(one.day.isoformat(), one.label) for one in ends]


@dataclass(frozen=True, slots=True, order=True)
class _End:
    """Last day of a notice and the doubt about it ("" = none)."""

    day: dt.date
    label: str = ""

    def shown(self) -> str:
        return f"{self.day.isoformat()}（{self.label}）" if self.label else self.day.isoformat()


def _end(notice: Notice, rule: NoticeRule) -> _End:
    last = rule.ends(dt.date.fromisoformat(notice.start))
    posted = dt.date.fromisoformat(notice.end) if notice.end else last.day
    moved = f"贴出时按日历版本 {notice.calendar} 算到 {notice.counted}" if notice.counted and notice.counted != last.day.isoformat() else ""
    return _End(max(posted, last.day), "，".join(part for part in (last.label, moved) if part))


def require_done(owed: Sequence[StepOwed]) -> None:
    """Raises Refused("XL-P04") naming every owed step at once, with `owed` in the JSON form of the error."""
    if owed:
        extra: list[dict[str, str]] = [{"step": s.step, "label": s.label, "why": s.why, "cite": s.cite} for s in owed]
        raise Refused("XL-P04", "、".join(s.label for s in owed), extra={"owed": extra})
