"""003:(三)(五)(六)(七): grounds of monitoring, the two-year watch, alerts with a day, and what a new match calls for (CQ-07, CQ-08, CQ-09, CQ-36)."""

from __future__ import annotations

from typing import Any

import pytest
from cq_kit import STD, check, quantity, screen, tasks, verdict

from xieli_tui.domain.calendar import Calendar
from xieli_tui.policy import ask

EDGE = {"size": 3, "income_month": "3307.49", "assets_ok": True, "status": "none"}


@pytest.mark.parametrize("kind", ["dibao", "tekun", "dibao_edge", "temp_emergency"])
def test_a_rejected_applicant_is_monitored(kind: str) -> None:
    found = screen("monitoring", {"app": {"kind": kind, "result": "rejected"}}, reason="rejected")
    assert (found["verdict"], found["rule"], found["cite"]) == ("meets", "CQ-07", "003:(五)")


def test_a_granted_or_other_application_is_no_ground_of_monitoring() -> None:
    assert verdict("monitoring", {"app": {"kind": "dibao", "result": "granted"}}, reason="rejected") == "fails"
    assert verdict("monitoring", {"app": {"kind": "edu", "result": "rejected"}}, reason="rejected") == "fails"


def test_the_state_of_the_application_says_the_result_too() -> None:
    assert verdict("monitoring", {"app": {"kind": "dibao", "state": "decided_rejected"}}, reason="rejected") == "meets"
    assert verdict("monitoring", {"app": {"kind": "dibao", "state": "accepted"}}, reason="rejected") == "fails"


def test_an_unknown_result_is_named() -> None:
    found = screen("monitoring", {"app": {"kind": "dibao"}}, reason="rejected")
    assert (found["verdict"], found["missing"]) == ("needs_info", ["app.result"])


def left(day: str, asof: str) -> dict[str, Any]:
    return screen("monitoring", {"hh": {"exit_from": "dibao", "exit_date": day}}, reason="exited_2y", asof=asof)


def test_the_watch_after_an_exit_ends_on_the_day_before_the_second_anniversary() -> None:
    assert left("2024-11-22", "2026-11-21")["verdict"] == "meets"
    assert left("2024-11-22", "2026-11-21")["monitor_until"] == "2026-11-21"
    assert left("2024-11-22", "2026-11-22")["verdict"] == "fails"


def test_an_exit_on_29_february_is_watched_until_27_february() -> None:
    assert left("2024-02-29", "2026-02-27")["verdict"] == "meets"
    assert left("2024-02-29", "2026-02-28")["verdict"] == "fails"
    assert quantity("monitor_until", {"hh": {"exit_from": "dibao", "exit_date": "2024-02-29"}})[0]["value"] == "2026-02-27"


def test_an_exit_still_to_come_is_not_yet_watched() -> None:
    assert left("2026-12-01", "2026-11-21")["verdict"] == "fails"


def test_an_unknown_exit_day_is_named_and_who_never_had_aid_is_not_watched() -> None:
    found = screen("monitoring", {"hh": {"exit_from": "dibao"}}, reason="exited_2y")
    assert (found["verdict"], found["missing"]) == ("needs_info", ["hh.exit_date"])
    assert quantity("monitor_until", {"hh": {"exit_from": "dibao"}})[0]["missing"] == ["hh.exit_date"]
    assert verdict("monitoring", {"hh": {"exit_from": "none"}}, reason="exited_2y") == "fails"
    assert quantity("monitor_until", {"hh": {"exit_from": "none"}}) == []


def test_other_hard_up_people_and_relapse_families_are_grounds_of_their_own() -> None:
    assert verdict("monitoring", {"hh": {"category": "other_hard"}}, reason="risk_other") == "meets"
    assert verdict("monitoring", {"hh": {"category": "dibao"}}, reason="risk_other") == "fails"
    assert verdict("monitoring", {"hh": {"category": "relapse_monitor"}}, reason="relapse") == "meets"
    assert verdict("monitoring", {"hh": {"category": "edge"}}, reason="relapse") == "fails"
    assert screen("monitoring", {}, reason="risk_other")["missing"] == ["hh.category"]


def test_a_relapse_family_is_sent_to_both_mechanisms() -> None:
    found = screen("antirelapse", {"hh": {"category": "relapse_monitor"}, "persons": [{"id": "p1", "labour_able": True}]})
    assert found["verdict"] == "meets"
    assert found["dept"] == "agriculture"
    assert found["referrals"] == ["agriculture", "civil_affairs"]
    assert "safety_net_check" not in found


def test_a_relapse_family_without_labour_is_looked_at_for_the_safety_net() -> None:
    found = screen("antirelapse", {"hh": {"category": "relapse_monitor"}, "persons": [{"id": "p1", "labour_able": False}]})
    assert found["safety_net_check"] is True
    assert verdict("antirelapse", {"hh": {"category": "edge"}}) == "fails"


def test_a_family_that_newly_fits_is_told_and_helped_to_apply() -> None:
    told = tasks("inform", "CQ-12", {"hh": EDGE}, STD)
    assert [(one["state"], one["due"], one["kind"], one["cite"]) for one in told] == [("pending", "2026-11-21", "dibao_edge", "003:(六)")]
    assert [one["kind"] for one in tasks("start_application", "CQ-12", {"hh": EDGE}, STD)] == ["dibao_edge"]


