"""The ways to 接着办, to its forms and to 一人一档, from the dossier, from 今日, from the command list and from a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import households
from xieli_tui.ui.screens.matter_forms import AssessPage, ChangePage, FeedbackPage, ReferPage, ServicePage, StepPage
from xieli_tui.ui.screens.matters import MattersPage, PersonFilePage

if TYPE_CHECKING:
    from xieli_tui.casework.views import HouseholdCard
    from xieli_tui.ui.app import XieliApp

FORMS = frozenset({"change", "refer", "feedback", "assess", "service", "emergency_step"})
"""Drafts that are opened again here; the key is the household, with the referral or file behind a colon."""
TASKS = frozenset({"change_open", "follow_up", "referral_followup"})
"""Lines of 今日 that are dealt with in 接着办."""


def _card(app: XieliApp, household: str) -> HouseholdCard | None:
    page = app.page
    return page.attempt(lambda: households.show(app.session, household)) if page else None


def open_matters(app: XieliApp, household: str) -> None:
    """接着办 of a family."""
    card = _card(app, household)
    if card is not None:
        app.open(MattersPage(card))


def open_file(app: XieliApp, household: str) -> None:
    """一人一档 of a family."""
    card = _card(app, household)
    if card is not None:
        app.open(PersonFilePage(card))


def open_change(app: XieliApp, household: str) -> None:
    """A change report."""
    card = _card(app, household)
    if card is not None:
        app.open(ChangePage(card))


def open_refer(app: XieliApp, household: str) -> None:
    """A referral."""
    card = _card(app, household)
    if card is not None:
        app.open(ReferPage(card))


def open_assess(app: XieliApp, household: str) -> None:
    """六方面评估."""
    card = _card(app, household)
    if card is not None:
        app.open(AssessPage(card))


def open_service(app: XieliApp, household: str) -> None:
    """A service."""
    card = _card(app, household)
    if card is not None:
        app.open(ServicePage(card))


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    household, _, behind = key.partition(":")
    card = _card(app, household)
    if card is None:
        return
    if form == "feedback":
        app.open(FeedbackPage(card, behind))
    elif form == "emergency_step":
        app.open(StepPage(card, behind))
    else:
        {"change": open_change, "refer": open_refer, "assess": open_assess, "service": open_service}[form](app, household)
