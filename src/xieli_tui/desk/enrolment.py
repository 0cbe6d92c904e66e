"""Devices: registering a village laptop or a township desk, the list of them, the trust file.

Rules kept here
- the code a laptop shows is both its public keys; the officer checks the person and compares 20 digits before this verb is run;
- the registration is an event of the county's chain (`device.enrolled`); the grant is delivery lines r = 1 grant, r = 2 that very event, then the head;
- registering a known device with the same rights gives the same grant again, line for line, from r = 1; other rights supersede the former ones;
- a village's certificate is the county desk's; a township's is the root's, so its key file must be at hand (XL-K09);
- possession of the keys is proven by the first valid bundle; until then 待首次上报.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_sync import delivery, identity
from xieli_sync.carriers import trust_file
from xieli_sync.errors import SyncError
from xieli_tui.casework import values
from xieli_tui.casework.setup import village_code
from xieli_tui.casework.views import DeviceRow
from xieli_tui.desk import guards
from xieli_tui.desk.desk_keys import own_cert
from xieli_tui.desk.letters import lay_down, require_ahead, require_place
from xieli_tui.desk.setup import load_root
from xieli_tui.domain.clock import day_of, millis
from xieli_tui.domain.events.road import DeviceEnrolled
from xieli_tui.errors import Damaged, Refused
from xieli_tui.store import deliveries, journal, queries, stopped, trust
from xieli_tui.store import workspace as rooms

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.journal import StoredEvent

FIRST_OPERATOR = "1"
CODE_START = "XE1"
_SAME = ("role", "area", "villages", "village_names", "operators", "desks", "kid", "sign_pub", "enc_pub")
"""What two registrations of a device must share to be the same grant."""


@dataclass(frozen=True, slots=True)
class EnrolDevice:
    """A device's code and the rights it gets. `out` is the grant file to write (or a folder for it); `root` the folder of the root key file
    (township only).

    `names` gives village code -> name. `key_lost`: a laptop that had newer keys lost them (it was put back from an old copy), so the first ones, those of
    its code, are certified again above them.
    """

    code: str
    villages: Sequence[str]
    operator: str
    out: Path
    role: str = "village"
    area: str | None = None
    root: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    key_lost: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The registered device, the 20 digits to compare, the grant file. `newer`: its newest key was certified, not the one its code shows."""

    dev: str
    fingerprint: str
    file: str
    newer: bool = False


def _read_code(given: str) -> tuple[bytes, bytes]:
    """The keys in a code that was typed, or that lies in the text file the laptop wrote (its second line is the 核对码).

    Raises:
        Refused: XL-K08.
    """
    text = given
    if not given.lstrip().upper().startswith(CODE_START) and Path(given).is_file():
        lines = Path(given).read_text(encoding="utf-8-sig", errors="replace").splitlines()
        text = next((line[at:] for line in lines if (at := line.upper().find(CODE_START)) >= 0), "")
    try:
        return identity.parse_enrol_code(text)
    except SyncError as error:
        raise Refused("XL-K08") from error


def enrol_device(session: Session, request: EnrolDevice, *, root_passphrase: str | None = None) -> Enrolled:
    """Register a device and lay down its grant.

    Raises:
        Refused: XL-K08 bad code, XL-V05 village code, XL-V06 none, XL-V12 area, XL-P03 outside the county, XL-K09 no root file, XL-F08 file exists.
        Locked: XL-K11 root passphrase. Damaged: XL-C03 the database is behind what was sent. Nothing is recorded then.
    """
    guards.require_county(session)
    sign_pub, enc_pub = _read_code(request.code)
    dev = identity.dev_id(sign_pub, enc_pub)
    role = values.choice(request.role, ("village", "township"), "role")
    villages, area = _rights(session, role, request)
    operator = values.needed(values.name(request.operator, "operator"), "operator")
    out = Path(request.out)
    require_place(out)
    root = load_root(request.root, root_passphrase) if role == "township" else None
    with session.reading() as tx:
        require_ahead(session, tx)
        if root is not None and root.sign_pub != trust.root_public(tx):
            raise Refused("XL-K09", "不是本县的根密钥")

    def build(tx: Tx) -> list[Payload]:
        wanted = values.make(
            DeviceEnrolled, dev=dev, kid=identity.kid_of(sign_pub), sign_pub=sign_pub.hex(), enc_pub=enc_pub.hex(), role=role, area=area,
            villages=villages, village_names={code: _name(request, code) for code in villages if _name(request, code)},
            operators=[{"operator": FIRST_OPERATOR, "name": operator}], desks=desks_for(session, tx, dev, villages, area),
            on=session.today.isoformat(),
        )
        last = last_enrolment(tx, dev)
        same = last is not None and all(last.d.get(key) == wanted.as_d().get(key) for key in _SAME)
        return [] if same else [wanted]

    session.transact(build)
    to_key, newer = enc_pub, False
    with session.writing() as tx:
        event = last_enrolment(tx, dev)
        if event is None:
            raise Damaged("XL-C03")
        if root is not None:
            gen = max(1, trust.highest(tx, dev)[0])  # a township that was reopened keeps its generation
            certs = [identity.issue_desk_cert(root, sign_pub=sign_pub, enc_pub=enc_pub, role="township", area=area, gen=gen)]
            trust.accept(tx, identity.verify_chain(certs, root.sign_pub))
        else:
            key = _key(tx, dev, sign_pub, enc_pub, lost=request.key_lost)
            to_key, newer = key.enc_pub, key.sign_pub != sign_pub
            device = identity.issue_device_cert(session.keys, sign_pub=key.sign_pub, enc_pub=key.enc_pub, ver=key.ver, dev=dev)
            certs = [*own_cert(tx), device]
        hand_out(session, tx, event, certs)
    files = lay_down(session, out.parent, dev, to_key, 1, grant_as=out)
    return Enrolled(dev, identity.fingerprint(sign_pub, enc_pub), files[0].path, newer)


