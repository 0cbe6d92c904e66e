"""Services, aid in kind, losses, encounters, suspicions, notices on the village board, corrections."""

from __future__ import annotations

import json

import pytest
from casework_kit import Family, count, family

from xieli_tui.casework import application, corrections, households, notices
from xieli_tui.casework.changes import ReportChange, list_changes, report_change
from xieli_tui.casework.frauds import Suspect, suspect
from xieli_tui.casework.notices import PostNotice
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.services import (
    GiveAid,
    GiveService,
    RecordEncounter,
    RecordLoss,
    give_aid,
    give_service,
    list_encounters,
    list_given,
    record_encounter,
    record_loss,
)
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.store import projector, queries


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def ref_of(session: Session, household: str, t: str) -> str:
    return next(one.ref for one in households.timeline(session, household) if one.type == t)


# -- given and met with -----------------------------------------------------------------------------


def test_a_service_and_an_aid_in_kind_are_listed_together_with_who_and_what(village_session: Session, home: Family) -> None:
    """JX-29 counts services; M-60, M-66, M-67."""
    give_service(village_session, GiveService(home.id, "岗位信息", home.son, "12-20", "县人社局", 1))
    give_aid(village_session, GiveAid(home.id, "棉被", quantity="2", unit="床", on="12-21"))
    rows = list_given(village_session, home.id)
    assert [(row.on[5:], row.who, row.what, row.by) for row in rows] == [("12-21", "", "实物 棉被 2床", ""), ("12-20", "李建军", "岗位信息 1 小时", "县人社局")]
    words = [one.summary for one in households.timeline(village_session, home.id) if one.type in ("service.given", "aid.given")]
    assert words == ["棉被 2床", "李建军，岗位信息，县人社局"]


@pytest.mark.parametrize(
    ("make", "code", "field"),
    [
        (lambda h: GiveService(h, "haircut"), "XL-V08", "kind"), (lambda h: GiveService(h, "care", hours="很久"), "XL-V11", "hours"),
        (lambda h: GiveService(h, "care", hours=0), "XL-V11", "hours"), (lambda h: GiveService(h, "care", on="2027-05-05"), "XL-V13", "on"),
    ],
)
def test_a_service_that_cannot_be_is_refused(village_session: Session, home: Family, make: object, code: str, field: str) -> None:
    with pytest.raises(XieliError) as caught:
        give_service(village_session, make(home.id))  # type: ignore[operator]
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("make", "code", "field"),
    [
        (lambda h: GiveAid(h, ""), "XL-V06", "item"), (lambda h: GiveAid(h, "500 元", form="cash"), "XL-V08", "form"),
        (lambda h: GiveAid(h, "米", unit="斤"), "XL-V06", "quantity"), (lambda h: GiveAid(h, "米", quantity="-1"), "XL-V11", "quantity"),
    ],
)
def test_a_village_gives_things_and_services_and_never_money(village_session: Session, home: Family, make: object, code: str, field: str) -> None:
    with pytest.raises(XieliError) as caught:
        give_aid(village_session, make(home.id))  # type: ignore[operator]
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_loss_is_what_the_family_says_in_fen(village_session: Session, home: Family) -> None:
    """M-62."""
    record_loss(village_session, RecordLoss(home.id, "disaster", "1234.50", on="12-20", note="瓦房倒了一间"))
    with village_session.reading() as tx:
        [one] = queries.losses(tx, home.id)
    assert (one.kind, one.amount, one.note) == ("disaster", 1234_50, "瓦房倒了一间")
    for request, code in ((RecordLoss(home.id, "illness"), "XL-V08"), (RecordLoss(home.id, "disaster", "很多"), "XL-V04")):
        with pytest.raises(Refused) as caught:
            record_loss(village_session, request)
        assert caught.value.code == code
    with pytest.raises(NotFound):
        record_loss(village_session, RecordLoss(home.id, "disaster", event=village_session.new_id()))


