"""002 二 and 三(二)4: people a department of the joint conference looks after: left-behind children, prisoners' children, returned overseas
Chinese, grown orphans, 特困 land, able 低保 families, disabled people (JM-20 .. JM-22).

Rules kept here
- a finding says which department may be told, never that something is granted;
- 困难 is not defined by the document: 低保, 特困 or a locally recognised low-income family, and nothing else, counts here.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, all_of, any_of, not_
from xieli_tui.policy.registry import rule

RECEIVING = ("dibao", "tekun")


def hard_up(ctx: Context) -> Test:
    """困难 / 贫困: 低保, 特困, or a low-income family."""
    return any_of(ctx.category().in_(RECEIVING), ctx.hh("low_income").is_true()).named("低保、特困或低收入家庭")


def grown_up(ctx: Context) -> Test:
    """成年: from the 18th birthday on (external, R2)."""
    return ctx.bound("ext_adult_age", ctx.person("birth_date").age(ctx.asof)).named("已满18周岁")


def disabled(ctx: Context) -> Test:
    """残疾人: certified, or severely disabled, or with a recorded kind; none of the three is unknown before all are known to be no."""
    person = ctx.person
    kind = person("disability_kind").test(lambda word: word not in ("", "none"))
    return any_of(person("disability_cert").is_true(), person("severe_disabled").is_true(), kind).named("残疾人")


@rule("JM-20", op="screen", kind="left_behind")
def left_behind_child(ctx: Context) -> Verdict:
    """002:三(二)4 掌握农村留守儿童情况; 二 市公安局 落实无户口农村留守儿童的户籍登记; 市教育局 控辍保学."""
    referrals = []
    if ctx.person("has_hukou").is_false().holds:
        referrals.append({"dept": "police", "why": "没有户口，落实户籍登记", "cite": "002:二 市公安局"})
    if ctx.person("in_school").is_false().holds:
        referrals.append({"dept": "education", "why": "不在学，落实控辍保学", "cite": "002:二 市教育局"})
    return judge(ctx.person("left_behind").is_true("留守儿童"), (ctx.hh("area") == "rural").named("在农村"), referrals=referrals)


@rule("JM-20", op="screen", kind="edu_retention")
def kept_in_school(ctx: Context) -> Verdict:
    """002:二 市教育局: 对农村留守儿童受教育情况实施全程管理，落实控辍保学工作."""
    return judge(
        ctx.bound("ext_compulsory_age", ctx.person("birth_date").age(ctx.asof)).named("义务教育年龄"), ctx.person("in_school").is_false("不在学"),
        cite="二 市教育局",
    )


@rule("JM-21", op="screen", kind="prisoner_child")
def child_of_a_prisoner(ctx: Context) -> Verdict:
    """002:二 市司法局: 组织开展服刑人员未成年子女的排查，协助有关部门落实帮扶救助措施."""
    return judge(ctx.person("parent_in_prison").is_true("父母服刑"), not_(grown_up(ctx), "未满18周岁"), cite="二 市司法局")


@rule("JM-21", op="screen", kind="returned_oc")
def returned_overseas_chinese(ctx: Context) -> Verdict:
    """002:二 市外侨局: 配合民政部门落实困难归侨社会救助."""
    return judge(ctx.person("returned_oc").is_true("归侨"), hard_up(ctx), cite="二 市外侨局")


@rule("JM-21", op="screen", kind="adult_orphan_job")
def grown_orphan(ctx: Context) -> Verdict:
    """002:二 市人力资源社会保障局: 加强成年孤儿技能培训和就业帮扶工作."""
    return judge(ctx.person("orphan").is_true("孤儿"), grown_up(ctx), cite="二 市人力资源社会保障局")


@rule("JM-21", op="screen", kind="employment")
def able_willing_and_without_work(ctx: Context) -> Verdict:
    """002:二 市人力资源社会保障局: 对有劳动能力和就业意愿并处于无业状态的保障对象提供就业救助和就业服务."""
    return judge(
        ctx.category().in_(RECEIVING, "保障对象"), ctx.person("labour_able").is_true("有劳动能力"), ctx.person("wants_job").is_true("有就业意愿"),
        ctx.person("employed").is_false("处于无业状态"), cite="二 市人力资源社会保障局",
    )


@rule("JM-21", op="screen", kind="land_right")
def land_of_tekun(ctx: Context) -> Verdict:
    """002:二 市农业局: 做好农村特困供养人员等特殊困难群体的土地经营权流转工作."""
    return judge((ctx.category() == "tekun").named("特困供养人员"), (ctx.hh("area") == "rural").named("在农村"), cite="二 市农业局")


@rule("JM-21", op="screen", kind="targeted_poverty")
def able_dibao_family(ctx: Context) -> Verdict:
    """002:二 市农业局: 将有劳动能力有意愿的低保家庭纳入精准帮扶范围."""
    home = ctx.hh("category").else_(ctx.hh("status"))
    return judge(
        (home == "dibao").named("低保家庭"),
        ctx.any_person(lambda one: all_of(one("labour_able").is_true(), one("wants_job").is_true()), "家里有人有劳动能力、有意愿"),
        cite="二 市农业局",
    )


@rule("JM-22", op="screen", kind="dis_living")
def living_subsidy(ctx: Context) -> Verdict:
    """002:二 市残联: 困难残疾人生活补贴对象的审核、复核."""
    return judge(disabled(ctx), hard_up(ctx))


@rule("JM-22", op="screen", kind="dis_nursing")
def nursing_subsidy(ctx: Context) -> Verdict:
    """002:二 市残联: 重度残疾人护理补贴对象的审核、复核."""
    return judge(ctx.person("severe_disabled").is_true("重度残疾"))


@rule("JM-22", op="screen", kind="dis_rehab")
def rehabilitation(ctx: Context) -> Verdict:
    """002:二 市残联: 组织实施残疾人精准康复服务行动."""
    return judge(disabled(ctx))


@rule("JM-22", op="screen", kind="dis_barrier_free")
def barrier_free_home(ctx: Context) -> Verdict:
    """002:二 市残联: 贫困重度残疾人居家无障碍改造项目."""
    return judge(ctx.person("severe_disabled").is_true("重度残疾"), hard_up(ctx))
