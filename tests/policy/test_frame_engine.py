"""The engine over invented packs: shapes, stacking, adoption, conflicts, and what unknown does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packkit import ask, install

from xieli_tui.domain import idnum
from xieli_tui.policy import engine, loader
from xieli_tui.policy.loader import PackSet

HH = {"size": 3, "income_month": "3307.49", "assets_ok": True}
LOCAL = {"dibao_std_month": "735.00"}


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> PackSet:
    # province 99 is invented: its other counties are regions here
    monkeypatch.setattr(idnum, "_PROVINCES", idnum._PROVINCES | {"99"})
    return install(monkeypatch)


def kinds(answers: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in answers if one.get("kind") == kind]




def test_exactly_the_bound_fails_and_one_fen_less_meets_with_clause_and_facts(packs: PackSet) -> None:
    [exact] = kinds(ask(packs, "screen", "990101", local=LOCAL, given={"hh": {**HH, "income_month": "3307.50"}}), "dibao_edge")
    [below] = kinds(ask(packs, "screen", "990101", local=LOCAL, given={"hh": HH}), "dibao_edge")
    assert (exact["verdict"], exact["because"]) == ("fails", ["人均收入低于规定倍数"])
    assert below["verdict"] == "meets"
    assert (below["cite"], below["doc_no"], below["rule"], below["dept"], below["dept_text"]) == ("T0:一", "测政发〔2020〕1号", "T-01", "civil_affairs", "省民政厅")
    assert below["facts"] == {"hh.assets_ok": True, "hh.income_month": "3307.49", "hh.size": 3, "local.dibao_std_month": "735.00"}
    assert below["pack_version"] == packs.packs["T0"].version


def test_a_missing_local_standard_is_needs_info_and_named_with_every_other_gap(packs: PackSet) -> None:
    [answer] = kinds(ask(packs, "screen", "990101", given={"hh": {"size": 3, "income_month": "1.00"}}), "dibao_edge")
    assert answer["verdict"] == "needs_info"
    assert answer["missing"] == ["hh.assets_ok", "local.dibao_std_month"]


def test_unknown_and_absent_are_the_same_and_never_false(packs: PackSet) -> None:
    for flag in ("unknown", None, ""):
        [answer] = kinds(ask(packs, "screen", "990101", local=LOCAL, given={"hh": {**HH, "assets_ok": flag}}), "dibao_edge")
        assert (answer["verdict"], answer["missing"]) == ("needs_info", ["hh.assets_ok"])
    [answer] = kinds(ask(packs, "screen", "990101", local=LOCAL, given={"hh": {**HH, "assets_ok": False}}), "dibao_edge")
    assert answer["verdict"] == "fails"


def test_the_base_test_answers_once_in_every_region_with_the_department_of_the_region(packs: PackSet) -> None:
    given = {"hh": {"size": 1, "income_month": "735.00", "assets_ok": True}}
    [here] = kinds(ask(packs, "screen", "999999", local=LOCAL, given=given), "dibao")
    [elsewhere] = kinds(ask(packs, "screen", "430102", local=LOCAL, given=given), "dibao")
    assert (here["verdict"], here["cite"], here["rule"], here["dept_text"]) == ("fails", "EXT", "X-05", "省民政厅")
    assert (elsewhere["verdict"], elsewhere["dept_text"]) == ("fails", "民政")
    [less] = kinds(ask(packs, "screen", "430102", local=LOCAL, given={"hh": {**given["hh"], "income_month": "734.99"}}), "dibao")
    assert less["verdict"] == "meets"


def test_an_adopted_rule_cites_both_documents_and_uses_the_adopters_own_number(packs: PackSet) -> None:
    answers = kinds(ask(packs, "screen", "999999", local=LOCAL, given={"hh": {**HH, "income_month": "3307.50"}}), "dibao_edge")
    assert [(one["pack"], one["verdict"], one["conflict"]) for one in answers] == [("T1", "meets", True), ("T0", "fails", True)]
    assert answers[0]["cite"] == "T1:第六条; T0:一"
    assert answers[0]["adopted"] == {"label": "演示采用", "rule": "T-01", "from": "T0", "cite": "T0:一", "doc_no": "测政发〔2020〕1号"}
    assert answers[0]["doc_no"] == "测县发〔2026〕1号"


def test_packs_that_agree_are_both_shown_without_conflict(packs: PackSet) -> None:
    answers = kinds(ask(packs, "screen", "999999", local=LOCAL, given={"hh": HH}), "dibao_edge")
    assert [one["pack"] for one in answers] == ["T1", "T0"]
    assert not any("conflict" in one for one in answers)


def test_a_pack_is_silent_before_its_day_and_outside_its_region(packs: PackSet) -> None:
    listed = {one["id"]: one for one in engine.ask({"op": "packs", "region": "999999", "asof": "2020-04-30"}, packs)["packs"]}
    assert [one for one in listed if listed[one]["active"]] == ["EXT"]
    assert "2020-05-01" in listed["T0"]["reason"]
    listed = {one["id"]: one for one in engine.ask({"op": "packs", "region": "999999", "asof": "2020-05-01"}, packs)["packs"]}
    assert listed["T0"]["active"]
    assert not listed["T2"]["active"]
    assert engine.ask({"op": "packs", "region": "999999", "asof": "2020-05-01"}, packs)["answers"] == []


def test_every_kind_any_pack_knows_gets_an_answer_and_not_in_pack_carries_no_person(packs: PackSet) -> None:
    answers = ask(packs, "screen", "999999", given={"persons": [{"id": "a"}, {"id": "b"}]})
    [volunteer] = kinds(answers, "volunteer")
    assert volunteer["verdict"] == "not_in_pack"
    assert "person" not in volunteer
    assert {one["kind"] for one in answers if "kind" in one} == {"dibao", "dibao_edge", "dibao_single", "edu", "heating", "monitoring", "volunteer"}


def test_a_person_kind_is_asked_per_person_and_alternatives_take_the_best(packs: PackSet) -> None:
    persons = [
        {"id": "a", "birth_date": "2008-11-21", "severe_disabled": True, "severe_illness": False}, {"id": "b", "birth_date": "2008-11-22", "severe_disabled": True},
        {"id": "c", "birth_date": "2008-11-22", "severe_disabled": True, "severe_illness": False},
    ]
    found = {one["person"]: one for one in kinds(ask(packs, "screen", "990101", given={"persons": persons}), "dibao_single")}
    assert (found["a"]["verdict"], found["a"]["rule"]) == ("discretion", "T-02")
    assert found["a"]["external"] == ["ext_adult_age"]
    assert (found["b"]["verdict"], found["b"]["missing"], found["b"]["rule"]) == ("needs_info", ["p.severe_illness"], "T-03")
    assert (found["c"]["verdict"], found["c"]["because"]) == ("fails", ["已成年", "重病"])
    assert found["c"]["rules"] == ["T-02", "T-03"]


def test_no_persons_given_is_one_needs_info_asking_for_them(packs: PackSet) -> None:
    answers = ask(packs, "screen", "990101")
    [single] = kinds(answers, "dibao_single")
    assert (single["verdict"], single["missing"]) == ("needs_info", ["persons"])
    [edu] = kinds(answers, "edu")
    assert edu["missing"] == ["local.kind_rules.edu", "persons"]


def test_aid_for_pupils_and_for_workers_is_offered_to_no_old_woman_though_the_county_lists_her_category() -> None:
    """004:二(二) names 教育救助 and 就业救助 and no condition (X-03): the county's list is narrowed by whom the kind can mean."""
    people = [
        {"id": "grandmother", "birth_date": "1948-03-02", "labour_able": True}, {"id": "girl", "birth_date": "2011-05-01", "in_school": True},
        {"id": "left", "birth_date": "2006-05-01", "in_school": False, "labour_able": True}, {"id": "other", "birth_date": "1980-05-01"},
    ]
    given = {"hh": {"category": "dibao"}, "persons": people}
    found = {}
    for kind in ("edu", "employment"):
        answers = ask(loader.shipped(), "screen", "999999", local={"kind_rules": {kind: ["dibao"]}}, given=given)
        found[kind] = {one["person"]: (one["verdict"], one["missing"]) for one in kinds(answers, kind) if one["pack"] == "004"}
    assert found["edu"] == {
        "grandmother": ("needs_info", ["p.in_school"]), "girl": ("meets", []), "left": ("fails", []), "other": ("needs_info", ["p.in_school"]),
    }
    assert found["employment"] == {
        "grandmother": ("fails", []), "girl": ("fails", []), "left": ("meets", []), "other": ("needs_info", ["p.labour_able"]),
    }


