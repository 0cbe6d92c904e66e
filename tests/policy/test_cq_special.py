"""003:(十)-(十七): whom each clause names, and whom it does not; written from the clauses (CQ-27, CQ-28, CQ-29, CQ-30, CQ-33, CQ-34)."""

from __future__ import annotations

from typing import Any

import pytest
from cq_kit import person_verdict, screen, verdict

LOW = ("dibao", "tekun", "edge", "relapse_monitor", "rigid", "other_hard")


@pytest.mark.parametrize("category", ["dibao", "tekun", "edge", "rigid", "other_hard"])
def test_pupils_of_the_listed_families_get_schooling_aid(category: str) -> None:
    assert person_verdict("edu", {"category": category, "student_stage": "primary"}) == "meets"
    assert person_verdict("edu", {"category": category, "in_school": True}) == "meets"


def test_no_pupil_or_no_category_gets_none() -> None:
    assert person_verdict("edu", {"category": "none", "student_stage": "primary"}) == "fails"
    assert person_verdict("edu", {"category": "edge", "student_stage": "primary", "in_school": False}) == "fails"


def test_an_unknown_school_is_named() -> None:
    found = screen("edu", {"persons": [{"id": "p1", "category": "edge"}]}, person="p1")
    assert (found["verdict"], found["missing"], found["dept"]) == ("needs_info", ["p.student_stage"], "education")


def test_a_pupil_new_after_the_assessment_starts_with_the_next_term() -> None:
    given = {"hh": {"category": "edge", "category_since": "2026-10-01", "assessed_date": "2026-09-15"}, "persons": [{"id": "p1", "student_stage": "junior"}]}
    assert screen("edu", given, person="p1")["start_term"] == "下一期"
    given["hh"] = {"category": "edge", "category_since": "2026-09-15", "assessed_date": "2026-09-15"}
    assert "start_term" not in screen("edu", given, person="p1")


HOUSE = {"area": "urban", "housing_difficulty": True}


@pytest.mark.parametrize("category", ["dibao", "edge", "rigid"])
def test_urban_and_rural_housing_go_to_the_area_of_the_family(category: str) -> None:
    assert verdict("housing_urban", {"hh": {**HOUSE, "category": category}, "persons": [{"id": "p1"}]}) == "meets"
    assert verdict("housing_rural", {"hh": {**HOUSE, "category": category}, "persons": [{"id": "p1"}]}) == "fails"
    assert verdict("housing_rural", {"hh": {**HOUSE, "area": "rural", "category": category}, "persons": [{"id": "p1"}]}) == "meets"


@pytest.mark.parametrize(("mode", "word"), [("dispersed", "meets"), ("centralised", "fails")])
def test_of_tekun_only_those_supported_at_home_are_housed(mode: str, word: str) -> None:
    given = {"hh": {**HOUSE, "category": "tekun"}, "persons": [{"id": "p1", "support_mode": mode}]}
    assert verdict("housing_urban", given) == word


def test_an_unknown_way_of_support_is_named() -> None:
    found = screen("housing_urban", {"hh": {**HOUSE, "category": "tekun"}, "persons": [{"id": "p1"}]})
    assert (found["verdict"], found["missing"]) == ("needs_info", ["p.support_mode"])


def test_a_house_a_visit_found_unsafe_is_a_need_in_the_country() -> None:
    given = {"hh": {"area": "rural", "category": "dibao", "house_safety": "risk"}, "persons": [{"id": "p1"}]}
    assert verdict("housing_rural", given) == "meets"
    given["hh"] = {"area": "rural", "category": "dibao", "house_safety": "safe", "housing_difficulty": False}
    assert verdict("housing_rural", given) == "fails"


@pytest.mark.parametrize(("category", "word"), [("dibao", "meets"), ("edge", "meets"), ("rigid", "meets"), ("tekun", "fails"), ("relapse_monitor", "fails")])
def test_work_aid_names_three_categories_and_not_tekun(category: str, word: str) -> None:
    assert person_verdict("employment", {"category": category, "labour_able": True}) == word
    assert person_verdict("social_ins", {"category": category, "labour_able": True}) == word
    assert verdict("startup", {"hh": {"category": category}, "persons": [{"id": "p1", "labour_able": True}]}) == word


def test_work_aid_needs_labour_and_asks_for_it() -> None:
    assert person_verdict("employment", {"category": "edge", "labour_able": False}) == "fails"
    assert person_verdict("employment", {"category": "edge"}) == "needs_info"


@pytest.mark.parametrize(("category", "word"), [*((one, "meets") for one in LOW if one != "other_hard"), ("other_hard", "fails")])
def test_disaster_aid_names_five_categories(category: str, word: str) -> None:
    assert verdict("disaster", {"hh": {"category": category}, "event": {"kind": "disaster"}}) == word


def test_no_disaster_no_disaster_aid() -> None:
    assert verdict("disaster", {"hh": {"category": "dibao"}, "event": {"kind": "illness"}}) == "fails"
    assert verdict("disaster", {"hh": {"category": "dibao"}}) == "needs_info"


CARE = {"category": "edge", "cannot_selfcare": True}


