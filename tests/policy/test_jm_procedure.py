"""002 三(一)2, 三(二)2-4, 二: investigation, notices, who decides, near relatives, changes, queries (JM-05 .. JM-09, JM-13, JM-19)."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import ask

REGION = "440703"
ASOF = "2026-11-21"
NOTICES = [{"kind": "review", "place": place, "from": "2026-11-10", "to": "2026-11-16"} for place in ("township", "village")]
READY: dict[str, Any] = {"kind": "dibao", "investigations": ["home_survey"], "opinion": True, "publicity": NOTICES, "kin_relation": False}


def check(action: str, *, args: dict[str, Any] | None = None, persons: list[dict[str, Any]] | None = None, region: str = REGION, **app: Any) -> dict[str, Any]:
    """One action checked on an application."""
    given: dict[str, Any] = {"app": app}
    if persons is not None:
        given["persons"] = persons
    return dict(ask({"op": "check", "region": region, "asof": ASOF, "given": given, "actions": [{"action": action, "args": args or {}}]})["answers"][0])


def test_a_full_file_may_be_reported_up() -> None:
    found = check("township.report_up", **READY)
    assert (found["result"], found["missing"], found["next_actor"]) == ("allow", [], "township")


@pytest.mark.parametrize("method", ["it_check", "home_survey", "neighbour", "letter", "other"])
def test_any_one_way_of_investigating_suffices(method: str) -> None:
    assert check("township.report_up", **(READY | {"investigations": [method]}))["result"] == "allow"


@pytest.mark.parametrize(("name", "value"), [("investigations", []), ("opinion", False)])
def test_nothing_goes_up_without_investigation_and_opinion(name: str, value: object) -> None:
    found = check("township.report_up", **(READY | {name: value}))
    assert (found["result"], found["rule"], found["cite"]) == ("block", "JM-05", "002:三(二)2")


@pytest.mark.parametrize("name", ["investigations", "opinion", "publicity", "kin_relation"])
def test_what_is_not_known_before_reporting_up_is_a_warning_that_names_it(name: str) -> None:
    found = check("township.report_up", **{key: value for key, value in READY.items() if key != name})
    assert (found["result"], found["missing"]) == ("warn", [f"app.{name}"])


@pytest.mark.parametrize("action", ["township.report_up", "county.decide"])
@pytest.mark.parametrize("place", ["township", "village"])
def test_a_notice_on_one_board_only_is_not_enough(action: str, place: str) -> None:
    found = check(action, **(READY | {"publicity": [one for one in NOTICES if one["place"] == place]}))
    assert (found["result"], found["rule"], found["cite"]) == ("block", "JM-06", "002:三(二)3")


def test_a_notice_of_the_decision_does_not_stand_for_that_of_the_review() -> None:
    assert check("township.report_up", **(READY | {"publicity": [one | {"kind": "decision"} for one in NOTICES]}))["result"] == "block"


def test_a_notice_that_hangs_from_today_is_recorded_and_one_from_tomorrow_is_not() -> None:
    today = [one | {"from": ASOF} for one in NOTICES]
    tomorrow = [one | {"from": "2026-11-22"} for one in NOTICES]
    assert check("township.report_up", **(READY | {"publicity": today}))["result"] == "allow"
    assert check("township.report_up", **(READY | {"publicity": tomorrow}))["result"] == "block"


@pytest.mark.parametrize(("kind", "amount"), [("dibao", "0.01"), ("temp_emergency", "500.00"), ("tekun", "3000.00")])
def test_a_township_decides_nothing_whatever_the_kind_and_sum(kind: str, amount: str) -> None:
    found = check("township.decide", args={"kind": kind, "amount": amount})
    assert (found["result"], found["rule"], found["cite"], found["next_actor"]) == ("block", "JM-07", "002:三(一)2", "county")


def test_the_county_decides_on_what_the_township_reported() -> None:
    assert check("county.decide", **READY)["result"] == "allow"


@pytest.mark.parametrize(("name", "value"), [("investigations", []), ("opinion", False)])
def test_the_county_does_not_decide_without_the_papers_of_the_township(name: str, value: object) -> None:
    found = check("county.decide", **(READY | {name: value}))
    assert (found["result"], found["rule"], found["next_actor"]) == ("block", "JM-07", "township")


def test_what_the_county_does_not_know_is_a_warning() -> None:
    found = check("county.decide", kind="dibao")
    assert (found["result"], found["missing"]) == ("warn", ["app.investigations", "app.kin_relation", "app.opinion", "app.publicity"])


def test_the_level_of_decision_is_the_county_for_every_kind() -> None:
    answers = ask({"op": "compute", "region": REGION, "asof": ASOF, "given": {"app": {"kind": "temp_emergency", "amount": "100.00"}}})["answers"]
    found = next(one for one in answers if one["quantity"] == "decision_level")
    assert (found["value"], found["cite"], found["missing"]) == ("county", "002:三(一)2", [])


def test_without_an_application_there_is_no_level_of_decision() -> None:
    answers = ask({"op": "compute", "region": REGION, "asof": ASOF, "given": {}})["answers"]
    assert [one for one in answers if one["quantity"] == "decision_level"] == []


@pytest.mark.parametrize("action", ["township.report_up", "county.decide"])
@pytest.mark.parametrize("kin", [True, "儿子是村干部", {"name": "p9"}])
def test_a_near_relative_that_is_not_filed_stops_the_next_step(action: str, kin: object) -> None:
    found = check(action, **(READY | {"kin_relation": kin}))
    assert (found["result"], found["rule"], found["cite"]) == ("block", "JM-09", "002:三(一)2")


@pytest.mark.parametrize("kin", [False, "none", "filed", "已备案", {"filed": "2026-11-01"}])
def test_no_near_relative_or_a_filed_one_stops_nothing(kin: object) -> None:
    assert check("county.decide", **(READY | {"kin_relation": kin}))["result"] == "allow"


def test_an_application_of_a_near_relative_is_taken_in_with_a_reminder() -> None:
    found = check("township.accept_application", kind="dibao", kin_relation=True)
    assert (found["result"], found["rule"]) == ("warn", "JM-09")


def test_a_member_named_as_near_relative_counts_where_the_application_says_nothing() -> None:
    app = {key: value for key, value in READY.items() if key != "kin_relation"}
    found = check("county.decide", persons=[{"id": "p1", "near_relative_of": "某经办人员"}], **app)
    assert (found["result"], found["rule"]) == ("block", "JM-09")


@pytest.mark.parametrize("action", ["adjust_benefit", "terminate_aid"])
def test_a_township_passes_changes_on_to_the_county(action: str) -> None:
    found = check(action, args={"actor": "township"})
    assert (found["result"], found["rule"], found["cite"], found["next_actor"]) == ("route", "JM-13", "002:三(二)4", "county")


def test_the_county_itself_may_adjust() -> None:
    found = check("adjust_benefit", args={"actor": "county"})
    assert (found["result"], found["next_actor"]) == ("allow", "county")


def test_a_village_neither_adjusts_nor_ends_anything() -> None:
    found = check("terminate_aid", args={"actor": "village"})
    assert (found["result"], found["rule"]) == ("block", "X-04")


TWO = [{"id": "p1"}, {"id": "p2"}]


def authorised(second: str = "2027-01-01") -> list[dict[str, str]]:
    """Two members' authorisations."""
    return [{"person": "p1", "valid_to": "2027-01-01"}, {"person": "p2", "valid_to": second}]


