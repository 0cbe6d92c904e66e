"""几户一起印: families are ticked, then the sheet is chosen; each family gets sheets of its own, in one piece for the printer or in one file.

Rules kept here
- what can be printed is what every family can have (`printing.offers_of_many`); nothing is recorded by ticking;
- the order of the sheets is the order of the list.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from xieli_tui.casework import households
from xieli_tui.casework.views import HouseholdRow
from xieli_tui.domain.text import group_key
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.printing import PrintPage
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row


class PrintManyPage(ListPage):
    """Which families."""

    NAME = "几户一起印"
    WAYS = (("1", "全勾上", "眼前这些户都勾上"), ("2", "全不勾", "重新来"), ("3", "换小组", "一次只看一个小组"))
    GUIDE = Help(
        "勾上几户，Ctrl+S 选哪一张。一户一份，一起送到打印机，或存成一个文件。",
        (("空格", "勾上"), ("1", "全勾上"), ("2", "全不勾"), ("3", "换小组"), ("Ctrl+S", "选哪一张"), ("F1", "帮助"), ("Esc", "返回")),
        (("能印哪些", "户档封面、走访记录、申请表、授权书、承诺书这些，每一户都有的。"), ("没有申请的户", "印出来是空白的，手写。"), ("记一笔", "一户记一笔。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.ticked: set[str] = set()
        self.group = ""
        self.listed: tuple[HouseholdRow, ...] = ()

    def sections(self) -> Sequence[Section]:
        every = sorted((one for one in households.list_households(self.xapp.session) if one.known), key=lambda one: (group_key(one.group), one.head, one.id))
        self.groups = list(dict.fromkeys(words.group_word(one.group) for one in every))
        self.listed = tuple(one for one in every if not self.group or words.group_word(one.group) == self.group)
        self.ticked &= {one.id for one in every}
        return (Section(f"{self.group or '全村'}  {len(self.listed)} 户", self.listed, f"勾上 {len(self.ticked)} 户" if self.ticked else "空格勾上", "还没有登记的户。"),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return (f"勾上 {len(self.ticked)} 户，Ctrl+S 选哪一张。" if self.ticked else "空格勾上，Ctrl+S 选哪一张。"), "1 全勾上，3 换小组。"

    def draw(self, item: HouseholdRow, on: bool) -> Sequence[Line]:
        mark = "[x]" if item.id in self.ticked else "[ ]"
        return (row(
            cell(mark, 4, "bold $primary"), cell(item.head, 14, "bold" if on else ""), cell(words.group_word(item.group), 8, "$ink-2"), cell(f"{item.size} 人", 8, "$ink-2"),
            cell(words.category_word(item.category, item.category_rank), 24), on=on,
        ),)

    def chosen(self, item: HouseholdRow) -> None:
        self.ticked ^= {item.id}
        self.reload()
        self.say(*self.standing(()))

    def on_key(self, event: events.Key) -> None:
        item = self.rows.item
        if event.key == "space" and isinstance(item, HouseholdRow):
            event.stop()
            self.chosen(item)

    def way(self, digit: int) -> None:
        if digit == 3:
            rounds = ["", *self.groups]
            self.group = rounds[(rounds.index(self.group) + 1) % len(rounds)] if self.group in rounds else ""
        else:
            self.ticked = {*self.ticked, *(one.id for one in self.listed)} if digit == 1 else set()
        self.reload()
        self.say(*self.standing(()))

    def save(self) -> None:
        picked = [one.id for one in households.list_households(self.xapp.session) if one.id in self.ticked]
        if not picked:
            self.say("还没有勾。", "空格勾上要印的户。", "look")
            return
        order = {one.id: at for at, one in enumerate(self.listed)}
        self.xapp.open(PrintPage(f"{len(picked)} 户", households=tuple(sorted(picked, key=lambda one: order.get(one, len(order))))))

    def about(self) -> str | None:
        item = self.rows.item
        return item.id if isinstance(item, HouseholdRow) else None

    def rail(self) -> Sequence[Line]:
        return [line(("几户一起印", "bold")), line(), *rail_block("一户一份", "一起送到打印机，或存成一个文件。"), *rail_block("没有申请的户", "印出来是空白的，手写。")]

    def foot(self) -> Sequence[Key]:
        return (("空格", "勾上"), ("1-3", "全勾、全不勾、小组"), ("Ctrl+S", "选哪一张"), ("F1", "帮助"), ("Esc", "返回"))


__all__ = ["PrintManyPage"]
