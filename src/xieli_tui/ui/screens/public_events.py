"""突发公共事件: opened by a desk, known in its villages with the next return, closed by hand (000:14; M-49, JX-28).

Rules kept here
- which villages is written, by name or code; a county that writes none means all of it, a township always writes them;
- whether reviews pause while it lasts is asked, never assumed;
- it is closed by whom it belongs to; what villages found while it lasted stays with their families.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import matters, people
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm, village_codes
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say

KINDS = tuple((ident, codes.label("urgent_kind", ident)) for ident in ("disaster", "public_event", "fire", "accident", "other"))
"""What befalls many at once; what befalls one family is an emergency of its own (F5 in its village)."""


class EventsPage(ListPage):
    """Public events, those that last first."""

    NAME = "突发事件"
    WAYS = (("1", "开一次", "各村随回传收到，排查在册的家庭"),)
    GUIDE = Help(
        "暴雨、地震、疫情这样的突发公共事件。开了以后，各村随回传收到，去看在册的家庭。",
        (("Enter", "结束这一次"), ("1", "开一次"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("各村", "收到以后，今日里有一行排查。损失记在各家，选是哪一次。"), ("结束", "过去了要写结束，村里才不再排查。"), ("县里开的", "由县里结束。")),
    )

    def sections(self) -> Sequence[Section]:
        found = matters.list_events(self.xapp.session)
        self.names = people.villages(self.xapp.session)
        going = [one for one in found if not one.closed]
        over = [one for one in found if one.closed]
        return (
            Section(f"进行中  {len(going)} 次" if going else "进行中", going, "", "没有。按 1 开一次。"),
            Section(f"结束了的  {len(over)} 次", over, "新的在前"),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 次进行中。", "过去了按 Enter 结束。") if count else ("没有进行中的。", "1 开一次。")

    def where(self, item: Any) -> str:
        """Where it holds, in words."""
        names = [words.short_place(self.names.get(code, code)) for code in item.villages]
        return "、".join(names) if names else "全县" if item.role == "county" else "全镇"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        lines = [row(
            cell(words.short_day(item.on, day), 8, "$ink-3"), cell(item.name, 20, "bold" if on else ""), cell(codes.label("urgent_kind", item.kind), 15, "$ink-2"), cell(self.where(item), 17, "$ink-2"),
            cell(f"{words.short_day(item.closed, day)} 结束" if item.closed else "进行中", 12, "$ink-3" if item.closed else "$warning"), on=on,
        )]
        if on:
            lines += self.opened(f"在哪里：{self.where(item)}", most=2)
            lines += self.opened("这期间暂停核查。") if item.suspend_reviews else []
        return lines

    def chosen(self, item: Any) -> None:
        if item.closed:
            self.say(f"{words.short_day(item.closed, self.xapp.today())} 已经结束了。")
        elif item.role == "county" and self.xapp.session.role != "county":
            self.say("县里开的，由县里结束。")
        else:
            self.xapp.open(EventClosePage(item.id))

    def way(self, digit: int) -> None:
        self.xapp.open(EventOpenPage())

    def rail(self) -> Sequence[Line]:
        return [line(("突发事件", "bold")), line(), *rail_block("开了以后", "F9 回传，各村收到，今日里有一行排查。"), *rail_block("损失", "村里记在各家，选是哪一次。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "结束"), ("1", "开一次"), ("上下", "选"), ("F9", "回传"), ("F1", "帮助"), ("Esc", "返回"))


class EventOpenPage(DeskForm):
    """A public event opened."""

    NAME = "开突发事件"
    FORM = "event_open"
    NEEDED: ClassVar[tuple[str, ...]] = ("kind", "name")
    FIELDS: ClassVar[dict[str, str]] = {"village": "villages"}
    QUIET = "叫什么、在哪些村，开了各村随回传收到。"
    GUIDE = Help(
        "开一次突发公共事件，各村随回传收到，去看在册的家庭。", KEYS,
        (("哪些村", "写村名或者 12 位代码，几个用顿号分开。县里不写就是全县，镇里要写。"), ("暂停核查", "文件说了暂停才选，不说就不停。"), ("结束", "过去了回来写结束。")),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        self.names = self.attempt(lambda: people.villages(self.xapp.session)) or {}
        county = self.xapp.session.role == "county"
        yield Paint((head("开一次突发公共事件"), *self.air()))
        yield FormRow(Field("哪一种", self.choice("kind", KINDS, gap=1, width=64), needed=True))
        yield FormRow(Field("叫什么", self.text("name", hint="如 7月暴雨"), width=30, needed=True))
        yield FormRow(Field("哪些村", self.text("villages", hint="村名或代码，用顿号分开；不写就是全县" if county else "村名或代码，用顿号分开"), width=60, needed=not county))
        yield FormRow(Field("暂停核查", self.choice("suspend", (("no", "不停"), ("yes", "这期间暂停")), chosen=("no",), gap=2)))
        yield FormRow(Field("从哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        shown = "、".join(words.short_place(name) for name in self.names.values())
        yield Paint((blank(), line("  ", cell("本单位的", 10, "$ink-3"), (cell(shown or "还没有登记村", 62)[0].rstrip(), "$ink-2"))))

    def rail(self) -> Sequence[Line]:
        return [line(("开突发事件", "bold")), line(), *rail_block("各村", *(words.short_place(name) for name in self.names.values()))]

    def store(self) -> Saved:
        return matters.open_event(self.xapp.session, matters.OpenEvent(
            self.value("kind"), self.value("name"), village_codes(self.parts("villages"), self.names, "villages"), self.value("on"), self.value("suspend") == "yes"))


class EventClosePage(DeskForm):
    """A public event closed."""

    NAME = "结束突发事件"
    FORM = "event_close"
    FIELDS: ClassVar[dict[str, str]] = {"event": "on"}
    QUIET = "结束以后，各村随回传收到，不再排查。"
    GUIDE = Help("这一次过去了，写哪天结束的。村里记过的损失、走访都还在。", KEYS)

    def __init__(self, event: str) -> None:
        super().__init__(event)

    def body(self) -> ComposeResult:
        found = self.attempt(lambda: matters.list_events(self.xapp.session)) or []
        one = next((each for each in found if each.id == self.key), None)
        about = f"{one.name}  {words.short_day(one.on, self.xapp.today())} 开始" if one is not None else ""
        yield Paint((head("结束突发公共事件", about), *self.air()))
        yield FormRow(Field("哪天结束", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("结束", "bold")), line(), *say("村里记过的损失、走访都还在，只是不再排查。")]

    def store(self) -> Saved:
        return matters.close_event(self.xapp.session, self.key, self.value("on"))
