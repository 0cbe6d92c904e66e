"""Small things a hand meets all day: a day that is typed over, a long list by digits, the only person of a family, one paper and one act."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from test_flows_village import first
from test_kit import Bench

from xieli_tui.casework import drafts, findings, flag_hardship, households, statements
from xieli_tui.casework.session import Session
from xieli_tui.ui import places
from xieli_tui.ui.screens.findings import FindingPage
from xieli_tui.ui.screens.flag import CAUSES, FlagPage
from xieli_tui.ui.screens.household_form import HouseholdFormPage
from xieli_tui.ui.screens.person_form import PersonFormPage
from xieli_tui.ui.screens.section_form import SectionForm
from xieli_tui.ui.screens.statement import StatementPage
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.han_input import DateField, HanInput

TODAY = dt.date(2026, 12, 28)


@pytest.mark.parametrize(
    ("keys", "stands"),
    [
        (("1", "1", "-", "2", "0"), "2026-11-20"),  # typing takes the place of the day that stood there
        (("end", "backspace", "7"), "2026-12-27"),  # an arrow or End goes into it
        (("backspace", "7"), "2026-12-27"),  # one Backspace is one character, never the whole day
        ((), "2026-12-28"),
    ],
)
async def test_a_day_that_stands_there_is_typed_over_or_mended(keys: tuple[str, ...], stands: str) -> None:
    before, day, after = HanInput(), DateField(today=TODAY), HanInput()
    async with Bench(before, day, after).run_test() as pilot:
        day.value = "2026-12-28"
        before.focus()
        await pilot.press("tab", *keys, "tab")
        assert day.value == stands


async def test_a_day_left_unreadable_is_not_typed_over() -> None:
    before, day = HanInput(), DateField(today=TODAY)
    async with Bench(before, day).run_test() as pilot:
        day.value = "12-2日头"
        before.focus()
        await pilot.press("tab", "8")
        assert day.value == "12-2日头8"


async def test_every_option_of_a_long_list_has_digits_and_a_stray_zero_chooses_nothing() -> None:
    choice = Choice(CAUSES, multi=True, gap=0, width=64)
    async with Bench(choice).run_test() as pilot:
        choice.focus()
        for place, (ident, word) in enumerate(CAUSES):
            shown = next(text for text in choice._texts() if text.endswith(word))
            digits = shown.removesuffix(word)
            assert digits.isdigit(), word
            await pilot.press(*digits)
            assert choice.chosen == (ident,), (place, word)
            await pilot.press("backspace")
        await pilot.press("0", "left", "1")
        assert choice.chosen == (CAUSES[0][0],)  # the pending 0 went with the arrow
        await pilot.press("backspace", "0", "0", "2")
        assert choice.chosen == (CAUSES[1][0],)  # 0 twice takes it back
    ten = Choice([(str(n), f"项{n}") for n in range(10)])
    async with Bench(ten).run_test() as pilot:
        ten.focus()
        await pilot.press("0")
        assert ten.value == "9"


async def test_the_only_person_of_a_family_is_chosen_and_a_rare_cause_is_two_digits(village: Session, open_app: Any) -> None:
    alone, many = first(village, "周大山", "3"), first(village)
    async with open_app(village) as hand:
        hand.app.open(FlagPage(households.show(village, alone)))
        await hand.settle()
        assert hand.shows("[1周大山]")
        await hand.press("1")  # the habit of pressing it all the same
        assert hand.shows("[1周大山]")
        await hand.press("tab", "0", "5", "ctrl+s")
    [one] = findings.list_findings(village)
    assert (one.who, one.causes) == ("周大山", "流落、走失")
    async with open_app(village) as hand:
        hand.app.open(FlagPage(households.show(village, many)))
        await hand.settle()
        assert not hand.page.many("persons")


async def test_somebody_on_no_list_is_referred_corrected_and_withdrawn_by_digits(village: Session, open_app: Any) -> None:
    raised = flag_hardship.flag_hardship(village, flag_hardship.FlagHardship(["stranded"], outsider="孙长富", place="村口桥下"))
    async with open_app(village) as hand:
        hand.app.open(FindingPage(raised.id))
        await hand.settle()
        await hand.press("4")
        await hand.type("救助管理站")
        await hand.press("tab")
        await hand.type("生活无着")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "困难"
        assert hand.shows("转介  1 件")
        await hand.press("7", "1", "ctrl+s")
        assert hand.shows("已办理")
        await hand.press("6", "enter")  # 更正: the first line is the day; the name is a line of its own
        await hand.press("escape")
        hand.page.rows.move_to(lambda item: getattr(item, "name", "") == "outsider")
        await hand.press("enter", "backspace")
        await hand.type("福")
        await hand.press("tab", "tab")
        await hand.type("听错了")
        await hand.press("ctrl+s", "escape")
        assert hand.shows("孙长福")
        await hand.press("6", "1")
        await hand.type("记重了")
        await hand.press("ctrl+s", "escape")
        assert hand.shows("撤回了")
    assert findings.list_findings(village) == []


async def test_what_a_visit_was_for_is_turned_at_the_door_and_the_draft_keeps_it(village: Session, open_app: Any) -> None:
    home = first(village)
    async with open_app(village) as hand:
        places.open_visit(hand.app, home)
        await hand.settle()
        await hand.press("ctrl+g")
        await hand.type("这次是复核")
        await hand.press("enter")
        assert hand.shows("复核入户")
        await hand.press("escape")
        assert not drafts.list_drafts(village)  # a kind alone is no draft
        places.open_visit(hand.app, home, "review")
        await hand.settle()
        await hand.press("1", "escape")
        places.open_visit(hand.app, home)
        await hand.settle()
        assert hand.shows("复核入户")
        await hand.press("ctrl+s")
    assert [one.kind for one in households.show(village, home).visits] == ["review"]


async def test_looking_through_a_form_of_several_sections_makes_no_draft(village: Session, open_app: Any) -> None:
    home = first(village)
    households.set_household(village, home, {"category_since": "2025-03-01", "aid_month": "412.5", "grid": "第3网格", "number": "Ａ012"})
    card = households.show(village, home)
    pages: tuple[SectionForm, ...] = (HouseholdFormPage(card), PersonFormPage(card, card.members[1].person), StatementPage(card, statements.show(village, home)))
    async with open_app(village) as hand:
        for page in pages:
            hand.app.open(page)
            await hand.settle()
            for _ in page.SECTIONS:
                await hand.press("pagedown")
            await hand.press(*["tab"] * (len(page.entries) + 1))
            assert (page.unsaved, "草稿" in page.said()) == ("", False), page.NAME
            await hand.press("escape")
    assert not drafts.list_drafts(village)
