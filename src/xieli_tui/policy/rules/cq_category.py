"""003:(一)(八): who is 低保边缘, who is 刚性支出困难, who may enter 低保 alone.

Rules kept here
- exactly 1.5 times the standard is not 边缘 (低于, R1); nothing is divided, so an income of 0 with any necessary spending is over every ratio;
- what 当地规定 fixes (standard, disposable income, ratio) comes from the county or stays unknown;
- 可单独纳入 and 可参照“单人户” are 可酌情, never more.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import any_of
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.cq_common import adult


@rule("CQ-02", op="screen", kind="dibao_edge")
def edge_family(ctx: Context) -> Verdict:
    """003:(一): 不符合最低生活保障条件，家庭人均收入低于低保标准1.5倍，收入、财产状况符合低保相关规定."""
    return judge(
        ctx.outcome("X-05").is_("fails").named("不符合低保条件"),
        ctx.bound("cq_edge_income_lt", ctx.hh("income_month"), ctx.local("dibao_std_month") * ctx.hh("size")).named("人均收入低于低保标准的规定倍数"),
        ctx.hh("assets_ok").is_true("财产符合规定"),
    )


@rule("CQ-03", op="screen", kind="rigid_exp")
def rigid_expense_family(ctx: Context) -> Verdict:
    """003:(一): 人均收入低于上年度当地居民人均可支配收入，财产符合规定，必需支出占家庭总收入比例超过当地规定比例."""
    income = ctx.hh("income_year")
    return judge(
        ctx.bound("cq_rigid_income_lt", income, ctx.local("dispo_income_prev_year") * ctx.hh("size")).named("人均收入低于上年度当地居民人均可支配收入"),
        ctx.hh("assets_ok").is_true("财产符合规定"),
        ctx.bound("cq_rigid_expense_ratio_gt", ctx.hh("necessary_exp_year"), ctx.local("rigid_ratio") * income).named("必需支出占总收入比例超过当地规定比例"),
    )


@rule("CQ-05", op="screen", kind="dibao_single")
def severe_member_of_edge_family(ctx: Context) -> Verdict:
    """003:(八): 低保边缘家庭中的重度残疾人、重病患者等，可单独纳入低保. The one place where the computed 边缘 test may stand for the category."""
    return judge(
        any_of(ctx.category().is_("edge"), ctx.outcome("CQ-02").is_("meets")).named("低保边缘家庭成员"),
        any_of(ctx.person("severe_disabled").is_true(), ctx.person("severe_illness").is_true()).named("重度残疾或者重病"),
        then="discretion",
    )


@rule("CQ-06", op="screen", kind="dibao_single")
def adult_unemployed_severe(ctx: Context) -> Verdict:
    """003:(八): 成年无业重度残疾人可参照“单人户”提出低保申请. No family income is asked; 符合条件的 is for the authority."""
    return judge(
        adult(ctx, ctx.person).named("已成年"),
        ctx.person("employed").is_false("无业"),
        ctx.person("severe_disabled").is_true("重度残疾"),
        then="discretion",
    )
