"""交接 on a laptop: what is not reported yet goes to the successor's computer in one sealed file, and is opened there (design 04, kind handover).

Rules kept here
- only what a desk allowed is offered; before that the page says whom to ask;
- nothing leaves this computer by it: what was handed over stays here too, and is reported from either;
- a file is opened by the computer it was sealed for alone; what is wrong with it is said with its code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import handover
from xieli_tui.casework.handover import Allowance
from xieli_tui.casework.views import Saved
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, say

FORM_KEYS: tuple[Key, ...] = (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "办"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))
TAKEN = frozenset({"imported", "duplicate", "quarantined", "parked"})


def who(one: Allowance) -> str:
    """The person at the other computer, else the beginning of its number."""
    return one.name or f"电脑 {(one.to if one.ours else one.dev)[:8]}"


class HandoverPage(ListPage):
    """Hand-overs of this computer."""

    NAME = "交接"
    WAYS = (("1", "写交接文件", "把没报送的和草稿交给接手的电脑"), ("2", "打开交接文件", "接手：收下前一位交接过来的"))
    GUIDE = Help(
        "换人了，没报送的记录、没写完的草稿，写成一个文件交给接手的电脑。先请镇里或县里准许。",
        (("1", "写交接文件"), ("2", "打开交接文件"), ("Enter", "办这一件"), ("上下", "选"), ("F9", "报送"), ("Esc", "返回")),
        (("准许", "镇里或县里记一笔，回传到这台电脑就有了。"), ("谁能打开", "只有接手的那台电脑。"), ("这台电脑", "一条不少，都还在。"), ("接手的", "没写完的在没写完里，别人没报送的由您的电脑接着报。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else (item.dev, item.to)

    def sections(self) -> Sequence[Section]:
        found = handover.allowances(self.xapp.session)
        return (
            Section("交给别的电脑", [one for one in found if one.ours], "", "还没有准许。请镇里或县里准许，回传以后这里就有。"),
            Section("接手别的电脑", [one for one in found if not one.ours], "", "没有要接手的。对方带来了文件，按 2 打开。"),
        )

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        done = item.sealed if item.ours else item.opened
        word = f"{words.short_day(done, day)} {'写过一份' if item.ours else '收下一份'}" if done else "还没写" if item.ours else "还没收下"
        return (row(
            cell(f"交给 {who(item)}" if item.ours else f"{who(item)} 交来", 26, "bold" if on else ""), cell(f"{words.short_day(item.on, day)} 准许", 14, "$ink-2"),
            (word, "$ink-2" if done else "$warning"), on=on,
        ),)

    def chosen(self, item: Any) -> None:
        self.xapp.open(SealPage() if item.ours else OpenHandoverPage())

    def way(self, digit: int) -> None:
        if digit == 1 and not self.found[0].items:
            self.say("还没有准许。", "请镇里或县里准许，回传以后再写。", "look")
        else:
            self.xapp.open(SealPage() if digit == 1 else OpenHandoverPage())

    def rail(self) -> Sequence[Line]:
        return [line(("交接", "bold")), line(), *rail_block("先准许", "镇里或县里记一笔，回传过来就有。"), *rail_block("再写", "写到U盘，交给接手的人。"), *rail_block("不会少", "这台电脑上的都还在。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "办这一件"), ("1-2", "写、打开"), ("上下", "选"), ("F9", "报送"), ("F1", "帮助"), ("Esc", "返回"))


class SealPage(FormPage):
    """A hand-over laid down."""

    NAME = "写交接文件"
    FORM = "handover.seal"
    NEEDED: ClassVar[tuple[str, ...]] = ("to", "out")
    QUIET = "选接手的人，写到U盘上。"
    GUIDE = Help("没报送的记录和草稿，写成一个只有接手的电脑能打开的文件。", FORM_KEYS, (("写到哪里", "U盘上的文件夹，如 E:\\ 。"), ("不会少", "这台电脑上的都还在，照样能报送。")))

    def __init__(self) -> None:
        super().__init__("new")
        self.subject = "交给接手的电脑"

    def body(self) -> ComposeResult:
        found = [one for one in self.attempt(lambda: handover.allowances(self.xapp.session)) or [] if one.ours]
        yield Paint((head("写交接文件", "" if found else "还没有准许，请镇里或县里先准许"), *self.air()))
        if found:
            yield FormRow(Field("交给谁", self.choice("to", [(one.to, who(one)) for one in found], gap=2, width=64, sole=True), needed=True))
        else:
            yield FormRow(Field("交给谁", self.text("to", hint="接手的电脑，编号前 8 位"), width=30, needed=True))
        yield FormRow(Field("写到哪里", self.text("out", str(self.xapp.stick or ""), hint="U盘上的文件夹"), width=60, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("写交接文件", "bold")), line(), *say("只有接手的电脑打得开。这台电脑上的都还在。")]

    def foot(self) -> Sequence[Key]:
        return FORM_KEYS

    def store(self) -> Saved:
        done = handover.seal_for(self.xapp.session, self.value("to"), Path(self.value("out")).expanduser())
        return Saved(done.to, 0, "sealed", more={"done": done})

    def stored(self, result: Saved) -> None:
        done = result.more["done"]
        inside = f"记录 {done.events} 条，草稿 {done.drafts} 份" + (f"；{done.left} 份草稿太长，没放进去" if done.left else "")
        self.xapp.back(f"写好了，核对码 {done.check_code}。", f"{inside}。这台电脑上的都还在。", "done")


class OpenHandoverPage(FormPage):
    """A hand-over taken in."""

    NAME = "打开交接文件"
    FORM = "handover.open"
    NEEDED: ClassVar[tuple[str, ...]] = ("file",)
    QUIET = "前一位给的文件在哪里。"
    GUIDE = Help("前一位交接过来的文件，在这里收下。没写完的到没写完里接着写。", (("Tab", "下一格"), ("Ctrl+S", "办"), ("F1", "帮助"), ("Esc", "返回")),
                 (("打不开", "不是给这台电脑的，请前一位重写一份。"), ("两边都写过", "您自己的草稿不动，他的放在旁边。")))

    def __init__(self) -> None:
        super().__init__("new")
        self.subject = "接手"

    def body(self) -> ComposeResult:
        yield Paint((head("打开交接文件"), *self.air()))
        yield FormRow(Field("文件", self.text("file", hint="U盘上那个 .xieli 文件"), width=64, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("接手", "bold")), line(), *say("没写完的在没写完里。没报送的，由这台电脑接着报。")]

    def foot(self) -> Sequence[Key]:
        return (("Tab", "下一格"), ("Ctrl+S", "办"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def store(self) -> Saved:
        done = handover.open_file(self.xapp.session, Path(self.value("file")).expanduser())
        if done.result.status not in TAKEN:
            raise Refused(done.result.code, field="file")
        return Saved("", 0, done.result.status, more={"done": done})

    def stored(self, result: Saved) -> None:
        done = result.more["done"]
        if done.result.status == "duplicate":
            self.xapp.back(f"{done.result.what}。" if done.result.what else "这一份以前收过了。", "没有重复记。", "done")
            return
        self.xapp.back(f"收下了，草稿 {done.drafts} 份。", "记录在户档里，草稿在没写完里（Ctrl+G 打 89）。", "done")
