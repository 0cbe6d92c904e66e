"""An office's own workbook filled in, on a copy: its styles, merged heads, widths, sheets, print setup and titles stay (design 10). The one module that loads openpyxl.

Rules kept here
- only cells of data rows under columns that hold a field are written; the rest of the workbook is as it was;
- every text is a text cell (format @), also `=1+1`; numbers and days are numbers and days, so that the office's sums count them;
- a formula outside the data rows stays where it stands; where rows had to be put in, what stood below moves down and the ranges that reached over
  the data reach over all of it, in every sheet; a formula the office drew in its data rows is carried down;
- nothing lies in a temporary file: openpyxl would lay every sheet there in clear, so the sheets are written in memory;
- pictures are not kept by the library: whoever asks is told (`lost`). Macros do not run here and are not in the copy.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xieli_tui.errors import Refused
from xieli_tui.paper import workbook, workbook_clean
from xieli_tui.paper.report_guess import Layout
from xieli_tui.paper.report_map import FORMULA, WIDEST, ReportMap, SheetMap
from xieli_tui.paper.table_out import storable

MAX_TEMPLATE = 3 * 1024 * 1024
"""Bytes of a workbook to fill in: it travels by the road."""
MAX_UNPACKED = 64 * 1024 * 1024
_CHANGED, _NEW = "FFFFF2CC", "FFE2F0D9"


@dataclass(frozen=True, slots=True)
class Row:
    """One row to write: values by column place; `changed`: places that differ from the last time; `new`: was not there."""

    values: Mapping[int, Any]
    changed: frozenset[int] = frozenset()
    new: bool = False


def read_template(path: Path) -> bytes:
    """The bytes of a workbook that may be filled in.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, F06, W02 no .xlsx, W03 a password, W04 too large.
    """
    for _ in workbook.sheets(path):  # the second reader judges first: limits, passwords, what is no workbook
        pass
    try:
        data = path.read_bytes()
    except OSError:
        raise Refused("XL-F06") from None
    if not data.startswith(b"PK"):
        raise Refused("XL-W02", "报表要 .xlsx 的")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError):
        raise Refused("XL-W02") from None
    if "xl/workbook.xml" not in names:
        raise Refused("XL-W02", "报表要 .xlsx 的")
    if len(data) > MAX_TEMPLATE or _unpacked(data) > MAX_UNPACKED:
        raise Refused("XL-W04", "要填的表最大 3 MB", next_step="请只留要填的表头和几行空行，另存一份再学")
    return data


def lost(data: bytes) -> tuple[str, ...]:
    """What of a workbook its copy will not have, in words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    found = (("图片", "xl/media/"), ("宏", "xl/vbaProject"), ("窗体控件", "xl/ctrlProps"), ("数据连接", "xl/connections"), ("外部工作簿", "xl/externalLinks/"))
    return (*(word for word, prefix in found if any(name.startswith(prefix) for name in names)), *workbook_clean.reach_out(_load(data)))


def _open(data: bytes) -> Any:
    """The workbook, with nothing that reaches out of it."""
    book = _load(data)
    workbook_clean.reach_out(book)
    return book


def _load(data: bytes) -> Any:
    import openpyxl

    if _unpacked(data) > MAX_UNPACKED:
        raise Refused("XL-W04", "报表里的工作簿太大")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library cannot keep is told by `lost`
            return openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    except Exception:  # the library raises whatever its parts raise on a workbook it cannot read
        raise Refused("XL-W02", "这份表里有读不了的内容") from None


