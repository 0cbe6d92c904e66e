"""What a desk records beside applications, and what comes home of it: JX-13, JM-13, JM-17, JX-28, JX-51, GX-17, GX-20, CQ-16, CN-07."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from desk_office import VILLAGE, Office

from xieli_tui.casework import changes, frauds, households, notices, person_file, referrals, visit_plan
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.desk import answers, matters, parameters
from xieli_tui.desk.matters import HoldConference, OpenEvent, ReceiveComplaint
from xieli_tui.domain.events.household import CategorySet, ExitRecorded
from xieli_tui.errors import NotFound, XieliError
from xieli_tui.policy import shipped
from xieli_tui.store import journal, projector, queries


def refused(code: str, act: Callable[[], object]) -> XieliError:
    with pytest.raises(XieliError) as caught:
        act()
    assert caught.value.code == code, caught.value
    return caught.value


def types_at(office: Office) -> set[str]:
    with office.village.reading() as tx:
        return {one.t for batch in journal.iterate_all(tx) for one in batch}


def test_jx13_the_desks_answer_comes_home_and_closes_the_report(office: Office) -> None:
    """JX-13, JM-13: followed to a result; a change ticked on a visit is answered like any other."""
    home = office.household()
    record_visit(office.village, RecordVisit(home, "self", changes=["job"]))
    office.up()
    [waiting] = changes.list_changes(office.county, open_only=True)
    answers.answer(office.county, waiting.id, "handled", "下月起调整")
    office.down()
    [row] = changes.list_changes(office.village, home)
    assert (row.open, row.answer, row.answer_note) == (False, "已处置", "下月起调整")


def test_cn07_the_countys_time_limit_sets_the_day_of_a_referral(office: Office) -> None:
    """CN-07: working days by the calendar, by department; a department without a row of its own takes the row for all."""
    parameters.set_local(office.county, parameters.SetLocal("referral_days", '{"education":{"days":3,"unit":"working"},"*":10}', "2026-01-01"))
    office.down()
    home = office.household()
    sent = referrals.send_referral(office.village, referrals.SendReferral(home, "education", "edu"))
    assert sent.state == "2026-12-31"
    assert referrals.send_referral(office.village, referrals.SendReferral(home, "hrss", "employment")).state == "2027-01-07"
    office.clock.tick(days=4)
    [late] = referrals.list_referrals(office.village, overdue_only=True)
    assert (late.id, late.days_over) == (sent.id, 1)
    office.up()
    referrals.answer_referral(office.county, referrals.AnswerReferral(sent.id, "done", note="下学期起减免"))
    office.down()
    assert referrals.list_referrals(office.village, overdue_only=True) == []
    refused("XL-P05", lambda: referrals.answer_referral(office.village, referrals.AnswerReferral(sent.id, "refused")))


def test_jm17_a_complaint_is_followed_to_its_answer_and_never_goes_to_the_village(office: Office) -> None:
    """JM-17: 投诉举报有记录、有核查、有办结."""
    home = office.household()
    office.up()
    made = matters.receive_complaint(office.county, ReceiveComplaint("hotline", "反映评低保不公", home))
    [row] = matters.list_complaints(office.county, open_only=True)
    assert (row.id, row.household, row.text) == (made.id, home, "反映评低保不公")
    matters.answer_complaint(office.county, made.id[:13], "查无实据，已答复本人")
    refused("XL-P05", lambda: matters.answer_complaint(office.county, made.id, "再答"))
    assert matters.list_complaints(office.county, open_only=True) == []
    parameters.set_local(office.county, parameters.SetLocal("hotline", "12349", "2026-01-01"))
    office.down()
    assert "complaint.received" not in types_at(office)
    assert "complaint.answered" not in types_at(office)


def test_a_complaint_about_another_townships_family_is_not_the_townships(office: Office) -> None:
    home = office.household()
    office.up(to=office.township)
    assert matters.receive_complaint(office.township, ReceiveComplaint("phone", "反映", home)).state == "open"
    for act, code in (
        (lambda: matters.receive_complaint(office.village, ReceiveComplaint("phone", "反映")), "XL-P07"),
        (lambda: matters.receive_complaint(office.county, ReceiveComplaint("phone", " ")), "XL-V06"),
        (lambda: matters.receive_complaint(office.county, ReceiveComplaint("dream", "反映")), "XL-V08"),
        (lambda: matters.answer_complaint(office.county, "00000000-none", "答复"), "XL-V45"),
    ):
        refused(code, act)


def test_jx51_only_the_county_reads_a_suspicion_and_rules_on_it(office: Office) -> None:
    """JX-51, GX-17: 县级认定; the ruling comes home to be read and ends no aid by itself."""
    home = office.household()
    made = frauds.suspect(office.village, frauds.Suspect(home, "有门面没报"))
    office.up()
    office.up(to=office.township)
    [held] = matters.list_frauds(office.county)
    assert (held.id, held.text) == (made.id, "有门面没报")
    refused("XL-P03", lambda: matters.list_frauds(office.township))
    refused("XL-P07", lambda: matters.list_frauds(office.village))
    refused("XL-P03", lambda: matters.rule_on_fraud(office.township, made.id, "true", "属实"))
    refused("XL-V06", lambda: matters.rule_on_fraud(office.county, made.id, "true"))
    refused("XL-V08", lambda: matters.rule_on_fraud(office.county, made.id, "handled", "查了"))
    matters.rule_on_fraud(office.county, made.id, "false", "门面是亲戚的")
    refused("XL-P05", lambda: matters.rule_on_fraud(office.county, made.id, "true", "又查"))
    office.down()
    entry = next(one for one in households.timeline(office.village, home) if one.type == "fraud.ruled")
    assert (entry.word, entry.summary) == ("疑点认定", "情况不实，门面是亲戚的")


def test_cq16_a_conference_says_who_sat_on_what_and_what_came_of_it(office: Office) -> None:
    """CQ-16, M-21, M-54: 个案会商 / 一事一议."""
    app = office.application("temp_special")
    office.up()
    made = matters.hold_conference(office.county, HoldConference(["周敏", "刘芳"], "县级按一事一议办", [app]))
    [row] = matters.list_conferences(office.county, app)
    assert (row.id, row.members, row.result) == (made.id, ("周敏", "刘芳"), "县级按一事一议办")
    assert matters.list_conferences(office.county, "00000000") == []
    for request, code in (
        (HoldConference(["周敏"], "定了", [app]), "XL-V06"), (HoldConference(["周敏", "刘芳"], "", [app]), "XL-V06"), (HoldConference(["周敏", "刘芳"], "定了"), "XL-V06"),
        (HoldConference(["周敏", "刘芳"], "定了", [office.county.new_id()]), "XL-V42"),
    ):
        refused(code, lambda request=request: matters.hold_conference(office.county, request))  # type: ignore[misc]


def test_jx28_an_event_reaches_its_villages_and_families_on_the_roll_are_checked(office: Office) -> None:
    """JX-28, M-49: 突发公共事件困难群众排查; nobody is asked for again after a check."""
    home = households.add_household(office.village, households.AddHousehold("石守田", {"group": "一组", "category": "低保"})).id
    record_visit(office.village, RecordVisit(home, "self"))
    event = matters.open_event(office.county, OpenEvent("自然灾害", "12月雨雪", [VILLAGE]))
    office.up()
    office.down()
    [known] = matters.list_events(office.village, open_only=True)
    assert (known.id, known.name, known.villages) == (event.id, "12月雨雪", (VILLAGE,))
    [row] = visit_plan.plan(office.village)
    assert (row.household, row.kind, row.reasons[0]) == (home, "event_check", ("突发事件排查：12月雨雪", "000:14"))
    record_visit(office.village, RecordVisit(home, "self", kind="event_check"))
    assert visit_plan.plan(office.village) == []
    matters.close_event(office.county, event.id)
    office.down()
    assert matters.list_events(office.village, open_only=True) == []
    refused("XL-P05", lambda: matters.close_event(office.county, event.id))


def test_an_event_of_other_places_is_not_the_townships_to_open_or_to_close(office: Office) -> None:
    refused("XL-V06", lambda: matters.open_event(office.township, OpenEvent("disaster", "雨雪")))
    refused("XL-P03", lambda: matters.open_event(office.township, OpenEvent("disaster", "雨雪", ["999999002001"])))
    refused("XL-V05", lambda: matters.open_event(office.county, OpenEvent("disaster", "雨雪", ["9999"])))
    refused("XL-P07", lambda: matters.open_event(office.village, OpenEvent("disaster", "雨雪")))


def test_gx20_the_number_in_the_system_of_record_is_the_countys_to_write(office: Office) -> None:
    """GX-20, M-25: 平台编号, and who of record has none."""
    home = office.household()
    office.up()
    office.county.record(CategorySet(village=VILLAGE, household=home, category="dibao", since="2026-01-01"))
    assert [one for one, _, _ in matters.unlinked(office.county)] == [home]
    matters.link_platform(office.county, home, "YB-2026-0001")
    assert matters.unlinked(office.county) == []
    refused("XL-V11", lambda: matters.link_platform(office.county, home, "YB-2026-0001"))
    refused("XL-P03", lambda: matters.link_platform(office.township, home, "YB-2"))
    office.down()
    assert households.show(office.village, home).ruled["platform_no"] == "YB-2026-0001"


def test_a_household_moves_to_another_village_of_the_area(office: Office) -> None:
    home = office.household()
    office.up()
    matters.transfer_household(office.county, home, "999999001002", "2026-12-28")
    assert households.show(office.county, home).row.village == "999999001002"
    for to, code in (("999999001002", "XL-V11"), ("888888001001", "XL-P03"), ("12", "XL-V05")):
        refused(code, lambda to=to: matters.transfer_household(office.county, home, to))  # type: ignore[misc]
    refused("XL-P07", lambda: matters.transfer_household(office.village, home, VILLAGE))
    with pytest.raises(NotFound):
        matters.transfer_household(office.county, office.county.new_id(), VILLAGE)


def test_a_rebuild_at_the_county_finds_the_same_rows(office: Office) -> None:
    home = office.household()
    frauds.suspect(office.village, frauds.Suspect(home, "听说"))
    office.up()
    matters.answer_complaint(office.county, matters.receive_complaint(office.county, ReceiveComplaint("visit", "反映", home)).id, "答复")
    matters.hold_conference(office.county, HoldConference(["甲", "乙"], "定了", households=[home]))
    event = matters.open_event(office.county, OpenEvent("fire", "山火"))
    matters.close_event(office.county, event.id)
    matters.rule_on_fraud(office.county, matters.list_frauds(office.county)[0].id, "false")
    matters.link_platform(office.county, home, "N-1")
    assert projector.rebuild(office.county.store)["equal"] is True


def test_jm08_the_long_term_list_follows_the_roll(office: Office) -> None:
    """JM-08: 对保障对象长期公示，在保期间名单随时更新."""
    app = office.application("dibao")
    office.up()
    home = reads_home(office, app)
    assert notices.long_term(office.village) == []
    office.county.record(CategorySet(village=VILLAGE, household=home, category="dibao", since="2026-12-01"))
    office.down()
    [row] = notices.long_term(office.village)
    assert (row.state, row.head, row.category_label, row.since) == ("owed", "石守田", "低保", "2026-12-01")
    posted = notices.post(office.village, notices.PostNotice(app, "long_term"))
    assert [one.state for one in notices.long_term(office.village)] == ["hanging"]
    office.up()
    office.county.record(ExitRecorded(village=VILLAGE, household=home, category="dibao", on="2026-12-28", reason="income_above"))
    office.down()
    [row] = notices.long_term(office.village)
    assert (row.state, row.notice) == ("remove", posted.id)
    notices.take_down(office.village, posted.id)
    assert notices.long_term(office.village) == []


def reads_home(office: Office, app: str) -> str:
    with office.village.reading() as tx:
        found = queries.application(tx, app)
    assert found is not None
    return found.household


def test_gx08_the_records_a_tekun_person_needs_are_listed_where_the_pack_is_in_force() -> None:
    """GX-08: 自理能力评估、供养意愿、照料服务 are in the check-list of 珙县 and nowhere else."""
    day = dt.date(2026, 12, 28)
    held = shipped()
    there = {doc for _, doc, _, _, _ in person_file._listed(held, "511526001001", day, ["tekun"])}
    assert "selfcare_form" in there
    assert not list(person_file._listed(held, "511526001001", dt.date(2020, 4, 30), ["tekun"])), "before the plan took effect"
