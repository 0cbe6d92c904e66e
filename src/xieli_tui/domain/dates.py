"""Days as people type them, and the calendar arithmetic of the readings R2-R6 (policy-source.md).

Rules kept here
- today is always passed in; nothing asks the machine;
- a day without a year is the one nearest to today, so 12-28 typed on 5 January is last week, not next winter;
- a text that is no date is XL-V01, a date no calendar has is XL-V02; neither error repeats what was typed;
- `add_months` clamps to the month's end (R3), a 29 February birthday falls on 28 February in other years (design 06).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from typing import Literal, NamedTuple

from xieli_tui.domain.text import han_number
from xieli_tui.errors import Refused

Lean = Literal["nearest", "past", "future"]

_FIRST_YEAR, _LAST_YEAR = 1850, 2199
_EXCEL_ZERO = dt.date(1899, 12, 30)
_WORDS = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨": -1, "今天": 0, "今日": 0, "今": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_FULL = re.compile(r"^(\d{4})(?:[-./,、](\d{1,2})[-./,、](\d{1,2})\.?|年(\d{1,2})月(\d{1,2})[日号]?)$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SHORT = re.compile(r"^(?:(\d{1,2})[-./](\d{1,2})|(\d{1,2})月(\d{1,2})[日号]?)$")
_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_HAN = re.compile(r"[〇零一二三四五六七八九十]+(?=[年月日号])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－~～", "-"))


def _day(year: int, month: int, day: int) -> dt.date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Refused("XL-V02")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Refused("XL-V02") from None


def _without_year(month: int, day: int, today: dt.date, lean: Lean) -> dt.date:
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(dt.date(year, month, day))
        except ValueError:
            continue
    if lean == "past":
        found = [one for one in found if one <= today]
    elif lean == "future":
        found = [one for one in found if one >= today]
    if not found:
        raise Refused("XL-V02")
    return min(found, key=lambda one: (abs((one - today).days), one))


def parse_day(text: object, today: dt.date, *, lean: Lean = "nearest") -> dt.date:
    """A typed or workbook value as a day.

    Understands 2026-12-28, 2026.12.28, 2026/12/28, 20261228, 2026年12月28日, 二〇二六年十二月二十八日, 12-28, 12.28, 12月28日, 昨天 and the like,
    full-width forms, a trailing time of day, date and datetime objects, and a workbook's day number.

    Raises:
        Refused: XL-V01 for what is no date, XL-V02 for a date that cannot be.
    """
    if isinstance(text, dt.datetime):
        return _day(text.year, text.month, text.day)
    if isinstance(text, dt.date):
        return _day(text.year, text.month, text.day)
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        if not -1e9 < text < 1e9:  # also what is no number at all: a cell of 1e308 is read as infinity
            raise Refused("XL-V01")
        if text != int(text) and not 2200 < text < 80_000:
            raise Refused("XL-V01")
        if 2200 < text < 80_000:
            return _EXCEL_ZERO + dt.timedelta(days=int(text))
        text = str(int(text))
    if not isinstance(text, str):
        raise Refused("XL-V01")
    raw = unicodedata.normalize("NFKC", text).strip(" '‘’\t\r\n").translate(_DASHES).replace("。", ".")
    raw = re.sub(r"\s+", "", _TIME.sub("", raw))
    if raw in _WORDS:
        return today + dt.timedelta(days=_WORDS[raw])
    raw = _HAN.sub(lambda hit: str(han_number(hit.group()) or 0), raw)
    for shape in (_FULL, _COMPACT):
        if hit := shape.match(raw):
            parts = [int(part) for part in hit.groups() if part is not None]
            return _day(parts[0], parts[1], parts[2])
    if hit := _SHORT.match(raw):
        month, day = (int(part) for part in hit.groups() if part is not None)
        return _without_year(month, day, today, lean)
    raise Refused("XL-V01")


class Quarter(NamedTuple):
    """A calendar quarter with its first and last day."""

    year: int
    number: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        return month_end(dt.date(self.year, 3 * self.number, 1))

    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)


def quarter_of(day: dt.date) -> Quarter:
    """The calendar quarter a day lies in (R4)."""
    return Quarter(day.year, (day.month + 2) // 3)


def half_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the calendar half-year a day lies in (R4)."""
    return (dt.date(day.year, 1, 1), dt.date(day.year, 6, 30)) if day.month <= 6 else (dt.date(day.year, 7, 1), dt.date(day.year, 12, 31))


def month_end(day: dt.date) -> dt.date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: dt.date, months: int) -> dt.date:
    """The day `months` later (or earlier), clamped to the month's end (R3)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday_in(birth: dt.date, year: int) -> dt.date:
    """The birthday of a year; 29 February falls on 28 February when the year has none."""
    return add_months(birth, 12 * (year - birth.year))


def age_on(birth: dt.date, day: dt.date) -> int:
    """Whole birthdays passed (周岁); N is reached on the N-th birthday (R2). Negative before birth."""
    return day.year - birth.year - (day < birthday_in(birth, day.year))