def test_cn12_an_encounter_asks_where_and_what_was_done_and_not_from_where(village_session: Session) -> None:
    """CN-12, JX-27: 离家在外临时遇困; a name only where one was given."""
    record_encounter(village_session, RecordEncounter("客运站", "护送到救助站", note="说不清家在哪里"))
    record_encounter(village_session, RecordEncounter("村口", "family", "孙长福", "12-20"))
    rows = list_encounters(village_session)
    assert [(row.place, row.name, row.action_label) for row in rows] == [("客运站", "", "护送到救助站"), ("村口", "孙长福", "联系家人")]
    for request, field in ((RecordEncounter("", "helped"), "place"), (RecordEncounter("村口", ""), "action"), (RecordEncounter("村口", "chased"), "action")):
        with pytest.raises(Refused) as caught:
            record_encounter(village_session, request)
        assert caught.value.field == field


def test_jx51_a_suspicion_is_words_for_the_county_and_the_chain_does_not_repeat_them(village_session: Session, home: Family) -> None:
    """JX-51, GX-17, M-32: 村里只记疑点."""
    suspect(village_session, Suspect(home.id, "邻居说他家在县城有门面"))
    entry = next(one for one in households.timeline(village_session, home.id) if one.type == "fraud.suspected")
    assert (entry.word, entry.summary) == ("疑点", "只报县级")
    assert households.show(village_session, home.id).row.category == "dibao", "nothing changes by a suspicion"
    with pytest.raises(Refused) as caught:
        suspect(village_session, Suspect(home.id, "  "))
    assert caught.value.field == "text"


# -- notices ----------------------------------------------------------------------------------------


@pytest.fixture
def handed(village_session: Session, home: Family) -> str:
    app = start_application(village_session, StartApplication(home.id, ["dibao"])).id
    application.entrust(village_session, application.Entrust(app, "王秀英"))
    for who in (home.head, home.son):
        application.commit(village_session, application.Commit(app, who))
    application.hand_over(village_session, app)
    return app


def test_jm06_a_notice_hangs_on_the_village_board_until_it_is_taken_down(village_session: Session, handed: str, clock: FixedClock) -> None:
    """JM-06, M-29: 审核公示 on the fixed boards; no number of days is invented."""
    posted = notices.post(village_session, PostNotice(handed, "review", end="2027-01-04"))
    [row] = notices.list_notices(village_session)
    assert (row.id, row.head, row.kind_label, row.place_label, row.start, row.end, row.days_left, row.over) == (
        posted.id, "王秀英", "初审公示", "村公开栏", "2026-12-28", "2027-01-04", 7, False)
    clock.tick(days=8)
    assert notices.list_notices(village_session)[0].over
    notices.object_to(village_session, posted.id, "一般异议", "说他家盖了新房")
    notices.take_down(village_session, posted.id)
    assert notices.list_notices(village_session, hanging_only=True) == []
    [row] = notices.list_notices(village_session)
    assert (row.taken_down, row.objections, row.over) == ("2027-01-05", (("2027-01-05", "一般异议", "说他家盖了新房"),), False)


def test_a_notice_without_a_last_day_never_runs_out_by_itself(village_session: Session, handed: str, clock: FixedClock) -> None:
    """JM-08: 长期公示 has none."""
    assert notices.post(village_session, PostNotice(handed, "long_term")).state == ""
    clock.tick(days=300)
    [row] = notices.list_notices(village_session)
    assert (row.over, row.days_left) == (False, None)
    with pytest.raises(Refused):
        notices.post(village_session, PostNotice(handed, "long_term", end="2027-12-31"))


