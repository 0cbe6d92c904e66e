"""000:2, 000:11, 000:16, 000:18: services, disability allowances, other aid; coordinators, stations and posts of the county.

Rules kept here
- an allowance extends beyond its group only where the county says so (`local.dis_extend`, by kind): discretion, never meets;
- a lint speaks about villages and bodies the county registered, nothing about people.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Lint, Verdict, judge
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, all_of, any_of, not_
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.jx_common import household_is, poor_family

MIND = ("intellect", "mental", "智力", "精神", "智力残疾", "精神残疾")


def disabled(ctx: Context) -> Test:
    """A disabled person: severe, certified, or with a kind of disability on record."""
    person = ctx.person
    return any_of(
        person("severe_disabled").is_true(), person("disability_cert").is_true(), person("disability_kind").test(lambda word: word not in ("", "none")),
    ).named("残疾人")


def extended(ctx: Context) -> Test:
    """有条件的地方可扩大: the county's switch for this allowance: a table or list by kind, or one flag for all."""
    found = ctx.local("dis_extend")
    if isinstance(found.value, dict):
        return ctx.local(f"dis_extend.{ctx.key}").is_true("当地扩大了补贴范围")
    return found.test(lambda value: ctx.key in value if isinstance(value, (list, tuple)) else value is True, "当地扩大了补贴范围")


@rule("JX-38", op="screen", kind="dis_living")
def living_allowance(ctx: Context) -> list[Verdict]:
    """000:11: 困难残疾人生活补贴; 有条件的地方可逐步扩大至低收入家庭残疾人及其他困难残疾人."""
    person = disabled(ctx)
    return [
        judge(person, household_is(ctx, "dibao").named("低保家庭")),
        judge(person, poor_family(ctx).named("低收入家庭或其他困难残疾人"), extended(ctx), then="discretion"),
    ]


@rule("JX-38", op="screen", kind="dis_nursing")
def nursing_allowance(ctx: Context) -> list[Verdict]:
    """000:11: 重度残疾人护理补贴; 有条件的地方可扩大到非重度智力、精神残疾人或其他残疾人."""
    severe = ctx.person("severe_disabled").is_true("重度残疾")
    mind = ctx.person("disability_kind").in_(MIND, "智力、精神残疾")
    return [judge(severe), judge(not_(severe, "非重度"), any_of(mind, disabled(ctx)).named("智力、精神残疾人或其他残疾人"), extended(ctx), then="discretion")]


@rule("JX-38", op="screen", kind="dis_orphan_care")
def severely_disabled_orphan(ctx: Context) -> Verdict:
    """000:11: 建立重度残疾孤儿（事实无人抚养儿童）照料护理补贴制度."""
    person = ctx.person
    return judge(
        person("severe_disabled").is_true("重度残疾"), any_of(person("orphan").is_true(), person("unsupported_child").is_true()).named("孤儿或事实无人抚养儿童"),
    )


@rule("JX-38", op="screen", kind="svc_dis_care")
def care_of_the_severely_disabled(ctx: Context) -> Verdict:
    """000:11: 落实贫困重度失能残疾人照护和托养政策."""
    person = ctx.person
    return judge(poor_family(ctx).named("贫困"), person("severe_disabled").is_true("重度残疾"), person("cannot_selfcare").is_true("失能"))


@rule("JX-39", op="screen", kind="dis_cert")
def assessment_at_the_door(ctx: Context) -> Verdict:
    """000:11: 建立常态化上门评残、办证机制."""
    person = ctx.person
    seen = [visit("apparent_disability") for visit in ctx.records("visits") if _about(ctx, visit("person").value, visit("apparent_disability").value)]
    marks = [one.test(lambda value: value not in (False, "none", "no")) for one in (*seen, person("apparent_disability")) if one.known]
    apparent = any_of(*marks) if marks else person("apparent_disability").is_true()
    return judge(apparent.named("走访时看到明显残疾"), person("disability_cert").is_false("没有残疾证"), refer=["dpf"])


