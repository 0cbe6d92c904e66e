"""First paint of the unlock screen in a real pty against a bare Textual app of the same widgets."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from bench.common import interleaved, report

BARE = """
from textual.app import App
from textual.containers import Vertical
from textual.widgets import Input, Static
class Bare(App):
    CSS = "Screen { background: #FBF9F4; color: #1C2024; } Vertical { padding: 4 18; } Input { width: 40; }"
    def compose(self):
        yield Static("title")
        with Vertical():
            yield Static("one")
            yield Static("two")
            yield Static("three")
            yield Static("MARK-READY")
            yield Input(password=True)
            yield Static("four")
            yield Static("five")
        yield Static("status")
        yield Static("footer")
Bare().run()
"""


def first_text(argv: list[str], marker: str, env: dict[str, str] | None = None) -> float:
    """Seconds from fork to the marker's first appearance on an 80x24 pty; the child is then killed."""
    start = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(env or {})})
        os.execv(argv[0], argv)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    try:
        while marker.encode() not in seen:
            ready, _, _ = select.select([fd], [], [], 30)
            if not ready:
                raise TimeoutError(f"{marker} never came: {seen[-400:]!r}")
            seen += os.read(fd, 65536)
        return time.perf_counter() - start
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(fd)


def run() -> None:
    """Medians of 7 interleaved rounds, on an invented workspace."""
    from xieli_tui.casework.setup import InitVillage, init_village

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "village"
        request = InitVillage(villages=("999999001001",), village_name="上坪村", operator="测试员", kdf="floor")
        init_village(place, request, "measure-only-pass")
        samples = interleaved(
            7,
            {
                "bare textual": lambda: first_text([sys.executable, "-c", BARE], "MARK-READY"),
                "xieli run": lambda: first_text([sys.executable, "-m", "xieli_tui", "run", "-w", str(place)], "社会救助协理员工作台"),
            },
        )
    report("first_paint", "<= 1.25", "xieli run", "bare textual", samples)
