"""003:(三)(五)(六)(十八): who stays under watch, until when, and what a new match calls for.

Rules kept here
- each ground of monitoring is an answer of its own (rejected, exited_2y, risk_other, relapse);
- 不满两年: the watch ends on the day before the second anniversary of the exit (R3);
- a family that may qualify is told and helped to apply; nobody is entered by a program, and an unwilling answer is respected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from xieli_tui.domain.dates import add_months
from xieli_tui.policy.answer import Quantity, Task, Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, Value, all_of, not_
from xieli_tui.policy.readings import r3_less_than
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.cq_common import among, any_one, one_of_us

MONTHS_OF_A_YEAR = 12
STATE_RESULT = {"decided_rejected": "rejected"}
"""An application state that says by itself how it ended."""


@rule("CQ-07", op="screen", kind="monitoring")
def rejected_applicant(ctx: Context) -> Verdict:
    """003:(五): 不符合低保、特困、低保边缘、临时救助条件的申请对象纳入数据库动态监测."""
    result = ctx.app("result").else_(ctx.app("state").map(lambda state: STATE_RESULT.get(state, state)))
    return judge(
        result.is_("rejected").named("申请未通过"),
        among(ctx, ctx.app("kind"), "cq_monitor_rejected_kinds", "申请的是低保、特困、低保边缘或临时救助"),
        reason="rejected",
    )


def _watch(ctx: Context) -> Value:
    """Months of the watch after an exit: the years of the pack."""
    return ctx.param("cq_monitor_exit_years_lt").map(lambda years: int(years * MONTHS_OF_A_YEAR))


def _until(ctx: Context) -> Value:
    """The last day of the watch: the day before the anniversary."""
    watch = _watch(ctx)
    if not watch.known:
        return watch
    return ctx.hh("exit_date").map(lambda gone: add_months(gone, watch.value) - dt.timedelta(days=1))


@rule("CQ-08", op="screen", kind="monitoring")
def left_within_two_years(ctx: Context) -> Verdict:
    """003:(五): 退出不满两年的对象."""
    left, watch = ctx.hh("exit_date"), _watch(ctx)
    never = ctx.hh("exit_from").in_(("none",), "没有享受过救助")
    within = Test(None, missing=watch.missing) if not watch.known else left.test(lambda day: day <= ctx.asof and r3_less_than(day, watch.value, ctx.asof))
    until: dict[str, Any] = {"monitor_until": _until(ctx).value} if left.known else {}
    return judge(*([not_(never, "曾经享受救助")] if never.holds else []), within.named("退出不满两年"), reason="exited_2y", **until)


@rule("CQ-08", op="compute", quantity="monitor_until")
def watched_until(ctx: Context) -> Quantity | None:
    """003:(五): the last day of 不满两年."""
    left, status = ctx.hh("exit_from"), ctx.hh("status")
    if left.is_("none").holds or (not left.known and not ctx.hh("exit_date").known and among(ctx, status, "cq_transfer_from").holds):
        return None
    return ctx.quantity(_until(ctx))


@rule("CQ-09", op="screen", kind="monitoring")
def others_at_risk(ctx: Context) -> Verdict:
    """003:(五): 其他困难人员等有潜在困难或风险的低收入人口."""
    return judge(one_of_us(ctx, "cq_monitor_risk_categories", "其他困难人员"), reason="risk_other")


@rule("CQ-36", op="screen", kind="monitoring")
def relapse_watch(ctx: Context) -> Verdict:
    """003:(三): 防止返贫监测对象 stay under the mechanism of agriculture as well."""
    return judge(any_one(ctx, "relapse_monitor").named("防止返贫监测对象"), reason="relapse", cite="003:(三)")


@rule("CQ-36", op="screen", kind="antirelapse")
def relapse_help(ctx: Context) -> Verdict:
    """003:(三)(十八): both ordinary aid and 防止返贫帮扶; a 监测户 without labour is looked at for 低保、特困."""
    labour = [p("labour_able").is_false() for p in ctx.persons]
    nobody_works = bool(labour) and all_of(*labour).holds
    extra: dict[str, Any] = {"safety_net_check": True, "hint": "无劳动力的监测户，看看是否符合低保、特困条件"} if nobody_works else {}
    return judge(any_one(ctx, "relapse_monitor").named("防止返贫监测对象"), referrals=["agriculture", "civil_affairs"], **extra)


def _newly_fitting(ctx: Context) -> Iterator[tuple[str, str]]:
    """Kind and name of the recognitions this family seems to fit and does not have yet."""
    category = ctx.category().value
    for kind, rule_id, name, held in (
        ("dibao", "X-05", "低保", ("dibao", "tekun")), ("dibao_edge", "CQ-02", "低保边缘家庭", ("dibao", "tekun", "edge")),
        ("rigid_exp", "CQ-03", "刚性支出困难家庭", ("dibao", "tekun", "edge", "rigid")),
    ):
        if category not in held and ctx.outcome(rule_id).verdict == "meets":
            yield kind, name


@rule("CQ-12", op="due", task=("inform", "start_application"))
def tell_and_help(ctx: Context) -> list[Task]:
    """003:(六): 未纳入的，发现符合救助条件的，告知相关救助政策，按规定及时启动救助程序. Each stays until it is recorded.

    Reading: 未纳入社会救助范围 is `hh.status` none; a status nobody recorded asks for itself. Only a full `meets` of a recognition counts as
    发现符合, never one that still waits for a fact. The telling is closed by a record of it, the start by an application of that kind or by
    本人不愿申请; 再考虑 leaves it open.
    """
    recipient = ctx.hh("status")
    if recipient.known and recipient.value != "none":
        return []
    told = {one("kind").value: one("answer").value for one in ctx.records("informed")}
    tasks: list[Task] = []
    for kind, name in _newly_fitting(ctx):
        extra = {"kind": kind}
        if not recipient.known:
            tasks.append(Task("needs_info", f"可能符合{name}，先查清是不是已在享受", task="inform", missing=tuple(recipient.missing), extra=extra))
            continue
        if kind not in told:
            tasks.append(ctx.pending(ctx.asof, f"可能符合{name}，告知政策和申办渠道", task="inform", extra=extra))
        if ctx.app("kind").value != kind and told.get(kind) != "unwilling":
            tasks.append(ctx.pending(ctx.asof, f"可能符合{name}，本人愿意的，协助提出申请", task="start_application", extra=extra))
    return tasks
