"""kill -9 of the real program in a real terminal, in the middle of three forms: at the next start the form has what was typed.

All other forms are tried in one process (test_drafts_everywhere.py); here it is the process that dies, with nothing between the key and the disk but itself.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from test_flows_village import first

from basekit import PASSPHRASE
from xieli_tui.casework import drafts
from xieli_tui.casework.session import Session

F3, F4, F5, F6, TAB, ENTER = b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\t", b"\r"
PATIENCE = 15.0
"""Seconds after which a terminal that does not show what it should is a failure, never a hang."""
_ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>78cM]|\x1b\][^\x07]*\x07|\x1bP[^\x1b]*\x1b\\")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pty is a thing of Unix")


class Terminal:
    """The program in a terminal of 80x24: keys in, words out, and the end without a farewell."""

    def __init__(self, folder: Path) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "XIELI_NOW": "2026-12-28T09:00:00+08:00", "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen([sys.executable, "-m", "xieli_tui", "run", "-w", str(folder)], stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
        os.close(slave)
        self.seen = b""

    def read(self, seconds: float) -> None:
        """Whatever comes within this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                try:
                    self.seen += os.read(self.master, 65536)
                except OSError:  # the other end is gone
                    return

    def words(self) -> str:
        """What was drawn since the last key, without the moving about."""
        return _ESCAPES.sub(b"", self.seen).decode(errors="replace")

    def shows(self, words: str) -> None:
        """Wait until these words were drawn since the last key."""
        end = time.monotonic() + PATIENCE
        while words not in self.words():
            assert time.monotonic() < end, f"never shown: {words}; last: {self.words().split()[-60:]}"
            assert self.process.poll() is None, f"it ended with {self.process.returncode}"
            self.read(0.05)

    def press(self, keys: bytes, words: str) -> None:
        """Keys, then what they bring to the screen."""
        self.seen = b""
        os.write(self.master, keys)
        self.shows(words)

    def kill(self) -> None:
        """kill -9 of the one process started here."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        os.close(self.master)


def unlocked(folder: Path) -> Terminal:
    """A start as far as 今日."""
    terminal = Terminal(folder)
    try:
        terminal.shows("资料在这台登记电脑上加密保存")
        terminal.press(PASSPHRASE.encode() + ENTER, "今天要办")
        terminal.press(F3, "边打字边找")
        terminal.press(b"ljj", "李建军")
    except BaseException:
        terminal.kill()
        raise
    return terminal


FORMS = (
    ("visit", F4, b"1" + TAB * 7, "见到谁"),
    ("flag", F5, TAB * 5, "什么事"),
    ("apply", F6, TAB, "办什么"),
)
"""Form, its key, the keys to a field of words, a word of the form."""


def test_what_was_typed_is_there_after_kill_minus_nine_in_the_middle_of_a_form(village: Session) -> None:
    home, folder = first(village), village.workspace
    before: tuple[str, bytes, str, str] | None = None
    for at, (form, key, way, word) in enumerate((*FORMS, ("", b"", b"", ""))):
        terminal = unlocked(folder)
        try:
            if before is not None:
                terminal.press(before[1], before[2])
                terminal.shows(before[3])
                terminal.press(F3, "边打字边找")
                terminal.press(b"ljj", "李建军")
            if form:
                terminal.press(key, word)
                terminal.read(0.3)
                text = f"住院押金不够{at}"
                terminal.press(way, "草稿已存" if form == "visit" else "")
                terminal.read(0.3)
                terminal.press(text.encode(), text)
                terminal.shows("草稿已存")
                before = (form, key, word, text)
        finally:
            terminal.kill()
        if form:
            kept = drafts.load_draft(village, form, home)
            assert kept is not None, form
            assert text in kept.data.values(), (form, dict(kept.data))
