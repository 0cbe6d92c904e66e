"""What was given or met with: service acts, aid in kind, losses in a disaster, encounters with people without a living.

000:9 (JX-29, services count per year), 000:2 and 004:二(五) 实物 (M-67), 000:10 受灾 (M-62), 000:13 流浪乞讨、临时遇困 (JX-27, CN-12, M-64).

Rules kept here
- money is never given out here: aid in kind and services are what the village itself did; the amounts of record come from the desks;
- a loss is what the family says it lost, 分; what is paid for it is not ours to say;
- an encounter asks for a place and what was done; a name only where one was given, and nobody is turned away for where he comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, rules_check, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.household import AidGiven
from xieli_tui.domain.events.work import EncounterRecorded, LossRecorded, Outsider, ServiceGiven
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

GIVEN_FORMS = ("in_kind", "service")
"""What a village may have given: never cash (000:12 is the desks' or an entrusted village's, with a record of its own)."""
LOSS_KINDS = ("disaster", "accident", "housing", "other")


@dataclass(frozen=True, slots=True)
class GiveService:
    """One service act of the vocabulary `service`; `hours` a whole number."""

    household: str
    kind: str
    person: str | None = None
    on: str | None = None
    provider: str | None = None
    hours: int | str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class GiveAid:
    """Aid in kind or a service of the village: what, how much, to whom."""

    household: str
    item: str
    kind: str = "in_kind"
    form: str = "in_kind"
    person: str | None = None
    quantity: int | str | None = None
    unit: str | None = None
    on: str | None = None
    by_whom: str | None = None


@dataclass(frozen=True, slots=True)
class RecordLoss:
    """A loss: cause, 分 or typed 元, the public event it belongs to."""

    household: str
    kind: str
    amount: int | str | None = None
    event: str | None = None
    on: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RecordEncounter:
    """An encounter: where, what was done (vocabulary `encounter_action`)."""

    place: str
    action: str
    name: str | None = None
    on: str | None = None
    note: str | None = None
    village: str | None = None


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A service act or an aid in kind, in words."""

    id: str
    household: str
    who: str
    what: str
    on: str
    by: str
    note: str
    ref: str


@dataclass(frozen=True, slots=True)
class EncounterRow:
    """An encounter in words."""

    id: str
    village: str
    on: str
    place: str
    name: str
    action: str
    action_label: str
    note: str


def give_service(session: Session, request: GiveService) -> Saved:
    """One service act. Raises NotFound("XL-V40"/"XL-V41"), Refused("XL-V08" kind, "XL-V11" hours, "XL-V13")."""
    service = session.new_id()
    kind = values.coded(request.kind, "service", "kind")
    hours = _whole(request.hours, "hours")

    def build(tx: Tx) -> list[ServiceGiven]:
        home, village = reads.home(tx, request.household)
        return [
            values.make(
                ServiceGiven, village=village, household=home, service=service, person=reads.member(tx, home, request.person).person if request.person else None,
                kind=kind, on=values.day(request.on, session.today), provider=values.name(request.provider, "provider"), hours=hours,
                note=values.text(request.note, "note"),
            )
        ]

    return saved(service, session.transact(build), kind)


def give_aid(session: Session, request: GiveAid) -> Saved:
    """Aid in kind or a service of the village; `warnings` name what may be given twice (004:二(二), 003:(四)).

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 no item, XL-V08 form or kind, XL-V11 quantity; XL-P02 临时救助 the county did not entrust (000:12).
    """
    aid = session.new_id()
    beside = rules_check.Beside()
    form = values.choice(request.form, GIVEN_FORMS, "form")
    kind = values.coded(request.kind, "kind", "kind")
    item = values.needed(values.name(request.item, "item"), "item")
    quantity = _whole(request.quantity, "quantity")
    if quantity is None and request.unit and request.unit.strip():
        raise Refused("XL-V06", "写了单位，没写数量", field="quantity")

    def build(tx: Tx) -> list[AidGiven]:
        home = reads.household(tx, request.household)
        person = reads.member(tx, home.id, request.person).person if request.person else None
        on = values.day(request.on, session.today)
        rules_check.village_gives(tx, home, kind, on, person, session.role, beside)
        return [
            values.make(
                AidGiven, village=home.village, household=home.id, aid=aid, person=person, kind=kind, form=form, item=item, quantity=quantity,
                unit=values.name(request.unit, "unit"), on=on, by_whom=values.name(request.by_whom, "by_whom"),
            )
        ]

    return beside.on(saved(aid, session.transact(build), form))


