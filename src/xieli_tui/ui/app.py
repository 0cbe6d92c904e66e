"""The app: wiring only. Themes, the one key table, the way from place to place, the session's life, and the end of every error.

Rules kept here
- first paint needs no store: everything heavy (casework, store, the screens that use them) loads in a thread behind the unlock screen;
- an unexpected error ends in a Chinese sentence and exit code 1; no traceback, no local value reaches the terminal;
- locking closes the session and forgets its keys; half-filled forms are in their drafts by then.
"""

from __future__ import annotations

import datetime as dt
import importlib
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from xieli_tui.domain.clock import Clock, SystemClock
from xieli_tui.errors import XieliError
from xieli_tui.ui import terminal, theme
from xieli_tui.ui.keys import app_bindings

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.ui.screens.base import Page

REVEAL_SECONDS = 20.0
BEHIND = (
    "xieli_tui.casework.session", "xieli_tui.casework.setup", "xieli_tui.ui.screens.menu", "xieli_tui.ui.screens.today",
    "xieli_tui.ui.screens.households", "xieli_tui.ui.screens.dossier", "xieli_tui.ui.screens.visit", "xieli_tui.ui.screens.flag",
    "xieli_tui.ui.screens.urgent", "xieli_tui.ui.screens.apply", "xieli_tui.ui.screens.application", "xieli_tui.ui.screens.send",
    "xieli_tui.ui.screens.queue", "xieli_tui.ui.screens.inbox", "xieli_tui.ui.screens.case", "xieli_tui.ui.places",
)
"""What is loaded in a thread while the passphrase is being typed."""


