"""Driving the app by keys over a real workspace: unlocking is skipped where a test is not about it (Argon2id costs a tenth of a second)."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from xieli_tui.casework import households
from xieli_tui.casework.session import Finishing, Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.ui.app import XieliApp

sys.path.append(str(Path(__file__).parent.parent / "desk"))  # three desks made once, shared with the tests of the desk verbs
from desk_office import made, office
from stillness import exact_waits, still

__all__ = ["exact_waits", "made", "office"]

os.environ["TERM"] = "xterm-256color"  # the theme of a start goes by what the terminal says of itself: the tests' own must not decide

FAMILIES = (
    ("王秀英", "2", "1951-03-02", "female", "dibao", (("李建军", "20", "1978-05-05"), ("李晓雨", "42", "2011-06-07"))),
    ("何秀珍", "2", "1954-01-09", "female", "edge", ()),
    ("周大山", "3", "1966-02-11", "male", "tekun", ()),
    ("王秀英", "5", "1968-08-30", "female", "tekun", ()),
    ("汪学义", "2", "1962-07-21", "male", "relapse_monitor", ()),
)


@pytest.fixture
def village(village_session: Session) -> Session:
    """A village with five families, two heads of the same name."""
    for head, group, birth, sex, category, members in FAMILIES:
        home = households.add_household(village_session, households.AddHousehold(
            head, {"group": group, "address": f"石桥村{group}组", "phone": "10000001234", "category": category}, {"birth": birth, "sex": sex},
        ))
        for name, relation, born in members:
            households.add_person(village_session, households.AddPerson(home.id, name, relation, {"birth": born}))
    return village_session


class Hand:
    """What a person does and sees."""

    def __init__(self, app: XieliApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Keys as Textual names them."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Text as a terminal sends it, Chinese punctuation included (Pilot loses that)."""
        driver = self.app._driver
        assert driver is not None
        for char in text:
            event = events.Key(_character_to_key(char), char)
            event.set_sender(self.app)
            driver.send_message(event)
        await self.settle()

    async def press_all(self, keys: list[str]) -> None:
        """Keys without a character, all at once, then one wait."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            event = events.Key(key, None)
            event.set_sender(self.app)
            driver.send_message(event)
        await still(self.app)

    async def settle(self) -> None:
        """Wait until threads came home and the screen is drawn."""
        await self.app.workers.wait_for_complete()
        await still(self.app)

    def lines(self) -> list[str]:
        """The screen as text."""
        return ["".join(segment.text for segment in strip).rstrip() for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        return "\n".join(self.lines())

    def shows(self, words: str) -> bool:
        return words in self.text()

    @property
    def page(self) -> Any:
        return self.app.screen


Start = Callable[..., AbstractAsyncContextManager[Hand]]


@pytest.fixture(autouse=True)
def _one_transaction_a_save(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever form a test saves: its verb writes one transaction, and the draft goes with it. Two would leave a moment in which half is stored and the draft is gone."""
    real = Session.finishing

    @contextmanager
    def finishing(session: Session, form: str, key: str) -> Iterator[Finishing]:
        with real(session, form, key) as ending:
            yield ending
        assert ending.written <= 1, f"{form} is saved in {ending.written} transactions"

    monkeypatch.setattr(Session, "finishing", finishing)


@pytest.fixture
def open_app(request: pytest.FixtureRequest, clock: FixedClock) -> Start:
    """`async with open_app(session) as hand` : the app in front of a person, unlocked when a session is given."""

    @asynccontextmanager
    async def start(session: Session | None = None, *, size: tuple[int, int] = (80, 24), folder: Path | None = None, **more: Any) -> AsyncIterator[Hand]:
        place = folder or (session.workspace if session is not None else request.getfixturevalue("workspace"))
        more.setdefault("watch", FixedClock(clock.now()))  # a slow machine is no pair of idle hands
        app = XieliApp(place, clock=clock, kdf="floor", **more)
        if session is not None:
            app.get_default_screen = Screen  # type: ignore[method-assign]  # the door is not looked at, and would be laid out and drawn for nothing
        async with app.run_test(size=size) as pilot:
            hand = Hand(app, pilot)
            await hand.settle()
            if session is not None:
                app.unlocked(session)
                await hand.settle()
            yield hand
            if app.open_session is not None and app.open_session is not session:
                app.forget()

    return start
