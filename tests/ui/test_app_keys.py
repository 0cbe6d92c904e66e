"""App keys typed in every field of every form change no text; the forms are those of the book of pages, found by looking through the package.

In every third form: in the first field of every third of those all keys are pressed, in each other field three, in turn, so that every key is met by
several fields. `XIELI_WHOLE=1` presses all in all.
"""

from __future__ import annotations

import os
from itertools import cycle, islice
from typing import Any

import pytest
from desk_office import Office
from page_book import desk_book, share, village_book
from test_layout import each

from xieli_tui.casework.session import Session
from xieli_tui.ui.keys import APP_KEYS
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.han_input import HanInput


async def _press_all_in_every_field(hand: Any, pages: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> int:
    """Every app key in every field of every form; how many fields were tried."""
    pressed: list[str] = []
    for action in ("go", "back", "save", "help", "reveal", "lock", "ask_quit", "turn_theme", "commands", "print"):
        monkeypatch.setattr(f"xieli_tui.ui.app.XieliApp.action_{action}", lambda _app, *_place, action=action: pressed.append(action))
    every = [one for key in APP_KEYS for one in key.keys.split(",")]
    turn, whole = cycle(every), os.environ.get("XIELI_WHOLE") == "1"
    tried = forms = 0
    async for name in each(hand, share({name: page for name, page in pages.items() if isinstance(page, FormPage)}, 0, 3)):
        page = hand.page
        fields = [entry for entry in page.entries.values() if isinstance(entry, HanInput) and all(node.display for node in entry.ancestors_with_self if hasattr(node, "display"))]
        for field in fields:
            field.value = "原来写的 words"
        await hand.pilot.pause()
        kept = page.values()
        forms += bool(fields)
        for at, field in enumerate(fields):
            keys = every if whole or (at == 0 and forms % 3 == 1) else list(islice(turn, 3))
            field.focus()
            field.cursor_position = 3
            pressed.clear()
            await hand.press_all(keys)
            for _ in range(200):  # each key is handled after the one before it: on a busy machine that takes a while
                if len(pressed) >= len(keys):
                    break
                await hand.pilot.pause(0.02)
            assert page.values() == kept, (name, field.id)
            assert len(pressed) == len(keys), (name, field.id, pressed)
            tried += 1
    return tried


async def test_no_app_key_changes_any_field_of_any_form_of_a_village(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = village_book(village)
    async with open_app(village) as hand:
        assert await _press_all_in_every_field(hand, pages, monkeypatch) > 40


async def test_no_app_key_changes_any_field_of_any_form_of_a_desk(office: Office, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = desk_book(office)
    async with open_app(office.county) as hand:
        assert await _press_all_in_every_field(hand, pages, monkeypatch) > 10
