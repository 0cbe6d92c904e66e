"""What a tired person stumbles over: messages that vanish, keys that do something else than they say, numbers that lag behind, words that are not true."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from desk_office import Office
from test_flows_village import first
from textual.pilot import Pilot

from xieli_sync import outbox
from xieli_tui.casework import application, drafts, exchange, households, record_visit, today_shape
from xieli_tui.casework import today as todays
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.casework.views import Today, TodayTask
from xieli_tui.desk import queue, steps
from xieli_tui.domain.text import group_word
from xieli_tui.ui import words


async def waited(pilot: Pilot[Any], seconds: float = 0.5) -> None:
    """Longer than a draft takes to be written."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await pilot.pause(0.05)


@pytest.mark.parametrize(("typed", "shown"), [("一组", "1组"), ("第3村民小组", "3组"), ("2", "2组"), ("十二组", "12组"), ("河东片", "河东片"), ("", "")])
def test_a_group_is_shown_in_one_style_however_it_was_typed(typed: str, shown: str) -> None:
    assert group_word(typed) == shown


async def test_groups_typed_in_two_styles_look_alike_on_every_row_and_stay_stored_as_typed(village: Session, open_app: Any) -> None:
    home = households.add_household(village, households.AddHousehold("石满仓", {"group": "二组"}, {})).id
    async with open_app(village) as hand:
        await hand.press("f3")
        assert hand.shows("石满仓   2组")
        assert not hand.shows("二组")
        await hand.press("f2")
        assert not hand.shows("二组")
    assert households.show(village, home).fields["group"] == "二组"


def test_a_reason_too_long_for_its_column_ends_with_a_clause_and_never_inside_a_word() -> None:
    assert words.gist("决定已回，还没告诉家里：急难型临时救助 已审核确认 800.00 元", 36) == "决定已回，还没告诉家里"
    assert words.gist("退回补正：缺户口簿复印件、医疗费用票据、诊断证明", 36) == "退回补正：缺户口簿复印件等"
    assert words.gist("预警：贫困风险，按县里的指标（一年看病自己掏的钱超过县里定的数），请走访看看", 29) == "预警：贫困风险"
    assert words.gist("走访写到一半", 36) == "走访写到一半"
    assert words.gist("一句没有停顿的话长得放不下也不能只留半句的开头", 20).startswith("一句没有停顿")


def test_a_registration_code_is_cut_between_its_groups() -> None:
    code = "XE1-" + "-".join(f"{n:05d}" for n in range(25)) + "-ABCD"
    assert "".join(words.code_lines(code)) == code
    assert all(len(one) <= 60 for one in words.code_lines(code))
    assert all(one.endswith("-") for one in words.code_lines(code)[:-1])


async def test_a_thrown_away_application_draft_leaves_an_empty_form(village: Session, open_app: Any) -> None:
    home = first(village)
    drafts.save_draft(village, "apply", home, {"kinds": ["dibao"], "others": "取暖救助", "answer": ["willing"]})
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f6")
        assert hand.shows("[1低保]")
        await hand.press("ctrl+n", "ctrl+n")
        assert not hand.shows("[1低保]")
        assert not hand.shows("取暖救助")
    assert not drafts.list_drafts(village)


async def test_a_refusal_is_still_readable_after_the_draft_was_written(office: Office, open_app: Any) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    async with open_app(office.county) as hand:
        await hand.press("enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "decide")
        await hand.press("enter", "1", "tab", "4", "2", "0", "tab", "tab", "a", "ctrl+s")
        assert hand.shows("XL-P04")
        await waited(hand.pilot)
        assert hand.shows("XL-P04"), "the draft was said over the refusal"
        await hand.press("b")
        await waited(hand.pilot)
        assert hand.shows("草稿已存")


async def test_the_sentence_under_a_field_goes_when_the_field_is_mended(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "ctrl+s")
        assert hand.shows("! 这一格不能空")
        await hand.press("1")
        assert not hand.shows("! 这一格不能空")


async def test_a_decision_without_amount_and_reason_is_refused_at_the_upper_field(office: Office, open_app: Any) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    async with open_app(office.county) as hand:
        await hand.press("enter")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "decide")
        await hand.press("enter", "1", "ctrl+s")
        assert hand.app.focused.id == "amount"


