"""同一台电脑两份历史: what each of them says, and the county's word on which counts (design 03, 04).

Rules kept here
- both stand side by side with how many lines, of which days and about what, before anything is chosen;
- nothing is deleted by it: what does not count stays held, and may be released line by line or by another word;
- the computer has gone on by itself: this says what became of the past, not what it may write now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import forks
from xieli_tui.desk.forks import NEITHER, Branch
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, row, say, wrap

BOTH = "both"
STATES = {"open": ("等县里定", "bold $warning"), "more": ("定过，又来了新的", "$warning"), "settled": ("定了", "$ink-2")}


def told(branch: Branch, day: Any) -> str:
    """One history in words: how many lines, from when to when, about what."""
    days = words.short_day(branch.first, day)
    until = words.short_day(branch.last, day)
    return f"{branch.lines} 条，{days}{f' 到 {until}' if until != days else ''}：{'，'.join(branch.what)}"


class ForksPage(ListPage):
    """Computers with two histories."""

    NAME = "两份历史"
    GUIDE = Help(
        "同一台电脑写出了两份不一样的历史，多半是拷过一份、两边都在用。从分开的地方起先不起作用，由县级定哪一份算数。",
        (("Enter", "看两份，定下来"), ("上下", "选"), ("F3", "收件"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("两份都是真的", "两个人各记各的，就两份都算。"), ("不算数的", "还留着，到转人工核对里可以一条一条放行。"), ("那台电脑", "已经自己另起一段接着用，不用管。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else f"{item.dev}:{item.ep}"

    def sections(self) -> Sequence[Section]:
        found = forks.list_forks(self.xapp.session)
        waiting = [one for one in found if one.state != "settled"]
        return (
            Section(f"等着定的  {len(waiting)} 台" if waiting else "等着定的", waiting, "由县级定", "没有。"),
            Section("定了的", [one for one in found if one.state == "settled"]),
        )

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        word, style = STATES[item.state]
        lines = [row(
            cell(item.called, 26, "bold" if on else ""), cell(f"从第 {item.seq} 条分开", 18, "$ink-2"), cell(f"{words.short_day(item.frozen_on, day)} 停收", 14, "$ink-2"), (word, style), on=on,
        )]
        if on:
            for one in item.branches:
                lines += self.opened(f"第 {one.number} 份  {told(one, day)}{f'，{one.kept} 条算数' if one.kept else ''}")
        return lines

    def chosen(self, item: Any) -> None:
        if self.xapp.session.role != "county":
            self.say("由县级定，镇里只看。")
        else:
            self.xapp.open(ForkSettlePage(f"{item.dev}:{item.ep}"))

    def rail(self) -> Sequence[Line]:
        return [line(("两份历史", "bold")), line(), *rail_block("先问", "打电话问那个村，哪一台是真在用的。"), *rail_block("再定", "一份算数、两份都算、都不算。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "看两份，定下来"), ("上下", "选"), ("F3", "收件"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))


class ForkSettlePage(DeskForm):
    """One fork settled. `key` = device and epoch with a colon between."""

    NAME = "定哪一份算数"
    FORM = "desk.fork"
    NEEDED: ClassVar[tuple[str, ...]] = ("keep", "reason")
    FIELDS: ClassVar[dict[str, str]] = {"keep": "keep", "epoch": "keep", "reason": "reason"}
    QUIET = "先问清楚是怎么来的。"
    GUIDE = Help("两份都写在上面。问清楚了再定，写一句原因；定错了可以再定一次。", KEYS, (("两份都算", "两个人各记各的，都是真的。"), ("都不算", "两份从分开的地方起都不起作用，可以一条一条放行。")))

    def body(self) -> ComposeResult:
        dev, _, ep = self.key.partition(":")
        day = self.xapp.today()
        one = next((each for each in self.attempt(lambda: forks.list_forks(self.xapp.session)) or [] if (each.dev, each.ep) == (dev, ep)), None)
        self.subject = one.called if one is not None else ""
        branches = one.branches if one is not None else ()
        lines: list[Line] = []
        for each in branches[:4]:
            pieces = wrap(told(each, day), MAIN - 14)[:2]
            lines += [line("  ", cell(f"第 {each.number} 份" if not at else "", 10, "bold"), (piece, "")) for at, piece in enumerate(pieces)]
        if one is not None and one.settled_on:
            lines.append(line("  ", (f"{words.short_day(one.settled_on, day)} 定过，可以再定一次。", "$ink-2")))
        yield Paint((head("两份历史" if branches else "没有这一段了", f"从第 {one.seq} 条分开" if one is not None else ""), *self.air(), *lines, blank()))
        ways = [(str(each.number), f"第 {each.number} 份算数") for each in branches]
        yield FormRow(Field("哪份算数", self.choice("keep", [*ways, (BOTH, "都算"), (NEITHER, "都不算")], gap=2, width=64), needed=True))
        yield FormRow(Field("为什么", self.text("reason", hint="如 旧电脑拷到了新电脑"), width=64, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("定一份", "bold")), line(), *say("不算数的还留着，可以一条一条放行。定错了再定一次。")]

    def store(self) -> Saved:
        dev, _, ep = self.key.partition(":")
        keep = self.value("keep")
        return forks.settle(
            self.xapp.session, dev, "1" if keep == BOTH else keep, epoch=ep, release_other=keep == BOTH, reason=self.value("reason"),
        )
