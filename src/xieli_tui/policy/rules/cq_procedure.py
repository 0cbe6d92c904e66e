"""003:(四)(十四)(二十)(二十二): one pass, one chain of aid, urgent aid where it happens, truthful statements, feedback.

Rules kept here
- nobody in an emergency is sent away for where he is registered or lives: the place of the event handles it (取消户籍地、居住地申请限制);
- pay first within the county's small sum, then a statement, not a set of papers;
- while an authorisation or a check is valid nobody asks for it again; papers of an exit are used again only with consent;
- a truthful statement is owed before handing in; in an emergency it follows with the statement.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Guard, Lint, Task, Verdict, allow, block, guard, judge, warn
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import NO, Test, Value, all_of, any_of
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.cq_common import among, urgent_traits

STATEMENT = "supplement_statement"


def _hardship(ctx: Context) -> Test:
    return ctx.any_person("basic_life_hardship").named("基本生活暂时出现严重困难")


def _emergency(ctx: Context) -> Test:
    """A case of 急难社会救助: by the application's own mark, by the event's traits, or by the kind applied for."""
    return any_of(ctx.app("emergency").is_true(), urgent_traits(ctx), among(ctx, ctx.app("kind"), "cq_place_kinds"))


# urgent aid
@rule("CQ-31", op="screen", kind="temp_emergency")
def urgent_aid(ctx: Context) -> Verdict:
    """003:(十四): 突发性、紧迫性、灾难性困难导致基本生活暂时出现严重困难的人员. No hukou, no residence is asked."""
    place = ctx.event("place_region")
    where = {"handled_by": place.value} if place.known else {}
    return judge(urgent_traits(ctx).named("突发性、紧迫性或灾难性困难"), _hardship(ctx), **where)


@rule("CQ-31", op="screen", kind="vagrant")
def stranded(ctx: Context) -> Verdict:
    """003:(十四): 在急难发生地按规定通过生活无着流浪乞讨人员救助."""
    away = ctx.person("away_hardship")
    return judge(any_of(ctx.event("kind").is_("stranded"), away.test(lambda mark: mark is not False)).named("在外遇困、生活无着"))


@rule("CQ-31", op="check", action="township.accept_application", topic="place_of_acceptance")
def place_of_the_event(ctx: Context) -> Guard | None:
    """003:(十四): 取消户籍地、居住地申请限制，在急难发生地办理. Speaks of emergencies only."""
    if not _emergency(ctx).holds:
        return None
    place = ctx.event("place_region")
    if not place.known:
        return Guard("warn", "急难在发生地办理，不看户籍地、居住地；请写明发生地", missing=tuple(place.missing))
    return allow("急难在发生地办理，不看户籍地、居住地", handled_by=place.value)


@rule("CQ-32", op="screen", kind="temp_advance")
def pay_first_possible(ctx: Context) -> Verdict:
    """003:(十四): 情况紧急的，可“小金额先行救助”."""
    return judge(urgent_traits(ctx).named("突发性、紧迫性或灾难性困难"), _hardship(ctx), ctx.app("emergency").is_true("情况紧急"), then="discretion")


@rule("CQ-32", op="check", action="pay_first", topic="pay_first")
def pay_first(ctx: Context) -> Guard:
    """003:(十四): 小金额先行救助，事后补充说明情况. The small sum is the county's; over it the ordinary procedure."""
    cap = ctx.local("small_advance_cap")
    urgent = ctx.app("emergency").is_true()
    within = ctx.bound("cq_small_advance_le", ctx.arg("amount").else_(ctx.app("amount")), cap)
    if urgent.fails:
        return block("不属于情况紧急，走一般程序")
    if within.fails:
        return block("超过本地小金额先行救助的限额，走一般程序")
    test = all_of(urgent, within)
    if test.holds:
        return allow("情况紧急，金额在限额之内，事后补充说明情况", followup=STATEMENT)
    return Guard("warn", "请先核实是否紧急、金额是否在限额之内；事后补充说明情况", missing=tuple(sorted(test.missing)), followup=STATEMENT)


