"""天 and 工作日: which day is the n-th, how sure that is, and how it says so. The calendar here is invented, so that the arithmetic stands alone."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from xieli_tui.domain import calendar as cal
from xieli_tui.domain.calendar import Calendar, Days, WorkingDays, Year
from xieli_tui.errors import Refused

D = dt.date
# 2030-02-04 is a Monday: Monday and Tuesday off, the Saturday after made up.
Y2030 = Year(2030, "2030.1", "测试安排", {D(2030, 2, 4): "某节", D(2030, 2, 5): "某节"}, {D(2030, 2, 9): "某节"}, "测字1号")
Y2031 = Year(2031, "2031.1", "测试安排", {D(2031, 1, 1): "元旦", D(2031, 1, 2): "元旦", D(2031, 1, 3): "元旦"}, {})
ONE = Calendar({2030: Y2030})
BOTH = ONE.having(Y2031)
SEED = 20301121


@pytest.mark.parametrize(("day", "answer"), [
    (D(2030, 2, 1), "yes"), (D(2030, 2, 2), "no"), (D(2030, 2, 4), "no"), (D(2030, 2, 5), "no"), (D(2030, 2, 6), "yes"), (D(2030, 2, 9), "yes"), (D(2030, 2, 10), "no"),
    (D(2031, 1, 6), "estimated"), (D(2031, 1, 4), "estimated"), (D(2031, 1, 1), "estimated"), (D(2029, 12, 31), "estimated"),
])
def test_a_day_is_working_off_or_unknown_as_the_arrangement_of_its_year_says(day: D, answer: str) -> None:
    assert cal.is_working_day(day, ONE) == answer


@pytest.mark.parametrize(("start", "n", "first", "day"), [
    (D(2030, 2, 1), 1, False, D(2030, 2, 6)),  # over a weekend and two days off
    (D(2030, 2, 1), 1, True, D(2030, 2, 1)),
    (D(2030, 2, 1), 2, True, D(2030, 2, 6)),
    (D(2030, 2, 6), 3, False, D(2030, 2, 9)),  # the make-up Saturday counts
    (D(2030, 2, 6), 4, False, D(2030, 2, 11)),
    (D(2030, 2, 2), 1, True, D(2030, 2, 6)),  # hung on a Saturday: the first working day is the first
    (D(2030, 2, 2), 0, False, D(2030, 2, 2)),  # nothing to count: the day itself, even a Saturday
    (D(2030, 2, 2), 0, True, D(2030, 2, 2)),
])
def test_the_nth_working_day_leaves_days_off_out_and_takes_make_up_days_in(start: D, n: int, first: bool, day: D) -> None:
    found = cal.add_working_days(start, WorkingDays(n), ONE, first_counts=first)
    assert (found.day, found.state, found.label) == (day, "exact", "")
    assert found.version == ("2030.1" if n else "")


def test_calendar_days_take_no_notice_of_weekends_and_are_always_exact() -> None:
    found = cal.add_calendar_days(D(2030, 2, 1), Days(4))
    assert (found.day, found.state, found.version) == (D(2030, 2, 5), "exact", "")
    assert cal.add_calendar_days(D(2030, 2, 1), Days(4), first_counts=True).day == D(2030, 2, 4)
    assert cal.add_calendar_days(D(2030, 2, 1), Days(0), first_counts=True).day == D(2030, 2, 1)
    assert found.why == ("从 2030-02-01（周五）的次日起数 4 天，到 2030-02-05（周二）；周末、节假日都算",)


def test_days_and_working_days_are_not_taken_for_each_other() -> None:
    with pytest.raises(TypeError):
        cal.add_working_days(D(2030, 2, 1), Days(3), ONE)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        cal.add_calendar_days(D(2030, 2, 1), WorkingDays(3))  # type: ignore[arg-type]
    assert Days(3) != WorkingDays(3)
    assert cal.add(D(2030, 2, 1), Days(3), ONE).day == D(2030, 2, 4)
    assert cal.add(D(2030, 2, 1), WorkingDays(3), ONE).day == D(2030, 2, 8)
    assert (str(Days(3)), str(WorkingDays(3))) == ("3 天", "3 个工作日")


@pytest.mark.parametrize("n", [-1, 36_601, True, 1.0, "3"])
def test_a_number_of_days_that_means_nothing_is_refused(n: int) -> None:
    for kind in (Days, WorkingDays):
        with pytest.raises(Refused) as refused:
            kind(n)
        assert refused.value.code == "XL-V11"


def test_beyond_the_last_day_there_is_the_answer_is_a_refusal() -> None:
    for act in (lambda: cal.add_calendar_days(D.max, Days(1)), lambda: cal.add_working_days(D.max, WorkingDays(1), ONE)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "XL-V02"


def test_a_day_in_an_unpublished_year_is_an_estimate_counted_monday_to_friday() -> None:
    found = cal.add_working_days(D(2030, 12, 30), WorkingDays(4), ONE)
    # Tuesday the 31st, then Wednesday to Friday of a year nobody has published: 元旦 is in doubt and counted as the Wednesday it is.
    assert (found.day, found.state, found.label, found.version) == (D(2031, 1, 3), "estimated", "暂估，待国务院公布", "2030.1+2031?")
    assert found.shown() == "2031-01-03（暂估，待国务院公布）"
    assert any("2031-01-01（周三）元旦" in line and "还不知道" in line for line in found.why)


def test_an_estimate_on_the_way_makes_the_whole_result_one() -> None:
    known = Calendar({2030: Y2030, 2032: Year(2032, "2032.1", "测试安排", {}, {})})
    through = cal.add_working_days(D(2030, 12, 30), WorkingDays(300), known)
    assert through.day.year == 2032
    assert (through.state, through.version) == ("estimated", "2030.1+2031?+2032.1")


def test_a_past_year_that_is_merely_not_held_is_not_said_to_wait_for_the_state_council() -> None:
    found = cal.add_working_days(D(2029, 12, 27), WorkingDays(1), ONE)
    assert (found.state, found.label) == ("estimated", "暂估，没有这一年的放假安排")
    assert not any("公布" in line for line in found.why)


def test_an_empty_calendar_knows_no_year_and_says_so() -> None:
    found = cal.add_working_days(D(2030, 2, 1), WorkingDays(1), Calendar())
    assert (found.day, found.label, found.version) == (D(2030, 2, 4), "暂估，待国务院公布", "2030?")


def test_a_result_explains_what_it_left_out_what_it_took_in_and_what_it_rests_on() -> None:
    assert cal.add_working_days(D(2030, 2, 1), WorkingDays(5), ONE).why == (
        "从 2030-02-01（周五）的次日起数 5 个工作日，到 2030-02-11（周一）",
        "放假不算：某节 2030-02-04 至 2030-02-05",
        "周末上班也算：2030-02-09（周六）某节调休",
        "周末不算：3 天",
        "依据：测试安排，测字1号，日历版本 2030.1",
    )


def test_when_the_file_arrives_the_day_is_reckoned_anew_and_the_move_is_told() -> None:
    before = cal.add_working_days(D(2030, 12, 30), WorkingDays(4), ONE)
    now = cal.recompute(before, BOTH)
    # 1 to 3 January are off now: the fourth day is Wednesday the 8th (31st, 6th, 7th, 8th).
    assert (now.day, now.state, now.version) == (D(2031, 1, 8), "exact", "2030.1+2031.1")
    assert now.why[-1] == "原来按日历版本 2030.1+2031? 算到 2031-01-03（暂估，待国务院公布），现在是 2031-01-08，晚了 5 天"
    assert now.why[:-1] == cal.add_working_days(D(2030, 12, 30), WorkingDays(4), BOTH).why
    assert cal.recompute(before, ONE) == before
    assert before.day == D(2031, 1, 3), "the day on record stays what it was"


def test_a_day_that_the_new_file_leaves_where_it_was_says_that_too() -> None:
    before = cal.add_working_days(D(2031, 3, 3), WorkingDays(2), ONE)
    now = cal.recompute(before, BOTH)
    assert (now.day, now.state) == (before.day, "exact")
    assert now.why[-1].endswith("日期没有变")


def test_a_changed_arrangement_moves_an_exact_day_in_the_open() -> None:
    fewer = Year(2030, "2030.2", "测试安排", {D(2030, 2, 4): "某节"}, {})
    before = cal.add_working_days(D(2030, 2, 1), WorkingDays(1), ONE)
    now = cal.recompute(before, ONE.having(fewer))
    assert now.day == D(2030, 2, 5)
    assert "早了 1 天" in now.why[-1]


def test_calendar_days_are_reckoned_anew_to_the_same_result() -> None:
    before = cal.add_calendar_days(D(2030, 12, 30), Days(7), first_counts=True)
    assert cal.recompute(before, BOTH) == before


def test_counting_between_two_days_gives_back_what_was_added() -> None:
    rand = random.Random(SEED)
    print("seed", SEED)
    for _ in range(300):
        start, n = D(2030, 1, 1) + dt.timedelta(days=rand.randrange(700)), rand.randrange(1, 60)
        there = cal.add_working_days(start, WorkingDays(n), BOTH)
        back = cal.working_days_between(start, there.day, BOTH)
        assert (back.span, back.state, back.version) == (WorkingDays(n), there.state, there.version), (start, n)
        assert cal.counts(there.day, BOTH)
        later = cal.add_working_days(start, WorkingDays(n + 1), BOTH).day
        assert later > there.day
        assert cal.days_between(start, there.day) == Days((there.day - start).days)


def test_counting_the_first_day_is_one_less_to_walk_when_it_is_a_working_day() -> None:
    rand = random.Random(SEED + 1)
    print("seed", SEED + 1)
    for _ in range(200):
        start, n = D(2030, 1, 1) + dt.timedelta(days=rand.randrange(600)), rand.randrange(2, 40)
        with_it = cal.add_working_days(start, WorkingDays(n), BOTH, first_counts=True).day
        assert with_it == cal.add_working_days(start, WorkingDays(n - cal.counts(start, BOTH)), BOTH).day


def test_between_a_day_and_itself_lies_nothing_and_backwards_is_refused() -> None:
    nothing = cal.working_days_between(D(2031, 5, 1), D(2031, 5, 1), ONE)
    assert (nothing.span, nothing.state) == (WorkingDays(0), "exact")
    assert cal.days_between(D(2031, 5, 1), D(2031, 5, 1)) == Days(0)
    for act in (cal.days_between, lambda a, b: cal.working_days_between(a, b, ONE)):
        with pytest.raises(Refused) as refused:
            act(D(2030, 2, 2), D(2030, 2, 1))
        assert refused.value.code == "XL-V02"


def test_a_count_into_an_unpublished_year_is_an_estimate_and_names_the_days_in_doubt() -> None:
    found = cal.working_days_between(D(2031, 9, 30), D(2031, 10, 8), ONE)
    assert (found.span, found.state, found.label) == (WorkingDays(6), "estimated", "暂估，待国务院公布")
    assert "2031-10-01（周三）国庆节、2031-10-02（周四）国庆节、2031-10-03（周五）国庆节" in found.why[-1]
