"""004 二(一), 二(三), 二(四): urgent hardship, grave illness, social and charitable help (CN-01, CN-03, CN-11)."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import ask
from xieli_tui.policy.loader import shipped

REGION = "450100"
ASOF = "2026-11-21"
HARD = [{"id": "p1", "basic_life_hardship": True}]


def screen(kind: str, *, region: str = REGION, asof: str = ASOF, **given: Any) -> dict[str, Any]:
    """What pack 004 says about one kind."""
    answers = ask({"op": "screen", "region": region, "asof": asof, "given": given})["answers"]
    found = [one for one in answers if one.get("kind") == kind and one["pack"] == "004"]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize("trait", ["突发性", "紧迫性", "临时性", "sudden", "urgent", "temporary"])
def test_any_one_trait_suffices_in_chinese_or_by_id(trait: str) -> None:
    found = screen("temp_emergency", event={"traits": [trait]}, persons=HARD)
    assert (found["verdict"], found["rule"], found["cite"], found["dept"]) == ("meets", "CN-01", "004:二(一)", "civil_affairs")


@pytest.mark.parametrize("region", ["450100", "360100", "511526", "440703", "500112", "999999"])
def test_it_speaks_everywhere(region: str) -> None:
    assert screen("temp_emergency", region=region, event={"traits": ["sudden"]}, persons=HARD)["verdict"] == "meets"


@pytest.mark.parametrize("traits", [["catastrophic"], ["灾难性"], []])
def test_a_disaster_that_is_neither_sudden_urgent_nor_temporary_is_not_named_here(traits: list[str]) -> None:
    assert screen("temp_emergency", event={"traits": traits}, persons=HARD)["verdict"] == "fails"


def test_without_hardship_in_daily_life_it_does_not_apply() -> None:
    found = screen("temp_emergency", event={"traits": ["sudden"]}, persons=[{"id": "p1", "basic_life_hardship": False}])
    assert (found["verdict"], found["because"]) == ("fails", ["基本生活困难"])


@pytest.mark.parametrize(("given", "missing"), [
    ({}, ["event.traits", "persons"]), ({"event": {"traits": ["sudden"]}}, ["persons"]), ({"event": {"traits": ["sudden"]}, "persons": [{"id": "p1"}]}, ["p.basic_life_hardship"]),
    ({"persons": HARD}, ["event.traits"]),
])
def test_what_is_not_known_of_an_emergency_is_named(given: dict[str, Any], missing: list[str]) -> None:
    found = screen("temp_emergency", **given)
    assert (found["verdict"], found["missing"]) == ("needs_info", missing)


def test_nobody_is_refused_for_living_elsewhere() -> None:
    found = screen("temp_emergency", hh={"hukou_region": "110101", "live_region": "450100"}, event={"traits": ["sudden"]}, persons=HARD)
    assert found["verdict"] == "meets"


def test_it_is_silent_before_the_day_it_was_issued() -> None:
    def packs(asof: str) -> set[str | None]:
        answers = ask({"op": "screen", "region": REGION, "asof": asof, "given": {"persons": HARD, "event": {"traits": ["sudden"]}}})["answers"]
        return {one["pack"] for one in answers if one.get("kind") == "temp_emergency"}

    assert packs("2015-03-11") == {None}
    assert packs("2015-03-12") == {"004"}


@pytest.mark.parametrize("hh", [{"category": "dibao"}, {"status": "tekun"}, {"low_income": True}, {"filed_poor": True}, {"illness_poverty": True}])
def test_the_gravely_ill_of_poor_families_are_covered(hh: dict[str, Any]) -> None:
    found = screen("med_major", hh=hh, persons=[{"id": "p1", "severe_illness": True}])
    assert (found["verdict"], found["rule"], found["person"]) == ("meets", "CN-03", "p1")


def test_who_is_not_gravely_ill_or_whose_family_is_not_poor_is_not_covered() -> None:
    not_poor = {"category": "none", "low_income": False, "filed_poor": False, "illness_poverty": False}
    assert screen("med_major", hh={"category": "dibao"}, persons=[{"id": "p1", "severe_illness": False}])["verdict"] == "fails"
    assert screen("med_major", hh=not_poor, persons=[{"id": "p1", "severe_illness": True}])["verdict"] == "fails"


def test_what_is_not_known_of_an_illness_is_named() -> None:
    assert screen("med_major", hh={"category": "dibao"}, persons=[{"id": "p1"}])["missing"] == ["p.severe_illness"]
    found = screen("med_major", hh={"category": "none"}, persons=[{"id": "p1", "severe_illness": True}])
    assert found["missing"] == ["hh.filed_poor", "hh.illness_poverty", "hh.low_income"]


@pytest.mark.parametrize(("kind", "cite"), [("charity_project", "004:二(三)"), ("charity_fund", "004:二(三)"), ("volunteer", "004:二(三)"), ("svc_socialwork", "004:二(四)")])
def test_help_of_others_is_at_discretion_for_a_family_in_an_emergency(kind: str, cite: str) -> None:
    found = screen(kind, event={"traits": ["sudden"]}, persons=HARD)
    assert (found["verdict"], found["rule"], found["cite"]) == ("discretion", "CN-11", cite)


def test_help_of_others_is_not_named_for_who_is_in_no_emergency() -> None:
    found = screen("charity_project", event={"traits": []}, persons=HARD)
    assert (found["verdict"], found["because"]) == ("fails", ["急难家庭"])
    assert screen("charity_project", persons=HARD)["missing"] == ["event.traits"]


def test_the_pack_lists_every_rule_of_its_document_and_says_why_some_wait() -> None:
    pack = shipped().packs["004"]
    assert list(pack.rules) == [f"CN-{number:02d}" for number in range(1, 14)]
    assert all(row.reason for row in pack.rules.values() if row.where == "later")
    assert (pack.region_code, pack.level, pack.assumed) == ("000000", "national", True)
    assert pack.parameters["cn_hotline"].typed() == "12349"
