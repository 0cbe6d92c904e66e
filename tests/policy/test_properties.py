"""What holds for every pack and every household, over random ones near the bounds of the clauses (issue 3, Must show).

Every failure carries the seed; `randomkit.household(random.Random(seed), op)` is the household again.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
from typing import Any

import pytest
from tests.policy.randomkit import DAY, household, leaves, scaled, shuffled

from xieli_tui.policy import ask, shipped

SEEDS = range(26112101, 26112101 + 60)
KNOWN = ("meets", "discretion", "fails")
Key = tuple[Any, ...]
CORRECTED = {("edu", "003"), ("housing_rural", "003"), ("temp_special", "003")}
"""Where one fact answers and a second, when it is there, corrects it; without the second the first speaks:
003:(十) reads 在校 from the stage of schooling (p.student_stage), corrected by p.in_school; 003:(十一) reads the need from hh.housing_difficulty,
corrected by a house seen to be unsafe; 003:(七) reads the alerts, to which app.special adds a case the county calls special."""


def screened(question: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    """Every verdict of a rule, by what it is about."""
    return {
        (one["kind"], one["pack"], one.get("person"), one.get("reason")): one for one in ask(question)["answers"] if "kind" in one and one["verdict"] != "not_in_pack"
    }


def less(question: dict[str, Any], rng: random.Random, share: float) -> tuple[dict[str, Any], list[str]]:
    """The question with some facts taken away, and their names."""
    out = copy.deepcopy(question)
    gone = [one for facts in leaves(out) if rng.random() < share for one in facts]
    for table, name in gone:
        del table[name]
    return out, [name for _, name in gone]


@pytest.mark.parametrize("seed", SEEDS)
def test_taking_facts_away_never_makes_a_yes_of_an_open_question(seed: int) -> None:
    rng = random.Random(seed)
    whole = household(rng, "screen")
    before = screened(whole)
    for share in (0.03, 0.15, 0.5):
        part, gone = less(whole, rng, share)
        for key, one in screened(part).items():
            was = before[key]["verdict"] if key in before else "needs_info"
            overruled = ("fails",) if key[:2] not in CORRECTED else ()
            assert not (was in ("needs_info", *overruled) and one["verdict"] in ("meets", "discretion")), (seed, key, was, one["verdict"], gone)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_no_stands_on_a_condition_that_is_known_false_and_never_on_what_is_unknown(seed: int) -> None:
    """What fails with some facts unknown fails whatever they turn out to be."""
    rng = random.Random(seed)
    whole = household(rng, "screen")
    after = screened(whole)
    part, gone = less(whole, rng, 0.4)
    for key, one in screened(part).items():
        if one["verdict"] == "fails" and key in after and key[:2] not in CORRECTED:
            assert after[key]["verdict"] == "fails", (seed, key, after[key]["verdict"], gone)
            assert one["because"], (seed, key)


@pytest.mark.parametrize("seed", SEEDS)
def test_ten_times_the_money_changes_no_screening_verdict(seed: int) -> None:
    """X-03: no rule of a screening carries a sum of its own; every threshold is the county's or a ratio of the document."""
    whole = household(random.Random(seed), "screen")
    before, after = screened(whole), screened(scaled(whole))
    assert {key: one["verdict"] for key, one in after.items()} == {key: one["verdict"] for key, one in before.items()}, seed


def test_the_only_fixed_sum_of_the_packs_is_the_three_thousand_of_001() -> None:
    """Rules with a fixed sum, named from the packs: parameters in 元 that are not a ratio of something local."""
    sums = {
        (pack.id, row.id, row.value) for pack in shipped().packs.values() for row in pack.parameters.values() if row.unit.startswith("元") and not isinstance(row.value, tuple)
    }
    assert sums == {("001", "gx_delegate_ta_max", "3000")}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sum_that_is_computed_grows_ten_times_with_the_money_so_nothing_in_it_is_invented(seed: int) -> None:
    whole = household(random.Random(seed), "compute", known=0.9)

    def sums(question: dict[str, Any]) -> list[tuple[Key, dt.date | float | str]]:
        found = [one for one in ask(question)["answers"] if str(one.get("unit", "")).startswith("元")]
        return [((one["quantity"], one["pack"], one.get("person"), one["rule"]), one.get("value", one["missing"])) for one in found]

    before, after = sums(whole), sums(scaled(whole))
    assert [key for key, _ in before] == [key for key, _ in after], seed
    for (key, one), (_, ten) in zip(before, after, strict=True):
        if isinstance(one, str):
            assert isinstance(ten, str), (seed, key)
            assert _fen(ten) == 10 * _fen(one), (seed, key, one, ten)
        else:
            assert ten == one, (seed, key)


def _fen(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 10**6 + int(part.ljust(6, "0"))


def duties(question: dict[str, Any]) -> dict[Key, str]:
    """State of every duty: a later day may bring a new due day, so the duty is named by its rule and what it is about."""
    found: dict[Key, list[str]] = {}
    for one in ask(question)["answers"]:
        found.setdefault((one["task"], one["rule"], one.get("person"), one.get("alert"), one.get("referral"), one.get("kind"), one.get("change")), []).append(one["state"])
    return {key: "overdue" if "overdue" in states else "pending" if "pending" in states else states[0] for key, states in found.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_overdue_does_not_become_pending_again_by_waiting(seed: int) -> None:
    rng = random.Random(seed)
    question = household(rng, "due", known=0.9)
    overdue: set[Key] = set()
    for ahead in (0, 1, 9, 10, 40, 90, 190, 366, 800):
        later = DAY + dt.timedelta(days=ahead)
        states = duties({**question, "asof": later.isoformat()})
        back = {key for key in overdue if states.get(key) == "pending"}
        assert back == set(), (seed, later.isoformat(), back)
        overdue |= {key for key, state in states.items() if state == "overdue"}


@pytest.mark.parametrize("op", ["screen", "due", "compute", "lint"])
@pytest.mark.parametrize("seed", SEEDS[:20])
def test_the_order_of_the_lists_changes_nothing(seed: int, op: str) -> None:
    rng = random.Random(seed)
    question = household(rng, op, known=0.9)
    assert told(shuffled(question, rng)) == told(question), (seed, op)


def told(question: dict[str, Any]) -> list[str]:
    """What is answered, without the numbering of rows in `facts` and without an order."""
    rows = []
    for one in ask(question)["answers"]:
        rest = {key: sorted(map(str, value)) if isinstance(value, list) else value for key, value in one.items() if key != "facts"}
        rest["facts"] = sorted(f"{key.partition('[')[0] + key.partition(']')[2]}={sorted(str(value))}" for key, value in one["facts"].items())
        rows.append(json.dumps(rest, ensure_ascii=False, sort_keys=True))
    return sorted(rows)
