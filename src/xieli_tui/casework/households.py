"""Households and persons: the list, the dossier, and claims about them.

Rules kept here
- a change is a claim that names in `replaces` the claims it saw, in the same transaction; nothing is overwritten (Law 6);
- identity numbers follow GB 11643; one that cannot be trusted is kept as written and marked 待补, never rebuilt;
- read models carry full values; masking is done where they are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from xieli_tui.casework import dossier, families, reads, values
from xieli_tui.casework.application_card import entry
from xieli_tui.casework.lookup import nobody_else_has
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import HouseholdCard, HouseholdRow, Saved, TimelineEntry, VisitView
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.household import (
    HOUSEHOLD_FIELDS,
    PERSON_FIELDS,
    ClaimSource,
    HouseholdClaimed,
    HouseholdOpened,
    MembershipEnded,
    MembershipStarted,
    PersonAdded,
    PersonClaimed,
)
from xieli_tui.domain.idnum import check_id
from xieli_tui.errors import Refused
from xieli_tui.store import journal, queries

if TYPE_CHECKING:
    from xieli_tui.store.journal import Recorded
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

Seen = Mapping[str, Sequence[str]]
"""field -> references of its values as somebody saw them."""
CLAIM_SOURCES: tuple[str, ...] = get_args(ClaimSource)
NOBODY = "none"
"""`cares_for` of somebody who cares for nobody."""
HEAD_RELATION = "02"
"""户主."""


@dataclass(frozen=True, slots=True)
class AddHousehold:
    """A household by hand. `fields` as HOUSEHOLD_FIELDS (typed text or values); `head` is added as first person when a name is given."""

    head: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    head_fields: Mapping[str, Any] = field(default_factory=dict)
    village: str | None = None
    source: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class AddPerson:
    """A person of a household: `relation` to the head (GB/T 4761 code or word), fields as PERSON_FIELDS.

    `person` names a file that is there already (a person who moves in); `name` and `fields` are left out then.
    """

    household: str
    name: str
    relation: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    on: str | None = None
    living: bool = True
    living_reason: str | None = None
    source: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class EndMembership:
    """A person leaves a household: `why` is death | moved_out | married_out | split | error | other."""

    household: str
    person: str
    why: str
    on: str | None = None
    note: str | None = None
    new_head: str | None = None
    """who heads the family when its head leaves; one member left is it without asking"""


def list_households(session: Session, query: str = "", limit: int | None = None) -> Sequence[HouseholdRow]:
    """Households that the query meets (name, nickname, pinyin initials, ID tail, phone tail, group, number), best first.

    The list is kept with the session and renewed by what the journal took in since: a key of the search reads no table.
    """
    finder: queries.Finder = session.kept.setdefault("households", queries.Finder())
    with session.reading() as tx:
        return finder.find(tx, query, limit)


def show(session: Session, household: str, *, entries: int | None = None) -> HouseholdCard:
    """The dossier of one household: all of it, or with `entries` so many of its chain and the recent visits. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return dossier.card(tx, reads.household(tx, household), session.today, entries)


def visits(session: Session, household: str) -> tuple[VisitView, ...]:
    """Every visit of a household, newest first. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return tuple(dossier.visit(one) for one in queries.visits(tx, reads.household(tx, household).id))


def timeline(session: Session, household: str) -> list[TimelineEntry]:
    """救助链: every event about the household, newest first. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return [entry(one) for one in queries.timeline(tx, reads.household(tx, household).id)]


def add_household(session: Session, request: AddHousehold) -> Saved:
    """A household by hand, with its head as first person.

    Raises:
        Refused: XL-V06 no head, XL-V05 village, XL-V14 somebody else has the number, value codes.
    """
    home, head = session.new_id(), session.new_id()
    name = values.needed(values.name(request.head, "head"), "head")
    fields = values.typed_fields(HOUSEHOLD_FIELDS, {key: value for key, value in request.fields.items() if key != "head"}, session.today)
    person = person_fields({**request.head_fields, "name": name}, session.today)
    source = values.choice(request.source, CLAIM_SOURCES, "source") if request.source else None
    as_of = values.day(request.as_of, session.today, "as_of") if request.as_of else None

    def build(tx: Tx) -> list[Payload]:
        village = reads.own_village(session, request.village)
        nobody_else_has(tx, person)
        return [
            values.make(HouseholdOpened, village=village, household=home, fields={**fields, "head": head}, source=source, as_of=as_of),
            values.make(PersonAdded, village=village, household=home, person=head, fields=person, source=source, as_of=as_of),
            values.make(MembershipStarted, village=village, household=home, membership=session.new_id(), person=head, relation=HEAD_RELATION),
        ]

    return saved(home, session.transact(build), "opened")


