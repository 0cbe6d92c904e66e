"""The pack of 001 as a file: its header, window, region, words, and that no text reads as a decision."""

from __future__ import annotations

from decimal import Decimal

import pytest
from gx_kit import answers, verdict

from xieli_tui.domain import codes
from xieli_tui.policy import ask, loader, registry

PACK = loader.shipped().packs["001"]


def reason(asof: str, region: str = "511526") -> tuple[bool, str]:
    """Whether 001 speaks, and why."""
    packs = ask({"op": "packs", "region": region, "asof": asof})["packs"]
    return next((one["active"], one["reason"]) for one in packs if one["id"] == "001")


def test_the_pack_is_read_without_a_problem_and_says_it_was_not_checked_for_currency() -> None:
    assert [one for one in loader.shipped().problems if one.file == PACK.file] == []
    assert PACK.currency == "unverified"
    assert PACK.doc_no == ""
    assert not PACK.assumed


def test_every_rule_of_the_document_is_in_the_pack_and_lives_somewhere() -> None:
    assert list(PACK.rules) == [f"GX-{number:02d}" for number in range(1, 25)]
    for row in PACK.rules.values():
        assert row.where != "later" or row.reason
        assert (row.where == "engine") is bool(registry.functions(row.id))


def test_every_number_has_a_clause() -> None:
    assert all(one.cite.startswith("001:") for one in PACK.parameters.values())


def test_the_pack_is_silent_before_may_2020_and_speaks_before_it_was_issued() -> None:
    assert reason("2020-04-30") == (False, "2020-05-01 起才施行")
    assert reason("2020-05-01")[0]
    assert reason("2020-06-16")[0]
    assert reason("2026-11-21")[0]


def test_the_pack_is_silent_in_the_next_county() -> None:
    assert reason("2026-11-21", "511527")[0] is False
    assert reason("2026-11-21", "511526101201")[0] is True


def test_the_base_test_answers_under_the_name_of_the_countys_department() -> None:
    found = [one for one in answers("screen", hh={"size": 3, "income_month": "2204.99", "assets_ok": True}, local={"dibao_std_month": "735.00"}) if one.get("kind") == "dibao"]
    assert [(one["rule"], one["verdict"], one["dept_text"]) for one in found] == [("X-05", "meets", "县民政局；乡镇政府确认（下放）")]


def test_cards_and_rules_promise_and_decide_nothing() -> None:
    texts = [card["text"] for card in PACK.cards.values()]
    assert len(texts) >= 12
    for text in texts:
        assert not any(word in text for word in ("一定", "保证", "必须", "你已", "审批", "审核", "受理", "确认"))
    assert set(PACK.cards) <= set(PACK.kinds)


def test_the_papers_of_the_check_lists_are_known_and_the_lost_dash_is_told() -> None:
    known = set(codes.ids("doc"))
    assert {one.doc for one in PACK.documents} - known == {"support_wish"}
    assert any("312个月" in note for note in PACK.notes)
    assert "312个月" in PACK.parameters["gx_taper_months"].note


OTHER_COUNTY = """
id = "T9"
pack_id = "gx-test-adopting"
title = "测试县办法"
doc_no = "测发〔2026〕1号"
issuers = ["测试县人民政府"]
level = "county"
region_code = "999999"
effective_from = "2026-01-01"
currency = "unverified"
adopt = [{ rule = ["GX-01", "GX-10"], from = "001", cite = "第五条" }]

[parameters.gx_taper_income_le]
value = "1.5"
op = "<="
unit = "×当年低保标准"
cite = "T9:第五条"
"""


def test_another_county_adopts_the_taper_with_its_own_limit_and_both_clauses_are_cited() -> None:
    packs = loader.gather([("t9.toml", OTHER_COUNTY.encode())], loader.shipped())
    hh = {"size": 1, "status": "dibao", "income_rise_cause": "measures", "income_month": "1102.51", "grant_date": "2025-01-01"}
    question = {
        "op": "screen", "region": "999999", "asof": "2026-11-21", "local": {"dibao_std_month": "735.00"}, "given": {"hh": hh, "persons": [{"id": "p1", "labour_able": True}]},
    }
    found = next(one for one in ask(question, packs)["answers"] if one.get("kind") == "dibao_taper")
    assert (found["verdict"], found["because"], found["cite"]) == ("fails", ["人均收入不高于当年低保标准的1.5倍"], "T9:第五条; 001:1")
    due = next(one for one in ask(question | {"op": "due"}, packs)["answers"] if one["task"] == "visit_quarter")
    assert (due["state"], due["due"], due["cite"]) == ("overdue", "2026-03-31", "T9:第五条; 001:8")


def test_removing_any_fact_never_turns_an_open_question_into_a_met_one() -> None:
    hh = {"size": 3, "status": "dibao", "income_rise_cause": "employment", "income_month": "3000.00", "rigid_causes": ["illness"]}
    person = {"id": "p1", "labour_able": True, "single_kind": "severe_ill", "basic_life_hardship": True}
    kinds = ("dibao_taper", "dibao_expenditure", "dibao_single", "temp_emergency", "employment")
    whole = {kind: verdict(kind, hh=hh, persons=[person], local={"dibao_std_month": "735.00"})["verdict"] for kind in kinds}
    for table in (hh, person):
        for name in [one for one in table if one != "id"]:
            left_hh, left_person = ({key: value for key, value in one.items() if key != name or one is not table} for one in (hh, person))
            for kind in kinds:
                word = verdict(kind, hh=left_hh, persons=[left_person], local={"dibao_std_month": "735.00"})["verdict"]
                assert not (whole[kind] == "needs_info" and word in ("meets", "discretion")), (kind, name)


@pytest.mark.parametrize("income", ["2205.00", "2205.01", "4410.00", "4410.01"])
def test_ten_times_the_money_changes_no_verdict(income: str) -> None:
    def words(times: int) -> list[str]:
        hh = {
            "size": 3, "status": "dibao", "income_rise_cause": "employment", "income_month": str(Decimal(income) * times), "rigid_causes": ["illness"],
            "rigid_beyond_capacity": True,
        }
        local = {"dibao_std_month": str(Decimal("735.00") * times)}
        return [verdict(kind, hh=hh, persons=[{"id": "p1", "labour_able": True}], local=local)["verdict"] for kind in ("dibao_taper", "dibao_expenditure")]

    assert words(1) == words(10)
