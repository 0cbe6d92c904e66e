"""Which column means what: the header found by content, columns by their names and values, by a mapping, or as it was settled the last time.

Rules kept here
- title rows, unit rows and signature rows are not headers: a header names a person's name and at least two more columns we know;
- how a head of several rows is read, and whose a column is: `heads`;
- a mapping names what differs from the guess and nothing else; a mapping that does not fit the sheet is refused (XL-W05), never half used;
- what was settled for a head is used for every workbook with the same words over the same columns (`Head.fingerprint`).

Mapping file (TOML), every part optional:

    sheet = "低收入人口台账"
    header_row = 3          # the last row of the head
    skip = ["电话", "K"]     # columns that are not read
    [columns]               # field = header text, 户主｜姓名, or a column letter
    id_no = "公民身份号码"
    "head.id_no" = "C"      # the head's; "m2.name" is the second member of the row
    [values.category]       # word on the sheet = id or word of the vocabulary
    "B类" = "低保"
    [sheets."一组"]          # the same for one sheet
    columns = { name = "B" }
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper.heads import COLUMN_NAMES as COLUMN_NAMES
from xieli_tui.paper.heads import ROSTER, Head, grown, head_at, heads_of, key_of, read_word, role_fits, roles, search, split_role
from xieli_tui.paper.heads import HeadWords as HeadWords
from xieli_tui.paper.workbook import Sheet
from xieli_tui.paper.workbook_guard import letter

_key = key_of
_LETTER = re.compile(r"[A-Z]{1,3}")
_PARTS = {"header_row", "columns", "values", "skip"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A mapping. `columns` role -> header text or letter; `skip` columns not to read; `per` sheet name -> the mapping of that sheet."""

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    per: Mapping[str, ColumnMap] = field(default_factory=dict)

    def of(self, sheet: str) -> ColumnMap:
        """What it says of one sheet."""
        return self.per.get(sheet, self)

    @property
    def says(self) -> bool:
        """True when it says anything of columns."""
        return bool(self.columns or self.skip or self.values or self.header_row is not None or any(one.says for one in self.per.values()))


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet.

    Attributes:
        row: its last row, 1 = first sheet row; `top` its first.
        columns: field -> column, of the row and of its one person. texts: the header texts as they stand, `above` what stands over them.
        roles: role of every column, "" not read. doubts: column -> what a person should look at.
        basis: "guess" | "last" (as settled the last time) | "told".
        values: words of the sheet -> words of the vocabularies.
    """

    row: int
    columns: Mapping[str, int]
    texts: tuple[str, ...]
    top: int = 0
    above: tuple[tuple[str, ...], ...] = ()
    roles: tuple[str, ...] = ()
    doubts: Mapping[int, str] = field(default_factory=dict)
    fingerprint: str = ""
    basis: str = "guess"
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Header text of a field's column, "" when the sheet has none."""
        at = self.columns.get(name)
        return self.texts[at] if at is not None else ""

    def read_as(self) -> tuple[tuple[str, str], ...]:
        """(header text, role) of the columns read; with the words above it, or its letter, where a text stands twice."""
        texts = [self.texts[at] for at, role in enumerate(self.roles) if role]
        full = ["｜".join((*self.above[at], self.texts[at])) for at in range(len(self.texts))]
        again = [full[at] for at, role in enumerate(self.roles) if role]
        named = ((at, role, self.texts[at] if texts.count(self.texts[at]) == 1 else full[at] if again.count(full[at]) == 1 else f"{full[at]}（{letter(at)} 列）") for at, role in enumerate(self.roles) if role)
        return tuple((name, role) for _, role, name in named)

    def groups(self) -> dict[str, dict[str, int]]:
        """Persons a row speaks of besides `columns`: "head", "m1", "m2" … -> field -> column."""
        found: dict[str, dict[str, int]] = {}
        for at, role in enumerate(self.roles):
            who, name = split_role(role)
            if who:
                found.setdefault(who, {})[name] = at
        return dict(sorted(found.items(), key=lambda one: (one[0] != "head", len(one[0]), one[0])))


