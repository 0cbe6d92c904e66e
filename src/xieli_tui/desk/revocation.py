"""停用一台电脑: from which line on what it writes no longer counts (design 04).

Rules kept here
- the county alone revokes, laptops and township desks; a county's own key is ended by the root alone (`county reopen`);
- the cut names a seq for each epoch, an epoch that is not named is 0; without a word it is what the county signed for, so everything it has stays good;
- several revocations: the lowest cut. None is taken back by another; a mistaken one is annulled;
- judged per event, before and after: lines beyond the cut are held and quarantined (XL-S04), none is refused, and the honest ones are released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.desk import guards, known_devices
from xieli_tui.domain.events.road import DeviceRevoked
from xieli_tui.errors import Refused
from xieli_tui.store import chains, stopped

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class Revoked:
    """What a revocation cuts.

    Attributes:
        dev, cut: the device, and per epoch the last seq that counts; an epoch not named counts from nothing on.
        after: lines held here that lie beyond the cut: they no longer count until they are released.
        called: village and operator in words. words: the cut in words, a line each.
        event: reference of the ruling; "" before it is written.
    """

    dev: str
    cut: Mapping[str, int]
    after: int = 0
    called: str = ""
    words: tuple[str, ...] = field(default=())
    event: str = ""


def look(session: Session, device: str, last_good: str | None = None) -> Revoked:
    """What `revoke` would cut; nothing is written. Raises as `revoke`."""
    guards.require_county(session)
    with session.reading() as tx:
        return _plan(session, tx, device, last_good)


def revoke(session: Session, device: str, last_good: str | None = None, reason: str | None = None) -> Revoked:
    """Stop a device.

    Args:
        device: its id, or the first eight digits of it.
        last_good: `SEQ` of its newest epoch or `EP:SEQ`: the last line that is surely its owner's. Epochs before that one keep what the county signed
            for, later ones nothing.

    Raises:
        Refused: XL-P07, XL-P03 not the county or a county's own key, XL-V44, XL-V11 a seq that cannot be read. NotFound: XL-V44, XL-V45 no such epoch.
    """
    guards.require_county(session)
    why = values.text(reason, "reason")
    made: list[Revoked] = []

    def build(tx: Tx) -> list[Payload]:
        made.append(_plan(session, tx, device, last_good))
        return [values.make(DeviceRevoked, dev=made[0].dev, cut=dict(made[0].cut), reason=why)]

    [event] = session.transact(build)
    one = made[0]
    return Revoked(one.dev, one.cut, one.after, one.called, one.words, event.ref)


def _plan(session: Session, tx: Tx, device: str, last_good: str | None) -> Revoked:
    dev = known_devices.find(tx, device)
    if dev == session.dev or known_devices.role(tx, dev) == "county":
        raise Refused("XL-P03", "县级工作台的钥匙只有根密钥能换")
    signed = {ep: seq for ep in known_devices.epochs(tx, dev) if (seq := chains.reach(tx, dev, ep)[0])}
    cut = signed if last_good is None or not last_good.strip() else _given(tx, dev, signed, last_good)
    lowest = _lowest(tx, dev, cut)
    rows = tx.conn.exec_driver_sql("SELECT ep, seq FROM journal WHERE dev=?", (dev,)).all()
    after = sum(1 for ep, seq in rows if int(seq) > lowest.get(str(ep), 0))
    return Revoked(dev, cut, after, known_devices.called(tx, dev), _words(tx, dev, lowest, after))


def _given(tx: Tx, dev: str, signed: Mapping[str, int], typed: str) -> dict[str, int]:
    named, colon, number = typed.strip().rpartition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Refused("XL-V11", "写最后一条好的是第几条，或者 段:第几条", field="last_good")
    ep = known_devices.epoch(tx, dev, named if colon else None)
    order = known_devices.epochs(tx, dev)
    before = order[: order.index(ep)]
    return {**{one: seq for one, seq in signed.items() if one in before}, **({ep: int(number)} if int(number) else {})}


def _lowest(tx: Tx, dev: str, cut: Mapping[str, int]) -> dict[str, int]:
    """The cut that counts when this one is added to those in force."""
    found = dict(cut)
    for e in stopped.revocations(tx, dev):
        earlier = e.d.get("cut", {})
        found = {ep: min(seq, earlier.get(ep, 0)) for ep, seq in found.items() if earlier.get(ep, 0)}
    return found


def _words(tx: Tx, dev: str, cut: Mapping[str, int], after: int) -> tuple[str, ...]:
    order = [ep for ep in known_devices.epochs(tx, dev) if cut.get(ep)]
    if not order:
        lines = ["它写的一条都不算数。"]
    elif len(order) == 1:
        lines = [f"写到第 {cut[order[0]]} 条的算数，后面的不算。"]
    else:
        lines = [f"第 {at} 段（{ep[:4]}）写到第 {cut[ep]} 条的算数，后面的不算。" for at, ep in enumerate(order, 1)]
    if after:
        lines.append(f"已经收到的有 {after} 条在后面，转人工核对，可以逐条放行。")
    return (*lines, "以后来的数据包照样收下，不起作用，可以逐条放行。")
