"""The ways to what a desk keeps beside applications: 反映, 疑点, 会商, 突发事件, the registers; from the command list, from a case, from a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xieli_tui.casework import households
from xieli_tui.ui.screens.complaints import ComplaintAnswerPage, ComplaintPage, ComplaintsPage
from xieli_tui.ui.screens.conferences import ConferencePage, ConferencesPage
from xieli_tui.ui.screens.public_events import EventClosePage, EventOpenPage, EventsPage
from xieli_tui.ui.screens.suspicions import FraudRulePage, SuspectPage, SuspicionsPage

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.screens.base import Page

LISTS: dict[str, Callable[[], Page]] = {"complaints": ComplaintsPage, "suspicions": SuspicionsPage, "conferences": ConferencesPage, "events": EventsPage}
"""Lists of a desk by name, as the command list opens them."""
_NEW = "new"


def _named(page: Callable[[str], Page]) -> Callable[[str], Page]:
    """A form whose key is what it is about, or `new`."""
    return lambda key: page("" if key == _NEW else key)


def _conference(key: str) -> Page:
    household, _, application = key.partition(":")
    return ConferencePage("" if household == _NEW else household, application)


PAGES: dict[str, Callable[[str], Page]] = {
    ComplaintPage.FORM: _named(ComplaintPage), ComplaintAnswerPage.FORM: ComplaintAnswerPage, FraudRulePage.FORM: FraudRulePage, ConferencePage.FORM: _conference,
    EventOpenPage.FORM: lambda _key: EventOpenPage(), EventClosePage.FORM: EventClosePage,
}
FORMS = frozenset({*PAGES, SuspectPage.FORM})
"""Drafts that are opened again here."""


def open_list(name: str) -> Callable[[XieliApp], None]:
    """The command that opens a list."""
    return lambda app: app.open(LISTS[name]())


def open_suspect(app: XieliApp, household: str) -> None:
    """报疑点 of a family."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page is not None else None
    if card is not None:
        app.open(SuspectPage(card))


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    if form == SuspectPage.FORM:
        open_suspect(app, key)
    else:
        app.open(PAGES[form](key))
