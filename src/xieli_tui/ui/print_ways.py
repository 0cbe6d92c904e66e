"""The way to printing (Ctrl+P): of the application, the family or the notice in front, else of the work itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.ui.screens.printing import PrintPage
from xieli_tui.ui.screens.today import TodayPage

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp


def open_print(app: XieliApp) -> None:
    """What can be printed of what is in front; on the page of the day the route comes first."""
    page = app.page
    if page is None or isinstance(page, PrintPage):
        return
    app.open(PrintPage(page.subject, page.about() or "", page.about_application(), isinstance(page, TodayPage)))
