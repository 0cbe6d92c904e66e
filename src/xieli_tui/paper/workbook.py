"""Opening someone else's workbook and reading its cells as they are.

Rules kept here
- .xlsx, .xls, .ods (and .et where it parses) are read by python-calamine; a formula gives its stored value, never a computation of ours;
- what cannot be read ends in a sentence: folder F01, missing F05, unreadable F06, not a workbook W02, password W03, too large W04;
- a sheet is a list of rows from the first sheet row on, so that an index + 1 is the row number the sender sees;
- a value under a vertical merge is repeated for every row the merge covers; hidden sheets are not looked at.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xieli_tui.errors import NotFound, Refused

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Cell = Any
"""str, float, bool, date, datetime, time or timedelta; "" for an empty cell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its name and its rows from sheet row 1 on."""

    name: str
    rows: list[list[Cell]]


def sheets(path: Path) -> Iterator[Sheet]:
    """The visible sheets of a workbook, one after the other.

    Raises:
        NotFound: XL-F05.
        Refused: XL-F01, F06, W02, W03, W04.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    _look(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            seen = 0
            for meta in book.sheets_metadata:
                if meta.visible != SheetVisibleEnum.Visible or meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.width > MAX_COLUMNS:
                    raise Refused("XL-W04")
                rows = sheet.to_python(skip_empty_area=False)
                seen += sum(1 for row in rows if any(cell != "" for cell in row))
                if seen > MAX_ROWS:
                    raise Refused("XL-W04")
                _spread(rows, getattr(sheet, "merged_cell_ranges", None) or [])
                yield Sheet(meta.name, rows)
    except PasswordError:
        raise Refused("XL-W03") from None
    except (CalamineError, zipfile.BadZipFile):
        raise Refused("XL-W02") from None
    except OSError:
        raise Refused("XL-F06") from None


def _look(path: Path) -> None:
    """Refuse what is no readable workbook before a parser sees it."""
    try:
        if path.is_dir():
            raise Refused("XL-F01")
        if not path.exists():
            raise NotFound("XL-F05")
        if path.stat().st_size > MAX_FILE:
            raise Refused("XL-W04")
        with path.open("rb") as file:
            start = file.read(len(_OLE))
            if start == _OLE and _ENCRYPTED in start + file.read():
                raise Refused("XL-W03")
    except OSError:
        raise Refused("XL-F06") from None
    if start.startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                    raise Refused("XL-W04")
        except (zipfile.BadZipFile, OSError, ValueError):
            raise Refused("XL-W02") from None


def _spread(rows: list[list[Cell]], merges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    for (top, left), (bottom, right) in merges:
        if bottom > top and left == right and bottom < len(rows) and left < len(rows[top]):
            for row in range(top + 1, bottom + 1):
                if left < len(rows[row]) and rows[row][left] == "":
                    rows[row][left] = rows[top][left]


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
