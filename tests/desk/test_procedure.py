"""Which steps a case owes before its decision: by kind, by what is on file, by the days of the notices."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from xieli_tui.desk import guards, parameters, procedure
from xieli_tui.desk.procedure import CaseFacts, Notice, NoticeRule
from xieli_tui.errors import Refused

TODAY = dt.date(2026, 10, 12)
RULE = NoticeRule(7, external=False)
BOARDS = (Notice("review", "township", "2026-10-01"), Notice("review", "village", "2026-10-02"))
WHOLE = CaseFacts("2026-09-04", "2026-09-15", "pass", "2026-09-22", "2026-09-24", BOARDS)


def owed(kind: str, facts: CaseFacts, *, grant: bool = True, today: dt.date = TODAY, rule: NoticeRule = RULE) -> list[str]:
    return [s.step for s in procedure.still_owed(kind, facts, today, rule, grant=grant)]


@pytest.mark.parametrize("kind", ["dibao", "tekun", "dibao_edge", "rigid_exp"])
def test_a_basic_living_kind_owes_every_step_at_once(kind: str) -> None:
    assert owed(kind, CaseFacts()) == ["accepted", "checked", "investigated", "reviewed", "notice"]


def test_an_emergency_kind_owes_only_the_acceptance() -> None:
    assert owed("temp_emergency", CaseFacts(emergency=True)) == ["accepted"]
    assert owed("temp_emergency", CaseFacts(accepted="2026-10-12", emergency=True)) == []


def test_a_kind_without_a_procedure_of_its_own_owes_acceptance_and_review() -> None:
    assert owed("med_aid", CaseFacts()) == ["accepted", "reviewed"]


def test_every_step_done_leaves_nothing_owed() -> None:
    assert owed("dibao", WHOLE) == []


def test_a_check_that_is_still_pending_stays_owed() -> None:
    facts = CaseFacts("2026-09-04", "2026-09-15", "pending", "2026-09-22", "2026-09-24", BOARDS)
    assert owed("dibao", facts) == ["checked"]


def test_both_boards_must_carry_the_notice() -> None:
    one = CaseFacts("2026-09-04", "2026-09-15", "pass", "2026-09-22", "2026-09-24", BOARDS[:1])
    (step,) = procedure.still_owed("dibao", one, TODAY, RULE)
    assert step.step == "notice"
    assert "村公开栏" in step.why
    assert "镇公开栏" not in step.why.split("还差")[1]


@pytest.mark.parametrize(("day", "left"), [(8, ["notice"]), (9, [])])
def test_a_notice_of_seven_days_counts_its_first_day_and_ends_after_its_last(day: int, left: list[str]) -> None:
    # The later board is hung on the 2nd: its seventh day is the 8th, and the decision may come on the 9th.
    assert owed("dibao", WHOLE, today=dt.date(2026, 10, day)) == left


def test_an_objection_makes_the_notice_start_anew() -> None:
    objected = (Notice("review", "township", "2026-10-01", objected="2026-10-03"), BOARDS[1])
    facts = CaseFacts("2026-09-04", "2026-09-15", "pass", "2026-09-22", "2026-09-24", objected)
    assert owed("dibao", facts) == ["notice"]
    again = CaseFacts("2026-09-04", "2026-09-15", "pass", "2026-09-22", "2026-09-24", (*objected, Notice("review", "township", "2026-10-04")))
    assert owed("dibao", again) == []


def test_a_notice_of_another_kind_is_not_the_review_notice() -> None:
    facts = CaseFacts("2026-09-04", "2026-09-15", "pass", "2026-09-22", "2026-09-24", tuple(Notice("decision", n.place, n.start) for n in BOARDS))
    assert owed("dibao", facts) == ["notice"]


def test_working_days_follow_the_years_arrangement_and_say_what_they_rest_on() -> None:
    # 1 to 7 October 2026 are off, Saturday the 10th is made up: 8, 9, 10, 12, 13.
    rule = parameters.read_notice_rule('{"days": 5, "unit": "working"}')
    ends = rule.ends(dt.date(2026, 10, 1))
    assert (ends.day, ends.state, ends.version) == (dt.date(2026, 10, 13), "exact", "2026.1")
    assert rule.last_day(dt.date(2026, 10, 1)) == dt.date(2026, 10, 13)
    assert NoticeRule(1).last_day(dt.date(2026, 10, 1)) == dt.date(2026, 10, 1)


def test_a_notice_counted_in_working_days_without_an_arrangement_is_an_estimate_wherever_it_is_named() -> None:
    rule = parameters.read_notice_rule('{"days": 5, "unit": "working"}')
    boards = (Notice("review", "township", "2026-12-30"), Notice("review", "village", "2026-12-30", end="2027-01-06"))
    facts = CaseFacts("2026-12-04", "2026-12-15", "pass", "2026-12-22", "2026-12-24", boards)
    (step,) = procedure.still_owed("dibao", facts, dt.date(2027, 1, 4), rule)
    assert "各公示 5 个工作日；" in step.why
    assert "镇公开栏公示到 2027-01-05（暂估，待国务院公布）" in step.why
    assert "村公开栏公示到 2027-01-06（暂估，待国务院公布）" in step.why
    done = procedure.steps_owed("dibao", facts, dt.date(2027, 1, 7), rule)[-1]
    assert (done.on, done.why) == ("2027-01-06", "两处公示期满（暂估，待国务院公布）")
    assert "暂估" not in procedure.steps_owed("dibao", facts, dt.date(2027, 1, 20), RULE)[-1].why


def test_a_rule_without_a_calendar_counts_monday_to_friday_and_calls_it_an_estimate() -> None:
    ends = NoticeRule(5, working=True).ends(dt.date(2026, 10, 1))
    assert (ends.day, ends.state) == (dt.date(2026, 10, 7), "estimated")


def test_a_rejection_owes_no_notice_and_after_a_failed_check_nothing_more() -> None:
    facts = CaseFacts("2026-09-04", "2026-09-15", "pass", "2026-09-22", "2026-09-24")
    assert owed("dibao", facts, grant=False) == []
    failed = CaseFacts("2026-09-04", "2026-09-15", "fail")
    assert owed("dibao", failed, grant=False) == []
    assert owed("dibao", CaseFacts("2026-09-04"), grant=False) == ["checked", "investigated", "reviewed"]


def test_every_step_names_its_clause_and_every_open_one_says_why() -> None:
    region = procedure.Region({"notice": "002:三(二)3"}, frozenset({"notice"}))
    for step in procedure.steps_owed("dibao", CaseFacts(), TODAY, NoticeRule(), region=region):
        assert step.cite == ("002:三(二)3" if step.step == "notice" else "EXT")
        assert step.why
    assert "EXT" in procedure.steps_owed("dibao", CaseFacts(), TODAY, NoticeRule())[-1].why


def test_the_refusal_lists_all_owed_steps_in_its_json() -> None:
    with pytest.raises(Refused) as refused:
        procedure.require_done(procedure.still_owed("tekun", CaseFacts(accepted="2026-10-01"), TODAY, RULE))
    body = refused.value.as_json()["error"]
    assert isinstance(body, dict)
    assert refused.value.code == "XL-P04"
    assert [o["step"] for o in body["owed"]] == ["checked", "investigated", "reviewed", "notice"]


# -- parameters that guard decisions -----------------------------------------------------------------------------------------------------


def test_a_delegation_table_reads_money_exactly() -> None:
    (row,) = guards.parse_delegations('[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]', "ref")
    assert row.max_fen == 300_000
    assert row.covers("temp_emergency", "999999001", "2026-01-01")
    assert not row.covers("temp_emergency", "999999001", "2025-12-31")
    assert not row.covers("temp_emergency", "999999002", "2026-06-01")
    assert not row.covers("dibao", "999999001", "2026-06-01")


@pytest.mark.parametrize("text", [
    "", "{}", "[1]", '[{"kind":"temp_emergency"}]', '[{"kind":"temp_emergency","max_amount":3000,"township":"999999001","from":"2026-01-01"}]',
    '[{"kind":"temp_emergency","max_amount":"x","township":"999999001","from":"2026-01-01"}]',
    '[{"kind":"temp_emergency","max_amount":"1","township":"9999","from":"2026-01-01"}]',
])
def test_a_delegation_table_that_does_not_read_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        guards.parse_delegations(text)


@pytest.mark.parametrize(("text", "days", "working"), [("7", 7, False), ('"10"', 10, False), (json.dumps({"days": 5, "unit": "working"}), 5, True)])
def test_notice_days_are_a_number_with_or_without_a_unit(text: str, days: int, working: bool) -> None:
    rule = parameters.read_notice_rule(text)
    assert (rule.days, rule.working, rule.external) == (days, working, False)


@pytest.mark.parametrize("text", ["0", "61", "true", "[]", '{"days":5,"unit":"moons"}', '"soon"'])
def test_notice_days_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        parameters.read_notice_rule(text)
