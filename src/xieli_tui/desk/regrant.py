"""Grants follow the desks: a township enrolled, stopped or replaced, or a desk's new key, reaches the laptops with the next return (design 04, 09).

Rules kept here
- what a laptop wraps its bundles for stands in its grant; when the desks of its villages are no longer those, the county registers it anew with the
  same rights and hands the grant over inside the next return: nothing is typed, the root stays the one it pinned;
- a stopped desk is no longer among them; a laptop that is stopped itself gets none;
- where nothing changed nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from xieli_sync import identity
from xieli_tui.casework import values
from xieli_tui.desk import enrolment
from xieli_tui.desk.desk_keys import own_cert
from xieli_tui.domain.events.road import DeviceEnrolled
from xieli_tui.errors import Damaged
from xieli_tui.store import queries, trust

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.journal import StoredEvent


def renew(session: Session) -> int:
    """Register the laptops anew whose desks changed; how many. None anywhere but at the county."""
    if session.role != "county":
        return 0
    with session.reading() as tx:
        stale = [e.d["dev"] for e in _stale(session, tx)]
    if not stale:
        return 0
    session.transact(lambda tx: [_again(session, tx, e) for e in _stale(session, tx)])
    with session.writing() as tx:
        for dev in stale:
            event = enrolment.last_enrolment(tx, dev)
            if event is None:
                raise Damaged("XL-C03")
            enrolment.hand_out(session, tx, event, _certs(session, tx, event))
    return len(stale)


def _stale(session: Session, tx: Tx) -> list[StoredEvent]:
    """Registrations of laptops that name other desks than those of today."""
    found = []
    for one in queries.devices(tx):
        event = enrolment.last_enrolment(tx, one.dev)
        if event is None or event.d["role"] != "village" or one.revoked:
            continue
        if _keys(event.d.get("desks", ())) != _keys(_desks(session, tx, event)):
            found.append(event)
    return found


def _desks(session: Session, tx: Tx, event: StoredEvent) -> list[dict[str, str]]:
    return enrolment.desks_for(session, tx, event.d["dev"], event.d.get("villages", ()), event.d["area"])


def _keys(desks: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(desk["dev"], desk["kid"]) for desk in desks}


def _again(session: Session, tx: Tx, event: StoredEvent) -> Payload:
    same = {key: value for key, value in event.d.items() if key not in ("desks", "on")}
    return values.make(DeviceEnrolled, **same, desks=_desks(session, tx, event), on=session.today.isoformat())


def _certs(session: Session, tx: Tx, event: StoredEvent) -> list[identity.Cert]:
    """This desk's chain and its certificate for the newest key the laptop was seen to sign with."""
    seen = trust.signers(tx, event.d["dev"])
    sign_pub, enc_pub, ver = (seen[0].sign_pub, seen[0].enc_pub, seen[0].ver) if seen else (
        bytes.fromhex(event.d["sign_pub"]), bytes.fromhex(event.d["enc_pub"]), 1)
    device = identity.issue_device_cert(session.keys, sign_pub=sign_pub, enc_pub=enc_pub, ver=ver, dev=event.d["dev"])
    return [*own_cert(tx), device]
