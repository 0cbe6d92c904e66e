"""Locking (design 05): what Ctrl+L forgets and keeps, how the county shortens the lock, when the short code opens nothing any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk_office import Office

from basekit import PASSPHRASE
from xieli_tui.casework import comfort, households, shortcode
from xieli_tui.casework.session import Session
from xieli_tui.desk import parameters
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, XieliError
from xieli_tui.store import engine as engines

OLD = PASSPHRASE.replace(" ", "")


async def test_ctrl_l_disposes_the_engine_forgets_the_key_and_keeps_the_form_half_filled(workspace: Path, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.press(*OLD, "enter")
        session = hand.app.session
        home = households.add_household(session, households.AddHousehold("石满仓", {"group": "四组"}, {})).id
        await hand.press("f3", "s", "m", "c", "f4", "1")
        store, vault = session.store, session.vault
        assert store.engine.pool.checkedin() + store.engine.pool.checkedout() > 0
        await hand.press("ctrl+l")
        assert hand.page.NAME == "解锁"
        assert hand.app.open_session is None
        assert bytes(vault.dek) == bytes(32)
        assert store.engine.pool.checkedin() + store.engine.pool.checkedout() == 0
        with pytest.raises(Locked):
            _ = session.store
        await hand.press(*OLD, "enter")
        assert (hand.page.NAME, hand.page.key, hand.page.value("met")) == ("走访", home, "self")


async def test_names_are_covered_at_two_minutes_and_the_desk_is_locked_at_fifteen_neither_before(village: Session, open_app: Any) -> None:
    steady = FixedClock(village.clock.now())
    async with open_app(village, watch=steady) as hand:
        await hand.press("f3", "l", "j", "j")
        for seconds, shown in ((119, "李建军"), (1, "名字先盖上了"), (779, "名字先盖上了"), (1, "15 分钟没动，先锁上了")):
            steady.tick(seconds=seconds)
            hand.app.guard.look()
            await hand.settle()
            assert hand.shows(shown), (seconds, shown)
            assert hand.shows("李建军") is (shown == "李建军")
        assert hand.app.open_session is None


async def test_the_county_shortens_the_lock_and_nobody_lengthens_it(office: Office, open_app: Any) -> None:
    village = office.village
    comfort.keep(village, "2", "12")
    parameters.set_local(office.county, parameters.SetLocal("lock_minutes", "5", "2026-12-01", "2026-12-31"))
    parameters.set_local(office.county, parameters.SetLocal("lock_minutes", "60", "2027-01-01"))
    office.up()
    office.down()
    assert (comfort.load(village).lock, comfort.load(village).longest, comfort.load(village).by_county) == (5, 5, True)
    with pytest.raises(XieliError):
        comfort.keep(village, "2", "6")
    office.clock.tick(days=14)
    assert (comfort.load(village).lock, comfort.load(village).longest) == (12, 15)
    office.clock.tick(days=-14)
    steady = FixedClock(office.clock.now())
    async with open_app(village, watch=steady) as hand:
        steady.tick(minutes=5)
        await hand.press("x")
        assert hand.page.NAME == "解锁"
        assert hand.shows("有 5 分钟没动")


async def test_twelve_hours_after_the_passphrase_the_short_code_opens_nothing_and_none_of_it_is_on_disk(workspace: Path, open_app: Any, clock: FixedClock) -> None:
    steady = FixedClock(clock.now())
    async with open_app(watch=steady) as hand:
        await hand.press(*OLD, "enter")
        hand.app.held = shortcode.hold(hand.app.session, "802915", hand.app.opened_at)
        steady.tick(hours=11)
        await hand.press("ctrl+l")
        assert hand.shows("短码或口令")
        steady.tick(minutes=59)
        await hand.press(*"802915", "enter")
        assert hand.page.NAME == "今日"
        for path in (path for path in workspace.rglob("*") if path.is_file()):
            assert b"802915" not in path.read_bytes(), path.name
        steady.tick(minutes=1)
        await hand.press("ctrl+l")
        assert not hand.shows("短码或口令")
        await hand.press(*"802915", "enter")
        assert hand.app.open_session is None


async def test_another_program_at_the_store_keeps_the_door_shut_only_as_long_as_it_is_there(
    workspace: Path, open_app: Any, monkeypatch: pytest.MonkeyPatch, village_template: Any,
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 50)
    other = engines.connect(workspace / "store.db", village_template.vault.store_key())
    async with open_app() as hand:
        other.execute("BEGIN IMMEDIATE")
        await hand.press(*OLD, "enter")
        assert hand.app.open_session is None
        assert hand.shows("另一个程序正在用这份资料"), hand.text()
        assert hand.shows("XL-A01")
        other.execute("ROLLBACK")
        await hand.press(*OLD, "enter")
        assert hand.shows("今天要办")
    other.close()


async def test_a_defect_while_opening_leaves_enter_alive(workspace: Path, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from xieli_tui.casework import session as sessions

    def broken(*_given: Any, **_more: Any) -> Session:
        raise RuntimeError("a defect")

    async with open_app() as hand:
        with monkeypatch.context() as spoilt:
            spoilt.setattr(sessions, "open_session", broken)
            hand.app.screen.entry.value = OLD
            hand.app.screen._send()
            with pytest.raises(Exception, match="a defect"):
                await hand.settle()
        await hand.pilot.pause()
        assert hand.shows("XL-X01")
        hand.app.workers._workers.clear()
        await hand.press("enter")
        assert hand.shows("今天要办"), hand.text()


async def test_ctrl_l_beside_another_program_at_the_store_asks_and_crashes_nothing(
    workspace: Path, open_app: Any, monkeypatch: pytest.MonkeyPatch, village_template: Any,
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 50)
    async with open_app() as hand:
        await hand.press(*OLD, "enter")
        households.add_household(hand.app.session, households.AddHousehold("石满仓", {"group": "四组"}, {}))
        await hand.press("f3", "s", "m", "c", "f4")
        other = engines.connect(workspace / "store.db", village_template.vault.store_key())
        other.execute("BEGIN IMMEDIATE")
        await hand.press("1", "ctrl+l")
        assert hand.app.open_session is not None
        assert hand.shows("XL-A01 草稿存不下"), hand.text()
        other.execute("ROLLBACK")
        other.close()
        await hand.press("ctrl+l")
        assert (hand.page.NAME, hand.app.crash) == ("解锁", "")
