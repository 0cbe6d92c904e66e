"""The small forms of an application: 委托, 签字, 近亲属, 材料, 告知, 撤回. Each one question, a day, Ctrl+S.

Rules kept here
- a day of validity is read off the signed sheet, never proposed; what she typed for one member is offered for the next;
- a minor's guardian signs, and the commitment is not asked of a minor;
- each records one thing through casework and goes back to the application.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import application as verb
from xieli_tui.casework import staff
from xieli_tui.casework.views import ApplicationCard, PaperRow, Saved, SignRow
from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, head, line

DONE = (("yes", "签了"), ("no", "还没有"))


class SmallForm(FormPage):
    """A form about one part of one application."""

    NAME = "申请"
    GUIDE = Help("只问一件事，填完 Ctrl+S。写错了以后再写一条更正(原记录保留)。", (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Esc", "返回")))

    def __init__(self, card: ApplicationCard, part: str = "") -> None:
        super().__init__(f"{card.id}:{part}" if part else card.id)
        self.card = card
        self.subject = f"{card.head}  {words.kinds_word(card.kinds)}"

    def about(self) -> str | None:
        return self.card.household

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def on_day(self) -> FormRow:
        """The row that asks the day."""
        return FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))


class EntrustPage(SmallForm):
    """委托: who entrusts whom."""

    FORM = "entrust"
    FIELDS: ClassVar[Mapping[str, str]] = {"by": "by", "to": "to"}
    QUIET = "没有委托不能代为提交。"

    def body(self) -> ComposeResult:
        yield Paint((head("委托", "本人签，或按手印"), *self.air()))
        yield FormRow(Field("谁委托", self.text("by", self.card.applicant or self.card.head), width=20), Field("托给", self.text("to", self.xapp.operator_name), width=20, room=6, before=3))
        yield self.on_day()
        yield FormRow(Field("纸在哪里", self.text("paper", hint="签好的委托书放在哪里"), width=64))

    def store(self) -> Saved:
        return verb.entrust(self.xapp.session, verb.Entrust(
            self.card.id, self.value("by"), on=self.value("on"), to_whom=self.value("to") or None, paper=self.value("paper") or None,
        ))


class SignPage(SmallForm):
    """授权书 and 承诺书 of one member."""

    FORM = "sign"
    FIELDS: ClassVar[Mapping[str, str]] = {"until": "until", "guardian": "guardian"}
    last_until = ""

    def __init__(self, card: ApplicationCard, member: SignRow) -> None:
        super().__init__(card, member.person)
        self.member = member

    @property
    def minor(self) -> bool:
        return self.member.commitment == "-"

    def body(self) -> ComposeResult:
        one = self.member
        age = f"{one.age} 岁" if one.age is not None else ""
        yield Paint((head(f"签字  {one.name}", "  ".join(part for part in (one.relation_label, age, "外出" if one.away else "") if part)), *self.air()))
        yield FormRow(Field("授权书", self.choice("consent", DONE)))
        yield FormRow(Field("到期", self.day("until", SignPage.last_until, hint="纸上写的"), width=14, after="  授权书上写到哪一天"))
        if self.minor:
            yield FormRow(Field("监护人", self.text("guardian"), width=20, after="  未成年人由监护人代签"))
        else:
            yield FormRow(Field("承诺书", self.choice("commitment", DONE)))
        yield self.on_day()
        yield FormRow(Field("纸在哪里", self.text("paper"), width=64))

    def store(self) -> Saved:
        on, paper = self.value("on"), self.value("paper") or None
        consented = verb.Consent(
            self.card.id, self.member.person, until=self.value("until") or None, on=on, guardian=(self.value("guardian") or None) if self.minor else None, paper=paper,
        ) if self.value("consent") == "yes" else None
        committed = verb.Commit(self.card.id, person=self.member.person, on=on, paper=paper) if not self.minor and self.value("commitment") == "yes" else None
        if consented is None and committed is None:
            raise Refused("XL-V06", "签了哪一张，按 1", field="consent")
        result = verb.sign(self.xapp.session, consented, committed)
        if consented is not None:
            SignPage.last_until = self.value("until")
        return result


class KinPage(SmallForm):
    """近亲属: is someone who handles the case a near relative of the family? The county's register of handlers stands to be chosen from."""

    FORM = "kin"
    NEEDED = ("none",)
    FIELDS: ClassVar[Mapping[str, str]] = {"relation": "relation", "staff": "staff", "person": "person"}
    QUIET = "经办人和这家有没有亲属关系，当面问一声。"

    def body(self) -> ComposeResult:
        self.register = self.attempt(lambda: staff.handlers(self.xapp.session, self.card.id)) or ()
        yield Paint((head("近亲属", "问一声，照实写"), *self.air(), *self._listed()))
        yield FormRow(Field("有没有", self.choice("none", (("none", "没有"), ("some", "有"))), needed=True))
        if self.register:
            yield FormRow(Field("是谁", self.choice("handler", [(one.name, f"{one.name} {one.post}") for one in self.register[:9]], gap=0, width=64)))
        yield FormRow(Field("另写" if self.register else "是谁", self.text("staff", hint="名册上没有的，写姓名" if self.register else "经办人或村干部的姓名"), width=24))
        yield FormRow(Field("家里谁", self.choice("person", [(one.person, one.name) for one in self.card.signatures], width=64, sole=True)))
        yield FormRow(Field("什么关系", self.listed("relation", codes.choices("relation"), vocab="relation", hint="如 侄子、儿媳"), width=24))
        yield self.on_day()

    def _listed(self) -> list[Line]:
        if not self.register:
            return [line("  ", ("县里还没有下发经办人名册，照样问，写姓名。", "$ink-2")), blank()]
        return [line("  ", (f"县里登记的经办人 {len(self.register)} 位，一个一个问。", "$ink-2")), blank()]

    def store(self) -> Saved:
        answer = self.value("none")
        who = self.value("staff") or (self.value("handler") if "handler" in self.entries else "")
        if answer == "some":
            if not who:
                raise Refused("XL-V06", "和哪位经办人有亲属关系", field="handler" if self.register else "staff")
            if not self.value("relation"):
                raise Refused("XL-V08", "写成 兄、侄子、儿媳 这样的称呼", field="relation")
        some = answer == "some"
        return verb.kin(self.xapp.session, verb.Kin(
            self.card.id, none=not some, person=(self.value("person") or None) if some else None, staff=who if some else None, relation=self.value("relation") if some else None,
            on=self.value("on"),
        ))


