"""The real program in a real terminal of 80x24: keys in, the picture out, and the end without a farewell (kill -9).

The picture is kept by a terminal of our own, as far as Textual draws: moving, text of one or two cells, clearing. Colours are passed over.
"""

from __future__ import annotations

import codecs
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
from collections.abc import Callable
from pathlib import Path

from rich.cells import cell_len

from basekit import PASSPHRASE

PATIENCE = 30.0
"""Seconds after which a terminal that does not show what it should is a failure, never a hang."""
QUIET = 0.12
"""Seconds without a new drawing after which the picture stands."""
WIDTH, HEIGHT = 80, 24
KEYS = {
    "enter": b"\r", "tab": b"\t", "shift+tab": b"\x1b[Z", "escape": b"\x1b", "backspace": b"\x7f", "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D", "home": b"\x1b[H",
    "end": b"\x1b[F", "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "space": b" ", "f1": b"\x1bOP", "f2": b"\x1bOQ", "f3": b"\x1bOR", "f4": b"\x1bOS", "f5": b"\x1b[15~",
    "f6": b"\x1b[17~", "f7": b"\x1b[18~", "f8": b"\x1b[19~", "f9": b"\x1b[20~",
}
_SEQUENCE = re.compile(r"\x1b(?:\[([0-9;?<>=]*)([A-Za-z])|[()][A-Z0-9]|[=>78cM]|\][^\x07]*\x07|P[^\x1b]*\x1b\\)")
_ENDS = re.compile(r"\x1b(?:\[[0-9;?<>=]*|[()]|\][^\x07]*|P[^\x1b]*)?$")


def bytes_of(key: str) -> bytes:
    """A key as Textual names it (or one character), as a terminal sends it."""
    if key in KEYS:
        return KEYS[key]
    if key.startswith("ctrl+"):
        return bytes([ord(key[-1]) & 31])
    return key.encode()


def pasted(text: str) -> bytes:
    """A text put in at once, between the marks of a bracketed paste."""
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


class Picture:
    """80x24 cells, as the program drew them."""

    def __init__(self) -> None:
        self.cells = [[" "] * WIDTH for _ in range(HEIGHT)]
        self.x = self.y = 0
        self._rest = ""
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def feed(self, data: bytes) -> None:
        """Take what the program wrote."""
        text = self._rest + self._decode(data)
        cut = _ENDS.search(text)
        self._rest, text = (text[cut.start():], text[: cut.start()]) if cut else ("", text)
        at = 0
        for found in _SEQUENCE.finditer(text):
            self._write(text[at:found.start()])
            self._obey(found.group(1) or "", found.group(2) or "")
            at = found.end()
        self._write(text[at:])

    def _obey(self, given: str, what: str) -> None:
        if what == "H":
            numbers = [int(one or 1) for one in (given or "1;1").split(";")] + [1]
            self.y, self.x = min(numbers[0], HEIGHT) - 1, min(numbers[1], WIDTH) - 1
        elif what == "J":
            self.cells = [[" "] * WIDTH for _ in range(HEIGHT)]
        elif what == "K":
            self.cells[self.y][self.x:] = [" "] * (WIDTH - self.x)

    def _write(self, text: str) -> None:
        for char in text:
            if char == "\r":
                self.x = 0
            elif char == "\n":
                self.y = min(self.y + 1, HEIGHT - 1)
            elif char >= " " and (wide := cell_len(char)) and self.x < WIDTH:
                row = self.cells[self.y]
                row[self.x] = char
                for more in range(1, wide):
                    if self.x + more < WIDTH:
                        row[self.x + more] = ""
                self.x += wide

    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self.cells]


class Terminal:
    """The program over one workspace."""

    def __init__(self, folder: Path, now: str = "2026-12-28T09:00:00+08:00") -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "XIELI_NOW": now, "COLUMNS": str(WIDTH), "LINES": str(HEIGHT)}
        self.process = subprocess.Popen([sys.executable, "-m", "xieli_tui", "run", "-w", str(folder)], stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
        os.close(slave)
        self.picture = Picture()

    def read(self, seconds: float) -> bool:
        """Whatever comes within this time; whether anything came."""
        end, came = time.monotonic() + seconds, False
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return came
            try:
                self.picture.feed(os.read(self.master, 65536))
                came = True
            except OSError:  # the other end is gone
                return came
        return came

    def lines(self) -> list[str]:
        return self.picture.lines()

    def text(self) -> str:
        return "\n".join(self.lines())

    def until(self, there: Callable[[], bool], what: str) -> None:
        """Wait until something is on the screen."""
        end = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < end, f"never shown: {what}; the screen:\n{self.text()}"
            assert self.process.poll() is None, f"it ended with {self.process.returncode}"
            self.read(0.02)

    def shows(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        self.until(lambda: words in self.text(), words)

    def settle(self, quiet: float = QUIET) -> None:
        """Wait until the picture stands."""
        end = time.monotonic() + PATIENCE
        while self.read(quiet):
            assert time.monotonic() < end, "it never stops drawing"

    def send(self, data: bytes) -> None:
        """Bytes into the keyboard."""
        while data:
            data = data[os.write(self.master, data):]

    def press(self, keys: bytes, words: str) -> None:
        """Keys, then what they bring to the screen."""
        self.send(keys)
        self.shows(words)

    def page(self, name: str) -> None:
        """Wait until this page is in front."""
        self.until(lambda: f"协理  {name}" in self.lines()[0], f"the page {name}")

    def unlock(self, home: str) -> None:
        """The passphrase, and the first page behind it, read through."""
        self.shows("资料在这台登记电脑上加密保存")
        self.send(PASSPHRASE.encode() + KEYS["enter"])
        self.page(home)
        self.until(lambda: "稍等" not in self.text() and any(word in self.text() for word in ("今天要办", "没有必须办的", "先急难")), "the first page")
        self.settle()

    def kill(self) -> None:
        """kill -9 of the one process started here."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        os.close(self.master)
