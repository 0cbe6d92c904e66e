"""Households and their people: the list with its search, the file of one family.

Rules kept here
- a search meets name, nickname, pinyin initials, ID tail, phone tail, group and number, and says what it met when it was not the head's name;
- a person merged with another is shown once, under the smallest id of the component;
- a ruling on a category stands above the village's claim; both stay readable (`category_rank`, `fields`, `ruled`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xieli_tui.domain.clock import day_of
from xieli_tui.domain.pinyin import matches
from xieli_tui.domain.text import fold_code, group_key
from xieli_tui.store.queries.read import RowMapping, obj, one, parts, rows, where
from xieli_tui.store.queries.rows import Household, HouseholdLine, Member, Person, Rank

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

HEAD_RELATIONS = ("02", "01")
"""GB/T 4761: 户主; 本人, which rosters write for the head as well."""

_MEMBERS = (
    "SELECT m.*, p.known AS p_known, p.name, p.id_no, p.id_state, p.birth, p.sex, p.phone, p.category, p.fields"
    " FROM membership m LEFT JOIN person p ON p.county_code=m.county_code AND p.person=m.person"
)


# -- members ----------------------------------------------------------------------------------------


def members(tx: Tx, household: str, ended: bool = False) -> list[Member]:
    """People of a household, head first, then as they came; those who left only with `ended`."""
    return _members(tx, rows(tx, f"{_MEMBERS} WHERE m.household=?{'' if ended else _CURRENT}", (household,)))


def all_members(tx: Tx, village: str | None = None) -> dict[str, list[Member]]:
    """household -> current members."""
    found = rows(tx, f"{_MEMBERS} WHERE m.village=?{_CURRENT}", (village,)) if village else rows(tx, f"{_MEMBERS} WHERE 1=1{_CURRENT}")
    out: dict[str, list[Member]] = defaultdict(list)
    for member in _members(tx, found):
        out[member.household].append(member)
    return dict(out)


_CURRENT = " AND m.ended=''"


def _members(tx: Tx, found: Sequence[RowMapping]) -> list[Member]:
    ruled = _ruled_persons(tx, {row["person"] for row in found})
    out = [_member(row, ruled.get(row["person"], {})) for row in found]
    out.sort(key=lambda m: (m.relation not in HEAD_RELATIONS, m.ended != "", m.birth or "9999", m.membership))
    return out


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
    wanted = set(persons)
    if one(tx, "SELECT 1 AS x FROM category_ruling WHERE person<>'' LIMIT 1") is None:
        return {}
    out: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(tx, "SELECT * FROM category_ruling WHERE person<>'' ORDER BY county_code, household, pos"):
        if row["person"] not in wanted:
            continue
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
    return None if row is None else _household(row, members(tx, id))


def village_of(tx: Tx, id: str) -> str | None:
    """The village of a household that is known; None for a stub or an id never met."""
    row = one(tx, "SELECT village FROM household WHERE household=? AND known=1", (id,))
    return None if row is None else str(row["village"])


def households(tx: Tx, village: str | None = None) -> list[Household]:
    """All households, by village, group and number."""
    condition, values = where(village=village)
    people = all_members(tx, village)
    found = [_household(row, people.get(row["household"], [])) for row in rows(tx, f"SELECT * FROM household{condition}", values)]
    return sorted(found, key=lambda h: (h.village, _group_order(str(h.fields.get("group", ""))), _number_order(str(h.fields.get("number", ""))), h.id))


def household_by_number(tx: Tx, village: str, number: str) -> list[Household]:
    """Households of a village that carry this 户编号."""
    found = rows(tx, "SELECT * FROM household WHERE county_code=? AND village=? AND number=?", (village[:6], village, number))
    return [_household(row, members(tx, row["household"])) for row in found]


def resolve_household(tx: Tx, prefix_or_id: str) -> str | None:
    """A full id that is held, or the one household a prefix of at least 8 characters fits."""
    return resolve(tx, "household", prefix_or_id)


def resolve(tx: Tx, table: str, given: str) -> str | None:
    """A full id of a table that is held, or the one a prefix of at least 8 characters fits."""
    if not re.fullmatch(r"[0-9a-f-]{8,36}", given):
        return None
    found = tx.conn.exec_driver_sql(f"SELECT DISTINCT {table} FROM {table} WHERE {table} BETWEEN ? AND ? LIMIT 2", (given, given + "~")).scalars().all()
    return str(found[0]) if len(found) == 1 else None


def _head(row: RowMapping | Household, people: Sequence[Member]) -> Member | None:
    claimed = row.head if isinstance(row, Household) else row["head"]
    by_claim = next((m for m in people if m.person == claimed), None)
    if by_claim is not None:
        return by_claim
    return next((m for relation in HEAD_RELATIONS for m in people if m.relation == relation), None)


def _household(row: RowMapping, people: Sequence[Member]) -> Household:
    head = _head(row, people)
    return Household(
        id=row["household"], county_code=row["county_code"], village=row["village"], known=bool(row["known"]),
        head=head.person if head else row["head"], head_name=head.name if head else "", size=len(people), category=row["category"],
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
    ruled, shown, homes = _ruled_persons(tx, ids), _components(tx), _homes(tx, ids)
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
            fields=obj(row["fields"]), ruled=said,
        ))
    return out


def _homes(tx: Tx, persons: set[str]) -> dict[str, str]:
    """person -> household of the newest current membership."""
    out: dict[str, str] = {}
    if len(persons) > 2000:
        found: Iterable[tuple[Any, ...]] = tx.conn.exec_driver_sql("SELECT person, household FROM membership WHERE ended='' ORDER BY ms, membership").all()
    else:
        found = [
            tuple(row) for part, marks in parts(persons)
            for row in tx.conn.exec_driver_sql(
                f"SELECT m.person, m.household FROM membership m JOIN person p ON p.county_code=m.county_code AND p.person=m.person"
                f" WHERE p.person IN ({marks}) AND m.ended='' ORDER BY m.ms, m.membership", tuple(part))
        ]
    for who, home in found:
        out[str(who)] = str(home)
    return out


def _components(tx: Tx) -> dict[str, str]:
    """person -> smallest id of its merge component, for persons that are merged."""
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        while parent.get(x, x) != x:
            x = parent[x]
        return x

    for a, b in tx.conn.exec_driver_sql("SELECT person, other FROM person_merge"):
        parent.setdefault(a, a)
        parent.setdefault(b, b)
        low, high = sorted((find(a), find(b)))
        parent[high] = low
    return {x: find(x) for x in parent}


# -- the list ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _group_order(group: str) -> tuple[int, str]:
    key = group_key(group) if group else ""
    return (int(key), "") if key.isdigit() else (10**6, key)


@lru_cache(maxsize=4096)
def _number_order(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdecimal() else (10**9, number)


def household_rows(tx: Tx, query: str = "", limit: int | None = None) -> list[HouseholdLine]:
    """The list of households a query meets (all when it is empty), by village, group and number; those met by the head's name first."""
    wanted = query.strip()
    met = _search(tx, wanted) if wanted else None
    if met is not None and not met:
        return []
    found = _heads_of(tx, met)
    found.sort(key=lambda row: ((met or {}).get(row["household"], ("", ""))[0], row["village"], _group_order(row["grp"]), _number_order(row["number"]), row["household"]))
    return _lines(tx, found[:limit] if limit is not None else found, met or {})


