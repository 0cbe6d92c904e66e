"""The desk's queue and one case.

Rules kept here
- emergencies first (004:二(二)绿色通道), then what has a clock and is closest to it, then what has waited longest; no score, no ranking of people;
- every line says in words why it stands where it stands (Law 5);
- a clock is a day that stands in the record (the end of a notice, the follow-up of an advance, the deadline of an alert): where the county set no
  time limit, there is no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.casework import application as applications
from xieli_tui.casework import households
from xieli_tui.casework.views import DeskCase, QueueItem, StepOwed
from xieli_tui.desk import facts, guards, parameters, preview, procedure
from xieli_tui.desk.further import stages
from xieli_tui.desk.moves import STATE_WORDS, opened, state_label
from xieli_tui.domain import codes
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.money import format_fen
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

_WAITING = {"flag": "待答复", "change": "待答复", "alert": "村里已答复"}


def queue(session: Session) -> list[QueueItem]:
    """Open flags, change reports, applications and alert answers of this desk's area: urgent first, then clocks, then age."""
    guards.require_desk(session)
    today = session.today
    with session.reading() as tx:
        who = guards.officer(session, tx)
        names = _village_names(session, tx)
        items = [_item(tx, row, names, today) for row in queries.queue_rows(tx) if row.village.startswith(who.area)]
    return sorted(items, key=lambda i: (not i.emergency, i.clock_due or "9999-12-31", -i.age_days, i.id))


def case(session: Session, app: str) -> DeskCase:
    """One application with its family and the steps owed, for the kind that owes most.

    Raises:
        NotFound: XL-V42. Refused: XL-P07, XL-P03.
    """
    guards.require_desk(session)
    with session.reading() as tx:
        a, who = opened(session, tx, app)
        on_file = facts.case_facts(tx, a)
        rule = parameters.notice_rule(tx, session.today.isoformat())
        steps = _case_steps(tx, a, on_file, session.today, rule)
        ahead = [f"{'还不能受理：' if one.stops else ''}{one.text}" for one in preview.accept(session, tx, a)] if a.state in facts.BEFORE_ACCEPTANCE else []
        hints = (*ahead, *_hints(tx, a, who, session.today.isoformat()))
        advanced = bool(queries.advances(tx, app=a.id))
    return DeskCase(applications.show_application(session, a.id), households.show(session, a.household), steps, hints, advanced)


def _village_names(session: Session, tx: Tx) -> dict[str, str]:
    names = dict(session.profile.village_names)
    for device in queries.devices(tx):
        names.update(device.village_names)
    return names


def _item(tx: Tx, row: rows.QueueRow, names: dict[str, str], today: dt.date) -> QueueItem:
    since = dt.date.fromisoformat(row.since) if row.since else today
    label, due, why, note = _WAITING.get(row.kind, ""), "", row.detail, ""
    app = queries.application(tx, row.id) if row.kind == "application" else None
    if app is not None:
        label = state_label(tx, app, queries.decisions(tx, app=app.id))
        due, why, note = _application_clock(tx, app, today)
    elif row.kind == "flag":
        why = _flag_why(queries.flag(tx, row.id), row)
    elif row.kind == "alert":
        alert = queries.alert(tx, row.id)
        due, why = (alert.due, _alert_why(alert)) if alert else ("", row.detail)
    elif row.kind == "change":
        change = queries.change(tx, row.id)
        why = f"{codes.label('change', change.kind)}，等答复" if change else row.detail
    return QueueItem(
        kind=row.kind, id=row.id, app=row.id if app is not None else "", household=row.household, head=row.head, village=row.village,
        village_name=names.get(row.village, row.village), emergency=row.emergency, state=row.state, state_label=label,
        age_days=max(0, (today - since).days), clock_due=due, kinds=row.kinds, why=why, clock_note=note,
    )


def _application_clock(tx: Tx, app: rows.Application, today: dt.date) -> tuple[str, str, str]:
    """(the nearest day that counts, why this case waits, what is doubtful about the day)."""
    if app.concurrent:
        return "", f"几步写在了一起（{'、'.join(codes.label('application_state', s) for s in app.concurrent)}），要先理顺", ""
    if app.state == "returned":
        return "", f"退回补正，缺 {len(app.returned_papers)} 份" if app.returned_papers else "退回补正，等材料", ""
    if app.state == "withdrawn":
        return "", "本人撤回，等办结", ""
    on_file = facts.case_facts(tx, app)
    rule = parameters.notice_rule(tx, today.isoformat())
    dues = [a.followup_due for a in queries.advances(tx, app=app.id) if a.followup_due]
    if not app.open_kinds:
        dues += [one.due for one in stages(tx, app.id) if not one.paid][:1]
        unpaid = [d for d in queries.decisions(tx, app=app.id) if d.result == "granted" and not d.paid_reference and d.amount]
        return min(dues, default=""), f"{len(unpaid)} 种定了，还没付" if unpaid else "每种都有决定，等办结", ""
    lead = facts.strictest(app.open_kinds)
    owed = procedure.still_owed(lead, on_file, today, rule, region=facts.region(tx, app.village, today.isoformat(), lead))
    hanging = [end for end in procedure.notice_ends(on_file, rule) if end[0] >= today.isoformat()]
    due, note = min([*((day, "") for day in dues), *hanging], default=("", ""))
    if app.emergency and on_file.accepted == "":
        return due, "急难，等受理", note
    return due, owed[0].why if owed else "步骤都办了，等决定", note


