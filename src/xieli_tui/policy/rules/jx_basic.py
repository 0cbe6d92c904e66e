"""000 二(二) 3、4 and 二(一) 1: 低保金, 单人户 and its alternatives, 特困 minors, 渐退, price link, the county's standards.

Rules kept here
- 000 names no income ceiling for 渐退 and no amount anywhere: lengths and sums are the county's;
- the other conditions of 特困 are external and local: this document only moved the age of minors.
"""

from __future__ import annotations

from fractions import Fraction

from xieli_tui.policy.answer import Guard, Lint, Quantity, Task, Verdict, allow, judge, warn
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, Value, all_of, any_of, not_, total, unknown
from xieli_tui.policy.readings import r2_birthday, taper_end
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.jx_common import by_local_rule, household_is, latest, person_is

TIER_WORDS = ("tier", "分档")
GAP_WORDS = ("gap", "差额")


@rule("JX-01", op="compute", quantity="benefit_gap")
def benefit_gap(ctx: Context) -> Quantity:
    """000:3: 根据家庭成员人均收入与低保标准实际差额或分档发放低保金."""
    mode = ctx.local("dibao_mode")
    if mode.in_(TIER_WORDS).holds:
        return ctx.quantity(_tier_amount(ctx), unit="元/月", mode="tier", estimate=True)
    gap = ctx.local("dibao_std_month") * ctx.hh("size") - ctx.hh("income_month")
    amount = gap.map(lambda sum_: max(sum_, Fraction(0)))
    if not mode.in_(GAP_WORDS).holds:
        amount = Value(None, gap.missing | (mode.missing or frozenset({"local.dibao_mode"})))
    return ctx.quantity(amount, unit="元/月", mode="gap", estimate=True)


def _tier_amount(ctx: Context) -> Value:
    """The county's table: rows {income_below, amount}, income and amount per head and month; the first row the family lies under counts."""
    income, size = ctx.hh("income_month"), ctx.hh("size")
    rows = ctx.local.rows("dibao_tiers")
    if not rows or not income.known or not size.known:
        return Value(None, income.missing | size.missing | (frozenset() if rows else frozenset({"local.dibao_tiers"})))
    for row in sorted(rows, key=lambda one: Fraction(str(one("income_below").or_default("0")))):
        limit, amount = row("income_below"), row("amount")
        if not limit.known or not amount.known:
            return Value(None, frozenset({"local.dibao_tiers"}))
        if income.value < Fraction(str(limit.value)) * size.value:
            return Value(Fraction(str(amount.value)) * size.value)
    return Value(Fraction(0))


@rule("JX-02", op="screen", kind=("dibao_single", "oneoff_subsidy"))
def special_person(ctx: Context) -> Verdict:
    """000:3: 低收入、支出型贫困家庭及建档立卡贫困对象中的重度残疾人、重病患者等，参照“单人户”纳入低保或者一次性生活补贴、临时救助."""
    person = ctx.person
    others = [one for one in ("dibao_single", "oneoff_subsidy", "temp_aid") if one != ctx.key]
    return judge(
        any_of(person("severe_disabled").is_true("重度残疾"), person("severe_illness").is_true("重病")).named("重度残疾人、重病患者等特殊对象"),
        any_of(ctx.hh("low_income").is_true("低收入家庭"), ctx.hh("exp_poor").is_true("支出型贫困家庭"), ctx.hh("filed_poor").is_true("建档立卡贫困对象"))
        .named("低收入、支出型贫困家庭或建档立卡贫困对象"),
        then="discretion", alternatives=others,
    )


@rule("JX-03", op="screen", kind="tekun")
def minor_until_eighteen(ctx: Context) -> Verdict:
    """000:3: 将特困救助供养覆盖的未成年人年龄从16周岁延长至18周岁. 老年、残疾 and the other conditions are external and local."""
    person = ctx.person
    age = person("birth_date").age(ctx.asof)
    minor = ctx.bound("jx_tekun_minor_age_lt", age).named("未成年，年龄在覆盖范围内")
    unable = minor if minor.holds else any_of(minor, ctx.bound("ext_elder_age", age).named("老年人"), person("severe_disabled").is_true("重度残疾"))
    already = person_is(ctx, person, "tekun").named("已是特困人员")
    others = already if already.holds else by_local_rule(ctx).named("符合特困的其他条件（现有认定办法）")
    return judge(unable.named("未成年、老年或重度残疾"), others, age_condition=minor.state)