@rule("CQ-32", op="due", task=STATEMENT, needs="advance")
def statement_afterwards(ctx: Context) -> Task | None:
    """003:(十四): 事后补充说明情况. No number of days in the document: due only where the county set one."""
    advance = ctx.group("advance")
    done = advance("followup")
    if not advance.raw() or (done.known and done.value is not False):
        return None
    paid, days = advance("date"), ctx.days("supplement_days")
    if not (paid.known and days.known):
        return ctx.pending(None, "先行救助之后补充说明情况", task=STATEMENT)
    return ctx.by(ctx.after(paid.value, days.value), "先行救助之后补充说明情况", task=STATEMENT)


# one pass
def _valid(ctx: Context, until: Value) -> Test:
    return until.test(lambda day: day >= ctx.asof)


def _authorised(ctx: Context, person: Value) -> Test:
    """Whether an authorisation (of that person, or of anybody when none is named) is still valid."""
    if not ctx.app("authorisation").known:
        return Test(None, missing=ctx.app("authorisation").missing)
    rows = [row for row in ctx.app.rows("authorisation") if not person.known or row("person").value in (None, person.value)]
    return any_of(*(_valid(ctx, row("valid_to")) for row in rows)) if rows else NO


@rule("CQ-21", op="check", action="repeat_authorisation")
def not_asked_twice(ctx: Context) -> Guard:
    """003:(二十): 一次申请授权、一次调查核对、一次审核确认."""
    if ctx.arg("what").in_(("check", "核对", "it_check")).holds:
        return _once(_valid(ctx, ctx.app("check.valid_to")), "核对结果还在有效期内，不重复核对")
    return _once(_authorised(ctx, ctx.arg("person")), "授权还在有效期内，不重复要求")


@rule("CQ-21", op="check", action="export_check_request")
def not_checked_twice(ctx: Context) -> Guard | None:
    """003:(二十): 一次调查核对: no second request while the result is valid."""
    if _valid(ctx, ctx.app("check.valid_to")).holds:
        return block("核对结果还在有效期内，不重复核对")
    return None


def _once(still: Test, why: str) -> Guard:
    if still.holds:
        return block(why)
    if still.fails:
        return allow("没有有效的授权或核对，可以要求一次")
    return Guard("warn", "先查有没有还有效的授权或核对", missing=tuple(sorted(still.missing)))


@rule("CQ-20", op="check", action="reuse_documents")
def papers_follow_the_family(ctx: Context) -> Guard:
    """003:(二十): 转退出低保、特困的，经本人同意无需重复提交资料，可直接转入低保边缘或刚性支出认定程序.

    Reading: a known no blocks, a consent nobody asked for warns and names it (design 06: only entrustment, delegation, village payment and
    declaration take unknown as a block; R12: unknown is not no).
    """
    from_where = among(ctx, ctx.hh("exit_from"), "cq_transfer_from")
    if from_where.fails:
        return block("只有转退出低保、特困供养的才沿用材料")
    return guard(all_of(from_where, ctx.hh("exit_consent").is_true()), ok="本人同意，直接转入低保边缘或刚性支出认定程序", otherwise="本人不同意，不沿用原材料")


@rule("CQ-20", op="due", task="start_application")
def transfer(ctx: Context) -> Task | None:
    """003:(二十): with consent the transfer goes on at once; it is open until the new application is there.

    经本人同意: of a family known to have left, not having been asked is an open question (needs_info), a no ends it. Families of which no
    exit is recorded owe nothing.
    """
    left, consent = ctx.hh("exit_date"), ctx.hh("exit_consent")
    gone = all_of(among(ctx, ctx.hh("exit_from"), "cq_transfer_from"), left.test(lambda day: day <= ctx.asof))
    settled = among(ctx, ctx.app("kind"), "cq_transfer_to").holds or among(ctx, ctx.category(), "cq_transfer_settled").holds
    if not gone.holds or settled or consent.is_false().holds:
        return None
    if not consent.known:
        return Task("needs_info", "转退出了，本人同不同意沿用原材料、转入低保边缘或刚性支出认定还没有问", missing=tuple(sorted(consent.missing)))
    return ctx.pending(left.value, "本人同意，转入低保边缘或刚性支出认定程序，不重复交材料", extra={"kinds": list(ctx.param("cq_transfer_to").or_default(()))})


