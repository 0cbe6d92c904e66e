"""A roster workbook (台账) into row drafts: what each row says, and what is wrong with it. Records nothing.

Rules kept here (design 08 and 10)
- a data row has a name that is not a label, and a serial, an ID or a relation; everything else (titles, blanks, sums, signatures) is no row;
- the row number is the sheet's, the first is 1; the column is the header text as it stands;
- a damaged ID is never repaired and never loses a row: the person is 待补, the row carries XL-W11, W12 or W13;
- a contradiction between 与户主关系 and 性别 is XL-W16 on the relation; nothing is put right by itself;
- what does not fit a vocabulary or a calendar is kept in `notes` and left out of the draft, never guessed;
- texts are cleaned of control characters only; `=1+1` is a text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.domain.dates import parse_day
from xieli_tui.domain.idnum import IdCheck, check_id
from xieli_tui.domain.money import parse_fen
from xieli_tui.domain.text import clean_line, clean_name, clean_note, fold_code
from xieli_tui.errors import REGISTRY, Refused, XieliError
from xieli_tui.paper.columns import ColumnMap, Header, find_header
from xieli_tui.paper.workbook import Cell, cell_text, sheets

HEAD_RELATIONS = ("01", "02")
OTHER_RELATION = "80"
"""GB/T 4761 其他: a relation that was not given or is not known."""
UNUSABLE = frozenset({"XL-W11", "XL-W12", "XL-W13"})
STRICT = frozenset({"XL-W11", "XL-W12"})
_SUMS = frozenset({"合计", "小计", "总计", "共计"})
_AS_OF = re.compile(r"(?:填报时间|填报日期|填表时间|填表日期|截止时间|截至|统计时间|时间)[:：]?\s*(\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)")
_CODED = ("health", "labour", "work", "marital", "education", "support_mode")
_PLAIN = ("school", "nation", "bank")
NAME_LIMIT = 200
TEXT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one cell: sheet row, header text, code of the registry, a sentence without the cell's content."""

    sheet: str
    row: int
    column: str
    code: str
    what: str

    def as_json(self) -> dict[str, object]:
        """The entry of `rejected`, `warnings` and `notes` (design 08)."""
        return {"row": self.row, "column": self.column, "code": self.code, "what": self.what, "sheet": self.sheet}


@dataclass(frozen=True, slots=True)
class RowDraft:
    """One data row.

    Attributes:
        row, sheet: where it stands.
        number, head, group, address, village: the household's, "" when not given (carried down from the row above within a family).
        name: the person's; `relation` a GB/T 4761 code; `relation_given` False when the sheet does not say.
        id: the judged identity number; `birth` and `sex` as far as known ("" else), from the ID before the cell; `birth_cell`, `sex_cell` the cells'.
        fields: further person fields in the types of PERSON_FIELDS; `household` further household fields.
        category: id of V1 or "".
        warnings: XL-W codes on this row; notes: further remarks.
        cells: the row as it stands, for the error workbook.
    """

    row: int
    sheet: str
    number: str
    head: str
    group: str
    address: str
    village: str
    name: str
    relation: str
    relation_given: bool
    id: IdCheck
    birth: str
    sex: str
    birth_cell: str
    sex_cell: str
    category: str
    fields: dict[str, Any]
    household: dict[str, Any]
    warnings: tuple[Issue, ...]
    notes: tuple[Issue, ...]
    cells: tuple[Cell, ...]

    @property
    def is_head(self) -> bool:
        """True for the household head's own row."""
        return self.relation in HEAD_RELATIONS


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet that has a header: which column was taken for what."""

    name: str
    header: Header
    as_of: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A workbook read: sheets with a header, and their rows in order."""

    sheets: tuple[SheetRead, ...]
    rows: tuple[RowDraft, ...]