async def test_a_second_advance_is_not_under_the_first_enter(office: Office, open_app: Any) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    async with open_app(office.county) as hand:
        await hand.press("enter")
        assert hand.page.rows.item.key == "advance"
    steps.advance(office.county, app, "500", "周敏")
    async with open_app(office.county) as hand:
        await hand.press("enter")
        assert hand.page.rows.item.key == "decide"
        assert hand.shows("再次先行救助")


async def test_a_state_names_the_level_that_acted(office: Office, open_app: Any) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    assert steps.accept(office.county, app).state == "accepted"
    assert [item.state_label for item in queue.queue(office.county)] == ["县已受理"]
    assert queue.case(office.county, app).card.state_label == "县已受理"
    office.down()
    assert application.show_application(office.village, app).state_label == "县已受理"
    async with open_app(office.village) as hand:
        await hand.press("f6")
        assert not hand.shows("镇已受理")


async def test_the_windows_own_intake_waits_for_acceptance_and_speaks_no_village_words(office: Office, open_app: Any) -> None:
    office.application("temp_emergency", emergency=True)
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("f4")
        await hand.press("enter")
        assert hand.shows("3热线12349")
        assert hand.shows("F2 队列")
        assert not hand.shows("写委托")
        await hand.press("1", "tab", "tab", "tab", "tab", "tab", "1", "ctrl+s")
        assert hand.shows("待受理")
        assert not hand.shows("协助填写")


async def test_the_key_a_row_shows_does_what_the_row_says(office: Office, open_app: Any) -> None:
    app = office.application("dibao")
    office.up()
    steps.return_for_papers(office.county, app, ["hukou_book"])
    office.down()
    async with open_app(office.village) as hand:
        assert hand.page.rows.move_to(lambda item: getattr(item, "action", "") == "apply")
        assert hand.shows("F6 补材料")
        await hand.press("f6")
        assert type(hand.page).__name__ == "ApplicationPage"
        assert hand.shows("退回补正：户口簿复印件")


async def test_what_is_done_today_is_counted_when_the_page_comes_back(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        assert hand.shows("今天已办 0 件")
        await hand.press("f3", "l", "j", "j", "f4", "1", "ctrl+s", "f2")
        assert hand.shows("今天已办 1 件")


async def test_a_long_note_can_be_read_to_its_last_word(village: Session, open_app: Any) -> None:
    note = "院子里积水没人清，灶房漏雨，药快吃完了没人去拿，儿子过年才回，说村医下周来量血压，最后一句在这里"
    record_visit.record_visit(village, record_visit.RecordVisit(first(village), "self", note=note))
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "4")
        assert "最后一句在这里" in hand.text().replace("\n", "").replace(" ", "")
        assert not hand.shows("Enter 打开")


async def test_enter_twice_never_writes_the_entrustment_twice(village: Session, open_app: Any) -> None:
    home = first(village)
    app = start_application(village, StartApplication(home, ["dibao"])).id
    async with open_app(village) as hand:
        await hand.press("f6")  # today's first row is this application
        assert hand.page.rows.item.key == "entrust"
        await hand.press("enter", "ctrl+s")
        assert hand.shows("已保存(第")
        assert getattr(hand.page.rows.item, "key", "") != "entrust"
    assert application.show_application(village, app).entrusted


def test_the_draft_of_a_small_form_says_whose_it_is(village: Session) -> None:
    home = first(village)
    app = start_application(village, StartApplication(home, ["dibao"])).id
    drafts.save_draft(village, "sign", f"{app}:somebody", {"paper": "铁柜"})
    task = next(one for one in todays.today(village).tasks if one.task == "draft_open")
    assert (task.who, task.household, task.why) == ("王秀英", home, "签字写到一半，草稿在")


