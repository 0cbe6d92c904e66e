"""Forms of what follows a visit: a change reported, a referral and its feedback, the six dimensions, a service, a step of an emergency.

Rules kept here
- the department is chosen by number, initials or word, and shown by the name printed where the family lives;
- a referral without a day written takes the county's limit; where the county set none the form says so before it is saved;
- nothing of an assessment is filled in beforehand: what the last visit marked stands in grey beneath.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import assessments, changes, emergencies, referrals, services
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.given import given_rail
from xieli_tui.ui.widgets.choice import MarkRow
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, Part, blank, cell, head, line, rail_block, say

CHANGES = (
    ("birth", "添人"), ("death", "去世"), ("illness", "大病"), ("hospital", "住院"), ("disability", "残疾"), ("job", "就业"), ("income", "收入"), ("schooling", "上学"), ("housing", "住房"),
    ("move", "迁出"), ("move_in", "迁入"), ("away", "外出"), ("back", "返乡"), ("marriage", "婚姻"), ("windfall", "大笔款"), ("property", "房车"), ("disaster", "受灾"), ("other", "其他"),
)
HINT = "数字、拼音头字母或汉字"
KEYS: tuple[Key, ...] = (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回"))


class MatterForm(FormPage):
    """A form about one family, its members to choose from."""

    def __init__(self, card: HouseholdCard, key: str = "") -> None:
        super().__init__(key or card.row.id)
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()

    def who(self, chosen: str = "") -> Field:
        """Whom it is about; nobody chosen = the family."""
        members = [(one.person, one.name) for one in self.card.members[:9]]
        return Field("谁", self.choice("person", members, gap=0, chosen=(chosen,) if chosen else (), width=64, sole=True))

    def picked(self) -> str | None:
        """The member chosen, None for the family."""
        return (self.value("person") or None) if "person" in self.entries else None

    def foot(self) -> Sequence[Key]:
        return KEYS

    def about(self) -> str | None:
        return self.card.row.id


class ChangePage(MatterForm):
    """变化: reported, and open until a desk answers."""

    NAME = "报变化"
    FORM = "change"
    doing = "change"
    NEEDED = ("kind",)
    QUIET = "报上去以后一直列着，到镇里、县里答复为止。"
    GUIDE = Help(
        "家里有了变化就报：添人、去世、大病、就业、迁移、大笔款项、购房购车。",
        KEYS,
        (("走访时看到的", "走访表里按数字记了变化，就已经报了，不用再报一遍。"), ("影响", "家里怎么说就怎么记，调不调由镇、县定。")),
    )

    def body(self) -> ComposeResult:
        yield Paint((head("报变化", "等镇里、县里答复"), *self.air()))
        yield FormRow(Field("哪种", self.choice("kind", CHANGES, gap=0, width=64), needed=True))
        yield FormRow(self.who())
        yield FormRow(Field("哪天的事", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("家里说", self.choice("effect", codes.choices("change_effect"))))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def first_entry(self) -> Widget | None:
        return self.entries["kind"]

    def rail(self) -> Sequence[Line]:
        waiting = self.attempt(lambda: changes.list_changes(self.xapp.session, self.card.row.id, open_only=True)) or []
        out = [line(("还没答复的", "bold")), line()]
        for one in waiting[:6]:
            out += say(f"{words.short_day(one.on, self.xapp.today())} {one.kind_label} {one.who}".rstrip())
        return [*out, *(say("没有。", "$ink-2") if not waiting else [])]

    def store(self) -> Saved:
        return changes.report_change(self.xapp.session, changes.ReportChange(
            self.card.row.id, self.value("kind"), self.picked(), self.value("on"), self.value("effect") or None, self.value("note") or None,
        ))


class ReferPage(MatterForm):
    """转介 to a department, with what is asked and by when. Department, kind and member may be given by what led here."""

    NAME = "转介"
    FORM = "refer"
    doing = "refer"
    NEEDED = ("department", "kind")
    QUIET = "转出去以后，首问人一直跟到有回音。"
    GUIDE = Help(
        "家里的难处归哪个部门，就转给哪个部门，跟到有回音。",
        KEYS,
        (("转给谁", "打几个字就找：残联、住建、教育、人社、救助站。"), ("期限", "不写就按县里定的时限。县里没有定，就没有期限，请自己记着问。"),
         ("首问人", "最先接到的人。转出前、有回音前一直由这个人负责。")),
    )

    def __init__(self, card: HouseholdCard, department: str = "", kind: str = "", person: str = "") -> None:
        super().__init__(card)
        self.given = (department, kind, person)

    def body(self) -> ComposeResult:
        department, kind, person = self.given
        names = self.attempt(lambda: referrals.departments(self.xapp.session, self.card.row.id)) or []
        yield Paint((head("转介", "转给谁，请他们办什么"), *self.air()))
        yield FormRow(Field("转给谁", self.listed("department", names, codes.label("department", department) if department else "", vocab="department", hint=HINT), width=44, needed=True))
        yield FormRow(Field("办什么", self.listed("kind", codes.choices("kind_name"), codes.label("kind_name", kind) if kind else "", vocab="kind", hint=HINT), width=44, needed=True))
        yield FormRow(self.who(person))
        yield FormRow(Field("哪天转的", self.day("on", self.xapp.today().isoformat()), width=14), Field("要回音", self.day("due", hint="县里时限"), width=14, room=8, before=3))
        yield FormRow(Field("首问人", self.text("first_receiver", self.xapp.operator_name), width=14))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def first_entry(self) -> Widget | None:
        return self.entries["note" if self.given[0] and self.given[1] else "department"]

    def rail(self) -> Sequence[Line]:
        sent = self.attempt(lambda: referrals.list_referrals(self.xapp.session, self.card.row.id)) or []
        out = [line(("转过的", "bold")), line()]
        for one in sent[:5]:
            state = one.result or ("已过期限" if one.overdue else f"{words.short_day(one.due, self.xapp.today())} 前" if one.due else "在办")
            out += say(f"{one.department_name} {one.kind_label}") + say(f"  {state}", "$ink-2")
        return [*out, *(say("没有转过。", "$ink-2") if not sent else [])]

    def store(self) -> Saved:
        return referrals.send_referral(self.xapp.session, referrals.SendReferral(
            self.card.row.id, self.value("department"), self.value("kind"), self.picked(), self.value("on"), self.value("due") or None,
            self.value("first_receiver") or None, self.value("note") or None,
        ))

    def stored(self, result: Saved) -> None:
        tail = f"，{words.short_day(result.state, self.xapp.today())} 前要有回音" if result.state else f"，{referrals.NO_LIMIT}"
        self.xapp.back(f"已保存(第{result.seq}条){tail}", tone="done")


class FeedbackPage(MatterForm):
    """The answer to a referral: done, or who has it now."""

    NAME = "转介回音"
    FORM = "feedback"
    doing = "refer"
    NEEDED = ("result",)
    QUIET = "办理中、转下一单位的接着跟。"
    FIELDS: ClassVar[Mapping[str, str]] = {"referral": "result"}
    GUIDE = Help("对方怎么说的，记一笔。有了结果这件转介就放下。", KEYS, (("转下一单位", "写上转到了哪里、谁接的，接着跟。"),))

    def __init__(self, card: HouseholdCard, referral: str) -> None:
        super().__init__(card, f"{card.row.id}:{referral}")
        self.referral = referral

    def body(self) -> ComposeResult:
        names = self.attempt(lambda: referrals.departments(self.xapp.session, self.card.row.id)) or []
        yield Paint(self._about)
        yield FormRow(Field("怎么说", self.choice("result", codes.choices("referral_result"), gap=0, width=64), needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("转到哪里", self.listed("department", names, vocab="department", hint=HINT), width=44), id="row-department")
        yield FormRow(Field("谁接的", self.text("first_receiver"), width=14), Field("要回音", self.day("due", hint="县里时限"), width=14, room=8, before=3), id="row-next")
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def _about(self, _width: int) -> list[Line]:
        rows = self.attempt(lambda: referrals.list_referrals(self.xapp.session, self.card.row.id)) or []
        one = next((row for row in rows if row.id == self.referral), None)
        if one is None:
            return [head("转介回音")]
        when = words.short_day(one.on, self.xapp.today())
        who = f"，首问人 {one.first_receiver}" if one.first_receiver else ""
        return [head(f"{one.department_name}  {one.kind_label}", f"{when} 转的{who}"), *([line("  ", (one.note, "$ink-2"))] if one.note else []), blank()]

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def changed(self) -> None:
        self._show()

    def _show(self) -> None:
        for name in ("department", "next"):
            self.query_one(f"#row-{name}").display = self.value("result") == "forwarded"

    def first_entry(self) -> Widget | None:
        return self.entries["result"]

    def store(self) -> Saved:
        on = self.value("result") == "forwarded"
        return referrals.answer_referral(self.xapp.session, referrals.AnswerReferral(
            self.referral, self.value("result"), self.value("on"), self.value("note") or None, (self.value("department") or None) if on else None,
            (self.value("first_receiver") or None) if on else None, (self.value("due") or None) if on else None,
        ))


class AssessPage(MatterForm):
    """六方面评估, with what the last visit marked in grey and what stands beside it."""

    NAME = "六方面评估"
    FORM = "assess"
    doing = "assess"
    FIELDS: ClassVar[Mapping[str, str]] = {"mark": "marks", "note": "health"}
    QUIET = "没有看的空着，空着不等于正常。"
    GUIDE = Help(
        "六方面分别看：经济、健康、教育、居住、就业、社会参与。和核对、入户调查的结果合起来看，不打分。",
        (("空格", "换正常/留意"), ("1-3", "正常/留意/有困难"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F1", "帮助"), ("Esc", "返回")),
        (("没有看的", "空着，表上会列出还缺哪几方面。"), ("上次的灰字", "是走访时记的，不会带下来。")),
    )

    def __init__(self, card: HouseholdCard) -> None:
        super().__init__(card)
        self.seen: assessments.Assessed | None = None

    def body(self) -> ComposeResult:
        self.seen = self.attempt(lambda: assessments.show_assessment(self.xapp.session, self.card.row.id))
        self.marks = MarkRow([ident for ident, _ in codes.choices("dimension")], id="marks")
        self.entries["marks"] = self.marks
        yield Paint((head("六方面", "空格键换，没看的空着"), *self.air()))
        yield Paint(self._names)
        yield FormRow(Field("这次", self.marks, width=64), classes="tight")
        yield Paint(self._before)
        yield FormRow(Field("哪天看的", self.day("on", self.xapp.today().isoformat()), width=14))
        for (left, first), (right, second) in zip(codes.choices("dimension")[::2], codes.choices("dimension")[1::2], strict=True):
            yield FormRow(Field(first, self.text(left), width=25), Field(second, self.text(right), width=25, room=9, before=3))
        yield Paint(self._beside)

    def _names(self, _width: int) -> list[Line]:
        parts: list[Part] = [" " * 12]
        for _, name in codes.choices("dimension"):
            parts += [cell(" " + name, 9, "$ink-2"), "  "]
        return [line(*parts[:-1])]

    def _before(self, _width: int) -> list[Line]:
        if self.seen is None:
            return [blank()]
        made: list[Part] = ["  ", cell("上次评估", 10, "$ink-3")]
        seen: list[Part] = ["  ", cell("走访看到", 10, "$ink-3")]
        for one in self.seen.dimensions:
            made += [cell(" " + one.level_label, 9, "$ink-3"), "  "]
            seen += [cell(" " + one.seen_label, 9, "$ink-3"), "  "]
        return [line(*made[:-1]), line(*seen[:-1]), blank()]

    def _beside(self, _width: int) -> list[Line]:
        if self.seen is None:
            return []
        return [line("  ", cell("核对", 10, "$ink-3"), (self.seen.check, "$ink-2")), line("  ", cell("入户调查", 10, "$ink-3"), (self.seen.survey, "$ink-2"))]

    def rail(self) -> Sequence[Line]:
        out = [line(("合起来看", "bold")), line()]
        if self.seen is not None:
            out += rail_block("核对", self.seen.check) + rail_block("入户调查", self.seen.survey)
            out += rail_block("还要", *(self.seen.lacking or ("都有了。",)))
        return [*out, *rail_block("没有分数", "看的是哪方面有困难。")]

    def foot(self) -> Sequence[Key]:
        return (("空格", "换"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回"))

    def store(self) -> Saved:
        notes = {ident: self.value(ident) for ident, _ in codes.choices("dimension") if self.value(ident)}
        return assessments.make_assessment(self.xapp.session, assessments.MakeAssessment(self.card.row.id, dict(self.marks.marks), notes, self.value("on")))

    def stored(self, result: Saved) -> None:
        tail = "，还有几方面没看" if result.state == "partial" else ""
        self.xapp.back(f"已保存(第{result.seq}条){tail}", tone="done")


class ServicePage(MatterForm):
    """服务: what was given, by whom."""

    NAME = "记服务"
    FORM = "service"
    doing = "service"
    NEEDED = ("kind",)
    QUIET = "给了就记，一年要几次的会自己数。"
    GUIDE = Help("岗位信息、职业指导、培训信息、照料、探访、送医陪护，给了哪一样记哪一样。", KEYS,
                 (("给钱", "不在这里。钱由镇、县定，在册的救助会自己到。"), ("督促监护", "留守儿童没有监护人的，和父母、照看的人说了，选孩子记一笔。")))

    def __init__(self, card: HouseholdCard, kind: str = "", person: str = "") -> None:
        super().__init__(card)
        self.given = (kind, person)

    def body(self) -> ComposeResult:
        yield Paint((head("记服务", "给了谁，谁给的"), *self.air()))
        yield FormRow(Field("哪一样", self.choice("kind", codes.choices("service"), gap=0, width=64, chosen=(self.given[0],) if self.given[0] else ()), needed=True))
        yield FormRow(self.who(self.given[1]))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14), Field("几小时", self.text("hours", fold=True), width=6, room=8, before=3))
        yield FormRow(Field("谁给的", self.text("provider"), width=30))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def first_entry(self) -> Widget | None:
        return self.entries["kind"]

    def rail(self) -> Sequence[Line]:
        return given_rail(self, self.card.row.id)

    def store(self) -> Saved:
        return services.give_service(self.xapp.session, services.GiveService(
            self.card.row.id, self.value("kind"), self.picked(), self.value("on"), self.value("provider") or None, self.value("hours") or None, self.value("note") or None,
        ))


class StepPage(MatterForm):
    """One step of an emergency file."""

    NAME = "急难步骤"
    FORM = "emergency_step"
    doing = "emergency"
    NEEDED = ("step",)
    QUIET = "做了哪一步记哪一步，时间照实写。"
    FIELDS: ClassVar[Mapping[str, str]] = {"at": "at"}
    GUIDE = Help("急难信息档案：看到、报告、上门、帮助、先行救助、补手续，做了就记。", KEYS, (("不用重填", "电话报告、申请、走访、决定记在别处的，档案自己带过来。"),))

    def __init__(self, card: HouseholdCard, file: str) -> None:
        super().__init__(card, f"{card.row.id}:{file}")
        self.file = file

    def body(self) -> ComposeResult:
        yield Paint(self._course)
        yield FormRow(Field("哪一步", self.choice("step", codes.choices("emergency_step"), gap=0, width=64), needed=True))
        yield FormRow(Field("几点", self.text("at", fold=True, hint="不写就是现在"), width=20))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def _course(self, _width: int) -> list[Line]:
        file = self.attempt(lambda: emergencies.show_file(self.xapp.session, self.file))
        if file is None:
            return [head("急难信息档案")]
        day = self.xapp.today()
        out = [head(f"急难信息档案  {file.kind_label}", f"{file.opened_at[:16].replace('T', ' ')} 建档")]
        out += [line("  ", cell(words.short_day(one.at[:10], day), 9, "$ink-3"), cell(one.label, 10), (one.what, "$ink-2")) for one in file.entries[-6:]]
        if file.open_stages:
            out.append(line("  ", cell("还没有", 9, "$ink-3"), ("、".join(file.open_stages), "$ink-2")))
        return [*out, blank()]

    def first_entry(self) -> Widget | None:
        return self.entries["step"]

    def store(self) -> Saved:
        return emergencies.add_step(self.xapp.session, self.file, self.value("step"), self.value("at") or None, self.value("note") or None)
