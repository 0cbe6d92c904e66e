"""走访: three presses for a routine visit, a minute for a full one.

Rules kept here
- whom was met has no default and is the first thing under the cursor (Law 1); 未遇 is kept and satisfies no clock;
- six marks on one line, last time's in grey beneath and never carried over;
- every entry stands above row 17 at 80x24, because an input method's window covers the last rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import record_visit as verb
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.casework.visit_form import CHANGES, FINDINGS, MET, SAFETY, request
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Offer
from xieli_tui.ui.screens.draft_keeper import Values
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.choice import LEVELS, Choice, MarkRow
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, Part, blank, cell, head, line, rail_block, say, split

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp


class VisitPage(FormPage):
    """A new visit of one family."""

    NAME = "走访"
    FORM = "visit"
    doing = "visit"
    CSS_PATH = "visit.tcss"
    FIELDS: ClassVar[Mapping[str, str]] = {"met": "met", "mark": "marks", "visitor": "together", "change": "changes", "alert_finding": "finding", "house_safety": "safety"}
    QUIET = "见到谁没有默认，要您自己按。"
    GUIDE = Help(
        "记下您哪天见到了谁、看到了什么。例行走访三下就完：F4 打开，1 见到本人，Ctrl+S 保存。",
        (("1-4", "见到谁"), ("Tab", "下一格"), ("空格", "换正常/留意"), ("Ctrl+S", "保存"), ("F5", "记困难"), ("Ctrl+N", "丢掉草稿")),
        (("哪一种", "最上面写着。这次其实是复核、季度探访的，Ctrl+G 打 这次 换。"), ("未遇", "记下来，但不算走到，期限照旧。"), ("六方面", "正常 / 留意 / 有困难。没问的空着，空着不等于正常。"),
         ("写错了", "再写一条更正(原记录保留)，不用怕。"), ("有人遇急", "F5 记急难，先打电话，材料后补。")),
    )

    def __init__(self, card: HouseholdCard, kind: str = "", alert: str = "") -> None:
        super().__init__(card.row.id)
        self.card, self.kind, self.alert = card, kind or "routine", alert
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()

    def body(self) -> ComposeResult:
        self.marks = MarkRow([ident for ident, _ in codes.choices("dimension")], id="marks")
        met = self.choice("met", MET, gap=2)
        yield Paint(lambda _width: [self._head(), *self.air()], id="visit-head")
        yield FormRow(Field("见到谁", met, needed=True), Field("", Paint((line(("   按数字，再 Ctrl+S", "$ink-3")),), id="tip"), width=22, room=0))
        yield FormRow(
            Field("日期", self.day("on", self.xapp.today().isoformat()), width=14),
            Field("走访人", self.text("visitor", self.xapp.operator_name), width=12, room=8, before=3),
            Field("同去", self.text("together", hint="姓名 身份"), width=17, room=6, before=3),
        )
        yield Paint(lambda _width: [blank(), head("六方面", "空格键换，没问的空着"), *self.air()], classes="give")
        yield Paint(self._dimensions)
        self.entries["marks"] = self.marks
        yield FormRow(Field("这次", self.marks, width=64), classes="tight")
        yield Paint(self._last_marks)
        yield Paint(lambda _width: [blank(), head("变化和要记的"), *self.air()], classes="give")
        yield FormRow(Field("变化", self.choice("changes", CHANGES, multi=True, gap=0, width=64)))
        safety = Field("房屋", self.choice("safety", SAFETY, gap=0))
        if self.alert:
            finding = self.choice("finding", FINDINGS, gap=0)
            yield FormRow(safety, Field("预警", finding, room=6, before=4))
        else:
            yield FormRow(safety)
        yield FormRow(Field("一句话", self.text("note"), width=64))
        yield FormRow(
            Field("答应的事", self.text("promise"), width=44),
            Field("哪天", self.day("promise_on"), width=13, room=5, before=2),
        )
        yield Paint(self._near)

    # -- read-only lines --------------------------------------------------------------------------
    def _head(self) -> Line:
        met = next((one for one in self.card.visits if one.met != "none"), None)
        last = f"上次 {words.short_day(met.on, self.xapp.today())} {words.MET[met.met]}" if met else "还没有走访过"
        return split([(codes.label("visit_kind", self.kind), "bold"), ("  " + self.card.next_step if self.card.next_step else "", "$ink-2")], [(last, "$ink-3")])

    def _dimensions(self, _width: int) -> list[Line]:
        parts: list[Part] = [" " * 12]
        for _, name in codes.choices("dimension"):
            parts += [cell(" " + name, 9, "$ink-2"), "  "]
        return [line(*parts[:-1])]

    def _last_marks(self, _width: int) -> list[Line]:
        seen = next((one for one in self.card.visits if one.marks), None)
        if seen is None:
            return [blank()]
        parts: list[Part] = ["  ", cell("上次", 10, "$ink-3")]
        for ident, _ in codes.choices("dimension"):
            parts += [cell(" " + LEVELS.get(seen.marks.get(ident, 0), ""), 9, "$ink-3"), "  "]
        return [line(*parts[:-1])]

    def _near(self, _width: int) -> list[Line]:
        """The family's open promises: what she came to answer for."""
        if not self.card.promises:
            return [blank()]
        text, day = self.card.promises[0]
        return [blank(), line("  ", cell("上次答应", 10, "$ink-3"), (f"{words.short_day(day, self.xapp.today())} {text}".strip(), "$ink-2"))]

    def values(self) -> Values:
        """What is entered, and what the visit is for: a draft that answers an alert is taken up as that."""
        return {**super().values(), "kind": self.kind, "alert": self.alert}

    def changed(self) -> None:
        met = self.query_one("#met", Choice)
        self.query_one("#tip", Paint).show((line(("   按数字，再 Ctrl+S" if not met.chosen else "   未遇不算走到" if met.value == "none" else "", "$ink-3")),))

    def commands(self) -> Sequence[Offer]:
        """Another kind of visit: what the walk was for is known at the door, not always before it. One that answers an alert stays that."""
        if self.alert:
            return ()
        others = [(ident, word) for ident, word in codes.choices("visit_kind") if ident not in (self.kind, "alert_answer")]
        return [(f"这次是{word}", "换成这一种走访，写的都留着", self._turn(ident), "") for ident, word in others]

    def _turn(self, kind: str) -> Callable[[XieliApp], object]:
        def turn(_app: XieliApp) -> None:
            typed = self._kept != self._first_values
            self.kind = kind
            self._kept = self.values()
            if typed and self.keeper is not None:  # a kind alone is no draft
                self.keeper.put(self._kept)
                self._write_draft()
            elif not typed:
                self._first_values = dict(self._kept)
            self.query_one("#visit-head", Paint).show(lambda _width: [self._head(), *self.air()])
            self.say(f"这次是{codes.label('visit_kind', kind)}。", "写的都在。")

        return turn

    def rail(self) -> Sequence[Line]:
        card = self.card
        out = [line(("例行走访，三下", "bold")), line(cell("F4", 8, "bold $primary"), "打开"), line(cell("1", 8, "bold $primary"), "见到本人"),
               line(cell("Ctrl+S", 8, "bold $primary"), "保存"), line(), line(("这一家", "$ink-3"))]
        for one in card.members[:8]:
            age = f"{one.age} 岁" if one.age is not None else ""
            out += say("  ".join(part for part in (one.name, one.relation_label, age) if part))
        phone = words.masked_phone(card.row.phone, full=card.row.id in self.xapp.revealed)
        out += [line((f"电话 {phone}" if phone else "没有电话", "$ink-2")), line()]
        if card.visits:
            last = card.visits[0]
            said = "。".join(part for part in (words.MET.get(last.met, last.met), last.note) if part)
            out += rail_block(f"上次记的  {words.short_day(last.on, self.xapp.today())}", said)
        out += rail_block("六方面", "正常 / 留意 / 有困难", ("上次的灰字只给您看，不会带下来。", "$ink-2"))
        return [*out, *say("有人遇急，记完按 F5。", "$ink-2")]

    def foot(self) -> Sequence[Key]:
        return (("1-4", "见到谁"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F5", "困难"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    def go_here(self, place: str) -> bool:
        return place == "visit"

    # -- saving -----------------------------------------------------------------------------------
    def store(self) -> Saved:
        return verb.record_visit(self.xapp.session, request(self.card.row.id, self.values(), kind=self.kind, alert=self.alert))
