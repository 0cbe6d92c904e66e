"""What a roster workbook changes: row drafts laid beside the households and persons that are known, made into events.

Rules kept here (design 08, 10 and Law 6)
- a household is known by village + 户编号, else by head + address; a person by a usable ID, else by name + birth within the household;
- a number that now names a family of entirely other people is a new household, said in the notes, never a mix of two families;
- a blank cell says nothing; a cell that says what this kind of list said before is no news, so a value somebody corrected since stays corrected;
- a changed value is a claim that replaces the heads it saw; a relation is mended by `fact.corrected`; nothing is overwritten;
- an ID that stands at another name identifies nobody: that person is 待补 until somebody has looked at the paper;
- a damaged or missing ID never displaces a good one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.values import make
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.household import HouseholdClaimed, HouseholdOpened, MembershipEnded, MembershipStarted, PersonAdded, PersonClaimed
from xieli_tui.domain.events.road import FactCorrected
from xieli_tui.domain.text import fold_code, group_key
from xieli_tui.paper.roster_sheet import Issue, RowDraft
from xieli_tui.store import journal, queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

SOURCE = "台账"
_REASON = "台账导入"
_GIVEN_LIMIT = 40


@dataclass(slots=True)
class Family:
    """The rows of one household of the sheet."""

    village: str
    number: str
    head: str
    address: str
    rows: list[RowDraft] = field(default_factory=list)

    @property
    def head_row(self) -> RowDraft | None:
        """The head's own row: by relation, else by name; None when the head is not listed."""
        return next((row for row in self.rows if row.is_head), None) or next((row for row in self.rows if row.name == self.head), None)

    @property
    def category(self) -> str:
        """The head's category; of the first row when the head is not listed."""
        return (self.head_row or self.rows[0]).category

    def fields(self) -> dict[str, Any]:
        """Household fields as the sheet gives them, without the head."""
        found: dict[str, Any] = {"number": self.number, "address": self.address, "category": self.category}
        found["group"] = next((row.group for row in self.rows if row.group), "")
        lead = self.head_row or self.rows[0]
        found.update(lead.household)
        return {name: value for name, value in found.items() if value != ""}


@dataclass(slots=True)
class Plan:
    """The events of an import and what they amount to."""

    payloads: list[Payload] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
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


def families(drafts: Iterable[RowDraft], village_of: Callable[[RowDraft], str]) -> list[Family]:
    """Rows gathered into households, in sheet order.

    Without a 户编号, two heads of one name at one address stay two households when their birth days or IDs differ.
    """
    found: dict[tuple[str, ...], Family] = {}
    for draft in drafts:
        village = village_of(draft)
        key: tuple[str, ...]
        if draft.number:
            key = (village, "number", number_key(draft.number))
        else:
            base = (village, "head", draft.head or draft.name, place_key(draft.address))
            at = sum(1 for known in found if known[:4] == base)
            last = found.get((*base, str(at)))
            again = draft.is_head and last is not None and last.head_row is not None and not _same_person(draft, last.head_row)
            key = (*base, str(at + 1 if last is None or again else at))
        family = found.get(key)
        if family is None:
            family = found[key] = Family(village, draft.number, draft.head, draft.address)
        family.address = family.address or draft.address
        family.head = family.head or draft.head
        family.rows.append(draft)
    return list(found.values())


def number_key(number: str) -> str:
    """001 and 1 are one 户编号: a workbook loses leading zeros."""
    folded = fold_code(number)
    return str(int(folded)) if folded.isdecimal() else folded


def place_key(address: str) -> str:
    """An address without blanks and marks."""
    return re.sub(r"[\s,，。.、;；-]+", "", fold_code(address))


def _same_person(one: RowDraft, other: RowDraft) -> bool:
    if one.id.usable and other.id.usable:
        return one.id.number == other.id.number
    return one.name == other.name and (not one.birth or not other.birth or one.birth == other.birth)


@dataclass(slots=True)
class _Known:
    """The store as the import sees it."""

    households: dict[str, rows.Household]
    by_number: dict[tuple[str, str], list[str]]
    by_head: dict[tuple[str, str], list[str]]
    members: dict[str, list[rows.Member]]
    by_id: dict[str, list[rows.Person]]
    persons: dict[str, rows.Person]


