"""001:1-3 珙县: who may come under 低保 besides the base test (单人户, 支出型), and who leaves it step by step (渐退, 退出).

Rules kept here
- at exactly one standard taper and expenditure both fail; at exactly two the taper still may be, one 分 more calls for the exit review (R1);
- every verdict here is 可 / 视其情况 in the text, so nothing is more than `discretion`;
- the end of a 渐退期 is its first uncovered day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from xieli_tui.policy.answer import Guard, Quantity, Task, Verdict, block, judge, warn
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, all_of, any_of, known, not_, unknown
from xieli_tui.policy.readings import taper_end
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.gx_common import income_per_standard, on_dibao

EXIT = "严格执行退出标准，核查退出"


# 001:1 渐退
def over_one(ctx: Context) -> Test:
    """家庭人均收入超过当年低保标准."""
    return income_per_standard(ctx, "gx_taper_income_gt", "人均收入超过当年低保标准")


def up_to_two(ctx: Context) -> Test:
    """不高于2倍."""
    return income_per_standard(ctx, "gx_taper_income_le", f"人均收入不高于当年低保标准的{_times(ctx)}倍")


def _times(ctx: Context) -> str:
    row = ctx.param_row("gx_taper_income_le")
    return row.value if row is not None and isinstance(row.value, str) else "规定"


def _noted(ctx: Context) -> dt.date:
    """The day the income was assessed, else the day asked about."""
    day: dt.date = ctx.hh("assessed_date").or_default(ctx.asof)
    return day


@rule("GX-01", op="screen", kind="dibao_taper")
def taper(ctx: Context) -> Verdict:
    """001:1: 有劳动能力的低保对象，因就业创业或帮扶措施生活好转，家庭人均收入超过当年低保标准且不高于2倍的，视其情况实行渐退."""
    return judge(
        on_dibao(ctx),
        ctx.any_person("labour_able", "家里有劳动能力的人"),
        ctx.hh("income_rise_cause").in_(ctx.param("gx_taper_causes").value or (), "因就业创业或帮扶措施好转"),
        over_one(ctx),
        up_to_two(ctx),
        then="discretion",
    )


@rule("GX-03", op="screen", kind="dibao_taper")
def above_two_leaves(ctx: Context) -> Verdict | None:
    """001:1, 001:12: 高于2倍的不渐退，严格执行退出标准 -> exit review. Silent until it is known."""
    limit = up_to_two(ctx)
    if not all_of(on_dibao(ctx), not_(limit)).holds:
        return None
    return Verdict("fails", limit.labels(False), tasks=(Task("pending", EXIT, _noted(ctx), task="exit_review", cite="001:12"),))


@rule("GX-02", op="check", action="set_taper")
def taper_length(ctx: Context) -> Guard:
    """001:1: 3—12个月的渐退救助期. Its end is scheduled with it, so the first day is needed too."""
    months, start = ctx.arg("months"), ctx.arg("start")
    length = ctx.bound("gx_taper_months", months)
    if length.fails:
        return block("渐退救助期不在规定的月数之内", "township")
    if length.unknown or not start.known:
        return warn("先定开始日期和月数，才有期满日", missing=tuple(sorted(months.missing | start.missing)), next_actor="township")
    return Guard("allow", "渐退救助期在规定的月数之内，期满核查退出", "township", taper_end=taper_end(start.value, int(months.value)))


@rule("GX-03", op="check", action="set_taper")
def taper_needs_the_range(ctx: Context) -> Guard | None:
    """001:1: 超过标准且不高于2倍. Speaks only where the income is known to lie outside: the length alone can be asked about."""
    if up_to_two(ctx).fails:
        return block(f"人均收入高于当年低保标准的{_times(ctx)}倍，不在渐退范围，{EXIT}", "township")
    if over_one(ctx).fails:
        return block("人均收入没有超过当年低保标准，不在渐退范围", "township", cite="001:1")
    return None


@rule("GX-02", op="due", task="taper_end", needs="taper")
def taper_runs_out(ctx: Context) -> Task | None:
    """001:1: 渐退救助期 has an end; on that day somebody looks. Closed by a review on or after it, or when the household is 低保 no more."""
    end = _end(ctx)
    if end is None or on_dibao(ctx).fails or _reviewed(ctx, end):
        return None
    return ctx.pending(end, "渐退救助期满，期满核查退出")


@rule("GX-03", op="due", task="exit_review")
def exit_review(ctx: Context) -> Task | None:
    """001:11 实现稳定增收后再退出, 001:12 严格执行退出标准: owed from the end of the taper, and at once above two standards.

    Owed on both grounds it is one duty, due on the earlier day: the end of a taper does not renew what was overdue before it.
    """
    if not on_dibao(ctx).holds:
        return None
    end = _end(ctx)
    over = end is not None and ctx.asof >= end
    if over and end is not None and _reviewed(ctx, end):
        return None
    above = up_to_two(ctx).fails and not (ctx.hh("assessed_date").known and _reviewed(ctx, _noted(ctx)))
    if over and end is not None and not (above and _noted(ctx) < end):
        return ctx.pending(end, f"渐退救助期已满，{EXIT}", cite="001:1; 001:12")
    return ctx.pending(_noted(ctx), f"人均收入高于当年低保标准的{_times(ctx)}倍，{EXIT}") if above else None


@rule("GX-02", op="compute", quantity="taper_end")
def end_of_taper(ctx: Context) -> Quantity | None:
    """001:1: start + months, the first day that is not covered any more."""
    plan = ctx.group("taper")
    if not plan.raw():
        return None
    start, months = plan("start"), plan("months")
    if not (start.known and months.known):
        return Quantity(None, tuple(sorted(start.missing | months.missing)))
    return Quantity(taper_end(start.value, int(months.value)), extra={"within": ctx.bound("gx_taper_months", months).holds})


def _end(ctx: Context) -> dt.date | None:
    """The stated end of the taper, else start + months."""
    plan = ctx.group("taper")
    stated: dt.date | None = plan("end").value
    if stated is not None:
        return stated
    return taper_end(plan("start").value, int(plan("months").value)) if plan("start").known and plan("months").known else None


def _reviewed(ctx: Context, since: dt.date) -> bool:
    """Whether a review was done on or after that day (and not after the day asked about)."""
    days = [one("date").value for one in ctx.records("reviews")] + [ctx.hh("last_review").value]
    return any(day is not None and since <= day <= ctx.asof for day in days)


# 001:2 单人户
@rule("GX-04", op="screen", kind="dibao_single")
def single_person(ctx: Context) -> Verdict:
    """001:2: 低收入家庭中四类人员，因法定义务人本身为低收入家庭或兜底保障对象且不能完全承担义务，造成基本生活困难的，可按单人户."""
    person = ctx.person
    return judge(
        ctx.hh("low_income").is_true("低收入家庭"),
        four_kinds(ctx),
        obligors_poor(person),
        obligors_unable(person),
        person("basic_life_hardship").is_true("基本生活困难"),
        then="discretion",
    )


def four_kinds(ctx: Context) -> Test:
    """成年重度残疾人、重特大疾病患者、困难老年人、困难未成年人: as recorded, or seen from the disability and the illness.

    成年 and 未成年 are held against the birth date where there is one: on the 18th birthday a person is an adult (R2).
    """
    person = ctx.person
    age = person("birth_date").age(ctx.asof)
    adult = ctx.bound("ext_adult_age", age)
    wanted = ctx.param("gx_single_kinds").value or ()
    word = person("single_kind")
    contradicted = (word.value == "severe_disabled_adult" and adult.fails) or (word.value == "minor_hard" and adult.holds)
    recorded = known(False) if contradicted else word.in_(wanted)
    severe = all_of(person("severe_disabled").is_true(), adult) if "severe_disabled_adult" in wanted else known(False)
    ill = person("severe_illness").is_true() if "severe_ill" in wanted else known(False)
    return any_of(recorded, severe, ill).named("四类人员之一")


def obligors_poor(person: Record) -> Test:
    """Every 法定义务人 is himself of a 低收入家庭 or a 兜底保障对象. Nobody entered as obligor: the leg does not stand."""
    return _every(person, lambda one: any_of(one("low_income").is_true(), one("safety_net").is_true()), "法定义务人本身是低收入家庭或兜底保障对象")


def obligors_unable(person: Record) -> Test:
    """None of them can bear the duty in full."""
    return _every(person, lambda one: one("can_fully_support").is_false(), "法定义务人不能完全承担义务")


def _every(person: Record, leg: Callable[[Record], Test], label: str) -> Test:
    if not person("obligors").known:
        return unknown("p.obligors", label=label)
    rows = person.rows("obligors")
    return all_of(*(leg(one) for one in rows)).named(label) if rows else known(False, label)


# 001:3 支出型
@rule("GX-05", op="screen", kind="dibao_expenditure")
def expenditure_household(ctx: Context) -> Verdict:
    """001:3: 人均可支配收入虽超过低保标准，但因患病、残疾、就学等刚性支出超出承受能力，可将家庭成员或支出发生者本人纳入."""
    return judge(
        income_per_standard(ctx, "gx_expenditure_income_gt", "人均收入超过低保标准"),
        ctx.hh("rigid_causes").has_any(ctx.param("gx_rigid_causes").value or (), "因患病、残疾、就学等有刚性支出"),
        ctx.hh("rigid_beyond_capacity").is_true("刚性支出超出承受能力"),
        then="discretion", unit="family|person",
    )