def _unpacked(data: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        raise Refused("XL-W02") from None


def layouts(data: bytes) -> list[Layout]:
    """Every visible sheet: texts, merges, and which cells are formatted as days."""
    return [workbook_clean.layout_of(sheet) for sheet in _open(data).worksheets if sheet.sheet_state == "visible"]


def emptied(data: bytes, sheets: Iterable[SheetMap]) -> bytes:
    """The workbook with nobody in it: nothing in its data rows but the office's formulas of the first of them."""
    book = _open(data)
    workbook_clean.people_out(book, {one.sheet: (one.first, one.last, [column.at for column in one.columns if column.format == FORMULA]) for one in sheets})
    return _saved(book)


def refill(report: ReportMap, *rows: Sequence[Row]) -> bytes:
    """The copy with these rows, those of every sheet in the order of `report.sheets`. Raises Refused XL-W02, XL-W05 when the workbook inside is not the one that was learnt."""
    book = _open(report.workbook)
    there = {one.title for one in book.worksheets}
    if any(one.sheet not in there for one in report.sheets):
        raise Refused("XL-W05", "报表的对应文件")
    for one, lines in zip(report.sheets, rows, strict=True):
        _fill(book, one, lines)
    return _saved(book)


def _fill(book: Any, report: SheetMap, rows: Sequence[Row]) -> None:
    """The rows of one sheet."""
    page = book[report.sheet]
    first, last = report.first, max(report.first, min(report.last, max(page.max_row, report.first)))
    more = len(rows) - (last - first + 1)
    if more > 0:
        _make_room(book, page, first, last, more)
    columns = [one for one in report.columns if one.field or one.format == FORMULA]
    styles = _styles(page, first, columns)
    whole = [at for at in range(1, min(page.max_column, WIDEST) + 1) if page.cell(first, at).has_style]
    blank_styles = {at: page.cell(first, at)._style for at in whole}
    height = page.row_dimensions[first].height
    formulas = {one.at: cell.value for one in columns if one.format == FORMULA and (cell := page.cell(first, one.at + 1)).data_type == "f"}
    marks = _Marks()
    for number, row in enumerate(rows):
        line = first + number
        if number + first > last:
            for at in whole:
                page.cell(line, at)._style = copy(blank_styles[at])
            if height is not None:
                page.row_dimensions[line].height = height
        for one in columns:
            cell = page.cell(line, one.at + 1)
            if one.format == FORMULA:
                _carry(cell, formulas.get(one.at), first)
                continue
            value = row.values.get(one.at, "")
            cell._style = copy(styles[one.at])
            _put(cell, value)
            if row.new or one.at in row.changed:
                marks.mark(cell, new=row.new)


def _put(cell: Any, value: Any) -> None:
    if value == "" or value is None:
        cell.value = None
    elif isinstance(value, str):
        cell.value = None
        cell._value, cell.data_type = storable(value), "s"  # never guessed: the library makes a formula of `=…`
    else:
        form = cell.number_format
        cell.value = value
        cell.number_format = form if form not in ("General", "@") or isinstance(value, (int, float)) else "yyyy-mm-dd"


def _styles(page: Any, first: int, columns: Sequence[Any]) -> dict[int, Any]:
    """The style of every column's first data cell, text cells with format @; numbers keep the office's format."""
    out = {}
    for one in columns:
        cell = page.cell(first, one.at + 1)
        before = copy(cell._style)
        if one.field and one.format not in ("number", "yuan", "cell"):
            cell.number_format = "@"
        elif cell.number_format == "@" and one.field:
            cell.number_format = "General"
        out[one.at] = copy(cell._style)
        cell._style = before
    return out


class _Marks:
    """Fills of changed and new cells; a style is made once per style it is laid over."""

    def __init__(self) -> None:
        self.made: dict[tuple[Any, bool], Any] = {}

    def mark(self, cell: Any, *, new: bool) -> None:
        from openpyxl.styles import PatternFill

        key = (tuple(cell._style), new)
        if key not in self.made:
            cell.fill = PatternFill("solid", fgColor=_NEW if new else _CHANGED)
            self.made[key] = copy(cell._style)
        cell._style = copy(self.made[key])


def _carry(cell: Any, formula: Any, first: int) -> None:
    from openpyxl.formula.translate import Translator
    from openpyxl.utils import get_column_letter

    if not isinstance(formula, str) or not formula.startswith("="):
        return
    cell.value = Translator(formula, origin=f"{get_column_letter(cell.column)}{first}").translate_formula(cell.coordinate)


# -- more rows than the office drew --------------------------------------------------------------------


def _make_room(book: Any, page: Any, first: int, last: int, by: int) -> None:
    """Rows below the data move down by `by`; merges, heights, formulas, print area and what is drawn over cells follow."""
    from openpyxl.worksheet.cell_range import CellRange

    below = [one for one in page.merged_cells.ranges if one.min_row > last]
    for one in below:
        page.merged_cells.remove(one)
    moved = sorted(((row, column) for row, column in page._cells if row > last), reverse=True)
    for row, column in moved:
        cell = page._cells.pop((row, column))
        cell.row = row + by
        page._cells[row + by, column] = cell
    for one in below:
        page.merged_cells.add(_shifted_merge(one, by))
    dimensions = {row: page.row_dimensions.pop(row) for row in sorted(page.row_dimensions) if row > last}
    for row, dimension in dimensions.items():
        dimension.index = row + by
        page.row_dimensions[row + by] = dimension
    for rule in getattr(page.data_validations, "dataValidation", []):
        rule.sqref = type(rule.sqref)([_stretched(CellRange(str(one)), first, last, by) for one in rule.sqref.ranges])
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):
            if cell.data_type == "f" and isinstance(cell.value, str):
                cell.value = shift_formula(cell.value, sheet.title, page.title, first, last, by)
    if page.print_area:
        areas = str(page.print_area).replace("$", "").split(",")
        page.print_area = ",".join(_stretched(CellRange(one.rsplit("!", 1)[-1]), first, last, by).coord for one in areas)
    for name in (*book.defined_names.values(), *(one for sheet in book.worksheets for one in sheet.defined_names.values())):
        if isinstance(name.attr_text, str):
            name.attr_text = shift_formula(f"={name.attr_text}", "", page.title, first, last, by)[1:]
    if page.auto_filter.ref:
        page.auto_filter.ref = _stretched(CellRange(page.auto_filter.ref), first, last, by).coord


