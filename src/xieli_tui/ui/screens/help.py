"""Help for the page in front, in plain words, with what the county set; at 80 columns it takes the body, Esc returns to the same field."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from xieli_tui.ui import help_local
from xieli_tui.ui.screens.base import NO_FN, Key, Page
from xieli_tui.ui.widgets.paint import Line, Part, cell, head, line, say, width_of
from xieli_tui.ui.widgets.row_list import RowList

SLOT = 25
"""Cells of a key and its word; three stand in a row, a longer word takes two places."""


def _key_rows(keys: Sequence[Key]) -> list[Line]:
    rows: list[list[Part]] = []
    used = 3
    for key, word in keys:
        need = 1 if width_of([word]) < SLOT - 9 else 2
        if used + need > 3:
            rows.append([])
            used = 0
        rows[-1] += [cell(key, 9, "bold $primary"), cell(word, SLOT * need - 9)]
        used += need
    return [line("  ", *parts) for parts in rows]


class HelpPage(Page):
    """The help of another page."""

    NAME = "帮助"

    def __init__(self, of: Page) -> None:
        super().__init__()
        self.of = of
        self.subject = of.NAME

    def body(self) -> ComposeResult:
        self.text = RowList(lambda item, _on: (item,), chosen=lambda _item: False, id="help-text")
        yield self.text

    def refresh_body(self) -> None:
        self.text.show(self._lines())

    def _lines(self) -> list[Line]:
        given = self.of.GUIDE
        out: list[Line] = [line((f"{self.of.NAME}这一页怎么用", "bold")), *say(given.what, width=74, indent="  "), line()]
        rows = _key_rows(given.keys)
        out += [*rows, line()] if rows else []
        rules = (*given.rules, *self.of.MARKS)
        if rules:
            out.append(head("几条规矩"))
            room = max(12, *(width_of([word]) + 2 for word, _ in rules))
            for word, sentence in rules:
                pieces = say(sentence, width=74 - room)
                out.append(line("  ", cell(word, room, "bold"), *pieces[0].parts))
                out += [line(" " * (room + 2), *piece.parts) for piece in pieces[1:]]
            out.append(line())
        if not self.of.OUTSIDE:
            out += [head("县里给的数", "没有给的不写"), *help_local.lines(self.of.local_words(), 76), line()]
        out += [head(NO_FN[0]), *say("Ctrl+O 就是 F1，别的键这里用不着。" if self.of.OUTSIDE else NO_FN[1], width=74, indent="  ")]
        return out

    def on_mount(self) -> None:
        super().on_mount()
        self.text.focus()
        more = len(self.text.items) > self.text.size.height > 0
        self.say("看完按 Esc，回到刚才那一格，写的都在。", "上下键往下看。" if more else "")

    def foot(self) -> Sequence[Key]:
        if self.of.OUTSIDE:
            return (("Esc", f"回到{self.of.NAME}"), ("上下", "往下看"), ("Ctrl+T", "换色"), ("Ctrl+Q", "退出"))
        return (("Esc", f"回到{self.of.NAME}"), ("上下", "往下看"), ("F2", "今日"), ("F3", "住户"), ("Ctrl+G", "命令"), ("Ctrl+Q", "退出"))

    def help(self) -> None:
        self.back()

    def about(self) -> str | None:
        return self.of.about()
