"""反映: what people came, called or wrote about; open until somebody wrote how it was answered (002:三(一)4, 三(二)3; M-75).

Rules kept here
- a complaint is in the words it came in, and stays at the desk: the village it may be about never gets it;
- which family it is about is asked for only where one was named;
- nobody is counted: the list says what is still unanswered, and since when.
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
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say, wrap


class ComplaintsPage(ListPage):
    """Complaints held at this desk."""

    NAME = "反映"
    WAYS = (("1", "记一件反映", "来访、来电、热线、来信说的"),)
    GUIDE = Help(
        "群众反映、举报，收到就记，查了写怎么答复的。只在本单位看，不发给村里。",
        (("Enter", "写答复"), ("1", "记一件"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("谁反映的", "不问名字。原话记下来就行。"), ("说的是哪户", "说了才写；没说就空着。"), ("没有答复的", "一直在上面，先来的在前。")),
    )

    def sections(self) -> Sequence[Section]:
        found = matters.list_complaints(self.xapp.session)
        self.who = people.families(self.xapp.session, (one.household for one in found))
        waiting = [one for one in found if not one.result]
        done = [one for one in found if one.result]
        return (
            Section(f"还没答复  {len(waiting)} 件" if waiting else "还没答复", waiting, "先来的在前", "没有等答复的。按 1 记一件。"),
            Section(f"答复过的  {len(done)} 件", done),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 件等答复。", "Enter 写答复，1 记一件。") if count else ("没有等答复的。", "1 记一件。")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        who = self.who.get(item.household, people.NOBODY)
        lines = [row(
            cell(words.short_day(item.on, day), 8, "$ink-3"), cell(codes.label("complaint_channel", item.channel), 7, "$ink-2"), cell(who.head, 8, "bold" if on else ""),
            cell(words.gist(item.text, 36), 37, "" if on else "$ink-2"), cell(f"{words.short_day(item.answered_on, day)} 答复" if item.result else "没有答复", 12, "$ink-3" if item.result else "$warning"), on=on,
        )]
        if on:
            lines += self.opened(item.text)
            lines += self.opened(f"答复：{item.result}") if item.result else []
        return lines

    def chosen(self, item: Any) -> None:
        if item.result:
            self.say(f"{words.short_day(item.answered_on, self.xapp.today())} 已经答复过了。")
        else:
            self.xapp.open(ComplaintAnswerPage(item.id))

    def way(self, digit: int) -> None:
        self.xapp.open(ComplaintPage())

    def rail(self) -> Sequence[Line]:
        return [line(("反映", "bold")), line(), *rail_block("谁反映的", "不问名字。"), *rail_block("村里", "看不到这里的事。"), *rail_block("答复", "查到了什么，怎么说的，写一句。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "写答复"), ("1", "记一件"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if item is not None else None


class ComplaintPage(DeskForm):
    """One complaint received."""

    NAME = "记反映"
    FORM = "complaint"
    NEEDED: ClassVar[tuple[str, ...]] = ("channel", "text")
    FIELDS: ClassVar[dict[str, str]] = {"village": "household"}
    QUIET = "照原话记，不问是谁反映的。"
    AFTER = "等着答复，不发给村里。"
    GUIDE = Help("收到一件反映就记一件：怎么来的，说了什么。", KEYS, (("说的是哪户", "说了才写，打姓名或者拼音头字母。"), ("不是本镇的", "不在本单位辖区的户记不上，请转有权的单位。")))

    def __init__(self, household: str = "") -> None:
        super().__init__(household or "new")
        self.household = household

    def body(self) -> ComposeResult:
        yield Paint((head("收到一件反映", "不发给村里"), *self.air()))
        yield FormRow(Field("怎么来的", self.choice("channel", codes.choices("complaint_channel")), needed=True))
        yield FormRow(Field("说了什么", self.text("text", hint="照原话"), width=64, needed=True))
        yield FormRow(Field("说的哪户", self.family("household", self.household, hint="没说是谁就空着"), width=40))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("记反映", "bold")), line(), *rail_block("原话", "人家怎么说就怎么记，不加自己的看法。"), *rail_block("以后", "查了在 反映 里按 Enter 写答复。")]

    def store(self) -> Saved:
        return matters.receive_complaint(self.xapp.session, matters.ReceiveComplaint(
            self.value("channel"), self.value("text"), self.value("household") or None, self.value("on")))


class ComplaintAnswerPage(DeskForm):
    """How one complaint was answered."""

    NAME = "答复反映"
    FORM = "complaint_answer"
    NEEDED: ClassVar[tuple[str, ...]] = ("result",)
    QUIET = "查到了什么，怎么答复的，写一句。"
    AFTER = "这一件放下了。"
    GUIDE = Help("查了以后，写查到了什么、怎么答复的。写完这一件就放下。", KEYS, (("要停、要追回", "不在这里。停发、追回另外按步骤办。"), ("已经答复的", "不能再写一次。")))

    def __init__(self, complaint: str) -> None:
        super().__init__(complaint)

    def body(self) -> ComposeResult:
        found = self.attempt(lambda: matters.list_complaints(self.xapp.session)) or []
        one = next((each for each in found if each.id == self.key), None)
        when = f"{words.short_day(one.on, self.xapp.today())} {codes.label('complaint_channel', one.channel)}" if one is not None else ""
        yield Paint((head("答复一件反映", when), *[line("  ", piece) for piece in wrap(one.text if one is not None else "", 72)[:4]], blank()))
        yield FormRow(Field("怎么答复", self.text("result", hint="查到了什么，怎么说的"), width=64, needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("答复", "bold")), line(), *say("答复写在本单位的记录里，村里看不到。")]

    def store(self) -> Saved:
        return matters.answer_complaint(self.xapp.session, self.key, self.value("result"), self.value("on"))
