"""The way to the forms of the register at a desk: 定类别, 渐退期, 记退出, 备用金; asked for by the palette, or to go on with a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import households
from xieli_tui.ui.screens.standing import CategoryPage, ExitPage, ReservePage, StandingForm, TaperPage

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp

PAGES: dict[str, type[StandingForm]] = {page.FORM: page for page in (CategoryPage, TaperPage, ExitPage)}
FORMS = frozenset({*PAGES, ReservePage.FORM})
"""Names of the drafts of these forms."""


def _open(app: XieliApp, household: str, page: type[StandingForm]) -> None:
    front = app.page
    card = front.attempt(lambda: households.show(app.session, household)) if front is not None else None
    if card is not None:
        app.open(page(card))


def open_category(app: XieliApp, household: str) -> None:
    """定类别 of a family."""
    _open(app, household, CategoryPage)


def open_taper(app: XieliApp, household: str) -> None:
    """渐退期 of a family."""
    _open(app, household, TaperPage)


def open_exit(app: XieliApp, household: str) -> None:
    """记退出 of a family."""
    _open(app, household, ExitPage)


def open_reserve(app: XieliApp) -> None:
    """备用金."""
    app.open(ReservePage())


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form: the household is its key, but for the reserve."""
    if form in PAGES:
        _open(app, key, PAGES[form])
    else:
        open_reserve(app)
