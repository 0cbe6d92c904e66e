"""报表机: an office's own workbook is learnt once and filled in ever after (design 10; 08 Out).

Rules kept here
- what was learnt is kept in this workspace, encrypted, in every backup; the workbook inside has no data rows; of the same name the own one goes before the county's;
- a column is asked about only when its head does not say what it wants; what was taken meanwhile is said, so a report can be run at once;
- full numbers leave with a reason: the one given, else the one kept with the report; every run is recorded (`audit.exported`) before the file is written;
- the file goes where the officer said and overwrites nothing; the office's workbook itself is never touched;
- what had no data is told by row and column; `diff` tells and marks what is not as it was the last time the report was run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_sync import outbox
from xieli_tui.casework import out_file, values
from xieli_tui.casework.report_data import Line, Source
from xieli_tui.casework.report_views import Blank, ColumnView, Diff, Filled, Learnt, QuestionView, ReportLine, SheetView
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.domain.text import safe
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import refill, report_map
from xieli_tui.paper.report_fields import FIELDS, FORMATS, SOMETIMES, UNITS, default_format, shown, uncovers
from xieli_tui.paper.report_guess import Question, guess, letter_of, words
from xieli_tui.paper.report_map import FORMULA, Answers, ReportMap, SheetMap, load_answers
from xieli_tui.store import queries, settings

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

KIND = "mapping"
PREFIX = "mapping-"
"""Name under which the county puts a report in force (as packs: pack.installed and its pieces)."""
_OWN, _RUN, _INDEX = "report:", "report_run:", "reports"
MAX_ROWS = 100_000
letter = letter_of
"""A column's letter."""
Ask = Callable[[Question], str]
"""Asks a person one question; gives the field taken ("" = 留空)."""


def learn(session: Session, workbook: Path | str, name: str, answers: Path | Answers | None = None, ask: Ask | None = None) -> Learnt:
    """Read a workbook's head, keep what it wants under a name.

    Args:
        answers: what differs from the guess (a TOML file, or read).
        ask: asks about each doubtful column; None takes the likeliest and says so.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, F06, W02, W03, W04 the workbook; XL-W18 no column we know; XL-W05 the answers; XL-V06, V07, V10 the name.
    """
    title = values.needed(values.name(name, "name"), "name")
    said = load_answers(answers) if isinstance(answers, Path) else answers or Answers()
    data = refill.read_template(Path(workbook))
    layouts = refill.layouts(data)
    found = guess(layouts, said)
    asked = [question for one in found for question in one.questions]
    if ask is not None and asked:
        names = "/".join(one.sheet for one in found)
        said = replace(said, sheet=names, columns={**said.columns, **{f"{one.sheet}!{letter(one.at)}": ask(one) or report_map.LEAVE[0] for one in asked}})
        found = guess(layouts, said)
    main, *more = (one.map for one in found)
    report = ReportMap(
        title, main.sheet, main.head_rows, main.first, main.last, main.unit, main.columns, refill.emptied(data, [main, *more]),
        values.text(said.reason, "reason") or f"按来表要求填报：{title}", said.filters, tuple(more), refill.lost(data),
    )
    if not any(one.field for sheet in report.sheets for one in sheet.columns):
        raise Refused("XL-W18")
    with session.writing() as tx:
        index = settings.get(tx, _INDEX, [])
        settings.put(tx, _OWN + title, report.to_bytes().decode())
        settings.put(tx, _INDEX, sorted({*index, title}))
        settings.drop(tx, _RUN + title)
    return _learnt(report, tuple(_question(one, report) for one in asked) if ask is None else (), title in index)


def _learnt(report: ReportMap, questions: tuple[QuestionView, ...] = (), replaced: bool = False) -> Learnt:
    more = tuple(SheetView(one.sheet, one.head_rows, UNITS[one.unit]) for one in report.more)
    return Learnt(report.name, report.sheet, report.head_rows, UNITS[report.unit], _columns(report), questions, report.lost, _full(report), replaced, more)


def lost(workbook: Path | str) -> tuple[str, ...]:
    """What of a workbook a copy of it will not have, in words; asked before it is learnt. Raises as `learn` of the workbook."""
    return refill.lost(refill.read_template(Path(workbook)))


