"""Risk indicators of the county over recorded facts: nothing without them, exact sums, once a period, quiet after a visit."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from casework_kit import Family, family

from xieli_tui.casework import duties, risk
from xieli_tui.casework.duty import Duty
from xieli_tui.casework.households import set_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.risk_indicators import parse
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.events.household import StatementMade
from xieli_tui.domain.events.work import ChangeReported
from xieli_tui.store import queries
from xieli_tui.store.queries.rows import LocalParam

TODAY = dt.date(2026, 12, 28)
VILLAGE = "999999001001"


def state(session: Session, home: str, on: str = "2026-12-01", **parts: Any) -> None:
    session.record(StatementMade(village=VILLAGE, household=home, statement=session.new_id(), on=on, **parts))


def hit(session: Session, row: dict[str, Any], asof: dt.date = TODAY) -> list[risk.Hit]:
    """The hits of one indicator, evaluated as if the county had set it."""
    (indicator,) = parse([row])
    with session.reading() as tx:
        found = [risk.evaluate(indicator, known, asof) for known in risk.known_of(tx, [h for h in queries.households(tx) if h.known])]
    return [one for one in found if one is not None]


def set_by_county(session: Session, monkeypatch: pytest.MonkeyPatch, *rows: dict[str, Any], area: str = "") -> None:
    """The laptop as it is after a return that carried the county's indicators."""
    held = [LocalParam(risk.KEY, area, "2026-01-01", "", json.dumps(list(rows)), "county", "", "")]
    real = queries.local_params
    monkeypatch.setattr(queries, "local_params", lambda tx, key=None, on=None: held if key == risk.KEY else real(tx, key, on))


def tasks(session: Session) -> list[Duty]:
    """The lines of 今日 that come from indicators."""
    with session.reading() as tx:
        return [one for home in queries.households(tx) if home.known for one in duties.of_household(tx, home, session.today) if one.task == "risk_visit"]


def test_without_indicators_nothing_happens(village_session: Session) -> None:
    """GX-14, M-06: none is shipped."""
    home = family(village_session).id
    state(village_session, home, expenses=[{"kind": "medical", "amount": 99_999_00}])
    assert tasks(village_session) == []


@pytest.mark.parametrize(("fen", "met"), [(1_000_000, False), (1_000_001, True)])
def test_a_sum_is_passed_by_one_fen_more_and_not_by_the_sum_itself(village_session: Session, fen: int, met: bool) -> None:
    """GX-14: 超过 excludes the number (R1)."""
    home = family(village_session).id
    state(village_session, home, expenses=[{"kind": "medical", "amount": fen - 1}, {"kind": "medical", "amount": 1}, {"kind": "living", "amount": 500_000}])
    assert bool(hit(village_session, {"id": "a", "fact": "expense.medical", "over": "10000.00"})) is met


def test_only_the_newest_ledger_of_the_last_twelve_months_counts(village_session: Session) -> None:
    home = family(village_session).id
    row = {"id": "a", "fact": "expense.total", "over": "1.00"}
    state(village_session, home, "2025-12-28", expenses=[{"kind": "medical", "amount": 99_00}])
    assert hit(village_session, row) == [], "a year and a day ago"
    state(village_session, home, "2026-11-01", expenses=[{"kind": "medical", "amount": 99_00, "on": "2025-10-01"}, {"kind": "living", "amount": 1_00, "on": "2026-10-01"}])
    assert hit(village_session, row) == [], "what lies before the twelve months is not in the sum"
    state(village_session, home, "2026-12-01", expenses=[{"kind": "living", "amount": 1_01}])
    assert [one.since for one in hit(village_session, row)] == ["2026-12-01"]


def test_medical_bills_are_told_apart_by_who_paid(village_session: Session) -> None:
    home = family(village_session).id
    state(village_session, home, medical=[{"kind": "medical", "layer": "basic", "amount": 900_000}, {"kind": "medical", "layer": "self_pay", "amount": 100_000}])
    assert hit(village_session, {"id": "a", "fact": "medical.self_pay", "over": "1000.00"}) == []
    assert hit(village_session, {"id": "a", "fact": "medical.self_pay", "over": "999.99"})
    assert hit(village_session, {"id": "a", "fact": "medical.total", "over": "9999.99"})


