"""What stands in the register, by keys: the policy speaks on the form before Ctrl+S, with its clause; what it forbids is refused at its field."""

from __future__ import annotations

from typing import Any

import pytest
from region_desk import CQ, GX, JX, NOWHERE, Regions, family, region_base, regions, set_local, town, window

from xieli_tui.casework import application, statements
from xieli_tui.desk import further, reserve, standing, steps
from xieli_tui.store import queries
from xieli_tui.ui import standing_ways

__all__ = ["region_base", "regions"]


def on_the_roll(desk: Any, category: str = "dibao") -> str:
    home = family(desk)
    standing.set_category(desk, standing.SetCategory(home, category, "经审核确认", "2026-01-01"))
    return home


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_taper_says_its_clause_while_it_is_typed_and_its_end_when_it_fits_gx_02(regions: Regions, open_app: Any, size: tuple[int, int]) -> None:
    desk = regions.county(GX)
    home = on_the_roll(desk)
    async with open_app(desk, size=size) as hand:
        standing_ways.open_taper(hand.app, home)
        await hand.settle()
        await hand.type("2")
        await hand.press("tab")
        await hand.type("2027-01-01")
        assert hand.shows("不能办")
        assert hand.shows("001:1")
        await hand.press("ctrl+s")
        assert hand.shows("XL-P09")
        await hand.press("backspace")  # the refused field has the cursor
        await hand.type("3")
        assert hand.shows("渐退到 2027-04-01")
        assert not hand.shows("不能办")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
    with desk.reading() as tx:
        assert [one.months for one in queries.tapers(tx, home)] == [3]


async def test_an_exit_shows_the_alert_nobody_verified_and_goes_on_with_consent_cq_15_cq_20(regions: Regions, open_app: Any) -> None:
    from xieli_tui.desk import alerts

    desk = regions.county(CQ)
    home = on_the_roll(desk)
    alerts.issue(desk, alerts.IssueAlert("no_longer", "名下有车", household=home))
    async with open_app(desk) as hand:
        standing_ways.open_exit(hand.app, home)
        await hand.settle()
        assert hand.shows("现在：低保")
        assert hand.shows("预警还没有核查")
        assert hand.shows("003:(七)")
        await hand.press("1", "tab", "1", "tab", "1", "ctrl+s")
        assert hand.shows("已保存(第")
        assert hand.shows("看一看")
    rows = application.list_applications(desk, household=home)
    assert [one.kinds for one in rows] == [("dibao_edge",)]


async def test_a_category_needs_its_reason_and_the_screening_stands_beside_what_was_saved_cq_01(regions: Regions, open_app: Any) -> None:
    desk = regions.county(CQ)
    set_local(desk, "dibao_std_month", "735.00")
    home = family(desk, assets_ok="是")
    statements.state(desk, statements.State(home, income_month="900.00"))
    async with open_app(desk) as hand:
        standing_ways.open_category(hand.app, home)
        await hand.settle()
        await hand.press("1", "ctrl+s")
        assert hand.shows("这一格不能空")
        await hand.type("经审核确认")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
        assert hand.shows("暂看不符合")


async def test_the_reserve_shows_its_last_lines_and_what_is_left_jx_25(regions: Regions, open_app: Any) -> None:
    desk = regions.county(JX)
    reserve.move(desk, reserve.MoveReserve("in", "2000", town(desk), note="第四季度"))
    async with open_app(desk) as hand:
        standing_ways.open_reserve(hand.app)
        await hand.settle()
        await hand.press("2", "tab")
        await hand.type(town(desk))
        assert hand.shows("2000.00 元")
        assert hand.shows("第四季度")
        await hand.press("tab")
        await hand.type("500")
        await hand.press("ctrl+s")
        assert hand.shows("还剩 1500.00 元")


async def test_what_the_region_wants_before_acceptance_stands_in_the_case_gx_16(regions: Regions, open_app: Any) -> None:
    desk = regions.county(GX)
    window(desk, "dibao", pledged=False)
    async with open_app(desk) as hand:
        await hand.press("enter")
        assert hand.shows("还不能受理")
        assert hand.shows("001:12")
        await hand.press("enter", "enter")
        assert hand.shows("XL-P04")


async def test_a_sum_over_the_townships_limit_is_said_before_it_is_saved_gx_19(regions: Regions, open_app: Any) -> None:
    from region_desk import as_township, delegate

    desk = regions.county(GX)
    delegate(desk, "temp_emergency", "5000.00")
    app = window(desk, "temp_emergency", emergency=True)
    steps.accept(desk, app)
    as_township(desk)
    async with open_app(desk) as hand:
        await hand.press("enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "decide")
        await hand.press("enter", "1", "tab")
        await hand.type("3000.01")
        assert hand.shows("超过乡镇确认权")
        await hand.press("backspace")
        await hand.type("0")
        assert not hand.shows("超过乡镇确认权")


async def test_a_pay_first_over_the_reserve_warns_on_the_form_and_does_not_stop_jx_25(regions: Regions, open_app: Any) -> None:
    desk = regions.county(JX)
    set_local(desk, "small_advance_cap", "5000.00")
    reserve.move(desk, reserve.MoveReserve("in", "100", town(desk)))
    app = window(desk, "temp_emergency", emergency=True, event_region=town(desk))
    steps.accept(desk, app)
    async with open_app(desk) as hand:
        await hand.press("enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "advance")
        await hand.press("enter")
        await hand.type("500")
        assert hand.shows("备用金的余额")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
        assert hand.shows("备用金的余额")


async def test_the_further_steps_of_a_case_are_where_they_can_be_taken_jx_23_jx_45(regions: Regions, open_app: Any) -> None:
    desk = regions.county(JX)
    app = window(desk, "temp_expenditure")
    steps.accept(desk, app)
    async with open_app(desk) as hand:
        await hand.press("enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "appraise")
        await hand.press("enter", "ctrl+s")
        assert hand.shows("还没有存")
        await hand.type("多数说情况属实")
        await hand.press("ctrl+s")
        assert hand.shows("不再组织民主评议")
        await hand.press("1", "ctrl+s")
        assert hand.shows("评议记下了")
    steps.review(desk, app)
    steps.decide(desk, steps.Decide(app, None, True, "1500.00", None, "按规定"))
    async with open_app(desk) as hand:
        await hand.press("enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "stage")
        await hand.press("enter", "tab")
        await hand.type("500")
        await hand.press("tab")
        await hand.type("2027-01-10")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
    assert [(one.amount, one.due) for one in further.list_stages(desk, app)] == [(500_00, "2027-01-10")]


async def test_the_palette_leads_to_each_of_them_and_a_draft_is_taken_up_again(regions: Regions, open_app: Any) -> None:
    from xieli_tui.ui import places

    desk = regions.county(NOWHERE)
    home = on_the_roll(desk)
    async with open_app(desk) as hand:
        for word, name in (("定类别", "在册"), ("定渐退期", "在册"), ("记退出", "在册"), ("备用金", "备用金")):
            await hand.press("ctrl+g")
            await hand.type(word)
            await hand.press("enter")
            if name == "在册":
                assert hand.shows("选一家")
                await hand.press("enter")
            assert name == hand.page.NAME
            await hand.press("escape", "escape")
        standing_ways.open_taper(hand.app, home)
        await hand.settle()
        await hand.type("6")
        await hand.pilot.pause(0.4)
        await hand.settle()
        await hand.press("escape")
        places.open_draft(hand.app, f"standing.taper:{home}")
        await hand.settle()
        assert hand.page.value("months") == "6"