def _about(ctx: Context, named: object, mark: object) -> bool:
    if named is not None:
        return named == ctx.person.id
    ids = [one.id for one in ctx.persons]
    return mark == ctx.person.id or (mark not in ids and len(ids) == 1)


@rule("JX-40", op="screen", kind="judicial_aid")
def judicial_aid(ctx: Context) -> Verdict:
    """000:11: 为遭受犯罪侵害或民事侵权，无法通过诉讼及时获得有效赔偿的当事人或近亲属提供救助."""
    return judge(
        ctx.event("kind").in_(("crime", "tort", "domestic", "犯罪侵害", "民事侵权")).named("遭受犯罪侵害或民事侵权"),
        ctx.event("compensated").is_false("无法及时获得有效赔偿"),
    )


@rule("JX-40", op="screen", kind="fee_funeral")
def funeral(ctx: Context) -> Verdict:
    """000:11: 全面落实基本殡葬服务免费制度."""
    return judge(ctx.event("kind").in_(("death", "去世")).named("家里有人去世"))


SPECIAL_HARDSHIP = ("cannot_selfcare", "severe_disabled", "orphan", "unsupported_child", "left_behind")


def special_hardship(person: Record) -> Test:
    """特殊困难群体, as far as facts know it."""
    return any_of(*(person(one).is_true() for one in SPECIAL_HARDSHIP)).named("特殊困难：不能自理、重度残疾、孤儿、事实无人抚养、留守")


@rule("JX-52", op="screen", kind="svc_visit_care")
def visits_and_care(ctx: Context) -> Verdict:
    """000:2: 对特殊困难群体提供探视巡访和照料护理等专业服务."""
    return judge(poor_family(ctx), special_hardship(ctx.person))


@rule("JX-52", op="screen", kind="svc_socialwork")
def social_work(ctx: Context) -> Verdict:
    """000:2: 对特殊困难群体提供心理疏导、能力提升等专业服务; 000:16 by social workers."""
    return judge(poor_family(ctx), ctx.any_person(special_hardship, "特殊困难：不能自理、重度残疾、孤儿、事实无人抚养、留守"))


@rule("JX-52", op="screen", kind="in_kind")
def goods_in_kind(ctx: Context) -> Verdict:
    """000:2: 鼓励发展实物救助，对物资获取困难的群众发放基本生产生活物资."""
    return judge(ctx.hh("goods_hard_to_get").is_true("物资获取困难"), then="discretion")


@rule("JX-52", op="screen", kind="anti_poverty_insurance")
def insurance_against_relapse(ctx: Context) -> Verdict:
    """000:2: 为城乡脱贫对象购买防贫责任保险."""
    return judge(ctx.hh("out_of_poverty").is_true("脱贫对象"))


@rule("JX-47", op="lint", task="coordinators_out_of_range")
def coordinators(ctx: Context) -> list[Lint]:
    """000:18: 每个建制村设立1至2名社会救助协理员."""
    return [
        Lint("coordinators_out_of_range", "社会救助协理员人数不在规定范围", village.id, extra={"count": village("coordinators").value})
        for village in ctx.records("villages") if ctx.bound("jx_coordinators_per_village", village("coordinators")).fails
    ]


@rule("JX-48", op="lint", task="station_missing")
def service_station(ctx: Context) -> list[Lint]:
    """000:18: 救助对象超过200人的村(社区)应建立社会救助服务站(点)."""
    return [
        Lint("station_missing", "救助对象超过规定人数，没有社会救助服务站(点)", village.id)
        for village in ctx.records("villages")
        if all_of(ctx.bound("jx_service_station_gt", village("recipients")), village("station").is_false()).holds
    ]


@rule("JX-49", op="lint", task="socialwork_posts_low")
def social_work_posts(ctx: Context) -> list[Lint]:
    """000:16: 至少设置专业技术岗80%以上为社会工作岗位."""
    return [
        Lint("socialwork_posts_low", "社会工作岗位在专业技术岗中的比例不够", body.id)
        for body in ctx.records("service_bodies")
        if ctx.bound("jx_socialwork_post_ratio_min", body("socialwork_posts"), body("technical_posts")).fails
    ]
