"""000:12, 000:17, 000:三(二): who accepts, who decides, what may not be asked for, and what a check of property needs.

Rules kept here
- urgent aid is handled where it happens, and nobody is turned away for his hukou;
- a delegation nobody wrote down is none: the township is told that the county decides, with what is missing;
- the village is never the one that accepts or decides (X-04 stands above).
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, Quantity, allow, block, guard, route, warn
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, Value, all_of, any_of, known, unknown
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.jx_urgent import amount_of


def emergency(ctx: Context) -> Test:
    """急难型临时救助."""
    kinds = ("temp_emergency", "temp_advance")
    return any_of(ctx.app("emergency").is_true(), ctx.app("kind").in_(kinds), ctx.arg("kind").in_(kinds))


@rule("JX-20", op="check", action="township.accept_application", topic="where_handled")
def where_it_happens(ctx: Context) -> Guard | None:
    """000:12: 对急难型临时救助，放宽户籍地、居住地申请限制，由急难发生地实施临时救助."""
    if not emergency(ctx).holds:
        return None
    place = ctx.event("place_region")
    if place.known:
        return allow("急难型临时救助由急难发生地办理，不受户籍地、居住地限制", next_actor="township", handled_by=place.value)
    return warn("急难型临时救助由急难发生地办理，发生地还没有写", next_actor="township", missing=tuple(sorted(place.missing)))


@rule("JX-44", op="check", action="township.accept_application", topic="residence_permit")
def permit_holder_in_town(ctx: Context) -> Guard | None:
    """000:17: 将进城并持有居住证农业人口纳入居住证所在地救助范围; 开展社会救助异地申办."""
    permit = ctx.hh("residence_permit_region")
    if emergency(ctx).holds or not all_of(ctx.hh("from_agri").is_true(), known(permit.known)).holds:
        return None
    return allow("进城并持有居住证的农业人口由居住证所在地办理，不因户籍在外地不收", next_actor="township", handled_by=permit.value)


@rule("JX-41", op="check", action="township.accept_application", topic="one_window")
def one_window(ctx: Context) -> Guard:
    """000:17: 乡镇(街道)设立社会救助窗口，统一受理，综合评估救助需求，按职责分工及时办理或转请县级相关职能部门办理."""
    needs = ctx.app("needs")
    return allow(
        "乡镇(街道)窗口统一受理，综合评估需求后办理或转请县级部门", next_actor="township",
        extra={"steps": ["受理", "综合评估", "办理或转请"], **({"needs": needs.value} if needs.known else {})},
    )


def delegated(ctx: Context, kind: Value, amount: Value) -> Test:
    """000:17: 按程序将社会救助审核确认权限下放至乡镇(街道): a row of local.delegations in force for kind, place and sum."""
    table = ctx.local("delegations")
    if not table.known or not kind.known:
        return unknown(*table.missing, *(kind.missing if not kind.known else ()))
    return any_of(*(_row_covers(ctx, row, amount) for row in ctx.local.rows("delegations") if row("kind").value == kind.value))


def _row_covers(ctx: Context, row: Record, amount: Value) -> Test:
    start, end, most, place = row("from"), row("to"), row("max_amount"), row("township")
    tests = [one for one in (start <= ctx.asof if start.known else None, end >= ctx.asof if end.known else None) if one is not None]
    if most.known:
        tests.append(ctx.bound("jx_delegation_max", amount, most))
    if place.known:
        code = str(place.value)
        if len(ctx.region) < len(code) or not code.isdigit():
            tests.append(unknown("hh.region"))
        else:
            tests.append(known(ctx.region.startswith(code)))
    return all_of(*tests)


def kind_of(ctx: Context) -> Value:
    """The kind an action is about: its argument, else the application's."""
    return ctx.arg("kind").else_(ctx.app("kind"))


@rule("JX-43", op="check", action="township.decide", topic="decision_level")
def township_decides_when_delegated(ctx: Context) -> Guard | None:
    """000:17: 审核确认权限下放至乡镇(街道); a one-case decision is nobody's to delegate (JX-24)."""
    if ctx.app("special").is_true().holds:
        return None
    return guard(
        delegated(ctx, kind_of(ctx), amount_of(ctx)), ok="县里已把这类救助的确认权限下放到乡镇", otherwise="县里没有把这类救助（或这个金额）的确认权限下放到乡镇，由县级办理",
        unknown="block", next_actor="county",
    )


