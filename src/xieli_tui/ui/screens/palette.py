"""命令 (Ctrl+G): type a word, its initials or its digits, Enter does it.

Rules kept here
- works with an input method on: Han, letters and full-width digits all search; up and down move, nothing else needs a key;
- what is listed comes from `commands`; this page only searches and hands on to the page it was opened over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult

from xieli_tui.ui import commands
from xieli_tui.ui.commands import Command
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.search_page import SearchPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, row
from xieli_tui.ui.widgets.row_list import RowList


class PalettePage(SearchPage):
    """The list of commands over the page it was asked for from."""

    NAME = "命令"
    GUIDE = Help(
        "打几个字就找：汉字、拼音头字母、数字都行。选中了按 Enter 就办。",
        (("上下", "选"), ("Enter", "办"), ("Esc", "回去")),
        (("数字", "0 开头是这一页的，1 到 9 和主菜单一样，两位数的是办事。数字一直不变。"), ("要选哪一家", "刚才停在哪一家就是哪一家，没有就先选一家。")),
    )

    def __init__(self, of: Page) -> None:
        super().__init__()
        self.of = of
        self.subject = of.NAME
        self.all: list[Command] = []

    def body(self) -> ComposeResult:
        self.search = HanInput(id="search")
        yield FormRow(Field("找命令", self.search, width=32), Field("", Paint((), id="count"), width=30, room=0, before=2), classes="tight")
        yield Paint((line(" " * 12, ("汉字、拼音头字母、数字", "$ink-3")), blank(), head("命令", "Enter 就办")))
        self.rows = RowList(self._draw, (), key=lambda item: item.code, id="commands")
        self.rows.can_focus = False
        yield self.rows

    def on_mount(self) -> None:
        super().on_mount()
        self.search.focus()
        self.greet("打几个字就找，Enter 就办。")

    def reload(self) -> None:
        self.all = commands.every(self.xapp, self.of)
        self.find(self.search.value)

    def find(self, query: str) -> None:
        found = commands.search(self.all, query)
        self.rows.show(found, keep=False)
        self.rows.show_empty((line("  ", ("没有这样的命令，换个字。", "$ink-2")),))
        self.query_one("#count", Paint).show((line((f"{len(found)} 个", "$ink-2")),))

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        return (row(cell(item.code, 4, "bold $primary"), cell(item.word, 20, "bold"), cell(item.what, 42, "$ink-2"), cell(item.key, 8, "$ink-3", "r"), on=on_),)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        chosen, app = event.item, self.xapp
        app.pop_screen()
        app.call_after_refresh(chosen.run, app)

    def about(self) -> str | None:
        return self.of.about()

    def foot(self) -> Sequence[Key]:
        return (("打字", "找"), ("上下", "选"), ("Enter", "办"), ("Ctrl+G", "收起"), ("F1", "帮助"), ("Esc", "返回"))