async def test_stick_that_could_not_be_read_back_is_not_called_safe_to_pull(office: Office, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    office.application("dibao")
    real = outbox.write_bundle

    def cached(*args: Any, **more: Any) -> outbox.Written:
        done = real(*args, **more)
        return outbox.Written(done.path, done.bytes, False, done.existed)

    monkeypatch.setattr(outbox, "write_bundle", cached)
    async with open_app(office.village) as hand:
        await hand.press("f9")
        hand.page.folder.focus()
        await hand.type(str(office.stick))
        await hand.press("enter")
        assert hand.shows("请安全弹出，再插上核对")
        assert hand.shows("已导出，待签收")
        assert not hand.shows("可以拔出U盘了")
        assert not hand.shows("一字不差")


def test_a_township_that_signs_is_waited_for(office: Office) -> None:
    office.application("dibao")
    exchange.export(office.village, office.stick, with_backup=False)
    assert exchange.status(office.village).bundles[0][3:] == ("待签收", "待签收")


async def test_a_folder_of_bad_files_is_never_said_to_be_taken_in(office: Office, open_app: Any, tmp_path: Path) -> None:
    bad = tmp_path / "坏的"
    bad.mkdir()
    (bad / "a.xieli").write_text("这是一份文本", encoding="utf-8")
    async with open_app(office.county) as hand:
        await hand.press("f3")
        await hand.type(str(bad))
        await hand.press("enter")
        assert hand.shows("XL-B02")
        assert hand.shows("请用U盘原样复制")
        assert hand.shows("没有能收的")
        await hand.press("enter")
        assert not hand.shows("收下了")
        assert not hand.shows("签收单写好了")


async def test_work_that_ends_by_a_defect_says_so_and_lets_her_go_on(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("xieli_tui.casework.exchange.take_in", broken)
    async with open_app(office.village) as hand:
        await hand.press("f9")
        hand.page.folder.focus()
        await hand.type(str(office.stick))
        await hand.pilot.press("enter")
        await waited(hand.pilot)
        assert hand.shows("XL-X01")
        assert not hand.page.busy


async def test_the_sentence_on_the_door_is_not_cut(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.type("口令")
        assert "再输一遍。" in hand.text().replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("args", [(), ("run",), ("-w", "/nowhere"), ("run", "-w", "/nowhere")])
def test_the_desk_needs_a_terminal_and_says_so_without_escape_codes(args: tuple[str, ...], tmp_path: Path) -> None:
    code = "import sys; from xieli_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "XIELI_WORKSPACE": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误 XL-X02：")
    assert "\x1b" not in done.stderr


async def test_a_new_passphrase_with_han_is_refused_because_the_door_would_not_take_it(tmp_path: Path, open_app: Any) -> None:
    folder = tmp_path / "w"
    async with open_app(folder=folder) as hand:
        await hand.type("999999001003")
        assert hand.shows("村 12 位，镇 9 位"), "what stands after an entry is drawn"
        await hand.press("tab")
        await hand.type("上坪村")
        await hand.press("tab")
        await hand.type("李协理")
        await hand.press("ctrl+s")
        assert hand.page.step == 1
        await hand.type("密码" * 6)
        await hand.press("tab")
        await hand.type("密码" * 6)
        await hand.press("ctrl+s")
        assert hand.shows("口令只用英文字母")
    assert not folder.exists()


async def test_a_long_reason_is_whole_in_the_row_that_is_open_and_short_in_the_others(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    home = first(village)
    why = "收入来源不固定或者家里有劳动能力的低保家庭，每半年要核查一次家庭人口、收入和财产状况，核查以后按规定增发、减发或者停发，最后一句在这里"
    line = TodayTask("review", home, "", "王秀英", "2组", "2026-12-12", "overdue", why, "999999:第四条; 000:5", "visit", short=today_shape.short("review", "2026-08-24"))
    other = TodayTask("promise_due", home, "", "王秀英", "2组", "2026-12-28", "pending", "12-21 答应：看药", "走访记录", "visit")
    monkeypatch.setattr(todays, "today", lambda _session: Today((line, other), (), "2026-12-21", "2026-12-21", 0))
    async with open_app(village) as hand:
        assert hand.shows("复核，上次走访 08-24")
        assert "最后一句在这里" in hand.text().replace("\n", "").replace(" ", "")
        assert hand.shows("依据 999999:第四条; 000:5")
        assert ".." not in hand.text()
        await hand.press("down")
        assert not hand.shows("最后一句在这里")
        assert hand.shows("复核，上次走访 08-24")
    assert today_shape.short("review", "") == "复核，还没走访过"