def _load(tx: Tx) -> _Known:
    households = {home.id: home for home in queries.households(tx) if home.known}
    by_number: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_head: dict[tuple[str, str], list[str]] = defaultdict(list)
    for home in households.values():
        number = str(home.fields.get("number", ""))
        if number:
            by_number[home.village, number_key(number)].append(home.id)
        by_head[home.village, home.head_name].append(home.id)
    persons = {person.id: person for person in queries.persons(tx) if person.known}
    by_id: dict[str, list[rows.Person]] = defaultdict(list)
    for person in persons.values():
        if person.id_no and person.id_state == "ok":
            by_id[person.id_no].append(person)
    return _Known(households, by_number, by_head, queries.all_members(tx), by_id, persons)


def build_plan(tx: Tx, homes: Sequence[Family], *, new_id: Callable[[], str], today: str, as_of: dict[str, str]) -> Plan:
    """The events that bring the store to what the sheet says.

    Args:
        homes: from `families`.
        as_of: sheet name -> ISO day the sheet was filled in, "" when it does not say.
    """
    return _Planner(tx, _load(tx), new_id, today, as_of).run(homes)


@dataclass(slots=True)
class _Planner:
    tx: Tx
    known: _Known
    new_id: Callable[[], str]
    today: str
    as_of: dict[str, str]
    plan: Plan = field(default_factory=Plan)
    owner_of_id: dict[str, RowDraft] = field(default_factory=dict)
    clash: set[tuple[str, int]] = field(default_factory=set)
    taken_homes: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def run(self, homes: Sequence[Family]) -> Plan:
        self.find_clashes(homes)
        for family in homes:
            self.household(family)
        untouched = {
            person.id for person in self.known.persons.values()
            if person.id_state == "pending" and person.id not in self.taken and any(m.person == person.id for m in self.known.members.get(person.household, ()))
        }
        self.plan.pending |= untouched
        return self.plan

    # -- identity numbers that cannot identify ---------------------------------------------------------------------------------------

    def find_clashes(self, homes: Sequence[Family]) -> None:
        for family in homes:
            for row in family.rows:
                if not row.id.usable:
                    continue
                first = self.owner_of_id.setdefault(row.id.number, row)
                if first.name != row.name:
                    self.clash_at(row, "同一个身份证号在表里有两个姓名，这一行先记作待补")

    def clash_at(self, row: RowDraft, what: str) -> None:
        self.clash.add((row.sheet, row.row))
        self.plan.notes.append(Issue(row.sheet, row.row, "", "XL-V03", what))

    def identifies(self, row: RowDraft) -> bool:
        """True when the row's ID may be believed to be this person's."""
        return row.id.usable and (row.sheet, row.row) not in self.clash

    # -- households -----------------------------------------------------------------------------------------------------------------

    def household(self, family: Family) -> None:
        home = self.match_household(family)
        matched, fresh = self.match_persons(family, home)
        head_row = family.head_row
        head = matched.get(id(head_row), "") if head_row is not None else ""
        fields = family.fields()
        day = self.as_of.get(family.rows[0].sheet) or None
        if home is None:
            home_id = self.new_id()
            if head:
                fields["head"] = head
            self.plan.payloads.append(make(HouseholdOpened, village=family.village, household=home_id, fields=fields, source=SOURCE, as_of=day))
            self.plan.households_created += 1
        else:
            home_id = home.id
            if head and head != home.head:
                fields["head"] = head
            self.claim_household(home, fields, day)
        done: set[str] = set()
        for row in family.rows:
            person = matched[id(row)]
            if not person or person in done:
                continue
            done.add(person)
            self.person(family, home_id, row, person, id(row) in fresh, day)

    def match_household(self, family: Family) -> rows.Household | None:
        candidates: list[str] = []
        if family.number:
            candidates = list(self.known.by_number.get((family.village, number_key(family.number)), ()))
            numbered = bool(candidates)
        else:
            numbered = False
        if not candidates:
            for home in self.known.by_head.get((family.village, family.head), ()):
                has_number = bool(self.known.households[home].fields.get("number"))
                known_place = place_key(str(self.known.households[home].fields.get("address", "")))
                if not (family.number and has_number) and (not known_place or not family.address or known_place == place_key(family.address)):
                    candidates.append(home)
        candidates = [home for home in candidates if home not in self.taken_homes]
        best = max(candidates, key=lambda home: self.overlap(family, home), default=None)
        if best is not None and self.overlap(family, best) == 0 and self.known.members.get(best):
            first = family.rows[0]
            self.plan.notes.append(Issue(first.sheet, first.row, "", "XL-V11", "户编号和已登记的另一户相同，但没有一个相同的人，另立一户，请核对" if numbered else "户主同名，另立一户，请核对"))
            best = None
        if best is None:
            best = self.home_of_head(family)
        if best is None:
            return None
        self.taken_homes.add(best)
        return self.known.households[best]

    def home_of_head(self, family: Family) -> str | None:
        """The household the head's own ID already leads: the number changed, the family did not."""
        row = family.head_row
        if row is None or not self.identifies(row):
            return None
        for person in self.known.by_id.get(row.id.number, ()):
            home = self.known.households.get(person.household)
            if home is not None and home.head == person.id and home.village == family.village and home.id not in self.taken_homes and person.name == row.name:
                return home.id
        return None

    def overlap(self, family: Family, home: str) -> int:
        """How many people of the sheet's family are known in a household, by ID or by name."""
        members = self.known.members.get(home, ())
        ids = {member.id_no for member in members if member.id_no and member.id_state == "ok"}
        names = {member.name for member in members}
        births = {member.birth for member in members if member.birth}
        return sum(1 for row in family.rows if (self.identifies(row) and row.id.number in ids) or row.name in names or (row.birth and row.birth in births))

    def claim_household(self, home: rows.Household, fields: dict[str, Any], day: str | None) -> None:
        changed = {
            name: value for name, value in fields.items()
            if not (_same(name, value, home.fields.get(name)) or (name == "head" and value == home.head))
        }
        changed = self.news(home.id, changed, ("household.opened", "household.claimed"), None)
        if not changed:
            self.plan.households_unchanged += 1
            return
        self.plan.households_updated += 1
        self.plan.payloads.append(
            make(
                HouseholdClaimed, village=home.village, household=home.id, fields=changed, replaces=self.refs(home.id, changed), source=SOURCE, as_of=day,
                reason=_REASON,
            )
        )

    # -- persons --------------------------------------------------------------------------------------------------------------------

    def match_persons(self, family: Family, home: rows.Household | None) -> tuple[dict[int, str], set[int]]:
        """Row -> person id ("" for a row that repeats somebody), and the rows whose person is new."""
        matched: dict[int, str] = {}
        fresh: set[int] = set()
        members = self.known.members.get(home.id, []) if home is not None else []
        inside = {member.person for member in members}
        for row in family.rows:
            if not self.identifies(row):
                continue
            first = self.owner_of_id[row.id.number]
            if first is not row:
                matched[id(row)] = ""
                self.plan.notes.append(Issue(row.sheet, row.row, "", "XL-V11", f"和第 {first.row} 行是同一个人，只登记一次"))
                continue
            for person in self.known.by_id.get(row.id.number, ()):
                if person.id in self.taken:
                    continue
                if person.name != row.name and person.id not in inside:
                    self.clash_at(row, "这个身份证号已登记在别户另一个姓名名下，这一行先记作待补")
                    break
                matched[id(row)] = person.id
                self.taken.add(person.id)
                break
        for exact in (True, False):
            for row in family.rows:
                if id(row) in matched:
                    continue
                for member in members:
                    if member.person not in self.taken and member.name == row.name and self.birth_fits(row, member, exact):
                        matched[id(row)] = member.person
                        self.taken.add(member.person)
                        break
        for row in family.rows:
            if id(row) not in matched:
                matched[id(row)] = self.new_id()
                fresh.add(id(row))
        return matched, fresh

    def birth_fits(self, row: RowDraft, member: rows.Member, exact: bool) -> bool:
        birth = row.birth if self.identifies(row) else row.birth_cell
        if birth and member.birth:
            return birth == member.birth
        return not exact and not (self.identifies(row) and member.id_state == "ok")

    def person(self, family: Family, home: str, row: RowDraft, person: str, fresh: bool, day: str | None) -> None:
        fields = self.person_fields(family, row)
        if fresh:
            self.plan.created += 1
            if fields["id_state"] == "pending":
                self.plan.pending.add(person)
            self.plan.payloads.append(make(PersonAdded, village=family.village, household=home, person=person, fields=fields, source=SOURCE, as_of=day))
            self.join(family, home, row, person, day)
            return
        known = self.known.persons[person]
        if fields["id_state"] == "pending" and known.id_state == "ok":
            for name in ("id_no", "id_state", "birth", "sex"):
                fields.pop(name, None)
        changed = {name: value for name, value in fields.items() if not _same(name, value, known.fields.get(name))}
        changed = self.category_news(family, row, known, changed)
        changed = self.news(person, changed, ("person.added", "person.claimed"), row)
        touched = self.move(family, home, row, known, day)
        if changed:
            touched = True
            self.plan.payloads.append(
                make(
                    PersonClaimed, village=family.village, household=home, person=person, fields=changed, replaces=self.refs(person, changed), source=SOURCE,
                    as_of=day, reason=_REASON,
                )
            )
        if changed.get("id_state", known.id_state) == "pending":
            self.plan.pending.add(person)
        if touched:
            self.plan.updated += 1
        else:
            self.plan.unchanged += 1

    def person_fields(self, family: Family, row: RowDraft) -> dict[str, Any]:
        """Person fields as the row gives them; a category only where it is not the household's."""
        fields: dict[str, Any] = {"name": row.name}
        if self.identifies(row):
            fields.update(id_no=row.id.number, id_state="ok", birth=row.birth, sex=row.sex)
        else:
            given = row.id.given
            fields.update(id_no=given if len(given) <= _GIVEN_LIMIT else "", id_state="pending", birth=row.birth_cell, sex=row.sex_cell)
        fields.update(row.fields)
        if row.category and row.category != family.category:
            fields["category"] = row.category
        return {name: value for name, value in fields.items() if value not in ("", None)}

    def category_news(self, family: Family, row: RowDraft, known: rows.Person, changed: dict[str, Any]) -> dict[str, Any]:
        """A person who had a category of their own and now has the household's says so."""
        own = known.fields.get("category")
        if own and row.category and own != row.category:
            return {**changed, "category": row.category}
        return changed

    def join(self, family: Family, home: str, row: RowDraft, person: str, day: str | None) -> None:
        self.plan.payloads.append(
            make(MembershipStarted, village=family.village, household=home, membership=self.new_id(), person=person, relation=row.relation)
        )

    def move(self, family: Family, home: str, row: RowDraft, known: rows.Person, day: str | None) -> bool:
        """Membership as the sheet says: a person of another household comes over, a relation is corrected. True when something was written."""
        here = next((member for member in self.known.members.get(home, ()) if member.person == known.id), None)
        if here is None:
            for member in self.known.members.get(known.household, ()):
                if member.person == known.id:
                    self.plan.payloads.append(
                        make(
                            MembershipEnded, village=known.village, household=known.household, membership=member.membership, person=known.id,
                            on=day or self.today, why="split", note=_REASON,
                        )
                    )
            self.plan.notes.append(Issue(row.sheet, row.row, "", "XL-V11", "原来登记在另一户，按表里移到这一户"))
            self.join(family, home, row, known.id, day)
            return True
        if not row.relation_given or here.relation == row.relation:
            return False
        started = journal.get(self.tx, here.ref)
        if started is not None and started.d.get("relation") == row.relation:
            return False
        self.plan.payloads.append(
            make(FactCorrected, village=family.village, household=home, of=here.ref, fields={"relation": row.relation}, reason=_REASON)
        )
        return True

    # -- claims ---------------------------------------------------------------------------------------------------------------------

    def news(self, entity: str, changed: dict[str, Any], types: Sequence[str], row: RowDraft | None) -> dict[str, Any]:
        """`changed` without what a list said before and somebody has corrected since."""
        if not changed:
            return changed
        said: dict[str, list[Any]] = defaultdict(list)
        for event in journal.events_of_entity(self.tx, [entity]):
            if event.t in types and event.d.get("source") == SOURCE:
                for name, value in event.d.get("fields", {}).items():
                    said[name].append(value)
        kept = {name: value for name, value in changed.items() if not said[name] or not _same(name, value, said[name][-1])}
        if row is not None and len(kept) < len(changed):
            self.plan.notes.append(Issue(row.sheet, row.row, "", "XL-V11", "有的内容在上次导入之后改过，没有按表里的旧值改回去"))
        return kept

    def refs(self, entity: str, changed: dict[str, Any]) -> list[str]:
        heads = queries.field_heads(self.tx, entity)
        return list(dict.fromkeys(ref for name in changed for ref in heads.get(name, ())))


def _same(name: str, value: Any, known: Any) -> bool:
    if known is None:
        return False
    if isinstance(value, str) and isinstance(known, str):
        if name == "group":
            return group_key(value) == group_key(known)
        if name == "number":
            return number_key(value) == number_key(known)
        if name == "address":
            return place_key(value) == place_key(known)
    return bool(value == known)
