"""000:12, 000:13, 000:14 and 000:10, written from the clauses."""

from __future__ import annotations

import pytest
from tests.policy.jx_kit import check, state, task, tasks, verdict

HURT = [{"id": "a", "basic_life_hardship": True}, {"id": "b", "basic_life_hardship": False}]
FINE = [{"id": "a", "basic_life_hardship": False}]
FIRE = {"kind": "fire", "date": "2026-11-20", "traits": ["sudden"], "other_aid_covers": False}


# JX-17
@pytest.mark.parametrize("trait", ["sudden", "urgent", "catastrophic", "突发性", "紧迫性", "灾难性"])
def test_one_urgent_trait_is_enough(trait: str) -> None:
    found = verdict("temp_emergency", event={**FIRE, "traits": [trait]}, persons=HURT)
    assert (found["verdict"], found["rule"], found["cite"]) == ("meets", "JX-17", "000:12")


@pytest.mark.parametrize("traits", [[], ["temporary"]])
def test_without_a_trait_of_the_clause_it_is_no_urgent_aid(traits: list[str]) -> None:
    assert verdict("temp_emergency", event={**FIRE, "traits": traits}, persons=HURT)["verdict"] == "fails"


def test_what_other_aid_covers_is_no_urgent_aid() -> None:
    assert verdict("temp_emergency", event={**FIRE, "other_aid_covers": True}, persons=HURT)["because"] == ["其他救助制度无法覆盖"]


def test_nobody_in_trouble_is_no_urgent_aid() -> None:
    assert verdict("temp_emergency", event=FIRE, persons=FINE)["verdict"] == "fails"


def test_an_unknown_cover_by_other_aid_is_asked_for() -> None:
    found = verdict("temp_emergency", event={"traits": ["urgent"]}, persons=HURT)
    assert (found["verdict"], found["missing"]) == ("needs_info", ["event.other_aid_covers"])


# JX-18
@pytest.mark.parametrize("kind", ["dibao", "tekun"])
@pytest.mark.parametrize("now", ["handed_over", "accepted", "checking", "reported"])
def test_while_an_application_runs_aid_in_between_is_possible(kind: str, now: str) -> None:
    found = verdict("temp_transitional", app={"kind": kind, "state": now}, persons=HURT)
    assert (found["verdict"], found["rule"]) == ("discretion", "JX-18")


@pytest.mark.parametrize("app", [{"kind": "dibao", "state": "decided_granted"}, {"kind": "edu", "state": "accepted"}, {"kind": "dibao", "state": "draft"}])
def test_no_running_application_for_basic_aid_is_no_aid_in_between(app: dict[str, str]) -> None:
    assert verdict("temp_transitional", app=app, persons=HURT)["verdict"] == "fails"


def test_without_an_application_its_kind_and_state_are_asked_for() -> None:
    assert verdict("temp_transitional", persons=HURT)["missing"] == ["app.kind", "app.state"]


# JX-19
def test_a_recipient_hit_by_a_major_hardship_may_get_more() -> None:
    assert verdict("temp_topup", hh={"status": "dibao"}, event={"major": True})["verdict"] == "discretion"


def test_who_is_no_recipient_gets_no_top_up() -> None:
    assert verdict("temp_topup", hh={"status": "none"}, event={"major": True})["verdict"] == "fails"


def test_an_unknown_hardship_is_asked_for() -> None:
    assert verdict("temp_topup", hh={"status": "tekun"})["missing"] == ["event.major"]


# JX-21
CAP = {"small_advance_cap": "1000.00"}


@pytest.mark.parametrize(("amount", "expected"), [("999.99", "allow"), ("1000.00", "allow"), ("1000.01", "block")])
def test_a_small_sum_is_paid_first_up_to_the_countys_cap(amount: str, expected: str) -> None:
    found = check("pay_first", {"amount": amount, "actor": "township"}, app={"emergency": True}, local=CAP)
    assert (found["result"], found["rule"], found["next_actor"]) == (expected, "JX-21", "township")
    assert found.get("followup") == ("supplement_materials" if expected == "allow" else None)


def test_without_a_cap_the_township_decides_and_nobody_is_refused() -> None:
    found = check("pay_first", {"amount": "500.00"}, app={"emergency": True})
    assert (found["result"], found["missing"], found["next_actor"]) == ("warn", ["local.small_advance_cap"], "township")


def test_what_is_no_emergency_is_not_paid_first() -> None:
    assert check("pay_first", {"amount": "500.00"}, app={"emergency": False}, local=CAP)["result"] == "block"


def test_the_hint_about_a_small_advance_waits_for_the_cap() -> None:
    app = {"emergency": True, "amount": "800.00"}
    assert verdict("temp_advance", app=app, local=CAP)["verdict"] == "meets"
    assert verdict("temp_advance", app=app)["missing"] == ["local.small_advance_cap"]
    assert verdict("temp_advance", app={**app, "amount": "1000.01"}, local=CAP)["verdict"] == "fails"


def test_papers_follow_within_the_days_the_county_set() -> None:
    found = task("supplement_materials", advance={"date": "2026-11-16"}, local={"supplement_days": {"days": 5, "unit": "days"}})
    assert (found["due"], found["state"], found["rule"]) == ("2026-11-21", "pending", "JX-21")
    assert state("supplement_materials", asof="2026-11-22", advance={"date": "2026-11-16"}, local={"supplement_days": 5}) == "overdue"


