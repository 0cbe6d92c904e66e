"""A list of alerts (预警名单, 疑点名单) that somebody sent as a workbook: what each row says, and which of its columns wait for an answer. Records nothing.

Rules kept here (design 10; ADR 0013)
- any layout: the head is found by content with the words of such lists (`WORDS`), titles and signatures are no rows; a row names a person, and a number, a kind or a text;
- every cell of a row is kept under its head, unknown columns too; a head that stands twice is told apart by its column letter;
- a row has one id wherever it is read (`ident`): its number, kind, person and day, and where it has no number its text and amount; never the file or the place in it;
- the class follows the words of the row (`CLASS_WORDS`); words that are not there give none, and nobody guesses;
- an amount is read where the head says 元 or nothing, never where it says 万元; a limit that is no day is left in its column and said.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from xieli_tui.domain import codes
from xieli_tui.domain.dates import parse_day
from xieli_tui.domain.idnum import IdCheck, check_id
from xieli_tui.domain.money import parse_fen
from xieli_tui.domain.text import clean_line, clean_name, clean_note, fold_code
from xieli_tui.errors import REGISTRY, Refused, XieliError
from xieli_tui.paper.columns import ColumnMap, Header, HeadWords, find_header
from xieli_tui.paper.roster_sheet import Issue
from xieli_tui.paper.workbook import Cell, cell_text, sheets

WORDS: dict[str, tuple[str, ...]] = {
    "serial": ("序号", "序", "行号"),
    "number": (
        "预警编号", "预警编码", "预警单号", "预警号", "疑点编号", "疑点编码", "线索编号", "任务编号", "问题编号", "核查编号", "编号", "流水号", "唯一标识",
    ),
    "village": ("村", "所在村", "行政村", "村名", "村社区", "村居", "所属村", "所属村社区", "所在村社区", "村(社区)名称", "村名称"),
    "group": ("村民小组", "小组", "组", "组别", "所在组", "居民小组"),
    "head": ("户主姓名", "户主", "申请人姓名"),
    "name": ("姓名", "人员姓名", "对象姓名", "预警对象", "预警对象姓名", "救助对象姓名", "困难群众姓名", "被核查人", "被核查人姓名", "疑点对象", "疑点人员", "当事人"),
    "id_no": ("公民身份号码", "公民身份证号码", "身份证号码", "身份证号", "居民身份证号码", "身份证", "证件号码", "证件号", "身份号码"),
    "kind": (
        "预警类型", "预警类别", "预警种类", "预警名称", "疑点类型", "疑点类别", "线索类型", "线索类别", "问题类型", "问题类别", "比对类型", "名单类型", "类型", "预警指标", "预警规则",
    ),
    "text": (
        "预警内容", "疑点内容", "线索内容", "预警原因", "疑点描述", "预警描述", "问题描述", "比对结果", "比对信息", "疑点信息", "预警信息", "疑点问题", "存在问题", "疑点", "内容", "事由",
    ),
    "amount": ("自付金额", "个人自付金额", "自付费用", "个人自付费用", "自付医疗费用", "个人自付医疗费用", "金额", "涉及金额", "预警金额"),
    "on": ("推送日期", "推送时间", "下发日期", "下发时间", "预警日期", "预警时间", "比对日期", "比对时间", "交办日期", "派发日期", "生成日期", "发出日期"),
    "due": (
        "核查时限", "核实时限", "核查期限", "核实期限", "办理时限", "办结时限", "反馈时限", "反馈期限", "反馈截止日期", "截止日期", "截止时间", "完成时限", "处置时限", "处置期限", "期限",
    ),
    "by": ("核查人", "核实人", "核查人员", "核实人员", "走访人", "走访人员", "入户人员", "入户核查人", "核查人姓名", "反馈人", "经办人", "处置人"),
    "finding": ("核查结果", "核实结果", "核查情况", "核实情况", "核查结论", "核实结论", "反馈结果", "反馈情况", "入户核查情况", "入户核实情况", "走访核实情况", "处理结果", "是否属实"),
    "done_on": ("核查时间", "核查日期", "核实时间", "核实日期", "入户时间", "入户日期", "走访时间", "走访日期", "反馈时间", "反馈日期", "办结时间", "办结日期", "处置时间"),
    "entitled": ("是否符合救助条件", "是否符合条件", "是否符合", "是否符合救助政策", "是否符合政策", "是否符合低保条件"),
    "measure": (
        "拟采取措施", "采取措施", "处置方式", "处置措施", "处置结果", "处置情况", "救助措施", "帮扶措施", "下一步措施", "处理措施", "处理方式", "处理意见", "拟处理意见", "整改措施",
    ),
    "note": ("备注", "情况说明", "说明", "核查说明", "核实说明", "备考"),
}
"""Field -> header words."""
RESULTS = ("by", "finding", "done_on", "entitled", "measure", "note")
"""Columns the sender left for the answer."""
CLASS_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("life_threat", ("危及生命", "生命危险", "紧急救助", "紧急预警", "急难预警")),
    ("complex", ("情形复杂", "情况复杂", "一事一议", "疑难复杂")),
    ("gap", ("政策落实不到位", "落实不到位", "应享未享", "未享受", "未落实", "补贴漏发")),
    ("uncovered", ("未纳入", "漏保", "应保未保", "应救未救", "应纳未纳", "可能符合")),
    ("no_longer", (
        "不再符合", "疑似不符", "应退未退", "死亡", "去世", "殡葬", "火化", "注销户口", "服刑", "羁押", "财产超标", "收入超标", "经济状况超标", "车辆", "购车", "名下", "房产", "购房", "不动产",
        "工商登记", "企业登记", "法人登记", "公职", "财政供养", "重复享受", "重复领取", "存款超", "公积金", "违规享受",
    )),
    ("risk", ("残疾", "医疗支出", "医疗费用", "自付", "大病", "重病", "慢特病", "慢性病", "住院", "失业", "无业", "因灾", "受灾", "火灾", "灾害", "意外", "事故", "返贫", "致贫", "辍学", "教育支出", "支出骤增", "收入骤减",
              "低收入", "孤儿", "留守", "独居", "空巢", "走失")),
)
"""Class (V10) -> what a kind or a text says of it; the first class with a word counts. What asks whether somebody's situation grew worse is `risk` (001:10): to be seen, no aid named."""
TEXT_LIMIT = 10_000
CELLS_LIMIT = 30_000
"""Characters of all cells of one row together: it goes into one entry."""
NAME_LIMIT = 200
_YEAR = re.compile(r"\d{4}|[〇零一二三四五六七八九]{4}")
"""A day that says its year: one without is another day next year, the row is not."""
_SUMS = frozenset({"合计", "小计", "总计", "共计"})
_HEADS = HeadWords.of(WORDS)
_UNUSABLE = frozenset({"XL-W11", "XL-W12", "XL-W13"})


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One row of a list.

    Attributes:
        sheet, row: where it stands, the first sheet row is 1. alert: its id, the same wherever the row is read.
        number, name, village, kind: as given ("" = the list has none). text: the kind and what the list says. `id` the judged identity number.
        cls: class by the words, "" when they say none. amount: 分. on, due: ISO days, "" none. due_given: the list has a word on its limit, readable or not.
        columns: every cell that is not empty, by head.
        notes: what a person should look at.
    """

    sheet: str
    row: int
    alert: str
    number: str
    name: str
    id: IdCheck
    village: str
    kind: str
    text: str
    cls: str
    amount: int | None
    on: str
    due: str
    due_given: bool
    columns: Mapping[str, str]
    notes: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class AlertSheet:
    """A sheet with a head; `results` field of RESULTS -> its columns (from 0), left to right."""

    name: str
    header: Header
    results: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class AlertList:
    """A workbook read: sheets with a head, rows in order, rows that cannot be taken."""

    sheets: tuple[AlertSheet, ...]
    rows: tuple[AlertRow, ...]
    bad: tuple[Issue, ...]


def words() -> HeadWords:
    """The words of such lists, for a mapping file."""
    return _HEADS


def field_of(head: str) -> str:
    """The field a head is a word of, "" none."""
    return _HEADS.by_key.get(_key(head), "")


def _key(text: str) -> str:
    from xieli_tui.paper.columns import _key as folded

    return folded(text)


def class_of(*said: str) -> str:
    """The class (V10) the words of a row mean; "" when they mean none we know."""
    for text in said:
        given = unicodedata.normalize("NFKC", text)
        exact = codes.find("alert_class", given.strip()) if given.strip() else None
        if exact is not None:
            return exact
        for cls, known in CLASS_WORDS:
            if any(word in given for word in known):
                return cls
    return ""


def ident(number: str, kind: str, name: str, id_cell: str, id_no: str, on: str, text: str, amount: str) -> str:
    """The id of a row, out of what it says alone."""
    person = f"id:{id_no}" if id_no else f"name:{clean_name(name)}:{fold_code(id_cell)}"
    said = [fold_code(number), _key(kind), person, on]
    if not said[0]:
        said += [_key(text), amount]
    raw = bytearray(hashlib.sha256(b"xieli listed alert 1\n" + json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).digest()[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)  # UUID version 8: made by a rule of our own (RFC 9562 5.8)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return str(UUID(bytes=bytes(raw)))


def read_alerts(path: Path, today: dt.date, *, mapping: ColumnMap | None = None, known: Sequence[str] = ()) -> AlertList:
    """Read every sheet of a workbook that has a head of such a list.

    Args:
        mapping: columns that are called otherwise; `values.kind` word -> class.
        known: six-digit regions known here.

    Raises:
        NotFound, Refused: see `workbook.sheets`; XL-W01 when no sheet has a head; XL-W05 when the mapping does not fit.
    """
    mapping = mapping or ColumnMap()
    found: list[AlertSheet] = []
    rows: list[AlertRow] = []
    bad: list[Issue] = []
    for sheet in sheets(path):
        header = find_header(sheet, mapping, _HEADS)
        if header is None:
            continue
        found.append(AlertSheet(sheet.name, header, _results(header)))
        reader = _Reader(sheet.name, header, mapping, today, known)
        for at in range(header.row, len(sheet.rows)):
            read = reader.row(at + 1, sheet.rows[at])
            if isinstance(read, AlertRow):
                rows.append(read)
            elif read is not None:
                bad.append(read)
    if not found:
        raise Refused("XL-W01", next_step="请核对是不是预警、疑点名单，表头要有 姓名，和 编号、身份证号、类型、内容 等栏")
    return AlertList(tuple(found), tuple(rows), tuple(bad))


def _results(header: Header) -> dict[str, tuple[int, ...]]:
    """The columns that wait for an answer; a head that means one of them twice is both."""
    taken = set(header.columns.values())
    out: dict[str, list[int]] = {}
    for at, text in enumerate(header.texts):
        name = next((one for one, place in header.columns.items() if place == at), None) or (field_of(text) if at not in taken else "")
        if name in RESULTS:
            out.setdefault(name, []).append(at)
    return {name: tuple(places) for name, places in out.items()}


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one sheet."""

    sheet: str
    header: Header
    mapping: ColumnMap
    today: dt.date
    known: Sequence[str]
    heads: dict[int, str] = field(default_factory=dict)

    def row(self, at: int, cells: Sequence[Cell]) -> AlertRow | Issue | None:
        """The row, why it cannot be taken, or None when it is no data row."""

        def cell(name: str) -> Cell:
            place = self.header.columns.get(name)
            return cells[place] if place is not None and place < len(cells) else ""

        def line(name: str) -> str:
            return clean_line(cell_text(cell(name)))

        name = clean_name(cell_text(cell("name"))) or clean_name(cell_text(cell("head")))
        texts = {key: line(key) for key in ("number", "kind", "text", "village")}
        id_cell = cell_text(cell("id_no"))
        if (not name and not fold_code(id_cell)) or _SUMS & {name, line("serial"), texts["number"]} or (name and name[-1] in ":："):
            return None
        if not any((*texts.values(), line("serial"), fold_code(id_cell))) or name == clean_name(self.header.text("name")):
            return None
        columns = self.columns(cells)
        if len(name) > NAME_LIMIT or len(texts["number"]) > NAME_LIMIT or sum(map(len, columns.values())) > CELLS_LIMIT:
            return Issue(self.sheet, at, "", "XL-V07", REGISTRY["XL-V07"].what)
        notes: list[Issue] = []

        def note(key: str, code: str, what: str) -> None:
            notes.append(Issue(self.sheet, at, self.header.text(key), code, what))

        check = check_id(cell("id_no"), self.today, known=self.known)
        if unusable := next((code for code in check.warnings if code in _UNUSABLE), ""):
            note("id_no", unusable, "身份证号盖住了几位，由人来认是哪一户" if "*" in id_cell or "＊" in id_cell or "×" in id_cell else REGISTRY[unusable].what)
        on, on_raw = self.day(cell("on"), lambda code, what: note("on", code, f"{what}，按收到这天算"))
        due, due_raw = self.day(cell("due"), lambda code, _what: note("due", code, "期限不是日期，照原样留在表里"))
        if due and on and due < on:
            note("due", "XL-V02", "期限在发出以前，没有登记期限")
            due = ""
        amount = self.amount(cell("amount"), lambda code, what: note("amount", code, what))
        text = clean_note(cell_text(cell("text")))[:TEXT_LIMIT] or texts["kind"] or "请上门核实"
        told = f"{texts['kind']}：{text}"[:TEXT_LIMIT] if texts["kind"] and texts["kind"] not in text else text
        return AlertRow(
            self.sheet, at, ident(texts["number"], texts["kind"], name, id_cell, check.number if check.usable else "", on if on and _YEAR.search(on_raw) else fold_code(on_raw), text, str(amount)),
            texts["number"], name, check, texts["village"], texts["kind"], told, self.cls(texts["kind"], text), amount, on, due, bool(due_raw), columns, tuple(notes),
        )

    def cls(self, kind: str, text: str) -> str:
        mapped = self.mapping.values.get("kind", {}).get(kind, "")
        if mapped:
            found = codes.find("alert_class", mapped)
            if found is None:
                raise Refused("XL-W05", "values.kind")
            return found
        return class_of(kind, text, self.sheet)

    def columns(self, cells: Sequence[Cell]) -> dict[str, str]:
        out: dict[str, str] = {}
        for at, cell in enumerate(cells):
            text = clean_note(cell_text(cell))
            if not text:
                continue
            head = self.head(at)
            out[head if head not in out else f"{head}（{_letter(at)} 列）"] = text
        return out

    def head(self, at: int) -> str:
        """What a column is called."""
        if at not in self.heads:
            self.heads[at] = clean_line(self.header.texts[at] if at < len(self.header.texts) else "") or f"{_letter(at)} 列"
        return self.heads[at]

    def day(self, cell: Cell, say: Callable[[str, str], None]) -> tuple[str, str]:
        """(ISO day or "", the cell as text)."""
        raw = cell_text(cell).strip()
        if not raw:
            return "", ""
        try:
            return parse_day(cell, self.today).isoformat(), raw
        except XieliError as error:
            say(error.code, REGISTRY[error.code].what)
            return "", raw

    def amount(self, cell: Cell, say: Callable[[str, str], None]) -> int | None:
        if not cell_text(cell).strip() or "万" in self.header.text("amount"):
            return None
        try:
            return parse_fen(cell if isinstance(cell, (int, float)) else cell_text(cell))
        except XieliError:
            say("XL-V04", "金额看不懂，照原样留在表里")
            return None


def _letter(at: int) -> str:
    out = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        out = chr(65 + rest) + out
    return out
