"""The error workbook: the rows somebody has to look at, as they were sent, with a 原因 column, to go back to the sender.

Rules kept here
- every cell is a text cell: an ID keeps its digits, `=1+1` stays what it is, no formula and no link can come out of it;
- the sender's header and column order are kept, sheet and row number stand in front so that the row is found again;
- the file appears whole or not at all, and never takes the place of the workbook that was read; nothing of it lies in a temporary folder meanwhile.
"""

from __future__ import annotations

import errno
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from xieli_tui.domain.text import safe
from xieli_tui.errors import Refused
from xieli_tui.paper.roster_sheet import Issue, Roster
from xieli_tui.paper.table_out import TEXT_ONLY, printed, storable, width
from xieli_tui.paper.workbook import cell_text

_WIDEST = 60


def write_error_book(out: Path, source: Path, roster: Roster, issues: Iterable[Issue]) -> int:
    """Write the rows named by `issues` to `out`; returns how many rows were written.

    Raises:
        Refused: XL-F08 when `out` is the workbook itself, XL-F01 a folder, XL-F02 full, XL-F03 not writable.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    if out.is_dir():
        raise Refused("XL-F01")
    if out.exists() and os.path.samefile(out, source):
        raise Refused("XL-F08")
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    for issue in issues:
        reasons[issue.sheet, issue.row].append(f"{issue.column}：{issue.what}（{issue.code}）" if issue.column else f"{issue.what}（{issue.code}）")
    part = out.with_name(f".{out.name}.part")
    written = 0
    try:
        with xlsxwriter.Workbook(str(part), TEXT_ONLY) as book:
            plain = book.add_format({"num_format": "@", "valign": "top", "font_name": "宋体"})
            bold = book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "font_name": "宋体", "bottom": 1})
            wrap = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "font_name": "宋体"})
            for read in roster.sheets:
                sheet = book.add_worksheet(_sheet_name(read.name, book))
                heads = ("原表行号", *read.header.texts, "原因")
                widths = [width(head) for head in heads]
                for at, head in enumerate(heads):
                    sheet.write_string(0, at, storable(head), bold)
                line = 0
                for draft in roster.rows:
                    why = reasons.get((draft.sheet, draft.row)) if draft.sheet == read.name else None
                    if not why:
                        continue
                    line += 1
                    values = (str(draft.row), *(cell_text(cell) for cell in draft.cells[: len(read.header.texts)]))
                    for at, value in enumerate(values):
                        sheet.write_string(line, at, storable(value), plain)
                        widths[at] = max(widths[at], width(value))
                    sheet.write_string(line, len(heads) - 1, storable("；".join(why)), wrap)
                widths[-1] = _WIDEST
                for at, wide in enumerate(widths):
                    sheet.set_column(at, at, min(_WIDEST, wide + 2))
                printed(sheet)
                sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{line + 1}"})
                written += line
        os.replace(part, out)
    except (FileCreateError, OSError) as error:
        part.unlink(missing_ok=True)
        cause = error.args[0] if isinstance(error, FileCreateError) and error.args else error
        full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Refused("XL-F02" if full else "XL-F03") from None
    return written


def _sheet_name(name: str, book: object) -> str:
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}  # type: ignore[attr-defined]
    base = "".join("_" if mark in "[]:*?/\\" else mark for mark in safe(name))[:28].strip("'") or "表"
    found, n = base, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base}_{n}"
    return found
