"""003:(一)(八): 低保边缘, 刚性支出, 单独纳入, 参照单人户; written from the clauses (CQ-02, CQ-03, CQ-05, CQ-06)."""

from __future__ import annotations

from typing import Any

import pytest
from cq_kit import STD, answers, person_verdict, screen, verdict

EDGE = {"size": 3, "income_month": "3307.49", "assets_ok": True}
RIGID = {"size": 3, "income_year": "60000.00", "assets_ok": True, "necessary_exp_year": "36000.01"}
RIGID_LOCAL = {"dispo_income_prev_year": "20000.01", "rigid_ratio": "0.6"}


def test_one_fen_below_one_and_a_half_standards_is_edge_with_the_clause_and_the_departments() -> None:
    found = screen("dibao_edge", {"hh": EDGE}, STD)
    assert found["verdict"] == "meets"
    assert found["cite"] == "003:(一)"
    assert found["doc_no"] == "渝民发〔2024〕12号"
    assert found["dept"] == "civil_affairs"
    assert found["dept_text"] == "民政;教委;农业农村委;医保局"


def test_exactly_one_and_a_half_standards_is_not_edge() -> None:
    found = screen("dibao_edge", {"hh": {**EDGE, "income_month": "3307.50"}}, STD)
    assert found["verdict"] == "fails"
    assert found["because"] == ["人均收入低于低保标准的规定倍数"]


def test_exactly_one_standard_fails_dibao_and_is_edge() -> None:
    hh = {**EDGE, "income_month": "2205.00"}
    assert verdict("dibao_edge", {"hh": hh}, STD) == "meets"
    assert next(one for one in answers("screen", {"hh": hh}, STD) if one["kind"] == "dibao")["verdict"] == "fails"


def test_who_fits_dibao_is_not_edge() -> None:
    assert verdict("dibao_edge", {"hh": {**EDGE, "income_month": "2204.99"}}, STD) == "fails"


def test_assets_over_the_rules_are_not_edge() -> None:
    assert verdict("dibao_edge", {"hh": {**EDGE, "assets_ok": False}}, STD) == "fails"


def test_edge_waits_for_the_countys_standard_and_invents_none() -> None:
    found = screen("dibao_edge", {"hh": EDGE})
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["local.dibao_std_month"]


@pytest.mark.parametrize("missing", ["size", "income_month", "assets_ok"])
def test_edge_without_a_fact_is_needs_info_and_names_it(missing: str) -> None:
    found = screen("dibao_edge", {"hh": {key: value for key, value in EDGE.items() if key != missing}}, STD)
    assert found["verdict"] == "needs_info"
    assert f"hh.{missing}" in found["missing"]


def test_rigid_holds_one_fen_below_the_disposable_income_and_one_fen_over_the_ratio() -> None:
    assert verdict("rigid_exp", {"hh": RIGID}, RIGID_LOCAL) == "meets"


@pytest.mark.parametrize(
    ("hh", "local"),
    [
        ({}, {"dispo_income_prev_year": "20000.00"}),
        ({"necessary_exp_year": "36000.00"}, {}),
        ({"assets_ok": False}, {}),
    ],
    ids=["income exactly the disposable income", "spending exactly the ratio", "assets"],
)
def test_rigid_fails_at_each_boundary(hh: dict[str, Any], local: dict[str, Any]) -> None:
    assert verdict("rigid_exp", {"hh": RIGID | hh}, RIGID_LOCAL | local) == "fails"


def test_with_no_income_any_necessary_spending_is_over_the_ratio_and_none_is_not() -> None:
    hh = {**RIGID, "income_year": "0.00", "necessary_exp_year": "0.01"}
    assert verdict("rigid_exp", {"hh": hh}, RIGID_LOCAL) == "meets"
    assert verdict("rigid_exp", {"hh": {**hh, "necessary_exp_year": "0.00"}}, RIGID_LOCAL) == "fails"


def test_rigid_waits_for_the_countys_ratio_and_disposable_income() -> None:
    found = screen("rigid_exp", {"hh": RIGID})
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["local.dispo_income_prev_year", "local.rigid_ratio"]


@pytest.mark.parametrize("flag", ["severe_disabled", "severe_illness"])
def test_a_severe_member_of_an_edge_family_may_enter_alone(flag: str) -> None:
    assert person_verdict("dibao_single", {"category": "edge", flag: True}) == "discretion"


