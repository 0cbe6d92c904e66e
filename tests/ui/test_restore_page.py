"""从备份恢复 in the app: a look, a question, the desk locked, the copy behind the door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from basekit import PASSPHRASE, Template, reopened
from xieli_tui.casework import backup, households
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Refused
from xieli_tui.store import restoring
from xieli_tui.ui.screens.backups import BackupsPage
from xieli_tui.ui.screens.restore import RestorePage
from xieli_tui.ui.screens.unlock import UnlockScreen


@pytest.fixture
def copied(workspace: Path, village_template: Template, clock: FixedClock) -> Session:
    """石守田 is in the copy, 李桂英 is not."""
    session = reopened(village_template, workspace, clock)
    households.add_household(session, households.AddHousehold("石守田", {}))
    backup.create(session)
    clock.tick(days=1)
    households.add_household(session, households.AddHousehold("李桂英", {}))
    return session


async def test_a_restore_is_looked_at_asked_twice_and_ends_at_the_door(copied: Session, open_app: Any) -> None:
    folder = copied.workspace
    async with open_app(copied) as hand:
        await hand.press("ctrl+g", "8", "2", "enter")
        assert isinstance(hand.page, BackupsPage)
        await hand.press("ctrl+r")
        assert isinstance(hand.page, RestorePage)
        for part in ("2026-12-28 09:00", "没签收    4 条，恢复以后照样报送", "一共      3 条", "回不来    3 条", "还没有动任何东西", "Ctrl+S 恢复到这份"):
            assert hand.shows(part), part
        await hand.press("ctrl+s")
        assert hand.shows("真的恢复到 2026-12-28 那一份？有 3 条回不来。")
        assert restoring.asides(folder) == []
        await hand.press("ctrl+s")
        assert isinstance(hand.page, UnlockScreen)
        assert hand.shows("已恢复到 2026-12-28 09:00 那一份，原来的整份留着。")
        assert len(restoring.asides(folder)) == 1
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.shows("今天要办")
        assert {row.head for row in households.list_households(hand.app.session)} == {"石守田"}


async def test_another_key_between_the_two_changes_nothing_and_escape_leaves(copied: Session, open_app: Any) -> None:
    async with open_app(copied) as hand:
        await hand.press("ctrl+g", "8", "2", "enter", "ctrl+r", "ctrl+s", "escape")
        assert isinstance(hand.page, BackupsPage)
        assert restoring.asides(copied.workspace) == []
        assert {row.head for row in households.list_households(hand.app.session)} == {"石守田", "李桂英"}


async def test_a_restore_that_fails_is_said_at_the_door_and_the_old_one_opens(copied: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(copied) as hand:
        await hand.press("ctrl+g", "8", "2", "enter", "ctrl+r")
        with monkeypatch.context() as patch:
            patch.setattr(restoring, "put_aside", lambda *_args: (_ for _ in ()).throw(Refused("XL-F02")))
            await hand.press("ctrl+s", "ctrl+s")
        assert hand.shows("XL-F02")
        assert hand.shows("没有恢复，资料没有动")
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.shows("今天要办")
        assert {row.head for row in households.list_households(hand.app.session)} == {"石守田", "李桂英"}


async def test_a_copy_that_does_not_hold_is_said_and_offers_nothing(copied: Session, open_app: Any) -> None:
    (copy,) = (copied.workspace / "backups").iterdir()
    data = bytearray((copy / "store.db").read_bytes())
    data[-50] ^= 1
    (copy / "store.db").write_bytes(data)
    async with open_app(copied) as hand:
        await hand.press("ctrl+g", "8", "2", "enter", "ctrl+r")
        assert hand.shows("XL-L06")
        await hand.press("ctrl+s", "ctrl+s")
        assert isinstance(hand.page, RestorePage)
        assert restoring.asides(copied.workspace) == []
