"""转介 with department, day, first receiver and feedback: GX-13, CN-06, CN-07, CN-12, CQ-13, CQ-38, JX-41 (M-19, M-83)."""

from __future__ import annotations

import datetime as dt

import pytest
from casework_kit import Family, count, family

from xieli_tui.casework import corrections, entry_view, findings, households, packs, referrals
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.matters import show
from xieli_tui.casework.referrals import AnswerReferral, SendReferral, answer_referral, list_referrals, send_referral
from xieli_tui.casework.session import Session
from xieli_tui.casework.today import today
from xieli_tui.domain import codes
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.store import projector


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def test_gx13_a_need_found_goes_to_the_department_that_is_responsible(village_session: Session, home: Family) -> None:
    """GX-13: 发现困难群众及时转介相应的管理部门."""
    saved = send_referral(village_session, SendReferral(home.id, "残联", "dis_living", home.son, "昨天", "2027-01-10", note="想办残疾证"))
    [row] = list_referrals(village_session, home.id)
    assert (row.id, row.department, row.kind, row.who, row.on, row.due) == (saved.id, "dpf", "dis_living", "李建军", "2026-12-27", "2027-01-10")
    assert (row.open, row.overdue, row.note, row.limit) == (True, False, "想办残疾证", "写明的期限")
    entry = next(one for one in households.timeline(village_session, home.id) if one.type == "referral.sent")
    assert (entry.word, entry.state) == ("转介", "local")
    assert "残联" in entry.summary
    assert "残疾人生活补贴" in entry.summary


def test_cn06_the_first_receiver_is_recorded_and_stays_until_it_is_handed_on(village_session: Session, home: Family) -> None:
    """CN-06: 首问负责, the operator by default; a hand-over names the next unit and its first receiver, and the referral goes on."""
    saved = send_referral(village_session, SendReferral(home.id, "education", "edu"))
    assert list_referrals(village_session)[0].first_receiver == "陈秀兰"
    assert answer_referral(village_session, AnswerReferral(saved.id, "continuing", note="在问学校")).state == "open"
    [row] = list_referrals(village_session)
    assert (row.first_receiver, row.open, row.result, row.answer_note) == ("陈秀兰", True, "办理中", "在问学校")
    answer_referral(village_session, AnswerReferral(saved.id, "forwarded", department="人社", first_receiver="刘芳", due="2027-01-20"))
    [row] = list_referrals(village_session)
    assert (row.department, row.first_receiver, row.due, row.open, row.result) == ("hrss", "刘芳", "2027-01-20", True, "已转下一单位")
    assert answer_referral(village_session, AnswerReferral(saved.id, "done", note="进了培训班")).state == "closed"
    [row] = list_referrals(village_session)
    assert (row.open, row.result, row.answered_on, row.department) == (False, "已办理", "2026-12-28", "hrss")


def test_cq38_a_referral_stays_on_the_open_list_until_the_answer_is_there(village_session: Session, home: Family) -> None:
    """CQ-38: 及时反馈救助帮扶情况."""
    first = send_referral(village_session, SendReferral(home.id, "housing", "housing_rural")).id
    second = send_referral(village_session, SendReferral(home.id, "health", "med_emergency")).id
    answer_referral(village_session, AnswerReferral(first, "refused", note="不在范围"))
    assert [row.id for row in list_referrals(village_session, open_only=True)] == [second]
    assert [one.target for one in show(village_session, home.id) if one.kind == "referral"] == [second]
    with pytest.raises(Refused) as caught:
        answer_referral(village_session, AnswerReferral(first, "done"))
    assert caught.value.code == "XL-P05"


def test_cn07_without_a_limit_of_the_county_there_is_no_day_and_that_is_said(village_session: Session, home: Family) -> None:
    """CN-07: the time limit is the county's; none is invented."""
    saved = send_referral(village_session, SendReferral(home.id, "education", "edu"))
    assert saved.state == ""
    [row] = list_referrals(village_session)
    assert (row.due, row.overdue, row.limit) == ("", False, referrals.NO_LIMIT)


def test_a_day_that_has_passed_is_overdue_and_stands_first(village_session: Session, home: Family, clock: FixedClock) -> None:
    send_referral(village_session, SendReferral(home.id, "education", "edu", due="2027-03-01"))
    late = send_referral(village_session, SendReferral(home.id, "housing", "housing_rural", due="2026-12-30")).id
    clock.tick(days=2)
    assert list_referrals(village_session, overdue_only=True) == [], "the day itself is not past"
    clock.tick(days=1)
    rows = list_referrals(village_session)
    assert [(row.id == late, row.overdue, row.days_over) for row in rows] == [(True, True, 1), (False, False, 0)]


def test_cn12_the_rescue_station_is_a_department_like_the_others(village_session: Session, home: Family) -> None:
    """CN-12, JX-27: 救助管理站、未成年人保护中心."""
    send_referral(village_session, SendReferral(home.id, "stations", "vagrant"))
    assert list_referrals(village_session)[0].department_name == "救助管理站点、未成年人保护中心", "as 004 prints it"


