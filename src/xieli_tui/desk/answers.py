"""Answers to what waits in the queue and is not an application: findings, change reports, alert answers. The answer goes home.

Rules kept here
- each answer is a ruling or a settlement by the desk about the village's own entry, which stays as it is;
- what is answered already is refused (XL-P05); an application is answered by its own steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import AlertAnswered, ChangeAnswered, FlagSettled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


def answer(session: Session, item: str, disposition: str, note: str | None = None) -> Saved:
    """Answer a finding (V flag_outcome), a change report or an alert answer (V disposition).

    Raises:
        NotFound: XL-V45. Refused: XL-V08 disposition, XL-P03 area, XL-P05 answered already or an application.
    """
    guards.require_desk(session)
    words = values.text(note, "note")
    ident = item.strip()

    def build(tx: Tx) -> list[Payload]:
        who = guards.officer(session, tx)
        flag = queries.flag(tx, ident)
        if flag is not None and flag.known:
            guards.require_area(who, flag.village)
            _open(flag.settled_on)
            how = values.choice(disposition, (*codes.ids("flag_outcome"), *codes.ids("disposition")), "disposition")
            return [values.make(
                FlagSettled, flag=flag.id, village=flag.village, household=flag.household or None, on=session.today.isoformat(), how=how, note=words,
            )]
        change = queries.change(tx, ident)
        if change is not None and change.known:
            guards.require_area(who, change.village)
            _open(change.answered)
            how = values.coded(disposition, "disposition", "disposition")
            return [values.make(
                ChangeAnswered, village=change.village, household=change.household, change=change.id, disposition=how, note=words,
            )]
        alert = queries.alert(tx, ident)
        if alert is not None and alert.known:
            guards.require_area(who, alert.village)
            if not any(row.kind == "alert" and row.id == alert.id for row in queries.queue_rows(tx)):
                raise Refused("XL-P05", "村里还没有答复，或已经看过了")
            how = values.coded(disposition, "disposition", "disposition")
            return [values.make(
                AlertAnswered, alert=alert.id, village=alert.village, household=alert.household or None, on=session.today.isoformat(),
                visit=alert.answer_visit or None, disposition=how, note=words,
            )]
        if queries.application(tx, ident) is not None:
            raise Refused("XL-P05", "申请请用受理、退回、决定来办")
        raise NotFound("XL-V45")

    recorded = session.transact(build)
    return saved(ident, recorded, "answered")


def _open(answered: str) -> None:
    if answered:
        raise Refused("XL-P05", "这一条已经答复过了")
