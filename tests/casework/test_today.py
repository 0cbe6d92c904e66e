"""今日 says what must be done, first things first, with its why, and never in sixty equal lines; drafts and copies behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from casework_kit import Family, family
from county_kit import DAY, County

from basekit import PASSPHRASE, VILLAGE
from xieli_tui.casework import backup, drafts, exchange
from xieli_tui.casework.application import Entrust, Told, entrust, hand_over, told
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship, report_by_phone
from xieli_tui.casework.households import set_household, set_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session, open_session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.casework.today import today
from xieli_tui.casework.views import Today
from xieli_tui.domain import codes
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Refused


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def tasks(page: Today) -> list[str]:
    return [one.task for one in page.tasks]


def test_an_empty_village_has_nothing_to_do(village_session: Session) -> None:
    page = today(village_session)
    assert (page.tasks, page.bulk, page.done_today, page.last_export, page.last_backup) == ((), (), 0, "", "")


def test_a_family_nobody_has_met_is_named_until_someone_is_met(village_session: Session, home: Family) -> None:
    """JX-42: 走访、发现、转介 are the village's core work; a family nobody has met is pointed out."""
    first = today(village_session).tasks[0]
    assert (first.task, first.household, first.who, first.group, first.action, first.state) == ("never_visited", home.id, "王秀英", "2组", "visit", "pending")
    assert first.why
    assert first.cite
    record_visit(village_session, RecordVisit(home.id, "none"))
    assert tasks(today(village_session)) == ["never_visited"]
    record_visit(village_session, RecordVisit(home.id, "family"))
    assert tasks(today(village_session)) == []
    assert today(village_session).done_today == 2


def test_who_is_known_to_need_no_aid_is_not_on_the_list(village_session: Session, home: Family) -> None:
    set_household(village_session, home.id, {"category": "none"})
    assert tasks(today(village_session)) == []


def test_many_equal_duties_are_one_line_with_those_on_todays_way(village_session: Session) -> None:
    near = family(village_session, "王秀英", "二组")
    record_visit(village_session, RecordVisit(near.id, "self", promise="来看药", promise_on=DAY))
    for number in range(12):
        family(village_session, f"李{number}", "2组" if number < 3 else "5组")
    page = today(village_session)
    assert tasks(page) == ["promise_due"]
    duty = page.bulk[0]
    assert (duty.task, duty.left, duty.nearby, len(duty.households)) == ("never_visited", 12, 3, 12)
    assert "12 户" in duty.why
    assert "顺路 3 户" in duty.why
    assert today(village_session, group="5组").bulk[0].nearby == 9


def test_an_emergency_stands_first_until_who_answered_is_recorded(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-01", promise="来看药", promise_on="2026-12-02"))
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, urgency="emergency")).id
    assert tasks(today(village_session)) == ["emergency_report", "promise_due", "help_apply"]
    assert today(village_session).tasks[0].target == flag
    report_by_phone(village_session, flag, None, "刘芳")
    assert tasks(today(village_session)) == ["promise_due", "help_apply"]


