"""The head of somebody's table: which rows it is, the words over every column, and what each column is of whom.

Rules kept here
- a head has one to three rows; the lowest word of a column is its name, the words above it tell twins apart (户主 over 姓名, 成员 over 姓名);
- title and unit rows are no head: a row on top that names nothing more is left off;
- what a column holds is a role: a field of the person (`id_no`), of the head (`head.id_no`), of the n-th member of the row (`m2.id_no`), or "" for what is not read;
- a column about a guardian, a helper or who filled the sheet in is nobody's of the family; twins nobody can tell apart are a doubt, never a coin toss in silence.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xieli_tui.domain import codes
from xieli_tui.domain.text import fold_code, han_number
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

OF_ROW = frozenset({"serial", "number", "village", "group", "address", "head", "category", "category_since", "aid_month"})
"""Roster fields that are the row's or the family's; the others are somebody's."""
DEEPEST = 3
_LOOK = 40
_ID_SHAPE = re.compile(r"^(\d{17}[\dX]|\d{15})$")
_OTHERS = re.compile(r"监护人|代办人|联系人|经办|帮扶|责任人|代理人|走访人|填表人|核查人|调查人|审核人|录入人|抚养|赡养|收款人|领取人|代领|开户|干部|网格员|包保|负责人|工作人员")
_HEADS = re.compile(r"户主|申请人")
_HEADS_OWN = re.compile(r"^(?:户主|申请人)(?:的)?(.+)$")
_PERSONS_OWN = re.compile(r"^(?:家庭成员|共同生活成员|成员|本人|对象|人员)(?:的)?(.+)$")
_NUMBERED = re.compile(r"^(?:家庭成员|共同生活成员|家庭人员|成员|人员)(?:之)?([0-9]{1,2}|[一二三四五六七八九十]{1,3})(.*)$")
_TRAILING = re.compile(r"^(.+?)([0-9]{1,2})$")
_MEMBERS = re.compile(r"成员|家庭人员|人员情况")
_ROLE = re.compile(r"(?:(head|m[1-9][0-9]?)\.)?([a-z_]+)")
_UNMINDED = ("serial", "note")
"""Fields of which a second column is nothing to ask about."""


def key_of(text: str) -> str:
    """A head word for comparing: width, blanks, marks and what stands in brackets left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s*:：、/\\.,，。_|-]+", "", re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", folded))


@dataclass(frozen=True, slots=True)
class HeadWords:
    """The words of one kind of list: `names` field -> header words, `by_key` the same the other way round, folded; `of_row` fields that are not one person's."""

    names: Mapping[str, tuple[str, ...]]
    by_key: Mapping[str, str]
    of_row: frozenset[str]

    @classmethod
    def of(cls, names: Mapping[str, tuple[str, ...]], of_row: frozenset[str] | None = None) -> HeadWords:
        """Of a table like COLUMN_NAMES; of a word that stands twice the later field counts. Without `of_row` a row is about one person."""
        return cls(names, {key_of(word): name for name, words in names.items() for word in words}, frozenset(names) if of_row is None else of_row)


ROSTER = HeadWords.of(COLUMN_NAMES, OF_ROW)


@dataclass(frozen=True, slots=True)
class Head:
    """Rows `top` to `row` (1 = first sheet row); per column its own word and the words above it."""

    top: int
    row: int
    texts: tuple[str, ...]
    above: tuple[tuple[str, ...], ...]

    @property
    def fingerprint(self) -> str:
        """The same for every workbook with these words over these columns, whatever stands above and below."""
        words = ["/".join((*map(key_of, above), key_of(text))) for text, above in zip(self.texts, self.above, strict=True)]
        while words and not words[-1]:
            words.pop()
        return hashlib.sha256("|".join(words).encode()).hexdigest()[:12]

    def full(self, at: int) -> str:
        """The word of a column with what stands above it: 户主｜姓名."""
        return "｜".join((*self.above[at], self.texts[at])) if self.texts[at] else ""


