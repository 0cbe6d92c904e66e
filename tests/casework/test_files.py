"""Assessments, urgent files, person files, six categories, what a record offers, and the visit plan."""

from __future__ import annotations

import pytest
from casework_kit import HEAD_ID, Family, family

from xieli_tui.casework import application, categories, emergencies, households, matters, person_file, services, visit_plan
from xieli_tui.casework.assessments import MakeAssessment, make_assessment, show_assessment
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship, report_by_phone, settle_flag
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.referrals import AnswerReferral, SendReferral, answer_referral, send_referral
from xieli_tui.casework.services import GiveAid, give_aid
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, projector


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def types(session: Session, *wanted: str) -> int:
    with session.reading() as tx:
        return len(journal.events_of_type(tx, *wanted))


# -- six dimensions: GX-12, M-12 --------------------------------------------------------------------


def test_gx12_an_assessment_says_which_dimensions_are_missing_and_has_no_score(village_session: Session, home: Family) -> None:
    """GX-12: 六方面综合评估，和核对、入户调查结果合起来看."""
    saved = make_assessment(village_session, MakeAssessment(home.id, {"经济": "有困难", "health": 2}, {"health": "高血压"}))
    assert saved.state == "partial"
    seen = show_assessment(village_session, home.id)
    assert seen.missing == ("教育", "居住", "就业", "社会参与")
    assert [(one.dimension, one.level_label, one.note) for one in seen.dimensions[:3]] == [("economy", "有困难", ""), ("health", "留意", "高血压"), ("education", "", "")]
    assert not seen.complete
    assert seen.lacking[-2:] == ("还没有核对结果", "还没有入户调查")
    assert not any("分" in word for word in (*seen.lacking, seen.check, seen.survey))


def test_an_older_assessment_fills_what_the_newer_one_left_out(village_session: Session, home: Family, clock: FixedClock) -> None:
    make_assessment(village_session, MakeAssessment(home.id, dict.fromkeys(("economy", "health", "education", "housing", "employment", "participation"), 1)))
    clock.tick(days=1)
    make_assessment(village_session, MakeAssessment(home.id, {"health": 3}))
    seen = show_assessment(village_session, home.id)
    assert seen.complete
    assert {one.dimension: one.level for one in seen.dimensions}["health"] == 3
    assert {one.dimension: one.level for one in seen.dimensions}["economy"] == 1


def test_what_a_visit_marked_is_beside_the_assessment_and_never_in_it(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="12-20", kind="annual_survey", marks={"housing": 3}))
    seen = show_assessment(village_session, home.id)
    housing = next(one for one in seen.dimensions if one.dimension == "housing")
    assert (housing.level, housing.seen_on, housing.seen_label) == (0, "2026-12-20", "有困难")
    assert "居住" in seen.missing
    assert seen.survey == "2026-12-20 村年度入户调查"


@pytest.mark.parametrize(
    ("levels", "notes", "code", "field"),
    [({}, {}, "XL-V06", "mark"), ({"mood": 1}, {}, "XL-V08", "mark"), ({"health": 4}, {}, "XL-V08", "mark"), ({"health": 1}, {"economy": "穷"}, "XL-V11", "note")],
)
def test_an_assessment_that_cannot_be_is_refused(
    village_session: Session, home: Family, levels: dict[str, int], notes: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused) as caught:
        make_assessment(village_session, MakeAssessment(home.id, levels, notes))
    assert (caught.value.code, caught.value.field) == (code, field)
    assert types(village_session, "assessment.made") == 0


# -- 急难信息档案: CN-04, CN-05, M-42 ----------------------------------------------------------------


def test_cn04_an_emergency_opens_its_file_and_an_ordinary_finding_does_not(village_session: Session, home: Family) -> None:
    """CN-04: 得知突发事件、意外事故、罹患重病，建立“救急难”信息档案."""
    flag_hardship(village_session, FlagHardship(["illness"], household=home.id, urgency="urgent"))
    assert emergencies.list_files(village_session) == []
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, persons=[home.son], urgency="emergency", situation="住院", needs="押金")).id
    [file] = emergencies.list_files(village_session)
    assert (file.flag, file.who, file.kind_label, file.opened_at, file.situation, file.needs) == (flag, "李建军", "罹患重病", "2026-12-28T09:00", "住院", "押金")
    assert file.open_stages == ("报告", "上门", "帮助", "申请", "先行救助", "决定", "补手续", "跟进")


