"""Upkeep of families: joins and leaves, deaths, splits, moves, who lives together (共同生活). What exists stays; every act is a new record.

Rules kept here
- a person belongs to one household at a time: joining one ends the membership in the other, in the same transaction;
- who does not live with the family (不共同生活) needs a reason, and a change of it is a new membership from its day, so that the time before stays as it was;
- a family whose head leaves names the new one; one member left is the head without asking, otherwise nobody is chosen for them;
- a household that moves away whole keeps its file: its people have left, nothing is deleted;
- who joins or leaves is a 重大变化 (000:5): it is reported with it, in the same transaction, so that nobody writes it twice;
- nobody leaves or dies before they were born.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import reads, values
from xieli_tui.casework.lookup import nobody_else_has
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.household import HouseholdClaimed, HouseholdOpened, MembershipEnded, MembershipStarted, PersonAdded, PersonClaimed
from xieli_tui.domain.events.road import FactCorrected
from xieli_tui.domain.events.work import ChangeReported
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

HEAD = "02"
KEPT = ("group", "address", "area", "grid", "hukou_region", "live_region")
"""Fields of the place that a part of a family takes along when it becomes a household of its own."""


@dataclass(frozen=True, slots=True)
class SplitHousehold:
    """分户: `persons` leave for a household of their own under `head` (one of them). `relations`: person -> relation to the new head.

    `new_head` names who heads the family that stays, when its head is among those who leave.
    """

    household: str
    head: str
    persons: Sequence[str]
    relations: Mapping[str, str] = field(default_factory=dict)
    new_head: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    on: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MoveIn:
    """A person whose file is here joins a household; a membership elsewhere ends with `why`."""

    household: str
    person: str
    relation: str
    on: str | None = None
    living: bool = True
    living_reason: str | None = None
    why: str = "moved_out"


@dataclass(frozen=True, slots=True)
class Leave:
    """A person leaves the family: death | moved_out | married_out | split | error | other."""

    person: str
    why: str
    on: str | None = None
    note: str | None = None
    new_head: str | None = None


REPORTED = {"death": "death", "moved_out": "move", "married_out": "marriage"}
"""How somebody leaves -> the change it is."""
CAME = (("birth", "出生"), ("move_in", "迁入"), ("marriage", "婚入"), ("back", "返乡"), ("other", "其他"))
"""How somebody comes; all but 其他 are changes of the vocabulary `change`."""


@dataclass(frozen=True, slots=True)
class Join:
    """A person comes into a household. `how` is an id of CAME; `person` names a file that is here already (`name` and `fields` are left out then)."""

    household: str
    relation: str
    how: str
    name: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    on: str | None = None
    living: bool = True
    living_reason: str | None = None


def join(session: Session, request: Join) -> Saved:
    """A person comes into the family, and the change with it; `id` is the person.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 no name, or 不共同生活 without its reason; XL-V08 relation or how; XL-V02 before the birth;
            XL-V11 of this family already, or died; XL-V03 identity number; XL-V14 somebody else has it.
    """
    from xieli_tui.casework.households import person_fields  # here: that module builds on this one

    how = next((ident for ident, word in CAME if request.how.strip() in (ident, word)), None)
    if how is None:
        raise Refused("XL-V06" if not request.how.strip() else "XL-V08", "、".join(word for _, word in CAME), field="how")
    relation = values.coded(request.relation, "relation", "relation")
    reason = _living_reason(request.living, request.living_reason)
    person = request.person.strip() if request.person else session.new_id()
    fields = {} if request.person else person_fields({**request.fields, "name": values.needed(values.name(request.name, "name"), "name")}, session.today)

    def build(tx: Tx) -> list[Payload]:
        home = reads.household(tx, request.household)
        on = values.day(request.on, session.today)
        if request.person:
            who = reads.person(tx, person)
            _not_before_birth(who.birth, on)
            out = _comes_over(tx, home, who, on, "moved_out")
        else:
            _not_before_birth(str(fields.get("birth", "")), on)
            nobody_else_has(tx, fields)
            out = [values.make(PersonAdded, village=home.village, household=home.id, person=person, fields=fields)]
        out.append(values.make(
            MembershipStarted, village=home.village, household=home.id, membership=session.new_id(), person=person, relation=relation, on=on,
            living=request.living, living_reason=reason,
        ))
        return [*out, *_reported(session, tx, home, how if how != "other" else "", on, person)]

    return saved(person, session.transact(build), "joined")


def leave(session: Session, request: Leave) -> Saved:
    """A person leaves; 去世 also sets the day of death. `state` is the household left, so that a caller can go on there.

    Raises:
        NotFound: XL-V41 the person, the new head. Refused: XL-V08 why, XL-V13, XL-V11 the person is in no household.
    """
    why = values.coded(request.why, "membership_end", "why")
    home_id, ended = "", ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal home_id, ended
        who = _current(tx, request.person)
        home = reads.household(tx, who.household)
        home_id, ended = home.id, who.membership
        on = _since(who, values.day(request.on, session.today))
        _not_before_birth(who.birth, on)
        out: list[Payload] = [*_end(home, who, on, why, values.text(request.note, "note"))]
        if why == "death" and who.died_on != on:
            out.append(values.make(
                PersonClaimed, village=home.village, household=home.id, person=who.person, fields={"died_on": on},
                replaces=list(queries.heads(tx, who.person, ("died_on",))),
            ))
        rest = [one for one in queries.members(tx, home.id) if not one.is_(who.person)]
        out += succeed(tx, home, rest, request.new_head, leaving={who.person})
        return [*out, *_reported(session, tx, home, REPORTED.get(why, ""), on, who.person)]

    recorded = session.transact(build)
    return Saved(ended, recorded[-1].seq, home_id)


def move_in(session: Session, request: MoveIn) -> Saved:
    """A person of the file joins a household.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V11 in this household already, or died; XL-V08 relation or why; XL-V06 不共同生活 without its reason.
    """
    relation = values.coded(request.relation, "relation", "relation")
    why = values.coded(request.why, "membership_end", "why")
    reason = _living_reason(request.living, request.living_reason)
    membership = session.new_id()

    def build(tx: Tx) -> list[Payload]:
        home = reads.household(tx, request.household)
        who = reads.person(tx, request.person)
        on = values.day(request.on, session.today)
        out = _comes_over(tx, home, who, on, why)
        out.append(values.make(
            MembershipStarted, village=home.village, household=home.id, membership=membership, person=who.id, relation=relation, on=on, living=request.living,
            living_reason=reason,
        ))
        return out

    return saved(membership, session.transact(build), "joined")


def _comes_over(tx: Tx, home: rows.Household, who: rows.Person, on: str, why: str) -> list[Payload]:
    """The end of a membership elsewhere, for a person whose file is here. Raises Refused("XL-V11" died, or of this family already)."""
    if who.fields.get("died_on"):
        raise Refused("XL-V11", "这个人登记为去世", field="person")
    out: list[Payload] = []
    for one in _memberships(tx, who.id):
        if one.household == home.id:
            raise Refused("XL-V11", "这个人已经在这一户里", field="person")
        old = reads.household(tx, one.household)
        out += _end(old, one, _since(one, on), why, None)
        rest = [other for other in queries.members(tx, old.id) if not other.is_(who.id)]
        out += succeed(tx, old, rest, None, leaving={who.id})
    return out


def _reported(session: Session, tx: Tx, home: rows.Household, kind: str, on: str, person: str) -> list[Payload]:
    """The change report that goes with a coming or a going; none when one of this kind about the person is open already."""
    if not kind or any(one.kind == kind and one.person in ("", person) for one in queries.changes(tx, home.id, open_only=True)):
        return []
    return [values.make(ChangeReported, village=home.village, household=home.id, change=session.new_id(), on=on, kind=kind, person=person)]


def set_living(session: Session, person: str, living: bool, reason: str | None = None, on: str | None = None) -> Saved:
    """Whether a member lives with the family changes from a day on: the membership before it ends, a new one begins.

    Raises:
        NotFound: XL-V41. Refused: XL-V06 不共同生活 without its reason, XL-V11 it is so already.
    """
    words = _living_reason(living, reason)
    membership = session.new_id()

    def build(tx: Tx) -> list[Payload]:
        who = _current(tx, person)
        if who.living == living:
            raise Refused("XL-V11", "已经这样登记了", field="living")
        home = reads.household(tx, who.household)
        day = _since(who, values.day(on, session.today))
        return [
            *_end(home, who, day, "other", "共同生活情况变了"),
            values.make(
                MembershipStarted, village=home.village, household=home.id, membership=membership, person=who.person, relation=who.relation, on=day, living=living,
                living_reason=words,
            ),
        ]

    return saved(membership, session.transact(build), "together" if living else "apart")


def split(session: Session, request: SplitHousehold) -> Saved:
    """分户: a part of a family becomes a household of its own; `id` is the new household.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 no head, no relation of one who goes, no head for those who stay; XL-V11 everybody goes (that is a move);
        XL-V08 relation; value codes of the fields.
    """
    from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS

    made = session.new_id()
    going = list(dict.fromkeys([request.head.strip(), *(one.strip() for one in request.persons)]))
    values.needed(going[0], "head")
    relations = {person: values.coded(word, "relation", "relation") for person, word in request.relations.items()}
    typed = values.typed_fields(HOUSEHOLD_FIELDS, {name: value for name, value in request.fields.items() if name != "head"}, session.today)
    note = values.text(request.note, "note")

    def build(tx: Tx) -> list[Payload]:
        home = reads.household(tx, request.household)
        leaving = [reads.member(tx, home.id, one) for one in going]
        rest = [one for one in queries.members(tx, home.id) if not any(one.is_(person) for person in going)]
        if not rest:
            raise Refused("XL-V11", "全家都走就不是分户，请用迁出", field="persons")
        without = [one.person for one in leaving[1:] if one.person not in relations]
        if without:
            raise Refused("XL-V06", "写明每个人和新户主的关系", field="relation", extra={"persons": without})
        on = values.day(request.on, session.today)
        fields: dict[str, Any] = {name: home.fields[name] for name in KEPT if home.fields.get(name)} | typed | {"head": leaving[0].person}
        out: list[Payload] = [end for one in leaving for end in _end(home, one, _since(one, on), "split", note)]
        out += succeed(tx, home, rest, request.new_head, leaving=set(going), must=True)
        out.append(values.make(HouseholdOpened, village=home.village, household=made, fields=fields))
        out += [
            values.make(
                MembershipStarted, village=home.village, household=made, membership=session.new_id(), person=one.person,
                relation=HEAD if one is leaving[0] else relations[one.person], on=on,
            )
            for one in leaving
        ]
        return out

    return saved(made, session.transact(build), "opened")


def move_away(session: Session, household: str, why: str = "moved_out", on: str | None = None, note: str | None = None) -> Saved:
    """The whole family moves away: everybody leaves on that day, the file stays.

    Raises:
        NotFound: XL-V40. Refused: XL-V08 why, XL-V11 nobody is left.
    """
    reason = values.choice(why, ("moved_out", "other"), "why")
    words = values.text(note, "note")
    ident = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal ident
        home = reads.household(tx, household)
        ident = home.id
        people = queries.members(tx, home.id)
        if not people:
            raise Refused("XL-V11", "这一户已经没有人了", field="household")
        day = values.day(on, session.today)
        return [end for one in people for end in _end(home, one, _since(one, day), reason, words)]

    recorded = session.transact(build)
    return saved(ident, recorded, reason)


def name_head(session: Session, household: str, person: str, reason: str | None = None) -> Saved:
    """Who heads the family now: the claim, and his own relation put right. Raises NotFound("XL-V40", "XL-V41"), Refused("XL-V11" he is already)."""
    words = values.text(reason, "reason")
    ident = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal ident
        home = reads.household(tx, household)
        ident = home.id
        reads.member(tx, home.id, person, "head")
        people = queries.members(tx, home.id)
        out = succeed(tx, home, people, person, leaving=set(), reason=words)
        if not out:
            raise Refused("XL-V11", "户主就是这个人", field="head")
        return out

    recorded = session.transact(build)
    return saved(ident, recorded, "changed")


def succeed(
    tx: Tx, home: rows.Household, rest: Sequence[rows.Member], given: str | None, *, leaving: set[str], must: bool = False, reason: str | None = None,
) -> list[Payload]:
    """The claim that names the head of those who stay, and his own relation put right; [] when nothing changes or nobody can be named without asking."""
    wanted = given.strip() if given and given.strip() else ""
    if wanted and all(one.person != wanted for one in rest):
        raise NotFound("XL-V41", "新户主不在留下的人里", field="new_head")
    if not wanted:
        if home.head not in leaving:
            return []
        if len(rest) != 1:
            if must:
                raise Refused("XL-V06", "户主走了，写明留下的人谁当户主", field="new_head")
            return []
        wanted = rest[0].person
    chosen = next(one for one in rest if one.person == wanted)
    if home.head == wanted and chosen.relation == HEAD:
        return []
    out: list[Payload] = []
    if home.fields.get("head") != wanted:
        out.append(values.make(
            HouseholdClaimed, village=home.village, household=home.id, fields={"head": wanted}, replaces=list(queries.heads(tx, home.id, ("head",))),
            reason=reason or "户主变了",
        ))
    if chosen.relation != HEAD and chosen.ref:
        out.append(values.make(
            FactCorrected, village=home.village, household=home.id, of=chosen.ref, fields={"relation": HEAD}, reason=reason or "户主变了",
        ))
    return out


def _end(home: rows.Household, who: rows.Member, on: str, why: str, note: str | None) -> list[MembershipEnded]:
    """He leaves: every membership he has in this family by any of his files."""
    return [
        values.make(MembershipEnded, village=home.village, household=home.id, membership=membership, person=person, on=on, why=why, note=note)
        for membership, person in ((who.membership, who.person), *who.twins)
    ]


def _memberships(tx: Tx, person: str) -> list[rows.Member]:
    """Current memberships of a person, wherever they are."""
    home = queries.person(tx, person)
    if home is None:
        return []
    return [one for one in queries.members(tx, home.household) if one.is_(home.id)]


def _current(tx: Tx, person: str) -> rows.Member:
    found = _memberships(tx, reads.person(tx, person).id)
    if not found:
        raise Refused("XL-V11", "这个人现在不在哪一户里", field="person")
    return found[0]


def _since(who: rows.Member, on: str) -> str:
    """Not before the membership began (XL-V02)."""
    if who.since and on < who.since:
        raise Refused("XL-V02", "早于入户那天", field="on")
    return on


def _not_before_birth(birth: str, on: str) -> None:
    if birth and on < birth:
        raise Refused("XL-V02", "早于出生那天", field="on")


def _living_reason(living: bool, reason: str | None) -> str | None:
    words = values.text(reason, "living_reason")
    if not living and words is None:
        raise Refused("XL-V06", "不共同生活，请写原因", field="living_reason")
    return words
