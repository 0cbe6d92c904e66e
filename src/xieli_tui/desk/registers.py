"""The county's registers: coordinators and staff, service stations, villages with boards and phones, service bodies (000:16, 000:18, 001:四(三), 002:三(二)6).

Rules kept here
- rows are dated and never overwritten: an end is a later line of the same id, a correction a new line; who and when stay in the journal;
- a township writes about its own villages, the county about all of its own (XL-P03);
- one row of the staff register is one person in one village, so that each village is sent its own and no other's (design 04);
- villages and service bodies are local parameters (`local.village`, `local.service_bodies`): dated, county only, each village sent its own row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.domain import jsontext
from xieli_tui.domain.events.registers import StaffRegistered, StationSet
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries.registers import Staff, Station

SOURCES: tuple[tuple[str, str], ...] = (("committee", "村(居)委会委员"), ("grid", "网格员"), ("hired", "聘用"), ("social_worker", "社工"))
"""Where a coordinator comes from; 001:四(三) and 002:三(二)6 say which a region allows."""
COORDINATOR = "社会救助协理员"


@dataclass(frozen=True, slots=True)
class AddStaff:
    """A person in office. `source` (SOURCES) makes it a coordinator; without it an officer of the kin question. One row per village named.

    `dev` is a registered computer (id or its first eight digits), `operator` the account on it.
    """

    name: str
    villages: Sequence[str] = ()
    area: str | None = None
    post: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    phone: str | None = None
    dev: str | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A row of the register as it is shown: with the village's name and whether the account is known."""

    id: str
    village: str
    village_name: str
    area: str
    name: str
    post: str
    source: str
    source_word: str
    since: str
    until: str
    phone: str
    dev: str
    operator: str
    serves: bool


@dataclass(frozen=True, slots=True)
class SetStation:
    """服务站(点) of a village; `station` names one to change, a new one otherwise."""

    village: str
    name: str
    since: str | None = None
    until: str | None = None
    phone: str | None = None
    station: str | None = None


@dataclass(frozen=True, slots=True)
class SetVillage:
    """What the county says of a village from `start` on; what is None is taken from the row in force. `boards` = places of 公示."""

    village: str
    start: str | None = None
    name: str | None = None
    boards: Sequence[str] | None = None
    phone: str | None = None
    recipients: int | None = None


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village of the register on a day."""

    village: str
    name: str
    boards: tuple[str, ...]
    phone: str
    recipients: int | None
    since: str
    coordinators: tuple[str, ...]
    stations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetBody:
    """A service body (社会救助服务机构) with its technical and social-work posts from `start` on."""

    id: str
    technical_posts: int
    socialwork_posts: int
    name: str | None = None
    start: str | None = None


def source_word(source: str) -> str:
    """The Chinese word of a coordinator's source."""
    return dict(SOURCES).get(source, source)


def village_code(who: guards.Officer, given: str, field: str = "village") -> str:
    """Twelve digits inside the officer's area. Raises Refused("XL-V05"), Refused("XL-P03")."""
    code = given.strip()
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        raise Refused("XL-V05", field=field)
    if not who.area or not code.startswith(who.area):
        raise Refused("XL-P03", "不在本单位辖区", field=field)
    return code


# -- staff ------------------------------------------------------------------------------------------


def add_staff(session: Session, request: AddStaff) -> list[Saved]:
    """Enter a person in office, one row for each village (or one for an area).

    Raises:
        Refused: XL-P07, XL-P03 outside the area, XL-V05 village, XL-V06 no name or no place, XL-V08 source, XL-V12 area. NotFound: XL-V44 the computer.
    """
    guards.require_desk(session)
    name = values.needed(values.name(request.name, "name"), "name")
    source = values.choice(request.source, [ident for ident, _ in SOURCES], "source") if request.source else None
    post = values.name(request.post, "post") or (COORDINATOR if source else None)
    since = values.day(request.since, session.today, "since", future=True)
    until = values.day(request.until, session.today, "until", future=True) if request.until else None
    _in_order(since, until)
    made: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        who = guards.officer(session, tx)
        dev = _device(tx, request.dev) if request.dev else None
        operator = _operator(tx, dev, request.operator) if request.operator else None
        fields: dict[str, Any] = {
            "name": name, "post": values.needed(post, "post"), "source": source, "since": since, "until": until,
            "phone": values.name(request.phone, "phone"), "dev": dev, "operator": operator,
        }
        places: list[dict[str, str]] = [{"village": village_code(who, code)} for code in dict.fromkeys(request.villages)]
        if not places:
            places = [{"area": _area(who, values.needed(request.area, "village"))}]
        for _ in places:
            made.append(session.new_id())
        return [values.make(StaffRegistered, staff=ident, **place, **fields) for ident, place in zip(made, places, strict=True)]

    recorded = session.transact(build)
    return [Saved(ident, one.seq, "serving") for ident, one in zip(made, recorded, strict=True)]


