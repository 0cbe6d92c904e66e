"""The answers to a list of alerts, laid back into the sender's own workbook (08 `alert feedback`; M-04; china-practice: 反馈表 in the same columns and order).

Rules kept here
- a row is found again by what it says (ADR 0013); the workbook itself is never touched, its copy keeps its styles, heads, columns and order;
- only result columns are written, and of those only cells that were empty; what somebody had filled in is told;
- a row that nobody answered yet stays blank and is counted; one that matched nobody here is 查无, where the records of that village are here;
- a village says what it saw and did: 是否符合 is a desk's word, of which it says only whether an application was helped with and what the family wants;
- numbers somebody wrote into a note stay covered: what the village adds identifies nobody further;
- that it left is recorded (`audit.exported`) before the file is written: the sender's own columns carry whole numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import outbox
from xieli_tui.casework import alert_lists, out_file, values
from xieli_tui.domain import codes
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.domain.masks import masked
from xieli_tui.errors import Refused
from xieli_tui.paper import answered_sheet
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.paper.alert_sheet import AlertRow, AlertSheet
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

NOBODY = "查无"
BY_THE_DESKS = "由镇、县定"
REASON = "按来表反馈"


@dataclass(frozen=True, slots=True)
class Follow:
    """What was made with the answer of an alert: that day, for that family."""

    applied: tuple[str, ...]
    """kinds applied for"""
    told: tuple[rows.Informed, ...]
    referred: tuple[str, ...]
    """departments"""


@dataclass(frozen=True, slots=True)
class KeptCell:
    """A cell somebody had filled: it stays as it was."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class FedBack:
    """What went back. `filled`, `open`, `nobody` and `strange` count rows: written, not answered yet, 查无, never taken in here."""

    file: str
    rows: int
    filled: int
    open: int
    nobody: int
    strange: int
    kept: tuple[KeptCell, ...]
    columns: tuple[str, ...]
    lost: tuple[str, ...]
    copied: bool
    """It was no .xlsx: its values stand in an .xlsx of the same columns and order."""
    bytes: int


Entitled = Callable[["Tx", "rows.Alert", Follow], str]
"""What may be said under 是否符合."""


def feedback(session: Session, path: Path, out: Path | str, *, mapping: Path | None = None, fs: outbox.Fs = outbox.OS_FS) -> FedBack:
    """The sender's workbook with what this village found. Raises Refused: XL-P08 at a desk; as `write`."""
    if session.role != "village":
        raise Refused("XL-P08", "工作台用 xieli county feedback")
    return write(session, path, out, entitled, mapping=mapping, fs=fs)


def entitled(_tx: Tx, alert: rows.Alert, follow: Follow) -> str:
    """A village's word: what it helped with and what the family wants; never whether somebody is entitled."""
    if follow.applied:
        return f"已协助申请，{BY_THE_DESKS}"
    said = {one.answer for one in follow.told}
    if said:
        return "本人不愿申请" if said == {"unwilling"} else f"已告知政策，{codes.label('answer', 'considering')}" if "considering" in said else BY_THE_DESKS
    return BY_THE_DESKS if alert.household else ""


def write(session: Session, path: Path, out: Path | str, say: Entitled, *, mapping: Path | None = None, fs: outbox.Fs = outbox.OS_FS) -> FedBack:
    """Lay the answers into a copy of the list.

    Raises:
        NotFound: XL-F05. Refused: XL-F01 to F04, F06, F07, F08; XL-V11 not .xlsx; XL-W01 to W05; XL-W18 no column waits for an answer.
    """
    place = out_file.free(out)
    if place.suffix.lower() != ".xlsx":
        raise Refused("XL-V11", "反馈表要存成 .xlsx", field="out")
    found, _ = alert_lists.read(session, path, mapping)
    if not any(sheet.results for sheet in found.sheets):
        raise Refused("XL-W18", "没有要填的栏", next_step="反馈表要有 核查结果、核查人、核查时间、拟采取措施 这样的空栏；叫法不同的用 --mapping 写明")
    sheets = {sheet.name: sheet for sheet in found.sheets}
    answers: dict[answered_sheet.Place, str | dt.date] = {}
    open_, nobody, strange, filled = 0, 0, 0, 0
    with session.reading() as tx, queries.read.together(tx):
        here = {one.id: one for one in queries.alerts(tx) if one.known}
        villages = {home.village for home in queries.households(tx) if home.known}
        for row in found.rows:
            alert = here.get(row.alert)
            if alert is None:
                strange += 1
            elif alert.answered:
                filled += 1
                _lay(answers, row, sheets[row.sheet], _words(tx, alert, say))
            elif not alert.household and alert.village in villages:
                nobody += 1
                _lay(answers, row, sheets[row.sheet], {"finding": NOBODY})
            else:
                open_ += 1
    done = answered_sheet.fill(path, answers)
    session.record(values.make(AuditExported, what="alert_feedback", rows=len(found.rows), full=any(row.id.usable for row in found.rows), reason=REASON))
    written = out_file.write(place, done.data, fs)
    heads = {(sheet.name, at): sheet.header.texts[at] for sheet in found.sheets for places in sheet.results.values() for at in places}
    return FedBack(
        str(written), len(found.rows), filled, open_, nobody, strange, tuple(KeptCell(sheet, row, heads[sheet, at]) for sheet, row, at in done.kept),
        tuple(dict.fromkeys(heads.values())), done.lost, done.copied, len(done.data),
    )