def set_household(
    session: Session, household: str, fields: Mapping[str, Any], reason: str | None = None, *, source: str | None = None, as_of: str | None = None,
    seen: Seen | None = None, lock: bool = False,
) -> Saved:
    """New values for household fields; only what differs is claimed (state "unchanged" when nothing does). `seen`, `lock`: see `household_claims`.

    Raises:
        NotFound: XL-V40, XL-V41 a head who is not a member. Refused: value codes.
    """
    values.typed_fields(HOUSEHOLD_FIELDS, fields, session.today)  # refuse before anything is read
    found = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal found
        home = reads.household(tx, household)
        found = home.id
        return household_claims(session, tx, home, fields, reason, source=source, as_of=as_of, seen=seen, lock=lock)

    return claimed(session, session.transact(build), lambda: found)


def household_claims(
    session: Session, tx: Tx, home: rows.Household, fields: Mapping[str, Any], reason: str | None = None, *, source: str | None = None, as_of: str | None = None,
    seen: Seen | None = None, lock: bool = False,
) -> list[Payload]:
    """The claim on what differs, for a verb that records more in the same transaction; [] when nothing does.

    Args:
        seen: field -> references of the values that stood on the form when it was opened (`HouseholdCard.heads`): these are replaced and no others, so
            that a value which came in meanwhile stays beside the new one, to be seen. None: those that stand now.
        lock: a desk holds the field to this value; what a village writes after stays a proposal.
    """
    typed = values.typed_fields(HOUSEHOLD_FIELDS, fields, session.today)
    if "head" in typed:
        reads.member(tx, home.id, str(typed["head"]), "head")
    changed = differing(typed, home.fields, queries.field_heads(tx, home.id))
    if not changed:
        return []
    return [
        values.make(
            HouseholdClaimed, village=home.village, household=home.id, fields=changed, replaces=replaced(tx, home.id, changed, seen), lock=_locked(session, lock),
            source=values.choice(source, CLAIM_SOURCES, "source") if source else None,
            as_of=values.day(as_of, session.today, "as_of") if as_of else None, reason=values.text(reason, "reason"),
        )
    ]


def add_person(session: Session, request: AddPerson) -> Saved:
    """A person joins a household: a new file, or (`person`) one that is there already.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 no name, XL-V08 relation, XL-V03 identity number, XL-V14 somebody else has it.
    """
    relation = values.coded(request.relation, "relation", "relation")
    who = request.person.strip() if request.person else session.new_id()
    fields = {} if request.person else person_fields({**request.fields, "name": values.needed(values.name(request.name, "name"), "name")}, session.today)

    def build(tx: Tx) -> list[Payload]:
        home = reads.household(tx, request.household)
        out: list[Payload] = []
        if request.person:
            reads.person(tx, who)
            if any(one.is_(who) for one in queries.members(tx, home.id)):
                raise Refused("XL-V11", "这个人已经在这一户里", field="person")
        else:
            nobody_else_has(tx, fields)
            source = values.choice(request.source, CLAIM_SOURCES, "source") if request.source else None
            out.append(values.make(PersonAdded, village=home.village, household=home.id, person=who, fields=fields, source=source))
        out.append(
            values.make(
                MembershipStarted, village=home.village, household=home.id, membership=session.new_id(), person=who, relation=relation,
                on=values.day(request.on, session.today) if request.on else None, living=request.living,
                living_reason=values.text(request.living_reason, "living_reason"),
            )
        )
        return out

    return saved(who, session.transact(build), "added")


def set_person(
    session: Session, person: str, fields: Mapping[str, Any], reason: str | None = None, *, source: str | None = None, as_of: str | None = None,
    seen: Seen | None = None, lock: bool = False,
) -> Saved:
    """New values for person fields; only what differs is claimed (state "unchanged" when nothing does). `seen`, `lock`: see `household_claims`.

    Raises:
        NotFound: XL-V41. Refused: XL-V03 identity number, XL-V14 somebody else has it and no `reason` is given, value codes.
    """
    person_fields(fields, session.today)  # refuse before anything is read

    def build(tx: Tx) -> list[Payload]:
        return person_claims(session, tx, reads.person(tx, person), fields, reason, source=source, as_of=as_of, seen=seen, lock=lock)

    return claimed(session, session.transact(build), lambda: person.strip())


