"""Days and working days: how far apart, and which day is the n-th. Every computed day says how it was reached and how sure it is.

Rules kept here
- 天 (`Days`) and 工作日 (`WorkingDays`) are two types; handing one to the arithmetic of the other is an error, not a conversion;
- a working day is what the State Council's arrangement of that year says: days off out, make-up weekends in, else Monday to Friday;
- a year without an arrangement is a normal state: Monday to Friday are counted, 元旦, 劳动节 and 国庆节 are assumed neither on nor off (counted as the
  weekdays they are, and named), and the result is 暂估; one such year on the way makes the whole result an estimate;
- the first day does not count (the n-th day after it), unless the caller says it does, as a notice does that hangs from the morning on;
- a result is a function of (start, span, calendar) and carries all three, the calendar by version: `recompute` tells a new day beside the old one.

Pure: no clock, no file. `policy.holidays` reads the yearly files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from xieli_tui.errors import Refused

Answer = Literal["yes", "no", "estimated"]
State = Literal["exact", "estimated"]

AWAITED = "暂估，待国务院公布"
NOT_HELD = "暂估，没有这一年的放假安排"
FIXED: Mapping[tuple[int, int], str] = MappingProxyType(
    {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
)
"""(month, day) -> festival on a fixed date of the year; of an unpublished year these are the days known to be in doubt."""
_LONGEST = 36_600
_WEEKDAYS = "一二三四五六日"
_ONE_DAY = dt.timedelta(days=1)


def _checked(n: object) -> None:
    if not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= _LONGEST:
        raise Refused("XL-V11", f"天数要是 0 到 {_LONGEST} 的整数")


@dataclass(frozen=True, slots=True)
class Days:
    """天: calendar days, 0 or more. Raises Refused("XL-V11") for anything else."""

    n: int

    def __post_init__(self) -> None:
        _checked(self.n)

    def __str__(self) -> str:
        return f"{self.n} 天"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """工作日, 0 or more. Raises Refused("XL-V11") for anything else."""

    n: int

    def __post_init__(self) -> None:
        _checked(self.n)

    def __str__(self) -> str:
        return f"{self.n} 个工作日"


Span = Days | WorkingDays


@dataclass(frozen=True, slots=True)
class Year:
    """One published arrangement: `off` and `work` are day -> name of the holiday; `notice` is "" where no source for the number was found."""

    year: int
    version: str
    source: str
    off: Mapping[dt.date, str] = field(hash=False)
    work: Mapping[dt.date, str] = field(hash=False)
    notice: str = ""

    def cite(self) -> str:
        """Title, number where known, version: what a result rests on."""
        return f"{self.source}{self.notice and f'，{self.notice}'}，日历版本 {self.version}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that are known. An empty one knows none, so everything it is asked about working days is an estimate."""

    years: Mapping[int, Year] = field(default_factory=dict, hash=False)

    def having(self, year: Year) -> Calendar:
        """This calendar with one year more, or with another version of it."""
        return Calendar({**self.years, year.year: year})

    def knows(self, year: int) -> bool:
        return year in self.years

    def doubt(self, year: int) -> str:
        """What to show for a day of that year: "" when it is known."""
        if self.knows(year):
            return ""
        return AWAITED if year > max(self.years, default=0) else NOT_HELD

    def version(self, years: Iterable[int]) -> str:
        """What a result records: `2026.1`, over a turn of the year `2026.1+2027?`; `?` = not published when it was computed."""
        return "+".join(self.years[y].version if y in self.years else f"{y}?" for y in sorted(set(years)))