def role_fits(role: str, words: HeadWords) -> bool:
    """True for a role this kind of list has."""
    hit = _ROLE.fullmatch(role)
    return hit is not None and hit[2] in words.names and (hit[1] is None or hit[2] not in words.of_row)


def split_role(role: str) -> tuple[str, str]:
    """("head" | "m2" | "", field)."""
    who, _, name = role.rpartition(".")
    return who, name


# -- which rows ---------------------------------------------------------------------------------------------------------------------------


def head_at(sheet: Sheet, top: int, depth: int) -> Head:
    """The words of rows `top` … (0-based), with words over several columns standing above each of them."""
    block = [[_word(cell) for cell in row] for row in sheet.rows[top : top + depth]]
    width = max((len(row) for row in block), default=0)
    spread = [row + [""] * (width - len(row)) for row in block]
    own = [list(row) for row in spread]
    for (first, left), (_last, right) in sheet.merges:
        if top <= first < top + depth - 1 and right > left and left < width and spread[first - top][left]:
            for at in range(left + 1, min(right + 1, width)):
                spread[first - top][at] = spread[first - top][at] or spread[first - top][left]
    if not sheet.merges:
        _spread_unmerged(spread)
    texts: list[str] = []
    above: list[tuple[str, ...]] = []
    for at in range(width):
        words = [row[at] for row in own if row[at]]
        text = words[-1] if words else ""
        chain: list[str] = []
        for row, plain in zip(spread, own, strict=True):
            if plain[at] == text and text:
                break
            if row[at] and row[at] not in chain:
                chain.append(row[at])
        texts.append(text)
        above.append(tuple(chain) if text else ())
    return Head(top + 1, top + depth, tuple(texts), tuple(above))


def _spread_unmerged(rows: list[list[str]]) -> None:
    """Where nothing is merged, a word reaches right over blanks that have a word below."""
    for upper, lower in pairwise(rows):
        last = ""
        for at, word in enumerate(upper):
            last = word or (last if lower[at] else "")
            upper[at] = last


def _word(cell: Cell) -> str:
    return re.sub(r"\s*\n\s*", "", cell_text(cell)).strip()


def search(sheet: Sheet, words: HeadWords, count: Callable[[Head], int]) -> Head | None:
    """The rows in which most columns are named; None when no rows are a head.

    Args:
        count: how many columns a head names, 0 when it is none.
    """
    found: list[tuple[int, int, int, Head]] = []
    for top in range(min(_LOOK, len(sheet.rows))):
        if found and top > found[0][3].top + 1:
            break
        if _title(sheet.rows[top]):
            continue
        for depth in range(1, DEEPEST + 1):
            rows = sheet.rows[top : top + depth]
            if len(rows) < depth or any(not isinstance(cell, str) for row in rows[1:] for cell in row):
                break
            if depth > 1 and not _belongs(sheet, top + depth - 1, top, words):
                break
            head = head_at(sheet, top, depth)
            if named := count(head):
                found.append((named, -depth, -top, head))
    return grown(sheet, max(found, key=lambda one: one[:3])[3]) if found else None


def grown(sheet: Sheet, head: Head) -> Head:
    """A head with the rows on top that its merged cells tie to it: what stands there says whose a column is."""
    top, bottom, width = head.top - 1, head.row - 1, len(head.texts)
    while top > 0 and bottom - top + 1 < DEEPEST and not _title(sheet.rows[top - 1]):
        tied = any(first < top <= last for (first, _left), (last, _right) in sheet.merges)
        above = any(first == last == top - 1 and right > left and not (left == 0 and (right + 1) * 3 >= width * 2) for (first, left), (last, right) in sheet.merges)
        if not tied and not above:
            break
        top -= 1
    return head_at(sheet, top, bottom - top + 1) if top != head.top - 1 else head


def _title(row: Sequence[Cell]) -> bool:
    """A row of one word: a title, however far it is merged."""
    return len({_word(cell) for cell in row if cell != ""}) < 2


def heads_of(sheet: Sheet) -> Iterator[Head]:
    """Every head there could be, for a head that was seen before."""
    for top in range(min(_LOOK, len(sheet.rows))):
        for depth in range(1, min(DEEPEST, len(sheet.rows) - top) + 1):
            yield head_at(sheet, top, depth)


