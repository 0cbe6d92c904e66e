"""写好了: where a file lies that was just written, what is in it, and what to mind; and the place that is offered for the next one.

Rules kept here
- the whole path stands on the page: a status line would cut it;
- a name that is offered says what it is and the day, never whom it is about; what lies there already is not offered again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import ComposeResult

from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.quiet_form import found_stick
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, head, line, rail_block, wrap

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Filed:
    """A file: its title, where it lies, what is to be said of it."""

    title: str
    file: str
    facts: tuple[str, ...] = ()


class FiledPage(Page):
    """What was written, and where."""

    NAME = "写好了"
    GUIDE = Help("文件写在哪里，里面有多少。文件不加密，交出去以前收好，用完删掉。", (("Esc", "返回"), ("F8", "报表"), ("F2", "回首页"), ("Ctrl+L", "锁屏"), ("F1", "帮助")), (("文件名", "只写是什么表、哪一天，不写姓名。"),))

    def __init__(self, filed: Filed) -> None:
        super().__init__()
        self.filed, self.subject = filed, filed.title

    def body(self) -> ComposeResult:
        yield Paint(self._lines())

    def _lines(self) -> Sequence[Line]:
        one = self.filed
        out = [head("写好了", one.title), *self.air(), line("  ", ("文件在", "$ink-3"))]
        out += [line("    ", (piece, "bold")) for piece in wrap(one.file, MAIN - 6)]
        for fact in one.facts:
            out += [blank(), *(line("  ", piece) for piece in wrap(fact, MAIN - 4))]
        return out

    def on_mount(self) -> None:
        super().on_mount()
        self.say("写好了。", "文件不加密，用完收好。", "done")

    def rail(self) -> Sequence[Line]:
        return [line(("写好了", "bold")), line(), *rail_block("收好", "文件不加密，用完收好。")]

    def foot(self) -> Sequence[Key]:
        return (("F8", "报表"), ("F2", "今日" if self.xapp.session.role == "village" else "队列"), ("Ctrl+L", "锁屏"), ("Ctrl+G", "命令"), ("F1", "帮助"), ("Esc", "返回"))


def offered(app: Any, name: str, ending: str) -> str:
    """A place for a new file: on the stick that is in, else in the person's own folder."""
    folder = Path(found_stick(app) or Path.home())
    plain = _NOT_IN_NAMES.sub("_", name).strip("._")[:NAME_LENGTH] or "表"
    stem, ending = f"{plain}-{app.today():%Y%m%d}", ending.upper()
    path = folder / f"{stem}.{ending}"
    number = 2
    while path.exists():
        path = folder / f"{stem}-{number}.{ending}"
        number += 1
    return str(path)


class Offered:
    """An entry for a file's place that follows the other answers until somebody writes another place into it."""

    def __init__(self, app: Any, entry: HanInput, name: str, ending: str) -> None:
        self.app, self.entry = app, entry
        self.place = offered(app, name, ending)
        self.entry.value = self.place

    def follow(self, name: str, ending: str) -> None:
        """The answers are others now."""
        if self.entry.value == self.place:
            self.place = offered(self.app, name, ending)
            if self.entry.value != self.place:
                self.entry.value = self.place
                self.entry.cursor_position = len(self.place)
