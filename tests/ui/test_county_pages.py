"""县里自查, 当地规定 and the register forms by keys: found, mended, read-only where the county alone sets."""

from __future__ import annotations

import json
from typing import Any

from desk_office import VILLAGE, Office
from test_layout import check_page, each

from xieli_tui.desk import lint as desk
from xieli_tui.desk import parameters, registers
from xieli_tui.desk.parameters import SetLocal
from xieli_tui.ui.screens.lint import LintPage
from xieli_tui.ui.screens.local_rules import LocalPage, LocalSetPage
from xieli_tui.ui.screens.registers import StaffPage, StationPage, VillagePage


async def test_every_page_of_the_countys_own_data_keeps_the_grid_and_the_words_on_a_wide_screen(office: Office, open_app: Any) -> None:
    """At 80x24 the book of pages asks the same of them (test_page_book.py)."""
    office.household()
    office.up()
    pages = {
        "lint": LintPage(), "local": LocalPage(), "set": LocalSetPage("dibao_std_month"), "table": LocalSetPage("risk_indicators"), "staff": StaffPage(VILLAGE),
        "station": StationPage(VILLAGE), "village": VillagePage(VILLAGE),
    }
    async with open_app(office.county, size=(120, 40)) as hand:
        async for name in each(hand, pages):
            check_page(hand, name)


async def test_a_finding_is_opened_and_mended_by_keys(office: Office, open_app: Any) -> None:
    """X-03, CN-02: what nobody set is on the page with the rule that waits, and Enter sets it."""
    async with open_app(office.county) as hand:
        await hand.press("escape", "6")
        assert hand.page.NAME == "县里自查"
        assert hand.shows("还没有列出「急难」事项的具体情形")
        hand.page.rows.move_to(lambda item: getattr(item, "lint", "") == "emergency_items_empty")
        await hand.press("enter")
        assert hand.page.NAME == "定参数"
        await hand.press("ctrl+s")
        assert hand.shows("还没有存")
        await hand.type("火灾、溺水")
        await hand.press("tab")
        await hand.type("2026-01-01")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "县里自查"
        assert not hand.shows("还没有列出")
    held = {p["key"]: json.loads(p["value"]) for p in parameters.list_local(office.county)}
    assert held["emergency_items"] == ["火灾", "溺水"]


async def test_a_wrong_value_and_an_overlap_stand_under_their_own_entries(office: Office, open_app: Any) -> None:
    parameters.set_local(office.county, SetLocal("dibao_std_month", "735", "2026-01-01"))
    async with open_app(office.county) as hand:
        hand.app.open(LocalSetPage("dibao_std_month"))
        await hand.settle()
        await hand.type("七百")
        await hand.press("tab")
        await hand.type("2026-01-01")
        await hand.press("ctrl+s")
        assert hand.page.focused is hand.page.entries["value"]
        hand.page.entries["value"].value = "740"
        await hand.press("ctrl+s")
        assert hand.page.focused is hand.page.entries["start"]
        assert len([p for p in parameters.list_local(office.county) if p["key"] == "dibao_std_month"]) == 1
        hand.page.entries["replace"].chosen = ("yes",)
        hand.page.entries["reason"].value = "文件改了"
        await hand.press("ctrl+s")
        assert hand.app.page.NAME == "队列"
    assert [p["value"] for p in parameters.list_local(office.county) if p["key"] == "dibao_std_month"] == ['"740"']


async def test_a_coordinator_is_registered_from_the_finding_about_her_village(office: Office, open_app: Any) -> None:
    async with open_app(office.county) as hand:
        hand.app.open(StaffPage(VILLAGE))
        await hand.settle()
        await hand.type("陈秀兰")
        await hand.press("ctrl+s")
        assert hand.shows("协理员选一个来源")
        hand.page.entries["source"].chosen = ("committee",)
        await hand.press("ctrl+s")
        assert hand.app.page.NAME == "队列"
    (row,) = registers.list_staff(office.county)
    assert (row.name, row.source, row.village, row.post) == ("陈秀兰", "committee", VILLAGE, registers.COORDINATOR)
    assert not any(one.lint.startswith("coordinators_out") for one in desk.lint(office.county, region="511526"))


async def test_a_village_reads_what_the_county_set_and_sets_nothing(office: Office, open_app: Any) -> None:
    parameters.set_local(office.county, SetLocal("dibao_std_month", "735", "2026-01-01", area="rural"))
    parameters.set_local(office.county, SetLocal("visit_days", "90 天", "2026-01-01"))
    office.down()
    async with open_app(office.village) as hand:
        hand.app.action_go("local")
        await hand.settle()
        assert hand.page.NAME == "当地规定"
        assert hand.shows("735 元/月")
        assert hand.shows("低保标准(农村)")
        assert not hand.shows("还没有定")
        await hand.press("down", "enter")
        assert hand.page.NAME == "当地规定"
        assert hand.shows("县里定的，这里只看")


async def test_the_desk_list_says_what_nobody_set_and_who_waits(office: Office, open_app: Any) -> None:
    async with open_app(office.county, size=(120, 40)) as hand:
        hand.app.action_go("local")
        await hand.settle()
        assert hand.shows("还没有定")
        assert hand.shows("低保标准")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "rigid_ratio")
        await hand.press("enter")
        assert hand.page.NAME == "定参数"
        assert hand.page.key == "rigid_ratio"
