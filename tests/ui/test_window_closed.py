"""The window is closed under the real program: it writes its draft, forgets its keys and ends; it does not go on unlocked where nobody sees it."""

from __future__ import annotations

import os
import sys

import pytest
from pty_hand import KEYS, PATIENCE, Terminal, pasted
from test_flows_village import first

from xieli_tui.casework import drafts
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a program with its window")


def test_a_program_whose_window_was_closed_keeps_the_draft_and_ends(village: Session, clock: FixedClock) -> None:
    home, folder = first(village), village.workspace
    terminal = Terminal(folder, clock.now().isoformat())
    try:
        terminal.unlock("今日")
        terminal.press(KEYS["f3"], "边打字边找")
        terminal.press(b"ljj", "找到 1 户")
        terminal.send(KEYS["f4"])
        terminal.page("走访")
        terminal.settle()
        terminal.send(b"1" + KEYS["tab"] * 7)
        terminal.press(pasted("住院押金不够"), "住院押金不够")
        os.close(terminal.master)
        assert terminal.process.wait(PATIENCE) in (0, 120), "120: Python itself found nobody to write its last bytes to"
    finally:
        terminal.process.kill()
        terminal.process.wait(10)
    kept = drafts.load_draft(village, "visit", home)
    assert kept is not None
    assert "住院押金不够" in [str(value) for value in kept.data.values()]
