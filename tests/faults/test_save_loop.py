"""Kill -9 of running saves, a few of each; the whole loop is `python tests/faults/save_loop.py 200`. And the moment between stored and draft dropped, which is none."""

from __future__ import annotations

import os
import sys
from itertools import product
from pathlib import Path

import pytest
from failpoints import DEATH, Failpoints, Mode
from faultkit import Made, Place, forked, homes, sound
from kill_loop import Tally, by_fork
from save_loop import app_loop, notes, once_loop, stream_loop

from xieli_tui.casework import drafts
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.errors import Refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a child is forked, a pty is a thing of Unix")
SEED = 20261228
DYING: tuple[Mode, ...] = ("dies before", "dies after")


def nothing_lost(tally: Tally, kills: int) -> None:
    print(tally.line())
    assert tally.kills == kills, tally.line()
    assert sum(tally.lost.values()) == 0, tally.line()


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    print(f"seed={SEED}")


def test_every_visit_a_stream_printed_is_stored_after_kill_minus_nine(made: Made, tmp_path: Path) -> None:
    nothing_lost(stream_loop(made, tmp_path, 2, SEED, by_fork, 40), 2)


def test_a_visit_that_was_said_to_be_saved_is_stored_after_kill_minus_nine(made: Made, tmp_path: Path) -> None:
    nothing_lost(once_loop(made, tmp_path, 2, SEED, by_fork), 2)


def test_a_visit_typed_in_the_app_is_stored_or_offered_after_kill_minus_nine_and_never_both(made: Made, tmp_path: Path) -> None:
    nothing_lost(app_loop(made, tmp_path, 2, SEED), 2)


def test_a_draft_is_there_or_its_visit_is_whichever_step_of_a_save_the_machine_dies_at(made: Made, tmp_path: Path) -> None:
    place = Place.copy(made, made.folder, tmp_path / "a", ("village",))
    with place.open("village") as village:
        home = homes(village, 1, SEED)[0]
        drafts.save_draft(village, "visit", home, {"note": "押金是借的"})

    def save(at: Place) -> None:
        with at.open("village") as village, village.finishing("visit", home):
            record_visit(village, RecordVisit(home, "self", note="押金是借的"))

    def copied(name: str) -> Place:
        return Place.copy(made, place.folder, tmp_path / name, ("village",))

    watched = Failpoints()
    with watched.watching():
        save(copied("recorded"))
    seen: list[int] = []
    for point, mode in product(range(len(watched.passed)), DYING):
        here = copied(f"{mode}-{point}")

        def work(here: Place = here, point: int = point, mode: Mode = mode) -> int:
            with Failpoints().watching((point, mode)):
                save(here)
            return 0

        assert os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1]) == DEATH
        with here.open("village") as village:
            stored, kept = notes(village)["押金是借的"], drafts.load_draft(village, "visit", home)
            assert (stored, kept is None) in ((0, False), (1, True)), (mode, str(watched.passed[point]))
            seen.append(stored)
            sound(village, replay=False)
    assert seen[-1] == 1
    assert seen.count(0) >= 2


def test_what_a_verb_refuses_leaves_its_draft_where_it_was(made: Made, tmp_path: Path) -> None:
    place = Place.copy(made, made.folder, tmp_path / "a", ("village",))
    with place.open("village") as village:
        home = homes(village, 1, SEED)[0]
        drafts.save_draft(village, "visit", home, {"note": "押金是借的"})
        with pytest.raises(Refused, match="XL-V08"), village.finishing("visit", home) as ending:
            record_visit(village, RecordVisit(home, "谁", note="押金是借的"))
        assert not ending.dropped
        assert drafts.load_draft(village, "visit", home) is not None
        drafts.save_draft(village, "flag", home, {"note": "另一张"})
        record_visit(village, RecordVisit(home, "self"))
        assert {one.form for one in drafts.list_drafts(village)} == {"visit", "flag"}, "a visit stored elsewhere takes no draft"