def end_staff(session: Session, staff: str, on: str | None = None) -> Saved:
    """The person leaves office: the day is the last one. Raises NotFound("XL-V45"), Refused: XL-P03, XL-P05 ended already, XL-V11 before the first day."""
    guards.require_desk(session)

    def build(tx: Tx) -> list[Payload]:
        row = _staff(tx, staff)
        who = guards.officer(session, tx)
        guards.require_area(who, row.village or row.area)
        if row.until:
            raise Refused("XL-P05", "这个人已经写了离任")
        until = values.day(on, session.today, "on", future=True)
        _in_order(row.since, until, "on")
        return [values.make(
            StaffRegistered, staff=row.id, village=row.village or None, area=row.area or None, name=row.name, post=row.post, source=row.source or None,
            since=row.since or None, until=until, phone=row.phone or None, dev=row.dev or None, operator=row.operator or None,
        )]

    return saved(staff, session.transact(build), "ended")


def list_staff(session: Session, *, village: str | None = None, on: str | None = None) -> list[StaffRow]:
    """The register, ended rows included; those at work on a day when `on` is given."""
    day = values.day(on, session.today, "on", future=True) if on else ""
    with session.reading() as tx:
        names = village_names(tx)
        held = registers.staff(tx, village)
        today = session.today.isoformat()
        return [_shown(one, names, today) for one in held if not day or one.serves(day)]


def _shown(one: Staff, names: dict[str, str], today: str) -> StaffRow:
    return StaffRow(
        one.id, one.village, names.get(one.village, one.village), one.area, one.name, one.post, one.source, source_word(one.source), one.since, one.until,
        one.phone, one.dev, one.operator, one.serves(today),
    )


def _staff(tx: Tx, given: str) -> Staff:
    plain = given.strip()
    row = registers.staff_member(tx, plain)
    if row is None and len(plain) >= 8:
        near = [one for one in registers.staff(tx) if one.id.startswith(plain)]
        row = near[0] if len(near) == 1 else None
    if row is None:
        raise NotFound("XL-V45", "名册里没有这一条", field="staff")
    return row


def _area(who: guards.Officer, given: str) -> str:
    area = given.strip()
    if len(area) not in (6, 9) or not (area.isascii() and area.isdigit()):
        raise Refused("XL-V12", field="area")
    guards.require_area(who, area)
    return area


def _device(tx: Tx, given: str) -> str:
    plain = given.strip().lower()
    near = [one.dev for one in queries.devices(tx) if one.dev.startswith(plain)] if len(plain) >= 8 else []
    if len(near) != 1:
        raise NotFound("XL-V44", field="device")
    return near[0]


def _operator(tx: Tx, dev: str | None, given: str) -> str:
    if dev is None:
        raise Refused("XL-V06", "写了账号，还要写是哪台电脑", field="device")
    device = queries.device(tx, dev)
    known = {number for number, _ in device.operators} if device is not None else set()
    known |= {one.operator for one in queries.operators(tx) if one.dev == dev}
    if given.strip() not in known:
        raise NotFound("XL-V45", "这台电脑上没有这个账号", field="operator")
    return given.strip()


def _in_order(since: str | None, until: str | None, field: str = "until") -> None:
    if since and until and until < since:
        raise Refused("XL-V11", "止在起之前", field=field)


# -- stations ---------------------------------------------------------------------------------------


def set_station(session: Session, request: SetStation) -> Saved:
    """Enter or change a service station of a village. Raises as `add_staff`; NotFound("XL-V45") for a station that is not there."""
    guards.require_desk(session)
    since = values.day(request.since, session.today, "since", future=True)
    until = values.day(request.until, session.today, "until", future=True) if request.until else None
    _in_order(since, until)
    ident = request.station or session.new_id()

    def build(tx: Tx) -> list[Payload]:
        code = village_code(guards.officer(session, tx), request.village)
        if request.station and all(one.id != ident for one in registers.stations(tx, code)):
            raise NotFound("XL-V45", "这个村没有这个服务站", field="station")
        return [values.make(
            StationSet, station=ident, village=code, name=values.needed(values.name(request.name, "name"), "name"), since=since, until=until,
            phone=values.name(request.phone, "phone"),
        )]

    return saved(ident, session.transact(build), "set")


def list_stations(session: Session, village: str | None = None) -> list[Station]:
    """Stations by village, closed ones included."""
    with session.reading() as tx:
        return registers.stations(tx, village)


# -- villages and service bodies ---------------------------------------------------------------------


def set_village(session: Session, request: SetVillage) -> Saved:
    """What the county says of a village; what is not named stays as it was. Raises: XL-P03 not the county, XL-V05, XL-V06 no name yet, value codes."""
    guards.require_county(session)
    start = values.day(request.start, session.today, "start", future=True)
    with session.reading() as tx:
        code = village_code(guards.officer(session, tx), request.village)
        table = dict(village_values(tx, start).get(code, {}))
    for key, value in (("name", values.name(request.name, "name")), ("phone", values.name(request.phone, "phone")), ("recipients", request.recipients)):
        if value is not None:
            table[key] = value
    if request.boards is not None:
        table["boards"] = [values.needed(values.name(one, "boards"), "boards") for one in request.boards]
    if "name" not in table:
        raise Refused("XL-V06", "第一次登记要写村名", field="name")
    return Saved(code, _put(session, "village", json.dumps(table, ensure_ascii=False), start, code).seq, "set")