def record_loss(session: Session, request: RecordLoss) -> Saved:
    """What a family lost. Raises NotFound("XL-V40", "XL-V45" the event), Refused("XL-V04", "XL-V08", "XL-V13")."""
    loss = session.new_id()
    kind = values.coded(request.kind, "cause", "kind")
    if kind not in LOSS_KINDS:
        raise Refused("XL-V08", "、".join(codes.label("cause", one) for one in LOSS_KINDS), field="kind")

    def build(tx: Tx) -> list[LossRecorded]:
        home, village = reads.home(tx, request.household)
        event = request.event.strip() if request.event else None
        if event and not any(one.id == event and one.known for one in queries.public_events(tx)):
            raise NotFound("XL-V45", "没有这次突发事件", field="event")
        return [
            values.make(
                LossRecorded, village=village, household=home, loss=loss, event=event, on=values.day(request.on, session.today), kind=kind,
                amount=values.fen(request.amount, "amount"), note=values.text(request.note, "note"),
            )
        ]

    return saved(loss, session.transact(build), kind)


def record_encounter(session: Session, request: RecordEncounter) -> Saved:
    """An encounter with somebody in trouble away from home. Raises Refused("XL-V06" no place, "XL-V08" action, "XL-V13")."""
    encounter = session.new_id()
    place = values.needed(values.text(request.place, "place"), "place")
    action = values.coded(request.action, "encounter_action", "action")
    name = values.name(request.name, "name")

    def build(_tx: Tx) -> list[EncounterRecorded]:
        return [
            values.make(
                EncounterRecorded, encounter=encounter, village=reads.own_village(session, request.village), on=values.day(request.on, session.today), place=place,
                outsider=values.make(Outsider, name=name, place=place) if name else None, action=action, note=values.text(request.note, "note"),
            )
        ]

    return saved(encounter, session.transact(build), action)


def open_events(session: Session, village: str) -> list[tuple[str, str]]:
    """(id, name and day) of the public events that are open in a village: what a loss may belong to."""
    with session.reading() as tx:
        return [(one.id, f"{one.name} {one.on[5:]}") for one in queries.public_events(tx, open_only=True) if one.known and (not one.villages or village in one.villages)]


def list_given(session: Session, household: str | None = None) -> list[GivenRow]:
    """Service acts and aid in kind, newest first. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.household(tx, household).id if household else None
        out = [
            GivenRow(one.id, one.household, _name(tx, one.person), _hours(codes.label("service", one.kind), one.hours), one.on, one.provider, one.note, one.ref)
            for one in queries.services(tx, home)
        ]
        out += [
            GivenRow(one.id, one.household, _name(tx, one.person), f"{codes.label('aid_form', one.form)} {one.item}", one.on, "", "", one.ref)
            for one in queries.aids(tx, home) if one.rank == "claim"
        ]
    return sorted(out, key=lambda row: (row.on, row.id), reverse=True)


def list_encounters(session: Session) -> list[EncounterRow]:
    """Encounters, newest first."""
    with session.reading() as tx:
        return [
            EncounterRow(one.id, one.village, one.on, one.place, one.outsider, one.action, codes.label("encounter_action", one.action), one.note)
            for one in queries.encounters(tx)
        ]


def _hours(word: str, hours: int | None) -> str:
    return f"{word} {hours} 小时" if hours else word


def _name(tx: Tx, person: str) -> str:
    found = queries.person(tx, person) if person else None
    return found.name if found else ""


def _whole(given: int | str | None, field: str) -> int | None:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    try:
        number = int(given)
    except ValueError:
        raise Refused("XL-V11", "写整数", field=field) from None
    if not 0 < number < 2**31:
        raise Refused("XL-V11", "写大于零的整数", field=field)
    return number
