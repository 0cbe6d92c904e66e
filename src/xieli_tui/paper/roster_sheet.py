"""A roster workbook (台账) into row drafts: what each row says, and what is wrong with it. Records nothing.

Rules kept here (design 08 and 10)
- a data row has a name that is not a label, and a serial, an ID or a relation; everything else (titles, blanks, sums, signatures) is no row;
- the row number is the sheet's, the first is 1; the column is the header text as it stands;
- a row can speak of several persons (members side by side, the head in columns of his own): each is a draft, `nth` tells them apart;
- repeated heads, numbered columns, sums and a line that only names a group are no data; the group of such a line, of a title or of the sheet's name counts where the row has none;
- a formula nobody computed and an error value are blanks that are said (XL-W19);
- a damaged ID is never repaired and never loses a row: the person is 待补, the row carries XL-W11, W12 or W13;
- a contradiction between 与户主关系 and 性别 is XL-W16 on the relation; nothing is put right by itself;
- what does not fit a vocabulary or a calendar is kept in `notes` and left out of the draft, never guessed;
- texts are cleaned of control characters only; `=1+1` is a text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.domain.dates import parse_day
from xieli_tui.domain.idnum import check_id
from xieli_tui.domain.money import parse_fen
from xieli_tui.domain.text import clean_line, clean_name, clean_note, fold_code, safe
from xieli_tui.errors import REGISTRY, Refused, XieliError
from xieli_tui.paper.columns import ColumnMap, Header, find_header
from xieli_tui.paper.heads import OF_ROW, key_of
from xieli_tui.paper.roster_draft import HEAD_RELATIONS as HEAD_RELATIONS
from xieli_tui.paper.roster_draft import OTHER_RELATION as OTHER_RELATION
from xieli_tui.paper.roster_draft import STRICT as STRICT
from xieli_tui.paper.roster_draft import UNUSABLE as UNUSABLE
from xieli_tui.paper.roster_draft import Issue as Issue
from xieli_tui.paper.roster_draft import Roster as Roster
from xieli_tui.paper.roster_draft import RowDraft as RowDraft
from xieli_tui.paper.roster_draft import SheetRead as SheetRead
from xieli_tui.paper.workbook import Cell, Sheet, cell_text, from_1904, read_book

_SUMS = frozenset({"合计", "小计", "总计", "共计"})
_AS_OF = re.compile(r"(?:填报时间|填报日期|填表时间|填表日期|截止时间|截至|统计时间|时间)[:：]?\s*(\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)")
_GROUP = re.compile(r"(?:第\s*)?([一二三四五六七八九十]{1,3}|\d{1,2})\s*(?:村民小组|小组|组(?!织)|社(?![区会保工])|队)")
_VILLAGE = re.compile(r"(?!(?:本|全|各|我|该|行政|自然|农|贫困|脱贫|所有)村$)[\u3400-\u9fff]{1,8}(?:村|社区)")
_ALERT_WORDS = re.compile(r"预警|疑点|比对结果")
ALERTS = "像是预警、疑点名单，不是台账"
_CODED = ("health", "labour", "work", "marital", "education", "support_mode")
_PLAIN = ("school", "nation", "bank")
NAME_LIMIT = 200
TEXT_LIMIT = 10_000


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

    source: Sheet
    header: Header
    today: dt.date
    known: Collection[str]
    group: str = ""
    village: str = ""
    warnings: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    at: int = 0
    cells: Sequence[Cell] = ()
    view: Mapping[str, int] = field(default_factory=dict)
    marked: Mapping[int, Collection[int]] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    """Texts cleaned before: most words of a roster stand in it a thousand times."""

    @property
    def sheet(self) -> str:
        return self.source.name

    def cell(self, name: str) -> Cell:
        place = self.view.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def head(self, name: str) -> str:
        """Header text of a field's column as this person has it."""
        place = self.view.get(name)
        return self.header.texts[place] if place is not None else ""

    def line(self, name: str) -> str:
        raw = cell_text(self.cell(name))
        if not raw:
            return ""
        found = self.lines.get(raw)
        if found is None:
            found = self.lines[raw] = clean_line(raw)
        return found

    def warn(self, name: str, code: str) -> None:
        self.warnings.append(Issue(self.sheet, self.at, self.head(name), code, REGISTRY[code].what))

    def remark(self, name: str, code: str, what: str = "") -> None:
        self.notes.append(Issue(self.sheet, self.at, self.head(name), code, what or REGISTRY[code].what))

    def person_name(self) -> str:
        return clean_name(safe(cell_text(self.cell("name" if "name" in self.view else "head"))))

    # -- rows -----------------------------------------------------------------------------------------------------------------------

    def read(self) -> Iterable[RowDraft]:
        """The drafts of the sheet, in order."""
        self.defaults()
        marked: dict[int, set[int]] = {}
        for row, column in self.source.no_result:
            marked.setdefault(row, set()).add(column)
        self.marked = marked
        groups = self.header.groups()
        members = {who: columns for who, columns in groups.items() if who != "head"}
        family = _Family()
        heads: list[RowDraft] = []
        drafts: list[RowDraft] = []
        for at in range(self.header.row, len(self.source.rows)):
            self.at, self.cells = at + 1, self.source.rows[at]
            if self.no_data():
                continue
            if members:
                drafts += self.wide(groups.get("head", {}), members)
            else:
                head = self.of_head(family, groups["head"]) if "head" in groups else None
                draft = self.draft(family, self.header.columns, nth=1 if head else 0)
                if head is not None:
                    heads.append(head)
                    drafts.append(head)
                if draft is not None:
                    drafts.append(draft)
        twice = {id(one) for one in self.listed(heads, drafts)}
        return [draft for draft in drafts if id(draft) not in twice]

    def defaults(self) -> None:
        """Group and village where only the sheet's name or a title says them."""
        titles = [cell for row in self.source.rows[: max(0, self.header.top - 1)] for cell in row if isinstance(cell, str) and cell]
        self.group = next((hit.group() for text in (self.sheet, *titles) if (hit := _GROUP.search(text)) and "小组" not in text[: hit.start()]), "")
        self.village = self.sheet.strip() if _VILLAGE.fullmatch(self.sheet.strip()) else ""

    def no_data(self) -> bool:
        """True for blank rows, heads printed again, numbered columns, sums, and a line that only names a group (which counts from here on)."""
        texts = [(at, text) for at, cell in enumerate(self.cells) if cell != "" and (text := cell_text(cell).strip())]
        if not texts:
            return True
        first = key_of(texts[0][1])
        if len(texts) == 1:
            if (hit := _GROUP.match(texts[0][1])) and len(texts[0][1]) <= 20:
                self.group = hit.group()
            return True
        if any(first.startswith(word) for word in _SUMS):
            return True
        if len(texts) >= 3 and [text for _, text in texts] == [str(at) for at in range(1, len(texts) + 1)]:
            return True
        heads, above = self.header.texts, self.header.above
        if isinstance(self.cells[texts[0][0]], str) and len(texts) >= 2:
            again = sum(1 for at, text in texts if at < len(heads) and key_of(text) in {key_of(heads[at]), *(map(key_of, above[at]) if at < len(above) else ())})
            return again >= 2 and again * 5 >= len(texts) * 3
        return False

    def wide(self, head: Mapping[str, int], members: Mapping[str, Mapping[str, int]]) -> list[RowDraft]:
        """The persons of a row that has a whole family side by side."""
        family = _Family()
        columns = self.header.columns
        row = {name: at for name, at in columns.items() if name in OF_ROW}
        out: list[RowDraft] = []
        rest: Mapping[str, int] = columns
        if "head" in columns or "name" in columns:
            lead = {**columns, **head, "name": columns.get("name", columns.get("head", -1))}
            if (draft := self.draft(family, lead, relation="" if "relation" in columns else "02", anyway=True)) is not None:
                out.append(draft)
            rest = row
        for group in members.values():
            draft = self.draft(family, {**rest, **group}, nth=len(out), anyway=True)
            if draft is not None and not (out and draft.is_head and draft.name == out[0].name):
                out.append(draft)
                rest = row
        return out

    def of_head(self, family: _Family, columns: Mapping[str, int]) -> RowDraft | None:
        """The head as columns of his own tell him, once for every family."""
        place = self.header.columns.get("head")
        if place is None or place >= len(self.cells) or not clean_name(cell_text(self.cells[place])):
            return None
        row = {name: at for name, at in self.header.columns.items() if name in OF_ROW}
        self.view = row
        name, number = self.person_name(), fold_code(cell_text(self.cell("number")))
        if name == family.head and (not number or number == family.number):
            return None
        if "name" in self.header.columns and not any(cell_text(self.cells[at]).strip() for at in columns.values() if at < len(self.cells)):
            return None
        return self.draft(family, {**row, **columns, "name": place}, relation="02", anyway=True)

    def listed(self, heads: Sequence[RowDraft], drafts: Sequence[RowDraft]) -> Iterable[RowDraft]:
        """Of a head who also stands among the members: the draft that says less about who he is."""
        of_heads = {id(head) for head in heads}
        members: dict[tuple[str, str, str], RowDraft] = {}
        for draft in drafts:
            if heads and draft.name == draft.head and id(draft) not in of_heads:
                members.setdefault(_family_of(draft), draft)
        for head in heads:
            again = members.get(_family_of(head))
            if again is not None:
                yield head if again.id.usable or not head.id.usable else again

    def is_row(self, name: str, anyway: bool) -> bool:
        if not name or name[-1] in ":：" or name in _SUMS or key_of(name) == key_of(self.head("name")):
            return False
        return anyway or any(cell_text(self.cell(key)).strip() for key in ("serial", "id_no", "relation"))

    # -- cells ----------------------------------------------------------------------------------------------------------------------

    def coded(self, name: str, vocab: str) -> str | None:
        word = self.line(name)
        if not word:
            return None
        mapped = self.header.values.get(name, {}).get(word, word)
        found = codes.find(vocab, mapped)
        if found is None:
            self.remark(name, "XL-V08", "这一格的词不在选项里，没有登记")
        return found

    def day(self, name: str) -> str:
        raw = self.cell(name)
        if raw == "" or (isinstance(raw, str) and not raw.strip()):
            return ""
        try:
            found = parse_day(from_1904(raw, self.source), self.today)
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

    def draft(self, family: _Family, view: Mapping[str, int], *, nth: int = 0, relation: str = "", anyway: bool = False) -> RowDraft | None:
        """The draft of one person of this row, None when the row has none there.

        Args:
            view: field -> column, for this person.
            relation: what the columns mean by themselves, "" = the cell says.
            anyway: a name alone makes a person.
        """
        self.view, self.warnings, self.notes = view, [], []
        name = self.person_name()
        if not self.is_row(name, anyway):
            return None
        for place in sorted(self.marked.get(self.at - 1, ())):
            at = next((key for key, column in view.items() if column == place), None)
            if at is not None:
                self.remark(at, "XL-W19")
        relation, given = (relation, True) if relation else self.relation(name)
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
            raise Refused("XL-V07", f"第 {self.at} 行", field=self.head("name"))
        fields = self.further()
        household = self.of_household()
        category = self.category(fields)
        return RowDraft(
            self.at, self.sheet, family.number, family.head, family.group, family.address, family.village, name, relation, given, check,
            check.birth.isoformat() if check.usable and check.birth else birth_cell, check.sex if check.usable else sex_cell,
            birth_cell, sex_cell, category, fields, household, tuple(self.warnings), tuple(self.notes), tuple(self.cells), nth,
        )

    def relation(self, name: str) -> tuple[str, bool]:
        if "name" not in self.view:
            return "02", True
        word = self.line("relation")
        if not word:
            head = clean_name(safe(cell_text(self.cell("head"))))
            return ("02", True) if head and head == name else (OTHER_RELATION, False)
        code = codes.find("relation", self.header.values.get("relation", {}).get(word, word))
        if code is None:
            self.remark("relation", "XL-V08", "与户主关系的写法不认识，先记作其他")
            return OTHER_RELATION, False
        return code, True

    def share(self, family: _Family, name: str, relation: str) -> None:
        """Household words of this row; blanks are carried down until a new head or number begins another family."""
        number = fold_code(cell_text(self.cell("number")))
        head = clean_name(safe(cell_text(self.cell("head"))))
        starts = relation in HEAD_RELATIONS
        if starts or (number and number != family.number) or (head and not number and head != family.head):
            family.number = family.head = family.group = family.address = family.village = ""
        family.number = number or family.number
        family.head = head or family.head or (name if starts else "")
        for key, otherwise in (("group", self.group), ("address", ""), ("village", self.village)):
            setattr(family, key, self.line(key) or getattr(family, key) or otherwise)

    def category(self, fields: dict[str, Any]) -> str:
        word = self.line("category")
        if not word:
            return ""
        found = codes.find("category", self.header.values.get("category", {}).get(word, word))
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


