"""今日: at most nine single lines that must be done, each with its why; then one line per bulk duty, never sixty equal lines.

Rules kept here
- order: emergency, past its day, today and to come by day, the rest; ties by task and name, so the list does not jump;
- what does not fit into nine is counted by task in a line of its own and never dropped;
- a duty of many households is one line with how many are left and how many lie on today's way (same 村民小组);
- the reason is always said, with its clause where one stands behind it (Law 5); nothing is a score and nobody is ranked;
- clocks of the policy packs (quarterly visits, reviews) join here when the packs do; until then only what the records themselves say.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from xieli_tui.casework import backup, dossier
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import BulkDuty, Today, TodayTask
from xieli_tui.domain import codes
from xieli_tui.domain.clock import TZ
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import group_key, group_word
from xieli_tui.store import drafts, epochs, outbox_log, queries, receipts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

SINGLE = 9
AHEAD = 7
"""Days before its day that a promise or an alert comes onto the list."""
PROMISE_DAYS = 7
"""A promise without a day comes back a week after the visit."""
OLD_DAYS = 7
"""Days without the county's receipt after which a hand-over is asked about."""
FEW = 2
"""So many or fewer equal duties are single lines."""
FORM_WORDS = {
    "visit": "走访", "flag": "发现登记", "apply": "申请", "application": "申请", "household": "住户", "person": "成员", "entrust": "委托", "sign": "签字", "kin": "近亲属",
    "paper": "材料", "told": "告知", "withdraw": "撤回",
}


def today(session: Session, *, group: str | None = None) -> Today:
    """What must be done, first things first.

    Args:
        group: the 村民小组 she goes to today; else the one of the first line with a place.
    """
    now = session.today
    with session.reading() as tx:
        homes = {home.id: home for home in queries.households(tx) if home.known}
        singles = [
            *_emergencies(tx, homes, now), *_decisions(tx, homes, now), *_returned(tx, homes), *_alerts(tx, homes, now), *_promises(tx, homes, now),
            *_unsent(tx, homes), *_drafts(tx, homes), *_unreceipted(tx, session, now),
        ]
        many = [_never_visited(tx, homes), _no_id(tx, homes)]
        done = _done_today(tx, now.isoformat())
        last = outbox_log.last_export(tx)
    bulk: list[tuple[str, str, list[TodayTask]]] = []
    for task, why, equal in many:
        if len(equal) <= FEW:
            singles += equal
        else:
            bulk.append((task, why, equal))
    singles.sort(key=_order)
    shown, rest = singles[:SINGLE], singles[SINGLE:]
    here = group_key(group) if group else _first_group(shown)
    duties = [_duty(task, why.format(n=len({one.household for one in equal})), equal, here) for task, why, equal in bulk]
    for task, count in sorted(Counter(one.task for one in rest).items()):
        folded = [one for one in rest if one.task == task]
        duties.append(_duty(task, f"{codes.label('task', task)}还有 {count} 件", folded, here))
    return Today(tuple(shown), tuple(duties), done, _day_of(last), backup.last_backup(session))


def _order(one: TodayTask) -> tuple[int, int, str, str, str, str]:
    # A bundle waiting for its receipt is nobody's deadline: it stands behind everything that is.
    return (0 if one.task == EMERGENCY else 2 if one.task == "unreceipted_old" else 1, 0 if one.state == "overdue" else 1, one.due or "9999", one.task, one.who, one.household + one.target)


EMERGENCY = "emergency_report"


def _day_of(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, TZ).date().isoformat() if ms else ""


def _task(
    task: str, home: rows.Household | None, why: str, action: str, *, due: str = "", today: dt.date | None = None, person: str = "", who: str = "", cite: str = "",
    target: str = "",
) -> TodayTask:
    late = bool(due) and today is not None and due < today.isoformat()
    return TodayTask(
        task=task, household=home.id if home else "", person=person, who=who or (home.head_name if home else ""), group=_group(home), due=due,
        state="overdue" if late else "pending", why=why, cite=cite, action=action, target=target, detail=_distance(due, today),
    )


