"""接着办: what is open about one family beside its applications, and what can be written for it.

Rules kept here
- every open line says why it is here, since when, and its clause; what has passed its day says how far, never more;
- Enter on a line opens what deals with it: feedback of a referral, a step of an emergency, a referral that the record offers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.casework import matters, offers
from xieli_tui.casework.matters import Matter
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.given import GiveAidPage, LossPage
from xieli_tui.ui.screens.helpers import HelpersPage
from xieli_tui.ui.screens.inform import InformPage
from xieli_tui.ui.screens.matter_forms import AssessPage, ChangePage, FeedbackPage, ReferPage, ServicePage, StepPage
from xieli_tui.ui.screens.person_page import PersonFilePage
from xieli_tui.ui.widgets.paint import Line, blank, cell, head, line, rail_block, row, say, under
from xieli_tui.ui.widgets.row_list import RowList

KIND_WORDS = {"emergency": "急难", "referral": "转介", "change": "变化", "offer": "提醒"}


@dataclass(frozen=True, slots=True)
class Deed:
    """A row that opens a form; found by the command list through `text` and `do`."""

    digit: str
    text: str
    what: str
    do: Callable[[], None]


class MattersPage(Page):
    """What is open about one family, and what can be written."""

    NAME = "接着办"
    GUIDE = Help(
        "这一家除了申请以外还要接着办的，和能替它记的。",
        (("数字", "记一样"), ("上下", "选"), ("Enter", "办这条"), ("F4", "走访"), ("F1", "帮助"), ("Esc", "返回")),
        (("提醒", "按已登记的情况提出来的，办不办您看，不会自己转出去。"), ("变化", "报上去以后一直列着，到镇里、县里答复为止。"), ("转介", "Enter 记回音；有了结果才放下。")),
    )

    def __init__(self, card: HouseholdCard) -> None:
        super().__init__()
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()
        self.found: list[Matter] = []

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=lambda item: getattr(item, "target", None) or getattr(item, "digit", None) or id(item), id="matters")
        yield self.rows

    def _deeds(self) -> list[Deed]:
        opened, card = self.xapp.open, self.card
        return [
            Deed("1", "报变化", "添人、去世、大病、就业、迁移、大笔款项", lambda: opened(ChangePage(card))),
            Deed("2", "转介", "转给残联、住建、教育、人社、救助站等", lambda: opened(ReferPage(card))),
            Deed("3", "六方面评估", "经济、健康、教育、居住、就业、社会参与", lambda: opened(AssessPage(card))),
            Deed("4", "记服务", "岗位信息、职业指导、照料、探访、陪护", lambda: opened(ServicePage(card))),
            Deed("5", "一人一档", "每个人有什么，还缺什么", lambda: opened(PersonFilePage(card))),
            Deed("6", "给东西", "村里给的米油棉被，帮的忙", lambda: opened(GiveAidPage(card))),
            Deed("7", "受灾损失", "遭了灾、出了事，损失什么", lambda: opened(LossPage(card))),
            Deed("8", "告知政策", "有哪一种，本人愿意不愿意", lambda: opened(InformPage(card))),
            Deed("9", "结对帮扶", "谁和这一家结对，哪个小组管", lambda: opened(HelpersPage(card))),
        ]

    def reload(self) -> None:
        self.found = self.attempt(lambda: matters.show(self.xapp.session, self.card.row.id)) or []
        self._lay()
        self.rows.focus()
        self.stand(f"{len(self.found)} 条要接着办。" if self.found else "没有要接着办的。", "数字记一样。")

    def _lay(self) -> None:
        items: list[Any] = [head("要接着办的", "急难、转介、变化、提醒"), *self.air(), *self.found]
        if not self.found:
            items.append(line("  ", ("没有。", "$ink-2")))
        items += [blank(), head("替这一家记", "按数字"), *self.air(), *self._deeds()]
        self.rows.show(items)

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Deed):
            return (row(cell(item.digit, 4, "bold $primary"), cell(item.text, 14, "bold"), cell(item.what, 54, "$ink-2"), on=on),)
        if not isinstance(item, Matter):
            return (item,)
        when, style = words.due_word(item.due, "overdue" if item.late else "", self.xapp.today()) if item.kind == "referral" and item.due else (words.short_day(item.due, self.xapp.today()) if item.due else "", "$ink-3")
        first = row(cell(KIND_WORDS[item.kind], 6, "$ink-2"), cell(item.what, 46, "bold" if on else ""), cell(when, 20, style), on=on)
        return [first, under(f"{item.why}{f'  {item.cite}' if item.cite else ''}", 8)] if on else [first]

    def rail(self) -> Sequence[Line]:
        out = [line(("这一家", "bold")), line()]
        for one in self.card.members[:8]:
            out += say("  ".join(part for part in (one.name, one.relation_label, f"{one.age} 岁" if one.age is not None else "") if part))
        return [*out, line(), *rail_block("提醒从哪里来", "走访看到房屋有隐患、孩子登记为不在校、有劳动能力的都没有就业、留守儿童没有监护人。没记过的不提醒。")]

    def foot(self) -> Sequence[Key]:
        return (("1-9", "记一样"), ("Enter", "办这条"), ("上下", "选"), ("F4", "走访"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        deed = next((one for one in self._deeds() if one.digit == str(digit)), None)
        if deed is not None:
            event.stop()
            deed.do()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        item = event.item
        if isinstance(item, Deed):
            item.do()
        elif isinstance(item, Matter):
            self._deal(item)

    def _deal(self, item: Matter) -> None:
        if item.kind == "referral":
            self.xapp.open(FeedbackPage(self.card, item.target))
        elif item.kind == "emergency":
            self.xapp.open(StepPage(self.card, item.target))
        elif item.kind == "offer" and item.department:
            self.xapp.open(ReferPage(self.card, item.department, item.aid, item.person))
        elif item.kind == "offer" and item.target.startswith(f"{offers.URGE}:"):
            self.xapp.open(ServicePage(self.card, "guardian_urged", item.person))
        elif item.kind == "offer" and item.person:
            from xieli_tui.ui import fact_ways

            fact_ways.open_person(self.xapp, self.card.row.id, item.person)
        else:
            self.say("已经报上去了，等镇里、县里答复。", "答复会随回传回来。")


__all__ = ["MattersPage", "PersonFilePage"]
