"""004 二(一), 二(二): urgent matters listed by the county, help with applying, referrals with time limits, no aid twice (CN-02, CN-05, CN-07, CN-10).

Rules kept here
- the time limit of a referral is the one written on it, else the county's; without either the task waits and says for what;
- the same aid twice, or none at all for a family on the roll, is pointed out and never refused: the document says 防止 and leaves the means open.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, Lint, Task, allow, guard
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, all_of, any_of, known, not_, unknown
from xieli_tui.policy.registry import rule


@rule("CN-02", op="lint", task="emergency_items_empty")
def urgent_matters_are_listed(ctx: Context) -> list[Lint]:
    """004:二(一): 细化“急难”事项的具体情形. What the county has not set is not listed."""
    return [] if ctx.local("emergency_items").value else [Lint("emergency_items_empty", "还没有列出“急难”事项的具体情形")]


@rule("CN-05", op="due", task="help_apply", needs="event")
def help_to_apply(ctx: Context) -> Task | None:
    """004:二(二): 帮助有困难的群众提出救助申请并协助办理，做到早发现、早救助、早干预. Closed by an application that is more than a draft."""
    if not (ctx.event("kind").known or ctx.event("traits").known):
        return None
    if applied(ctx):
        return None
    return ctx.pending(ctx.event("date").or_default(ctx.asof), "遇到急难，帮助提出救助申请并协助办理")


def applied(ctx: Context) -> bool:
    """An application that has left the village's desk, made no earlier than the event."""
    made, state = ctx.app("date"), ctx.app("state")
    there = state.known or made.known or ctx.app("id").known or ctx.app("kind").known
    return there and state.value != "draft" and not (made < ctx.event("date")).holds


@rule("CN-07", op="due", task="referral_followup", needs="referrals")
def referrals_in_time(ctx: Context) -> list[Task]:
    """004:二(二): 明确部门职责及分办、转办流程和办理时限. A feedback closes it."""
    return [followup(ctx, one) for one in ctx.records("referrals") if not one("feedback").test(lambda word: word is not False).holds]


def followup(ctx: Context, referral: Record) -> Task:
    """One referral that has not been answered."""
    why = "转介后要按办理时限跟踪"
    extra = {"referral": referral.id} if referral.id else {}
    if referral("due").known:
        return ctx.pending(referral("due").value, why, extra=extra)
    limit = ctx.days("referral_days", referral("dept").or_default("*"))
    waits = sorted(referral("sent").missing | limit.missing)
    if waits:
        return Task("needs_info", why, missing=tuple(waits), extra=extra)
    return ctx.by(ctx.after(referral("sent").value, limit.value), why, extra=extra)


@rule("CN-10", op="check", action="add_aid")
def not_the_same_aid_twice(ctx: Context) -> Guard | None:
    """004:二(二): 建立救助信息共享机制，加强部门协作，有效防止“重复救助”和“遗漏救助”."""
    mine = programme(ctx, ctx.arg("kind").value)
    if ctx.arg("kind").known and mine is None:
        return None  # not one of the eight programmes the document names
    if ctx.arg("kind").known and not ctx.has("aid"):
        return allow("没有看到登记过的救助", missing=("aid",))
    if not ctx.arg("kind").known:
        twice = unknown("args.kind")
    else:
        twice = any_of(*(same(ctx, one) for one in ctx.records("aid") if programme(ctx, one("kind").value) == mine))
    found = guard(not_(twice), ok="没有看到同一事项或同一期的同种救助", otherwise="同一事项或同一期已有同种救助，请核对是否重复救助")
    return Guard("warn", found.why) if found.result == "block" else found


@rule("CN-10", op="lint", task="aid_omitted")
def nobody_left_out(ctx: Context) -> list[Lint]:
    """004:二(二): 有效防止“遗漏救助”: a family on the roll whose own aid never appears among what it was given."""
    status = ctx.hh("status")
    if status.value in (None, "none") or not ctx.has("aid") or any(one("kind").value == status.value for one in ctx.records("aid")):
        return []
    return [Lint("aid_omitted", "在册而没有登记过这一种救助，请核对是否遗漏救助", str(status.value))]


def programme(ctx: Context, kind: object) -> str | None:
    """Which of the shared programmes a kind belongs to: 临时救助 has several kinds, 住房救助 two."""
    return next((str(one) for one in ctx.param("cn_programmes").value if kind == one or str(kind).startswith(f"{one}_")), None)


def same(ctx: Context, other: Record) -> Test:
    """The same matter; where the matters are not both known, the same kind in the same period (or on the same day).

    One matter paid period after period (a school aid, a monthly fee) is no 重复救助: two periods known to differ are two payments.
    """
    matter, theirs = ctx.arg("matter_id"), other("matter_id")
    if matter.known and theirs.known:
        periodic = ctx.arg("period").known and other("period").known
        return all_of(matter == theirs, ctx.arg("period") == other("period")) if periodic else matter == theirs
    kind = known(ctx.arg("kind").value == other("kind").value)
    if ctx.arg("period").known and other("period").known:
        return all_of(kind, ctx.arg("period") == other("period"))
    if ctx.arg("date").known and other("date").known:
        return all_of(kind, ctx.arg("date") == other("date"))
    return all_of(kind, unknown("args.matter_id" if not matter.known else "aid.matter_id"))
