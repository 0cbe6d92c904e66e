"""000:2, 000:11, 000:16 and 000:18, and the pack's own data, written from the clauses."""

from __future__ import annotations

import pytest
from tests.policy.jx_kit import lints, verdict

from xieli_tui.domain import codes
from xieli_tui.policy import loader

DIBAO = {"status": "dibao", "low_income": False, "exp_poor": False, "filed_poor": False}
LOW = {"status": "none", "low_income": True}
RICH = {"status": "none", "low_income": False, "exp_poor": False, "filed_poor": False}


# JX-38
def test_a_disabled_person_of_a_dibao_family_has_the_living_allowance() -> None:
    found = verdict("dis_living", hh=DIBAO, persons=[{"id": "a", "disability_cert": True}])
    assert (found["verdict"], found["rule"], found["cite"]) == ("meets", "JX-38", "000:11")


@pytest.mark.parametrize("extend", [True, ["dis_living"], {"dis_living": True}])
def test_beyond_dibao_the_living_allowance_is_the_countys_choice(extend: object) -> None:
    person = [{"id": "a", "disability_cert": True}]
    assert verdict("dis_living", hh=LOW, persons=person, local={"dis_extend": extend})["verdict"] == "discretion"


def test_without_the_countys_word_the_extension_is_unknown_and_with_a_no_it_fails() -> None:
    person = [{"id": "a", "disability_cert": True}]
    assert verdict("dis_living", hh=LOW, persons=person)["missing"] == ["local.dis_extend"]
    assert verdict("dis_living", hh=LOW, persons=person, local={"dis_extend": {"dis_living": False}})["verdict"] == "fails"
    assert verdict("dis_living", hh=RICH, persons=person, local={"dis_extend": True})["verdict"] == "fails"


def test_the_nursing_allowance_is_for_the_severely_disabled() -> None:
    assert verdict("dis_nursing", persons=[{"id": "a", "severe_disabled": True}])["verdict"] == "meets"


def test_the_nursing_allowance_may_reach_the_mentally_disabled() -> None:
    person = [{"id": "a", "severe_disabled": False, "disability_kind": "mental"}]
    assert verdict("dis_nursing", persons=person, local={"dis_extend": ["dis_nursing"]})["verdict"] == "discretion"
    assert verdict("dis_nursing", persons=person, local={"dis_extend": []})["verdict"] == "fails"
    assert verdict("dis_nursing", persons=person)["missing"] == ["local.dis_extend"]


@pytest.mark.parametrize(("person", "expected"), [
    ({"severe_disabled": True, "orphan": True}, "meets"), ({"severe_disabled": True, "orphan": False, "unsupported_child": True}, "meets"),
    ({"severe_disabled": False, "orphan": True}, "fails"), ({"severe_disabled": True, "orphan": False}, "needs_info"),
])
def test_severely_disabled_orphans_have_a_care_allowance(person: dict[str, bool], expected: str) -> None:
    assert verdict("dis_orphan_care", persons=[{"id": "a", **person}])["verdict"] == expected


def test_care_of_the_poor_and_severely_disabled() -> None:
    person = {"id": "a", "severe_disabled": True, "cannot_selfcare": True}
    assert verdict("svc_dis_care", hh=DIBAO, persons=[person])["verdict"] == "meets"
    assert verdict("svc_dis_care", hh=RICH, persons=[person])["verdict"] == "fails"


# JX-39
def test_an_apparent_disability_without_certificate_is_assessed_at_the_door() -> None:
    found = verdict("dis_cert", persons=[{"id": "a", "disability_cert": False}], visits=[{"date": "2026-11-01", "apparent_disability": True}])
    assert (found["verdict"], found["refer"], found["rule"]) == ("meets", ["dpf"], "JX-39")


def test_a_certificate_on_file_or_nothing_seen_needs_no_assessment() -> None:
    seen = [{"date": "2026-11-01", "apparent_disability": True}]
    assert verdict("dis_cert", persons=[{"id": "a", "disability_cert": True}], visits=seen)["verdict"] == "fails"
    assert verdict("dis_cert", persons=[{"id": "a", "disability_cert": False}], visits=[{"date": "2026-11-01", "apparent_disability": False}])["verdict"] == "fails"
    assert verdict("dis_cert", persons=[{"id": "a"}], visits=seen)["missing"] == ["p.disability_cert"]


