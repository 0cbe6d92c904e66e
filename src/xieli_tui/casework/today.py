"""今日: at most nine single lines that must be done, each with its why; then one line per bulk duty, never sixty equal lines.

Rules kept here
- order: emergency (who answered is not on record, what the family applies for is not handed over), past its day, today and to come by day, the rest; ties by task and name, so the list does not jump;
- what does not fit into nine is counted by task in a line of its own and never dropped;
- a duty of many households is one line with how many are left and how many lie on today's way (same 村民小组);
- the reason is always said, with its clause where one stands behind it (Law 5); nothing is a score and nobody is ranked;
- what the policy packs ask for comes from `duties`, when it is near (`today_shape`); what is suspended is nobody's work today; what waits for a
  fact is one line per fact; what a desk does is a line that says so.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xieli_tui.casework import backup, duties, fact_words, notices, offers, own_standing, recovery, today_shape, unfinished
from xieli_tui.casework.alerts import given_name
from xieli_tui.casework.duty import Duty
from xieli_tui.casework.session import Session
from xieli_tui.casework.today_shape import OTHER, SHAPES, Shape
from xieli_tui.casework.views import BulkDuty, Today, TodayTask
from xieli_tui.domain import codes
from xieli_tui.domain.clock import TZ
from xieli_tui.domain.masks import masked
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import group_key, group_word
from xieli_tui.store import epochs, outbox_log, queries, receipts
from xieli_tui.store.queries import today as asked

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

SINGLE = 9
AHEAD = 7
"""Days before its day that a promise, an alert or the end of a notice comes onto the list."""
PROMISE_DAYS = 7
"""A promise without a day comes back a week after the visit."""
OLD_DAYS = 7
"""Days without the county's receipt after which a hand-over is asked about."""
STALE_DAYS = 30
"""Days after its last day that a notice nobody took down on record is still told: the board was cleared long since."""
FEW = 2
"""So many or fewer equal duties are single lines."""
EMERGENCY = "emergency_report"
TELLING = "004:二(二); 003:(七)"
"""Clauses behind 结果待告知: help to the end, and the family is told."""
ON_RECORD = "工作记录"
"""What stands behind a line that no document asks for: our own record of what was begun or promised."""


