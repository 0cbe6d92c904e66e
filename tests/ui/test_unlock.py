"""The door: passphrase, input method, first use; and nothing heavy before the first picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from textual.widgets import Input

from basekit import PASSPHRASE
from xieli_sync.carriers import usb
from xieli_tui.casework import households
from xieli_tui.casework.session import Session, open_session
from xieli_tui.errors import Refused
from xieli_tui.store import backup as copies
from xieli_tui.ui import terminal


async def test_a_wrong_passphrase_says_so_and_names_nothing(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.type("wrong horse battery")
        await hand.press("enter")
        assert hand.shows("! 口令不对")
        assert hand.shows("XL-L01")
        assert hand.app.open_session is None
        assert not hand.shows("wrong")
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.shows("今天要办")


async def test_capitals_only_hint_at_the_caps_lock(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.type("WRONG HORSE BATTERY")
        await hand.press("enter")
        assert hand.shows("看看大写锁定")


async def test_an_input_method_left_on_is_said_before_a_try_is_wasted(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.type("口令")
        assert hand.shows("! 输入法开着，口令里进了汉字")
        await hand.press("backspace", "backspace", "a")
        assert not hand.shows("输入法开着")


async def test_the_offered_digits_open_in_full_width_and_without_groups(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.type("１１１１２２２２３３３３４４４４")
        await hand.press("enter")
        assert hand.shows("今天要办")


async def test_stars_are_drawn_and_never_a_glyph_of_two_widths(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.type("secret")
        assert hand.shows("******")
        assert "\u2022" not in hand.text()


async def test_first_use_makes_a_workspace_that_the_typed_passphrase_opens(tmp_path: Path, open_app: Any) -> None:
    folder, out = tmp_path / "new", tmp_path / "out"
    out.mkdir()
    async with open_app(folder=folder) as hand:
        assert hand.page.NAME == "首次使用"
        await hand.type("99999900100")
        await hand.press("ctrl+s")
        assert hand.shows("! 村代码要 12 位数字")
        await hand.type("1")
        await hand.press("enter")
        await hand.type("上坪村")
        await hand.press("enter")
        await hand.type("陈秀兰")
        await hand.press("enter")
        assert hand.shows("给您备好")
        offered = hand.page.offered
        assert len(offered.replace(" ", "")) == 16
        await hand.type(offered)
        await hand.press("enter")
        await hand.type("1234 5678 9012 3456")
        await hand.press("enter")
        assert hand.shows("! 内容不合要求：两遍不一样")
        await hand.type(offered)
        await hand.press("enter")
        assert hand.shows("XE1-")
        await hand.press("home", *["delete"] * 80)
        await hand.type(str(out))
        await hand.press("ctrl+s")
        assert hand.shows("登记码存好了")
        await hand.press("enter")
        assert hand.shows("今天要办")
        assert hand.shows("上坪村")
    assert "XE1-" in (out / "登记码.txt").read_text(encoding="utf-8")
    with open_session(folder, offered.replace(" ", "")) as session:
        assert (session.profile.villages, session.profile.owner) == (("999999001001",), "office")


async def test_a_short_passphrase_of_her_own_is_refused(tmp_path: Path, open_app: Any) -> None:
    async with open_app(folder=tmp_path / "new") as hand:
        await hand.type("999999001001")
        await hand.press("tab")
        await hand.type("上坪村")
        await hand.press("tab")
        await hand.type("陈秀兰")
        await hand.press("ctrl+s")
        await hand.type("short")
        await hand.press("ctrl+s")
        assert hand.shows("! 口令太短")
        for field in ("passphrase", "again"):
            hand.page.entry(field).value = "correct horse 电池十二个字"
        await hand.press("ctrl+s")
        assert hand.shows("! 内容不合要求：口令只用英文字母")
    assert not (tmp_path / "new" / "keys.json").exists()


FIRST_PAINT = """
import asyncio, sys
from pathlib import Path
from xieli_tui import ui
from xieli_tui.ui.app import XieliApp

seen = {}

class Watched(XieliApp):
    CSS_PATH = str(Path(ui.__file__).parent / "base.tcss")

    def load_behind(self):
        seen["at_first_paint"] = sorted({"sqlmodel", "sqlalchemy", "pydantic", "sqlcipher3", "cryptography", "xieli_tui.store"} & set(sys.modules))
        seen["painted"] = "口令" in "".join(segment.text for strip in self.screen._compositor.render_strips() for segment in strip)
        return super().load_behind()

async def main():
    app = Watched(Path(sys.argv[1]))
    async with app.run_test(size=(80, 24)):
        await app.workers.wait_for_complete()
        print(seen, "sqlmodel" in sys.modules, app.load_error)

asyncio.run(main())
"""


def test_the_unlock_page_is_painted_before_anything_heavy_is_imported(workspace: Path, tmp_path: Path) -> None:
    script = tmp_path / "first_paint.py"
    script.write_text(FIRST_PAINT, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script), str(workspace)], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.strip() == "{'at_first_paint': [], 'painted': True} True None", done.stderr[-2000:]


def test_the_keyboard_protocol_is_switched_off_except_on_windows() -> None:
    linux: dict[str, str] = {}
    windows: dict[str, str] = {}
    terminal.prepare(linux, "linux")
    terminal.prepare(windows, "win32")
    assert linux == {"TEXTUAL_DISABLE_KITTY_KEY": "1", "TEXTUAL_ANIMATIONS": "none"}
    assert windows == {"TEXTUAL_ANIMATIONS": "none"}


def test_the_old_windows_console_starts_in_the_ascii_theme() -> None:
    assert terminal.first_theme({}, "win32") == "素框"
    assert terminal.first_theme({"WT_SESSION": "x"}, "win32") == "日间"
    assert terminal.first_theme({"XIELI_THEME": "夜间"}, "linux") == "夜间"


async def test_the_pages_under_an_open_desk_hold_no_passphrase(village: Session, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.page.NAME == "今日"
        for screen in hand.app.screen_stack:
            assert all(PASSPHRASE.replace(" ", "") not in field.value for field in screen.query(Input))
        await hand.press("ctrl+l")
        assert hand.page.NAME == "解锁"
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.page.NAME == "今日"
        assert len(hand.app.screen_stack) == 2


async def test_the_first_unlock_of_a_day_makes_the_copy_behind_the_first_page_and_says_when_it_could_not(
    workspace: Path, village_session: Session, open_app: Any, monkeypatch: Any,
) -> None:
    households.add_household(village_session, households.AddHousehold("石守田", {}))
    village_session.close()
    stood: list[bool] = []

    def full(*_args: object) -> None:
        stood.append(hand.shows("今天要办"))
        raise Refused("XL-F02")

    async with open_app() as hand:
        with monkeypatch.context() as patch:
            patch.setattr(copies, "_vacuum", full)
            await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
            assert stood == [True]
            assert hand.shows("今天的备份没有做成")
            assert hand.shows("今天要办")
        hand.app.lock("已锁屏。")
        await hand.settle()
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.shows("今天要办")
        assert len(copies.list_all(workspace)) == 1


async def test_a_workspace_on_a_stick_is_refused_at_the_door_with_its_sentence(workspace: Path, open_app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(usb, "removable_drives", lambda: [usb.Drive(workspace.parent, "U", 1 << 30, 1 << 30, True)])
    async with open_app() as hand:
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.shows("资料不能放在U盘、移动硬盘上")
        assert hand.shows("XL-L21")
        assert hand.app.open_session is None
