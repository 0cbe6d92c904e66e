"""000:12 to 000:14: 临时救助 in its kinds, 小额先行, 备用金, people away from home, rescue stations, public events.

Rules kept here
- one urgent trait is enough; the basic life of one member in trouble is that of the household;
- the pay-first cap is the county's: over it the ordinary procedure, without it a warning and the township's decision, never a refusal;
- what may be paid first never says how much will be paid.
"""

from __future__ import annotations

import datetime as dt

from xieli_tui.domain.dates import add_months
from xieli_tui.policy.answer import Guard, Task, Verdict, allow, block, judge, warn
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, Value, any_of
from xieli_tui.policy.readings import r3_more_than
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.jx_common import has_passed, recipient

PENDING_STATES = ("pending", "handed_over", "accepted", "checking", "investigated", "reviewed", "publicity_review", "reported", "returned")
"""V8: handed in and not decided yet (returned for papers is still being applied for)."""
BASIC_KINDS = ("dibao", "dibao_single", "dibao_expenditure", "tekun")


def hardship(ctx: Context) -> Test:
    """基本生活陷入困境."""
    return ctx.any_person("basic_life_hardship", "基本生活陷入困境")


@rule("JX-17", op="screen", kind="temp_emergency")
def urgent_aid(ctx: Context) -> Verdict:
    """000:12: 遭遇突发性、紧迫性、灾难性困难导致基本生活陷入困境、其他救助制度无法覆盖的对象，通过临时救助给予应急性保障."""
    return judge(
        ctx.event("traits").has_any(ctx.param("jx_urgent_traits").or_default(()), "突发性、紧迫性、灾难性困难"),
        hardship(ctx),
        ctx.event("other_aid_covers").is_false("其他救助制度无法覆盖"),
    )


@rule("JX-18", op="screen", kind="temp_transitional")
def while_an_application_runs(ctx: Context) -> Verdict:
    """000:12: 对申请最低生活保障、特困人员救助供养过程中的对象，可视情实施临时救助给予过渡性保障."""
    return judge(
        ctx.app("kind").in_(BASIC_KINDS, "申请低保或特困"), ctx.app("state").in_(PENDING_STATES, "还在申请过程中"), hardship(ctx), then="discretion",
    )


@rule("JX-19", op="screen", kind="temp_topup")
def top_up(ctx: Context) -> Verdict:
    """000:12: 对已纳入救助且遭遇重大困难的对象，可增发临时救助资金."""
    return judge(recipient(ctx).named("已纳入救助"), ctx.event("major").is_true("遭遇重大困难"), then="discretion")


@rule("JX-21", op="screen", kind="temp_advance")
def small_sum_first(ctx: Context) -> Verdict:
    """000:12: 对急难型临时救助实施“小额先行救助”，事后补充相关材料. The ceiling is the county's."""
    return judge(
        ctx.app("emergency").is_true("急难型临时救助"),
        ctx.bound("jx_small_advance_cap", ctx.app("amount"), ctx.local("small_advance_cap")).named("在县里定的小额上限之内"),
    )


@rule("JX-21", op="check", action="pay_first", topic="pay_first")
def pay_first(ctx: Context) -> Guard:
    """000:12: 小额先行救助, papers afterwards."""
    emergency = ctx.app("emergency").is_true()
    amount = ctx.arg("amount").else_(ctx.app("amount"))
    if emergency.fails:
        return block("不是急难型临时救助，按一般程序办理", "township")
    within = ctx.bound("jx_small_advance_cap", amount, ctx.local("small_advance_cap"))
    if within.fails:
        return block("超过县里定的小额先行上限，按一般程序办理", "township")
    missing = tuple(sorted(emergency.missing | within.missing))
    if missing:
        return warn("还有没弄清的，由乡镇决定要不要先行救助；事后补充相关材料", next_actor="township", missing=missing, followup="supplement_materials")
    return allow("在县里定的小额先行上限之内，可以先行救助，事后补充相关材料", next_actor="township", followup="supplement_materials")


@rule("JX-21", op="due", task="supplement_materials", needs="advance")
def papers_afterwards(ctx: Context) -> Task | None:
    """000:12: 事后补充相关材料; by when is local."""
    advance = ctx.group("advance")
    if not ctx.has("advance") or has_passed(advance("followup")):
        return None
    day, spec = advance("date"), ctx.days("supplement_days")
    if day.known and day.value > ctx.asof:
        return None
    if not day.known or not spec.known:
        return ctx.pending(None, "先行救助之后补充相关材料", missing=tuple(sorted((day.missing if not day.known else frozenset()) | spec.missing)))
    return ctx.by(ctx.after(day.value, spec.value), "先行救助之后补充相关材料")