@dataclass(slots=True)
class _Found:
    """Everything of one look: single lines, equal ones by task, what waits for a fact."""

    homes: Mapping[str, rows.HouseholdLine]
    singles: list[TodayTask] = field(default_factory=list)
    equal: dict[str, list[TodayTask]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[str, list[Duty]] = field(default_factory=lambda: defaultdict(list))
    suspended: list[TodayTask] = field(default_factory=list)


def today(session: Session, *, group: str | None = None) -> Today:
    """What must be done, first things first.

    Args:
        group: the 村民小组 she goes to today; else the one of the first line with a place.
    """
    with session.reading() as tx:
        found = _look(session, tx)
        done = asked.done_on(tx, session.today.isoformat())
        last = outbox_log.last_export(tx)
    duties.settle(session)
    singles, many, by_desk = list(found.singles), {}, {}
    for task, equal in found.equal.items():
        if _desk(session, task):
            by_desk[task] = equal
            continue
        alone = _alone(equal)
        singles += alone
        if len(alone) < len(equal):
            many[task] = [one for one in equal if one not in alone]
    singles.sort(key=_order)
    shown = singles[:SINGLE]
    here = group_key(group) if group else _first_group(shown)
    folded: dict[str, list[TodayTask]] = defaultdict(list)
    for one in singles[SINGLE:]:
        folded[one.task].append(one)
    lines = [
        *(_line(task, today_shape.words(task, equal), equal, here) for task, equal in many.items()),
        *(_line(task, f"{codes.label('task', task)}还有 {len(some)} 件", some, here) for task, some in sorted(folded.items())),
        *_waiting(found, here),
        *(_line(task, today_shape.words(task, equal, desk=True), equal, here) for task, equal in by_desk.items()),
    ]
    return Today(tuple(shown), tuple(lines), done, _day_of(last), backup.last_backup(session))


def _alone(equal: list[TodayTask]) -> list[TodayTask]:
    """Those of equal duties that are single lines: all when they are few, else the few that are past their day."""
    if len(equal) <= FEW:
        return list(equal)
    late = [one for one in equal if one.state == "overdue"]
    return late if len(late) <= FEW else []


def everything(session: Session) -> list[TodayTask]:
    """Every task one by one, nothing folded: suspended ones and those that wait for a fact at the end."""
    with session.reading() as tx:
        found = _look(session, tx)
    duties.settle(session)
    near = sorted([*found.singles, *(one for equal in found.equal.values() for one in equal)], key=_order)
    waits = {id(duty): duty for some in found.waiting.values() for duty in some}
    late = [_of_duty(_saying_what_lacks(duty), found.homes.get(duty.household), None) for duty in waits.values()]
    return [*near, *sorted(found.suspended, key=_order), *sorted(late, key=_order)]


def _saying_what_lacks(duty: Duty) -> Duty:
    lacks = "、".join(fact_words.word(fact) for fact in duty.missing)
    return replace(duty, why=f"{duty.why}（还缺：{lacks}）") if lacks else duty


def _look(session: Session, tx: Tx) -> _Found:
    now = session.today
    lock, lines = session.kept.setdefault("today.homes", (threading.Lock(), queries.Finder()))
    with lock:  # the page looks in a thread, and a second look may begin before the first has ended
        homes = {ident: line for ident, line in lines.lines(tx).items() if line.known}
    gone = queries.moved_away(tx)
    # what is owed to a family that was moved is the new village's to do; an emergency nobody reported, a notice on her board and her drafts stay hers
    mine = {ident: line for ident, line in homes.items() if ident not in gone} if gone else homes
    found = _Found(mine)
    owed = {home: some for home, some in duties.of_all(session, tx).items() if home not in gone}
    applications = [app for app in queries.applications(tx) if app.known and app.household not in gone]
    _duties(found, tx, owed, applications, now)
    found.singles += [
        *_emergencies(tx, homes), *(one for one in _decisions(tx, homes, now) if one.household not in gone), *_returned(mine, applications), *_promises(tx, mine, now),
        *_outside(tx, now), *_notices(tx, homes, now), *_unsent(mine, applications), *_drafts(tx, homes, now), *_unreceipted(tx, session, now), *_own_device(tx),
        *_drill(tx, session),
    ]
    _never_visited(found)
    _no_id(found, tx)
    _open_changes(found, tx)
    _follow_ups(found, tx, now)
    return found


def _desk(session: Session, task: str) -> bool:
    """Whether a task is a desk's, seen from a village."""
    return session.role == "village" and SHAPES.get(task, OTHER).desk


def _order(one: TodayTask) -> tuple[int, int, str, str, str, str]:
    # A bundle waiting for its receipt is nobody's deadline, and what a record offers to follow up is no duty: they stand behind everything that is.
    return (0 if one.task == EMERGENCY or one.urgent else 2 if one.task in ("unreceipted_old", "follow_up") else 1, 0 if one.state == "overdue" else 1, one.due or "9999", one.task, one.who, one.household + one.target)


def _day_of(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, TZ).date().isoformat() if ms else ""


def _task(
    task: str, home: rows.HouseholdLine | None, why: str, action: str, *, due: str = "", today: dt.date | None = None, person: str = "", who: str = "", cite: str = ON_RECORD,
    target: str = "",
) -> TodayTask:
    late = bool(due) and today is not None and due < today.isoformat()
    return TodayTask(
        task=task, household=home.id if home else "", person=person, who=who or (home.head if home else ""), group=home.group if home else "", due=due,
        state="overdue" if late else "pending", why=why, cite=cite, action=action, target=target, detail=_distance(due, today),
    )


def _distance(due: str, today: dt.date | None) -> str:
    """How far the day is, in words."""
    if not due or today is None:
        return ""
    days = (dt.date.fromisoformat(due) - today).days
    if days < 0:
        return f"已过期限 {-days} 天"
    return {0: "今天", 1: "明天"}.get(days, f"还剩 {days} 天")


# -- what the packs ask for -------------------------------------------------------------------------


def _duties(found: _Found, tx: Tx, owed: Mapping[str, Sequence[Duty]], applications: Sequence[rows.Application], now: dt.date) -> None:
    alerts = {one.id: one for one in queries.alerts(tx, open_only=True) if one.known}
    begun = {app.household: app for app in reversed(applications) if app.state == "started" and app.source == "village"}
    running = {app.household: app.id for app in reversed(applications)}
    told_of: set[str] = set()
    for household, some in owed.items():
        home = found.homes.get(household)
        if home is None:
            continue
        for duty in some:
            if duty.task == "alert_verify":
                told_of.add(duty.about)
            if duty.state == "needs_info" and duty.task != "alert_verify":
                for fact in duty.missing or ("",):
                    found.waiting[fact].append(duty)
                continue
            shape = SHAPES.get(duty.task, OTHER)
            if duty.task in ("help_apply", "start_application") and household in begun:
                continue  # the application is being filled in: its own line says what it lacks
            if duty.state == "suspended":
                found.suspended.append(_of_duty(duty, home, now))
            elif _is_near(duty, shape, now):
                target = running.get(household, "") if shape.action == "apply" else duty.about
                line = _of_duty(duty, home, now, target, alerts.get(duty.about))
                (found.equal[duty.task] if shape.equal else found.singles).append(line)
    found.singles += [
        _alert(one, found.homes.get(one.household), now) for one in alerts.values()
        if one.id not in told_of and (not one.due or one.due <= (now + dt.timedelta(days=AHEAD)).isoformat())
    ]


def _is_near(duty: Duty, shape: Shape, now: dt.date) -> bool:
    return duty.state == "overdue" or not duty.due or duty.due <= (now + dt.timedelta(days=shape.ahead)).isoformat()


def _of_duty(duty: Duty, home: rows.HouseholdLine | None, now: dt.date | None, target: str = "", alert: rows.Alert | None = None) -> TodayTask:
    why = _alert_words(alert) if alert is not None else duty.why
    return TodayTask(
        task=duty.task, household=duty.household, person=duty.person, who=home.head if home else "", group=home.group if home else "", due=duty.due,
        state="pending" if duty.state == "needs_info" and duty.task == "alert_verify" else duty.state,  # type: ignore[arg-type]
        why=why + ("（暂估）" if duty.estimated and "暂估" not in why else ""), cite=duty.cite, action=SHAPES.get(duty.task, OTHER).action, target=target or duty.about,
        detail=_distance(duty.due, now), short=today_shape.short(duty.task, home.last_visit if home else ""),
    )


def _alert_words(one: rows.Alert) -> str:
    who = "" if one.household else f"未匹配{f' {name}' if (name := given_name(one.columns)) else ''}，"
    return f"预警：{codes.label('alert_class', one.cls)}，{who}{masked(one.text)}"


def _alert(one: rows.Alert, home: rows.HouseholdLine | None, now: dt.date) -> TodayTask:
    """An alert no active pack has a clock for."""
    return _task("alert_verify", home, _alert_words(one), "visit", due=one.due, today=now, person=one.person, cite="003:(七)", target=one.id)


def _waiting(found: _Found, here: str) -> list[BulkDuty]:
    """One line for each fact that duties wait for; what the county has not given is one line together."""
    out: list[BulkDuty] = []
    county: dict[str, list[Duty]] = {}
    for fact, some in sorted(found.waiting.items(), key=lambda one: (-len(one[1]), one[0])):
        if fact.partition(".")[0] in ("local", "pack", "rule"):
            county[fact] = some
            continue
        out.append(_line_of_fact(found, fact, some, today_shape.waits_for(fact, some), here))
    if county:
        every = [duty for some in county.values() for duty in some]
        out.append(_line_of_fact(found, "local.*", every, today_shape.waits_for_county(list(county), every), here))
    return out


def _line_of_fact(found: _Found, fact: str, some: Sequence[Duty], why: str, here: str) -> BulkDuty:
    homes = dict.fromkeys(duty.household for duty in some)
    near = [home for home in homes if here and home in found.homes and group_key(found.homes[home].group) == here]
    cites = "; ".join(dict.fromkeys(cite for duty in some for cite in duty.cite.split("; ")))
    return BulkDuty("missing_fact", len(homes), len(near), why, tuple(dict.fromkeys((*near, *homes))), fact, cites)


# -- what the records themselves say ----------------------------------------------------------------


def _emergencies(tx: Tx, homes: Mapping[str, rows.HouseholdLine]) -> Iterable[TodayTask]:
    for one in queries.flags(tx, open_only=True):
        if one.urgency == "emergency" and not one.reported_at:
            home = homes.get(one.household)
            yield _task(
                EMERGENCY, home, "急难已登记，还没有电话报告镇民政办", "flag", due=one.on, today=None, who="" if home else one.outsider, cite="004:二(二)", target=one.id,
            )


def _decisions(tx: Tx, homes: Mapping[str, rows.HouseholdLine], now: dt.date) -> Iterable[TodayTask]:
    for one in queries.untold(tx):
        amount = f" {format_fen(one.amount)} 元" if one.amount is not None and one.result == "granted" else ""
        why = f"决定已回，还没告诉家里：{codes.label('kind', one.kind)} {codes.label('decision', one.result)}{amount}"
        yield _task("decision_back", homes.get(one.household), why, "told", due=now.isoformat(), today=now, cite=TELLING, target=one.application)


def _returned(homes: Mapping[str, rows.HouseholdLine], applications: Iterable[rows.Application]) -> Iterable[TodayTask]:
    for app in applications:
        if app.state == "returned":
            why = f"退回补正：缺{codes.labels('doc', app.returned_papers)}"
            yield _task("papers_returned", homes.get(app.household), why, "apply", cite="002:三(二)1", target=app.id)


def _promises(tx: Tx, homes: Mapping[str, rows.HouseholdLine], now: dt.date) -> Iterable[TodayTask]:
    for one in asked.open_promises(tx):
        due = one.on or (dt.date.fromisoformat(one.visited_on) + dt.timedelta(days=PROMISE_DAYS)).isoformat()
        if one.household in homes and due <= (now + dt.timedelta(days=AHEAD)).isoformat():
            yield _task(
                "promise_due", homes[one.household], f"{one.visited_on[5:]} 答应：{one.text}", "visit", due=due, today=now, cite=f"走访记录 {one.visited_on}", target=one.visit,
            )


def _outside(tx: Tx, now: dt.date) -> Iterable[TodayTask]:
    """Referrals of people who are on no list: nobody's duties are counted by household there, and they are followed all the same (M-23, M-19)."""
    for one in queries.referrals(tx, ""):
        if one.known and one.flag and not one.result and one.due and one.due <= (now + dt.timedelta(days=AHEAD)).isoformat():
            raised = queries.flag(tx, one.flag)
            why = f"{one.on[5:]} 转介{codes.label('department', one.department)}，{one.due[5:]} 前要回音"
            yield _task("referral_followup", None, why, "follow", due=one.due, today=now, who=raised.outsider if raised else "", cite="004:二(二)", target=one.flag)


def _notices(tx: Tx, homes: Mapping[str, rows.HouseholdLine], now: dt.date) -> Iterable[TodayTask]:
    """Notices on the village's own board whose last day is near or past and that nobody took down (M-29)."""
    for one in queries.notices(tx):
        if not one.known or one.taken_down or one.place != "village":
            continue
        end, doubt = notices.last_day(tx, one)
        if not end or end > (now + dt.timedelta(days=AHEAD)).isoformat() or end < (now - dt.timedelta(days=STALE_DAYS)).isoformat():
            continue
        what = f"村里的{codes.label('notice_kind', one.kind)} {end[5:]}"
        why = f"{what} 到期{doubt}，没有异议就取下" if end >= now.isoformat() else f"{what} 已到期{doubt}，有没有异议记一笔，取下来"
        yield _task("notice_end", homes.get(one.household), why, "notice", due=end, today=now, cite="002:三(二)3", target=one.application)


def _unsent(homes: Mapping[str, rows.HouseholdLine], applications: Iterable[rows.Application]) -> Iterable[TodayTask]:
    for app in applications:
        if app.state == "started" and app.source == "village":
            step = "委托办好了，还没转交" if app.entrusted else "还没有本人委托"
            urgent = "急难，" if app.emergency else ""
            why = f"{app.started[5:]} 起协助填写申请：{urgent}{step}"
            yield replace(_task("help_apply", homes.get(app.household), why, "apply", cite="004:二(二)", target=app.id), short=step, urgent=app.emergency, detail="急难" if app.emergency else "")


def _drafts(tx: Tx, homes: Mapping[str, rows.HouseholdLine], now: dt.date) -> Iterable[TodayTask]:
    for one in unfinished.of(tx, homes):
        why = f"{one.word}写到一半，草稿在" if one.saved[:10] == now.isoformat() else f"{one.word} {one.saved[5:10]} 写到一半，草稿在"
        yield _task("draft_open", homes.get(one.household), why, "draft", who=one.who, target=one.target)


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
        cite="报送记录", target=oldest.bid,
    )


