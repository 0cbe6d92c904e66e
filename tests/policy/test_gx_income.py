"""001:3: what is taken off the family's income, and who has no wage imputed."""

from __future__ import annotations

from typing import Any

import pytest
from gx_kit import quantities

RULE = {"employment_cost_rule": {"per_worker_month": "300.00"}}
WORKERS = [{"id": "p1", "employed": True}, {"id": "p2", "employed": True}, {"id": "p3", "employed": False}]


def income(local: dict[str, Any] | None = None, persons: list[dict[str, Any]] | None = None, **hh: Any) -> dict[str, Any]:
    (found,) = quantities("income_net", local=RULE if local is None else local, hh={"income_gross_month": "5000.00"} | hh, persons=persons or [])
    assert (found["rule"], found["cite"]) == ("GX-06", "001:3")
    return found


def test_the_cost_of_work_is_taken_off_for_each_member_at_work() -> None:
    found = income(persons=WORKERS)
    assert found["value"] == "4400.00"
    assert [line["amount"] for line in found["lines"]] == ["5000.00", "-600.00", None]


def test_recognised_rigid_spending_is_taken_off_as_well() -> None:
    assert income(persons=WORKERS, rigid_deduction_month="250.50")["value"] == "4149.50"


def test_nobody_at_work_needs_no_local_sum() -> None:
    assert income(local={}, persons=[{"id": "p1", "employed": False}])["value"] == "5000.00"


def test_a_deduction_never_makes_the_income_a_debt() -> None:
    assert income(persons=WORKERS, income_gross_month="400.00")["value"] == "0.00"


@pytest.mark.parametrize(("local", "persons", "missing"), [
    ({}, WORKERS, ["local.employment_cost_rule"]), (RULE, [{"id": "p1"}], ["p.employed"]), (RULE, [], ["persons"]),
])
def test_net_income_waits_for_the_local_sum_and_for_who_works(local: dict[str, Any], persons: list[dict[str, Any]], missing: list[str]) -> None:
    found = income(local=local, persons=persons)
    assert (found["verdict"], found["missing"]) == ("needs_info", missing)


def test_net_income_waits_for_the_gross_income() -> None:
    assert income(persons=WORKERS, income_gross_month="unknown")["missing"] == ["hh.income_gross_month"]


# 照护
WAGE = {"min_wage_month": "1850.00"}
ASOF = "2026-11-21"


def imputed(cared: dict[str, Any] | None = None, local: dict[str, Any] | None = None, asof: str = ASOF, **person: Any) -> list[dict[str, Any]]:
    carer = {"id": "p1", "birth_date": "1990-01-01", "labour_able": True, "employed": False} | person
    people = [carer] + ([{"id": "p2"} | cared] if cared is not None else [])
    return [one for one in quantities("imputed_income", asof=asof, local=WAGE if local is None else local, persons=people) if one["person"] == "p1"]


@pytest.mark.parametrize("cared", [
    {"cannot_selfcare": True, "severe_illness": True}, {"cannot_selfcare": True, "severe_disabled": True}, {"cannot_selfcare": True, "birth_date": "1966-11-21"},
    {"birth_date": "2025-06-01"},
])
def test_who_cares_for_a_helpless_member_or_an_infant_has_no_wage_imputed(cared: dict[str, Any]) -> None:
    (found,) = imputed(cared, cares_for="p2")
    assert (found["value"], found["rule"], found["cite"]) == ("0.00", "GX-07", "001:3")


@pytest.mark.parametrize(("asof", "value"), [("2026-11-20", "0.00"), ("2026-11-21", "0.00"), ("2026-11-22", "1850.00")])
def test_an_infant_counts_up_to_and_including_the_second_birthday(asof: str, value: str) -> None:
    assert imputed({"birth_date": "2024-11-21", "cannot_selfcare": False}, cares_for="p2", asof=asof)[0]["value"] == value


def test_an_infant_of_29_february_counts_until_28_february() -> None:
    small = {"birth_date": "2024-02-29", "cannot_selfcare": False}
    assert imputed(small, cares_for="p2", asof="2026-02-28")[0]["value"] == "0.00"
    assert imputed(small, cares_for="p2", asof="2026-03-01")[0]["value"] == "1850.00"


@pytest.mark.parametrize("cared", [
    {"cannot_selfcare": False, "severe_illness": True, "birth_date": "1950-01-01"},
    {"cannot_selfcare": True, "severe_illness": False, "severe_disabled": False, "disability_cert": False, "birth_date": "1990-01-01"},
])
def test_who_cares_for_somebody_not_named_in_the_clause_has_the_minimum_wage_imputed(cared: dict[str, Any]) -> None:
    assert imputed(cared, cares_for="p2")[0]["value"] == "1850.00"


@pytest.mark.parametrize(("kind", "value"), [("infant", "0.00"), ("失能老人", "0.00"), ("severe_ill", "0.00"), ("none", "1850.00")])
def test_the_recorded_kind_is_believed_where_the_person_is_not_in_the_file(kind: str, value: str) -> None:
    assert imputed(cared_kind=kind)[0]["value"] == value


def test_without_a_word_about_caring_the_imputed_income_waits() -> None:
    assert imputed()[0]["missing"] == ["p.cared_kind", "p.cares_for"]


def test_the_minimum_wage_is_the_countys_and_never_guessed() -> None:
    assert imputed(cared_kind="none", local={})[0]["missing"] == ["local.min_wage_month"]


@pytest.mark.parametrize("change", [{"employed": True}, {"labour_able": False}, {"birth_date": "2015-01-01"}, {"birth_date": "1960-01-01"}])
def test_nothing_is_imputed_to_people_at_work_unable_too_young_or_too_old(change: dict[str, Any]) -> None:
    assert imputed(cared_kind="none", **change) == []


@pytest.mark.parametrize(("birth", "count"), [("2010-11-22", 0), ("2010-11-21", 1), ("1966-11-22", 1), ("1966-11-21", 0)])
def test_working_age_is_sixteen_to_fifty_nine_by_birthdays(birth: str, count: int) -> None:
    assert len(imputed(cared_kind="none", birth_date=birth)) == count
