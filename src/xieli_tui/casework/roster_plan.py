"""What a roster workbook changes: row drafts laid beside the households and persons that are known, made into events.

Rules kept here (design 08, 10 and Law 6; who is who: `roster_match`)
- a blank cell says nothing; a cell that says what this kind of list said before is no news, so a value somebody corrected since stays corrected;
- a changed value is a claim that replaces the heads it saw; a relation is mended by `fact.corrected`; nothing is overwritten;
- a damaged or missing ID never displaces a good one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.roster_families import Family, number_key, place_key
from xieli_tui.casework.roster_match import Known, Matcher, load
from xieli_tui.casework.values import make
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.household import HouseholdClaimed, HouseholdOpened, MembershipEnded, MembershipStarted, PersonAdded, PersonClaimed
from xieli_tui.domain.events.road import FactCorrected
from xieli_tui.domain.text import group_key
from xieli_tui.paper.roster_sheet import Issue, RowDraft
from xieli_tui.store import journal, queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

SOURCE = "台账"
_REASON = "台账导入"
_GIVEN_LIMIT = 40


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


def build_plan(tx: Tx, homes: Sequence[Family], *, new_id: Callable[[], str], today: str, as_of: dict[str, str]) -> Plan:
    """The events that bring the store to what the sheet says.

    Args:
        homes: from `families`.
        as_of: sheet name -> ISO day the sheet was filled in, "" when it does not say.
    """
    known, plan = load(tx), Plan()
    return _Planner(tx, known, Matcher(known, new_id, plan.notes), new_id, today, as_of, plan).run(homes)


@dataclass(slots=True)
class _Planner:
    tx: Tx
    known: Known
    match: Matcher
    new_id: Callable[[], str]
    today: str
    as_of: dict[str, str]
    plan: Plan

    def run(self, homes: Sequence[Family]) -> Plan:
        self.match.find_clashes(homes)
        for family in homes:
            self.household(family)
        untouched = {
            person.id for person in self.known.persons.values()
            if person.id_state == "pending" and person.id not in self.match.taken and any(m.is_(person.id) for m in self.known.members.get(person.household, ()))
        }
        self.plan.pending |= untouched
        return self.plan

    # -- households -----------------------------------------------------------------------------------------------------------------

    def household(self, family: Family) -> None:
        home = self.match.of_family(family)
        matched, fresh = self.match.persons(family, home)
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
        if self.match.identifies(row):
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
        here = next((member for member in self.known.members.get(home, ()) if member.is_(known.id)), None)
        if here is None:
            for member in self.known.members.get(known.household, ()):
                if member.is_(known.id):
                    self.plan.payloads += [
                        make(
                            MembershipEnded, village=known.village, household=known.household, membership=membership, person=person,
                            on=day or self.today, why="split", note=_REASON,
                        )
                        for membership, person in ((member.membership, member.person), *member.twins)
                    ]
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
