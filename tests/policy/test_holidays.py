"""The yearly files: what the notices say, what a file may not say, and a second opinion from an independent package."""

from __future__ import annotations

import datetime as dt
import importlib
from pathlib import Path

import pytest

from xieli_tui.domain import calendar as cal
from xieli_tui.domain.calendar import WorkingDays
from xieli_tui.errors import Refused
from xieli_tui.policy import holidays

D = dt.date
GOOD = '''# a file
year = 2027
calendar_version = "2027.1"
source = "测试通知"

[[holiday]]
name = "元旦"
off = ["2027-01-01", "2027-01-02"]
work = ["2027-01-10"]

[[holiday]]
name = "某节"
off = [
  "2027-05-03",
]
'''


def read(text: str) -> list[tuple[int, str]]:
    """(line, sentence) of everything wrong with a file."""
    with pytest.raises(holidays.HolidayError) as refused:
        holidays.read_year("2027.toml", text.encode())
    assert refused.value.code == "XL-Q09"
    assert {one.file for one in refused.value.problems} == {"2027.toml"}
    return [(one.line, one.what) for one in refused.value.problems]


# -- the shipped years ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shipped() -> cal.Calendar:
    found = holidays.shipped()
    assert (found.problems, found.damaged) == ((), ())
    return found.calendar


def test_the_program_ships_2025_and_2026_with_version_source_and_number(shipped: cal.Calendar) -> None:
    assert {y: (one.version, one.notice) for y, one in shipped.years.items()} == {2025: ("2025.1", "国办发明电〔2024〕12号"), 2026: ("2026.1", "国办发明电〔2025〕7号")}
    assert all("国务院办公厅" in one.source for one in shipped.years.values())


@pytest.mark.parametrize(("year", "off", "work"), [(2025, 28, 5), (2026, 33, 6)])
def test_each_year_has_as_many_days_off_and_make_up_days_as_its_notice_adds_up_to(shipped: cal.Calendar, year: int, off: int, work: int) -> None:
    assert (len(shipped.years[year].off), len(shipped.years[year].work)) == (off, work)


@pytest.mark.parametrize("year", [2025, 2026])
def test_an_independent_package_agrees_day_by_day(shipped: cal.Calendar, year: int) -> None:
    try:
        other = importlib.import_module("chinese_calendar")
    except ImportError:
        pytest.skip("the package chinesecalendar (dev group) is not installed: the holiday files have no second opinion in this run")
    for step in range((D(year + 1, 1, 1) - D(year, 1, 1)).days):
        day = D(year, 1, 1) + dt.timedelta(days=step)
        assert cal.is_working_day(day, shipped) == ("yes" if other.is_workday(day) else "no"), day


def test_a_deadline_over_the_national_day_of_2026_counts_the_make_up_saturday(shipped: cal.Calendar) -> None:
    found = cal.add_working_days(D(2026, 9, 30), WorkingDays(5), shipped)
    assert (found.day, found.state) == (D(2026, 10, 13), "exact")


def test_the_year_after_the_last_file_is_an_estimate_until_its_file_is_read(shipped: cal.Calendar, tmp_path: Path) -> None:
    before = cal.add_working_days(D(2026, 12, 30), WorkingDays(3), shipped)
    assert (before.day, before.label) == (D(2027, 1, 4), "暂估，待国务院公布")
    (tmp_path / "2027.toml").write_text(GOOD, encoding="utf-8")
    after = cal.recompute(before, holidays.load([tmp_path]).calendar)
    assert (after.day, after.state, after.version) == (D(2027, 1, 5), "exact", "2026.1+2027.1")
    assert "晚了 1 天" in after.why[-1]


# -- what a file may say -------------------------------------------------------------------------------------------------------------------


def test_a_right_file_reads_without_a_number_and_with_toml_dates() -> None:
    year = holidays.read_year("2027.toml", GOOD.replace('"2027-05-03"', "2027-05-03").encode())
    assert (year.notice, year.cite()) == ("", "测试通知，日历版本 2027.1")
    assert year.off == {D(2027, 1, 1): "元旦", D(2027, 1, 2): "元旦", D(2027, 5, 3): "某节"}
    assert year.work == {D(2027, 1, 10): "元旦"}