def not_a_roster(header: Header) -> str:
    """Why a sheet with a head is left alone: a list of alerts names people too, and whoever is taken in by mistake cannot be unwritten. "" = it is a roster."""
    families = {"relation", "number", "head"} & set(header.columns)
    return ALERTS if header.basis == "guess" and not families and any(_ALERT_WORDS.search(text) for text in header.texts) else ""


def _family_of(draft: RowDraft) -> tuple[str, str, str]:
    return draft.number, draft.head, "" if draft.number else draft.group


def read_roster(
    path: Path, today: dt.date, *, mapping: ColumnMap | None = None, known: Collection[str] = (), remembered: Mapping[str, ColumnMap] | None = None,
) -> Roster:
    """Read every sheet of a workbook that has a header.

    Args:
        known: six-digit regions known here, for XL-W17.
        remembered: fingerprint of a head -> what was settled for it.

    Raises:
        NotFound, Refused: see `workbook.read_book`; XL-W01 when no sheet has a header; XL-W05 when the mapping does not fit.
    """
    mapping = mapping or ColumnMap()
    found: list[SheetRead] = []
    rows: list[RowDraft] = []
    book = read_book(path)
    left_out: list[tuple[str, str]] = []
    if lost := set(mapping.per) - {sheet.name for sheet in book.sheets}:
        raise Refused("XL-W05", "没有这张表：" + "、".join(sorted(safe(name) for name in lost)))
    for sheet in book.sheets:
        header = find_header(sheet, mapping, remembered=remembered)
        if header is None:
            chosen = mapping.sheet is not None and mapping.sheet != sheet.name
            left_out.append((sheet.name, "对应里没有选这张表" if chosen else "没有找到表头" if sheet.rows else "是空表"))
            continue
        if other := not_a_roster(header):
            left_out.append((sheet.name, other))
            continue
        found.append(SheetRead(sheet.name, header, roster_day(sheet, header, today)))
        rows += _Reader(sheet, header, today, known).read()
    left_out += [(name, "是隐藏的表") for name in book.hidden]
    if not found:
        why = next((why for _, why in left_out if why == ALERTS), "")
        raise Refused("XL-W01", why, next_step="在预警里导入，或用 xieli alert import；确实是台账的，写明栏目对应再导" if why else "")
    return Roster(tuple(found), tuple(rows), tuple(left_out), tuple(book.said))


def roster_day(sheet: Sheet, header: Header, today: dt.date) -> str:
    """The day the sheet says it was filled in, "" when it does not say or the day lies ahead."""
    for row in sheet.rows[: header.row]:
        for cell in row:
            if isinstance(cell, str) and (hit := _AS_OF.search(cell)):
                try:
                    day = parse_day(hit.group(1), today)
                except XieliError:
                    continue
                if day <= today:
                    return day.isoformat()
    return ""
