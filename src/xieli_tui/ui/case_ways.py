"""The way from a draft back to its form: the small forms of an application in a village, the steps and registers of a desk.

Rules kept here
- the very form opens, with what was typed; only when what it was about is gone (a signature nobody asks for any more) the application does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xieli_tui.casework import application
from xieli_tui.desk import queue
from xieli_tui.ui.screens import desk_forms, desk_further
from xieli_tui.ui.screens.application import ApplicationPage
from xieli_tui.ui.screens.case import AnswerPage, CasePage
from xieli_tui.ui.screens.local_rules import LocalSetPage
from xieli_tui.ui.screens.registers import StaffPage, StationPage, VillagePage
from xieli_tui.ui.screens.sign import EntrustPage, KinPage, PaperPage, SignPage, ToldPage, WithdrawPage

if TYPE_CHECKING:
    from xieli_tui.casework.views import ApplicationCard, DeskCase
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.screens.base import Page

SMALL: dict[str, Callable[[ApplicationCard], Page]] = {"entrust": EntrustPage, "kin": KinPage, "told": ToldPage, "withdraw": WithdrawPage}
STEPS: dict[str, Callable[[DeskCase], Page]] = {
    page.FORM: page
    for page in (
        desk_forms.ReturnPage, desk_forms.CheckPage, desk_forms.SurveyPage, desk_forms.ReviewPage, desk_forms.NoticePage, desk_forms.AdvancePage, desk_forms.DeskToldPage,
        desk_forms.PayPage, desk_forms.ClosePage, desk_further.AppraisePage, desk_further.ReportPage, desk_further.StagePage,
    )
}
DECIDE = desk_forms.DecidePage.FORM
REGISTERS: dict[str, Callable[[str], Page]] = {page.FORM: page for page in (StaffPage, StationPage, VillagePage)}
FORMS = frozenset({*SMALL, "sign", "paper", *STEPS, DECIDE, *REGISTERS, LocalSetPage.FORM, AnswerPage.FORM})
"""Drafts that are opened again here; the key is the application (with the member or paper behind a colon), the village, the parameter, or what waits for an answer."""


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    page = app.page
    if page is None:
        return
    if form in REGISTERS:
        village, _, station = key.partition(":")  # a station that is changed stands behind its village
        app.open(StationPage(village, station) if station else REGISTERS[form]("" if key == "new" else key))
    elif form == LocalSetPage.FORM:
        app.open(LocalSetPage(key))
    elif form == AnswerPage.FORM:
        item = next((one for one in page.attempt(lambda: queue.queue(app.session)) or () if one.id == key), None)
        if item is not None:
            app.open(AnswerPage(item))
        else:
            page.say("这一件已经答复过了，草稿留着。", "不要了，在没写完里按两次 Ctrl+N。")
    elif form in STEPS or form == DECIDE:
        case = page.attempt(lambda: queue.case(app.session, key))
        if case is not None:
            app.open(_decision(case) if form == DECIDE else STEPS[form](case))
    else:
        ident, _, part = key.partition(":")
        card = page.attempt(lambda: application.show_application(app.session, ident))
        if card is not None:
            app.open(_small(card, form, part))


def _decision(case: DeskCase) -> Page:
    """决定 of the kinds not decided yet; nothing left to decide = the case."""
    open_kinds = [kind for kind in case.card.kinds if kind not in {one.kind for one in case.card.decisions}]
    return desk_forms.DecidePage(case, open_kinds) if open_kinds else CasePage(case.card.id)


def _small(card: ApplicationCard, form: str, part: str) -> Page:
    if form in SMALL:
        return SMALL[form](card)
    if form == "sign":
        member = next((one for one in card.signatures if one.person == part), None)
        return SignPage(card, member) if member is not None else ApplicationPage(card.id)
    paper = next((one for one in card.papers if one.doc == part), None)
    return PaperPage(card, paper) if paper is not None or part == "new" else ApplicationPage(card.id)
