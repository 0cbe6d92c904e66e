"""个案会商: what waits for it, what was agreed (004:二(二), 000:12; M-21, M-54, CQ-16).

Rules kept here
- a case the villages found complex stands here until a conference held after it names the family: nothing is ticked off by hand;
- at least two people sit together; what was agreed is written in their words, and no aid follows from it by itself;
- an application or a family is always named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import alerts, matters, people
from xieli_tui.desk.alerts import AgendaItem
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, say


@dataclass(frozen=True, slots=True)
class Waiting:
    """A complex case on the agenda, with a key of its own for the list."""

    id: str
    item: AgendaItem


class ConferencesPage(ListPage):
    """The agenda, then the conferences held."""

    NAME = "个案会商"
    WAYS = (("1", "记一次会商", "谁参加的，商定了什么"),)
    GUIDE = Help(
        "情形复杂的，几家坐下来商量，商定了什么记下来。",
        (("Enter", "记会商，或者开户档"), ("1", "记一次"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("等着会商", "村里核查为情形复杂、还没有会商过的，自己到这里；会商写上这一户就下去。"), ("商定了什么", "照会上定的写。要给救助，另外按步骤办。"), ("至少两人", "参加的人写两个以上。")),
    )

    def sections(self) -> Sequence[Section]:
        session = self.xapp.session
        waiting = [Waiting(one.alert, one) for one in alerts.agenda(session)]
        held = matters.list_conferences(session)
        self.who = people.families(session, (*(one.item.household for one in waiting), *(home for one in held for home in one.households)))
        return (
            Section(f"等着会商  {len(waiting)} 户" if waiting else "等着会商", waiting, "村里核查为情形复杂的", "没有。"),
            Section(f"会商过的  {len(held)} 次" if held else "会商过的", held, "新的在前", "还没有记过。按 1 记一次。"),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 户等着会商。", "Enter 记会商。") if count else ("没有等着会商的。", "1 记一次。")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        if isinstance(item, Waiting):
            who = self.who.get(item.item.household, people.NOBODY)
            note = item.item.note or item.item.text
            lines = [row(cell(words.short_day(item.item.on, day), 8, "$ink-3"), cell(words.short_place(who.village_name), 9, "$ink-2"), cell(item.item.head or "未匹配", 8, "bold" if on else ""),
                         cell(words.gist(note, 47), 47, "" if on else "$ink-2"), on=on)]
            return [*lines, *self.opened(note)] if on else lines
        heads = "、".join(one for one in (self.who.get(home, people.NOBODY).head for home in item.households) if one) or f"{len(item.applications)} 件申请"
        lines = [row(cell(words.short_day(item.on, day), 8, "$ink-3"), cell(heads, 13, "bold" if on else ""), cell(f"{len(item.members)} 人", 6, "$ink-2"), cell(words.gist(item.result, 46), 46, "" if on else "$ink-2"), on=on)]
        if on:
            lines += [*self.opened(f"参加：{'、'.join(item.members)}", most=2), *self.opened(item.result)]
        return lines

    def chosen(self, item: Any) -> None:
        from xieli_tui.ui import places

        if isinstance(item, Waiting):
            self.xapp.open(ConferencePage(item.item.household))
        elif item.households:
            places.open_dossier(self.xapp, item.households[0])
        elif item.applications:
            places.open_application(self.xapp, item.applications[0])

    def way(self, digit: int) -> None:
        self.xapp.open(ConferencePage())

    def rail(self) -> Sequence[Line]:
        return [line(("个案会商", "bold")), line(), *rail_block("等着会商", "会商写上这一户，就从这里下去。"), *rail_block("要给救助", "会上定了，还要按步骤受理、决定。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "打开"), ("1", "记一次"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        if isinstance(item, Waiting):
            return item.item.household or None
        return item.households[0] if item is not None and item.households else None


class ConferencePage(DeskForm):
    """A conference held.

    Args:
        household: the family it is about, "" to name one here.
        application: the case it was opened from.
    """

    NAME = "记会商"
    FORM = "conference"
    NEEDED: ClassVar[tuple[str, ...]] = ("members", "result")
    FIELDS: ClassVar[dict[str, str]] = {"member": "members", "application": "home", "household": "home", "village": "home"}
    QUIET = "参加的人写两个以上，商定了什么照会上的写。"
    AFTER = "记在本单位，要给救助另外按步骤办。"
    GUIDE = Help("会商开过了，记下哪天、谁参加的、哪一户、商定了什么。", KEYS, (("哪一户", "打姓名或者拼音头字母；可以写两户。"), ("商定了什么", "照会上定的写。给不给、给多少，还要按步骤办。")))

    def __init__(self, household: str = "", application: str = "") -> None:
        super().__init__(f"{household or 'new'}:{application}" if application else household or "new")
        self.household, self.application = household, application

    def body(self) -> ComposeResult:
        yield Paint((head("个案会商", "这一件申请" if self.application else ""), *self.air()))
        yield FormRow(Field("哪一户", self.family("home", self.household), width=40, needed=True))
        yield FormRow(Field("还有一户", self.family("second", hint="没有就空着"), width=40))
        yield FormRow(Field("谁参加的", self.text("members", hint="两个以上，用顿号分开"), width=64, needed=True))
        yield FormRow(Field("商定什么", self.text("result"), width=64, needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("记会商", "bold")), line(), *say("给不给、给多少，会后还要按步骤办。")]

    def store(self) -> Saved:
        homes = [one for one in (self.value("home"), self.value("second")) if one]
        return matters.hold_conference(self.xapp.session, matters.HoldConference(
            self.parts("members"), self.value("result"), (self.application,) if self.application else (), tuple(homes), self.value("on")))
