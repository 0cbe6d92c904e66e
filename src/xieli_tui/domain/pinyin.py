"""Pinyin initials of names, for finding a person by the letters one would type: 王秀英 by wxy, 单桂芳 by sgf and by dgf.

Rules kept here
- every reading counts: nobody has to know which one the family uses, and nobody is not found for it;
- where a character is read differently as a surname, that reading comes first; compound surnames are read whole;
- the table is made at development time (.ci/build_initials.py) and loaded on first use; nothing is downloaded or guessed at run time;
- a character the table does not know stands for itself.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import islice, product

MAX_READINGS = 64
"""Spellings `initials` gives at most; `matches` has no such limit."""

SURNAMES: dict[str, str] = {
    "万俟": "mq", "上官": "sg", "东方": "df", "令狐": "lh", "公孙": "gs", "公冶": "gy", "单于": "cy", "南宫": "ng", "司马": "sm", "司徒": "st", "司空": "sk", "司寇": "sk", "呼延": "hy",
    "夏侯": "xh", "太史": "ts", "太叔": "ts", "宇文": "yw", "宗政": "zz", "尉迟": "yc", "慕容": "mr", "拓跋": "tb", "拓拔": "tb", "欧阳": "oy", "歐陽": "oy", "澹台": "tt", "淳于": "cy",
    "濮阳": "py", "独孤": "dg", "申屠": "st", "皇甫": "hf", "百里": "bl", "端木": "dm", "第五": "dw", "西门": "xm", "诸葛": "zg", "諸葛": "zg", "谷梁": "gl", "赫连": "hl", "轩辕": "xy",
    "钟离": "zl", "长孙": "zs", "闻人": "wr", "闾丘": "lq", "鲜于": "xy", "完颜": "wy", "仲孙": "zs", "叔孙": "ss", "梁丘": "lq", "左丘": "zq", "乐正": "yz", "亓官": "qg", "漆雕": "qd",
}
"""Compound surnames with their initials."""

SURNAME: dict[str, str] = {
    "单": "s", "單": "s", "解": "x", "曾": "z", "仇": "q", "查": "z", "区": "o", "區": "o", "朴": "p", "翟": "z", "缪": "m", "繆": "m", "乐": "yl", "樂": "yl", "覃": "qt", "盖": "gh",
    "蓋": "gh", "尉": "wy", "黑": "h", "折": "s", "种": "c", "召": "s", "重": "c", "员": "y", "貟": "y", "贠": "y", "都": "d", "令": "l", "任": "r", "华": "h", "華": "h", "纪": "j",
    "过": "g", "燕": "y", "应": "y", "哈": "h", "洗": "x", "冼": "x", "相": "x", "么": "y", "幺": "y", "繁": "p", "秘": "b", "祭": "z", "谌": "c", "諶": "c", "能": "n", "牟": "m",
    "郗": "cx", "隗": "kw", "眭": "s", "亓": "q", "佴": "n", "逄": "p", "句": "g", "车": "c", "車": "c", "石": "s", "沈": "s", "阚": "k", "宓": "mf", "薄": "b", "卜": "b", "炅": "g",
    "莘": "s", "柏": "b", "葛": "g", "冯": "f", "馮": "f", "郇": "x", "呙": "g", "隽": "j", "臧": "z", "藏": "z", "殷": "y", "要": "y", "瞿": "q", "訾": "z", "贾": "j", "賈": "j",
    "占": "z", "粘": "n", "俞": "y", "於": "y", "褚": "c", "教": "j", "阿": "a", "撒": "s", "适": "k", "行": "x", "弗": "f", "舍": "s", "校": "x", "兴": "x", "省": "x", "晟": "c",
    "六": "l", "那": "n", "长": "z", "鲜": "x", "夏": "x", "强": "q", "尹": "y", "仉": "z", "乜": "n", "妫": "g", "郄": "q", "郜": "g", "亢": "k", "谯": "q", "逯": "l",
}
"""Surname reading(s) of a character, the usual one first."""

_SKIP = " ·•・‧．.-_'’\u3000"


@cache
def _table() -> dict[str, str]:
    from xieli_tui.domain.pinyin_table import TABLE

    table: dict[str, str] = {}
    for line in TABLE.splitlines():
        letters, _, characters = line.partition(" ")
        table.update(dict.fromkeys(characters, letters))
    return table


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(mark for mark in folded if mark not in _SKIP)


def _letters(mark: str) -> str:
    return _table().get(mark, mark)


@lru_cache(maxsize=16_384)
def _readings(name: str) -> tuple[str, ...]:
    """Per character the letters it may be found by, the surname's own first."""
    plain = _plain(name)
    if not plain:
        return ()
    sets = [_letters(mark) for mark in plain]
    compound = SURNAMES.get(plain[:2]) if len(plain) > 2 else None
    firsts = tuple(compound) if compound else (SURNAME.get(plain[0], ""),)
    for at, first in enumerate(firsts):
        sets[at] = first + "".join(letter for letter in sets[at] if letter not in first)
    return tuple(sets)


def initials(name: str) -> tuple[str, ...]:
    """All spellings of a name in initials, the surname reading first: 单桂芳 -> ("sgf", "cgf", "dgf"). At most MAX_READINGS; () for ""."""
    sets = _readings(name)
    if not sets:
        return ()
    return tuple(dict.fromkeys("".join(one) for one in islice(product(*sets), MAX_READINGS)))


def matches(query: str, name: str) -> bool:
    """True when the letters or characters of the query follow one another somewhere in the name.

    Letters match any reading, characters match themselves, and both may be mixed (王xy). An empty query matches nothing.
    """
    wanted = _plain(query)
    plain = _plain(name)
    if not wanted or len(wanted) > len(plain):
        return False
    sets = _readings(name)
    width = len(wanted)
    return any(all(letter == plain[at + i] or letter in sets[at + i] for i, letter in enumerate(wanted)) for at in range(len(plain) - width + 1))
