"""Rows of an export about families: 户, 人员, 走访, and the records themselves (see `export`).

Rules kept here
- families that are known, of the own villages; one that moved away is the new village's to give out;
- `since` means written about since that day, or come here since: what was typed late or carried late is in the next delta, whatever day it is about;
- rows are whole here: what is covered is covered in one place, by `export`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_tui.domain import codes
from xieli_tui.domain.clock import TZ, millis
from xieli_tui.domain.text import group_word
from xieli_tui.store import journal, queries
from xieli_tui.store.queries.since import entities_since, families_since
from xieli_tui.store.queries.words import FIELDS, value_text

if TYPE_CHECKING:
    from xieli_tui.store.queries.rows import Household
    from xieli_tui.store.store import Tx

Row = dict[str, str]
_EXACT = ("id_no", "phone", "bank", "disability_cert", "guardian", "number", "group")


class Topic(NamedTuple):
    """What may be exported: name of the sheet, columns (key, heading), the rows since a day as they stand today, and whether covered rows make sense."""

    title: str
    heads: tuple[tuple[str, str], ...]
    rows: Callable[[Tx, str, dt.date], Iterator[Row]]
    masks: bool = True


def since_ms(day: str) -> int:
    """The first moment of a day."""
    return millis(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), TZ))


def homes(tx: Tx, since: str) -> Iterator[Household]:
    """Families that are known, of the own villages; since a day: those something was written about."""
    among, gone = families_since(tx, since_ms(since)) if since else None, queries.moved_away(tx)
    for home in queries.households(tx):
        if home.known and home.id not in gone and (among is None or home.id in among):
            yield home


def here(tx: Tx) -> dict[str, Household]:
    """Families that are known and did not move away, by id."""
    return {home.id: home for home in homes(tx, "")}


def written_since(tx: Tx, since: str) -> frozenset[str] | None:
    """Entities something was written about since a day; None for all of them."""
    return entities_since(tx, since_ms(since)) if since else None


def _words(fields: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    """Fields as words; numbers that identify as they are kept, `_covered` covers them."""
    return {name: str(fields[name]) if name in _EXACT else value_text(name, fields[name]) for name in names if fields.get(name) not in (None, "", [])}


_HOME = ("number", "address", "nickname", "labels", "house_safety", "income_stability", "grid", "note")
_PERSON = ("nickname", "labels", "special", "health", "disability_kind", "disability_level", "disability_cert", "labour", "work", "school", "guardian", "bank", "note")


def family(home: Household) -> Row:
    """The columns every row about a family begins with."""
    return {
        "household": home.id, "village": home.village, "group": group_word(str(home.fields.get("group", ""))), "head": home.head_name,
        "category": codes.label("category", home.category) if home.category else "", "category_by": ("在册" if home.category_rank == "ruling" else "村台账登记") if home.category else "",
    }


def _households(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    for home in homes(tx, since):
        yield {**family(home), **_words(home.fields, _HOME), "size": str(home.size), "phone": str(home.fields.get("phone", ""))}


def _persons(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    people = queries.all_members(tx)
    for home in homes(tx, since):
        for one in people.get(home.id, ()):
            yield {
                **family(home), "number": str(home.fields.get("number", "")), "address": str(home.fields.get("address", "")), "person": one.person, "name": one.name,
                "relation": codes.label("relation", one.relation), "sex": codes.label("sex", one.sex) if one.sex else "", "birth": one.birth, "id_no": one.id_no, "phone": one.phone,
                **_words(one.fields, _PERSON),
            }


def _visits(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    known, written, operators = here(tx), written_since(tx, since), queries.operator_names(tx)
    for one in sorted(queries.visits(tx), key=lambda visit: (visit.on, visit.id)):
        home = known.get(one.household)
        if home is None or (written is not None and one.id not in written):
            continue
        yield {
            **family(home), "visit": one.id, "on": one.on, "kind": codes.label("visit_kind", one.kind), "met": codes.label("met", one.met),
            "visitors": "、".join(name for name, _ in one.visitors) or operators.get((one.dev, one.by), ""),
            "marks": "、".join(f"{codes.label('dimension', key)}{codes.label('mark', str(mark))}" for key, mark in one.marks.items()),
            "changes": codes.labels("change", one.changes), "promise": one.promise, "promise_on": one.promise_on, "note": one.note,
        }


def _events(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    for batch in [journal.since(tx, since_ms(since))] if since else journal.iterate_all(tx):
        for event in batch:
            yield {"dev": event.dev, "ep": event.ep, "seq": str(event.seq), "hash": event.hash, "line": event.line.decode()}


FAMILY = (("village", "村代码"), ("group", "小组"), ("number", "户编号"), ("head", "户主"), ("category", "类别"), ("category_by", "类别依据"))


def heads_of(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Fields of a claim as columns."""
    return tuple((name, FIELDS[name]) for name in names)


OF_FAMILIES: dict[str, Topic] = {
    "households": Topic("户", (*FAMILY, ("size", "人数"), ("phone", "电话"), *heads_of(_HOME[1:]), ("household", "协理户号")), _households),
    "persons": Topic(
        "人员", (
            *FAMILY, ("address", "住址"), ("name", "姓名"), ("relation", "与户主关系"), ("sex", "性别"), ("birth", "出生"), ("id_no", "身份证号"), ("phone", "电话"),
            *heads_of(_PERSON), ("household", "协理户号"), ("person", "协理人号"),
        ), _persons,
    ),
    "visits": Topic(
        "走访", (
            *(one for one in FAMILY if one[0] != "number"), ("on", "日期"), ("kind", "走访类别"), ("met", "见到谁"), ("visitors", "走访人"), ("marks", "看到的"), ("changes", "变化"),
            ("promise", "答应的事"), ("promise_on", "答应哪天"), ("note", "备注"), ("household", "协理户号"), ("visit", "协理走访号"),
        ), _visits,
    ),
}
OF_RECORDS: dict[str, Topic] = {
    "events": Topic("记录", (("dev", "dev"), ("ep", "ep"), ("seq", "seq"), ("hash", "hash"), ("line", "line")), _events, masks=False),
}
