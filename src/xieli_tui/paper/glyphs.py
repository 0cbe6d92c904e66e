"""Which characters the font of the printed forms has, so that none of a name is lost on paper.

Rules kept here
- a character without a glyph is named (itself, its code, where it stands), never printed as a box and never left out: typst would do the first without
  a word, other engines the second;
- the table is made from the font itself (`.ci/font_coverage.py`), and a test compares the two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FONTS = Path(__file__).parent / "fonts"
_SPACES = "\n\t "


class Lacking(NamedTuple):
    """A character the font lacks, and the name of the value it stands in (`people.name`)."""

    char: str
    where: str

    def words(self) -> str:
        """The character and its code."""
        return f"{self.char}（U+{ord(self.char):04X}）"


@cache
def _ranges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    firsts, lasts = [], []
    for line in (FONTS / "coverage.txt").read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        firsts.append(int(first, 16))
        lasts.append(int(last or first, 16))
    return tuple(firsts), tuple(lasts)


def has(char: str) -> bool:
    """Whether the font has a glyph for it; ends of line and blanks need none."""
    if char in _SPACES:
        return True
    firsts, lasts = _ranges()
    at = bisect_right(firsts, ord(char)) - 1
    return at >= 0 and ord(char) <= lasts[at]


def lacking(data: Any, where: str = "") -> tuple[Lacking, ...]:
    """Every character of a document's values that has no glyph, each once, in the order they come."""
    return tuple(dict.fromkeys(_walk(data, where)))


def _walk(data: Any, where: str) -> Iterator[Lacking]:
    if isinstance(data, str):
        yield from (Lacking(char, where) for char in data if not has(char))
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _walk(value, f"{where}.{key}" if where else str(key))
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _walk(value, where)