@rule("JX-04", op="due", task="review_minor_18", unit="person")
def minor_comes_of_age(ctx: Context) -> Task | None:
    """000:3: 覆盖至18周岁: on the birthday the case is looked at again, for everybody granted before it and not reviewed since.

    Reading: the duty stands from the grant on (pending, due on the birthday), so it may lie years ahead: how near it must be to be worth a
    line is for 今日 to say. A grant on the birthday or later was given to an adult; a review on the birthday or later closes it.
    """
    person = ctx.person
    tekun = person_is(ctx, person, "tekun")
    if tekun.fails:
        return None
    birth, age, grant = person("birth_date"), ctx.param("jx_tekun_minor_age_lt"), ctx.hh("grant_date")
    if not birth.known or not age.known:
        return None if tekun.unknown else Task("needs_info", "特困人员满18周岁前复核", person=person.id, missing=tuple(sorted(birth.missing | age.missing)))
    birthday = r2_birthday(birth.value, int(age.value))
    if grant.known and grant.value >= birthday:
        return None
    days = [ctx.hh("last_review"), *(row("date") for row in ctx.records("reviews") if row("person").or_default(person.id) == person.id)]
    last = latest(days, ctx.asof)
    if last is not None and last >= birthday:
        return None
    if tekun.unknown:
        return Task("needs_info", "是不是特困人员", person=person.id, missing=tuple(sorted(tekun.missing)))
    return ctx.pending(birthday, "特困未成年人满18周岁，到那天复核终止或转其他类别", missing=() if grant.known else ("hh.grant_date",))


@rule("JX-05", op="lint", task="tekun_std_below_1_3")
def tekun_standard(ctx: Context) -> list[Lint]:
    """000:4: 特困人员救助供养标准按照不低于最低生活保障标准的1.3倍确定."""
    enough = ctx.bound("jx_tekun_std_min_ratio", ctx.local("tekun_std_month"), ctx.local("dibao_std_month"))
    return [Lint("tekun_std_below_1_3", "特困供养标准低于低保标准的规定倍数")] if enough.fails else []


@rule("JX-06", op="lint", task="std_below_floor")
def standard_above_floor(ctx: Context) -> list[Lint]:
    """000:4: 各设区市按照不低于省级最低指导标准发布区域救助标准."""
    floor = ctx.local("prov_floor")
    low = [name for name in ("dibao_std_month", "city_std_month") if ctx.bound("jx_city_std_floor", ctx.local(name), floor).fails]
    return [Lint("std_below_floor", "低保标准低于省级最低指导标准", extra={"local": low})] if low else []


@rule("JX-07", op="screen", kind="price_subsidy")
def price_link(ctx: Context) -> Verdict:
    """000:4: 社会救助和保障标准与物价上涨挂钩联动: the county switches a month on and names the categories."""
    link = ctx.local("price_link")
    if link.is_false().holds:
        return judge(link.is_true("当地启动了物价联动"))
    month, named = ctx.local("price_link.month"), ctx.local("price_link.categories")
    this = month.test(lambda text: str(text)[:7] == ctx.asof.isoformat()[:7], "本月启动物价联动")
    amount = ctx.local("price_link.amount")
    more = {"amount": amount.value, "amount_unit": "元"} if amount.known else {}
    category = ctx.category()
    listed = named.has(category.value) if category.known else unknown(*category.missing, *named.missing)
    return judge(this, listed.named("属于联动发放的类别"), **more)


