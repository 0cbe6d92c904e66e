"""预警 at the desk: one written by hand, those the county's risk indicators ask for, and the agenda of complex cases (001:10, 003:(六)(七)).

Rules kept here
- an alert goes to the village of the family and asks for a visit; it names no verdict, and a risk alert names no aid (GX-14, M-06);
- the day it is due is the one written, else the county's `alert_days` of the class; without either there is none (CQ-17);
- a risk alert is issued once per household, indicator and period, and not where somebody was met since: a second scan issues nothing new;
- a case the village found complex stays on the agenda until a conference held after it names the family (CQ-16).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import alerts as village
from xieli_tui.casework import reads, risk, values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.domain.events.work import AlertIssued
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


@dataclass(frozen=True, slots=True)
class IssueAlert:
    """One alert by hand about a household, or a person (whose household it then is)."""

    cls: str
    text: str
    household: str | None = None
    person: str | None = None
    due: str | None = None
    amount: str | int | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """One household an indicator asks to visit. `id` of the alert, "" in a dry run."""

    id: str
    household: str
    head: str
    village: str
    indicator: str
    period: str
    why: str
    due: str


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A complex case waiting for the county's mechanism: the alert, the family, what the village wrote."""

    alert: str
    household: str
    head: str
    village: str
    on: str
    text: str
    note: str


def issue(session: Session, request: IssueAlert) -> Saved:
    """Issue one alert; `state` is its day, "" when nobody set one.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-P07, XL-P03 outside the area; XL-V06 nobody or nothing named; XL-V08 class; value codes.
    """
    guards.require_desk(session)
    cls = values.coded(request.cls, "alert_class", "class")
    text = values.needed(values.text(request.text, "text"), "text")
    ident = session.new_id()
    due = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal due
        person = reads.person(tx, request.person) if request.person else None
        given = request.household or (person.household if person is not None else None)
        home = reads.household(tx, values.needed(given, "household"))
        if person is not None:
            reads.member(tx, home.id, person.id)
        guards.require_area(guards.officer(session, tx), home.village)
        on = values.day(request.on, session.today)
        due = values.day(request.due, session.today, "due", future=True) if request.due else village.due_of(tx, home, cls, on, session.today)[0]
        if due and due < on:
            raise Refused("XL-V02", "期限在发出以前", field="due")
        return [values.make(
            AlertIssued, alert=ident, village=home.village, household=home.id, person=person.id if person is not None else None, cls=cls, text=text,
            amount=values.fen(request.amount, "amount"), on=on, due=due or None,
        )]

    recorded = session.transact(build)
    return saved(ident, recorded, due)


def scan(session: Session, *, dry_run: bool = False) -> list[Scanned]:
    """Lay the county's risk indicators over every household of the area and issue a `risk` alert for each new hit.

    Without indicators nothing happens. Raises Refused: XL-P07, XL-P03 not the county (indicators and alerts of a scan are the county's).
    """
    guards.require_county(session)
    found: list[Scanned] = []

    def build(tx: Tx) -> list[Payload]:
        who = guards.officer(session, tx)
        homes = [home for home in queries.households(tx) if home.known and home.size and home.village.startswith(who.area)]
        on = session.today.isoformat()
        by_id = {home.id: home for home in homes}
        out: list[Payload] = []
        for hit in risk.hits(tx, homes, session.today):
            home = by_id[hit.household]
            due, _ = village.due_of(tx, home, risk.CLASS, on, session.today)
            ident = "" if dry_run else session.new_id()
            found.append(Scanned(ident, home.id, home.head_name, home.village, hit.indicator.id, hit.period, hit.why, due))
            if not dry_run:
                out.append(_risk_alert(ident, home, hit, on, due))
        return out

    if dry_run:
        with session.reading() as tx:
            build(tx)
    else:
        session.transact(build)
    return found


def _risk_alert(ident: str, home: rows.Household, hit: risk.Hit, on: str, due: str) -> AlertIssued:
    return values.make(
        AlertIssued, alert=ident, village=home.village, household=home.id, person=hit.person or None, cls=risk.CLASS, text=hit.why, on=on, due=due or None,
        columns={"indicator": hit.indicator.id, "period": hit.period},
    )


def agenda(session: Session) -> list[AgendaItem]:
    """Complex cases no conference has dealt with yet, the oldest first. Raises Refused("XL-P07") in a village."""
    with session.reading() as tx:
        who = guards.officer(session, tx)
        held = queries.conferences(tx)
        out = []
        for one in queries.alerts(tx):
            if one.answered != "special_case" or not one.village.startswith(who.area):
                continue
            if any(one.household in c.households and c.on >= one.answered_on for c in held):
                continue
            home = queries.household(tx, one.household) if one.household else None
            out.append(AgendaItem(one.id, one.household, home.head_name if home else "", one.village, one.answered_on, one.text, one.answer_note))
    return sorted(out, key=lambda item: (item.on, item.alert))
