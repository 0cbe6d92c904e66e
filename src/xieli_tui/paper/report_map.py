"""A report as it was learnt: which sheet of whose workbook, where its head ends, what every column holds and how it is written. One file, so that it travels.

Rules kept here
- the file is JSON, read strictly: what does not fit is refused (XL-W05), never half used; a field this program does not know is left blank;
- the workbook travels inside, its data rows emptied (`paper.refill.emptied`): a layout carries nobody's data;
- answers (TOML) name what differs from the guess and nothing else.

Answers, every part optional:

    unit = "household"            # household | person | visit, or 一户一行 …; of the first sheet
    sheet = "月报"                 # which sheets, the first of them the main one: "月报/人员"
    reason = "镇民政办月报"         # why full numbers are in it
    [columns]                     # head as it stands, or a letter = field or its Chinese name, 留空
    "发现问题" = "visit_note"
    "人员!备注" = "note"            # of one sheet
    [formats]
    "走访日期" = "dot_month"
    [filter]                      # only rows whose field says this; several words with |
    category = "低保|特困"
"""

from __future__ import annotations

import base64
import binascii
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_tui.domain.text import safe
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper.report_fields import BLANK, FIELDS, FORMATS, UNITS

LEAVE = ("留空", "空着", "不填", "-")
WIDEST, DEEPEST, LONGEST_NAME = 500, 20_000, 200
"""Columns a report may have, the last row its data may begin in, characters of its name."""
MOST_SHEETS = 30
FORMULA = "="
"""Format of a column whose rows hold the office's own formula: it is carried down."""
_ANSWERS = "请核对 --answers 指定的文件"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place (0 = A), its head as it stands, the field ("" = left blank), the format."""

    at: int
    head: str
    field: str
    format: str = ""


@dataclass(frozen=True, slots=True)
class SheetMap:
    """What was learnt of one sheet. `first`: the first data row (1 = first row of the sheet); `last`: the last row the office drew for data."""

    sheet: str
    head_rows: tuple[int, int]
    first: int
    last: int
    unit: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ReportMap:
    """What was learnt of a workbook: the main sheet, and `more` sheets that are filled in with it. `lost`: what of the office's own file a copy does not have."""

    name: str
    sheet: str
    head_rows: tuple[int, int]
    first: int
    last: int
    unit: str
    columns: tuple[Column, ...]
    workbook: bytes
    reason: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    more: tuple[SheetMap, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def sheets(self) -> tuple[SheetMap, ...]:
        """Every sheet that is filled in, the main one first."""
        return (SheetMap(self.sheet, self.head_rows, self.first, self.last, self.unit, self.columns), *self.more)

    def to_bytes(self) -> bytes:
        """The file."""
        main, *more = map(_sheet_out, self.sheets)
        return json.dumps(
            {
                "report": 1, "name": self.name, **main, "reason": self.reason, "filters": dict(self.filters), "workbook": base64.b64encode(self.workbook).decode(),
                **({"more": more} if more else {}), **({"lost": list(self.lost)} if self.lost else {}),
            },
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        ).encode()


def _sheet_out(one: SheetMap) -> dict[str, Any]:
    return {
        "sheet": one.sheet, "head_rows": list(one.head_rows), "first": one.first, "last": one.last, "unit": one.unit,
        "columns": [[column.at, column.head, column.field, column.format] for column in one.columns],
    }


def read(data: bytes) -> ReportMap:
    """A file as `to_bytes` made it. Raises Refused XL-W05."""
    try:
        raw = json.loads(data)
        if raw["report"] != 1:
            raise ValueError
        main, *more = (_sheet_in(one) for one in (raw, *raw.get("more", ())))
        if len(more) >= MOST_SHEETS or len({one.sheet for one in (main, *more)}) != len(more) + 1:
            raise ValueError
        filters = {_text(key): _text(value) for key, value in raw["filters"].items() if key in FIELDS}
        if len(filters) != len(raw["filters"]):
            raise ValueError  # leaving a filter out would show families nobody asked for
        if not 0 < len(name := _text(raw["name"])) <= LONGEST_NAME or safe(name) != name:
            raise ValueError
        lost = tuple(_word(word) for word in raw.get("lost", ()))
        return ReportMap(
            name, main.sheet, main.head_rows, main.first, main.last, main.unit, main.columns, base64.b64decode(raw["workbook"], validate=True), _text(raw["reason"]), filters, tuple(more), lost,
        )
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error, RecursionError):
        raise Refused("XL-W05", "报表的对应文件", next_step="请县里重新学一次再发，或自己用 xieli report learn 学一次") from None


