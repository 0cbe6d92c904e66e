"""The page that says where each rule and each mechanism lives is what the packs, the register, the program and the tests say today."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from xieli_tui.policy import shipped
from xieli_tui.policy.registry import registered

ROOT = Path(__file__).resolve().parents[2]
WAITING: dict[str, str] = {
    "CQ-10": "issue 7: the export of the monitored list, whole and as a delta, to the city's platform",
    "CQ-18": "issue 7: the import of the four comparison lists; single hits are issued as alerts by the county",
}
"""Rules of the first two priorities that have no home yet, and why. It only shrinks; no first-priority rule stands here without a real reason."""


@cache
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


def test_every_rule_of_the_first_two_priorities_has_a_home_or_stands_among_the_named_exceptions() -> None:
    assert set(generator().homeless()) == set(WAITING), "a home was found or lost: WAITING follows"
    assert [rule for rule, reason in WAITING.items() if len(reason) < 20] == []
    first = {rule.id for pack in shipped().packs.values() for rule in pack.rules.values() if rule.priority == "P0"}
    assert first & set(WAITING) == set(), "a first-priority rule may not wait"


def test_every_rule_of_the_first_two_priorities_with_a_home_is_named_by_a_test() -> None:
    assert generator().unproven() == []


def test_a_home_that_a_pack_names_is_a_module_of_the_program() -> None:
    assert generator().stray_homes() == []


def test_a_rule_without_a_home_says_why() -> None:
    mute = [
        rule.id for pack in shipped().packs.values() for rule in pack.rules.values()
        if rule.id not in registered() and rule.where in ("later", "engine", "", "context") and not rule.reason
    ]
    assert mute == []


def test_every_claim_about_a_mechanism_holds() -> None:
    assert generator().claims_that_do_not_hold() == []


def test_a_false_claim_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check can fail: an event, a screen, a command and a test that are not there are each named."""
    row = {"name": "x", "cite": "000:1", "record": ["flag.lowered"], "screen": ["flag:NoPage"], "command": ["flag lower"], "test": ["tests/none.py"]}
    monkeypatch.setattr(generator(), "mechanisms", lambda: {f"M-{1:02}": row})
    told = generator().claims_that_do_not_hold()
    assert told[:4] == [*(f"M-{1:02}: no {one}" for one in ("event flag.lowered", "screen flag:NoPage", "command flag lower", "test tests/none.py"))]
