"""003:(十)-(十七): 教育、住房、就业、受灾、服务、减免、残疾人帮扶、慈善: whom each clause names.

Every clause has its own list of categories (特困 is not named for 就业, 集中供养 not for 住房); the lists stand in the pack.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, all_of, any_of, not_
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.cq_common import among, by_county_list, disabled, dispersed_tekun, elder, minor, on_county_list, one_of_us

LOW_INCOME = "低收入人口"
UNSAFE = ("risk", "danger", "C", "D")
"""What a visit writes of a house that is not safe."""


@rule("CQ-27", op="screen", kind="edu")
def schooling(ctx: Context) -> Verdict:
    """003:(十): 在园幼儿、在校学生; 评定后新增的困难学生，原则上纳入下一期."""
    stage, in_school = ctx.person("student_stage"), ctx.person("in_school")
    student = in_school.is_true() if in_school.is_(False).holds or not stage.known else stage.test(lambda _: True)
    if not stage.known and not in_school.known:
        student = Test(None, missing=stage.missing)
    since, assessed = ctx.hh("category_since"), ctx.hh("assessed_date")
    later = {"start_term": ctx.param("cq_edu_next_term").or_default("")} if (since > assessed).holds else {}
    return judge(one_of_us(ctx, "cq_edu_targets", "教育救助写明的对象"), student.named("在园幼儿或在校学生"), **later)


def _housed(ctx: Context) -> Test:
    return any_of(one_of_us(ctx, "cq_housing_targets", ""), dispersed_tekun(ctx)).named("低保、低保边缘、刚性支出困难家庭或分散供养特困人员")


@rule("CQ-28", op="screen", kind="housing_urban")
def urban_housing(ctx: Context) -> Verdict:
    """003:(十一): 符合当地城市住房保障条件的，配租公租房或发放租赁补贴，优先."""
    return judge(_housed(ctx), ctx.hh("area").is_("urban").named("城市"), ctx.hh("housing_difficulty").is_true("住房困难"), priority=True)


@rule("CQ-28", op="screen", kind="housing_rural")
def rural_housing(ctx: Context) -> Verdict:
    """003:(十一): 符合当地农村住房保障条件的，通过农村危房改造等方式，优先."""
    safety = ctx.hh("house_safety")
    need = any_of(ctx.hh("housing_difficulty").is_true(), *([safety.in_(UNSAFE)] if safety.known and safety.value != "unseen" else []))
    return judge(_housed(ctx), ctx.hh("area").is_("rural").named("农村"), need.named("住房困难或有安全隐患"), priority=True)


@rule("CQ-29", op="screen", kind="startup")
def business(ctx: Context) -> Verdict:
    """003:(十二): 贷款贴息、税费减免 for a family with somebody able to work."""
    return judge(one_of_us(ctx, "cq_employment_targets", "就业救助写明的对象"), ctx.any_person("labour_able", "家里有劳动能力"))


@rule("CQ-29", op="screen", kind=("employment", "social_ins"))
def work(ctx: Context) -> Verdict:
    """003:(十二): 低保对象、低保边缘、刚性支出困难家庭成员. 特困人员 is not named."""
    return judge(one_of_us(ctx, "cq_employment_targets", "就业救助写明的对象"), ctx.person("labour_able").is_true("有劳动能力"))


@rule("CQ-30", op="screen", kind="disaster")
def disaster(ctx: Context) -> Verdict:
    """003:(十三): 遭遇自然灾害的低保、特困、低保边缘、刚性支出、防止返贫监测对象."""
    return judge(one_of_us(ctx, "cq_disaster_targets", "受灾救助写明的对象"), ctx.event("kind").is_("disaster").named("遭遇自然灾害"))


@rule("CQ-33", op="screen", kind="svc_visit_care")
def visit_and_care(ctx: Context) -> Verdict:
    """003:(十五): 鼓励对低收入人口中生活不能自理的老年人、未成年人、残疾人等提供访视、照料."""
    who = any_of(elder(ctx, ctx.person), minor(ctx, ctx.person), disabled(ctx.person))
    return judge(
        one_of_us(ctx, "cq_low_income", LOW_INCOME), ctx.person("cannot_selfcare").is_true("生活不能自理"), who.named("老年人、未成年人或残疾人"), then="discretion"
    )


@rule("CQ-33", op="screen", kind="svc_disabled_elder")
def care_home_for_elders(ctx: Context) -> Verdict:
    """003:(十五): 鼓励组织开展经济困难失能老年人集中照护服务."""
    return judge(
        one_of_us(ctx, "cq_low_income", "经济困难"), ctx.person("cannot_selfcare").is_true("失能"), elder(ctx, ctx.person).named("老年人"), then="discretion"
    )


@rule("CQ-33", op="screen", kind="svc_socialwork")
def social_work(ctx: Context) -> Verdict:
    """003:(十五): 为低收入人口提供心理疏导、资源链接、能力提升、社会融入等服务."""
    return judge(one_of_us(ctx, "cq_low_income", LOW_INCOME))


@rule("CQ-34", op="screen", kind=("fee_electric", "fee_tv", "fee_funeral"))
def fee_relief(ctx: Context) -> Verdict:
    """003:(十六): 特困、低保; 其他符合条件的低收入人口 only where the county lists them for this fee."""
    named = one_of_us(ctx, "cq_fee_targets", "特困人员或低保对象")
    if named.fails and one_of_us(ctx, "cq_low_income", LOW_INCOME).holds:
        return by_county_list(ctx, "本地写明的其他低收入人口")
    return judge(named)


@rule("CQ-34", op="screen", kind="fee_waste")
def waste_fee(ctx: Context) -> Verdict:
    """003:(十六): 城市居民最低生活保障家庭; a rural one gets none."""
    return judge(among(ctx, ctx.category(), "cq_waste_fee_targets", "低保家庭"), among(ctx, ctx.hh("area"), "cq_waste_fee_scope", "城市居民"))


@rule("CQ-34", op="screen", kind="dis_barrier_free")
def barrier_free_home(ctx: Context) -> Verdict:
    """003:(十六): 做好困难重度残疾人家庭无障碍改造工作."""
    return judge(one_of_us(ctx, "cq_low_income", "困难家庭"), ctx.person("severe_disabled").is_true("重度残疾"))


@rule("CQ-35", op="screen", kind=("dis_living", "dis_rehab", "dis_device"))
def disability_extension(ctx: Context) -> list[Verdict]:
    """003:(十六): 鼓励有条件的地方延伸至低保边缘、刚性支出家庭成员. Whom the subsidy covers anyway is not written here: the county's list says."""
    reach = one_of_us(ctx, "cq_dis_extend_targets", "低保边缘或刚性支出困难家庭成员")
    need = [disabled(ctx.person).named("残疾人")]
    if ctx.key == "dis_rehab":
        need.append(minor(ctx, ctx.person).named("儿童"))
    others = all_of(one_of_us(ctx, "cq_low_income", ""), not_(reach)).named("其他低收入人口")
    return [
        judge(reach, *need, ctx.local(f"dis_extend.{ctx.key}").is_true("本地已决定延伸"), then="discretion"),
        judge(others, *need, on_county_list(ctx)),
    ]


@rule("CQ-40", op="screen", kind=("charity_project", "volunteer"))
def charity(ctx: Context) -> Verdict:
    """003:(十七): 面向低收入人口开展慈善帮扶，救助需求与慈善供给匹配. Whether there is a supply is not known here."""
    return judge(all_of(one_of_us(ctx, "cq_low_income", LOW_INCOME)), then="discretion")
