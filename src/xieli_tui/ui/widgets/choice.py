"""Choices by digit on one line, and the six marks.

Rules kept here
- digits (half- or full-width) choose; arrows and space do the same for hands that look at the screen; choosing moves nothing: brackets take
  the place of the two spaces that stood there;
- nothing is chosen until a person chooses; Backspace takes a choice back;
- the chosen one is bold in brackets, so never told by colour alone; marks carry no colour, 有困难 is bold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.theme import ASCII_THEMES
from xieli_tui.ui.widgets.paint import Line, fit, line, strip_of


class Choice(Widget, can_focus=True):
    """Options on one line (or on several when they do not fit).

    Args:
        options: (id, 中文) pairs; the first nine answer to digits 1-9, a tenth to 0. Of a longer list the tenth and all behind it answer to 0 and one
            more digit, as written before each: 01住房 02断了来源.
        multi: several may be chosen; a digit then turns its option on and off.
        gap: cells between options.
    """

    DEFAULT_CSS = "Choice { width: auto; height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "pick", show=False),
        Binding("backspace,delete", "clear", show=False),
    ]
    chosen: reactive[tuple[str, ...]] = reactive((), init=False)
    at: reactive[int] = reactive(-1, init=False)
    zero: reactive[bool] = reactive(False, init=False)
    """0 was pressed in a long list: the next digit is one of the second round."""

    @dataclass
    class Changed(Message):
        """Another choice."""

        choice: Choice
        chosen: tuple[str, ...]

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(
        self, options: Sequence[tuple[str, str]], *, chosen: Sequence[str] = (), multi: bool = False, gap: int = 1, width: int = 0,
        id: str | None = None, classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.options = tuple(options)
        self.multi, self.gap, self.room = multi, gap, width
        self.set_reactive(Choice.chosen, tuple(chosen))

    @property
    def value(self) -> str:
        """The chosen id, "" when none (single choice)."""
        return self.chosen[0] if self.chosen else ""

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other options; a choice that is no longer among them is taken back."""
        self.options = tuple(options)
        ids = {option for option, _ in self.options}
        self.chosen = tuple(option for option in self.chosen if option in ids)
        self.refresh(layout=True)

    # -- layout -----------------------------------------------------------------------------------
    @property
    def long(self) -> bool:
        """More options than digits."""
        return len(self.options) > 10

    def _digits(self, place: int) -> str:
        """What to press for an option."""
        if place < 9 or not self.long:
            return str((place + 1) % 10)
        return f"0{place - 8}" if place < 18 else ""

    def _texts(self) -> list[str]:
        return [f"{self._digits(place)}{name}" for place, (_, name) in enumerate(self.options)]

    def _rows(self, width: int) -> list[list[int]]:
        rows: list[list[int]] = [[]]
        used = 0
        for place, text in enumerate(self._texts()):
            need = cell_len(text) + 2 + self.gap
            if rows[-1] and used + need - self.gap > width:
                rows.append([])
                used = 0
            rows[-1].append(place)
            used += need
        return rows

    def get_content_width(self, container: Size, viewport: Size) -> int:
        full = sum(cell_len(text) + 2 + self.gap for text in self._texts()) - self.gap
        return max(1, min(full, self.room or full, container.width or full))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def line_at(self, y: int) -> Line:
        rows = self._rows(self.size.width)
        if y >= len(rows):
            return Line()
        ground = "entry-on" if self.has_focus else ""
        parts: list[tuple[str, str]] = []
        texts = self._texts()
        for place in rows[y]:
            picked = self.options[place][0] in self.chosen
            style = "bold $primary" if picked else "bold" if self.zero and place >= 9 else ""
            if self.has_focus and place == self.at and not picked:
                style = f"{style} underline".strip()
            parts += [(f"[{texts[place]}]" if picked else f" {texts[place]} ", style), (" " * self.gap, "")]
        return line(*parts[:-1], ground=ground)

    def render_line(self, y: int) -> Strip:
        return strip_of(self.line_at(y), self.size.width, self.app.theme)

    # -- choosing ---------------------------------------------------------------------------------
    def choose(self, option: str) -> None:
        """Choose by id (turns off when several may be chosen and it was on; an only option stays on: her habit of pressing 1 must not take it away)."""
        if self.multi and len(self.options) > 1:
            self.chosen = tuple(o for o in self.chosen if o != option) if option in self.chosen else (*self.chosen, option)
        else:
            self.chosen = (option,)

    def watch_chosen(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self, self.chosen))

    def watch_at(self) -> None:
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.zero = False
        self.refresh()

    def watch_zero(self) -> None:
        self.refresh()

    def action_step(self, by: int) -> None:
        self.at = (self.at + by) % len(self.options) if self.at >= 0 else (0 if by > 0 else len(self.options) - 1)

    def action_pick(self) -> None:
        if self.at >= 0:
            self.choose(self.options[self.at][0])

    def action_clear(self) -> None:
        self.chosen = self.chosen[:-1] if self.multi else ()

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit is None:
            self.zero = False
            return
        if self.long and digit == 0:
            event.stop()
            event.prevent_default()
            self.zero = not self.zero
            return
        place = digit + 8 if self.zero else (digit - 1) % 10
        self.zero = False
        if place < len(self.options):
            event.stop()
            event.prevent_default()
            self.at = place
            self.choose(self.options[place][0])

    def on_click(self, event: events.Click) -> None:
        rows = self._rows(self.size.width)
        if event.y >= len(rows):
            return
        x = 0
        for place in rows[event.y]:
            width = cell_len(self._texts()[place]) + 2
            if x <= event.x < x + width:
                self.at = place
                self.choose(self.options[place][0])
                return
            x += width + self.gap


