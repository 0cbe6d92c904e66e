"""R1-R12: how the words of the documents are computed, each reading once and by name (policy-source.md §0).

Rules kept here
- pure: days in, days and states out; no clock, no question, no pack;
- a duty counted by calendar period is never overdue in the period aid was granted, and a missed one stays overdue until the next act (R4);
- a window nobody closed yet (tasks suspended by the county) is an interval with its own end, never open by default (R8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from xieli_tui.domain.calendar import Calendar, Computed, Days, WorkingDays, add
from xieli_tui.domain.dates import add_months, age_on, birthday_in, half_of, quarter_of
from xieli_tui.policy.logic import Test, Value, all_of, any_of, unknown

Period = Literal["quarter", "half", "year"]


# R1
def r1_within(op: str, left: Value, right: Value, label: str = "") -> Test:
    """以上 / 以下 / 不低于 / 不高于 include the number (<=, >=); 超过 / 低于 / 不满 / 高于 exclude it (<, >). The pack writes the sign."""
    return left.compare(op, right, label)


# R2
def r2_age(birth: dt.date, asof: dt.date) -> int:
    """周岁: whole birthdays passed; N is reached on the N-th birthday."""
    return age_on(birth, asof)


def r2_birthday(birth: dt.date, age: int) -> dt.date:
    """The day somebody becomes `age`; a 29 February birthday falls on 28 February."""
    return birthday_in(birth, birth.year + age)


def r2b_infant(birth: dt.date, asof: dt.date, years: int) -> bool:
    """N周岁以下 of a small child: up to and including the day of the N-th birthday."""
    return asof <= r2_birthday(birth, years)


# R3
def r3_passed(start: dt.date, months: int, asof: dt.date) -> bool:
    """N months have passed: asof is at or after start + N, clamped to the month's end."""
    return asof >= add_months(start, months)


def r3_more_than(start: dt.date, months: int, asof: dt.date) -> bool:
    """超过N: after that day."""
    return asof > add_months(start, months)


def r3_less_than(start: dt.date, months: int, asof: dt.date) -> bool:
    """不满N: before that day."""
    return asof < add_months(start, months)


# R4
@dataclass(frozen=True, slots=True)
class Clock:
    """A duty on a day: state, due day, acts still missing, canonical names of what would settle it."""

    state: Literal["pending", "overdue", "suspended", "none"]
    due: dt.date | None
    count: int | None = None
    missing: tuple[str, ...] = ()