def _lay(answers: dict[answered_sheet.Place, str | dt.date], row: AlertRow, sheet: AlertSheet, said: Mapping[str, str | dt.date]) -> None:
    """Every answer under its head; what has no head of its own stands with the finding, or with the remark."""
    own = {name: value for name, value in said.items() if name in sheet.results}
    beside = [str(value) for name in ("finding", "measure", "note") if name not in sheet.results and (value := said.get(name, ""))]
    main = "finding" if "finding" in sheet.results else "note" if "note" in sheet.results else "measure"
    if beside and main in sheet.results:
        own[main] = "；".join([*([str(own[main])] if own.get(main) else []), *beside]) if main == "finding" else "；".join([*beside, *([str(own[main])] if own.get(main) else [])])
    for name, value in own.items():
        if value:
            answers[row.sheet, row.row, sheet.results[name][0]] = value


def _words(tx: Tx, alert: rows.Alert, say: Entitled) -> dict[str, str | dt.date]:
    """What every result column says of an answered alert."""
    visit = queries.visit(tx, alert.answer_visit) if alert.answer_visit else None
    follow = _follow(tx, alert)
    by = "、".join(dict.fromkeys(name for name, _ in visit.visitors)) if visit is not None else ""
    if visit is not None and not by:
        by = queries.operator_names(tx).get((visit.dev, visit.by), "")
    return {
        "by": by, "finding": _finding(alert, visit), "done_on": dt.date.fromisoformat(visit.on if visit is not None else alert.answered_on), "entitled": say(tx, alert, follow),
        "measure": _measure(alert, follow), "note": masked(alert.answer_note),
    }


def _finding(alert: rows.Alert, visit: rows.Visit | None) -> str:
    if not alert.household:
        return NOBODY
    seen = visit.alert_finding if visit is not None else ""
    if alert.answered == "false" or (seen == "false" and alert.answered != "true"):
        return codes.label("disposition", "false")
    if alert.answered == "true" or seen == "true":
        return codes.label("disposition", "true")
    return "已上门核查" if visit is not None else codes.label("disposition", alert.answered)


def _measure(alert: rows.Alert, follow: Follow) -> str:
    """What was done or asked for; nothing for what was only looked at."""
    pieces: list[str] = []
    if follow.applied:
        pieces.append(f"协助申请{codes.labels('kind', follow.applied)}")
    elif follow.told:
        kinds = tuple(dict.fromkeys(one.kind for one in follow.told))
        pieces.append(f"告知{codes.labels('kind', kinds)}政策，本人{'、'.join(dict.fromkeys(codes.label('answer', one.answer).removeprefix('本人') for one in follow.told))}")
    if follow.referred:
        pieces.append(f"转介{codes.labels('department', follow.referred)}")
    if not pieces and alert.answered not in ("true", "false"):
        pieces.append({"verify_exit": "请镇、县核查", "special_case": "提请县里一事一议"}.get(alert.answered, codes.label("disposition", alert.answered)))
    return "；".join(pieces)


def _follow(tx: Tx, alert: rows.Alert) -> Follow:
    if not alert.household:
        return Follow((), (), ())
    day = alert.answered_on
    wanted = alert.answered
    applied = [kind for one in queries.applications(tx, alert.household) if one.started == day for kind in one.kinds] if wanted in ("implement", "inform_apply") else []
    told = [one for one in queries.informed(tx, alert.household) if one.on == day] if wanted == "inform_apply" else []
    referred = [one.sent_to or one.department for one in queries.referrals(tx, alert.household) if one.on == day] if wanted == "referred" else []
    return Follow(tuple(dict.fromkeys(applied)), tuple(told), tuple(dict.fromkeys(referred)))
