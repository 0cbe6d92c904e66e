"""转介名单: every referral of the village or of the desk, those whose answer is overdue first; Enter writes what came back (001:10, 004:二(二); M-19).

Rules kept here
- a referral stays on top until an answer was written; 办理中 and 转下一单位 keep it there;
- where nobody set a day there is none: nothing is late by a day that was made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xieli_tui.casework import referrals
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row, say


class ReferralsPage(ListPage):
    """Referrals, waiting ones first."""

    NAME = "转介名单"
    GUIDE = Help(
        "转出去的都在这里：转给谁，哪天要回音，回了什么。",
        (("Enter", "写回音"), ("上下", "选"), ("Ctrl+F", "找人"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("到期没有回音", "在最上面，打电话问一问。"), ("办理中", "写了还在上面，接着跟。"), ("没有期限", "转的时候没有写，县里也没有定。")),
    )

    def sections(self) -> Sequence[Section]:
        found = referrals.list_referrals(self.xapp.session)
        waiting = [one for one in found if one.open]
        done = [one for one in found if not one.open]
        return (
            Section(f"等回音  {len(waiting)} 件" if waiting else "等回音", waiting, "到期的在前", "没有等回音的。"),
            Section(f"有回音的  {len(done)} 件", done),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        waiting = sections[0].items
        over = sum(1 for one in waiting if one.overdue)
        return (f"{over} 件到期没有回音。" if over else f"{len(waiting)} 件等回音。", "Enter 写回音。") if waiting else ("没有等回音的。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        when, style = words.due_word(item.due, "", day) if item.open else (f"{words.short_day(item.answered_on, day)} {item.result}", "$ink-2")
        lines = [row(cell(words.short_day(item.on, day), 8, "$ink-3"), cell(item.head or item.who or "名单外", 9, "bold" if on else ""), cell(words.gist(words.wide(item.department_name), 17), 18), cell(item.kind_label, 18, "$ink-2"), cell(when, 20, style), on=on)]
        if on:
            receiver = f"首问人 {item.first_receiver}" if item.first_receiver else ""
            lines += self.opened("  ".join(part for part in (item.who if item.who != item.head else "", receiver, item.note) if part))
            lines += self.opened(f"{item.result}：{item.answer_note}" if item.answer_note else item.result if item.open else "")
        return lines

    def chosen(self, item: Any) -> None:
        from xieli_tui.ui import finding_ways, matter_ways, places

        if not item.household:
            finding_ways.open_finding(self.xapp, item.flag)  # somebody on no list: his finding has the way to its answer
        elif item.open:
            matter_ways.open_draft(self.xapp, "feedback", f"{item.household}:{item.id}")
        else:
            places.open_dossier(self.xapp, item.household, "7")

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if item is None:
            return [line(("转介名单", "bold")), line(), *say("没有转出去的。在户档里转介。")]
        return [line((item.head or item.who or "名单外的人", "bold")), line(), *rail_block("转给", item.department_name, item.successor), *rail_block("期限", item.due or "没有期限", item.limit if item.due else "")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "写回音"), ("上下", "选"), ("Ctrl+F", "找人"), ("F2", "今日" if self.xapp.session.role == "village" else "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if item is not None else None
