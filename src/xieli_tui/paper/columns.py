"""Which column means what: the header row found by content, columns by their names and values, or by a mapping file.

Rules kept here
- title rows, unit rows and signature rows are not headers: a header names a person's name and at least two more columns we know;
- a head of two rows (merged cells) is read as one, the lower word counting;
- a column about the household head's own papers (户主身份证号) is never taken for the person's;
- a mapping names what differs from the guess and nothing else; a mapping that does not fit the sheet is refused (XL-W05), never half used.

Mapping file (TOML), every part optional:

    sheet = "低收入人口台账"
    header_row = 3
    [columns]               # field = header text, or a column letter
    id_no = "公民身份号码"
    [values.category]       # word on the sheet = id or word of the vocabulary
    "B类" = "低保"
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.domain.text import fold_code
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper.workbook import Cell, Sheet, cell_text

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "serial": ("序号", "编号", "序", "行号"),
    "number": ("户编号", "户号", "家庭编号", "户序号", "家庭编码", "户编码"),
    "village": ("村", "所在村", "行政村", "村名", "村社区", "村居", "所属村"),
    "group": ("村民小组", "小组", "组", "组别", "村组", "所在组", "所在小组", "居民小组", "社组"),
    "address": ("家庭住址", "住址", "地址", "详细地址", "现住址", "居住地址", "家庭地址", "居住地"),
    "head": ("户主姓名", "户主", "所属户主", "家庭户主", "申请人姓名", "户主名称"),
    "name": ("姓名", "成员姓名", "家庭成员姓名", "人员姓名", "对象姓名", "家庭成员", "救助对象姓名", "保障对象姓名", "困难群众姓名"),
    "relation": ("与户主关系", "与户主的关系", "户主关系", "家庭关系", "关系", "与申请人关系", "与申请人的关系", "成员关系"),
    "sex": ("性别",),
    "id_no": ("公民身份号码", "公民身份证号码", "身份证号码", "身份证号", "居民身份证号码", "身份证", "证件号码", "证件号", "成员身份证号", "身份号码"),
    "birth": ("出生日期", "出生年月日", "出生年月", "生日", "出生时间"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码"),
    "category": ("救助类别", "类别", "保障类别", "低收入人口类别", "人员类别", "救助类型", "对象类别", "困难类别", "保障类型", "对象类型", "家庭类别"),
    "category_since": ("纳入时间", "纳入日期", "享受时间", "认定时间", "认定日期", "开始享受时间"),
    "aid_month": ("月保障金", "保障金额", "月保障金额", "低保金", "月补助金额", "月发放金额"),
    "disability": ("残疾情况", "残疾类别", "残疾类型", "残疾类别及等级", "残疾类别等级", "残疾种类", "残疾"),
    "disability_level": ("残疾等级", "残疾级别"),
    "disability_cert": ("残疾证号", "残疾人证号", "残疾证号码"),
    "health": ("健康状况", "健康情况", "身体状况", "身体情况"),
    "labour": ("劳动能力", "劳动能力状况"),
    "work": ("从业状况", "就业状况", "就业情况", "就业类型"),
    "wage_month": ("月收入", "个人月收入", "月工资", "月工资收入"),
    "marital": ("婚姻状况", "婚姻"),
    "education": ("文化程度", "学历"),
    "school": ("就读学校", "学校", "在读学校"),
    "nation": ("民族",),
    "support_mode": ("供养方式",),
    "bank": ("银行账号", "一卡通账号", "一卡通号", "银行卡号", "社保卡号"),
    "note": ("备注", "说明", "备考"),
}
"""Field -> header words, compared after folding."""

_HEADER_ROWS = 40
_ID_SHAPE = re.compile(r"^(\d{17}[\dX]|\d{15})$")
_NOT_THE_PERSONS = ("户主身份证", "监护人", "代办人", "联系人", "户主电话")


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s*:：、/\\.,，。_-]+", "", re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", folded))



@dataclass(frozen=True, slots=True)
class HeadWords:
    """The words of one kind of list: `names` field -> header words, `by_key` the same the other way round, folded."""

    names: Mapping[str, tuple[str, ...]]
    by_key: Mapping[str, str]

    @classmethod
    def of(cls, names: Mapping[str, tuple[str, ...]]) -> HeadWords:
        """Of a table like COLUMN_NAMES; of a word that stands twice the later field counts."""
        return cls(names, {_key(word): name for name, words in names.items() for word in words})


ROSTER = HeadWords.of(COLUMN_NAMES)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A mapping file as read."""

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet: its last row (1 = first sheet row), the column of each field, the header texts as they stand."""

    row: int
    columns: Mapping[str, int]
    texts: tuple[str, ...]

    def text(self, name: str) -> str:
        """Header text of a field's column, "" when the sheet has none."""
        at = self.columns.get(name)
        return self.texts[at] if at is not None else ""


