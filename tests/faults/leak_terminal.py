"""The app in a terminal that keeps every byte: what stays after the program has left it, what its process carried, whether it started others."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from leak_search import Search
from pty_hand import HEIGHT, KEYS, PATIENCE, WIDTH, Picture, Terminal, bytes_of

LEFT = b"\x1b[?1049l"
"""Leaving the page of a full-screen program: what was there before comes back, what follows stays."""
ENTERED = b"\x1b[?1049h"


class Desk(Terminal):
    """One program over one workspace."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, env={**env, "TERM": "xterm-256color", "COLUMNS": str(WIDTH), "LINES": str(HEIGHT)}, start_new_session=True,
        )
        os.close(slave)
        self.picture, self.raw, self.children = Picture(), b"", ""

    def read(self, seconds: float) -> bool:
        end, came = time.monotonic() + seconds, False
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return came
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the other end is gone
                return came
            self.raw += data
            self.picture.feed(data)
            came = True
        return came

    def wait(self, seconds: float) -> None:
        """Somebody thinks."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)

    def first_page(self) -> None:
        """The first page behind the passphrase, read through."""
        self.page("今日")
        self.until(lambda: "稍等" not in self.text() and any(word in self.text() for word in ("今天要办", "没有必须办的", "先急难")), "the first page")
        self.settle()

    def command(self, word: str) -> None:
        """A command of the list, by its word."""
        self.send(bytes_of("ctrl+g"))
        self.settle()
        self.press(word.encode(), word)
        self.settle()
        self.send(KEYS["enter"])

    def notice(self, search: Search) -> None:
        """What the running process carries where others may read it: no secret in arguments and environment, no child."""
        place = Path("/proc") / str(self.process.pid)
        for name in ("cmdline", "environ"):
            found = list(search.data((place / name).read_bytes(), name))
            assert not found, found
        self.children = "".join(path.read_text() for path in (place / "task").glob("*/children")).strip()

    def over(self) -> int:
        """Wait for the end and read what was still on its way; the exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it did not end; the screen:\n{self.text()}"
            self.read(0.05)
        while self.read(0.1):
            pass
        os.close(self.master)
        return self.process.returncode

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        os.close(self.master)

    def rest(self) -> bytes:
        """What stands in the terminal when the page is gone: before it was opened, and after it was left."""
        assert LEFT in self.raw, "it never left its page"
        return self.raw.partition(ENTERED)[0] + self.raw.rpartition(LEFT)[2]
