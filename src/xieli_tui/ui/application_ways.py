"""The ways to notices, to one paper of an application, to 告知政策; and from a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import application, households
from xieli_tui.casework import notices as verb
from xieli_tui.ui.screens.inform import InformPage
from xieli_tui.ui.screens.notices import NoticesPage, ObjectPage, PostPage, TakeDownPage
from xieli_tui.ui.screens.papers_tab import NOT_SHEETS, Board, Sheet
from xieli_tui.ui.screens.sign import PaperPage

if TYPE_CHECKING:
    from xieli_tui.casework.views import ApplicationCard
    from xieli_tui.ui.app import XieliApp

FORMS = frozenset({"notice", "take_down", "objection", "inform"})
"""Drafts that are opened again here; the key is the application with the notice behind a colon, for 告知政策 the household."""


def _whole(app: XieliApp, ident: str) -> ApplicationCard | None:
    page = app.page
    return page.attempt(lambda: application.show_application(app.session, ident)) if page is not None else None


def open_board(app: XieliApp) -> None:
    """Every notice of the village."""
    app.open(NoticesPage())


def open_notices(app: XieliApp, ident: str) -> None:
    """The notices of one application."""
    card = _whole(app, ident)
    if card is not None:
        app.open(NoticesPage(card))


def open_paper(app: XieliApp, item: Sheet | Board) -> None:
    """Where a missing paper is written; a signature is written on the application's page."""
    from xieli_tui.ui import places

    page = app.page
    if isinstance(item, Board):
        app.open(NoticesPage(item.card))
    elif item.paper.present:
        if page is not None:
            page.say(f"{item.paper.label}：有了。")
    elif item.paper.doc in NOT_SHEETS:
        places.open_application(app, item.card.id)
    else:
        app.open(PaperPage(item.card, item.paper))


def open_inform(app: XieliApp, household: str, kind: str = "") -> None:
    """告知政策: which aid a family was told of, and what they said."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page is not None else None
    if card is not None:
        app.open(InformPage(card, kind))


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    ident, _, behind = key.partition(":")
    if form == "inform":
        open_inform(app, ident)
        return
    card = _whole(app, ident)
    if card is None:
        return
    if form == "notice":
        app.open(PostPage(card))
        return
    notice = next((one for one in verb.list_notices(app.session, application=card.id) if one.id == behind), None)
    if notice is None or (notice.taken_down and form == "take_down"):
        app.open(NoticesPage(card))
    else:
        app.open(TakeDownPage(card, notice) if form == "take_down" else ObjectPage(card, notice))
