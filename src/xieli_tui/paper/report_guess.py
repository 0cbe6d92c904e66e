"""Reading an office's empty table: where its head is, what every column wants, in which form; and what only a person can say.

Rules kept here
- the head is found by content: the rows in which most columns are named by words we know, one to three rows deep as the merges say;
- the lower word of a two-row head counts, the upper one tells twins apart (户主 / 姓名);
- the form is asked for in brackets of the head (4-4-4-4-2, 如2026.11, 是/否) or shown by a sample; else it is the field's usual one;
- a head that means different things in different offices is asked, with the likeliest answer taken; one that is not known at all is asked and left blank;
- 备注, 签字 and the like belong to the office: left blank without a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xieli_tui.errors import Refused
from xieli_tui.paper.columns import _key as key_of
from xieli_tui.paper.report_fields import BLANK, DOUBTFUL, FIELDS, UNITS, default_format
from xieli_tui.paper.report_map import FORMULA, Answers, Column, SheetMap, field_named, format_named

_ROWS = 30
_FOOT = re.compile(r"^\s*(合计|总计|小计|共计|填表|填报|制表|审核|复核|负责人|主要领导|分管|单位|经办|说明|注[:：]|备注[:：]|联系人|报送|签字|盖章|村\(居\)|村主任|书记|镇\(街道\)|年\s*月\s*日)")
_OFFICE = ("备注", "说明", "签字", "签名", "盖章", "本人签字", "户主签字", "领导签字", "审核意见", "核查人签字", "按手印", "备考", "审核人", "确认签字")
_OFFICE_KEYS = frozenset(key_of(word) for word in _OFFICE)
_SIGNED = re.compile(r"(?:签名|签字|签章|盖章|手印|指印)$")
_VISIT_TITLE = re.compile(r"走访(记录|台账|登记|明细)|入户(记录|台账|登记)")


@dataclass(frozen=True, slots=True)
class Layout:
    """A visible sheet as it stands: texts of its cells (formulas as text), merges (top, left, bottom, right; from 0), which data-row columns are formulas."""

    name: str
    rows: Sequence[Sequence[str]]
    merges: Sequence[tuple[int, int, int, int]]
    day_cells: frozenset[tuple[int, int]] = frozenset()
    """(row, column) formatted as days."""


@dataclass(frozen=True, slots=True)
class Question:
    """A column only a person can settle: what was taken meanwhile, what it may be (field ids, "" = 留空)."""

    at: int
    head: str
    taken: str
    choices: tuple[str, ...]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a sheet was taken for. Rows count from 1."""

    sheet: str
    head_rows: tuple[int, int]
    first: int
    last: int
    unit: str
    columns: tuple[Column, ...]
    questions: tuple[Question, ...]

    @property
    def map(self) -> SheetMap:
        """As it is kept."""
        return SheetMap(self.sheet, self.head_rows, self.first, self.last, self.unit, self.columns)


_BY_KEY: dict[str, str] = {}
for _one in FIELDS.values():
    for _word in _one.words:
        _BY_KEY.setdefault(key_of(_word), _one.id)
_DOUBT = {key_of(word): choices for word, choices in DOUBTFUL.items()}


@dataclass(frozen=True, slots=True)
class _Head:
    at: int
    full: str
    low: str
    high: str


def guess(layouts: Sequence[Layout], answers: Answers | None = None) -> tuple[Guess, ...]:
    """What the sheets of a workbook want: the one with most columns we know first, then the others that list families or people too; those named in the answers and no
    other, where they name any.

    Raises:
        Refused: XL-W18 no sheet has a head with a column we know; XL-W05 answers that do not fit.
    """
    answers = answers or Answers()
    wanted = answers.sheets
    if missing := [name for name in wanted if name not in {one.name for one in layouts}]:
        raise Refused("XL-W05", f"没有 {missing[0]} 这张工作表", next_step="请核对 --answers 指定的文件")
    found = {one.name: best for one in layouts if (not wanted or one.name in wanted) and (best := _find(one, answers)) is not None}
    if not found or any(name not in found for name in wanted):
        raise Refused("XL-W18")
    main = wanted[0] if wanted else max(found, key=lambda name: found[name][0])
    names = (main, *wanted[1:]) if wanted else (main, *(name for name, best in found.items() if name != main and _lists_people(best)))
    used: set[str] = set()
    out = []
    for name in dict.fromkeys(names):
        _, layout, top, bottom, heads = found[name]
        mine = _of_sheet(answers, name, heads, name == main, used)
        out.append(_judge(layout, top, bottom, heads, mine))
    unused = [word for word in (*answers.columns, *answers.formats) if word not in used]
    if unused:
        raise Refused("XL-W05", f"表头里没有 {unused[0]}", next_step="请核对 --answers 指定的文件")
    return tuple(out)