def test_telling_and_applying_are_closed_by_their_records() -> None:
    told = {"hh": EDGE, "informed": [{"kind": "dibao_edge", "answer": "willing"}]}
    assert tasks("inform", "CQ-12", told, STD) == []
    assert len(tasks("start_application", "CQ-12", told, STD)) == 1
    applied = told | {"app": {"kind": "dibao_edge"}}
    assert tasks("start_application", "CQ-12", applied, STD) == []


def test_an_unwilling_answer_is_respected() -> None:
    given = {"hh": EDGE, "informed": [{"kind": "dibao_edge", "answer": "unwilling"}]}
    assert tasks("start_application", "CQ-12", given, STD) == []


def test_a_recipient_or_a_family_already_recognised_is_not_told_again() -> None:
    assert tasks("inform", "CQ-12", {"hh": {**EDGE, "status": "dibao"}}, STD) == []
    assert tasks("inform", "CQ-12", {"hh": {**EDGE, "category": "edge"}}, STD) == []


def test_nothing_is_called_for_while_the_verdict_waits_for_facts() -> None:
    assert tasks("inform", "CQ-12", {"hh": EDGE}) == []


def test_an_unknown_status_is_asked_before_anybody_is_told() -> None:
    hh = {key: value for key, value in EDGE.items() if key != "status"}
    assert [(one["state"], one["missing"]) for one in tasks("inform", "CQ-12", {"hh": hh}, STD)] == [("needs_info", ["hh.status"])]


def alert(**more: Any) -> list[dict[str, Any]]:
    local = more.pop("local", {})
    return tasks("alert_verify", "CQ-17", {"alerts": [{"id": "a1", "class": "gap", "date": "2026-11-10", **more}]}, local)


@pytest.mark.parametrize(("deadline", "state"), [("2026-11-21", "pending"), ("2026-11-20", "overdue")])
def test_an_alert_is_overdue_from_the_day_after_its_deadline(deadline: str, state: str) -> None:
    found = alert(deadline=deadline)
    assert [(one["state"], one["due"], one["alert"], one["class"]) for one in found] == [(state, deadline, "a1", "gap")]


def test_without_a_deadline_the_countys_days_for_the_class_count() -> None:
    local = {"alert_days": {"gap": {"days": 11, "unit": "days"}, "complex": {"days": 5, "unit": "days"}}}
    assert [(one["state"], one["due"]) for one in alert(local=local)] == [("pending", "2026-11-21")]


def test_working_days_of_an_alert_are_counted_by_the_calendar_passed_in_and_a_year_it_does_not_know_is_said() -> None:
    """CQ-17"""
    question = {
        "op": "due", "region": "500112", "asof": "2026-11-21", "local": {"alert_days": {"gap": {"days": 5, "unit": "working"}}},
        "given": {"alerts": [{"id": "a1", "class": "gap", "date": "2026-11-10"}]},
    }
    exact, doubted = (next(one for one in ask(question, None, calendar)["answers"] if one["rule"] == "CQ-17") for calendar in (None, Calendar()))
    assert (exact["due"], exact.get("estimated"), exact["calendar"]) == ("2026-11-17", None, "2026.1")
    assert (doubted["due"], doubted["estimated"], doubted["calendar"]) == ("2026-11-17", True, "2026?")
    assert "暂估" in doubted["why"]
    assert "暂估" not in exact["why"]


def test_an_alert_without_a_local_time_limit_says_so() -> None:
    found = alert()
    assert [(one["state"], one["missing"]) for one in found] == [("needs_info", ["local.alert_days"])]
    found = alert(local={"alert_days": {"complex": {"days": 5, "unit": "days"}}})
    assert found[0]["missing"] == ["local.alert_days.gap"]


def test_an_answered_alert_is_closed() -> None:
    assert alert(disposition="implement") == []


def test_an_alert_ends_no_aid_before_it_is_verified() -> None:
    waiting = {"alerts": [{"id": "a1", "class": "no_longer", "date": "2026-11-10"}]}
    found = check("terminate_aid", {"actor": "township"}, waiting)
    assert (found["result"], found["rule"], found["cite"]) == ("warn", "CQ-15", "003:(七)")
    verified = {"alerts": [{"id": "a1", "class": "no_longer", "date": "2026-11-10", "disposition": "verify_exit"}]}
    assert check("terminate_aid", {"actor": "township"}, verified)["result"] == "allow"


def test_a_complex_case_may_go_to_the_county_mechanism() -> None:
    found = screen("temp_special", {"alerts": [{"id": "a1", "class": "complex"}]})
    assert (found["verdict"], found["dept"], found["next_actor"]) == ("discretion", "county_coord", "county_coord")
    assert verdict("temp_special", {"alerts": [{"id": "a1", "class": "gap"}]}) == "fails"
    assert verdict("temp_special", {"app": {"special": True}}) == "discretion"
    assert verdict("temp_special", {}) == "needs_info"


def test_one_case_decisions_are_the_mechanisms_only() -> None:
    assert check("special_aid_decide", {"actor": "county_coord"})["result"] == "allow"
    found = check("special_aid_decide", {"actor": "township"})
    assert (found["result"], found["next_actor"], found["rule"]) == ("route", "county_coord", "CQ-16")
    assert check("special_aid_decide", {"actor": "village"})["result"] == "block"
