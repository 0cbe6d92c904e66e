"""One-line entries that lose nothing: text, codes, days, passphrases.

Stock Input drops every pasted line after the first, replaces the whole value on the first key after focus, binds Ctrl+K/U/W/D as deletes
and draws passphrases with a glyph of ambiguous width (reading/textual-facts §8.3). This one does not.

Rules kept here
- a pasted text is kept whole, its lines joined with a space; control characters never enter; no length is cut here (a field refuses what is too
  long when it is saved, XL-V07, and the draft keeps all of it);
- full-width letters and digits are folded only in code and day fields, never in what people write;
- no key of the field deletes more than a character or what she selected herself;
- an empty entry is a thin line to write on; 素框 shows brackets instead of a ground.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Input

from xieli_tui.domain.text import safe
from xieli_tui.ui.theme import ASCII_THEMES, style_of
from xieli_tui.ui.widgets.paint import plainly

if TYPE_CHECKING:
    from xieli_tui.errors import XieliError

DROPPED = frozenset({"ctrl+k", "ctrl+u", "ctrl+w", "ctrl+d", "ctrl+f", "ctrl+x", "ctrl+e", "super+backspace"})
"""Editing keys of the stock field that this one does not have: deletes too large to be hit by accident, and the app's own keys."""


def _bindings() -> list[BindingType]:
    kept: list[BindingType] = []
    for binding in Input.BINDINGS:
        assert isinstance(binding, Binding)
        keys = [key for key in binding.key.split(",") if key not in DROPPED]
        if keys:
            kept.append(Binding(",".join(keys), binding.action, "", show=False))
    return kept


def one_line(text: str) -> str:
    """Pasted text on one line: line ends and tabs become one space, other control characters go."""
    return safe(" ".join(piece.strip() for piece in text.replace("\t", " ").splitlines() if piece.strip()))


class HanInput(Input, inherit_bindings=False):
    """A one-line entry on the grid.

    Args:
        fold: a code field (ID, phone, number): full-width letters and digits become half-width as they are typed.
        secret: draw stars.
    """

    DEFAULT_CSS = """
    HanInput {
        border: none; height: 1; padding: 0 1; width: 1fr; background: $entry; color: $foreground;
        &:focus { border: none; background: $entry-on; background-tint: $foreground 0%; }
        & > .input--cursor { background: $caret; color: $on-caret; text-style: none; }
        & > .input--placeholder { color: $ink-3; }
        & > .input--selection { background: $primary; color: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(
        self, value: str = "", *, fold: bool = False, secret: bool = False, hint: str = "", max_length: int = 0, id: str | None = None,
        classes: str | None = None,
    ) -> None:
        self.fold = fold  # before the base: it validates the first value
        super().__init__(
            value=value, placeholder=hint, password=secret, select_on_focus=False, max_length=max_length, id=id, classes=classes,
        )
        self.cursor_blink = False

    # -- keeping what was typed -------------------------------------------------------------------
    def validate_value(self, value: str) -> str:
        plain = one_line(value) if "\n" in value else safe(value)
        return unicodedata.normalize("NFKC", plain) if self.fold else plain

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if event.text:
            text = one_line(event.text)
            if self.fold:
                text = unicodedata.normalize("NFKC", text)
            if self.selection.is_empty:
                self.insert_text_at_cursor(text)
            else:
                self.replace(text, *self.selection)

    # -- drawing ----------------------------------------------------------------------------------
    @property
    def _value(self) -> Text:
        if self.password:
            return Text("*" * len(self.value), no_wrap=True, overflow="ignore", end="")
        return super()._value

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        theme, width = self.app.theme, self.outer_size.width
        if crop.x or crop.width < width or not strips:
            return strips
        if theme in ASCII_THEMES:
            ground = style_of(theme, "", "entry-on" if self.has_focus else "entry")
            inner = [Segment(plainly(text), style) for text, style, _ in strips[0].crop(1, width - 1)]
            return [Strip([Segment("[", ground), *inner, Segment("]", ground)], width), *strips[1:]]
        if not self.value and not self.has_focus and not self.placeholder:
            return [Strip([Segment(" " * width, style_of(theme, "underline $ink-3", "entry"))], width), *strips[1:]]
        return strips


class DateField(HanInput):
    """A day as people write it: 2026.11.20, 20261120, 11-20, 昨天. Leaving the field writes it out in full.

    The parsing is `domain.dates.parse_day`; what cannot be read stays as typed and is refused when saved. A day that stands here is selected when the
    field is come to: the first character typed takes its place, the arrows and Backspace go to its end as in any other field.
    """

    def __init__(self, value: str = "", *, today: dt.date, hint: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(value, fold=True, hint=hint, id=id, classes=classes)
        self.today = today

    def day(self) -> dt.date | None:
        """The day meant, None for an empty field.

        Raises:
            Refused: XL-V01 not readable, XL-V02 impossible.
        """
        from xieli_tui.domain.dates import parse_day

        return parse_day(self.value, self.today) if self.value.strip() else None

    def problem(self) -> XieliError | None:
        """Why what stands here is no day."""
        from xieli_tui.errors import Refused, XieliError

        try:
            self.day()
        except XieliError as error:
            return Refused(error.code, field=self.id)
        return None

    def _on_focus(self, event: events.Focus) -> None:
        # the library calls the base class's handler after this one; what was left unreadable is mended, not typed over
        self.select_on_focus = bool(self.value.strip()) and self.problem() is None

    def action_delete_left(self) -> None:
        """Backspace takes one character, never the whole day that stood here."""
        if not self.selection.is_empty and self.selected_text == self.value:
            self.cursor_position = len(self.value)
        super().action_delete_left()

    def _on_blur(self, event: events.Blur) -> None:
        from xieli_tui.errors import XieliError

        super()._on_blur(event)
        try:
            found = self.day()
        except XieliError:
            return
        if found is not None and self.value != found.isoformat():
            self.value = found.isoformat()
