"""Bad input in the app: nonsense in every field of every form, a day to come, somebody else's number, a window of 20x5, text that wants to be
something else than text. One opened app goes through the whole book of pages; what a page shows and what the journal holds are both looked at."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from desk_office import Office
from page_book import desk_book, share, village_book
from textual import events

from xieli_tui.casework import values
from xieli_tui.casework.session import Session
from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS, PERSON_FIELDS
from xieli_tui.domain.text import safe
from xieli_tui.errors import XieliError
from xieli_tui.store import journal
from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.screens.form_page import FormPage, NotYet
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.han_input import DateField, HanInput

NONSENSE = (
    "随便写的", "-5", "9" * 30, "１２.5.6", "'; DROP TABLE x; --", "[red]红[/] \\[x [/", "👨\u200d👩\u200d👧", "\ue000𠮷㐂䶮·", "\x1b[31m红\x1b[0m\x00", "a\u202eb\u2066c", "前\ud83d后", "一\n二\r\n三",
    "\u200b\u200b", "❶❷", "九" * 5_000 + "月", "8" * 5_000,
)
"""What stands in a field when a cat has walked over the keyboard, a web page was copied or a phone has typed."""
TO_COME = "2099-01-01"
TOGETHER = 8
"""Pages one over the other while the window is made small: all of them are laid out anew, so all are looked at."""
HOSTILE = "[red]红[/]\\[x[/]\x1b[31m\u202e倒\u202c\u200b\x9b2J𠮷㐂䶮\ue000·\n次\x00👨\u200d👩\u200d👧"
"""Behind every free text of every event: what an older program, another machine or a damaged file may have written."""
ACTS = (
    "\x1b]52;c;QUFB\x07", "\x1b]8;;file:///x\x07链\x1b]8;;\x07", "\x1b]0;题\x07", "\x1bP$q\x1b\\\\", "\x9d52;c;QQ==\x9c", "\x1b[?1049l\x1b[2J", "\x1b[6n\x05", "\t制\r表\x0b\x0c",
    "\u2066隔\u2069\u061c\ufeff", "[@click=app.lock]按[/]", "[link=file:///x]链[/link]", "[/]\\[[/red]", "\U000e0041\U000e007f\u3164", "\u2028行\u2029段\x85",
)
"""What a terminal, Rich or Textual would act on; one of them behind HOSTILE in turn."""


CODED = {"value", "data"}
"""JSON of a local rule and base64 of a pack: no free text."""
SMALL, WIDE = (20, 5), (80, 24)


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on every free text of every event ends in HOSTILE; codes, days and numbers stay."""
    real, table = values.make, {**HOUSEHOLD_FIELDS, **PERSON_FIELDS}
    turn = itertools.cycle(HOSTILE + one for one in ACTS)

    def make(model: Any, **fields: Any) -> Any:
        out: dict[str, Any] = {}
        for name, value in fields.items():
            out[name] = value
            if name == "fields" and isinstance(value, dict):
                out[name] = {one: (given + next(turn) if table.get(one) == "text" and isinstance(given, str) else given) for one, given in value.items()}
            elif isinstance(value, str) and name not in CODED:
                with contextlib.suppress(XieliError):
                    bad = value + next(turn)
                    real(model, **{**fields, **out, name: bad})
                    out[name] = bad
        return real(model, **out)

    monkeypatch.setattr(values, "make", make)


def unsafe(hand: Any) -> list[str]:
    """Pieces of the screen that a terminal would obey instead of showing."""
    return [ascii(piece.text) for strip in hand.app.screen._compositor.render_strips() for piece in strip if piece.control or safe(piece.text) != piece.text]


