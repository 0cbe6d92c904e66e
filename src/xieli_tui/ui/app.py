"""The app: wiring only. Themes, the one key table, the way from place to place, the session's life, and the end of every error.

Rules kept here
- first paint needs no store: everything heavy (casework, store, the screens that use them) loads in a thread behind the unlock screen;
- an unexpected error ends in a Chinese sentence and exit code 1; no traceback, no local value reaches the terminal;
- how the desk is shut stands in `leaving_app`;
- what nobody pressed (idle hands, a window too small) is watched in `guard`.
"""

from __future__ import annotations

import datetime as dt
import importlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, work
from textual.binding import BindingType
from textual.screen import Screen

from xieli_tui import traces
from xieli_tui.domain.clock import Clock, SystemClock
from xieli_tui.errors import XieliError
from xieli_tui.ui import terminal, theme
from xieli_tui.ui.guard import LOOK_SECONDS, Guard, Veil
from xieli_tui.ui.keys import app_bindings
from xieli_tui.ui.leaving_app import LeavingApp
from xieli_tui.ui.type_ahead import Ahead

if TYPE_CHECKING:
    from textual.timer import Timer

    from xieli_tui.casework.session import Session
    from xieli_tui.casework.shortcode import HeldKey
    from xieli_tui.ui.commands import Command
    from xieli_tui.ui.screens.base import Page

REVEAL_SECONDS = 20.0
TOUR_SECONDS = 0.5
BEHIND = (
    "xieli_tui.casework.session", "xieli_tui.casework.setup", "xieli_tui.ui.screens.menu", "xieli_tui.ui.screens.today",
    "xieli_tui.ui.screens.households", "xieli_tui.ui.screens.dossier", "xieli_tui.ui.screens.visit", "xieli_tui.ui.screens.flag",
    "xieli_tui.ui.screens.urgent", "xieli_tui.ui.screens.apply", "xieli_tui.ui.screens.application", "xieli_tui.ui.screens.send",
    "xieli_tui.ui.screens.queue", "xieli_tui.ui.screens.inbox", "xieli_tui.ui.screens.case", "xieli_tui.ui.places", "xieli_tui.ui.screens.palette",
    "xieli_tui.ui.screens.settings", "xieli_tui.ui.screens.backups",
)
"""What is loaded in a thread while the passphrase is being typed."""


