"""kill -9 of the real program in a real terminal, in the middle of four forms: at the next start the draft is offered and the form has what was typed.

All other forms are tried in one process (test_drafts_everywhere.py), and each in a terminal by `kill_forms.py`, which is not a part of the suite; here it is the
process that dies, with nothing between the key and the disk but itself.
"""

from __future__ import annotations

import sys

import pytest
from pty_hand import KEYS, Terminal, bytes_of, pasted
from test_flows_village import first

from xieli_tui.casework import drafts
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pty is a thing of Unix")

DRAFT_TIME = 0.6
"""Seconds from the last key to its draft: 0.3 (design 05), and as much again for a machine that is busy."""
TAB = KEYS["tab"]
FORMS = (
    ("visit", KEYS["f4"], "走访", b"1" + TAB * 7),
    ("flag", KEYS["f5"], "困难", TAB * 5),
    ("apply", KEYS["f6"], "申请", TAB),
    ("statement", bytes_of("ctrl+g") + b"52" + KEYS["enter"], "收入支出", TAB * 4),
)
"""Form, the keys to it, its page, the keys to a field."""


def test_what_was_typed_is_offered_and_there_after_kill_minus_nine_in_the_middle_of_a_form(village: Session, clock: FixedClock) -> None:
    home, folder = first(village), village.workspace
    before: tuple[str, str, str] | None = None
    for at, (form, keys, page, way) in enumerate((*FORMS, ("", b"", "", b""))):
        terminal = Terminal(folder, clock.now().isoformat())
        try:
            terminal.unlock("今日")
            if before is not None:
                terminal.shows(f"{before[0]}写到一半")
                row = next(line for line in terminal.lines() if f"{before[0]}写到一半" in line)
                terminal.send(row.strip()[0].encode() + KEYS["enter"])
                terminal.page(before[1])
                terminal.shows("草稿在")
                terminal.shows(before[2])
                terminal.press(bytes_of("ctrl+n"), "再按一次 Ctrl+N")
                terminal.press(bytes_of("ctrl+n"), "草稿丢掉了")
                terminal.send(KEYS["f2"])
                terminal.page("今日")
            if form:
                terminal.press(KEYS["f3"], "边打字边找")
                terminal.press(b"ljj", "找到 1 户")
                terminal.send(keys)
                terminal.page(page)
                terminal.settle()
                text = f"{at + 1}00" if form == "statement" else f"住院押金不够{at}，儿子在外地"
                terminal.send(way)
                terminal.settle()
                terminal.press(text.encode() if form == "statement" else pasted(text.replace("，", "，\n")), text[:7])
                terminal.read(DRAFT_TIME)
                terminal.shows("草稿已存")
                before = ({"visit": "走访", "flag": "发现登记", "apply": "申请", "statement": "收入支出"}[form], page, text[:7])
        finally:
            terminal.kill()
        if form:
            kept = drafts.load_draft(village, form, home)
            assert kept is not None, form
            assert any(str(value).startswith(text[:7]) for value in kept.data.values()), (form, dict(kept.data))