def load_mapping(path: Path, words: HeadWords = ROSTER) -> ColumnMap:
    """Read a mapping file. Raises NotFound XL-F05, Refused XL-W05 for what is not one."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFound("XL-F05") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Refused("XL-W05") from None
    sheet, row = raw.get("sheet"), raw.get("header_row")
    columns, values = _texts(raw.get("columns", {})), raw.get("values", {})
    unknown = set(raw) - {"sheet", "header_row", "columns", "values"} | set(columns) - set(words.names)
    if unknown:
        raise Refused("XL-W05", "、".join(sorted(unknown)))
    if not (sheet is None or isinstance(sheet, str)) or not (row is None or (isinstance(row, int) and row > 0)) or not isinstance(values, dict):
        raise Refused("XL-W05")
    return ColumnMap(sheet, row, columns, {name: _texts(words) for name, words in values.items()})


def _texts(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise Refused("XL-W05")
    return dict(raw)


def find_header(sheet: Sheet, mapping: ColumnMap | None = None, words: HeadWords = ROSTER) -> Header | None:
    """The header of a sheet, None when it has none.

    Raises:
        Refused: XL-W05 when a mapping that names this sheet or a header row does not fit it.
    """
    mapping = mapping or ColumnMap()
    if mapping.sheet is not None and mapping.sheet != sheet.name:
        return None
    if mapping.header_row is not None:
        if mapping.header_row > len(sheet.rows):
            raise Refused("XL-W05", "header_row")
        found: tuple[int, tuple[str, ...]] | None = (mapping.header_row, _texts_of(sheet.rows[mapping.header_row - 1]))
    else:
        found = _search(sheet.rows, mapping, words)
    if found is None:
        return None
    row, texts = found
    columns = _named(texts, words)
    for name, where in mapping.columns.items():
        at = _locate(where, texts)
        if at is None:
            raise Refused("XL-W05", name)
        columns = {other: place for other, place in columns.items() if place != at}
        columns[name] = at
    columns = _by_values(columns, texts, sheet.rows[row:], words)
    return Header(row, columns, texts) if "name" in columns or "head" in columns else None


def _texts_of(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(cell_text(cell).replace("\n", "").strip() for cell in row)


def _named(texts: Iterable[str], words: HeadWords) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, text in enumerate(texts):
        key = _key(text)
        name = words.by_key.get(key)
        if name is not None and not any(key.startswith(other) for other in _NOT_THE_PERSONS):
            columns.setdefault(name, at)
    return columns


def _is_header(columns: Mapping[str, int]) -> bool:
    return ("name" in columns or "head" in columns) and len(columns) >= 3


def _search(rows: Sequence[Sequence[Cell]], mapping: ColumnMap, words: HeadWords) -> tuple[int, tuple[str, ...]] | None:
    wanted = {_key(where) for where in mapping.columns.values()}
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        texts = _texts_of(row)
        columns = _named(texts, words)
        if at + 1 < len(rows) and all(isinstance(cell, str) for cell in rows[at + 1]):
            below = _texts_of(rows[at + 1])
            both = tuple(low or high for low, high in zip(below, texts, strict=False))
            if len(_named(below, words)) >= 2 and len(_named(both, words)) > len(columns) and _is_header(_named(both, words)):
                return at + 2, both
        mapped = {_key(text) for text in texts} & wanted
        if _is_header(columns) or (wanted and mapped == wanted and len(columns) + len(mapped) >= 3):
            return at + 1, texts
    return None


def _locate(where: str, texts: Sequence[str]) -> int | None:
    key = _key(where)
    for at, text in enumerate(texts):
        if _key(text) == key:
            return at
    if re.fullmatch(r"[A-Z]{1,3}", where):
        at = 0
        for letter in where:
            at = at * 26 + ord(letter) - 64
        return at - 1 if at <= len(texts) else None
    return None


def _by_values(columns: dict[str, int], texts: Sequence[str], rows: Sequence[Sequence[Cell]], words: HeadWords) -> dict[str, int]:
    """Fill in ID, sex and relation from what stands in columns nobody named."""
    free = [at for at, text in enumerate(texts) if at not in columns.values() and not any(_key(text).startswith(other) for other in _NOT_THE_PERSONS)]
    tests = {
        "id_no": lambda text: _ID_SHAPE.match(fold_code(text)) is not None,
        "sex": lambda text: text.strip() in ("男", "女"),
        "relation": lambda text: codes.find("relation", text) is not None and not text.strip().isdigit(),
    }
    for name, looks_right in tests.items():
        if name in columns or name not in words.names:
            continue
        for at in free:
            texts_here = [text for row in rows[:200] if at < len(row) and (text := cell_text(row[at]).strip())]
            if len(texts_here) >= 3 and sum(map(looks_right, texts_here)) >= 0.6 * len(texts_here):
                columns[name] = at
                free.remove(at)
                break
    return columns
