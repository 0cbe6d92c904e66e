"""在册: categories, 渐退期, exits; the reserve of a township; a grant paid in stages."""

from __future__ import annotations

import pytest
from region_desk import CQ, GX, JM, JX, NOWHERE, Regions, as_township, delegate, family, refused, set_local, town, window

from xieli_tui.casework import application as papers
from xieli_tui.casework import facts, households, reads, statements
from xieli_tui.casework.session import Session
from xieli_tui.desk import alerts, further, queue, reserve, standing, steps
from xieli_tui.desk.standing import RecordExit, SetCategory, SetTaper
from xieli_tui.policy import ask
from xieli_tui.store import queries

REASON = "经审核确认"


def on_the_roll(desk: Session, category: str = "dibao", income: str | None = None) -> str:
    """A family with a category of record, and what it stated."""
    home = family(desk)
    standing.set_category(desk, SetCategory(home, category, REASON, "2026-01-01"))
    if income is not None:
        statements.state(desk, statements.State(home, income_month=income))
    return home


def asked(desk: Session, home: str, op: str) -> list[dict[str, object]]:
    """What the engine answers about the family as it now stands."""
    with desk.reading() as tx:
        return list(ask(facts.question(tx, reads.household(tx, home), op, desk.today))["answers"])


# -- 渐退 -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "code"), [(2, "XL-P09"), (3, ""), (12, ""), (13, "XL-P09")])
def test_a_taper_in_gongxian_is_three_to_twelve_months_gx_02(regions: Regions, months: int, code: str) -> None:
    desk = regions.county(GX)
    home = on_the_roll(desk)
    act = SetTaper(home, months, "2027-01-31")
    if code:
        error = refused(code, lambda: standing.set_taper(desk, act))
        assert (error.extra["rule"], error.extra["cite"], error.field) == ("GX-02", "001:1", "months")
        return
    saved = standing.set_taper(desk, act)
    assert saved.more["taper_end"] == {3: "2027-04-30", 12: "2028-01-31"}[months]
    with desk.reading() as tx:
        (held,) = queries.tapers(tx, home)
        assert (held.start, held.months) == ("2027-01-31", months)


@pytest.mark.parametrize(("income", "passes"), [("735.00", False), ("735.01", True), ("1470.00", True), ("1470.01", False)])
def test_exactly_twice_the_standard_may_taper_and_one_fen_more_may_not_gx_03(regions: Regions, income: str, passes: bool) -> None:
    desk = regions.county(GX)
    set_local(desk, "dibao_std_month", "735.00")
    home = on_the_roll(desk, income=income)
    act = SetTaper(home, 6, "2027-01-01")
    if passes:
        assert standing.set_taper(desk, act).state == "tapering"
    else:
        assert refused("XL-P09", lambda: standing.set_taper(desk, act)).extra["rule"] == "GX-03"


def test_the_income_a_taper_is_set_on_stands_over_the_one_stated_before_gx_03(regions: Regions) -> None:
    desk = regions.county(GX)
    set_local(desk, "dibao_std_month", "735.00")
    home = on_the_roll(desk, income="2000.00")
    assert standing.set_taper(desk, SetTaper(home, 6, "2027-01-01", "1200.00")).state == "tapering"


def test_in_jiangxi_the_length_is_the_countys_and_more_is_a_warning_jx_15(regions: Regions) -> None:
    desk = regions.county(JX)
    home = on_the_roll(desk)
    (unset,) = standing.set_taper(desk, SetTaper(home, 24, "2027-01-01")).warnings
    assert (unset.rule, unset.missing) == ("JX-15", ("渐退期几个月",))
    set_local(desk, "taper_months", "6")
    assert standing.set_taper(desk, SetTaper(home, 6, "2027-01-01")).warnings == ()
    (longer,) = standing.set_taper(desk, SetTaper(home, 7, "2027-01-01")).warnings
    assert "超过县里定的渐退期" in longer.why


def test_a_taper_is_of_a_family_on_low_income_aid_and_ends_on_the_calendar_gx_02(regions: Regions) -> None:
    desk = regions.county(GX)
    refused("XL-P09", lambda: standing.set_taper(desk, SetTaper(family(desk, "石长庚"), 6, "2027-01-01")))
    home = on_the_roll(desk)
    standing.set_taper(desk, SetTaper(home, 6, "2027-01-01"))
    (task,) = [one for one in asked(desk, home, "due") if one.get("task") == "taper_end"]
    assert (task["due"], task["rule"], task["state"]) == ("2027-07-01", "GX-02", "pending")


