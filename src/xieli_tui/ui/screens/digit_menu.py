"""A short menu by digits: what can be done here, one line each. It goes away by itself; Esc of what it opened leads back to where she was.

Rules kept here
- digits (full-width too), arrows with Enter; nothing is recorded by choosing;
- a line that cannot be done now says why and opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, row, say
from xieli_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp


@dataclass(frozen=True, slots=True)
class Way:
    """One line: its word, what it does, the call; `closed` says why it cannot be done now, "" when it can."""

    word: str
    what: str
    do: Callable[[XieliApp], object]
    closed: str = ""


class DigitMenuPage(Page):
    """Choose what to do; the first nine lines answer to 1-9, the tenth to 0.

    Args:
        title: what the menu is about. subject: for the title line. ways: its lines.
    """

    NAME = "办哪一件"
    GUIDE = Help("按数字就办，全角数字也行。Esc 回去，什么都没有记。", (("0-9", "办"), ("上下", "选"), ("Enter", "办"), ("Esc", "返回")))

    def __init__(self, title: str, subject: str, ways: Sequence[Way], household: str = "") -> None:
        super().__init__()
        self.title_words, self.subject, self.ways, self.household = title, subject, tuple(ways), household

    def body(self) -> ComposeResult:
        yield Paint((head(self.title_words, "按数字"), *self.air()))
        self.rows = RowList(self._draw, self.ways, key=lambda way: way.word, id="ways")
        yield self.rows

    def _draw(self, way: Way, on: bool) -> Sequence[Line]:
        digit = str((self.ways.index(way) + 1) % 10)
        return (row(cell(digit, 4, "bold $primary"), cell(way.word, 16, "$ink-3" if way.closed else "bold"), cell(way.closed or way.what, 54, "$ink-3" if way.closed else "$ink-2"), on=on),)

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.focus()
        self.say("按数字就办。")

    def rail(self) -> Sequence[Line]:
        return say("按错了按 Esc，什么都没有记。", "$ink-2")

    def foot(self) -> Sequence[Key]:
        return (("0-9", "办"), ("上下", "选"), ("Enter", "办"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.household or None

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit is None:
            return
        event.stop()
        place = (digit - 1) % 10
        if place < len(self.ways):
            self._go(self.ways[place])

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self._go(event.item)

    def _go(self, way: Way) -> None:
        if way.closed:
            self.say(f"{way.word}：{way.closed}。")
            return
        app = self.xapp
        app.pop_screen()
        app.call_after_refresh(way.do, app)
