"""主菜单: every place by digit, the twin of the F-keys. Full-width digits count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, row
from xieli_tui.ui.widgets.row_list import RowList


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    digit: str
    word: str
    what: str
    fkey: str
    place: str


VILLAGE = (
    Entry("1", "帮助", "这一页怎么用", "F1", "help"),
    Entry("2", "今日", "今天要办的，为什么，下一步", "F2", "today"),
    Entry("3", "住户", "找一家，开户档", "F3", "households"),
    Entry("4", "走访", "记一次走访", "F4", "visit"),
    Entry("5", "困难", "发现登记，急难", "F5", "flag"),
    Entry("6", "申请", "协助填写，受委托代为提交", "F6", "apply"),
    Entry("7", "预警", "县里来的名单，走访核实", "F7", "alerts"),
    Entry("8", "报表", "各家的表，公示，明白卡", "F8", "reports"),
    Entry("9", "报送", "U盘导出、备份、收签收单", "F9", "send"),
    Entry("0", "命令", "所有能办的事：打头字母、汉字或数字", "Ctrl+G", "commands"),
)
DESK = (
    Entry("1", "帮助", "这一页怎么用", "F1", "help"),
    Entry("2", "队列", "急难在前，再看离期限多近", "F2", "today"),
    Entry("3", "收件", "先看一遍再收，签收单自己写好", "F3", "households"),
    Entry("4", "窗口受理", "来人、来电，替他们起一件申请", "F4", "visit"),
    Entry("5", "住户", "找一家，看户档", "F5", "flag"),
    Entry("6", "县里自查", "标准、参数、名册、电脑，哪里要改", "", "lint"),
    Entry("7", "预警", "发给各村的名单", "F7", "alerts"),
    Entry("8", "报表", "统计和各家的表", "F8", "reports"),
    Entry("9", "回传", "签收单和决定写到U盘", "F9", "send"),
    Entry("0", "命令", "所有能办的事：打头字母、汉字或数字", "Ctrl+G", "commands"),
)


class MenuPage(Page):
    """The digit menu."""

    NAME = "主菜单"
    GUIDE = Help("每一项都能用数字、方向键或 F 键打开，全角数字也行。", (("0-9", "打开"), ("上下", "选"), ("Enter", "打开"), ("Ctrl+G", "命令"), ("Esc", "返回")),
                 (("设置和备份", "按 0 找命令，再打 sz 或 bf。"),))

    def body(self) -> ComposeResult:
        desk = self.xapp.session.role != "village"
        entries = DESK if desk else VILLAGE
        yield Paint((head("主菜单", "按数字，全角的也行"), *self.air()))
        items: list[Entry | None] = []
        for entry in entries:
            items.append(entry)
            if self.tall or entry.digit in ("1", "3", "6", "9"):
                items.append(None)
        self.rows = RowList(self._draw, items, chosen=lambda item: item is not None, key=lambda item: item.digit if item else "", id="menu")
        yield self.rows
        yield Paint((
            line("  ", cell("Ctrl+F", 10, "bold $primary"), cell("找人", 14, "$ink-2"), cell("Ctrl+T", 10, "bold $primary"), ("日间、夜间、素框", "$ink-2")),
            line("  ", cell("Ctrl+L", 10, "bold $primary"), cell("锁屏", 14, "$ink-2"), cell("Ctrl+Q", 10, "bold $primary"), ("退出，会先问一句", "$ink-2")),
            blank(),
        ))

    def _draw(self, item: Entry | None, on: bool) -> Sequence[Line]:
        if item is None:
            return (blank(),)
        return (row(cell(item.digit, 4, "bold $primary"), cell(item.word, 10, "bold"), cell(item.what, 54, "$ink-2"), cell(item.fkey, 6, "$ink-3", "r"), on=on),)

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.move_to(lambda item: item is not None and item.digit == "2")
        self.rows.focus()
        self.say("每一项都能用数字、方向键或 F 键打开。")

    def foot(self) -> Sequence[Key]:
        return (("0-9", "打开"), ("上下", "选"), ("Enter", "打开"), ("Ctrl+G", "命令"), ("Ctrl+L", "锁屏"), ("Esc", "返回"))

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit is not None:
            event.stop()
            for entry in self.rows.items:
                if entry is not None and entry.digit == str(digit):
                    self._go(entry)
                    return

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self._go(event.item)

    def _go(self, entry: Entry) -> None:
        if entry.place == "help":
            self.help()
        elif entry.place == "today":
            self.xapp.back_home()
        elif entry.place == "commands":
            self.xapp.action_commands()
        else:
            self.xapp.action_go(entry.place)