class PaperPage(SmallForm):
    """One paper: where it lies, or that it follows."""

    FORM = "paper"
    FIELDS: ClassVar[Mapping[str, str]] = {"where": "where", "doc": "doc"}

    def __init__(self, card: ApplicationCard, paper: PaperRow | None = None) -> None:
        super().__init__(card, paper.doc if paper else "new")
        self.paper = paper

    def body(self) -> ComposeResult:
        yield Paint((head(f"材料  {self.paper.label}" if self.paper else "材料", "纸放在哪里，说清楚就行"), *self.air()))
        if self.paper is None:
            yield FormRow(Field("哪一样", self.text("doc", hint="如 诊断证明、残疾人证"), width=34))
        yield FormRow(Field("收到没有", self.choice("later", (("here", "收到了"), ("later", "后补")))))
        yield FormRow(Field("在哪里", self.text("where", hint="如 村办公室铁柜，原件已还"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        if self.paper is not None:
            doc = self.paper.doc
        else:
            found = codes.find("doc", self.value("doc"))
            if found is None:
                raise Refused("XL-V08", "没有这一样，写 其他材料 也行", field="doc")
            doc = found
        if not self.value("later"):
            raise Refused("XL-V06", "收到了按 1，后补按 2", field="later")
        where = self.value("where") or ("后补" if self.value("later") == "later" else "")
        return verb.add_paper(self.xapp.session, verb.AddPaper(self.card.id, doc, where, on=self.value("on"), later=self.value("later") == "later"))


class ToldPage(SmallForm):
    """已告知: the family was told of a decision."""

    FORM = "told"
    FIELDS: ClassVar[Mapping[str, str]] = {"how": "how"}
    QUIET = "当面说最好，也可以打电话。"

    def body(self) -> ComposeResult:
        yield Paint((head("告知家里", words.kinds_word(self.card.kinds)), *self.air()))
        yield FormRow(Field("怎么告知", self.choice("how", (("in_person", "当面"), ("phone", "电话"), ("paper", "书面")))))
        yield FormRow(Field("告诉了谁", self.text("told_to", self.card.applicant), width=20))
        yield self.on_day()
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def store(self) -> Saved:
        return verb.told(self.xapp.session, verb.Told(
            self.card.id, how=self.value("how"), on=self.value("on"), told_to=self.value("told_to") or None, note=self.value("note") or None,
        ))


class WithdrawPage(SmallForm):
    """撤回: the applicant changed their mind."""

    FORM = "withdraw"
    QUIET = "撤回以后还可以再申请。"

    def body(self) -> ComposeResult:
        yield Paint((head("撤回申请", "照本人的话写"), *self.air()))
        yield FormRow(Field("原因", self.text("reason"), width=64))
        yield self.on_day()

    def store(self) -> Saved:
        return verb.withdraw(self.xapp.session, self.card.id, self.value("reason"), self.value("on"), seen=self.card.heads)
