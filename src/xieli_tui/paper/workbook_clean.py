"""An office's workbook made safe to keep, to send to every village and to open again: nobody in it, nothing that reaches out of it.

Rules kept here
- `reach_out`: a formula that calls a program, another file or the network, a link, a pivot with its stored rows, a filter by names and a scenario go,
  whenever a workbook is opened, for a report may have been made by a stranger;
- `people_out`: at learning every data row of every sheet goes, hidden ones too, with notes and links on it; a hidden sheet nothing speaks of goes; stored values
  of charts, the properties of the file and lists of choices over a column of people go; what looks like an identity or a bank number, and the names that stood
  in the rows that go, are starred wherever else they stand;
- words and code lists of the office stay: a row is somebody's only below a head of people, down to the last that holds a name or a number under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from xieli_tui.paper import report_guess

_NAMES = frozenset({"name", "head", "members"})
PERSONAL = frozenset({"name", "head", "id_no", "phone", "bank", "disability_cert", "members"})
_STRING = re.compile(r'"(?:[^"]|"")*"')
_OUTWARD = re.compile(
    r"\||\[[^\[\]]*\][^\[\]!,()]*!|(?<![A-Z0-9_.])(?:_XLFN\.)?(?:WEBSERVICE|HYPERLINK|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|SQL\.REQUEST|CUBE[A-Z]+|IMPORTDATA|IMPORTXML|IMPORTHTML)\s*\(", re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{2}[\dXx]?|\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]|\d{14,19}[\dXx]?)(?!\d)")
_CACHES = ("val", "cat", "xVal", "yVal", "bubbleSize", "zVal", "tx")


def outward(formula: str) -> bool:
    """Whether a formula reaches a program, another file or the network."""
    return _OUTWARD.search(_STRING.sub('""', formula)) is not None


def reach_out(book: Any) -> tuple[str, ...]:
    """Take out what reaches out of the workbook or keeps rows where nobody looks; what went, in words."""
    gone: dict[str, None] = {}
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):
            if getattr(cell, "data_type", "") == "f" and outward(_formula(cell.value)):
                cell.value = None
                gone["连到外面的公式"] = None
            if getattr(cell, "hyperlink", None) is not None and cell.hyperlink.target:
                cell.hyperlink = None
                gone["连到外面的链接"] = None
        sheet._images = []  # told by `lost`; where a picture library is there they would be kept: a photo of a card, of somebody
        if sheet._pivots:
            sheet._pivots = []
            gone["透视表"] = None
        sheet.scenarios.scenario = ()
        sheet.auto_filter.filterColumn = []
        for table in sheet.tables.values():
            if table.autoFilter is not None:
                table.autoFilter.filterColumn = []
            for column in table.tableColumns:
                for kind in ("calculatedColumnFormula", "totalsRowFormula"):
                    formula = getattr(column, kind, None)
                    if formula is not None and outward(str(getattr(formula, "attr_text", "") or "")):
                        setattr(column, kind, None)
                        gone["连到外面的公式"] = None
        rules = sheet.data_validations.dataValidation
        inward = [one for one in rules if not any(outward(str(formula)) for formula in (one.formula1, one.formula2) if formula)]
        if len(inward) < len(rules):
            sheet.data_validations.dataValidation = inward
            gone["连到外面的公式"] = None
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in [name for name, one in names.items() if outward(str(one.attr_text or ""))]:
            del names[name]
            gone["连到外面的公式"] = None
    return tuple(gone)


def _formula(value: Any) -> str:
    return str(getattr(value, "text", value) or "")


def people_out(book: Any, rows: Mapping[str, tuple[int, int, Iterable[int]]]) -> None:
    """Take everybody out. `rows`: sheet -> first and last data row (1 = first), columns (0 = A) whose formulas in the first of them stay."""
    from openpyxl.packaging.core import DocumentProperties

    _unspoken(book, rows)
    tables = {sheet.title: _table(sheet) for sheet in book.worksheets}
    told = _Told(frozenset(name for table in tables.values() for name in table.names))
    for sheet in book.worksheets:
        table = tables[sheet.title]
        first, last, keep = rows.get(sheet.title, (0, 0, ()))
        below = first - 1 if first else table.head
        mine = {row for row in range(below + 1, max(table.people, default=0) + 1) if row not in table.foots} | (set(range(first, last + 1)) if first else set())
        for one in [one for one in sheet.merged_cells.ranges if one.min_row in mine and one.max_row in mine]:
            sheet.unmerge_cells(str(one))
        for cell in list(sheet._cells.values()):
            if cell.row in mine:
                if getattr(cell, "hyperlink", None) is not None:
                    cell.hyperlink = None
                if not (cell.row == first and cell.column - 1 in keep) and not _merged(cell):
                    cell.value = None
            elif not _merged(cell):
                _star(cell, told)
            _note(cell, told, stays=bool(table.head) and cell.row <= below)
        _around(sheet, table.columns, told)
    for chart in (one for sheet in (*book.worksheets, *book.chartsheets) for one in getattr(sheet, "_charts", ())):
        _uncached(chart)
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in [name for name, one in names.items() if told.search(str(one.attr_text or ""))]:
            del names[name]
    book.properties = DocumentProperties(creator="")
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


class _Told:
    """What must not be told: numbers that identify, and the names that stood in the rows that go."""

    def __init__(self, names: frozenset[str]) -> None:
        self.short = frozenset(name for name in names if len(name) < _TELLING)
        self.long = sorted((name for name in names if len(name) >= _TELLING), key=len, reverse=True)
        """the longest first: one that is part of another leaves nothing of it"""

    def search(self, text: str) -> bool:
        return self.starred(text) != text

    def starred(self, text: str) -> str:
        """The text without them; a name of two characters only where nothing else stands: within a word it may be part of it."""
        if text.strip() in self.short:
            return "*" * len(text)
        for name in self.long:
            text = text.replace(name, "*" * len(name))
        return starred(text)


_TELLING = 3
"""Characters from which a name is one wherever it stands."""


def _merged(cell: Any) -> bool:
    return type(cell).__name__ == "MergedCell"


def _star(cell: Any, told: _Told) -> None:
    if cell.data_type == "f":
        if told.search(_formula(cell.value)):
            cell.value = None
    elif isinstance(cell.value, str) and told.search(cell.value):
        cell.value = told.starred(cell.value)
    elif isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool) and abs(cell.value) >= 1e14:
        cell.value = None


def starred(text: str) -> str:
    """A text without a number that identifies."""
    return _NUMBER.sub(lambda hit: "*" * len(hit.group()), text)


def _note(cell: Any, told: _Told, *, stays: bool) -> None:
    from openpyxl.comments import Comment

    note = getattr(cell, "comment", None)
    if note is not None:
        cell.comment = Comment(told.starred(str(note.text)), "") if stays else None


class _Table(NamedTuple):
    """What of a sheet is a table of people: the last row of its head, 0 where it is none; the rows somebody stands in, those that sum up or are signed; the columns
    (1 = A) and the names."""

    head: int = 0
    people: frozenset[int] = frozenset()
    foots: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


def _table(sheet: Any) -> _Table:
    layout = layout_of(sheet)
    found = report_guess.table_of(layout)
    if found is None:
        return _Table()
    bottom, columns = found
    mine = {at: field for at, field in columns.items() if field in PERSONAL}
    if len(set(columns.values())) < 3 or not mine:
        return _Table()
    people = [row for row in range(bottom + 1, len(layout.rows)) if report_guess.somebody(layout.rows[row], mine)]
    names = {
        name.strip() for row in people for at, field in mine.items() if field in _NAMES and at < len(layout.rows[row]) for name in re.split(r"[、,，;；/\s]+", layout.rows[row][at])
        if len(name.strip()) > 1 and not name.startswith("=")
    }
    feet = frozenset(row + 1 for row in range(bottom + 1, len(layout.rows)) if report_guess.foots(layout.rows[row]))
    return _Table(bottom + 1, frozenset(row + 1 for row in people), feet, frozenset(at + 1 for at in mine), frozenset(names))


def layout_of(sheet: Any) -> report_guess.Layout:
    """A sheet as it stands: only cells that are there are walked, so one cell far out costs nothing."""
    texts: dict[int, dict[int, str]] = {}
    days: set[tuple[int, int]] = set()
    for (row, column), cell in sheet._cells.items():
        if row > LOOK or column > COLUMNS:
            continue
        if getattr(cell, "is_date", False):
            days.add((row - 1, column - 1))
        text = text_of(cell)
        if text:
            texts.setdefault(row - 1, {})[column - 1] = text
    tall = max((row for row, _ in sheet._cells), default=0)
    out: list[list[str]] = []
    for row in range(min(tall, LOOK)):
        line = texts.get(row, {})
        out.append([line.get(at, "") for at in range(max(line) + 1)] if line else [])
    merges = [(one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1) for one in sheet.merged_cells.ranges]
    return report_guess.Layout(sheet.title, out, merges, frozenset(days))


LOOK, COLUMNS = 20_000, 500
"""Rows and columns of a sheet that are looked at."""


def text_of(cell: Any) -> str:
    """A cell as text; a typed text that only looks like a formula is told apart by an apostrophe."""
    from xieli_tui.paper.workbook import cell_text

    text = cell_text(_formula(cell.value) if cell.data_type == "f" else cell.value) if cell.value is not None else ""
    return f"'{text}" if text.startswith("=") and cell.data_type != "f" else text


def _unspoken(book: Any, rows: Mapping[str, Any]) -> None:
    """Hidden sheets no formula, list of choices or name of the others speaks of: nobody would see that they travel."""
    for sheet in [one for one in book.worksheets if one.sheet_state != "visible" and one.title not in rows]:
        said = f"{sheet.title}!", f"{sheet.title}'!"
        if not any(word in text for word in said for text in _spoken(book, sheet)):
            book.remove(sheet)


def _spoken(book: Any, but: Any) -> Iterable[str]:
    for sheet in book.worksheets:
        if sheet is not but:
            yield from (_formula(cell.value) for cell in sheet._cells.values() if cell.data_type == "f")
            yield from (str(formula) for rule in sheet.data_validations.dataValidation for formula in (rule.formula1, rule.formula2) if formula)
            yield from (str(one.attr_text) for one in sheet.defined_names.values())
    yield from (str(one.attr_text) for one in book.defined_names.values())


def _around(sheet: Any, people: frozenset[int], told: _Told) -> None:
    """What stands beside the cells: headers and footers, lists of choices, rules of colour."""
    for page in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter, sheet.firstHeader, sheet.firstFooter):
        for part in (page.left, page.center, page.right):
            if part.text:
                part.text = told.starred(str(part.text))

    def stays(rule: Any) -> bool:
        typed = str(rule.formula1 or "").startswith('"') and any(people & set(range(area.min_col, area.max_col + 1)) for area in rule.sqref.ranges)
        return not typed and not any(told.search(str(text)) for text in (rule.formula1, rule.formula2, rule.prompt, rule.error, rule.promptTitle, rule.errorTitle) if text)

    held = sheet.data_validations
    held.dataValidation = [one for one in held.dataValidation if stays(one)]
    rules = [(str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]
    kept = [(area, rule) for area, rule in rules if not any(told.search(str(text)) for text in (rule.text, *rule.formula) if text)]
    if len(kept) < len(rules):
        sheet.conditional_formatting = type(sheet.conditional_formatting)()
        for area, rule in kept:
            sheet.conditional_formatting.add(area, rule)


def _uncached(chart: Any) -> None:
    """A chart draws what stands in the cells when it is opened; what stood there before goes."""
    for line in getattr(chart, "series", ()):
        for part in (getattr(line, name, None) for name in _CACHES):
            for ref in (getattr(part, name, None) for name in ("numRef", "strRef", "multiLvlStrRef")):
                for cache in ("numCache", "strCache", "multiLvlStrCache"):
                    if getattr(ref, cache, None) is not None:
                        setattr(ref, cache, None)
    for more in getattr(chart, "_charts", ()):
        if more is not chart:
            _uncached(more)