def test_a_query_leaves_when_every_member_has_asked_for_it() -> None:
    found = check("export_check_request", persons=TWO, authorisation=authorised())
    assert (found["result"], found["rule"], found["cite"]) == ("allow", "JM-19", "002:二 市税务局; 002:二 人民银行江门市中心支行")


def test_an_authorisation_holds_on_its_last_day_and_not_on_the_next() -> None:
    assert check("export_check_request", persons=TWO, authorisation=authorised(ASOF))["result"] == "allow"
    assert check("export_check_request", persons=TWO, authorisation=authorised("2026-11-20"))["result"] == "block"


def test_one_member_without_authorisation_stops_the_query() -> None:
    found = check("export_check_request", persons=TWO, authorisation=authorised()[:1])
    assert (found["result"], found["missing"]) == ("block", [])


@pytest.mark.parametrize(("persons", "app", "missing"), [
    (TWO, {}, ["app.authorisation"]), (None, {"authorisation": []}, ["persons"]), ([{"id": "p1"}], {"authorisation": [{"person": "p1"}]}, ["app.authorisation.valid_to"]),
])
def test_an_authorisation_that_is_not_known_stops_the_query_and_is_named(persons: list[dict[str, Any]] | None, app: dict[str, Any], missing: list[str]) -> None:
    found = check("export_check_request", persons=persons, **app)
    assert (found["result"], found["missing"]) == ("block", missing)


@pytest.mark.parametrize("kind", ["temp_emergency", "temp_advance", "vagrant"])
@pytest.mark.parametrize("action", ["township.report_up", "county.decide"])
def test_an_emergency_waits_for_no_notice_and_no_opinion_but_is_reminded_of_both_jm_05_jm_06_jm_07(action: str, kind: str) -> None:
    found = check(action, kind=kind, emergency=True, investigations=[], opinion=False, publicity=[], kin_relation=False)
    assert found["result"] == "warn"
    assert "事后补齐" in found["why"]


def test_an_urgent_mark_on_an_ordinary_kind_skips_nothing_jm_06() -> None:
    found = check("county.decide", **(READY | {"publicity": [], "emergency": True}))
    assert (found["result"], found["rule"]) == ("block", "JM-06")


def test_the_kind_decided_counts_and_not_the_first_of_the_intake_jm_06() -> None:
    found = check("county.decide", args={"kind": "temp_emergency"}, **(READY | {"publicity": []}))
    assert found["result"] == "warn"


def test_a_rejection_is_not_hung_out_but_rests_on_the_townships_papers_jm_06_jm_07() -> None:
    assert check("county.decide", args={"granted": False}, **(READY | {"publicity": []}))["result"] == "allow"
    assert check("county.decide", args={"granted": False}, **(READY | {"publicity": [], "opinion": False}))["rule"] == "JM-07"
