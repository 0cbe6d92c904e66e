"""kill -9 in the middle of every form: what was typed is in the store before anybody leaves the page, and comes back on the same form."""

from __future__ import annotations

from typing import Any

import pytest
from desk_office import Office
from page_book import desk_book, village_book
from stillness import until
from test_layout import each

from xieli_tui.casework import drafts, unfinished
from xieli_tui.casework.session import Session
from xieli_tui.ui import places
from xieli_tui.ui.screens import form_page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.settings import SettingsPage
from xieli_tui.ui.widgets.choice import Choice, MarkRow
from xieli_tui.ui.widgets.fields import CodeField, IdField, MoneyField
from xieli_tui.ui.widgets.han_input import DateField, HanInput


def fill_in(page: FormPage) -> int:
    """Enter something into every entry, as far as each takes it; how many took it."""
    taken = 0
    for place, entry in enumerate(page.entries.values()):
        if isinstance(entry, Choice):
            if entry.options:
                entry.choose(next((ident for ident, _ in entry.options if ident not in entry.chosen), entry.options[0][0]))
                taken += 1
        elif isinstance(entry, MarkRow):
            entry.marks = dict.fromkeys(entry.dimensions, 2)
            taken += 1
        elif isinstance(entry, HanInput):
            if isinstance(entry, DateField):
                entry.value = f"2026-12-{1 + place % 27:02d}"
            elif isinstance(entry, MoneyField):
                entry.value = f"{100 + place}.00"
            elif isinstance(entry, CodeField):
                entry.value = entry.options[0][1] if entry.options else ""
            elif isinstance(entry, IdField):
                entry.value = "99999919510307"
            else:
                entry.value = f"写了一半{place}"
            taken += 1
    return taken


async def killed_and_found(hand: Any, session: Session, pages: dict[str, Any]) -> int:
    """Fill every form, let nobody leave it, read the store; then open it again from its draft."""
    seen = 0
    async for name in each(hand, {name: page for name, page in pages.items() if isinstance(page, FormPage)}):
        page = hand.page
        if page.keeper is None or not fill_in(page):
            continue
        await hand.settle()
        assert page.keeper.pending or drafts.load_draft(session, page.FORM, page.key) is not None, name
        assert await until(hand, lambda page=page: not page.keeper.pending), name
        typed = page.values()
        kept = drafts.load_draft(session, page.FORM, page.key)
        assert kept is not None, name
        assert {entry: value for entry, value in kept.data.items() if entry not in page.keeper.besides} == typed, name
        # the program dies here: nothing more is written by this page, and another one is opened over the same draft
        page.leave = lambda: None
        seen += 1
    return seen


async def test_what_was_typed_into_any_form_of_a_village_is_in_the_store_at_once_and_opens_again(
    village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_page, "DRAFT_DELAY", 0.02)
    pages = village_book(village)
    async with open_app(village) as hand:
        assert await killed_and_found(hand, village, pages) > 35
        await opened_again(hand, village, invented={"dispose"})


async def opened_again(hand: Any, session: Session, invented: set[str]) -> None:
    """From the list of drafts to the very form, which holds what was typed. `invented`: forms of the book about something that is not in the store."""
    hand.app.open(SettingsPage())  # 今日 would be read and drawn again after each
    await hand.settle()
    for kept in drafts.list_drafts(session):
        if kept.form in invented:
            continue
        places.open_draft(hand.app, f"{kept.form}:{kept.key}")
        await hand.settle()
        page = hand.page
        assert isinstance(page, FormPage), (kept.form, page.NAME, page.said())
        assert kept.form == page.FORM
        beside = page.keeper.besides if page.keeper is not None else {}
        assert page.values() == {entry: value for entry, value in kept.data.items() if entry not in beside}, kept.form
        assert kept.form in unfinished.FORM_WORDS, f"{kept.form} has no name in 没写完"
        page.leave()
        while not isinstance(hand.page, SettingsPage):
            hand.app.pop_screen()
            await hand.pilot.pause()


async def test_what_was_typed_into_any_form_of_a_desk_is_in_the_store_at_once_and_opens_again(office: Office, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_page, "DRAFT_DELAY", 0.02)
    pages = desk_book(office)
    async with open_app(office.county) as hand:
        assert await killed_and_found(hand, office.county, pages) > 15
        await opened_again(hand, office.county, invented={"desk.pay"})
