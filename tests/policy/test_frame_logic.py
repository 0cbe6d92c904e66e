"""Three values, exact numbers, and the readings R1-R11 by name."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from xieli_tui.domain.calendar import Calendar, Year
from xieli_tui.policy import readings as r
from xieli_tui.policy.answer import guard, judge
from xieli_tui.policy.logic import Test, Value, all_of, any_of, decimal_text, known, not_, unknown

D = dt.date.fromisoformat


def test_one_known_false_fails_even_when_others_are_unknown() -> None:
    verdict = judge(unknown("hh.a"), known(False, "人均收入低于标准"))
    assert (verdict.verdict, verdict.because, verdict.missing) == ("fails", ("人均收入低于标准",), ())


def test_unknown_is_never_turned_into_fails_and_names_every_undecided_input() -> None:
    verdict = judge(known(True, "甲"), unknown("hh.a", "local.b"), unknown("hh.a"))
    assert (verdict.verdict, verdict.because, verdict.missing) == ("needs_info", ("甲",), ("hh.a", "local.b"))


def test_any_of_nothing_fails_and_a_known_true_needs_no_other_fact() -> None:
    assert any_of().fails
    assert any_of(unknown("x"), known(True)).holds
    assert any_of(unknown("x"), known(False)).missing == {"x"}
    assert not_(unknown("x")).unknown


def test_a_condition_refuses_to_be_used_as_a_plain_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(unknown("x"))
    with pytest.raises(TypeError):
        assert Value(3) < Value(4) < Value(5)


def test_comparing_values_is_exact_and_carries_what_is_missing() -> None:
    std = Value(Fraction("735.00"))
    assert (Value(Fraction("3307.50")) < std * Value(Fraction("1.5")) * 3).fails
    assert (Value(Fraction("3307.49")) < std * Value(Fraction("1.5")) * 3).holds
    test = Value(None, frozenset({"hh.income_month"})) < std * Value(None, frozenset({"hh.size"}))
    assert test.missing == {"hh.income_month", "hh.size"}
    assert (Value("dibao") == "dibao").holds
    assert (Value(None, frozenset({"hh.status"})) != "dibao").unknown


def test_a_guard_with_an_unknown_condition_blocks_or_warns_and_says_what_is_missing() -> None:
    blocked = guard(unknown("app.entrust"), ok="可以", otherwise="没有委托", unknown="block")
    assert (blocked.result, blocked.missing) == ("block", ("app.entrust",))
    assert guard(unknown("x"), ok="可以", otherwise="没有").result == "warn"
    assert guard(known(True), ok="可以", otherwise="没有").result == "allow"


@pytest.mark.parametrize(("number", "text"), [("1309.5", "1309.50"), ("0.125", "0.125"), ("0", "0.00"), ("-3.1", "-3.10"), ("735", "735.00"), ("-0.05", "-0.05")])
def test_sums_are_written_exactly_with_at_least_two_places(number: str, text: str) -> None:
    assert decimal_text(Fraction(number)) == text


def test_a_number_without_an_exact_decimal_is_marked() -> None:
    assert decimal_text(Fraction(1, 3)) == "0.333333…"
    assert decimal_text(Fraction(-100, 3)) == "-33.333333…"


TESTS = st.recursive(
    st.sampled_from([known(True), known(False), unknown("a"), unknown("b")]),
    lambda inner: st.one_of(st.lists(inner, max_size=3).map(lambda many: all_of(*many)), st.lists(inner, max_size=3).map(lambda many: any_of(*many)), inner.map(not_)),
    max_leaves=8,
)


@seed(20261121)
@settings(max_examples=300, deadline=None)
@given(TESTS)
def test_a_condition_is_unknown_exactly_when_it_names_something_missing(test: Test) -> None:
    assert test.unknown == bool(test.missing)
    assert not_(not_(test)).state == test.state
    assert all_of(test, known(False)).fails
    assert any_of(test, known(True)).holds


# readings
def test_eighteen_is_reached_on_the_birthday_and_a_leap_birthday_falls_on_the_28th() -> None:
    assert r.r2_age(D("2008-11-21"), D("2026-11-21")) == 18
    assert r.r2_age(D("2008-11-22"), D("2026-11-21")) == 17
    assert r.r2_birthday(D("2008-02-29"), 18) == D("2026-02-28")


def test_a_two_year_old_is_still_covered_on_the_birthday_itself() -> None:
    assert r.r2b_infant(D("2024-11-21"), D("2026-11-21"), 2)
    assert not r.r2b_infant(D("2024-11-20"), D("2026-11-21"), 2)


def test_months_passed_more_than_and_less_than_differ_on_the_day_itself() -> None:
    start = D("2026-08-31")
    assert r.r3_passed(start, 3, D("2026-11-30"))
    assert not r.r3_more_than(start, 3, D("2026-11-30"))
    assert not r.r3_less_than(start, 3, D("2026-11-30"))
    assert r.r3_less_than(start, 3, D("2026-11-29"))


@pytest.mark.parametrize(
    ("acts", "grant", "asof", "state", "due", "missing"),
    [
        (["2026-11-02"], "2020-01-01", "2026-11-21", "none", None, ()),
        (["2026-08-02"], "2020-01-01", "2026-11-21", "pending", "2026-12-31", ()),
        (["2026-03-31"], "2020-01-01", "2026-11-21", "overdue", "2026-06-30", ()),
        (["2026-05-01"], "2020-01-01", "2026-09-30", "pending", "2026-09-30", ()),
        (["2026-05-01"], "2020-01-01", "2026-10-01", "overdue", "2026-09-30", ()),
        ([], "2026-10-01", "2026-12-31", "pending", "2026-12-31", ()),
        ([], "2026-10-01", "2027-01-01", "pending", "2027-03-31", ()),
        ([], "2026-09-30", "2027-01-01", "overdue", "2026-12-31", ()),
        ([], None, "2026-11-21", "overdue", "2026-09-30", ("hh.grant_date",)),
        (["2026-07-01"], None, "2026-11-21", "pending", "2026-12-31", ()),
        (["2027-01-05"], "2026-01-01", "2026-11-21", "overdue", "2026-06-30", ()),
    ],
)
def test_a_quarterly_duty_counts_by_calendar_quarter(
    acts: list[str], grant: str | None, asof: str, state: str, due: str | None, missing: tuple[str, ...]
) -> None:
    clock = r.r4_periodic("quarter", [D(one) for one in acts], D(grant) if grant else None, D(asof))
    assert (clock.state, clock.due, clock.missing) == (state, D(due) if due else None, missing)


def test_a_rolling_review_counts_from_the_last_review_else_the_grant() -> None:
    assert r.r5_rolling(D("2026-05-31"), D("2020-01-01"), 6, D("2026-11-30")) == r.Clock("pending", D("2026-11-30"), 1)
    assert r.r5_rolling(None, D("2025-11-20"), 12, D("2026-11-21")).state == "overdue"
    assert r.r5_rolling(None, None, 12, D("2026-11-21")).missing == ("hh.grant_date", "hh.last_review")


def test_a_new_year_of_job_services_starts_at_zero() -> None:
    days = [D("2025-12-30"), D("2026-01-02"), D("2026-06-01")]
    assert r.r6_year(days, D("2026-11-21"), 3) == r.Clock("pending", D("2026-12-31"), 1)
    assert r.r6_year(days, D("2026-11-21"), 2).state == "none"


def test_a_task_due_inside_a_window_is_suspended_and_comes_back_the_day_after() -> None:
    windows = [(D("2026-10-01"), D("2026-11-30"))]
    clock = r.Clock("overdue", D("2026-10-15"), 1)
    assert r.r8_suspend(clock, windows, D("2026-11-30")).state == "suspended"
    back = r.r8_suspend(clock, windows, D("2026-12-01"))
    assert (back.state, back.due) == ("pending", D("2026-12-01"))
    assert r.r8_suspend(clock, windows, D("2026-12-02")).state == "overdue"
    assert r.r8_suspend(r.Clock("pending", D("2026-12-15")), windows, D("2026-11-21")).state == "pending"


@pytest.mark.parametrize(
    ("code", "region", "covers"),
    [
        ("360000", "360102", True), ("360000", "350102", False), ("440700", "440703001", True), ("440700", "440803", False), ("511526", "511526102001", True),
        ("511526", "511527", False), ("500000", "50", True), ("000000", "999999001001", True), ("999999001000", "999999001", True), ("999999001", "999999002", False),
    ],
)
def test_a_pack_covers_by_the_significant_part_of_its_code(code: str, region: str, covers: bool) -> None:
    assert r.r10_covers(code, region) is covers


def test_a_document_without_a_day_starts_on_its_issue_day_or_its_year_and_says_assumed() -> None:
    assert r.r11_effective(D("2020-05-01"), D("2020-06-17"), "x") == (D("2020-05-01"), False)
    assert r.r11_effective(None, D("2018-08-20"), "江府办〔2018〕17号") == (D("2018-08-20"), True)
    assert r.r11_effective(None, None, "渝民发〔2024〕12号") == (D("2024-01-01"), True)
    assert r.r11_effective(None, None, "第3号") == (None, True)


def test_a_taper_ends_on_the_first_uncovered_day_clamped_to_the_month() -> None:
    assert r.taper_end(D("2026-11-30"), 3) == D("2027-02-28")


def test_working_days_are_counted_by_the_calendar_and_an_unknown_year_is_an_estimate() -> None:
    friday, working = D("2026-09-25"), {"days": 5, "unit": "working"}
    made_up = Year(2026, "2026.1", "放假安排", off={D(f"2026-10-0{n}"): "国庆节" for n in range(1, 8)}, work={D("2026-09-26"): "国庆节"})
    known, nothing = Calendar({2026: made_up}), Calendar()
    assert [(one.day, one.state) for one in (r.days_after(friday, {"days": 7, "unit": "days"}, nothing), r.days_after(friday, working, known))] == [
        (D("2026-10-02"), "exact"), (D("2026-10-08"), "exact"),
    ]
    assert r.days_after(D("2026-09-30"), {"days": 1, "unit": "working"}, known).day == D("2026-10-08")
    doubted = r.days_after(friday, working, nothing)
    assert (doubted.day, doubted.state, doubted.version) == (D("2026-10-02"), "estimated", "2026?")
    assert doubted.label.startswith("暂估")
