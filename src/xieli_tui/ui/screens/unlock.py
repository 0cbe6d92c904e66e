"""解锁: the first picture. Light on purpose: nothing heavy is imported here until a passphrase is sent.

Rules kept here
- the store and the work load in a thread behind this page;
- an input method left on is said at once, in the field's own error line, before a try is wasted;
- a wrong passphrase names nothing and keeps the field; the vault decides how long the next try waits;
- six digits are tried as the short code while one is held, everything else as the passphrase.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from xieli_tui.errors import XieliError
from xieli_tui.ui import terminal
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, Part, blank, line

if TYPE_CHECKING:
    from xieli_tui.casework.about import Outside
    from xieli_tui.casework.session import Session
    from xieli_tui.ui.app import XieliApp

WIDE = 44


def first_screen(app: XieliApp) -> Page:
    """The unlock page, or the first-use pages when there is no workspace yet."""
    if (app.workspace / "keys.json").exists():
        return UnlockScreen()
    from xieli_tui.ui.screens.wizard import WizardPage

    return WizardPage()


class UnlockScreen(Page):
    """Passphrase in, session out."""

    NAME = "解锁"
    OUTSIDE = True
    CSS_PATH = "unlock.tcss"
    GUIDE = Help(
        "输入口令，按 Enter 打开。资料在这台登记电脑上加密保存，没有网也能用。",
        (("Enter", "解锁"), ("F4", "忘了口令"), ("Ctrl+T", "换日间、夜间、素框"), ("Ctrl+Q", "退出")),
        (("输错了", "再输一遍。连着错，下一次要等一会儿，不会丢资料。"), ("短码", "打开以后在设置里设。锁屏以后输 6 位就行，错 5 次或过 12 小时要输整个口令。"), ("忘了口令", "按 F4（没有 F 键就 Ctrl+F），做一份找回申请，请两名找回人员帮忙。"),
         ("进了汉字", "按 Shift 把输入法换成英文。")),
    )

    def __init__(self, said: str = "", tone: str = "") -> None:
        super().__init__()
        self.opening = False
        self._first_said, self._first_tone = said, tone
        self._place = ""

    def body(self) -> ComposeResult:
        with Vertical(id="door"):
            yield Paint((blank(), line(("协  理", "bold $primary")), line("社会救助协理员工作台"), line(("─" * WIDE, "$line")), blank()), id="door-head")
            self.entry = HanInput(secret=True, id="passphrase")
            yield FormRow(Field("短码或口令" if self.short else "口令", self.entry, width=34, room=12 if self.short else 10), id="pass-row")
            hint = self.xapp.hint
            yield Paint((line(" " * 10, (f"口令 {hint}" if hint else "", "$ink-3")), line(" " * 10, ("Enter", "bold $primary"), " 解锁")), id="door-hint")
            yield Paint((
                blank(), line(("─" * WIDE, "$line")), line(("资料在这台登记电脑上加密保存，没有网也能用。", "$ink-3")),
                line(("忘了口令，按 F4 找回。", "$ink-3")),
            ), id="door-foot")

    @property
    def short(self) -> bool:
        """Would a short code open?"""
        held = self.xapp.held
        return held is not None and held.usable(self.xapp.steady.now())

    def on_mount(self) -> None:
        super().on_mount()
        if self.xapp.hint and not self.short:
            self.entry.value = self.xapp.hint
        self.entry.focus()
        self.entry.select_all()  # who types the passphrase shown beneath must not add it to the one that stands here
        advice = terminal.advice()
        self.say(self._first_said or (advice[0] if advice else ""), "", self._first_tone if self._first_said else "look")
        self._look_outside()

    def title_right(self) -> list[Part]:
        demo: list[Part] = [(self.xapp.banner, "bold $warning"), "  "] if self.xapp.banner else []
        return [*demo, (self._place, "$ink-2")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "解锁"), ("F4", "忘了口令"), ("Ctrl+T", "换色"), ("F1", "帮助"), ("Ctrl+O", "帮助"), ("Ctrl+Q", "退出"))

    def rail(self) -> Sequence[Line]:
        return ()

    def back(self) -> None:
        self.say("退出按 Ctrl+Q。")

    def go_here(self, place: str) -> bool:
        """F4, or Ctrl+F where there are no F keys: 忘了口令."""
        if place not in ("visit", "find"):
            return False
        if self.opening or not self.xapp.ready.is_set():
            self.say("正在打开，稍等再按。")
        elif self.xapp.load_error is None:
            from xieli_tui.ui.screens.forgotten import ForgottenPage

            self.entry.value = ""
            self.xapp.open(ForgottenPage())
        return True

    # -- what is outside the lock -----------------------------------------------------------------
    @work(thread=True, exclusive=True, exit_on_error=False, group="outside")
    def _look_outside(self) -> None:
        """Which village this is, from the part of the workspace that is not secret, once the work is loaded."""
        app = self.xapp
        app.ready.wait()
        if app.load_error is not None:
            app.call_from_thread(self.say, "程序没有装全，打不开。", "请把这一句告诉县里：XL-X01。", "wrong")
            return
        from xieli_tui.ui import places

        seen = places.outside(app.workspace)
        app.call_from_thread(self._show_place, seen)

    def _show_place(self, seen: Outside) -> None:
        self._place = seen.place
        self.xapp.demo, self.xapp.practice = self.xapp.demo or seen.demo, seen.practice
        self.redraw()

    # -- passphrase -------------------------------------------------------------------------------
    @property
    def row(self) -> FormRow:
        return self.query_one("#pass-row", FormRow)

    @on(Input.Changed, "#passphrase")
    def _typed(self, event: Input.Changed) -> None:
        if any(ord(char) > 126 for char in unicodedata.normalize("NFKC", event.value)):
            self.row.wrong("输入法开着，口令里进了汉字。按 Shift 换成英文，再输一遍。")
        elif event.value:  # an emptied field keeps the sentence that says why
            self.row.right()

    @on(Input.Submitted, "#passphrase")
    def _send(self) -> None:
        typed = self.entry.value
        if self.opening or not typed.strip():
            return
        if any(ord(char) > 126 for char in unicodedata.normalize("NFKC", typed)):
            self.entry.value = ""
            self.row.wrong("输入法开着，口令里进了汉字。按 Shift 换成英文，再输一遍。")
            return
        self.opening = True
        self.say("正在打开，约一秒。")
        self._open(typed)

    @work(thread=True, exclusive=True, exit_on_error=False, group="open")
    def _open(self, passphrase: str) -> None:
        app = self.xapp
        app.ready.wait()
        try:
            if app.load_error is not None:
                raise XieliError("XL-X01")
            code = unicodedata.normalize("NFKC", passphrase).strip()
            if app.held is not None and len(code) == 6 and code.isdigit():
                from xieli_tui.casework import shortcode

                session = shortcode.reopen(app.workspace, app.held, code, watch=app.steady, clock=app.clock)
            else:
                from xieli_tui.casework.session import open_session

                session = open_session(app.workspace, passphrase, clock=app.clock, where="app")
                app.opened_at = app.steady.now()
        except XieliError as error:
            app.call_from_thread(self._refused, error, passphrase)
            return
        app.call_from_thread(self._opened, session)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An opening that ended by a defect leaves the door as it was (the page beneath says XL-X01): Enter tries again."""
        if event.state is WorkerState.ERROR and event.worker.group == "open":
            self.opening = False

    def _opened(self, session: Session) -> None:
        from xieli_tui.ui import daily

        self.entry.value = ""
        self.xapp.unlocked(session)
        daily.keep(self.xapp, session)

    def _refused(self, error: XieliError, typed: str) -> None:
        self.opening = False
        sentence = f"{error.what}。{error.next_step}。"
        letters = [char for char in typed if char.isalpha()]
        if error.code == "XL-L01" and letters and all(char.isupper() for char in letters):
            sentence = "口令不对。字母全是大写，看看大写锁定。"
        self.entry.value = ""
        self.row.wrong(sentence)
        self.say(error.code, "资料没有动。", "wrong")
        self.entry.focus()
