"""001:12 承诺 and 骗取, 001:三(二) 确认权 and 平台."""

from __future__ import annotations

from typing import Any

import pytest
from gx_kit import check, quantities

HOME = {"region": "511526101201"}


def table(kind: str = "dibao", township: str = "511526101", start: str = "2020-05-01", **more: str) -> dict[str, Any]:
    return {"delegations": [{"kind": kind, "township": township, "from": start, "max_amount": "0.00"} | more]}


# 承诺
@pytest.mark.parametrize("action", ["village.submit_on_behalf", "township.accept_application"])
@pytest.mark.parametrize(("signed", "result"), [(True, "allow"), (False, "block"), ("unknown", "block")])
def test_an_application_goes_in_with_the_signed_pledge_only(action: str, signed: bool | str, result: str) -> None:
    found = check(action, app={"commitment_signed": signed, "platform_no": "YB-1"})
    assert found["result"] == result
    if result == "block":
        assert (found["rule"], found["cite"]) == ("GX-16", "001:12")
        assert found["missing"] == (["app.commitment_signed"] if signed == "unknown" else [])


# 骗取
def test_proved_fraud_is_the_countys_with_its_four_steps() -> None:
    found = check("terminate_aid", {"reason": "fraud", "actor": "county"})
    assert (found["result"], found["rule"], len(found["steps"])) == ("allow", "GX-17", 4)
    found = check("terminate_aid", {"reason": "fraud", "actor": "township"})
    assert (found["result"], found["next_actor"]) == ("route", "county")


def test_another_reason_to_stop_is_not_about_fraud() -> None:
    assert check("terminate_aid", {"reason": "death", "actor": "township"})["rule"] is None


def test_a_village_stops_no_aid_for_fraud() -> None:
    assert check("terminate_aid", {"reason": "fraud", "actor": "village"})["result"] == "block"


# 低保确认权
@pytest.mark.parametrize("kind", ["dibao", "dibao_single", "dibao_expenditure"])
def test_dibao_is_confirmed_by_a_township_the_batch_has_reached(kind: str) -> None:
    found = check("township.decide", {"kind": kind}, local=table(), hh=HOME)
    assert (found["result"], found["next_actor"], found["rule"], found["cite"]) == ("allow", "township", "GX-18", "001:三(二)")


@pytest.mark.parametrize(("asof", "result"), [("2020-05-31", "block"), ("2020-06-01", "allow")])
def test_a_later_batch_begins_on_its_own_day(asof: str, result: str) -> None:
    found = check("township.decide", {"kind": "dibao"}, asof=asof, local=table(start="2020-06-01"), hh=HOME)
    assert (found["result"], found["next_actor"]) == (result, "county" if result == "block" else "township")


def test_another_townships_batch_does_not_count_and_an_ended_one_neither() -> None:
    assert check("township.decide", {"kind": "dibao"}, local=table(township="511526102"), hh=HOME)["result"] == "block"
    assert check("township.decide", {"kind": "dibao"}, local=table(to="2025-12-31"), hh=HOME)["result"] == "block"


def test_dibao_without_the_countys_table_is_blocked_and_says_what_is_missing() -> None:
    found = check("township.decide", {"kind": "dibao"}, hh=HOME)
    assert (found["result"], found["missing"], found["next_actor"]) == ("block", ["local.delegations"], "county")
    unclear = check("township.decide", {"kind": "dibao"}, local=table())
    assert (unclear["result"], unclear["missing"]) == ("block", ["hh.region"])


def test_the_county_leaves_dibao_to_the_township_it_handed_it_to() -> None:
    assert check("county.decide", {"kind": "dibao"}, local=table(), hh=HOME)["next_actor"] == "township"
    assert check("county.decide", {"kind": "dibao"}, local={"delegations": []}, hh=HOME)["result"] == "allow"
    assert check("county.decide", {"kind": "dibao"}, hh=HOME)["result"] == "warn"


# 临时救助 3000
@pytest.mark.parametrize(("amount", "result", "actor"), [
    ("0.01", "allow", "township"), ("2999.99", "allow", "township"), ("3000.00", "allow", "township"), ("3000.01", "block", "county"), ("30000", "block", "county"),
])
def test_up_to_three_thousand_is_the_townships_and_one_fen_more_the_countys(amount: str, result: str, actor: str) -> None:
    found = check("township.decide", {"kind": "temp_emergency", "amount": amount})
    assert (found["result"], found["next_actor"], found["rule"], found["cite"]) == (result, actor, "GX-19", "001:三(二)")
    (level,) = quantities("decision_level", app={"kind": "temp_emergency", "amount": amount})
    assert level["value"] == actor


def test_the_county_routes_small_sums_to_the_township() -> None:
    assert check("county.decide", {"kind": "temp_emergency", "amount": "3000.00"})["result"] == "route"
    assert check("county.decide", {"kind": "temp_emergency", "amount": "3000.01"})["result"] == "allow"


def test_an_unknown_sum_is_blocked_until_it_is_known() -> None:
    found = check("township.decide", {"kind": "temp_emergency"})
    assert (found["result"], found["missing"]) == ("block", ["args.amount"])


def test_a_township_whose_batch_has_not_begun_confirms_no_temporary_aid_either() -> None:
    question = {"local": table("temp_emergency", start="2020-06-01"), "hh": HOME, "asof": "2020-05-20"}
    assert check("township.decide", {"kind": "temp_emergency", "amount": "500.00"}, **question)["result"] == "block"


def test_what_the_clause_does_not_hand_down_is_not_spoken_about() -> None:
    assert check("township.decide", {"kind": "tekun"})["rule"] is None


def test_the_level_of_a_dibao_application_waits_for_the_table() -> None:
    (level,) = quantities("decision_level", app={"kind": "dibao"})
    assert (level["verdict"], level["missing"]) == ("needs_info", ["local.delegations"])
    (level,) = quantities("decision_level", app={"kind": "dibao"}, local=table(), hh=HOME)
    assert (level["value"], level["rule"]) == ("township", "GX-18")
    assert quantities("decision_level", app={"kind": "tekun"}) == []


# 平台
def test_an_application_without_its_platform_number_is_warned_about() -> None:
    found = check("township.decide", {"kind": "temp_emergency", "amount": "100.00"}, app={"kind": "temp_emergency"})
    assert (found["result"], found["rule"], found["missing"]) == ("warn", "GX-20", ["app.platform_no"])
    assert found["next_actor"] == "township"


def test_a_platform_number_settles_it() -> None:
    assert check("township.decide", {"kind": "temp_emergency", "amount": "100.00"}, app={"platform_no": "YB-2026-1"})["result"] == "allow"


@pytest.mark.parametrize(("asof", "result"), [("2020-06-30", "allow"), ("2020-07-01", "warn")])
def test_the_platform_is_asked_for_from_the_first_of_july_2020(asof: str, result: str) -> None:
    assert check("township.accept_application", asof=asof, app={"commitment_signed": True})["result"] == result
