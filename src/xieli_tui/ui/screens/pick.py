"""选一家: the list of families, asked for by a command that needs one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on

from xieli_tui.ui.screens.households import HouseholdsPage
from xieli_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp


class PickPage(HouseholdsPage):
    """Choose a family, then do what was asked for."""

    def __init__(self, word: str, then: Callable[[XieliApp, str], object]) -> None:
        super().__init__()
        self.then = then
        self.subject = f"选一家：{word}"

    @on(RowList.Chosen)
    def _picked(self, event: RowList.Chosen) -> None:
        event.prevent_default()  # not the file of the family, but what was asked for
        app, household = self.xapp, event.item.id
        app.pop_screen()
        app.call_after_refresh(self.then, app, household)
