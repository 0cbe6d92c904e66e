"""X-04 and X-05: what stands above the five documents. X-01, X-02, X-03 and X-06 are the engine itself (see packs/ext-dibao.toml).

The 低保 base test is external (社会救助暂行办法第九条): cited EXT, unverified. At exactly one standard it fails, as do taper and expenditure.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, Verdict, block, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.registry import rule

DECISIONS = (
    "village.accept_application", "township.accept_application", "township.decide", "county.decide", "township.report_up", "terminate_aid", "adjust_benefit",
    "set_taper", "special_aid_decide",
)
"""Actions that write 受理 / 审核 / 审批 / 确认 / 终止."""


@rule("X-04", op="check", action=DECISIONS)
def a_village_decides_nothing(ctx: Context) -> Guard | None:
    """002:三(二)1 不得交由村(居)民委员会受理; a screening verdict is a hint, the states from 受理 on are written by others."""
    village = "village" in (ctx.actor, ctx.arg("actor").value, ctx.user("role").value)
    if not village:
        return None
    next_actor = "county" if ctx.action in ("county.decide", "special_aid_decide") else "township"
    return block("村里不写受理、审核、审批、确认、终止，只代为提出和转交", next_actor)


@rule("X-05", op="screen", kind="dibao")
def dibao_base(ctx: Context) -> Verdict:
    """EXT: 家庭人均收入低于低保标准，财产符合规定."""
    return judge(
        ctx.bound("x_dibao_income_lt", ctx.hh("income_month"), ctx.local("dibao_std_month") * ctx.hh("size")).named("人均收入低于低保标准"),
        ctx.hh("assets_ok").is_true("财产符合规定"),
    )
