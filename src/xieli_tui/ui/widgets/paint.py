"""Lines of cells and the widget that paints them: titles, heads, rows, rails, footers are all made of these.

Rules kept here
- a row is laid out once on the 76-cell grid (design/pictures/NOTES.md §1): gutter 2, label 10, value from cell 12; it never stretches;
- widths are terminal cells; a cut never leaves half of a wide character, and text that was cut says so by `..`;
- people's text is neutralised here: no control character, escape sequence or direction mark reaches the terminal, and no markup is read;
- our own lines use no glyph of ambiguous width except the light rules; 素框 shows those, and what people wrote, by signs of one cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from xieli_tui.domain.text import safe
from xieli_tui.ui.theme import ASCII_THEMES, style_of

MAIN = 76
"""Cells of the main column at every terminal width."""
RAIL = 32
"""Cells of rail text."""
LABEL = 10

Part = str | tuple[str, str]
class _Plain(dict[int, str]):
    """One-cell stand-ins for what old consoles draw two cells wide: light rules, and the quotation marks, dots and signs people write."""

    def __missing__(self, mark: int) -> str:
        char = chr(mark)
        self[mark] = "?" if unicodedata.east_asian_width(char) == "A" and cell_len(char) == 1 else char
        return self[mark]


_PLAIN = _Plain(str.maketrans({
    "─": "-", "━": "=", "│": "|", "“": '"', "”": '"', "‘": "'", "’": "'", "…": ".", "—": "-", "–": "-", "‐": "-", "·": ".", "•": "*", "※": "*", "×": "x", "÷": "/", "±": "~",
    "≥": ">", "≤": "<", "≠": "#", "≈": "~", "√": "v", "°": "o", "℃": "C", "‰": "%", "→": ">", "←": "<", "↑": "^", "↓": "v", "●": "*", "○": "o", "◎": "o", "■": "#", "□": "#",
    "▲": "^", "△": "^", "▼": "v", "★": "*", "☆": "*", "◆": "*", "◇": "*", "§": "S", "¤": "$", "№": "N", **{chr(0x2460 + n): str(n + 1) for n in range(9)},
}))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells: (text, style words) parts and the token of the ground they stand on."""

    parts: tuple[tuple[str, str], ...] = ()
    ground: str = ""

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.parts)

    @property
    def cells(self) -> int:
        return sum(cell_len(text) for text, _ in self.parts)


def line(*parts: Part, ground: str = "") -> Line:
    """A line from strings and (text, style) pairs."""
    return Line(tuple((safe(part), "") if isinstance(part, str) else (safe(part[0]), part[1]) for part in parts), ground)


BLANK = Line()


def blank() -> Line:
    """An empty row: air is a component too."""
    return BLANK


def fit(text: str, width: int, align: str = "l") -> str:
    """Exactly `width` cells of `text`; what does not fit is cut and ends in `..`."""
    plain = safe(text)
    gap = width - cell_len(plain)
    if gap < 0:
        return set_cell_size(plain, width) if width < 3 else set_cell_size(set_cell_size(plain, width - 2).rstrip() + "..", width)
    return " " * gap + plain if align == "r" else plain + " " * gap


def cell(text: str, width: int, style: str = "", align: str = "l") -> tuple[str, str]:
    """A table cell of `width` cells."""
    return (fit(text, width, align), style)


def width_of(parts: Iterable[Part]) -> int:
    """Cells a run of parts takes."""
    return sum(cell_len(part if isinstance(part, str) else part[0]) for part in parts)


def row(*cells: Part, on: bool = False) -> Line:
    """A list row: the 2-cell gutter with the cursor mark, then the cells; the cursor row stands on its own ground."""
    return line(("> " if on else "  ", "bold $primary"), *cells, ground="mark" if on else "")


def under(text: str, indent: int, style: str = "$ink-2") -> Line:
    """The line the cursor row opens: it begins under the name."""
    return line((" " * indent, ""), (fit(text, MAIN - indent).rstrip(), style), ground="mark")


def head(text: str, note: str = "", width: int = MAIN, style: str = "bold") -> Line:
    """Section head: bold words, a light rule to the edge, at the right end a quiet note."""
    used = cell_len(text) + 2 + (cell_len(note) + 2 if note else 0)
    return line((text, style), "  ", ("─" * max(0, width - used), "$line"), ("  " + note if note else "", "$ink-3"))


def label(name: str, *value: Part, width: int = LABEL, indent: int = 2) -> Line:
    """A read-only field: indent, quiet label, value."""
    return line(" " * indent, cell(name, width, "$ink-3"), *value)