class _Key(NamedTuple):
    sign_pub: bytes
    enc_pub: bytes
    ver: int


def _key(tx: Tx, dev: str, sign_pub: bytes, enc_pub: bytes, *, lost: bool) -> _Key:
    """The key to certify. A laptop shows its first keys always (they are its name); where it was seen with a later one that one stays its key. Whoever
    holds an old copy of it could show the same code: only when the officer says that the later keys are lost are the first certified above them."""
    newest = next(iter(trust.signers(tx, dev)), None)
    if newest is None or newest.sign_pub == sign_pub:
        return _Key(sign_pub, enc_pub, newest.ver if newest is not None else 1)
    return _Key(sign_pub, enc_pub, newest.ver + 1) if lost else _Key(newest.sign_pub, newest.enc_pub, newest.ver)


def has_newer_key(session: Session, code: str) -> bool:
    """Whether the computer of this code was seen with a later key than the one the code shows; False for what is no code."""
    try:
        sign_pub, enc_pub = _read_code(code)
    except Refused:
        return False
    with session.reading() as tx:
        newest = next(iter(trust.signers(tx, identity.dev_id(sign_pub, enc_pub))), None)
    return newest is not None and newest.role == "village" and newest.sign_pub != sign_pub


def _rights(session: Session, role: str, request: EnrolDevice) -> tuple[list[str], str]:
    """(villages, area) of the grant: a laptop has villages of this county, a township its nine digits and no villages."""
    county = session.profile.area or ""
    if role == "township":
        area = (request.area or "").strip()
        if len(area) != 9 or not (area.isascii() and area.isdigit()):
            raise Refused("XL-V12", field="area")
        if request.villages:
            raise Refused("XL-V11", "镇(街道)按区域登记，不写村", field="village")
        places = [area]
        villages: list[str] = []
    else:
        villages = list(dict.fromkeys(village_code(code) for code in request.villages))
        if not villages:
            raise Refused("XL-V06", field="village")
        area, places = county, villages
    if not all(place.startswith(county) for place in places):
        raise Refused("XL-P03", "不在本县", field="area" if role == "township" else "village")
    return villages, area


def _name(request: EnrolDevice, code: str) -> str:
    return (values.name(request.names.get(code), "names") or "") if request.names else ""


def desks_for(session: Session, tx: Tx, dev: str, villages: Sequence[str], area: str) -> list[dict[str, str]]:
    """Whom the device wraps for: this county, and for a laptop the township desks of its villages."""
    keys = session.keys
    found = [{"dev": session.dev, "kid": keys.box_kid, "enc_pub": keys.enc_pub.hex(), "role": "county", "area": session.profile.area or area}]
    for desk in trust.desks(tx):
        ours = desk.role == "township" and desk.dev != dev and any(village.startswith(desk.area) for village in villages)
        if ours and not stopped.stopped(tx, desk.dev):
            found.append({"dev": desk.dev, "kid": identity.kid_of(desk.enc_pub), "enc_pub": desk.enc_pub.hex(), "role": "township", "area": desk.area})
    return found


