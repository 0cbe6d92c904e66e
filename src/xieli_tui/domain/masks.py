"""Numbers of people in a text, however they are written: found and covered in place; and what may stand as the number of an office.

Rules kept here
- an identity number is found in one piece, in groups (4-4-4-4-2, 6-8-4), with blanks, dashes or brackets between, in full-width digits, with marks nobody sees between;
- so are bank cards (14 digits and more, groups of four), mobile and landline numbers, and long numbers written in Han digits;
- what stands between the digits stays where it is: only digits are covered; days, amounts, years in a row, codes of villages and numbers of papers stay readable;
- when in doubt a long run of digits is covered: a card more is a loss of a moment, a card less is a leak.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_BETWEEN = r"[ \t\u00a0\u2000-\u200f\u202a-\u202f\u205f-\u2064\u3000\ufeff\xad\-‐-―−－﹣.．·•・_/／()（）]"
_RUN = re.compile(rf"\d(?:(?:{_BETWEEN}|[\r\n]){{0,3}}\d){{6,}}(?:{_BETWEEN}{{0,2}}[XxＸｘ](?![A-Za-z]))?")
_DAYS = re.compile(r"(?:(?:1[89]|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}[ -]?){1,2}")
_GROUP = re.compile(r"\d+[XxＸｘ]?|[XxＸｘ]")
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\xad]")
_HAN = "〇零○一二三四五六七八九两"
_HAN_RUN = re.compile(rf"[{_HAN}](?:{_BETWEEN}?[{_HAN}]){{10,}}")
_CALLED = re.compile(r"(?:电话|座机|手机|固话|号码)(?:是|号)?[:： ]{0,2}$")
_SHORTEST = 7
"""Digits of the shortest number that is covered."""
_MOST = 20
"""Digits of the longest number written in groups."""
_CARD = 14
"""Digits in one piece from which a number is covered whatever it is."""
_MOBILE_SHAPES = frozenset({(11,), (3, 4, 4), (4, 3, 4), (4, 4, 3), (7, 4), (3, 8), (5, 6), (3, 3, 5), (1,) * 11})
_PREFIXES = ("", "0", "86", "086", "0086")
_OFFICE = re.compile(r"(?:\+?86[- ]?)?(?:1\d{2}[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}\)?[- ]?\d{3,4}[- ]?\d{4}|[48]00[- ]?\d{3,4}[- ]?\d{3,4}|\d{3,4}[- ]?\d{4}|\d{3,6})(?:(?:转|[- ]转?)\d{1,5})?")


def masked(text: str) -> str:
    """The text without a readable identity, bank or phone number."""
    if len(text) < _SHORTEST:
        return text
    cover: set[int] = set()
    for run in _RUN.finditer(text):
        if _DAYS.fullmatch(run.group()):
            continue
        cover.update(_covered(text, run.start(), run.group()))
    for han in _HAN_RUN.finditer(text):
        at = [place for place in range(han.start(), han.end()) if text[place] in _HAN]
        cover.update(at[3:-2])
    return "".join("*" if at in cover else char for at, char in enumerate(text)) if cover else text


def office_number(text: str) -> bool:
    """Whether it can be the number of an office: a mobile one, a landline with or without its area code, a short one (12349), with an extension; no identity number, no card."""
    return _OFFICE.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def no_telephone(text: str) -> bool:
    """Whether what was typed as a telephone is an identity number or a card; two telephones side by side, an extension, a word beside it are none of our business."""
    plain = unicodedata.normalize("NFKC", text)
    return re.search(r"\d{14,}", plain) is not None or _identity(re.sub(r"[\s-]", "", plain).upper())


class _Digits:
    """Groups of digits of a run, folded, and where each digit stands."""

    def __init__(self, start: int, run: str) -> None:
        self.groups: list[str] = []
        self.at: list[list[int]] = []
        joined = False
        end = 0
        for hit in _GROUP.finditer(run):
            folded = "".join(_plain(char) for char in hit.group())
            places = list(range(start + hit.start(), start + hit.end()))
            between = run[end:hit.start()]
            joined = bool(self.groups) and not _UNSEEN.sub("", between)
            if joined:
                self.groups[-1] += folded
                self.at[-1] += places
            else:
                self.groups.append(folded)
                self.at.append(places)
            end = hit.end()


def _plain(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return "X" if value is None else str(value)


def _covered(text: str, start: int, run: str) -> Iterator[int]:
    found = _Digits(start, run)
    first = 0
    while first < len(found.groups):
        begin = found.at[first][0]
        called = bool(_CALLED.search(text, max(0, begin - 8), begin))
        for last in range(min(len(found.groups), first + _MOST), first, -1):
            shape = tuple(len(group) for group in found.groups[first:last])
            if sum(shape) > _MOST and last - first > 1:
                continue
            kept = _kept("".join(found.groups[first:last]), shape, called)
            if kept is not None:
                places = [at for group in found.at[first:last] for at in group]
                yield from places[kept[0] : len(places) - kept[1]]
                first = last
                break
        else:
            first += 1


def _kept(digits: str, shape: tuple[int, ...], called: bool) -> tuple[int, int] | None:
    """How many digits stay at both ends of what is somebody's number; None for what is nobody's."""
    if _identity(digits) or (len(shape) == 1 and len(digits) >= _CARD) or _card(digits, shape):
        return 6, 4
    for prefix in _PREFIXES:
        rest = digits.removeprefix(prefix) if digits.startswith(prefix) else ""
        own = shape if not prefix else shape[1:] if shape[0] == len(prefix) else (shape[0] - len(prefix), *shape[1:])
        cut = len(own) == 2 and min(own) >= 3 and rest[1:2] in tuple("3456789")
        if len(rest) == 11 and rest[0] == "1" and (own in _MOBILE_SHAPES or cut) and not (prefix and own == (1,) * 11):
            return len(prefix) + 3, 4
    area = re.fullmatch(r"(0\d{2,3})(\d{7,8})", digits)
    if area is not None and all(sum(shape[:cut]) != 1 for cut in range(1, len(shape) + 1)) and len(shape) <= 3 and (shape[0] in (3, 4) or len(shape) == 1):
        return (shape[0] if len(shape) > 1 else len(area.group(1))), 2
    return (0, 2) if called and len(digits) in (7, 8) and len(shape) <= 2 else None


def _identity(digits: str) -> bool:
    """18 with a day of birth, or 15 with one."""
    if len(digits) == 18 and digits[:17].isdigit():
        return "18" <= digits[6:8] <= "20" and _day(digits[10:14])
    return len(digits) == 15 and digits.isdigit() and _day(digits[8:12])


def _day(text: str) -> bool:
    return "01" <= text[:2] <= "12" and "01" <= text[2:] <= "31"


def _card(digits: str, shape: tuple[int, ...]) -> bool:
    """Groups of four, the last one shorter or as long: 14 to 20 digits; a row of years is none. Digit by digit, or a card of the country cut anywhere."""
    if len(digits) in range(_CARD, _MOST) and (set(shape) == {1} or (digits.startswith("62") and len(shape) < 4 and min(shape) > 1)):
        return True
    if len(shape) < 4 or not _CARD <= len(digits) <= _MOST or any(one != 4 for one in shape[:-1]) or shape[-1] > 4:
        return False
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return not all(len(group) == 4 and group[:2] in ("18", "19", "20") for group in groups)
