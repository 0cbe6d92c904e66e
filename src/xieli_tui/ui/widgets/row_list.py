"""A list that draws only the rows on screen: instant at 100,000 rows (ListView takes seconds at 1,000).

Rules kept here
- items are plain values; `draw` turns one into lines when it is seen, the first line being its row;
- only the cursor row opens up: further lines of `draw(item, on=True)` show beneath it, every other row stays one line;
- rows without a key (heads, air) are passed over by the cursor; moving never loses the row that was chosen when the items are replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from xieli_tui.ui.widgets.paint import BLANK, Line, strip_of

DrawRow = Callable[[Any, bool], Sequence[Line]]


class RowList(ScrollView, can_focus=True):
    """Virtual rows with a cursor.

    Args:
        draw: (item, on) -> lines; only the first is shown unless the cursor is on it.
        chosen: may the cursor rest on this item (default: on every one).
        key: identity of an item, so that the cursor finds it again after `show`.
    """

    DEFAULT_CSS = """
    RowList { width: 100%; height: 1fr; background: $background; scrollbar-size: 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "choose", show=False),
    ]
    cursor: reactive[int] = reactive(0, init=False)

    @dataclass
    class Moved(Message):
        """The cursor rests on another row."""

        rows: RowList
        item: Any

        @property
        def control(self) -> RowList:
            return self.rows

    @dataclass
    class Chosen(Message):
        """Enter or a second click on the cursor row."""

        rows: RowList
        item: Any

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(
        self, draw: DrawRow, items: Sequence[Any] = (), *, chosen: Callable[[Any], bool] | None = None,
        key: Callable[[Any], Any] | None = None, empty: Sequence[Line] = (), id: str | None = None, classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._draw_row = draw
        self._may = chosen or (lambda _item: True)
        self._key = key or (lambda item: item)
        self._items: Sequence[Any] = items
        self._empty = tuple(empty)
        self._open = 1
        self._set_first()

    # -- items ------------------------------------------------------------------------------------
    @property
    def items(self) -> Sequence[Any]:
        return self._items

    @property
    def item(self) -> Any | None:
        """The item under the cursor, None when there is none."""
        if 0 <= self.cursor < len(self._items) and self._may(self._items[self.cursor]):
            return self._items[self.cursor]
        return None

    @property
    def passed(self) -> int:
        """Rows the cursor may rest on that stand before the one it is on: 0 on the first."""
        return sum(1 for item in self._items[: self.cursor] if self._may(item))

    def show(self, items: Sequence[Any], *, keep: bool = True) -> None:
        """Replace the items; the cursor stays on the same one (by key) when it is still there and `keep`."""
        before = self.item
        self._items = items
        place = None
        if keep and before is not None:
            wanted = self._key(before)
            place = next((at for at, item in enumerate(items) if self._may(item) and self._key(item) == wanted), None)
        if place is None:
            self._set_first()
            self.scroll_to(y=0, animate=False)
        else:
            self.set_reactive(RowList.cursor, place)
        self._measure()
        self.refresh()
        self.post_message(self.Moved(self, self.item))

    def show_empty(self, lines: Sequence[Line]) -> None:
        """What is said when there is nothing."""
        self._empty = tuple(lines)
        self.refresh()

    def _set_first(self) -> None:
        first = next((at for at, item in enumerate(self._items) if self._may(item)), 0)
        self.set_reactive(RowList.cursor, first)

    def _measure(self) -> None:
        self._open = max(1, len(self._draw_row(self._items[self.cursor], True))) if self.item is not None else 1
        size = Size(self.size.width, len(self._items) + self._open - 1)
        if (size.height > self.size.height) != (self.virtual_size.height > self.size.height):
            self.virtual_size = size  # from now on it scrolls, or no longer: Textual finds out when it lays the page out
            return
        # Else how long it is moves nothing (it takes the room its page gives it and shows no bars): the page is not laid out again.
        self.set_reactive(ScrollView.virtual_size, size)
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False)

    def redraw(self) -> None:
        """Draw again from the same items (masks lifted, theme changed)."""
        self._measure()
        self.refresh()

    def on_mount(self) -> None:
        self._measure()

    def on_resize(self) -> None:
        self._measure()

    # -- drawing ----------------------------------------------------------------------------------
    def line_at(self, y: int) -> Line:
        """The line at virtual row `y`."""
        if not self._items:
            return self._empty[y] if y < len(self._empty) else BLANK
        if y < self.cursor:
            place, piece = y, 0
        elif y < self.cursor + self._open:
            place, piece = self.cursor, y - self.cursor
        else:
            place, piece = y - self._open + 1, 0
        if place >= len(self._items):
            return BLANK
        item = self._items[place]
        lines = self._draw_row(item, place == self.cursor and self._may(item))
        return lines[piece] if piece < len(lines) else BLANK

    def render_line(self, y: int) -> Strip:
        return strip_of(self.line_at(y + int(self.scroll_offset.y)), self.size.width, self.app.theme)

    # -- moving -----------------------------------------------------------------------------------
    def watch_cursor(self) -> None:
        self._measure()
        top, height = int(self.scroll_offset.y), max(1, self.size.height)
        first = next((at for at, item in enumerate(self._items) if self._may(item)), 0)
        if self.cursor <= first:
            self.scroll_to(y=0, animate=False)
        elif self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor + self._open > top + height:
            self.scroll_to(y=self.cursor + self._open - height, animate=False)
        self.refresh()
        self.post_message(self.Moved(self, self.item))

    def action_move(self, by: int) -> None:
        place = self.cursor + by
        while 0 <= place < len(self._items):
            if self._may(self._items[place]):
                self.cursor = place
                return
            place += by
        # Nothing further to rest on: what stands beyond is read by scrolling.
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)

    def action_page(self, by: int) -> None:
        place = self.cursor
        for _ in range(max(1, self.size.height - 2)):
            before = self.cursor
            self.action_move(by)
            if self.cursor == before:
                break
            place = self.cursor
        self.cursor = place

    def action_edge(self, to: int) -> None:
        places = range(len(self._items)) if to < 0 else range(len(self._items) - 1, -1, -1)
        found = next((at for at in places if self._may(self._items[at])), None)
        if found is not None:
            self.cursor = found

    def move_to(self, wanted: Callable[[Any], bool]) -> bool:
        """Put the cursor on the first item that fits."""
        for place, item in enumerate(self._items):
            if self._may(item) and wanted(item):
                self.cursor = place
                return True
        return False

    def action_choose(self) -> None:
        if self.item is not None:
            self.post_message(self.Chosen(self, self.item))

    def on_click(self, event: events.Click) -> None:
        y = event.y + int(self.scroll_offset.y)
        place = y if y <= self.cursor else max(self.cursor, y - self._open + 1)
        if place >= len(self._items) or not self._may(self._items[place]):
            return
        if place == self.cursor:
            self.action_choose()
        else:
            self.cursor = place
