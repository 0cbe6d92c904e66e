"""001:4-8 and 001:11 珙县: 特困 minors and care, the focus of 临时救助, help with work, services, and the special schemes by cause.

Rules kept here
- 001 names the schemes of 001:6 without department or condition: both are the county's (`local.kind_rules`, `local.departments`), never invented;
- a focus group of 001:5 is attention, no condition: being outside of it fails nothing;
- 探索 / 鼓励 / 有序推进 is `discretion`.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, all_of, any_of
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.gx_common import person_receives, receives

SUDDEN = ("sudden", "突发性", "突发")


# 001:4 特困
@rule("GX-08", op="screen", kind="tekun")
def minor_until_eighteen(ctx: Context) -> Verdict | None:
    """001:4: 将特困供养覆盖的未成年人年龄从16周岁延长至18周岁. What makes a person 特困 is not in 001: for anybody else the county's rule answers."""
    if not ctx.category().is_("tekun").holds:
        return None
    young = ctx.bound("gx_tekun_minor_age_lt", ctx.person("birth_date").age(ctx.asof))
    return judge(ctx.category().is_("tekun", "是特困人员"), young.named("未满18周岁，未成年人继续保障")) if young.holds else None


@rule("GX-08", op="screen", kind="tekun_care")
def care_of_tekun(ctx: Context) -> Verdict:
    """001:4: 分散供养照料服务; 根据服务对象人数和照料护理需求配备管理(护理)人员."""
    return judge(ctx.category().is_("tekun", "是特困人员"))


# 001:5 临时救助
@rule("GX-09", op="screen", kind="temp_emergency")
def temp_aid_focus(ctx: Context) -> Verdict:
    """001:5: 重点关注返贫风险较高的脱贫人口、处于低保边缘人群以及因突发情况导致生活困难的群众. Who is in none of them is left to the county's rule."""
    hard = ctx.any_person("basic_life_hardship", "基本生活困难")
    focus = focus_groups(ctx)
    if hard.fails or not focus.fails:
        return judge(hard, focus, priority=focus.holds)
    allowed = ctx.local("kind_rules.temp_emergency")
    if not allowed.known:
        return Verdict("needs_info", hard.labels(True), tuple(sorted(hard.missing | {"local.kind_rules.temp_emergency"})))
    return judge(hard, ctx.category().in_(allowed.value, "本地规定的对象类别"))


def focus_groups(ctx: Context) -> Test:
    """The three groups of 001:5."""
    hh = ctx.hh
    risk = any_of(hh("returned_poor").is_true(), ctx.category().is_("relapse_monitor"))
    return any_of(
        any_of(hh("unstable_out_of_poverty").is_true(), all_of(hh("out_of_poverty").is_true(), risk)).named("返贫风险较高的脱贫人口"),
        ctx.category().is_("edge", "低保边缘"),
        hh("sudden_hardship").is_true("因突发情况生活困难"),
        ctx.event("traits").has_any(SUDDEN, "因突发情况生活困难"),
    )


# 001:6 按致困类型
@rule("GX-24", op="screen", kind=("med_insure", "med_aid", "edu", "housing_urban", "housing_rural", "disaster"))
def scheme_by_cause(ctx: Context) -> Verdict:
    """001:6: 根据不同致困类型、困难程度，按政策规定分别给予或统筹实施. The cause points to the scheme; whom it covers and who runs it the county says."""
    causes = ctx.hh("causes").has_any(ctx.row.params.get(ctx.key, ()), "致困原因对得上这一类")
    allowed = ctx.local(f"kind_rules.{ctx.key}")
    office = ctx.local(f"departments.{ctx.key}")
    told = {"refer_to": office.value} if office.known else {"dept_missing": f"local.departments.{ctx.key}"}
    if causes.fails:
        return Verdict("fails", ("致困原因里没有这一类",), extra=told)
    if not allowed.known:
        missing = {f"local.kind_rules.{ctx.key}"} | (set() if office.known else {f"local.departments.{ctx.key}"})
        return Verdict("needs_info", causes.labels(True), tuple(sorted(missing | causes.missing)), extra=told)
    covered = ctx.category().in_(allowed.value, "本地规定的对象类别")
    return judge(causes, covered, **told)


# 001:11 就业
@rule("GX-15", op="screen", kind="employment")
def help_with_work(ctx: Context) -> Verdict:
    """001:11: 对有劳动能力和就业意愿的救助对象提供就业帮扶."""
    return judge(person_receives(ctx), ctx.person("labour_able").is_true("有劳动能力"), ctx.person("wants_job").is_true("有就业意愿"))


@rule("GX-15", op="screen", kind="microcredit")
def small_loans(ctx: Context) -> Verdict:
    """001:11: 鼓励各类金融机构为救助对象提供扶贫小额信贷."""
    return judge(receives(ctx), then="discretion")


# 001:4, 7, 8 服务
@rule("GX-22", op="screen", kind="svc_visit_care")
def visit_and_care(ctx: Context) -> Verdict:
    """001:7: 探索通过政府购买服务对社会救助家庭中生活不能自理的老年人、未成年人、残疾人等提供探视、照料服务."""
    person = ctx.person
    age = person("birth_date").age(ctx.asof)
    disabled = any_of(person("severe_disabled").is_true(), person("disability_cert").is_true(), person("disability_kind").test(lambda word: word not in ("", "none")))
    return judge(
        person_receives(ctx, "社会救助家庭"), person("cannot_selfcare").is_true("生活不能自理"),
        any_of(elder(ctx), ctx.bound("gx_tekun_minor_age_lt", age), disabled).named("老年人、未成年人或残疾人"), then="discretion", cite="001:7",
    )


@rule("GX-22", op="screen", kind="svc_boarding")
def boarding(ctx: Context) -> Verdict:
    """001:4: 利用现有闲置资源为困难家庭失能失智老年人、计生特殊家庭老年人提供无偿或低收费托养服务."""
    person = ctx.person
    kind = person("single_kind")
    return judge(
        any_of(ctx.hh("low_income").is_true(), person_receives(ctx, "")).named("困难家庭"),
        all_of(elder(ctx), any_of(person("cannot_selfcare").is_true(), kind.in_(("dementia", "family_planning_elder"))))
        .named("失能失智老年人或计生特殊家庭老年人"),
        then="discretion", cite="001:4",
    )


@rule("GX-22", op="screen", kind="svc_socialwork")
def social_work(ctx: Context) -> Verdict:
    """001:8: 鼓励社会工作服务机构等为救助对象提供心理疏导、资源链接、能力提升、社会融入等救助服务."""
    return judge(receives(ctx), then="discretion", cite="001:8")


def elder(ctx: Context) -> Test:
    """老年人: the age is not in 001 (external)."""
    return ctx.bound("ext_elder_age", ctx.person("birth_date").age(ctx.asof))
