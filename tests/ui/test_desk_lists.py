"""What a desk keeps beside applications, by keys: received, answered, ruled on, held, opened, closed, registered; and what a village writes down for the county."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from desk_office import VILLAGE, Office

import rosterkit
from xieli_tui.casework import drafts, exchange, flag_hardship, frauds, households, record_visit, setup
from xieli_tui.casework.session import Session, open_session
from xieli_tui.desk import coverage, enrolment, matters, packs, parameters, registers, standing
from xieli_tui.domain.events.household import HouseholdClaimed
from xieli_tui.errors import Refused
from xieli_tui.store import queries
from xieli_tui.ui.screens.desk_packs import PackPage
from xieli_tui.ui.screens.devices import EnrolPage


async def command(hand: Any, digits: str) -> None:
    """A command by its digits, as the list takes them."""
    await hand.press("ctrl+g")
    await hand.type(digits)
    await hand.press("enter")


async def test_a_complaint_a_suspicion_and_a_conference_go_from_the_list_to_their_end_by_keys(office: Office, open_app: Any) -> None:
    """JM-17, JX-51, GX-17, CQ-16: received, answered, ruled on; what stands open is on top and goes down when it is done."""
    home = office.household("石守田")
    frauds.suspect(office.village, frauds.Suspect(home, "去年买了小汽车，家里没有说"))
    office.up()
    county = office.county
    async with open_app(county) as hand:
        await command(hand, "22")
        assert hand.page.NAME == "反映"
        assert hand.shows("没有等答复的"), hand.text()
        await hand.press("1", "ctrl+s")
        assert hand.shows("这一格不能空"), hand.text()
        await hand.press("2", "tab")
        await hand.type("他家儿子在外面开了店")
        await hand.press("tab")
        await hand.type("查无此人")
        await hand.press("tab")
        assert hand.shows("选项里没有这一个"), hand.text()
        hand.page.entries["household"].value = ""
        hand.page.entries["household"].focus()
        await hand.type("sst")
        assert hand.shows("石守田 1组"), hand.text()
        await hand.press("ctrl+s")
        assert hand.page.NAME == "反映"
        assert hand.shows("还没答复  1 件"), hand.text()
        await hand.press("enter")
        assert hand.page.NAME == "答复反映"
        await hand.type("去看了，是给人看店")
        await hand.press("ctrl+s")
        assert hand.shows("答复过的  1 件"), hand.text()
        await hand.press("enter")
        assert hand.shows("已经答复过了"), hand.text()
        await hand.press("escape")

        await command(hand, "23")
        assert hand.shows("去年买了小汽车"), hand.text()
        await hand.press("enter", "1", "ctrl+s")
        assert hand.page.NAME == "疑点认定"
        assert hand.shows("认定属实要写清查到了什么"), hand.text()
        await hand.press("escape", "enter", "2", "ctrl+s")
        assert hand.shows("情况不实"), hand.text()
        assert hand.shows("没有等着查的疑点"), hand.text()
        await hand.press("escape")

        await command(hand, "21")
        await hand.press("1")
        await hand.type("石守田")
        await hand.press("tab", "tab")
        await hand.type("周敏")
        await hand.press("tab")
        await hand.type("先救助，再补材料")
        await hand.press("ctrl+s")
        assert hand.shows("会商至少两人"), hand.text()
        await hand.type("、刘芳")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "个案会商"
        assert hand.shows("会商过的  1 次"), hand.text()
    [complaint] = matters.list_complaints(county)
    assert (complaint.channel, complaint.household, complaint.result) == ("phone", home, "去看了，是给人看店")
    assert [one.result for one in matters.list_frauds(county)] == ["false"]
    assert [(one.members, one.households) for one in matters.list_conferences(county)] == [(("周敏", "刘芳"), (home,))]


async def test_an_event_opens_for_villages_by_name_and_a_scan_writes_nothing_before_the_second_press(office: Office, open_app: Any) -> None:
    """JX-28, GX-14: an unknown village is said and nothing opened; a scan that was looked at has issued nothing."""
    home = office.household("石守田")
    flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(["illness"], household=home))
    office.up()
    county = office.county
    parameters.set_local(county, parameters.SetLocal("risk_indicators", '[{"id":"ill","fact":"flag.illness","text":"登记了因病的困难"}]', "2026-01-01"))
    async with open_app(county) as hand:
        await command(hand, "24")
        await hand.press("1", "1", "tab")
        await hand.type("12月寒潮")
        await hand.press("tab")
        await hand.type("石桥村、无名村")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "开突发事件"
        assert hand.shows("无名村"), hand.text()
        assert matters.list_events(county) == []
        hand.page.entries["villages"].value = "石桥村"
        await hand.press("ctrl+s")
        assert hand.shows("进行中  1 次"), hand.text()
        assert [one.villages for one in matters.list_events(county)] == [(VILLAGE,)]
        await hand.press("enter", "ctrl+s")
        assert hand.shows("结束了的  1 次"), hand.text()
        await hand.press("enter")
        assert hand.shows("已经结束了"), hand.text()
        await hand.press("escape")

        await command(hand, "27")
        assert hand.shows("石守田"), hand.text()
        assert hand.shows("还没有发"), hand.text()
        await hand.press("1")
        assert hand.shows("再按一次 1"), hand.text()
        with county.reading() as tx:
            assert queries.alerts(tx) == []
        await hand.press("1")
        assert hand.shows("发了 1 条"), hand.text()
        assert hand.shows("没有要请走访的"), hand.text()
        await hand.press("escape")

        await command(hand, "29")
        assert hand.shows("石桥村"), hand.text()
        await hand.press("enter")
        assert hand.shows("没有登记这个村的电话"), hand.text()
        await hand.press("escape")

        await command(hand, "26")  # the family under the cursor of the queue is the one in front
        assert hand.page.NAME == "发预警"
        await hand.press("1", "tab")
        await hand.type("请看看家里怎么过")
        await hand.press("ctrl+s")
        assert hand.shows("没有期限"), hand.text()
    assert [one.closed for one in matters.list_events(county)] == ["2026-12-28"]
    with county.reading() as tx:
        assert sorted(one.cls for one in queries.alerts(tx)) == ["gap", "risk"]


async def test_a_computer_is_registered_by_keys_and_its_digits_stay_readable(office: Office, open_app: Any) -> None:
    """The 20 digits stand on a page of their own; the passphrase of the root key never lies in a draft; a pack with a fault is refused with its line."""
    folder = office.stick.parent
    setup.init_village(folder / "second", setup.InitVillage(("999999001002",), "上坪村", "王小兰", kdf="floor"), "1111 2222 3333 4444", clock=office.clock, rand=random.Random(9).randbytes)
    second = open_session(folder / "second", "1111 2222 3333 4444", clock=office.clock)
    code = setup.device_code(second)
    second.close()
    wrong = folder / "pack.txt"
    wrong.write_text("pack_id = 1\n= 2\n", "utf-8")
    async with open_app(office.county) as hand:
        await command(hand, "38")
        assert hand.shows("待首次上报"), hand.text()
        await hand.press("1")
        page = hand.page
        page.entries["role"].chosen = ("township",)
        page.entries["passphrase"].value = "9999 8888 7777 6666"
        page.entries["operator"].value = "王小兰"
        await hand.settle()
        await hand.press("escape")
        kept = drafts.load_draft(office.county, EnrolPage.FORM, "new")
        assert kept is not None
        assert kept.data["operator"] == "王小兰"
        assert "9999" not in str(kept.data)
        await hand.press("1")
        page = hand.page
        assert page.value("operator") == "王小兰"
        assert page.value("passphrase") == ""
        page.entries["role"].chosen = ("village",)
        page.entries["code"].value = "XE1-0000"
        page.entries["village"].value = "999999001002=上坪村"
        page.entries["out"].value = str(folder)
        await hand.press("ctrl+s")
        assert page.focused is page.entries["code"]
        page.entries["code"].value = code.code
        await hand.press("ctrl+s")
        assert hand.page.NAME == "核对 20 位数字"
        assert hand.shows(code.fingerprint), hand.text()
        await hand.press("escape")
        assert hand.shows("上坪村"), hand.text()
        await hand.press("escape")

        await command(hand, "37")
        await hand.press("1")
        assert isinstance(hand.page, PackPage)
        await hand.type(str(wrong))
        await hand.press("tab")
        await hand.type("2026-01-01")
        await hand.press("ctrl+s")
        assert isinstance(hand.page, PackPage)
        assert hand.shows("还没有存"), hand.text()
        assert hand.shows("第 2 行"), hand.text()
        await hand.press("escape")
    assert packs.list_packs(office.county) == []
    assert ["上坪村"] in [list(one.names) for one in enrolment.devices(office.county)]


async def test_a_number_of_the_platform_is_written_where_it_lacks_and_a_family_moves_to_a_village_that_is_known(office: Office, open_app: Any) -> None:
    """GX-20: the list of families without a number grows shorter; a village this desk does not know is said and nobody moves."""
    home = office.household("石守田")
    office.up()
    county = office.county
    standing.set_category(county, standing.SetCategory(home, "dibao", "按规定核定"))
    registers.set_village(county, registers.SetVillage("999999001002", name="上坪村"))
    async with open_app(county) as hand:
        await command(hand, "45")
        assert hand.shows("还没有编号  1 户"), hand.text()
        await hand.press("enter")
        await hand.type("CS-2026-1")
        await hand.press("ctrl+s")
        assert hand.shows("在册的都有编号"), hand.text()
        await hand.press("escape")
        await command(hand, "46")
        await hand.type("sst")
        await hand.press("enter")
        assert hand.page.NAME == "迁到别的村"
        await hand.type("无名村")
        await hand.press("ctrl+s")
        assert hand.shows("对不上一个村"), hand.text()
        hand.page.entries["to"].value = "上坪村"
        await hand.press("ctrl+s")
        assert hand.app.page.NAME == "队列"
    assert households.show(county, home).row.village == "999999001002"
    assert matters.unlinked(county) == []


async def test_who_left_office_stands_among_those_who_left_and_a_township_only_looks_at_what_the_county_keeps(office: Office, open_app: Any) -> None:
    registers.add_staff(office.county, registers.AddStaff("陈秀兰", (VILLAGE,), source="committee", since="2026-01-01"))
    async with open_app(office.county) as hand:
        await command(hand, "36")
        await hand.press("enter")
        assert hand.page.NAME == "写离任"
        await hand.type("2026-12-20")
        await hand.press("ctrl+s")
        assert hand.shows("不在任的  1 条"), hand.text()
        await hand.press("4")
        assert hand.page.NAME == "登记机构"
    async with open_app(office.township) as hand:
        await command(hand, "36")
        await hand.press("4")
        assert hand.shows("由县级登记"), hand.text()
        await hand.press("escape")
        await command(hand, "23")
        assert hand.shows("XL-P03"), hand.text()
        await hand.press("escape")
        await command(hand, "38")
        await hand.press("1")
        assert hand.shows("由县级登记"), hand.text()
    [row] = registers.list_staff(office.county)
    assert row.until == "2026-12-20"


def test_the_board_of_villages_counts_who_was_met_this_quarter_and_puts_nobody_in_a_row(office: Office) -> None:
    """M-75, law 1: villages by their codes, households with a category, 未遇 no visit, no rate and no name."""
    met, missed, plain = (office.household(name) for name in ("石守田", "石老四", "石五"))
    for home in (met, missed):
        households.set_household(office.village, home, {"category": "dibao"})
    record_visit.record_visit(office.village, record_visit.RecordVisit(met, "self"))
    record_visit.record_visit(office.village, record_visit.RecordVisit(missed, "none"))
    record_visit.record_visit(office.village, record_visit.RecordVisit(plain, "self"))
    office.up()
    board = coverage.cover(office.county)
    assert board.quarter == "2026 年第 4 季度"
    [village] = board.villages
    assert (village.village, village.households, village.families, village.visited, village.never, village.last_bundle) == (VILLAGE, 3, 2, 1, 1, "2026-12-28")
    assert set(coverage.VillageCover.__slots__) == {"village", "name", "last_bundle", "phone", "households", "families", "visited", "never"}
    with pytest.raises(Refused) as caught:
        coverage.cover(office.village)
    assert caught.value.code == "XL-P07"


async def test_a_village_writes_a_suspicion_chooses_between_two_values_and_looks_at_a_roster_before_it_is_taken_in(village: Session, open_app: Any, tmp_path: Path) -> None:
    """JX-51: the village concludes nothing; both values stay in the chain; the looks at a roster write nothing."""
    home = households.list_households(village, "何秀珍")[0].id
    village.record(HouseholdClaimed(village="999999001002", household=home, fields={"address": "石桥村6组"}))  # names no earlier entry: two hands wrote two things
    sheet = tmp_path / "roster.xlsx"
    rosterkit.write_book(sheet, rosterkit.township_book(sizes=(2,), faults=False))
    count = len(households.list_households(village))
    async with open_app(village) as hand:
        await command(hand, "54")
        await hand.type("何秀珍")
        await hand.press("enter")
        assert hand.page.NAME == "报疑点"
        await hand.type("家里新买了小汽车")
        await hand.press("ctrl+s")
        assert hand.shows("这一家现在的救助不变"), hand.text()

        await command(hand, "56")
        assert hand.shows("1 处写的不一样"), hand.text()
        await hand.press("enter", "2", "tab")
        await hand.type("去看过")
        await hand.press("ctrl+s")
        assert hand.shows("已保存"), hand.text()
        assert exchange.conflicts(village) == []
        await hand.press("escape")

        await command(hand, "58")
        assert hand.shows("县里还没有给出电话"), hand.text()
        await hand.press("escape")

        await command(hand, "57")
        await hand.type(str(tmp_path / "none.xlsx"))
        await hand.press("ctrl+s")
        assert hand.shows("没有这个文件或文件夹"), hand.text()
        hand.page.entries["file"].value = str(sheet)
        await hand.press("ctrl+s")
        assert hand.page.NAME == "台账栏目"
        await hand.press("ctrl+s")
        assert hand.shows("什么都还没有写"), hand.text()
        assert hand.shows("新增 1 户 2 人"), hand.text()
        assert len(households.list_households(village)) == count
        await hand.press("ctrl+s")
        assert hand.page.NAME == "今日"
        assert hand.shows("收下了：1 户 2 人"), hand.text()
    assert len(households.list_households(village)) == count + 1
    assert not any("疑点" in one.word and "小汽车" in one.summary for one in households.timeline(village, home))