def period_of(period: Period, day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the calendar period a day lies in."""
    if period == "quarter":
        quarter = quarter_of(day)
        return quarter.first, quarter.last
    if period == "half":
        return half_of(day)
    return dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)


def r4_periodic(period: Period, acts: Iterable[dt.date], grant: dt.date | None, asof: dt.date, minimum: int = 1) -> Clock:
    """每季度 / 每半年 / 每年至少N次, counted by calendar period.

    due = last day of the earliest closed period missed since the later of grant and last act; enough acts in this period -> none;
    an unknown grant with an empty previous period -> overdue, waiting for hh.grant_date.
    """
    done = sorted(day for day in acts if day <= asof)
    first, last = period_of(period, asof)
    here = sum(1 for day in done if day >= first)
    if here >= minimum:
        return Clock("none", None, 0)
    if grant is not None and grant > asof:
        return Clock("none", None)
    latest = done[-1] if done else None
    if latest is None and grant is None:
        before = period_of(period, first - dt.timedelta(days=1))[1]
        return Clock("overdue", before, minimum, ("hh.grant_date",))
    origin = max(day for day in (latest, grant) if day is not None)
    start, end = period_of(period, origin)
    while end < first:
        granted_here = grant is not None and start <= grant <= end
        count = sum(1 for day in done if start <= day <= end)
        if not granted_here and count < minimum:
            return Clock("overdue", end, minimum - count, () if grant is not None else ("hh.grant_date",))
        start, end = period_of(period, end + dt.timedelta(days=1))
    return Clock("pending", last, minimum - here)


# R5
def r5_rolling(last: dt.date | None, grant: dt.date | None, months: int, asof: dt.date) -> Clock:
    """每N个月核查一次, rolling: due = last completed review (else grant) + N months, clamped."""
    known = [day for day in (last, grant) if day is not None and day <= asof]
    if not known:
        return Clock("pending", None, 1, ("hh.grant_date", "hh.last_review"))
    return r8_state(add_months(max(known), months), asof, 1)


# R6
def r6_year(dates: Iterable[dt.date], asof: dt.date, minimum: int) -> Clock:
    """每年至少N次 of job services: the calendar year, a new year starts at zero; due 31 December."""
    done = sum(1 for day in dates if day.year == asof.year and day <= asof)
    if done >= minimum:
        return Clock("none", None, 0)
    return Clock("pending", dt.date(asof.year, 12, 31), minimum - done)


# R7
def r7_half_year(switch: str, unstable: Test, labour: Test) -> Test:
    """000:5 '收入来源不固定、家庭成员有劳动能力': `any` (default, nobody falls between the lists) or `all`. Unknown inputs count as six months."""
    return all_of(unstable, labour) if switch == "all" else any_of(unstable, labour)


# R8
def r8_state(due: dt.date, asof: dt.date, count: int | None = None) -> Clock:
    """Overdue from the day after the due day."""
    return Clock("overdue" if asof > due else "pending", due, count)


def r8_suspend(clock: Clock, windows: Iterable[tuple[dt.date, dt.date]], asof: dt.date) -> Clock:
    """A task due inside a window is suspended while the window lasts (from <= due <= to and asof <= to) and comes back due the day after it."""
    if clock.due is None or clock.state == "none":
        return clock
    due = clock.due
    for start, end in sorted(windows):
        if start <= due <= end:
            if asof <= end:
                return Clock("suspended", due, clock.count, clock.missing)
            due = end + dt.timedelta(days=1)
    return clock if due == clock.due else Clock(r8_state(due, asof).state, due, clock.count, clock.missing)


# R9
def r9_absent(name: str) -> Test:
    """A `当地` parameter the county has not set: no default, the rule waits for `local.<name>`."""
    return unknown(f"local.{name}")


# R10
def r10_significant(code: str) -> str:
    """The part of a pack's region code that counts: 360000 -> 36, 440700 -> 4407, 511526 -> 511526, 500000 -> 50, 000000 -> everything."""
    if code[:2] == "00":
        return ""
    if len(code) >= 6 and code[2:6] == "0000":
        return code[:2]
    if len(code) >= 6 and code[4:6] == "00":
        return code[:4]
    if len(code) == 12:
        return code[:6] if code[6:] == "000000" else code[:9] if code[9:] == "000" else code
    if len(code) == 9:
        return code[:6] if code[6:] == "000" else code
    return code


def r10_covers(pack_code: str, region: str) -> bool:
    """Whether a household's region lies inside the pack's."""
    return region.startswith(r10_significant(pack_code))


# R11
def r11_effective(stated: dt.date | None, issued: dt.date | None, doc_no: str) -> tuple[dt.date | None, bool]:
    """The day a pack starts, and whether it is assumed: stated day, else issue day, else 1 January of the year in its number."""
    if stated is not None:
        return stated, False
    if issued is not None:
        return issued, True
    digits = "".join(mark if mark.isdigit() else " " for mark in doc_no).split()
    for part in digits:
        if len(part) == 4 and part[:2] in ("19", "20"):
            return dt.date(int(part), 1, 1), True
    return None, True


# R12
def r12_says_nothing(value: object) -> bool:
    """Yes, no and unknown are three values: null, "" and "unknown" are unknown, and never no."""
    return value is None or (isinstance(value, str) and value in ("unknown", ""))


# days
def days_after(start: dt.date, spec: dict[str, Any], calendar: Calendar) -> Computed:
    """`spec` {days, unit} after a day. 天 are exact; 工作日 are counted by the yearly arrangements of `calendar`, and a year it does not
    know makes the day an estimate that says so (暂估，待国务院公布)."""
    n = int(spec["days"])
    return add(start, WorkingDays(n) if spec.get("unit") == "working" else Days(n), calendar)


# taper
def taper_end(start: dt.date, months: int) -> dt.date:
    """The first uncovered day of a 渐退期: start + months, clamped to the month's end."""
    return add_months(start, months)
