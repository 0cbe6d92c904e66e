"""001:12 and 001:三(二) 珙县: the pledge, fraud, who confirms what, and the city's platform.

Rules kept here
- the pledge and the delegation take unknown as a block with `missing`; the platform number only warns;
- 分批次下放: whether a township has 低保 yet is the county's table (`local.delegations`), never assumed;
- 3,000.00 元 is still 以下 (R1). The county is not the one to confirm what it handed down: routed to the township.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, Quantity, allow, guard, route, warn
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, Value, all_of, any_of, known, unknown
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.gx_common import DIBAO_KINDS, TEMP_KINDS, kind_asked

ON_PLATFORM = ("township.accept_application", "township.decide", "county.decide")


# 001:12 诚信
@rule("GX-16", op="check", action=("village.submit_on_behalf", "township.accept_application"))
def pledge_on_file(ctx: Context) -> Guard:
    """001:12: 建立救助对象诚信申报承诺制度 -> no hand-in and no acceptance without the signed pledge."""
    return guard(
        ctx.app("commitment_signed").is_true(), ok="诚信申报承诺已签", otherwise="还没有签好的诚信申报承诺", unknown="block", next_actor="village",
    )


@rule("GX-17", op="check", action="terminate_aid")
def proved_fraud(ctx: Context) -> Guard | None:
    """001:12: 骗取、套取，或不归还追缴资金的: the county's steps; a village only reads."""
    if ctx.arg("reason").value != "fraud":
        return None
    steps = {"steps": ctx.param("gx_fraud_steps").value or ()}
    if ctx.actor == "county":
        return Guard("allow", "查实骗取套取的，按步骤办", "county", extra=steps)
    return route("是否骗取套取由县里查实决定", "county", extra=steps)


# 001:三(二) 确认权
def delegated(ctx: Context, kinds: tuple[str, ...]) -> Test:
    """Whether the county's table hands these kinds to this household's township on that day; no table is unknown."""
    if not ctx.local("delegations").known:
        return unknown("local.delegations")
    return any_of(*(_in_force(ctx, row) for row in _rows(ctx, kinds)))


def _rows(ctx: Context, kinds: tuple[str, ...]) -> list[Record]:
    return [row for row in ctx.local.rows("delegations") if row("kind").value in kinds]


def _in_force(ctx: Context, row: Record) -> Test:
    """from <= asof <= to, for the township the household lies in; a row without a township is for every one."""
    place = row("township").value
    if place is None or ctx.region.startswith(place):
        here = known(True)
    else:
        here = unknown("hh.region") if place.startswith(ctx.region) else known(False)
    return all_of(
        here,
        row("from").test(lambda day: day <= ctx.asof) if row("from").known else known(True),
        row("to").test(lambda day: ctx.asof <= day) if row("to").known else known(True),
    )


def dibao_at_township(ctx: Context) -> Test:
    """001:三(二): 5月1日起，分批次将低保的确认权委托下放至乡镇政府."""
    start = ctx.param("gx_delegate_dibao_from")
    begun = start.test(lambda day: day <= ctx.asof)
    asked = kind_asked(ctx).value
    kinds = ("dibao",) if asked in (None, "dibao") else ("dibao", str(asked))  # a row for 低保 carries its two extended forms
    return all_of(begun, delegated(ctx, kinds))


def temp_at_township(ctx: Context, amount: Value) -> Test:
    """001:三(二): 3000元以下临时救助的确认权. A row of the county for 临时救助 that has not begun here keeps it at the county."""
    within = ctx.bound("gx_delegate_ta_max", amount)
    rows = _rows(ctx, TEMP_KINDS)
    return all_of(within, any_of(*(_in_force(ctx, row) for row in rows))) if rows else within


@rule("GX-18", op="check", action="township.decide", topic="decision_level")
def dibao_confirmed_by_township(ctx: Context) -> Guard | None:
    """001:三(二): 低保 is confirmed by the township once the county's batch has reached it.

    Reading: 分批次 makes the day of each township the county's own fact. A county that wrote no table is unknown, and a delegation that is
    unknown is a block that names `local.delegations`; a table without a row for this township says the county confirms.
    """
    if kind_asked(ctx).value not in DIBAO_KINDS:
        return None
    return guard(
        dibao_at_township(ctx), ok="低保确认权已下放本乡镇", otherwise="没有看到低保确认权下放本乡镇的登记，由县里确认", unknown="block", next_actor="county",
    )


@rule("GX-19", op="check", action="township.decide", topic="decision_level")
def temp_confirmed_by_township(ctx: Context) -> Guard | None:
    """001:三(二): 3000元以下临时救助 is confirmed by the township, above it by the county."""
    if kind_asked(ctx).value not in TEMP_KINDS:
        return None
    return guard(
        temp_at_township(ctx, ctx.arg("amount").else_(ctx.app("amount"))), ok="金额在乡镇确认权之内", otherwise="超过乡镇确认权，由县里确认", unknown="block",
        next_actor="county",
    )


@rule("GX-18", op="check", action="county.decide", topic="decision_level")
def county_leaves_dibao(ctx: Context) -> Guard | None:
    """001:三(二): what was handed down is confirmed by the township."""
    if kind_asked(ctx).value not in DIBAO_KINDS:
        return None
    return _handed_down(dibao_at_township(ctx))


@rule("GX-19", op="check", action="county.decide", topic="decision_level")
def county_leaves_small_sums(ctx: Context) -> Guard | None:
    """001:三(二): 3000元以下 goes to the township, above it the county confirms."""
    if kind_asked(ctx).value not in TEMP_KINDS:
        return None
    return _handed_down(temp_at_township(ctx, ctx.arg("amount").else_(ctx.app("amount"))))


def _handed_down(test: Test) -> Guard:
    if test.holds:
        return route("确认权已下放乡镇政府", "township")
    if test.fails:
        return allow("不在下放范围，由县里确认", next_actor="county")
    return warn("先看确认权是否已下放", missing=tuple(sorted(test.missing)), next_actor="county")


@rule("GX-18", op="compute", quantity="decision_level")
def level_of_dibao(ctx: Context) -> Quantity | None:
    """001:三(二): who confirms this 低保."""
    if ctx.app("kind").value not in DIBAO_KINDS:
        return None
    return _level(dibao_at_township(ctx))


@rule("GX-19", op="compute", quantity="decision_level")
def level_of_temp_aid(ctx: Context) -> Quantity | None:
    """001:三(二): who confirms this 临时救助."""
    if ctx.app("kind").value not in TEMP_KINDS:
        return None
    return _level(temp_at_township(ctx, ctx.app("amount")))


def _level(test: Test) -> Quantity:
    return Quantity(None, tuple(sorted(test.missing))) if test.unknown else Quantity("township" if test.holds else "county")


# 001:三(二) 平台
@rule("GX-20", op="check", action=ON_PLATFORM)
def platform_number(ctx: Context) -> Guard | None:
    """001:三(二): 7月1日起受理、审核确认在市社会救助综合服务平台办理. Speaks about an application, not about competence alone."""
    if not ctx.app.raw() or not ctx.param("gx_platform_from").test(lambda day: day <= ctx.asof).holds:
        return None
    number = ctx.app("platform_no")
    if number.known:
        return allow("已有平台编号")
    return warn("请在市社会救助综合服务平台办理并记下平台编号", missing=tuple(sorted(number.missing)))
