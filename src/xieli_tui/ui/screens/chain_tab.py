"""救助链: the family's chain, and by left and right the chain of each of its people; what was given twice on top.

Rules kept here
- what was withdrawn or corrected stays in its place and says so in words;
- Enter opens the entry whole, with what may be done about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len

from xieli_tui.casework.chain import Chain
from xieli_tui.casework.views import TimelineEntry
from xieli_tui.ui import words
from xieli_tui.ui.widgets.paint import MAIN, Line, Part, blank, cell, line, row, under, wrap

ALL = "全家"


def page(chain: Chain | None) -> list[Any]:
    """Rows of the tab."""
    if chain is None:
        return [line("  ", ("救助链读不出来。", "$ink-2"))]
    out: list[Any] = [_people(chain)]
    for one in chain.twice:
        out.append(line(("! ", "bold $warning"), (one.words, "bold $warning"), (f"  {one.cite}" if one.cite else "", "$ink-3")))
        out += [line("    ", record) for record in one.records]
    out.append(line("  ", cell("日期", 9, "$ink-3"), cell("做了什么", 11, "$ink-3"), cell("内容", 44, "$ink-3"), ("到哪里", "$ink-3")))
    return [*out, *chain.entries] if chain.entries else [*out, blank(), line("  ", ("还没有记过。", "$ink-2"))]


def _people(chain: Chain) -> Line:
    """Whose chain this is, the others beside; what does not fit is counted."""
    parts: list[Part] = ["  "]
    used, listed = 2, [("", ALL), *chain.people]
    at = next((place for place, (person, _) in enumerate(listed) if person == chain.person), 0)
    first = max(0, at - 5)
    for place, (_, name) in enumerate(listed[first:], first):
        text = f"[{name}]" if place == at else f" {name} "
        if used + cell_len(text) > MAIN - 16:
            parts.append((f" 等 {len(listed)} 条", "$ink-3"))
            break
        parts.append((text, "bold $primary" if place == at else "$ink-2"))
        used += cell_len(text)
    parts.append(("  左右换人", "$ink-3"))
    return line(*parts)


def turned(chain: Chain | None, by: int) -> str | None:
    """Whose chain comes next to the left or right; None beyond the ends (the tab turns)."""
    if chain is None:
        return None
    listed = ["", *(person for person, _ in chain.people)]
    at = listed.index(chain.person) + by if chain.person in listed else 0
    return listed[at] if 0 <= at < len(listed) else None


def draw(item: TimelineEntry, on: bool, day: Any) -> Sequence[Line]:
    """One entry; the cursor row says the rest of it and when and by whom it was written."""
    state = "已撤" if item.struck else words.ROAD.get(item.state, "")
    style = "$success" if item.state == "county" else "$warning" if item.state == "quarantined" or item.struck else "$ink-3"
    lines = [row(cell(words.short_day(item.on, day), 9, "$ink-3"), cell(item.word, 11, "$ink-3" if item.struck else "bold" if on else ""),
                 cell(item.summary, 43, "" if on and not item.struck else "$ink-2"), " ", cell(state, 10, style), on=on)]
    if not on:
        return lines
    where = f"{item.at[:16].replace('T', ' ')}  {words.source_word(item.source)}记"
    rest = [under(piece, 11) for piece in wrap(item.summary, MAIN - 12)[:3]] if cell_len(item.summary) > 43 else []
    return [*lines, *rest, under(f"{where}  Enter 看全文", 11)]
