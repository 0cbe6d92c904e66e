"""Days as typed, and calendar arithmetic."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xieli_tui.domain.dates import Quarter, add_months, age_on, birthday_in, half_of, month_end, parse_day, quarter_of
from xieli_tui.errors import Refused

TODAY = dt.date(2026, 12, 28)
DAYS = st.dates(dt.date(1860, 1, 1), dt.date(2190, 12, 31))


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", " %Y-%m-%d ", "%Y-%m-%d 09:30", "%Y-%m-%dT00:00:00", "%Y.%m.%d."]))
def test_every_full_form_reads_back(day: dt.date, form: str) -> None:
    assert parse_day(day.strftime(form).replace(str(day.year).zfill(4), f"{day.year:04d}"), TODAY) == day


@given(DAYS)
def test_unpadded_full_width_and_date_objects_read_back(day: dt.date) -> None:
    text = f"{day.year}年{day.month}月{day.day}日"
    assert parse_day(text, TODAY) == day
    wide = "".join(chr(ord(mark) + 0xFEE0) if "!" <= mark <= "~" else mark for mark in f"{day.year}-{day.month}-{day.day}")
    assert parse_day(wide, TODAY) == day
    assert parse_day(day, TODAY) == day
    assert parse_day(dt.datetime(day.year, day.month, day.day, 13, 5), TODAY) == day  # noqa: DTZ001  (workbooks carry no zone)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12-28", "2026-12-28"), ("12.28", "2026-12-28"), ("12/28", "2026-12-28"), ("12月28日", "2026-12-28"), ("1-5", "2027-01-05"), ("7月1日", "2026-07-01"), ("今天", "2026-12-28"),
        ("昨天", "2026-12-27"), ("前天", "2026-12-26"), ("明天", "2026-12-29"), ("二〇二六年十二月二十八日", "2026-12-28"), ("２０２６－１２－２８", "2026-12-28"), ("2026—12—28", "2026-12-28"),
        ("2026年12月28号", "2026-12-28"), (45000.0, "2023-03-15"), (20230331.0, "2023-03-31"), (20230331, "2023-03-31"), ("'1970.01.09", "1970-01-09"),
    ],
)
def test_forms_people_use(text: object, day: str) -> None:
    assert parse_day(text, TODAY).isoformat() == day


def test_a_day_without_a_year_is_the_nearest_one_or_leans_as_asked() -> None:
    january = dt.date(2026, 1, 5)
    assert parse_day("12-28", january) == dt.date(2025, 12, 28)
    assert parse_day("12-28", january, lean="future") == dt.date(2026, 12, 28)
    assert parse_day("1-20", january, lean="past") == dt.date(2025, 1, 20)
    assert parse_day("2-29", dt.date(2027, 3, 1)) == dt.date(2028, 2, 29)
    with pytest.raises(Refused) as caught:
        parse_day("2-29", dt.date(2026, 3, 1))
    assert caught.value.code == "XL-V02"


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "20260230", "13-45", "1700-01-01", "3000-01-01", "2026年2月29日"])
def test_a_day_no_calendar_has_is_impossible(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_day(text, TODAY)
    assert caught.value.code == "XL-V02"


@pytest.mark.parametrize("text", ["", "不记得", "2026", "2026-12", "26-12-2028", "2026-12-2x", "12345", None, True, 1951.0, 3.5, "٢٠٢٦-12-28x"])
def test_what_is_no_day_is_not_understood_and_not_repeated(text: object) -> None:
    with pytest.raises(Refused) as caught:
        parse_day(text, TODAY)
    assert caught.value.code == "XL-V01"
    assert str(text) == "" or str(text) not in caught.value.what


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_refusal(text: str) -> None:
    with contextlib.suppress(Refused):
        assert isinstance(parse_day(text, TODAY), dt.date)


@given(DAYS, st.integers(-1200, 1200))
def test_adding_months_keeps_the_day_or_falls_on_the_months_end(day: dt.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later == month_end(later) and later.day < day.day)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)), st.integers(0, 120))
def test_an_age_is_reached_on_the_birthday_and_not_a_day_before(birth: dt.date, age: int) -> None:
    birthday = birthday_in(birth, birth.year + age)
    assert age_on(birth, birthday) == age
    assert age_on(birth, birthday - dt.timedelta(days=1)) == age - 1


def test_a_leap_day_birthday_falls_on_28_february() -> None:
    assert birthday_in(dt.date(2008, 2, 29), 2026) == dt.date(2026, 2, 28)
    assert age_on(dt.date(2008, 2, 29), dt.date(2026, 2, 28)) == 18


@given(DAYS)
def test_every_day_lies_in_its_quarter_and_its_half(day: dt.date) -> None:
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.previous().last == quarter.first - dt.timedelta(days=1)
    first, last = half_of(day)
    assert first <= day <= last


def test_quarters_are_calendar_quarters() -> None:
    assert quarter_of(dt.date(2026, 12, 31)) == Quarter(2026, 4)
    assert (Quarter(2026, 1).first, Quarter(2026, 1).last) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
