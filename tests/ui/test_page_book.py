"""What holds of every page there is. The pages are found by looking through the package (page_book.py): a new one that is not in the book fails here."""

from __future__ import annotations

from typing import Any

import pytest
from desk_office import Office
from page_book import desk_book, missing, village_book
from test_layout import BANNED, READ_ONLY, VILLAGE_BANNED, check_page, each

from xieli_tui.casework.session import Session
from xieli_tui.ui.screens.help import HelpPage

NAMES_OF_THE_LAW = (*READ_ONLY, "初审公示", "初审会", "审核确认决定", "确认公示")
"""Papers, notices and states of a desk, named as the law names them; never something a village does."""
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def test_no_page_escapes_the_book(village: Session, office: Office) -> None:
    assert missing(village_book(village), desk_book(office)) == []


@SIZES
async def test_every_page_of_a_village_stands_on_the_grid_above_row_17_in_chinese_without_a_verb_of_the_law_and_has_help(village: Session, open_app: Any, size: tuple[int, int]) -> None:
    pages = village_book(village)
    async with open_app(village, size=size) as hand:
        async for name in each(hand, pages):
            check_page(hand, name)
            text = hand.text()
            for allowed in NAMES_OF_THE_LAW:
                text = text.replace(allowed, "")
            assert not [word for word in (*BANNED, *VILLAGE_BANNED) if word in text], name
            if size == (80, 24):
                await help_opens(hand, name)


async def test_every_page_of_a_desk_stands_on_the_grid_above_row_17_in_chinese(office: Office, open_app: Any) -> None:
    pages = desk_book(office)
    async with open_app(office.county) as hand:
        async for name in each(hand, pages):
            check_page(hand, name)
            await help_opens(hand, name)


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