@pytest.mark.parametrize(("months", "start", "code"), [(0, "2027-01-01", "XL-V11"), (61, "2027-01-01", "XL-V11"), (6, "", "XL-V06"), (6, "2027-02-30", "XL-V02")])
def test_a_taper_without_a_possible_length_or_day_is_refused(regions: Regions, months: int, start: str, code: str) -> None:
    desk = regions.county(NOWHERE)
    refused(code, lambda: standing.set_taper(desk, SetTaper(on_the_roll(desk), months, start)))


# -- 退出 -------------------------------------------------------------------------------------------------------------------------------


def test_an_exit_with_consent_goes_on_at_once_with_the_papers_on_file_cq_20(regions: Regions) -> None:
    desk = regions.county(CQ)
    app = window(desk, "dibao")
    home = papers.show_application(desk, app).household
    papers.add_paper(desk, papers.AddPaper(app, "income_proof", "第3盒"))
    standing.set_category(desk, SetCategory(home, "dibao", REASON, "2026-01-01"))
    saved = standing.record_exit(desk, RecordExit(home, "dibao", "income_above", consent=True, to=("dibao_edge",)))
    assert saved.more["monitor_until"] == "2028-12-27"
    onward = papers.show_application(desk, saved.more["application"])
    assert (onward.kinds, onward.state_label) == (("dibao_edge",), "待受理")
    assert [one.where for one in onward.papers if one.doc == "income_proof" and one.present] == ["第3盒"]
    assert households.show(desk, home).row.category == ""
    assert [one for one in asked(desk, home, "due") if one.get("task") == "start_application" and one["state"] != "none"] == []


@pytest.mark.parametrize("consent", [False, None])
def test_without_consent_no_paper_is_used_again_cq_20(regions: Regions, consent: bool | None) -> None:
    desk = regions.county(CQ)
    home = on_the_roll(desk)
    error = refused("XL-P09", lambda: standing.record_exit(desk, RecordExit(home, "dibao", "income_above", consent=consent, to=("dibao_edge",))))
    assert (error.extra["rule"], error.extra["next_actor"]) == ("CQ-20", "applicant")
    saved = standing.record_exit(desk, RecordExit(home, "dibao", "income_above", consent=consent))
    assert [one.rule for one in saved.warnings] == ([] if consent is False else ["CQ-20"])
    with desk.reading() as tx:
        (left,) = reads.household(tx, home).ruled["exits"]
    assert left.get("consent") is consent


