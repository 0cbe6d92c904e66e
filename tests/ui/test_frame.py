"""The frame of the app: the command list, settings, backups, covering and locking by itself, a window too small."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from desk_office import Office
from test_flows_village import first
from test_tired_hands import waited

from basekit import PASSPHRASE, START
from xieli_tui.casework import backup, comfort, drafts, households
from xieli_tui.casework.session import Session
from xieli_tui.desk import parameters
from xieli_tui.domain.clock import FixedClock
from xieli_tui.ui import commands, places, terminal
from xieli_tui.ui.guard import CoverScreen, Idle, SmallScreen
from xieli_tui.ui.screens.application import ApplicationPage

DIGITS = PASSPHRASE.replace(" ", "")


@pytest.fixture
def steady() -> FixedClock:
    """The clock idle hands are measured by."""
    return FixedClock(START)


# -- the command list -------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "found"), [("jzf", "记走访"), ("走访", "走访"), ("ＢＦ", "备份"), ("８１", "设置"), ("户口不在", "名单外的人"), ("sz", "设置"), ("f9", "报送")])
async def test_a_command_is_found_by_han_initials_and_digits_of_either_width(village: Session, open_app: Any, typed: str, found: str) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g")
        await hand.type(typed)
        assert hand.page.rows.item.word == found, [one.word for one in hand.page.rows.items]


async def test_enter_opens_what_was_found_for_the_family_in_front(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "ctrl+g", "1", "1", "enter")
        assert hand.page.NAME == "走访"
        assert hand.page.key == first(village)
        await hand.press("escape", "ctrl+g", "8", "1", "enter")
        assert hand.page.NAME == "设置"


async def test_a_verb_without_a_family_asks_which_one_first(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("escape", "0")
        assert hand.page.NAME == "命令"
        await hand.type("jlc")
        await hand.press("escape", "escape", "f9", "ctrl+g")
        await hand.type("看救助链")
        await hand.press("enter")
        assert hand.shows("选一家：看救助链")
        await hand.type("ljj")
        await hand.press("enter")
        assert (hand.page.NAME, hand.page.tab) == ("户档", "7")


async def test_the_keys_of_the_page_in_front_are_in_the_list_and_do_the_same(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "ctrl+g")
        mine = {one.word: one.key for one in hand.page.all if one.code.startswith("0")}
        assert mine["保存"] == "Ctrl+S"
        assert mine["丢掉草稿"] == "Ctrl+N"
        await hand.type("保存")
        await hand.press("enter")
        assert hand.shows("已保存(第")
    assert [one.met for one in households.show(village, first(village)).visits] == ["self"]


async def test_leaving_the_list_leaves_the_form_as_it_was(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab", "tab", "tab", "tab", "tab", "tab", "tab")
        await hand.type("半句")
        focused = hand.app.focused.id
        await hand.press("ctrl+g", "escape")
        assert hand.app.focused.id == focused
        await hand.type("话")
        assert hand.page.value("note") == "半句话"


async def test_every_command_has_chinese_words_help_and_digits_of_its_own(village: Session, office: Office, open_app: Any) -> None:
    for session in (village, office.county):
        async with open_app(session) as hand:
            await hand.press("ctrl+g")
            listed = hand.page.all
            codes = [one.code for one in listed]
            assert len(codes) == len(set(codes))
            for one in listed:
                assert one.code.isdigit(), one
                assert any("\u4e00" <= char <= "\u9fff" for char in one.word), one
                assert any("\u4e00" <= char <= "\u9fff" for char in one.what), one
            assert {"设置", "备份", "锁屏", "找人"} <= {one.word for one in listed}


async def test_every_command_of_a_village_opens_something_or_says_something(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        for one in (*commands.VILLAGE, *commands.PROGRAM):
            if one.word in ("退出", "锁屏"):
                continue
            hand.app.back_home()
            await hand.settle()
            page, said = hand.page, hand.page.said()
            one.run(hand.app)
            await hand.settle()
            assert hand.page is not page or hand.page.said() != said or hand.page.helping, one.word
        hand.app.back_home()


def test_the_nearest_word_stands_first() -> None:
    found = [one.word for one in commands.search(commands.PROGRAM, "s")]
    assert found[0] in ("设置", "锁屏")
    assert commands.search(commands.PROGRAM, "没有这个词") == []
    assert [one.code for one in commands.search(commands.PROGRAM, "8")] == [one.code for one in commands.PROGRAM if one.code.startswith("8")]


# -- idle hands -------------------------------------------------------------------------------------


def test_idle_time_covers_then_locks_and_a_clock_set_back_begins_anew(steady: FixedClock) -> None:
    idle = Idle(steady, 2, 15)
    assert idle.state() == "awake"
    steady.tick(minutes=2)
    assert idle.state() == "cover"
    idle.touched()
    assert idle.state() == "awake"
    steady.tick(minutes=15)
    assert idle.state() == "lock"
    steady.tick(minutes=-60)
    assert idle.state() == "awake"


async def test_names_are_covered_after_two_minutes_and_any_key_uncovers_without_being_typed(village: Session, open_app: Any, steady: FixedClock) -> None:
    async with open_app(village, watch=steady) as hand:
        await hand.press("f3", "l", "j", "j")
        steady.tick(minutes=2)
        hand.app.guard.look()
        await hand.settle()
        assert isinstance(hand.app.screen, CoverScreen)
        assert not hand.shows("李建军")
        assert not hand.shows("王秀英")
        await hand.press("x")
        assert hand.page.NAME == "住户"
        assert hand.page.search.value == "ljj"


async def test_a_laptop_that_slept_is_locked_before_the_first_key_reaches_a_page(village: Session, open_app: Any, steady: FixedClock) -> None:
    async with open_app(village, watch=steady) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1")
        steady.tick(hours=1)
        await hand.press("ctrl+s")
        assert hand.page.NAME == "解锁"
        assert hand.shows("15 分钟没动")
        assert hand.app.open_session is None
        assert not hand.page.entry.value
    assert not list((village.workspace / "log").glob("*unlock*"))


async def test_what_was_half_typed_when_it_locked_comes_back_on_the_same_form(workspace: Any, open_app: Any, steady: FixedClock) -> None:
    async with open_app(watch=steady) as hand:
        await hand.press(*DIGITS, "enter")
        home = households.add_household(hand.app.session, households.AddHousehold("石满仓", {"group": "四组"}, {})).id
        await hand.press("f3", "s", "m", "c", "f4", "1", "tab", "tab", "tab", "tab", "tab", "tab", "tab")
        await hand.type("话说到一")
        steady.tick(minutes=16)
        hand.app.guard.look()
        await hand.settle()
        assert hand.page.NAME == "解锁"
        await hand.press(*DIGITS, "enter")
        assert hand.page.NAME == "走访"
        assert hand.page.key == home
        assert hand.page.value("note") == "话说到一"
        assert hand.page.value("met") == "self"


async def test_the_short_code_reopens_after_a_lock_and_five_wrong_ones_ask_for_the_passphrase(workspace: Any, open_app: Any, steady: FixedClock) -> None:
    async with open_app(watch=steady) as hand:
        await hand.press(*DIGITS, "enter", "ctrl+g", "8", "1", "enter", "tab", "tab", "tab")
        await hand.type("802915")
        await hand.press("tab")
        await hand.type("802915")
        await hand.press("ctrl+s")
        assert hand.shows("输 6 位短码就打开")
        assert not hand.page.code_entry.value
        steady.tick(minutes=20)
        hand.app.guard.look()
        await hand.settle()
        assert hand.shows("短码或口令")
        await hand.press(*"８０２９１５", "enter")
        assert hand.page.NAME == "今日"
        await hand.press("ctrl+l")
        for _ in range(5):
            await hand.press(*"111112", "enter")
        assert hand.shows("短码不能用了")
        await hand.press(*"802915", "enter")
        assert hand.app.open_session is None
        await hand.press(*DIGITS, "enter")
        assert hand.page.NAME == "今日"


async def test_a_start_never_takes_a_short_code(workspace: Any, open_app: Any) -> None:
    async with open_app() as hand:
        assert not hand.shows("短码或口令")
        await hand.press(*"802915", "enter")
        assert hand.app.open_session is None


# -- settings ---------------------------------------------------------------------------------------


async def test_a_theme_is_taken_at_once_and_is_there_at_the_next_start(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "8", "1", "enter", "2")
        assert hand.app.theme == "夜间"
    assert terminal.first_theme({}, "linux") == "夜间"
    assert terminal.first_theme({"XIELI_THEME": "素框"}, "linux") == "素框"
    async with open_app() as hand:
        assert hand.app.theme == "夜间"


async def test_minutes_may_be_shortened_and_never_lengthened(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "8", "1", "enter", "tab", "tab", "backspace", "backspace", "3", "0", "ctrl+s")
        assert hand.app.focused.id == "lock"
        assert hand.shows("写 1 到 15 的整数")
        await hand.press("backspace", "backspace", "5", "ctrl+s")
        assert hand.shows("已保存")
        assert hand.app.guard.idle.lock == timedelta(minutes=5)
    assert comfort.load(village).lock == 5


async def test_settings_tell_who_and_where_and_cover_the_folder_until_asked(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "8", "1", "enter")
        assert hand.shows("陈秀兰")
        assert hand.shows("石桥村")
        assert not hand.shows(str(village.workspace)[-12:])
        await hand.press("ctrl+r")
        assert str(village.workspace) in hand.text().replace("\n", "").replace(" ", "")


async def test_two_different_codes_are_refused_and_neither_stays_in_a_field_or_a_draft(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "8", "1", "enter", "tab", "tab", "tab")
        await hand.type("802915")
        await hand.press("tab")
        await hand.type("802914")
        await hand.press("ctrl+s")
        assert hand.shows("两遍不一样")
        assert hand.app.held is None
        await hand.press("escape")
    assert not drafts.list_drafts(village)


def test_an_old_window_is_told_what_to_do_and_a_good_one_is_left_alone() -> None:
    assert "Windows 终端" in terminal.advice({}, "win32")[0]
    assert terminal.advice({"WT_SESSION": "x"}, "win32") == []
    assert "桌面里打开终端" in terminal.advice({"TERM": "linux", "LANG": "zh_CN.UTF-8"}, "linux")[0]
    assert "UTF-8" in terminal.advice({"TERM": "xterm-256color", "LANG": "zh_CN.GBK"}, "linux")[0]
    assert terminal.advice({"TERM": "xterm-256color", "LANG": "C.UTF-8"}, "linux") == []
    assert "颜色少" in terminal.advice({"TERM": "xterm", "LANG": "C.UTF-8"}, "linux")[0]
    assert terminal.advice({"TERM": "xterm", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}, "linux") == []


def test_the_theme_fits_the_window_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "kept_theme", lambda: "")
    good, poor, old = ({"TERM": "xterm-256color"}, "linux"), ({"TERM": "xterm"}, "linux"), ({}, "win32")
    assert [terminal.first_theme(*one) for one in (good, poor, old, ({}, "linux"), ({"TERM": "linux"}, "linux"))] == ["日间", "素框", "素框", "日间", "素框"]
    assert [terminal.theme_reason(terminal.first_theme(*one), *one) for one in (good, poor, old)] == ["没有选过，先用它", "颜色少，先用它", "旧窗口横线占两格，先用它"]
    assert [terminal.window(*one) for one in (good, poor, old, ({"WT_SESSION": "x"}, "win32"))] == ["一般的终端", "颜色少的终端", "旧命令窗口", "Windows 终端"]
    assert terminal.theme_reason("夜间", {"XIELI_THEME": "夜间"}, "linux") == "启动时定的"
    assert terminal.theme_reason("夜间", *good) == "这次选的"
    monkeypatch.setattr(terminal, "kept_theme", lambda: "夜间")
    assert terminal.first_theme(*poor) == "夜间"  # what she chose stands, whatever the window
    assert terminal.theme_reason("夜间", *poor) == "您选的，下次还是它"


# -- backups ----------------------------------------------------------------------------------------


async def test_a_copy_is_made_checked_and_listed_and_a_broken_one_is_said_to_be_broken(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "8", "2", "enter")
        assert hand.shows("还没有备份")
        await hand.press("ctrl+s")
        await waited(hand.pilot)
        assert hand.shows("备份做好了")
        assert hand.shows("核对过  12-28 09:00")
        copy = backup.list_copies(village)[0]
        store = village.workspace / "backups" / copy.name / "store.db"
        data = bytearray(store.read_bytes())
        data[5000] ^= 1
        store.write_bytes(bytes(data))
        await hand.press("enter")
        await waited(hand.pilot)
        assert hand.shows("XL-L06")
        assert hand.shows("! 打不开")
    assert not backup.list_copies(village)[0].good


# -- a small window ---------------------------------------------------------------------------------


async def test_a_window_made_tiny_and_large_again_loses_nothing(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab", "tab", "tab", "tab", "tab", "tab", "tab")
        await hand.type("半句")
        before = hand.page
        await hand.pilot.resize_terminal(20, 5)
        await hand.settle()
        assert isinstance(hand.app.screen, SmallScreen)
        assert "窗口太小" in hand.text()
        assert "76列18行" in hand.text().replace("\n", "").replace(" ", "")
        await hand.press("x", "ctrl+s", "escape")
        await hand.pilot.resize_terminal(80, 24)
        await hand.settle()
        assert hand.page is before
        assert hand.app.focused.id == "note"
        await hand.type("话")
        assert hand.page.value("note") == "半句话"
        assert hand.page.value("met") == "self"
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
    assert households.show(village, first(village)).visits[0].note == "半句话"


# -- help -------------------------------------------------------------------------------------------


async def test_the_help_of_a_page_carries_what_the_county_set_and_nothing_it_did_not(office: Office, open_app: Any) -> None:
    app = office.application("dibao")
    for key, value in (("dibao_std_month", '"735.00"'), ("visit_days", '{"days": 30, "unit": "days"}'), ("rigid_ratio", '"0.60"'), ("hotline", '"12349"')):
        parameters.set_local(office.county, parameters.SetLocal(key, value, "2026-01-01"))
    office.up()
    office.down()
    async with open_app(office.village) as hand:
        await hand.press("f1")
        assert hand.shows("走访间隔")
        assert hand.shows("30 天")
        assert hand.shows("2026-01-01 起")
        assert not hand.shows("735.00"), "no standard belongs to 今日"
        await hand.press("escape")
        assert hand.page.NAME == "今日"
        hand.app.open(ApplicationPage(app))
        await hand.settle()
        await hand.press("ctrl+o")
        assert hand.shows("735.00 元/月")
        assert hand.shows("刚性支出占家庭总收入的比例  0.60")
        assert not hand.shows("特困基本生活标准")


async def test_a_county_that_set_nothing_is_said_so(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f1")
        assert hand.shows("县里还没有给出")


async def test_help_opens_on_every_place_and_a_long_one_is_read_to_its_end(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        for keys in (["f2"], ["f3"], ["f9"], ["ctrl+g"], ["ctrl+g", "8", "1", "enter"], ["ctrl+g", "8", "2", "enter"], ["f3", "l", "j", "j", "enter"]):
            hand.app.back_home()
            await hand.settle()
            await hand.press(*keys)
            name = hand.page.NAME
            await hand.press("ctrl+o")
            assert hand.page.NAME == "帮助", name
            assert hand.shows(f"{name}这一页怎么用"), name
            await hand.press(*["down"] * 40)
            assert hand.shows("Ctrl+O 就是 F1"), name
            await hand.press("escape")
            assert name == hand.page.NAME


async def test_beside_a_wide_form_the_help_stands_in_the_rail_and_the_arrows_turn_it_without_leaving_the_field(village: Session, open_app: Any) -> None:
    home = households.list_households(village, "何秀珍")[0].id
    async with open_app(village, size=(120, 36)) as hand:
        places.open_visit(hand.app, home)
        await hand.settle()
        before = hand.page.focused
        await hand.press("f1")
        assert hand.page.NAME == "走访"
        assert hand.shows("帮助  走访这一页")
        assert not hand.shows("没有 F 键")
        await hand.press(*["down"] * 3, "pagedown", "pagedown")
        assert hand.shows("没有 F 键")
        assert hand.page.focused is before
        await hand.press("escape", "down")
        assert not hand.shows("没有 F 键")
        assert hand.page.focused is not before, "the arrows are the form's again"


async def test_an_old_window_is_told_at_the_door(workspace: Any, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "advice", lambda: ["这是旧的命令窗口，请改用 Windows 终端。"])
    async with open_app() as hand:
        assert hand.shows("这是旧的命令窗口")
