"""The disk of her computer is full while she works in the app: it is said, what she typed stays, nothing is counted as saved, and it goes on afterwards."""

from __future__ import annotations

from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.engine.default import DefaultDialect

from xieli_tui.casework import drafts, households
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock


class Disk:
    """Commits fail while it is full; `after` of them still go through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full, self.after = False, 0
        real = DefaultDialect.do_commit

        def commit(dialect: Any, connection: Any) -> None:
            if self.full and self.after <= 0:
                raise sqlcipher.OperationalError("database or disk is full")
            self.after -= self.full
            real(dialect, connection)

        monkeypatch.setattr(DefaultDialect, "do_commit", commit)


async def test_a_full_disk_is_said_and_the_form_stays_as_it_was_typed(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab")
        disk.full = True
        await hand.press("ctrl+s")
        assert hand.page.NAME == "走访"
        assert hand.shows("XL-F02")
        assert hand.shows("磁盘满了")
        assert hand.shows("腾出一些地方"), hand.text()
        (home,) = [one.id for one in households.list_households(village, "ljj")]
        assert not households.show(village, home).visits
        disk.full = False
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
    assert [visit.met for visit in households.show(village, home).visits] == ["self"]
    assert not drafts.list_drafts(village)


async def test_what_was_saved_is_called_saved_though_its_draft_could_not_be_dropped_any_more(
    village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = Disk(monkeypatch)
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab")
        disk.full, disk.after = True, 1
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第"), hand.text()
        assert hand.page.NAME != "走访"
        disk.full = False
    (home,) = [one.id for one in households.list_households(village, "ljj")]
    assert [visit.met for visit in households.show(village, home).visits] == ["self"]


async def test_a_desk_that_locks_itself_on_a_full_disk_does_not_say_that_all_is_in_the_drafts(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, steady = Disk(monkeypatch), FixedClock(village.clock.now())
    async with open_app(village, watch=steady) as hand:
        await hand.press("f3", "l", "j", "j", "f4")
        disk.full = True
        await hand.press("1", "tab")
        steady.tick(minutes=16)
        hand.app.guard.look()
        await hand.settle()
        assert hand.app.open_session is None
        assert hand.shows("15 分钟没动，先锁上了。XL-F02 最后写的没存进草稿。"), hand.text()
        assert not hand.shows("都在草稿里")
        disk.full = False


async def test_leaving_on_a_full_disk_says_that_the_draft_is_not_kept_before_it_leaves(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "ctrl+q")
        assert hand.shows("都在草稿里")
        disk.full = True
        await hand.press("2", "ctrl+q")
        assert hand.shows("XL-F02 草稿存不下"), hand.text()
        assert not hand.shows("都在草稿里")
        assert hand.app.open_session is not None
        disk.full = False
        await hand.press("ctrl+q")
        assert hand.app.open_session is None
