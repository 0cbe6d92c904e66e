"""Looking at somebody's workbook before it is taken in: its heads, what every column is taken for, what is doubtful, what is not read; and changing that.

Rules kept here
- every column that has a word or a value is named, also the ones nobody reads; a sheet that is not read is named with the reason;
- samples are masked and never part of a repr: a look may be shown, it is never logged;
- what a person settles is the whole assignment of a sheet, by letters; two columns of one meaning are refused (XL-W05);
- for the next workbook it is kept under the words of the head (`Header.fingerprint`), never under a file name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xieli_tui.domain.idnum import mask_id
from xieli_tui.domain.text import clean_line, fold_code, mask_phone, safe
from xieli_tui.errors import Refused
from xieli_tui.paper.columns import ColumnMap, Header, find_header, read_mapping
from xieli_tui.paper.heads import OF_ROW, head_at, split_role
from xieli_tui.paper.roster_sheet import Roster, not_a_roster, roster_day
from xieli_tui.paper.workbook import Cell, Sheet, cell_text, read_book
from xieli_tui.paper.workbook_guard import letter

FIELD_LABELS: dict[str, str] = {
    "serial": "序号", "number": "户编号", "village": "村", "group": "村民小组", "address": "住址", "head": "户主姓名", "name": "姓名", "relation": "与户主关系", "sex": "性别",
    "id_no": "身份证号", "birth": "出生日期", "phone": "电话", "category": "救助类别", "category_since": "纳入日期", "aid_month": "月保障金", "disability": "残疾情况",
    "disability_level": "残疾等级", "disability_cert": "残疾证号", "health": "健康状况", "labour": "劳动能力", "work": "从业状况", "wage_month": "月收入", "marital": "婚姻状况",
    "education": "文化程度", "school": "学校", "nation": "民族", "support_mode": "供养方式", "bank": "银行账号", "note": "备注",
}
"""Field -> what it is called; the order is the one to offer."""
NOT_READ = "不读"
_SAMPLES = 3
_LOOKED = 300
_SHORT = 24
_FIRST_ROWS = 8
_COVERED = frozenset({"bank", "disability_cert"})


@dataclass(frozen=True, slots=True)
class LookColumn:
    """One column: `at` 0 = A; `head` with the words above it; `field` its role, "" = not read; `basis` head | values | last | told | "" (not read)."""

    at: int
    letter: str
    head: str
    field: str
    samples: tuple[str, ...] = dataclasses.field(repr=False)
    doubt: str = ""
    basis: str = ""

    @property
    def label(self) -> str:
        """What it is taken for."""
        return role_label(self.field)


@dataclass(frozen=True, slots=True)
class LookSheet:
    """A sheet with a head: rows `top` to `header_row`; `rows` lines below it; `layout` "rows" (a person a row) or "wide" (a family a row); `basis` guess | last | told."""

    name: str
    fingerprint: str
    top: int
    header_row: int
    layout: str
    rows: int
    columns: tuple[LookColumn, ...]
    basis: str
    as_of: str

    @property
    def remembered(self) -> bool:
        """True when it is read as it was settled the last time."""
        return self.basis == "last"

    @property
    def doubts(self) -> tuple[LookColumn, ...]:
        """Columns somebody should look at."""
        return tuple(one for one in self.columns if one.doubt)

    @property
    def unread(self) -> tuple[LookColumn, ...]:
        """Columns with a word that are not read."""
        return tuple(one for one in self.columns if not one.field and one.head)


@dataclass(frozen=True, slots=True)
class Headless:
    """A sheet without a head we found: its first rows (number, text), for somebody to point at the head."""

    name: str
    rows: tuple[tuple[int, str], ...] = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Look:
    """A workbook looked at. `left_out`: (sheet, why); `said`: what a reader would not see."""

    sheets: tuple[LookSheet, ...]
    headless: tuple[Headless, ...]
    left_out: tuple[tuple[str, str], ...]
    said: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Without samples."""
        return {
            "sheets": [
                {
                    "sheet": one.name, "mapping": one.fingerprint, "head_rows": [one.top, one.header_row], "layout": one.layout, "rows": one.rows, "basis": one.basis, "as_of": one.as_of,
                    "columns": [{"column": c.letter, "head": c.head, "field": c.field, "label": c.label, "doubt": c.doubt, "basis": c.basis} for c in one.columns],
                }
                for one in self.sheets
            ],
            "left_out": [{"sheet": name, "why": why} for name, why in self.left_out],
            "said": list(self.said),
        }


def role_label(role: str) -> str:
    """`head.id_no` -> 户主的身份证号, `m2.name` -> 第 2 个人的姓名, "" -> 不读."""
    who, name = split_role(role)
    label = FIELD_LABELS.get(name, NOT_READ)
    return f"户主的{label}" if who == "head" else f"第 {who[1:]} 个人的{label}" if who else label


def choices(sheet: LookSheet) -> list[tuple[str, str]]:
    """(role, 中文) a column of this sheet may be taken for, "" 不读 first; members side by side where the sheet has them."""
    groups = sorted({who for one in sheet.columns if (who := split_role(one.field)[0])}, key=lambda who: (who != "head", len(who), who))
    more = [f"{who}.{name}" for who in groups for name in FIELD_LABELS if name not in OF_ROW]
    heads = [] if "head" in groups else [f"head.{name}" for name in ("id_no", "phone", "sex")]
    return [("", NOT_READ), *((role, role_label(role)) for role in (*FIELD_LABELS, *heads, *more))]


