"""Missing pieces: what a computer's chain lacks here, and giving a piece up that nobody holds any more.

Rules kept here
- a gap is a piece of one chain (computer and epoch) behind which something is held or waits in the park; the lines behind it are not lost, they wait;
- it heals by itself when the computer or another desk still has the piece: the next return asks for it (`resend`). Only a piece that nobody holds
  is given up, by a desk of its area, with a reason (`gap.accepted*`): what waited goes through at once, and the piece is taken all the same
  should it ever come;
- several pieces of one chain are given up one after the other, the first first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_sync import inbox
from xieli_tui.casework import values
from xieli_tui.desk import guards, known_devices
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.events.road import GapAccepted
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.store import relay
from xieli_tui.store.importing import StoreDesk

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines first..last of a chain are missing. `files` wait behind it (`bytes` in all) since `since`; `asked`: a return asked for the piece."""

    dev: str
    called: str
    ep: str
    first: int
    last: int
    files: int
    bytes: int
    since: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A piece given up: `drained` files went through behind it and brought `events` lines."""

    dev: str
    ep: str
    first: int
    last: int
    seq: int
    drained: int
    events: int


def list_gaps(session: Session) -> list[Gap]:
    """Every missing piece of the computers of this desk's place, by computer and chain.

    Raises:
        Refused: XL-P07.
    """
    guards.require_desk(session)
    with session.reading() as tx:
        return [gap for dev in _devices(session, tx) for gap in _of(tx, dev)]


def _devices(session: Session, tx: Tx) -> list[str]:
    """Computers whose chains this desk may speak about."""
    rows = tx.conn.exec_driver_sql("SELECT dev FROM parked UNION SELECT DISTINCT dev FROM journal ORDER BY 1").scalars()
    found = []
    for dev in (str(one) for one in rows):
        if dev == session.dev or known_devices.role(tx, dev) == "county":
            continue
        try:
            known_devices.require_own(session, tx, dev)
        except Refused:
            continue
        found.append(dev)
    return found


def _of(tx: Tx, dev: str) -> list[Gap]:
    gaps = []
    for ep, first, last in relay.missing(tx, dev):
        files, size, since = tx.conn.exec_driver_sql(
            "SELECT count(*), coalesce(sum(size), 0), coalesce(min(at_ms), 0) FROM parked WHERE dev=? AND ep=? AND first>?", (dev, ep, last)
        ).one()
        asked = tx.conn.exec_driver_sql("SELECT 1 FROM delivery_out WHERE to_dev=? AND k='resend' AND dev=? AND ep=? LIMIT 1", (dev, dev, ep)).first()
        gaps.append(Gap(dev, known_devices.called(tx, dev), ep, first, last, int(files), int(size), day_of(int(since)), asked is not None))
    return gaps


def accept_gap(session: Session, device: str, reason: str | None, epoch: str | None = None) -> Given:
    """Give the first missing piece of a computer up; what waited behind it is taken in.

    Args:
        device: its id or the first eight digits.
        epoch: which chain, when several lack a piece (its first four digits are enough).

    Raises:
        NotFound: XL-V44, XL-V45 nothing is missing. Refused: XL-P07, XL-P03 not of this desk's place, XL-V06 no reason, XL-V11 several chains lack
            a piece. XieliError: the code of a waiting file that cannot be taken in; the piece is given up all the same.
    """
    guards.require_desk(session)
    why = values.needed(values.text(reason, "reason"), "reason")
    chosen: list[Gap] = []

    def build(tx: Tx) -> list[Payload]:
        dev = known_devices.find(tx, device)
        known_devices.require_own(session, tx, dev)
        chosen.append(_chosen(_of(tx, dev), epoch))
        gap = chosen[0]
        return [values.make(GapAccepted, dev=gap.dev, ep=gap.ep, first=gap.first, last=gap.last, reason=why)]

    [event] = session.transact(build)
    gap = chosen[0]
    desk = StoreDesk(
        session.store, session.vault.decrypt_keys(), operator=session.operator, clock=session.clock, practice=session.profile.practice,
    )
    done = inbox.drain_parks(desk, gap.dev, gap.ep)
    if done.status == "failed":
        raise XieliError(done.code)
    return Given(gap.dev, gap.ep, gap.first, gap.last, event.seq, done.drained, done.new)


def _chosen(gaps: list[Gap], epoch: str | None) -> Gap:
    typed = (epoch or "").strip().lower()
    met = [gap for gap in gaps if not typed or gap.ep == typed or (len(typed) >= 4 and gap.ep.startswith(typed))]
    if not met:
        raise NotFound("XL-V45", "这台电脑没有缺的记录")
    if len({gap.ep for gap in met}) > 1:
        raise Refused("XL-V11", "有几段都缺，请用 --epoch 指明是哪一段", field="epoch")
    return met[0]
