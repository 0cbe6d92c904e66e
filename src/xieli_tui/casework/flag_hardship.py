"""发现登记: a finding about a family of the roster or about someone who is not on it, and the emergency lane.

Rules kept here
- never refused for 户籍: the four region codes are kept as given and refuse nobody (003:(十四), M-23);
- an outsider needs a name and where they are, nothing else;
- an emergency opens its 急难信息档案 in the same transaction (CN-04); nothing more is asked for it;
- an emergency is answered by a telephone report; who answered and when is a record of its own and never a condition of the finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import emergencies, reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.work import FlagRaised, FlagSettled, Outsider, ReportedByPhone
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class FlagHardship:
    """One finding: a household id, or an outsider by name and place."""

    causes: Sequence[str]
    household: str | None = None
    outsider: str | None = None
    place: str | None = None
    outsider_id_no: str | None = None
    outsider_phone: str | None = None
    persons: Sequence[str] = ()
    on: str | None = None
    urgency: str = "normal"
    channel: str = "visit"
    found_by: str = "coordinator"
    hukou_region: str | None = None
    live_region: str | None = None
    permit_region: str | None = None
    event_region: str | None = None
    situation: str | None = None
    needs: str | None = None
    note: str | None = None
    village: str | None = None
    """Which of the device's villages an outsider was met in; the first when blank."""


def flag_hardship(session: Session, request: FlagHardship) -> Saved:
    """One finding, durable when this returns. `state` of the answer is the urgency.

    Raises:
        NotFound: XL-V40 the household, XL-V41 a person who is not one of it.
        Refused: XL-V06 neither or both of household and outsider, an outsider without a place, no cause; value codes.
    """
    flag = session.new_id()
    urgency = values.coded(request.urgency, "urgency", "urgency")
    causes = values.coded_all(request.causes, "cause", "cause")
    if not causes:
        raise Refused("XL-V06", "至少选一个原因", field="cause")
    outsider_name = values.name(request.outsider, "outsider")
    if bool(request.household) == bool(outsider_name):
        raise Refused("XL-V06", "住户或外来的人，选一个", field="household")
    place = values.text(request.place, "place")

    def build(tx: Tx) -> list[Payload]:
        outsider, home, persons = None, None, []
        if request.household:
            found = reads.household(tx, request.household)
            home, village = found.id, found.village
            persons = [reads.member(tx, home, one).person for one in request.persons]
        else:
            if not place:
                raise Refused("XL-V06", "请写人在哪里", field="place")
            village = reads.own_village(session, request.village)
            outsider = values.make(
                Outsider,
                name=outsider_name,
                place=place,
                id_no=values.name(request.outsider_id_no, "outsider_id_no"),
                phone=values.name(request.outsider_phone, "outsider_phone"),
            )
        raised: list[Payload] = [
            values.make(
                FlagRaised,
                flag=flag,
                village=village,
                household=home,
                outsider=outsider,
                persons=persons,
                on=values.day(request.on, session.today),
                causes=causes,
                urgency=urgency,
                channel=values.coded(request.channel, "channel", "channel"),
                found_by=values.coded(request.found_by, "discoverer", "found_by"),
                hukou_region=region(request.hukou_region, "hukou_region"),
                live_region=region(request.live_region, "live_region"),
                permit_region=region(request.permit_region, "permit_region"),
                event_region=region(request.event_region, "event_region"),
                place=place,
                situation=values.text(request.situation, "situation"),
                needs=values.text(request.needs, "needs"),
                note=values.text(request.note, "note"),
            )
        ]
        if urgency == "emergency":
            raised.append(emergencies.opening(session, village=village, household=home, flag=flag, causes=causes))
        return raised

    return saved(flag, session.transact(build), urgency)


def region(code: str | None, field: str) -> str | None:
    """A region code of 2 to 12 digits, or None; it decides who handles a case, never whether (003:(十四))."""
    if code is None or not code.strip():
        return None
    plain = code.strip()
    if not (2 <= len(plain) <= 12 and plain.isascii() and plain.isdigit()):
        raise Refused("XL-V12", field=field)
    return plain


def report_by_phone(session: Session, flag: str, at: str | None, answered_by: str, number: str | None = None) -> Saved:
    """The telephone report of an emergency: when (blank: now) and who answered.

    Raises:
        NotFound: XL-V43. Refused: XL-V06 without a name, XL-V13 an instant to come.
    """
    who = values.needed(values.name(answered_by, "answered_by"), "answered_by")
    when = values.moment(at, session.clock.now())

    def build(tx: Tx) -> list[ReportedByPhone]:
        found = reads.flag(tx, flag)
        return [
            values.make(
                ReportedByPhone, flag=found.id, village=found.village, household=found.household or None, at=when, answered_by=who,
                number=values.name(number, "number"),
            )
        ]

    return saved(flag.strip(), session.transact(build), "reported")


def settle_flag(session: Session, flag: str, how: str, note: str | None = None, on: str | None = None) -> Saved:
    """A finding is settled: how it was taken further. Raises NotFound("XL-V43"), Refused("XL-V08")."""
    way = values.coded(how, "flag_outcome", "how")

    def build(tx: Tx) -> list[FlagSettled]:
        found = reads.flag(tx, flag)
        day = values.day(on, session.today)
        if day < found.on:
            raise Refused("XL-V02", "早于登记那天", field="on")
        return [
            values.make(
                FlagSettled, flag=found.id, village=found.village, household=found.household or None, on=day, how=way, note=values.text(note, "note"),
            )
        ]

    return saved(flag.strip(), session.transact(build), "settled")