@rule("CQ-37", op="check", action=("village.submit_on_behalf", "township.accept_application"))
def truthful_statement(ctx: Context) -> Guard | None:
    """003:(二十二): 申请或已获得救助的家庭应当如实申报收入、财产状况. In an emergency it follows afterwards (十四)."""
    urgent = ctx.app("emergency").is_true()
    if ctx.action == "township.accept_application" and (urgent.holds or (urgent.unknown and urgent_traits(ctx).holds)):
        return None
    stated = ctx.app("declaration").test(lambda mark: mark is not False)
    return guard(stated, ok="已如实申报收入、财产", otherwise="还没有收入、财产的如实申报", unknown="block")


# one chain
def _period(one: Record) -> str | None:
    """The period of an aid record: as written, else the month of its day."""
    day = one("date").value
    return one("period").value or (day.isoformat()[:7] if day is not None else None)


def _alike(a: str | None, b: str | None, *, sure: bool) -> bool:
    """The same, or (unless it must be sure) one of them unknown."""
    return a == b if a is not None and b is not None else (a is b) if sure else True


def _twin(new: Record, old: Record, *, sure: bool = False) -> bool:
    """Same kind, matter, period and person. A day inside a written period is in it (2026-11 lies in 2026)."""
    if not new("kind").known or new("kind").value != old("kind").value:
        return False
    a, b = _period(new), _period(old)
    period = not sure if a is None or b is None else a.startswith(b) or b.startswith(a)
    return period and all(_alike(new(name).value, old(name).value, sure=sure) for name in ("matter_id", "person"))


@rule("CQ-22", op="check", action="add_aid")
def not_the_same_aid_twice(ctx: Context) -> Guard:
    """003:(四): 一户(人)一条救助链，避免重复救助: same kind, same matter, same period."""
    if not ctx.arg("kind").known:
        return Guard("warn", "先写明救助种类", missing=tuple(ctx.arg("kind").missing))
    if any(_twin(ctx.arg, one) for one in ctx.records("aid")):
        return warn("同一种类、同一事项、同一时期已有一笔救助，可能重复")
    return allow("没有同种类、同事项、同时期的救助")


@rule("CQ-22", op="lint")
def chain_of_aid(ctx: Context) -> list[Lint]:
    """003:(四): 避免救助遗漏或重复救助, over what is already in the chain."""
    found: list[Lint] = []
    held = ctx.records("aid")
    for index, one in enumerate(held):
        if any(_twin(one, other, sure=True) for other in held[:index]):
            found.append(Lint("aid_duplicate", "同一种类、同一事项、同一时期登记了两笔", str(one("kind").value)))
    status = ctx.hh("status")
    if ctx.has("aid") and among(ctx, status, "cq_transfer_from").holds and not any(one("kind").value == status.value for one in held):
        found.append(Lint("aid_omitted", "在享受名册里，没有登记过这一类救助", str(status.value)))
    return found


@rule("CQ-38", op="due", task="referral_followup", needs="referrals")
def feedback_owed(ctx: Context) -> list[Task]:
    """003:(四): 及时反馈救助帮扶情况: a referral stays open until the answer is there."""
    tasks = []
    for one in ctx.records("referrals"):
        if one("feedback").known:
            continue
        extra = {"referral": one.id, "dept": one("dept").value}
        tasks.append(ctx.pending(one("due").value, "已转介，还没有反馈救助帮扶情况", task="referral_followup", extra=extra))
    return tasks
