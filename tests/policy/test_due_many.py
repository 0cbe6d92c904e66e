"""Duties of many households in one call are those of one question each; a person's duty without persons asks for them; plans belong to their packs."""

from __future__ import annotations

import random
from typing import Any

import pytest
from packkit import install

from xieli_tui.policy import ask, shipped
from xieli_tui.policy.engine import hints_about, owing

REGIONS = ("360102001001", "511526001001", "440703001001", "500112001001", "999999001001")


def question(rnd: random.Random, number: int) -> dict[str, Any]:
    """A random household of one of the regions."""
    category = rnd.choice(["dibao", "tekun", "edge", "none", ""])
    home: dict[str, Any] = {"id": f"h{number}", "size": rnd.randint(1, 4)}
    if category:
        home |= {"category": category, "status": category if category in ("dibao", "tekun") else "none"}
    if rnd.random() < 0.5:
        home["grant_date"] = f"2025-{rnd.randint(1, 12):02}-15"
    persons = [
        {"id": f"p{number}.{at}", "birth_date": f"{rnd.randint(1940, 2024)}-0{rnd.randint(1, 9)}-10", "registered_unemployed": rnd.random() < 0.4,
         "wants_job": rnd.random() < 0.5, "left_behind": rnd.random() < 0.2, **({"labour_able": rnd.random() < 0.5} if rnd.random() < 0.5 else {})}
        for at in range(rnd.randint(0, 3))
    ]
    given: dict[str, Any] = {"hh": home, "persons": persons, "visits": [{"date": f"2026-{rnd.randint(1, 11):02}-02"} for _ in range(rnd.randint(0, 3))]}
    if rnd.random() < 0.4:
        given["changes"] = [{"date": "2026-10-01", "kind": "job", "handled": rnd.random() < 0.3}]
    if rnd.random() < 0.4:
        given["referrals"] = [{"id": "r1", "dept": "health", "kind": "med_aid", "sent": "2026-10-01"}]
    local = {"referral_days": {"*": {"days": 5, "unit": "working"}}, "dibao_std_month": "735.00"} if rnd.random() < 0.5 else {}
    return {"op": "due", "region": rnd.choice(REGIONS), "asof": "2026-11-21", "local": local, "given": given}


def test_duties_of_many_households_are_the_owed_answers_of_one_question_each() -> None:
    seed = 20261121
    print(f"seed={seed}")
    rnd = random.Random(seed)
    asked = [question(rnd, number) for number in range(200)]
    owed = owing()
    together = [owed(each) for each in asked]
    alone = [
        [{key: value for key, value in one.items() if key != "facts"} for one in ask(each)["answers"] if one["state"] != "none"] for each in asked
    ]
    assert together == alone
    assert sum(map(len, together)) > 200


def test_the_hints_about_one_person_are_those_of_the_whole_screening() -> None:
    seed = 3
    print(f"seed={seed}")
    rnd = random.Random(seed)
    for number in range(40):
        raw = question(rnd, number) | {"op": "screen"}
        for person in raw["given"]["persons"]:
            whole = [one for one in ask(raw)["answers"] if one.get("person") == person["id"] and "kind" in one]
            assert hints_about(raw, person["id"]) == whole
            assert hints_about(raw, person["id"], kinds=["dibao_single"]) == [one for one in whole if one["kind"] == "dibao_single"]


@pytest.mark.parametrize(("region", "rule", "tasks"), [("360102", "JX-29", {"job_offer", "guidance", "training_info"}), ("360102", "JX-04", {"review_minor_18"}), ("440703", "JM-20", {"inform"})])
def test_a_duty_about_persons_without_any_person_waits_for_them(region: str, rule: str, tasks: set[str]) -> None:
    """JX-04, JX-29, JM-20: no persons given is needs_info, never nothing to do"""
    found = [one for one in ask({"op": "due", "region": region, "asof": "2026-11-21", "given": {"hh": {"status": "dibao"}}})["answers"] if one["rule"] == rule]
    assert {one["task"] for one in found} == tasks
    assert {(one["state"], tuple(one["missing"]), one["due"]) for one in found} == {("needs_info", ("persons",), None)}


def test_packs_read_later_are_asked_with_a_plan_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"op": "due", "region": "999999", "asof": "2026-11-21"}
    before = {one["id"] for one in ask(asked)["packs"]}
    invented = install(monkeypatch)
    assert {one["id"] for one in ask(asked, invented)["packs"]} == set(invented.packs)
    assert {one["id"] for one in ask(asked)["packs"]} == before == set(shipped().packs)


def test_a_rule_that_needs_a_list_says_nothing_without_it() -> None:
    """`needs` of the register is a promise of the function: asked all the same, it answers nothing"""
    from xieli_tui.policy import engine, registry
    from xieli_tui.policy.question import parse_question

    seed = 77
    print(f"seed={seed}")
    rnd = random.Random(seed)
    gated = {fn.rule: fn for found in registry.registered().values() for fn in found if fn.needs}
    assert len(gated) >= 12
    asked_of: set[str] = set()
    for number in range(150):
        raw = question(rnd, number)
        for name in {fn.needs for fn in gated.values()}:
            raw["given"].pop(name, None)
        asked = engine.Engine(parse_question(raw), shipped())
        for voice, fn in asked.plan.once("due"):
            if fn.needs:
                asked_of.add(fn.rule)
                assert asked.run(voice, fn, fn.keys[0])[0] == []
    assert asked_of == set(gated)