def _group(home: rows.Household | None) -> str:
    return str(home.fields.get("group", "")) if home else ""


def _distance(due: str, today: dt.date | None) -> str:
    """How far the day is, in words."""
    if not due or today is None:
        return ""
    days = (dt.date.fromisoformat(due) - today).days
    if days < 0:
        return f"已过期限 {-days} 天"
    return {0: "今天", 1: "明天"}.get(days, f"还剩 {days} 天")


def _emergencies(tx: Tx, homes: Mapping[str, rows.Household], now: dt.date) -> Iterable[TodayTask]:
    for one in queries.flags(tx, open_only=True):
        if one.urgency == "emergency" and not one.reported_at:
            home = homes.get(one.household)
            yield _task(
                EMERGENCY, home, "急难已登记，还没有电话报告镇民政办", "flag", due=one.on, today=None, who="" if home else one.outsider, cite="004:二(二)", target=one.id,
            )


def _decisions(tx: Tx, homes: Mapping[str, rows.Household], now: dt.date) -> Iterable[TodayTask]:
    for one in queries.untold(tx):
        amount = f" {format_fen(one.amount)} 元" if one.amount is not None and one.result == "granted" else ""
        why = f"决定已回，还没告诉家里：{codes.label('kind', one.kind)} {codes.label('decision', one.result)}{amount}"
        yield _task("decision_back", homes.get(one.household), why, "told", due=now.isoformat(), today=now, target=one.application)


def _returned(tx: Tx, homes: Mapping[str, rows.Household]) -> Iterable[TodayTask]:
    for app in queries.applications(tx):
        if app.state == "returned" and app.known:
            why = f"退回补正：缺{codes.labels('doc', app.returned_papers)}"
            yield _task("papers_returned", homes.get(app.household), why, "apply", cite="002:三(二)1", target=app.id)


def _alerts(tx: Tx, homes: Mapping[str, rows.Household], now: dt.date) -> Iterable[TodayTask]:
    for one in queries.alerts(tx, open_only=True):
        if one.known and (not one.due or one.due <= (now + dt.timedelta(days=AHEAD)).isoformat()):
            why = f"预警：{codes.label('alert_class', one.cls)}，{one.text}"
            yield _task("alert_verify", homes.get(one.household), why, "visit", due=one.due, today=now, person=one.person, cite="003:(七)", target=one.id)


def _promises(tx: Tx, homes: Mapping[str, rows.Household], now: dt.date) -> Iterable[TodayTask]:
    made = [one for one in queries.promises(tx) if one.household in homes]
    later = [visit for household in sorted({one.household for one in made}) for visit in queries.visits(tx, household)]
    for one in dossier.owed(made, later):
        due = one.on or (dt.date.fromisoformat(one.visited_on) + dt.timedelta(days=PROMISE_DAYS)).isoformat()
        if due <= (now + dt.timedelta(days=AHEAD)).isoformat():
            yield _task("promise_due", homes.get(one.household), f"{one.visited_on[5:]} 答应：{one.text}", "visit", due=due, today=now, target=one.visit)


def _unsent(tx: Tx, homes: Mapping[str, rows.Household]) -> Iterable[TodayTask]:
    for app in queries.applications(tx):
        if app.state == "started" and app.known and app.source == "village":
            step = "委托办好了，还没转交" if app.entrusted else "还没有本人委托"
            urgent = "急难，" if app.emergency else ""
            yield _task("help_apply", homes.get(app.household), f"{app.started[5:]} 起协助填写申请：{urgent}{step}", "apply", target=app.id)


