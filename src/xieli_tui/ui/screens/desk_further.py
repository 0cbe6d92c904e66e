"""Forms of the steps not every case takes: 民主评议, 上报, 分阶段.

Rules kept here
- an appraisal opens with nothing chosen: what is unclear is the officer's to say;
- what the policy says stands on the form before it is saved, and with the saved line after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import further
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import whole
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.desk_forms import DeskForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Paint, blank, cell, line

UNCLEAR = (("economy", "家庭经济状况"), ("facts", "事实"))


class AppraisePage(DeskForm):
    """民主评议: only where something is unclear or somebody objected gravely."""

    FORM = "desk.appraise"
    WORD = "民主评议"
    FIELDS: ClassVar[Mapping[str, str]] = {"unclear": "unclear", "result": "result"}
    QUIET = "情况清楚、没有重大异议的，不用评议。"
    DONE = "评议记下了。"

    def body(self) -> ComposeResult:
        yield self.heading("只在不清楚或有重大异议的时候")
        yield FormRow(Field("不清楚的", self.choice("unclear", UNCLEAR, multi=True, gap=2)))
        yield FormRow(Field("结果", self.text("result"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        return further.appraise(self.xapp.session, self.case.card.id, self.value("result"), self.many("unclear"), self.value("on"), seen=self.case.card.heads)


class ReportPage(DeskForm):
    """上报 to the county."""

    FORM = "desk.report"
    WORD = "上报县级"
    QUIET = "带着核对、调查和初审意见上报。"
    DONE = "已上报。"

    def body(self) -> ComposeResult:
        yield self.heading("县级决定的件")
        yield FormRow(Field("说明", self.text("note"), width=64))
        yield self.on_day()
        owed = [one for one in self.case.steps if one.status == "owed" and not one.step.startswith(("decided", "told"))]
        yield Paint((blank(), *[line("  ", cell("还欠" if not at else "", 10, "bold $error"), cell(one.label, 16), (f"{one.why}  {one.cite}", "$ink-2")) for at, one in enumerate(owed)]))

    def store(self) -> Saved:
        return further.report(self.xapp.session, self.case.card.id, self.value("note") or None, self.value("on"), seen=self.case.card.heads)


class StagePage(DeskForm):
    """One stage of a grant."""

    FORM = "desk.stage"
    WORD = "分阶段救助"
    FIELDS: ClassVar[Mapping[str, str]] = {"stage": "stage", "amount": "amount", "due": "due"}
    NEEDED: ClassVar[tuple[str, ...]] = ("amount", "due")
    QUIET = "一次决定，分几次付；合起来不超过决定的。"

    def body(self) -> ComposeResult:
        held = self.attempt(lambda: further.list_stages(self.xapp.session, self.case.card.id)) or []
        day = self.xapp.today()
        yield self.heading("一次决定，分几次付")
        yield FormRow(Field("第几次", self.text("stage", str(len(held) + 1), fold=True), width=6))
        yield FormRow(Field("金额", self.money("amount"), width=14, after=" 元", needed=True))
        yield FormRow(Field("哪天付", self.day("due"), width=14, needed=True))
        yield Paint((blank(), *[
            line("  ", cell("已经定的" if not at else "", 10, "$ink-3"), (f"第 {one.stage} 次  {format_fen(one.amount)} 元  {words.short_day(one.due, day)}  {'已付' if one.paid else '还没付'}", "$ink-2"))
            for at, one in enumerate(held)
        ]))

    def store(self) -> Saved:
        number = whole(self.value("stage"))
        if number is None:
            raise Refused("XL-V11", "写第几次，例如 1", field="stage")
        return further.set_stage(self.xapp.session, self.case.card.id, number, self.value("amount"), self.value("due"), seen=self.case.card.heads)
