"""Starting an application: one intake, several kinds (M-15); at the village 协助填写, never 受理.

Rules kept here
- the village helps to fill in; window, phone and hotline intakes belong to the desks (002:三(二)1);
- an emergency is never refused for missing papers or for 户籍;
- a personal application names its person, and that person belongs to the household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.flag_hardship import region
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.aid import ApplicationStarted
from xieli_tui.errors import NotFound, Refused

if TYPE_CHECKING:
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


def start_application(session: Session, request: StartApplication) -> Saved:
    """One application for one or more kinds, durable when this returns; `state` is "started".

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

    def build(tx: Tx) -> list[ApplicationStarted]:
        home = reads.household(tx, request.household)
        flag = reads.flag(tx, request.flag) if request.flag else None
        if flag is not None and flag.household and flag.household != home.id:
            raise NotFound("XL-V43", "这条登记是别家的", field="flag")
        return [
            values.make(
                ApplicationStarted,
                village=home.village,
                household=home.id,
                application=app,
                on=values.day(request.on, session.today),
                kinds=kinds,
                unit=unit,
                person=reads.member(tx, home.id, request.person).person if request.person else None,
                source=source,
                emergency=request.emergency,
                flag=flag.id if flag else None,
                reason=values.text(request.reason, "reason"),
                amount_asked=values.fen(request.amount_asked, "amount_asked"),
                event_region=region(request.event_region, "event_region"),
            )
        ]

    return saved(app, session.transact(build), "started")
