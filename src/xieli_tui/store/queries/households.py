"""Households and their people: the file of one family (the list and its search are `finder`).

Rules kept here
- a person merged with another is shown once, under the smallest id of the component;
- a ruling on a category stands above the village's claim; both stay readable (`category_rank`, `fields`, `ruled`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xieli_tui.domain.clock import day_of
from xieli_tui.store.queries.finder import HEAD_RELATIONS, group_order, number_order
from xieli_tui.store.queries.merges import components, together
from xieli_tui.store.queries.read import RowMapping, kept, obj, one, parts, reading_together, rows, where
from xieli_tui.store.queries.rows import Household, Member, Person, Rank

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

_MEMBERS = (
    "SELECT m.*, p.known AS p_known, p.name, p.id_no, p.id_state, p.birth, p.sex, p.phone, p.category, p.fields"
    " FROM membership m LEFT JOIN person p ON p.county_code=m.county_code AND p.person=m.person"
)


# -- members ----------------------------------------------------------------------------------------


def members(tx: Tx, household: str, ended: bool = False) -> list[Member]:
    """People of a household, head first, then as they came; those who left only with `ended`."""
    return kept(tx, ("members", household, ended), lambda: _members(tx, rows(tx, f"{_MEMBERS} WHERE m.household=?{'' if ended else _CURRENT}", (household,))))


def all_members(tx: Tx, village: str | None = None) -> dict[str, list[Member]]:
    """household -> current members."""
    # by where the household is now: a membership written before a transfer names the old village
    found = rows(tx, f"{_MEMBERS} WHERE m.household IN (SELECT household FROM household WHERE village=?){_CURRENT}", (village,)) if village else rows(
        tx, f"{_MEMBERS} WHERE 1=1{_CURRENT}")
    out: dict[str, list[Member]] = defaultdict(list)
    for member in _members(tx, found):
        out[member.household].append(member)
    return dict(out)


def former_members(tx: Tx) -> dict[str, list[Member]]:
    """household -> who left it or died, the last one first; somebody who came back later stands here too."""
    out: dict[str, list[Member]] = defaultdict(list)
    for member in _members(tx, rows(tx, f"{_MEMBERS} WHERE m.ended<>''")):
        out[member.household].append(member)
    for some in out.values():
        some.sort(key=lambda m: m.ended, reverse=True)
    return dict(out)


_CURRENT = " AND m.ended=''"


def _members(tx: Tx, found: Sequence[RowMapping]) -> list[Member]:
    ruled = _ruled_persons(tx, {row["person"] for row in found})
    out = _one_line_each([_member(row, ruled.get(row["person"], {})) for row in found], components(tx))
    out.sort(key=lambda m: (m.relation not in HEAD_RELATIONS, m.ended != "", m.birth or "9999", m.membership))
    return out


def _one_line_each(found: list[Member], shown: Mapping[str, str]) -> list[Member]:
    """The members, those of one merged person who live in one household as one line under the smallest id, what it lacks taken from the others."""
    if not any(m.person in shown for m in found):
        return found
    everybody = together(shown)
    out: list[Member] = []
    lines: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for m in found:
        if m.person not in shown:
            out.append(m)
        elif m.ended:
            out.append(replace(m, same=_others(everybody, shown, m.person)))
        else:
            lines[m.household, shown[m.person]].append(m)
    for some in lines.values():
        some.sort(key=lambda m: (m.person, m.membership))
        whole, rest = some[0], some[1:]
        for other in rest:
            empty = {name: getattr(other, name) for name in _FILLED if not getattr(whole, name)}
            if whole.relation not in HEAD_RELATIONS and other.relation in HEAD_RELATIONS:
                empty["relation"] = other.relation
            whole = replace(whole, **empty, fields={**other.fields, **whole.fields}, ruled=whole.ruled or other.ruled)
        out.append(replace(whole, same=_others(everybody, shown, whole.person), twins=tuple((m.membership, m.person) for m in rest)))
    return out


_FILLED = ("name", "id_no", "id_state", "birth", "sex", "phone", "category", "category_rank", "labels", "died_on", "since")


def _others(everybody: Mapping[str, tuple[str, ...]], shown: Mapping[str, str], person: str) -> tuple[str, ...]:
    return tuple(x for x in everybody[shown[person]] if x != person)


def _member(row: RowMapping, ruled: dict[str, Any]) -> Member:
    fields = obj(row["fields"] or "")
    labels = fields.get("labels", [])
    by_ruling = "category" in ruled
    return Member(
        membership=row["membership"], household=row["household"], person=row["person"], relation=row["relation"], living=bool(row["living"]),
        since=row["since"], ended=row["ended"], ended_why=row["ended_why"], known=bool(row["p_known"]) and bool(row["known"]), name=row["name"] or "",
        id_no=row["id_no"] or "", id_state=row["id_state"] or "", birth=row["birth"] or "", sex=row["sex"] or "", phone=row["phone"] or "",
        category=str(ruled["category"]) if by_ruling else row["category"] or "", category_rank=_rank(by_ruling, row["category"]),
        labels=tuple(labels) if isinstance(labels, list) else (), away=bool(fields.get("away", False)), in_school=fields.get("in_school"),
        died_on=str(fields.get("died_on", "")), fields=fields, ruled=ruled, ref=row["ref"],
    )


def _rank(by_ruling: bool, claimed: str | None) -> Rank:
    return "ruling" if by_ruling else "claim" if claimed else ""


def _ruled_persons(tx: Tx, persons: Iterable[str]) -> dict[str, dict[str, Any]]:
    """person -> what rulings say of that person alone."""
    if one(tx, "SELECT 1 AS x FROM category_ruling WHERE person<>'' LIMIT 1") is None:
        return {}
    said = kept(tx, "ruled persons", lambda: _all_ruled_persons(tx))
    return {person: said[person] for person in persons if person in said}


def _all_ruled_persons(tx: Tx) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(tx, "SELECT * FROM category_ruling WHERE person<>'' ORDER BY county_code, household, pos"):
        said = out[row["person"]]
        if row["what"] == "set":
            said.update(category=row["category"], category_since=row["on_day"])
            said.pop("category_until", None)
            if row["until"]:
                said["category_until"] = row["until"]
        elif row["what"] == "exit":
            said.setdefault("exits", []).append({"category": row["category"], "on": row["on_day"], "reason": row["reason"]})
            if said.get("category", row["category"]) == row["category"]:
                said.update(category="", category_since=row["on_day"])
        else:
            said["platform_no"] = row["platform_no"]
    return dict(out)


# -- one household ----------------------------------------------------------------------------------


def household(tx: Tx, id: str) -> Household | None:
    """One household, a stub included."""
    row = one(tx, "SELECT * FROM household WHERE household=?", (id,))
    return None if row is None else _household(tx, row, members(tx, id))


def village_of(tx: Tx, id: str) -> str | None:
    """The village of a household that is known; None for a stub or an id never met."""
    row = one(tx, "SELECT village FROM household WHERE household=? AND known=1", (id,))
    return None if row is None else str(row["village"])


def households(tx: Tx, village: str | None = None) -> list[Household]:
    """All households, by village, group and number."""
    condition, values = where(village=village)
    listed = rows(tx, f"SELECT * FROM household{condition}", values)
    people = {row["household"]: members(tx, row["household"]) for row in listed} if reading_together(tx) else all_members(tx, village)
    found = [_household(tx, row, people.get(row["household"], [])) for row in listed]
    return sorted(found, key=lambda h: (h.village, group_order(str(h.fields.get("group", ""))), number_order(str(h.fields.get("number", ""))), h.id))


def household_by_number(tx: Tx, village: str, number: str) -> list[Household]:
    """Households of a village that carry this 户编号."""
    found = rows(tx, "SELECT * FROM household WHERE county_code=? AND village=? AND number=?", (village[:6], village, number))
    return [_household(tx, row, members(tx, row["household"])) for row in found]


def resolve_household(tx: Tx, prefix_or_id: str) -> str | None:
    """A full id that is held, or the one household a prefix of at least 8 characters fits."""
    return resolve(tx, "household", prefix_or_id)


def resolve_person(tx: Tx, prefix_or_id: str) -> str | None:
    """A full id, or the one person a prefix of at least 8 characters fits."""
    return resolve(tx, "person", prefix_or_id)


def resolve(tx: Tx, table: str, given: str) -> str | None:
    """A full id of a table that is held, or the one a prefix of at least 8 characters fits."""
    if not re.fullmatch(r"[0-9a-f-]{8,36}", given):
        return None
    found = tx.column(f"SELECT DISTINCT {table} FROM {table} WHERE {table} BETWEEN ? AND ? LIMIT 2", (given, given + "~"))
    return str(found[0]) if len(found) == 1 else None


def _head(row: RowMapping | Household, people: Sequence[Member]) -> Member | None:
    claimed = row.head if isinstance(row, Household) else row["head"]
    by_claim = next((m for m in people if m.is_(claimed)), None)
    if by_claim is not None:
        return by_claim
    return next((m for relation in HEAD_RELATIONS for m in people if m.relation == relation), None)


def _last_head(tx: Tx, row: RowMapping) -> str:
    """Who headed the family last, when he is not of it any more (died, moved out) and nobody was named yet: the family keeps being called by that name."""
    found = one(tx, "SELECT name FROM person WHERE county_code=? AND person=?", (row["county_code"], row["head"])) if row["head"] else None
    return str(found["name"] or "") if found is not None else ""


def _household(tx: Tx, row: RowMapping, people: Sequence[Member]) -> Household:
    head = _head(row, people)
    return Household(
        id=row["household"], county_code=row["county_code"], village=row["village"], known=bool(row["known"]),
        head=head.person if head else row["head"], head_name=head.name if head else _last_head(tx, row), size=len(people), category=row["category"],
        category_rank=row["category_rank"], category_since=row["category_since"], fields=obj(row["fields"]), ruled=obj(row["ruled"]),
        opened_on=day_of(row["opened_ms"]),
    )


# -- persons ----------------------------------------------------------------------------------------


def person(tx: Tx, id: str) -> Person | None:
    """One person, a stub included."""
    found = _persons(tx, rows(tx, "SELECT * FROM person WHERE person=?", (id,)))
    return found[0] if found else None


def persons(tx: Tx, village: str | None = None) -> list[Person]:
    """All persons, as they came."""
    condition, values = where(village=village)
    return _persons(tx, rows(tx, f"SELECT * FROM person{condition} ORDER BY person", values))


def persons_by_id_no(tx: Tx, id_no: str) -> list[Person]:
    """Files that carry this ID number: more than one is a duplicate somebody must look at."""
    return _persons(tx, rows(tx, "SELECT * FROM person WHERE id_no=? ORDER BY person", (id_no,)))


def _persons(tx: Tx, found: Sequence[RowMapping]) -> list[Person]:
    ids = {row["person"] for row in found}
    ruled, shown, homes = _ruled_persons(tx, ids), components(tx), _homes(tx, ids)
    everybody = together(shown)
    out = []
    for row in found:
        person = str(row["person"])
        said = ruled.get(person, {})
        by_ruling = "category" in said
        out.append(Person(
            id=person, shown=shown.get(person, person), known=bool(row["known"]),
            household=homes.get(person, str(row["household"])), village=row["village"], name=row["name"], id_no=row["id_no"],
            id_state=row["id_state"], birth=row["birth"], sex=row["sex"], phone=row["phone"], initials=row["initials"],
            category=str(said["category"]) if by_ruling else row["category"], category_rank=_rank(by_ruling, row["category"]),
            fields=obj(row["fields"]), ruled=said, same=_others(everybody, shown, person) if person in shown else (),
        ))
    return out


def _homes(tx: Tx, persons: set[str]) -> dict[str, str]:
    """person -> household of the newest current membership."""
    out: dict[str, str] = {}
    if len(persons) > 2000:
        found: Iterable[tuple[Any, ...]] = tx.ask("SELECT person, household FROM membership WHERE ended='' ORDER BY ms, membership")
    else:
        found = [
            tuple(row) for part, marks in parts(persons)
            for row in tx.ask(
                f"SELECT m.person, m.household FROM membership m JOIN person p ON p.county_code=m.county_code AND p.person=m.person"
                f" WHERE p.person IN ({marks}) AND m.ended='' ORDER BY m.ms, m.membership", tuple(part))
        ]
    for who, home in found:
        out[str(who)] = str(home)
    return out


def household_heads(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """household -> name of its head, of the last one where nobody was named since."""
    out: dict[str, str] = {}
    for part, marks in parts(ids):
        out.update((row["household"], row["name"]) for row in rows(
            tx, f"SELECT h.household, p.name FROM household h JOIN person p ON p.county_code=h.county_code AND p.person=h.head WHERE h.household IN ({marks})", part,
        ))
        people: dict[str, list[RowMapping]] = defaultdict(list)
        for row in rows(
            tx,
            "SELECT m.household, m.person, m.relation, p.name, h.head FROM membership m JOIN person p ON p.county_code=m.county_code AND p.person=m.person"
            f" LEFT JOIN household h ON h.county_code=m.county_code AND h.household=m.household WHERE m.household IN ({marks}) AND m.ended=''",
            part,
        ):
            people[row["household"]].append(row)
        for home, mine in people.items():
            head = next((m for m in mine if m["person"] == m["head"]), None) or next(
                (m for relation in HEAD_RELATIONS for m in mine if m["relation"] == relation), None
            )
            if head is not None:
                out[home] = head["name"]
    return out
