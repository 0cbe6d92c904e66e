"""The forms of a desk's steps: 退回补正, 核对, 入户调查, 初审, 公示, 先行救助, 决定, 告知, 付款, 办结.

Rules kept here
- a decision opens with nothing chosen; its reason is always written; the amount is shown in 大写 beside the digits as it is typed;
- papers that lack are named all at once; an investigation asks for two names;
- what may be decided here is the desk's right, checked by the verb and never by the screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from xieli_tui.casework.views import DeskCase, Saved
from xieli_tui.desk import preview, steps
from xieli_tui.desk.decisions import MONEY
from xieli_tui.desk.preview import Ahead
from xieli_tui.domain import codes
from xieli_tui.domain.money import parse_fen, upper_fen
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.foresight import Foreseeing
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, wrap

RESULTS = (("pass", "核对符合"), ("fail", "有疑点"), ("pending", "还在核对"))


class DeskForm(Foreseeing):
    """A step of one case."""

    NAME = "个案"
    WORD = ""
    DONE = "这一步记下了。"
    GUIDE = Help("只问这一步要的，填完 Ctrl+S。", (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Esc", "返回")))

    def __init__(self, case: DeskCase) -> None:
        super().__init__(case.card.id)
        self.case = case
        self.subject = f"{case.card.applicant or case.card.head}  {self.WORD}"

    def about(self) -> str | None:
        return self.case.card.household

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def heading(self, note: str = "") -> Paint:
        """Head of the form: the step and the kinds it is about."""
        return Paint((head(f"{self.WORD}  {words.kinds_word(self.case.card.kinds)}", note), *self.air()))

    def on_day(self) -> FormRow:
        return FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        owed = [one for one in self.case.steps if one.status == "owed"]
        out = [line(("决定以前还欠的", "bold")), line()]
        for one in owed[:5]:
            out += rail_block(one.label, f"{one.why} {one.cite}")
        return [*out, *rail_block("看一看", *self.case.hints)] if self.case.hints else out


class ReturnPage(DeskForm):
    """退回补正."""

    FORM = "desk.return"
    WORD = "退回补正"
    FIELDS: ClassVar[Mapping[str, str]] = {"papers": "papers"}
    QUIET = "缺什么一次说清。"
    DONE = "退回补正。"
    COMMON = ("application_form", "entrust", "consent", "commitment", "id_card", "hukou_book", "medical_bill", "diagnosis", "income_proof", "situation_statement")

    def body(self) -> ComposeResult:
        yield self.heading("一次说清")
        yield FormRow(Field("缺的", self.choice("papers", [(doc, codes.label("doc", doc)) for doc in self.COMMON], multi=True, gap=0, width=64)))
        yield FormRow(Field("别的", self.text("others", hint="别的材料写名字，用顿号分开"), width=64))
        yield FormRow(Field("说明", self.text("note"), width=64))
        yield self.on_day()
        lacking = "、".join(self.case.card.missing)
        yield Paint((blank(), *[line("  ", cell("现在还缺" if not at else "", 10, "$ink-3"), (piece, "$ink-2")) for at, piece in enumerate(wrap(lacking or "没有缺的", 62))]))

    def store(self) -> Saved:
        papers = list(self.many("papers"))
        for word in re.split(r"[、，,；;\s]+", self.value("others")):
            if word:
                found = codes.find("doc", word)
                if found is None:
                    raise Refused("XL-V08", "没有这一样材料，写 其他材料 也行", field="others")
                papers.append(found)
        return steps.return_for_papers(self.xapp.session, self.case.card.id, papers, self.value("note") or None, self.value("on"), seen=self.case.card.heads)


class CheckPage(DeskForm):
    """经济状况核对 result."""

    FORM = "desk.check"
    WORD = "经济状况核对"
    FIELDS: ClassVar[Mapping[str, str]] = {"result": "result", "until": "until"}

    def body(self) -> ComposeResult:
        yield self.heading("几种救助共用一次")
        yield FormRow(Field("结果", self.choice("result", RESULTS)))
        yield FormRow(Field("有效到", self.day("until", hint="报告上写的"), width=14))
        yield self.on_day()

    def store(self) -> Saved:
        return steps.check(self.xapp.session, self.case.card.id, self.value("result"), self.value("until") or None, self.value("on"), seen=self.case.card.heads)


class SurveyPage(DeskForm):
    """入户调查 by two names."""

    FORM = "desk.survey"
    WORD = "入户调查"
    FIELDS: ClassVar[Mapping[str, str]] = {"by": "first", "accompanied_by": "company"}
    QUIET = "两个人的名字，近亲属要回避。"

    def body(self) -> ComposeResult:
        yield self.heading("两个人，近亲属回避")
        yield FormRow(Field("调查人", self.text("first", self.xapp.operator_name), width=20), Field("调查人", self.text("second"), width=20, room=8, before=3))
        yield FormRow(Field("陪同", self.text("company", hint="协理员可以陪同"), width=34))
        yield FormRow(Field("看到的", self.text("note"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        names = [name for name in (self.value("first"), self.value("second")) if name]
        company = [name for name in re.split(r"[、，,\s]+", self.value("company")) if name]
        return steps.survey(self.xapp.session, self.case.card.id, names, self.value("on"), company, self.value("note") or None, seen=self.case.card.heads)


class ReviewPage(DeskForm):
    """初审."""

    FORM = "desk.review"
    WORD = "初审"
    FIELDS: ClassVar[Mapping[str, str]] = {"opinion": "opinion"}

    def body(self) -> ComposeResult:
        yield self.heading()
        yield FormRow(Field("意见", self.choice("opinion", (("grant", "拟确认"), ("reject", "拟不予确认")))))
        yield FormRow(Field("说明", self.text("note"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        return steps.review(self.xapp.session, self.case.card.id, self.value("opinion"), self.value("note") or None, self.value("on"), seen=self.case.card.heads)


class NoticePage(DeskForm):
    """公示 on a board; both boards are posted one after the other."""

    FORM = "desk.notice"
    WORD = "公示"
    FIELDS: ClassVar[Mapping[str, str]] = {"kind": "kind", "place": "place", "start": "start", "end": "end"}
    QUIET = "镇、村两处都要贴，各记一次。"

    def body(self) -> ComposeResult:
        yield self.heading("镇、村两处")
        yield FormRow(Field("哪一种", self.choice("kind", codes.choices("notice_kind"), chosen=("review",))))
        yield FormRow(Field("贴在", self.choice("place", codes.choices("place"))))
        yield FormRow(Field("从", self.day("start", self.xapp.today().isoformat()), width=14), Field("到", self.day("end", hint="可以不写"), width=14, room=4, before=3))

    def store(self) -> Saved:
        return steps.notice(self.xapp.session, self.case.card.id, self.value("kind"), self.value("place"), self.value("start"), self.value("end") or None)


class AdvancePage(DeskForm):
    """先行救助 from the reserve."""

    FORM = "desk.advance"
    WORD = "先行救助"
    FIELDS: ClassVar[Mapping[str, str]] = {"amount": "amount", "payer": "payer", "followup_due": "followup"}

    def body(self) -> ComposeResult:
        yield self.heading("先给钱，说明后补")
        yield FormRow(Field("金额", self.text("amount", fold=True), width=14, after=" 元"))
        yield FormRow(Field("谁付的", self.text("payer", self.xapp.operator_name), width=20))
        yield FormRow(Field("说明期限", self.day("followup", hint="可以不写"), width=14))
        yield self.on_day()
        yield Paint((), id="ahead")

    def ahead(self) -> Sequence[Ahead]:
        return preview.advance(self.xapp.session, self.case.card.id, self.value("amount"), self.value("on"))

    def store(self) -> Saved:
        return steps.advance(self.xapp.session, self.case.card.id, self.value("amount"), self.value("payer"), self.value("on"), self.value("followup") or None)


class DecidePage(DeskForm):
    """The decision for one kind."""

    FORM = "desk.decide"
    WORD = "决定"
    FIELDS: ClassVar[Mapping[str, str]] = {"kind": "kind", "amount": "amount", "start": "start", "reason": "reason"}
    QUIET = "决定回村后，村里要当面告知。"
    DONE = "决定记下了。"
    GUIDE = Help(
        "一种救助一个决定，理由必写。",
        (("1-2", "决定"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F6", "退回补正"), ("Esc", "返回")),
        (("超过授权", "转县级决定，这里会拦住。"), ("不予确认", "写清理由，问是否同意转到别的救助。"), ("付款", "在别处，这里只记号。")),
    )

    def __init__(self, case: DeskCase, kinds: Sequence[str]) -> None:
        super().__init__(case)
        self.kinds = tuple(kinds)

    def body(self) -> ComposeResult:
        yield self.heading("理由必写")
        if len(self.kinds) > 1:
            yield FormRow(Field("哪一种", self.choice("kind", [(kind, codes.label("kind", kind)) for kind in self.kinds], gap=0, width=64)))
        yield FormRow(Field("决定", self.choice("result", (("grant", "审核确认"), ("reject", "不予确认")), gap=2)))
        yield FormRow(Field("金额", self.text("amount", fold=True), width=14), Field("", Paint((line((" 元", "")),), id="upper"), width=46, room=0))
        yield FormRow(Field("从哪天", self.day("start", hint="可以不写"), width=14))
        yield FormRow(Field("理由", self.text("reason"), width=64))
        yield self.on_day()
        yield Paint((), id="ahead")
        hints = [piece for hint in self.case.hints for piece in wrap(hint, MAIN - 12)]
        yield Paint((blank(), *[line("  ", cell("看一看" if not at else "", 10, "$ink-3"), (piece, "$ink-2")) for at, piece in enumerate(hints[:4])],
                     line("  ", cell("之后", 10, "$ink-3"), ("告知申请人，村里打印告知书。付款在别处，这里只记号。", "$ink-2"))))

    def ahead(self) -> Sequence[Ahead]:
        kind = self.value("kind") if len(self.kinds) > 1 else self.kinds[0]
        result = self.value("result")
        return preview.decide(self.xapp.session, self.case.card.id, kind, self.value("amount"), result != "reject", self.value("on")) if result else ()

    @on(Input.Changed, "#amount")
    def _amount(self, event: Input.Changed) -> None:
        text = ""
        if event.value.strip():
            try:
                text = upper_fen(parse_fen(event.value))
            except XieliError:
                text = "看不懂，写成 800 或 800.00"
        self.query_one("#upper", Paint).show((line(" 元   ", (text, "$ink-2")),))

    @on(Choice.Changed, "#result")
    def _result(self, event: Choice.Changed) -> None:
        if event.chosen == ("reject",):
            self.say("不予确认不写金额，理由必写。", "问一问是否同意转到别的救助。")

    def store(self) -> Saved:
        result = self.value("result")
        if not result:
            raise Refused("XL-V06", "审核确认按 1，不予确认按 2", field="result")
        kind = self.value("kind") if len(self.kinds) > 1 else self.kinds[0]
        if not kind:
            raise Refused("XL-V06", "一种一个决定，先选哪一种", field="kind")
        if result == "grant" and kind in MONEY and not self.value("amount"):
            raise Refused("XL-V06", "要写金额", field="amount")  # the verb asks for the reason first; on the page the amount stands above it
        return steps.decide(self.xapp.session, steps.Decide(
            self.case.card.id, kind=kind, grant=result == "grant", amount=self.value("amount") or None, start=self.value("start") or None,
            reason=self.value("reason"), on=self.value("on"), seen=self.case.card.heads,
        ))

    def go_here(self, place: str) -> bool:
        if place == "apply":
            self.xapp.open(ReturnPage(self.case))
            return True
        return False


class DeskToldPage(DeskForm):
    """The desk told the applicant itself."""

    FORM = "desk.told"
    WORD = "告知申请人"
    FIELDS: ClassVar[Mapping[str, str]] = {"how": "how"}

    def body(self) -> ComposeResult:
        yield self.heading()
        yield FormRow(Field("怎么告知", self.choice("how", codes.choices("told"))))
        yield FormRow(Field("一句话", self.text("note"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        if not self.value("how"):
            raise Refused("XL-V06", field="how")
        return steps.told(self.xapp.session, self.case.card.id, self.value("how"), self.value("on"), note=self.value("note") or None)


class PayPage(DeskForm):
    """A payment made elsewhere."""

    FORM = "desk.pay"
    WORD = "记付款"
    FIELDS: ClassVar[Mapping[str, str]] = {"ref": "ref", "amount": "amount"}

    def body(self) -> ComposeResult:
        yield self.heading("付款在别处，这里只记号")
        granted = [(one.kind, one.kind_label) for one in self.case.card.decisions if one.result == "granted"]
        yield FormRow(Field("哪一种", self.choice("kind", granted, chosen=(granted[0][0],) if len(granted) == 1 else (), gap=0, width=64)))
        yield FormRow(Field("付款号", self.text("ref", fold=True), width=30))
        yield FormRow(Field("金额", self.text("amount", fold=True, hint="照决定的不写"), width=16, after=" 元"))
        yield self.on_day()

    def store(self) -> Saved:
        return steps.pay(self.xapp.session, self.case.card.id, self.value("ref"), self.value("kind") or None, self.value("amount") or None, self.value("on"), seen=self.case.card.heads)


class ClosePage(DeskForm):
    """办结."""

    FORM = "desk.close"
    WORD = "办结"

    def body(self) -> ComposeResult:
        yield self.heading()
        yield FormRow(Field("说明", self.text("reason"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        return steps.close(self.xapp.session, self.case.card.id, self.value("reason") or None, self.value("on"), seen=self.case.card.heads)
