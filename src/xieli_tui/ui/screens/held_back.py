"""转人工核对: entries that were taken in and have no effect, and a person's word on each (design 03, 09).

Rules kept here
- every row says who wrote it, where, and why it is held back; nothing of a number is shown;
- what a release cannot lift is not offered for release; keeping only says that somebody looked;
- both ask for a reason, which goes home to the village with the next return.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import quarantine
from xieli_tui.errors import NotFound
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say, wrap

RELEASE, KEEP = "release", "keep"


class HeldBackPage(ListPage):
    """Entries without effect."""

    NAME = "转人工核对"
    GUIDE = Help(
        "收下了、还不起作用的记录。看一看是谁写的、为什么，是真的就放行，不是就留着，写一句原因。",
        (("Enter", "放行或留着"), ("上下", "选"), ("F3", "收件"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("放行", "由县级办。放行以后和别的记录一样起作用，回传以后村里也一样。"), ("不能放行的", "内容不合格式的、无权写的，请有权的人重新写一条。"), ("留着", "看过了，仍然不起作用。记录都在，一条不少。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.event

    def sections(self) -> Sequence[Section]:
        found = quarantine.list_held(self.xapp.session)
        fresh, kept = [one for one in found if not one.kept], [one for one in found if one.kept]
        return (
            Section(f"等人看的  {len(fresh)} 条" if fresh else "等人看的", fresh, "新来的在上", "没有要看的。"),
            Section(f"看过、留着的  {len(kept)} 条", kept),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 条等人看。", "Enter 放行或留着。") if count else ("没有要看的。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        lines = [row(
            cell(words.short_day(item.on, day), 8, "$ink-3"), cell(words.short_place(item.village_name), 9, "$ink-2"), cell(item.author, 8),
            cell(item.word, 10, "bold" if on else ""), cell(item.head, 8), cell(words.gist(item.why, 22), 24, "$ink-2"), cell("可放行" if item.liftable else "", 7, "$warning"), on=on,
        )]
        if on:
            lines += self.opened(words.wide(item.summary))
            lines += self.opened(item.why if len(item.why) > 11 else "")
            lines += self.opened(f"留着：{item.kept}" if item.kept else "")
        return lines

    def chosen(self, item: Any) -> None:
        self.xapp.open(HeldPage(item.event))

    def rail(self) -> Sequence[Line]:
        return [line(("转人工核对", "bold")), line(), *rail_block("放行", "由县级办，写明原因。"), *rail_block("留着", "看过了，仍然不起作用。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "放行或留着"), ("上下", "选"), ("F3", "收件"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))


class HeldPage(DeskForm):
    """One entry released or kept. `key` = its reference."""

    NAME = "放行或留着"
    FORM = "desk.held"
    NEEDED: ClassVar[tuple[str, ...]] = ("what", "reason")
    FIELDS: ClassVar[dict[str, str]] = {"event": "what", "reason": "reason"}
    QUIET = "先问清楚，再定。"
    GUIDE = Help(
        "看清这一条是谁写的、写的什么、为什么不起作用。问清楚了再定，写一句原因。", KEYS,
        (("放行", "起作用，和别的记录一样。由县级办。"), ("留着", "看过了，仍然不起作用，以后还能放行。"), ("原因", "如 打电话问过本人、镇里先收到的。")),
    )

    def body(self) -> ComposeResult:
        found = self.attempt(lambda: quarantine.list_held(self.xapp.session)) or []
        one = next((each for each in found if each.event == self.key), None)
        self.held = one
        self.subject = f"{one.author} {words.short_place(one.village_name)}".strip() if one is not None else ""
        lines = []
        if one is not None:
            about = "  ".join(part for part in (one.on, one.word, one.head) if part)
            lines = [line("  ", (piece, "")) for piece in wrap(f"{about}  {words.wide(one.summary)}", 72)[:4]]
            lines += [line("  ", (f"为什么：{one.why}", "$warning"))]
        yield Paint((head("这一条" if one is not None else "这一条已经定了"), *self.air(), *lines, blank()))
        ways = [(KEEP, "留着，不起作用")]
        if one is not None and one.liftable and self.xapp.session.role == "county":
            ways = [(RELEASE, "放行，起作用"), *ways]
        yield FormRow(Field("怎么办", self.choice("what", ways, gap=2, sole=True), needed=True))
        yield FormRow(Field("为什么", self.text("reason", hint="如 打电话问过本人"), width=64, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("定一条", "bold")), line(), *say("放行由县级办。留着的以后还能放行。")]

    def store(self) -> Saved:
        if self.held is None:
            raise NotFound("XL-V45", "这一条已经定了")
        verb = quarantine.release if self.value("what") == RELEASE else quarantine.keep
        return verb(self.xapp.session, [self.key], self.value("reason"))[0]