@rule("JX-22", op="check", action=("village.pay_temp_aid", "pay_first"))
def village_pays_only_when_entrusted(ctx: Context) -> Guard | None:
    """000:12: 有条件的地方可委托村(社区)实施临时救助."""
    if ctx.action == "pay_first" and "village" not in (ctx.actor, ctx.user("role").value):
        return None
    entrusted = ctx.local("village_ta_entrusted").is_true()
    if entrusted.holds:
        return allow("县里已委托村(社区)实施临时救助", next_actor="village")
    why = "县里没有委托村(社区)实施临时救助" if entrusted.fails else "县里有没有委托村(社区)实施临时救助还没有写明"
    return block(why, "township", missing=tuple(sorted(entrusted.missing)))


@rule("JX-24", op="screen", kind="temp_special")
def one_case_one_decision(ctx: Context) -> Verdict:
    """000:12: 对遭遇特别重大困难的申请对象，可采取“一事一议”实施特别救助，具体救助标准由县级政府确定."""
    return judge(ctx.app("special").is_true("遭遇特别重大困难"), then="discretion", standard_by=ctx.param("jx_special_aid_std_by").value)


@rule("JX-25", op="check", action=("pay_first", "village.pay_temp_aid"))
def reserve_is_enough(ctx: Context) -> Guard | None:
    """000:12: 乡镇(街道)临时救助备用金: warn when a payment is more than what is left."""
    left, amount = ctx.local("reserve_balance"), ctx.arg("amount")
    if not left.known or not amount.known or (amount <= left).holds:
        return None
    return warn("这笔钱超过乡镇临时救助备用金的余额", next_actor="township")


@rule("JX-26", op="due", task="settlement_plan", needs="station")
def settlement_plan(ctx: Context) -> Task | None:
    """000:13: 进入救助站超过3个月且无法查明身份信息的滞留人员，民政部门要制定方案报同级政府安置."""
    station = ctx.group("station")
    known_id = station("id_known")
    if not ctx.has("station") or known_id.is_true().holds or has_passed(station("settlement_plan")):
        return None
    entered, months = station("enter_date"), ctx.param("jx_station_stay_months_gt")
    if not entered.known or not months.known:
        return Task("needs_info", "什么时候进的救助站", missing=tuple(sorted(entered.missing | months.missing | known_id.missing)))
    if not r3_more_than(entered.value, int(months.value), ctx.asof):
        return None
    if not known_id.known:
        return Task("needs_info", "身份查明了没有", missing=tuple(sorted(known_id.missing)))
    return ctx.pending(add_months(entered.value, int(months.value)) + dt.timedelta(days=1), "滞留救助站超过期限、身份无法查明，民政部门制定方案报同级政府安置")


@rule("JX-27", op="screen", kind="vagrant")
def in_trouble_away_from_home(ctx: Context) -> Verdict:
    """000:13: 积极为走失、务工不着、家庭暴力受害人等离家在外临时遇困人员提供救助; 人像、DNA比对 is 民政 and 公安."""
    away = ctx.person("away_hardship")
    unnamed = ctx.group("station")("id_known").is_false()
    refer = ["stations", "police"] if any_of(unnamed, away.in_(("lost", "走失"))).holds else ["stations"]
    return judge(away.test(lambda word: word not in (False, "none"), "离家在外临时遇困"), refer=refer)


@rule("JX-28", op="screen", kind="public_event")
def public_event(ctx: Context) -> Verdict:
    """000:14: 突发公共事件发生后，及时跟进救助措施，强化对困难群众的基本生活保障."""
    return judge(ctx.event("kind").is_("public_event").named("突发公共事件"), hardship(ctx))


@rule("JX-37", op="screen", kind="disaster")
def disaster_response(ctx: Context) -> Verdict | None:
    """000:10: 贫困地区灾情达到预案启动标准的80%时，酌情启动相应等级的救灾应急响应. Without a response the county's own rule answers."""
    metric, plan = ctx.local("disaster.metric"), ctx.local("disaster.plan_threshold")
    near = ctx.bound("jx_disaster_trigger_ratio", metric, plan) & ctx.local("disaster.is_poor_area").is_true()
    hit = ctx.event("kind").in_(("disaster", "自然灾害"))
    if not (hit & near).holds:
        return None
    return judge(hit.named("受灾"), near.named("贫困地区灾情达到预案启动标准的规定比例"), then="discretion")


def amount_of(ctx: Context) -> Value:
    """The sum an action is about: its argument, else the application's."""
    return ctx.arg("amount").else_(ctx.app("amount"))