def _drafts(tx: Tx, homes: Mapping[str, rows.Household]) -> Iterable[TodayTask]:
    for one in drafts.list_all(tx):
        about = one.key.partition(":")[0]
        app = None if about in homes else queries.application(tx, about)  # the small forms of an application are kept under its id
        home = homes.get(app.household if app is not None else about)
        word = FORM_WORDS.get(one.form.split(".")[0], "表")
        yield _task("draft_open", home, f"{word}写到一半，草稿在", "draft", who="" if home else "名单外的人" if one.form == "flag" else "", target=f"{one.form}:{one.key}")


def _unreceipted(tx: Tx, session: Session, now: dt.date) -> Iterable[TodayTask]:
    """One line for the oldest bundle the county has not signed for, or for entries that were never handed in."""
    horizon = (now - dt.timedelta(days=OLD_DAYS)).isoformat()
    signed = {ep: receipts.county_receipt(tx, tx.dev, ep) for ep in epochs.all_own(tx)}
    waiting = [one for one in outbox_log.list_all(tx, kind="changes") if one.last > signed.get(one.ep, 0) and _day_of(one.at_ms) <= horizon]
    if not waiting:
        return
    oldest = min(waiting, key=lambda one: one.at_ms)
    days = (now - dt.date.fromisoformat(_day_of(oldest.at_ms))).days
    names = session.profile.village_names
    place = next((names[code] for code in session.profile.villages if names.get(code)), "")
    yield _task(
        "unreceipted_old", None, f"{_day_of(oldest.at_ms)[5:]} 导出的数据包等了 {days} 天，县里没签收", "send", due=_day_of(oldest.at_ms), today=None, who=place,
        target=oldest.bid,
    )


def _never_visited(tx: Tx, homes: Mapping[str, rows.Household]) -> tuple[str, str, list[TodayTask]]:
    """Households on the list that nobody has met yet; 未遇 is not a visit, and those known to need no aid are left out."""
    met = queries.last_visits(tx)
    never = [home for home in homes.values() if home.id not in met and home.category != "none" and home.size > 0]
    cite = "001:10; 002:三(二)4"
    equal = [_task("never_visited", home, "在册，还没有走访过", "visit", cite=cite) for home in never]
    return "never_visited", "还有 {n} 户没有走访过", equal


def _no_id(tx: Tx, homes: Mapping[str, rows.Household]) -> tuple[str, str, list[TodayTask]]:
    """Persons whose identity number could not be used."""
    equal = []
    for household, members in queries.all_members(tx).items():
        home = homes.get(household)
        for one in members:
            if home is not None and one.id_state == "pending" and not one.died_on and not one.ended:
                equal.append(_task("add_id", home, f"{one.name} 的身份证号待补，核对原件", "dossier", person=one.person))
    return "add_id", "还有 {n} 户有人的身份证号待补", equal


def _first_group(shown: Iterable[TodayTask]) -> str:
    return next((group_key(one.group) for one in shown if one.group), "")


def _duty(task: str, why: str, equal: list[TodayTask], here: str) -> BulkDuty:
    near = [one for one in equal if here and one.group and group_key(one.group) == here]
    nearby = list(dict.fromkeys(one.household for one in near if one.household))
    others = list(dict.fromkeys(one.household for one in sorted(equal, key=_order) if one.household and one.household not in nearby))
    where = group_word(near[0].group) if near else ""
    text = f"{why}，今天顺路 {len(nearby)} 户（{where}）" if nearby else why
    return BulkDuty(task, len(equal), len(nearby), text, (*nearby, *others))


def _done_today(tx: Tx, day: str) -> int:
    """Entries made today that took something off the list: visits, findings, applications handed over, decisions told."""
    visits = sum(1 for one in queries.visits(tx, since=day) if one.typed_on == day)
    flags = sum(1 for one in queries.flags(tx) if one.on == day)
    handed = sum(1 for app in queries.applications(tx) if app.handed_over == day)
    told = sum(1 for one in queries.decisions(tx) if one.told_on == day)
    return visits + flags + handed + told