_LIST = "SELECT county_code, household, village, known, head, number, grp, category, category_rank, phone, nickname FROM household"


def _heads_of(tx: Tx, met: Mapping[str, tuple[str, str]] | None) -> list[RowMapping]:
    if met is None or len(met) > 3000:
        found = rows(tx, _LIST)
        return found if met is None else [row for row in found if row["household"] in met]
    return [row for part, marks in parts(met) for row in rows(tx, f"{_LIST} WHERE household IN ({marks})", part)]


def _lines(tx: Tx, found: Sequence[RowMapping], met: Mapping[str, tuple[str, str]]) -> list[HouseholdLine]:
    ids = [row["household"] for row in found]
    heads: dict[str, tuple[int, Any]] = {}
    sizes: dict[str, int] = defaultdict(int)
    claimed = {row["household"]: row["head"] for row in found}
    last: dict[str, str] = {}
    slim = (
        "SELECT m.household, m.person, m.relation, p.name, p.birth, p.id_no, p.phone, p.initials FROM membership m"
        " LEFT JOIN person p ON p.county_code=m.county_code AND p.person=m.person WHERE m.ended=''"
    )
    seen = "SELECT household, max(on_day) FROM visit WHERE met<>'none'"
    if len(ids) > 1500:
        chunks: list[tuple[str, list[str]]] = [("", [])]
    else:
        chunks = [(f"household IN ({marks})", part) for part, marks in parts(ids)]
    for which, part in chunks:
        for member in tx.conn.exec_driver_sql(slim + (f" AND m.{which}" if which else ""), tuple(part)):
            home, who, relation = member[0], member[1], member[2]
            sizes[home] += 1
            order = -1 if who == claimed.get(home) else HEAD_RELATIONS.index(relation) if relation in HEAD_RELATIONS else None
            if order is not None and (home not in heads or order < heads[home][0]):
                heads[home] = (order, member)
        for home, day in tx.conn.exec_driver_sql(seen + (f" AND {which}" if which else "") + " GROUP BY household", tuple(part)):
            last[home] = day
    out = []
    for row in found:
        home = row["household"]
        _, _, _, name, birth, id_no, phone, letters = heads[home][1] if home in heads else _NOBODY
        out.append(HouseholdLine(
            id=home, head=name or "", group=row["grp"], birth_year=(birth or "")[:4], size=sizes[home], category=row["category"],
            category_rank=row["category_rank"], id_no=id_no or "", phone=row["phone"] or phone or "", nickname=row["nickname"],
            last_visit=last.get(home, ""), village=row["village"], initials=(letters or "").split(" ")[0], known=bool(row["known"]),
            matched=met.get(home, ("", ""))[1],
        ))
    return out