@pytest.mark.parametrize(
    ("person", "word"),
    [
        ({"birth_date": "1966-11-21"}, "discretion"),
        ({"birth_date": "1966-11-22", "severe_disabled": False, "disability_cert": False}, "fails"),
        ({"birth_date": "2008-11-22"}, "discretion"),
        ({"birth_date": "2008-11-21", "severe_disabled": False, "disability_cert": False}, "fails"),
        ({"birth_date": "1990-01-01", "disability_cert": True}, "discretion"),
        ({"birth_date": "1990-01-01"}, "needs_info"),
    ],
    ids=["60 on the birthday", "the day before 60", "the day before 18", "18 on the birthday", "disabled", "disability unknown"],
)
def test_visits_and_care_are_for_elders_minors_and_disabled_people_who_cannot_care_for_themselves(person: dict[str, Any], word: str) -> None:
    assert person_verdict("svc_visit_care", CARE | person) == word


def test_care_needs_a_category_and_a_need() -> None:
    assert person_verdict("svc_visit_care", {**CARE, "category": "none", "birth_date": "1950-01-01"}) == "fails"
    assert person_verdict("svc_visit_care", {**CARE, "cannot_selfcare": False, "birth_date": "1950-01-01"}) == "fails"


def test_care_for_disabled_elders_and_social_work() -> None:
    assert person_verdict("svc_disabled_elder", {**CARE, "birth_date": "1950-01-01"}) == "discretion"
    assert person_verdict("svc_disabled_elder", {**CARE, "birth_date": "1990-01-01"}) == "fails"
    assert verdict("svc_socialwork", {"hh": {"category": "other_hard"}}) == "meets"
    assert verdict("svc_socialwork", {"hh": {"category": "none"}}) == "fails"


@pytest.mark.parametrize(("kind", "dept"), [("fee_electric", "ndrc"), ("fee_tv", "radio_tv"), ("fee_funeral", "civil_affairs")])
def test_fees_are_relieved_for_tekun_and_dibao_and_for_others_the_county_lists(kind: str, dept: str) -> None:
    for category in ("dibao", "tekun"):
        found = screen(kind, {"hh": {"category": category}})
        assert (found["verdict"], found["dept"]) == ("meets", dept)
    found = screen(kind, {"hh": {"category": "edge"}})
    assert (found["verdict"], found["missing"]) == ("needs_info", [f"local.kind_rules.{kind}"])
    assert verdict(kind, {"hh": {"category": "edge"}}, {"kind_rules": {kind: ["edge"]}}) == "meets"
    assert verdict(kind, {"hh": {"category": "rigid"}}, {"kind_rules": {kind: ["edge"]}}) == "fails"
    assert verdict(kind, {"hh": {"category": "none"}}) == "fails"


@pytest.mark.parametrize(("hh", "word"), [
    ({"category": "dibao", "area": "urban"}, "meets"), ({"category": "dibao", "area": "rural"}, "fails"), ({"category": "tekun", "area": "urban"}, "fails"),
    ({"category": "dibao"}, "needs_info"),
])
def test_the_waste_fee_is_for_urban_dibao_families_only(hh: dict[str, Any], word: str) -> None:
    found = screen("fee_waste", {"hh": hh})
    assert (found["verdict"], found["dept"]) == (word, "urban_mgmt")


def test_a_barrier_free_home_is_for_the_severely_disabled_of_hard_up_families() -> None:
    assert person_verdict("dis_barrier_free", {"category": "dibao", "severe_disabled": True}) == "meets"
    assert person_verdict("dis_barrier_free", {"category": "dibao", "severe_disabled": False}) == "fails"
    assert person_verdict("dis_barrier_free", {"category": "dibao"}) == "needs_info"


@pytest.mark.parametrize("kind", ["dis_living", "dis_rehab", "dis_device"])
@pytest.mark.parametrize("category", ["edge", "rigid"])
def test_disability_help_reaches_edge_and_rigid_families_only_where_the_county_decided(kind: str, category: str) -> None:
    person = {"category": category, "disability_cert": True, "birth_date": "2015-01-01"}
    assert person_verdict(kind, person, {"dis_extend": {kind: True}}) == "discretion"
    assert person_verdict(kind, person, {"dis_extend": {kind: False}}) == "fails"
    assert person_verdict(kind, person) == "needs_info"


def test_whom_the_subsidy_covers_anyway_is_not_written_here() -> None:
    found = screen("dis_living", {"persons": [{"id": "p1", "category": "dibao", "disability_cert": True}]}, person="p1")
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.kind_rules.dis_living"])
    assert person_verdict("dis_rehab", {"category": "edge", "disability_cert": True, "birth_date": "2000-01-01"}, {"dis_extend": {"dis_rehab": True}}) == "fails"


def test_charity_is_for_low_income_people_and_always_open() -> None:
    assert verdict("charity_project", {"hh": {"category": "other_hard"}}) == "discretion"
    assert verdict("volunteer", {"hh": {"category": "none"}}) == "fails"
    assert verdict("charity_project", {}) == "needs_info"


def test_a_member_with_a_category_of_his_own_counts_for_the_household() -> None:
    assert verdict("fee_electric", {"hh": {"category": "none"}, "persons": [{"id": "p1"}, {"id": "p2", "category": "dibao"}]}) == "meets"
