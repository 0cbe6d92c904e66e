"""Starting an application: one intake, several kinds (M-15); at the village 协助填写, never 受理.

Rules kept here
- the village helps to fill in; window, phone and hotline intakes belong to the desks (002:三(二)1);
- an emergency is never refused for missing papers or for 户籍;
- a personal application names its person, and that person belongs to the household;
- what the packs said of each kind that day is kept with its rule, pack version and day (X-06); it decides nothing;
- the same kind still under way, or given already for the same matter, is said with its record and never refused here (004:二(二), 003:(四)).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import hints, inform, reads, rules_check, values
from xieli_tui.casework.application_card import ENDED, state
from xieli_tui.casework.flag_hardship import region
from xieli_tui.casework.rules_check import Beside, Warned
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.aid import ApplicationStarted
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class StartApplication:
    """One intake. `unit` blank: person when a person is named, else household. `amount_asked` in 分."""

    household: str
    kinds: Sequence[str]
    person: str | None = None
    emergency: bool = False
    source: str = "village"
    unit: str | None = None
    flag: str | None = None
    reason: str | None = None
    amount_asked: int | None = None
    event_region: str | None = None
    on: str | None = None
    told: bool = False
    """they were told of these kinds and are willing: written with it, in the same transaction"""


def start_application(session: Session, request: StartApplication) -> Saved:
    """One application for one or more kinds, durable when this returns; `state` is "started", `warnings` name what may be asked for twice.

    At a desk `village` is read as `window`: the desk's own intake is never the village's help.

    Raises:
        NotFound: XL-V40, XL-V41, XL-V43. Refused: XL-P02 a desk source at the village; XL-V06 no kind; value codes.
    """
    source = values.coded(request.source, "application_source", "source")
    if session.role == "village" and source != "village":
        raise Refused("XL-P02", "村里只协助填写", field="source")
    if session.role != "village" and source == "village":
        source = "window"
    kinds = values.coded_all(request.kinds, "kind", "kind")
    if not kinds:
        raise Refused("XL-V06", "至少选一种救助", field="kind")
    unit = values.coded(request.unit, "application_unit", "unit") if request.unit else ("person" if request.person else "household")
    if unit == "person" and not request.person:
        raise Refused("XL-V06", "按人申请要选人", field="person")
    app = session.new_id()
    beside = Beside()

    def build(tx: Tx) -> list[Payload]:
        home = reads.household(tx, request.household)
        flag = reads.flag(tx, request.flag) if request.flag else None
        if flag is not None and flag.household and flag.household != home.id:
            raise NotFound("XL-V43", "这条登记是别家的", field="flag")
        on = values.day(request.on, session.today)
        _say_what_is_there(session, tx, home, kinds, on, flag.id if flag else None, beside)
        answered: list[Payload] = []
        if request.told:
            answered += inform.told(session, tx, home, inform.Inform(home.id, "", "willing", request.reason, request.person, request.on), kinds)
        return [
            *answered,
            values.make(
                ApplicationStarted,
                village=home.village,
                household=home.id,
                application=app,
                on=on,
                kinds=kinds,
                unit=unit,
                person=reads.member(tx, home.id, request.person).person if request.person else None,
                source=source,
                emergency=request.emergency,
                flag=flag.id if flag else None,
                reason=values.text(request.reason, "reason"),
                amount_asked=values.fen(request.amount_asked, "amount_asked"),
                event_region=region(request.event_region, "event_region"),
                hints=hints.seen(tx, home, kinds, request.person, dt.date.fromisoformat(on)) or None,
            ),
        ]

    return beside.on(saved(app, session.transact(build), "started"))


def _say_what_is_there(session: Session, tx: Tx, home: rows.Household, kinds: Sequence[str], on: str, flag: str | None, beside: Beside) -> None:
    """The same kind still under way in this family, and what the packs say of giving these kinds once more."""
    day = dt.date.fromisoformat(on)
    running = [
        (one, kind) for one in queries.applications(tx, home.id) if one.known
        if state(one, queries.decisions(tx, app=one.id)) not in ENDED for kind in one.kinds if kind in kinds
    ]
    if running:
        clause = rules_check.in_force(tx, home.village, day, "CQ-22", "CN-10")
        rule = next(iter(clause), "")
        records = tuple(f"{one.started} {codes.label('kind', kind)}" for one, kind in running)
        beside.warn(Warned("这一家同一种救助还有一件在办", clause.get(rule, ""), rule, records=records))
    said = rules_check.verdicts(tx, home, None, [("add_aid", {"kind": kind, "date": on, "matter_id": flag}) for kind in kinds], day, session.role)
    for kind, one in zip(kinds, said, strict=True):
        records = rules_check.alike(tx, home, None, kind) if one.result == "warn" else ()
        if records or not one.missing:  # what cannot be known without another record is no reason to warn
            beside.take(one, records)
