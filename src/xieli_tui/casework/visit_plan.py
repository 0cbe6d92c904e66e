"""走访安排 (003:(六) CQ-11; 001:8, 001:10, 000:17; M-04, M-08, M-45, M-46): whom to see, why, and what to look at, in two lists.

Rules kept here
- families on the roll get a care visit: has each policy landed, is anything else wrong. Families that are not get a discovery walk: has the family's
  situation changed. The two are different visits and never one list (CQ-11);
- a family stands here for a reason of its own: a visit duty of the packs, an open alert, a promise that is due, a public event to check, nobody met yet;
  nobody is on it to fill a number, and there is no score;
- 未遇 satisfies nothing; a family seen since is not asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import dossier, duties
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.text import group_key
from xieli_tui.store import queries

if TYPE_CHECKING:
    import datetime as dt

    from xieli_tui.casework.duty import Duty
    from xieli_tui.store.queries import matters, rows
    from xieli_tui.store.store import Tx

ON_THE_ROLL = ("dibao", "tekun", "edge", "rigid", "relapse_monitor", "other_hard")
VISIT_DUTIES = {"visit_quarter": "quarterly", "visit_routine": "routine", "annual_survey": "annual_survey", "review": "review", "exit_review": "review", "event_check": "event_check"}
"""Duties of the packs that a visit answers -> the kind of that visit."""
LOOK_AT = {"care": "看政策落实没有，有没有别的困难", "discovery": "看家里情况有没有变化"}
NEVER = "还没有见到过"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One family to see. `visit`: care | discovery; `kind` of the visit form; every reason with its clause ("" where it has none)."""

    household: str
    head: str
    group: str
    address: str
    category_label: str
    visit: str
    visit_label: str
    kind: str
    look_at: str
    reasons: tuple[tuple[str, str], ...]
    due: str
    overdue: bool
    last: str


def plan(session: Session, group: str | None = None, *, visit: str | None = None) -> list[PlanRow]:
    """Families to see, past their day first, then by day; those of one 村民小组 when it is named.

    Args:
        visit: care or discovery alone.
    """
    with session.reading() as tx:
        homes = [home for home in queries.households(tx) if home.known and home.size > 0]
        if group:
            homes = [home for home in homes if group_key(str(home.fields.get("group", ""))) == group_key(group)]
        owed = duties.of_all(session, tx)
        out = rows_of(tx, homes, owed, session.today)
    duties.settle(session)
    found = [row for row in out if visit is None or row.visit == visit]
    return sorted(found, key=lambda row: (not row.overdue, row.due or "9999", row.visit, group_key(row.group), row.head, row.household))


def rows_of(tx: Tx, homes: list[rows.Household], owed: Mapping[str, Sequence[Duty]], today: dt.date) -> list[PlanRow]:
    """The rows of these families that have a reason."""
    met = queries.last_visits(tx)
    alerts: dict[str, list[rows.Alert]] = {}
    for one in queries.alerts(tx, open_only=True):
        if one.known and one.household:
            alerts.setdefault(one.household, []).append(one)
    promises: dict[str, list[rows.Promise]] = {}
    made = queries.promises(tx)
    visits = [visit for home in sorted({one.household for one in made}) for visit in queries.visits(tx, home)]
    for promise in dossier.owed(made, visits):
        if promise.on and promise.on <= today.isoformat():
            promises.setdefault(promise.household, []).append(promise)
    events = [one for one in queries.public_events(tx, open_only=True) if one.known]
    out = []
    for home in homes:
        found = _row(tx, home, owed.get(home.id, ()), alerts.get(home.id, []), promises.get(home.id, []), events, met.get(home.id, ""), today)
        if found is not None:
            out.append(found)
    return out


def _row(
    tx: Tx, home: rows.Household, owed: Sequence[Duty], alerts: list[rows.Alert], promised: list[rows.Promise], events: list[matters.PublicEvent], last: str,
    today: dt.date,
) -> PlanRow | None:
    care = home.category in ON_THE_ROLL
    reasons: list[tuple[str, str]] = []
    days: list[str] = []
    kinds: list[str] = []
    for alert in alerts:
        reasons.append((f"预警：{codes.label('alert_class', alert.cls)}", "003:(七)"))
        days.append(alert.due)
        kinds.append("alert_answer")
    for event in events:
        if care and (not event.villages or home.village in event.villages) and not _checked(tx, home.id, event):
            reasons.append((f"突发事件排查：{event.name}", "000:14"))
            days.append(event.on)
            kinds.append("event_check")
    for duty in owed:
        if duty.task in VISIT_DUTIES and duty.state in ("pending", "overdue"):
            reasons.append((duty.why, duty.cite))
            days.append(duty.due)
            kinds.append(VISIT_DUTIES[duty.task])
    for promise in promised:
        reasons.append((f"答应的事：{promise.text}", ""))
        days.append(promise.on)
        kinds.append("return")
    if not last and home.category != "none":
        reasons.append((NEVER, "001:10; 002:三(二)4"))
        kinds.append("quarterly" if care else "hardship")
    if not reasons:
        return None
    due = min((day for day in days if day), default="")
    return PlanRow(
        household=home.id, head=home.head_name, group=str(home.fields.get("group", "")), address=str(home.fields.get("address", "")),
        category_label=codes.label("category", home.category) if home.category else "没有登记", visit="care" if care else "discovery",
        visit_label="走访关怀" if care else "走访发现", kind=kinds[0], look_at=LOOK_AT["care" if care else "discovery"], reasons=tuple(dict.fromkeys(reasons)), due=due,
        overdue=bool(due) and due < today.isoformat(), last=last,
    )


def _checked(tx: Tx, household: str, event: matters.PublicEvent) -> bool:
    return any(one.met != "none" and one.kind == "event_check" for one in queries.visits(tx, household, since=event.on))