def test_a_kind_whose_document_names_only_a_department_waits_for_the_local_rule(packs: PackSet) -> None:
    [heating] = kinds(ask(packs, "screen", "990101", given={"hh": {"status": "dibao"}}), "heating")
    assert (heating["verdict"], heating["missing"], heating["rule"], heating["cite"]) == ("needs_info", ["local.kind_rules.heating"], None, "T0:九")
    [heating] = kinds(ask(packs, "screen", "990101", local={"kind_rules": {"heating": ["dibao"]}}, given={"hh": {"status": "dibao"}}), "heating")
    assert heating["verdict"] == "meets"
    [heating] = kinds(ask(packs, "screen", "990101", local={"kind_rules": {"heating": ["tekun"]}}, given={"hh": {"status": "dibao"}}), "heating")
    assert heating["verdict"] == "fails"


def test_monitoring_answers_once_per_reason_and_its_tasks_stand_as_entries_of_their_own(packs: PackSet) -> None:
    answers = ask(packs, "screen", "990101", given={"hh": {"exit_date": "2025-01-01"}, "app": {"result": "granted"}})
    assert [(one["reason"], one["verdict"]) for one in kinds(answers, "monitoring")] == [("exited_2y", "meets"), ("rejected", "fails")]
    [task] = [one for one in answers if "task" in one]
    assert (task["task"], task["state"], task["cite"], task["due"]) == ("exit_review", "pending", "T0:七", None)