def test_the_file_is_put_together_from_what_is_recorded_elsewhere(village_session: Session, home: Family, clock: FixedClock) -> None:
    """CN-05: 帮助提出申请并协助办理; nothing is typed twice."""
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, urgency="emergency")).id
    report_by_phone(village_session, flag, "08:40", "刘芳")
    record_visit(village_session, RecordVisit(home.id, "family"))
    give_aid(village_session, GiveAid(home.id, "棉被", quantity=2, unit="床"))
    app = start_application(village_session, StartApplication(home.id, ["temp_emergency"], emergency=True, flag=flag)).id
    application.add_paper(village_session, application.AddPaper(app, "diagnosis", "村委抽屉"))
    send_referral(village_session, SendReferral(home.id, "charity_fund" if False else "social_orgs", "charity_fund"))
    clock.tick(days=1)
    settle_flag(village_session, flag, "helped")
    file = emergencies.show_file(village_session, flag)
    assert [(one.stage, one.at[:10]) for one in file.entries] == [
        ("found", "2026-12-28"), ("reported", "2026-12-28"), ("visited", "2026-12-28"), ("helped", "2026-12-28"), ("applied", "2026-12-28"), ("papers", "2026-12-28"),
        ("followed", "2026-12-28"), ("followed", "2026-12-29"),
    ]
    assert file.open_stages == ("先行救助", "决定")
    assert file.settled == "2026-12-29"


def test_a_step_opens_the_file_of_a_finding_that_has_none_and_joins_the_one_there_is(village_session: Session, home: Family) -> None:
    flag = flag_hardship(village_session, FlagHardship(["accident"], household=home.id, urgency="urgent", on="12-27")).id
    opened = emergencies.add_step(village_session, flag, "visited", "12-27 16:00", "去看了")
    again = emergencies.add_step(village_session, flag, "帮助" if False else "helped", None, "送了米")
    assert opened.id == again.id
    file = emergencies.show_file(village_session, opened.id)
    assert [(one.stage, one.what) for one in file.entries[1:]] == [("visited", "已上门，去看了"), ("helped", "已帮助，送了米")]
    assert file.kind == "accident"
    assert types(village_session, "emergency.opened") == 1