def test_what_was_seen_of_one_person_is_not_said_of_another() -> None:
    persons = [{"id": "a", "disability_cert": False}, {"id": "b", "disability_cert": False}]
    visits = [{"date": "2026-11-01", "apparent_disability": "b"}]
    assert verdict("dis_cert", "a", persons=persons, visits=visits)["verdict"] == "needs_info"
    assert verdict("dis_cert", "b", persons=persons, visits=visits)["verdict"] == "meets"


# JX-40
def test_victims_without_timely_compensation_have_judicial_aid() -> None:
    assert verdict("judicial_aid", event={"kind": "crime", "compensated": False})["verdict"] == "meets"
    assert verdict("judicial_aid", event={"kind": "crime", "compensated": True})["verdict"] == "fails"
    assert verdict("fee_funeral", event={"kind": "death"})["verdict"] == "meets"
    assert verdict("fee_funeral", event={"kind": "fire"})["verdict"] == "fails"


# JX-52
@pytest.mark.parametrize("kind", ["svc_visit_care", "svc_socialwork"])
def test_special_hardship_brings_services(kind: str) -> None:
    found = verdict(kind, hh=DIBAO, persons=[{"id": "a", "cannot_selfcare": True}])
    assert (found["verdict"], found["rule"]) == ("meets", "JX-52")
    assert verdict(kind, hh=RICH, persons=[{"id": "a", "cannot_selfcare": True}])["verdict"] == "fails"


def test_goods_in_kind_are_encouraged_not_owed() -> None:
    assert verdict("in_kind", hh={"goods_hard_to_get": True})["verdict"] == "discretion"
    assert verdict("in_kind")["missing"] == ["hh.goods_hard_to_get"]


def test_those_lifted_out_of_poverty_are_insured_against_relapse() -> None:
    assert verdict("anti_poverty_insurance", hh={"out_of_poverty": True})["verdict"] == "meets"
    assert verdict("anti_poverty_insurance", hh={"out_of_poverty": False})["verdict"] == "fails"


# JX-47, JX-48, JX-49
@pytest.mark.parametrize(("count", "wrong"), [(0, True), (1, False), (2, False), (3, True)])
def test_a_village_has_one_or_two_coordinators(count: int, wrong: bool) -> None:
    assert ("coordinators_out_of_range:v1" in lints(villages=[{"id": "v1", "coordinators": count}])) is wrong


@pytest.mark.parametrize(("recipients", "station", "wrong"), [(200, False, False), (201, False, True), (201, True, False)])
def test_above_two_hundred_recipients_a_village_has_a_station(recipients: int, station: bool, wrong: bool) -> None:
    assert ("station_missing:v2" in lints(villages=[{"id": "v2", "recipients": recipients, "station": station}])) is wrong


def test_what_is_not_known_of_a_village_is_no_lint() -> None:
    assert lints(villages=[{"id": "v1"}, {"id": "v2", "recipients": 500}]) == set()


@pytest.mark.parametrize(("social", "wrong"), [(8, False), (7, True), (10, False)])
def test_four_fifths_of_the_technical_posts_are_social_work(social: int, wrong: bool) -> None:
    assert ("socialwork_posts_low:b1" in lints(service_bodies=[{"id": "b1", "technical_posts": 10, "socialwork_posts": social}])) is wrong


# the pack file
def test_every_rule_of_the_document_has_a_home_and_what_waits_says_why() -> None:
    pack = loader.shipped().packs["000"]
    assert set(pack.rules) == {f"JX-{number:02}" for number in range(1, 54)}
    assert all(row.reason for row in pack.rules.values() if row.where.startswith(("later", "context")))
    assert {row.id for row in pack.rules.values() if row.priority == "P0" and row.where != "engine"} == set()


def test_the_check_lists_use_papers_the_vocabulary_knows() -> None:
    pack = loader.shipped().packs["000"]
    assert {row.doc for row in pack.documents} <= set(codes.ids("doc"))
    assert {row.kind for row in pack.documents} <= set(pack.kinds)


def test_no_card_names_a_sum_or_promises_anything() -> None:
    for card in loader.shipped().packs["000"].cards.values():
        assert not any(word in card["text"] for word in ("元", "已批准", "保证", "一定能"))