def test_m83_a_department_is_a_function_and_its_name_is_the_one_the_region_prints(village_session: Session) -> None:
    with village_session.reading() as tx:
        held = packs.of(tx)
    day = dt.date(2026, 12, 28)
    assert referrals.printed(held, "440700001001", day, "agriculture") == ("市农业局", "农业农村局（2018 年机构改革后）")
    assert referrals.printed(held, "500112001001", day, "agriculture")[0] != "市农业局"
    assert referrals.printed(held, "", day, "agriculture") == (codes.label("department", "agriculture"), "")
    names = dict(referrals.departments(village_session))
    assert "village" not in names
    assert set(names) == set(codes.ids("department")) - {"village"}


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"department": "", "kind": "edu"}, "XL-V06", "department"), ({"department": "village", "kind": "edu"}, "XL-V08", "department"),
        ({"department": "moon", "kind": "edu"}, "XL-V08", "department"), ({"department": "education", "kind": ""}, "XL-V06", "kind"),
        ({"department": "education", "kind": "edu", "due": "2026-12-01"}, "XL-V02", "due"),
        ({"department": "education", "kind": "edu", "on": "2027-02-01"}, "XL-V13", "on"),
        ({"department": "education", "kind": "edu", "first_receiver": "甲\u202e"}, "XL-V10", "first_receiver"),
    ],
)
def test_a_referral_that_cannot_be_is_refused_with_its_field(village_session: Session, home: Family, fields: dict[str, str], code: str, field: str) -> None:
    before = count(village_session)
    with pytest.raises(XieliError) as caught:
        send_referral(village_session, SendReferral(home.id, **fields))
    assert (caught.value.code, caught.value.field, count(village_session)) == (code, field, before)


def test_feedback_that_cannot_be_is_refused(village_session: Session, home: Family) -> None:
    saved = send_referral(village_session, SendReferral(home.id, "education", "edu"))
    for request, code in (
        (AnswerReferral(saved.id, "forwarded"), "XL-V06"), (AnswerReferral(saved.id, "done", department="hrss"), "XL-V11"),
        (AnswerReferral(saved.id, "lost"), "XL-V08"), (AnswerReferral(saved.id, "done", on="2026-12-01"), "XL-V02"),
    ):
        with pytest.raises(Refused) as caught:
            answer_referral(village_session, request)
        assert caught.value.code == code
    with pytest.raises(NotFound) as missing:
        answer_referral(village_session, AnswerReferral(village_session.new_id(), "done"))
    assert missing.value.code == "XL-V45"


@pytest.mark.parametrize(
    ("spec", "department", "found"),
    [
        (5, "education", (5, "days")), ("5", "education", (5, "days")), ({"days": 3, "unit": "working"}, "education", (3, "working")),
        ({"education": 7, "*": {"days": 2, "unit": "working"}}, "education", (7, "days")), ({"education": 7, "*": {"days": 2, "unit": "working"}}, "hrss", (2, "working")),
        ({"education": 7}, "hrss", None), (None, "hrss", None), ("很快", "hrss", None), ({"days": 3, "unit": "moons"}, "hrss", None),
    ],
)
def test_the_countys_limit_is_read_by_department(spec: object, department: str, found: tuple[int, str] | None) -> None:
    assert referrals._spec(spec, department) == found


def test_a_rebuild_finds_the_same_referrals(village_session: Session, home: Family) -> None:
    saved = send_referral(village_session, SendReferral(home.id, "education", "edu"))
    answer_referral(village_session, AnswerReferral(saved.id, "forwarded", department="hrss"))
    answer_referral(village_session, AnswerReferral(saved.id, "partial"))
    assert projector.rebuild(village_session.store)["equal"] is True
    assert list_referrals(village_session)[0].result == "部分办理"


def test_somebody_on_no_list_is_referred_followed_corrected_and_withdrawn_like_anybody(village_session: Session, clock: FixedClock) -> None:
    """M-23, CN-12: nobody is sent away for where he comes from, and what was written of him is mended as for a family."""
    flag = flag_hardship(village_session, FlagHardship(["stranded"], outsider="孙长富", place="村口桥下", hukou_region="110101"))
    sent = send_referral(village_session, SendReferral("", "stations", "vagrant", due="2026-12-30", flag=flag.id))
    [row] = findings.show(village_session, flag.id).referrals
    assert (row.id, row.head, row.household, row.due, row.open) == (sent.id, "孙长富", "", "2026-12-30", True)
    assert [one.id for one in list_referrals(village_session, open_only=True)] == [sent.id]
    [task] = [one for one in today(village_session).tasks if one.task == "referral_followup"]
    assert (task.who, task.target, task.due) == ("孙长富", flag.id, "2026-12-30")
    answer_referral(village_session, AnswerReferral(sent.id, "done", note="接走了"))
    assert [one.task for one in today(village_session).tasks if one.task == "referral_followup"] == []
    assert findings.show(village_session, flag.id).referrals[0].result == "已办理"

    whole = findings.show(village_session, flag.id)
    corrections.correct(village_session, whole.ref, {"outsider": {"name": "孙长福", "place": "村口桥下"}, "found_by": "邻里"}, "听错了名字")
    seen = entry_view.show(village_session, whole.ref)
    now = findings.show(village_session, flag.id)
    assert (now.who, now.found_by, seen.closed) == ("孙长福", "邻里", "")
    assert [one.first for one in seen.fields if one.name == "outsider"] == ["孙长富，村口桥下"]
    corrections.withdraw(village_session, whole.ref, "记重了")
    assert findings.list_findings(village_session) == []
    assert entry_view.show(village_session, whole.ref).struck == "已撤回"
    assert projector.rebuild(village_session.store)["equal"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (SendReferral("", "stations", "vagrant"), "XL-V06"),
        (SendReferral("", "stations", "vagrant", flag="01a002a5-9080-7164-96e8-37350a943130"), "XL-V43"),
    ],
)
def test_a_referral_is_about_a_family_or_a_finding(village_session: Session, request_: SendReferral, code: str) -> None:
    with pytest.raises(XieliError) as refused:
        send_referral(village_session, request_)
    assert refused.value.code == code
