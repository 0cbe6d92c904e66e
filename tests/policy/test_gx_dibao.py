"""001:1-3: 渐退, 退出, 单人户, 支出型, written from the clauses (GX-01, GX-02, GX-03)."""

from __future__ import annotations

from typing import Any

import pytest
from gx_kit import STD, check, quantities, screen_tasks, task, verdict

ABLE = [{"id": "p1", "labour_able": True}]


def improved(income: str, **more: Any) -> dict[str, Any]:
    """A 低保 household of three that does better through work; one standard is 2205.00, two are 4410.00."""
    hh = {"size": 3, "status": "dibao", "income_rise_cause": "employment", "income_month": income} | more
    return {"hh": hh, "persons": ABLE, "local": STD}


# 渐退
def test_a_working_family_between_one_and_two_standards_may_taper() -> None:
    found = verdict("dibao_taper", **improved("3000.00"))
    assert (found["verdict"], found["rule"], found["cite"]) == ("discretion", "GX-01", "001:1")
    assert found["dept"] == "civil_affairs"
    assert found["dept_text"] == "县民政局；乡镇政府"


@pytest.mark.parametrize(("income", "word"), [("2205.00", "fails"), ("2205.01", "discretion"), ("4410.00", "discretion"), ("4410.01", "fails")])
def test_taper_begins_one_fen_above_one_standard_and_ends_at_exactly_two(income: str, word: str) -> None:
    assert verdict("dibao_taper", **improved(income))["verdict"] == word


def test_one_fen_above_two_standards_calls_for_the_exit_review() -> None:
    assert [(one["task"], one["state"], one["due"], one["cite"]) for one in screen_tasks(**improved("4410.01"))] == [
        ("exit_review", "pending", "2026-11-21", "001:12"),
    ]
    assert verdict("dibao_taper", **improved("4410.01"))["because"] == ["人均收入不高于当年低保标准的2倍"]
    assert screen_tasks(**improved("4410.00")) == []


def test_no_exit_review_for_a_family_that_is_not_on_dibao() -> None:
    assert screen_tasks(**improved("9000.00", status="none")) == []


@pytest.mark.parametrize("change", [{"status": "none"}, {"status": "tekun"}, {"income_rise_cause": "other"}])
def test_taper_fails_for_another_status_or_another_cause(change: dict[str, str]) -> None:
    assert verdict("dibao_taper", **improved("3000.00", **change))["verdict"] == "fails"


def test_taper_through_aid_measures_counts_as_well() -> None:
    assert verdict("dibao_taper", **improved("3000.00", income_rise_cause="measures"))["verdict"] == "discretion"


def test_taper_fails_when_nobody_is_able_to_work() -> None:
    question = improved("3000.00") | {"persons": [{"id": "p1", "labour_able": False}]}
    found = verdict("dibao_taper", **question)
    assert found["verdict"] == "fails"
    assert "家里有劳动能力的人" in found["because"]


def test_taper_waits_for_the_standard_and_never_guesses_it() -> None:
    found = verdict("dibao_taper", **(improved("3000.00") | {"local": {}}))
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.dibao_std_month"])


def test_an_unknown_ability_of_one_member_leaves_taper_open() -> None:
    question = improved("3000.00") | {"persons": [{"id": "p1", "labour_able": "unknown"}, {"id": "p2", "labour_able": False}]}
    found = verdict("dibao_taper", **question)
    assert (found["verdict"], found["missing"]) == ("needs_info", ["p.labour_able"])


@pytest.mark.parametrize(("months", "result"), [(2, "block"), (3, "allow"), (12, "allow"), (13, "block")])
def test_a_taper_lasts_three_to_twelve_months(months: int, result: str) -> None:
    found = check("set_taper", {"start": "2026-11-30", "months": months})
    assert (found["result"], found["rule"]) == (result, "GX-02")
    assert ("taper_end" in found) is (result == "allow")


@pytest.mark.parametrize(("start", "months", "end"), [("2026-11-30", 3, "2027-02-28"), ("2023-11-30", 3, "2024-02-29"), ("2026-01-15", 12, "2027-01-15")])
def test_the_end_of_a_taper_is_clamped_to_the_months_end(start: str, months: int, end: str) -> None:
    assert check("set_taper", {"start": start, "months": months})["taper_end"] == end
    (found,) = quantities("taper_end", taper={"start": start, "months": months})
    assert (found["value"], found["rule"], found["within"]) == (end, "GX-02", True)