def _belongs(sheet: Sheet, row: int, top: int, words: HeadWords) -> bool:
    """True when a row may go on a head that begins above: two words we know in it, or it stands under a word that spans columns."""
    here = [_word(cell) for cell in sheet.rows[row]]
    if any(_ID_SHAPE.match(fold_code(word)) for word in here):
        return False
    if sum(1 for word in here if read_word(word, (), words)) >= 2:
        return True
    return any(top <= first < row and (row <= last or (right > left and row == last + 1)) for (first, left), (last, right) in sheet.merges)


# -- what each column is ------------------------------------------------------------------------------------------------------------------


def read_word(text: str, above: Sequence[str], words: HeadWords) -> str:
    """The role a column's words say, "" for none. Two columns can say the same."""
    key, context = key_of(text), key_of("".join(above))
    name = words.by_key.get(key)
    if name in words.of_row:
        return name or ""
    if _OTHERS.search(context) or (name is None and _OTHERS.search(key)):
        return ""
    if name is not None:
        if hit := next((hit for word in reversed(above) if (hit := _NUMBERED.match(key_of(word)))), None):
            return f"m{_nth(hit[1])}.{name}"
        if name != "relation" and _HEADS.search(context) and not _MEMBERS.search(context):
            return "head" if name == "name" else f"head.{name}"
        return name
    if hit := _NUMBERED.match(key):
        return _of_somebody(f"m{_nth(hit[1])}.", hit[2] or "姓名", words)
    if hit := _TRAILING.match(key):
        return _of_somebody(f"m{_nth(hit[2])}.", hit[1], words)
    if hit := _HEADS_OWN.match(key):
        role = _of_somebody("head.", hit[1], words)
        return "head" if role == "head.name" else role
    if hit := _PERSONS_OWN.match(key):
        return _of_somebody("", hit[1], words)
    return ""


def _of_somebody(who: str, key: str, words: HeadWords) -> str:
    name = words.by_key.get(key_of(key))
    return f"{who}{name}" if name is not None and name not in words.of_row else ""


def _nth(word: str) -> int:
    return int(word) if word.isdigit() else han_number(word) or 0


def roles(head: Head, rows: Sequence[Sequence[Cell]], words: HeadWords) -> tuple[list[str], dict[int, str]]:
    """The role of every column and, per column, what a person should look at.

    Args:
        rows: the rows under the head; values tell twins apart and name columns nobody named.
    """
    doubts: dict[int, str] = {}
    said = [read_word(text, above, words) for text, above in zip(head.texts, head.above, strict=True)]
    said = _members(_repeated(said, words))
    said = _heads_only(_twins(said, head, rows, doubts))
    _by_values(said, head, rows, doubts, words)
    return said, doubts


def _repeated(said: list[str], words: HeadWords) -> list[str]:
    """姓名 关系 身份证号 姓名 关系 身份证号: each 姓名 begins another member; one without 关系 before others with it is the head."""
    starts = [at for at, role in enumerate(said) if role == "name"]
    if len(starts) < 2 or "name" in words.of_row:
        return said
    out = list(said)
    blocks = [list(range(start, end)) for start, end in zip(starts, [*starts[1:], len(said)], strict=True)]
    related = [any(said[at] == "relation" for at in block) for block in blocks]
    if "head" not in said and not related[0] and all(related[1:]):
        for at in blocks.pop(0):
            if said[at] and "." not in said[at] and said[at] not in words.of_row:
                out[at] = "head" if said[at] == "name" else f"head.{said[at]}"
    if len(blocks) > 1:
        often = Counter(role for block in blocks for role in {said[at] for at in block})
        for nth, block in enumerate(blocks, 1):
            for at in block:
                role = said[at]
                if role and "." not in role and role not in words.of_row and often[role] > 1 and f"m{nth}.{role}" not in out:
                    out[at] = f"m{nth}.{role}"
    return out


