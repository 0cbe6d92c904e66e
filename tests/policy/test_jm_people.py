"""002 二, 三(二)4, 三(二)6: people a department looks after (JM-20 .. JM-22), the pack's kinds, the lints (JM-16, JM-18)."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import ask
from xieli_tui.policy.loader import shipped

REGION = "440703"
ASOF = "2026-11-21"


def screen(kind: str, person: dict[str, Any] | None = None, local: dict[str, Any] | None = None, asof: str = ASOF, **hh: Any) -> dict[str, Any]:
    """What pack 002 says about one kind."""
    given: dict[str, Any] = {"hh": hh}
    if person is not None:
        given["persons"] = [{"id": "p1"} | person]
    answers = ask({"op": "screen", "region": REGION, "asof": asof, "given": given, "local": local or {}})["answers"]
    found = [one for one in answers if one.get("kind") == kind and one["pack"] == "002"]
    assert len(found) == 1
    return dict(found[0])


def lints(region: str = REGION, local: dict[str, Any] | None = None, **given: Any) -> list[str]:
    """Lints of pack 002."""
    answers = ask({"op": "lint", "region": region, "asof": ASOF, "local": local or {}, "given": given})["answers"]
    return [one["lint"] for one in answers if one["pack"] == "002"]


def test_a_left_behind_child_in_the_country_is_looked_after() -> None:
    found = screen("left_behind", {"left_behind": True}, area="rural")
    assert (found["verdict"], found["dept"], found["referrals"]) == ("meets", "civil_affairs", [])


def test_a_left_behind_child_without_hukou_goes_to_the_police_and_one_out_of_school_to_the_school_board() -> None:
    found = screen("left_behind", {"left_behind": True, "has_hukou": False, "in_school": False}, area="rural")
    assert [one["dept"] for one in found["referrals"]] == ["police", "education"]


def test_a_child_in_town_or_not_left_behind_is_not_meant() -> None:
    assert screen("left_behind", {"left_behind": True}, area="urban")["verdict"] == "fails"
    assert screen("left_behind", {"left_behind": False}, area="rural")["verdict"] == "fails"


def test_what_is_not_known_of_a_left_behind_child_is_named() -> None:
    assert (screen("left_behind", {})["verdict"], screen("left_behind", {})["missing"]) == ("needs_info", ["hh.area", "p.left_behind"])


@pytest.mark.parametrize(("birth", "verdict"), [("2020-11-21", "meets"), ("2020-11-22", "fails"), ("2010-11-22", "meets"), ("2010-11-21", "fails")])
def test_staying_at_school_is_asked_from_the_sixth_birthday_to_the_day_before_the_sixteenth(birth: str, verdict: str) -> None:
    found = screen("edu_retention", {"birth_date": birth, "in_school": False})
    assert (found["verdict"], found["cite"], found["external"]) == (verdict, "002:二 市教育局", ["ext_compulsory_age"])


def test_whether_a_child_goes_to_school_is_asked() -> None:
    assert screen("edu_retention", {"birth_date": "2016-01-01"})["missing"] == ["p.in_school"]


@pytest.mark.parametrize(("birth", "verdict"), [("2008-11-22", "meets"), ("2008-11-21", "fails")])
def test_a_prisoners_child_is_meant_until_the_day_before_the_eighteenth_birthday(birth: str, verdict: str) -> None:
    found = screen("prisoner_child", {"birth_date": birth, "parent_in_prison": True})
    assert (found["verdict"], found["dept"], found["cite"]) == (verdict, "justice", "002:二 市司法局")


def test_a_child_born_on_a_leap_day_is_grown_up_on_the_28th_of_february() -> None:
    person = {"birth_date": "2008-02-29", "parent_in_prison": True}
    assert screen("prisoner_child", person, asof="2026-02-27")["verdict"] == "meets"
    assert screen("prisoner_child", person, asof="2026-02-28")["verdict"] == "fails"


@pytest.mark.parametrize(("birth", "verdict"), [("2008-11-21", "meets"), ("2008-11-22", "fails")])
def test_a_grown_orphan_is_helped_to_work_from_the_eighteenth_birthday(birth: str, verdict: str) -> None:
    assert screen("adult_orphan_job", {"birth_date": birth, "orphan": True})["verdict"] == verdict


def test_a_returned_overseas_chinese_in_need_goes_to_the_office_for_them() -> None:
    assert screen("returned_oc", {"returned_oc": True}, low_income=True)["verdict"] == "meets"
    assert screen("returned_oc", {"returned_oc": True}, category="none", low_income=False)["verdict"] == "fails"
    assert screen("returned_oc", {"returned_oc": True}, category="none")["missing"] == ["hh.low_income"]


def test_land_of_tekun_in_the_country_goes_to_agriculture() -> None:
    assert screen("land_right", {"category": "tekun"}, area="rural")["verdict"] == "meets"
    assert screen("land_right", {"category": "dibao"}, area="rural")["verdict"] == "fails"


def test_an_able_and_willing_dibao_family_is_taken_up() -> None:
    assert screen("targeted_poverty", {"labour_able": True, "wants_job": True}, status="dibao")["verdict"] == "meets"
    assert screen("targeted_poverty", {"labour_able": False, "wants_job": True}, status="dibao")["verdict"] == "fails"
    assert screen("targeted_poverty", None, status="dibao")["missing"] == ["persons"]


def test_work_is_offered_to_who_is_able_willing_and_without() -> None:
    able = {"labour_able": True, "wants_job": True, "employed": False}
    assert screen("employment", able, category="dibao")["verdict"] == "meets"
    assert screen("employment", able | {"employed": True}, category="dibao")["verdict"] == "fails"
    assert screen("employment", {"labour_able": True, "employed": False}, category="dibao")["missing"] == ["p.wants_job"]


def test_a_disabled_person_in_need_goes_to_the_federation() -> None:
    found = screen("dis_living", {"disability_cert": True}, category="dibao")
    assert (found["verdict"], found["dept"], found["cite"]) == ("meets", "dpf", "002:二 市残联")


def test_without_disability_or_need_there_is_no_living_subsidy() -> None:
    assert screen("dis_living", {"disability_cert": False, "severe_disabled": False, "disability_kind": "none"}, category="dibao")["verdict"] == "fails"
    assert screen("dis_living", {"disability_cert": True}, category="none", low_income=False)["verdict"] == "fails"


def test_whether_somebody_is_disabled_is_asked() -> None:
    found = screen("dis_living", {}, category="dibao")
    assert (found["verdict"], found["missing"]) == ("needs_info", ["p.disability_cert", "p.disability_kind", "p.severe_disabled"])


def test_a_recorded_kind_of_disability_counts_without_a_certificate() -> None:
    assert screen("dis_rehab", {"disability_kind": "limb"})["verdict"] == "meets"
    assert screen("dis_rehab", {"disability_cert": False, "severe_disabled": False, "disability_kind": "none"})["verdict"] == "fails"
    assert screen("dis_rehab", {"disability_cert": False, "severe_disabled": False})["missing"] == ["p.disability_kind"]


@pytest.mark.parametrize(("severe", "verdict"), [(True, "meets"), (False, "fails"), ("unknown", "needs_info")])
def test_the_nursing_subsidy_asks_for_a_severe_disability_only(severe: object, verdict: str) -> None:
    assert screen("dis_nursing", {"severe_disabled": severe}, category="none")["verdict"] == verdict


def test_a_home_without_barriers_is_for_the_poor_and_severely_disabled() -> None:
    assert screen("dis_barrier_free", {"severe_disabled": True}, category="tekun")["verdict"] == "meets"
    assert screen("dis_barrier_free", {"severe_disabled": True}, category="none", low_income=False)["verdict"] == "fails"


@pytest.mark.parametrize("kind", ["tekun", "med_aid", "edu", "legal_aid", "orphan_basic", "vagrant"])
def test_a_kind_of_which_the_document_names_the_department_only_waits_for_the_countys_rule(kind: str) -> None:
    found = screen(kind, {"category": "dibao"})
    assert (found["verdict"], found["missing"]) == ("needs_info", [f"local.kind_rules.{kind}"])


def test_the_countys_own_rule_answers_where_it_is_set() -> None:
    local = {"kind_rules": {"edu": ["dibao", "tekun"]}}
    assert screen("edu", {"category": "dibao", "in_school": True}, local)["verdict"] == "meets"
    assert screen("edu", {"category": "dibao", "in_school": False}, local)["verdict"] == "fails"
    assert screen("edu", {"category": "dibao"}, local)["missing"] == ["p.in_school"]


def test_dibao_is_answered_by_the_external_test_with_the_department_of_this_document() -> None:
    answers = ask({"op": "screen", "region": REGION, "asof": ASOF, "local": {"dibao_std_month": "900.00"}, "given": {"hh": {"size": 2, "income_month": "1000.00", "assets_ok": True}}})
    found = [one for one in answers["answers"] if one.get("kind") == "dibao"]
    assert [(one["verdict"], one["rule"], one["cite"]) for one in found] == [("meets", "X-05", "EXT")]
    assert found[0]["dept_text"].startswith("镇（街道）受理")


@pytest.mark.parametrize(("own", "wrong"), [("900.00", False), ("899.99", True), ("900.01", False)])
def test_a_standard_equal_to_the_citys_is_fine_and_one_fen_less_is_not(own: str, wrong: bool) -> None:
    assert ("std_below_floor" in lints(local={"dibao_std_month": own, "city_std_month": "900.00"})) is wrong


def test_without_the_citys_standard_nothing_is_said() -> None:
    assert lints(local={"dibao_std_month": "1.00"}) == []


def test_a_coordinator_who_does_not_sit_on_the_committee_is_pointed_out() -> None:
    roster = [{"person": "c1", "source": "committee"}, {"person": "c2", "source": "grid"}, {"person": "c3", "source": "hired"}, {"person": "c4"}]
    assert lints(roster=roster) == ["coordinator_source:c2", "coordinator_source:c3"]


def test_the_pack_lists_every_rule_of_its_document_and_says_why_some_wait() -> None:
    pack = shipped().packs["002"]
    assert list(pack.rules) == [f"JM-{number:02d}" for number in range(1, 25)]
    assert all(row.reason for row in pack.rules.values() if row.where == "later")
    assert (pack.effective_from is not None and pack.effective_from.isoformat(), pack.assumed, pack.currency) == ("2018-08-20", True, "unverified")


def test_no_card_promises_or_decides() -> None:
    for pack in ("002", "004"):
        for card in shipped().packs[pack].cards.values():
            assert not any(word in card["text"] for word in ("保证", "一定能", "肯定", "可领", "已批准", "符合条件即发"))
