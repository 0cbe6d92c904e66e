"""交接 at a desk: letting one computer pass its unsent entries and drafts to another, and what became of it.

Rules kept here
- both computers are this desk's, both work, and they share a village: what travels is of the villages both work for;
- the key it is sealed for is the newest one of the successor's that this desk knows;
- the ruling reaches both with their next return; annulled (`xieli county annul`), neither seals nor opens any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards, known_devices
from xieli_tui.desk.enrolment import last_enrolment
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.events.road import HandoverAllowed
from xieli_tui.errors import Refused
from xieli_tui.store import handing, journal, queries, trust

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


@dataclass(frozen=True, slots=True)
class Handing:
    """One hand-over: from which computer to which, with their people, when it was allowed, sealed, opened ("" = not yet, as far as this desk has heard)."""

    event: str
    dev: str
    to: str
    who: str
    to_who: str
    villages: tuple[str, ...]
    allowed: str
    sealed: str
    opened: str


def allow(session: Session, dev: str, to: str, on: str | None = None) -> Saved:
    """Let computer `dev` hand over to computer `to`. `id` is the reference of the ruling.

    Raises:
        NotFound: XL-V44. Refused: XL-P07, XL-P03 not this desk's, XL-P05 stopped or allowed already, XL-V11 the same computer, no village in common.
    """
    guards.require_desk(session)
    day = values.day(on, session.today)

    def build(tx: Tx) -> list[HandoverAllowed]:
        one, two = _device(session, tx, dev), _device(session, tx, to)
        if one.dev == two.dev:
            raise Refused("XL-V11", "这是同一台电脑", field="to")
        if one.revoked or two.revoked:
            raise Refused("XL-P05", "停用了的电脑不能交接；停用的那台没报送的，请看转人工核对的")
        if one.role != two.role:
            raise Refused("XL-V11", "只能交给同一级的电脑", field="to")
        shared = sorted(set(one.villages) & set(two.villages))
        if one.role == "village" and not shared:
            raise Refused("XL-V11", "两台电脑没有共同负责的村，请先给接手的电脑登记这个村", field="to")
        if handing.allowed(tx, one.dev, two.dev) is not None:
            raise Refused("XL-P05", "这两台已经准许过了")
        return [values.make(HandoverAllowed, dev=one.dev, to=two.dev, on=day, enc_pub=_key(tx, two.dev), villages=shared, name=_who(two) or None)]

    recorded = session.transact(build)
    return saved(recorded[-1].ref, recorded, "allowed")


def listed(session: Session) -> list[Handing]:
    """Hand-overs this desk knows to be allowed, the newest first."""
    guards.require_desk(session)
    with session.reading() as tx:
        known = {one.dev: one for one in queries.devices(tx)}
        out = []
        for e in sorted(journal.events_of_type(tx, "handover.allowed"), key=lambda e: (-e.hlc_ms, e.ref)):
            standing = handing.allowed(tx, e.entity, str(e.d.get("to")))
            if standing is None or standing.ref != e.ref:
                continue
            sealed = [x for x in journal.load(tx, dev=e.entity, t="handover.sealed") if x.d.get("to") == e.d["to"]]
            opened = journal.load(tx, dev=e.d["to"], t="handover.opened")
            digests = {x.d.get("digest") for x in sealed}
            met = [x for x in opened if x.d.get("digest") in digests] if digests else opened
            out.append(Handing(
                e.ref, e.entity, e.d["to"], _who(known.get(e.entity)), _who(known.get(e.d["to"])), tuple(e.d.get("villages", ())), e.d["on"],
                day_of(sealed[-1].hlc_ms) if sealed else "", day_of(met[-1].hlc_ms) if met else "",
            ))
    return out


def _device(session: Session, tx: Tx, typed: str) -> rows.Device:
    dev = known_devices.find(tx, typed)
    known_devices.require_own(session, tx, dev)
    found = queries.device(tx, dev)
    if found is None or not found.grant or found.role == "county":
        raise Refused("XL-V44", "这台电脑没有登记")
    return found


def _key(tx: Tx, dev: str) -> str:
    """The newest encryption key of a computer that this desk has met, else the one it was registered with."""
    met = next(iter(trust.signers(tx, dev)), None)
    if met is not None:
        return met.enc_pub.hex()
    event = last_enrolment(tx, dev)
    if event is None:
        raise Refused("XL-V44", "这台电脑没有登记")
    return str(event.d["enc_pub"])


def _who(one: rows.Device | None) -> str:
    return "、".join(name for _, name in one.operators) if one is not None else ""