def _own_device(tx: Tx) -> Iterable[TodayTask]:
    """The county stopped this computer, or holds a part of its entries back: Enter leads to 报送, which says it in full."""
    for at, brief in enumerate(own_standing.of(tx).briefs):
        yield _task("own_device", None, brief, "send", who="这台电脑", cite="报送记录", target=str(at))


def _drill(tx: Tx, session: Session) -> Iterable[TodayTask]:
    """Two officers could help this computer, and nobody has tried it for a year, or ever."""
    if session.role != "county" and (how := recovery.standing(tx, session.workspace, session.today)).due:
        why = f"找回演练是 {how.drilled} 做的，过了一年" if how.drilled else "忘了口令能找回，还没有演练过"
        yield _task("recovery_drill", None, why, "drill", who="这台电脑", cite="本机设置")


def _never_visited(found: _Found) -> None:
    """Households on the list that nobody has met yet; 未遇 is not a visit, those known to need no aid are left out, and one visit serves a quarter's too."""
    owed = {one.household for task in ("visit_quarter", "visit_routine") for one in found.equal.get(task, ())}
    for home in found.homes.values():
        if not home.last_visit and home.category != "none" and home.size > 0 and home.id not in owed:
            found.equal["never_visited"].append(_task("never_visited", home, "在册，还没有走访过", "visit", cite="001:10; 002:三(二)4"))


