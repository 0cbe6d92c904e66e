"""The way from a missing fact to the entry where it is written, and back.

Rules kept here
- the form opens with the cursor on that very field; saved, she is back where she came from and the answer is asked anew;
- a fact that is not hers says who writes it and opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import households, statements
from xieli_tui.ui.screens.household_form import HouseholdFormPage
from xieli_tui.ui.screens.person_form import PersonFormPage
from xieli_tui.ui.screens.statement import StatementPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from xieli_tui.casework.hints import Lacking
    from xieli_tui.casework.views import HouseholdCard
    from xieli_tui.ui.app import XieliApp

FORMS = ("household", "person", "statement")


def _card(app: XieliApp, household: str) -> HouseholdCard | None:
    page = app.page
    return page.attempt(lambda: households.show(app.session, household)) if page else None


def open_household(app: XieliApp, household: str, focus: str = "") -> None:
    """户的情况 of a family; its draft is taken up when there is one."""
    card = _card(app, household)
    if card is not None:
        app.open(HouseholdFormPage(card, focus))


def open_person(app: XieliApp, household: str, person: str, focus: str = "") -> None:
    """人的情况 of a member."""
    card = _card(app, household)
    page = app.page
    if card is None or page is None or not any(one.person == person for one in card.members):
        return
    means = page.attempt(lambda: statements.show(app.session, household))
    if means is not None:
        app.open(PersonFormPage(card, person, means.parts["obligors"], focus))


def open_statement(app: XieliApp, household: str, focus: str = "") -> None:
    """收入支出 of a family."""
    card = _card(app, household)
    page = app.page
    means = page.attempt(lambda: statements.show(app.session, household)) if card is not None and page is not None else None
    if card is not None and means is not None:
        app.open(StatementPage(card, means, focus))


def open_fact(app: XieliApp, household: str, fact: Lacking) -> None:
    """Where a missing fact is written; one that is not hers says whose it is."""
    from xieli_tui.ui import family_ways, matter_ways, places

    place, page = fact.place, app.page
    ways: dict[str, Callable[[XieliApp, str], None]] = {
        "visit": places.open_visit, "flag": places.open_flag, "apply": places.open_start, "informed": places.open_start, "members": family_ways.open_join,
        "service": matter_ways.open_service, "referral": matter_ways.open_refer, "change": matter_ways.open_change, "pair": family_ways.open_pairs,
    }
    open_it = ways.get(place.form)
    if place.form == "household":
        open_household(app, household, place.entry)
    elif place.form == "person":
        open_person(app, household, fact.person, place.entry)
    elif place.form == "statement":
        open_statement(app, household, place.entry)
    elif open_it is not None:
        open_it(app, household)
    elif page is not None:
        page.say(f"{fact.word}：{place.says}。")


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this module; a person's key is household.person."""
    if form == "household":
        open_household(app, key)
    elif form == "statement":
        open_statement(app, key)
    else:
        household, _, person = key.partition(".")
        open_person(app, household, person)
