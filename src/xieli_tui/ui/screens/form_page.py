"""The form pattern: labelled entries, a draft at every change, the first wrong field focused with its sentence beneath.

A form gives `FORM`, `body` (rows of `Field(label, self.text|day|money|id_no|listed|choice(name, …))`), `store` (the verb's call) and, where the
verb's field names differ from its own, `FIELDS`. The entries themselves are those of `entry_page`; everything else is here.

Rules kept here
- every change is in a draft within 300 ms, written in a thread so that typing never waits for the disk; leaving writes what is pending first,
  and a draft that cannot be written keeps the page open;
- Ctrl+S saves from any field; Esc keeps the draft; Ctrl+N, pressed twice, is the only way to throw a draft away;
- saving takes the draft away in the verb's own transaction: kill -9 never leaves a draft of what is stored;
- an error names its field: that field gets the focus and the sentence stands under it;
- what an entry can say by itself (a day that cannot be read, a number that is not one) it says when it is left, without taking the focus back;
  saving asks every entry from the top before the verb is called, so the first wrong field is the upper one;
- an identity number that somebody in the village has already offers that family's file (Ctrl+F).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import TURN_HELP
from xieli_tui.ui.screens.draft_keeper import DraftKeeper, Values
from xieli_tui.ui.screens.entry_page import EntryPage
from xieli_tui.ui.widgets.choice import Choice, MarkRow
from xieli_tui.ui.widgets.fields import IdField, note_of, problem_of
from xieli_tui.ui.widgets.han_input import HanInput

if TYPE_CHECKING:
    from xieli_tui.casework.views import Saved

DRAFT_DELAY = 0.25
"""Seconds between a change and its draft; design 05 allows 0.3."""


class NotYet(Exception):
    """Saving waits for a second press."""


class FormPage(EntryPage):
    """A page with entries.

    Attributes:
        FORM: name of the form in the draft table.
        key: what the draft is about (a household, an application).
        FIELDS: field names of the verb's errors -> entry ids, where they differ.
    """

    FORM: ClassVar[str] = ""
    FIELDS: ClassVar[Mapping[str, str]] = {}
    QUIET: ClassVar[str] = ""
    MARKS = (("带 * 的", "必须填，别的能空就空着。"), ("没存完", "每改一下都在草稿里，断电也不丢。Esc 走开，回来接着写。"))
    BINDINGS: ClassVar[list[BindingType]] = [
        *TURN_HELP,
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("enter", "app.focus_next", show=False),
        Binding("ctrl+n", "fresh", show=False, priority=True),
    ]

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self._first_values: Values = {}
        self._kept: Values = {}
        self._timer: Any = None
        self._filling = True
        self._refused = False
        self.keeper: DraftKeeper | None = None

    @property
    def unsaved(self) -> str:
        """`form:key` when something was entered here, for the way back after a lock."""
        return f"{self.FORM}:{self.key}" if self._kept != self._first_values else ""

    def besides(self) -> Values:
        """What a draft keeps beside the entries; one that is taken up again goes by what it kept."""
        return {}

    # -- life -------------------------------------------------------------------------------------
    def on_mount(self) -> None:
        if self.keeper is not None:
            return  # as in `Page.on_mount`: a second round would take the draft for what the form opened with
        super().on_mount()
        self.keeper = DraftKeeper(self.xapp.session, self.FORM, self.key)
        self.keeper.besides = self.besides()
        self._first_values = self.values()
        self._kept = dict(self._first_values)
        found = self.attempt(self.keeper.load)
        if found is not None:
            values, stamp = found
            self.fill(values)
            self.keeper.besides.update({name: value for name, value in values.items() if name in self.keeper.besides})
            self._kept = self.values()
            self.call_after_refresh(self.changed)  # what the page shows beside the entries goes by what came back
            self.say(f"草稿在，{stamp[5:16].replace('T', ' ')} 存的，接着写。", "不要了，按两次 Ctrl+N。", "look")
        elif self.QUIET:
            self.say(self.QUIET)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self._filling = False
        first = self.first_entry()
        if first is not None and self.focused is None:
            first.focus()

    def first_entry(self) -> Widget | None:
        """Where the cursor stands when the form opens: the one thing to press."""
        return next(iter(self.entries.values()), None)

    @on(Input.Changed)
    @on(Choice.Changed)
    @on(MarkRow.Changed)
    def _changed(self, event: Input.Changed | Choice.Changed | MarkRow.Changed) -> None:
        if self._filling or self.keeper is None:
            return
        values = self.values()
        if values == self._kept:
            return
        self._kept = values
        self._refused, self.asked = False, ""
        self._mended(event.control)
        self._note(event.control)
        self.keeper.put(values)
        self.changed()
        if self._timer is None:
            self._timer = self.set_timer(DRAFT_DELAY, self._write_soon)

    def _mended(self, entry: Widget | None) -> None:
        """The entry an error stood under was changed: its sentence goes; what is wrong with another one of the row stays said."""
        row = self.row_of(entry)
        if row is not None and row.has_class("-wrong") and ((entry is not None and entry.has_focus) or problem_of(entry) is None):
            # a change told late, of an entry left meanwhile, takes nothing back that is still so
            other = next((found for one in row.fields if one.entry is not entry and (found := problem_of(one.entry)) is not None), None)
            if other is not None:
                row.wrong(f"{other.what}。{other.next_step}。")
            else:
                row.right()
            self.set_class(bool(self.query(".-wrong")), "-wrong")

    def _note(self, entry: Any) -> None:
        """What the entry at hand says beneath itself."""
        row = self.row_of(entry)
        if row is not None:
            sentence, tone = note_of(entry) if entry.has_focus else ("", "")
            row.note(sentence, {"wrong": "$error", "look": "bold $warning"}.get(tone, "$ink-2"))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, HanInput):
            self._note(event.widget)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """An entry is left: what is wrong with it is said at once, while the paper is still at hand."""
        entry: Any = event.widget
        row = self.row_of(entry)
        if row is None or self._filling:
            return
        taken = isinstance(entry, IdField) and entry.taken is not None
        if not taken:
            row.note("")
        error = problem_of(entry)
        if error is not None:
            self.add_class("-wrong")
            row.wrong(f"{error.what}。{error.next_step}。")

    def taken(self) -> str:
        """The household that has the identity number typed here already, "" when nobody has."""
        for entry in self.entries.values():
            if isinstance(entry, IdField) and entry.taken is not None:
                return entry.taken.household
        return ""

    def go_here(self, place: str) -> bool:
        from xieli_tui.ui import places

        household = self.taken() if place == "find" else ""
        if household:
            places.open_dossier(self.xapp, household, "2")
        return bool(household)

    def changed(self) -> None:
        """Something was entered."""

    def _write_soon(self) -> None:
        self._timer = None
        self._write_draft()

    @work(thread=True, exit_on_error=False, group="draft")
    def _write_draft(self) -> None:
        keeper = self.keeper
        if keeper is None:
            return
        try:
            stamp = keeper.write()
        except XieliError as error:
            self.app.call_from_thread(self.complain, error)
            return
        if stamp:
            self.app.call_from_thread(self._drafted, stamp)

    def _drafted(self, stamp: str) -> None:
        # what was refused or asked stays readable until something is changed, what else she should know long enough to be read
        if self.is_attached and not self._refused and not self.asked and not self.minded():
            self.say(f"草稿已存 {stamp[11:16]}", "断电也不丢。")

    def leave(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.keeper is not None and self.keeper.pending:
            self.keeper.write()

    def back(self) -> None:
        if self.helping:
            super().back()
            return
        try:
            self.leave()
        except XieliError as error:
            if not self.answered("leave"):
                self.ask("leave", f"{error.code} 草稿存不下：{error.what}。", "再按一次 Esc 就不存了。")
                return
            if self.keeper is not None:
                self.keeper.put(self._first_values)
        kept = self._kept != self._first_values
        self.xapp.back("草稿留着，回来接着写。" if kept else "")

    def action_fresh(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        if not self.answered("fresh"):
            self.ask("fresh", "丢掉草稿，重新填？再按一次 Ctrl+N。", "按别的键就留着。")
            return
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._drop_draft():
            if self.keeper is not None:
                self.keeper.besides = self.besides()
            self._filling = True
            self.fill(self._first_values)
            self._kept = self.values()
            self.call_after_refresh(self._start)
            self.clear_wrong()
            self.say("草稿丢掉了，重新填。")

    def _drop_draft(self) -> bool:
        if self.keeper is None:
            return False
        try:
            self.keeper.drop()
        except XieliError as error:
            self.complain(error)
            return False
        return True

    # -- saving -----------------------------------------------------------------------------------
    def store(self) -> Saved:
        """Call the verb with what was entered. Raises XieliError."""
        raise NotImplementedError

    def stored(self, result: Saved) -> None:
        """After a save: back to where she came from, one line, and what the policy says beside it."""
        self.xapp.back(f"已保存(第{result.seq}条)", result.beside(), tone="done")

    def sure(self, what: str, text: str, more: str) -> None:
        """Ask once before saving; the second Ctrl+S goes on. Raises NotYet the first time."""
        if not self.answered(what):
            self.ask(what, text, more)
            raise NotYet

    def save(self) -> None:
        self.clear_wrong()
        try:
            self.check()
            assert self.keeper is not None  # a form that is shown has one
            with self.keeper.finishing(self.values()) as ending:
                result = self.store()
        except NotYet:
            return  # asked in the status line
        except XieliError as error:
            self.refuse(error)
            if self.keeper is not None and self.keeper.pending and self._timer is None:
                self._timer = self.set_timer(DRAFT_DELAY, self._write_soon)
            return
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not ending.dropped:  # nothing new came of it; saved is saved, also when the disk is full by now and the draft stays
            self._drop_draft()
        self.stored(result)

    def refuse(self, error: XieliError) -> None:
        """Show an error at its field, else in the status line."""
        self._refused = True
        name = self.FIELDS.get(error.field or "", error.field or "")
        entry = self.entries.get(name)
        if entry is None:
            self.complain(error)
            return
        entry.focus()
        row = self.row_of(entry)
        if row is not None:
            self.add_class("-wrong")
            row.wrong(f"{entry.note()[0]}。" if isinstance(entry, IdField) and error.code == "XL-V14" else f"{error.what}。{error.next_step}。")
        self.say("还没有存。", f"{error.code}，草稿还在。", "wrong")
