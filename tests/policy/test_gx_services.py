"""001:4-8, 001:11: 特困, 临时救助的重点, 专项救助, 就业, 服务."""

from __future__ import annotations

from typing import Any

import pytest
from gx_kit import answers, verdict

ILL = {"id": "p1", "basic_life_hardship": True}
NO_FOCUS = {"category": "none", "unstable_out_of_poverty": False, "out_of_poverty": False, "sudden_hardship": False}


# 特困
@pytest.mark.parametrize(("asof", "word"), [("2026-11-20", "meets"), ("2026-11-21", "needs_info")])
def test_a_minor_in_tekun_is_covered_until_the_day_before_the_eighteenth_birthday(asof: str, word: str) -> None:
    found = verdict("tekun", asof=asof, persons=[{"id": "p1", "category": "tekun", "birth_date": "2008-11-21"}])
    assert found["verdict"] == word
    if word == "meets":
        assert (found["rule"], found["cite"]) == ("GX-08", "001:4")


def test_sixteen_and_seventeen_are_covered() -> None:
    assert verdict("tekun", persons=[{"id": "p1", "category": "tekun", "birth_date": "2010-01-01"}])["verdict"] == "meets"


def test_who_else_is_tekun_the_county_says() -> None:
    found = verdict("tekun", persons=[{"id": "p1", "category": "none"}])
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.kind_rules.tekun"])


@pytest.mark.parametrize(("category", "word"), [("tekun", "meets"), ("dibao", "fails"), ("unknown", "needs_info")])
def test_care_is_for_people_in_tekun(category: str, word: str) -> None:
    assert verdict("tekun_care", persons=[{"id": "p1", "category": category}])["verdict"] == word


# 临时救助
@pytest.mark.parametrize("focus", [
    {"category": "edge"}, {"sudden_hardship": True}, {"unstable_out_of_poverty": True}, {"out_of_poverty": True, "returned_poor": True},
    {"out_of_poverty": True, "category": "relapse_monitor"},
])
def test_the_three_groups_in_hardship_come_first(focus: dict[str, Any]) -> None:
    found = verdict("temp_emergency", hh=NO_FOCUS | focus, persons=[ILL])
    assert (found["verdict"], found["rule"], found["cite"], found["priority"]) == ("meets", "GX-09", "001:5", True)


def test_a_sudden_event_puts_a_family_into_focus() -> None:
    assert verdict("temp_emergency", hh=NO_FOCUS | {"sudden_hardship": "unknown"}, persons=[ILL], event={"traits": ["突发性"]})["priority"] is True


def test_without_hardship_the_focus_fails() -> None:
    assert verdict("temp_emergency", hh={"category": "edge"}, persons=[{"id": "p1", "basic_life_hardship": False}])["verdict"] == "fails"


def test_outside_of_the_focus_nothing_fails_the_county_rule_is_asked() -> None:
    question: dict[str, Any] = {"hh": NO_FOCUS, "persons": [ILL], "event": {"traits": []}}
    found = verdict("temp_emergency", **question)
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.kind_rules.temp_emergency"])
    assert verdict("temp_emergency", local={"kind_rules": {"temp_emergency": ["none", "edge"]}}, **question)["verdict"] == "meets"


def test_an_unknown_hardship_is_waited_for() -> None:
    found = verdict("temp_emergency", hh={"category": "edge"}, persons=[{"id": "p1"}])
    assert (found["verdict"], found["missing"], found["priority"]) == ("needs_info", ["p.basic_life_hardship"], True)


# 专项救助按致困类型
@pytest.mark.parametrize(("kind", "cause"), [
    ("med_aid", "illness"), ("med_insure", "illness"), ("edu", "schooling"), ("housing_urban", "housing"), ("housing_rural", "housing"), ("disaster", "disaster"),
])
def test_a_scheme_follows_the_cause_and_asks_the_county_for_its_rule_and_its_office(kind: str, cause: str) -> None:
    question: dict[str, Any] = {"hh": {"category": "dibao", "causes": [cause]}, "persons": [{"id": "p1"}]}
    found = verdict(kind, **question)
    assert (found["verdict"], found["rule"], found["cite"]) == ("needs_info", "GX-24", "001:6")
    assert found["missing"] == [f"local.departments.{kind}", f"local.kind_rules.{kind}"]
    assert found["dept"] is None
    local = {"kind_rules": {kind: ["dibao"]}, "departments": {kind: "某局"}}
    found = verdict(kind, local=local, **question)
    assert (found["verdict"], found["refer_to"]) == ("meets", "某局")