def test_a_household_is_read_in_its_own_region(packs: PackSet) -> None:
    answer = engine.ask({"op": "screen", "region": "999999", "asof": "2026-11-21", "given": {"hh": {"region": "990101"}}}, packs)
    assert answer["region"] == "990101"
    assert "T1" not in [one["id"] for one in answer["packs"] if one["active"]]


# due
def test_a_clock_of_an_adopted_rule_is_asked_once_by_the_lower_level(packs: PackSet) -> None:
    given = {"hh": {"status": "dibao", "grant_date": "2026-01-10"}, "visits": [{"date": "2026-03-01"}]}
    [task] = ask(packs, "due", given=given)
    assert (task["task"], task["state"], task["due"], task["count"]) == ("visit_quarter", "overdue", "2026-06-30", 1)
    assert task["cite"] == "T1:第五条; T0:四"
    assert task["facts"]["visit[0].date"] == "2026-03-01"


def test_a_kind_of_task_with_nothing_to_do_says_none(packs: PackSet) -> None:
    [task] = ask(packs, "due", given={"hh": {"status": "none"}})
    assert (task["state"], task["due"], task["rule"]) == ("none", None, "T-04")


# check
def test_a_sum_at_the_limit_is_the_townships_and_a_fen_more_the_countys(packs: PackSet) -> None:
    at, above, untold = ask(packs, "check", actions=[
        {"action": "township.decide", "args": {"amount": "3000.00"}}, {"action": "township.decide", "args": {"amount": "3000.01"}}, {"action": "township.decide"},
    ])
    assert (at["result"], at["next_actor"], at["args"]) == ("allow", "township", {"amount": "3000.00"})
    assert (above["result"], above["next_actor"], above["cite"]) == ("block", "county", "T1:第六条; T0:三")
    assert (untold["result"], untold["missing"]) == ("block", ["args.amount"])


def test_an_action_no_rule_speaks_about_is_allowed_and_says_so(packs: PackSet) -> None:
    [answer] = ask(packs, "check", actions=[{"action": "add_aid", "args": {"actor": "county"}}])
    assert (answer["result"], answer["rule"], answer["why"], answer["next_actor"]) == ("allow", None, "本政策包无此规定", "county")


