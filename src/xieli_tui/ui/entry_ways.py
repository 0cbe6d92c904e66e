"""The ways to one entry of a chain, to its correction and withdrawal, and to 来电查询; from the dossier, the command list and a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import entry_view, entry_words, households
from xieli_tui.ui.screens.call import CallPage
from xieli_tui.ui.screens.entry import OUTSIDER, CorrectPage, EntryPage, StrikePage

if TYPE_CHECKING:
    from xieli_tui.casework.views import HouseholdCard
    from xieli_tui.ui.app import XieliApp

FORMS = frozenset({"correct", "strike"})
"""Drafts that are opened again here; the key is `household:ref` with `#field` behind it for a correction."""


def _card(app: XieliApp, household: str) -> HouseholdCard | None:
    page = app.page
    return page.attempt(lambda: households.show(app.session, household)) if page else None


def open_entry(app: XieliApp, household: str, ref: str) -> None:
    """One entry, whole."""
    card = _card(app, household)
    if card is not None:
        app.open(EntryPage(card, ref))


def open_outside(app: XieliApp, ref: str, who: str) -> None:
    """An entry about somebody who is on no list."""
    app.open(EntryPage(None, ref, who))


def open_of(app: XieliApp, household: str, t: str, entity: str) -> None:
    """The entry that made an entity (a visit, a finding)."""
    page = app.page
    found = page.attempt(lambda: households.timeline(app.session, household)) if page is not None else None
    ref = next((one.ref for one in found or () if one.type == t and one.entity == entity), "")
    if ref:
        open_entry(app, household, ref)


def open_call(app: XieliApp, household: str) -> None:
    """来电查询 of a family."""
    app.open(CallPage(household))


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-written correction or withdrawal."""
    household, _, behind = key.partition(":")
    ref, _, name = behind.partition("#")
    page = app.page
    card = _card(app, household) if household != OUTSIDER else None
    entry = page.attempt(lambda: entry_view.show(app.session, ref)) if page is not None and (card is not None or household == OUTSIDER) else None
    if entry is None:
        return
    if entry.closed:
        app.open(EntryPage(card, ref))
    elif form == "strike":
        app.open(StrikePage(card, entry))
    else:
        field = next((one for one in entry.fields if one.name == name), entry_view.Field(name, entry_words.word(entry.type, name), ""))
        app.open(CorrectPage(card, entry, field))