def test_a_notice_that_says_nothing_yet_or_hangs_already_is_refused(village_session: Session, home: Family, handed: str) -> None:
    young = start_application(village_session, StartApplication(home.id, ["edu"])).id
    notices.post(village_session, PostNotice(handed, "review"))
    for request, code in (
        (PostNotice(young, "review"), "XL-P05"), (PostNotice(handed, "review"), "XL-V11"), (PostNotice(handed, "poster"), "XL-V08"),
        (PostNotice(handed, "decision", "12-28", "2026-12-01"), "XL-V02"),
    ):
        with pytest.raises(Refused) as caught:
            notices.post(village_session, request)
        assert caught.value.code == code
    posted = notices.list_notices(village_session)[0].id
    for act, code in (
        (lambda: notices.take_down(village_session, posted, "12-01"), "XL-V02"), (lambda: notices.object_to(village_session, posted, "loud", "甲"), "XL-V08"),
        (lambda: notices.object_to(village_session, posted, "minor", " "), "XL-V06"),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == code
    notices.take_down(village_session, posted)
    with pytest.raises(Refused) as again:
        notices.take_down(village_session, posted)
    assert again.value.code == "XL-P05"
    with pytest.raises(NotFound):
        notices.take_down(village_session, village_session.new_id())


# -- corrections ------------------------------------------------------------------------------------


def test_a_fact_gets_new_values_with_a_reason_and_the_line_stays(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="12-20"))
    corrections.correct(village_session, ref_of(village_session, home.id, "visit.recorded"), {"met": "邻居", "on": "12-21", "marks": '{"economy":2}'}, "写错了")
    visit = households.show(village_session, home.id).visits[0]
    assert (visit.met, visit.on, visit.marks) == ("neighbour", "2026-12-21", {"economy": 2})
    assert {"visit.recorded", "fact.corrected"} <= {one.type for one in households.timeline(village_session, home.id)}


def test_a_fact_that_is_withdrawn_counts_no_more(village_session: Session, home: Family) -> None:
    report_change(village_session, ReportChange(home.id, "windfall"))
    corrections.withdraw(village_session, ref_of(village_session, home.id, "change.reported"), "记到别家了")
    assert list_changes(village_session, home.id) == []
    with pytest.raises(Refused) as caught:
        corrections.correct(village_session, ref_of(village_session, home.id, "change.reported"), {"kind": "job"}, "晚了")
    assert caught.value.code == "XL-P05"


@pytest.mark.parametrize(
    ("fields", "reason", "code", "field"),
    [
        ({"met": "self"}, "", "XL-V06", "reason"), ({}, "错", "XL-V06", "set"), ({"met": "everyone"}, "错", "XL-V08", "met"), ({"mood": "好"}, "错", "XL-V11", "mood"),
        ({"household": "x"}, "错", "XL-V11", "household"), ({"visit": "x"}, "错", "XL-V11", "visit"), ({"met": "family"}, "错", "XL-V11", "met"),
        ({"marks": '{"economy":9}'}, "错", "XL-V11", "marks"), ({"on": "2027-03-03"}, "错", "XL-V13", "on"), ({"marks": "{"}, "错", "XL-V11", "marks"),
    ],
)
def test_a_correction_that_cannot_be_writes_nothing(
    village_session: Session, home: Family, fields: dict[str, str], reason: str, code: str, field: str
) -> None:
    record_visit(village_session, RecordVisit(home.id, "family"))
    ref, before = ref_of(village_session, home.id, "visit.recorded"), count(village_session)
    with pytest.raises(XieliError) as caught:
        corrections.correct(village_session, ref, fields, reason)
    assert (caught.value.code, caught.value.field, count(village_session)) == (code, field, before)


def test_only_facts_are_mended_this_way(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        corrections.withdraw(village_session, ref_of(village_session, home.id, "household.opened"), "错")
    assert caught.value.code == "XL-V11"
    for ref in ("nonsense", f"{'0' * 32}:{'0' * 16}:1:{'0' * 32}"):
        with pytest.raises(NotFound):
            corrections.withdraw(village_session, ref, "错")


def test_a_rebuild_finds_the_same_rows(village_session: Session, home: Family, handed: str) -> None:
    give_service(village_session, GiveService(home.id, "care"))
    record_loss(village_session, RecordLoss(home.id, "disaster"))
    record_encounter(village_session, RecordEncounter("村口", "helped"))
    suspect(village_session, Suspect(home.id, "听说"))
    posted = notices.post(village_session, PostNotice(handed, "review"))
    notices.object_to(village_session, posted.id, "minor", "不公")
    corrections.correct(village_session, ref_of(village_session, home.id, "service.given"), {"kind": "visit"}, "写错了")
    result = projector.rebuild(village_session.store)
    assert result["equal"] is True, json.dumps(result)