def test_without_local_days_the_papers_have_no_day() -> None:
    found = task("supplement_materials", advance={"date": "2026-11-16"})
    assert (found["due"], found["state"], found["missing"]) == (None, "pending", ["local.supplement_days"])


def test_papers_brought_close_the_task() -> None:
    assert tasks("supplement_materials", advance={"date": "2026-11-16", "followup": True}) == []
    assert tasks("supplement_materials") == []


# JX-22
def test_an_entrusted_village_may_carry_out_temporary_aid() -> None:
    found = check("village.pay_temp_aid", {"amount": "100.00"}, local={"village_ta_entrusted": True})
    assert (found["result"], found["next_actor"], found["rule"]) == ("allow", "village", "JX-22")


@pytest.mark.parametrize(("local", "missing"), [({"village_ta_entrusted": False}, []), ({}, ["local.village_ta_entrusted"])])
def test_a_village_not_entrusted_pays_nothing(local: dict[str, bool], missing: list[str]) -> None:
    found = check("village.pay_temp_aid", {"amount": "100.00"}, local=local)
    assert (found["result"], found["next_actor"], found["missing"]) == ("block", "township", missing)


def test_paying_first_by_a_village_needs_the_entrustment_too() -> None:
    found = check("pay_first", {"amount": "100.00", "actor": "village"}, app={"emergency": True}, local=CAP)
    assert (found["result"], found["rule"]) == ("block", "JX-22")


# JX-24
def test_a_special_hardship_may_be_decided_as_one_case() -> None:
    found = verdict("temp_special", app={"special": True})
    assert (found["verdict"], found["standard_by"], found["dept"]) == ("discretion", "县级政府", "county_coord")
    assert verdict("temp_special", app={"special": False})["verdict"] == "fails"
    assert verdict("temp_special")["missing"] == ["app.special"]


@pytest.mark.parametrize("action", ["special_aid_decide", "township.decide", "county.decide"])
def test_one_case_decisions_go_to_the_county_mechanism(action: str) -> None:
    found = check(action, {"kind": "temp_special"}, app={"special": True})
    assert (found["result"], found["next_actor"], found["rule"]) == ("route", "county_coord", "JX-24")


def test_an_ordinary_case_is_not_routed_there() -> None:
    assert check("county.decide", {"kind": "dibao"}, app={"special": False})["next_actor"] == "county"


# JX-25
def test_a_payment_above_the_reserve_is_warned_about() -> None:
    given = {"app": {"emergency": True}, "local": {**CAP, "reserve_balance": "499.99"}}
    found = check("pay_first", {"amount": "500.00", "actor": "township"}, **given)
    assert (found["result"], found["rule"]) == ("warn", "JX-25")
    given["local"] = {**CAP, "reserve_balance": "500.00"}
    assert check("pay_first", {"amount": "500.00", "actor": "township"}, **given)["result"] == "allow"


# JX-26
@pytest.mark.parametrize(("asof", "expected"), [("2026-05-28", "none"), ("2026-05-29", "pending"), ("2026-05-30", "overdue")])
def test_more_than_three_months_in_a_station_calls_for_a_plan(asof: str, expected: str) -> None:
    assert state("settlement_plan", asof=asof, station={"enter_date": "2026-02-28", "id_known": False}) == expected


def test_a_month_end_is_clamped_and_the_plan_is_due_the_day_after() -> None:
    assert task("settlement_plan", station={"enter_date": "2025-11-30", "id_known": False})["due"] == "2026-03-01"


def test_a_known_identity_needs_no_plan() -> None:
    assert state("settlement_plan", station={"enter_date": "2026-02-28", "id_known": True}) == "none"


def test_an_unknown_identity_state_is_asked_for_once_the_time_has_come() -> None:
    assert task("settlement_plan", station={"enter_date": "2026-01-01"})["missing"] == ["station.id_known"]
    assert state("settlement_plan", station={"enter_date": "2026-11-01"}) == "none"


# JX-27
@pytest.mark.parametrize("kind", [True, "走失", "务工不着", "家庭暴力"])
def test_somebody_in_trouble_away_from_home_is_referred(kind: object) -> None:
    found = verdict("vagrant", persons=[{"id": "a", "away_hardship": kind}])
    assert (found["verdict"], found["rule"]) == ("meets", "JX-27")
    assert ("police" in found["refer"]) is (kind == "走失")


def test_nobody_away_is_no_matter_for_the_station() -> None:
    assert verdict("vagrant", persons=[{"id": "a", "away_hardship": False}])["verdict"] == "fails"
    assert verdict("vagrant", persons=[{"id": "a"}])["missing"] == ["p.away_hardship"]


# JX-28
def test_a_public_event_brings_aid_to_those_in_trouble() -> None:
    assert verdict("public_event", event={"kind": "public_event"}, persons=HURT)["verdict"] == "meets"
    assert verdict("public_event", event={"kind": "fire"}, persons=HURT)["verdict"] == "fails"


# JX-37
def _disaster(metric: str, poor: bool = True) -> dict[str, object]:
    return verdict("disaster", event={"kind": "disaster"}, local={"disaster": {"metric": metric, "plan_threshold": "100", "is_poor_area": poor}})


def test_in_a_poor_area_eighty_percent_may_start_the_response() -> None:
    assert (_disaster("80")["verdict"], _disaster("80")["rule"]) == ("discretion", "JX-37")
    assert _disaster("79.99")["missing"] == ["local.kind_rules.disaster"]
    assert _disaster("80", poor=False)["verdict"] == "needs_info"
