"""Rows leave as a file: Excel, CSV, JSON, JSON lines. Bytes in memory; who calls writes them where they belong, whole or not at all.

Rules kept here (design 10)
- nothing is written on the way: the workbook library would lay every sheet in the system's temporary folder, in clear;
- every cell of a workbook is a text cell: a number of 18 digits keeps its digits, `=1+1` stays text, no formula and no link can come out of it;
- in CSV, which programs open as they please, a text that begins with = + - @ TAB or CR, blanks before it or not, in any width, gets an apostrophe in front;
- what a workbook cannot hold is never dropped without a word: a text too long says so where it ends, more rows than a sheet has are refused;
- what people wrote is exact in JSON, and stands in cells without marks that move a cursor, turn a direction or hide; lines of a note stay lines.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from xieli_tui.domain.text import safe
from xieli_tui.errors import Refused

FORMATS = ("xlsx", "csv", "json", "jsonl")
TEXT_ONLY: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""How a workbook is made: nothing is guessed from a text, nothing lies in a temporary file."""
CELL_LIMIT = 32_000
"""Characters Excel keeps in a cell."""
SHEET_ROWS = 1_048_575
"""Rows of a sheet below its head."""
_WIDEST = 60
_PLAIN = re.compile("[ -~\u4e00-\u9fff]*")
"""Most cells: nothing in them has to be made harmless, and in UTF-8 a Han character has the three bytes that make width (n + bytes) / 2."""
_FORMULA = ("=", "+", "-", "@", "\u2212")


def storable(text: str) -> str:
    """A text as a cell may hold it."""
    if not _PLAIN.fullmatch(text):
        text = "\n".join(safe(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if len(text) <= CELL_LIMIT:
        return text
    tail = f"……（共 {len(text)} 字，一格写不下）"
    return text[: CELL_LIMIT - len(tail)] + tail


def width(text: str) -> int:
    """Columns its widest line takes: two for a Han character."""
    if _PLAIN.fullmatch(text):
        return (len(text) + len(text.encode())) // 2 if not text.isascii() else len(text)
    return max((sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in line) for line in text.split("\n")), default=0)


def printed(sheet: Any) -> None:
    """A4, landscape, one page wide, the head on every page, pages numbered."""
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def exact(value: Any) -> str:
    """One JSON document on one line: exact, and harmless on a terminal (marks that turn direction or hide stand there by their code)."""
    text = json.dumps(value, ensure_ascii=False)
    return text if safe(text) == text else "".join(char if safe(char) == char else json.dumps(char)[1:-1] for char in text)


def table(kind: str, title: str, heads: Sequence[tuple[str, str]], rows: Iterable[dict[str, str]]) -> bytes:
    """The file.

    Args:
        kind: one of FORMATS.
        title: name of the sheet.
        heads: (key, heading) of every column; JSON takes the keys.

    Raises:
        Refused: XL-W04 more rows than a sheet has.
    """
    if kind == "xlsx":
        return _workbook(title, heads, rows)
    if kind == "csv":
        return _csv(heads, rows)
    lines = [exact({key: row.get(key, "") for key, _ in heads}) for row in rows]
    return ("".join(f"{line}\n" for line in lines) if kind == "jsonl" else f"[{','.join(lines)}]\n").encode()


def _csv(heads: Sequence[tuple[str, str]], rows: Iterable[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([head for _, head in heads])
    for row in rows:
        writer.writerow([_csv_cell(row.get(key, "")) for key, _ in heads])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(text: str) -> str:
    """The first character is looked at as it came: a TAB in front is quoted, not forgotten; so is a sign behind blanks, or one of another width."""
    told = storable(text)
    first = unicodedata.normalize("NFKC", told.lstrip()[:1])
    return f"'{told}" if text[:1] in ("\t", "\r", "\n") or first in _FORMULA else told


def _workbook(title: str, heads: Sequence[tuple[str, str]], rows: Iterable[dict[str, str]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, TEXT_ONLY) as book:
        plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "font_name": "宋体"})
        bold = book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "font_name": "宋体", "bottom": 1})
        sheet = book.add_worksheet(title)
        widths = [width(head) for _, head in heads]
        for at, (_, head) in enumerate(heads):
            sheet.write_string(0, at, head, bold)
        line = 0
        for line, row in enumerate(rows, 1):
            if line > SHEET_ROWS:
                raise Refused("XL-W04", f"一张工作表最多 {SHEET_ROWS:,} 行", next_step="请存成 csv 或 jsonl，或用 --since 分开导出")
            for at, (key, _) in enumerate(heads):
                text = storable(row.get(key, ""))
                sheet.write_string(line, at, text, plain)
                widths[at] = max(widths[at], width(text))
        for at, wide in enumerate(widths):
            sheet.set_column(at, at, min(_WIDEST, wide + 2))
        printed(sheet)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{line + 1}"})
    return out.getvalue()
