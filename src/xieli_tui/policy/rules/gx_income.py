"""001:3 珙县: how the family's income is counted — what may be taken off, and who has no wage imputed.

Rules kept here
- the amounts are the county's (`local.employment_cost_rule`, `local.min_wage_month`), never ours: absent is needs_info (X-03);
- a deduction for rigid spending is a decision by 规定程序: only what was recognised (`hh.rigid_deduction_month`) is taken off, nothing is estimated;
- who cares for somebody is read from the person cared for where he is in the question, else from the recorded kind.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from xieli_tui.policy.answer import Quantity
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, Value, all_of, any_of, known, unknown
from xieli_tui.policy.readings import r2b_infant
from xieli_tui.policy.registry import rule


# 001:3 扣减
@rule("GX-06", op="compute", quantity="income_net")
def income_net(ctx: Context) -> Quantity:
    """001:3: 刚性支出和就业成本（交通、就餐、通信等），核算家庭收入时可按规定程序适当予以扣减."""
    gross, cost = ctx.hh("income_gross_month"), _employment_cost(ctx)
    rigid = ctx.hh("rigid_deduction_month")
    net = gross - cost - (rigid if rigid.known else Value(Fraction(0)))
    if net.known and net.value < 0:
        net = Value(Fraction(0))  # a deduction takes income off, it makes no debt
    lines: list[dict[str, Any]] = [
        {"what": "家庭月总收入", "amount": gross.value},
        {"what": f"就业成本（{'、'.join(ctx.param('gx_employment_cost_items').value or ())}等）", "amount": cost.map(lambda sum_: -sum_).value},
        {"what": "残疾、重病、完成学业的刚性支出（按规定程序认定的）", "amount": rigid.map(lambda sum_: -sum_).value},
    ]
    return ctx.quantity(net, unit="元/月", estimate=True, lines=lines)


def _employment_cost(ctx: Context) -> Value:
    """The county's monthly sum for each person at work; nobody at work needs no sum."""
    if not ctx.persons:
        return Value(None, frozenset({"persons"}))
    at_work = Value(Fraction(0))
    for person in ctx.persons:
        at_work = at_work + person("employed").map(lambda working: Fraction(1 if working else 0))
    if at_work.known and at_work.value == 0:
        return at_work
    return at_work * ctx.local("employment_cost_rule.per_worker_month")


# 001:3 照护
@rule("GX-07", op="compute", quantity="imputed_income", unit="person")
def imputed_income(ctx: Context) -> Quantity | None:
    """001:3: 劳动年龄内有劳动能力但因照护实际未就业的，不再按当地最低工资标准计算其收入. Not about people at work, too old, too young or unable."""
    person = ctx.person
    concerned = all_of(
        ctx.bound("ext_working_age", person("birth_date").age(ctx.asof)), person("labour_able").is_true(), person("employed").is_false(),
    )
    if concerned.fails:
        return None
    caring = carer(ctx)
    if concerned.holds and caring.fails:
        return ctx.quantity(ctx.local("min_wage_month"), unit="元/月", why="没有照护情形，按当地最低工资标准推定")
    waits = all_of(concerned, caring)
    if waits.unknown:
        return ctx.quantity(Value(None, waits.missing))
    return ctx.quantity(Value(Fraction(0)), unit="元/月", why="因照护家庭成员未就业，不推定收入")


def carer(ctx: Context) -> Test:
    """照护家庭成员中的失能重病患者、失能残疾人、失能老人、2周岁以下婴儿."""
    person = ctx.person
    kind, whom = person("cared_kind"), person("cares_for")
    if "none" in (kind.value, whom.value):
        return known(False)
    found = next((one for one in ctx.persons if whom.known and one.id == whom.value), None)
    small, unable = ctx.param("gx_carer_infant_kinds").value or (), ctx.param("gx_carer_kinds").value or ()
    if found is None:
        return any_of(kind.in_(small), kind.in_(unable)) if kind.known else unknown("p.cared_kind", "p.cares_for")
    if kind.value in small:
        return _infant(ctx, found, stated=True)
    if kind.value in unable:
        return known(not found("cannot_selfcare").is_false().holds)
    return any_of(_infant(ctx, found, stated=False), _unable(ctx, found))


def _infant(ctx: Context, cared: Record, *, stated: bool) -> Test:
    """2周岁以下: up to and including the 2nd birthday (R2b). A stated infant without a birth date is believed."""
    birth, limit = cared("birth_date"), ctx.param("gx_carer_infant_age_le")
    if stated and not birth.known:
        return known(True)
    return birth.test(lambda day: r2b_infant(day, ctx.asof, int(limit.value))) if limit.known else unknown(*limit.missing)


def _unable(ctx: Context, cared: Record) -> Test:
    """失能, and one of 重病、残疾、老人."""
    return all_of(
        cared("cannot_selfcare").is_true(),
        any_of(
            cared("severe_illness").is_true(), cared("severe_disabled").is_true(), cared("disability_cert").is_true(),
            ctx.bound("ext_elder_age", cared("birth_date").age(ctx.asof)),
        ),
    )