def _shifted_merge(one: Any, by: int) -> Any:
    one.shift(row_shift=by)
    return one


def _stretched(area: Any, first: int, last: int, by: int) -> Any:
    if area.min_row > last:
        area.shift(row_shift=by)
    elif area.max_row >= last:
        area.expand(down=by)
    return area


_REF = re.compile(r"(?P<sheet>(?:'(?:[^']|'')+'|[^\s'!:(),;+\-*/^&=<>\"]+)!)?(?P<a>\$?[A-Z]{1,3}\$?\d+)(?::(?P<b>\$?[A-Z]{1,3}\$?\d+))?(?![\w(.])")
_STRING = re.compile(r'("(?:[^"]|"")*")')
_CELL = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)")


def shift_formula(formula: str, here: str, moved: str, first: int, last: int, by: int) -> str:
    """A formula after `by` rows were put in behind row `last` of sheet `moved`: what lay below moves, a range that reached the last row reaches the new last one."""

    def one(hit: re.Match[str]) -> str:
        sheet = hit["sheet"]
        name = sheet[:-1].strip("'").replace("''", "'") if sheet else here
        if name != moved or (hit.start() > 0 and hit.string[hit.start() - 1].isalnum()):
            return hit.group()
        start = _moved(hit["a"], last, by)
        if hit["b"] is None:
            return f"{sheet or ''}{start}"
        low, high = int(_CELL.sub(r"\2", hit["a"])), int(_CELL.sub(r"\2", hit["b"]))
        end = _moved(hit["b"], last - 1 if low <= last <= high else last, by)
        return f"{sheet or ''}{start}:{end}"

    return "".join(piece if piece.startswith('"') else _REF.sub(one, piece) for piece in _STRING.split(formula))


def _moved(ref: str, last: int, by: int) -> str:
    return _CELL.sub(lambda hit: f"{hit[1]}{int(hit[2]) + by}" if int(hit[2]) > last else hit.group(), ref)


def _saved(book: Any) -> bytes:
    """The workbook as bytes; no sheet passes through a temporary file."""
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):  # type: ignore[misc, unused-ignore]
        def write_worksheet(self, ws: Any) -> None:
            from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing

            ws._drawing = SpreadsheetDrawing()
            ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
            out = io.BytesIO()
            writer = WorksheetWriter(ws, out=out)
            writer.write()
            ws._rels = writer._rels
            self._archive.writestr(ws.path[1:], out.getvalue())
            self.manifest.append(ws)

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        InMemory(book, archive).write_data()
    return out.getvalue()
