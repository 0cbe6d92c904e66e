"""000:6 to 000:9: medical, school, housing, job aid, written from the clauses."""

from __future__ import annotations

import pytest
from tests.policy.jx_kit import ABOVE, STD, quantities, quantity, state, task, tasks, verdict

DIBAO = {"status": "dibao"}
RICH = {**ABOVE, "status": "none", "low_income": False, "exp_poor": False, "filed_poor": False}


# JX-29
WORKER = {"id": "a", "registered_unemployed": True, "wants_job": True, "wants_training": False}


def _services(*days: tuple[str, str], person: str = "a") -> list[dict[str, str]]:
    return [{"person": person, "kind": kind, "date": day} for kind, day in days]


@pytest.mark.parametrize(("name", "count"), [("job_offer", 3), ("guidance", 1), ("training_info", 1)])
def test_an_unemployed_worker_of_a_recipient_family_is_owed_services_by_the_end_of_the_year(name: str, count: int) -> None:
    found = task(name, hh=DIBAO, persons=[WORKER])
    assert (found["due"], found["state"], found["count"], found["person"], found["rule"], found["cite"]) == ("2026-12-31", "pending", count, "a", "JX-29", "000:9")


def test_services_given_are_counted_off() -> None:
    given = _services(("job_offer", "2026-01-01"), ("job_offer", "2026-11-21"), ("guidance", "2026-05-01"))
    assert task("job_offer", hh=DIBAO, persons=[WORKER], services=given)["count"] == 1
    assert tasks("guidance", hh=DIBAO, persons=[WORKER], services=given) == []


def test_a_new_year_starts_at_zero() -> None:
    given = _services(*[("job_offer", f"2026-0{month}-01") for month in (1, 2, 3)])
    assert tasks("job_offer", hh=DIBAO, persons=[WORKER], services=given, asof="2026-12-31") == []
    assert task("job_offer", hh=DIBAO, persons=[WORKER], services=given, asof="2027-01-01")["count"] == 3


def test_a_service_for_somebody_else_does_not_count() -> None:
    assert task("guidance", "a", hh=DIBAO, persons=[WORKER, {"id": "b"}], services=_services(("guidance", "2026-05-01"), person="b"))["count"] == 1


@pytest.mark.parametrize("person", [{"employed": True}, {"labour_able": False}, {"birth_date": "2020-01-01"}, {"birth_date": "1950-01-01"}])
def test_who_cannot_be_out_of_work_is_not_asked_about(person: dict[str, object]) -> None:
    assert state("job_offer", hh=DIBAO, persons=[{"id": "a", **person}]) == "none"


def test_training_alone_is_a_need_too() -> None:
    assert task("job_offer", hh={"status": "tekun"}, persons=[{**WORKER, "wants_job": False, "wants_training": True}])["count"] == 3


@pytest.mark.parametrize("change", [{"registered_unemployed": False}, {"wants_job": False}])
def test_without_registration_or_need_nothing_is_owed(change: dict[str, bool]) -> None:
    assert state("job_offer", hh=DIBAO, persons=[{**WORKER, **change}]) == "none"


def test_a_family_without_aid_is_owed_nothing() -> None:
    assert state("guidance", hh={"status": "none"}, persons=[WORKER]) == "none"


def test_an_unknown_need_is_asked_for() -> None:
    found = task("job_offer", hh=DIBAO, persons=[{"id": "a", "registered_unemployed": True}])
    assert (found["state"], found["missing"]) == ("needs_info", ["p.wants_job", "p.wants_training"])


def test_job_aid_is_for_the_registered_unemployed_of_recipient_families() -> None:
    assert (verdict("employment", hh=DIBAO, persons=[WORKER])["verdict"], verdict("employment", hh=DIBAO, persons=[WORKER])["rule"]) == ("meets", "JX-29")
    assert verdict("employment", hh=RICH, persons=[WORKER], local=STD)["verdict"] == "fails"