_NOBODY = ("", "", "", "", "", "", "", "")


def _search(tx: Tx, query: str) -> dict[str, tuple[str, str]]:
    """household -> (order, what was met): "0" the head's name, "1" a member or nickname, "2" a number, tail or group."""
    code = fold_code(query)
    found: dict[str, tuple[str, str]] = {}

    def note(home: str, order: str, what: str) -> None:
        if home not in found or found[home] > (order, what):
            found[home] = (order, what)

    for one_met in _people_met(tx, query, code):
        home = one_met["home"] or one_met["named_home"]
        is_head = one_met["relation"] in HEAD_RELATIONS or one_met["person"] == one_met["head"]
        if one_met["by"] == "name":
            note(home, "0" if is_head else "1", "" if is_head else one_met["name"])
        else:
            note(home, "2", one_met["what"])
    like = f"%{_escaped(query)}%"
    for row in rows(tx, _LIST + " WHERE nickname LIKE ? ESCAPE '!' OR number=? OR (phone<>'' AND phone LIKE ? ESCAPE '!')", (like, code, f"%{_escaped(code)}")):
        if row["nickname"] and query in row["nickname"]:
            note(row["household"], "1", row["nickname"])
        elif row["number"] == code:
            note(row["household"], "2", row["number"])
        elif len(code) >= 4:
            note(row["household"], "2", f"电话尾号{code[-4:]}")
    if code.isascii() and code.isalpha():
        for row in rows(tx, _LIST + " WHERE nickname<>''"):
            if matches(query, row["nickname"]):
                note(row["household"], "1", row["nickname"])
    key = group_key(query)
    for (group,) in tx.conn.exec_driver_sql("SELECT DISTINCT grp FROM household WHERE grp<>''").all():
        if group_key(group) == key:
            for row in rows(tx, _LIST + " WHERE grp=?", (group,)):
                note(row["household"], "2", group)
    return found


_PEOPLE = (
    "SELECT p.person, p.name, p.id_no, p.phone, p.nickname, p.household AS named_home, m.household AS home, m.relation, h.head FROM person p"
    " LEFT JOIN membership m ON m.county_code=p.county_code AND m.person=p.person AND m.ended=''"
    " LEFT JOIN household h ON h.county_code=m.county_code AND h.household=m.household"
)


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _people_met(tx: Tx, query: str, code: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    letters = query.casefold()
    if letters.isascii() and letters.isalpha():
        found = rows(tx, f"{_PEOPLE} WHERE p.initials LIKE ?", (f"%{letters}%",))
        return [{**row, "by": "name", "what": ""} for row in found]
    if code.isascii() and re.fullmatch(r"[0-9]+X?", code):
        if len(code) < 3:
            return out
        found = rows(tx, f"{_PEOPLE} WHERE p.id_no LIKE ? OR p.phone LIKE ?", (f"%{code}", f"%{code}"))
        for person_row in found:
            tail = "身份证" if str(person_row["id_no"]).endswith(code) else "电话"
            out.append({**person_row, "by": "code", "what": f"{tail}尾号{code[-4:]} {person_row['name']}"})
        if len(code) >= 15 and not out:
            found = rows(tx, f"{_PEOPLE} WHERE p.id_no=?", (code,))
            out += [{**row, "by": "code", "what": row["name"]} for row in found]
        return out
    like = f"%{_escaped(query)}%"
    found = rows(tx, f"{_PEOPLE} WHERE p.name LIKE ? ESCAPE '!' OR p.nickname LIKE ? ESCAPE '!'", (like, like))
    if not found and any(mark.isascii() and mark.isalpha() for mark in query):
        han = next((mark for mark in query if not mark.isascii()), "")
        found = [row for row in rows(tx, f"{_PEOPLE} WHERE p.name LIKE ?", (f"%{han}%",)) if matches(query, row["name"])] if han else []
    return [{**row, "by": "name", "what": ""} for row in found]




def household_heads(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """household -> name of its head."""
    out: dict[str, str] = {}
    for part, marks in parts(ids):
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