def test_a_file_is_opened_once_and_a_step_is_not_before_its_finding(village_session: Session, home: Family) -> None:
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, urgency="normal")).id
    emergencies.open_file(village_session, flag, "火灾")
    for act, code in (
        (lambda: emergencies.open_file(village_session, flag, "fire"), "XL-P05"),
        (lambda: emergencies.add_step(village_session, flag, "visited", "12-01 10:00"), "XL-V02"),
        (lambda: emergencies.add_step(village_session, flag, "flown"), "XL-V08"),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == code
    for missing in (lambda: emergencies.show_file(village_session, village_session.new_id()), lambda: emergencies.add_step(village_session, "nothing", "seen")):
        with pytest.raises(NotFound) as lost:
            missing()
        assert lost.value.code == "XL-V45"


def test_a_stranger_in_need_has_a_file_too(village_session: Session) -> None:
    flag = flag_hardship(village_session, FlagHardship(["流落"], outsider="孙长福", place="村口桥下", urgency="emergency")).id
    emergencies.add_step(village_session, flag, "helped", None, "给了热饭")
    file = emergencies.show_file(village_session, flag)
    assert (file.who, file.household, file.kind_label, file.place) == ("孙长福", "", "务工不着、走失", "村口桥下")


# -- 一人一档: JM-15, M-41 --------------------------------------------------------------------------


def test_jm15_a_persons_file_says_what_is_there_and_what_is_missing(village_session: Session, home: Family) -> None:
    """JM-15: 一人一档案, 证件、决定、核对、走访、公示."""
    before = person_file.show_file(village_session, home.head)
    assert {"身份证号", "走访记录", "审核确认决定", "经济状况核对", "入户调查", "公示记录"} <= set(before.missing)
    assert "出生日期" not in before.missing
    households.set_person(village_session, home.head, {"id_no": HEAD_ID})
    record_visit(village_session, RecordVisit(home.id, "self", on="12-20"))
    after = person_file.show_file(village_session, home.head)
    assert {"身份证号", "走访记录"}.isdisjoint(after.missing)
    assert next(one for one in after.items if one.label == "走访记录").where == "1 次"
    assert (after.category_label, after.category_rank, after.relation_label, after.age) == ("低保", "claim", "户主", 75)
    assert after.categories == (("", "全家 村台账登记为低保", "", "村台账"),)


def test_a_person_who_is_not_on_the_roll_owes_no_decision(village_session: Session) -> None:
    other = family(village_session, "钱有才", category="无")
    assert set(person_file.show_file(village_session, other.head).missing) == {"身份证号"}


def test_the_file_holds_aids_applications_and_referrals_of_the_person_and_of_the_family(village_session: Session, home: Family) -> None:
    give_aid(village_session, GiveAid(home.id, "书包", person=home.child))
    give_aid(village_session, GiveAid(home.id, "棉被"))
    start_application(village_session, StartApplication(home.id, ["edu"], person=home.child))
    sent = send_referral(village_session, SendReferral(home.id, "education", "edu", home.child))
    answer_referral(village_session, AnswerReferral(sent.id, "done"))
    child, head = person_file.show_file(village_session, home.child), person_file.show_file(village_session, home.head)
    assert len(child.aids) == 2
    assert [what for _, what, _ in head.aids] == ["实物救助 棉被"]
    assert (len(child.applications), len(head.applications)) == (1, 0)
    assert child.referrals == (("2026-12-28", "教育(教委) 教育救助", "已办理"),)
    assert head.referrals == ()


def test_the_folder_of_a_family_is_the_files_of_its_people(village_session: Session, home: Family) -> None:
    assert [one.name for one in person_file.of_household(village_session, home.id)] == ["王秀英", "李建军", "李晓雨"]
    with pytest.raises(NotFound) as caught:
        person_file.show_file(village_session, village_session.new_id())
    assert caught.value.code == "XL-V41"


# -- six categories: CQ-01 --------------------------------------------------------------------------


def test_cq01_the_six_categories_are_listed_with_reasons_and_nothing_is_decided(village_session: Session, home: Family) -> None:
    """CQ-01: 低收入人口六类; a screening never substitutes the category of record."""
    households.set_person(village_session, home.son, {"category": "其他困难", "labels": "脱贫人口,建档立卡"})
    seen = categories.show(village_session, home.id)
    assert [(one.who, one.label, one.rank) for one in seen.units[:2]] == [("王秀英", "低保", "村台账登记"), ("王秀英", "", "")]
    son = next(one for one in seen.units if one.person == home.son)
    assert (son.label, son.rank, son.labels) == ("其他困难", "村台账登记", ("脱贫人口", "建档立卡"))
    assert {one.category for one in seen.six} == {"dibao", "tekun", "edge", "relapse_monitor", "rigid", "other_hard"}
    assert next(one for one in seen.six if one.category == "other_hard").words == categories.NO_TEST
    assert all(not any(word in one.words for word in ("批准", "确认享受", "应发")) for one in seen.six)
    assert seen.monitor_until == ""


# -- what a record offers: JX-30, JX-34, JX-36, JM-20 -----------------------------------------------


def test_jx36_a_hazard_seen_on_a_visit_offers_a_referral_until_one_is_sent(village_session: Session, home: Family, clock: FixedClock) -> None:
    """JX-36, M-61: 农村危房动态监测."""
    record_visit(village_session, RecordVisit(home.id, "self", on="12-20", house_safety="unseen"))
    assert matters.offers(village_session, home.id) == []
    record_visit(village_session, RecordVisit(home.id, "self", on="12-21", house_safety="risk"))
    [offer] = matters.offers(village_session, home.id)
    assert (offer.department, offer.kind, offer.rule, offer.since) == ("housing", "housing_rural", "JX-36", "2026-12-21")
    sent = send_referral(village_session, SendReferral(home.id, offer.department, offer.kind))
    assert matters.offers(village_session, home.id) == []
    answer_referral(village_session, AnswerReferral(sent.id, "done"))
    clock.tick(days=1)
    record_visit(village_session, RecordVisit(home.id, "self", house_safety="risk"))
    assert [one.since for one in matters.offers(village_session, home.id)] == ["2026-12-29"], "seen again after it was dealt with"
    clock.tick(minutes=1)
    record_visit(village_session, RecordVisit(home.id, "self", house_safety="safe"))
    assert matters.offers(village_session, home.id) == []


def test_jx34_a_child_of_compulsory_age_out_of_school_offers_education(village_session: Session, home: Family) -> None:
    """JX-34, M-59: unknown is not out of school; the age is EXT 6 to 15."""
    assert matters.offers(village_session, home.id) == []
    households.set_person(village_session, home.child, {"in_school": "否"})
    [offer] = matters.offers(village_session, home.id)
    assert (offer.person, offer.department, offer.kind) == (home.child, "education", "edu_retention")
    households.set_person(village_session, home.child, {"birth": "2010-12-28"})
    assert matters.offers(village_session, home.id) == [], "16 today"


def test_jx30_a_family_of_able_people_without_work_offers_the_job_service(village_session: Session, home: Family) -> None:
    """JX-30: 零就业家庭动态清零; an able member whose work nobody recorded keeps it open."""
    households.set_person(village_session, home.son, {"labour": "有劳动能力"})
    assert matters.offers(village_session, home.id) == []
    households.set_person(village_session, home.son, {"work": "未就业"})
    assert [(one.department, one.person) for one in matters.offers(village_session, home.id)] == [("hrss", ""), ("", home.son)]
    households.set_person(village_session, home.son, {"work": "registered_unemployed", "registered_unemployed": "是"})
    assert [one.department for one in matters.offers(village_session, home.id)] == ["hrss"]
    households.set_person(village_session, home.son, {"work": "务农"})
    assert matters.offers(village_session, home.id) == []


def test_jm20_a_child_left_behind_without_a_guardian_is_asked_about(village_session: Session, home: Family) -> None:
    """JM-20, M-65."""
    households.set_person(village_session, home.child, {"left_behind": "是"})
    [offer] = matters.offers(village_session, home.id)
    assert (offer.rule, offer.department, offer.who) == ("JM-20", "", "李晓雨")
    households.set_person(village_session, home.child, {"guardian": "王秀英"})
    assert matters.offers(village_session, home.id) == []


def test_jm20_a_word_with_the_parents_is_asked_for_until_it_is_recorded_for_that_child(village_session: Session, home: Family) -> None:
    """JM-20, M-65: an act of guardianship has a record of its own; it ends what was asked for."""
    households.set_person(village_session, home.child, {"left_behind": "是", "has_guardian": "否"})
    [offer] = matters.offers(village_session, home.id)
    assert (offer.rule, offer.who, offer.id.partition(":")[0]) == ("JM-20", "李晓雨", "urge")
    services.give_service(village_session, services.GiveService(home.id, "督促监护", person=home.son))
    assert matters.offers(village_session, home.id) == [offer]
    services.give_service(village_session, services.GiveService(home.id, "guardian_urged", person=home.child, note="电话里和父母说了"))
    assert matters.offers(village_session, home.id) == []


def test_a_clause_is_cited_only_where_a_pack_in_force_has_it(village_session: Session) -> None:
    import datetime as dt

    from xieli_tui.casework import packs
    from xieli_tui.casework.offers import cite_in_force

    with village_session.reading() as tx:
        held = packs.of(tx)
    day = dt.date(2026, 12, 28)
    assert cite_in_force(held, "360102001001", day, "JX-36") == "000:8"
    assert cite_in_force(held, "500112001001", day, "JX-36") == ""
    assert cite_in_force(held, "360102001001", dt.date(2019, 1, 1), "JX-36") == ""


# -- the visit plan: CQ-11 --------------------------------------------------------------------------


def test_cq11_families_on_the_roll_and_others_are_two_lists_with_their_reasons(village_session: Session, home: Family) -> None:
    """CQ-11: 已纳入的看政策落实，未纳入的看家庭状况变化."""
    other = family(village_session, "钱有才", "5组", category="")
    plan = {row.household: row for row in visit_plan.plan(village_session)}
    assert (plan[home.id].visit, plan[home.id].look_at) == ("care", "看政策落实没有，有没有别的困难")
    assert (plan[other.id].visit, plan[other.id].look_at) == ("discovery", "看家里情况有没有变化")
    assert all(row.reasons for row in plan.values())
    assert [row.household for row in visit_plan.plan(village_session, visit="discovery")] == [other.id]
    assert [row.household for row in visit_plan.plan(village_session, "五组")] == [other.id]


def test_a_family_met_since_has_no_reason_and_a_visit_to_a_closed_door_is_none(village_session: Session, home: Family) -> None:
    record_visit(village_session, RecordVisit(home.id, "none"))
    assert [row.household for row in visit_plan.plan(village_session)] == [home.id]
    record_visit(village_session, RecordVisit(home.id, "self"))
    assert visit_plan.plan(village_session) == []


def test_a_promise_whose_day_has_come_is_a_reason(village_session: Session, home: Family, clock: FixedClock) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", promise="来看药", promise_on="12-30"))
    assert visit_plan.plan(village_session) == []
    clock.tick(days=2)
    [row] = visit_plan.plan(village_session)
    assert (row.kind, row.reasons, row.due, row.overdue) == ("return", (("答应的事：来看药", ""),), "2026-12-30", False)


def test_a_rebuild_finds_the_same_files(village_session: Session, home: Family) -> None:
    make_assessment(village_session, MakeAssessment(home.id, {"health": 2}, {"health": "高血压"}))
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, urgency="emergency")).id
    emergencies.add_step(village_session, flag, "visited")
    assert projector.rebuild(village_session.store)["equal"] is True
