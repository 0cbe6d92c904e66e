"""The real app in a real terminal while somebody else kills it: what was typed and when it was seen, what was said to be stored, how long each took.

Rules kept here
- the one who kills knows nothing of the one who types: the signal comes from a thread of its own;
- stored is what the page said was stored, read from the terminal to its last byte;
- of a text that was typed, each character has the moment at which it stood on the screen.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

for room in (Path(__file__).resolve().parent.parent, Path(__file__).resolve().parent.parent / "ui"):
    if str(room) not in sys.path:
        sys.path.append(str(room))

from pty_hand import KEYS, QUIET, Terminal, bytes_of  # noqa: E402

SAVED = "已保存(第"
LONG = 240.0
"""Seconds a program may take on a machine that does much else: a kill loop is no measurement."""
TO_NOTE = 7
"""Tabs from who was met to the sentence."""


class Dead(Exception):
    """The program was killed meanwhile."""


class Doomed(Terminal):
    """A terminal whose program is killed by somebody else."""

    died = 0.0
    """When the signal went out."""
    shot: threading.Timer | None = None

    def until(self, there: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + LONG
        while not there():
            self.alive()
            assert time.monotonic() < end, f"never shown: {what}; the screen:\n{self.text()}"
            self.read(0.02)

    def settle(self, quiet: float = QUIET) -> None:
        end = time.monotonic() + LONG
        while self.read(quiet):
            assert time.monotonic() < end, "it never stops drawing"

    def alive(self) -> None:
        if self.process.poll() is not None:
            raise Dead

    def shoot(self, seconds: float) -> None:
        """SIGKILL from a thread, so many seconds from now."""

        def kill() -> None:
            self.died = time.monotonic()
            self.process.send_signal(signal.SIGKILL)

        self.shot = threading.Timer(seconds, kill)
        self.shot.start()

    def over(self) -> int:
        """Wait for the end, read what was still on its way; the exit code."""
        if self.shot is None:
            self.shoot(0.0)
        assert self.shot is not None
        self.shot.join()
        code = self.process.wait(LONG)
        while self.read(0.05):
            pass
        os.close(self.master)
        return code


@dataclass
class Visit:
    """One visit as the one who typed it saw it."""

    note: str
    shown: list[float] = field(default_factory=list)
    """When each character of the note stood on the screen."""
    pressed: float = 0.0
    """When Ctrl+S went in; 0 = never."""
    said: float = 0.0
    """When the page said it is stored; 0 = never."""
    died: float = 0.0

    def safe(self, seconds: float) -> int:
        """How many characters stood there for longer than that when the program died."""
        return sum(1 for at in self.shown if self.died - at > seconds)


def to_the_form(terminal: Terminal, initials: bytes) -> None:
    """From any page to the visit of one family."""
    terminal.press(KEYS["f3"], "边打字边找")
    terminal.press(initials, "找到 1 户")
    terminal.send(KEYS["f4"])
    terminal.page("走访")
    terminal.settle(0.06)


def write(terminal: Doomed, visit: Visit, rnd: random.Random, soon: float | None) -> None:
    """Who was met, the sentence, Ctrl+S; Dead when the program was killed meanwhile. What was seen is in `visit`; `soon`: killed so many seconds after Ctrl+S."""
    try:
        terminal.send(b"1" + KEYS["tab"] * TO_NOTE)
        for char in visit.note:
            terminal.send(char.encode())
            wait = time.monotonic() + rnd.uniform(0.01, 0.08)
            while time.monotonic() < wait:
                terminal.read(0.01)
                _mark(terminal, visit)
            terminal.alive()
        terminal.until(lambda: _mark(terminal, visit) == len(visit.note), visit.note)
        terminal.read(rnd.choice((0.0, 0.05, 0.3, 0.5)))
        terminal.alive()
        visit.pressed = time.monotonic()
        if soon is not None:
            terminal.shoot(soon)
        terminal.send(bytes_of("ctrl+s"))
        terminal.until(lambda: SAVED in terminal.text(), SAVED)
        visit.said = time.monotonic()
        while True:
            terminal.alive()
            terminal.read(0.02)
    except OSError:
        raise Dead from None


def _mark(terminal: Terminal, visit: Visit) -> int:
    """Note which characters stand there now; how many."""
    text = terminal.text()
    while len(visit.shown) < len(visit.note) and visit.note[: len(visit.shown) + 1] in text:
        visit.shown.append(time.monotonic())
    return len(visit.shown)


def take_up(terminal: Terminal, word: str) -> str:
    """A draft that is offered on the first page is opened, seen and saved; its row."""
    row = next((line for line in terminal.lines() if f"{word}写到一半" in line), "")
    if not row:
        return ""
    terminal.send(row.strip()[0].encode() + KEYS["enter"])
    terminal.page(word)
    terminal.shows("草稿在")
    terminal.settle(0.06)
    return row