@pytest.mark.parametrize(("old", "new", "line", "what"), [
    ('"2027-01-02"', '"2026-01-02"', 8, "2026-01-02 不是 2027 年的日子"),
    ('"2027-01-10"', '"2027-01-11"', 9, "2027-01-11 不是周末"),
    ('  "2027-05-03",\n', '  "2027-05-03",\n  "2027-05-04",\n  "2027-05-03",\n', 16, "2027-05-03 写了两次"),
    ('  "2027-05-03",\n', '  "2027-05-03",\n  "2027-01-01",\n', 15, "2027-01-01 写了两次"),
    ('"2027-01-10"', '"2027-01-10", "2027-01-10"', 9, "2027-01-10 写了两次"),
    ('"2027-01-10"', '"2027-01-02"', 9, "2027-01-02 又放假又上班"),
    ('"2027-01-10"', '"2027-02-30"', 9, "2027-02-30 不是日期"),
    ('"2027-01-10"', "20270110", 9, "20270110 不是日期"),
    ('"2027-01-10"', "2027-01-10T08:00:00", 9, "不是日期"),
    ('work = ["2027-01-10"]', 'work = "2027-01-10"', 9, "work 要写成日期的列表"),
    ('name = "某节"', 'nmae = "某节"', 12, "不认识 nmae"),
    ('name = "某节"\n', "", 11, "缺 name"),
    ('name = "某节"', "name = 5", 12, "name 要写成文字"),
    ('off = [\n  "2027-05-03",\n]', "off = []", 13, "至少要有一天"),
    ('source = "测试通知"', 'source = "测试通知"\nissued = "2026-11-20"', 5, "不认识 issued"),
    ('source = "测试通知"\n', "", 1, "缺 source"),
    ('source = "测试通知"', 'source = " "', 4, "source 要写成文字"),
    ('"2027.1"', '"2026.1"', 3, "calendar_version 要写成"),
    ('"2027.1"', '"2027.0"', 3, "calendar_version 要写成"),
    ("year = 2027", 'year = "2027"', 2, "year 要写成四位的年份"),
    ("year = 2027", "year = true", 2, "year 要写成四位的年份"),
    ("year = 2027", "year = = 2027", 2, "不是合格的 TOML"),
])
def test_a_wrong_file_is_refused_with_the_line_and_the_reason(old: str, new: str, line: int, what: str) -> None:
    assert GOOD.count(old) == 1
    found = read(GOOD.replace(old, new))
    assert any(at == line and what in said for at, said in found), found


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    found = read(GOOD.replace('"2027.1"', '"1"').replace('"2027-01-10"', '"2027-01-11"').replace('name = "某节"', "colour = 1"))
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert {"calendar_version", "不是周末", "缺 name", "不认识 colour"} <= {key for key in ("calendar_version", "不是周末", "缺 name", "不认识 colour") for _, said in found if key in said}


def test_a_file_without_holidays_or_that_is_no_text_is_refused() -> None:
    assert "缺 holiday" in read(GOOD.partition("[[")[0])[0][1]
    assert "[[holiday]]" in read(GOOD.partition("[[")[0] + "holiday = 5\n")[0][1]
    with pytest.raises(holidays.HolidayError) as refused:
        holidays.read_year("2027.toml", b"year = 2027\n\xff\n")
    assert (refused.value.problems[0].line, refused.value.problems[0].what) == (2, "不是 UTF-8 文字")


def test_the_refusal_carries_every_problem_in_its_json() -> None:
    with pytest.raises(holidays.HolidayError) as refused:
        holidays.read_year("2027.toml", GOOD.replace("2027-01-10", "2027-01-11").encode())
    body = refused.value.as_json()["error"]
    assert isinstance(body, dict)
    assert body["field"] == "2027.toml:9"
    assert body["problems"] == [{"file": "2027.toml", "line": 9, "what": "2027-01-11 不是周末，不用写成调休上班"}]


# -- several files -------------------------------------------------------------------------------------------------------------------------


def test_a_damaged_file_leaves_the_others_in_force(tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "2028.toml").write_text("year = 2028\n", encoding="utf-8")
    found = holidays.load([tmp_path])
    assert sorted(found.calendar.years) == [2025, 2026, 2027]
    assert found.damaged == ("2028.toml",)
    assert all(one.file == "2028.toml" for one in found.problems)


def test_of_two_versions_of_a_year_the_later_is_in_force_whatever_the_order() -> None:
    second = GOOD.replace('"2027.1"', '"2027.2"').replace(', "2027-01-02"', "")
    for order in ((GOOD, second), (second, GOOD)):
        found = holidays.gather([(f"{at}.toml", text.encode()) for at, text in enumerate(order)])
        assert (found.calendar.years[2027].version, found.problems) == ("2027.2", ())


def test_the_same_version_with_other_content_is_refused_and_the_first_stays() -> None:
    found = holidays.gather([("a.toml", GOOD.encode()), ("b.toml", GOOD.replace(', "2027-01-02"', "").encode()), ("c.toml", GOOD.encode())])
    assert D(2027, 1, 2) in found.calendar.years[2027].off
    assert found.damaged == ("b.toml",)
    assert "2027.1" in found.problems[0].what


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        holidays.load([tmp_path / "none"])
    assert refused.value.code == "XL-F05"
    assert holidays.load(use_shipped=False).calendar.years == {}