def test_a_taper_without_its_months_is_warned_about() -> None:
    found = check("set_taper", {"start": "2026-11-30"})
    assert (found["result"], found["missing"]) == ("warn", ["args.months"])


def test_the_taper_quantity_waits_for_the_months_and_is_absent_without_a_plan() -> None:
    assert quantities("taper_end", taper={"start": "2026-11-30"})[0]["missing"] == ["taper.months"]
    assert quantities("taper_end", taper={}) == []


@pytest.mark.parametrize(("income", "result"), [("2205.00", "block"), ("2205.01", "allow"), ("4410.00", "allow"), ("4410.01", "block")])
def test_a_taper_outside_the_range_of_income_is_not_set(income: str, result: str) -> None:
    question = improved(income)
    found = check("set_taper", {"start": "2026-11-30", "months": 6}, local=question["local"], hh=question["hh"])
    assert found["result"] == result


def test_a_village_sets_no_taper() -> None:
    found = check("set_taper", {"start": "2026-11-30", "months": 6, "actor": "village"})
    assert (found["result"], found["rule"], found["next_actor"]) == ("block", "X-04", "township")


@pytest.mark.parametrize(("asof", "state"), [("2026-08-31", "pending"), ("2026-09-01", "overdue")])
def test_the_end_of_a_taper_is_a_day_to_look(asof: str, state: str) -> None:
    found = task("taper_end", asof=asof, hh={"status": "dibao"}, taper={"start": "2026-05-31", "months": 3})
    assert (found["due"], found["state"], found["cite"]) == ("2026-08-31", state, "001:1")


def test_the_end_of_a_taper_is_closed_by_a_review_or_by_leaving_dibao() -> None:
    plan = {"start": "2026-05-31", "months": 3}
    assert task("taper_end", hh={"status": "dibao"}, taper=plan, reviews=[{"date": "2026-08-31"}])["state"] == "none"
    assert task("taper_end", hh={"status": "dibao"}, taper=plan, reviews=[{"date": "2026-08-30"}])["state"] == "overdue"
    assert task("taper_end", hh={"status": "none"}, taper=plan)["state"] == "none"
    assert task("taper_end", hh={"status": "dibao"})["state"] == "none"


def test_the_exit_review_is_owed_from_the_first_uncovered_day() -> None:
    plan = {"hh": {"status": "dibao"}, "taper": {"start": "2026-05-31", "months": 3}}
    assert task("exit_review", asof="2026-08-30", **plan)["state"] == "none"
    found = task("exit_review", asof="2026-08-31", **plan)
    assert (found["state"], found["due"], found["cite"]) == ("pending", "2026-08-31", "001:1; 001:12")
    assert task("exit_review", reviews=[{"date": "2026-09-02"}], **plan)["state"] == "none"


def test_the_exit_review_is_owed_at_once_above_two_standards() -> None:
    found = task("exit_review", **improved("4410.01"))
    assert (found["state"], found["due"]) == ("pending", "2026-11-21")
    assert task("exit_review", **improved("4410.00"))["state"] == "none"
    dated = task("exit_review", **improved("4410.01", assessed_date="2026-11-01"))
    assert (dated["state"], dated["due"]) == ("overdue", "2026-11-01")
    assert task("exit_review", reviews=[{"date": "2026-11-10"}], **improved("4410.01", assessed_date="2026-11-01"))["state"] == "none"


# 单人户
POOR = {"low_income": True, "safety_net": False, "can_fully_support": False}


def alone(hh: dict[str, Any] | None = None, **person: Any) -> dict[str, Any]:
    """A seriously ill member of a 低收入家庭 whose only obligor is poor too."""
    one = {"id": "p1", "single_kind": "severe_ill", "obligors": [POOR], "basic_life_hardship": True} | person
    return {"hh": {"low_income": True} | (hh or {}), "persons": [{key: value for key, value in one.items() if value != "absent"}]}


@pytest.mark.parametrize("kind", ["severe_disabled_adult", "severe_ill", "elder_hard", "minor_hard"])
def test_each_of_the_four_kinds_may_be_a_household_alone(kind: str) -> None:
    found = verdict("dibao_single", **alone(single_kind=kind))
    assert (found["verdict"], found["rule"], found["cite"], found["person"]) == ("discretion", "GX-04", "001:2", "p1")


