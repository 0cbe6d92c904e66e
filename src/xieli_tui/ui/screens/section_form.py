"""A form of several sections: more facts than stand above row 17, one section at a time, no field asked twice.

Rules kept here
- Tab, Enter and the arrows walk through every section; PageDown and PageUp turn a section; nothing is saved by turning;
- the form opens with what is recorded; only what was changed is in the draft and is saved, so an old draft never brings back an old value;
- opened for one fact (`focus`), its section is in front and the cursor stands on its entry;
- an error turns to the section of its field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import TURN_HELP, Key
from xieli_tui.ui.screens.draft_keeper import Values
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, Part, line, width_of

SEEN = "seen"
"""Beside the entries of a draft: what stood when it was begun."""
YES = (("yes", "是"), ("no", "不是"))
HAVE = (("yes", "有"), ("no", "没有"))


class SectionForm(FormPage):
    """A form page with sections. A page gives `SECTIONS` and the rows of each in `section`."""

    SECTIONS: ClassVar[tuple[tuple[str, str], ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        *TURN_HELP,
        Binding("up,shift+tab", "walk(-1)", show=False),
        Binding("down,enter,tab", "walk(1)", show=False),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, key: str, focus: str = "") -> None:
        super().__init__(key)
        self.wanted = focus
        self.here = self.SECTIONS[0][0]
        self.opened: Values = {}
        self.stood: Mapping[str, Mapping[str, Sequence[str]]] = {}
        """`HouseholdCard.heads` of the card this form was opened on: what is saved replaces these values and none that came in since."""
        self._of: dict[str, str] = {}

    def besides(self) -> Values:
        return {SEEN: json.dumps(self.stood, sort_keys=True)} if self.stood else {}

    def seen(self, entity: str) -> Mapping[str, Sequence[str]] | None:
        """What stood of a household or a person when the form, or the draft it goes on with, was begun."""
        kept = self.keeper.besides.get(SEEN) if self.keeper is not None else None
        stood = json.loads(kept) if isinstance(kept, str) else self.stood
        found: Mapping[str, Sequence[str]] | None = stood.get(entity)
        return found

    # -- what a page gives ------------------------------------------------------------------------
    def section(self, name: str) -> ComposeResult:
        """Rows of one section."""
        raise NotImplementedError

    def under(self) -> list[Line]:
        """Lines beneath the section: sums, what belongs to it."""
        return []

    # -- layout -----------------------------------------------------------------------------------
    def body(self) -> ComposeResult:
        yield Paint(lambda _width: self._tabs(), id="sections")
        for name, _ in self.SECTIONS:
            before = set(self.entries)
            rows = list(self.section(name))
            self._of.update(dict.fromkeys(set(self.entries) - before, name))
            with Vertical(id=f"section-{name}", classes="section"):
                yield from rows
        yield Paint(lambda _width: self.under(), id="under")

    def _tabs(self) -> list[Line]:
        names: list[Part] = []
        rule: list[Part] = []
        for at, (name, title) in enumerate(self.SECTIONS):
            on = name == self.here
            names += [(title, "bold $primary" if on else "$ink-2"), "   " if at + 1 < len(self.SECTIONS) else ""]
            rule += [(("━" if on else "─") * width_of([title]), "$primary" if on else "$line"), ("─" * 3 if at + 1 < len(self.SECTIONS) else "", "$line")]
        return [line(*names), line(*rule, ("─" * max(0, MAIN - width_of(rule)), "$line")), *self.air()]

    def on_mount(self) -> None:
        if self.keeper is None:
            for one in self.query(".section"):
                one.styles.height = "auto"
            self.opened = self.everything()
            if self.wanted in self._of:
                self.here = self._of[self.wanted]
            self._show()
        super().on_mount()

    def _show(self) -> None:
        for name, _ in self.SECTIONS:
            self.query_one(f"#section-{name}").display = name == self.here
        if self.is_mounted:
            self.query_one("#sections", Paint).show(lambda _width: self._tabs())
            self.query_one("#under", Paint).show(lambda _width: self.under())

    def _start(self) -> None:
        super()._start()
        first = self.first_entry()
        if first is not None:  # the framework may have put the cursor into a section that is not in front
            first.focus()

    def first_entry(self) -> Widget | None:
        return self.entries.get(self.wanted) or next(self._entries_of(self.here), None)

    def _entries_of(self, section: str) -> Iterator[Widget]:
        return (entry for name, entry in self.entries.items() if self._of.get(name) == section)

    # -- values -----------------------------------------------------------------------------------
    def everything(self) -> Values:
        """Every entry as it stands."""
        return super().values()

    def values(self) -> Values:
        return {name: value for name, value in self.everything().items() if value != self.opened.get(name)}

    def fill(self, values: Mapping[str, Any]) -> None:
        super().fill({**self.opened, **values})

    def touched(self, section: str) -> bool:
        """Was anything of a section changed?"""
        return any(self._of.get(name) == section for name in self.values())

    def changed(self) -> None:
        self.query_one("#under", Paint).show(lambda _width: self.under())

    # -- moving -----------------------------------------------------------------------------------
    def action_walk(self, by: int) -> None:
        names = [name for name, entry in self.entries.items() if entry.is_attached]
        at = next((place for place, name in enumerate(names) if self.entries[name].has_focus), None)
        to = 0 if at is None else (at + by) % len(names)
        self.to_entry(names[to])

    def action_turn(self, by: int) -> None:
        order = [name for name, _ in self.SECTIONS]
        self.here = order[(order.index(self.here) + by) % len(order)]
        self._show()
        first = next(self._entries_of(self.here), None)
        if first is not None:
            first.focus()

    def to_entry(self, name: str) -> None:
        """The cursor on an entry, its section in front."""
        section = self._of.get(name, self.here)
        entry = self.entries[name]
        if section != self.here:
            self.here = section
            self._show()
        entry.focus()

    def refuse(self, error: XieliError) -> None:
        name = self.FIELDS.get(error.field or "", error.field or "")
        if name in self._of and self._of[name] != self.here:
            self.here = self._of[name]
            self._show()
        super().refuse(error)

    def foot(self) -> tuple[Key, ...]:
        return (("Tab", "下一格"), ("PgDn", "下一页"), ("数字", "选"), ("Ctrl+S", "保存"), ("F1", "帮助"), ("Esc", "返回"))

    # -- rows that many forms have ------------------------------------------------------------------
    def pair(self, *fields: Field) -> FormRow:
        """One row."""
        return FormRow(*fields)

    def yes_no(self, label: str, name: str, value: bool | None, *, room: int = 20, before: int = 0, words: tuple[tuple[str, str], ...] = YES) -> Field:
        """A question answered by 1 or 2; nothing chosen while nobody knows."""
        chosen = () if value is None else (("yes",) if value else ("no",))
        return Field(label, self.choice(name, words, gap=0, chosen=chosen), room=room, before=before)

    def hidden(self, name: str, value: str, masked: str) -> HanInput:
        """A code that stays covered (Law 4): the entry is empty and shows the masked value behind it; what is typed takes its place."""
        shown = value if self.about() in self.xapp.revealed else ""
        return self.text(name, shown, fold=True, hint="" if shown else masked)

    def answer_of(self, name: str) -> bool | None:
        """The answer of a yes/no entry, None while open."""
        value = self.value(name)
        return None if not value else value == "yes"
