"""003:(六)(七): alerts by class, each with a day; nothing ends by itself, complex cases go to the county's mechanism.

The number of days is the county's (`local.alert_days.<class>`); where it set none, the task says so instead of inventing one.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, Task, Verdict, allow, judge, route, warn
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, any_of
from xieli_tui.policy.readings import r8_state
from xieli_tui.policy.registry import rule

CLASS_WORDS = {
    "gap": "政策落实不到位", "uncovered": "未纳入但可能符合", "no_longer": "可能不再符合", "complex": "困难情形复杂", "risk": "有困难风险", "life_threat": "情况紧急",
}
STEPS = {
    "gap": "按规定落实，或者商请主管部门落实", "uncovered": "告知政策和申办渠道，按需要转有关部门", "no_longer": "上门核查，是否终止由有权机关按规定决定",
    "complex": "提请区县协调机制一事一议",
}
COORD = "county_coord"


@rule("CQ-17", op="due", task="alert_verify", needs="alerts")
def every_alert_in_time(ctx: Context) -> list[Task]:
    """003:(六): 及时预警、分类管理、限时核查."""
    return [_alert(ctx, one) for one in ctx.records("alerts") if not one("disposition").known]


def _alert(ctx: Context, one: Record) -> Task:
    cls = one("class")
    word = CLASS_WORDS.get(str(cls.value), "预警")
    why = f"预警核查：{word}。{STEPS.get(str(cls.value), '上门核实后处置')}"
    extra = {"alert": one.id, "class": cls.value}
    deadline = one("deadline")
    if not deadline.known:
        days = ctx.days("alert_days", cls.value) if cls.known else cls
        start = one("date")
        if not days.known or not start.known:
            missing = {name for value in (cls, days, start) if not value.known for name in value.missing}
            return Task("needs_info", f"{why}；没有时限，不能算期限", task="alert_verify", missing=tuple(sorted(missing)), extra=extra)
        return ctx.by(ctx.after(start.value, days.value), why, task="alert_verify", extra=extra)
    return ctx.task(r8_state(deadline.value, ctx.asof), why, task="alert_verify", extra=extra)


def _open(ctx: Context, cls: str) -> list[Test]:
    return [one("class").is_(cls) for one in ctx.records("alerts") if not one("disposition").known]


@rule("CQ-15", op="check", action="terminate_aid")
def verify_before_an_end(ctx: Context) -> Guard | None:
    """003:(七): 可能不再符合的，及时核查；符合终止条件的按规定终止. An alert alone ends nothing."""
    if any_of(*_open(ctx, "no_longer")).holds:
        return warn("预警还没有核查，先核查，符合终止条件的再由有权机关按规定终止")
    return None


@rule("CQ-16", op="screen", kind="temp_special")
def complex_case(ctx: Context) -> Verdict:
    """003:(七): 对困难情形复杂的，可适时启动区县级协调机制，一事一议."""
    alerts = [one("class").is_("complex") for one in ctx.records("alerts")]
    special = ctx.app("special").is_true()
    test = any_of(*alerts, *([special] if special.holds or not alerts else []))
    return judge(test.named("困难情形复杂"), then="discretion", next_actor=COORD)


@rule("CQ-16", op="check", action="special_aid_decide")
def one_case_one_decision(ctx: Context) -> Guard:
    """003:(七)(十四): 集体研究处理, by the county's mechanism and nobody else."""
    if ctx.actor == COORD:
        return allow("区县协调机制集体研究")
    return route("困难情形复杂的，由区县困难群众基本生活保障工作协调机制一事一议", COORD)
