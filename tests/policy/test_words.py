"""No text of a pack, a rule or a hint reads as a decision, and no number appears that neither the question nor the document gave."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.policy.casekit import tables
from tests.policy.randomkit import household

from xieli_tui.domain import codes
from xieli_tui.policy import ask, shipped

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "xieli_tui"
DECISION = re.compile(
    "批准|同意给|同意发|应发|确认享受|符合条件予以|可领|预计可领|可以领|领取|将获得|可获得|获批|审批通过|审核通过|予以发放|予以救助|准予|给您|给你发|保证给|保证能|一定能|有资格|已通过|肯定"
)
"""Words that promise or decide; 符合条件的给予 of a clause is the law's own and stands only in the digest of a rule."""
VILLAGE_VERB = re.compile("受理|审核|审批|确认")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(?:元|块|万)")
HAN = re.compile("[一-鿿]")


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """Chinese strings of a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body and isinstance(node.body[0], ast.Expr)
    } | {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent and HAN.search(node.value):
            yield node.lineno, node.value


def pack_texts() -> Iterator[tuple[str, str]]:
    """Every text of every pack that reaches a screen or a slip."""
    for pack in shipped().packs.values():
        for rule in pack.rules.values():
            yield f"{pack.id} {rule.id}", rule.text
        for kind in pack.kinds.values():
            yield f"{pack.id} {kind.id}", kind.targets
        for kind_id, card in pack.cards.items():
            for key, text in card.items():
                yield f"{pack.id} card {kind_id}.{key}", text
        for paper in pack.documents:
            yield f"{pack.id} {paper.doc}", paper.label


RULE_MODULES = sorted((SOURCE / "policy").rglob("*.py"))
HINT_MODULES = [SOURCE / "casework" / name for name in ("hints.py", "fact_words.py", "today.py")] + [SOURCE / "ui" / "screens" / "policy_tab.py"]
VILLAGE_COMMANDS = ("visit", "flag", "informed", "apply", "household", "roster", "change", "refer", "emergency", "given", "statement", "notice", "alert")


@pytest.mark.parametrize("path", [*RULE_MODULES, *HINT_MODULES], ids=lambda path: path.stem)
def test_no_sentence_of_a_rule_or_a_hint_reads_as_a_decision(path: Path) -> None:
    assert [(line, text) for line, text in spoken(path) if DECISION.search(text)] == []


def test_no_text_of_a_pack_reads_as_a_decision() -> None:
    assert [(where, text) for where, text in pack_texts() if DECISION.search(text)] == []


def test_the_words_of_a_verdict_are_hints() -> None:
    assert [word for _, word in codes.choices("verdict") if DECISION.search(word) or VILLAGE_VERB.search(word)] == []


def test_a_word_of_the_list_would_be_seen() -> None:
    assert DECISION.search("符合条件，批准享受低保")
    assert AMOUNT.findall("每月补助 300.00 元") == ["300.00"]


@pytest.mark.parametrize("name", VILLAGE_COMMANDS)
def test_a_village_command_offers_no_verb_of_the_township(name: str) -> None:
    """X-04: the village 发现, 走访, 协助, 代为提交; what others decided is shown read-only by its state."""
    path = SOURCE / "cli" / f"{name}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    offered = [
        ast.get_docstring(node) or "" for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(".work(" in ast.unparse(one) or ".command(" in ast.unparse(one) for one in node.decorator_list)
    ]
    assert offered
    assert [text for text in offered if VILLAGE_VERB.search(text)] == []


@pytest.mark.parametrize("path", RULE_MODULES, ids=lambda path: path.stem)
def test_no_rule_says_a_sum_of_its_own(path: Path) -> None:
    """The one sum of the five documents, 3000 of 001:三(二), is a parameter of its pack."""
    assert [(line, text) for line, text in spoken(path) if AMOUNT.search(text)] == []


def test_a_sum_in_the_text_of_a_pack_is_a_parameter_of_that_pack() -> None:
    for pack in shipped().packs.values():
        own = {value for row in pack.parameters.values() for value in (row.value if isinstance(row.value, tuple) else (str(row.value),))}
        for rule in pack.rules.values():
            assert set(AMOUNT.findall(rule.text)) <= own, (pack.id, rule.id)
        for kind, card in pack.cards.items():
            for text in card.values():
                assert set(AMOUNT.findall(text)) <= own, (pack.id, kind)


def numbers_said(answer: dict[str, Any]) -> set[str]:
    """Numbers in the sentences of an answer: what is read aloud, not ids, clauses, days or the facts themselves."""
    texts = [answer.get("why"), *answer.get("because", ()), answer.get("hint"), answer.get("base"), answer.get("refer_to"), answer.get("start_term")]
    texts += [one.get("what") for one in answer.get("lines", ()) if isinstance(one, dict)] + [answer.get("standard_by"), answer.get("rent_subsidy_level")]
    return {hit for text in texts if text for hit in NUMBER.findall(re.sub(r"\d{4}-\d\d-\d\d", "", str(text)))}


DOCUMENTED = {
    "18": "周岁 of 000:3 and 001:4", "2": "2倍 of 001:1 (gx_taper_income_le)", "1": "明确1名 of 001:四(三)", "3": "年…3次 of 000:9",
}
"""Numbers a sentence of a rule may say because its clause does."""


@pytest.mark.parametrize("op", ["screen", "due", "compute", "lint"])
@pytest.mark.parametrize("seed", range(26112151, 26112151 + 25))
def test_a_sentence_says_no_number_that_the_question_or_the_clause_did_not_give(seed: int, op: str) -> None:
    question = household(random.Random(seed), op, known=0.9)
    given = set(NUMBER.findall(json.dumps(question, ensure_ascii=False)))
    for one in ask(question)["answers"]:
        assert numbers_said(one) <= given | set(DOCUMENTED), (seed, op, one)


def test_every_answer_of_the_tables_says_only_numbers_of_its_question_or_clause() -> None:
    said = 0
    for case in tables():
        question = case.question()
        given = set(NUMBER.findall(json.dumps(question, ensure_ascii=False)))
        for one in ask(question)["answers"]:
            found = numbers_said(one)
            said += bool(found)
            assert found <= given | set(DOCUMENTED), (case.where, one)
    assert said, "no sentence says a number: the test looks at the wrong place"


MONEY_UNITS = ("元", "元/月", "元/人·年")


@pytest.mark.parametrize("seed", range(26112151, 26112151 + 60))
def test_without_the_county_file_no_sum_is_computed_that_needs_one(seed: int) -> None:
    """benefit_gap, insure_subsidy and an imputed wage wait; what is left is arithmetic on the family's own figures."""
    question = household(random.Random(seed), "compute", known=0.95)
    question["local"] = {}
    for one in ask(question)["answers"]:
        if one.get("unit") in MONEY_UNITS and "value" in one and one["value"] != "0.00":
            assert one["quantity"] in ("income_net", "med_residual"), (seed, one)
        if "amount" in one:
            assert one["amount"] is None, (seed, one)
