"""练习: the tour says the next step, notices what was really done, can be left and taken up, and never touches a real workspace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from basekit import PASSPHRASE, seeded
from xieli_sample import demo
from xieli_tui.casework import practice, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.casework.setup import InitVillage, init_village
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Refused
from xieli_tui.store import workspace as rooms
from xieli_tui.ui import tour


@pytest.fixture
def learner(village: Session) -> Session:
    """The five families of `village` in a practice workspace."""
    import dataclasses

    village.profile = dataclasses.replace(village.profile, practice=True)
    rooms.save_profile(village.workspace, village.profile)
    return village


async def noticed(hand: Any, step: str) -> None:
    """Wait until the line asks for this step."""
    for _ in range(60):
        at = hand.app.tour
        if at is not None and at.step is not None and at.step.id == step:
            await hand.settle()
            return
        await asyncio.sleep(0.05)
        await hand.pilot.pause()
    raise AssertionError((step, hand.app.tour.step))


async def test_the_whole_tour_is_walked_by_keys_and_every_step_is_noticed(learner: Session, open_app: Any, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    async with open_app(learner, stick=stick) as hand:
        assert hand.shows("练习 1/12")
        assert "练习" in hand.lines()[0]
        hand.page.rows.move_to(lambda item: hasattr(item, "left"))
        await hand.press("down")
        if hand.app.tour.step.id == "today" and not hand.page.rows.passed:
            hand.app.tour.skip()  # an empty village has too few lines to walk
        await noticed(hand, "find")
        await hand.press("escape", "3")  # no F-key in the whole walk: what each line names beside it
        await hand.type("wxy")
        await noticed(hand, "open")
        await hand.press("enter")
        await noticed(hand, "chain")
        await hand.press("7")
        await noticed(hand, "visit")
        await hand.press("4", "4", "1", "ctrl+s")
        await noticed(hand, "flag")
        await hand.press("5", "5", "1", "tab", "1", "tab", "3", "ctrl+s")
        await noticed(hand, "phone")
        await hand.press("1")
        await noticed(hand, "policy")
        await hand.press("escape", "9")
        await noticed(hand, "apply")
        await hand.press("6", "6", "5", "tab", "tab", "tab", "tab", "1", "ctrl+s")
        await noticed(hand, "entrust")
        await hand.press("enter", "ctrl+s")
        await noticed(hand, "send")
        assert practice.load(learner).step == 10
        hand.app.tour.skip()  # the folder of five families was never enrolled, so nothing can be sent from it
        await noticed(hand, "lock")


async def test_a_step_is_not_done_by_what_was_written_before_it(learner: Session, open_app: Any) -> None:
    from test_flows_village import first

    record_visit.record_visit(learner, record_visit.RecordVisit(first(learner), "self"))
    practice.keep(learner, 4)
    async with open_app(learner) as hand:
        assert hand.shows("练习 5/12")
        assert not hand.app.tour.look()
        record_visit.record_visit(learner, record_visit.RecordVisit(first(learner), "self"))
        assert hand.app.tour.look()
        await hand.settle()
        assert hand.shows("练习 6/12")


async def test_the_tour_is_left_and_taken_up_where_it_was(learner: Session, open_app: Any) -> None:
    practice.keep(learner, 5)
    async with open_app(learner) as hand:
        await hand.press("ctrl+g", "9", "0", "enter")
        assert not hand.shows("练习 6/12")
        await hand.press("ctrl+g", "9", "1", "enter")
        assert hand.shows("练习 7/12")
    async with open_app(learner) as hand:
        assert hand.shows("练习 7/12")
        await hand.press("ctrl+g", "9", "2", "enter")
        assert hand.shows("练习 1/12")


async def test_coming_back_through_the_door_ends_the_last_step(workspace: Path, open_app: Any) -> None:
    import dataclasses

    rooms.save_profile(workspace, dataclasses.replace(rooms.load_profile(workspace), practice=True))
    digits = PASSPHRASE.replace(" ", "")
    async with open_app() as hand:
        await hand.press(*digits, "enter")
        practice.keep(hand.app.session, 11)
        hand.app.tour.at = practice.load(hand.app.session)
        await hand.press("ctrl+l", *digits, "enter")
        assert hand.shows("走完了")


def test_every_line_of_the_tour_fits_the_narrow_screen() -> None:
    assert 9 <= len(tour.STEPS) <= 12
    for place, step in enumerate(tour.STEPS, 1):
        assert cell_len(f"练习 {place}/{len(tour.STEPS)}  {step.say}") <= 76, step.id
    assert cell_len(f"练习  {tour.END}") <= 76


def test_a_real_workspace_has_no_tour_and_none_can_be_kept_in_it(village: Session) -> None:
    with pytest.raises(Refused, match="XL-P08"):
        practice.keep(village, 1)


async def test_a_real_workspace_shows_no_banner_and_no_line(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        assert hand.app.tour is None
        assert not hand.shows("练习")
        await hand.press("ctrl+g")
        await hand.type("练习")
        assert hand.shows("没有这样的命令")


def test_practice_never_goes_into_a_folder_that_holds_anything_else(tmp_path: Path, clock: FixedClock) -> None:
    real = tmp_path / "real"
    init_village(real, InitVillage(("999999001001",), "石桥村", "陈秀兰", kdf="floor"), PASSPHRASE, clock=clock, rand=seeded())
    before = {path: path.read_bytes() for path in real.rglob("*") if path.is_file()}
    for again in (False, True):
        with pytest.raises(Refused, match="XL-L03"):
            demo.practice(real, again=again)
    assert {path: path.read_bytes() for path in real.rglob("*") if path.is_file()} == before


def test_the_practice_village_is_of_the_practice_network_found_again_and_begun_anew_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "practice"
    made = demo.practice(place, seeded())
    for folder in (made.village_dir, made.county_dir):
        profile = rooms.load_profile(folder)
        assert (profile.practice, profile.demo) == (True, False)
        assert profile.net
    assert demo.practice(place).village_dev == made.village_dev
    begun: list[bool] = []
    monkeypatch.setattr(demo, "build", lambda home, **more: begun.append(home.exists()) or more)
    assert demo.practice(place, again=True) == {"rand": demo.practice.__defaults__[0], "practice": True}  # type: ignore[index]
    assert begun == [False]


def test_practice_asks_for_a_terminal_before_it_builds_anything(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    code = "import sys; from xieli_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "practice", "--dir", str(tmp_path / "p")], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误 XL-X02：")
    assert not (tmp_path / "p").exists()