class XieliApp(LeavingApp):
    """协理 on a terminal.

    Args:
        workspace: its folder; without keys there the first-use pages open.
        demo: show 演示 in the title line.
        hint: the passphrase of a demonstration, told on the unlock screen; empty for real work.
        clock: the machine's, or a pinned one.
        kdf: strength of a passphrase made by the first-use pages.
        debug: print the places in the code (no values) when the app ends by a defect.
        stick: of a practice or the demo: the folder that stands for a USB stick, written into 报送.
        watch: the clock idle hands are measured by; never one that a demonstration pins.
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
        watch: Clock | None = None, stick: Path | None = None,
    ) -> None:
        super().__init__()
        self.workspace, self.demo, self.hint, self.kdf, self.traces = workspace, demo, hint, kdf, debug
        self.clock: Clock = clock or SystemClock()
        self.steady: Clock = watch or SystemClock(pinned="")
        self.guard = Guard(self, self.steady)
        self.held: HeldKey | None = None
        """The short code of this run, when one was set."""
        self.opened_at = self.steady.now()
        """When the passphrase was given last."""
        self.practice = False
        self.stick = stick
        self.tour_timer: Timer | None = None
        self.operator_name = ""
        self.place_name = ""
        self.ahead = Ahead(self, self.take_event)
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
        self.set_interval(LOOK_SECONDS, self.guard.look)

    async def on_event(self, event: events.Event) -> None:
        """Every key, click and paste passes the watch first, and is handled after the keys before it."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self.ahead.add(event)
            return
        await self.take_event(event)
        if isinstance(event, events.Key):
            self.ahead.wake()

    async def take_event(self, event: events.Event) -> None:
        """Hand out what the watch does not keep."""
        if not self.guard.takes(event):
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        self.guard.fit(event.size)  # the framework takes the new size only after this

    @work(thread=True, exclusive=True, exit_on_error=False, group="load")
    def load_behind(self) -> None:
        """Import what the work needs, after the first picture is on the screen."""
        try:
            for name in BEHIND:
                importlib.import_module(name)
            importlib.import_module("xieli_tui.casework.papers").sweep(self.workspace)
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

    def today(self) -> dt.date:
        """The day in +08:00."""
        return self.clock.now().date()

    def unlocked(self, session: Session) -> None:
        """A session is open: take its names for the title line and open the first place of its role."""
        from xieli_tui.ui import places

        self.open_session = session
        self.operator_name, self.place_name = places.names(session)
        self.demo, self.practice = self.demo or session.profile.demo, session.profile.practice
        self.guard.settle()
        if self.practice and session.role == "village":
            from xieli_tui.ui.tour import Tour

            self.tour = Tour(self)
            self.tour_timer = self.tour_timer or self.set_interval(TOUR_SECONDS, self.look_tour)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(places.home(self))
        resume, self.resume = self.resume, ""
        if resume:
            places.open_draft(self, resume)
        if session.old_keys:
            self.call_after_refresh(self.tell_old_keys)
        self.call_after_refresh(self.guard.fit)

    def tell_old_keys(self) -> None:
        """The key file is older than the one this desk was opened with before."""
        if self.page is not None:
            self.page.say("旧钥匙文件，请核对谁能打开这台电脑。", "按 Ctrl+G，打 czy。", "look")

    def copy_to_clipboard(self, text: str) -> None:
        """What was selected goes to the clipboard of the system; never what is written behind dots (a passphrase, a short code)."""
        if not getattr(self.focused, "password", False):
            super().copy_to_clipboard(text)

    def action_help_quit(self) -> None:
        """Ctrl+C ends nothing; it says how to leave."""
        if self.page is not None:
            self.page.say("退出按 Ctrl+Q。")

    # -- places -----------------------------------------------------------------------------------
    def action_go(self, place: str) -> None:
        """A key of the table or a digit of the menu."""
        if self.page is None:
            return
        if self.open_session is None:
            self.page.go_here(place)  # a page before the lock may have a use for it
            return
        from xieli_tui.ui import places

        places.go(self, place)

    def action_print(self) -> None:
        """Ctrl+P: what can be printed of what is in front."""
        page = self.page
        if page is None:
            return
        if self.open_session is None:
            page.say("解锁以后再按 Ctrl+P。")
            return
        from xieli_tui.ui import print_ways

        print_ways.open_print(self)

    def action_commands(self) -> None:
        """Ctrl+G: every action, place and verb by Chinese, initials or digits."""
        page = self.page
        if page is None:
            return
        if self.open_session is None:
            page.say("解锁以后再按 Ctrl+G。")
            return
        from xieli_tui.ui.screens.palette import PalettePage

        if isinstance(page, PalettePage):
            page.back()
        else:
            self.open(PalettePage(page))

    def open(self, screen: Page) -> None:
        """Put a page in front."""
        self.push_screen(screen)

    def back(self, said: str = "", more: str = "", tone: str = "") -> None:
        """Leave the page in front; the one behind says what happened."""
        while isinstance(self.screen, Veil):
            self.pop_screen()
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
        self.choose_theme(names[(names.index(self.theme) + 1) % len(names)])

    def choose_theme(self, name: str) -> None:
        """Take a theme and remember it for the next start."""
        self.theme = name
        page = self.page
        try:
            terminal.keep_theme(name)
        except XieliError as error:
            if page is not None:
                page.complain(error)
            return
        if page is not None:
            page.say(f"{name}。", "下次打开还是这个。")

    def watch_theme(self, _theme: str) -> None:
        for screen in self.screen_stack if self._running else ():
            screen.set_class(self.theme in theme.ASCII_THEMES, "-ascii")
            for widget in screen.walk_children():
                widget.refresh()

    # -- practice -----------------------------------------------------------------------------------
    def tour_commands(self) -> list[Command]:
        """What the command list offers in a practice workspace."""
        return self.tour.commands() if self.tour is not None else []

    def look_tour(self) -> None:
        """Was the step at hand done? A key is answered by its page some time later, so this is asked again and again; in practice only."""
        if self.tour is not None:
            self.tour.look()

    @property
    def banner(self) -> str:
        """练习 or 演示 in the title line, "" for real work."""
        return "练习" if self.practice else "演示" if self.demo else ""

    # -- reveal -----------------------------------------------------------------------------------
    def action_reveal(self) -> None:
        """Ctrl+R: twenty seconds of full numbers for what the page is about; recorded by casework, with screen and task."""
        page = self.page
        if page is None or self.open_session is None:
            return
        household = page.about()
        if page.uncover():
            return
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
        if error is not None:
            self.crash += "\n" + traces.note(error, folder=terminal.state() / "log").sentence()
            if self.traces:
                self.crash += "\n" + "\n".join(traces.told(error))
        self.load_error = self.load_error or error
        self.ready.set()  # a thread that waits for the loading would keep the program from ending
        self._exit_renderables.clear()
        self._close_messages_no_wait()


def run(
    workspace: Path, *, passphrase: str | None = None, demo: bool = False, clock: Clock | None = None, debug: bool = False, stick: Path | None = None,
) -> int:
    """Open the app on a workspace and stay until it is left.

    Args:
        stick: of a practice or the demo: the folder that stands for a USB stick.
        passphrase: of a demonstration: shown on the unlock page and typed in already. Never given for real work.

    Returns:
        Exit code: 0 left in order, 1 a defect (its sentence is on stderr, the work is in the drafts).
    """
    traces.at(Path(workspace) / "log")
    debug = debug or traces.debugging()
    traces.set_up()  # no lines: they would stand on the page
    app = XieliApp(Path(workspace), demo=demo or passphrase is not None, hint=passphrase or "", clock=clock, debug=debug, stick=stick)
    result = app.run()
    app.forget()
    if app.crash:
        sys.stderr.write(app.crash + "\n")
        return 1
    return result or app.return_code or 0
