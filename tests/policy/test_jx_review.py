"""000:5: 核查 by twelve and six months, suspension, changes, written from the clause."""

from __future__ import annotations

import pytest
from tests.policy.jx_kit import check, state, task, tasks

STABLE = {"status": "dibao", "income_stability": "stable", "grant_date": "2025-11-30"}
NOT_ABLE = [{"id": "a", "labour_able": False}]
ABLE = [{"id": "a", "labour_able": True}]


# JX-08
def test_a_stable_dibao_family_is_reviewed_after_twelve_months() -> None:
    found = task("review", hh=STABLE, persons=NOT_ABLE)
    assert (found["due"], found["state"], found["rule"], found["cite"]) == ("2026-11-30", "pending", "JX-08", "000:5")


@pytest.mark.parametrize(("asof", "expected"), [("2026-11-30", "pending"), ("2026-12-01", "overdue")])
def test_a_review_is_overdue_the_day_after(asof: str, expected: str) -> None:
    assert state("review", asof=asof, hh=STABLE, persons=NOT_ABLE) == expected


def test_a_completed_review_moves_the_day() -> None:
    assert task("review", hh={**STABLE, "last_review": "2026-06-15"}, persons=NOT_ABLE)["due"] == "2027-06-15"
    assert task("review", hh=STABLE, persons=NOT_ABLE, reviews=[{"date": "2026-07-01"}])["due"] == "2027-07-01"


def test_a_tekun_household_is_reviewed_yearly() -> None:
    found = task("review", hh={"status": "tekun", "grant_date": "2024-02-29"})
    assert (found["due"], found["state"], found["rule"]) == ("2025-02-28", "overdue", "JX-08")


def test_who_is_no_recipient_owes_no_review() -> None:
    assert state("review", hh={"status": "none"}, persons=NOT_ABLE) == "none"


def test_an_unknown_status_is_asked_for() -> None:
    found = task("review")
    assert (found["state"], found["missing"]) == ("needs_info", ["hh.status"])


def test_without_grant_and_review_the_task_says_what_is_missing() -> None:
    found = task("review", hh={"status": "tekun"})
    assert (found["due"], found["missing"]) == (None, ["hh.grant_date", "hh.last_review"])


# JX-09
@pytest.mark.parametrize(("stability", "persons"), [("unstable", NOT_ABLE), ("stable", ABLE), ("unstable", ABLE)])
def test_unstable_income_or_somebody_able_to_work_is_half_a_year(stability: str, persons: list[dict[str, object]]) -> None:
    found = task("review", hh={**STABLE, "income_stability": stability, "grant_date": "2026-08-31"}, persons=persons)
    assert (found["due"], found["rule"], found["reading"], found["half_year_condition"]) == ("2027-02-28", "JX-09", "R7", "any")


def test_the_county_may_read_it_as_both() -> None:
    found = task("review", hh={**STABLE, "income_stability": "stable"}, persons=ABLE, local={"half_year_condition": "all"})
    assert (found["due"], found["rule"], found["half_year_condition"]) == ("2026-11-30", "JX-08", "all")


def test_unknown_inputs_count_as_six_months() -> None:
    found = task("review", hh={"status": "dibao", "grant_date": "2026-05-21"})
    assert (found["due"], found["rule"], found["state"]) == ("2026-11-21", "JX-09", "pending")
    assert set(found["assumed_from"]) == {"hh.income_stability", "persons"}


def test_a_tekun_household_owes_no_half_year_review() -> None:
    assert [one["rule"] for one in tasks("review", hh={"status": "tekun", "grant_date": "2026-01-01", "income_stability": "unstable"}, persons=ABLE)] == ["JX-08"]


# JX-12
WINDOW = {"emergency_windows": [{"from": "2026-11-01", "to": "2026-12-31"}]}


def test_a_review_due_inside_the_window_is_suspended() -> None:
    found = task("review", hh=STABLE, persons=NOT_ABLE, local=WINDOW)
    assert (found["state"], found["suspended_by"]) == ("suspended", "JX-12")


def test_on_the_last_day_of_the_window_it_is_still_suspended_and_then_it_comes_back() -> None:
    assert state("review", asof="2026-12-31", hh=STABLE, persons=NOT_ABLE, local=WINDOW) == "suspended"
    found = task("review", asof="2027-01-01", hh=STABLE, persons=NOT_ABLE, local=WINDOW)
    assert (found["state"], found["due"]) == ("pending", "2027-01-01")


def test_a_review_due_before_the_window_is_not_excused() -> None:
    assert state("review", hh={**STABLE, "grant_date": "2025-10-31"}, persons=NOT_ABLE, local=WINDOW) == "overdue"


def test_a_window_without_an_end_suspends_nothing() -> None:
    assert state("review", hh=STABLE, persons=NOT_ABLE, local={"emergency_windows": [{"from": "2026-11-01"}]}) == "pending"


# JX-10
def test_a_change_of_a_recipient_is_acted_on_at_once() -> None:
    found = task("adjust_benefit", hh={"status": "dibao"}, changes=[{"date": "2026-11-21", "kind": "death", "handled": False}])
    assert (found["due"], found["state"], found["change"], found["cite"]) == ("2026-11-21", "pending", "death", "000:5")


def test_a_change_of_yesterday_is_already_late() -> None:
    assert state("adjust_benefit", hh={"status": "tekun"}, changes=[{"date": "2026-11-20", "kind": "income"}]) == "overdue"


@pytest.mark.parametrize("change", [{"date": "2026-11-20", "handled": True}, {"date": "2026-11-20", "effect": "none"}])
def test_a_handled_change_or_one_without_effect_owes_nothing(change: dict[str, object]) -> None:
    assert state("adjust_benefit", hh={"status": "dibao"}, changes=[change]) == "none"


def test_a_change_of_a_family_without_aid_owes_nothing() -> None:
    assert state("adjust_benefit", hh={"status": "none"}, changes=[{"date": "2026-11-20"}]) == "none"


def test_every_open_change_is_a_task_of_its_own() -> None:
    assert len(tasks("adjust_benefit", hh={"status": "dibao"}, changes=[{"date": "2026-11-01"}, {"date": "2026-11-02"}])) == 2


# JX-11
def test_an_adjustment_with_a_change_on_record_is_allowed() -> None:
    found = check("adjust_benefit", {"actor": "township"}, hh={"last_review": "2026-06-01"}, changes=[{"date": "2026-10-01", "kind": "income"}])
    assert (found["result"], found["rule"]) == ("allow", "JX-11")


@pytest.mark.parametrize("changes", [[], [{"date": "2026-05-31"}], [{"date": "2026-10-01", "effect": "none"}]])
def test_an_adjustment_without_a_change_in_the_period_is_warned_about(changes: list[dict[str, object]]) -> None:
    assert check("adjust_benefit", {"actor": "township"}, hh={"last_review": "2026-06-01"}, changes=changes)["result"] == "warn"


def test_unknown_changes_are_named() -> None:
    found = check("adjust_benefit", {"actor": "township"})
    assert (found["result"], found["missing"]) == ("warn", ["changes"])


def test_a_village_adjusts_nothing() -> None:
    assert check("adjust_benefit", {"actor": "village"}, changes=[{"date": "2026-10-01"}])["result"] == "block"
