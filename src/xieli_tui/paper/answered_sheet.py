"""Answers laid into the workbook somebody sent: its own sheets, heads, columns, order and styles stay; only cells that were empty are written.

Rules kept here (design 10, 08 `alert feedback`)
- a cell somebody filled already is never overwritten: it is told (`kept`);
- every text is a text cell; a day is a day where the sender formats days, else ISO text; the cell keeps the sender's style;
- what is no .xlsx (.xls, .ods) cannot be written in place: its values go into an .xlsx of the same sheets, columns and order, and that is told;
- nothing lies in a temporary file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xieli_tui.errors import Refused
from xieli_tui.paper import refill, workbook
from xieli_tui.paper.table_out import width

MAX_LIST = 24 * 1024 * 1024
"""Bytes of a list to answer in place."""
_WIDEST = 40
Place = tuple[str, int, int]
"""(sheet, row from 1, column from 0)"""


@dataclass(frozen=True, slots=True)
class Filled:
    """The workbook with its answers. `kept`: places somebody had filled with something else. `lost`: what of the workbook its copy has not. `copied`: it was no .xlsx."""

    data: bytes
    written: frozenset[Place]
    kept: tuple[Place, ...]
    lost: tuple[str, ...]
    copied: bool


def fill(path: Path, answers: Mapping[Place, str | dt.date]) -> Filled:
    """Lay the answers into a copy.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, F06, W02, W03, W04.
    """
    for _ in workbook.sheets(path):  # the second reader judges first: limits, passwords, what is no workbook
        pass
    try:
        data = path.read_bytes()
    except OSError:
        raise Refused("XL-F06") from None
    in_place = data.startswith(b"PK") and b"xl/workbook.xml" in data
    if in_place and len(data) > MAX_LIST:
        raise Refused("XL-W04", next_step="请按村分开，再写反馈")
    book = refill._open(data) if in_place else _rebuilt(path)
    written: set[Place] = set()
    kept: list[Place] = []
    for (sheet, row, column), value in answers.items():
        if sheet not in book.sheetnames:
            raise Refused("XL-W02", "表里的工作表读得不一样")
        cell = _anchor(book[sheet], row, column + 1)
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            _write(cell, value)
            written.add((sheet, row, column))
        elif workbook.cell_text(cell.value).strip() != _text(value):
            kept.append((sheet, row, column))
    return Filled(refill._saved(book), frozenset(written), tuple(kept), refill.lost(data) if in_place else (), not in_place)


def _text(value: str | dt.date) -> str:
    return value.isoformat() if isinstance(value, dt.date) else value.strip()


def _anchor(page: Any, row: int, column: int) -> Any:
    """The cell, or the one that stands for it where cells are merged."""
    cell = page.cell(row, column)
    if type(cell).__name__ != "MergedCell":
        return cell
    area = next(one for one in page.merged_cells.ranges if one.min_row <= row <= one.max_row and one.min_col <= column <= one.max_col)
    return page.cell(area.min_row, area.min_col)


def _write(cell: Any, value: str | dt.date) -> None:
    if isinstance(value, dt.date) and not getattr(cell, "is_date", False):
        value = value.isoformat()
    refill._put(cell, value)


def _rebuilt(path: Path) -> Any:
    """The values of a workbook that cannot be written in place, in an .xlsx: text stays text."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for sheet in workbook.sheets(path):
        page = book.create_sheet(sheet.name)
        widths: dict[int, int] = {}
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                if value == "" or value is None:
                    continue
                cell = page.cell(row, column)
                if isinstance(value, str):
                    cell.number_format = "@"
                refill._put(cell, value if isinstance(value, (str, int, float, bool, dt.date)) else workbook.cell_text(value))
                widths[column] = max(widths.get(column, 8), min(_WIDEST, width(workbook.cell_text(value)) + 2))
        for column, wide in widths.items():
            page.column_dimensions[get_column_letter(column)].width = wide
    return book