def _sheet_in(raw: Any) -> SheetMap:
    """One sheet of the file. Raises ValueError, KeyError, TypeError."""
    if raw["unit"] not in UNITS:
        raise ValueError
    top, bottom = (_row(row) for row in raw["head_rows"])
    first, last = _row(raw["first"]), _row(raw["last"])
    columns = tuple(Column(_place(at), _text(head), known if (known := _text(what)) in FIELDS else BLANK, _text(form)) for at, head, what, form in raw["columns"])
    places = [one.at for one in columns]
    if not top <= bottom < first <= last or first > DEEPEST or len(set(places)) != len(places) or any(at >= WIDEST for at in places):
        raise ValueError
    if any(one.field and one.format not in FORMATS[FIELDS[one.field].kind] for one in columns):
        raise ValueError
    return SheetMap(_text(raw["sheet"]), (top, bottom), first, last, raw["unit"], columns)


def _word(value: Any) -> str:
    if len(text := _text(value)) > LONGEST_NAME or safe(text) != text:
        raise ValueError
    return text


def _row(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
        raise ValueError
    return value


def _place(value: Any) -> int:
    return _row(value + 1) - 1


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


@dataclass(frozen=True, slots=True)
class Answers:
    """What the officer said about a workbook."""

    unit: str = ""
    sheet: str = ""
    reason: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets named; none: whichever wants our data. A sheet's name holds no slash."""
        return tuple(word.strip() for word in self.sheet.split("/") if word.strip())


def load_answers(path: Path) -> Answers:
    """Read an answers file. Raises NotFound XL-F05, Refused XL-W05."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFound("XL-F05") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Refused("XL-W05", next_step=_ANSWERS) from None
    unknown = set(raw) - {"unit", "sheet", "reason", "columns", "formats", "filter"}
    texts = {key: raw.get(key, "") for key in ("unit", "sheet", "reason")}
    tables = {key: raw.get(key, {}) for key in ("columns", "formats", "filter")}
    fits = all(isinstance(one, str) for one in texts.values()) and all(
        isinstance(table, dict) and all(isinstance(value, str) for value in table.values()) for table in tables.values()
    )
    if unknown or not fits:
        raise Refused("XL-W05", "、".join(sorted(unknown)), next_step=_ANSWERS)
    unit = _unit(texts["unit"])
    return Answers(unit, texts["sheet"], texts["reason"], tables["columns"], tables["formats"], {field_named(key): value for key, value in tables["filter"].items()})


def _unit(word: str) -> str:
    found = next((ident for ident, label in UNITS.items() if word in (ident, label)), "")
    if word and not found:
        raise Refused("XL-W05", "unit", next_step=_ANSWERS)
    return found


def field_named(word: str) -> str:
    """A field by its id or Chinese name; "" for 留空. Raises Refused XL-W05 for what is none."""
    plain = word.strip()
    if plain in ("", *LEAVE):
        return BLANK
    found = plain if plain in FIELDS else next((one.id for one in FIELDS.values() if plain == one.label), None)
    found = found or next((one.id for one in FIELDS.values() if plain in one.words), None)
    if found is None:
        raise Refused("XL-W05", f"没有 {plain} 这一项", next_step="有哪些项：xieli report fields")
    return found


def format_named(name: str, word: str) -> str:
    """A format of a field by its id or its example. Raises Refused XL-W05."""
    choices = FORMATS[FIELDS[name].kind]
    found = next((ident for ident, label in choices.items() if word.strip() in (ident, label)), None)
    if found is None:
        raise Refused("XL-W05", f"{FIELDS[name].label} 没有 {word.strip()} 这种写法", next_step="有哪些写法：xieli report fields")
    return found
