"""The pack of 003 as data, and what holds for every answer of it whatever the household."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from cq_kit import answers

from xieli_tui.policy import loader, registry
from xieli_tui.policy.pack import Pack

SEED = 20241120
MONEY_HH = ("income_month", "income_year", "necessary_exp_year")
MONEY_LOCAL = ("dibao_std_month", "dispo_income_prev_year", "insure_tier1_fee", "small_advance_cap")
RATIO = {"rigid_ratio": "0.6"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loader.shipped().packs["003"]


def test_every_rule_of_the_document_has_a_row_a_clause_and_a_home(pack: Pack) -> None:
    assert list(pack.rules) == [f"CQ-{number:02d}" for number in range(1, 41)]
    for row in pack.rules.values():
        assert re.match(r"^003:\([一二三四五六七八九十]+\)", row.cite), row.id
        assert (row.where == "engine") == bool(registry.functions(row.id)), row.id
        assert row.where != "later" or row.reason, row.id


def test_every_number_and_every_kind_carries_its_clause(pack: Pack) -> None:
    assert all(one.cite.startswith("003:(") for one in pack.parameters.values())
    assert all(one.cite.startswith("003:(") for one in pack.kinds.values())
    assert (pack.currency, pack.assumed, pack.doc_no) == ("unverified", True, "渝民发〔2024〕12号")


def test_every_number_a_rule_reads_is_in_the_pack(pack: Pack) -> None:
    everything = {"hh": {"category": "edge", "status": "none"}, "persons": [{"id": "p1", "insure_tier": "tier1"}], "event": {"traits": ["urgent"]}}
    for op in ("screen", "due", "compute", "lint"):
        for one in answers(op, everything):
            assert not [name for name in one.get("missing", []) if name.startswith("pack.")], one


def test_no_card_and_no_reason_reads_as_a_promise_or_a_decision(pack: Pack) -> None:
    bad = re.compile("可以领|一定能|保证|已受理|予以批准|审批通过|审核通过|你符合|您符合")
    for row in pack.cards.values():
        assert not bad.search(row["text"])
        assert not re.search(r"\d+(\.\d+)?元", row["text"])


def household(rand: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    def maybe(value: Any) -> Any:
        return "unknown" if rand.random() < 0.25 else value

    def sum_(top: int) -> str:
        return f"{rand.randrange(top)}.{rand.randrange(100):02d}"

    flag = lambda: maybe(rand.random() < 0.5)  # noqa: E731
    category = rand.choice(["dibao", "tekun", "edge", "rigid", "relapse_monitor", "other_hard", "none"])
    hh = {
        "size": rand.randrange(1, 6), "income_month": maybe(sum_(6000)), "income_year": maybe(sum_(90000)), "necessary_exp_year": maybe(sum_(60000)), "assets_ok": flag(),
        "area": maybe(rand.choice(["urban", "rural"])), "category": maybe(category), "housing_difficulty": flag(), "returned_poor": flag(), "edge_easy_poor": flag(),
        "unstable_out_of_poverty": flag(), "sudden_hardship": flag(), "exit_date": maybe(f"202{rand.randrange(3, 7)}-0{rand.randrange(1, 10)}-15"),
    }
    person = {
        "id": "p1", "birth_date": maybe(f"{rand.randrange(1940, 2020)}-06-30"), "severe_disabled": flag(), "severe_illness": flag(), "employed": flag(), "labour_able": flag(),
        "cannot_selfcare": flag(), "basic_life_hardship": flag(), "student_stage": maybe("primary"), "insure_tier": maybe(rand.choice(["tier1", "tier2"])),
    }
    given = {"hh": hh, "persons": [person], "event": {"traits": maybe(["urgent"]), "kind": maybe("disaster")}, "app": {"kind": maybe("dibao"), "result": maybe("rejected")}}
    local = {"dibao_std_month": maybe("735.00"), "dispo_income_prev_year": maybe("33000.00"), "rigid_ratio": maybe("0.6"), "insure_tier1_fee": maybe("400.00")}
    return given, local


def verdicts(given: dict[str, Any], local: dict[str, Any]) -> dict[tuple[Any, ...], str]:
    return {
        (one["kind"], one.get("person"), one.get("reason")): one["verdict"] for one in answers("screen", given, local) if one.get("pack") == "003" and "kind" in one
    }


def test_taking_a_fact_away_never_turns_an_answer_into_meets_or_discretion() -> None:
    print("seed", SEED)
    rand = random.Random(SEED)
    for _ in range(40):
        given, local = household(rand)
        before = verdicts(given, local)
        table = rand.choice([given["hh"], given["persons"][0], given["event"], local])
        name = rand.choice([key for key in table if key != "id"])
        kept = table[name]
        table[name] = "unknown"
        after = verdicts(given, local)
        assert [key for key, word in after.items() if word in ("meets", "discretion") and before[key] == "needs_info"] == [], (name, kept)


def test_ten_times_every_sum_changes_no_verdict() -> None:
    print("seed", SEED)
    rand = random.Random(SEED + 1)

    def tenfold(value: Any) -> Any:
        return value if value == "unknown" else f"{int(value.replace('.', '')) // 10}.{value[-1]}0"

    for _ in range(40):
        given, local = household(rand)
        before = verdicts(given, local)
        given["hh"] |= {name: tenfold(given["hh"][name]) for name in MONEY_HH}
        local |= {name: tenfold(local[name]) for name in MONEY_LOCAL if name in local}
        assert verdicts(given, local) == before


def test_the_same_question_gives_the_same_answer() -> None:
    given, local = household(random.Random(SEED + 2))
    assert answers("screen", given, local) == answers("screen", given, local)