def person_claims(
    session: Session, tx: Tx, who: rows.Person, fields: Mapping[str, Any], reason: str | None = None, *, source: str | None = None, as_of: str | None = None,
    seen: Seen | None = None, lock: bool = False,
) -> list[Payload]:
    """The claim on what differs, for a verb that records more in the same transaction; [] when nothing does.

    Raises:
        NotFound: XL-V41 somebody is cared for who is not of this family. Refused: XL-V14 somebody else has the identity number; with a `reason` it is kept
            (two numbers written crosswise are put right one after the other).
    """
    typed = person_fields(fields, session.today)
    if typed.get("cares_for", NOBODY) != NOBODY:
        reads.member(tx, who.household, str(typed["cares_for"]), "cares_for")
    changed = differing(typed, who.fields, queries.field_heads(tx, who.id))
    if not changed:
        return []
    if "id_no" in changed and not (reason or "").strip():
        nobody_else_has(tx, typed, who.id)
    return [
        values.make(
            PersonClaimed, village=who.village, household=who.household, person=who.id, fields=changed,
            replaces=replaced(tx, who.id, changed, seen), lock=_locked(session, lock), source=values.choice(source, CLAIM_SOURCES, "source") if source else None,
            as_of=values.day(as_of, session.today, "as_of") if as_of else None, reason=values.text(reason, "reason"),
        )
    ]


def replaced(tx: Tx, entity: str, fields: Iterable[str], seen: Seen | None) -> list[str]:
    """What a claim on these fields names in `replaces`: what its author saw of them, else what stands now."""
    if seen is None:
        return list(queries.heads(tx, entity, tuple(fields)))
    return list(dict.fromkeys(ref for name in fields for ref in seen.get(name, ())))


def _locked(session: Session, lock: bool) -> bool | None:
    if lock and session.role == "village":
        raise Refused("XL-P02", "只有镇、县能锁住一栏")
    return lock or None


def end_membership(session: Session, request: EndMembership) -> Saved:
    """A person leaves a household; 去世 also sets the day of death, so that it is written once.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V08 why.
    """
    why = values.coded(request.why, "membership_end", "why")
    ended = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal ended
        home = reads.household(tx, request.household)
        who = reads.member(tx, home.id, request.person)
        ended = who.membership
        on = values.day(request.on, session.today)
        out: list[Payload] = [
            values.make(
                MembershipEnded, village=home.village, household=home.id, membership=membership, person=person, on=on, why=why,
                note=values.text(request.note, "note"),
            )
            for membership, person in ((who.membership, who.person), *who.twins)
        ]
        if why == "death" and who.died_on != on:
            out.append(
                values.make(
                    PersonClaimed, village=home.village, household=home.id, person=who.person, fields={"died_on": on},
                    replaces=list(queries.heads(tx, who.person, ("died_on",))),
                )
            )
        rest = [one for one in queries.members(tx, home.id) if not one.is_(who.person)]
        return [*out, *families.succeed(tx, home, rest, request.new_head, leaving={who.person})]

    recorded = session.transact(build)
    return saved(ended, recorded, why)


def person_fields(given: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Person fields typed, with the identity number judged: usable ones as 18 characters with birth and sex, others only as `pending`.

    Raises:
        Refused: XL-V03 a number that is not one, unless it is given as 待补 (`id_state` pending); value codes.
    """
    fields = values.typed_fields(PERSON_FIELDS, given, today)
    number = fields.get("id_no")
    if number is None:
        return fields
    check = check_id(number, today)
    if check.usable:
        fields["id_no"] = check.number
        fields["id_state"] = "ok"
        if check.birth is not None:
            fields.setdefault("birth", check.birth.isoformat())
        if check.sex:
            fields.setdefault("sex", check.sex)
    elif fields.get("id_state") != "pending":
        raise Refused("XL-V03", field="id_no")
    return fields


def differing(typed: Mapping[str, Any], known: Mapping[str, Any], heads: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Fields whose value differs from the winner, or that stand in conflict: a claim with the same value still settles that."""
    return {field: value for field, value in typed.items() if known.get(field) != value or len(heads.get(field, ())) > 1}


def claimed(session: Session, recorded: Sequence[Recorded], entity: Callable[[], str]) -> Saved:
    """The result of a claim: what was changed, or that nothing differed."""
    if recorded:
        return saved(entity(), recorded, "changed")
    with session.reading() as tx:
        return Saved(entity(), journal.head(tx, session.dev, session.ep)[0], "unchanged")
