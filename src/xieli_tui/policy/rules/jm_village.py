"""002 三(二)1: who takes an application in, and what a village committee may and may not do (JM-01 .. JM-04).

Rules kept here
- the township takes in directly; a village neither takes in nor gives an opinion first;
- with the applicant's 委托 a village may hand in or pass on; what is not known of the 委托 blocks.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, allow, block, guard
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, all_of
from xieli_tui.policy.registry import rule


@rule("JM-01", op="check", action="township.accept_application", topic="who_accepts")
def township_takes_in_directly(ctx: Context) -> Guard | None:
    """002:三(二)1: 按规定直接受理低保、特困人员救助供养申请以及医疗救助、临时救助、孤儿基本生活保障、两项补贴申请."""
    kind = ctx.arg("kind").else_(ctx.app("kind"))
    named = kind.test(lambda one: one in ctx.param("jm_township_accept_kinds").value)
    if named.fails:
        return None  # the clause names seven kinds and is silent about others
    if named.unknown:
        return allow("条款列出的七种申请由镇政府（街道办事处）直接受理，这一份没有写是哪一种", missing=("app.kind",))
    return allow("由镇政府（街道办事处）直接受理，不用村（居）民委员会先提出意见")


@rule("JM-02", op="check", action="village.accept_application")
def village_takes_nothing_in(ctx: Context) -> Guard:
    """002:三(二)1: 不得交由村(居)民委员会受理申请."""
    return block("申请不得交由村（居）民委员会受理，由镇政府（街道办事处）直接受理", "township")


@rule("JM-03", op="check", action="village.require_opinion")
def no_opinion_first(ctx: Context) -> Guard:
    """002:三(二)1: 也不得要求村(居)民委员会先提出意见."""
    return block("不得要求村（居）民委员会先提出意见，受理不等这一项", "township")


def entrusted(ctx: Context) -> Test:
    """A 委托 of the applicant with its day and who gave it, not dated after today."""
    given = ctx.app("entrust")
    if not isinstance(given.value, dict):
        return given.test(lambda one: one is not False)
    return all_of(ctx.app("entrust.by").test(bool), ctx.app("entrust.date") <= ctx.asof)


@rule("JM-04", op="check", action="village.submit_on_behalf")
def with_the_applicants_word(ctx: Context) -> Guard:
    """002:三(二)1: 受申请人委托，村(居)民委员会可以代其向所属镇政府(街道办事处)提出申请或转交材料."""
    return guard(
        entrusted(ctx), ok="受申请人委托，可以代其向镇政府（街道办事处）提出申请或转交材料", otherwise="没有申请人的委托，不能代为提出申请或转交材料",
        unknown="block", next_actor="applicant",
    )