@dataclass(frozen=True, slots=True)
class Computed:
    """A day, how sure it is, how it was reached (Chinese lines), and what it was computed from. `label` is "" or 暂估，…"""

    day: dt.date
    state: State
    why: tuple[str, ...]
    start: dt.date
    span: Span
    first_counts: bool = False
    version: str = ""
    label: str = ""

    def shown(self) -> str:
        """ISO day, with 暂估 where it is one."""
        return f"{self.day.isoformat()}（{self.label}）" if self.label else self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many working days lie between two days, and how sure that is."""

    span: WorkingDays
    state: State
    why: tuple[str, ...]
    version: str = ""
    label: str = ""


def counts(day: dt.date, calendar: Calendar) -> bool:
    """Whether the arithmetic counts this day as a working day; of an unknown year Monday to Friday are."""
    year = calendar.years.get(day.year)
    if year is not None:
        if day in year.off:
            return False
        if day in year.work:
            return True
    return day.weekday() < 5


def is_working_day(day: dt.date, calendar: Calendar) -> Answer:
    """yes | no as the arrangement says; any day of a year without one is `estimated`, a weekend too: it may become a make-up day."""
    if not calendar.knows(day.year):
        return "estimated"
    return "yes" if counts(day, calendar) else "no"


def add_calendar_days(start: dt.date, span: Days, *, first_counts: bool = False) -> Computed:
    """The n-th day after `start`, or with `first_counts` the n-th day beginning with it. Always exact.

    Raises:
        Refused: XL-V02 beyond the last day there is.
    """
    if not isinstance(span, Days):
        raise TypeError("add_calendar_days takes Days")
    try:
        day = start + dt.timedelta(days=max(span.n - 1, 0) if first_counts else span.n)
    except OverflowError:
        raise Refused("XL-V02") from None
    return Computed(day, "exact", (f"{_from(start, first_counts)}数 {span}，到 {_said(day)}；周末、节假日都算",), start, span, first_counts)


def add_working_days(start: dt.date, span: WorkingDays, calendar: Calendar, *, first_counts: bool = False) -> Computed:
    """The n-th working day after `start`, or with `first_counts` the n-th beginning with `start` if that is one. 0 gives `start` itself.

    Raises:
        Refused: XL-V02 beyond the last day there is.
    """
    if not isinstance(span, WorkingDays):
        raise TypeError("add_working_days takes WorkingDays")
    day, left = start, span.n
    try:
        if left and first_counts and counts(day, calendar):
            left -= 1
        while left:
            day += _ONE_DAY
            left -= counts(day, calendar)
    except OverflowError:
        raise Refused("XL-V02") from None
    walked = list(_walk(start if first_counts else start + _ONE_DAY, day)) if span.n else []
    years = sorted({one.year for one in walked})
    label = _label(years, calendar)
    lines = [f"{_from(start, first_counts)}数 {span}，到 {_said(day)}", *_told(walked, calendar)]
    return Computed(day, "estimated" if label else "exact", tuple(lines), start, span, first_counts, calendar.version(years), label)


def add(start: dt.date, span: Span, calendar: Calendar, *, first_counts: bool = False) -> Computed:
    """Whichever arithmetic the span asks for."""
    if isinstance(span, WorkingDays):
        return add_working_days(start, span, calendar, first_counts=first_counts)
    return add_calendar_days(start, span, first_counts=first_counts)


def recompute(before: Computed, calendar: Calendar) -> Computed:
    """The same question asked of another calendar. A result that differs from the one on record says so in its last line, never silently."""
    now = add(before.start, before.span, calendar, first_counts=before.first_counts)
    if (now.day, now.version) == (before.day, before.version):
        return now
    old = f"原来按日历版本 {before.version} 算到 {before.shown()}"
    if now.day == before.day:
        return replace(now, why=(*now.why, f"{old}，日期没有变"))
    moved = (now.day - before.day).days
    return replace(now, why=(*now.why, f"{old}，现在是 {now.shown()}，{'晚' if moved > 0 else '早'}了 {abs(moved)} 天"))


def days_between(first: dt.date, last: dt.date) -> Days:
    """天 after `first` up to and with `last`. Raises Refused("XL-V02") when `last` is the earlier one."""
    if last < first:
        raise Refused("XL-V02", "止日早于起日")
    return Days((last - first).days)


def working_days_between(first: dt.date, last: dt.date, calendar: Calendar) -> Counted:
    """工作日 after `first` up to and with `last`: the n that `add_working_days` takes there. Raises Refused("XL-V02") when `last` is the earlier one."""
    days_between(first, last)
    walked = list(_walk(first + _ONE_DAY, last)) if last > first else []
    years = sorted({one.year for one in walked})
    span, label = WorkingDays(sum(counts(one, calendar) for one in walked)), _label(years, calendar)
    lines = (f"{_said(first)}之后到 {_said(last)}，共 {span}", *_told(walked, calendar))
    return Counted(span, "estimated" if label else "exact", lines, calendar.version(years), label)


# -- how it explains itself ---------------------------------------------------------------------------------------------------------------


def _walk(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for step in range((last - first).days + 1):
        yield first + dt.timedelta(days=step)


def _from(start: dt.date, first_counts: bool) -> str:
    return f"从 {_said(start)}当天起" if first_counts else f"从 {_said(start)}的次日起"


def _said(day: dt.date) -> str:
    return f"{day.isoformat()}（周{_WEEKDAYS[day.weekday()]}）"


def _label(years: Iterable[int], calendar: Calendar) -> str:
    """The doubt of the latest year that is in doubt; 待国务院公布 goes before a year that is merely not held."""
    doubts = [calendar.doubt(year) for year in years]
    return AWAITED if AWAITED in doubts else next((one for one in doubts if one), "")


def _told(walked: list[dt.date], calendar: Calendar) -> Iterator[str]:
    """What was left out, what was taken in, what it rests on, what is in doubt."""
    off: dict[str, list[dt.date]] = {}
    made_up: list[str] = []
    weekend, fixed = 0, []
    for day in walked:
        year = calendar.years.get(day.year)
        if year is not None and day in year.off:
            off.setdefault(f"{day.year} {year.off[day]}", []).append(day)
        elif year is not None and day in year.work:
            made_up.append(f"{_said(day)}{year.work[day]}调休")
        elif day.weekday() >= 5:
            weekend += 1
        elif year is None and (day.month, day.day) in FIXED:
            fixed.append(f"{_said(day)}{FIXED[day.month, day.day]}")
    for name, days in off.items():
        upto = f" 至 {days[-1].isoformat()}" if len(days) > 1 else ""
        yield f"放假不算：{name.partition(' ')[2]} {days[0].isoformat()}{upto}"
    if made_up:
        yield f"周末上班也算：{'、'.join(made_up)}"
    if weekend:
        yield f"周末不算：{weekend} 天"
    for number in sorted({day.year for day in walked}):
        doubt = calendar.doubt(number)
        if not doubt:
            yield f"依据：{calendar.years[number].cite()}"
        elif doubt == AWAITED:
            yield f"{number} 年的放假安排还没有公布或还没有收到，先按周一到周五数：{doubt}，收到后重算"
        else:
            yield f"没有收录 {number} 年的放假安排，先按周一到周五数：{doubt}"
    if fixed:
        yield f"其中放不放、怎么调还不知道，先按平日数：{'、'.join(fixed)}"
