"""What a desk records beside applications: complaints, suspicions, 个案会商, 突发公共事件, platform numbers, a household moved to another village.

002:三(一)4, 三(二)3 投诉举报 (JM-17, M-75); 001:12 骗取 (GX-17, JX-51, M-32); 004:二(二), 000:12 会商、一事一议 (CQ-16, M-21, M-54); 000:14 突发公共事件 (JX-28,
M-49); 001:三(二) 平台编号 (GX-20, M-03, M-25).

Rules kept here
- a complaint stays open until it is answered, and never goes to the village it may be about;
- only the county reads suspicions and rules on them; a ruling ends nothing by itself: what follows is a decision of its own;
- a public event reaches the villages it names (all of the desk's when it names none) with the next return, and is closed by hand;
- the number in the system of record is the county's to write, as it stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.desk.registers import village_names
from xieli_tui.domain import codes
from xieli_tui.domain.events.household import HouseholdTransferred, PlatformLinked
from xieli_tui.domain.events.work import ComplaintAnswered, ComplaintReceived, ConferenceHeld, EventClosed, EventOpened, FraudRuled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import matters

RULINGS = ("true", "false")
"""情况属实, 情况不实."""


class _Held(Protocol):
    """What can be named by its id."""

    @property
    def id(self) -> str: ...
    @property
    def known(self) -> bool: ...


_H = TypeVar("_H", bound=_Held)


@dataclass(frozen=True, slots=True)
class ReceiveComplaint:
    """A complaint: how it came (vocabulary `complaint_channel`), what was said, which household it is about when one is."""

    channel: str
    text: str
    household: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class HoldConference:
    """个案会商: who sat together, on which applications or households, what came of it."""

    members: Sequence[str]
    result: str
    applications: Sequence[str] = ()
    households: Sequence[str] = ()
    on: str | None = None


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """突发公共事件: kind (V13), name, the villages (none: all of this desk)."""

    kind: str
    name: str
    villages: Sequence[str] = ()
    on: str | None = None
    suspend_reviews: bool = False


# -- complaints -------------------------------------------------------------------------------------


def receive_complaint(session: Session, request: ReceiveComplaint) -> Saved:
    """A complaint on record; `state` is "open".

    Raises:
        Refused: XL-P07, XL-P03 a household of another area, XL-V06 no words, XL-V08 channel, XL-V13. NotFound: XL-V40.
    """
    guards.require_desk(session)
    complaint = session.new_id()
    channel = values.coded(request.channel, "complaint_channel", "channel")
    text = values.needed(values.text(request.text, "text"), "text")

    def build(tx: Tx) -> list[ComplaintReceived]:
        home = None
        if request.household:
            home, village = reads.home(tx, request.household)
            guards.require_area(guards.officer(session, tx), village)
        # no village in the line: what names one goes home to it, and a complaint must not
        return [values.make(ComplaintReceived, complaint=complaint, on=values.day(request.on, session.today), channel=channel, text=text, household=home)]

    return saved(complaint, session.transact(build), "open")


def answer_complaint(session: Session, given: str, result: str, on: str | None = None) -> Saved:
    """How a complaint ended. Raises NotFound("XL-V45"), Refused("XL-P07", "XL-P05" answered already, "XL-V06", "XL-V02" before it came)."""
    guards.require_desk(session)
    words = values.needed(values.text(result, "result"), "result")
    ident = ""

    def build(tx: Tx) -> list[ComplaintAnswered]:
        nonlocal ident
        found = _one(queries.complaints(tx), given, "没有这件反映")
        ident = found.id
        if found.result:
            raise Refused("XL-P05", "这件反映已经答复过了")
        day = values.day(on, session.today)
        if day < found.on:
            raise Refused("XL-V02", "早于收到那天", field="on")
        return [values.make(ComplaintAnswered, complaint=found.id, on=day, result=words)]

    recorded = session.transact(build)
    return saved(ident, recorded, "answered")


def list_complaints(session: Session, *, open_only: bool = False) -> list[matters.Complaint]:
    """Complaints held at this desk, open ones first, the oldest first. Raises Refused("XL-P07")."""
    guards.require_desk(session)
    with session.reading() as tx:
        return [one for one in queries.complaints(tx, open_only) if one.known]


# -- suspicions -------------------------------------------------------------------------------------


def list_frauds(session: Session) -> list[matters.Fraud]:
    """Suspicions, open ones first. The county alone reads them: raises Refused("XL-P07", "XL-P03")."""
    guards.require_county(session)
    with session.reading() as tx:
        return [one for one in queries.frauds(tx) if one.known]


def rule_on_fraud(session: Session, given: str, result: str, text: str | None = None, on: str | None = None) -> Saved:
    """The county's ruling: true 情况属实 | false 情况不实. It ends no aid by itself.

    Raises:
        NotFound: XL-V45. Refused: XL-P07, XL-P03, XL-P05 ruled already, XL-V08, XL-V06 属实 without its words.
    """
    guards.require_county(session)
    what = values.coded(result, "disposition", "result")
    if what not in RULINGS:
        raise Refused("XL-V08", "、".join(f"{one} {codes.label('disposition', one)}" for one in RULINGS), field="result")
    words = values.text(text, "text")
    if what == "true" and words is None:
        raise Refused("XL-V06", "认定属实要写清查到了什么", field="text")
    ident = ""

    def build(tx: Tx) -> list[FraudRuled]:
        nonlocal ident
        found = _one(queries.frauds(tx), given, "没有这条疑点")
        ident = found.id
        if found.result:
            raise Refused("XL-P05", "这条疑点已经有认定了")
        return [values.make(
            FraudRuled, village=found.village, household=found.household, fraud=found.id, on=values.day(on, session.today), result=what, text=words,
        )]

    recorded = session.transact(build)
    return saved(ident, recorded, what)


# -- conferences ------------------------------------------------------------------------------------


def hold_conference(session: Session, request: HoldConference) -> Saved:
    """A 个案会商 on record.

    Raises:
        NotFound: XL-V40, XL-V42. Refused: XL-P07, XL-P03 a case of another area, XL-V06 fewer than two members, no case, no result.
    """
    guards.require_desk(session)
    conference = session.new_id()
    members = [name for name in (values.name(one, "member") for one in request.members) if name]
    if len(members) < 2:
        raise Refused("XL-V06", "会商至少两人", field="member")
    result = values.needed(values.text(request.result, "result"), "result")
    if not request.applications and not request.households:
        raise Refused("XL-V06", "写明是哪一件或哪一户", field="application")

    def build(tx: Tx) -> list[ConferenceHeld]:
        who = guards.officer(session, tx)
        apps, homes = [], []
        for one in request.applications:
            app = reads.application(tx, one)
            guards.require_area(who, app.village)
            apps.append(app.id)
        for one in request.households:
            home, village = reads.home(tx, one)
            guards.require_area(who, village)
            homes.append(home)
        return [values.make(
            ConferenceHeld, conference=conference, on=values.day(request.on, session.today), members=members, applications=apps or None, households=homes or None,
            result=result,
        )]

    return saved(conference, session.transact(build), "held")


def list_conferences(session: Session, case: str | None = None) -> list[matters.Conference]:
    """个案会商, newest first; those of one application or household when it is named."""
    guards.require_desk(session)
    with session.reading() as tx:
        found = queries.conferences(tx)
    return [one for one in found if case is None or any(held.startswith(case.strip()) for held in (*one.applications, *one.households))]


# -- public events ----------------------------------------------------------------------------------


def open_event(session: Session, request: OpenEvent) -> Saved:
    """A public event opened; the villages it names hear of it with the next return.

    Raises:
        Refused: XL-P07, XL-P03 a village of another area, XL-V05, XL-V06 no name, XL-V08 kind, XL-V13.
    """
    guards.require_desk(session)
    event = session.new_id()
    kind = values.coded(request.kind, "urgent_kind", "kind")
    name = values.needed(values.name(request.name, "name"), "name")

    def build(tx: Tx) -> list[EventOpened]:
        who = guards.officer(session, tx)
        villages = []
        for code in request.villages:
            plain = code.strip()
            if len(plain) != 12 or not (plain.isascii() and plain.isdigit()):
                raise Refused("XL-V05", field="village")
            guards.require_area(who, plain)
            villages.append(plain)
        if who.role == "township" and not villages:
            raise Refused("XL-V06", "写明是哪些村", field="village")
        return [values.make(
            EventOpened, event=event, kind=kind, name=name, on=values.day(request.on, session.today), villages=villages or None,
            suspend_reviews=request.suspend_reviews,
        )]

    return saved(event, session.transact(build), "open")


def close_event(session: Session, given: str, on: str | None = None) -> Saved:
    """A public event closed. Raises NotFound("XL-V45"), Refused("XL-P07", "XL-P05" closed already, "XL-P03" the county's own, "XL-V02")."""
    guards.require_desk(session)
    ident = ""

    def build(tx: Tx) -> list[EventClosed]:
        nonlocal ident
        found = _one(queries.public_events(tx), given, "没有这次突发事件")
        ident = found.id
        if found.closed:
            raise Refused("XL-P05", "已经结束了")
        if found.role == "county" and guards.officer(session, tx).role != "county":
            raise Refused("XL-P03", "县里开的由县里结束")
        day = values.day(on, session.today)
        if day < found.on:
            raise Refused("XL-V02", "早于开始那天", field="on")
        return [values.make(EventClosed, event=found.id, on=day)]

    recorded = session.transact(build)
    return saved(ident, recorded, "closed")


def list_events(session: Session, *, open_only: bool = False) -> list[matters.PublicEvent]:
    """Public events known here (a village sees those sent to it), newest first."""
    with session.reading() as tx:
        return [one for one in queries.public_events(tx, open_only) if one.known]


# -- platform and village ---------------------------------------------------------------------------


def link_platform(session: Session, household: str, platform_no: str, person: str | None = None) -> Saved:
    """The number a household (or one member) carries in the system of record.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-P07, XL-P03 not the county or another area, XL-V06, XL-V11 the number stands there already.
    """
    guards.require_county(session)
    number = values.needed(values.name(platform_no, "platform_no"), "platform_no")
    ident = ""

    def build(tx: Tx) -> list[PlatformLinked]:
        nonlocal ident
        home = reads.household(tx, household)
        ident = home.id
        guards.require_area(guards.officer(session, tx), home.village)
        who = reads.member(tx, home.id, person).person if person else None
        linked = [one for one in queries.category_rulings(tx, home.id) if one.what == "platform" and one.person == (who or "")]
        if linked and linked[-1].platform_no == number:
            raise Refused("XL-V11", "已经是这个编号", field="platform_no")
        return [values.make(PlatformLinked, village=home.village, household=home.id, platform_no=number, person=who)]

    recorded = session.transact(build)
    return saved(ident, recorded, "linked")


def unlinked(session: Session) -> list[tuple[str, str, str]]:
    """(household, head, category) of record without a number in the system of record (GX-20): what the county must still link."""
    guards.require_desk(session)
    with session.reading() as tx:
        return [
            (home.id, home.head_name, codes.label("category", home.category))
            for home in queries.households(tx)
            if home.known and home.category_rank == "ruling" and home.category not in ("", "none") and not home.ruled.get("platform_no")
        ]


def transfer_household(session: Session, household: str, to: str, on: str | None = None) -> Saved:
    """A household moves to another village of this desk's area; its file goes with it.

    Raises:
        NotFound: XL-V40. Refused: XL-P07, XL-P03 either village outside the area, XL-V05, XL-V11 it is there already, XL-V13.
    """
    guards.require_desk(session)
    code = to.strip()
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        raise Refused("XL-V05", field="to")
    ident = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal ident
        who = guards.officer(session, tx)
        home = reads.household(tx, household)
        ident = home.id
        guards.require_area(who, home.village)
        guards.require_area(who, code)
        if home.village == code:
            raise Refused("XL-V11", "已经在这个村", field="to")
        return [values.make(
            HouseholdTransferred, village=home.village, household=home.id, to=code, on=values.day(on, session.today),
            replaces=list(queries.heads(tx, home.id, ("village",))), to_name=village_names(tx).get(code),
        )]

    recorded = session.transact(build)
    return saved(ident, recorded, "transferred")


def _one(found: Sequence[_H], given: str, what: str) -> _H:
    """The one of an id, or of a prefix of at least eight characters met once. Raises NotFound("XL-V45")."""
    ident = given.strip()
    met = [one for one in found if one.known and (one.id == ident or (len(ident) >= 8 and one.id.startswith(ident)))]
    if len(met) != 1:
        raise NotFound("XL-V45", what)
    return met[0]