def _lists_people(best: tuple[int, Layout, int, int, list[_Head]]) -> bool:
    """A second sheet that wants rows of ours: it names families or people, most of its columns are known, and no formula makes them."""
    _, layout, _, bottom, heads = best
    names = [name for one in heads if (name := _named(one))]
    made = [one for one in heads if _cell(layout, bottom + 1, one.at).startswith("=")]
    return bool({"name", "head", "id_no"} & set(names)) and len(set(names) - {"serial", "note", "asof"}) >= 2 and len(names) * 2 >= len(heads) and len(made) * 2 < len(heads)


def _of_sheet(answers: Answers, sheet: str, heads: Sequence[_Head], main: bool, used: set[str]) -> Answers:
    """The answers that speak of a sheet: `表!栏` of that sheet alone, a head of every sheet that has it, a letter of the main one."""

    def mine(given: Mapping[str, str]) -> dict[str, str]:
        out = {}
        for word, value in given.items():
            where, mark, column = word.rpartition("!")
            if mark and where != sheet:
                continue
            try:
                at = _settle(column if mark else word, heads)
            except Refused:
                continue
            if mark or main or any(key_of(word) in (key_of(one.low), key_of(one.full)) for one in heads):
                out[letter_of(at)] = value
                used.add(word)
        return out

    return Answers(answers.unit if main else "", sheet, answers.reason, mine(answers.columns), mine(answers.formats), answers.filters)


def letter_of(at: int) -> str:
    """A column's letter."""
    out = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        out = chr(65 + rest) + out
    return out


def _find(layout: Layout, answers: Answers) -> tuple[int, Layout, int, int, list[_Head]] | None:
    best: tuple[int, Layout, int, int, list[_Head]] | None = None
    said = {key_of(word) for word in answers.columns}
    for top in range(min(_ROWS, len(layout.rows))):
        bottom = _depth(layout, top)
        heads = _heads(layout, top, bottom)
        names = [name for one in heads if (name := _named(one))] + [one.low for one in heads if key_of(one.low) in said]
        strong = len(set(names) - {"serial", "note", "asof"})
        score = len(names) * 100 - top
        if strong >= 1 and len(heads) >= 2 and (best is None or score > best[0]):
            best = (score, layout, top, bottom, heads)
    return best


def _depth(layout: Layout, top: int) -> int:
    """The last row of a head that begins in `top`: as deep as its merges reach; a row below a word that spans columns belongs to it."""
    bottom = top
    while True:
        here = [one for one in layout.merges if top <= one[0] <= bottom]
        reach = max([bottom, *(one[2] for one in here)])
        wide = [one for one in here if one[3] > one[1] and one[2] == bottom]
        if wide and not any(one[1] == 0 and (one[3] + 1) * 3 >= _width(layout) * 2 for one in wide) and bottom + 1 < len(layout.rows) and any(
            layout.rows[bottom + 1][at].strip() for one in wide for at in range(one[1], one[3] + 1) if at < len(layout.rows[bottom + 1])
        ):
            reach = max(reach, bottom + 1)
        if reach == bottom or reach - top > 2:
            return min(bottom, top + 2)
        bottom = reach


def _width(layout: Layout) -> int:
    return max((at + 1 for row in layout.rows[:_ROWS] for at, text in enumerate(row) if text.strip()), default=0)


def _heads(layout: Layout, top: int, bottom: int) -> list[_Head]:
    out: list[_Head] = []
    for at in range(_width(layout)):
        words: list[str] = []
        for row in range(top, bottom + 1):
            text = _cell(layout, row, at)
            if text and (not words or words[-1] != text):
                words.append(text)
        if words:
            out.append(_Head(at, "".join(words), words[-1], words[0] if len(words) > 1 else ""))
    return out


def _cell(layout: Layout, row: int, at: int) -> str:
    for top, left, bottom, right in layout.merges:
        if top <= row <= bottom and left <= at <= right:
            row, at = top, left
            break
    line = layout.rows[row] if row < len(layout.rows) else ()
    return "".join(line[at].split()) if at < len(line) else ""


_TAIL = re.compile(r"(?:后|末)[四4]位(?:数字?)?$|[（(]?(?:脱敏|隐藏)[)）]?$")
"""How a number is to be cut, behind its name and without brackets."""


def _named(head: _Head) -> str:
    for text in (head.full, head.low):
        found = _BY_KEY.get(key_of(text)) or _BY_KEY.get(_TAIL.sub("", key_of(text)))
        if found:
            return "head" if found == "name" and "户主" in head.high else found
    return ""


