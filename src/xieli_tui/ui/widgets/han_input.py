"""One-line entries that lose nothing: text, codes, days, passphrases.

Stock Input drops every pasted line after the first, replaces the whole value on the first key after focus, binds Ctrl+K/U/W/D as deletes
and draws passphrases with a glyph of ambiguous width (reading/textual-facts §8.3). This one does not.

Rules kept here
- a pasted text is kept whole, its lines joined with a space; control characters never enter; no length is cut here (a field says what is too
  long when it is left, XL-V07, and the draft keeps all of it);
- full-width letters and digits are folded only in code and day fields, never in what people write;
- no key of the field deletes more than a character or what she selected herself;
- what cannot stand on one line or cannot be kept (line ends, marks that hide or turn) is taken out of a pasted text, and the field says so beneath itself;
- a text of 100,000 characters is as quick to type into as a short one: it is measured once, and only what is seen of it is drawn;
- an empty entry is a thin line to write on; 素框 shows brackets instead of a ground.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from rich.cells import get_character_cell_size
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


LONG = 1_000
"""Characters beyond which a text is measured once and drawn only where it is seen."""
LIMIT = 10_000
"""Characters one field may hold when it is saved (`domain.events.base.TEXT_LIMIT`, which this module must not load before the first picture)."""
Note = tuple[str, str]
"""A sentence and how it is meant: "wrong" | "look" | ""."""


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


def changed_by_paste(text: str) -> str:
    """What of a pasted text a field cannot keep as it is, in words; "" when it keeps all."""
    lines = sum(1 for piece in text.splitlines() if piece.strip())
    hidden = sum(1 for char in text if char not in "\n\r\t" and safe(char) != char)
    said = [f"{lines:,} 行接成了一行"] if lines > 1 else []
    said += [f"去掉了 {hidden:,} 个看不见的符号"] if hidden else []
    return "，".join(said)


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
        self.pasted = ""
        """What the last paste could not keep as it was, in words; gone with the next key."""
        self._measured: tuple[str, list[int]] = ("", [0])

    # -- keeping what was typed -------------------------------------------------------------------
    def validate_value(self, value: str) -> str:
        plain = one_line(value) if "\n" in value else safe(value)
        return unicodedata.normalize("NFKC", plain) if self.fold else plain

    def validate_placeholder(self, hint: str) -> str:
        return safe(hint)

    def on_key(self) -> None:
        self.pasted = ""  # besides the library's own handler, which takes the key

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if event.text:
            text = one_line(event.text)
            self.pasted = changed_by_paste(event.text)
            if self.fold:
                text = unicodedata.normalize("NFKC", text)
            if self.selection.is_empty:
                self.insert_text_at_cursor(text)
            else:
                self.replace(text, *self.selection)

    # -- what it says -----------------------------------------------------------------------------
    def problem(self) -> XieliError | None:
        """Why what stands here cannot be kept: too long."""
        count = len(self.value)
        if count <= LIMIT:
            return None
        from xieli_tui.errors import Refused

        return Refused("XL-V07", f"现有 {count:,} 个字", field=self.id)

    def note(self) -> Note:
        """What stands beneath while it has the focus: how long a too long text is, what a paste could not keep."""
        said = [f"有 {len(self.value):,} 个字，一格最多 {LIMIT:,} 个，都在草稿里，删短再存"] if len(self.value) > LIMIT else []
        said += [self.pasted] if self.pasted else []
        return "。".join(said), "look" if said else ""

    # -- drawing ----------------------------------------------------------------------------------
    @property
    def _cells(self) -> list[int]:
        """Cells before each character and behind the last, measured once for a text."""
        if self._measured[0] is not self.value:
            self._measured = (self.value, list(accumulate(map(get_character_cell_size, self.value), initial=0)))
        return self._measured[1]

    @property
    def _is_long(self) -> bool:
        return len(self.value) > LONG and not self.password

    def _position_to_cell(self, position: int) -> int:
        return self._cells[position] if self._is_long else super()._position_to_cell(position)

    @property
    def content_width(self) -> int:
        return self._cells[-1] + 1 if self._is_long else super().content_width

    def render_line(self, y: int) -> Strip:
        if y or not self._is_long:
            return super().render_line(y)
        cells, left, width = self._cells, int(self.scroll_offset.x), self.scrollable_content_region.width + 1
        first = max(0, bisect_right(cells, left) - 1)
        last = min(len(self.value), bisect_left(cells, left + width) + 1)
        seen = Text(self.value[first:last], no_wrap=True, overflow="ignore", end="")
        if self.has_focus:
            if not self.selection.is_empty:
                start, end = sorted(self.selection)
                seen.stylize_before(self.get_component_rich_style("input--selection"), max(0, start - first), max(0, end - first))
            if self._cursor_visible and self.cursor_position >= first:
                if self.cursor_at_end and last == len(self.value):
                    seen.pad_right(1)
                seen.stylize(self.get_component_rich_style("input--cursor"), self.cursor_position - first, self.cursor_position - first + 1)
        drawn = Strip(list(self.app.console.render(seen, self.app.console_options.update_width(seen.cell_len + 1))))
        return drawn.crop(left - cells[first], left - cells[first] + width).extend_cell_length(width).apply_style(self.rich_style)

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
