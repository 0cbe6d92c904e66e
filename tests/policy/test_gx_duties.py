"""001:8 季度探访 and 001:四(三) 协理员 (GX-10, GX-21)."""

from __future__ import annotations

from typing import Any

import pytest
from gx_kit import answers, lints, task


def visit(asof: str = "2026-11-21", visits: tuple[str, ...] = (), region: str = "511526", persons: list[dict[str, Any]] | None = None, **hh: Any) -> dict[str, Any]:
    home = {"status": "dibao", "grant_date": "2025-01-10"} | hh
    given: dict[str, Any] = {"hh": {key: value for key, value in home.items() if value != "absent"}, "visits": [{"date": day, "kind": "quarterly"} for day in visits]}
    return task("visit_quarter", asof=asof, region=region, persons=persons or [], **given)


def test_a_visit_in_this_quarter_settles_it() -> None:
    found = visit(visits=("2026-10-01",))
    assert (found["state"], found["rule"], found["cite"]) == ("none", "GX-10", "001:8")


def test_a_visit_in_the_last_quarter_leaves_one_due_at_the_quarters_end() -> None:
    found = visit(visits=("2026-09-30",))
    assert (found["state"], found["due"], found["count"]) == ("pending", "2026-12-31", 1)


@pytest.mark.parametrize(("asof", "state", "due"), [
    ("2026-09-30", "pending", "2026-09-30"), ("2026-10-01", "overdue", "2026-09-30"), ("2026-12-31", "overdue", "2026-09-30"), ("2027-01-01", "overdue", "2026-09-30"),
])
def test_a_quarter_without_a_visit_is_overdue_from_its_next_day_and_stays_so(asof: str, state: str, due: str) -> None:
    found = visit(asof=asof, visits=("2026-05-05",))
    assert (found["state"], found["due"]) == (state, due)


def test_the_quarter_of_the_grant_is_never_missed() -> None:
    assert visit(asof="2026-11-21", grant_date="2026-08-01")["state"] == "pending"
    missed = visit(asof="2026-11-21", grant_date="2026-06-30")
    assert (missed["state"], missed["due"]) == ("overdue", "2026-09-30")


def test_a_telephone_visit_counts() -> None:
    found = task("visit_quarter", hh={"status": "dibao", "grant_date": "2025-01-10"}, visits=[{"date": "2026-11-01", "kind": "return", "channel": "phone"}])
    assert found["state"] == "none"


def test_a_visit_after_the_day_asked_about_does_not_count() -> None:
    assert visit(asof="2026-11-21", visits=("2026-08-01", "2026-12-01"))["state"] == "pending"


def test_an_unknown_grant_and_an_empty_last_quarter_is_overdue_waiting_for_the_grant() -> None:
    found = visit(grant_date="absent")
    assert (found["state"], found["due"], found["missing"]) == ("overdue", "2026-09-30", ["hh.grant_date"])


def test_a_household_without_aid_owes_no_visit_and_an_unknown_one_waits() -> None:
    assert visit(status="none")["state"] == "none"
    found = visit(status="absent")
    assert (found["state"], found["missing"], found["due"]) == ("needs_info", ["hh.status"], None)


def test_a_tekun_household_and_a_family_with_one_member_on_dibao_are_visited() -> None:
    assert visit(status="tekun")["state"] == "overdue"
    assert visit(status="none", persons=[{"id": "p1", "status": "dibao"}])["state"] == "overdue"


def test_the_duty_begins_with_the_document_and_no_quarter_before_it_was_missed() -> None:
    assert visit(asof="2020-06-30", grant_date="2018-01-10")["due"] == "2020-06-30"
    assert visit(asof="2020-06-30", grant_date="2018-01-10")["state"] == "pending"
    late = visit(asof="2020-10-01", grant_date="2018-01-10")
    assert (late["state"], late["due"]) == ("overdue", "2020-09-30")
    assert visit(asof="2020-06-30", grant_date="absent")["state"] == "pending"


def test_before_the_document_and_in_another_county_nobody_asks_for_visits() -> None:
    home = {"status": "dibao", "grant_date": "2018-01-10"}
    for question in ({"asof": "2020-04-30"}, {"region": "511502"}):
        assert [one for one in answers("due", hh=home, **question) if one.get("pack") == "001"] == []


@pytest.mark.parametrize("region", ["511526", "511526101", "511526101201"])
def test_a_township_and_a_village_of_the_county_are_inside(region: str) -> None:
    assert visit(region=region)["state"] == "overdue"


@pytest.mark.parametrize(("coordinators", "wrong"), [(0, True), (1, False), (2, True)])
def test_each_village_has_exactly_one_coordinator(coordinators: int, wrong: bool) -> None:
    found = lints(villages=[{"id": "v1", "coordinators": coordinators}])
    assert ("coordinators_out_of_range:v1" in found) is wrong


def test_an_unknown_number_of_coordinators_is_no_lint() -> None:
    assert not [one for one in lints(villages=[{"id": "v1"}]) if one.startswith("coordinators")]


@pytest.mark.parametrize(("source", "wrong"), [("committee", False), ("grid", False), ("hired", True)])
def test_the_coordinator_comes_from_the_committee_or_the_grid(source: str, wrong: bool) -> None:
    assert ("coordinator_source:s1" in lints(roster=[{"person": "s1", "source": source}])) is wrong


@pytest.mark.parametrize(("members", "state"), [(0, "pending"), (1, "none"), (2, "none")])
def test_a_family_on_aid_has_at_least_one_party_member_paired(members: int, state: str) -> None:
    """GX-11: 至少1名, one included; no day is named."""
    found = task("pair_party", hh={"status": "dibao", "pair_party_members": members})
    assert (found["state"], found["due"]) == (state, None)
    assert (found["rule"], found["cite"]) == ("GX-11", "001:8")


def test_a_pair_nobody_wrote_down_waits_and_a_family_without_aid_owes_none() -> None:
    """GX-11, R12: not recorded is not zero."""
    found = task("pair_party", hh={"status": "tekun"})
    assert (found["state"], found["missing"]) == ("needs_info", ["hh.pair_party_members"])
    assert task("pair_party", hh={"status": "none", "pair_party_members": 0})["state"] == "none"
    assert task("pair_party", hh={"pair_party_members": 0})["missing"] == ["hh.status"]
    assert task("pair_party", hh={"pair_party_members": 1})["state"] == "none"