def _judge(layout: Layout, top: int, bottom: int, heads: Sequence[_Head], answers: Answers) -> Guess:
    first, last = bottom + 1, _last(layout, bottom + 1, {one.at: name for one in heads if (name := _named(one))})
    samples = {one.at: [text for row in range(first, last + 1) if (text := _cell(layout, row, one.at))] for one in heads}
    columns: list[Column] = []
    questions: list[Question] = []
    taken: set[str] = set()
    settled = {_placed(word): value for word, value in answers.columns.items()}
    forms = {_placed(word): value for word, value in answers.formats.items()}
    for one in heads:
        text = one.low
        if one.at in settled:
            name = field_named(settled[one.at])
        elif _cell(layout, first, one.at).startswith("=") and key_of(text) not in _OFFICE_KEYS:
            columns.append(Column(one.at, text, BLANK, FORMULA))
            continue
        else:
            name, choices = _guess_one(one, taken, samples[one.at])
            if choices:
                questions.append(Question(one.at, text, name, choices, layout.name))
        if name:
            taken.add(name)
        asked = forms.get(one.at)
        form = format_named(name, asked) if asked and name else _form(name, one.full, samples[one.at], (first, one.at) in layout.day_cells) if name else ""
        columns.append(Column(one.at, text, name, form))
    title = "".join(text for row in layout.rows[:top] for text in row)
    return Guess(layout.name, (top + 1, bottom + 1), first + 1, last + 1, answers.unit or _unit(columns, title), tuple(columns), tuple(questions))


def _settle(word: str, heads: Sequence[_Head]) -> int:
    """The column an answer speaks of: its head, with or without the word above it and what stands in brackets, or its letter."""
    key = key_of(word)
    for one in heads:
        if key and key in (key_of(one.low), key_of(one.full)):
            return one.at
    if re.fullmatch(r"[A-Z]{1,3}", word) and any(one.at == _placed(word) for one in heads):
        return _placed(word)
    raise Refused("XL-W05", f"表头里没有 {word}", next_step="请核对 --answers 指定的文件")


def _placed(letters: str) -> int:
    """The column of a letter, 0 = A."""
    at = 0
    for one in letters:
        at = at * 26 + ord(one) - 64
    return at - 1


def _guess_one(head: _Head, taken: set[str], samples: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """(field, choices when a person should say)."""
    key = key_of(head.low)
    if key in _OFFICE_KEYS or _SIGNED.search(key):
        return BLANK, ()
    name = _named(head)
    if name and name not in taken:
        return name, ()
    doubt = _DOUBT.get(key) or _DOUBT.get(key_of(head.full))
    if doubt:
        return doubt[0], (*doubt, BLANK)
    if not name and any(re.fullmatch(r"[\d ]{17,22}[\dXx]", text) for text in samples) and "id_no" not in taken:
        return "id_no", ()
    near = tuple(dict.fromkeys(found for word, found in _BY_KEY.items() if len(word) > 1 and len(key) > 1 and (word in key or key in word) and found not in taken))[:5]
    if name:  # the same head a second time
        return BLANK, (name, BLANK)
    return BLANK, (*near, BLANK)


def _form(name: str, head: str, samples: Sequence[str], day_cell: bool) -> str:
    kind = FIELDS[name].kind
    text = head.replace("（", "(").replace("）", ")")
    shown = " ".join((text, *samples[:3]))
    if kind == "id":
        if re.search(r"4-4-4-4-2|四位一段|分段|每四位", text):
            return "id_44442_dash" if re.search(r"横线|短横|\d{4}-\d{4}-\d{4}", text) else "id_44442"
        if re.search(r"后四位|末四位|后4位|末4位", text):
            return "id_last4"
        if re.search(r"隐藏|脱敏|中间|\*{3,}", shown):
            return "id_mask"
    if kind == "phone" and re.search(r"隐藏|脱敏|\*{3,}", shown):
        return "phone_mask"
    if kind == "date":
        return _date_form(text, samples, day_cell)
    if kind == "yesno":
        if re.search(r"√\s*[/、或]\s*×", text):
            return "tick_cross"
        if re.search(r"√|打勾|打钩|划勾", shown):
            return "tick"
        if re.search(r"有\s*/\s*无|有无|有或无", text):
            return "you_wu"
        if re.search(r"1\s*[/、或]\s*0|0\s*[/、或]\s*1|1是|是1|是填?[“\"]?1|1[为表=]", text):
            return "one_zero"
    return default_format(name)


_DATES = (
    (r"二〇\S{2}年\S{1,2}月\S{1,3}日|二○\S{2}年\S{1,2}月\S{1,3}日", "han"), (r"二[〇○零]\S{2}年\S{1,2}月", "han_month"), (r"\d{4}年\d{1,2}月\d{1,2}日|年月日", "cn"), (r"[X×xY]{4}年[X×xM]{2}月[X×xD]{2}日", "cn"), (r"\d{4}年\d{1,2}月|[X×xY]{4}年[X×xM]{2}月", "cn_month"),
    (r"\d{4}\.\d{1,2}\.\d{1,2}|(?i:yyyy\.mm\.dd)", "dot"), (r"\d{4}\.\d{1,2}|(?i:yyyy\.mm)", "dot_month"), (r"\d{4}/\d{1,2}/\d{1,2}|(?i:yyyy/mm/dd)", "slash"),
    (r"\d{4}-\d{1,2}-\d{1,2}|(?i:yyyy-mm-dd)", "iso"), (r"\d{4}-\d{1,2}(?!\d)|(?i:yyyy-mm)", "dash_month"), (r"(?<!\d)(?:19|20)\d{6}(?!\d)|(?i:yyyymmdd)|8位|八位", "compact"),
)


def _date_form(head: str, samples: Sequence[str], day_cell: bool) -> str:
    bare = re.sub(r"^[^(]*", "", head)
    for text in (bare, *samples[:3]):
        for pattern, form in _DATES:
            if text and re.search(pattern, text):
                return form
        if day_cell:
            return "cell"
    return "dot_month" if re.search(r"年月(?!日)", head) else "cell" if day_cell else "iso"


def _last(layout: Layout, first: int, columns: Mapping[int, str]) -> int:
    """The last row drawn for data: above the first row that sums up or is signed, and above a word that spans columns; a row with somebody in it is neither."""
    for row in range(first, len(layout.rows)):
        texts = [text for text in layout.rows[row] if text.strip()]
        if somebody(layout.rows[row], columns):
            continue
        wide = any(top == row and right - left >= 2 for top, left, _, right in layout.merges)
        if wide or any(_FOOT.match(text.strip().replace("（", "(").replace("）", ")")) for text in texts):
            return max(first, row - 1)
    return max(first, len(layout.rows) - 1)


_NAMELIKE = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}|[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)+")