def test_income_per_head_goes_by_the_people_who_live_together(village_session: Session) -> None:
    home = family(village_session).id
    state(village_session, home, income_month=300_000)
    assert hit(village_session, {"id": "a", "fact": "income.month_per_head", "under": "1000.00"}) == []
    assert hit(village_session, {"id": "a", "fact": "income.month_per_head", "under": "1000.01"})


def test_a_job_change_is_a_new_loss_of_work_only_when_somebody_is_out_of_work(village_session: Session) -> None:
    made = family(village_session)
    village_session.record(ChangeReported(village=VILLAGE, household=made.id, change=village_session.new_id(), on="2026-12-20", kind="job", person=made.son))
    row = {"id": "a", "fact": "change.unemployed", "period": "quarter"}
    assert hit(village_session, row) == []
    set_person(village_session, made.son, {"work": "未就业"})
    assert [(one.person, one.period) for one in hit(village_session, row)] == [(made.son, "2026Q4")]
    assert hit(village_session, row, dt.date(2027, 1, 2)) == [], "the change lies in the quarter before"


@pytest.mark.parametrize(
    ("fields", "fact"),
    [({"severe_illness": "是"}, "person.severe_illness"), ({"disability_level": "1", "disability_kind": "limb"}, "person.severe_disabled"),
     ({"cannot_selfcare": "是"}, "person.cannot_selfcare"), ({"in_school": "否"}, "person.out_of_school"), ({"left_behind": "是"}, "person.left_behind")],
)
def test_what_is_on_file_of_a_member_is_seen_and_what_is_not_on_file_is_not(village_session: Session, fields: dict[str, str], fact: str) -> None:
    made: Family = family(village_session)
    assert hit(village_session, {"id": "a", "fact": fact}) == []
    set_person(village_session, made.child, fields)
    assert [one.person for one in hit(village_session, {"id": "a", "fact": fact})] == [made.child]


def test_a_mark_asks_for_the_next_visit_and_is_quiet_after_it(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-06: the visit that brought the fact does not answer it; 未遇 answers nothing."""
    home = family(village_session).id
    set_by_county(village_session, monkeypatch, {"id": "poor", "fact": "mark.economy", "level": 3})
    record_visit(village_session, RecordVisit(home, "self", "2026-12-10", marks={"economy": 2}))
    assert tasks(village_session) == []
    record_visit(village_session, RecordVisit(home, "self", "2026-12-11", marks={"economy": 3}))
    (one,) = tasks(village_session)
    assert (one.household, one.state, one.cite) == (home, "pending", "当地规定"), "001 is not in force at 999999: the ground is the county's own parameter"
    assert one.why == "按县里的指标（走访看到经济），请走访看看"
    record_visit(village_session, RecordVisit(home, "none", "2026-12-12"))
    assert len(tasks(village_session)) == 1
    record_visit(village_session, RecordVisit(home, "family", "2026-12-13"))
    assert tasks(village_session) == []


def test_several_indicators_of_a_family_are_one_line_and_no_line_names_an_aid(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    made = family(village_session)
    state(village_session, made.id, expenses=[{"kind": "medical", "amount": 2_000_000}])
    set_person(village_session, made.son, {"severe_illness": "是"})
    set_by_county(
        village_session, monkeypatch, {"id": "a", "fact": "expense.medical", "over": "10000.00"}, {"id": "b", "fact": "person.severe_illness", "text": "家里有重病人"})
    (one,) = tasks(village_session)
    assert one.why == "按县里的指标（一年医疗自付支出、家里有重病人），请走访看看"
    assert not any(kind.name in one.why or kind.short in one.why for kind in codes.KINDS)


def test_categories_a_county_leaves_out_are_not_asked_about(village_session: Session) -> None:
    made = family(village_session, category="特困")
    set_person(village_session, made.son, {"severe_illness": "是"})
    assert hit(village_session, {"id": "a", "fact": "person.severe_illness", "skip": ["tekun"]}) == []
    assert hit(village_session, {"id": "a", "fact": "person.severe_illness", "skip": ["dibao"]})


def test_indicators_of_another_township_do_not_speak_here(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    made = family(village_session)
    set_person(village_session, made.son, {"severe_illness": "是"})
    set_by_county(village_session, monkeypatch, {"id": "a", "fact": "person.severe_illness"}, area="999999002")
    assert tasks(village_session) == []
    set_by_county(village_session, monkeypatch, {"id": "a", "fact": "person.severe_illness"}, area="999999001")
    assert len(tasks(village_session)) == 1
