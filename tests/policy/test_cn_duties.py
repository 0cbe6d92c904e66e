"""004 二(一), 二(二): the county's list of urgent matters, help with applying, referrals in time, no aid twice (CN-02, CN-05, CN-07, CN-10)."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import ask

REGION = "450100"
ASOF = "2026-11-21"


def due(rule: str, asof: str = ASOF, local: dict[str, Any] | None = None, **given: Any) -> list[dict[str, Any]]:
    """The answers of one rule to a due question."""
    return [one for one in ask({"op": "due", "region": REGION, "asof": asof, "local": local or {}, "given": given})["answers"] if one["rule"] == rule]


def add_aid(aid: list[dict[str, Any]] | None, **args: Any) -> dict[str, Any]:
    """The check of one more aid."""
    given = {} if aid is None else {"aid": aid}
    return dict(ask({"op": "check", "region": REGION, "asof": ASOF, "given": given, "actions": [{"action": "add_aid", "args": args}]})["answers"][0])


@pytest.mark.parametrize(("local", "empty"), [({}, True), ({"emergency_items": []}, True), ({"emergency_items": ["火灾"]}, False)])
def test_a_county_that_has_not_listed_urgent_matters_is_told(local: dict[str, Any], empty: bool) -> None:
    answers = ask({"op": "lint", "region": REGION, "asof": ASOF, "local": local, "given": {}})["answers"]
    found = [(one["lint"], one["cite"]) for one in answers if one["rule"] == "CN-02"]
    assert found == ([("emergency_items_empty", "004:二(一)")] if empty else [])


def test_an_emergency_calls_for_help_with_applying_from_its_day() -> None:
    event = {"kind": "accident", "date": "2026-11-20"}
    found = due("CN-05", "2026-11-20", event=event)[0]
    assert (found["task"], found["state"], found["due"], found["cite"]) == ("help_apply", "pending", "2026-11-20", "004:二(二)")
    assert due("CN-05", "2026-11-21", event=event)[0]["state"] == "overdue"


def test_an_emergency_without_a_day_is_due_today() -> None:
    found = due("CN-05", event={"traits": ["urgent"]})[0]
    assert (found["state"], found["due"]) == ("pending", ASOF)


@pytest.mark.parametrize(("app", "state"), [
    ({"state": "handed_over"}, "none"), ({"kind": "temp_emergency", "date": "2026-11-20"}, "none"), ({"state": "draft"}, "overdue"),
    ({"kind": "dibao", "date": "2026-03-01"}, "overdue"),
])
def test_an_application_made_since_closes_it_and_a_draft_or_an_older_one_does_not(app: dict[str, Any], state: str) -> None:
    assert due("CN-05", event={"kind": "illness", "date": "2026-11-20"}, app=app)[0]["state"] == state


def test_without_an_emergency_there_is_nobody_to_help() -> None:
    assert due("CN-05")[0]["state"] == "none"


SENT = {"id": "r1", "dept": "education", "kind": "edu", "sent": "2026-11-01"}


def test_a_referral_is_due_after_the_countys_days_and_overdue_the_day_after() -> None:
    local = {"referral_days": {"education": 20}}
    found = due("CN-07", local=local, referrals=[SENT])[0]
    assert (found["task"], found["state"], found["due"], found["referral"]) == ("referral_followup", "pending", "2026-11-21", "r1")
    assert due("CN-07", "2026-11-22", local=local, referrals=[SENT])[0]["state"] == "overdue"


def test_the_day_written_on_the_referral_goes_before_the_countys() -> None:
    found = due("CN-07", local={"referral_days": {"education": 20}}, referrals=[SENT | {"due": "2026-11-05"}])[0]
    assert (found["state"], found["due"]) == ("overdue", "2026-11-05")


def test_one_number_of_days_serves_every_department() -> None:
    assert due("CN-07", local={"referral_days": 3}, referrals=[SENT])[0]["due"] == "2026-11-04"


def test_working_days_are_those_of_the_years_arrangement_and_an_unknown_year_is_an_estimate() -> None:
    """CN-07"""
    limit = {"referral_days": {"education": {"days": 5, "unit": "working"}}}
    found = due("CN-07", local=limit, referrals=[SENT])[0]
    assert (found["due"], found.get("estimated"), found["calendar"]) == ("2026-11-06", None, "2026.1")
    later = due("CN-07", local=limit, referrals=[SENT | {"sent": "2030-11-01"}], asof="2030-11-21")[0]
    assert (later["due"], later["estimated"], later["calendar"]) == ("2030-11-08", True, "2030?")
    assert "暂估，待国务院公布" in later["why"]


def test_a_time_limit_the_county_has_not_set_is_asked_for_and_never_invented() -> None:
    found = due("CN-07", referrals=[SENT])[0]
    assert (found["state"], found["due"], found["missing"]) == ("needs_info", None, ["local.referral_days"])
    assert due("CN-07", local={"referral_days": 3}, referrals=[{"dept": "education"}])[0]["missing"] == ["referral.sent"]


@pytest.mark.parametrize(("feedback", "state"), [("done", "none"), (True, "none"), (False, "overdue")])
def test_a_feedback_closes_a_referral(feedback: object, state: str) -> None:
    assert due("CN-07", local={"referral_days": 3}, referrals=[SENT | {"feedback": feedback}])[0]["state"] == state


def test_each_open_referral_is_a_task_of_its_own() -> None:
    found = due("CN-07", local={"referral_days": 3}, referrals=[SENT, SENT | {"id": "r2"}, SENT | {"id": "r3", "feedback": "done"}])
    assert [one["referral"] for one in found] == ["r1", "r2"]


def test_the_same_matter_twice_is_pointed_out_and_not_refused() -> None:
    found = add_aid([{"kind": "temp_emergency", "matter_id": "m1"}], kind="temp_transitional", matter_id="m1", amount="500.00")
    assert (found["result"], found["rule"], found["cite"], found["missing"]) == ("warn", "CN-10", "004:二(二)", [])


def test_another_matter_or_another_programme_is_no_repetition() -> None:
    assert add_aid([{"kind": "temp_emergency", "matter_id": "m1"}], kind="temp_emergency", matter_id="m2")["result"] == "allow"
    assert add_aid([{"kind": "temp_emergency", "matter_id": "m1"}], kind="med_aid", matter_id="m1")["result"] == "allow"


def test_the_same_kind_in_the_same_period_is_pointed_out_and_in_the_next_it_is_not() -> None:
    given = [{"kind": "dibao", "period": "2026-11"}]
    assert add_aid(given, kind="dibao", period="2026-11")["result"] == "warn"
    assert add_aid(given, kind="dibao", period="2026-12")["result"] == "allow"


def test_a_second_aid_of_the_same_kind_on_one_day_is_pointed_out() -> None:
    assert add_aid([{"kind": "med_aid", "date": ASOF}], kind="med_aid", date=ASOF)["result"] == "warn"


def test_the_first_aid_of_a_family_is_no_repetition() -> None:
    found = add_aid([], kind="temp_emergency", matter_id="m1")
    assert (found["result"], found["rule"]) == ("allow", "CN-10")


def test_a_family_of_whose_aid_no_list_was_given_is_let_through_and_the_list_is_named() -> None:
    found = add_aid(None, kind="dibao", period="2026-11")
    assert (found["result"], found["rule"], found["missing"]) == ("allow", "CN-10", ["aid"])


@pytest.mark.parametrize(("aid", "args", "missing"), [
    ([{"kind": "dibao", "period": "2026-11"}], {"period": "2026-11"}, ["args.kind"]),
    ([{"kind": "dibao", "period": "2026-11"}], {"kind": "dibao"}, ["args.matter_id"]), ([{"kind": "dibao"}], {"kind": "dibao", "matter_id": "m1"}, ["aid.matter_id"]),
])
def test_what_is_not_known_of_an_aid_is_a_warning_that_names_it(aid: list[dict[str, Any]] | None, args: dict[str, Any], missing: list[str]) -> None:
    found = add_aid(aid, **args)
    assert (found["result"], found["missing"]) == ("warn", missing)


def test_a_kind_outside_the_eight_programmes_is_not_spoken_about() -> None:
    found = add_aid([{"kind": "fee_tv", "period": "2026-11"}], kind="fee_tv", period="2026-11")
    assert (found["result"], found["rule"]) == ("allow", None)


@pytest.mark.parametrize(("given", "found"), [
    ({"hh": {"status": "dibao"}, "aid": []}, ["aid_omitted:dibao"]), ({"hh": {"status": "tekun"}, "aid": [{"kind": "med_aid"}]}, ["aid_omitted:tekun"]),
    ({"hh": {"status": "dibao"}, "aid": [{"kind": "dibao", "period": "2026-11"}]}, []), ({"hh": {"status": "none"}, "aid": []}, []), ({"hh": {"status": "dibao"}}, []), ({}, []),
])
def test_a_family_on_the_roll_whose_own_aid_was_never_entered_is_pointed_out(given: dict[str, Any], found: list[str]) -> None:
    answers = ask({"op": "lint", "region": REGION, "asof": ASOF, "local": {}, "given": given})["answers"]
    assert [one["lint"] for one in answers if one["rule"] == "CN-10"] == found