def somebody(texts: Sequence[str], columns: Mapping[int, str]) -> bool:
    """Whether a row below a head is about somebody: a number that identifies, or a name or a telephone beside a serial number or two other cells, or a name in front of anything, and its first cell is no 合计 or 填表人.

    Args:
        texts: cells of the row, formulas as text.
        columns: place -> field, as the head says.
    """
    said = {at: "".join(text.split()) for at, text in enumerate(texts) if text.strip() and not text.startswith("=")}
    if not said:
        return False
    if any(columns.get(at) in ("id_no", "bank", "disability_cert") and re.search(r"\d(?:[ -]?\d){13}", text) for at, text in said.items()):
        return True
    if _FOOT.match(said[min(said)].replace("（", "(").replace("）", ")")) or (len(said) < 3 and not (said[min(said)].isdigit() or (len(said) > 1 and columns.get(min(said)) in ("name", "head")))):
        return False
    return any(
        (columns.get(at) in ("name", "head", "members") and _NAMELIKE.fullmatch(text) and key_of(text) not in _BY_KEY) or (columns.get(at) == "phone" and re.search(r"\d{7}", text)) for at, text in said.items()
    )


def foots(texts: Sequence[str]) -> bool:
    """Whether a row begins as one that sums up or is signed."""
    first = next((text for text in texts if text.strip()), "")
    return _FOOT.match("".join(first.split()).replace("（", "(").replace("）", ")")) is not None


def table_of(layout: Layout) -> tuple[int, Mapping[int, str]] | None:
    """(last row of the head from 0, place -> field) of a sheet, None where it has no head we know."""
    found = _find(layout, Answers())
    return (found[3], {one.at: name for one in found[4] if (name := _named(one))}) if found is not None else None


def _unit(columns: Sequence[Column], title: str) -> str:
    names = {one.field for one in columns}
    if _VISIT_TITLE.search(title) and {"visit_on", "visit_by"} <= names:
        return "visit"
    if "size" in names or ("head" in names and "name" not in names):
        return "household"
    if "relation" in names or "name" in names:
        return "person"
    return "household"


def words(columns: Sequence[Column]) -> Mapping[int, str]:
    """Column -> what it holds, in words."""
    return {one.at: "原表的公式" if one.format == FORMULA else FIELDS[one.field].label if one.field else "留空" for one in columns}


__all__ = ["UNITS", "Guess", "Layout", "Question", "guess", "letter_of", "words"]
