"""重大变化 reported and followed until a desk has answered: JX-13, CQ-19, JM-13 (M-09)."""

from __future__ import annotations

import pytest
from casework_kit import Family, count, family

from xieli_tui.casework import changes, households
from xieli_tui.casework.changes import ReportChange, list_changes, report_change
from xieli_tui.casework.matters import show
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.store import projector, queries


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def test_jx13_a_report_keeps_who_when_and_what_and_stays_open(village_session: Session, home: Family, clock: FixedClock) -> None:
    """JX-13: 每次报告有人、有时间、有结果."""
    saved = report_change(village_session, ReportChange(home.id, "就业变化", home.son, "12-20", "更困难了", "厂里停工"))
    clock.tick(days=3)
    [row] = list_changes(village_session, home.id)
    assert (row.id, row.who, row.kind, row.kind_label, row.on, row.effect, row.note) == (saved.id, "李建军", "job", "就业变化", "2026-12-20", "更困难了", "厂里停工")
    assert (row.open, row.answer, row.days, row.head) == (True, "", 11, "王秀英")
    entry = next(one for one in households.timeline(village_session, home.id) if one.type == "change.reported")
    assert (entry.word, entry.state) == ("变化", "local")
    assert "李建军" in entry.summary
    assert [one.kind for one in show(village_session, home.id)] == ["change"]


def test_cq19_a_change_ticked_on_a_visit_is_reported_with_it_and_written_once(village_session: Session, home: Family) -> None:
    """CQ-19: 走访发现家庭状况变化的，及时报告更新."""
    visit = record_visit(village_session, RecordVisit(home.id, "self", on="12-27", changes=["住院", "job"]))
    rows = list_changes(village_session, home.id, open_only=True)
    assert {(row.kind, row.on) for row in rows} == {("hospital", "2026-12-27"), ("job", "2026-12-27")}
    with village_session.reading() as tx:
        assert {one.visit for one in queries.changes(tx, home.id)} == {visit.id}


def test_a_kind_that_still_waits_is_not_reported_again_by_the_next_visit(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="12-20", changes=["job"]))
    before = count(village_session)
    record_visit(village_session, RecordVisit(home.id, "self", on="12-27", changes=["job", "illness"]))
    assert count(village_session) == before + 2, "the visit and the one new kind"
    assert sorted(row.kind for row in list_changes(village_session, home.id)) == ["illness", "job"]


def test_a_visit_without_a_change_is_one_line(village_session: Session, home: Family) -> None:
    before = count(village_session)
    record_visit(village_session, RecordVisit(home.id, "self"))
    assert count(village_session) == before + 1


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"kind": ""}, "XL-V06", "kind"), ({"kind": "haircut"}, "XL-V08", "kind"), ({"kind": "job", "on": "2027-01-05"}, "XL-V13", "on"),
        ({"kind": "job", "effect": "awful"}, "XL-V08", "effect"), ({"kind": "job", "note": "字" * 10_001}, "XL-V07", "note"),
    ],
)
def test_a_report_that_cannot_be_is_refused_with_its_field(village_session: Session, home: Family, fields: dict[str, str], code: str, field: str) -> None:
    before = count(village_session)
    with pytest.raises(XieliError) as caught:
        report_change(village_session, ReportChange(home.id, **fields))
    assert (caught.value.code, caught.value.field, count(village_session)) == (code, field, before)


def test_a_person_of_another_family_and_a_family_nobody_knows_are_not_found(village_session: Session, home: Family) -> None:
    other = family(village_session, "钱有才")
    for request, code in ((ReportChange(home.id, "job", other.son), "XL-V41"), (ReportChange(village_session.new_id(), "job"), "XL-V40")):
        with pytest.raises(NotFound) as caught:
            report_change(village_session, request)
        assert caught.value.code == code


def test_open_ones_stand_first_and_the_oldest_of_them_at_the_top(village_session: Session, home: Family) -> None:
    for day in ("12-10", "12-01", "12-20"):
        report_change(village_session, ReportChange(home.id, "income", on=day))
    assert [row.on[5:] for row in list_changes(village_session)] == ["12-01", "12-10", "12-20"]


def test_a_village_cannot_answer_its_own_report(village_session: Session, home: Family) -> None:
    from xieli_tui.desk.answers import answer

    saved = report_change(village_session, ReportChange(home.id, "job"))
    with pytest.raises(Refused) as caught:
        answer(village_session, saved.id, "handled")
    assert caught.value.code == "XL-P07"


def test_a_rebuild_finds_the_same_changes(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", changes=["job"]))
    report_change(village_session, ReportChange(home.id, "birth"))
    assert projector.rebuild(village_session.store)["equal"] is True
    assert len(changes.list_changes(village_session, home.id)) == 2


def test_an_open_change_and_a_hazard_are_seen_on_todays_page(village_session: Session, home: Family) -> None:
    """JX-13 until a desk answers; JX-36 until somebody was told."""
    from xieli_tui.casework.today import today

    record_visit(village_session, RecordVisit(home.id, "self", changes=["job"], house_safety="risk"))
    seen = today(village_session)
    assert [(one.task, one.households) for one in seen.bulk if one.task == "change_open"] == [("change_open", (home.id,))]
    [hazard] = [one for one in seen.tasks if one.task == "follow_up"]
    assert "房屋有隐患" in hazard.why
    assert hazard.household == home.id