def look(path: Path, today: dt.date, mapping: ColumnMap | None = None, remembered: Mapping[str, ColumnMap] | None = None) -> Look:
    """What a workbook would be read as. A sheet whose head row was told is there even when none of its columns is known yet.

    Raises:
        NotFound, Refused: see `workbook.read_book`; XL-W05 when the mapping does not fit.
    """
    mapping = mapping or ColumnMap()
    book = read_book(path)
    found: list[LookSheet] = []
    headless: list[Headless] = []
    left_out: list[tuple[str, str]] = []
    for sheet in book.sheets:
        header = find_header(sheet, mapping, remembered=remembered)
        told = mapping.of(sheet.name).header_row
        if header is None and told is not None and mapping.sheet in (None, sheet.name):
            head = head_at(sheet, told - 1, 1)
            header = Header(head.row, {}, head.texts, head.top, head.above, ("",) * len(head.texts), {}, head.fingerprint, "told")
        if header is not None and (other := not_a_roster(header)):
            left_out.append((sheet.name, other))
            headless.append(Headless(sheet.name, _first(sheet)))
        elif header is not None:
            found.append(_looked(sheet, header, today))
        elif not sheet.rows:
            left_out.append((sheet.name, "是空表"))
        else:
            left_out.append((sheet.name, "没有找到表头"))
            headless.append(Headless(sheet.name, _first(sheet)))
    left_out += [(name, "是隐藏的表") for name in book.hidden]
    return Look(tuple(found), tuple(headless), tuple(left_out), tuple(book.said))


def _looked(sheet: Sheet, header: Header, today: dt.date) -> LookSheet:
    below = sheet.rows[header.row :]
    columns: list[LookColumn] = []
    width = max((len(row) for row in below[:_LOOKED]), default=0)
    for at in range(max(width, len(header.texts))):
        role = header.roles[at] if at < len(header.roles) else ""
        head = "｜".join((*header.above[at], header.texts[at])) if at < len(header.texts) and header.texts[at] else ""
        samples = _samples(below, at, split_role(role)[1])
        if not head and not samples:
            continue
        doubt = header.doubts.get(at, "")
        basis = "" if not role else header.basis if header.basis != "guess" else "values" if "内容认的" in doubt or not head else "head"
        columns.append(LookColumn(at, letter(at), safe(clean_line(head)), role, samples, doubt, basis))
    wide = any(who.startswith("m") for who in header.groups())
    rows = sum(1 for row in below if any(cell != "" for cell in row))
    return LookSheet(sheet.name, header.fingerprint, header.top, header.row, "wide" if wide else "rows", rows, tuple(columns), header.basis, roster_day(sheet, header, today))


def _samples(rows: list[list[Cell]], at: int, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows[:_LOOKED]:
        text = safe(clean_line(cell_text(row[at]))) if at < len(row) else ""
        if text and text[-1] not in ":：" and (shown := covered(text, name)[:_SHORT]) not in found:  # 填表人: is no value of a column
            found.append(shown)
            if len(found) == _SAMPLES:
                break
    return tuple(found)


def covered(text: str, name: str = "") -> str:
    """A cell as it may be shown: numbers of people are masked wherever they stand."""
    folded = fold_code(text)
    if name in _COVERED:
        return "*" * 6
    if name == "id_no" or re.fullmatch(r"\d{14,}[\dX]", folded):
        return mask_id(folded)
    if name == "phone" or re.fullmatch(r"1\d{10}", folded):
        return mask_phone(folded)
    return re.sub(r"\d{11,18}[Xx]?", lambda hit: mask_id(hit.group()), text)


def _first(sheet: Sheet) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    for at, row in enumerate(sheet.rows, 1):
        texts = [covered(safe(clean_line(cell_text(cell)))) for cell in row if cell != ""]
        if texts:
            found.append((at, "　".join(texts)[:200]))
            if len(found) == _FIRST_ROWS:
                break
    return tuple(found)


def amended(sheet: LookSheet, roles: Mapping[int, str]) -> ColumnMap:
    """The whole assignment of a sheet, with some columns (`at` -> role, "" = not read) settled otherwise.

    Raises:
        Refused: XL-W05 when two columns mean the same, or a role is none.
    """
    wanted = {one.at: roles.get(one.at, one.field) for one in sheet.columns}
    wanted.update(roles)
    taken: dict[str, int] = {}
    for at, role in sorted(wanted.items()):
        if role and role in taken:
            raise Refused("XL-W05", f"{letter(taken[role])} 栏和 {letter(at)} 栏都是{role_label(role)}", field=letter(at), next_step="请把其中一栏改成别的，或不读")
        taken[role] = at
    columns = {role: letter(at) for at, role in wanted.items() if role}
    return read_mapping({"header_row": sheet.header_row, "columns": columns, "skip": [letter(at) for at, role in wanted.items() if not role]})


def together(maps: Mapping[str, ColumnMap]) -> ColumnMap:
    """Mappings of several sheets as one, for the import; a sheet that is not named is read by the guess."""
    return ColumnMap(per=dict(maps))


def settled(roster: Roster) -> dict[str, dict[str, Any]]:
    """fingerprint -> what to keep for the next time, of every sheet a person settled (plain values; head words only, no cell)."""
    found: dict[str, dict[str, Any]] = {}
    for sheet in roster.sheets:
        header = sheet.header
        if header.basis == "told":
            found[header.fingerprint] = {
                "columns": {role: letter(at) for at, role in enumerate(header.roles) if role},
                "skip": [letter(at) for at, role in enumerate(header.roles) if not role and header.texts[at]],
                "values": {name: dict(words) for name, words in header.values.items()},
                "heads": [text for text in header.texts if text],
                "sheet": sheet.name,
            }
    return found


def recalled(kept: Mapping[str, Any]) -> ColumnMap:
    """A mapping out of what `settled` gave. Raises Refused XL-W05."""
    return read_mapping({name: kept[name] for name in ("columns", "skip", "values") if name in kept})
