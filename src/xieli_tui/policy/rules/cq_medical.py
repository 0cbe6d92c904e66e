"""003:(九): 资助参保, the floors of 医疗救助, 倾斜救助.

Rules kept here
- shares are of the 一档 个人缴费标准, the 二档 share too: a 低保 person gets more money in 二档 (100%) than in 一档 (90%), and the pack says so;
- 不低于: a floor is a floor; no sum of medical aid is computed, its threshold and cap are not in the document;
- 其他符合资助条件的低收入人口 are those the county lets in (`local.insure_other_ok`), never assumed.
"""

from __future__ import annotations

from fractions import Fraction

from xieli_tui.policy.answer import Quantity, Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.facts import fraction
from xieli_tui.policy.logic import Test, Value, all_of, any_of, unknown
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.cq_common import among

PERCENT = Fraction(1, 100)
SHARES = {"tekun": "cq_insure_pct_tekun", "dibao": "cq_insure_pct_dibao", "edge": "cq_insure_pct_edge_other"}
OTHER_SHARE = "cq_insure_pct_edge_other"


def _supported(ctx: Context) -> Test:
    """符合资助参保条件: 特困、低保、低保边缘 named by the clause, the others where the county lets them in."""
    category = ctx.category()
    named = among(ctx, category, "cq_insure_named")
    others = all_of(among(ctx, category, "cq_insure_others"), ctx.local("insure_other_ok").is_true())
    return any_of(named, others).named("属于资助参保对象")


@rule("CQ-23", op="screen", kind="med_insure")
def insurance_supported(ctx: Context) -> Verdict:
    """003:(九): 对符合资助参保条件的低收入人口参加城乡居民基本医保，按个人缴费标准一定比例给予资助."""
    return judge(_supported(ctx))


@rule("CQ-23", op="compute", quantity="insure_subsidy", unit="person")
def subsidy_tier_one(ctx: Context) -> Quantity | None:
    """003:(九): 一档: 特困全额，低保90%，低保边缘和其他符合资助条件的70%."""
    tier, supported = ctx.person("insure_tier"), _supported(ctx)
    if supported.fails or tier.in_(("tier2", "none")).holds:
        return None
    missing = frozenset[str]().union(supported.missing, tier.missing)
    if missing:
        return ctx.quantity(Value(None, missing), unit="元/人·年", tier="tier1", estimate=True)
    share = ctx.param(SHARES.get(ctx.category().value, OTHER_SHARE))
    return ctx.quantity(ctx.local("insure_tier1_fee") * share * PERCENT, unit="元/人·年", tier="tier1", estimate=True)


@rule("CQ-24", op="compute", quantity="insure_subsidy", unit="person")
def subsidy_tier_two(ctx: Context) -> Quantity | None:
    """003:(九): 自愿参加二档的，统一按一档个人缴费标准的100%资助."""
    supported = _supported(ctx)
    if supported.fails or not ctx.person("insure_tier").is_("tier2").holds:
        return None
    if supported.unknown:
        return ctx.quantity(Value(None, supported.missing), unit="元/人·年", tier="tier2", estimate=True)
    return ctx.quantity(ctx.local("insure_tier1_fee") * ctx.param("cq_insure_pct_tier2") * PERCENT, unit="元/人·年", tier="tier2", estimate=True)


def _first_group(ctx: Context) -> Test:
    """低保、特困、返贫致贫人口."""
    return any_of(among(ctx, ctx.category(), "cq_med_group_a"), ctx.hh("returned_poor").is_true())


def _second_group(ctx: Context) -> Test:
    """低保边缘户、脱贫不稳定户、边缘易致贫户、突发严重困难户."""
    return any_of(
        among(ctx, ctx.category(), "cq_med_group_b"), ctx.hh("unstable_out_of_poverty").is_true(), ctx.hh("edge_easy_poor").is_true(), ctx.hh("sudden_hardship").is_true()
    )


def _floor(ctx: Context) -> tuple[Test, Value | None]:
    """The group a person is in and the floor that goes with it; no floor yet while the group is undecided."""
    first, second = _first_group(ctx), _second_group(ctx)
    if first.holds:
        return first.named("低保、特困、返贫致贫人口"), ctx.param("cq_med_ratio_a") * PERCENT
    if second.holds:
        return second.named("低保边缘户、脱贫不稳定户、边缘易致贫户、突发严重困难户"), ctx.param("cq_med_ratio_b") * PERCENT
    return any_of(first, second).named("属于医疗救助写明比例的对象"), None


@rule("CQ-25", op="screen", kind="med_aid")
def medical_aid(ctx: Context) -> Verdict:
    """003:(九): two floors; 刚性支出困难家庭中的大病患者按规定给予, with no number in the document."""
    group, floor = _floor(ctx)
    if floor is not None:
        return judge(group, ratio_floor=floor.value, base="政策范围内个人自付")
    if ctx.category().is_("rigid").holds:
        rules = ctx.local("med_rules")
        by_rule = judge(
            ctx.person("severe_illness").is_true("刚性支出困难家庭中的大病患者"), rules.test(lambda _: True) if rules.known else unknown("local.med_rules"),
        )
        return judge(group) if by_rule.verdict == "fails" and group.unknown else by_rule
    return judge(group)


@rule("CQ-25", op="compute", quantity="ratio_floor", unit="person")
def medical_floor(ctx: Context) -> Quantity | None:
    """003:(九): 不低于70%、不低于60%. A floor, not what will be paid."""
    group, floor = _floor(ctx)
    if floor is not None:
        return ctx.quantity(floor, unit="政策范围内个人自付的比例，不低于", base="政策范围内个人自付")
    if ctx.category().is_("rigid").holds and not ctx.local("med_rules").known and not ctx.person("severe_illness").is_(False).holds:
        return ctx.quantity(Value(None, frozenset({"local.med_rules"})), base="政策范围内个人自付")
    return ctx.quantity(Value(None, group.missing), base="政策范围内个人自付") if group.unknown else None


@rule("CQ-26", op="screen", kind="med_tilt")
def tilted_aid(ctx: Context) -> Verdict:
    """003:(九): 经三重医疗制度综合保障救助后政策范围内个人负担仍然较重的，给予倾斜救助. How heavy is the county's number."""
    burden = ctx.group("medical")("in_policy_selfpay")
    limit = ctx.local("med_rules.tilt_selfpay_min")
    return judge(burden.compare(">=", limit.map(lambda text: fraction(text, "local.med_rules.tilt_selfpay_min"))).named("三重保障后政策范围内个人负担仍然较重"))
