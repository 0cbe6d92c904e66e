"""乡镇临时救助备用金 (000:12): what came in, what went out, what is left, per township.

Rules kept here
- money moves elsewhere; here is the ledger the county looks at. Amounts 分, the township by its nine digits;
- every 先行救助 is paid out of the reserve of the family's township and is a line of its own: nobody writes it down twice;
- what is left stands beside a payment first (`local.reserve_balance`): less than the payment is a warning, never a wall (000:12 sets no bar).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, rules_check, values
from xieli_tui.casework.rules_check import Beside, Warned
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.domain.events.aid import ReserveMoved
from xieli_tui.domain.money import format_fen, parse_fen
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger, 分; `what` in | out | advance, `left` after it."""

    on: str
    what: str
    amount: int
    left: int
    application: str
    note: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A township's reserve over some days: what stood before, the lines, what is left."""

    area: str
    before: int
    lines: tuple[LedgerLine, ...]
    left: int


@dataclass(frozen=True, slots=True)
class MoveReserve:
    """Money into (`in`) or out of (`out`) a reserve. `area` blank: the desk's own township."""

    direction: str
    amount: str | int
    area: str | None = None
    on: str | None = None
    application: str | None = None
    note: str | None = None


def move(session: Session, request: MoveReserve) -> Saved:
    """One movement; `more["left"]` what is left after it, 元.

    Raises:
        Refused: XL-P07, XL-P03 another's township, XL-V04 amount, XL-V06 no township, XL-V12 its code, XL-P05 an application whose advance is a line
            already. NotFound: XL-V42.
    """
    guards.require_desk(session)
    direction = values.choice(request.direction, ("in", "out"), "direction")
    fen = request.amount if isinstance(request.amount, int) else parse_fen(values.needed(request.amount, "amount"))
    if fen == 0:
        raise Refused("XL-V04", field="amount")
    on, note, made, beside = values.day(request.on, session.today), values.text(request.note, "note"), session.new_id(), Beside()

    def build(tx: Tx) -> list[Payload]:
        area = _area(guards.officer(session, tx), request.area)
        app = reads.application(tx, request.application) if request.application else None
        if app is not None and direction == "out" and any(one.amount == fen for one in queries.advances(tx, app=app.id)):
            raise Refused("XL-P05", "这一笔先行救助已经记在备用金里", field="application")
        left = (rules_check.reserve_left(tx, area) or 0) + (fen if direction == "in" else -fen)
        beside.more["left"] = format_fen(left) if left >= 0 else f"-{format_fen(-left)}"
        if left < 0:
            clause = rules_check.in_force(tx, area, dt.date.fromisoformat(on), "JX-25")
            beside.warn(Warned("支出超过备用金的余额", clause.get("JX-25", ""), "JX-25" if clause else ""))
        return [values.make(
            ReserveMoved, reserve=made, area=area, on=on, direction=direction, amount=fen, application=app.id if app else None, note=note,
        )]

    return beside.on(saved(made, session.transact(build), direction))


def ledger(session: Session, area: str | None = None, start: str | None = None, end: str | None = None) -> Ledger:
    """The ledger of one township between two days (blank: from the first line, to the last). Raises as `move`."""
    guards.require_desk(session)
    first = values.day(start, session.today, "from") if start else ""
    last = values.day(end, session.today, "to") if end else "9999-12-31"
    with session.reading() as tx:
        town = _area(guards.officer(session, tx), area)
        found = sorted(_lines(tx, town), key=lambda one: one[:2])
    before = left = 0
    lines: list[LedgerLine] = []
    for on, _, what, amount, application, note in found:
        if on > last:
            break
        left += amount if what == "in" else -amount
        if on < first:
            before = left
        else:
            lines.append(LedgerLine(on, what, amount, left, application, note))
    return Ledger(town, before, tuple(lines), left)


def _lines(tx: Tx, area: str) -> list[tuple[str, int, str, int, str, str]]:
    moves = [(one.on, 0 if one.direction == "in" else 1, one.direction, one.amount, one.application, one.note) for one in queries.reserve_moves(tx, area)]
    return moves + [(one.on, 2, "advance", one.amount, one.application, "") for one in rules_check.advances_of(tx, area)]


def _area(who: guards.Officer, given: str | None) -> str:
    area = (given or (who.area if who.role == "township" else "")).strip()
    if not area:
        raise Refused("XL-V06", "请写明是哪个镇（9 位代码）", field="area")
    if len(area) != 9 or not area.isascii() or not area.isdigit():
        raise Refused("XL-V12", field="area")
    guards.require_area(who, area)
    return area
