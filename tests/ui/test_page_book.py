"""What holds of every page there is. The pages are found by looking through the package (page_book.py): a new one that is not in the book fails here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from desk_office import Office
from page_book import desk_book, missing, share, village_book
from test_layout import BANNED, READ_ONLY, VILLAGE_BANNED, check_page, each

from xieli_tui.casework.session import Session
from xieli_tui.ui import commands
from xieli_tui.ui.screens.help import HelpPage
from xieli_tui.ui.screens.urgent import UrgentPage

NAMES_OF_THE_LAW = (*READ_ONLY, "初审公示", "初审会", "审核确认决定", "确认公示")
"""Papers, notices and states of a desk, named as the law names them; never something a village does."""
FOLLOWS = ("MattersPage", "PersonFilePage", "ChangePage", "ReferPage", "FeedbackPage", "AssessPage", "ServicePage", "StepPage")
STEPS = ("初审", "审批", "受理")
"""Words of an application's way; the pages of what follows a visit have none of them, not even as the name of a paper."""
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def test_no_page_escapes_the_book(village: Session, office: Office) -> None:
    assert missing(village_book(village), desk_book(office)) == []


@SIZES
async def test_every_page_of_a_village_stands_on_the_grid_above_row_17_in_chinese_without_a_verb_of_the_law_and_has_help(village: Session, open_app: Any, size: tuple[int, int]) -> None:
    pages = village_book(village)
    async with open_app(village, size=size) as hand:
        if size == (120, 40):  # the narrow window is where a page runs out of room
            pages = share(pages, 1, 3)
        async for name in each(hand, pages):
            check_page(hand, name)
            text = hand.text()
            for allowed in NAMES_OF_THE_LAW:
                text = text.replace(allowed, "")
            assert not [word for word in (*BANNED, *VILLAGE_BANNED) if word in text], name
            if type(hand.page).__name__ in FOLLOWS:
                said = hand.text().replace("初审公示", "")  # this family has such a paper hanging
                assert not any(word in said for word in STEPS), name
            if size == (80, 24):
                every_key_has_a_twin(hand, name)
                await help_opens(hand, name)


async def test_every_page_of_a_desk_stands_on_the_grid_above_row_17_in_chinese(office: Office, open_app: Any) -> None:
    pages = desk_book(office)
    async with open_app(office.county) as hand:
        async for name in each(hand, pages):
            check_page(hand, name)
            every_key_has_a_twin(hand, name)
            await help_opens(hand, name)


MENU = {"F1", "F2", "F3"}
"""What these do is the same on every page: Ctrl+O, and the digits of the main menu."""


def every_key_has_a_twin(hand: Any, name: str) -> None:
    """With an input method on and no F-keys: each F-key a page speaks of stands in the command list with digits of its own, which do the same; no
    bare letter does anything, and nothing a page speaks of is one."""
    page = hand.page
    spoken = [key for key, _ in (*page.foot(), *page.GUIDE.keys)]
    listed = {one.key: one.code for one in commands.every(hand.app, page)}
    for key in spoken:
        assert not re.fullmatch(r"[A-Za-z]", key), (name, key)
        if re.fullmatch(r"F[0-9]+", key) and key not in MENU:
            assert listed.get(key, "").isdigit(), (name, key)
    bound = {one for binding in page._bindings.key_to_bindings for one in binding.split(",")}
    assert not {one for one in bound if re.fullmatch(r"[a-zA-Z]", one)}, name
    if not isinstance(page, (UrgentPage, HelpPage)):
        assert spoken[-1] == "Esc" or "Esc" in spoken, name


async def help_opens(hand: Any, name: str) -> None:
    """The help of the page in front opens, speaks of it and leads back to it."""
    page = hand.page
    if isinstance(page, HelpPage):
        return
    hand.app.action_help()
    await hand.pilot.pause()
    assert hand.page is not page or page.helping, name
    assert hand.shows(page.GUIDE.what[:12]), name
    assert ".." not in hand.text(), name  # nothing of the help is cut
    hand.app.back()
    await hand.pilot.pause()
    assert hand.page is page, name