def split(left: Sequence[Part], right: Sequence[Part], width: int = MAIN, ground: str = "") -> Line:
    """Two ends of one line; the left end gives way when both do not fit."""
    room = width - width_of(right)
    parts: list[Part] = []
    for part in left:
        text, style = (part, "") if isinstance(part, str) else part
        text = safe(text)
        if cell_len(text) > room - 1:
            text = fit(text, max(0, room - 1))
        parts.append((text, style))
        room -= cell_len(text)
    return line(*parts, " " * max(0, room), *right, ground=ground)


_CLOSING = "，。、；：？！）》」)"
_TOKEN = re.compile(r"[!-~]+[" + _CLOSING + r"]*| +|.[" + _CLOSING + r"]*", re.DOTALL)


def wrap(text: str, width: int = RAIL) -> list[str]:
    """Wrap by cells: an ASCII run stays whole, closing punctuation never opens a line, a space never forces a break."""
    out: list[str] = []
    for paragraph in text.split("\n"):
        now = ""
        for token in _TOKEN.findall(safe(paragraph)):
            while cell_len(token) > width:
                head_part = set_cell_size(token, width)
                cut = len(head_part.rstrip())
                out.append(now) if now else None
                out.append(token[:cut])
                token, now = token[cut:], ""
            if cell_len(now) + cell_len(token.rstrip()) > width:
                out.append(now.rstrip())
                now = "" if token.isspace() else token
            elif now or not token.isspace():
                now += token
        out.append(now.rstrip())
    return out


def say(text: str, style: str = "", width: int = RAIL, indent: str = "") -> list[Line]:
    """Wrapped text as lines."""
    return [line(indent, (piece, style)) for piece in wrap(text, width - cell_len(indent))]


def rail_block(caption: str, *texts: Part) -> list[Line]:
    """A block of the rail: a quiet caption, its sentences, an empty row after."""
    out = [line((caption, "$ink-3"))]
    for text in texts:
        body, style = (text, "") if isinstance(text, str) else text
        out += say(body, style)
    return [*out, BLANK]


def plainly(text: str) -> str:
    """The text as 素框 shows it: cell for cell, nothing that an old console draws wider than it is."""
    return text.translate(_PLAIN)


def strip_of(content: Line, width: int, theme: str) -> Strip:
    """The terminal cells of a line, padded on its ground to `width`."""
    plain = theme in ASCII_THEMES
    segments, used = [], 0
    for text, style in content.parts:
        if not text:
            continue
        if plain:
            text = plainly(text)
        segments.append(Segment(text, style_of(theme, style, content.ground)))
        used += cell_len(text)
    if used > width:
        return Strip(segments, used).crop(0, width)
    if used < width:
        segments.append(Segment(" " * (width - used), style_of(theme, "", content.ground)))
    return Strip(segments, width)


Draw = Callable[[int], Sequence[Line]]


def _drawing(lines: Sequence[Line] | Draw) -> Draw:
    if callable(lines):
        return lines
    fixed = tuple(lines)
    return lambda _width: fixed


class Paint(Widget):
    """Static lines, given once or drawn for the width at hand. Never focusable.

    Args:
        lines: the lines, or a function from the width in cells to lines (titles and footers reach the edge).
    """

    DEFAULT_CSS = "Paint { height: auto; width: 100%; }"
    can_focus = False
    ALLOW_SELECT = False

    def __init__(self, lines: Sequence[Line] | Draw = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = _drawing(lines)
        self._drawn: tuple[int, Sequence[Line]] | None = None

    def show(self, lines: Sequence[Line] | Draw) -> None:
        """Replace what is painted."""
        before = len(self._drawn[1]) if self._drawn else -1
        self._draw = _drawing(lines)
        width = self._drawn[0] if self._drawn else 0
        self._drawn = None
        self.refresh(layout=not width or len(self.lines_for(width)) != before)

    def lines_for(self, width: int) -> Sequence[Line]:
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = (width, self._draw(width))
        return self._drawn[1]

    @property
    def text(self) -> str:
        """What is painted, as plain text (tests read it)."""
        return "\n".join(content.text.rstrip() for content in self.lines_for(self.size.width or MAIN))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines_for(width))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self.lines_for(width)
        ground = self.styles_ground
        content = lines[y] if y < len(lines) else BLANK
        if ground and not content.ground:
            content = Line(content.parts, ground)
        return strip_of(content, width, self.app.theme)

    @property
    def styles_ground(self) -> str:
        """Token of the ground set by a class (`ground-panel`, `ground-band`)."""
        for name in self.classes:
            if name.startswith("ground-"):
                return name.removeprefix("ground-")
        return ""