async def squeezed(hand: Any, pages: list[Page]) -> None:
    """The window at 20x5 and back, with pages one over the other: a sentence, no key reaches a page, everything stands as it stood."""
    before = [(page.focused, page.values() if isinstance(page, FormPage) else {}) for page in pages]
    await hand.pilot.resize_terminal(*SMALL)
    await hand.pilot.pause()
    shown = hand.text().replace("\n", "").replace(" ", "")
    assert "窗口太小。请拉大到76列18行以上，写的都在。" in shown, shown
    await hand.pilot.press("x", "1", "enter", "ctrl+s")
    await hand.pilot.resize_terminal(*WIDE)
    await hand.pilot.pause()
    assert hand.page is pages[-1]
    for page, (focused, stood) in zip(pages, before, strict=True):
        assert page.focused is focused, page.NAME
        assert (page.values() if isinstance(page, FormPage) else {}) == stood, page.NAME


def saving(page: FormPage, entry: HanInput) -> XieliError | None:
    """What the entry says of itself, then what saving says; None when it was stored, or asks for a second press."""
    entry.problem()
    entry.note()
    try:
        page.check()
        page.store()
    except NotYet:
        return None
    except XieliError as error:
        return error
    return None


def nonsense(session: Session, page: FormPage, name: str, turn: Iterator[str]) -> int:
    """Two pieces of nonsense into every entry, in a day a day to come as well; saving is asked each time. How often it was refused."""
    refused = 0
    for field, entry in page.entries.items():
        if not isinstance(entry, HanInput):
            continue
        first = entry.value
        for value in (*itertools.islice(turn, 2), *([TO_COME] if isinstance(entry, DateField) else [])):
            entry.value = ""
            entry._on_paste(events.Paste(value))
            stands = entry.value
            assert safe(stands) == stands, (name, field)
            with session.reading() as tx:
                before = journal.count(tx)
            error = saving(page, entry)
            if error is None:
                continue
            refused += 1
            assert entry.value == stands, (name, field, "what was typed is gone")
            assert all(one not in str(error) for one in NONSENSE if len(one) > 3 and not one.isdigit()), (name, field, "the error repeats what was typed")
            with session.reading() as tx:
                assert journal.count(tx) == before, (name, field, "refused, and written")
        entry.value = first
    return refused


async def walked(hand: Any, session: Session, pages: dict[str, Page]) -> int:
    """One page of every class with hostile text in it, eight at a time squeezed, then filled with nonsense; how often a form refused."""
    turn, refused = itertools.cycle(NONSENSE), 0
    one_each = list({type(page): page for page in reversed(pages.values())}.values())
    for at in range(0, len(one_each), TOGETHER):
        stack = one_each[at : at + TOGETHER]
        for page in stack:
            hand.app.open(page)
            await hand.settle()
            assert not unsafe(hand), (page.NAME, unsafe(hand))
        await squeezed(hand, stack)
        for page in reversed(stack):
            assert hand.page is page, page.NAME
            assert not unsafe(hand), (page.NAME, unsafe(hand))
            if isinstance(page, FormPage) and type(page).store is not FormPage.store:
                for choice in [one for one in page.entries.values() if isinstance(one, Choice)]:
                    if choice.options and not choice.chosen:
                        choice.choose(choice.options[0][0])
                refused += nonsense(session, page, page.NAME, turn)
                await hand.pilot.pause()
                assert page.keeper is not None
                page.keeper.drop()
            else:
                page.leave()
            hand.app.pop_screen()
            await hand.pilot.pause()
    return refused


async def test_no_page_of_a_village_is_moved_by_what_people_wrote_squeezed_to_20x5_or_typed_nonsense_into(hostile: None, village: Session, open_app: Any) -> None:
    pages = village_book(village)
    async with open_app(village) as hand:
        assert await walked(hand, village, share(pages, 0, 2)) > 70


async def test_no_page_of_a_desk_is_moved_by_what_people_wrote_squeezed_to_20x5_or_typed_nonsense_into(hostile: None, office: Office, open_app: Any) -> None:
    pages = desk_book(office)
    async with open_app(office.county) as hand:
        assert await walked(hand, office.county, share(pages, 1, 2)) > 15
