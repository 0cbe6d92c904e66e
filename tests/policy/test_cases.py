"""The tables of tests/policy/cases: every line is asked, and every first and second priority rule has lines for and against it."""

from __future__ import annotations

import re
import tomllib

import pytest
from tests.policy.casekit import FOLDER, FOR, Case, check, pack_of, tables

from xieli_tui.policy import shipped
from xieli_tui.policy.registry import registered

LEAST = 500


@pytest.mark.parametrize("case", tables(), ids=lambda case: f"{case.where}-{case.rule}-{case.word}")
def test_a_case_of_the_tables_is_answered_as_the_clause_says(case: Case) -> None:
    check(case)


def test_every_rule_of_the_first_two_priorities_the_engine_runs_has_a_case_for_and_a_case_against_it() -> None:
    sides: dict[str, set[bool]] = {}
    for case in tables():
        sides.setdefault(case.rule, set()).add(case.is_for)
    short = {
        rule.id: sides.get(rule.id, set()) for pack in shipped().packs.values() for rule in pack.rules.values()
        if rule.id in registered() and rule.priority in ("P0", "P1") and sides.get(rule.id) != {True, False}
    }
    assert short == {}, "a rule without a passing and a failing or needs_info case"


def test_every_other_rule_of_the_first_two_priorities_names_a_test_for_and_a_test_against_it() -> None:
    """What no question reaches is told where it lives; tests/policy/cases/elsewhere.toml says by which tests, and they exist."""
    table = tomllib.loads((FOLDER / "elsewhere.toml").read_text(encoding="utf-8"))
    wanted = {
        rule.id for pack in shipped().packs.values() for rule in pack.rules.values()
        if rule.id not in registered() and rule.priority in ("P0", "P1") and rule.where not in ("later", "context")
    }
    assert set(table) == wanted
    for rule, sides in table.items():
        assert set(sides) == {"for", "against"}, rule
        for where in sides.values():
            name, _, test = where.partition("::")
            text = (FOLDER.parents[2] / name).read_text(encoding="utf-8")
            assert re.search(rf"^(?:async )?def {test}\(", text, re.M) if name.endswith(".py") else test in text, (rule, where)


def test_every_screening_and_every_sum_has_a_case_that_waits_for_a_fact() -> None:
    """Three values, never two: a rule that asks for facts has a line where one of them is not known (R12)."""
    waiting = {case.rule for case in tables() if case.word == "needs_info" or (case.op == "check" and dict(case.expect).get("missing"))}
    asked = {case.rule for case in tables() if case.op in ("screen", "compute")}
    plain = {
        "JM-21",  # one flag of one person each; JM-20 and JM-22 show the waiting of the same words
        "GX-03", "JX-37",  # silent until known: another rule of the pack (GX-01), the county's own list answers meanwhile
        "JM-07",  # the county decides whatever the kind; without an application there is nothing to decide
    }
    assert asked - waiting - plain == set()


def test_there_are_at_least_five_hundred_different_cases() -> None:
    assert len({(case.rule, case.op, case.key, case.facts, case.word) for case in tables()}) >= LEAST


def test_a_rule_stands_in_the_table_of_its_own_pack() -> None:
    assert {case.where.partition(".")[0].upper() for case in tables()} == set(shipped().packs)
    assert [case.where for case in tables() if pack_of(case.rule) != case.where.partition(".")[0].upper()] == []


def test_a_quantity_the_packs_can_compute_has_a_case_with_a_value_and_one_without() -> None:
    quantities = {key for functions in registered().values() for fn in functions if fn.op == "compute" for key in fn.keys}
    assert {"benefit_gap", "income_net", "insure_subsidy", "med_residual", "taper_end", "monitor_until", "decision_level", "imputed_income"} <= quantities
    for word in (FOR, {"needs_info", "absent"}):
        assert quantities - {dict(case.facts).get("key", case.key) for case in tables() if case.op == "compute" and case.word in word} == set()
