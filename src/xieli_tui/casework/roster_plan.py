"""What a roster workbook changes: row drafts laid beside the households and persons that are known, made into events.

Rules kept here (design 08, 10 and Law 6; who is who: `roster_match`; which value stands: `roster_changes`)
- a blank cell says nothing, and nobody is ended for not standing in a list: who is missing is listed;
- a taken value is a claim that replaces the heads it saw; a relation is mended by `fact.corrected`; nothing is overwritten;
- a damaged or missing ID never displaces a good one; a good one takes the place of a damaged one;
- first everybody is matched, then what was written about those who differ is read in a few statements: an import asks no question by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import families as upkeep
from xieli_tui.casework.roster_absent import absent
from xieli_tui.casework.roster_changes import (
    SOURCE,
    UNDECIDED,
    Change,
    Decisions,
    Fate,
    Ledger,
    Missing,
    Past,
    beside_number,
    by_day,
    judge,
    label_of,
    mark,
    text_of,
)
from xieli_tui.casework.roster_differences import GIVEN_LIMIT, Want, of_household, of_person
from xieli_tui.casework.roster_families import Family, number_key
from xieli_tui.casework.roster_match import Known, Matcher, load
from xieli_tui.casework.values import make
from xieli_tui.domain import codes
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.household import HouseholdClaimed, HouseholdOpened, MembershipEnded, MembershipStarted, PersonAdded, PersonClaimed
from xieli_tui.domain.events.road import FactCorrected
from xieli_tui.domain.text import clean_name
from xieli_tui.paper.roster_sheet import Issue, RowDraft, SheetRead
from xieli_tui.paper.workbook import cell_text
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

_REASON = "台账导入"
_COLUMNS = {"head": "name", "disability_kind": "disability", "labels": "category", "id_state": "id_no", "household": "number", "member": "name"}
"""Field -> the column that says it, where they are not called alike."""


@dataclass(slots=True)
class Plan:
    """The events of an import and what they amount to."""

    payloads: list[Payload] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    """Marks of what was decided against, as they stand after the import."""
    used: set[str] = field(default_factory=set)
    """Places of decisions that met a change."""
    households_created: int = 0
    households_updated: int = 0
    households_unchanged: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    pending: set[str] = field(default_factory=set)
    """Persons whose 补身份证 task is open after the import."""

    @property
    def persons(self) -> int:
        """Persons the sheet speaks of."""
        return self.created + self.updated + self.unchanged


@dataclass(slots=True)
class _Laid:
    """A family of the list beside the household it is."""

    family: Family
    home: rows.Household | None
    id: str
    matched: Mapping[int, str]
    fresh: set[int]
    wants: list[Want] = field(default_factory=list)
    of_person: dict[str, list[Want]] = field(default_factory=dict)
    written: bool = False

    def people(self) -> Iterator[tuple[RowDraft, str]]:
        """(row, person), each person once."""
        done: set[str] = set()
        for row in self.family.rows:
            person = self.matched[id(row)]
            if person and person not in done:
                done.add(person)
                yield row, person


def build_plan(
    tx: Tx, homes: Sequence[Family], *, new_id: Callable[[], str], today: str, sheets: Sequence[SheetRead], decisions: Decisions = UNDECIDED,
    villages: Mapping[str, str] | None = None,
) -> Plan:
    """The events that bring the store to what the sheet says, as far as the list is newer or a person decided so.

    Args:
        homes: from `families`.
        villages: code -> name.
        sheets: the sheets with a head: what their columns are called, and the day each was filled in.
    """
    known, plan = load(tx), Plan()
    return _Planner(tx, known, Matcher(known, new_id, plan.notes), new_id, today, {one.name: one for one in sheets}, plan, decisions, villages or {}).run(homes)


class _Planner:
    def __init__(
        self, tx: Tx, known: Known, match: Matcher, new_id: Callable[[], str], today: str, sheets: Mapping[str, SheetRead], plan: Plan, decisions: Decisions,
        villages: Mapping[str, str],
    ) -> None:
        self.tx, self.known, self.match, self.new_id, self.today, self.sheets, self.plan = tx, known, match, new_id, today, sheets, plan
        self.villages = villages
        self.ledger = Ledger(decisions, plan.changes)
        self.names: dict[str, str] = {}
        """People the list brings -> their names."""
        self.came: set[str] = set()
        self.left: dict[str, set[str]] = {}
        """household -> people whom the list moved out of it."""

    def run(self, homes: Sequence[Family]) -> Plan:
        self.match.find_clashes(homes)
        laid = [self.lay(family) for family in homes]
        self.past = Past.load(
            self.tx, (one.id for one in laid if one.wants), (person for one in laid for person, wants in one.of_person.items() if wants), self.memberships(laid),
        )
        self.ledger.decided = set(self.past.decided)
        for one in laid:
            self.household(one)
        self.heads_left()
        self.plan.missing += absent(self.tx, self.known, self.match.taken, [(one.family, one.home) for one in laid])
        self.plan.pending |= {
            person.id for person in self.known.persons.values()
            if person.id_state == "pending" and person.id not in self.match.taken and any(m.is_(person.id) for m in self.known.members.get(person.household, ()))
        }
        order = {name: at for at, name in enumerate(self.sheets)}
        numbers = {one.person for one in self.plan.changes if one.field == "id_no"}
        self.plan.changes[:] = [beside_number(one) if one.field == "birth" and one.person in numbers else one for one in self.plan.changes]
        self.plan.changes.sort(key=lambda one: (order[one.sheet], one.row, one.person != ""))
        self.plan.decided, self.plan.used = self.ledger.decided, self.ledger.used
        return self.plan

    # -- laying beside ----------------------------------------------------------------------------------------------------------------

    def lay(self, family: Family) -> _Laid:
        home = self.match.of_family(family)
        matched, fresh = self.match.persons(family, home)
        one = _Laid(family, home, home.id if home is not None else self.new_id(), matched, fresh)
        if home is not None:
            head = matched[id(family.head_row)] if family.head_row is not None else ""
            one.wants = list(of_household(family, home, head, self.known))
        for row, person in one.people():
            if id(row) in fresh:
                self.names[person] = row.name
            else:
                one.of_person[person] = list(of_person(family, row, self.known.persons[person], sure=self.match.identifies(row)))
        return one

    def memberships(self, laid: Sequence[_Laid]) -> Iterator[str]:
        """References of the memberships that the list contradicts."""
        for one in laid:
            for row, person in one.people():
                here = self.living(person, one.id)
                if here is None:
                    yield from (member.ref for member in self.known.living.get(person, ()))
                elif row.relation_given and here.relation != row.relation:
                    yield here.ref

    def living(self, person: str, home: str) -> rows.Member | None:
        return next((member for member in self.known.living.get(person, ()) if member.household == home), None)

    # -- judging ----------------------------------------------------------------------------------------------------------------------

    def day(self, row: RowDraft) -> str:
        return self.sheets[row.sheet].as_of

    def column(self, row: RowDraft, name: str) -> str:
        header = self.sheets[row.sheet].header
        wanted = _COLUMNS.get(name, name)
        derived = "id_no" if wanted in ("birth", "sex") and self.match.identifies(row) else wanted
        own = next((group for group in header.groups().values() if row.nth and _names(group, row)), {})
        for role in (derived, wanted, "head" if name in ("head", "household") else "name", "head"):
            at = own.get(role, header.columns.get(role))
            if at is not None:
                return header.texts[at]
        return ""

    def settle(self, one: _Laid, want: Want, entity: str, held: tuple[str, str, Fate, str], texts: tuple[str, str], key: Any) -> bool:
        """Write a difference down; True when the list's side is taken. `held`: day and source of ours, what becomes of it and why."""
        on, source, fate, why = held
        person = self.known.persons.get(entity)
        home = one.home.id if one.home is not None else ""
        head = one.home.head_name if one.home is not None and one.home.head_name else one.family.head
        change = Change(
            want.row.sheet, want.row.row, self.column(want.row, want.name), home, head, entity if person is not None else "", person.name if person is not None else "",
            want.name, label_of(want.name), texts[0], on, source, texts[1], self.day(want.row), fate, why, want.fixed,
        )
        return self.ledger.settle(change, mark(entity, want.name, key, self.day(want.row)))

    def taken(self, one: _Laid, entity: str, wants: Sequence[Want]) -> dict[str, Any]:
        """The fields that are claimed of what the list says otherwise."""
        out: dict[str, Any] = {}
        for want in wants:
            if not want.fixed and self.past.stands(entity, want.name, want.theirs):
                continue
            held = self.past.held(entity, want.name, want.ours, want.theirs, self.day(want.row), ruled=want.ruled)
            fate, why = judge(held, self.day(want.row), person=want.person)
            if want.fills and not held.locked:
                fate, why = "take", "补上号码" if want.claims.get("id_state") == "ok" else "这里空着"
            if want.fixed:
                why = "迁村由镇里、县里办"
            if self.settle(one, want, entity, (held.on, held.source, fate, why), (self.shown(want.name, want.ours), self.shown(want.name, want.theirs)), want.theirs):
                out |= want.claims
        return out

    def shown(self, name: str, value: Any) -> str:
        if name == "head":
            person = self.known.persons.get(str(value))
            return person.name if person is not None else self.names.get(str(value), "")
        return self.villages.get(str(value), str(value)) if name == "village" else text_of(name, value)

    # -- households -------------------------------------------------------------------------------------------------------------------

    def household(self, one: _Laid) -> None:
        people: list[Payload] = []
        joined = False
        for row, person in one.people():
            came, payloads = self.person(one, row, person)
            people += payloads
            joined = joined or came
        if one.home is not None:
            self.claim(one, one.home)
        elif joined:
            fields, head_row = one.family.fields(), one.family.head_row
            head = one.matched[id(head_row)] if head_row is not None else ""
            if self.is_of(one, head):
                fields["head"] = head
            self.plan.payloads.append(make(
                HouseholdOpened, village=one.family.village, household=one.id, fields=fields, source=SOURCE, as_of=self.day(one.family.rows[0]) or None,
            ))
            self.plan.households_created += 1
        self.plan.payloads += people

    def claim(self, one: _Laid, home: rows.Household) -> None:
        fields = self.taken(one, home.id, [want for want in one.wants if want.name != "head" or self.is_of(one, want.theirs)])
        if not fields:
            self.plan.households_unchanged += 1
            return
        self.plan.households_updated += 1
        self.plan.payloads.append(make(
            HouseholdClaimed, village=home.village, household=home.id, fields=fields, replaces=self.past.replaces(home.id, fields), source=SOURCE,
            as_of=self.day(one.family.rows[0]) or None, reason=_REASON,
        ))

    def is_of(self, one: _Laid, person: str) -> bool:
        """Whether somebody is of this household after the import."""
        return bool(person) and (person in self.names or person in self.came or self.living(person, one.id) is not None)

    # -- people -----------------------------------------------------------------------------------------------------------------------

    def person(self, one: _Laid, row: RowDraft, person: str) -> tuple[bool, list[Payload]]:
        """What is written about one person, and whether they are new in this household."""
        if id(row) in one.fresh:
            return True, self.new_person(one, row, person)
        known, out, came = self.known.persons[person], [], False
        here = self.living(person, one.id)
        if here is None:
            out = self.comes(one, row, known)
            came = bool(out)
        elif row.relation_given and here.relation != row.relation:
            out = self.related(one, row, known, here)
        at = one.home if here is not None else self.known.households.get(known.household)
        home, village = (one.id, one.family.village if one.home is None else one.home.village) if came or at is None else (at.id, at.village)
        fields = self.taken(one, person, one.of_person[person])
        if fields:
            out.append(make(
                PersonClaimed, village=village, household=home, person=person, fields=fields, replaces=self.past.replaces(person, fields), source=SOURCE,
                as_of=self.day(row) or None, reason=_REASON,
            ))
        if fields.get("id_state", known.id_state) == "pending":
            self.plan.pending.add(person)
        if out:
            self.plan.updated += 1
        else:
            self.plan.unchanged += 1
        return came, out

    def new_person(self, one: _Laid, row: RowDraft, person: str) -> list[Payload]:
        fields: dict[str, Any] = {"name": row.name}
        if self.match.identifies(row):
            fields.update(id_no=row.id.number, id_state="ok", birth=row.birth, sex=row.sex)
        else:
            given = row.id.given
            fields.update(id_no=given if len(given) <= GIVEN_LIMIT else "", id_state="pending", birth=row.birth_cell, sex=row.sex_cell)
            self.plan.pending.add(person)
        fields.update(row.fields)
        if row.category and row.category != one.family.category:
            fields["category"] = row.category
        fields = {name: value for name, value in fields.items() if value not in ("", None)}
        self.plan.created += 1
        village = one.home.village if one.home is not None else one.family.village
        added = make(PersonAdded, village=village, household=one.id, person=person, fields=fields, source=SOURCE, as_of=self.day(row) or None)
        return [added, self.join(one, row, person)]

    def join(self, one: _Laid, row: RowDraft, person: str) -> Payload:
        return make(
            MembershipStarted, village=one.home.village if one.home is not None else one.family.village, household=one.id, membership=self.new_id(), person=person,
            relation=row.relation, source=SOURCE, as_of=self.day(row) or None,
        )

    def comes(self, one: _Laid, row: RowDraft, known: rows.Person) -> list[Payload]:
        """Somebody the list has in this household and we have in another, or in none: the events of their coming, [] when they do not."""
        elsewhere = self.known.living.get(known.id, [])
        key = f"{one.family.village}/{number_key(one.family.number) or one.family.head}"
        want = Want("household" if elsewhere else "member", None, key, row, {}, person=not elsewhere)
        if not elsewhere:
            return self.returns(one, row, known, want, key)
        day, listed = max((self.past.of_membership(member.ref, "household") for member in elsewhere), default=("", False))
        fate, why = by_day(day, self.day(row), listed=listed)
        old = self.known.households.get(elsewhere[0].household)
        texts = (f"{old.head_name}户" if old is not None else "另一户", f"{one.family.head or row.name}户")
        if not self.settle(one, want, known.id, (day, SOURCE if listed else "", fate, why), texts, key):
            return []
        self.came.add(known.id)
        out: list[Payload] = []
        for member in elsewhere:
            left = self.known.households[member.household]
            self.left.setdefault(left.id, set()).update({member.person, *member.same})
            out += [
                make(
                    MembershipEnded, village=left.village, household=left.id, membership=membership, person=who,
                    on=max(self.day(row) or self.today, member.since or ""), why="split", note=_REASON,
                )
                for membership, who in ((member.membership, member.person), *member.twins)
            ]
        return [*out, self.join(one, row, known.id)]

    def returns(self, one: _Laid, row: RowDraft, known: rows.Person, want: Want, key: str) -> list[Payload]:
        """Somebody who died or left here and stands in the list: a list older than that says nothing, a later one is for a person to look at."""
        gone = next((member for home in (one.id, known.household) for member in self.known.former.get(home, ()) if member.is_(known.id)), None)
        died = str(known.fields.get("died_on") or (gone.ended if gone is not None and gone.ended_why == "death" else ""))
        on = died or (gone.ended if gone is not None else "")
        word = "去世" if died else codes.label("membership_end", gone.ended_why) if gone is not None else "不在任何一户"
        older = bool(on and self.day(row) and self.day(row) <= on)
        fate: Fate = "keep" if older else "ask"
        why = "我们的新" if older else "去世的人，要看过再定" if died else "走了的人，要看过再定"
        if not died and not older and gone is not None and gone.household != one.id and self.day(row):
            fate, why = "take", "表里的新"  # who left one family and stands in another is of that one
        held = (on, "", fate, why)
        if not self.settle(one, want, known.id, held, (f"{word} {on}".strip(), "在这一户"), key):
            return []
        self.came.add(known.id)
        village = one.home.village if one.home is not None else one.family.village
        out: list[Payload] = [self.join(one, row, known.id)]
        if known.fields.get("died_on"):
            out.append(make(
                PersonClaimed, village=village, household=one.id, person=known.id, fields={"died_on": ""}, replaces=self.died_refs(known.id), source=SOURCE,
                as_of=self.day(row) or None, reason=_REASON,
            ))
        return out

    def died_refs(self, person: str) -> list[str]:
        return list(queries.heads(self.tx, person, ("died_on",)))

    def related(self, one: _Laid, row: RowDraft, known: rows.Person, here: rows.Member) -> list[Payload]:
        """A relation the list says otherwise."""
        day, listed = self.past.of_membership(here.ref, "relation")
        want = Want("relation", here.relation, row.relation, row, {})
        fate, why = by_day(day, self.day(row), listed=listed)
        if self.past.said_of_membership(here.ref, "relation", row.relation, self.day(row)):
            fate, why = "keep", "上次导入以后改过"
        texts = (codes.label("relation", here.relation), codes.label("relation", row.relation))
        if not self.settle(one, want, known.id, (day, SOURCE if listed else "", fate, why), texts, row.relation):
            return []
        fields = {"relation": row.relation, "source": SOURCE, **({"as_of": self.day(row)} if self.day(row) else {})}
        return [make(FactCorrected, village=one.home.village if one.home is not None else one.family.village, household=one.id, of=here.ref, fields=fields, reason=_REASON)]

    # -- afterwards -------------------------------------------------------------------------------------------------------------------

    def heads_left(self) -> None:
        """A family whose head the list moved away and of whom the list says nothing: the one member left heads it, of several nobody is chosen."""
        for household, leaving in self.left.items():
            home = self.known.households[household]
            rest = [member for member in self.known.members.get(household, ()) if not leaving & {member.person, *member.same}]
            if household not in self.match.taken_homes:
                self.plan.payloads += upkeep.succeed(self.tx, home, rest, None, leaving=leaving, reason=_REASON)


def _names(group: Mapping[str, int], row: RowDraft) -> bool:
    """Whether the columns of a group, side by side with others, are those of this person."""
    at = group.get("name")
    return at is not None and at < len(row.cells) and clean_name(cell_text(row.cells[at])) == row.name