def test_where_no_clause_lets_papers_be_used_again_a_new_application_is_needed(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    home = on_the_roll(desk)
    refused("XL-P09", lambda: standing.record_exit(desk, RecordExit(home, "dibao", "income_above", consent=True, to=("dibao_edge",))))
    refused("XL-V08", lambda: standing.record_exit(desk, RecordExit(home, "dibao", "income_above", consent=True, to=("tekun",))))
    assert "monitor_until" not in standing.record_exit(desk, RecordExit(home, "dibao", "income_above")).more


def test_an_alert_that_was_not_verified_is_shown_before_an_end_and_ends_nothing_by_itself_cq_15(regions: Regions) -> None:
    desk = regions.county(CQ)
    home = on_the_roll(desk)
    alerts.issue(desk, alerts.IssueAlert("no_longer", "名下有车", household=home))
    assert households.show(desk, home).row.category == "dibao"
    saved = standing.record_exit(desk, RecordExit(home, "dibao", "income_above", consent=False))
    (warned,) = [one for one in saved.warnings if one.rule == "CQ-15"]
    assert warned.records == ("2026-12-28 可能不再符合",)


def test_the_township_of_jiangmen_leaves_an_end_to_the_county_jm_13(regions: Regions) -> None:
    desk = regions.county(JM)
    home = on_the_roll(desk)
    delegate(desk, "dibao", "99999.00")
    county = desk.operator
    as_township(desk)
    error = refused("XL-P03", lambda: standing.record_exit(desk, RecordExit(home, "dibao", "income_above")))
    assert (error.extra["rule"], error.extra["next_actor"]) == ("JM-13", "county")
    desk.operator = county
    assert standing.record_exit(desk, RecordExit(home, "dibao", "income_above")).state == "exited"


def test_a_proved_fraud_ends_aid_by_the_countys_steps_gx_17(regions: Regions) -> None:
    desk = regions.county(GX)
    delegate(desk, "dibao", "99999.00")
    home = on_the_roll(desk)
    county = desk.operator
    as_township(desk)
    assert refused("XL-P03", lambda: standing.record_exit(desk, RecordExit(home, "dibao", "fraud"))).extra["rule"] == "GX-17"
    desk.operator = county
    assert "steps" in standing.record_exit(desk, RecordExit(home, "dibao", "fraud")).more


@pytest.mark.parametrize(("category", "reason", "code"), [("tekun", "death", "XL-V11"), ("dibao", "tired", "XL-V08"), ("none_such", "death", "XL-V08")])
def test_an_exit_names_the_category_of_record_and_a_reason_of_the_list(regions: Regions, category: str, reason: str, code: str) -> None:
    desk = regions.county(NOWHERE)
    home = on_the_roll(desk)
    refused(code, lambda: standing.record_exit(desk, RecordExit(home, category, reason)))


def test_a_township_rules_on_nothing_it_was_not_handed(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    home = on_the_roll(desk)
    as_township(desk)
    for act in (
        lambda: standing.record_exit(desk, RecordExit(home, "dibao", "death")), lambda: standing.set_category(desk, SetCategory(home, "tekun", REASON)),
        lambda: standing.set_category(desk, SetCategory(home, "other_hard", REASON)),
    ):
        assert refused("XL-P03", act).extra["next_actor"] == "county"


def test_a_village_rules_on_nothing_at_all_x_04(regions: Regions) -> None:
    village = regions.village(NOWHERE)
    home = family(village)
    for act in (
        lambda: standing.record_exit(village, RecordExit(home, "dibao", "death")), lambda: standing.set_category(village, SetCategory(home, "dibao", REASON)),
        lambda: standing.set_taper(village, SetTaper(home, 6, "2027-01-01")), lambda: reserve.move(village, reserve.MoveReserve("in", "1")),
    ):
        refused("XL-P07", act)


def test_an_officer_filed_as_near_relative_rules_on_nothing_of_the_family_jm_09(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    app = window(desk, "dibao", kin=False)
    papers.kin(desk, papers.Kin(app, staff="周敏", relation="91"))
    home = papers.show_application(desk, app).household
    assert refused("XL-P03", lambda: standing.set_category(desk, SetCategory(home, "dibao", REASON))).extra["conflict"] == "kin"


# -- 类别 -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", ["dibao", "tekun", "edge", "relapse_monitor", "rigid", "other_hard"])
def test_each_of_the_six_categories_is_set_with_its_reason_and_stands_on_the_roll_cq_01(regions: Regions, category: str) -> None:
    desk = regions.county(CQ)
    home = family(desk)
    refused("XL-V06", lambda: standing.set_category(desk, SetCategory(home, category, " ")))
    assert standing.set_category(desk, SetCategory(home, category, REASON, "2026-12-01")).id == home
    row = households.show(desk, home).row
    assert (row.category, row.category_rank) == (category, "ruling")


def test_what_the_screening_says_of_the_category_stands_beside_it_and_never_in_its_way_cq_01(regions: Regions) -> None:
    desk = regions.county(CQ)
    set_local(desk, "dibao_std_month", "735.00")
    home = family(desk, assets_ok="是")
    statements.state(desk, statements.State(home, income_month="900.00"))
    found = standing.set_category(desk, SetCategory(home, "edge", REASON))
    assert found.more["screening"]["verdict"] == "meets"
    assert found.warnings == ()
    too_rich = standing.set_category(desk, SetCategory(home, "dibao", REASON))
    assert too_rich.more["screening"]["verdict"] == "fails"
    assert "暂看不符合" in too_rich.warnings[0].why


# -- 备用金 -----------------------------------------------------------------------------------------------------------------------------


def test_the_ledger_adds_up_and_an_advance_is_a_line_of_its_own_jx_25(regions: Regions) -> None:
    desk = regions.county(JX)
    set_local(desk, "small_advance_cap", "5000.00")
    area = town(desk)
    assert reserve.move(desk, reserve.MoveReserve("in", "2000.00", area)).more["left"] == "2000.00"
    app = window(desk, "temp_emergency", emergency=True, event_region=area)
    steps.accept(desk, app)
    assert steps.advance(desk, app, "1500", "备用金").warnings == ()
    assert reserve.ledger(desk, area).left == 500_00
    regions.clock.tick(minutes=1)
    (short,) = steps.advance(desk, app, "500.01", "备用金").warnings
    assert short.rule == "JX-25"
    refused("XL-P05", lambda: reserve.move(desk, reserve.MoveReserve("out", "1500", area, application=app)))
    spent = reserve.move(desk, reserve.MoveReserve("out", "1000", area, note="别的急难"))
    assert spent.more["left"] == "-1000.01"
    assert spent.warnings[0].rule == "JX-25"
    found = reserve.ledger(desk, area)
    assert [(one.what, one.amount, one.left) for one in found.lines] == [
        ("in", 2000_00, 2000_00), ("out", 1000_00, 1000_00), ("advance", 1500_00, -500_00), ("advance", 500_01, -1000_01),
    ]


def test_while_nothing_was_put_on_record_there_is_no_balance_to_warn_about_jx_25(regions: Regions) -> None:
    desk = regions.county(JX)
    set_local(desk, "small_advance_cap", "5000.00")
    app = window(desk, "temp_emergency", emergency=True, event_region=town(desk))
    steps.accept(desk, app)
    assert steps.advance(desk, app, "5000", "备用金").warnings == ()


def test_a_ledger_of_some_days_begins_with_what_stood_before(regions: Regions) -> None:
    desk = regions.county(NOWHERE)
    area = town(desk)
    for on, amount in (("2026-10-01", "1000"), ("2026-11-01", "200")):
        reserve.move(desk, reserve.MoveReserve("in", amount, area, on))
    found = reserve.ledger(desk, area, "2026-11-01", "2026-11-30")
    assert (found.before, [one.amount for one in found.lines], found.left) == (1000_00, [200_00], 1200_00)


@pytest.mark.parametrize(("area", "amount", "code"), [("999999", "1", "XL-V12"), (None, "1", "XL-V06"), ("888888001", "1", "XL-P03"), ("999999001", "0", "XL-V04")])
def test_a_movement_names_a_township_of_this_county_and_a_sum(regions: Regions, area: str | None, amount: str, code: str) -> None:
    desk = regions.county(NOWHERE)
    refused(code, lambda: reserve.move(desk, reserve.MoveReserve("in", amount, area)))


def test_a_township_keeps_its_own_ledger_and_no_other(regions: Regions) -> None:
    desk = as_township(regions.county(NOWHERE))
    assert reserve.move(desk, reserve.MoveReserve("in", "100")).more["left"] == "100.00"
    refused("XL-P03", lambda: reserve.move(desk, reserve.MoveReserve("in", "100", "999999002")))


# -- 分阶段 ------------------------------------------------------------------------------------------------------------------------------


def test_one_decision_is_paid_in_stages_whose_days_are_clocks_of_the_queue_jx_23(regions: Regions) -> None:
    desk = regions.county(JX)
    app = window(desk, "temp_expenditure")
    steps.accept(desk, app)
    steps.review(desk, app)
    refused("XL-P05", lambda: further.set_stage(desk, app, 1, "500", "2027-01-10"))
    steps.decide(desk, steps.Decide(app, None, True, "1500.00", None, REASON))
    assert further.set_stage(desk, app, 1, "500", "2027-01-10").more == {"left": "1000.00", "cite": "000:12"}
    further.set_stage(desk, app, 2, "1000", "2027-04-10")
    refused("XL-V04", lambda: further.set_stage(desk, app, 3, "0.01", "2027-07-10"))
    further.set_stage(desk, app, 2, "900", "2027-04-20")
    (item,) = queue.queue(desk)
    assert item.clock_due == "2027-01-10"
    steps.pay(desk, app, "一卡通-1")
    refused("XL-P05", lambda: further.set_stage(desk, app, 1, "400", "2027-01-10"))
    (item,) = queue.queue(desk)
    assert item.clock_due == "2027-04-20"
    steps.pay(desk, app, "一卡通-2")
    refused("XL-P05", lambda: steps.pay(desk, app, "一卡通-3"))
    assert [(one.stage, one.amount, one.paid) for one in further.list_stages(desk, app)] == [(1, 500_00, True), (2, 900_00, True)]


@pytest.mark.parametrize(("stage", "amount", "due", "code"), [(0, "1", "2027-01-01", "XL-V11"), (1, "0", "2027-01-01", "XL-V04"), (1, "1", "", "XL-V06")])
def test_a_stage_has_a_number_a_sum_and_a_day(regions: Regions, stage: int, amount: str, due: str, code: str) -> None:
    desk = regions.county(NOWHERE)
    app = window(desk, "temp_expenditure")
    refused(code, lambda: further.set_stage(desk, app, stage, amount, due))


def test_what_was_ruled_is_the_same_after_the_journal_is_replayed(regions: Regions) -> None:
    from xieli_tui.casework import rebuild

    desk = regions.county(CQ)
    home = on_the_roll(desk)
    standing.set_taper(desk, SetTaper(home, 6, "2027-01-01"))
    reserve.move(desk, reserve.MoveReserve("in", "100", town(desk)))
    app = window(desk, "temp_expenditure", home=home)
    steps.accept(desk, app)
    further.request_check(desk, app)
    standing.record_exit(desk, RecordExit(home, "dibao", "death", consent=True))
    assert rebuild.rebuild(desk).equal