@pytest.mark.parametrize(("change", "leg"), [
    ({"single_kind": "left_behind", "severe_disabled": False, "severe_illness": False}, "四类人员之一"),
    ({"obligors": []}, "法定义务人本身是低收入家庭或兜底保障对象"),
    ({"obligors": [POOR, {"low_income": False, "safety_net": False, "can_fully_support": False}]}, "法定义务人本身是低收入家庭或兜底保障对象"),
    ({"obligors": [POOR, {"low_income": True, "can_fully_support": True}]}, "法定义务人不能完全承担义务"),
    ({"basic_life_hardship": False}, "基本生活困难"),
    ({"hh": {"low_income": False}}, "低收入家庭"),
])
def test_a_single_person_fails_and_the_failing_leg_is_named(change: dict[str, Any], leg: str) -> None:
    found = verdict("dibao_single", **alone(**change))
    assert found["verdict"] == "fails"
    assert leg in found["because"]


def test_an_obligor_of_the_safety_net_is_poor_enough() -> None:
    assert verdict("dibao_single", **alone(obligors=[{"low_income": False, "safety_net": True, "can_fully_support": False}]))["verdict"] == "discretion"


@pytest.mark.parametrize(("change", "missing"), [
    ({"obligors": "absent"}, ["p.obligors"]), ({"obligors": [{"low_income": True}]}, ["p.obligors.can_fully_support"]),
    ({"obligors": [{"can_fully_support": False}]}, ["p.obligors.low_income", "p.obligors.safety_net"]), ({"basic_life_hardship": "absent"}, ["p.basic_life_hardship"]),
    ({"hh": {"low_income": "unknown"}}, ["hh.low_income"]),
])
def test_a_single_person_waits_for_what_is_not_known(change: dict[str, Any], missing: list[str]) -> None:
    found = verdict("dibao_single", **alone(**change))
    assert (found["verdict"], found["missing"]) == ("needs_info", missing)


@pytest.mark.parametrize(("birth", "word"), [("2008-11-22", "fails"), ("2008-11-21", "discretion"), ("2008-11-20", "discretion")])
def test_a_severely_disabled_person_is_an_adult_on_the_eighteenth_birthday(birth: str, word: str) -> None:
    question = alone(single_kind="none", severe_disabled=True, severe_illness=False, birth_date=birth)
    assert verdict("dibao_single", **question)["verdict"] == word


def test_a_29_february_birthday_makes_an_adult_on_28_february() -> None:
    question = alone(single_kind="none", severe_disabled=True, severe_illness=False, birth_date="2008-02-29")
    assert verdict("dibao_single", asof="2026-02-27", **question)["verdict"] == "fails"
    assert verdict("dibao_single", asof="2026-02-28", **question)["verdict"] == "discretion"


def test_a_recorded_minor_is_one_no_more_on_the_eighteenth_birthday() -> None:
    question = alone(single_kind="minor_hard", severe_disabled=False, severe_illness=False, birth_date="2008-11-21")
    assert verdict("dibao_single", asof="2026-11-20", **question)["verdict"] == "discretion"
    assert verdict("dibao_single", asof="2026-11-21", **question)["verdict"] == "fails"


def test_a_serious_illness_is_seen_without_the_label() -> None:
    assert verdict("dibao_single", **alone(single_kind="absent", severe_illness=True))["verdict"] == "discretion"


# 支出型
def burdened(income: str = "2205.01", **more: Any) -> dict[str, Any]:
    return {"hh": {"size": 3, "income_month": income, "rigid_causes": ["illness"], "rigid_beyond_capacity": True} | more, "local": STD}


@pytest.mark.parametrize("cause", ["illness", "disability", "schooling", "就学"])
def test_a_family_above_the_standard_with_heavy_rigid_spending_may_come_in(cause: str) -> None:
    found = verdict("dibao_expenditure", **burdened(rigid_causes=[cause]))
    assert (found["verdict"], found["rule"], found["cite"], found["unit"]) == ("discretion", "GX-05", "001:3", "family|person")


@pytest.mark.parametrize(("income", "more"), [
    ("2205.00", {}), ("1000.00", {}), ("3000.00", {"rigid_causes": ["unemployment"]}), ("3000.00", {"rigid_causes": []}),
    ("3000.00", {"rigid_beyond_capacity": False}),
])
def test_expenditure_fails_at_one_standard_without_a_cause_or_within_capacity(income: str, more: dict[str, Any]) -> None:
    assert verdict("dibao_expenditure", **burdened(income, **more))["verdict"] == "fails"


def test_expenditure_waits_for_whether_it_is_beyond_capacity() -> None:
    found = verdict("dibao_expenditure", **burdened(rigid_beyond_capacity="unknown"))
    assert (found["verdict"], found["missing"]) == ("needs_info", ["hh.rigid_beyond_capacity"])
