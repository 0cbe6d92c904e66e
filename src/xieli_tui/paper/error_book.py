"""The error workbook: the rows somebody has to look at, as they were sent, with a 原因 column, to go back to the sender.

Rules kept here
- every cell is a text cell: an ID keeps its digits, `=1+1` stays what it is, no formula and no link can come out of it;
- the sender's head (all its rows), sheets and column order are kept, the row number stands in front so that the row is found again; mended, it can be imported as it is;
- a row stands once with all its reasons, in the order of the sheet; sheets without such a row are left out;
- the file appears whole or not at all; it takes the place of an earlier error workbook and of nothing else; nothing of it lies in a temporary folder meanwhile.
"""

from __future__ import annotations

import errno
import io
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from xieli_tui.domain.text import safe
from xieli_tui.errors import Refused, XieliError
from xieli_tui.paper.heads import DEEPEST
from xieli_tui.paper.roster_sheet import Issue, Roster, RowDraft, SheetRead
from xieli_tui.paper.table_out import TEXT_ONLY, printed, storable, width
from xieli_tui.paper.workbook import cell_text, read_book

_WIDEST = 60
ROW_HEAD, WHY_HEAD = "原表行号", "原因"


def wrong_rows(roster: Roster, issues: Iterable[Issue]) -> int:
    """How many rows an error workbook would have."""
    named = {(issue.sheet, issue.row) for issue in issues}
    return len({(draft.sheet, draft.row) for draft in roster.rows} & named)


def write_error_book(out: Path, source: Path, roster: Roster, issues: Iterable[Issue]) -> int:
    """Write the rows named by `issues` to `out`; returns how many rows were written.

    Raises:
        Refused: XL-F08 when `out` is there and no earlier error workbook, XL-F01 a folder, XL-F02 full, XL-F03 not writable.
    """
    import xlsxwriter

    if out.is_dir():
        raise Refused("XL-F01")
    if out.exists() and (os.path.samefile(out, source) or not _earlier(out)):
        raise Refused("XL-F08")
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    for issue in issues:
        reason = f"{issue.column}：{issue.what}（{issue.code}）" if issue.column else f"{issue.what}（{issue.code}）"
        if reason not in reasons[issue.sheet, issue.row]:
            reasons[issue.sheet, issue.row].append(reason)
    lines: dict[str, dict[int, RowDraft]] = defaultdict(dict)
    for draft in roster.rows:
        if (draft.sheet, draft.row) in reasons:
            lines[draft.sheet].setdefault(draft.row, draft)
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, TEXT_ONLY) as book:
        styles = [
            book.add_format({"num_format": "@", "font_name": "宋体", **more})
            for more in ({"valign": "top"}, {"bold": True, "text_wrap": True, "bottom": 1}, {"text_wrap": True, "valign": "top"})
        ]
        for read in [one for one in roster.sheets if lines[one.name]] or roster.sheets[:1]:
            _page(book, read, sorted(lines[read.name].items()), reasons, styles)
    _put(out, data.getvalue())
    return sum(map(len, lines.values()))


def _put(out: Path, data: bytes) -> None:
    """Whole or not at all, in the place of an earlier one; only who wrote it may read it. What a crash leaves is swept like any file cut off (`*.xieli.part`)."""
    part = out.with_name(f"{out.name}.xieli.part")
    try:
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, out)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Refused("XL-F02" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "XL-F03") from None


def _earlier(out: Path) -> bool:
    """True for an error workbook of ours."""
    try:
        sheets = read_book(out).sheets
    except XieliError:
        return False
    return bool(sheets) and all(any(row and row[0] == ROW_HEAD and row[-1] == WHY_HEAD for row in sheet.rows[:DEEPEST]) for sheet in sheets)


def _page(book: Any, read: SheetRead, lines: Sequence[tuple[int, RowDraft]], reasons: Mapping[tuple[str, int], Sequence[str]], styles: Sequence[Any]) -> None:
    plain, bold, wrap = styles
    header = read.header
    sheet = book.add_worksheet(_sheet_name(read.name, book))
    heads = (ROW_HEAD, *header.texts, WHY_HEAD)
    above = [header.above[at] if at < len(header.above) else () for at in range(len(header.texts))]
    deep = max(map(len, above), default=0)
    widths = [width(head) for head in heads]
    for level in range(deep):
        words = [path[level] if level < len(path) else "" for path in above]
        for at, word in enumerate(words):
            if word and (at == 0 or words[at - 1] != word):
                sheet.write_string(level, at + 1, storable(word), bold)
    for at, head in enumerate(heads):
        sheet.write_string(deep, at, storable(head), bold)
    for line, (number, draft) in enumerate(lines, deep + 1):
        values = (str(number), *(cell_text(cell) for cell in draft.cells[: len(header.texts)]))
        for at, value in enumerate(values):
            sheet.write_string(line, at, storable(value), plain)
            widths[at] = max(widths[at], width(value))
        sheet.write_string(line, len(heads) - 1, storable("；".join(reasons[read.name, number])), wrap)
    widths[-1] = _WIDEST
    for at, wide in enumerate(widths):
        sheet.set_column(at, at, min(_WIDEST, wide + 2))
    printed(sheet)
    sheet.freeze_panes(deep + 1, 0)
    sheet.repeat_rows(0, deep)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{deep + len(lines) + 1}"})


def _sheet_name(name: str, book: object) -> str:
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}  # type: ignore[attr-defined]
    base = "".join("_" if mark in "[]:*?/\\" else mark for mark in safe(name))[:28].strip("'") or "表"
    found, n = base, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base}_{n}"
    return found