def _members(said: list[str]) -> list[str]:
    """A number means a member only where that member has a name and stands beside others; 电话1 is a telephone."""
    groups: dict[str, set[str]] = defaultdict(set)
    for role in said:
        who, name = split_role(role)
        if who.startswith("m"):
            groups[who].add(name)
    whole = {who for who, names in groups.items() if "name" in names}
    if len(whole) < 2 and "name" in said:
        whole = set()
    out: list[str] = []
    for role in said:
        who, name = split_role(role)
        if who.startswith("m") and who not in whole:
            out.append("" if name in out or name in said else name)
        else:
            out.append(role)
    return out


def _twins(said: list[str], head: Head, rows: Sequence[Sequence[Cell]], doubts: dict[int, str]) -> list[str]:
    """Two columns of one role: the one by the head's name is the head's, so is the one whose values stand for a whole family; else somebody has to look."""
    out = list(said)
    for role in sorted({role for role in said if role}):
        at = [place for place, other in enumerate(said) if other == role]
        if len(at) < 2:
            continue
        if role == "id_no" and len(at) == 2 and "head" in said and "name" in said:
            between = [place for place in at if said.index("head") < place < said.index("name")]
            heads = between if len(between) == 1 else [place for place in at if _repeats(rows, place)]
            if len(heads) == 1:
                out[heads[0]] = "head.id_no"
                continue
        for place in at:
            if place != at[0]:
                out[place] = ""
            if role not in _UNMINDED:
                doubts[place] = f"有 {len(at)} 栏是这个意思，" + ("按第一栏读" if place == at[0] else "这一栏没有读")
    return out


def _repeats(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    """True when a column's values stand in several rows running, as a family's do."""
    values = [fold_code(cell_text(row[at])) for row in rows[:400] if at < len(row) and row[at] != ""]
    return sum(1 for one, other in pairwise(values) if one == other) >= 2


def _heads_only(said: list[str]) -> list[str]:
    """Without a column of persons the heads are the persons."""
    if "head" not in said or any(split_role(role)[1] == "name" for role in said):
        return said
    plain = [role.removeprefix("head.") for role in said]
    return [bare if role.startswith("head.") and bare not in said else role for role, bare in zip(said, plain, strict=True)]


def _by_values(said: list[str], head: Head, rows: Sequence[Sequence[Cell]], doubts: dict[int, str], words: HeadWords) -> None:
    """Name ID, sex and relation by what stands in columns nobody named; doubt an ID column without IDs."""
    tests: dict[str, Callable[[str], bool]] = {
        "id_no": lambda text: _ID_SHAPE.match(fold_code(text)) is not None,
        "sex": lambda text: text.strip() in ("男", "女"),
        "relation": lambda text: codes.find("relation", text) is not None and not text.strip().isdigit(),
    }
    if any(split_role(role)[0].startswith("m") for role in said):
        return
    for name, looks_right in tests.items():
        if name not in words.names:
            continue
        if name in said:
            at = said.index(name)
            if name == "id_no" and 0 <= _share(rows, at, looks_right) < 0.3:
                doubts[at] = "这一栏里大多不像身份证号"
            continue
        free = [at for at, role in enumerate(said) if not role and at not in doubts and not _nobodys(head, at)]
        hit = next((at for at in free if _share(rows, at, looks_right) >= 0.6), None)
        if hit is not None:
            said[hit] = name
            if key_of(head.texts[hit]):
                doubts[hit] = "栏名没见过，按里面的内容认的"


def _nobodys(head: Head, at: int) -> bool:
    words = key_of("".join((*head.above[at], head.texts[at])))
    return bool(_OTHERS.search(words) or _HEADS_OWN.match(words))


def _share(rows: Sequence[Sequence[Cell]], at: int, looks_right: Callable[[str], bool]) -> float:
    """How many of the first values are such; -1 with fewer than three."""
    texts = [text for row in rows[:200] if at < len(row) and (text := cell_text(row[at]).strip())]
    return sum(map(looks_right, texts)) / len(texts) if len(texts) >= 3 else -1.0
