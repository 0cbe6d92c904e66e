"""`xieli export`: rows of the records leave as a file, masked unless a reason is given (design 08 Out, 10 Excel out).

Rules kept here
- ID, bank, phone and certificate numbers and a guardian are covered as on every screen, in free text too, unless `full` with a reason;
- that something left is recorded (`audit.exported`: what, how many rows, masked or full, why) before the file is written;
- `events` are the exact lines with their hash: covered they would be worth nothing, so they leave in full or not at all;
- the file's name is the officer's choice; it is whole or absent, nothing is overwritten, nothing lies in a temporary file.

A topic more is a row of TOPICS: the columns, and a function of a reading transaction that gives the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_sync import outbox
from xieli_tui.casework import out_file, values
from xieli_tui.domain import codes
from xieli_tui.domain.clock import TZ, millis
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.domain.text import group_word
from xieli_tui.errors import Refused
from xieli_tui.paper import table_out
from xieli_tui.store import journal, queries
from xieli_tui.store.queries.since import families_since
from xieli_tui.store.queries.words import FIELDS, masked, value_text

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries.rows import Household
    from xieli_tui.store.store import Tx

Row = dict[str, str]
_COVERED = ("disability_cert", "bank", "guardian")
"""Not even their ends are shown."""
_EXACT = ("id_no", "phone", "bank", "disability_cert", "guardian", "number", "group")


class Topic(NamedTuple):
    """What may be exported: name of the sheet, columns (key, heading), the rows since a day, and whether covered rows make sense."""

    title: str
    heads: tuple[tuple[str, str], ...]
    rows: Callable[[Tx, str], Iterator[Row]]
    masks: bool = True


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    file: str
    what: str
    format: str
    rows: int
    full: bool
    bytes: int


def export(
    session: Session, what: str, out: Path | str, *, form: str = "xlsx", since: str | None = None, full: bool = False, reason: str | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> Exported:
    """Write the rows of one topic.

    Args:
        what: a key of TOPICS.
        form: xlsx, csv, json or jsonl.
        since: persons and households: those something was written about since that day; visits: made since; events: written since.
        full: nothing covered; needs a reason.

    Raises:
        Refused: XL-V06 full without a reason, XL-V08 no such topic or format, XL-V11 events covered, or as a table; XL-F01, XL-F02, XL-F03, XL-F04, XL-F07, XL-F08.
        NotFound: XL-F05.
    """
    topic = TOPICS[values.choice(what, TOPICS, "what")]
    form = values.choice(form, table_out.FORMATS, "format")
    if not topic.masks and not full:
        raise Refused("XL-V11", "记录的原文盖住就没有用了，要写 --full 和 --reason", field="full")
    if not topic.masks and form not in ("json", "jsonl"):
        raise Refused("XL-V11", "记录的原文只能写成 json 或 jsonl", field="format")
    why = values.needed(values.text(reason, "reason"), "reason") if full else values.text(reason, "reason")
    day = values.day(since, session.today, "since") if since else ""
    path = out_file.free(out)
    with session.reading() as tx:
        rows = [row if full else _covered(row) for row in topic.rows(tx, day)]
    data = table_out.table(form, topic.title, topic.heads, rows)
    session.record(values.make(AuditExported, what=what, rows=len(rows), full=full, reason=why))
    written = out_file.write(path, data, fs)
    return Exported(str(written), what, form, len(rows), full, len(data))


def _covered(row: Row) -> Row:
    out = {}
    for key, text in row.items():
        if key in _COVERED:
            out[key] = "*" * 6 if text else ""
        elif key in ("id_no", "phone"):
            out[key] = value_text(key, text) if text else ""
        else:
            out[key] = masked(text)
    return out


# -- the rows of each topic ---------------------------------------------------------------------------


def _ms(day: str) -> int:
    return millis(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), TZ))


def _homes(tx: Tx, since: str) -> Iterator[Household]:
    """Families that are known, of the own villages; since a day: those something was written about."""
    among, gone = families_since(tx, _ms(since)) if since else None, queries.moved_away(tx)
    for home in queries.households(tx):
        if home.known and home.id not in gone and (among is None or home.id in among):
            yield home


def _words(fields: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    """Fields as words; numbers that identify as they are kept, `_covered` covers them."""
    return {name: str(fields[name]) if name in _EXACT else value_text(name, fields[name]) for name in names if fields.get(name) not in (None, "", [])}


_HOME = ("number", "address", "nickname", "labels", "house_safety", "income_stability", "grid", "note")
_PERSON = ("nickname", "labels", "special", "health", "disability_kind", "disability_level", "disability_cert", "labour", "work", "school", "guardian", "bank", "note")


def _family(home: Household) -> Row:
    return {
        "household": home.id, "village": home.village, "group": group_word(str(home.fields.get("group", ""))), "head": home.head_name,
        "category": codes.label("category", home.category) if home.category else "", "category_by": ("在册" if home.category_rank == "ruling" else "村台账登记") if home.category else "",
    }


def _households(tx: Tx, since: str) -> Iterator[Row]:
    for home in _homes(tx, since):
        yield {**_family(home), **_words(home.fields, _HOME), "size": str(home.size), "phone": str(home.fields.get("phone", ""))}


def _persons(tx: Tx, since: str) -> Iterator[Row]:
    people = queries.all_members(tx)
    for home in _homes(tx, since):
        for one in people.get(home.id, ()):
            yield {
                **_family(home), "number": str(home.fields.get("number", "")), "address": str(home.fields.get("address", "")), "person": one.person, "name": one.name,
                "relation": codes.label("relation", one.relation), "sex": codes.label("sex", one.sex) if one.sex else "", "birth": one.birth, "id_no": one.id_no, "phone": one.phone,
                **_words(one.fields, _PERSON),
            }


def _visits(tx: Tx, since: str) -> Iterator[Row]:
    homes = {home.id: home for home in queries.households(tx) if home.known}
    gone = queries.moved_away(tx)
    for one in sorted(queries.visits(tx, since=since), key=lambda visit: (visit.on, visit.id)):
        home = homes.get(one.household)
        if home is None or one.household in gone:
            continue
        yield {
            **_family(home), "visit": one.id, "on": one.on, "kind": codes.label("visit_kind", one.kind), "met": codes.label("met", one.met),
            "visitors": "、".join(name for name, _ in one.visitors),
            "marks": "、".join(f"{codes.label('dimension', key)}{codes.label('mark', str(mark))}" for key, mark in one.marks.items()),
            "changes": codes.labels("change", one.changes), "promise": one.promise, "promise_on": one.promise_on, "note": one.note,
        }


def _events(tx: Tx, since: str) -> Iterator[Row]:
    first = _ms(since) if since else 0
    for batch in journal.iterate_all(tx):
        for event in batch:
            if event.hlc_ms >= first:
                yield {"dev": event.dev, "ep": event.ep, "seq": str(event.seq), "hash": event.hash, "line": event.line.decode()}


_FAMILY = (("village", "村代码"), ("group", "小组"), ("number", "户编号"), ("head", "户主"), ("category", "类别"), ("category_by", "类别依据"))


def _heads(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, FIELDS[name]) for name in names)


TOPICS: dict[str, Topic] = {
    "households": Topic("户", (*_FAMILY, ("size", "人数"), ("phone", "电话"), *_heads(_HOME[1:]), ("household", "协理户号")), _households),
    "persons": Topic(
        "人员", (
            *_FAMILY, ("address", "住址"), ("name", "姓名"), ("relation", "与户主关系"), ("sex", "性别"), ("birth", "出生"), ("id_no", "身份证号"), ("phone", "电话"),
            *_heads(_PERSON), ("household", "协理户号"), ("person", "协理人号"),
        ), _persons,
    ),
    "visits": Topic(
        "走访", (
            *(one for one in _FAMILY if one[0] != "number"), ("on", "日期"), ("kind", "走访类别"), ("met", "见到谁"), ("visitors", "走访人"), ("marks", "看到的"), ("changes", "变化"),
            ("promise", "答应的事"), ("promise_on", "答应哪天"), ("note", "备注"), ("household", "协理户号"), ("visit", "协理走访号"),
        ), _visits,
    ),
    "events": Topic("记录", (("dev", "dev"), ("ep", "ep"), ("seq", "seq"), ("hash", "hash"), ("line", "line")), _events, masks=False),
}