@dataclass(slots=True)
class _Family:
    """What rows of one family share; carried down while cells stay blank."""

    number: str = ""
    head: str = ""
    group: str = ""
    address: str = ""
    village: str = ""


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one sheet."""

    sheet: str
    header: Header
    mapping: ColumnMap
    today: dt.date
    known: Collection[str]
    warnings: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    at: int = 0
    cells: Sequence[Cell] = ()

    def cell(self, name: str) -> Cell:
        place = self.header.columns.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def line(self, name: str) -> str:
        return clean_line(cell_text(self.cell(name)))

    def warn(self, name: str, code: str) -> None:
        self.warnings.append(Issue(self.sheet, self.at, self.header.text(name), code, REGISTRY[code].what))

    def remark(self, name: str, code: str, what: str = "") -> None:
        self.notes.append(Issue(self.sheet, self.at, self.header.text(name), code, what or REGISTRY[code].what))

    def person_name(self) -> str:
        return clean_name(cell_text(self.cell("name" if "name" in self.header.columns else "head")))

    def is_row(self) -> bool:
        name = self.person_name()
        if not name or name[-1] in ":：" or name in _SUMS or name == clean_name(self.header.text("name")):
            return False
        return any(cell_text(self.cell(key)).strip() for key in ("serial", "id_no", "relation"))

    def coded(self, name: str, vocab: str) -> str | None:
        word = self.line(name)
        if not word:
            return None
        mapped = self.mapping.values.get(name, {}).get(word, word)
        found = codes.find(vocab, mapped)
        if found is None:
            self.remark(name, "XL-V08", "这一格的词不在选项里，没有登记")
        return found

    def day(self, name: str) -> str:
        raw = self.cell(name)
        if raw == "" or (isinstance(raw, str) and not raw.strip()):
            return ""
        try:
            found = parse_day(raw, self.today)
        except XieliError as error:
            self.remark(name, error.code)
            return ""
        if found > self.today:
            self.remark(name, "XL-V13")
            return ""
        return found.isoformat()

    def fen(self, name: str) -> int | None:
        raw = self.cell(name)
        if raw == "" or (isinstance(raw, str) and not raw.strip()):
            return None
        try:
            return parse_fen(raw if isinstance(raw, (int, float)) else cell_text(raw))
        except XieliError as error:
            self.remark(name, error.code)
            return None

    def draft(self, family: _Family, at: int, cells: Sequence[Cell]) -> RowDraft | None:
        """The draft of one sheet row, None when it is no data row."""
        self.at, self.cells, self.warnings, self.notes = at, cells, [], []
        if not self.is_row():
            return None
        name = self.person_name()
        relation, given = self.relation(name)
        self.share(family, name, relation)
        birth_cell = self.day("birth")
        check = check_id(self.cell("id_no"), self.today, birth=dt.date.fromisoformat(birth_cell) if birth_cell else None, known=self.known)
        for code in check.warnings:
            self.warn("id_no", code)
        sex_cell = self.coded("sex", "sex") or ""
        implied = codes.relation_sex(relation)
        if implied and sex_cell and implied != sex_cell:
            self.warn("relation", "XL-W16")
        if check.usable and sex_cell and check.sex != sex_cell:
            self.remark("sex", "XL-V11", "性别和身份证号对不上，按身份证号登记")
        if check.usable and birth_cell and check.birth and "XL-W15" not in check.warnings and check.birth.isoformat() != birth_cell:
            self.remark("birth", "XL-V11", "出生日期和身份证号对不上，按身份证号登记")
        if len(name) > NAME_LIMIT:
            raise Refused("XL-V07", f"第 {at} 行", field=self.header.text("name"))
        fields = self.further()
        household = self.of_household()
        category = self.category(fields)
        return RowDraft(
            at, self.sheet, family.number, family.head, family.group, family.address, family.village, name, relation, given, check,
            check.birth.isoformat() if check.usable and check.birth else birth_cell, check.sex if check.usable else sex_cell,
            birth_cell, sex_cell, category, fields, household, tuple(self.warnings), tuple(self.notes), tuple(cells),
        )

    def relation(self, name: str) -> tuple[str, bool]:
        if "name" not in self.header.columns:
            return "02", True
        word = self.line("relation")
        if not word:
            head = clean_name(cell_text(self.cell("head")))
            return ("02", True) if head and head == name else (OTHER_RELATION, False)
        code = codes.find("relation", self.mapping.values.get("relation", {}).get(word, word))
        if code is None:
            self.remark("relation", "XL-V08", "与户主关系的写法不认识，先记作其他")
            return OTHER_RELATION, False
        return code, True

    def share(self, family: _Family, name: str, relation: str) -> None:
        """Household words of this row; blanks are carried down until a new head or number begins another family."""
        number = fold_code(cell_text(self.cell("number")))
        head = clean_name(cell_text(self.cell("head")))
        starts = relation in HEAD_RELATIONS
        if starts or (number and number != family.number) or (head and not number and head != family.head):
            family.number = family.head = family.group = family.address = family.village = ""
        family.number = number or family.number
        family.head = head or family.head or (name if starts else "")
        for key in ("group", "address", "village"):
            setattr(family, key, self.line(key) or getattr(family, key))

    def category(self, fields: dict[str, Any]) -> str:
        word = self.line("category")
        if not word:
            return ""
        found = codes.find("category", self.mapping.values.get("category", {}).get(word, word))
        if found is not None:
            return found
        label = codes.find("old_label", word)
        fields["labels"] = [label or word[:NAME_LIMIT]]
        if label is None:
            self.remark("category", "XL-V08", "救助类别的写法不认识，原样记为标签")
        return ""

    def further(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if phone := fold_code(cell_text(self.cell("phone"))):
            out["phone"] = phone[:NAME_LIMIT]
        kind, level = codes.parse_disability(self.line("disability"))
        level = level or codes.parse_disability(self.line("disability_level"))[1]
        if kind:
            out["disability_kind"] = kind
        elif self.line("disability") not in ("", "无", "否", "/", "-"):
            self.remark("disability", "XL-V08", "残疾类别的写法不认识，没有登记")
        if level:
            out["disability_level"] = level
        if cert := fold_code(cell_text(self.cell("disability_cert"))):
            out["disability_cert"] = cert[:NAME_LIMIT]
        for name in _CODED:
            if found := self.coded(name, name):
                out[name] = found
        for name in _PLAIN:
            if text := self.line(name):
                out[name] = text[:TEXT_LIMIT]
        wage = self.fen("wage_month")
        if wage is not None:
            out["wage_month"] = wage
        if note := clean_note(cell_text(self.cell("note"))):
            out["note"] = note[:TEXT_LIMIT]
        return out

    def of_household(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if since := self.day("category_since"):
            out["category_since"] = since
        aid = self.fen("aid_month")
        if aid is not None:
            out["aid_month"] = aid
        return out


def read_roster(path: Path, today: dt.date, *, mapping: ColumnMap | None = None, known: Collection[str] = ()) -> Roster:
    """Read every sheet of a workbook that has a header.

    Args:
        known: six-digit regions known here, for XL-W17.

    Raises:
        NotFound, Refused: see `workbook.sheets`; XL-W01 when no sheet has a header; XL-W05 when the mapping does not fit.
    """
    mapping = mapping or ColumnMap()
    found: list[SheetRead] = []
    rows: list[RowDraft] = []
    for sheet in sheets(path):
        header = find_header(sheet, mapping)
        if header is None:
            continue
        found.append(SheetRead(sheet.name, header, _as_of(sheet.rows[: header.row], today)))
        reader = _Reader(sheet.name, header, mapping, today, known)
        family = _Family()
        for at in range(header.row, len(sheet.rows)):
            draft = reader.draft(family, at + 1, sheet.rows[at])
            if draft is not None:
                rows.append(draft)
    if not found:
        raise Refused("XL-W01")
    return Roster(tuple(found), tuple(rows))


def _as_of(rows: Sequence[Sequence[Cell]], today: dt.date) -> str:
    """The day the sheet says it was filled in, "" when it does not say or the day lies ahead."""
    for row in rows:
        for cell in row:
            if isinstance(cell, str) and (hit := _AS_OF.search(cell)):
                try:
                    day = parse_day(hit.group(1), today)
                except XieliError:
                    continue
                if day <= today:
                    return day.isoformat()
    return ""
