"""The rows a report asks for: a family, a person or a visit a line, and what each field of `paper.report_fields` is of it.

Rules kept here
- visits, aid, statements, applications and ages are those of the as-of day; what a family and a person are is as it is known today;
- a visit that met nobody is no visit of 走访日期 (未遇 satisfies no clock); it is a line of its own where a line is a visit;
- a family's line speaks of its head where a field is a person's;
- numbers that identify are covered in everything people wrote (`masked`): only a column of its own holds them;
- what is not recorded is None and stands as a blank cell, told with row and column; yes or no is answered only where it is known;
- nothing is asked per family that can be asked once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xieli_tui.domain import codes, jsontext
from xieli_tui.domain.dates import age_on
from xieli_tui.domain.masks import masked
from xieli_tui.domain.text import group_word
from xieli_tui.paper.report_fields import FIELDS
from xieli_tui.store import queries
from xieli_tui.store.queries import registers
from xieli_tui.store.queries.words import value_text

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

ADULT, OLD = 18, 60
"""未成年人 (民法典17) and 老年人 (老年人权益保障法2): what the heads name, no rule about aid."""
CHAIN = 5
"""Last steps of a chain in a cell."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `key` says which family, person or visit, the same from run to run."""

    key: str
    home: rows.Household
    person: rows.Member | None
    people: Sequence[rows.Member]
    visit: rows.Visit | None


@dataclass
class Source:
    """What the lines are made of, read once."""

    tx: Tx
    session: Session
    asof: dt.date

    @property
    def day(self) -> str:
        return self.asof.isoformat()

    @cached_property
    def places(self) -> Mapping[str, str]:
        """code -> name: as computers were registered, then the county's register of villages, then the workspace's own; a village nobody named stands by its code."""
        out = {code: code for code in self.homes_by_village}
        for device in queries.devices(self.tx):
            out.update(device.village_names)
        for row in reversed(queries.local_params(self.tx, "village")):
            kept = jsontext.value(row.value, {})
            if len(row.area) == 12 and isinstance(kept, dict) and kept.get("name"):
                out[row.area] = str(kept["name"])
        return out | self.session.profile.village_names

    @cached_property
    def homes_by_village(self) -> Mapping[str, Sequence[rows.Household]]:
        """village -> its families; who moved away is no more of it."""
        gone = queries.moved_away(self.tx)
        out: dict[str, list[rows.Household]] = defaultdict(list)
        for home in queries.households(self.tx):
            if home.known and home.id not in gone:
                out[home.village].append(home)
        return out

    @cached_property
    def operators(self) -> Mapping[tuple[str, str], str]:
        """(device, number) -> name."""
        return queries.operator_names(self.tx)

    @cached_property
    def visits(self) -> Mapping[str, Sequence[rows.Visit]]:
        """household -> visits until the day, newest first."""
        return _by_home(one for one in queries.visits(self.tx) if one.on <= self.day)

    @cached_property
    def aids(self) -> Mapping[str, Sequence[rows.Aid]]:
        return _by_home(one for one in queries.aids(self.tx) if one.on <= self.day)

    @cached_property
    def statements(self) -> Mapping[str, Sequence[rows.Statement]]:
        return _by_home(sorted((one for one in queries.statements(self.tx) if one.on <= self.day), key=lambda one: one.on, reverse=True))

    @cached_property
    def flags(self) -> Mapping[str, Sequence[rows.Flag]]:
        return _by_home(one for one in queries.flags(self.tx) if one.known and one.on <= self.day and not (one.settled_on and one.settled_on <= self.day))

    @cached_property
    def applications(self) -> Mapping[str, Sequence[rows.Application]]:
        return _by_home(one for one in queries.applications(self.tx) if one.known and one.started <= self.day)

    @cached_property
    def helpers(self) -> Mapping[str, Sequence[str]]:
        """household -> who is paired with it on the day."""
        out: dict[str, list[str]] = defaultdict(list)
        for one in registers.pairs(self.tx):
            if one.since <= self.day and not (one.until and one.until < self.day):
                out[one.household].append(one.name)
        return out

    def lines(self, unit: str, village: str = "") -> Iterator[Line]:
        """Every line, by village, group and house number."""
        people = queries.all_members(self.tx)
        homes = [home for code, found in self.homes_by_village.items() if village in ("", code) for home in found]
        homes.sort(key=lambda home: (home.village, _group(home), str(home.fields.get("number", "")).zfill(8), home.head_name, home.id))
        for home in homes:
            members = [one for one in people.get(home.id, ()) if one.known]
            head = next((one for one in members if one.is_(home.head)), members[0] if members else None)
            if unit == "household":
                yield Line(home.id, home, head, members, self.met(home.id))
            elif unit == "person":
                yield from (Line(one.person, home, one, members, self.met(home.id)) for one in members)
            else:
                yield from (Line(one.id, home, head, members, one) for one in reversed(self.visits.get(home.id, ())))

    def met(self, home: str) -> rows.Visit | None:
        """The last visit that met somebody."""
        return next((one for one in self.visits.get(home, ()) if one.met != "none"), None)

    def value(self, name: str, line: Line, number: int) -> Any:
        """A field of a line; None where nothing is recorded."""
        if name == "serial":
            return number
        found = READ[name](self, line)
        if isinstance(found, str) and FIELDS[name].kind == "text" and name != "village_code":
            found = masked(found)
        return None if found in ("", [], ()) else found