@rule("JX-43", op="check", action="county.decide", topic="decision_level")
def county_decides_the_rest(ctx: Context) -> Guard | None:
    """000:17: what is not delegated stays with the county."""
    if ctx.app("special").is_true().holds:
        return None
    if delegated(ctx, kind_of(ctx), amount_of(ctx)).holds:
        return route("这类救助的确认权限已下放到乡镇", "township")
    return allow("没有下放的由县级办理", next_actor="county")


@rule("JX-43", op="compute", quantity="decision_level")
def decision_level(ctx: Context) -> Quantity | None:
    """000:17: township where delegated, else county; one-case decisions are the county mechanism's (000:12)."""
    if not ctx.app("kind").known:
        return None
    if ctx.app("special").is_true().holds:
        return ctx.quantity(Value("county_coord"))
    test = delegated(ctx, ctx.app("kind"), ctx.app("amount"))
    return ctx.quantity(Value(None, test.missing) if test.unknown else Value("township" if test.holds else "county"))


@rule("JX-24", op="check", action=("special_aid_decide", "township.decide", "county.decide"))
def special_aid_is_the_countys(ctx: Context) -> Guard | None:
    """000:12: 一事一议，具体救助标准由县级政府确定."""
    if ctx.action != "special_aid_decide" and not ctx.app("special").is_true().holds:
        return None
    if ctx.arg("actor").value == "county_coord":
        return allow("一事一议由县级协调机制议定", next_actor="county_coord")
    return route("特别重大困难“一事一议”，标准由县级政府定，提交县级协调机制", "county_coord")


@rule("JX-45", op="check", action="hold_appraisal")
def no_appraisal_when_clear(ctx: Context) -> Guard:
    """000:17: 对家庭经济状况明晰、事实清楚且无重大异议的，不再组织民主评议."""
    objection = ctx.app("objection")
    clear = all_of(
        ctx.app("economy_clear").is_true(), ctx.app("facts_clear").is_true(), objection.test(lambda word: word not in (True, "major", "重大")),
    )
    if clear.holds:
        return block("家庭经济状况明晰、事实清楚又没有重大异议，不再组织民主评议")
    if clear.fails:
        return allow("情况不够明晰或有重大异议，可以组织民主评议")
    return warn("先核实：情况明晰又没有重大异议的，不再组织民主评议", missing=tuple(sorted(clear.missing)))


@rule("JX-46", op="check", action="request_certificate")
def not_what_the_platform_has(ctx: Context) -> Guard:
    """000:17: 取消可以通过电子政务数据统一共享交换平台查询的相关证明材料."""
    doc, listed = ctx.arg("doc"), ctx.local("queryable_docs")
    if not doc.known or not listed.known:
        return warn("先看这份材料平台上能不能查到，能查到的不再要群众提交", missing=tuple(sorted(doc.missing | listed.missing)))
    if doc.value in listed.value:
        return block("这份材料可以在共享交换平台查询，不得再要群众提交")
    return allow("平台上查不到，可以请群众提供")


@rule("JX-50", op="check", action="export_check_request")
def check_needs_authorisation(ctx: Context) -> Guard:
    """000:三(二): 依法依规开展家庭及其相关成员信息联网查询: every member's authorisation, in force."""
    given = ctx.app("authorisation")
    rows = ctx.app.rows("authorisation")
    tests: list[Test] = []
    for person in ctx.persons:
        own = [row("valid_to") for row in rows if row("person").value == person.id]
        tests.append(any_of(*(one >= ctx.asof for one in own)) if given.known else unknown(*given.missing))
    whole = all_of(*tests) if tests else unknown("persons", *given.missing)
    items = ctx.param("jx_check_items").or_default(())
    extra = {"items": list(items), "members": [person.id for person in ctx.persons]}
    if whole.holds:
        return allow("家庭成员都有有效授权，可以提出核对请求", extra=extra)
    if whole.fails:
        return block("还有家庭成员没有授权，或授权已到期", "village", extra=extra)
    return warn("先把家庭成员的授权写明", missing=tuple(sorted(whole.missing)), extra=extra)
