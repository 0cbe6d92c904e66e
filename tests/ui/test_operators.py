"""操作员和口令 by hand: a passphrase changed, given, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.widgets import Input

from basekit import PASSPHRASE
from xieli_tui.casework import drafts, passphrases, shortcode
from xieli_tui.casework.passphrases import AddOperator
from xieli_tui.casework.session import Session, open_session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault
from xieli_tui.ui.screens.passphrases import WorkersPage

OLD, SECOND, THIRD = PASSPHRASE.replace(" ", ""), "5555666677778888", "0123456789012345"


def opens(folder: Path, passphrase: str) -> str:
    """Whose passphrase it is, "" nobody's."""
    (folder / "log" / "unlock.json").unlink(missing_ok=True)
    try:
        return Vault.unlock(folder, passphrase).operator
    except Locked:
        return ""


async def to_the_list(hand: Any) -> None:
    hand.app.open(WorkersPage())
    await hand.settle()


async def put(hand: Any, *texts: str) -> None:
    """The entries of the page, top to bottom, as if typed; saved."""
    for entry, text in zip(hand.page.entries.values(), texts, strict=True):
        entry.value = text
    await hand.press("ctrl+s")


async def test_the_page_is_reached_from_settings_too_and_says_who_may_open(village: Session, open_app: Any) -> None:
    passphrases.add(village, AddOperator("李建国", kdf="floor", post="会计"), SECOND)
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "8", "1", "enter")
        assert hand.shows("Ctrl+N 操作员和口令")
        await hand.press("ctrl+n")
        assert hand.shows("能打开这台电脑的  2 名")
        assert hand.shows("现在是您")
        assert hand.shows("会计")
        await hand.press("escape", "escape", "ctrl+g", *"czy", "enter")
        assert hand.page.NAME == "操作员和口令"


async def test_she_changes_her_own_and_the_short_code_goes_with_the_old_one(village: Session, open_app: Any, clock: FixedClock) -> None:
    async with open_app(village) as hand:
        hand.app.held = shortcode.hold(village, "802915", clock.now())
        await to_the_list(hand)
        await hand.press("1")
        before = hand.page.offered
        await hand.press("ctrl+n")
        assert hand.shows("换了一组数字")
        assert hand.page.offered != before
        offered = hand.page.offered
        assert hand.shows(offered)
        for text in (OLD, offered, offered.replace(" ", "")):
            await hand.type(text)
            await hand.press("enter")
        assert hand.page.NAME == "操作员和口令"
        assert hand.shows("口令换好了，下次用新的。")
        assert hand.app.held is None
        await hand.press("ctrl+l")
        await hand.type(OLD)
        await hand.press("enter")
        assert hand.shows("! 口令不对")
        await hand.type(offered)
        await hand.press("enter")
        assert hand.page.NAME == "今日"


WRONG = (
    (("wrong horse battery", THIRD, THIRD), "old", "! 口令不对"), ((OLD, "short", "short"), "passphrase", "! 口令太短"), ((OLD, OLD, OLD), "passphrase", "和原来的口令一样"),
    ((OLD, THIRD, THIRD[:-1] + "6"), "again", "两遍不一样"), (("", THIRD, THIRD), "old", "不能空"), ((OLD, "石桥村的口令十二个字以上", "石桥村的口令十二个字以上"), "passphrase", "汉字"),
)


async def test_what_is_wrong_stands_under_its_own_field_and_nothing_is_changed(village: Session, open_app: Any) -> None:
    before = rooms.keys_path(village.workspace).read_bytes()
    async with open_app(village) as hand:
        await to_the_list(hand)
        for typed, at, says in WRONG:
            await hand.press("1")
            await put(hand, *typed)
            assert hand.page.NAME == "改口令"
            assert (hand.app.focused.id, says) == (at, says)
            assert hand.shows(says)
            await hand.press("escape")
    assert rooms.keys_path(village.workspace).read_bytes() == before


async def test_a_colleague_is_added_types_her_own_and_writes_under_her_name(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.press(*OLD, "enter")
        await to_the_list(hand)
        await hand.press("2")
        await hand.type("李建国")
        await hand.press("enter")
        await hand.type("会计")
        await hand.press("enter")
        for _ in range(2):
            await hand.type(SECOND)
            await hand.press("enter")
        assert hand.shows("李建国可以用自己的口令打开了。")
        assert hand.shows("能打开这台电脑的  2 名")
        await hand.press("ctrl+l", *SECOND, "enter")
        assert hand.page.NAME == "今日"
        assert "李建国" in hand.lines()[0]


async def test_who_forgot_it_is_given_another_and_who_left_is_shut_out_after_being_asked_once(village: Session, open_app: Any) -> None:
    passphrases.add(village, AddOperator("李建国", kdf="floor"), SECOND)
    async with open_app(village) as hand:
        await to_the_list(hand)
        await hand.press("down", "3")
        assert hand.page.NAME == "给口令"
        assert "2 号 李建国" in hand.lines()[0]
        await put(hand, THIRD, THIRD)
        assert hand.shows("李建国换了新口令，旧的开不了了。")
        assert (opens(village.workspace, SECOND), opens(village.workspace, THIRD)) == ("", "2")
        await hand.press("4")
        assert hand.shows("收回 2 号 李建国 的口令？再按一次 4。")
        assert opens(village.workspace, THIRD) == "2"
        await hand.press("4")
        assert hand.shows("李建国的口令收回了。")
        assert hand.shows("收回了的")
        assert opens(village.workspace, THIRD) == ""
        await hand.press("up", "up", "4")
        assert hand.shows("自己的口令不能自己收回")
        assert opens(village.workspace, OLD) == "1"


async def test_an_older_key_file_is_said_at_the_first_page_and_on_the_list(workspace: Path, open_app: Any, clock: FixedClock) -> None:
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        old = rooms.keys_path(workspace).read_bytes()
        passphrases.add(session, AddOperator("李建国", kdf="floor"), SECOND)
    open_session(workspace, PASSPHRASE, clock=clock).close()
    rooms.keys_path(workspace).write_bytes(old)
    async with open_app() as hand:
        await hand.press(*OLD, "enter")
        assert hand.shows("旧钥匙文件，请核对谁能打开这台电脑。")
        assert hand.shows("钥匙文件是旧的")
        await to_the_list(hand)
        assert hand.shows("旧钥匙文件，请核对名单。")
        assert hand.shows("还没有口令")
        await hand.press("1")
        await put(hand, OLD, THIRD, THIRD)
        assert hand.shows("口令换好了")
    with open_session(workspace, THIRD, clock=clock) as session:
        assert not session.old_keys


async def test_a_passphrase_is_in_no_draft_on_no_page_and_gone_when_she_locks(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await to_the_list(hand)
        await hand.press("1")
        page = hand.page
        await hand.type(SECOND)
        await hand.press("tab")
        await hand.type(THIRD)
        assert not hand.shows(SECOND)
        assert not hand.shows(THIRD)
        await hand.press("ctrl+l")
        assert hand.page.NAME == "解锁"
        assert not any(entry.value for entry in page.entries.values())
        assert all(SECOND not in field.value for screen in hand.app.screen_stack for field in screen.query(Input))
    with open_session(village.workspace, PASSPHRASE, clock=village.clock) as session:
        assert not drafts.list_drafts(session)
