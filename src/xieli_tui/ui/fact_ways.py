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
    from xieli_tui.casework.hints import Lacking
    from xieli_tui.casework.views import HouseholdCard
    from xieli_tui.ui.app import XieliApp

FORMS = ("household", "person", "statement")
ELSEWHERE = {
    "informed": "告知家里以后，在申请里按 6 记愿意不愿意", "service": "给了服务以后记下来就有", "referral": "转给部门以后记下来就有", "change": "家里有变化，走访时按 4 记下来",
    "pair": "结对以后记下来就有",
}


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
    from xieli_tui.ui import places

    place, page = fact.place, app.page
    if place.form == "household":
        open_household(app, household, place.entry)
    elif place.form == "person":
        open_person(app, household, fact.person, place.entry)
    elif place.form == "statement":
        open_statement(app, household, place.entry)
    elif place.form == "visit":
        places.open_visit(app, household)
    elif place.form == "flag":
        places.open_flag(app, household)
    elif place.form == "apply":
        places.open_start(app, household)
    elif page is not None and place.form == "members":
        page.say("家里的人在成员那一页。", "按 2 去看。")
    elif page is not None:
        page.say(f"{fact.word}：{place.says or ELSEWHERE.get(place.form, '')}。")


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this module; a person's key is household.person."""
    if form == "household":
        open_household(app, key)
    elif form == "statement":
        open_statement(app, key)
    else:
        household, _, person = key.partition(".")
        open_person(app, household, person)
