"""队列: what waits at a desk, in one list: emergencies first, then clocks nearest to breach, then what has waited longest.

Rules kept here
- every line says why it stands where it stands; nobody is ranked, villages show only whether their last package came;
- Enter opens what the line is about; an emergency that was only phoned in can be answered at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult

from xieli_tui.casework import about, unfinished
from xieli_tui.casework.views import QueueItem
from xieli_tui.desk import queue as verb
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import Line, blank, cell, head, line, rail_block, row, say, under
from xieli_tui.ui.widgets.row_list import RowList

DRAFTS = "drafts"
"""The row of forms left half-filled."""
KIND_WORDS = {"flag": "发现登记", "change": "变化报告", "application": "申请", "alert": "预警答复"}


def matter(item: QueueItem) -> str:
    """临时救助, or 发现登记 when there is no application yet."""
    return words.kinds_word(item.kinds) if item.kinds and item.kind == "application" else KIND_WORDS[item.kind]


class QueuePage(Page):
    """The first page of a desk."""

    NAME = "队列"
    GUIDE = Help(
        "村里报上来的都在这里，先急难，再看离期限多近，再看等了多久。",
        (("Enter", "打开"), ("1-9", "跳到这件"), ("F3", "收件"), ("F4", "窗口受理"), ("F9", "回传"), ("Esc", "主菜单")),
        (("急难", "先受理、先救助，材料后补。"), ("退回补正", "一次说清缺什么。"), ("回传", "办完记得 F9，签收单和决定才回得去。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[QueueItem, ...] = ()
        self.villages: tuple[tuple[str, str, str], ...] = ()
        self.drafts: tuple[unfinished.Unfinished, ...] = ()

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, QueueItem) or item == DRAFTS, key=lambda item: item if item == DRAFTS else getattr(item, "id", None) or id(item), id="queue")
        yield self.rows

    def reload(self) -> None:
        self.subject = about.desk_title(self.xapp.session)
        found = self.attempt(lambda: verb.queue(self.xapp.session))
        heard = self.attempt(lambda: verb.villages_heard(self.xapp.session))
        self.items = tuple(found or ())
        self.villages = tuple(heard or ())
        self.drafts = tuple(self.attempt(lambda: unfinished.listed(self.xapp.session)) or ())
        self._lay()
        self.rows.focus()
        waiting = f"{len(self.items)} 件在等。" if self.items else "没有在等的。"
        self.stand(waiting, f"{len(self.drafts)} 份表没写完，草稿在最后一行。" if self.drafts else "F3 收件，F9 回传。")

    def _lay(self) -> None:
        day = self.xapp.today()
        columns = line("  ", cell("", 5), cell("村", 9, "$ink-3"), cell("户主", 8, "$ink-3"), cell("事项", 16, "$ink-3"), cell("期限", 12, "$ink-3"), ("为什么排这里", "$ink-3"))
        items: list[Any] = [head(f"队列  {len(self.items)} 件", "先急难，再看离期限多近"), *self.air(), columns, *self.items]
        if not self.items:
            items[-1] = line("  ", ("没有在等的。F3 收件。", "$ink-2"))
        if self.villages:
            items += [blank(), *self.air(), head("各村最近一包", "只看有没有到"), *self.air()]
            for name, code, last in self.villages:
                quiet = not last or (day - words.dt.date.fromisoformat(last)).days > 20
                gap = f"{(day - words.dt.date.fromisoformat(last)).days} 天没有，打个电话" if last and quiet else "还没有来过" if not last else ""
                items.append(line("  ", cell(words.short_place(name), 14), cell(code, 16, "$ink-3"), cell(words.short_day(last, day), 12, "$ink-2"), (gap, "$warning")))
        if self.drafts:
            items += [blank(), *self.air(), DRAFTS]
        self.rows.show(items)

    def refresh_body(self) -> None:
        self._lay()

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Line):
            return (item,)
        if item == DRAFTS:
            last = self.drafts[0]
            return (row(cell("没写完", 8, "bold"), cell(f"{len(self.drafts)} 份", 7), cell("、".join(part for part in (last.word, last.who) if part), 44, "$ink-2"),
                        cell("Enter 接着写", 14, "bold $primary" if on else "$ink-2"), on=on),)
        when, style = self._when(item)
        lines = [row(cell("急难" if item.emergency else "", 5, "bold $error"), cell(words.short_place(item.village_name), 8, "$ink-2"), " ", cell(item.head or "名单外", 8, "bold" if on else ""),
                     cell(matter(item), 15), " ", cell(when, 12, style), cell(item.why, 24, "" if on else "$ink-2"), on=on)]
        if on and not self.big:
            rest = item.why if cell_len(item.why) > 24 else "、".join(codes.kind_name(kind) for kind in item.kinds)
            lines.append(under(f"{item.state_label}  {item.clock_note or rest}".rstrip(), 7))
        return lines

    def _when(self, item: QueueItem) -> tuple[str, str]:
        if item.clock_due:
            when, style = words.due_word(item.clock_due, "", self.xapp.today())
            return (f"约 {when}" if "暂估" in item.clock_note else when), style
        return f"等了 {item.age_days} 天" if item.age_days else "今天来的", "$ink-2"

    def on_row_list_moved(self) -> None:
        self.refresh_rail()

    def refresh_rail(self) -> None:
        """The rail says what the cursor row is about."""
        from xieli_tui.ui.widgets.paint import Paint

        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if item == DRAFTS:
            return [line(("没写完", "bold")), line(), *rail_block("草稿", *[f"{one.word} {one.who}".rstrip() for one in self.drafts[:8]])]
        if item is None:
            return [line(("队列", "bold")), line(), *say("没有在等的。F3 把村里的U盘收进来。")]
        out = [line((item.head or "名单外的人", "bold"), ("  " + words.short_place(item.village_name), "$ink-3"))]
        if item.emergency:
            out.append(line((f"急难  {matter(item)}", "bold $error")))
        out += [line(), *rail_block("为什么排这里", item.why), *rail_block("到哪一步", item.state_label)]
        if item.kinds:
            out += rail_block("办什么", *[codes.kind_name(kind) for kind in item.kinds])
        out += rail_block("等了", f"{item.age_days} 天" if item.age_days else "今天来的")
        return [*out, line(("下一步", "$ink-3")), line(("Enter", "bold $primary"), " 打开")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "打开"), ("F3", "收件"), ("F4", "窗口受理"), ("F5", "住户"), ("F9", "回传"), ("Esc", "主菜单"))

    def back(self) -> None:
        if self.helping:
            super().back()
        else:
            self.xapp.action_go("menu")

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if isinstance(item, QueueItem) else None

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit and digit <= len(self.items):
            event.stop()
            wanted = self.items[digit - 1]
            self.rows.move_to(lambda item: item is wanted)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui.screens.case import AnswerPage, CasePage

        item = event.item
        if isinstance(item, QueueItem):
            self.xapp.open(CasePage(item.app) if item.app else AnswerPage(item))
        elif item == DRAFTS:
            self.xapp.action_go("drafts")
