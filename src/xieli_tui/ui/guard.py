"""What the app watches by itself: hands that left the keyboard, and a window too small to show a form.

Rules kept here (design 05, 07)
- after the cover minutes the names are covered and any key uncovers; after the lock minutes the desk locks, its drafts written first;
- time is taken from a clock that no demonstration pins, so a laptop that slept for an hour is locked before the first key reaches a page;
- a program whose window was closed under it writes its drafts, forgets its keys and ends: it does not go on unlocked where nobody sees it;
- the key that uncovers, and every key while the window is too small, changes nothing beneath: the page keeps its fields and its focus.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.geometry import Size
from textual.screen import Screen

from xieli_tui.ui import terminal
from xieli_tui.ui.widgets.paint import Line, Paint, blank, line

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from xieli_tui.domain.clock import Clock
    from xieli_tui.ui.app import XieliApp

LEAST = (76, 18)
"""Columns and rows below which no form can be shown."""
LOOK_SECONDS = 5.0
State = Literal["awake", "cover", "lock"]


class Idle:
    """How long nobody touched the keyboard."""

    def __init__(self, clock: Clock, cover: int, lock: int) -> None:
        self.clock = clock
        self.cover, self.lock = dt.timedelta(minutes=cover), dt.timedelta(minutes=lock)
        self._last = clock.now()

    def touched(self) -> None:
        """A key, a click, a paste."""
        self._last = self.clock.now()

    def state(self) -> State:
        """What is due now. A clock that was set back begins anew."""
        now = self.clock.now()
        if now < self._last:
            self._last = now
        gone = now - self._last
        return "lock" if gone >= self.lock else "cover" if gone >= self.cover else "awake"


class Veil(Screen[None]):
    """A page over everything that says one thing; the pages beneath keep all they hold."""

    DEFAULT_CSS = "Veil { layout: vertical; padding: 0 2; }"

    def __init__(self, *sentences: str) -> None:
        super().__init__()
        self.sentences = sentences

    def _lines(self, width: int) -> list[Line]:
        from xieli_tui.ui.widgets.paint import wrap

        high = self.app.size.height > 8
        out = [blank(), line(("协理", "bold $primary")), blank()] if high else []
        for sentence in self.sentences:
            out += [line((piece, "bold" if not out else "")) for piece in wrap(sentence, max(8, width))]
        return out

    def compose(self) -> ComposeResult:
        yield Paint(self._lines, id="veil")

    def on_resize(self) -> None:
        self.query_one("#veil", Paint).show(self._lines)


class CoverScreen(Veil):
    """Names covered: nothing of the page shows."""

    def __init__(self) -> None:
        super().__init__("名字先盖上了。", "按任意键接着办，写的都在。")


class SmallScreen(Veil):
    """The window is too small."""

    def __init__(self) -> None:
        super().__init__("窗口太小。", f"请拉大到 {LEAST[0]} 列 {LEAST[1]} 行以上，写的都在。")


class Guard:
    """The watch of one running app."""

    def __init__(self, app: XieliApp, clock: Clock) -> None:
        self.app = app
        self.idle = Idle(clock, 2, 15)
        self.said_minutes = 15

    def settle(self) -> None:
        """A desk was opened: take this laptop's minutes."""
        from xieli_tui.casework import comfort

        found = comfort.load(self.app.session)
        self.idle = Idle(self.idle.clock, found.cover, found.lock)
        self.said_minutes = found.lock

    @property
    def front(self) -> Screen[object] | None:
        """The page in front; None once the program is being left and a key still waits."""
        return self.app.screen_stack[-1] if self.app.screen_stack else None

    def look(self) -> State:
        """Cover or lock when it is time; end when the window is gone."""
        if not self.app.is_headless and terminal.gone():
            self.app.end_unseen()
            return "lock"
        if self.app.open_session is None:
            return "awake"
        state = self.idle.state()
        if state == "lock":
            self.app.lock(f"有 {self.said_minutes} 分钟没动，先锁上了。", "没写完的都在草稿里。")
        elif state == "cover" and not isinstance(self.front, Veil):
            self.app.push_screen(CoverScreen())
        return state

    def takes(self, event: events.Event) -> bool:
        """Is this key, click or paste for the watch and not for the page? Called before anything else sees it."""
        if not isinstance(event, (events.Key, events.Paste, events.MouseDown)):
            return False
        if self.look() == "lock":
            self.idle.touched()
            return True
        self.idle.touched()
        if isinstance(self.front, CoverScreen):
            self.app.pop_screen()
            return True
        return isinstance(self.front, SmallScreen)

    def fit(self, new: Size | None = None) -> None:
        """The window was resized, or another page came to the front."""
        size = new or self.app.size
        small = size.width < LEAST[0] or size.height < LEAST[1]
        if small and not isinstance(self.front, SmallScreen):
            self.app.push_screen(SmallScreen())
        elif not small and isinstance(self.front, SmallScreen):
            self.app.pop_screen()