def _flag_why(flag: rows.Flag | None, row: rows.QueueRow) -> str:
    if flag is None:
        return row.detail
    causes = "、".join(codes.label("cause", c) for c in flag.causes)
    if flag.urgency != "emergency":
        return f"{causes}，{codes.label('urgency', flag.urgency)}" if flag.urgency != "normal" else causes
    phone = f"{flag.reported_at[11:16]} 来过电话，{flag.answered_by}接" if flag.reported_at else "还没有电话报告"
    return f"急难：{causes}，{phone}"


def _alert_why(alert: rows.Alert) -> str:
    own = "村里自己收的名单，" if alert.source == "list" else ""
    return f"{own}{codes.label('alert_class', alert.cls)}：村里答复{codes.label('disposition', alert.answered)}"


def _case_steps(tx: Tx, a: rows.Application, on_file: procedure.CaseFacts, today: dt.date, rule: procedure.NoticeRule) -> tuple[StepOwed, ...]:
    lead = facts.strictest(a.open_kinds or a.kinds)
    region = facts.region(tx, a.village, today.isoformat(), lead)
    steps = procedure.steps_owed(lead, on_file, today, rule, region=region)
    decided = {d.kind: d for d in queries.decisions(tx, app=a.id)}
    for kind in a.kinds:
        found = decided.get(kind)
        word = f"决定 {codes.label('kind', kind)}"
        if found is None:
            steps.append(StepOwed(f"decided:{kind}", word, "owed", "", "还没有决定", region.cite("decided")))
        else:
            amount = f" {format_fen(found.amount)} 元" if found.amount is not None else ""
            steps.append(StepOwed(f"decided:{kind}", word, "done", found.on, codes.label("decision", found.result) + amount, region.cite("decided")))
            told = "done" if found.told_on else "owed"
            steps.append(StepOwed(f"told:{kind}", "告知申请人", told, found.told_on, "" if found.told_on else "要告诉家里", region.cite("told")))  # type: ignore[arg-type]
    return tuple(steps)


def _hints(tx: Tx, a: rows.Application, who: guards.Officer, day: str) -> list[str]:
    """What an officer should see beside the case; hints, never a wall."""
    out: list[str] = []
    if a.concurrent:
        said = "、".join(STATE_WORDS.get(one) or codes.label("application_state", one) for one in a.concurrent)
        out.append(f"并发：{said}写在了一起。用一步（受理、退回补正、办结这些）把几步都接上；接上以前不决定、不付款")
    filed = queries.kin(tx, a.id)
    if filed is not None and not filed.none:
        out.append("近亲属备案：有经办人员或村干部的近亲属，要回避")
    elif filed is None:
        out.append("近亲属一栏还没有填")
    for advance in queries.advances(tx, app=a.id):
        due = f"，{advance.followup_due} 前补说明" if advance.followup_due else ""
        out.append(f"{advance.on} 先行救助 {format_fen(advance.amount)} 元{due}")
    if who.role == "township":
        table = guards.delegations(tx, day)
        for kind in a.open_kinds:
            mine = [d for d in table if d.covers(kind, who.area, day)]
            if not mine:
                out.append(f"{codes.label('kind', kind)}没有授权给本镇，由县级决定")
            else:
                out.append(f"{codes.label('kind', kind)}授权到 {format_fen(max(d.max_fen for d in mine))} 元，超过的由县级决定")
    out += _elsewhere(tx, a)
    if any(procedure.procedure_of(kind) >= {"notice"} for kind in a.open_kinds) and parameters.notice_rule(tx, day).external:
        out.append("公示天数县里没有定，按外部默认 7 天（EXT）")
    return out


def _elsewhere(tx: Tx, a: rows.Application) -> list[str]:
    """Same identity number in another family, in words without a name (nothing twice)."""
    villages: set[str] = set()
    joined: set[str] = set()
    for member in queries.members(tx, a.household):
        if member.id_no and member.id_state == "ok":
            others = [p for p in queries.persons_by_id_no(tx, member.id_no) if p.household and p.household != a.household]
            villages |= {p.village for p in others if not member.is_(p.id)}
            joined |= {p.village for p in others if member.is_(p.id)}
    said = [f"同一证件在别的户也有登记（{'、'.join(sorted(_place(tx, v) for v in villages))}），请核对"] if villages else []
    return [*said, *([f"并成一个人的另一份档案还在别的户里（{'、'.join(sorted(_place(tx, v) for v in joined))}）"] if joined else [])]


def _place(tx: Tx, village: str) -> str:
    for device in queries.devices(tx):
        if village in device.village_names:
            return device.village_names[village]
    return village


def villages_heard(session: Session) -> Sequence[tuple[str, str, str]]:
    """(village name, village code, day of the newest entry held, "" when none) for 收件: only whether it came, no ranking."""
    guards.require_desk(session)
    with session.reading() as tx:
        found: dict[str, tuple[str, int]] = {}
        for device in queries.devices(tx):
            for village in device.villages:
                name, last = found.get(village, (device.village_names.get(village, village), 0))
                found[village] = (name, max(last, device.last_ms))
    return [(name, village, day_of(ms)) for village, (name, ms) in sorted(found.items())]