# JX-31
@pytest.mark.parametrize("kind", ["med_insure", "med_aid"])
def test_medical_ratios_are_local(kind: str) -> None:
    found = verdict(kind, hh=DIBAO, persons=[{"id": "a"}])
    assert (found["verdict"], found["missing"], found["rule"], found["dept"]) == ("needs_info", ["local.med_rules"], "JX-31", "med_insurance")
    assert verdict(kind, hh=DIBAO, persons=[{"id": "a"}], local={"med_rules": {"floor": "0"}})["verdict"] == "meets"


def test_a_family_that_is_not_poor_gets_no_medical_aid() -> None:
    assert verdict("med_aid", hh=RICH, persons=[{"id": "a"}], local=STD)["verdict"] == "fails"


def test_acute_illness_nobody_can_pay_for() -> None:
    sick = {"id": "a", "severe_illness": True, "ability_to_pay": False}
    assert verdict("med_emergency", hh=DIBAO, persons=[sick])["verdict"] == "meets"
    assert verdict("med_emergency", hh=DIBAO, persons=[{**sick, "ability_to_pay": True}])["verdict"] == "fails"
    assert verdict("med_emergency", hh=DIBAO, persons=[{"id": "a", "severe_illness": True}])["missing"] == ["p.ability_to_pay"]


def test_settling_at_once_is_for_poor_inpatients_of_the_county() -> None:
    assert verdict("med_settle", hh=DIBAO, persons=[{"id": "a", "in_county_inpatient": True}])["verdict"] == "meets"
    assert verdict("med_settle", hh=DIBAO, persons=[{"id": "a", "in_county_inpatient": False}])["verdict"] == "fails"


# JX-32
BILL = {"total": "10000.00", "paid_by_layers": {"basic": "6000.00", "major": "1000.50", "aid": "1200.00"}}


@pytest.mark.parametrize("person", [{"id": "a", "status": "tekun"}, {"id": "a", "category": "dibao", "orphan": True}])
def test_what_is_left_of_the_bill_is_covered_in_full(person: dict[str, object]) -> None:
    found = quantity("med_residual", persons=[person], medical=BILL)
    assert (found["value"], found["self_pay"], found["rule"], found["cite"]) == ("1799.50", "0.00", "JX-32", "000:6")
    assert verdict("med_residual", persons=[person])["verdict"] == "meets"


def test_nobody_else_has_the_rest_covered() -> None:
    person = {"id": "a", "category": "dibao", "orphan": False}
    assert quantities("med_residual", persons=[person], medical=BILL) == []
    assert verdict("med_residual", persons=[person])["verdict"] == "fails"


def test_an_overpaid_bill_leaves_nothing() -> None:
    assert quantity("med_residual", persons=[{"id": "a", "status": "tekun"}], medical={**BILL, "total": "100.00"})["value"] == "0.00"


def test_an_unknown_bill_is_asked_for() -> None:
    found = quantity("med_residual", persons=[{"id": "a", "status": "tekun"}], medical={"total": "100.00"})
    assert (found["verdict"], found["missing"]) == ("needs_info", ["medical.paid_by_layers"])


def test_one_bill_is_not_paid_for_two() -> None:
    two = [{"id": "a", "status": "tekun"}, {"id": "b", "status": "tekun"}]
    assert all(one["missing"] == ["medical.person"] for one in quantities("med_residual", persons=two, medical=BILL))
    assert [one["person"] for one in quantities("med_residual", persons=two, medical={**BILL, "person": "b"})] == ["b"]


# JX-33
PUPIL = {"id": "a", "in_school": True, "student_stage": "primary"}


@pytest.mark.parametrize("hh", [DIBAO, {"low_income": True}, {"exp_poor": True}, {"filed_poor": True}])
def test_pupils_of_poor_families_get_school_aid(hh: dict[str, object]) -> None:
    found = verdict("edu", hh=hh, persons=[PUPIL])
    assert (found["verdict"], found["rule"], found["stage"], found["dept"]) == ("meets", "JX-33", "primary", "education")


