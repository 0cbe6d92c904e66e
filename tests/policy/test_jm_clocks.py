"""002 三(二)4: half-yearly checks, yearly surveys, changes, help with applying, guardians (JM-11 .. JM-14, JM-20)."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import ask

REGION = "440703"


def due(rule: str, asof: str, region: str = REGION, **given: Any) -> list[dict[str, Any]]:
    """The answers of one rule to a due question."""
    return [one for one in ask({"op": "due", "region": region, "asof": asof, "given": given})["answers"] if one["rule"] == rule]


HOME = {"status": "dibao", "grant_date": "2025-03-10"}


@pytest.mark.parametrize("status", ["dibao", "tekun"])
def test_a_family_in_receipt_owes_a_check_by_the_end_of_the_half_year(status: str) -> None:
    found = due("JM-11", "2026-02-01", hh=HOME | {"status": status}, it_checks=[{"date": "2025-12-31"}])
    assert [(one["task"], one["state"], one["due"], one["count"], one["cite"]) for one in found] == [("it_check", "pending", "2026-06-30", 1, "002:三(二)4")]


def test_the_last_day_of_the_half_year_is_not_yet_overdue_and_the_next_is() -> None:
    checks = [{"date": "2025-12-31"}]
    assert due("JM-11", "2026-06-30", hh=HOME, it_checks=checks)[0]["state"] == "pending"
    late = due("JM-11", "2026-07-01", hh=HOME, it_checks=checks)[0]
    assert (late["state"], late["due"]) == ("overdue", "2026-06-30")


def test_a_check_in_this_half_year_settles_it() -> None:
    assert due("JM-11", "2026-12-31", hh=HOME, it_checks=[{"date": "2026-07-01"}])[0]["state"] == "none"


def test_the_half_year_of_the_grant_is_never_overdue() -> None:
    found = due("JM-11", "2025-07-01", hh=HOME)[0]
    assert (found["state"], found["due"]) == ("pending", "2025-12-31")


def test_a_visit_is_no_check_of_data() -> None:
    assert due("JM-11", "2026-07-01", hh=HOME, it_checks=[{"date": "2025-12-31"}], visits=[{"date": "2026-05-01"}])[0]["state"] == "overdue"


def test_a_family_that_receives_nothing_owes_no_check() -> None:
    assert due("JM-11", "2026-07-01", hh={"status": "none"})[0]["state"] == "none"
    assert due("JM-12", "2026-07-01", hh={"status": "none"})[0]["state"] == "none"


@pytest.mark.parametrize("rule", ["JM-11", "JM-12"])
def test_whether_a_family_receives_anything_is_asked_where_it_is_not_known(rule: str) -> None:
    found = due(rule, "2026-07-01", hh={"size": 3})[0]
    assert (found["state"], found["due"], found["missing"]) == ("needs_info", None, ["hh.status"])


def test_an_unknown_grant_with_an_empty_half_year_before_is_overdue_and_asks_for_the_day() -> None:
    found = due("JM-11", "2026-03-01", hh={"status": "dibao"})[0]
    assert (found["state"], found["due"], found["missing"]) == ("overdue", "2025-12-31", ["hh.grant_date"])


def test_a_member_in_receipt_is_enough() -> None:
    home = {"status": "none", "grant_date": "2025-03-10"}
    assert due("JM-12", "2026-07-01", hh=home, persons=[{"id": "p1", "category": "tekun"}], home_surveys=[{"date": "2025-06-01"}])[0]["state"] == "pending"


def test_a_survey_is_owed_by_the_last_day_of_the_year() -> None:
    surveys = [{"date": "2025-06-01"}]
    found = due("JM-12", "2026-12-31", hh=HOME, home_surveys=surveys)[0]
    assert (found["task"], found["state"], found["due"]) == ("annual_survey", "pending", "2026-12-31")
    late = due("JM-12", "2027-01-01", hh=HOME, home_surveys=surveys)[0]
    assert (late["state"], late["due"]) == ("overdue", "2026-12-31")


def test_a_survey_this_year_settles_it_and_a_visit_does_not() -> None:
    assert due("JM-12", "2026-12-31", hh=HOME, home_surveys=[{"date": "2026-01-01"}])[0]["state"] == "none"
    assert due("JM-12", "2026-12-31", hh=HOME, visits=[{"date": "2026-03-01", "kind": "routine"}])[0]["state"] == "pending"


def test_a_grant_on_a_leap_day_starts_its_own_year() -> None:
    home = {"status": "dibao", "grant_date": "2024-02-29"}
    assert due("JM-12", "2024-12-31", hh=home)[0]["state"] == "pending"
    assert (due("JM-12", "2025-01-01", hh=home)[0]["due"]) == "2025-12-31"
    assert due("JM-12", "2026-01-01", hh=home)[0]["state"] == "overdue"


def test_outside_the_prefecture_there_is_no_half_yearly_check() -> None:
    assert due("JM-11", "2026-07-01", region="450100", hh=HOME) == []


def test_a_change_in_a_family_in_receipt_is_reported_up_from_the_day_it_happened() -> None:
    change = {"kind": "job", "date": "2026-11-20"}
    found = due("JM-13", "2026-11-20", hh=HOME, changes=[change])[0]
    assert (found["task"], found["state"], found["due"]) == ("adjust_benefit", "pending", "2026-11-20")
    assert due("JM-13", "2026-11-21", hh=HOME, changes=[change])[0]["state"] == "overdue"


@pytest.mark.parametrize("given", [
    {"hh": HOME, "changes": [{"kind": "job", "date": "2026-11-20", "handled": True}]}, {"hh": HOME}, {"hh": {"status": "none"}, "changes": [{"kind": "job", "date": "2026-11-20"}]},
])
def test_a_handled_change_or_none_or_a_family_without_aid_calls_for_nothing(given: dict[str, Any]) -> None:
    assert due("JM-13", "2026-11-21", **given)[0]["state"] == "none"


def test_a_visit_that_found_somebody_who_may_qualify_calls_for_help_with_applying() -> None:
    found = due("JM-14", "2026-11-20", visits=[{"date": "2026-11-20", "finding": "eligible"}])[0]
    assert (found["task"], found["state"], found["due"], found["cite"]) == ("help_apply", "pending", "2026-11-20", "002:三(二)4")


def test_an_application_made_since_closes_it_and_an_older_one_does_not() -> None:
    visits = [{"date": "2026-11-20", "finding": "eligible"}]
    assert due("JM-14", "2026-11-21", visits=visits, app={"kind": "dibao", "date": "2026-11-20"})[0]["state"] == "none"
    assert due("JM-14", "2026-11-21", visits=visits, app={"kind": "dibao", "date": "2026-01-05"})[0]["state"] == "overdue"


def test_a_visit_without_such_a_finding_calls_for_nothing() -> None:
    assert due("JM-14", "2026-11-21", visits=[{"date": "2026-11-20", "finding": "正常"}, {"date": "2026-11-19"}])[0]["state"] == "none"


def test_a_left_behind_child_without_guardian_calls_for_a_word_with_the_parents() -> None:
    found = due("JM-20", "2026-11-21", persons=[{"id": "p1", "left_behind": True, "guardian": False}])[0]
    assert (found["task"], found["person"], found["state"], found["due"]) == ("inform", "p1", "pending", "2026-11-21")


def test_the_word_with_the_parents_once_recorded_closes_the_duty_for_that_child_only() -> None:
    """JM-20."""
    children = [{"id": name, "left_behind": True, "guardian": False} for name in ("p1", "p2")]
    said = [{"kind": "guardian_urged", "date": "2026-11-20", "person": "p1"}, {"kind": "visit", "date": "2026-11-20", "person": "p2"}]
    found = due("JM-20", "2026-11-21", persons=children, services=said)
    assert {one.get("person"): one["state"] for one in found if one["state"] == "pending"} == {"p2": "pending"}


def test_who_looks_after_a_left_behind_child_is_asked_where_it_is_not_known() -> None:
    found = due("JM-20", "2026-11-21", persons=[{"id": "p1", "left_behind": True}])[0]
    assert (found["state"], found["missing"], found["person"]) == ("needs_info", ["p.guardian"], "p1")


@pytest.mark.parametrize("person", [{"id": "p1", "left_behind": True, "guardian": True}, {"id": "p1", "left_behind": False}, {"id": "p1"}])
def test_a_child_with_a_guardian_or_one_not_left_behind_calls_for_nothing(person: dict[str, Any]) -> None:
    assert due("JM-20", "2026-11-21", persons=[person])[0]["state"] == "none"