def test_a_scheme_of_another_cause_fails_and_an_unknown_cause_waits() -> None:
    local = {"kind_rules": {"edu": ["dibao"]}}
    assert verdict("edu", local=local, hh={"category": "dibao", "causes": ["illness"]}, persons=[{"id": "p1"}])["verdict"] == "fails"
    assert verdict("edu", local=local, hh={"category": "dibao"}, persons=[{"id": "p1"}])["missing"] == ["hh.causes"]
    assert verdict("edu", local=local, hh={"category": "edge", "causes": ["schooling"]}, persons=[{"id": "p1"}])["verdict"] == "fails"


# 就业
def test_an_able_and_willing_recipient_gets_help_with_work() -> None:
    found = verdict("employment", hh={"status": "dibao"}, persons=[{"id": "p1", "labour_able": True, "wants_job": True}])
    assert (found["verdict"], found["rule"], found["cite"]) == ("meets", "GX-15", "001:11")


@pytest.mark.parametrize(("hh", "person", "word"), [
    ({"status": "none"}, {"labour_able": True, "wants_job": True}, "fails"), ({"status": "dibao"}, {"labour_able": False}, "fails"),
    ({"status": "dibao"}, {"labour_able": True, "wants_job": False}, "fails"), ({"status": "dibao"}, {"labour_able": True}, "needs_info"),
])
def test_who_is_not_a_recipient_able_and_willing_does_not(hh: dict[str, str], person: dict[str, bool], word: str) -> None:
    assert verdict("employment", hh=hh, persons=[{"id": "p1"} | person])["verdict"] == word


@pytest.mark.parametrize(("status", "word"), [("dibao", "discretion"), ("tekun", "discretion"), ("none", "fails"), ("unknown", "needs_info")])
def test_small_loans_and_social_work_are_for_recipients(status: str, word: str) -> None:
    assert verdict("microcredit", hh={"status": status})["verdict"] == word
    assert verdict("svc_socialwork", hh={"status": status})["verdict"] == word


# 服务
@pytest.mark.parametrize(("person", "word"), [
    ({"cannot_selfcare": True, "birth_date": "1966-11-21"}, "discretion"), ({"cannot_selfcare": True, "birth_date": "2015-05-05"}, "discretion"),
    ({"cannot_selfcare": True, "birth_date": "1990-05-05", "disability_cert": True}, "discretion"),
    ({"cannot_selfcare": False, "birth_date": "1950-05-05"}, "fails"), ({"birth_date": "1950-05-05"}, "needs_info"),
])
def test_visits_and_care_are_for_old_young_or_disabled_people_who_cannot_care_for_themselves(person: dict[str, Any], word: str) -> None:
    found = verdict("svc_visit_care", hh={"status": "dibao"}, persons=[{"id": "p1"} | person])
    assert (found["verdict"], found["cite"]) == (word, "001:7")


@pytest.mark.parametrize(("person", "word"), [
    ({"cannot_selfcare": True, "birth_date": "1966-11-21"}, "discretion"), ({"single_kind": "family_planning_elder", "birth_date": "1950-01-01"}, "discretion"),
    ({"single_kind": "dementia", "birth_date": "1950-01-01"}, "discretion"), ({"cannot_selfcare": True, "birth_date": "1966-11-22"}, "fails"),
    ({"cannot_selfcare": True}, "needs_info"),
])
def test_boarding_is_for_old_people_of_hard_up_families_who_are_helpless_or_without_their_only_child(person: dict[str, Any], word: str) -> None:
    found = verdict("svc_boarding", hh={"low_income": True}, persons=[{"id": "p1"} | person])
    assert (found["verdict"], found["cite"]) == (word, "001:4")


@pytest.mark.parametrize("kind", ["local_special", "startup", "charity_project", "volunteer"])
def test_a_kind_the_text_only_names_waits_for_the_county(kind: str) -> None:
    found = verdict(kind, hh={"status": "dibao"})
    assert (found["verdict"], found["missing"]) == ("needs_info", [f"local.kind_rules.{kind}"])


def test_kinds_001_does_not_know_are_not_in_the_pack() -> None:
    words = {one["kind"]: one["verdict"] for one in answers("screen", hh={"size": 1}) if "kind" in one}
    assert {words[kind] for kind in ("rigid_exp", "fee_waste", "dis_living") if kind in words} <= {"not_in_pack"}