def last_enrolment(tx: Tx, dev: str) -> StoredEvent | None:
    """The registration in force of a device: the county's last one."""
    held = [e for e in journal.load(tx, entity=dev, t="device.enrolled") if e.role == "county"]
    return max(held, key=lambda e: (e.hlc_ms, e.hlc_n, e.seq)) if held else None


def hand_out(session: Session, tx: Tx, event: StoredEvent, certs: Sequence[Mapping[str, Any]]) -> None:
    """Write the grant's delivery lines unless the last grant written to this device says the same."""
    root = trust.root_public(tx)
    if root is None:
        raise Damaged("XL-L06")
    d = event.d
    grant: dict[str, Any] = {
        "root": root.hex(), "certs": [dict(cert) for cert in certs], "role": d["role"], "area": d["area"], "villages": d.get("villages", []),
        "operators": d.get("operators", []), "desks": d.get("desks", []),
        "local": [
            {"key": p.key, "value": p.value, "start": p.start, "end": p.end, "area": p.area}
            for p in queries.local_params(tx, on=session.today.isoformat())
        ],
    }
    written = deliveries.lines_after(tx, d["dev"], 0)
    before = [line.item if line.item is not None else delivery.parse_delivery(line.line)[1] for line in written]
    grants = [item.grant for item in before if isinstance(item, delivery.GrantItem)]
    told = any(isinstance(item, delivery.EventItem) and item.hash == event.hash for item in before)
    if grants and told and {k: v for k, v in grants[-1].items() if k != "local"} == {k: v for k, v in grant.items() if k != "local"}:
        return
    seq, head = journal.head(tx, tx.dev, tx.ep)
    items: list[delivery.Item] = [delivery.GrantItem(grant)]
    if not told:
        items.append(deliveries.event_item(event))
    items.append(delivery.HeadItem(tx.ep, seq, head))
    deliveries.append_lines(tx, d["dev"], items, millis(session.clock.now()))


def devices(session: Session) -> list[DeviceRow]:
    """Registered devices; `heard` False = 待首次上报 until the first valid bundle."""
    guards.require_desk(session)
    with session.reading() as tx:
        rows = []
        for one in queries.devices(tx):
            if one.dev == session.dev:
                continue
            last = deliveries.last_bundle(tx, one.dev)
            rows.append(DeviceRow(
                dev=one.dev, role=one.role, area=one.area, villages=one.villages, names=tuple(one.village_names.get(v, v) for v in one.villages),
                operators=tuple(name for _, name in one.operators), enrolled=one.enrolled_on, last_bundle=day_of(last or 0), heard=last is not None,
                revoked=one.revoked, frozen=one.frozen,
            ))
        return rows


def trust_export(session: Session) -> dict[str, Any]:
    """What a receiver needs to authenticate senders: net, root, devices with role and keys. No names, no villages."""
    guards.require_county(session)
    with session.reading() as tx:
        root, net = trust.root_public(tx), trust.net(tx)
        if root is None or net is None:
            raise Damaged("XL-L06")
        found = []
        for one in queries.devices(tx):
            event = last_enrolment(tx, one.dev)
            if event is not None:
                first = {key: event.d[key] for key in ("kid", "sign_pub", "enc_pub")}
                seen = [{"kid": x.kid, "sign_pub": x.sign_pub.hex(), "enc_pub": x.enc_pub.hex()} for x in trust.signers(tx, one.dev)]
                newest, *older = {x["kid"]: x for x in (*seen, first)}.values()
                found.append({
                    "dev": one.dev, "role": one.role, "area": one.area, "revoked": one.revoked, **newest, "keys": older,
                })
        return {"v": 1, "net": net, "root": root.hex(), "certs": own_cert(tx), "devices": found}


def save_trust(session: Session, out: Path, *, replace: bool = False) -> int:
    """Lay the trust list down as JSON, over nothing; how many devices it names.

    Args:
        replace: the former list lies there and this one takes its place, whole or not at all: a receiver at work reads either.

    Raises:
        Refused: XL-F01 a folder, XL-F08 something lies there, XL-F03 cannot be written.
    """
    listed = trust_export(session)
    if out.is_dir():
        raise Refused("XL-F01")
    try:
        if replace and out.exists():
            trust_file.parse(out.read_bytes())  # something else of this name is left alone
            rooms.atomic_write(out, json.dumps(listed, ensure_ascii=False, indent=1).encode(), private=False)
        else:
            with out.open("x", encoding="utf-8") as file:
                json.dump(listed, file, ensure_ascii=False, indent=1)
    except SyncError:
        raise Refused("XL-F08") from None
    except FileExistsError:
        raise Refused("XL-F08") from None
    except OSError:
        raise Refused("XL-F03") from None
    return len(listed["devices"])
