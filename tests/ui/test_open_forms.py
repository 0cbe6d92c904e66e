"""A form that stood open while something came in replaces what it showed, and nothing its writer never saw; a draft taken up again too."""

from __future__ import annotations

from typing import Any

from xieli_tui.casework import drafts, exchange, households
from xieli_tui.casework.session import Session
from xieli_tui.ui.screens.household_form import HouseholdFormPage
from xieli_tui.ui.screens.person_form import PersonFormPage


def family(session: Session) -> str:
    return next(row.id for row in households.list_households(session, "李建军"))


def clash(session: Session, entity: str) -> dict[str, set[str]]:
    return {one.field: {text for text, _, _ in one.values} for one in exchange.conflicts(session) if one.entity == entity}


async def test_what_came_in_while_a_form_stood_open_is_not_replaced_unseen(village: Session, open_app: Any) -> None:
    household = family(village)
    card = households.show(village, household)
    async with open_app(village) as hand:
        page = HouseholdFormPage(card)
        hand.app.open(page)
        await hand.settle()
        households.set_household(village, household, {"address": "路上来的地址"})
        page.entries["address"].value = "表上写的地址"
        page.entries["address"].focus()
        await hand.settle()
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
    assert clash(village, household) == {"address": {"路上来的地址", "表上写的地址"}}


async def test_a_form_opened_afterwards_has_seen_it_and_replaces_it(village: Session, open_app: Any) -> None:
    household = family(village)
    households.set_household(village, household, {"address": "路上来的地址"})
    async with open_app(village) as hand:
        page = HouseholdFormPage(households.show(village, household))
        hand.app.open(page)
        await hand.settle()
        page.entries["address"].value = "表上写的地址"
        await hand.settle()
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
    assert clash(village, household) == {}
    assert households.show(village, household).fields["address"] == "表上写的地址"


async def test_a_draft_taken_up_after_something_came_in_goes_by_what_stood_when_it_was_begun(village: Session, open_app: Any) -> None:
    household = family(village)
    card = households.show(village, household)
    person = card.members[0].person
    async with open_app(village) as hand:
        page = PersonFormPage(card, person)
        hand.app.open(page)
        await hand.settle()
        page.entries["nickname"].focus()
        await hand.settle()
        page.entries["nickname"].value = ""
        await hand.type("老李")
        await hand.press("escape")
    left = drafts.load_draft(village, "person", f"{household}.{person}")
    assert left is not None
    assert left.data["nickname"] == "老李"
    households.set_person(village, person, {"nickname": "路上来的称呼"})
    async with open_app(village) as hand:
        hand.app.open(PersonFormPage(households.show(village, household), person))
        await hand.settle()
        assert hand.page.entries["nickname"].value == "老李"
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
    assert clash(village, person) == {"nickname": {"路上来的称呼", "老李"}}