@rule("JX-14", op="compute", quantity="income_net")
def income_after_employment_cost(ctx: Context) -> Quantity | None:
    """000:9: 对已就业的低保对象，在核算其家庭收入时按规定扣减就业成本."""
    if ctx.hh("status").known and ctx.hh("status").value != "dibao":
        return None
    gross = ctx.hh("income_gross_month")
    if not ctx.persons:
        return ctx.quantity(Value(None, gross.missing | {"persons"}), unit="元/月")
    workers = total(one("employed").map(lambda at_work: Fraction(1 if at_work else 0)) for one in ctx.persons)
    cost = ctx.local("employment_cost_rule.per_worker_month") if workers.value != 0 else Value(Fraction(0))
    deducted = workers * cost
    net = (gross - deducted).map(lambda sum_: max(sum_, Fraction(0)))
    lines = {} if not net.known else {"lines": [{"gross": gross.value, "workers": int(workers.value), "per_worker": cost.value, "deducted": deducted.value}]}
    return ctx.quantity(net, unit="元/月", **lines)


@rule("JX-15", op="screen", kind="dibao_taper")
def taper_for_the_employed(ctx: Context) -> Verdict:
    """000:9: 已就业的低保对象，家庭成员人均收入超过当地低保标准后给予一定时间的渐退期; how long is local, no income ceiling is stated."""
    months = ctx.local("taper_months")
    return judge(
        household_is(ctx, "dibao").named("已是低保对象"),
        ctx.any_person("employed", "已就业"),
        ctx.bound("jx_taper_income_gt", ctx.hh("income_month"), ctx.local("dibao_std_month") * ctx.hh("size")).named("人均收入超过当地低保标准"),
        months.test(lambda count: count > 0, "当地定了渐退期"),
        then="discretion", **({"taper_months": months.value} if months.known else {}),
    )


@rule("JX-15", op="check", action="set_taper", topic="taper_length")
def taper_as_the_county_set_it(ctx: Context) -> Guard:
    """000:9: 一定时间: the county's number of months."""
    months, limit = ctx.arg("months"), ctx.local("taper_months")
    start = ctx.arg("start").else_(Value(ctx.asof))
    end = taper_end(start.value, months.value) if months.known else None
    inside = months.compare("<=", limit)
    if inside.holds:
        return allow("在县里定的渐退期之内", next_actor="township", taper_end=end)
    if inside.fails:
        return warn("超过县里定的渐退期", next_actor="township", taper_end=end)
    return warn("渐退期长短由当地规定，县里还没有定", next_actor="township", taper_end=end, missing=tuple(sorted(inside.missing)))


def _taper_end(ctx: Context) -> Value:
    taper = ctx.group("taper")
    start, months = taper("start"), taper("months")
    if taper("end").known:
        return taper("end")
    return Value(None, start.missing | months.missing) if not (start.known and months.known) else Value(taper_end(start.value, months.value))


@rule("JX-15", op="compute", quantity="taper_end")
def taper_last(ctx: Context) -> Quantity | None:
    """000:9: the first day a recorded 渐退期 no longer covers."""
    return ctx.quantity(_taper_end(ctx)) if ctx.has("taper") else None


@rule("JX-15", op="due", task="taper_end", needs="taper")
def taper_runs_out(ctx: Context) -> Task | None:
    """000:9: a recorded 渐退期 ends; the household is looked at before that."""
    if not ctx.has("taper") or household_is(ctx, "dibao").fails:
        return None
    end = _taper_end(ctx)
    if not end.known:
        return Task("needs_info", "渐退期什么时候满", missing=tuple(sorted(end.missing)))
    return ctx.pending(end.value, "渐退期满，复核后按规定办理")


def beyond_basic_aid(ctx: Context) -> Test:
    """000:1: 不符合低保或特困供养条件的低收入、支出型贫困家庭."""
    return all_of(
        ctx.outcome("X-05").is_("fails").named("不符合低保条件"),
        not_(household_is(ctx, "dibao", "tekun")).named("不是低保、特困对象"),
        any_of(ctx.hh("low_income").is_true(), ctx.hh("exp_poor").is_true()).named("低收入或支出型贫困家庭"),
    )
