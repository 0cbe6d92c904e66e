"""Shared wording of the screens: days, masks, due words, states. Nothing here knows a widget.

Rules kept here
- days are MM-DD in columns, the full date only in a date field; a day of another year shows its year and month;
- identity numbers and phones leave here masked unless the household was revealed (Law 4);
- the words are those of design 01: 已导出，待签收 before 镇已签收 and 县已签收; a passed day is 已过期限 3 天, never a reproach.
"""

from __future__ import annotations

import datetime as dt
import re

from rich.cells import cell_len

from xieli_tui.domain import codes
from xieli_tui.domain.text import group_word as group_word
from xieli_tui.domain.text import mask_phone
from xieli_tui.errors import REGISTRY

WEEK = "一二三四五六日"
ROAD = {"local": "本机", "exported": "待签收", "township": "镇已签收", "county": "县已签收", "quarantined": "待人工核对"}
MET = {"self": "见到本人", "family": "见到家属", "neighbour": "问了邻居", "none": "未遇"}


_CLAUSE = re.compile(r"[：；，、]")


def gist(text: str, width: int) -> str:
    """A reason in a column: whole where it fits, else its first clauses (a list says 等), never the half of a word. The whole of it stands where the cursor is."""
    if cell_len(text) <= width:
        return text
    best = ""
    for hit in _CLAUSE.finditer(text):
        short = text[: hit.start()] + ("等" if hit.group() == "、" else "")
        if cell_len(short) <= width:
            best = short
    return best if cell_len(best) * 3 >= width else text


_PLACE = re.compile(r"^.+?(?:镇|乡|街道)(?=.{2,})")


_AMBIGUOUS = str.maketrans({"“": "「", "”": "」", "‘": "『", "’": "』", "…": "...", "—": "-", "·": "."})


def wide(text: str) -> str:
    """A document's own words without glyphs that are one cell here and two there (design 07): its quotes become corner brackets."""
    return text.translate(_AMBIGUOUS)


def short_place(name: str) -> str:
    """测试县青石镇石桥村 -> 石桥村; a name without its township stays."""
    return _PLACE.sub("", name, count=1)


def title_day(day: dt.date) -> str:
    """12-28 周一"""
    return f"{day:%m-%d} 周{WEEK[day.weekday()]}"


def short_day(text: str, today: dt.date) -> str:
    """A day for a column: MM-DD this year and within the last months, else YYYY-MM; "" stays ""."""
    if not text:
        return ""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return text[:10]
    if day.year == today.year or abs((today - day).days) < 120:
        return f"{day:%m-%d}"
    return f"{day:%Y-%m}"


def due_word(due: str, state: str, today: dt.date) -> tuple[str, str]:
    """(words, style) of a due day: 已过期限 3 天 | 今天 | 明天 | 还剩 4 天 | 暂停 | 没有期限."""
    if state == "suspended":
        return "暂停", "$ink-3"
    if not due:
        return "没有期限", "$ink-2"
    left = (dt.date.fromisoformat(due[:10]) - today).days
    if left < 0:
        return f"已过期限 {-left} 天", "bold $error"
    if left == 0:
        return "今天", "bold $warning"
    if left == 1:
        return "明天", "bold $warning"
    if left > 99:
        return f"{due[:10]} 前", "$ink-2"
    return f"还剩 {left} 天", "$ink-2"


def masked_id(number: str, *, full: bool = False) -> str:
    """An identity number for a row: 6 + 8 stars + 4, or whole when revealed; 待补 when there is none."""
    from xieli_tui.domain.idnum import mask_id

    if not number:
        return "待补"
    return number if full else mask_id(number)


def masked_phone(number: str, *, full: bool = False) -> str:
    """A phone number for a row: 3 + stars + 4."""
    return number if full or not number else mask_phone(number)


def source_word(source: str) -> str:
    """Who wrote an entry, in a word."""
    return codes.label("role", source) if source in ("village", "township", "county") else source


def category_word(category: str, rank: str = "") -> str:
    """低保, and (台账) where it is only the village's own claim and a row has room for it."""
    if not category:
        return ""
    word = codes.label("category", category)
    return f"{word}(台账)" if rank == "claim-long" else word


def next_step(code: str) -> str:
    """What to do about a code that came home with a file; "" when there is none."""
    return REGISTRY[code].next_step if code in REGISTRY else ""


def kinds_word(kinds: tuple[str, ...] | list[str]) -> str:
    """Kinds of aid by their short names."""
    return codes.labels("kind", list(kinds))


def told_word(text: str, today: dt.date) -> str:
    """愿意申请 2026-12-11 -> 愿意申请，12-11."""
    word, _, day = text.rpartition(" ")
    return f"{word}，{short_day(day, today)}" if word else text


def code_lines(code: str, width: int = 60) -> list[str]:
    """A registration code on lines of whole groups: who copies it by hand never meets half of one."""
    out = [""]
    for group in re.findall(r"[^-]+-?", code):
        if len(out[-1]) + len(group) > width:
            out.append("")
        out[-1] += group
    return out


def size_word(count: int) -> str:
    """12,345 bytes -> 12 KB; 3.4 MB."""
    if count < 1024 * 1024:
        return f"{max(1, count // 1024)} KB"
    if count < 1024**3:
        return f"{count / 1024**2:.1f} MB"
    return f"{count / 1024**3:.1f} GB"
