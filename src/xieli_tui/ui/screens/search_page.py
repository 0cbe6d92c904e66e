"""A page with one entry above a list: what is typed narrows the list, up and down move in it, Enter chooses.

Rules kept here
- the entry keeps the cursor, so an input method works the whole time; the list is moved from it.
"""

from __future__ import annotations

from textual import events, on
from textual.widgets import Input

from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.row_list import RowList


class SearchPage(Page):
    """An entry `search` (id too) and the list `rows`, both made by `body`."""

    search: HanInput
    rows: RowList

    def find(self, query: str) -> None:
        """Show what the query meets."""
        raise NotImplementedError

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self.find(event.value)

    @on(Input.Submitted, "#search")
    def _entered(self) -> None:
        self.rows.action_choose()

    def on_key(self, event: events.Key) -> None:
        moves = {"up": ("move", -1), "down": ("move", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
        if event.key in moves:
            event.stop()
            name, by = moves[event.key]
            getattr(self.rows, f"action_{name}")(by)