def _no_id(found: _Found, tx: Tx) -> None:
    """Persons whose identity number could not be used."""
    for one in asked.pending_ids(tx):
        home = found.homes.get(one.household)
        if home is not None:
            found.equal["add_id"].append(_task("add_id", home, f"{one.name} 的身份证号待补，核对原件", "dossier", person=one.person, cite="人员台账"))


def _open_changes(found: _Found, tx: Tx) -> None:
    """Change reports no desk has answered yet: theirs to do, and seen until they have (JX-13); of a family in receipt the pack's own duty says it."""
    told = {one.household for one in found.equal.get("adjust_benefit", ())}
    for one in queries.changes(tx, open_only=True):
        home = found.homes.get(one.household)
        if one.known and home is not None and home.id not in told:
            why = f"{one.on[5:]} 报的{codes.label('change', one.kind)}，等镇里、县里答复"
            found.equal["change_open"].append(_task("change_open", home, why, "follow", person=one.person, cite="000:5; 003:(六)", target=one.id))


def _follow_ups(found: _Found, tx: Tx, now: dt.date) -> None:
    """What a visit or a file says could be taken further: a house that is not safe, a child out of school, a child left behind (JX-34, JX-36, JM-20)."""
    for one in offers.waiting(tx, found.homes, now):
        why = f"{one.who}：{one.why}，{one.what}" if one.who else f"{one.why}，{one.what}"
        found.equal["follow_up"].append(_task("follow_up", found.homes[one.household], why, "follow", person=one.person, cite=one.cite or ON_RECORD, target=one.id))


# -- bulk lines -------------------------------------------------------------------------------------


def _first_group(shown: Sequence[TodayTask]) -> str:
    """Where she goes today: the group of the first line that takes her to a family, else of the first with a place."""
    return next((group_key(one.group) for one in sorted(shown, key=lambda one: one.action != "visit") if one.group), "")


def _line(task: str, why: str, equal: list[TodayTask], here: str) -> BulkDuty:
    near = [one for one in equal if here and one.group and group_key(one.group) == here]
    nearby = list(dict.fromkeys(one.household for one in near if one.household))
    others = list(dict.fromkeys(one.household for one in sorted(equal, key=_order) if one.household and one.household not in set(nearby)))
    where = group_word(near[0].group) if near else ""
    text = f"{why}，今天顺路 {len(nearby)} 户（{where}）" if nearby else why
    cites = "; ".join(dict.fromkeys(cite for one in equal for cite in one.cite.split("; ")))
    return BulkDuty(task, len(equal), len(nearby), text, (*nearby, *others), "", cites)