def test_no_pupil_or_no_poor_family_gets_no_school_aid() -> None:
    assert verdict("edu", hh=DIBAO, persons=[{"id": "a", "in_school": False}])["verdict"] == "fails"
    assert verdict("edu", hh=RICH, persons=[PUPIL], local=STD)["verdict"] == "fails"


def test_a_loan_is_relieved_for_hard_up_graduates() -> None:
    graduate = {"id": "a", "student_loan": True, "in_school": False}
    assert verdict("edu_loan_relief", hh=DIBAO, persons=[graduate])["verdict"] == "meets"
    assert verdict("edu_loan_relief", hh=DIBAO, persons=[{**graduate, "in_school": True}])["verdict"] == "fails"


def test_school_meals_are_for_rural_pupils_of_the_counties_named() -> None:
    local = {"poverty_key_county": True}
    assert verdict("edu_nutrition", hh={"area": "rural"}, persons=[PUPIL], local=local)["verdict"] == "meets"
    assert verdict("edu_nutrition", hh={"area": "urban"}, persons=[PUPIL], local=local)["verdict"] == "fails"
    assert verdict("edu_nutrition", hh={"area": "rural"}, persons=[PUPIL])["missing"] == ["local.poverty_key_county"]


# JX-34
@pytest.mark.parametrize(("birth", "expected"), [("2020-11-21", "meets"), ("2020-11-22", "fails"), ("2010-11-22", "meets"), ("2010-11-21", "fails")])
def test_a_child_of_school_age_out_of_school_is_a_matter_for_education(birth: str, expected: str) -> None:
    found = verdict("edu_retention", persons=[{"id": "a", "birth_date": birth, "in_school": False, "severe_disabled": True}])
    assert (found["verdict"], found["rule"], found["refer"], found["home_teaching"], found["external"]) == (expected, "JX-34", ["education"], True, ["ext_compulsory_age"])


def test_a_child_in_school_is_no_alert_and_an_unknown_one_is_asked_for() -> None:
    assert verdict("edu_retention", persons=[{"id": "a", "birth_date": "2015-01-01", "in_school": True}])["verdict"] == "fails"
    assert verdict("edu_retention", persons=[{"id": "a", "birth_date": "2015-01-01"}])["missing"] == ["p.in_school"]


# JX-35
HARD = {"housing_difficulty": True}


@pytest.mark.parametrize(("kind", "area"), [("housing_urban", "urban"), ("housing_rural", "rural")])
def test_a_dibao_family_short_of_housing(kind: str, area: str) -> None:
    found = verdict(kind, hh={**DIBAO, **HARD, "area": area}, persons=[{"id": "a"}])
    assert (found["verdict"], found["rule"], found["dept"]) == ("meets", "JX-35", "housing")
    assert ("rent_subsidy_level" in found) is (kind == "housing_urban")


def test_only_dispersed_tekun_persons_are_named() -> None:
    hh = {"status": "tekun", "area": "rural", "filed_poor": False, **HARD}
    assert verdict("housing_rural", hh=hh, persons=[{"id": "a", "support_mode": "dispersed"}])["verdict"] == "meets"
    assert verdict("housing_rural", hh={**ABOVE, **hh, "low_income": False, "exp_poor": False}, persons=[{"id": "a", "support_mode": "centralised"}], local=STD)["verdict"] == "fails"


def test_a_filed_poor_household_is_named_and_no_difficulty_is_no_aid() -> None:
    assert verdict("housing_rural", hh={"status": "none", "filed_poor": True, "area": "rural", **HARD}, persons=[{"id": "a"}])["verdict"] == "meets"
    assert verdict("housing_rural", hh={**DIBAO, "area": "rural", "housing_difficulty": False}, persons=[{"id": "a"}])["verdict"] == "fails"


def test_an_unknown_housing_state_is_asked_for() -> None:
    assert "hh.housing_difficulty" in verdict("housing_rural", hh={**DIBAO, "area": "rural"}, persons=[{"id": "a"}])["missing"]
