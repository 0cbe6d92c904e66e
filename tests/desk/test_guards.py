"""What a region's pack forbids is refused where the act is done, with its clause; where no pack speaks the same act passes."""

from __future__ import annotations

import pytest
from region_desk import CQ, GX, JM, JX, NOWHERE, Regions, as_township, delegate, family, head_of, refused, set_local, town, window

from xieli_tui.casework import application as papers
from xieli_tui.casework import households, start_application
from xieli_tui.casework.session import Session
from xieli_tui.desk import further, matters, queue, steps
from xieli_tui.store import queries

REASON = "按规定"


def ready(desk: Session, app: str) -> None:
    """Everything an ordinary case owes before its decision."""
    steps.accept(desk, app)
    steps.check(desk, app, "pass", until="2027-06-28")
    steps.survey(desk, app, ("刘芳二", "张志远"))
    steps.review(desk, app)
    steps.notice(desk, app, "review", "township")
    steps.notice(desk, app, "review", "village")


# -- 受理 ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "rule", "cite"), [(GX, "GX-16", "001:12"), (CQ, "CQ-37", "003:(二十二)")])
def test_nothing_is_accepted_without_the_pledge_where_the_region_wants_it_gx_16_cq_37(regions: Regions, region: str, rule: str, cite: str) -> None:
    desk = regions.county(region)
    app = window(desk, "dibao", pledged=False)
    error = refused("XL-P04", lambda: steps.accept(desk, app))
    assert (error.extra["rule"], error.extra["cite"]) == (rule, cite)
    papers.commit(desk, papers.Commit(app))
    assert steps.accept(desk, app).state == "accepted"