@pytest.mark.parametrize(
    "action", [{"action": "village.accept_application"}, {"action": "terminate_aid", "args": {"actor": "village"}}, {"action": "set_taper", "args": {"actor": "village"}}]
)
def test_a_village_writes_no_state_of_a_decision_in_any_region(packs: PackSet, action: dict[str, Any]) -> None:
    [answer] = ask(packs, "check", "430102", actions=[action])
    assert (answer["result"], answer["rule"], answer["next_actor"]) == ("block", "X-04", "township")
    assert answer["cite"].startswith("002:三(二)1")


def test_a_township_key_in_a_village_hand_is_stopped_by_the_role(packs: PackSet) -> None:
    [answer] = ask(packs, "check", "430102", given={"user": {"role": "village"}}, actions=[{"action": "township.decide"}])
    assert answer["result"] == "block"


# compute, lint
def test_a_sum_is_exact_and_waits_with_a_verdict_when_it_cannot_be_made(packs: PackSet) -> None:
    [value] = ask(packs, "compute", "990101", local=LOCAL, given={"hh": {"size": 3, "income_month": "895.50"}})
    assert (value["quantity"], value["value"], value["unit"], value["cite"]) == ("benefit_gap", "1309.50", "元/月", "T0:五")
    [value] = ask(packs, "compute", "990101", given={"hh": {"size": 3}})
    assert (value["verdict"], value["missing"]) == ("needs_info", ["hh.income_month", "local.dibao_std_month"])
    assert "value" not in value
    assert ask(packs, "compute", "430102", local=LOCAL, given={"hh": {"size": 3, "income_month": "1.00"}}) == []


def test_a_lint_names_the_village_and_only_present_ones_are_told(packs: PackSet) -> None:
    villages = [{"id": "v1", "station": True}, {"id": "v2", "station": False}, {"id": "v3"}]
    assert [one["lint"] for one in ask(packs, "lint", "990101", given={"villages": villages})] == ["station_missing:v2"]


def test_the_same_question_gets_the_same_answer_and_is_not_changed(packs: PackSet) -> None:
    question = {"op": "screen", "region": "999999", "asof": "2026-11-21", "local": LOCAL, "given": {"hh": dict(HH), "persons": [{"birth_date": "1990-01-01"}]}}
    before = repr(question)
    assert engine.ask(question, packs) == engine.ask(question, packs)
    assert repr(question) == before


def test_a_rule_whose_number_the_pack_lacks_waits_for_the_pack_and_silences_no_other(packs: PackSet) -> None:
    packs.packs["T0"].parameters.pop("t_edge_lt")
    [edge] = kinds(ask(packs, "screen", "990101", local=LOCAL, given={"hh": HH}), "dibao_edge")
    assert (edge["verdict"], edge["missing"]) == ("needs_info", ["pack.T0.t_edge_lt"])
    assert kinds(ask(packs, "screen", "990101", local=LOCAL, given={"hh": HH}), "dibao")[0]["verdict"] == "fails"


# the house
def test_the_engine_loads_no_screen_no_store_and_no_pydantic() -> None:
    code = "import sys, xieli_tui.policy as p; p.ask({'op': 'packs', 'region': '500112', 'asof': '2026-11-21'}); print(' '.join(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & {"pydantic", "sqlalchemy", "textual", "rich", "cryptography", "typer"}


def test_the_examples_of_the_authoring_guide_are_python_and_name_real_things() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "policy-authoring.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, re.S)
    assert len(blocks) >= 6
    for block in blocks:
        compile(block, "policy-authoring.md", "exec")
    exec(next(one for one in blocks if "import" in one), {})  # noqa: S102  (our own guide)


def test_a_rule_that_leans_on_a_pack_that_is_not_there_waits_and_the_others_speak(packs: PackSet) -> None:
    alone = PackSet({"T0": packs.packs["T0"]})
    answers = ask(alone, "screen", "990101", local=LOCAL, given={"hh": HH, "persons": [{"id": "a", "severe_illness": True}]})
    [edge] = kinds(answers, "dibao_edge")
    assert (edge["verdict"], edge["missing"]) == ("needs_info", ["rule.X-05"])
    assert kinds(answers, "dibao_single")[0]["verdict"] == "discretion"
