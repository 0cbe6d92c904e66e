"""Forms of a desk that say while they are filled what the policy will say of the step.

Rules kept here
- what will be refused stands first and in its colour; nothing is hidden by it, the verb alone refuses;
- an amount that cannot be read yet says nothing: the question is asked of what is filled.
"""

from __future__ import annotations

from collections.abc import Sequence

from xieli_tui.casework.views import Saved
from xieli_tui.desk.preview import Ahead
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, line, wrap


def ahead_lines(found: Sequence[Ahead], most: int = 4) -> tuple[Line, ...]:
    """What the policy says, wrapped under one word; what will be refused first and in its colour."""
    out: list[Line] = [blank()] if found else []
    for one in sorted(found, key=lambda each: not each.stops):
        word, style = ("不能办", "bold $error") if one.stops else ("看一看", "$ink-3")
        out += [line("  ", cell(word if not at else "", 10, style), (piece, "$ink-2")) for at, piece in enumerate(wrap(one.text, MAIN - 12))]
    return tuple(out[: most + 1])


class Foreseeing(FormPage):
    """A form with a `Paint` named `ahead` under its fields."""

    DONE = ""
    """What is said after the number of the line that was stored."""

    def ahead(self) -> Sequence[Ahead]:
        """What the policy will say of this step as far as it is filled."""
        return ()

    def changed(self) -> None:
        self._show_ahead()

    def _start(self) -> None:
        super()._start()
        self._show_ahead()

    def _show_ahead(self) -> None:
        found = self.query("#ahead")
        if found:
            found.first(Paint).show(ahead_lines(self.attempt(self.ahead) or ()))

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", result.beside() or f"{self.DONE}F9 回传以后村里才看得到。", "done")