def load_mapping(path: Path, words: HeadWords = ROSTER) -> ColumnMap:
    """Read a mapping file. Raises NotFound XL-F05, Refused XL-W05 for what is not one."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFound("XL-F05") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise Refused("XL-W05") from None
    sheet, per = raw.pop("sheet", None), raw.pop("sheets", {})
    if not (sheet is None or isinstance(sheet, str)) or not isinstance(per, dict) or not all(isinstance(one, dict) for one in per.values()):
        raise Refused("XL-W05")
    return read_mapping(raw, words, sheet=sheet, per={name: read_mapping(one, words) for name, one in per.items()})


def read_mapping(raw: Mapping[str, Any], words: HeadWords = ROSTER, *, sheet: str | None = None, per: Mapping[str, ColumnMap] | None = None) -> ColumnMap:
    """A mapping out of plain values. Raises Refused XL-W05."""
    row, skip = raw.get("header_row"), raw.get("skip", [])
    columns, values = _texts(raw.get("columns", {})), raw.get("values", {})
    unknown = set(raw) - _PARTS | {role for role in columns if not role_fits(role, words)}
    if unknown:
        raise Refused("XL-W05", "、".join(sorted(unknown)))
    if isinstance(row, bool) or not (row is None or (isinstance(row, int) and row > 0)) or not isinstance(values, dict):
        raise Refused("XL-W05")
    if not isinstance(skip, list) or not all(isinstance(one, str) for one in skip):
        raise Refused("XL-W05", "skip")
    return ColumnMap(sheet, row, columns, {name: _texts(of_word) for name, of_word in values.items()}, tuple(skip), dict(per or {}))


def _texts(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise Refused("XL-W05")
    return dict(raw)


def find_header(
    sheet: Sheet, mapping: ColumnMap | None = None, words: HeadWords = ROSTER, remembered: Mapping[str, ColumnMap] | None = None,
) -> Header | None:
    """The header of a sheet, None when it has none.

    Args:
        remembered: fingerprint -> what was settled for that head; a mapping that says something of this sheet goes first.

    Raises:
        Refused: XL-W05 when a mapping that names this sheet or a header row does not fit it.
    """
    mapping = mapping or ColumnMap()
    if mapping.sheet is not None and mapping.sheet != sheet.name:
        return None
    chosen, basis = mapping.of(sheet.name), "told"
    if not chosen.says:
        basis = "guess"
        seen = next((head for head in heads_of(sheet) if head.fingerprint in remembered), None) if remembered else None
        if seen is not None and remembered is not None and (found := _again(sheet, seen, remembered[seen.fingerprint], words)) is not None:
            return found
    if chosen.header_row is not None:
        if chosen.header_row > len(sheet.rows):
            raise Refused("XL-W05", "header_row")
        head: Head | None = _ending(sheet, chosen.header_row, chosen, words)
    else:
        head = search(sheet, words, lambda one: _named(one, chosen, words))
    return _header(sheet, head, chosen, words, basis) if head is not None else None


def _again(sheet: Sheet, head: Head, mapping: ColumnMap, words: HeadWords) -> Header | None:
    """The header as settled the last time, None where that names a column which is not there now."""
    try:
        return _header(sheet, head, mapping, words, "last")
    except Refused:
        return None


def _ending(sheet: Sheet, row: int, mapping: ColumnMap, words: HeadWords) -> Head:
    """The head whose last row was told; as deep as more columns get a name by it."""
    found = [head_at(sheet, row - depth, depth) for depth in (1, 2, 3) if depth <= row]
    return grown(sheet, max(found, key=lambda head: (sum(1 for text, above in zip(head.texts, head.above, strict=True) if read_word(text, above, words)), head.top)))


def _named(head: Head, mapping: ColumnMap, words: HeadWords) -> int:
    """How many columns a head names; 0 for what is none."""
    said = {role for text, above in zip(head.texts, head.above, strict=True) if (role := read_word(text, above, words))}
    wanted = {key_of(where) for where in mapping.columns.values() if not _LETTER.fullmatch(where)}
    mapped = {key for at, text in enumerate(head.texts) for key in (key_of(text), key_of(head.full(at))) if key} & wanted
    names = any(split_role(role)[1] in ("name", "head") for role in said)
    if (names and len(said) >= 3) or (wanted and mapped == wanted and len(said) + len(mapped) >= 3):
        return len(said) + len(mapped)
    return 0


def _header(sheet: Sheet, head: Head, mapping: ColumnMap, words: HeadWords, basis: str) -> Header | None:
    said, doubts = roles(head, sheet.rows[head.row :], words)
    told = [*((role, where) for role, where in mapping.columns.items()), *(("", where) for where in mapping.skip)]
    for role, where in told:
        at = _locate(where, head)
        if at is None:
            raise Refused("XL-W05", role or where)
        if role:
            said = ["" if other == role else other for other in said]
        said[at] = role
        doubts.pop(at, None)
    columns = {role: at for at, role in enumerate(said) if role and "." not in role}
    if not any(split_role(role)[1] in ("name", "head") for role in said):
        return None
    return Header(head.row, columns, head.texts, head.top, head.above, tuple(said), doubts, head.fingerprint, basis, mapping.values)


def _locate(where: str, head: Head) -> int | None:
    key = key_of(where)
    for words in (head.texts, [head.full(at) for at in range(len(head.texts))]):
        places = [at for at, text in enumerate(words) if key and key_of(text) == key]
        if len(places) == 1 or (places and not _LETTER.fullmatch(where)):
            return places[0]
    if _LETTER.fullmatch(where):
        at = 0
        for letter in where:
            at = at * 26 + ord(letter) - 64
        return at - 1 if at <= len(head.texts) else None
    return None