def set_body(session: Session, request: SetBody) -> Saved:
    """A service body's posts from a day on; the other bodies stay as they are. Raises: XL-P03 not the county, XL-V06, XL-Q06 posts."""
    guards.require_county(session)
    start = values.day(request.start, session.today, "start", future=True)
    ident = values.needed(values.name(request.id, "id"), "id")
    if request.socialwork_posts > request.technical_posts:
        raise Refused("XL-Q06", "社会工作岗位比专业技术岗还多", field="socialwork_posts")
    with session.reading() as tx:
        table = [row for row in body_rows(tx, start) if row["id"] != ident]
    row: dict[str, Any] = {"id": ident, "technical_posts": request.technical_posts, "socialwork_posts": request.socialwork_posts}
    name = values.name(request.name, "name")
    text = json.dumps([*table, row | ({"name": name} if name else {})], ensure_ascii=False)
    return Saved(ident, _put(session, "service_bodies", text, start, None).seq, "set")


def _put(session: Session, key: str, value: str, start: str, area: str | None) -> Saved:
    """Set a register's row; one that begins on the same day is put in its place."""
    from xieli_tui.desk.parameters import SetLocal, set_local

    with session.reading() as tx:
        same = any(row.start == start and row.area == (area or "") for row in queries.local_params(tx, key))
    return set_local(session, SetLocal(key, value, start, None, area, replace=same, reason="登记表当天改写" if same else None))


def village_values(tx: Tx, day: str) -> dict[str, dict[str, Any]]:
    """village code -> what the register says on a day, as far as it can be read."""
    out: dict[str, dict[str, Any]] = {}
    for row in queries.local_params(tx, "village", day):  # newest start first
        if len(row.area) == 12 and row.area not in out:
            out[row.area] = _of_village(row.value)
    return dict(sorted(out.items()))


def _of_village(text: str) -> dict[str, Any]:
    """The entries of a village's row that are what they should be; a row written by another program may hold anything."""
    said = jsontext.value(text)
    if not isinstance(said, dict):
        return {}
    held = {name: said[name] for name in ("name", "phone") if isinstance(said.get(name), str) and said[name]}
    boards, people = said.get("boards"), said.get("recipients")
    if isinstance(boards, list) and all(isinstance(one, str) for one in boards):
        held["boards"] = boards
    return held | ({"recipients": people} if isinstance(people, int) and not isinstance(people, bool) else {})


def body_rows(tx: Tx, day: str) -> list[dict[str, Any]]:
    """The service bodies in the register on a day; a row that is none is left out (`county lint` names the parameter)."""
    held = queries.local_params(tx, "service_bodies", day)
    found = jsontext.value(held[0].value) if held else None
    return [one for one in found if _is_body(one)] if isinstance(found, list) else []


def _is_body(one: Any) -> bool:
    posts = ("technical_posts", "socialwork_posts")
    return isinstance(one, dict) and isinstance(one.get("id"), str) and all(isinstance(one.get(name), int) for name in posts) and isinstance(one.get("name", ""), str)


def list_bodies(session: Session, on: str | None = None) -> list[dict[str, Any]]:
    """Service bodies with their posts on a day."""
    with session.reading() as tx:
        return body_rows(tx, values.day(on, session.today, "on", future=True))


def list_villages(session: Session, on: str | None = None) -> list[VillageRow]:
    """Villages of the register on a day, with their coordinators and stations."""
    day = values.day(on, session.today, "on", future=True)
    with session.reading() as tx:
        begun = {row.area: row.start for row in reversed(queries.local_params(tx, "village", day))}
        staff = [one for one in registers.staff(tx) if one.source and one.serves(day)]
        stations = [one for one in registers.stations(tx) if one.open_on(day)]
        return [
            VillageRow(
                code, table.get("name", code), tuple(table.get("boards", ())), table.get("phone", ""), table.get("recipients"), begun.get(code, ""),
                tuple(one.name for one in staff if one.village == code), tuple(one.name for one in stations if one.village == code),
            )
            for code, table in village_values(tx, day).items()
        ]


def village_names(tx: Tx) -> dict[str, str]:
    """village code -> name: by the register, else as a computer was registered for it."""
    names: dict[str, str] = {}
    for device in queries.devices(tx):
        names.update(device.village_names)
    for row in reversed(queries.local_params(tx, "village")):
        if len(row.area) == 12:
            names[row.area] = str(_of_village(row.value).get("name", "")) or names.get(row.area, row.area)
    return names