def test_without_such_a_pack_the_pledge_may_follow(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    assert steps.accept(desk, window(desk, "dibao", pledged=False)).warnings == ()


def test_an_emergency_waits_for_no_declaration_and_is_handled_where_it_happened_cq_31(regions: Regions) -> None:
    desk = regions.county(CQ)
    home = family(desk, hukou_region="510000", live_region="510100")
    app = window(desk, "temp_emergency", home=home, pledged=False, emergency=True, event_region=town(desk))
    saved = steps.accept(desk, app)
    assert saved.more["handled_by"] == town(desk)


@pytest.mark.parametrize(("region", "rule"), [(CQ, "CQ-31"), (JX, "JX-20")])
def test_an_emergency_without_its_place_is_accepted_with_a_reminder_to_write_it_cq_31_jx_20(regions: Regions, region: str, rule: str) -> None:
    desk = regions.county(region)
    saved = steps.accept(desk, window(desk, "temp_emergency", emergency=True))
    (warned,) = [one for one in saved.warnings if one.rule == rule]
    assert "发生地" in warned.line()


def test_a_permit_holder_from_the_country_is_taken_in_where_the_permit_is_jx_44(regions: Regions) -> None:
    desk = regions.county(JX)
    home = family(desk, from_agri="是", hukou_region="430000", permit_region=town(desk))
    assert steps.accept(desk, window(desk, "dibao", home=home)).more["handled_by"] == town(desk)


def test_the_city_platform_is_a_reminder_until_its_number_is_there_gx_20(regions: Regions) -> None:
    desk = regions.county(GX)
    with_, without = window(desk, "dibao"), window(desk, "tekun", home=family(desk, "石长庚"))
    assert [one.rule for one in steps.accept(desk, without).warnings] == ["GX-20"]
    assert steps.accept(desk, with_, platform_no="YB-2026-1").warnings == ()


# -- papers, 核对, authorisation --------------------------------------------------------------------------------------------------------


def test_a_paper_the_platform_has_is_neither_asked_for_nor_collected_and_the_list_says_so_jx_46(regions: Regions) -> None:
    desk = regions.county(JX)
    set_local(desk, "queryable_docs", '["hukou_book", "marriage_cert"]')
    app = window(desk, "dibao")
    steps.accept(desk, app)
    error = refused("XL-P09", lambda: steps.return_for_papers(desk, app, ("income_proof", "hukou_book")))
    assert (error.extra["rule"], error.extra["cite"], error.extra["doc"]) == ("JX-46", "000:17", "hukou_book")
    assert refused("XL-P09", lambda: papers.add_paper(desk, papers.AddPaper(app, "hukou_book", "柜子"))).extra["doc"] == "hukou_book"
    assert steps.return_for_papers(desk, app, ("income_proof", "situation_statement")).warnings == ()
    lacking = {one.doc: one for one in papers.missing(desk, app)}
    assert lacking["hukou_book"].queried
    assert "县里查" in lacking["hukou_book"].why
    assert not lacking["id_card"].queried
    assert "户口簿复印件" not in papers.show_application(desk, app).missing


def test_while_the_county_listed_nothing_each_certificate_is_a_reminder_jx_46(regions: Regions) -> None:
    desk = regions.county(JX)
    app = window(desk, "dibao")
    (warned,) = papers.add_paper(desk, papers.AddPaper(app, "income_proof", "柜子")).warnings
    assert warned.rule == "JX-46"
    assert papers.add_paper(desk, papers.AddPaper(app, "application_form", "柜子")).warnings == ()


@pytest.mark.parametrize(("region", "rule"), [(JX, "JX-50"), (JM, "JM-19")])
def test_no_check_without_the_authorisation_of_every_member_jx_50_jm_19(regions: Regions, region: str, rule: str) -> None:
    desk = regions.county(region)
    home = family(desk)
    son = households.add_person(desk, households.AddPerson(home, "石小田", "20", {"birth": "1995-01-01"})).id
    app = window(desk, "dibao", home=home)
    steps.accept(desk, app)
    for act in (lambda: further.request_check(desk, app), lambda: steps.check(desk, app, "pass")):
        assert refused("XL-P09", act).extra["rule"] == rule
    papers.consent(desk, papers.Consent(app, son, until="2027-12-28"))
    assert further.request_check(desk, app).more["persons"] == 2
    assert steps.check(desk, app, "pass", until="2027-06-28").state == "checked"
    with desk.reading() as tx:
        assert len(queries.check_requests(tx, app)[0].persons) == 2


def test_without_a_pack_a_check_is_asked_for_those_who_signed_and_for_nobody_else(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    home = family(desk)
    households.add_person(desk, households.AddPerson(home, "石小田", "20", {"birth": "1995-01-01"}))
    app = window(desk, "dibao", home=home, authorised=False)
    steps.accept(desk, app)
    refused("XL-P04", lambda: further.request_check(desk, app))
    papers.consent(desk, papers.Consent(app, head_of(desk, home), until="2027-12-28"))
    assert further.request_check(desk, app).more["persons"] == 1


def test_nobody_is_asked_twice_while_an_authorisation_or_a_check_is_valid_cq_21(regions: Regions) -> None:
    desk = regions.county(CQ)
    home = family(desk)
    app = window(desk, "dibao", home=home)
    again = papers.Consent(app, head_of(desk, home), until="2028-12-28")
    assert refused("XL-P09", lambda: papers.consent(desk, again)).extra["rule"] == "CQ-21"
    steps.accept(desk, app)
    steps.check(desk, app, "pending")
    steps.check(desk, app, "pass", until="2027-06-28")
    assert refused("XL-P09", lambda: steps.check(desk, app, "pass")).extra["rule"] == "CQ-21"
    second = window(desk, "med_aid", home=home, authorised=False)
    steps.accept(desk, second)
    assert refused("XL-P09", lambda: further.request_check(desk, second)).extra["rule"] == "CQ-21"
    regions.clock.tick(days=370)
    assert papers.consent(desk, again).state == "signed"


def test_elsewhere_an_authorisation_may_be_renewed_before_it_ends(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    home = family(desk)
    app = window(desk, "dibao", home=home)
    assert papers.consent(desk, papers.Consent(app, head_of(desk, home), until="2028-12-28")).warnings == ()


# -- near relatives --------------------------------------------------------------------------------------------------------------------


def test_an_officer_filed_as_near_relative_takes_no_step_and_another_does_jm_09(regions: Regions) -> None:
    desk = regions.county(JM)
    app = window(desk, "dibao", kin=False)
    papers.kin(desk, papers.Kin(app, staff="周敏", relation="91"))
    error = refused("XL-P03", lambda: steps.accept(desk, app))
    assert (error.extra["conflict"], error.extra["next_actor"]) == ("kin", "other_officer")
    assert "周敏" not in str(error.as_json())
    as_township(desk)
    assert steps.accept(desk, app).state == "accepted"


def test_a_relation_nobody_asked_about_holds_up_neither_the_acceptance_nor_the_decision_but_is_named_jm_09(regions: Regions) -> None:
    desk = regions.county(JM)
    app = window(desk, "dibao", kin=False)
    ready(desk, app)
    regions.clock.tick(days=8)
    saved = steps.decide(desk, steps.Decide(app, None, True, "600", None, REASON))
    assert any("近亲属" in one.why for one in saved.warnings)


# -- who decides ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "code"), [("3000.00", ""), ("3000.01", "XL-P03")])
def test_the_township_decides_three_thousand_and_the_county_one_fen_more_gx_19(regions: Regions, amount: str, code: str) -> None:
    desk = regions.county(GX)
    delegate(desk, "temp_emergency", "5000.00")  # the county's own table goes further than the document
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    as_township(desk)
    decide = steps.Decide(app, None, True, amount, None, REASON)
    if code:
        error = refused(code, lambda: steps.decide(desk, decide))
        assert (error.extra["rule"], error.extra["cite"], error.extra["next_actor"]) == ("GX-19", "001:三(二)", "county")
        return
    assert steps.decide(desk, decide).state == "decided"


def test_a_township_may_reject_what_it_may_grant_gx_19(regions: Regions) -> None:
    desk = regions.county(GX)
    delegate(desk, "temp_emergency", "3000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    as_township(desk)
    assert steps.decide(desk, steps.Decide(app, None, False, None, None, "他处已经救助")).state == "decided"


def test_low_income_aid_waits_until_the_batch_has_reached_the_township_gx_18(regions: Regions) -> None:
    desk = regions.county(GX)
    app = window(desk, "dibao")
    ready(desk, app)
    regions.clock.tick(days=8)
    county = desk.operator
    as_township(desk)
    decide = steps.Decide(app, None, True, "600", None, REASON)
    assert refused("XL-P03", lambda: steps.decide(desk, decide)).extra["next_actor"] == "county"
    township, desk.operator = desk.operator, county
    delegate(desk, "dibao", "99999.00")
    desk.operator = township
    assert steps.decide(desk, decide).state == "decided"


def test_a_county_without_township_desks_decides_what_it_handed_down_and_is_told_so_gx_18_gx_19(regions: Regions) -> None:
    desk = regions.county(GX)
    delegate(desk, "temp_emergency", "3000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    assert steps.decide(desk, steps.Decide(app, None, True, "800.00", None, REASON)).state == "decided"


def test_the_township_of_jiangmen_decides_nothing_whatever_the_table_says_jm_07(regions: Regions) -> None:
    desk = regions.county(JM)
    delegate(desk, "temp_emergency", "3000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    county = desk.operator
    as_township(desk)
    decide = steps.Decide(app, None, True, "500.00", None, REASON)
    error = refused("XL-P03", lambda: steps.decide(desk, decide))
    assert (error.extra["rule"], error.extra["next_actor"]) == ("JM-07", "county")
    desk.operator = county
    saved = steps.decide(desk, decide)
    assert {one.rule for one in saved.warnings} >= {"JM-06"}  # the notice of an emergency is still owed, afterwards


def test_a_kind_nobody_handed_down_is_the_countys_in_jiangxi_jx_43(regions: Regions) -> None:
    desk = regions.county(JX)
    delegate(desk, "temp_emergency", "1000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    as_township(desk)
    assert refused("XL-P03", lambda: steps.decide(desk, steps.Decide(app, None, True, "1000.01", None, REASON))).extra["next_actor"] == "county"
    assert steps.decide(desk, steps.Decide(app, None, True, "1000.00", None, REASON)).state == "decided"


@pytest.mark.parametrize(("region", "rule"), [(JX, "JX-24"), (CQ, "CQ-16")])
def test_one_case_one_decision_is_written_down_only_after_the_conference_jx_24_cq_16(regions: Regions, region: str, rule: str) -> None:
    desk = regions.county(region)
    app = window(desk, "temp_special")
    steps.accept(desk, app)
    steps.review(desk, app)
    decide = steps.Decide(app, None, True, "20000.00", None, REASON)
    error = refused("XL-P03", lambda: steps.decide(desk, decide))
    assert (error.extra["rule"], error.extra["next_actor"]) == (rule, "county_coord")
    matters.hold_conference(desk, matters.HoldConference(("周敏", "刘芳"), "同意给予", applications=(app,)))
    assert steps.decide(desk, decide).state == "decided"


# -- steps owed, 上报 --------------------------------------------------------------------------------------------------------------------


def test_in_jiangmen_every_kind_goes_through_check_review_and_both_boards_jm_05_jm_06_jm_10(regions: Regions) -> None:
    desk = regions.county(JM)
    app = window(desk, "med_aid")
    steps.accept(desk, app)
    decide = steps.Decide(app, None, True, None, None, REASON)
    error = refused("XL-P04", lambda: steps.decide(desk, decide))
    assert [(o["step"], o["cite"]) for o in error.extra["owed"]] == [  # type: ignore[attr-defined]
        ("checked", "002:四(二); 002:三(一)2"), ("reviewed", "002:三(二)2"), ("notice", "002:三(二)3"),
    ]
    elsewhere = regions.county(NOWHERE)
    other = window(elsewhere, "med_aid")
    steps.accept(elsewhere, other)
    error = refused("XL-P04", lambda: steps.decide(elsewhere, steps.Decide(other, None, True, None, None, REASON)))
    assert [(o["step"], o["cite"]) for o in error.extra["owed"]] == [("reviewed", "EXT")]  # type: ignore[attr-defined]


def test_the_case_names_the_clause_of_the_region_at_every_step(regions: Regions) -> None:
    cites = {region: [one.cite for one in queue.case(desk, window(desk, "dibao")).steps[:5]] for region in (JM, CQ) for desk in [regions.county(region)]}
    assert cites[JM] == ["002:三(二)1", "002:四(二); 002:三(一)2", "002:三(二)2", "002:三(二)2", "002:三(二)3"]
    assert cites[CQ] == ["EXT", "003:(二十)", "EXT", "EXT", "EXT"]


def test_nothing_goes_up_to_the_county_without_a_check_result_jm_10(regions: Regions) -> None:
    desk = as_township(regions.county(JM))
    app = window(desk, "dibao")
    steps.accept(desk, app)
    error = refused("XL-P04", lambda: further.report(desk, app))
    assert [o["step"] for o in error.extra["owed"]] == ["checked", "investigated", "reviewed"]  # type: ignore[attr-defined]
    steps.check(desk, app, "pending")
    assert "核对结果还没有回来" in str(refused("XL-P04", lambda: further.report(desk, app)).extra["owed"])
    steps.check(desk, app, "pass")
    steps.survey(desk, app, ("刘芳二", "张志远"))
    steps.review(desk, app)
    error = refused("XL-P04", lambda: further.report(desk, app))
    assert error.extra["rule"] == "JM-06"
    for place in ("township", "village"):
        steps.notice(desk, app, "review", place)
    assert further.report(desk, app, "请县里审查").state == "reported"


def test_a_report_is_the_townships_and_not_the_countys(regions: Regions) -> None:
    desk = regions.county(JM)
    app = window(desk, "dibao")
    steps.accept(desk, app)
    refused("XL-P05", lambda: further.report(desk, app))


def test_a_rejection_in_jiangmen_is_not_hung_out_but_has_the_townships_opinion_jm_06(regions: Regions) -> None:
    desk = regions.county(JM)
    app = window(desk, "dibao")
    steps.accept(desk, app)
    steps.check(desk, app, "fail")
    decide = steps.Decide(app, None, False, None, None, "核对不符")
    error = refused("XL-P04", lambda: steps.decide(desk, decide))
    assert [o["step"] for o in error.extra["owed"]] == ["reviewed"]  # type: ignore[attr-defined]
    steps.review(desk, app, "reject")
    assert steps.decide(desk, decide).state == "decided"


def test_an_appraisal_is_held_only_where_something_is_unclear_jx_45(regions: Regions) -> None:
    desk = regions.county(JX)
    app = window(desk, "dibao")
    steps.accept(desk, app)
    assert refused("XL-P09", lambda: further.appraise(desk, app, "多数同意")).extra["rule"] == "JX-45"
    refused("XL-V08", lambda: further.appraise(desk, app, "多数同意", ("weather",)))
    assert further.appraise(desk, app, "多数同意", ("economy",)).state == "appraised"
    with desk.reading() as tx:
        (step,) = (one for one in queries.steps(tx, app) if one.t == "application.appraised")
    assert step.d["unclear"] == ["economy"]


def test_a_grave_objection_lets_an_appraisal_be_held_jx_45(regions: Regions) -> None:
    from xieli_tui.domain.events.work import NoticeObjected

    for region in (JX, NOWHERE):
        desk = regions.county(region)
        app = window(desk, "dibao")
        steps.accept(desk, app)
        refused("XL-P09" if region == JX else "XL-V06", lambda desk=desk, app=app: further.appraise(desk, app, "多数同意"))
        hung = steps.notice(desk, app, "review", "village").id
        with desk.reading() as tx:
            home = queries.application(tx, app)
        assert home is not None
        desk.record(NoticeObjected(village=home.village, household=home.household, notice=hung, on="2026-12-28", level="major", text="家里有车"))
        assert further.appraise(desk, app, "多数同意").state == "appraised"


# -- pay first, nothing twice ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "rule", "followup"), [(JX, "JX-21", "supplement_materials"), (CQ, "CQ-32", "supplement_statement")])
def test_pay_first_within_the_cap_and_what_follows_is_the_regions_jx_21_cq_32(regions: Regions, region: str, rule: str, followup: str) -> None:
    desk = regions.county(region)
    set_local(desk, "small_advance_cap", "1000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    refused("XL-P03", lambda: steps.advance(desk, app, "1000.01", "备用金"))
    saved = steps.advance(desk, app, "1000.00", "备用金")
    assert saved.more["followup"] == followup
    assert saved.warnings == ()


@pytest.mark.parametrize(("region", "rule"), [(JX, "JX-21"), (CQ, "CQ-32")])
def test_without_a_cap_the_township_decides_and_is_told_what_is_missing_jx_21_cq_32(regions: Regions, region: str, rule: str) -> None:
    desk = regions.county(region)
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    (warned,) = steps.advance(desk, app, "500", "备用金").warnings
    assert warned.rule == rule
    assert "小额先行救助上限" in warned.line()


def test_the_same_aid_again_in_one_month_is_shown_with_the_record_it_repeats_cq_22(regions: Regions) -> None:
    desk = regions.county(CQ)
    home = family(desk)
    first, second = (window(desk, "temp_emergency", home=home, emergency=True, authorised=at == 0, event_region=town(desk)) for at in range(2))
    for app in (first, second):
        steps.accept(desk, app)
    assert steps.decide(desk, steps.Decide(first, None, True, "800", None, REASON)).warnings == ()
    saved = steps.decide(desk, steps.Decide(second, None, True, "600", None, REASON))
    warned = next(one for one in saved.warnings if one.rule == "CQ-22")
    assert warned.records == ("2026-12-28 急难型临时救助 800.00 元",)


def test_an_aid_of_another_kind_or_another_month_is_no_repetition_cn_10_cq_22(regions: Regions) -> None:
    desk = regions.county(CQ)
    home = family(desk)
    first = window(desk, "temp_emergency", home=home, emergency=True, event_region=town(desk))
    steps.accept(desk, first)
    steps.decide(desk, steps.Decide(first, None, True, "800", None, REASON))
    regions.clock.tick(days=40)
    second = window(desk, "temp_emergency", home=home, emergency=True, authorised=False, event_region=town(desk))
    steps.accept(desk, second)
    assert steps.decide(desk, steps.Decide(second, None, True, "600", None, REASON)).warnings == ()


def test_a_second_intake_of_the_same_kind_names_the_one_under_way_cn_10(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    home = family(desk)
    window(desk, "dibao", home=home)
    saved = start_application.start_application(desk, start_application.StartApplication(home, ("dibao", "med_aid"), source="window"))
    (warned,) = saved.warnings
    assert "还有一件在办" in warned.why
    assert warned.cite == "004:二(二)"
    assert warned.records == ("2026-12-28 低保",)


def test_emergencies_go_before_everything_else_in_the_queue_cn_08(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    ordinary = window(desk, "dibao")
    regions.clock.tick(days=3)
    urgent = window(desk, "temp_emergency", home=family(desk, "石长庚"), emergency=True)
    assert [one.app for one in queue.queue(desk)] == [urgent, ordinary]


def test_a_pack_is_silent_about_acts_before_its_first_day(regions: Regions) -> None:
    from xieli_tui.casework import rules_check

    desk = regions.county(GX)
    with desk.reading() as tx:
        village = f"{GX}001001"
        assert rules_check.in_force(tx, village, regions.clock.now().date(), "GX-16") == {"GX-16": "001:12"}
        assert rules_check.in_force(tx, village, regions.clock.now().date().replace(year=2020, month=4, day=30), "GX-16") == {}


# -- a county's own pack, a township's own desk -----------------------------------------------------------------------------------------

ADOPTING = """
id = "T1"
pack_id = "test-county-guards"
title = "测试县社会救助实施细则"
doc_no = "测民发〔2026〕9号"
issuers = ["测试县民政局"]
level = "county"
region_code = "999999"
effective_from = "2026-01-01"
currency = "unverified"
adopt = [
  { rule = "GX-16", from = "001", cite = "第三条" },
  { rule = ["JM-05", "JM-06"], from = "002", cite = "第五条", kinds = ["med_aid"] },
  { rule = "JM-10", from = "002", cite = "第四条" },
  { rule = "JX-45", from = "000", cite = "第六条" },
]
"""


def test_an_adopted_guard_stops_the_act_and_cites_both_gx_16_jx_45(regions: Regions) -> None:
    from xieli_tui.desk import packs

    desk = regions.county(NOWHERE)
    file = regions.folder / "细则.toml"
    file.write_text(ADOPTING, encoding="utf-8")
    packs.install(desk, file, "2026-01-01")
    app = window(desk, "dibao", pledged=False)
    error = refused("XL-P04", lambda: steps.accept(desk, app))
    assert (error.extra["rule"], error.extra["cite"]) == ("GX-16", "T1:第三条; 001:12")
    papers.commit(desk, papers.Commit(app))
    steps.accept(desk, app)
    assert refused("XL-P09", lambda: further.appraise(desk, app, "多数同意")).extra["cite"] == "T1:第六条; 000:17"


def test_a_step_adopted_for_one_kind_is_owed_by_that_kind_alone_jm_06_jm_10(regions: Regions) -> None:
    from xieli_tui.desk import packs

    desk = regions.county(NOWHERE)
    file = regions.folder / "细则.toml"
    file.write_text(ADOPTING, encoding="utf-8")
    packs.install(desk, file, "2026-01-01")
    owed: dict[str, list[tuple[str, str]]] = {}
    for at, kind in enumerate(("med_aid", "edu")):
        app = window(desk, kind, home=family(desk, f"石{at}"))
        steps.accept(desk, app)
        error = refused("XL-P04", lambda app=app: steps.decide(desk, steps.Decide(app, None, True, None, None, REASON)))
        owed[kind] = [(o["step"], o["cite"]) for o in error.extra["owed"]]  # type: ignore[attr-defined]
    assert [step for step, _ in owed["med_aid"]] == ["checked", "reviewed", "notice"]
    assert owed["med_aid"][2][1] == "T1:第五条; 002:三(二)3"
    assert owed["edu"] == [("checked", "T1:第四条; 002:四(二); 002:三(一)2"), ("reviewed", "EXT")]


def test_what_was_handed_down_to_a_township_with_a_desk_of_its_own_is_not_decided_by_the_county_gx_19(regions: Regions) -> None:
    from xieli_tui.casework import setup
    from xieli_tui.desk import enrolment

    desk = regions.county(GX)
    delegate(desk, "temp_emergency", "3000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    code = setup.init_village(
        regions.folder / "township", setup.InitVillage((), "测试镇", "刘芳", kdf="floor", role="township", area=town(desk)), "1111 2222 3333 4444",
        clock=regions.clock).enrol_code
    enrolment.enrol_device(
        desk, enrolment.EnrolDevice(code, (), "刘芳", regions.folder / "t.xieli", "township", town(desk), regions.base / f"root-{GX}"),
        root_passphrase="9999 8888 7777 6666")
    error = refused("XL-P03", lambda: steps.decide(desk, steps.Decide(app, None, True, "3000.00", None, REASON)))
    assert (error.extra["rule"], error.extra["next_actor"]) == ("GX-19", "township")
    assert "镇（街道）办" in error.what
    assert steps.decide(desk, steps.Decide(app, None, True, "3000.01", None, REASON)).state == "decided"
