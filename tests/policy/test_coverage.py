"""The page that says where each rule lives is what the packs, the register and the tests say today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from xieli_tui.policy import shipped
from xieli_tui.policy.registry import registered

ROOT = Path(__file__).resolve().parents[2]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("policy_coverage", ROOT / ".ci" / "policy_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_coverage_page_is_not_stale() -> None:
    written = (ROOT / "docs" / "policy-coverage.md").read_text(encoding="utf-8")
    assert written == generator().page(), "run: python .ci/policy_coverage.py"


def test_every_first_and_second_priority_rule_that_runs_is_named_by_a_test() -> None:
    named = generator().tests_of()
    running = registered()
    silent = [
        rule.id for pack in shipped().packs.values() for rule in pack.rules.values() if rule.id in running and rule.priority in ("P0", "P1") and rule.id not in named
    ]
    assert silent == []


def test_a_rule_without_a_home_says_why() -> None:
    mute = [
        rule.id for pack in shipped().packs.values() for rule in pack.rules.values()
        if rule.id not in registered() and rule.where in ("later", "engine", "") and not rule.reason
    ]
    assert mute == []
