"""The frame above the documents: which pack speaks when and where (X-01), who differs (X-02), nothing invented (X-03), every answer stamped (X-06)."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from tests.policy.randomkit import REGIONS, household

from xieli_tui.domain import codes
from xieli_tui.policy import ask, shipped
from xieli_tui.policy.engine import mark_conflicts
from xieli_tui.policy.local import CATALOGUE
from xieli_tui.policy.registry import registered

LEVELS = {"360100": ["000", "004", "EXT"], "511526": ["001", "004", "EXT"], "440703": ["002", "004", "EXT"], "500112": ["003", "004", "EXT"], "320101": ["004", "EXT"]}


def screen(region: str, **question: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask({"op": "screen", "region": region, "asof": "2026-11-21", **question})["answers"]
    return found


#
@pytest.mark.parametrize(("pack", "region", "first"), [
    ("000", "360100", "2020-11-13"), ("001", "511526", "2020-05-01"), ("002", "440703", "2018-08-20"), ("003", "500112", "2024-01-01"), ("004", "320101", "2015-03-12"),
])
def test_a_pack_speaks_from_its_first_day_on_and_in_its_own_region_only_x_01(pack: str, region: str, first: str) -> None:
    """X-01: 001:附 states its day; the others by R11 from issue or, without one, from the year in the number, flagged assumed."""
    held, day = shipped().packs[pack], dt.date.fromisoformat(first)
    assert held.effective_from == day
    assert held.assumed is (pack != "001")
    assert held.active(region, day)[0]
    assert not held.active(region, day - dt.timedelta(days=1))[0]
    assert held.active(region, day + dt.timedelta(days=20000))[0], "no expiry is stated in any of the five"
    others = [one for one in LEVELS if one[:2] != region[:2]]
    assert all(held.active(other, day)[0] is (pack == "004") for other in others)


@pytest.mark.parametrize(("pack", "inside", "outside"), [
    ("000", ("360000", "36", "360111001002"), ("350100", "370000")), ("001", ("511526", "511526001", "511526001003"), ("511500", "51", "511527")),
    ("002", ("440700", "440703", "4407"), ("440600", "44", "441700")), ("003", ("500000", "500112", "50"), ("510000", "520000")), ("004", ("110101", "650100"), ()),
])
def test_a_region_lies_in_a_pack_by_the_part_of_its_code_that_counts_x_01(pack: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    held, day = shipped().packs[pack], dt.date(2026, 11, 21)
    assert all(held.active(region, day)[0] for region in inside)
    assert not any(held.active(region, day)[0] for region in outside)


def test_the_stack_of_a_region_stands_with_the_lowest_level_first_x_01() -> None:
    for region, wanted in LEVELS.items():
        listed = ask({"op": "packs", "region": region, "asof": "2026-11-21"})["packs"]
        assert [one["id"] for one in listed if one["active"]] == wanted
        assert all(one["reason"] for one in listed)


#
def test_two_packs_that_differ_stand_side_by_side_with_both_clauses_x_02() -> None:
    """X-02: 003 does not know 临时性, 004 does not know 灾难性; the newest and lowest stands first, both cite."""
    given = {"event": {"traits": ["temporary"]}, "persons": [{"id": "p1", "basic_life_hardship": True}]}
    both = [one for one in screen("500112", given=given) if one["kind"] == "temp_emergency"]
    assert [(one["pack"], one["verdict"], one["cite"], one["conflict"]) for one in both] == [
        ("003", "fails", "003:(十四)", True), ("004", "meets", "004:二(一)", True),
    ]
    both = [one for one in screen("500112", given=given | {"event": {"traits": ["sudden"]}}) if one["kind"] == "temp_emergency"]
    assert [(one["pack"], one["verdict"], one.get("conflict")) for one in both] == [("003", "meets", None), ("004", "meets", None)]


def test_a_document_that_names_only_a_department_conflicts_with_nobody_x_02() -> None:
    """A kind without conditions in one document waits for the county (rule null) beside the rule of another: no two rules differ."""
    seen = 0
    for region in REGIONS:
        for one in screen(region, given={"hh": {"status": "none", "category": "none"}, "persons": [{"id": "p1", "category": "none"}]}):
            seen += one["rule"] is None and one["verdict"] == "needs_info"
            assert not (one["rule"] is None and one.get("conflict")), one
    assert seen
    rows: list[dict[str, Any]] = [{"kind": "edu", "pack": "a", "rule": None, "verdict": "needs_info"}, {"kind": "edu", "pack": "b", "rule": "R-1", "verdict": "fails"}]
    mark_conflicts(rows)
    assert not any("conflict" in row for row in rows)
    rows[0]["rule"] = "R-2"
    mark_conflicts(rows)
    assert all(row["conflict"] for row in rows)


#
@pytest.mark.parametrize("seed", range(26112201, 26112221))
def test_without_the_county_file_no_screening_leans_on_a_local_number_x_03(seed: int) -> None:
    """X-03: no local parameter has a default: with none set, no answer uses one and every waiting one is named with its prefix."""
    for op in ("screen", "due", "compute", "lint"):
        question = household(random.Random(seed), op, known=0.95)
        question["local"] = {}
        for one in ask(question)["answers"]:
            assert not any(name.startswith("local.") for name in one["facts"]), (seed, op, one)


def test_what_is_missing_of_the_county_is_a_parameter_the_county_can_set_x_03() -> None:
    known = {name for name, _, _ in CATALOGUE}
    for seed in range(26112201, 26112241):
        question = household(random.Random(seed), "screen", known=0.5)
        for one in ask(question)["answers"]:
            for name in one["missing"]:
                head, _, rest = name.partition(".")
                assert head in ("hh", "p", "app", "event", "local", "persons", "alert", "medical", "station", "visit"), (seed, name)
                assert head != "local" or rest.partition(".")[0] in known, (seed, name)


#
@pytest.mark.parametrize("op", ["screen", "due", "compute", "lint", "check"])
def test_every_answer_of_a_rule_carries_rule_clause_number_pack_version_facts_and_day_x_06(op: str) -> None:
    """X-06: what the household must be told; with the version an answer can be made again for an appeal."""
    stamped = 0
    for seed in range(26112261, 26112271):
        question = household(random.Random(seed), op, known=0.9)
        question["actions"] = [{"action": name, "args": {"kind": "dibao", "amount": "100.00"}} for name in codes.ids("action")]
        answer = ask(question)
        assert answer["asof"] == "2026-11-21"
        for one in answer["answers"]:
            if one["rule"] is None:
                continue
            pack = shipped().packs[one["pack"]]
            assert one["pack_version"] == pack.version
            assert pack.rules[one["rule"]].id == one["rule"]
            assert one["cite"] == "EXT" or all(part.partition(":")[0] in shipped().packs for part in one["cite"].split("; ")), one["cite"]
            assert isinstance(one["facts"], dict)
            assert isinstance(one.get("missing", []), list)
            assert "doc_no" in one
            stamped += 1
    assert stamped


def test_the_version_of_a_pack_is_the_digest_of_its_file_so_an_old_answer_names_the_old_pack_x_06() -> None:
    versions = {pack.version for pack in shipped().packs.values()}
    assert len(versions) == len(shipped().packs)
    assert all(len(one) >= 16 and set(one) <= set("0123456789abcdef") for one in versions)


# the vocabularies behind the packs
def test_every_department_of_a_pack_is_a_function_of_the_catalogue() -> None:
    known = {ident for ident, *_ in codes.DEPARTMENTS}
    assert all(ident.isascii() for ident in known)
    for pack in shipped().packs.values():
        for kind in pack.kinds.values():
            assert {kind.lead, *kind.also} - {""} <= known, (pack.id, kind.id)
        assert set(pack.departments) <= known, pack.id
    for region in REGIONS:
        assert {one["dept"] for one in screen(region) if one["dept"]} <= known


def test_every_kind_of_every_pack_and_rule_is_a_kind_of_the_catalogue() -> None:
    known = {kind.id for kind in codes.KINDS} | {"monitoring"}
    assert {kind for pack in shipped().packs.values() for kind in pack.kinds} <= known
    assert {key for functions in registered().values() for fn in functions if fn.op == "screen" for key in fn.keys} <= known
    assert {key for functions in registered().values() for fn in functions if fn.op == "due" for key in fn.keys} <= set(codes.ids("task"))
    assert {key for functions in registered().values() for fn in functions if fn.op == "check" for key in fn.keys} <= set(codes.ids("action"))


def test_every_action_of_the_source_is_a_word_of_the_vocabulary() -> None:
    """policy-source.md §0, Actions that can be checked."""
    wanted = {
        "village.accept_application", "village.require_opinion", "village.submit_on_behalf", "village.pay_temp_aid", "township.accept_application", "township.decide",
        "county.decide", "township.report_up", "request_certificate", "hold_appraisal", "set_taper", "terminate_aid", "repeat_authorisation", "reuse_documents",
        "adjust_benefit", "export_check_request", "special_aid_decide", "add_aid", "pay_first",
    }
    assert wanted <= set(codes.ids("action"))
