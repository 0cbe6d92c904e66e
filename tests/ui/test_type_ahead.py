"""Keys that were waiting while the program was busy: none is lost, none goes to another place than it would have gone to one by one."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from desk_office import Office
from test_flows_village import first
from textual import events
from textual.keys import _character_to_key

from xieli_tui.casework import drafts, households
from xieli_tui.casework.session import Session
from xieli_tui.ui.screens.devices import EnrolPage

SEED = 20261122


async def at_once(hand: Any, *keys: str) -> None:
    """All keys in the queue before the first is handled; a text of Han or several letters is typed."""
    named = ("tab", "enter", "escape", "ctrl+s", "f2", "f3", "f4", "f5", "space", "backspace", "left")
    for key in keys:
        for one in (key,) if key in named else key:
            event = events.Key(one, None) if key in named else events.Key(_character_to_key(one), one)
            event.set_sender(hand.app)
            hand.app._driver.send_message(event)
    for _ in range(4):
        await hand.pilot.pause(0.05)
        await hand.settle()


async def test_the_last_words_before_ctrl_s_are_saved(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", *["tab"] * 7)
        await at_once(hand, "上午住院了，押金不够", "ctrl+s")
        assert hand.shows("已保存(第")
    assert households.show(village, first(village)).visits[0].note == "上午住院了，押金不够"


async def test_the_last_words_before_escape_are_in_the_draft(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", *["tab"] * 7)
        await at_once(hand, "上午住院了，押金不够", "escape")
        assert hand.page.NAME != "走访"
    [kept] = drafts.list_drafts(village)
    assert kept.data["note"] == "上午住院了，押金不够"


async def test_what_is_typed_after_tab_goes_into_the_next_field(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4")
        await at_once(hand, "1", *["tab"] * 7, "押金不够", "tab", "带他去办证", "tab", "12-30")
        values = hand.page.values()
        assert (values["met"], values["note"], values["promise"]) == (["self"], "押金不够", "带他去办证")
        assert "12-30" in values["promise_on"]


async def test_a_whole_visit_typed_ahead_is_one_visit_of_that_family(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await at_once(hand, "f3", "ljj", "f4", "1", "ctrl+s")
        assert hand.shows("已保存(第")
    assert [one.met for one in households.show(village, first(village)).visits] == ["self"]


async def test_a_letter_struck_out_is_the_letter_before(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", *["tab"] * 7)
        await at_once(hand, "押金不购", "backspace", "够，儿子外地", "left", "left", "在")
        assert hand.page.value("note") == "押金不够，儿子在外地"


async def test_keys_that_come_while_others_wait_stay_in_their_order(village: Session, open_app: Any) -> None:
    """A busy laptop: keys arrive one by one while the bound ones before them are still on their way back to the app."""
    rng = random.Random(SEED)
    print(f"seed={SEED}")
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab")
        app = hand.app
        keys = [*["backspace"] * 10, *"20261203", "tab", *["backspace"] * 3, *"王干事李平", "tab", *"陈会计", *["tab"] * 4, *"押金不购", "backspace", *"够还差三百", *["backspace"] * 3, *"五百"]
        for key in keys:
            event = events.Key(key, None) if key in ("tab", "backspace") else events.Key(_character_to_key(key), key)
            event.set_sender(app)
            app._driver.send_message(event)
            for _ in range(rng.randrange(12)):
                await asyncio.sleep(0)  # the program takes a few steps, never all of them
        for _ in range(6):
            await hand.pilot.pause(0.05)
            await hand.settle()
        values = hand.page.values()
    assert (values["on"], values["visitor"], values["together"], values["note"]) == ("2026-12-03", "王干事李平", "陈会计", "押金不够还五百")


async def test_what_is_typed_after_tab_goes_into_the_next_field_of_a_form_of_sections(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "ctrl+g", "5", "2", "enter")
        assert hand.page.NAME == "收入支出"
        names = list(hand.page.entries)
        at = next(place for place, name in enumerate(names) if hand.page.entries[name].has_focus) + 2
        await at_once(hand, *["tab"] * 2, "100", "tab", "200", "tab", "300")
        assert [hand.page.values().get(name) for name in names[at:at + 3]] == ["100.00", "200.00", "300"]
        await at_once(hand, *["tab"] * (len(names) - 2), "backspace", "9")
        assert hand.page.values()[names[at]] == "109.00", "round through every section"


async def test_a_row_the_key_before_tab_brought_up_is_not_passed_over_though_it_is_not_drawn_yet(office: Office, open_app: Any) -> None:
    async with open_app(office.county) as hand:
        hand.app.open(EnrolPage())
        await hand.settle()
        page = hand.page
        page.entries["role"].focus()
        await hand.settle()
        page.entries["role"].choose("township")
        page.changed()  # what the page does about the choice; nothing was drawn since
        page.focus_next()
        assert page.focused is page.entries["area"]
