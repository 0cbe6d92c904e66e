"""003:(九): 资助参保 in both tiers, the two floors of 医疗救助, 倾斜救助; written from the clause (CQ-23, CQ-24, CQ-25, CQ-26)."""

from __future__ import annotations

from typing import Any

import pytest
from cq_kit import person_verdict, quantity, screen, verdict

FEE = {"insure_tier1_fee": "400.00", "insure_tier2_fee": "775.00"}


def subsidy(person: dict[str, Any], local: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return quantity("insure_subsidy", {"persons": [{"id": "p1", **person}]}, FEE if local is None else local)


@pytest.mark.parametrize(("category", "sum_"), [("tekun", "400.00"), ("dibao", "360.00"), ("edge", "280.00")])
def test_tier_one_is_a_share_of_the_tier_one_fee_by_category(category: str, sum_: str) -> None:
    found = subsidy({"category": category, "insure_tier": "tier1"})
    assert [(one["value"], one["rule"], one["person"]) for one in found] == [(sum_, "CQ-23", "p1")]


@pytest.mark.parametrize("category", ["tekun", "dibao", "edge"])
def test_tier_two_is_the_whole_tier_one_fee_for_everybody(category: str) -> None:
    found = subsidy({"category": category, "insure_tier": "tier2"})
    assert [(one["value"], one["rule"]) for one in found] == [("400.00", "CQ-24")]


def test_a_dibao_person_gets_more_in_tier_two_than_in_tier_one() -> None:
    assert subsidy({"category": "dibao", "insure_tier": "tier1"})[0]["value"] == "360.00"
    assert subsidy({"category": "dibao", "insure_tier": "tier2"})[0]["value"] == "400.00"


@pytest.mark.parametrize("tier", ["tier1", "tier2"])
@pytest.mark.parametrize("category", ["rigid", "other_hard", "relapse_monitor"])
def test_other_low_income_people_only_where_the_county_lets_them_in(category: str, tier: str) -> None:
    person = {"category": category, "insure_tier": tier}
    found = subsidy(person)
    assert found[0]["verdict"] == "needs_info"
    assert found[0]["missing"] == ["local.insure_other_ok"]
    assert subsidy(person, FEE | {"insure_other_ok": False}) == []
    assert subsidy(person, FEE | {"insure_other_ok": True})[0]["value"] == ("280.00" if tier == "tier1" else "400.00")


@pytest.mark.parametrize("tier", ["tier1", "tier2"])
def test_the_fee_is_the_countys_and_never_invented(tier: str) -> None:
    found = subsidy({"category": "dibao", "insure_tier": tier}, {})
    assert found[0]["verdict"] == "needs_info"
    assert found[0]["missing"] == ["local.insure_tier1_fee"]


def test_an_unknown_tier_is_asked_for() -> None:
    assert subsidy({"category": "dibao"})[0]["missing"] == ["p.insure_tier"]


def test_who_takes_no_insurance_or_is_in_no_category_has_no_subsidy() -> None:
    assert subsidy({"category": "dibao", "insure_tier": "none"}) == []
    assert subsidy({"category": "none", "insure_tier": "tier1"}) == []


def test_a_share_of_an_odd_fee_stays_exact() -> None:
    assert subsidy({"category": "edge", "insure_tier": "tier1"}, {"insure_tier1_fee": "380.05"})[0]["value"] == "266.035"


def test_screening_of_insurance_support_follows_the_same_categories() -> None:
    assert person_verdict("med_insure", {"category": "edge"}) == "meets"
    assert person_verdict("med_insure", {"category": "none"}) == "fails"
    assert person_verdict("med_insure", {"category": "rigid"}) == "needs_info"


@pytest.mark.parametrize(
    ("person", "hh", "floor"),
    [
        ({"category": "dibao"}, {}, "0.70"),
        ({"category": "tekun"}, {}, "0.70"),
        ({"category": "none"}, {"returned_poor": True}, "0.70"),
        ({"category": "edge"}, {"returned_poor": True}, "0.70"),
        ({"category": "edge"}, {}, "0.60"),
        ({"category": "none"}, {"unstable_out_of_poverty": True}, "0.60"),
        ({"category": "relapse_monitor"}, {"edge_easy_poor": True}, "0.60"),
        ({"category": "rigid"}, {"sudden_hardship": True}, "0.60"),
    ],
)
def test_the_floor_of_medical_aid_goes_with_the_group(person: dict[str, Any], hh: dict[str, Any], floor: str) -> None:
    given = {"hh": hh, "persons": [{"id": "p1", **person}]}
    found = screen("med_aid", given, person="p1")
    assert found["verdict"] == "meets"
    assert found["ratio_floor"] == floor
    assert [one["value"] for one in quantity("ratio_floor", given)] == [floor]


NO_FLAGS = {"returned_poor": False, "unstable_out_of_poverty": False, "edge_easy_poor": False, "sudden_hardship": False}


def test_nobody_of_either_group_has_no_floor() -> None:
    given = {"hh": NO_FLAGS, "persons": [{"id": "p1", "category": "none"}]}
    assert verdict("med_aid", given, person="p1") == "fails"
    assert quantity("ratio_floor", given) == []


def test_unknown_flags_are_needs_info_and_named() -> None:
    given = {"persons": [{"id": "p1", "category": "none"}]}
    found = screen("med_aid", given, person="p1")
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["hh.edge_easy_poor", "hh.returned_poor", "hh.sudden_hardship", "hh.unstable_out_of_poverty"]
    assert quantity("ratio_floor", given)[0]["verdict"] == "needs_info"


def test_grave_illness_in_a_rigid_family_is_by_local_rules_and_has_no_number() -> None:
    given = {"hh": NO_FLAGS, "persons": [{"id": "p1", "category": "rigid", "severe_illness": True}]}
    found = screen("med_aid", given, person="p1")
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["local.med_rules"]
    found = screen("med_aid", given, {"med_rules": {"rigid": "市定办法"}}, person="p1")
    assert found["verdict"] == "meets"
    assert "ratio_floor" not in found


def test_a_rigid_family_member_without_grave_illness_is_not_meant() -> None:
    given = {"hh": NO_FLAGS, "persons": [{"id": "p1", "category": "rigid", "severe_illness": False}]}
    assert verdict("med_aid", given, person="p1") == "fails"


def test_tilted_aid_waits_for_the_countys_line() -> None:
    given = {"persons": [{"id": "p1", "category": "dibao"}], "medical": {"in_policy_selfpay": "30000.00"}}
    found = screen("med_tilt", given, person="p1")
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["local.med_rules"]


@pytest.mark.parametrize(("line", "word"), [("30000.00", "meets"), ("30000.01", "fails")])
def test_tilted_aid_holds_at_the_countys_line(line: str, word: str) -> None:
    given = {"persons": [{"id": "p1", "category": "dibao"}], "medical": {"in_policy_selfpay": "30000.00"}}
    assert verdict("med_tilt", given, {"med_rules": {"tilt_selfpay_min": line}}, person="p1") == word


def test_the_emergency_fund_has_no_condition_in_the_document() -> None:
    found = screen("med_emergency", {"persons": [{"id": "p1"}]}, person="p1")
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.kind_rules.med_emergency"])
