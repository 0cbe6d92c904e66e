"""What holds of every page there is, found by looking through the package: help, a name, a footer, a way back to its draft, a way to be reached."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from test_layout import check_page, each

from xieli_tui.casework.session import Session
from xieli_tui.ui import places, screens
from xieli_tui.ui.screens.backups import BackupsPage
from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.help import HelpPage
from xieli_tui.ui.screens.palette import PalettePage
from xieli_tui.ui.screens.pick import PickPage
from xieli_tui.ui.screens.settings import SettingsPage
from xieli_tui.ui.screens.today import TodayPage

DESK = ("desk.", "standing.", "answer")


def classes() -> Iterator[type[Page]]:
    """Every page class of the package."""
    for module in pkgutil.iter_modules(screens.__path__):
        loaded = importlib.import_module(f"xieli_tui.ui.screens.{module.name}")
        for _, cls in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(cls, Page) and cls.__module__ == loaded.__name__ and cls is not Page:
                yield cls


def test_every_page_has_a_chinese_name_and_help_in_plain_words() -> None:
    seen = 0
    for cls in classes():
        if not cls.NAME or cls is HelpPage:
            continue
        seen += 1
        assert any("\u4e00" <= char <= "\u9fff" for char in cls.NAME), cls
        assert len(cls.GUIDE.what) > 8, cls
        assert cls.GUIDE.keys, cls
        for key, word in cls.GUIDE.keys:
            assert any("\u4e00" <= char <= "\u9fff" for char in word), (cls, key)
    assert seen > 30


def test_no_two_forms_share_a_name_among_the_drafts() -> None:
    names: dict[str, type[Page]] = {}
    for cls in classes():
        form = getattr(cls, "FORM", "")
        if form and "FORM" in cls.__dict__:
            assert form not in names, (form, cls, names[form])
            names[form] = cls


async def test_the_draft_of_every_form_has_a_way_back(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        for cls in classes():
            form = cls.__dict__.get("FORM", "")
            if not form or form.startswith(DESK) or not issubclass(cls, FormPage):
                continue
            hand.app.back_home()
            await hand.settle()
            places.open_draft(hand.app, f"{form}:01a002a5-9080-7164-96e8-37350a943130")
            await hand.settle()
            assert "这一版没有" not in hand.page.said(), form


@pytest.mark.parametrize(("size", "name"), [((80, 24), "素框"), ((120, 40), "夜间"), ((200, 60), "日间")], ids=["80x24", "120x40", "200x60"])
async def test_the_pages_of_the_frame_keep_the_grid_in_every_theme(village: Session, open_app: Any, size: tuple[int, int], name: str) -> None:
    home = TodayPage()
    pages = {"settings": SettingsPage(), "backups": BackupsPage(), "palette": PalettePage(home), "pick": PickPage("看救助链", lambda _app, _home: None),
             "help": HelpPage(SettingsPage())}
    async with open_app(village, size=size) as hand:
        hand.app.theme = name
        async for which in each(hand, pages):
            check_page(hand, which)
            if name == "素框":
                assert not set(hand.text()) & set("─━│"), which
