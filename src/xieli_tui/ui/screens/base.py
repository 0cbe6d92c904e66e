"""What every page is: title line, air, body with its 76-cell column and rail, one status line, a rule, six keys.

Rules kept here
- the title, the status sentence and the keys stand at the same places on every page;
- nothing pops up that could eat the next key: questions are asked in the status line, help takes the rail or a page of its own;
- the rail is read-only and may be absent; nothing is said only there that a person must know to go on;
- a XieliError raised by a verb ends in the status line or under its field, in one place (`attempt`, `FormPage.refuse`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from xieli_tui import traces
from xieli_tui.errors import XieliError
from xieli_tui.ui import help_local
from xieli_tui.ui.widgets.paint import MAIN, RAIL, Line, Paint, Part, cell, line, say, split, width_of
from xieli_tui.ui.words import title_day

if TYPE_CHECKING:
    from xieli_tui.casework.local_words import LocalWord
    from xieli_tui.ui.app import XieliApp

T = TypeVar("T")
Key = tuple[str, str]
Offer = tuple[str, str, Callable[["XieliApp"], object], str]
"""Something a page offers in the command list: word, what it does, the call, the key that does the same ("" for none)."""
TURN_HELP: tuple[Binding, ...] = tuple(
    Binding(key, f"turn_help({step})", show=False, priority=True) for key, step in (("up", -1), ("down", 1), ("pageup", -10), ("pagedown", 10))
)
"""First among the bindings of every page that gives these keys a use of its own: a subclass's list for a key replaces its parent's."""
ASK_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Help:
    """Help of one page: what it is for, its keys, its rules in plain words."""

    what: str
    keys: tuple[Key, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()


NO_FN = ("没有 F 键", "Esc 主菜单，再按数字。Ctrl+O 就是 F1。")


class Page(Screen[None]):
    """Base of all pages. Subclasses give `body`, `rail`, `foot`, and say what they are about."""

    NAME: ClassVar[str] = ""
    OUTSIDE: ClassVar[bool] = False
    """Stands before the lock and needs no session."""
    GUIDE: ClassVar[Help] = Help("")
    MARKS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Signs of this kind of page, explained in its help."""
    doing: ClassVar[str] = ""
    """Id of what is being done here, kept with a reveal."""
    BINDINGS: ClassVar[list[BindingType]] = [*TURN_HELP]

    def __init__(self) -> None:
        super().__init__()
        self.subject = ""
        self.helping = False
        self.asked = ""
        self._asked_at = 0.0
        self._said: tuple[str, str, str] = ("", "", "")
        self._said_at = 0.0
        self._standing: tuple[str, str, str] = ("", "", "")
        self._say_next: tuple[str, str, str] | None = None
        self._shown = False
        self._mounted = False
        self._drawn_at: Size | None = None
        self._local: list[LocalWord] | None = None

    @classmethod
    def code(cls) -> str:
        """Id of the page for the record of a reveal: DossierPage -> dossier."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Page").removesuffix("Screen")).lower()

    @property
    def xapp(self) -> XieliApp:
        return cast("XieliApp", self.app)

    # -- what a page gives ------------------------------------------------------------------------
    def body(self) -> ComposeResult:
        """Widgets of the main column."""
        yield from ()

    def rail(self) -> Sequence[Line]:
        """Lines of the rail at 110 columns and more; empty = no rail, the column takes the width."""
        return ()

    def foot(self) -> Sequence[Key]:
        """Exactly six `key word` pairs: act here, move, save, places, help, Esc last."""
        return ()

    def commands(self) -> Sequence[Offer]:
        """What the command list (Ctrl+G) offers here besides the keys of the footer and of the help."""
        return ()

    def band(self) -> Sequence[Line]:
        """The emergency band; empty = none."""
        return ()

    def about(self) -> str | None:
        """The household the page is about now, for F4/F5/F6 and for a reveal."""
        return None

    def about_application(self) -> str:
        """The application the page is about now, for printing (Ctrl+P); "" for none."""
        return ""

    def uncover(self) -> bool:
        """Ctrl+R on a page that covers something of its own; True = shown."""
        return False

    def reload(self) -> None:
        """Read again what is shown; called when the page comes (back) to the front."""

    def refresh_body(self) -> None:
        """Draw again from what was read (masks, theme)."""

    def leave(self) -> None:
        """About to be left or locked."""

    def save(self) -> None:
        """Ctrl+S."""
        self.say("这一页没有要存的。")

    def fresh(self) -> None:
        """Ctrl+N."""
        self.say("这一页没有草稿。")

    def go_here(self, place: str) -> bool:
        """Does this page have a use of its own for a place key? True = done."""
        return False

    # -- composition ------------------------------------------------------------------------------
    def compose(self) -> ComposeResult:
        yield Paint(self._title, id="title", classes="ground-panel")
        yield Paint(lambda _width: self.band(), id="band", classes="ground-band")
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield from self.body()
            rail = ScrollableContainer(Paint(lambda _width: self._rail_lines(), id="rail-text"), id="rail")
            rail.can_focus = False
            yield rail
        yield Paint(self._status, id="status")
        yield Paint(self._rule, id="rule")
        yield Paint(self._keys, id="keys")

    def on_mount(self) -> None:
        if self._mounted:
            return  # the library calls the handler of every class of a page, and ours call up as well: once is enough
        self._mounted = True
        self.set_class(self.app.theme == "素框", "-ascii")
        self.reload()
        self._shown = True
        self.redraw()

    def on_screen_resume(self) -> None:
        if self._shown:
            self._shown = False
            return
        if self.xapp.open_session is None and not self.OUTSIDE:
            return  # locking takes the pages away one by one; none of them may read any more
        self.reload()
        if self._say_next is not None:
            self._said, self._say_next = self._say_next, None
        self.redraw()

    def on_resize(self) -> None:
        if self._drawn_at != self.app.size:  # the first one comes right after the page was drawn for this very size
            self.redraw()

    @property
    def focus_chain(self) -> list[Widget]:
        """Tab goes in the order the page was written in. The library goes by where things were drawn last, so that a row shown by the key before Tab,
        not drawn yet, would be passed over."""
        chain: list[Widget] = []

        def walk(node: Widget) -> None:
            for child in node.displayed_children:
                if child.disabled:
                    continue
                if child.focusable:
                    chain.append(child)
                if child.is_container and child.allow_focus_children():
                    walk(child)

        walk(self)
        return chain

    @property
    def big(self) -> bool:
        """Wide enough for a rail."""
        return self.app.size.width >= 110

    @property
    def tall(self) -> bool:
        """High enough for air between fields."""
        return self.app.size.height >= 34

    def air(self, count: int = 1) -> list[Line]:
        """Empty rows that only a tall terminal gets."""
        return [line()] * count if self.tall else []

    # -- painting ---------------------------------------------------------------------------------
    def redraw(self) -> None:
        """Draw title, rail, status and keys again."""
        if not self.is_mounted:
            return
        self._drawn_at = self.app.size
        self.refresh_body()
        band = self.band()
        self.query_one("#band").set_class(bool(band), "-on")
        for name, draw in (
            ("title", self._title), ("status", self._status), ("rule", self._rule), ("keys", self._keys), ("band", lambda _w: self.band()),
            ("rail-text", lambda _w: self._rail_lines()),
        ):
            self.query_one(f"#{name}", Paint).show(draw)
        self.set_class(self.big and not self._rail_lines(), "-wide")  # a class turned on a page styles all of it anew

    def title_right(self) -> list[Part]:
        """演示, village or office, operator, day: always in this order."""
        app = self.xapp
        right: list[Part] = [(app.banner, "bold $warning"), "  "] if app.banner else []
        meta = "  ".join(part for part in (app.place_name, app.operator_name, title_day(app.today())) if part)
        return [*right, (meta, "$ink-2")]

    def _title(self, width: int) -> list[Line]:
        left: list[Part] = [("协理", "bold $primary"), "  ", (self.NAME, "bold")]
        if self.subject:
            left += ["  ", (self.subject, "$ink-2")]
        return [split(left, self.title_right(), width)]

    def _status(self, width: int) -> list[Line]:
        text, more, tone = self._said
        style = {"done": "bold $success", "wrong": "bold $error", "look": "bold $warning"}.get(tone, "$ink-2")
        return [split([(text, style), ("  " + more if more else "", "$ink-3")], [], width)]

    def _rule(self, width: int) -> list[Line]:
        """The light rule; in practice the next step of the tour."""
        tour = self.xapp.tour
        where, sentence = tour.line() if tour is not None else ("", "")
        if not where:
            return [line(("─" * width, "$line"))]
        return [line((where, "bold $warning"), "  ", sentence, ground="mark")]

    def _keys(self, width: int) -> list[Line]:
        pairs = self.help_foot() if self.helping else self.foot()
        gap = 4 if self.big else 3
        if sum(width_of([key, word]) + 1 + gap for key, word in pairs) - gap > width:
            gap = 2
        parts: list[Part] = []
        for key, word in pairs:
            parts += [(key, "bold $primary"), " ", word, " " * gap]
        return [line(*parts[:-1])]

    def help_foot(self) -> Sequence[Key]:
        return (("Esc", f"回到{self.NAME}"), ("上下", "往下看"), ("F2", "今日"), ("F3", "住户"), ("Ctrl+G", "命令"), ("Ctrl+Q", "退出"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The arrows turn the help only while it stands in the rail; else they are the list's or the form's."""
        return self.helping if action == "turn_help" else super().check_action(action, parameters)

    def action_turn_help(self, step: int) -> None:
        self.query_one("#rail").scroll_relative(y=step, animate=False, immediate=True)

    def _rail_lines(self) -> Sequence[Line]:
        return self.help_rail() if self.helping else self.rail()

    def help_rail(self) -> list[Line]:
        """Help in the rail's place: the form stays visible and keeps its cursor."""
        given = self.GUIDE
        out = [line(("帮助", "bold"), ("  " + self.NAME + "这一页", "$ink-3")), line(), *say(given.what), line()]
        out += [line(cell(key, 9, "bold $primary"), word) for key, word in given.keys]
        if not self.OUTSIDE:
            out += [line(), line(("县里给的数", "bold")), *help_local.lines(self.local_words(), RAIL)]
        for word, sentence in (*given.rules, *self.MARKS, NO_FN):
            out += [line(), line((word, "$ink-3")), *say(sentence)]
        return out

    def local_words(self) -> list[LocalWord]:
        """The county's amounts, days and phones in force that belong to this page; read once for one look at the help."""
        if self._local is None:
            from xieli_tui.casework import local_words

            found = self.attempt(lambda: local_words.in_force(self.xapp.session)) or []
            self._local = help_local.chosen(self.code(), found)
        return self._local

    # -- saying -----------------------------------------------------------------------------------
    def say(self, text: str, more: str = "", tone: str = "") -> None:
        """One sentence of what is true now, then one quiet one. tone: done | wrong | look."""
        self._said, self._said_at = (text, more, tone), time.monotonic()
        self.asked = ""
        if self.is_mounted:
            self.query_one("#status", Paint).show(self._status)

    def greet(self, text: str, more: str = "") -> None:
        """What a page says when it opens; what went wrong while it opened stays."""
        if self._said[2] != "wrong":
            self.say(text, more)

    def stand(self, text: str, more: str = "") -> None:
        """What is true of the page while nothing else was said; said anew when it is read again, so that a count never stays behind."""
        if not self._said[0] or self._said == self._standing:
            self.say(text, more)
            self._standing = self._said

    def say_next(self, text: str, more: str = "", tone: str = "") -> None:
        """What to say when this page comes back to the front."""
        self._say_next = (text, more, tone)

    def said(self) -> str:
        """The status line as it stands."""
        return self._said[0] + ("  " + self._said[1] if self._said[1] else "")

    def minded(self) -> bool:
        """Does something stand there that she must have time to read?"""
        return self._said[2] == "look" and time.monotonic() - self._said_at < ASK_SECONDS

    def ask(self, what: str, text: str, more: str = "") -> None:
        """A question answered by pressing the same key again within a few seconds."""
        self.say(text, more, "look")
        self.asked, self._asked_at = what, time.monotonic()

    def answered(self, what: str) -> bool:
        """Was this asked a moment ago?"""
        return self.asked == what and time.monotonic() - self._asked_at < ASK_SECONDS

    def complain(self, error: XieliError) -> None:
        """An error in the status line, with its code and what to do."""
        self.say(f"{error.code} {error.what}。", f"{error.next_step}。", "wrong")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Work in a thread that ended by a defect says so: nobody is left before `正在办…` for ever."""
        if event.state is WorkerState.ERROR:
            if hasattr(self, "busy"):
                self.busy = False
            if event.worker.error is not None:
                traces.note(event.worker.error)
            self.complain(XieliError("XL-X01"))

    def on_paste(self) -> None:
        """A paste that no entry took: it is said, so that nobody believes it stands somewhere."""
        self.say("没有粘上，这里不是写字的格子。", "用 Tab 走到能写的一格再粘。", "look")

    def attempt(self, call: Callable[[], T]) -> T | None:
        """Run a verb; a XieliError is said in the status line and None comes back."""
        try:
            return call()
        except XieliError as error:
            self.complain(error)
            return None

    # -- moving -----------------------------------------------------------------------------------
    def back(self) -> None:
        """Esc."""
        if self.helping:
            self.helping = False
            self.redraw()
            return
        self.xapp.back()

    def help(self) -> None:
        """F1 / Ctrl+O: in the rail where there is one, else a page of its own."""
        self._local = None
        if self.helping or (self.big and self.rail()):
            self.helping = not self.helping
            self.redraw()
            rail = self.query_one("#rail")
            rail.scroll_home(animate=False, immediate=True)
            more = self.helping and len(self.help_rail()) > rail.size.height
            self.say("看完按 Esc，回到刚才那一格，写的都在。" if self.helping else "", "上下键往下看。" if more else "")
        else:
            from xieli_tui.ui.screens.help import HelpPage

            self.xapp.open(HelpPage(self))


__all__ = ["MAIN", "RAIL", "TURN_HELP", "Help", "Key", "Offer", "Page"]
