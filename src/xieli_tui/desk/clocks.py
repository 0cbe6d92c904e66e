"""A mad clock put right for ordering: `clock.clamped*` gives lines of one epoch another instant, in either direction (design 03).

Rules kept here
- the lines stay as they are written; only where they stand among others changes, on every machine that has them;
- by default the lines of the epoch whose stamps a desk cannot believe: later than now by more than a day, or more than a year before this desk began;
- the county does it, or a township for laptops of its area; annulling it gives the lines their own stamps back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.desk import guards, known_devices
from xieli_tui.domain.clock import TZ, millis
from xieli_tui.domain.events.road import ClockClamped
from xieli_tui.errors import NotFound, Refused

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx

AHEAD_MS = 24 * 3600 * 1000
"""A stamp this far beyond the desk's own clock is not believed: no clock that somebody looks at is a day wrong."""
BEHIND_MS = 366 * AHEAD_MS
"""A stamp this far before the desk's own first line is not believed: laptops may begin before their county does, not years before."""


@dataclass(frozen=True, slots=True)
class Clamped:
    """Lines first..last of (dev, ep) are ordered as if written at `at` (`ms`); `lines` of them are held here."""

    dev: str
    ep: str
    first: int
    last: int
    ms: int
    at: str
    lines: int
    event: str


def clamp(
    session: Session, device: str, at: str | None = None, *, epoch: str | None = None, first: int | None = None, last: int | None = None,
) -> Clamped:
    """Give lines another instant for ordering.

    Args:
        at: `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` …; by default the day their first file came in.
        first, last: the lines; by default those whose stamps cannot be believed.

    Raises:
        Refused: XL-P07, XL-P03 not of this desk's area or no laptop, XL-V01/V02/V13 the instant, XL-V11 the range, XL-V44, XL-V45.
        NotFound: XL-V44, XL-V45 no such epoch, or nothing of it that cannot be believed.
    """
    guards.require_desk(session)
    made: list[tuple[ClockClamped, int]] = []

    def build(tx: Tx) -> list[Payload]:
        dev = known_devices.find(tx, device)
        if known_devices.role(tx, dev) == "county":
            raise Refused("XL-P03", "县级工作台自己的记录不这样改")
        known_devices.require_own(session, tx, dev)
        ep = known_devices.epoch(tx, dev, epoch)
        low, high = _range(session, tx, dev, ep, first, last)
        ms = _instant(session, tx, dev, ep, low, high, at)
        held = tx.conn.exec_driver_sql("SELECT count(*) FROM journal WHERE dev=? AND ep=? AND seq BETWEEN ? AND ?", (dev, ep, low, high)).scalar_one()
        made.append((values.make(ClockClamped, dev=dev, ep=ep, first=low, last=high, ms=ms), int(held)))
        return [made[0][0]]

    [event] = session.transact(build)
    one, count = made[0]
    shown = dt.datetime.fromtimestamp(one.ms / 1000, TZ).strftime("%Y-%m-%dT%H:%M")
    return Clamped(one.dev, one.ep, one.first, one.last, one.ms, shown, count, event.ref)


def _range(session: Session, tx: Tx, dev: str, ep: str, first: int | None, last: int | None) -> tuple[int, int]:
    top = int(tx.conn.exec_driver_sql("SELECT max(seq) FROM journal WHERE dev=? AND ep=?", (dev, ep)).scalar_one())
    if first is None and last is None:
        clamped = [(int(low), int(high)) for low, high in tx.conn.exec_driver_sql("SELECT first, last FROM clamp WHERE dev=? AND ep=?", (dev, ep))]
        mad = [seq for seq, ms in _stamps(tx, dev, ep) if _mad(session, tx, ms) and not any(low <= seq <= high for low, high in clamped)]
        if not mad:
            raise NotFound("XL-V45", "这台电脑的时间看着都对，要改请写明第几条到第几条", field="first")
        return min(mad), max(mad)
    low, high = first if first is not None else 1, last if last is not None else top
    if not 1 <= low <= high <= top:
        raise Refused("XL-V11", f"这一段现有第 1 至 {top} 条", field="first")
    return low, high


def _stamps(tx: Tx, dev: str, ep: str) -> list[tuple[int, int]]:
    return [(int(seq), int(ms)) for seq, ms in tx.conn.exec_driver_sql("SELECT seq, hlc_ms FROM journal WHERE dev=? AND ep=? ORDER BY seq", (dev, ep))]


def _mad(session: Session, tx: Tx, ms: int) -> bool:
    began = tx.conn.exec_driver_sql("SELECT min(hlc_ms) FROM journal WHERE dev=?", (session.dev,)).scalar()
    return ms > millis(session.clock.now()) + AHEAD_MS or (began is not None and ms < int(began) - BEHIND_MS)


def _instant(session: Session, tx: Tx, dev: str, ep: str, first: int, last: int, at: str | None) -> int:
    if at is not None and at.strip():
        text = at.strip()
        with_clock = text if ":" in text else f"{text} 00:00"
        moment = values.moment(with_clock, session.clock.now(), "at")
        return millis(dt.datetime.fromisoformat(moment).replace(tzinfo=TZ))
    arrived = tx.conn.exec_driver_sql("SELECT min(arrived_ms) FROM journal WHERE dev=? AND ep=? AND seq BETWEEN ? AND ?", (dev, ep, first, last)).scalar()
    return int(arrived) if arrived else millis(session.clock.now())
