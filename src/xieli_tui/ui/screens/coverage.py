"""覆盖: every village of the desk: when its last bundle came, how many of its families somebody met with this quarter.

Rules kept here
- villages stand by their codes; there is no rate, no order of merit, and no family is named here;
- the day of the last bundle stands beside the numbers: what has not come cannot be counted;
- Enter says whom to telephone in that village.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xieli_tui.desk import coverage
from xieli_tui.desk.coverage import VillageCover
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row

QUIET_DAYS = 20
"""As in 队列: after so many days without a bundle the line says to telephone."""


class CoveragePage(ListPage):
    """The board."""

    NAME = "各村情况"
    GUIDE = Help(
        "每个村最近一包哪天到的，低收入家庭多少户，本季见过面的多少户。只看有没有落下，不分先后。",
        (("Enter", "打电话"), ("上下", "选"), ("F3", "收件"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("数是哪里来的", "收到的数据包里数的。包没有到，数就不全，先看最近一包。"), ("走访", "见到本人、家属、邻居的才算，未遇不算。"), ("从未", "收到的记录里从来没有见过面的。"), ("顺序", "按村的代码，不比谁多谁少。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item.village if isinstance(item, VillageCover) else item

    def sections(self) -> Sequence[Section]:
        board = coverage.cover(self.xapp.session)
        columns = line("  ", cell("村", 14, "$ink-3"), cell("最近一包", 26, "$ink-3"), cell("低收入家庭", 12, "$ink-3", "r"), cell("本季走访", 10, "$ink-3", "r"), cell("从未", 8, "$ink-3", "r"))
        return (Section(f"各村  {len(board.villages)} 个", board.villages, f"{board.quarter}，按村代码排", "还没有登记村。", columns),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return "数是收到的包里数的。", "包没有到，数就不全。"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        gap = (day - words.dt.date.fromisoformat(item.last_bundle)).days if item.last_bundle else 0
        when, style = (f"{words.short_day(item.last_bundle, day)}  {gap} 天没有" if gap > QUIET_DAYS else words.short_day(item.last_bundle, day), "$warning" if gap > QUIET_DAYS else "$ink-2") \
            if item.last_bundle else ("还没有来过", "$warning")
        lines = [row(
            cell(words.short_place(item.name), 14, "bold" if on else ""), cell(when, 26, style), cell(f"{item.families} 户", 12, "", "r"), cell(f"{item.visited} 户", 10, "", "r"),
            cell(f"{item.never} 户" if item.never else "", 8, "$ink-2", "r"), on=on,
        )]
        if on:
            lines += self.opened(f"{item.village}  登记 {item.households} 户  {f'村里电话 {item.phone}' if item.phone else '没有登记村里电话'}")
        return lines

    def chosen(self, item: Any) -> None:
        if item.phone:
            self.say(f"{words.short_place(item.name)}  {item.phone}", "打个电话问一问。")
        else:
            self.say("没有登记这个村的电话。", "在 登记村 里写上。")

    def rail(self) -> Sequence[Line]:
        return [line(("各村情况", "bold")), line(), *rail_block("数", "收到的包里数的，包没有到数就不全。"), *rail_block("顺序", "按村的代码排，不比谁多谁少。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "打电话"), ("上下", "选"), ("F3", "收件"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))