def _by_home(found: Any) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = defaultdict(list)
    for one in found:
        out[one.household].append(one)
    return out


def _group(home: rows.Household) -> tuple[int, str]:
    word = group_word(str(home.fields.get("group", "")))
    digits = "".join(mark for mark in word if mark.isdigit())
    return int(digits[:9]) if digits else 10**9, word


def _of_person(name: str) -> Callable[[Source, Line], Any]:
    """A field of the person's file in words."""

    def read(_source: Source, line: Line) -> Any:
        value = line.person.fields.get(name) if line.person is not None else None
        return None if value in (None, "", []) else masked(value_text(name, value))

    return read


def _exact(name: str) -> Callable[[Source, Line], Any]:
    return lambda _source, line: str(line.person.fields.get(name) or "") if line.person is not None else None


def _of_home(name: str) -> Callable[[Source, Line], Any]:
    return lambda _source, line: masked(str(line.home.fields.get(name) or ""))


def _birth(one: rows.Member | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(one.birth) if one is not None and one.birth else None
    except ValueError:  # 出生年月 alone
        return None


def _age(source: Source, one: rows.Member | None) -> int | None:
    birth = _birth(one)
    return age_on(birth, source.asof) if birth is not None and birth <= source.asof else None


def _alive(source: Source, line: Line) -> list[rows.Member]:
    return [one for one in line.people if not (one.died_on and one.died_on <= source.day)]


def _counted(test: Callable[[Source, rows.Member], bool]) -> Callable[[Source, Line], int]:
    return lambda source, line: sum(1 for one in _alive(source, line) if test(source, one))


def _minor(source: Source, one: rows.Member) -> bool:
    age = _age(source, one)
    return age is not None and age < ADULT


def _elder(source: Source, one: rows.Member) -> bool:
    age = _age(source, one)
    return age is not None and age >= OLD


def _aged(test: Callable[[Source, rows.Member], bool]) -> Callable[[Source, Line], Any]:
    return lambda source, line: test(source, line.person) if line.person is not None and _age(source, line.person) is not None else None


def _disability(_source: Source, line: Line) -> str:
    known = line.person.fields if line.person is not None else {}
    return "".join(value_text(name, known[name]) for name in ("disability_kind", "disability_level") if known.get(name))


def _category(line: Line) -> str:
    return (line.person.category if line.person is not None else "") or line.home.category


def _is(category: str) -> Callable[[Source, Line], Any]:
    """Known where a category is known at all, of anybody in the family for a family's line."""

    def read(source: Source, line: Line) -> Any:
        held = {_category(line), line.home.category, *(one.category for one in line.people if line.key == line.home.id)} - {""}
        return category in held if held else None

    return read


def _flagged(name: str) -> Callable[[Source, Line], Any]:
    def read(_source: Source, line: Line) -> Any:
        value = line.person.fields.get(name) if line.person is not None else None
        return value if isinstance(value, bool) else None

    return read


def _visit(read: Callable[[rows.Visit], str]) -> Callable[[Source, Line], Any]:
    return lambda _source, line: read(line.visit) if line.visit is not None else None


def _visit_by(source: Source, line: Line) -> str | None:
    """Who went: those named, else who wrote it down (`record_visit`: the operator when none is named)."""
    one = line.visit
    if one is None:
        return None
    return "、".join(name for name, _ in one.visitors) or source.operators.get((one.dev, one.by), "")


def _marks(visit: rows.Visit) -> str:
    return "、".join(f"{codes.label('dimension', key)}{codes.label('mark', str(mark))}" for key, mark in visit.marks.items() if mark > 1)


def _found(visit: rows.Visit) -> str:
    return "；".join(part for part in (_marks(visit), codes.labels("change", visit.changes), masked(visit.note)) if part)


def _since(start: Callable[[dt.date], dt.date]) -> Callable[[Source, Line], list[rows.Visit]]:
    return lambda source, line: [one for one in source.visits.get(line.home.id, ()) if one.met != "none" and one.on >= start(source.asof).isoformat()]


def _year_of(day: dt.date) -> dt.date:
    return day.replace(month=1, day=1)


_YEAR, _MONTH = _since(_year_of), _since(lambda day: day.replace(day=1))


def _aid_year(source: Source, line: Line) -> list[rows.Aid]:
    return [one for one in source.aids.get(line.home.id, ()) if one.rank == "ruling" and one.on >= _year_of(source.asof).isoformat()]


def _sum(source: Source, line: Line) -> int | None:
    amounts = [one.amount for one in _aid_year(source, line) if one.amount is not None]
    return sum(amounts) if amounts else None


def _money(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _income(name: str) -> Callable[[Source, Line], Any]:
    return lambda source, line: next((value for one in source.statements.get(line.home.id, ()) if (value := getattr(one, name)) is not None), None)


def _applied(source: Source, line: Line) -> str:
    found = source.applications.get(line.home.id, ())
    return "；".join(f"{codes.labels('kind', one.kinds)} {codes.label('application_state', one.state)}" for one in found)


def _chain(source: Source, line: Line) -> str:
    found = [row for row in queries.timeline(source.tx, line.home.id) if row.on <= source.day and not row.struck][:CHAIN]
    return "；".join(f"{row.on} {row.word}" for row in reversed(found))


_TOWNSHIP = re.compile(r"(?:^|[省市区县旗])([^省市区县旗]{1,12}?(?:镇|乡|街道))(?=.{2,})")


def _township(source: Source, line: Line) -> str:
    """As the area's own name says, else as it stands in the village's."""
    own = source.places.get(line.home.village[:9], "")
    found = _TOWNSHIP.search(source.places.get(line.home.village, ""))
    return own or (found[1] if found is not None else "")


def _phone(_source: Source, line: Line) -> str:
    own = line.person.phone if line.person is not None else ""
    return own or str(line.home.fields.get("phone") or "")


Read = Callable[[Source, Line], Any]
READ: dict[str, Read] = {
    "county": lambda source, line: source.session.profile.county_name, "township": _township, "village": lambda source, line: source.places.get(line.home.village, line.home.village),
    "village_code": lambda source, line: line.home.village, "group": lambda source, line: group_word(str(line.home.fields.get("group", ""))), "number": _of_home("number"), "address": _of_home("address"),
    "head": lambda source, line: line.home.head_name, "name": lambda source, line: line.person.name if line.person else "",
    "relation": lambda source, line: codes.label("relation", line.person.relation) if line.person and line.person.relation else "", "sex": lambda source, line: codes.label("sex", line.person.sex) if line.person and line.person.sex else "",
    "id_no": lambda source, line: line.person.id_no if line.person else "", "birth": lambda source, line: line.person.birth if _birth(line.person) and line.person else "", "age": lambda source, line: _age(source, line.person),
    "phone": _phone, "size": lambda source, line: line.home.size or None, "members": lambda source, line: "、".join(one.name for one in line.people if line.person is None or one.person != line.person.person),
    "members_with": lambda source, line: "、".join(f"{one.name}({codes.label('relation', one.relation)})" if one.relation else one.name for one in line.people if one.name and (line.person is None or one.person != line.person.person)),
    "minors": _counted(_minor), "elders": _counted(_elder), "disabled": _counted(lambda source, one: bool(one.fields.get("disability_kind"))), "students": _counted(lambda source, one: bool(one.in_school)),
    "workers": _counted(lambda source, one: one.fields.get("labour") in ("full", "part")), "category": lambda source, line: codes.label("category", _category(line)) if _category(line) else "",
    "category_by": lambda source, line: ("在册" if line.home.category_rank == "ruling" else "村台账登记") if line.home.category else "", "category_since": lambda source, line: line.home.category_since,
    "aid_month": lambda source, line: _money(line.home.fields.get("aid_month")), "is_dibao": _is("dibao"), "is_tekun": _is("tekun"), "is_edge": _is("edge"), "is_rigid": _is("rigid"), "is_monitor": _is("relapse_monitor"),
    "is_disabled": lambda source, line: True if line.person is not None and line.person.fields.get("disability_kind") else _flagged("has_disability_cert")(source, line),
    "is_minor": _aged(_minor), "is_elder": _aged(_elder), "is_student": lambda source, line: line.person.in_school if line.person else None, "is_away": _flagged("away"), "is_severe": _flagged("severe_illness"),
    "disability": _disability, "disability_kind": _of_person("disability_kind"), "disability_level": _of_person("disability_level"), "disability_cert": _exact("disability_cert"),
    "health": _of_person("health"), "labour": _of_person("labour"), "work": _of_person("work"), "wage_month": lambda source, line: _money(line.person.fields.get("wage_month")) if line.person else None,
    "marital": _of_person("marital"), "education": _of_person("education"), "school": _of_person("school"), "nation": _of_person("nation"), "support_mode": _of_person("support_mode"), "guardian": _of_person("guardian"), "helper": lambda source, line: "、".join(dict.fromkeys(source.helpers.get(line.home.id, ()))), "bank": _exact("bank"),
    "note": lambda source, line: masked(str((line.person.fields.get("note") if line.person else "") or line.home.fields.get("note") or "")),
    "income_month": _income("income_month"), "income_year": _income("income_year"),
    "visit_on": _visit(lambda one: one.on), "visit_by": _visit_by, "visit_met": _visit(lambda one: codes.label("met", one.met)),
    "visit_kind": _visit(lambda one: codes.label("visit_kind", one.kind)), "visit_marks": _visit(_marks), "visit_changes": _visit(lambda one: codes.labels("change", one.changes)),
    "visit_promise": _visit(lambda one: masked(one.promise)), "visit_note": _visit(lambda one: masked(one.note)), "visit_found": _visit(_found),
    "visits_year": lambda source, line: len(_YEAR(source, line)), "visits_month": lambda source, line: len(_MONTH(source, line)), "is_visited": lambda source, line: bool(_MONTH(source, line)),
    "flags": lambda source, line: "、".join(dict.fromkeys(codes.label("cause", cause) for one in source.flags.get(line.home.id, ()) for cause in one.causes)),
    "aid_kinds": lambda source, line: "、".join(dict.fromkeys(codes.label("kind", one.kind) for one in source.aids.get(line.home.id, ()) if one.kind)),
    "aid_year": _sum, "aid_times": lambda source, line: len(_aid_year(source, line)), "applications": _applied, "chain": _chain, "asof": lambda source, line: source.day,
}
"""Field -> how it is read; `serial` is counted. A test holds that every field has its reading."""
