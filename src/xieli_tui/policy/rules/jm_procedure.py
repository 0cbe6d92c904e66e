"""002 三(一)2, 三(二)2-4, 二: investigation, publicity, who decides, near relatives, changes, tax and bank queries (JM-05 .. JM-09, JM-13, JM-19).

Rules kept here
- each step waits for the record of the one before; what is not known is a warning that names it, except where somebody's 委托 is the point;
- the number of publicity days is not in the document: only that both boards carried the notice is asked here;
- an urgent kind does not wait for investigation, opinion and 公示 (the kinds named by row parameter `emergency` of JM-06): 004:二(二), in force beside
  this document, wants 快速响应 and a 绿色通道. They stay owed and are a reminder until they are on record. An urgent mark on any other kind skips nothing;
- a rejection is not hung out: 审核公示 and 审批公示 are of those who are to be granted.
"""

from __future__ import annotations

from xieli_tui.domain import codes
from xieli_tui.policy.answer import Guard, Quantity, allow, block, guard, route
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, Value, all_of, any_of, known, unknown
from xieli_tui.policy.registry import rule


def investigated(ctx: Context) -> Test:
    """采取信息化核对、入户调查、邻里访问、信函索证及其他有效方式: at least one is on record."""
    return ctx.app("investigations").test(bool)


def opinion_given(ctx: Context) -> Test:
    """初审意见 is on record."""
    return ctx.app("opinion").test(lambda one: one is not False)


def urgent(ctx: Context) -> bool:
    """Whether the act is about an urgent kind: the action's kind, else the application's."""
    return ctx.arg("kind").else_(ctx.app("kind")).value in (ctx.source.rules["JM-06"].params.get("emergency") or ())


def afterwards(ctx: Context, done: Guard) -> Guard:
    """What must come first for others is a reminder for an urgent kind."""
    if done.result == "block" and urgent(ctx):
        return Guard("warn", f"急难先办，事后补齐：{done.why}", missing=done.missing)
    return done


@rule("JM-05", op="check", action="township.report_up")
def investigate_then_say(ctx: Context) -> Guard:
    """002:三(二)2: 对申请人家庭经济状况、实际生活情况及个人有关情况进行调查核实，并提出初审意见. An urgent kind does not wait for it."""
    return afterwards(ctx, guard(all_of(investigated(ctx), opinion_given(ctx)), ok="已调查核实并有初审意见", otherwise="上报前要有调查核实和初审意见", next_actor="township"))


def posted(ctx: Context, kind: str, place: str) -> Test:
    """Whether a notice of this kind hangs or hung on this board; a notice whose first day is to come does not."""
    if not ctx.app("publicity").known:
        return unknown("app.publicity")
    here = [
        one for one in ctx.app.rows("publicity")
        if codes.find("notice_kind", str(one("kind").value)) == kind and codes.find("place", str(one("place").value)) == place
    ]
    return any_of(*(known(True) if not one("from").known else one("from") <= ctx.asof for one in here))


@rule("JM-06", op="check", action=("township.report_up", "county.decide"))
def review_notice_on_both_boards(ctx: Context) -> Guard | None:
    """002:三(二)3: 在镇政府(街道办事处)、村(居)民委员会固定的公开栏进行申请审核公示、审批公示 (read as both boards).

    Reading: the clause names no order in time between notice and decision and says nothing of emergencies. For an ordinary kind the notice comes
    first (an urgent mark on the application alone changes nothing); an urgent kind goes through the green lane of 004:二(二): the notice is still
    owed, after the aid, and is a warning until both boards carry it (desk/procedure.py lists no notice before the decision of an urgent kind).
    """
    if ctx.arg("granted").value is False:
        return None
    first, then = ctx.param("jm_publicity_kinds").value[:2]
    places = ctx.param("jm_publicity_places").value
    done = guard(
        all_of(*(posted(ctx, first, place) for place in places)), ok="审核公示已在镇、村两处公开栏进行", otherwise="审核公示要在镇、村两处公开栏都进行",
        next_actor="township",
    )
    if ctx.action == "county.decide" and done.result == "allow":
        return allow(f"{done.why}，之后还要在两处进行审批公示", extra={"notices": [{"kind": then, "place": place} for place in places]})
    return afterwards(ctx, done)


