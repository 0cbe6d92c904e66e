"""A form that keeps no draft: passphrases, key files, what is typed before the lock. Work in a thread, errors under their field.

Rules kept here
- nothing typed here is written anywhere; it is gone when the page is left;
- what takes a second (stretching a passphrase, a whole store written anew) runs in a thread, keys pressed meanwhile start nothing twice;
- an input method left on is said at once under a field of stars.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui.screens.base import TURN_HELP, Key, Page
from xieli_tui.ui.widgets.form import FormRow
from xieli_tui.ui.widgets.han_input import HanInput

T = TypeVar("T")
HAN = "输入法开着，口令里进了汉字。按 Shift 换成英文，再输一遍。"
OF_CODE = {
    "XL-K09": "root", "XL-K11": "passphrase", "XL-K13": "key", "XL-K14": "secret", "XL-K15": "digits", "XL-K16": "key", "XL-K17": "file", "XL-L13": "file", "XL-N01": "file",
    "XL-V44": "file", "XL-F08": "out", "XL-F03": "out", "XL-F07": "out",
}
"""Errors that name no field -> the entry they are about."""


def found_stick(app: Any) -> str:
    """The folder to offer: a demonstration's stick, else the first drive plugged in."""
    from xieli_tui.casework import drives

    return str(app.stick or next((row.path for row in drives.drives()), ""))


class QuietForm(Page):
    """Entries that are never kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *TURN_HELP,
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("enter", "app.focus_next", show=False),
        Binding("ctrl+n", "app.fresh", show=False, priority=True),
    ]
    NEEDED: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.entries: dict[str, HanInput] = {}

    def text(self, name: str, value: str = "", *, hint: str = "", fold: bool = False) -> HanInput:
        """An entry of a word, a folder, digits."""
        self.entries[name] = HanInput(value, hint=hint, fold=fold, id=name)
        return self.entries[name]

    def secret(self, name: str) -> HanInput:
        """An entry drawn as stars."""
        self.entries[name] = HanInput(secret=True, id=name)
        return self.entries[name]

    def value(self, name: str) -> str:
        return self.entries[name].value.strip()

    def place(self, name: str) -> Path:
        """A file or folder typed. Raises Refused("XL-V06")."""
        self.need(name)
        return Path(self.value(name)).expanduser()

    def need(self, *names: str) -> None:
        """Raises Refused("XL-V06") for the first empty one."""
        for name in names:
            if not self.value(name):
                raise Refused("XL-V06", field=name)

    def leave(self) -> None:
        for entry in self.entries.values():
            entry.value = ""

    def foot(self) -> Sequence[Key]:
        return (("Tab", "下一格"), ("上下", "换格"), ("Ctrl+S", "保存"), ("Ctrl+L", "锁屏"), ("F1", "帮助"), ("Esc", "返回"))

    def on_mount(self) -> None:
        super().on_mount()
        first = next((entry for entry in self.entries.values() if entry.display), None)
        if first is not None:
            first.focus()

    # -- typing -----------------------------------------------------------------------------------
    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        at: Any = event.input
        if at.password and any(ord(char) > 126 for char in unicodedata.normalize("NFKC", event.value)):
            self.row_of(at).wrong(HAN)
        elif event.value:
            self.row_of(at).right()
        self.typed(str(at.id))

    def typed(self, name: str) -> None:
        """An entry was changed."""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        shown = [entry for entry in self.entries.values() if entry.is_on_screen]
        if not shown or event.input is shown[-1]:
            self.save()
        else:
            self.app.action_focus_next()

    @staticmethod
    def row_of(entry: Any) -> FormRow:
        """The row an entry stands in."""
        while not isinstance(entry, FormRow):
            entry = entry.parent
        return entry

    # -- doing ------------------------------------------------------------------------------------
    def store(self) -> None:
        """What Ctrl+S does: checks, then `begin`. Raises XieliError."""
        raise NotImplementedError

    def save(self) -> None:
        for one in self.query(FormRow):
            one.right()
        if self.busy:
            return
        try:
            self.store()
        except XieliError as error:
            self.refused(error)

    def begin(self, doing: str, call: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do something in a thread; `done` gets what came of it, when this page still stands."""
        self.busy = True
        self.say(f"正在{doing}，稍等。")
        self._run(call, done)

    @work(thread=True, exclusive=True, exit_on_error=False, group="quiet")
    def _run(self, call: Callable[[], Any], done: Callable[[Any], None]) -> None:
        try:
            made = call()
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._ended, made, done)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.is_attached:
            self.refused(error)
        elif self.xapp.page is not None:
            self.xapp.page.complain(error)

    def _ended(self, made: Any, done: Callable[[Any], None]) -> None:
        self.busy = False
        if self.is_attached:
            done(made)
        else:
            self.lost(made)

    def lost(self, made: Any) -> None:
        """It came to its end after the page was left."""

    def refused(self, error: XieliError) -> None:
        """The error under its own field, else in the status line."""
        entry = self.entries.get(error.field or "") or self.entries.get(OF_CODE.get(error.code, ""))
        if entry is None or not entry.is_on_screen:
            self.complain(error)
            return
        entry.focus()
        self.row_of(entry).wrong(f"{error.what}。{error.next_step}。")
        self.say("还没有做。", error.code, "wrong")
