"""002 三(二)4: what comes round for people in receipt, and what a visit or a change calls for (JM-11 .. JM-14, JM-20).

Rules kept here
- 每半年、每年 are calendar periods (R4); only an 信息化核对 answers the one, only an 入户调查 the other;
- a household not known to be in receipt owes nothing; one of which that is not known says so.
"""

from __future__ import annotations

import datetime as dt

from xieli_tui.policy.answer import Task
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, any_of
from xieli_tui.policy.readings import Period, r4_periodic
from xieli_tui.policy.registry import rule

RECEIVING = ("dibao", "tekun")


def in_receipt(ctx: Context) -> Test:
    """在保对象: the household by its status, else its category; or one of its members."""
    home = ctx.hh("status").else_(ctx.hh("category"))
    return any_of(home.in_(RECEIVING), *(one("category").in_(RECEIVING) for one in ctx.persons if one("category").known))


def periodic(ctx: Context, records: str, period: Period, minimum: str, why: str) -> Task | None:
    """A duty counted by calendar period from the dated records of one list."""
    test = in_receipt(ctx)
    if test.fails:
        return None
    if test.unknown:
        return Task("needs_info", f"{why}；是否在保还不知道", missing=tuple(sorted(test.missing)))
    days: list[dt.date] = [one("date").value for one in ctx.records(records) if one("date").known]
    return ctx.task(r4_periodic(period, days, ctx.hh("grant_date").value, ctx.asof, int(ctx.param(minimum).value)), why)


@rule("JM-11", op="due", task="it_check")
def half_yearly_check(ctx: Context) -> Task | None:
    """002:三(二)4: 每半年至少进行一次家庭经济状况信息化核对."""
    return periodic(ctx, "it_checks", "half", "jm_it_check_min_per_half_year", "在保对象每半年至少进行一次家庭经济状况信息化核对")


@rule("JM-12", op="due", task="annual_survey")
def yearly_survey(ctx: Context) -> Task | None:
    """002:三(二)4: 每年至少进行一次入户调查核实."""
    return periodic(ctx, "home_surveys", "year", "jm_home_survey_min_per_year", "在保对象每年至少进行一次入户调查核实")


@rule("JM-13", op="due", task="adjust_benefit", needs="changes")
def report_the_change(ctx: Context) -> list[Task]:
    """002:三(二)4: 及时对相关人员、数据进行调整并报请县级政府相关部门调整保障措施. Closed when the change is handled."""
    if not in_receipt(ctx).holds:
        return []
    return [
        ctx.pending(one("date").or_default(ctx.asof), "在保家庭情况有变化，及时调整人员、数据并报请县级部门调整保障措施")
        for one in ctx.records("changes") if not one("handled").is_true().holds
    ]


@rule("JM-14", op="due", task="help_apply", needs="visits")
def help_those_who_may_qualify(ctx: Context) -> Task | None:
    """002:三(二)4: 定期走访困难群众，主动协助符合条件对象提出保障申请. Closed by an application made since."""
    found = [
        one("date").or_default(ctx.asof) for one in ctx.records("visits")
        if one("finding").test(lambda word: word in ctx.row.params["findings"]).holds
    ]
    if not found:
        return None
    first = min(found)
    made = ctx.app("date")
    if (ctx.app("kind").known or ctx.app("id").known or made.known) and not (made < first).holds:
        return None
    return ctx.pending(first, "走访发现可能符合条件，主动协助提出申请")


@rule("JM-20", op="due", task="inform", unit="person")
def press_the_guardian(ctx: Context) -> Task | None:
    """002:三(二)4: 掌握农村留守儿童情况，督促外出务工人员和其他临时监护人员履行监护责任. Closed by a known guardian, or by the act
    itself, recorded as a service (督促监护) for this child; how often it is done again no document says."""
    if not ctx.person("left_behind").is_true().holds:
        return None
    guardian = ctx.person("guardian")
    if not guardian.known:
        return Task("needs_info", "农村留守儿童由谁监护还不知道", person=ctx.person.id, missing=("p.guardian",))
    if guardian.value is not False or _urged(ctx):
        return None
    return ctx.pending(ctx.asof, "督促外出务工人员和其他临时监护人员履行监护责任")


def _urged(ctx: Context) -> bool:
    """Somebody spoke with the parents or the one who looks after this child (of the family, where no child is named and there is one person)."""
    alone = ctx.person.id if len(ctx.persons) == 1 else None
    return any(one("kind").value == "guardian_urged" and one("person").or_default(alone) == ctx.person.id for one in ctx.records("services"))
