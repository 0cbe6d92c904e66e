"""The lines issue 3 must show, through the command an auditor would use: `xieli policy ask`, a question in, one JSON document out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xieli_tui.cli.main import main

Ask = Callable[..., dict[str, Any]]
REGIONS = {"360100": {"000", "004", "EXT"}, "511526": {"001", "004", "EXT"}, "440703": {"002", "004", "EXT"}, "500112": {"003", "004", "EXT"}, "320101": {"004", "EXT"}}
STD = {"dibao_std_month": "735.00"}


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """`xieli policy ask - --json` with a question on stdin."""

    def run(op: str, region: str, asof: str = "2026-11-21", **more: Any) -> dict[str, Any]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps({"op": op, "region": region, "asof": asof, **more}).encode()), encoding="utf-8"))
        code = main(["policy", "ask", "-", "--json"])
        out = capsys.readouterr()
        assert (code, out.err) == (0, ""), out
        answer: dict[str, Any] = json.loads(out.out)
        return answer

    return run


def one(answer: dict[str, Any], pack: str, **wanted: Any) -> dict[str, Any]:
    """The answer of a pack about a kind, task or quantity."""
    found = [row for row in answer["answers"] if row.get("pack") == pack and all(row.get(key) == value for key, value in wanted.items())]
    assert len(found) == 1, found
    return dict(found[0])


FAMILY = {
    "hh": {"size": 3, "income_month": "2300.00", "assets_ok": True, "status": "dibao", "grant_date": "2026-01-10", "area": "rural"},
    "persons": [{"id": "p1", "birth_date": "1996-04-02", "category": "dibao", "employed": True, "labour_able": True}],
    "app": {"kind": "temp_emergency", "amount": "500.00", "emergency": True}, "villages": [{"id": "v1", "coordinators": 0, "recipients": 201, "station": False}],
    "roster": [{"person": "c1", "village": "v1", "source": "hired"}],
}
SHAPE = {
    "screen": {"kind", "verdict", "cite", "doc_no", "rule", "because", "missing", "dept", "facts"}, "due": {"task", "due", "state", "cite", "rule", "why"},
    "compute": {"quantity", "cite", "rule", "missing"}, "check": {"action", "args", "result", "why", "cite", "rule"}, "lint": {"lint", "why", "cite", "rule"},
}


@pytest.mark.parametrize("op", ["screen", "check", "due", "compute", "lint", "packs"])
@pytest.mark.parametrize("region", REGIONS)
def test_every_op_is_answered_in_every_region_in_the_shape_of_the_agreement(ask: Ask, region: str, op: str) -> None:
    actions = [{"action": "township.decide", "args": {"kind": "temp_emergency", "amount": "500.00"}}, {"action": "set_taper", "args": {"start": "2026-11-30", "months": 3}}]
    answer = ask(op, region, local=STD, given=FAMILY, actions=actions)
    assert answer["asof"] == "2026-11-21"
    assert {row["id"] for row in answer["packs"] if row["active"]} == REGIONS[region]
    assert all({"id", "pack_id", "active", "reason"} <= set(row) for row in answer["packs"])
    if op == "packs":
        assert answer["answers"] == []
        return
    assert answer["answers"] or (op, region) in (("compute", "320101"),)
    for row in answer["answers"]:
        wanted = SHAPE[op] if op != "screen" or "kind" in row else SHAPE["due"]
        assert wanted <= set(row), (wanted - set(row), row)
    if op == "check":
        assert [row["action"] for row in answer["answers"]] == ["township.decide", "set_taper"]


@pytest.mark.parametrize(("income", "verdict"), [("3307.50", "fails"), ("3307.49", "meets"), ("3307.51", "fails")])
def test_exactly_one_and_a_half_standards_is_not_edge_and_one_fen_less_is(ask: Ask, income: str, verdict: str) -> None:
    answer = ask("screen", "500112", local=STD, given={"hh": {"size": 3, "income_month": income, "assets_ok": True}})
    edge = one(answer, "003", kind="dibao_edge")
    assert (edge["verdict"], edge["cite"], edge["doc_no"], edge["rule"]) == (verdict, "003:(一)", "渝民发〔2024〕12号", "CQ-02")


@pytest.mark.parametrize(("income", "taper", "exits"), [("4410.00", "discretion", 0), ("4410.01", "fails", 1), ("2205.01", "discretion", 0), ("2205.00", "fails", 0)])
def test_exactly_two_standards_may_taper_in_gongxian_and_one_fen_more_calls_for_the_exit_review(ask: Ask, income: str, taper: str, exits: int) -> None:
    given = {"hh": {"size": 3, "income_month": income, "status": "dibao", "income_rise_cause": "employment"}, "persons": [{"id": "p1", "labour_able": True}]}
    answer = ask("screen", "511526", local=STD, given=given)
    assert one(answer, "001", kind="dibao_taper")["verdict"] == taper
    tasks = [row for row in answer["answers"] if row.get("task") == "exit_review"]
    assert [(row["state"], row["cite"]) for row in tasks] == [("pending", "001:12")] * exits


@pytest.mark.parametrize(("asof", "verdict", "state"), [("2026-11-20", "meets", "pending"), ("2026-11-21", "fails", "pending"), ("2026-11-22", "fails", "overdue")])
def test_eighteen_is_reached_on_the_birthday(ask: Ask, asof: str, verdict: str, state: str) -> None:
    given = {"hh": {"grant_date": "2021-01-01"}, "persons": [{"id": "p1", "birth_date": "2008-11-21", "category": "tekun", "severe_disabled": False}]}
    assert one(ask("screen", "360100", asof, given=given), "000", kind="tekun")["verdict"] == verdict
    task = one(ask("due", "360100", asof, given=given), "000", task="review_minor_18")
    assert (task["due"], task["state"]) == ("2026-11-21", state)


@pytest.mark.parametrize(("region", "pack", "task", "facts", "days"), [
    ("360100", "000", "review", {"hh": {"status": "dibao", "income_stability": "unstable", "last_review": "2026-08-31"}},
     [("2027-02-28", "2027-02-28", "pending"), ("2027-03-01", "2027-02-28", "overdue")]),
    ("360100", "000", "review", {"hh": {"status": "dibao", "income_stability": "unstable", "last_review": "2027-08-31"}},
     [("2028-02-29", "2028-02-29", "pending"), ("2028-03-01", "2028-02-29", "overdue")]),
    ("440703", "002", "it_check", {"hh": {"status": "dibao", "grant_date": "2025-01-01"}, "it_checks": [{"date": "2025-12-31"}]},
     [("2026-06-30", "2026-06-30", "pending"), ("2026-07-01", "2026-06-30", "overdue"), ("2026-12-31", "2026-06-30", "overdue")]),
    ("511526", "001", "visit_quarter", {"hh": {"status": "dibao", "grant_date": "2025-01-01"}, "visits": [{"date": "2026-06-30"}]},
     [("2026-09-30", "2026-09-30", "pending"), ("2026-10-01", "2026-09-30", "overdue"), ("2026-06-30", None, "none")]),
])
def test_half_yearly_and_quarterly_clocks_run_to_the_end_of_a_month(
    ask: Ask, region: str, pack: str, task: str, facts: dict[str, Any], days: list[tuple[str, str | None, str]]
) -> None:
    for asof, due, state in days:
        found = one(ask("due", region, asof, given=facts), pack, task=task)
        assert (found["due"], found["state"]) == (due, state), asof


@pytest.mark.parametrize(("amount", "result", "actor", "level"), [("3000.00", "allow", "township", "township"), ("3000.01", "block", "county", "county")])
def test_three_thousand_is_the_townships_and_one_fen_more_the_countys(ask: Ask, amount: str, result: str, actor: str, level: str) -> None:
    actions = [{"action": "township.decide", "args": {"kind": "temp_emergency", "amount": amount}}]
    [found] = ask("check", "511526", actions=actions)["answers"]
    assert (found["result"], found["next_actor"], found["cite"], found["rule"]) == (result, actor, "001:三(二)", "GX-19")
    assert one(ask("compute", "511526", given={"app": {"kind": "temp_emergency", "amount": amount}}), "001", quantity="decision_level")["value"] == level


def test_one_person_under_the_four_regional_packs_gets_four_answers_with_four_clauses(ask: Ask) -> None:
    """A severely disabled woman of 30 without work, in a family at 1.2 standards: 单人户 is another question in each document."""
    given = {
        "hh": {"size": 3, "income_month": "2646.00", "assets_ok": True, "status": "none", "low_income": True, "exp_poor": False, "filed_poor": False},
        "persons": [{
            "id": "p1", "birth_date": "1996-04-02", "severe_disabled": True, "severe_illness": False, "employed": False, "basic_life_hardship": True,
            "obligors": [{"low_income": False, "safety_net": False, "can_fully_support": False}],
        }],
    }
    seen = {}
    for region in ("360100", "511526", "440703", "500112"):
        [row] = [row for row in ask("screen", region, local=STD, given=given)["answers"] if row.get("kind") == "dibao_single"]
        seen[region] = (row["verdict"], row["cite"], row["rule"])
    assert seen == {
        "360100": ("discretion", "000:3", "JX-02"), "511526": ("fails", "001:2", "GX-04"), "440703": ("not_in_pack", None, None),
        "500112": ("discretion", "003:(八)", "CQ-05"),
    }


def test_gongxian_is_silent_before_the_first_of_may_2020(ask: Ask) -> None:
    given = {"hh": {"status": "dibao", "grant_date": "2019-01-01", "size": 1, "income_month": "900.00", "low_income": True}, "persons": [{"id": "p1", "labour_able": True}]}
    for asof, speaks in (("2020-04-30", False), ("2020-05-01", True), ("2020-06-16", True)):
        for op in ("screen", "due", "compute"):
            answer = ask(op, "511526", asof, local=STD, given=given)
            assert any(row.get("pack") == "001" for row in answer["answers"]) is speaks, (asof, op)
        [row] = [row for row in answer["packs"] if row["id"] == "001"]
        assert row["active"] is speaks
        assert "2020-05-01" in row["reason"]


# bad input
QUESTION: dict[str, Any] = {"op": "screen", "region": "500112", "asof": "2026-11-21"}
BAD: list[tuple[str, dict[str, Any] | str, str, str | None]] = [
    ("a question that is no JSON", "{", "XL-Q01", None),
    ("a key that stands twice", '{"op":"screen","op":"due"}', "XL-Q01", None),
    ("a number that is none", '{"op":"screen","region":"500112","asof":"2026-11-21","given":{"hh":{"size":NaN}}}', "XL-Q01", None),
    ("a list instead of a question", "[]", "XL-Q01", None),
    ("an unknown op", {"op": "decide"}, "XL-Q02", "op"),
    ("an unknown action", {"op": "check", "actions": [{"action": "grant"}]}, "XL-Q03", "actions[0].action"),
    ("a check of nothing", {"op": "check"}, "XL-Q03", "actions"),
    ("a day that is none", {"asof": "2026-02-30"}, "XL-Q04", "asof"),
    ("a day in another form", {"given": {"visits": [{"date": "21.11.2026"}]}}, "XL-Q04", "given.visits[0].date"),
    ("money as a float", {"local": {"dibao_std_month": 735.5}}, "XL-Q05", "local.dibao_std_month"),
    ("money as a whole number", {"given": {"hh": {"income_month": 735}}}, "XL-Q05", "given.hh.income_month"),
    ("money with letters", {"given": {"hh": {"income_month": "七百"}}}, "XL-Q05", "given.hh.income_month"),
    ("money deep in a table as a float", {"local": {"employment_cost_rule": {"per_worker_month": 300.5}}}, "XL-Q05", "local.employment_cost_rule.per_worker_month"),
    ("negative money", {"given": {"hh": {"income_month": "-1.00"}}}, "XL-Q06", "given.hh.income_month"),
    ("a household of nobody", {"given": {"hh": {"size": 0}}}, "XL-Q06", "given.hh.size"),
    ("an unknown region", {"region": "0O"}, "XL-Q07", "region"),
    ("a region of no province", {"region": "990101"}, "XL-Q07", "region"),
    ("a birth in the future", {"given": {"persons": [{"birth_date": "2026-11-22"}]}}, "XL-Q06", "given.persons[0].birth_date"),
    ("特困 and 低保 at once", {"given": {"hh": {"status": "tekun", "category": "dibao"}}}, "XL-Q06", "given.hh.category"),
    ("a person who is both", {"given": {"persons": [{"id": "a", "status": "dibao", "category": "tekun"}]}}, "XL-Q06", "given.persons[0].category"),
    ("a category no vocabulary has", {"given": {"hh": {"category": "rich"}}}, "XL-Q06", "given.hh.category"),
    ("two persons of one id", {"given": {"persons": [{"id": "a"}, {"id": "a"}]}}, "XL-Q06", "given.persons[1].id"),
    ("a flag that is neither", {"given": {"hh": {"assets_ok": "perhaps"}}}, "XL-Q06", "given.hh.assets_ok"),
    ("a list that is none", {"given": {"visits": {"date": "2026-11-01"}}}, "XL-Q06", "given.visits"),
]


@pytest.mark.parametrize(("data", "code", "field"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_question_exits_4_and_names_the_field(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: dict[str, Any] | str, code: str, field: str | None
) -> None:
    text = data if isinstance(data, str) else json.dumps(QUESTION | data, ensure_ascii=False)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    assert main(["policy", "ask", "-", "--json"]) == 4
    out = capsys.readouterr()
    error = json.loads(out.out)["error"]
    assert (error["code"], error.get("field")) == (code, field)
    assert error["what"]
    assert error["next_step"]
    assert out.err.startswith(f"错误 {code}")


PACK = """
id = "T9"
pack_id = "test-pack"
title = "测试县办法"
doc_no = "测县发〔2026〕9号"
level = "county"
region_code = "500112"
effective_from = "2026-01-01"
currency = "unverified"
adopt = [ { rule = "CQ-02", from = "003", cite = "第一条" } ]
"""


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any]]:
    code = main(["policy", *args, "--json"])
    body: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, body


@pytest.mark.parametrize(("old", "new", "what"), [
    ('rule = "CQ-02"', 'rule = "CQ-99"', "CQ-99"), ('from = "003"', 'from = "007"', "007"), ('level = "county"', 'level = "galaxy"', "level"),
    ('region_code = "500112"', 'region_code = "5001"', "region_code"), ('id = "T9"', "id = ", "TOML"), ('effective_from = "2026-01-01"', 'effective_from = "soon"', "effective_from"),
])
def test_a_pack_with_a_fault_is_refused_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, what: str) -> None:
    file = tmp_path / "county.toml"
    file.write_text(PACK, encoding="utf-8")
    assert run(capsys, "validate", str(file))[0] == 0
    file.write_text(PACK.replace(old, new, 1), encoding="utf-8")
    code, body = run(capsys, "validate", str(file))
    assert (code, body["error"]["code"]) == (4, "XL-Q08")
    assert body["error"]["field"].startswith("county.toml:")
    assert what in str(body["error"]["problems"])


def test_a_damaged_pack_beside_good_ones_disables_none_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "county.toml").write_text(PACK, encoding="utf-8")
    (tmp_path / "broken.toml").write_bytes(b"\xff\xfe not a pack")
    (tmp_path / "unknown.toml").write_text(PACK.replace("T9", "T8").replace("test-pack", "other-pack").replace("CQ-02", "CQ-99"), encoding="utf-8")
    question = QUESTION | {"local": STD, "given": {"hh": {"size": 3, "income_month": "3307.49", "assets_ok": True}}}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(question).encode()), encoding="utf-8"))
    code, answer = run(capsys, "ask", "-", "--packs", str(tmp_path))
    assert code == 0
    assert {row["id"] for row in answer["packs"] if row["active"]} == {"T9", *REGIONS["500112"]}
    told = [row for row in answer["packs"] if not row["active"] and row["pack_id"] in ("broken.toml", "unknown.toml")]
    assert {row["pack_id"] for row in told} == {"broken.toml", "unknown.toml"}
    edge = [(row["pack"], row["verdict"], row["cite"]) for row in answer["answers"] if row.get("kind") == "dibao_edge"]
    assert edge == [("T9", "meets", "T9:第一条; 003:(一)"), ("003", "meets", "003:(一)")]


def test_two_rows_of_the_county_that_overlap_are_refused_naming_the_parameter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("XIELI_PASSPHRASE", "XIELI_KEYFILE_PASSPHRASE"):
        monkeypatch.setenv(name, "correct-horse-battery")
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T09:00:00+08:00")
    desk = ("-w", str(tmp_path / "c"), "--json")

    def county(*args: str) -> tuple[int, dict[str, Any]]:
        code = main(["county", *args, *desk])
        body: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, body

    assert county("init", "--county", "999999", "--name", "测试县", "--operator", "李县办", "--kdf", "floor")[0] == 0
    assert county("local", "set", "dibao_std_month", "735.00", "--from", "2026-01-01", "--to", "2026-12-31")[0] == 0
    code, body = county("local", "set", "dibao_std_month", "760.00", "--from", "2026-07-01")
    assert (code, body["error"]["code"], body["error"]["field"]) == (4, "XL-Q06", "local.dibao_std_month")
    assert county("local", "set", "dibao_std_month", "700.00", "--from", "2026-07-01", "--area", "rural")[0] == 0
