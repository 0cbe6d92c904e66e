"""Rows of a form: gutter, label of four Han, entry; the error sentence stands beneath its own field.

Rules kept here
- the focused field shows `>` and a bold label, not only a ground;
- an error never waits at the bottom: it is the line under the field it is about, marked `!`;
- a field that must be filled carries `*` after its label; a note beneath a field (whose number it is, which words fit) is not an error.
"""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from xieli_tui.ui.widgets.choice import Choice, MarkRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import BLANK, LABEL, MAIN, Paint, line, say

ENTRIES = (HanInput, Choice, MarkRow)


class Field(Horizontal):
    """A label and its entry.

    Args:
        name: the label.
        entry: the widget that takes the value; its id is the field's name in drafts and errors.
        width: cells of the entry (0 = as wide as it is, -1 = the rest of the row).
        room: cells of the label.
        needed: must be filled: marked `*`.
    """

    DEFAULT_CSS = """
    Field { width: auto; height: auto; }
    Field > .f-label { width: 10; height: 1; }
    Field.-rest { width: 1fr; }
    """

    def __init__(self, name: str, entry: Widget, *, width: int = 0, room: int = LABEL, before: int = 0, after: str = "", needed: bool = False) -> None:
        super().__init__(classes="-rest" if width < 0 else None)
        self.needed = needed
        self.label_text, self.entry, self.room, self.before, self.after = name, entry, room, before, after
        self._label = Paint((), classes="f-label")
        self._label.styles.width = room + before
        if width > 0:
            entry.styles.width = width
        elif width < 0:
            entry.styles.width = "1fr"

    def compose(self) -> ComposeResult:
        yield self._label
        yield self.entry
        if self.after:
            tail = Paint((line((self.after, "$ink-3")),), classes="f-after")
            tail.styles.width = cell_len(self.after)
            yield tail

    def on_mount(self) -> None:
        self.paint_label()

    def paint_label(self) -> None:
        style = "bold $primary" if self.entry.has_focus else "$ink-2"
        self._label.show((line(" " * self.before, (self.label_text, style), ("*" if self.needed else "", "bold $error")),))

    def on_descendant_focus(self) -> None:
        self.paint_label()

    def on_descendant_blur(self) -> None:
        self.paint_label()


class FormRow(Vertical):
    """One row of fields with its gutter and, when needed, its error sentence beneath."""

    DEFAULT_CSS = f"""
    FormRow {{ width: {MAIN}; height: auto; }}
    FormRow > .f-row {{ width: {MAIN}; height: auto; }}
    FormRow .f-gutter {{ width: 2; height: 1; }}
    FormRow .f-error {{ display: none; }}
    FormRow.-wrong .f-error, FormRow.-note .f-error {{ display: block; }}
    """

    def __init__(self, *fields: Field, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.fields = fields
        self._gutter = Paint((BLANK,), classes="f-gutter")  # one row always: a mark that comes and goes lays nothing out again
        self._error = Paint((), classes="f-error")

    def compose(self) -> ComposeResult:
        with Horizontal(classes="f-row"):
            yield self._gutter
            yield from self.fields
        yield self._error

    def on_descendant_focus(self) -> None:
        self._gutter.show((line(("> ", "bold $primary")),))

    def on_descendant_blur(self) -> None:
        self._gutter.show((BLANK,))

    def wrong(self, sentence: str) -> None:
        """Show the sentence under this row."""
        self._beneath(sentence, "bold $error", "! ")
        self.remove_class("-note")
        self.add_class("-wrong")

    def note(self, sentence: str, style: str = "$ink-2") -> None:
        """What is worth knowing about the entry; an error that stands here stays, an empty sentence takes the note away."""
        if self.has_class("-wrong"):
            return
        if sentence:
            self._beneath(sentence, style, "  ")
        self.set_class(bool(sentence), "-note")

    def _beneath(self, sentence: str, style: str, mark: str) -> None:
        room = min(MAIN, self.container_size.width or MAIN)  # the door of 解锁 is narrower than a page: what does not fit there wraps
        lines = say(sentence, style, room - LABEL - 4)
        self._error.show([line(" " * (LABEL + 2), (mark if not place else "  ", style), *content.parts) for place, content in enumerate(lines)])

    def right(self) -> None:
        """Take the sentence away."""
        self.remove_class("-wrong", "-note")


def is_entry(widget: Widget) -> bool:
    """Does this widget take what she types or chooses?"""
    return isinstance(widget, (*ENTRIES, Input))
