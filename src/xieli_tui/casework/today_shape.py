"""How each duty appears in 今日: from when on, alone or together, what Enter opens, whose hand it is in; and the words of its line.

Rules kept here
- `ahead` is a matter of the screen, not of any document: how many days before its day a duty comes onto the list (it is in the family's calendar before);
- duties that many families have at once are `equal`: more than a few of them are one line;
- what a desk does (核对, 入户调查, 停发增发, 安置) is shown to the village as a line of its own that says whose work it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from xieli_tui.casework import fact_words
from xieli_tui.domain import codes

if TYPE_CHECKING:
    from xieli_tui.casework.duty import Duty
    from xieli_tui.casework.views import TodayTask


class Shape(NamedTuple):
    """Days ahead, whether many are one line, the page of Enter, whether a desk does it."""

    ahead: int
    equal: bool
    action: str
    desk: bool = False


SHAPES: dict[str, Shape] = {
    "visit_quarter": Shape(92, True, "visit"), "visit_routine": Shape(30, True, "visit"), "event_check": Shape(30, True, "visit"), "risk_visit": Shape(0, True, "visit"),
    "review": Shape(30, True, "visit"), "review_minor_18": Shape(60, False, "visit"), "taper_end": Shape(30, False, "visit"), "exit_review": Shape(30, False, "visit"),
    "watch_end": Shape(30, False, "visit"), "alert_verify": Shape(7, False, "visit"),
    "referral_followup": Shape(7, False, "follow"), "supplement_materials": Shape(30, False, "apply"), "supplement_statement": Shape(30, False, "apply"),
    "help_apply": Shape(7, False, "start"), "start_application": Shape(7, True, "start"), "inform": Shape(7, True, "inform"),
    "job_offer": Shape(92, True, "dossier"), "guidance": Shape(92, True, "dossier"), "training_info": Shape(92, True, "dossier"),
    "birthday": Shape(30, False, "dossier"), "consent_end": Shape(30, False, "dossier"), "certificate_end": Shape(30, False, "dossier"), "fix_facts": Shape(0, False, "dossier"),
    "pair_party": Shape(0, True, "dossier"),
    "follow_up": Shape(0, True, "follow"), "change_open": Shape(0, True, "follow", desk=True),
    "it_check": Shape(30, True, "dossier", desk=True), "annual_survey": Shape(30, True, "dossier", desk=True), "adjust_benefit": Shape(30, True, "dossier", desk=True),
    "settlement_plan": Shape(30, True, "dossier", desk=True),
}
"""Task -> how it appears. A quarter's visit is in the line of the quarter from its first day; job services in that of the year from October."""
OTHER = Shape(30, True, "dossier")
"""A task of a county's own pack."""

_LINES = {
    "visit_quarter": "本季还有 {n} 户没走访", "visit_routine": "该走访的还有 {n} 户", "review": "要复核的还有 {n} 户", "inform": "要告知政策的还有 {n} 户",
    "start_application": "可以协助提出申请的还有 {n} 户", "job_offer": "今年的岗位信息还差 {n} 人", "guidance": "今年的职业指导还差 {n} 人", "training_info": "今年的培训信息还差 {n} 人",
    "never_visited": "还有 {n} 户没有走访过", "add_id": "还有 {n} 户有人的身份证号待补", "risk_visit": "按县里的指标，请走访看看的有 {n} 户", "event_check": "突发事件要看看的还有 {n} 户",
    "pair_party": "还没有党员结对的有 {n} 户", "follow_up": "房屋有隐患、孩子不在校等，可以接着办的有 {n} 户",
}
_DESK_LINES = {
    "it_check": "镇(街道)要做的信息核对还有 {n} 户", "annual_survey": "镇(街道)要做的年度入户调查还有 {n} 户", "adjust_benefit": "家里有变化、等镇(街道)增减停发的有 {n} 户",
    "change_open": "报上去的变化，等镇(街道)、县里答复的有 {n} 户",
}
_LATE = {"visit_quarter": "，其中 {k} 户上季就该走"}
_BY_PERSON = frozenset({"job_offer", "guidance", "training_info"})


def short(task: str, last: str) -> str:
    """The duty in the few words a row has room for: what it is, and for a visit when somebody was last met there."""
    if SHAPES.get(task, OTHER).action != "visit" or task == "alert_verify":
        return ""
    return f"{codes.label('task', task)}，{f'上次走访 {last[5:]}' if last else '还没走访过'}"


def words(task: str, equal: Sequence[TodayTask], *, desk: bool = False) -> str:
    """The sentence of a line for many: how many are left, how many of them are past their day."""
    late = {one.household for one in equal if one.state == "overdue"}
    count = len(equal) if task in _BY_PERSON else len({one.household for one in equal})
    label = codes.label("task", task)
    text = (_DESK_LINES.get(task, f"镇(街道)、县里要办的{label}还有 {{n}} 件") if desk else _LINES.get(task, f"{label}还有 {{n}} 件")).format(n=count)
    return text + (_LATE.get(task, "，其中 {k} 户已过期限").format(k=len(late)) if late else "")


def _named(some: Iterable[Duty]) -> str:
    return "、".join(codes.label("task", task) for task in dict.fromkeys(duty.task for duty in some))


def waits_for(fact: str, some: Sequence[Duty]) -> str:
    """A line for a fact nobody wrote down yet."""
    homes = len({duty.household for duty in some})
    what = f"「{fact_words.word(fact)}」" if fact else "资料"
    return f"还有 {homes} 户缺{what}，{_named(some)}还算不出来"


def waits_for_county(facts: Sequence[str], some: Sequence[Duty]) -> str:
    """A line for what the county has not given."""
    shown = "、".join(fact_words.word(fact) for fact in facts[:3]) + (f"等 {len(facts)} 项" if len(facts) > 3 else "")
    return f"县里还没有给出：{shown}；{_named(some)}等县里给了再算"
