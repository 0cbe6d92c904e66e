"""Opening someone else's workbook and reading its cells as they are.

Rules kept here
- .xlsx, .xls, .ods (and .et where it parses) are read by python-calamine; a formula gives its stored value, never a computation of ours;
- what cannot be read ends in a sentence: folder F01, missing F05, unreadable F06, not a workbook W02, password W03, too large W04 (`workbook_guard`);
- a sheet is a list of rows from the first sheet row on, so that an index + 1 is the row number the sender sees;
- a value under a vertical merge is repeated for every row the merge covers, a horizontal one stands in its first cell: no column is ever shifted;
- hidden sheets are not read, and named; hidden rows and columns are read, and counted; macros never run.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from xieli_tui.errors import Refused
from xieli_tui.paper.workbook_guard import Facts, SheetFacts, look_over, unreadable

MAX_ROWS = 100_000
MAX_COLUMNS = 500
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "Err:502", "Err:508", "Err:504"})
_HEAD_ROWS = 200
_1904 = dt.timedelta(days=1462)

Cell = Any
"""str, float, bool, date, datetime, time or timedelta; "" for an empty cell."""
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its name, its rows from sheet row 1 on, the merged cells where a head may be, and the cells whose formula has no result (places from 0)."""

    name: str
    rows: list[list[Cell]]
    merges: Sequence[Merge] = ()
    no_result: frozenset[tuple[int, int]] = frozenset()
    from_1904: bool = False


@dataclass(slots=True)
class Book:
    """A workbook read. `hidden`: sheets that were not looked at; `said`: sentences about what a reader would not see."""

    sheets: list[Sheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def sheets(path: Path) -> Iterator[Sheet]:
    """The visible sheets of a workbook, one after the other. Raises as `read_book`."""
    yield from read_book(path).sheets


def read_book(path: Path) -> Book:
    """A workbook with all its visible sheets.

    Raises:
        NotFound: XL-F05.
        Refused: XL-F01, F06, W02, W03, W04.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    facts = look_over(path)
    found = Book(said=_said(facts))
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            seen = 0
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                if meta.visible != SheetVisibleEnum.Visible:
                    found.hidden.append(meta.name)
                    continue
                of_sheet = facts.sheets.get(meta.name, SheetFacts())
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.width > MAX_COLUMNS:
                    raise Refused("XL-W04", f"表 {meta.name} 有 {sheet.width} 列")
                rows = sheet.to_python(skip_empty_area=False)
                seen += sum(1 for row in rows if any(cell != "" for cell in row))
                if seen > MAX_ROWS:
                    raise Refused("XL-W04")
                merges = list(getattr(sheet, "merged_cell_ranges", None) or of_sheet.merges)
                _spread(rows, merges)
                found.sheets.append(Sheet(meta.name, rows, [one for one in merges if one[0][0] < _HEAD_ROWS], frozenset(of_sheet.no_result | _errors(rows)), facts.from_1904))
                found.said += _hidden(meta.name, of_sheet)
    except PasswordError:
        raise Refused("XL-W03") from None
    except (CalamineError, zipfile.BadZipFile):
        raise Refused("XL-W02") from None
    except OSError as error:
        raise unreadable(error) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's word for a workbook it did not expect; its class cannot be imported
            raise Refused("XL-W02", "文件不完整或已损坏") from None
        raise
    return found


def _said(facts: Facts) -> list[str]:
    said = []
    if facts.macros:
        said.append("这个文件带宏，宏没有运行，只读了格子")
    if facts.links:
        said.append("有公式链到别的文件，取的是表里存着的值，没有去打开别的文件")
    return said


def _hidden(name: str, facts: SheetFacts) -> list[str]:
    said = []
    if facts.hidden_rows:
        said.append(f"表 {name} 有 {facts.hidden_rows} 行是隐藏的（也许是筛选），也读了")
    if facts.hidden_columns:
        said.append(f"表 {name} 有 {facts.hidden_columns} 列是隐藏的，也读了")
    return said


def _errors(rows: list[list[Cell]]) -> set[tuple[int, int]]:
    """Error values written out as text, and numbers that are none (nan, infinity): no words, so the cell counts as empty."""
    found = set()
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell == "":
                continue
            if (isinstance(cell, str) and cell[0] in "#E" and cell.strip() in _ERRORS) or (isinstance(cell, float) and not isfinite(cell)):
                row[place] = ""
                found.add((at, place))
    return found


def _spread(rows: list[list[Cell]], merges: Sequence[Merge]) -> None:
    work = sum(len(row) for row in rows)
    for (top, left), (bottom, _right) in merges:
        last = min(bottom, len(rows) - 1)
        if last <= top or left >= len(rows[top]) or rows[top][left] == "":
            continue
        work -= last - top
        if work < 0:  # merges that overlap: no program writes them
            raise Refused("XL-W02", "合并的格子互相重叠")
        for row in range(top + 1, last + 1):
            if left < len(rows[row]) and rows[row][left] == "":
                rows[row][left] = rows[top][left]


def from_1904(cell: Cell, sheet: Sheet) -> Cell:
    """A day number as its workbook counts days: some begin in 1904."""
    return cell + _1904.days if sheet.from_1904 and isinstance(cell, (int, float)) and not isinstance(cell, bool) and 700 < cell < 80_000 else cell


def cell_text(cell: Cell) -> str:
    """A cell as one would read it: whole numbers without a point, days as ISO text, a number too long to be exact in short form."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        if abs(cell) >= 1e15:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else repr(round(cell, 9))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)
