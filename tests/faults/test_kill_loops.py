"""Kill -9 at random moments, a few of each: the whole loops are `python tests/faults/kill_loop.py 60 60`.

Here the command runs in a child of this process, with the program loaded already, so that the kills meet the work and not the start.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import Made
from kill_loop import Tally, by_fork, export_loop, import_loop, stream_loop

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the command that dies is forked")
SEED = 20261228


def nothing_lost(tally: Tally, kills: int) -> None:
    print(tally.line())
    assert tally.kills == kills, tally.line()
    assert sum(tally.lost.values()) == 0, tally.line()


@pytest.mark.parametrize(("loop", "sized"), [(export_loop, 300), (import_loop, 40), (stream_loop, 60)], ids=["export", "import", "stream"])
def test_what_was_acknowledged_is_there_after_kill_minus_nine(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: Callable[..., Tally], sized: int,
) -> None:
    print(f"seed={SEED}")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    nothing_lost(loop(made, tmp_path, 3, SEED, by_fork, sized), 3)
