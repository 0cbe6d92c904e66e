"""A desk's day by keys only: see first, take in, accept, return, decide, send home; and the family is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desk_office import PASSPHRASE, Office

from xieli_tui.casework import application, exchange, flag_hardship, households
from xieli_tui.casework.drives import drives
from xieli_tui.casework.session import open_session
from xieli_tui.desk import queue, steps
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.domain.clock import FixedClock


async def test_the_first_enter_shows_what_would_change_and_the_second_takes_it_in(office: Office, open_app: Any) -> None:
    office.application("temp_emergency", emergency=True)
    exchange.export(office.village, office.stick, with_backup=False)
    async with open_app(office.county) as hand:
        assert hand.shows("没有在等的")
        await hand.press("f3")
        await hand.type(str(office.stick))
        await hand.press("enter")
        assert hand.shows("先看一遍，什么都没有改")
        assert hand.shows("可以收")
        assert not queue.queue(office.county)
        await hand.press("enter")
        assert hand.shows("已收下")
        await hand.press("f2")
        assert hand.shows("石守田")
        assert hand.shows("急难")
    assert [item.emergency for item in queue.queue(office.county)] == [True]


async def test_an_emergency_is_accepted_decided_sent_home_and_told(office: Office, open_app: Any) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("enter")
        assert hand.page.NAME == "个案"
        assert hand.page.rows.item.key == "accept"
        await hand.press("enter", "enter")
        assert hand.shows("已受理")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "decide")
        await hand.press("enter", "1", "tab")
        await hand.type("８００")
        assert hand.shows("捌佰元整")
        await hand.press("tab", "tab")
        await hand.type("突发重病，押金无力交。")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
        assert hand.shows("800.00 元")
        await hand.press("f9")
        await hand.type(str(office.stick))
        await hand.press("enter")
        assert hand.shows("可以拔出U盘了")
    async with open_app(office.village) as hand:
        await hand.press("f9")
        hand.page.folder.focus()
        await hand.type(str(office.stick))
        await hand.press("enter")
        assert hand.shows("可以拔出U盘了")
        assert hand.shows("带回来")
        await hand.press("f2")
        assert hand.shows("决定已回，还没告诉家里")
        assert hand.page.rows.move_to(lambda item: getattr(item, "action", "") == "told")
        await hand.press("enter")
        assert hand.shows("已审核确认 800.00 元")
        await hand.press("enter", "1", "ctrl+s")
        assert hand.shows("已保存(第")
        assert hand.shows("已告知")
    card = application.show_application(office.village, app)
    assert [(one.result, one.amount, one.told) for one in card.decisions] == [("granted", 800_00, "2026-12-28")]


async def test_files_that_were_taken_in_before_are_one_line_however_many_lie_on_the_stick(office: Office, open_app: Any) -> None:
    for head in ("石守田", "石守山"):
        app = office.application("temp_emergency", emergency=True, head=head)
        office.up()
        steps.accept(office.county, app)
        office.down()
    async with open_app(office.village) as hand:
        await hand.press("f9")
        hand.page.folder.focus()
        await hand.type(str(office.stick))
        await hand.press("enter")
        assert hand.shows("可以拔出U盘了")
        assert hand.text().count("带回来的") == 1, hand.text()
        assert hand.shows("个以前收过")


async def test_a_decision_without_a_reason_is_refused_at_its_field(office: Office, open_app: Any) -> None:
    office.application("temp_emergency", emergency=True)
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("enter", "enter", "enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "decide")
        await hand.press("enter", "ctrl+s")
        assert hand.app.focused is not None
        assert hand.app.focused.id == "result"
        await hand.press("1", "tab")
        await hand.type("800")
        await hand.press("ctrl+s")
        assert hand.app.focused.id == "reason"
        assert hand.shows("! 这一格不能空")


async def test_papers_go_back_all_at_once_and_are_named_at_home(office: Office, open_app: Any) -> None:
    app = office.application("dibao")
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("enter", "f6", "6", "7", "tab")
        await hand.type("残疾人证")
        await hand.press("ctrl+s")
        assert hand.shows("退回补正")
    office.down()
    assert application.show_application(office.village, app).returned == ("户口簿复印件", "医疗费用票据", "残疾人证")


async def test_an_ordinary_case_names_the_steps_it_owes_before_a_decision(office: Office, open_app: Any) -> None:
    office.application("dibao")
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("enter", "enter", "enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "decide")
        await hand.press("enter", "1", "tab")
        await hand.type("600")
        await hand.press("tab", "tab")
        await hand.type("符合")
        await hand.press("ctrl+s")
        assert hand.shows("XL-P04")
        await hand.press("escape")
        assert hand.shows("! 欠")
        assert hand.shows("入户调查")


async def test_a_finding_without_an_application_is_answered_and_the_answer_goes_home(office: Office, open_app: Any) -> None:
    home = office.household("周大山")
    flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(["illness"], household=home, urgency="urgent"))
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("enter")
        assert hand.page.NAME == "答复"
        await hand.press("1")
        await hand.type("")
        await hand.press("tab")
        await hand.type("镇里送了米面。")
        await hand.press("ctrl+s")
        assert hand.shows("没有在等的")
    office.down()
    assert households.show(office.village, home).flags[0].settled == "2026-12-28"


async def test_a_folder_that_is_not_there_and_a_damaged_file_end_in_a_sentence_with_a_code(office: Office, open_app: Any) -> None:
    office.application("dibao")
    file = next(iter(exchange.export(office.village, office.stick, with_backup=False).files)).path
    with open(file, "r+b") as damaged:
        damaged.seek(-40, 2)
        damaged.write(b"\x00\x01")
    async with open_app(office.county) as hand:
        await hand.press("f3")
        await hand.type("/no/such/folder")
        await hand.press("enter")
        assert hand.shows("XL-F05")
        await hand.press("home", *["delete"] * 20)
        await hand.type(str(office.stick))
        await hand.press("enter")
        assert hand.shows("没有收")
        assert hand.shows("XL-B0")
    assert not queue.queue(office.county)


async def test_sending_home_with_nothing_owed_writes_nothing(tmp_path: Path, open_app: Any, clock: FixedClock) -> None:
    init_county(tmp_path / "c", InitCounty("999999", "测试县", "周敏", tmp_path / "root", "floor"), PASSPHRASE, PASSPHRASE, clock=clock)
    stick = tmp_path / "stick"
    stick.mkdir()
    with open_session(tmp_path / "c", PASSPHRASE, clock=clock) as county:
        async with open_app(county) as hand:
            await hand.press("f9")
            assert hand.shows("还没有登记的电脑")
            await hand.type(str(stick))
            await hand.press("enter")
            assert hand.shows("没有要回传的")
    assert not list(stick.iterdir())


def test_drives_are_a_list_even_where_none_is_plugged_in() -> None:
    assert isinstance(drives(), list)
