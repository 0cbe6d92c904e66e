"""How long a notice hangs in 工作日: counted by the yearly arrangement, kept with its version, 暂估 where a year is not published, never moved in silence (JM-06)."""

from __future__ import annotations

import datetime as dt

import pytest
from desk_office import Office

from xieli_tui.desk import parameters, steps
from xieli_tui.desk.parameters import SetLocal, set_local
from xieli_tui.desk.procedure import Notice, NoticeRule, _end
from xieli_tui.desk.queue import queue
from xieli_tui.domain.calendar import Calendar, Year
from xieli_tui.policy import holidays
from xieli_tui.store import queries


def hung(office: Office, start: str) -> tuple[str, str]:
    """(household, notice) of an application whose review notice hangs from that day at the township."""
    app = office.application("dibao")
    office.up(to=office.county)
    steps.accept(office.county, app, on="2026-12-28")
    return app, steps.notice(office.county, app, "review", "township", start=start).id


def test_a_notice_keeps_the_day_it_was_counted_to_and_the_calendar_it_was_counted_by(office: Office) -> None:
    set_local(office.county, SetLocal("notice_days", '{"days":5,"unit":"working"}', "2026-01-01"))
    app, notice = hung(office, "2026-12-28")
    with office.county.reading() as tx:
        kept = next(one for one in queries.notices(tx, app=app) if one.id == notice)
    assert (kept.end, kept.counted, kept.calendar) == ("", "2027-01-01", "2026.1+2027?")
    line = next(one for one in queue(office.county) if one.id == app)
    assert (line.clock_due, line.clock_note) == ("2027-01-01", "暂估，待国务院公布")


def test_a_notice_in_plain_days_is_certain_and_keeps_no_calendar(office: Office) -> None:
    set_local(office.county, SetLocal("notice_days", "7", "2026-01-01"))
    app, notice = hung(office, "2026-12-28")
    with office.county.reading() as tx:
        kept = next(one for one in queries.notices(tx, app=app) if one.id == notice)
    assert (kept.counted, kept.calendar) == ("", "")
    line = next(one for one in queue(office.county) if one.id == app)
    assert (line.clock_due, line.clock_note) == ("2027-01-03", "")


def test_the_arrangement_that_came_later_moves_the_day_and_says_from_where(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    year = Year(2027, "2027.1", "放假安排", off={dt.date(2027, 1, 1): "元旦"}, work={})
    known = holidays.shipped().calendar.having(year)
    rule = NoticeRule(5, working=True, external=False, calendar=known)
    before = Notice("review", "township", "2026-12-28", counted="2027-01-01", calendar="2026.1+2027?")
    end = _end(before, rule)
    assert (end.day, end.label) == (dt.date(2027, 1, 4), "贴出时按日历版本 2026.1+2027? 算到 2027-01-01")
    assert _end(before, NoticeRule(5, working=True, calendar=Calendar())).label.startswith("暂估")


def test_a_notice_rule_of_working_days_uses_the_calendar_of_the_program(office: Office) -> None:
    assert parameters.read_notice_rule('{"days":5,"unit":"working"}').ends(dt.date(2026, 9, 28)).version == "2026.1"
