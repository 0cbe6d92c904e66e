"""000:5 分类动态管理: yearly and half-year 核查, suspension while an emergency response runs, changes inside the period.

Rules kept here
- rolling by R5 from the last completed review or the grant; the half-year test is reading R7, which the answer names;
- a suspension moves reviews only, never visits or urgent aid (JX-12).
"""

from __future__ import annotations

import datetime as dt

from xieli_tui.policy.answer import Guard, Task, allow, warn
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test
from xieli_tui.policy.readings import r5_rolling, r7_half_year, r8_suspend
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.jx_common import household_is, latest, recipient


def switch(ctx: Context) -> str:
    """Reading R7: the county's choice, else the pack's."""
    return str(ctx.local("half_year_condition").else_(ctx.param("jx_half_year_condition")).or_default("any"))


def half_year(ctx: Context) -> Test:
    """000:5 收入来源不固定、家庭成员有劳动能力."""
    return r7_half_year(switch(ctx), ctx.hh("income_stability").is_("unstable"), ctx.any_person("labour_able"))


def windows(ctx: Context) -> list[tuple[dt.date, dt.date]]:
    """突发重大公共事件应急响应期 the county set; one without an end is no interval yet."""
    rows = [(row("from"), row("to")) for row in ctx.local.rows("emergency_windows")]
    return [(start.value, end.value) for start, end in rows if start.known and end.known]


def review(ctx: Context, months: str, why: str, **extra: object) -> Task:
    """One 核查: R5, then R8 where the clause allows a suspension (JX-12)."""
    last = latest([ctx.hh("last_review"), *(row("date") for row in ctx.records("reviews"))], ctx.asof)
    clock = r5_rolling(last, ctx.hh("grant_date").value, int(ctx.param(months).value), ctx.asof)
    if ctx.param("jx_review_suspend_allowed").is_true().holds:
        clock = r8_suspend(clock, windows(ctx), ctx.asof)
    if clock.state == "suspended":
        why, extra = "应急响应期内，县里暂停核查，期满后恢复", {**extra, "suspended_by": "JX-12"}
    return ctx.task(clock, why, extra=dict(extra))


@rule("JX-08", op="due", task="review")
def yearly_review(ctx: Context) -> Task | None:
    """000:5: 对特困人员、短期内经济状况变化不大的低保家庭，每年核查一次."""
    aided = recipient(ctx)
    if aided.unknown:
        return Task("needs_info", "是不是低保、特困对象", missing=tuple(sorted(aided.missing)))
    if household_is(ctx, "tekun").holds and not household_is(ctx, "dibao").holds:
        return review(ctx, "jx_review_months_tekun", "特困人员每年核查一次")
    if household_is(ctx, "dibao").holds and half_year(ctx).fails:
        return review(ctx, "jx_review_months_dibao_stable", "短期内经济状况变化不大的低保家庭每年核查一次", reading="R7", half_year_condition=switch(ctx))
    return None


@rule("JX-09", op="due", task="review")
def half_year_review(ctx: Context) -> Task | None:
    """000:5: 对收入来源不固定、家庭成员有劳动能力的低保家庭，每半年核查一次."""
    often = half_year(ctx)
    if not household_is(ctx, "dibao").holds or often.fails:
        return None
    more: dict[str, object] = {"reading": "R7", "half_year_condition": switch(ctx)}
    if often.unknown:
        more["assumed_from"] = sorted(often.missing)
    return review(ctx, "jx_review_months_dibao_unstable_labour", "收入来源不固定或家里有劳动能力的低保家庭每半年核查一次", **more)


@rule("JX-10", op="due", task="adjust_benefit", needs="changes")
def change_is_acted_on_at_once(ctx: Context) -> list[Task]:
    """000:5: 复核期内救助对象家庭经济状况发生重大变化的及时办理救助资金停发、减发或增发手续."""
    aided = recipient(ctx)
    out: list[Task] = []
    for change in ctx.records("changes"):
        day = change("date")
        if change("handled").is_true().holds or change("effect").in_((False, "none")).holds or (day.known and day.value > ctx.asof):
            continue
        if aided.unknown:
            return [Task("needs_info", "有重大变化，是不是低保、特困对象还不知道", missing=tuple(sorted(aided.missing)))]
        if aided.holds:
            extra = {"change": change("kind").value} if change("kind").known else {}
            out.append(ctx.pending(day.or_default(ctx.asof), "家庭情况有重大变化，不等下次核查，及时办理停发、减发或增发手续", extra=extra))
    return out


@rule("JX-11", op="check", action="adjust_benefit")
def no_change_no_adjustment(ctx: Context) -> Guard:
    """000:5: 没有明显变化的，不再调整救助水平."""
    if not ctx.has("changes"):
        return warn("没有看到变化记录；没有明显变化的不再调整救助水平", next_actor="township", missing=("changes",))
    last = latest([ctx.hh("last_review"), *(row("date") for row in ctx.records("reviews"))], ctx.asof)
    for change in ctx.records("changes"):
        day = change("date")
        in_period = last is None or not day.known or day.value >= last
        if in_period and not change("effect").in_((False, "none")).holds:
            return allow("复核期内有变化记录，可以办理调整", next_actor="township")
    return warn("复核期内没有变化记录；没有明显变化的不再调整救助水平", next_actor="township")