class XieliApp(App[int]):
    """协理 on a terminal.

    Args:
        workspace: its folder; without keys there the first-use pages open.
        demo: show 演示 in the title line.
        hint: the passphrase of a demonstration, told on the unlock screen; empty for real work.
        clock: the machine's, or a pinned one.
        kdf: strength of a passphrase made by the first-use pages.
        debug: print a traceback (without values) when the app ends by a defect.
    """

    TITLE = "协理"
    CSS_PATH = "base.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = app_bindings()
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-plain"), (110, "-big")]  # noqa: RUF012 (declared so by the base)
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-short"), (34, "-tall")]  # noqa: RUF012

    def __init__(
        self, workspace: Path, *, demo: bool = False, hint: str = "", clock: Clock | None = None, kdf: str = "auto", debug: bool = False,
    ) -> None:
        super().__init__()
        self.workspace, self.demo, self.hint, self.kdf, self.traces = workspace, demo, hint, kdf, debug
        self.clock: Clock = clock or SystemClock()
        self.open_session: Session | None = None
        self.operator_name = ""
        self.place_name = ""
        self.revealed: frozenset[str] = frozenset()
        self.ready = threading.Event()
        self.load_error: BaseException | None = None
        self.crash = ""
        self._reveal_timer: Any = None
        for one in theme.THEMES.values():
            self.register_theme(one)
        self.theme = terminal.first_theme()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(theme.DAY.variables)

    # -- start ------------------------------------------------------------------------------------
    def get_default_screen(self) -> Screen[Any]:
        """The first page is the bottom of the stack and stays there, its fields emptied: an empty page beneath it would cost a second
        layout before the first picture."""
        from xieli_tui.ui.screens.unlock import first_screen

        return first_screen(self)

    def on_mount(self) -> None:
        self.call_after_refresh(self.load_behind)

    @work(thread=True, exclusive=True, exit_on_error=False, group="load")
    def load_behind(self) -> None:
        """Import what the work needs, after the first picture is on the screen."""
        try:
            for name in BEHIND:
                importlib.import_module(name)
        except BaseException as error:  # kept for the unlock screen, which says what happened
            self.load_error = error
        self.ready.set()

    # -- session ----------------------------------------------------------------------------------
    @property
    def session(self) -> Session:
        """The open session; asking while locked is a programming error."""
        if self.open_session is None:
            raise RuntimeError("no session")
        return self.open_session

    @property
    def page(self) -> Page | None:
        """The screen in front, when it is one of ours."""
        from xieli_tui.ui.screens.base import Page

        return self.screen if isinstance(self.screen, Page) else None

    def today(self) -> dt.date:
        """The day in +08:00."""
        return self.clock.now().date()

    def unlocked(self, session: Session) -> None:
        """A session is open: take its names for the title line and open the first place of its role."""
        from xieli_tui.ui import places

        self.open_session = session
        self.operator_name, self.place_name = places.names(session)
        self.demo = self.demo or places.is_demo(session)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(places.home(self))

    def close_session(self) -> None:
        """Leave every form (drafts are written), close the session, forget the keys."""
        for screen in reversed(self.screen_stack):
            leave = getattr(screen, "leave", None)
            if leave is not None:
                leave()
        self.revealed = frozenset()
        if self.open_session is not None:
            self.open_session.close()
        self.open_session = None

    def forget(self) -> None:
        """Close the session whatever happened; used when the app has ended."""
        if self.open_session is not None:
            self.open_session.close()
        self.open_session = None

    def action_lock(self) -> None:
        """Ctrl+L."""
        if self.open_session is None:
            return
        from xieli_tui.ui.screens.unlock import UnlockScreen

        self.close_session()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(UnlockScreen(said="已锁屏。没写完的都在草稿里。"))

    def action_ask_quit(self) -> None:
        """Ctrl+Q asks once, in the status line; the second press leaves."""
        page = self.page
        if page is None or self.open_session is None or page.asked == "quit":
            self.close_session()
            self.exit(0)
            return
        page.ask("quit", "真要退出，再按一次 Ctrl+Q。", "没写完的都在草稿里，按别的键就留下。")

    def action_help_quit(self) -> None:
        """Ctrl+C ends nothing; it says how to leave."""
        if self.page is not None:
            self.page.say("退出按 Ctrl+Q。")

    # -- places -----------------------------------------------------------------------------------
    def action_go(self, place: str) -> None:
        """A key of the table or a digit of the menu."""
        if self.open_session is None or self.page is None:
            return
        from xieli_tui.ui import places

        places.go(self, place)

    def open(self, screen: Page) -> None:
        """Put a page in front."""
        self.push_screen(screen)

    def back(self, said: str = "", more: str = "", tone: str = "") -> None:
        """Leave the page in front; the one behind says what happened."""
        screen = self.page
        if screen is not None:
            screen.leave()
        self.pop_screen()
        if said and self.page is not None:
            self.page.say_next(said, more, tone)

    def back_home(self) -> None:
        """Leave everything down to the first page."""
        while len(self.screen_stack) > 2:
            if self.page is not None:
                self.page.leave()
            self.pop_screen()

    async def action_back(self) -> None:
        if self.page is not None:
            self.page.back()

    def action_save(self) -> None:
        if self.page is not None:
            self.page.save()

    def action_fresh(self) -> None:
        if self.page is not None:
            self.page.fresh()

    def action_help(self) -> None:
        if self.page is not None:
            self.page.help()

    def action_turn_theme(self) -> None:
        """Day, night, plain, in turn."""
        names = list(theme.THEMES)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def watch_theme(self, _theme: str) -> None:
        for screen in self.screen_stack if self._running else ():
            screen.set_class(self.theme in theme.ASCII_THEMES, "-ascii")
            for widget in screen.walk_children():
                widget.refresh()

    # -- reveal -----------------------------------------------------------------------------------
    def action_reveal(self) -> None:
        """Ctrl+R: twenty seconds of full numbers for what the page is about; recorded by casework, with screen and task."""
        page = self.page
        if page is None or self.open_session is None:
            return
        household = page.about()
        if household is None:
            page.say("先选一户，再看全号。")
            return
        from xieli_tui.casework import reveal

        if page.attempt(lambda: reveal.reveal(self.session, page.code(), page.doing or None, household)) is None:
            return
        self.revealed = frozenset({household})
        page.redraw()
        page.say("证件号、电话显示 20 秒，已记一笔。")
        if self._reveal_timer is not None:
            self._reveal_timer.stop()
        self._reveal_timer = self.set_timer(REVEAL_SECONDS, self.cover)

    def cover(self) -> None:
        """Mask again."""
        self.revealed = frozenset()
        if self.page is not None and self.open_session is not None:
            self.page.redraw()
            self.page.say("已盖上。")

    # -- the end of every error -------------------------------------------------------------------
    def _fatal_error(self) -> None:
        """Replace the framework's traceback by a sentence with a code; drafts are already in the store."""
        error = self._exception
        self.crash = (error if isinstance(error, XieliError) else XieliError("XL-X01")).sentence()
        if self.traces and error is not None:
            self.crash += "\n" + "".join(traceback.format_exception(error))
        self._exit_renderables.clear()
        self._close_messages_no_wait()


def run(workspace: Path, *, passphrase: str | None = None, demo: bool = False, clock: Clock | None = None, debug: bool = False) -> int:
    """Open the app on a workspace and stay until it is left.

    Args:
        passphrase: of a demonstration: shown on the unlock page and typed in already. Never given for real work.

    Returns:
        Exit code: 0 left in order, 1 a defect (its sentence is on stderr, the work is in the drafts).
    """
    app = XieliApp(Path(workspace), demo=demo or passphrase is not None, hint=passphrase or "", clock=clock, debug=debug)
    result = app.run()
    app.forget()
    if app.crash:
        sys.stderr.write(app.crash + "\n")
        return 1
    return result or app.return_code or 0