def doubts(session: Session, name: str) -> tuple[QuestionView, ...]:
    """The columns of a report only a person can settle, with what is taken now. Raises NotFound XL-V45."""
    with session.reading() as tx:
        report, _ = find(tx, session.today, name)
    now = {(sheet.sheet, one.at): one.field for sheet in report.sheets for one in sheet.columns}
    asked = [one for found in guess(refill.layouts(report.workbook), Answers(sheet="/".join(one.sheet for one in report.sheets))) for one in found.questions]
    return tuple(
        _question(replace(one, taken=now[one.sheet, one.at], choices=tuple(dict.fromkeys((*one.choices, now[one.sheet, one.at])))), report) for one in asked if (one.sheet, one.at) in now
    )


def settle(session: Session, name: str, chosen: Mapping[str, str]) -> Learnt:
    """Settle columns of a report learnt here: letter of the column (`表!F` in a further sheet) -> field or 留空.

    Raises:
        NotFound: XL-V45 not learnt here. Refused: XL-W05 no such column or field.
    """
    title = name.strip()
    fields_of = {at: report_map.field_named(word) for at, word in chosen.items()}
    with session.writing() as tx:
        if title not in settings.get(tx, _INDEX, []):
            raise _unknown()
        report = report_map.read(settings.get(tx, _OWN + title, "").encode())
        if not set(fields_of) <= {_key(report, sheet, one.at) for sheet in report.sheets for one in sheet.columns}:
            raise Refused("XL-W05", "没有这一栏")
        main, *more = (
            replace(sheet, columns=tuple(
                replace(one, field=new, format=default_format(new) if new else "") if (new := fields_of.get(_key(report, sheet, one.at), one.field)) != one.field else one for one in sheet.columns
            )) for sheet in report.sheets
        )
        settings.put(tx, _OWN + title, replace(report, columns=main.columns, more=tuple(more)).to_bytes().decode())
    return show(session, title)


def _key(report: ReportMap, sheet: SheetMap, at: int) -> str:
    return letter(at) if sheet.sheet == report.sheet else f"{sheet.sheet}!{letter(at)}"


def forget(session: Session, name: str) -> str:
    """Drop a report learnt here. Raises NotFound XL-V45."""
    title = name.strip()
    with session.writing() as tx:
        index = settings.get(tx, _INDEX, [])
        if title not in index:
            raise _unknown()
        settings.put(tx, _INDEX, [one for one in index if one != title])
        settings.drop(tx, _OWN + title)
        settings.drop(tx, _RUN + title)
    return title


def listed(session: Session) -> list[ReportLine]:
    """Every report that can be run here, the own ones first; one that cannot be read says so and hides none of the others."""
    with session.reading() as tx:
        own = settings.get(tx, _INDEX, [])
        named = [*((title, "own") for title in own), *((title, "county") for title in _sent(tx, session.today) if title not in own)]
        return [_listed(tx, session.today, title, source) for title, source in named]


DAMAGED = "读不了，要重发"
"""In place of what a line of it is, for a report whose file is damaged."""


def _listed(tx: Tx, today: dt.date, title: str, source: str) -> ReportLine:
    try:
        report, _ = find(tx, today, title)
    except (Refused, NotFound):
        return ReportLine(title, "", DAMAGED, 0, source, "")
    return _line(report, source, settings.get(tx, _RUN + title) or {})


def _line(report: ReportMap, source: str, last: Mapping[str, Any]) -> ReportLine:
    gaps = tuple((str(head), int(count)) for head, count in last.get("gaps", ()))
    return ReportLine(report.name, report.sheet, UNITS[report.unit], sum(len(one.columns) for one in report.sheets), source, str(last.get("on", "")), gaps, len(report.sheets), report.lost)


def show(session: Session, name: str) -> Learnt:
    """What a report was understood as. Raises NotFound XL-V45."""
    with session.reading() as tx:
        report, _ = find(tx, session.today, name)
    return _learnt(report)


def find(tx: Tx, today: dt.date, name: str) -> tuple[ReportMap, str]:
    """(the report of a name, own | county). Raises NotFound XL-V45, Refused XL-W05."""
    title = name.strip()
    if title in settings.get(tx, _INDEX, []):
        return report_map.read(settings.get(tx, _OWN + title, "").encode()), "own"
    found = _of_county(tx, today, title)
    if found is None:
        raise _unknown()
    return found, "county"


def _unknown() -> NotFound:
    return NotFound("XL-V45", "没有这张报表", field="name", next_step="有哪些：xieli report list；没有学过的先 xieli report learn")