LEVELS = {1: "正常", 2: "留意", 3: "有困难"}


class MarkRow(Widget, can_focus=True):
    """六方面 on one line: arrows move, space turns 正常, 留意, 有困难, blank; digits 1-3 set and go on; what was not asked stays blank."""

    DEFAULT_CSS = "MarkRow { width: 64; height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "turn", show=False),
        Binding("backspace,delete", "wipe", show=False),
    ]
    marks: reactive[dict[str, int]] = reactive(dict, init=False, always_update=True)
    at: reactive[int] = reactive(0, init=False)

    @dataclass
    class Changed(Message):
        """A mark was set or taken back."""

        row: MarkRow
        marks: dict[str, int]

        @property
        def control(self) -> MarkRow:
            return self.row

    def __init__(self, dimensions: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.dimensions = tuple(dimensions)

    def line_at(self) -> Line:
        parts: list[tuple[str, str]] = []
        plain = self.app.theme in ASCII_THEMES
        for place, dimension in enumerate(self.dimensions):
            mark = self.marks.get(dimension, 0)
            here = self.has_focus and place == self.at
            ground = "on $entry-on" if here else "on $entry"
            text = LEVELS.get(mark, "")
            if plain:
                body = "[" + fit((">" if here else "") + text, 7) + "]"
            else:
                body = fit((">" if here else " ") + text, 9)
            style = "bold " if mark == 3 or here else ""
            if not mark and not here and not plain:
                style = "underline $ink-3 "
            parts += [(body, style + ground), ("  ", "")]
        return line(*parts[:-1])

    def render_line(self, y: int) -> Strip:
        return strip_of(self.line_at(), self.size.width, self.app.theme)

    def put(self, mark: int) -> None:
        """Set the mark under the cursor; 0 takes it back."""
        dimension = self.dimensions[self.at]
        marks = {name: level for name, level in self.marks.items() if name != dimension}
        if mark:
            marks[dimension] = mark
        self.marks = marks

    def watch_marks(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self, self.marks))

    def watch_at(self) -> None:
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_step(self, by: int) -> None:
        self.at = (self.at + by) % len(self.dimensions)

    def action_turn(self) -> None:
        self.put((self.marks.get(self.dimensions[self.at], 0) + 1) % 4)

    def action_wipe(self) -> None:
        self.put(0)

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit in (1, 2, 3):
            event.stop()
            event.prevent_default()
            self.put(digit)
            self.at = min(self.at + 1, len(self.dimensions) - 1)

    def on_click(self, event: events.Click) -> None:
        self.at = min(event.x // 11, len(self.dimensions) - 1)
        self.action_turn()
