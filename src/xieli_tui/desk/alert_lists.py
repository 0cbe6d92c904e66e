"""A list of alerts issued to the villages, and the answers laid back into the sender's workbook (08 `county alert issue`, `county feedback`; 09 Platform round trip; ADR 0013).

Rules kept here
- every row becomes one alert of the village of its family; a row that matched nobody goes to the village its 村 column names, with its columns; a row of a
  village nobody knows is reported and left for a decision;
- the same list again issues nothing: a row has one id wherever it is read, so what a village was handed itself and answered is that very alert;
- one transaction: all rows are issued or none; a township issues in its own area only;
- in the feedback 是否符合 is said by a decision that stands, and by nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import outbox
from xieli_tui.casework import alert_feedback, alert_lists, values
from xieli_tui.casework.alert_feedback import FedBack
from xieli_tui.casework.alert_lists import ListReport, Placed
from xieli_tui.desk import guards
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import AlertIssued
from xieli_tui.paper.roster_sheet import Issue
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.paper.alert_sheet import AlertList
    from xieli_tui.paper.columns import ColumnMap
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

ENDED = ("closed", "withdrawn")


def issue_list(session: Session, path: Path, *, dry_run: bool = False, mapping: Path | None = None, cls: str | None = None) -> ListReport:
    """Issue every row of a list.

    Args:
        mapping: as `casework.alert_lists.import_list`. cls: class of the rows whose words say none.

    Raises:
        NotFound: XL-F05. Refused: XL-P07; XL-F01, F06, W01 to W05; XL-V08 class. Nothing is issued then.
    """
    guards.require_desk(session)
    wanted = values.coded(cls, "alert_class", "class") if cls else ""
    found, chosen = alert_lists.read(session, path, mapping)
    if dry_run:
        with session.reading() as tx:
            return _issued(session, tx, found, chosen, wanted, dry_run=True)[0]
    told: list[ListReport] = []

    def build(tx: Tx) -> list[Payload]:
        done, payloads = _issued(session, tx, found, chosen, wanted, dry_run=False)
        told.append(done)
        return payloads

    session.transact(build)
    return told[-1]


def _issued(session: Session, tx: Tx, found: AlertList, mapping: ColumnMap, cls: str, *, dry_run: bool) -> tuple[ListReport, list[Payload]]:
    who = guards.officer(session, tx)
    placed, rejected, notes = alert_lists.place(session, tx, found, mapping, cls)
    inside = [one for one in placed if who.area and one.village.startswith(who.area)]
    rejected += [Issue(one.row.sheet, one.row.row, "", "XL-P03", "不在本单位辖区") for one in placed if not (who.area and one.village.startswith(who.area))]
    here = {one.id: one.id for one in queries.alerts(tx) if one.known and one.source == "issued"}
    placed = alert_lists.known_first(inside, here, notes)
    payloads: list[Payload] = [_payload(one) for one in placed if one.state == "new"]
    return alert_lists.report(found, placed, rejected, notes, dry_run=dry_run), payloads


def _payload(one: Placed) -> AlertIssued:
    return values.make(
        AlertIssued, alert=one.row.alert, village=one.village, household=one.home.id if one.home is not None else None, person=one.person or None, number=one.row.number or None,
        cls=one.cls, text=one.row.text, amount=one.row.amount, on=one.on, due=one.due or None, columns=dict(one.row.columns),
    )


def feedback(session: Session, path: Path, out: Path | str, *, mapping: Path | None = None, fs: outbox.Fs = outbox.OS_FS) -> FedBack:
    """The sender's workbook with what the villages found.

    Raises:
        Refused: XL-P07 in a village; as `casework.alert_feedback.write`.
    """
    guards.require_desk(session)
    return alert_feedback.write(session, path, out, entitled, mapping=mapping, fs=fs)


def entitled(tx: Tx, alert: rows.Alert, _follow: alert_feedback.Follow) -> str:
    """What stands about this family since the alert: a decision, else that an application is under way; "" leaves the cell to the officer."""
    if not alert.household:
        return ""
    decided = [one for one in queries.decisions(tx, household=alert.household) if one.on >= alert.on and not one.concurrent]
    said = [f"{'符合' if one.result == 'granted' else '不符合'}：{codes.label('kind', one.kind)}" for one in decided if one.result in ("granted", "rejected")]
    if said:
        return "；".join(dict.fromkeys(said))
    running = [one for one in queries.applications(tx, alert.household) if one.state not in ENDED and one.started >= alert.on]
    return f"办理中：{codes.labels('kind', running[0].kinds)}" if running else ""