def test_the_computed_edge_test_stands_in_for_the_category_here_only() -> None:
    given = {"hh": EDGE, "persons": [{"id": "p1", "severe_illness": True, "employed": True}]}
    found = screen("dibao_single", given, STD, person="p1")
    assert found["verdict"] == "discretion"
    assert found["rule"] == "CQ-05"
    assert verdict("employment", {"hh": EDGE, "persons": [{"id": "p1", "labour_able": True}]}, STD, person="p1") == "needs_info"


def test_a_member_who_is_neither_severely_disabled_nor_ill_does_not_enter_alone() -> None:
    person = {"category": "edge", "severe_disabled": False, "severe_illness": False}
    assert person_verdict("dibao_single", person) == "fails"


def test_a_severe_member_of_a_family_that_is_not_edge_does_not_enter_by_that_clause() -> None:
    given = {"hh": {**EDGE, "income_month": "9000.00", "category": "none"}, "persons": [{"id": "p1", "severe_illness": True, "severe_disabled": False}]}
    assert verdict("dibao_single", given, STD, person="p1") == "fails"


def test_unknown_illness_and_disability_are_named() -> None:
    found = screen("dibao_single", {"hh": {}, "persons": [{"id": "p1", "category": "edge", "employed": True}]}, person="p1")
    assert found["verdict"] == "needs_info"
    assert {"p.severe_disabled", "p.severe_illness"} <= set(found["missing"])


ADULT = {"birth_date": "2008-11-21", "employed": False, "severe_disabled": True, "category": "none"}


def test_an_unemployed_severely_disabled_adult_may_apply_whatever_the_family_earns() -> None:
    given = {"hh": {"size": 2, "income_month": "99999.00", "assets_ok": False}, "persons": [{"id": "p1", **ADULT}]}
    found = screen("dibao_single", given, STD, person="p1")
    assert found["verdict"] == "discretion"
    assert found["rule"] == "CQ-06"
    assert found["cite"] == "003:(八)"


def test_eighteen_is_reached_on_the_birthday_and_not_the_day_before() -> None:
    assert person_verdict("dibao_single", ADULT) == "discretion"
    assert person_verdict("dibao_single", {**ADULT, "birth_date": "2008-11-22"}, hh={**EDGE, "income_month": "9000.00"}, local=STD) == "fails"


def test_a_29_february_birthday_falls_on_28_february() -> None:
    person = {**ADULT, "birth_date": "2008-02-29"}
    rich = {**EDGE, "income_month": "9000.00"}
    assert person_verdict("dibao_single", person, STD, rich, asof="2026-02-27") == "fails"
    assert person_verdict("dibao_single", person, STD, rich, asof="2026-02-28") == "discretion"


@pytest.mark.parametrize("change", [{"employed": True}, {"severe_disabled": False}])
def test_who_works_or_is_not_severely_disabled_does_not_apply_as_a_single(change: dict[str, Any]) -> None:
    assert person_verdict("dibao_single", ADULT | change, STD, {**EDGE, "income_month": "9000.00"}) == "fails"


def test_no_persons_given_asks_for_persons() -> None:
    found = screen("dibao_single", {"hh": EDGE}, STD)
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["persons"]


def test_one_question_answers_every_kind_of_the_document_in_one_pass() -> None:
    """CQ-04: 一次申请、分类审核确认."""
    found = answers("screen", {"hh": EDGE, "persons": [{"id": "p1"}], "app": {"needs": ["dibao_edge", "edu"]}}, STD)
    kinds = {one["kind"] for one in found if one.get("pack") == "003"}
    assert {"dibao_edge", "rigid_exp", "dibao_single", "med_aid", "edu", "housing_rural", "employment", "temp_emergency", "fee_electric", "monitoring"} <= kinds


def test_the_pack_is_silent_outside_chongqing_and_before_the_year_of_its_number() -> None:
    assert not [one for one in answers("screen", {"hh": EDGE}, STD, region="511526") if one.get("pack") == "003"]
    assert not [one for one in answers("screen", {"hh": EDGE}, STD, asof="2023-12-31") if one.get("pack") == "003"]
    assert [one for one in answers("screen", {"hh": EDGE}, STD, asof="2024-01-01") if one.get("pack") == "003"]


def test_tekun_is_left_to_the_existing_rules_of_the_county() -> None:
    found = screen("tekun", {"persons": [{"id": "p1"}]}, person="p1")
    assert found["verdict"] == "needs_info"
    assert found["missing"] == ["local.kind_rules.tekun"]


def test_nursing_subsidy_is_not_in_this_document() -> None:
    found = answers("screen", {"hh": EDGE, "persons": [{"id": "p1"}]}, STD)
    assert not [one for one in found if one.get("kind") == "dis_nursing" and one.get("pack") == "003"]
