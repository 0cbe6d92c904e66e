"""The entries of a page: made and registered by name, read as plain values, filled from them, and asked what is wrong with them.

Rules kept here
- an entry is known by its name; `values` is all of them as plain values, `fill` takes them back and invents nothing;
- checking goes from the top, so that the first wrong field is the upper one;
- a sentence about an entry stands in its row, beneath it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.widget import Widget

from xieli_tui.errors import Refused
from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.screens.draft_keeper import Values
from xieli_tui.ui.widgets.choice import Choice, MarkRow
from xieli_tui.ui.widgets.fields import CodeField, IdField, MoneyField, problem_of
from xieli_tui.ui.widgets.form import FormRow
from xieli_tui.ui.widgets.han_input import DateField, HanInput


class EntryPage(Page):
    """A page with named entries.

    Attributes:
        NEEDED: entries that must be filled (mark their labels with `Field(…, needed=True)`).
        entries: by name, in the order of the page.
    """

    NEEDED: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Widget] = {}

    def text(self, name: str, value: str = "", *, fold: bool = False, hint: str = "", secret: bool = False) -> HanInput:
        """A text entry registered under `name`."""
        entry = HanInput(value, fold=fold, hint=hint, secret=secret, id=name)
        self.entries[name] = entry
        return entry

    def day(self, name: str, value: str = "", *, hint: str = "") -> DateField:
        """A day entry."""
        entry = DateField(value, today=self.xapp.today(), hint=hint, id=name)
        self.entries[name] = entry
        return entry

    def money(self, name: str, value: str = "", *, hint: str = "") -> MoneyField:
        """A sum entry; `value(name)` is its text as the verbs take it."""
        entry = MoneyField(value, hint=hint, id=name)
        self.entries[name] = entry
        return entry

    def id_no(self, name: str, value: str = "", *, person: str = "", strict: bool = True) -> IdField:
        """An identity number entry; `person` is whose form this is. Not `strict`: a wrong number warns and is kept."""
        from xieli_tui.casework import lookup

        def owner(number: str) -> Any:
            return self.attempt(lambda: lookup.who_has(self.xapp.session, number))

        entry = IdField(value, today=self.xapp.today(), owner=owner, person=person, strict=strict, id=name)
        self.entries[name] = entry
        return entry

    def listed(self, name: str, options: Sequence[tuple[str, str]], value: str = "", *, vocab: str = "", hint: str = "") -> CodeField:
        """One word of a long list by number, initials or itself; `value(name)` is the id. `vocab` adds the words offices write for its ids."""
        from xieli_tui.domain import codes

        entry = CodeField(options, value, find=(lambda word: codes.find(vocab, word)) if vocab else None, hint=hint, id=name)
        self.entries[name] = entry
        return entry

    def choice(
        self, name: str, options: Sequence[tuple[str, str]], *, multi: bool = False, gap: int = 1, chosen: Sequence[str] = (), width: int = 0, sole: bool = False,
    ) -> Choice:
        """A choice by digit. `sole`: an only option is chosen already (who it is about in a family of one)."""
        if sole and len(options) == 1 and not chosen:
            chosen = (options[0][0],)
        entry = Choice(options, multi=multi, gap=gap, chosen=chosen, width=width, id=name)
        self.entries[name] = entry
        return entry

    def value(self, name: str) -> str:
        """Text or single choice of an entry; of a list the id meant."""
        entry = self.entries[name]
        if isinstance(entry, Choice):
            return entry.value
        if isinstance(entry, CodeField):
            return entry.code
        assert isinstance(entry, HanInput)
        return entry.value.strip()

    def many(self, name: str) -> tuple[str, ...]:
        """Choices of an entry."""
        entry = self.entries[name]
        assert isinstance(entry, Choice)
        return entry.chosen

    def values(self) -> Values:
        """Everything entered, plain values for the draft."""
        out: Values = {}
        for name, entry in self.entries.items():
            if isinstance(entry, HanInput):
                out[name] = entry.value
            elif isinstance(entry, Choice):
                out[name] = list(entry.chosen)
            elif isinstance(entry, MarkRow):
                out[name] = dict(entry.marks)
        return out

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values back; names this version of the form does not have are left in the draft, not invented here."""
        for name, value in values.items():
            entry = self.entries.get(name)
            if isinstance(entry, HanInput) and isinstance(value, str):
                entry.value = value
                entry.cursor_position = len(value)
            elif isinstance(entry, Choice) and isinstance(value, (list, tuple)):
                known = {option for option, _ in entry.options}
                entry.chosen = tuple(option for option in value if option in known)
            elif isinstance(entry, MarkRow) and isinstance(value, dict):
                entry.marks = {dimension: int(level) for dimension, level in value.items() if dimension in entry.dimensions}

    @staticmethod
    def row_of(entry: Any) -> FormRow | None:
        """The row an entry stands in."""
        while entry is not None and not isinstance(entry, FormRow):
            entry = entry.parent
        return entry

    def check(self) -> None:
        """What the entries can say by themselves, from the top.

        Raises:
            Refused: XL-V06 an empty one that must be filled, and what an entry says of itself.
        """
        for name, entry in self.entries.items():
            if not entry.display or not entry.is_attached:
                continue
            if name in self.NEEDED and not (entry.chosen if isinstance(entry, Choice) else getattr(entry, "value", "").strip()):
                raise Refused("XL-V06", field=name)
            error = problem_of(entry)
            if error is not None:
                raise Refused(error.code, field=name)

    def clear_wrong(self) -> None:
        """Take every error sentence away."""
        self.remove_class("-wrong")
        for one in self.query(FormRow):
            one.right()