@rule("JM-07", op="check", action="township.decide", topic="decision_level")
def county_decides(ctx: Context) -> Guard:
    """002:三(一)2: 县级政府认真审查镇(街道)上报的申请材料、调查材料和审核意见，依法作出审批决定."""
    return block("由县级（各市、区）审查后作出决定，镇（街道）上报申请材料、调查材料和审核意见", str(ctx.param("jm_decision_level").value))


@rule("JM-07", op="check", action="county.decide", topic="decision_level")
def county_examines_first(ctx: Context) -> Guard:
    """002:三(一)2: 认真审查镇(街道)上报的申请材料、调查材料和审核意见."""
    return afterwards(ctx, guard(
        all_of(investigated(ctx), opinion_given(ctx)), ok="镇（街道）上报的调查材料和审核意见齐全，由县级审查",
        otherwise="缺镇（街道）上报的调查材料或审核意见", next_actor="township",
    ))


@rule("JM-07", op="compute", quantity="decision_level")
def level_of_decision(ctx: Context) -> Quantity | None:
    """002:三(一)2: every application is decided by the county, whatever kind and sum."""
    if not ctx.app("kind").known:
        return None
    return ctx.quantity(ctx.param("jm_decision_level"))


def kin_filed(ctx: Context, kin: Value) -> Test:
    """近亲属备案: no such relation, or it is filed. A relation that is only named is not filed yet."""
    if isinstance(kin.value, dict):
        return known(ctx.app("kin_relation.filed").test(bool).holds)
    return kin.test(lambda one: one is False or one in ctx.row.params["none"] or one in ctx.row.params["filed"])


def kin_of(ctx: Context) -> Value:
    """app.kin_relation, else a member named as near relative of somebody; not asked is unknown."""
    relation = ctx.app("kin_relation")
    if not relation.known and any(one("near_relative_of").test(lambda word: word is not False).holds for one in ctx.persons):
        return Value(True)
    return relation


@rule("JM-09", op="check", action=("township.accept_application", "township.report_up", "county.decide"))
def near_relatives_are_filed(ctx: Context) -> Guard | None:
    """002:三(一)2: 落实近亲属备案制度. Taken in with a reminder; not passed on or decided before it is filed."""
    done = guard(kin_filed(ctx, kin_of(ctx)), ok="没有近亲属关系，或已经备案", otherwise="申请人是经办人员或村（居）干部近亲属的，要先备案", next_actor="township")
    if ctx.action == "township.accept_application":
        return None if done.result != "block" else Guard("warn", "可以受理，近亲属关系要备案")
    return done


@rule("JM-13", op="check", action=("adjust_benefit", "terminate_aid"), topic="who_adjusts")
def changes_go_to_the_county(ctx: Context) -> Guard:
    """002:三(二)4: 及时对相关人员、数据进行调整并报请县级政府相关部门调整保障措施."""
    actor = ctx.actor or ctx.user("role").value
    if actor == "county":
        return allow("由县级部门调整保障措施", next_actor="county")
    return route("镇（街道）调整人员和数据，报请县级部门调整保障措施", "county")


def authorised(ctx: Context, person: Record) -> Test:
    """A 授权 of this member that still runs today (its last day counts)."""
    own = [one for one in ctx.app.rows("authorisation") if one("person").value == person.id]
    return any_of(*(one("valid_to") >= ctx.asof for one in own))


@rule("JM-19", op="check", action="export_check_request")
def by_their_own_request(ctx: Context) -> Guard:
    """002:二 市税务局: 根据申请或已获得社会救助家庭(人员)以个人名义请求、委托，依法代为查询. 人民银行: 依法依规提供存款信息."""
    if not ctx.app("authorisation").known:
        test = unknown("app.authorisation")
    elif not ctx.persons:
        test = unknown("persons")
    else:
        test = all_of(*(authorised(ctx, one) for one in ctx.persons))
    return guard(test, ok="每个家庭成员都有在有效期内的授权", otherwise="查询纳税、存款信息要有每个家庭成员自己的请求、委托，授权要在有效期内", unknown="block", next_actor="applicant")
