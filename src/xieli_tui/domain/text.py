"""Text as people type it: folding of codes, cleaning of notes, village groups, masks, and what of it may reach a terminal.

Rules kept here
- only codes (IDs, phones, numbers, dates) are folded; a name or a note keeps every character the person typed, minus what cannot be stored;
- what is shown (on a page, by a command) goes through `safe`: people's text moves no cursor, turns no direction, hides nothing;
- nothing here reads or writes anything.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\xad]+")
_NO_QUOTES = dict.fromkeys(map(ord, "'’‘`´′＇ʼ\""))
_UNSAFE = dict.fromkeys((*range(32), *range(127, 160)), " ")
# Marks without a cell of their own: direction, joining, emoji style. Terminals disagree about their width, so a joined emoji is shown as its parts.
_UNSAFE.update(dict.fromkeys((173, 1564, 6158, *range(8203, 8208), *range(8234, 8239), *range(8288, 8304), 65038, 65039, 65279), ""))
_UNSAFE.update(dict.fromkeys((*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0100), *range(0xE01F0, 0xE1000)), ""))
_UNSAFE.update(dict.fromkeys((0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)), ""))
_UNSAFE.update(dict.fromkeys((0x2028, 0x2029), " "))
_UNSAFE.update(dict.fromkeys(range(0xD800, 0xE000), "?"))  # half a character: no terminal and no file can hold it
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_LONGEST = 15
"""Digits of the longest number read as one; what is longer is kept as text."""
_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百]+")


def safe(text: str) -> str:
    """Text that cannot move the cursor, switch direction or hide: controls become a space, invisible marks go. For showing; what is stored stays."""
    return text.translate(_UNSAFE)


def fold_code(text: str) -> str:
    """A code as a machine reads it: NFKC, apostrophes and all white space (also invisible) out, upper case. Folding twice changes nothing more."""
    while True:
        folded = _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_NO_QUOTES).upper()
        if folded == text or (folded.isascii() and folded.isalnum()):
            return folded
        text = folded


def clean_note(text: str) -> str:
    """A note without control characters and lone surrogates; line breaks kept, trailing blanks of lines dropped."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(mark for mark in line.replace("\t", " ") if unicodedata.category(mark) not in ("Cc", "Cs")).rstrip() for line in lines)
    return "\n".join(kept).strip("\n").strip()


def clean_line(text: str) -> str:
    """A name, address or other one-line text: as `clean_note`, on one line, outer blanks off."""
    return " ".join(clean_note(text).split())


def clean_name(text: str) -> str:
    """A person's name: one line, and no blanks between Han characters (`王 强` is 王强)."""
    line = clean_line(unicodedata.normalize("NFC", text)).replace("\u3000", " ")
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", line)


def whole(text: str) -> int | None:
    """A whole number as typed (half- or full-width digits), None for anything else: a sign, a circled digit, more digits than a number here ever has."""
    plain = unicodedata.normalize("NFKC", text[: 4 * _LONGEST]).strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST and len(text) <= 4 * _LONGEST else None


def han_number(text: str) -> int | None:
    """三 -> 3, 十二 -> 12, 二十 -> 20, 一百零三 -> 103; None when it is no such number."""
    if not text or len(text) > _LONGEST or not _NUMERAL.fullmatch(text):
        return None
    if not any(mark in text for mark in "十百"):
        return int("".join(str(_DIGITS[mark]) for mark in text))
    total = 0
    hundreds, _, rest = text.rpartition("百")
    if hundreds or text.startswith("百"):
        if hundreds and hundreds not in _DIGITS:
            return None
        total += 100 * (_DIGITS[hundreds] if hundreds else 1)
    rest = rest.lstrip("零〇")
    if "十" in rest:
        tens, _, ones = rest.partition("十")
        if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
            return None
        total += 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
    elif rest:
        if rest not in _DIGITS:
            return None
        total += _DIGITS[rest]
    return total


@lru_cache(maxsize=2048)
def group_key(text: str) -> str:
    """What two spellings of a 村民小组 have in common: 三组, 第3组, ３ 组, 3村民小组 and 3 are one."""
    folded = fold_code(text)
    folded = _NUMERAL.sub(lambda hit: str(n) if (n := han_number(hit.group())) is not None else hit.group(), folded)
    folded = re.sub(r"^第", "", folded)
    folded = re.sub(r"(村民)?小?组$", "", folded)
    number = whole(folded)
    return str(number) if number is not None else folded


def same_group(one: str, other: str) -> bool:
    """True when two texts name the same 村民小组 (一..十 read as digits)."""
    return group_key(one) == group_key(other)


def group_word(text: str) -> str:
    """How a 村民小组 stands on every screen, however it was typed: 一组, 第1组 and 1 are all 1组. A group with a name of its own stays; what is stored stays too."""
    key = group_key(text)
    return f"{key}组" if whole(key) is not None else text


def mask_phone(text: str) -> str:
    """First three, four stars, last four; a short number keeps its last two. "" stays ""."""
    if len(text) >= 8:
        return f"{text[:3]}****{text[-4:]}"
    return "*" * max(0, len(text) - 2) + text[-2:] if len(text) > 2 else "*" * len(text)


def mask_name(text: str) -> str:
    """Surname and stars, for lists that leave the office."""
    return text[:1] + "*" * (len(text) - 1)


def width_fold(text: str) -> str:
    """Full-width ASCII folded to ASCII, everything else untouched (menu digits typed with the IME on)."""
    return "".join(chr(ord(mark) - 0xFEE0) if "！" <= mark <= "～" else " " if mark == "\u3000" else mark for mark in text)