def test_what_a_family_in_an_emergency_applies_for_stands_before_every_day_until_it_is_handed_over(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-01", promise="来看药", promise_on="2026-12-02"))
    other = family(village_session, "钱有才", "3组")
    start_application(village_session, StartApplication(other.id, ["dibao"]))
    app = start_application(village_session, StartApplication(home.id, ["temp_emergency"], emergency=True)).id
    lines = today(village_session).tasks
    assert [(one.task, one.who) for one in lines[:3]] == [("help_apply", "王秀英"), ("promise_due", "王秀英"), ("help_apply", "钱有才")]
    assert (lines[0].detail, lines[0].short) == ("急难", "还没有本人委托")
    entrust(village_session, Entrust(app, "王秀英"))
    assert today(village_session).tasks[0].short == "委托办好了，还没转交"
    hand_over(village_session, app)
    assert today(village_session).tasks[0].task == "promise_due"


def test_an_emergency_of_a_stranger_names_the_stranger(village_session: Session) -> None:
    flag_hardship(village_session, FlagHardship(["stranded"], outsider="孙长福", place="村口", urgency="emergency"))
    assert [(one.task, one.who, one.household) for one in today(village_session).tasks] == [("emergency_report", "孙长福", "")]


@pytest.mark.parametrize(("promised", "state", "detail"), [("2026-12-25", "overdue", "已过期限 3 天"), (DAY, "pending", "今天"), ("2026-12-29", "pending", "明天"), ("2027-01-02", "pending", "还剩 5 天")])
def test_a_promise_comes_back_on_its_day(village_session: Session, home: Family, promised: str, state: str, detail: str) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-20", promise="带他去办残疾证", promise_on=promised))
    one = today(village_session).tasks[0]
    assert (one.task, one.due, one.state, one.detail) == ("promise_due", promised, state, detail)
    assert "带他去办残疾证" in one.why


def test_a_promise_far_ahead_waits_and_one_without_a_day_comes_back_after_a_week(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-20", promise="问低保", promise_on="2027-02-01"))
    assert tasks(today(village_session)) == []
    other = family(village_session, "钱有才", "3组")
    record_visit(village_session, RecordVisit(other.id, "self", on="2026-12-20", promise="问医保"))
    assert [(one.who, one.due, one.state) for one in today(village_session).tasks] == [("钱有才", "2026-12-27", "overdue")]


def test_a_promise_is_kept_by_a_visit_on_or_after_its_day(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-20", promise="来看药", promise_on="2026-12-25"))
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-22"))
    record_visit(village_session, RecordVisit(home.id, "none", on="2026-12-26"))
    assert tasks(today(village_session)) == ["promise_due"]
    record_visit(village_session, RecordVisit(home.id, "family", on="2026-12-27"))
    assert tasks(today(village_session)) == []


def test_a_half_filled_form_and_an_unfinished_application_are_on_the_list(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self"))
    drafts.save_draft(village_session, "visit", home.id, {"met": "", "note": "写到一半"})
    app = start_application(village_session, StartApplication(home.id, ["dibao"])).id
    found = {one.task: one for one in today(village_session).tasks}
    assert found["draft_open"].target == f"visit:{home.id}"
    assert found["draft_open"].who == "王秀英"
    assert found["help_apply"].target == app
    assert "委托" in found["help_apply"].why
    entrust(village_session, Entrust(app, "王秀英"))
    hand_over(village_session, app)
    drafts.drop_draft(village_session, "visit", home.id)
    assert tasks(today(village_session)) == []


def test_a_person_without_a_usable_number_is_a_task(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self"))
    set_person(village_session, home.son, {"id_no": "12", "id_state": "pending"})
    assert [(one.task, one.person, one.action) for one in today(village_session).tasks] == [("add_id", home.son, "dossier")]


def test_papers_asked_for_and_a_decision_come_home_as_tasks(village_session: Session, home: Family, tmp_path: Path) -> None:
    county = County()
    county.enrol(village_session, tmp_path / "stick")
    record_visit(village_session, RecordVisit(home.id, "self"))
    app = start_application(village_session, StartApplication(home.id, ["temp_emergency"])).id
    entrust(village_session, Entrust(app, "王秀英"))
    hand_over(village_session, app)
    base = {"village": VILLAGE, "household": home.id, "application": app, "on": DAY}
    county.take(village_session, exchange.export(village_session, tmp_path / "stick").files[0].path)
    last = county.receipt(village_session.ep)
    returned = county.write("application.returned", {**base, "after": [f"{last.dev}:{last.ep}:{last.seq}:{last.head[:32]}"], "papers": ["hukou_book"]})
    exchange.take_in(village_session, [county.sign_for(village_session, tmp_path / "stick", returned)])
    assert [(one.task, one.target) for one in today(village_session).tasks] == [("papers_returned", app)]
    assert "户口簿" in today(village_session).tasks[0].why
    granted = county.write(
        "application.decided",
        {**base, "after": [county.ref()], "kind": "temp_emergency", "result": "granted", "amount": 80000, "reason": "突发重病", "level": "county"},
    )
    exchange.take_in(village_session, [county.sign_for(village_session, tmp_path / "stick", granted)])
    one = today(village_session).tasks[0]
    assert (one.task, one.action, one.target) == ("decision_back", "told", app)
    assert "800.00 元" in one.why
    told(village_session, Told(app))
    assert tasks(today(village_session)) == []


def test_a_bundle_nobody_signed_for_is_asked_about_after_a_week(village_session: Session, home: Family, tmp_path: Path, clock: FixedClock) -> None:
    county = County()
    county.enrol(village_session, tmp_path / "stick")
    record_visit(village_session, RecordVisit(home.id, "self"))
    file = exchange.export(village_session, tmp_path / "stick").files[0]
    clock.tick(days=6)
    assert tasks(today(village_session)) == []
    clock.tick(days=1)
    assert [(one.task, one.who, one.action, one.target) for one in today(village_session).tasks] == [("unreceipted_old", "石桥村", "send", file.bid)]
    assert "7 天" in today(village_session).tasks[0].why
    county.take(village_session, file.path)
    exchange.take_in(village_session, [county.sign_for(village_session, tmp_path / "stick")])
    page = today(village_session)
    assert tasks(page) == []
    assert (page.last_export, page.last_backup) == (DAY, DAY)


def test_nine_lines_stand_alone_and_the_rest_are_counted(village_session: Session) -> None:
    for number in range(12):
        home = family(village_session, f"李{number:02}", "2组")
        record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-20", promise="来", promise_on="2026-12-24" if number < 2 else DAY))
    page = today(village_session)
    assert len(page.tasks) == 9
    assert [one.state for one in page.tasks] == ["overdue"] * 2 + ["pending"] * 7
    assert [(one.task, one.left) for one in page.bulk] == [("promise_due", 3)]
    assert page == today(village_session)


def test_every_task_has_a_word(village_session: Session, home: Family) -> None:
    for task in ("emergency_report", "never_visited", "draft_open", "papers_returned", "decision_back", "unreceipted_old", "promise_due", "add_id", "help_apply", "alert_verify"):
        assert codes.label("task", task) != task


# -- drafts and copies ------------------------------------------------------------------------------


def test_a_draft_survives_closing_and_a_rebuild_and_keeps_the_version_it_began_with(workspace: Path, clock: FixedClock) -> None:
    from xieli_tui.casework.rebuild import rebuild

    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        saved = drafts.save_draft(session, "visit", "k", {"note": "写到一", "marks": {"economy": 2}}, version=3)
        assert saved == "2026-12-28T09:00"
    clock.tick(minutes=5)
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        drafts.save_draft(session, "visit", "k", {"note": "写到一半"}, version=4)
        assert rebuild(session).equal
        draft = drafts.load_draft(session, "visit", "k")
        assert draft is not None
        assert (dict(draft.data), draft.saved, draft.version) == ({"note": "写到一半"}, "2026-12-28T09:05", 3)
        assert [(one.form, one.key) for one in drafts.list_drafts(session)] == [("visit", "k")]
        drafts.drop_draft(session, "visit", "k")
        assert drafts.load_draft(session, "visit", "k") is None


def test_a_copy_is_verified_and_lies_where_it_was_asked_for(village_session: Session, home: Family, tmp_path: Path) -> None:
    done = backup.create(village_session, tmp_path / "copies")
    assert Path(done.path).parent == tmp_path / "copies"
    assert done.events > 0
    assert done.bytes > 0
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as caught:
        backup.create(village_session, tmp_path / "file")
    assert caught.value.code == "XL-F07"
    assert backup.last_backup(village_session) == ""
