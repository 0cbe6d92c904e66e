"""A page that is one list in sections: heads, rows, a sentence where a section is empty; Enter on a row, digits for what begins something new.

A list gives `sections` (what it reads), `draw` (one row) and `chosen` (Enter), and its `WAYS` (digit, word, what it does).

Rules kept here
- the cursor rests on rows alone; what was under it is found again after the list was read anew;
- every digit of `WAYS` stands in the footer or the help and in the command list, so nothing hangs on a key one must know;
- only the row under the cursor opens up; at 110 columns the rail says the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.errors import XieliError
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Offer, Page
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, head, line, under, wrap
from xieli_tui.ui.widgets.row_list import RowList


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one head. `empty` stands in their place where there are none; a section without rows and without it is left out."""

    word: str
    items: Sequence[Any]
    note: str = ""
    empty: str = ""
    columns: Line | None = None


class ListPage(Page):
    """Rows in sections."""

    WAYS: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    """(digit, word, what it does) of what begins something new here; `way(digit)` does it."""

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=self.key_of, id="rows")
        yield self.rows

    @staticmethod
    def key_of(item: Any) -> Any:
        """Identity of a row."""
        return item if isinstance(item, Line) else getattr(item, "id", None) or item

    # -- what a list gives ------------------------------------------------------------------------
    def sections(self) -> Sequence[Section]:
        """What is on the list. Raises XieliError."""
        raise NotImplementedError

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        """One row, and beneath it what the cursor opens."""
        raise NotImplementedError

    def chosen(self, item: Any) -> None:
        """Enter on a row."""
        raise NotImplementedError

    def way(self, digit: int) -> None:
        """A digit of `WAYS`."""

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        """The status line while nothing else was said."""
        return "", ""

    # -- the rest ---------------------------------------------------------------------------------
    def reload(self) -> None:
        try:
            found = tuple(self.sections())
            error = None
        except XieliError as refused:
            found, error = (Section(self.NAME, (), "", f"{refused.what}。{refused.next_step}。"),), refused  # it stays on the page when the next word takes the status line
        self.found: tuple[Section, ...] = found
        self._lay()
        self.rows.focus()
        if error is None:
            self.stand(*self.standing(self.found))
        else:
            self.complain(error)

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    def _lay(self) -> None:
        out: list[Any] = []
        for one in self.found:
            if not one.items and not one.empty:
                continue
            out += [*([blank(), *self.air()] if out else []), head(one.word, one.note), *self.air()]
            if one.items:
                out += [*([one.columns] if one.columns is not None else []), *one.items]
            else:
                out += [line("  ", (piece, "$ink-2")) for piece in wrap(one.empty, MAIN - 4)]
        self.rows.show(out)

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        return (item,) if isinstance(item, Line) else self.draw(item, on)

    @staticmethod
    def opened(text: str, indent: int = 4, style: str = "$ink-2", most: int = 3) -> list[Line]:
        """Text under the cursor row, wrapped."""
        return [under(piece, indent, style) for piece in wrap(text, MAIN - indent - 2)[:most]] if text else []

    def commands(self) -> Sequence[Offer]:
        return tuple((word, what, lambda _app, at=int(digit): self.way(at), digit) for digit, word, what in self.WAYS)

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit is not None and any(one[0] == str(digit) for one in self.WAYS):
            event.stop()
            self.way(digit)

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.chosen(event.item)
