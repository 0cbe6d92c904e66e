"""Which known household and which known people the families of a roster workbook are.

Rules kept here (design 08, 10 and Law 6)
- a household is known by village + 户编号, else by head + address; a person by a usable ID, else by name + birth within the household;
- a number that now names a family of entirely other people is a new household, said in the notes, never a mix of two families;
- an ID that stands at another name identifies nobody: that person is 待补 until somebody has looked at the paper;
- who died or left here is known by the list too, so that nobody who is gone comes back as somebody new;
- a family whose head's own ID is known in another village of this workspace is that family, moved; one of this village whose number changed, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xieli_tui.casework.roster_families import Family, number_key, place_key
from xieli_tui.paper.roster_sheet import Issue, RowDraft
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


@dataclass(slots=True)
class Known:
    """The store as the import sees it."""

    households: dict[str, rows.Household]
    by_number: dict[tuple[str, str], list[str]]
    by_head: dict[tuple[str, str], list[str]]
    members: dict[str, list[rows.Member]]
    former: dict[str, list[rows.Member]]
    """Who left or died, by household, without those who are of one again."""
    living: dict[str, list[rows.Member]]
    """person -> memberships that last; the household named in a file may long be another."""
    by_id: dict[str, list[rows.Person]]
    persons: dict[str, rows.Person]


def load(tx: Tx) -> Known:
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
    members = queries.all_members(tx)
    living: dict[str, list[rows.Member]] = defaultdict(list)
    for family in members.values():
        for member in family:
            for ident in {member.person, *member.same}:
                living[ident].append(member)
    former = {home: [one for one in gone if one.person not in living] for home, gone in queries.former_members(tx).items()}
    return Known(households, by_number, by_head, members, former, living, by_id, persons)


@dataclass(slots=True)
class Matcher:
    """Lays families beside what is known; `notes` says what a person should look at."""

    known: Known
    new_id: Callable[[], str]
    notes: list[Issue]
    owner_of_id: dict[str, RowDraft] = field(default_factory=dict)
    clash: set[tuple[str, int, int]] = field(default_factory=set)
    taken_homes: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def find_clashes(self, homes: Sequence[Family]) -> None:
        for family in homes:
            for row in family.rows:
                if not row.id.usable:
                    continue
                first = self.owner_of_id.setdefault(row.id.number, row)
                if first.name != row.name:
                    self.clash_at(row, "同一个身份证号在表里有两个姓名，这一行先记作待补")

    def clash_at(self, row: RowDraft, what: str) -> None:
        self.clash.add(row.key)
        self.notes.append(Issue(row.sheet, row.row, "", "XL-V03", what))

    def identifies(self, row: RowDraft) -> bool:
        """True when the row's ID may be believed to be this person's."""
        return row.id.usable and row.key not in self.clash

    def of_family(self, family: Family) -> rows.Household | None:
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
            self.notes.append(Issue(first.sheet, first.row, "", "XL-V11", "户编号和已登记的另一户相同，但没有一个相同的人，另立一户，请核对" if numbered else "户主同名，另立一户，请核对"))
            best = None
        best = best or self.home_of_head(family, here=True) or self.home_of_head(family, here=False)
        if best is None:
            return None
        self.taken_homes.add(best)
        return self.known.households[best]

    def home_of_head(self, family: Family, *, here: bool) -> str | None:
        """The household the head's own ID already leads: the number changed, or (not `here`) the village, the family did not."""
        row = family.head_row
        if row is None or not self.identifies(row):
            return None
        for person in self.known.by_id.get(row.id.number, ()):
            home = self.known.households.get(person.household)
            if home is not None and home.head == person.id and (home.village == family.village) is here and home.id not in self.taken_homes and person.name == row.name:
                return home.id
        return None

    def overlap(self, family: Family, home: str) -> int:
        """How many people of the sheet's family are known in a household, by ID or by name."""
        members = self.known.members.get(home, ())
        ids = {member.id_no for member in members if member.id_no and member.id_state == "ok"}
        names = {member.name for member in members}
        births = {member.birth for member in members if member.birth}
        return sum(1 for row in family.rows if (self.identifies(row) and row.id.number in ids) or row.name in names or (row.birth and row.birth in births))

    def persons(self, family: Family, home: rows.Household | None) -> tuple[dict[int, str], set[int]]:
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
                self.notes.append(Issue(row.sheet, row.row, "", "XL-V11", f"和第 {first.row} 行是同一个人，只登记一次"))
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
        self.repeated(family, matched)
        fits: Sequence[Callable[[RowDraft, rows.Member], bool]] = (  # of two namesakes the one whose number was written like this, damaged or not; then by birth, by relation
            lambda row, member: bool(written(row)) and member.id_no == written(row) and self.birth_fits(row, member, exact=False),
            lambda row, member: self.birth_fits(row, member, exact=True),
            lambda row, member: member.relation == row.relation and self.birth_fits(row, member, exact=False),
            lambda row, member: self.birth_fits(row, member, exact=False),
        )
        for fit in fits:
            for row in family.rows:
                if id(row) in matched:
                    continue
                for member in members:
                    if member.person not in self.taken and member.name == row.name and fit(row, member):
                        matched[id(row)] = member.person
                        self.taken.add(member.person)
                        break
        for row in family.rows:
            if id(row) in matched:
                continue
            found = self.renumbered(row, family, members) or self.gone(row, home)
            if found:
                matched[id(row)] = found
                self.taken.add(found)
                continue
            matched[id(row)] = self.new_id()
            fresh.add(id(row))
        return matched, fresh

    def repeated(self, family: Family, matched: dict[int, str]) -> None:
        """Rows that say the same person once more, by a number nobody can be known by."""
        first: dict[tuple[str, str, str], RowDraft] = {}
        for row in family.rows:
            if id(row) in matched or not written(row):
                continue
            known = first.setdefault((row.name, row.relation, written(row)), row)
            if known is not row:
                matched[id(row)] = ""
                self.notes.append(Issue(row.sheet, row.row, "", "XL-V11", f"和第 {known.row} 行是同一个人，只登记一次"))

    def renumbered(self, row: RowDraft, family: Family, members: Sequence[rows.Member]) -> str:
        """The one member of this name and relation whom no row means, where the list gives another number: the number is in doubt, not the person."""
        if sum(1 for other in family.rows if other.name == row.name) > 1:
            return ""
        found = [one for one in members if one.name == row.name]
        return found[0].person if len(found) == 1 and found[0].person not in self.taken and found[0].relation == row.relation else ""

    def gone(self, row: RowDraft, home: rows.Household | None) -> str:
        """Who left this household, or died in it, by this name."""
        for member in self.known.former.get(home.id, ()) if home is not None else ():
            if member.person not in self.taken and member.name == row.name and self.birth_fits(row, member, exact=False):
                return member.person
        return ""

    def birth_fits(self, row: RowDraft, member: rows.Member, exact: bool) -> bool:
        birth = row.birth if self.identifies(row) else row.birth_cell
        if birth and member.birth:
            return birth == member.birth
        return not exact and not (self.identifies(row) and member.id_state == "ok")


def written(row: RowDraft) -> str:
    """The number as it stands in the list, good or not."""
    return row.id.number or row.id.given
