"""000:1 and 000:6 to 000:9: 医疗, 教育, 住房, 就业 — who is looked at for a 专项救助, and the job services owed to the unemployed.

Rules kept here
- a recipient is looked at under the clause of the special aid; a poor family outside 低保 and 特困 under 000:1, never stopped with a no (JX-16);
- ratios and ceilings of medical aid are local: needs_info, never a number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from xieli_tui.policy.answer import Quantity, Task, Verdict, judge
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import YES, Test, Value, all_of, any_of, not_
from xieli_tui.policy.readings import r6_year
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.jx_basic import beyond_basic_aid
from xieli_tui.policy.rules.jx_common import by_local_rule, household_is, person_is, poor_family, recipient

COMPULSORY_STAGES = ("primary", "junior", "小学", "初中")


def _needs_job(ctx: Context) -> Test:
    person = ctx.person
    return all_of(
        person("registered_unemployed").is_true("登记失业"), any_of(person("wants_job").is_true(), person("wants_training").is_true()).named("有就业或培训需求"),
    )


def _housing(area: str, word: str) -> Callable[[Context], Test]:
    def need(ctx: Context) -> Test:
        return all_of(ctx.hh("area").is_(area).named(word), ctx.hh("housing_difficulty").is_true("住房困难"))

    return need


NEEDS: dict[str, Callable[[Context], Test]] = {
    "med_insure": lambda ctx: YES,
    "med_aid": lambda ctx: YES,
    "edu": lambda ctx: ctx.person("in_school").is_true("在校"),
    "housing_urban": _housing("urban", "在城镇"),
    "housing_rural": _housing("rural", "在农村"),
    "employment": _needs_job,
}
"""根据实际需要: the need each 专项救助 answers, as far as facts know it."""


@rule("JX-16", op="screen", kind=tuple(NEEDS))
def special_aid_beyond_basic(ctx: Context) -> Verdict:
    """000:1: 对不符合低保或特困供养条件的低收入、支出型贫困家庭根据实际需要给予相应的专项救助或实施其他必要救助措施.

    Reading: 相应的 leaves to each 专项救助 whom it covers, and no document here says it: without the county's list the family waits for
    `local.kind_rules.<kind>` (X-03) and is never told no; with a list that leaves it out the answer is the county's. What is known not to
    be needed (实际需要) or not to be such a family fails.
    """
    return judge(
        beyond_basic_aid(ctx).named("不符合低保、特困条件的低收入或支出型贫困家庭"), NEEDS[ctx.key](ctx), by_local_rule(ctx),
        special_kinds=list(ctx.param("jx_special_kinds").or_default(())),
    )


@rule("JX-29", op="screen", kind="employment")
def registered_unemployed(ctx: Context) -> Verdict:
    """000:9: 对登记失业的救助对象家庭劳动力有就业或培训需求的，推荐岗位信息、提供职业指导和免费技能培训信息."""
    return judge(recipient(ctx).named("救助对象家庭"), _needs_job(ctx))


SERVICES = {
    "job_offer": ("jx_job_info_min_per_year", "每年推荐岗位信息"),
    "guidance": ("jx_guidance_min_per_year", "每年提供职业指导"),
    "training_info": ("jx_training_info_min_per_year", "每年提供免费技能培训信息"),
}


@rule("JX-29", op="due", task=tuple(SERVICES), unit="person")
def job_services(ctx: Context) -> list[Task]:
    """000:9: 每年至少推荐3次岗位信息、提供1次职业指导和免费技能培训信息; the calendar year (R6)."""
    person = ctx.person
    needs = _needs_job(ctx)  # looked at first: who needs no job owes nothing, whatever the family is
    test = needs if needs.fails else all_of(recipient(ctx), needs)
    if test.fails or (test.unknown and _is_no_worker(ctx).holds):
        return []
    out = []
    for kind, (minimum, why) in SERVICES.items():
        least = ctx.param(minimum)
        if test.unknown or not least.known:
            out.append(Task("needs_info", why, task=kind, person=person.id, missing=tuple(sorted(test.missing | least.missing))))
            continue
        clock = r6_year(_given(ctx, person, kind), ctx.asof, int(least.value))
        out.append(ctx.task(clock, f"{why}，今年还差次数" if clock.count else f"{why}，今年已够", task=kind))
    return out


def _is_no_worker(ctx: Context) -> Test:
    """Whether it is idle to ask about job services: at work, unable to work, or outside the (external) working age."""
    person = ctx.person
    return any_of(
        person("employed").is_true(), person("labour_able").is_false(), not_(ctx.bound("ext_working_age", person("birth_date").age(ctx.asof))),
    )


def _given(ctx: Context, person: Record, kind: str) -> list[dt.date]:
    alone = person.id if len(ctx.persons) == 1 else None
    return [
        one("date").value for one in ctx.records("services")
        if one("kind").value == kind and one("date").known and one("person").or_default(alone) == person.id
    ]


@rule("JX-31", op="screen", kind=("med_insure", "med_aid"))
def medical_aid(ctx: Context) -> Verdict:
    """000:6: 对符合条件的救助对象给予资助参保、医疗救助; 门槛、比例、限额按资金情况合理设置, that is locally."""
    return judge(
        person_is(ctx, ctx.person, "dibao", "tekun").named("低保或特困对象"), ctx.local("med_rules").test(lambda _: True, "当地定了条件和比例"),
    )


@rule("JX-31", op="screen", kind="med_emergency")
def acute_and_unable_to_pay(ctx: Context) -> Verdict:
    """000:6: 对确实无力支付医疗费用的急重危伤病社会救助对象，实施疾病应急救助."""
    person = ctx.person
    return judge(
        person_is(ctx, person, "dibao", "tekun").named("社会救助对象"), person("severe_illness").is_true("急重危伤病"),
        person("ability_to_pay").is_false("无力支付医疗费用"),
    )


@rule("JX-31", op="screen", kind="med_settle")
def settle_at_once(ctx: Context) -> Verdict:
    """000:6: 健全贫困患者县域内住院“先诊疗、后付费”“一站式”结算政策."""
    return judge(poor_family(ctx).named("贫困患者"), ctx.person("in_county_inpatient").is_true("县域内住院"))


def _residual_person(ctx: Context, person: Record) -> Test:
    return any_of(person_is(ctx, person, "tekun").named("特困供养对象"), person("orphan").is_true("孤儿")).named("特困供养对象或孤儿")


@rule("JX-32", op="screen", kind="med_residual")
def residual_is_for_these_only(ctx: Context) -> Verdict:
    """000:6: 特困供养对象、孤儿医疗费用经各项保障后剩余部分由当地财政兜底解决."""
    return judge(_residual_person(ctx, ctx.person))


@rule("JX-32", op="compute", quantity="med_residual", unit="person")
def residual(ctx: Context) -> Quantity | None:
    """000:6: what is left of the bill after every layer is covered in full; nothing is left to the patient."""
    person, bill = ctx.person, ctx.group("medical")
    entitled = _residual_person(ctx, person)
    if entitled.fails or bill("person").or_default(person.id) != person.id or (entitled.unknown and not ctx.has("medical")):
        return None
    left = (bill("total") - bill("paid_by_layers").map(_sum)).map(lambda sum_: max(sum_, Fraction(0)))
    left = left * ctx.param("jx_med_residual_cover")
    if not bill("person").known and sum(not _residual_person(ctx, one).fails for one in ctx.persons) > 1:
        left = Value(None, left.missing | bill("person").missing)  # one bill, several entitled: whose it is must be told
    value = Value(None, left.missing | entitled.missing) if entitled.unknown else left
    return ctx.quantity(value, unit="元", **({"self_pay": Fraction(0)} if value.known else {}))


def _sum(layers: object) -> Fraction:
    if isinstance(layers, dict):
        return sum((one for one in layers.values() if isinstance(one, Fraction)), Fraction(0))
    if isinstance(layers, tuple):
        return sum((one for one in layers if isinstance(one, Fraction)), Fraction(0))
    return layers if isinstance(layers, Fraction) else Fraction(0)


@rule("JX-33", op="screen", kind="edu")
def school_aid(ctx: Context) -> Verdict:
    """000:7: 分类落实经济困难家庭学生资助政策，根据不同教育阶段给予“奖、助、贷、勤、减、免”; 随迁子女 included."""
    stage = ctx.person("student_stage")
    return judge(poor_family(ctx), ctx.person("in_school").is_true("在校"), **({"stage": stage.value} if stage.known else {}))


@rule("JX-33", op="screen", kind="edu_loan_relief")
def loan_relief(ctx: Context) -> Verdict:
    """000:7: 健全国家助学贷款还款救助机制，救助特别困难毕业借款学生."""
    return judge(
        poor_family(ctx).named("特别困难"), ctx.person("student_loan").is_true("有国家助学贷款"), ctx.person("in_school").is_false("已毕业"),
    )


@rule("JX-33", op="screen", kind="edu_nutrition")
def school_meals(ctx: Context) -> Verdict:
    """000:7: 为国家扶贫开发重点县农村义务教育阶段学生提供营养膳食补助."""
    return judge(
        ctx.local("poverty_key_county").is_true("国家扶贫开发重点县"), ctx.hh("area").is_("rural").named("农村"),
        ctx.person("student_stage").in_(COMPULSORY_STAGES, "义务教育阶段"), ctx.person("in_school").is_true("在校"),
    )


@rule("JX-34", op="screen", kind="edu_retention")
def out_of_school(ctx: Context) -> Verdict:
    """000:7: 完善控辍保学工作台账，健全送教上门机制."""
    person = ctx.person
    severe = any_of(person("severe_disabled").is_true(), person("disability_kind").in_(("multiple", "多重残疾")))
    return judge(
        ctx.bound("ext_compulsory_age", person("birth_date").age(ctx.asof)).named("义务教育年龄"), person("in_school").is_false("没有在校"),
        refer=["education"], home_teaching=severe.state,
    )


@rule("JX-35", op="screen", kind=("housing_urban", "housing_rural"))
def housing(ctx: Context) -> Verdict:
    """000:8: 对符合规定条件的住房困难低保家庭、分散供养特困人员、建档立卡贫困户等实施住房救助."""
    dispersed = ctx.any_person(lambda one: all_of(person_is(ctx, one, "tekun"), one("support_mode").is_("dispersed")))
    more: dict[str, Any] = {}
    if ctx.key == "housing_urban" and recipient(ctx).holds:
        more["rent_subsidy_level"] = ctx.param("jx_rent_subsidy_level").value
    return judge(
        any_of(household_is(ctx, "dibao"), dispersed, ctx.hh("filed_poor").is_true()).named("低保家庭、分散供养特困人员或建档立卡贫困户"),
        NEEDS[ctx.key](ctx), **more,
    )