def _sent(tx: Tx, today: dt.date) -> dict[str, str]:
    """name -> digest of what the county put in force."""
    return {
        one.pack.removeprefix(PREFIX): one.digest for one in queries.installs(tx)
        if one.pack.startswith(PREFIX) and one.kind == KIND and one.state == "whole" and one.start <= today.isoformat()
    }


def _of_county(tx: Tx, today: dt.date, title: str) -> ReportMap | None:
    digest = _sent(tx, today).get(title)
    data = queries.blob(tx, digest) if digest else None
    return replace(report_map.read(data), name=title) if data is not None else None


def run(
    session: Session, name: str, out: Path | str, *, asof: str | None = None, diff: bool = False, where: Mapping[str, str] | None = None, village: str | None = None,
    reason: str | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> Filled:
    """Fill the office's workbook, on a copy.

    Args:
        asof: the day it speaks of, one to come too (the end of the month); today when not named.
        diff: tell and mark what changed since the last run.
        where: further filters: field -> words joined by |.
        village: only this village, by code or name (a desk fills in all of its villages at once).

    Raises:
        NotFound: XL-V45 no such report, XL-F05. Refused: XL-V01, V02 the day; XL-V08 no such village; XL-W05 a filter or a damaged report; XL-W04 too many rows; XL-F01, F02, F03, F04, F07, F08.
    """
    path = out_file.free(out)
    if path.suffix.lower() != ".xlsx":
        raise Refused("XL-V11", "报表要存成 .xlsx", field="out")
    day = dt.date.fromisoformat(values.day(asof, session.today, "asof", future=True))
    with session.reading() as tx:
        report, source = find(tx, session.today, name)
        before = settings.get(tx, _RUN + report.name)
        with queries.read.together(tx):
            filters = {**report.filters, **{report_map.field_named(key): word for key, word in (where or {}).items()}}
            asked = Source(tx, session, day)
            only = _village(asked, village or "")
            parts = [_Part(sheet, _lines(asked, sheet, filters, only), "" if sheet.sheet == report.sheet else f"{sheet.sheet}!") for sheet in report.sheets]
    why = values.text(reason, "reason") or report.reason
    written, told = _compared(report, parts, before if diff else None)
    blanks = tuple(
        Blank(part.sheet.first + at, one.head, part.sheet.sheet, line.home, line.who, one.field in SOMETIMES)
        for part in parts for at, line in enumerate(part.lines) for one in part.sheet.columns if one.field and line.values[one.at] is None
    )
    data = refill.refill(report, *written)
    count = sum(len(part.lines) for part in parts)
    session.record(values.make(AuditExported, what="report", rows=count, full=_full(report), reason=why))
    done = out_file.write(path, data, fs)
    with session.writing() as tx:
        settings.put(tx, _RUN + report.name, {
            "on": session.today.isoformat(), "asof": day.isoformat(), "columns": _signature(report), "gaps": list(Counter(one.column for one in blanks if not one.maybe).items()),
            "rows": {part.mark + line.key: [_begin(part.sheet, line.values), *(_said(line.values[one.at]) for one in _compared_columns(part.sheet))] for part in parts for line in part.lines},
        })
    unfilled = tuple(one.head for sheet in report.sheets for one in sheet.columns if not one.field and one.format != FORMULA)
    return Filled(
        report.name, str(done), day.isoformat(), count, blanks, unfilled, _full(report), why, len(data), source, told, {part.sheet.sheet: len(part.lines) for part in parts}, report.lost,
    )


class _Line(NamedTuple):
    """A line of a sheet: what it is of, the same from run to run; whose it is, by id and by name; its cells."""

    key: str
    home: str
    who: str
    values: dict[int, Any]


class _Part(NamedTuple):
    """A sheet, its lines, and what their keys begin with in what is kept of a run."""

    sheet: SheetMap
    lines: list[_Line]
    mark: str


def _village(source: Source, typed: str) -> str:
    """The code of a village by its code or name; "" for all. Raises Refused XL-V08."""
    word = typed.strip()
    found = [code for code, name in source.places.items() if word and len(code) == 12 and (word in (code, name) or name.endswith(word))]
    if word and len(found) != 1:
        raise Refused("XL-V08", "没有这个村" if not found else "不止一个村叫这个名字，写村代码", field="village")
    return found[0] if found else ""


def _lines(source: Source, report: SheetMap, filters: Mapping[str, str], village: str) -> list[_Line]:
    out: list[_Line] = []
    for line in source.lines(report.unit, village):
        if not all(_fits(source, line, name, word) for name, word in filters.items()):
            continue
        number = len(out) + 1
        out.append(_Line(line.key, line.home.id, _who(source, line), {one.at: _cell(source.value(one.field, line, number), one) for one in report.columns if one.field}))
        if number > MAX_ROWS:
            raise Refused("XL-W04")
    return out


def _who(source: Source, line: Line) -> str:
    """Head and person; at a desk the village before them."""
    village = "" if source.session.role == "village" else source.places.get(line.home.village, line.home.village)
    return " ".join(dict.fromkeys(word for word in (village, line.home.head_name, line.person.name if line.person is not None else "") if word))


def _cell(value: Any, column: report_map.Column) -> Any:
    """None where nothing is recorded; a known 否 may well be an empty cell (√)."""
    return None if value is None else shown(column.field, value, column.format)


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _fits(source: Source, line: Line, name: str, wanted: str) -> bool:
    said = source.value(name, line, 0)
    text = str(shown(name, said, default_format(name)))
    return text in {word.strip() for word in wanted.split("|")}


def _compared_columns(report: SheetMap) -> list[report_map.Column]:
    """A serial number that moved up is no change."""
    return [one for one in report.columns if one.field and one.field not in ("serial", "asof")]


def _signature(report: ReportMap) -> str:
    said = [(one.at, one.field, one.format) for one in report.columns], [(sheet.sheet, one.at, one.field, one.format) for sheet in report.more for one in sheet.columns]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _begin(report: SheetMap, row: Mapping[int, Any]) -> str:
    """How a line is named when it is gone: its name, and the family's."""
    names = [str(row[one.at]) for one in report.columns if one.field in ("village", "head", "name") and row[one.at]]
    return " ".join(dict.fromkeys(names))


def _compared(report: ReportMap, parts: Sequence[_Part], before: Any) -> tuple[list[list[refill.Row]], Diff | None]:
    if not isinstance(before, dict) or before.get("columns") != _signature(report):
        return [[refill.Row(line.values) for line in part.lines] for part in parts], None
    old: dict[str, list[str]] = before["rows"]
    written: list[list[refill.Row]] = []
    added: list[Blank] = []
    changed: list[Blank] = []
    for part in parts:
        columns = _compared_columns(part.sheet)
        rows: list[refill.Row] = []
        for at, line in enumerate(part.lines):
            was = old.get(part.mark + line.key)
            differs = [one for one, value in zip(columns, was[1:], strict=True) if _said(line.values[one.at]) != value] if was is not None else []
            here = Blank(part.sheet.first + at, "", part.sheet.sheet, line.home, line.who)
            if was is None:
                added.append(here)
            changed += [replace(here, column=one.head) for one in differs]
            rows.append(refill.Row(line.values, frozenset(one.at for one in differs), was is None))
        written.append(rows)
    now = {part.mark + line.key for part in parts for line in part.lines}
    gone = tuple(dict.fromkeys(was[0] for key, was in old.items() if key not in now))
    return written, Diff(str(before["asof"]), tuple(one.row for one in added), tuple(changed), gone, tuple(added))


def _full(report: ReportMap) -> bool:
    return any(uncovers((one.field, one.format) for one in sheet.columns if one.field) for sheet in report.sheets)


def _columns(report: ReportMap) -> tuple[ColumnView, ...]:
    out: list[ColumnView] = []
    for sheet in report.sheets:
        said = words(sheet.columns)
        where = "" if sheet.sheet == report.sheet else sheet.sheet
        out += [ColumnView(one.head, letter(one.at), one.field, said[one.at], FORMATS[FIELDS[one.field].kind][one.format] if one.field else "", where) for one in sheet.columns]
    return tuple(out)


def _question(one: Question, report: ReportMap) -> QuestionView:
    where = "" if one.sheet == report.sheet else one.sheet
    return QuestionView(safe(one.head), letter(one.at), one.taken, choice_words(one), where, f"{where}!{letter(one.at)}" if where else letter(one.at))


def choice_words(one: Question) -> dict[str, str]:
    """What a column may hold, in words."""
    return {choice: FIELDS[choice].label if choice else "留空" for choice in one.choices}


def fields() -> list[tuple[str, str, tuple[str, ...]]]:
    """(field, its word, ways to write it) of every field there is."""
    return [(one.id, one.label, tuple(FORMATS[one.kind].values())) for one in FIELDS.values()]
