"""申请: the list of applications, and starting one on the family's word.

Rules kept here
- one intake may open several kinds (M-15); the village 协助填写, the desk's window says where the person came from;
- 本人不愿申请 is respected: it is recorded as an answer with its reason, and no application is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import application, inform
from xieli_tui.casework import start_application as verb
from xieli_tui.casework.views import ApplicationRow, HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.draft_keeper import Values
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.kinds import kinds_of
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say
from xieli_tui.ui.widgets.row_list import RowList

NEW = "new"


class ApplicationsPage(Page):
    """Applications of the village, the open ones first."""

    NAME = "申请"
    GUIDE = Help(
        "在办的申请都在这里，办完的在下面。新的从选一家开始。",
        (("Enter", "打开"), ("上下", "选"), ("F3", "住户"), ("Esc", "返回")),
        (("协助填写", "村里协助、受委托代为提交。受理和决定是镇里、县里的事。"), ("缺材料", "不挡路，先交后补。")),
    )

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=lambda item: item.id if isinstance(item, ApplicationRow) else item,
                            id="applications")
        yield self.rows

    def reload(self) -> None:
        found = self.attempt(lambda: application.list_applications(self.xapp.session))
        live = self.attempt(lambda: application.list_applications(self.xapp.session, open_only=True))
        if found is None or live is None:
            return
        ids = {one.id for one in live}
        done = [one for one in found if one.id not in ids]
        columns = line("  ", cell("开始", 9, "$ink-3"), cell("户主", 9, "$ink-3"), cell("办什么", 28, "$ink-3"), cell("到哪一步", 16, "$ink-3"), ("来处", "$ink-3"))
        items: list[Any] = [NEW, blank(), head(f"在办的  {len(live)} 件", "近的在上"), *self.air(), columns, *live]
        if not live:
            items[-1] = line("  ", ("没有在办的申请。", "$ink-2"))
        if done:
            items += [blank(), head("办过的"), *done]
        self.rows.show(items)
        self.rows.focus()
        if not self._said[0]:
            self.say("Enter 打开。镇里之后的状态会自己回到这里。")

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Line):
            return (item,)
        if not isinstance(item, ApplicationRow):
            return (row(cell("新的申请", 12, "bold $primary"), ("选一家，协助填写", "$ink-2"), on=on),)
        name = words.kinds_word(item.kinds)
        return (row(cell(words.short_day(item.started, self.xapp.today()), 9, "$ink-3"), cell(item.head, 9, "bold" if on else ""),
                    cell(("! " if item.emergency else "") + name, 28, "bold $error" if item.emergency else ""), cell(item.state_label, 16),
                    cell(codes.label("application_source", item.source), 12, "$ink-2"), on=on),)

    def rail(self) -> Sequence[Line]:
        return [line(("怎么走", "bold")), line(), *rail_block("一件申请", "本人愿意，写委托，签授权和承诺，材料能收几样收几样，转交镇里。"),
                *rail_block("之后", "镇已受理、退回补正、决定，会自己回到这里，村里只看不写。"), *rail_block("金额", "估算，以镇(街道)、县级为准")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "打开"), ("上下", "选"), ("F3", "住户"), ("F9", "报送"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household if isinstance(item, ApplicationRow) else None

    def go_here(self, place: str) -> bool:
        return place == "apply"

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import places

        if isinstance(event.item, ApplicationRow):
            places.open_application(self.xapp, event.item.id)
        else:
            places.pick(self.xapp, "apply")


COMMON = (
    ("dibao", "低保"), ("tekun", "特困"), ("dibao_edge", "低保边缘"), ("rigid_exp", "刚性支出"), ("temp_emergency", "急难临时"), ("temp_expenditure", "支出型临时"),
    ("med_aid", "医疗救助"), ("dis_living", "残疾补贴"), ("edu", "教育救助"),
)
ANSWERS = (("willing", "愿意申请"), ("considering", "再考虑"), ("unwilling", "不愿申请"))
UNITS = (("household", "按户"), ("person", "按人"))
SOURCES = (("window", "窗口来人"), ("phone", "来电"), ("hotline", "热线12349"))


class StartPage(FormPage):
    """A new intake for one family."""

    NAME = "申请"
    FORM = "apply"
    doing = "apply"
    FIELDS: ClassVar[Mapping[str, str]] = {"kind": "kinds", "kinds": "kinds", "answer": "answer", "reason": "reason", "person": "person", "source": "source"}
    QUIET = "办什么可以选几样，一次填完。"
    GUIDE = Help(
        "照本人的话协助填写。一次可以申请几种，材料一份就够。",
        (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回")),
        (("不愿申请", "记下原因就好，不起申请。"), ("另外的种类", "写名字，如 取暖救助、法律援助，用顿号分开。"), ("户口不在这里", "照样协助，事在哪里就在哪里办。")),
    )

    def __init__(self, card: HouseholdCard, *, emergency: bool = False, flag: str = "") -> None:
        super().__init__(card.row.id)
        self.card, self.urgent, self.flag = card, emergency, flag
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()
        self.applied = ""

    def body(self) -> ComposeResult:
        desk = self.xapp.session.role != "village"
        title = "窗口受理" if desk else "协助填写"
        yield Paint((head(title, "可以选几样"), *self.air()))
        yield FormRow(Field("办什么", self.choice("kinds", COMMON, multi=True, gap=0, width=64, chosen=("temp_emergency",) if self.urgent else ()), needed=True))
        yield FormRow(Field("另外", self.text("others", hint="别的种类写名字，用顿号分开"), width=64))
        if desk:
            yield FormRow(Field("来处", self.choice("source", SOURCES, chosen=("window",))))
        yield FormRow(Field("按", self.choice("unit", UNITS, chosen=("household",))))
        members = [(one.person, one.name) for one in self.card.members[:9]]
        yield FormRow(Field("谁", self.choice("person", members, width=64, sole=True), width=0), id="person-row")
        yield FormRow(Field("急难", self.choice("emergency", (("yes", "是"), ("no", "不是")), chosen=("yes",) if self.urgent else ("no",))))
        yield FormRow(Field("本人意愿", self.choice("answer", ANSWERS), needed=True))
        yield FormRow(Field("原因", self.text("reason", hint="不愿申请要写原因；愿意的写家里出了什么事"), width=64))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        then = "受理，核对，调查。材料能收几样收几样，缺的后补。" if desk else "写委托，签授权和承诺，材料能收几样收几样，再转交。"
        yield Paint((blank(), line("  ", cell("之后", 10, "$ink-3"), (then, "$ink-2"))))

    def on_mount(self) -> None:
        super().on_mount()
        self._show_person()

    @on(Choice.Changed, "#unit")
    def _show_person(self) -> None:
        self.query_one("#person-row").display = self.value("unit") == "person"

    def values(self) -> Values:
        """What is entered, and which finding it began with: a draft taken up later still belongs to that."""
        return {**super().values(), **({"flag": self.flag} if self.flag else {})}

    def kinds(self) -> list[str]:
        """Every kind chosen or written.

        Raises:
            Refused: XL-V08 a word that names no kind.
        """
        return kinds_of(self.many("kinds"), self.value("others"))

    def rail(self) -> Sequence[Line]:
        out = [line(("这一家", "bold")), line()]
        for one in self.card.members[:8]:
            age = f"{one.age} 岁" if one.age is not None else ""
            out += say("  ".join(part for part in (one.name, one.relation_label, age) if part))
        out.append(line())
        if self.card.applications:
            out += rail_block("办过的", *[f"{words.kinds_word(one.kinds)} {one.state_label}" for one in self.card.applications[:4]])
        return [*out, *rail_block("本人不愿意", "记下原因，不起申请，以后再问。"), *rail_block("能不能成", "镇里、县里决定。户档第 9 页有政策提示，缺什么按 Enter 去填。")]

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日" if self.xapp.session.role == "village" else "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    def go_here(self, place: str) -> bool:
        return place == "apply"

    # -- saving -----------------------------------------------------------------------------------
    def store(self) -> Saved:
        session, home = self.xapp.session, self.card.row.id
        kinds = self.kinds()
        if not kinds:
            raise Refused("XL-V06", "至少选一种救助", field="kind")
        answer = self.value("answer")
        if not answer:
            raise Refused("XL-V06", "本人愿不愿意，问一声", field="answer")
        person = (self.value("person") or None) if self.value("unit") == "person" else None
        if self.value("unit") == "person" and person is None:
            raise Refused("XL-V06", "按人申请要选人", field="person")
        self.applied = ""
        if answer != "willing":
            return inform.inform_all(session, inform.Inform(home, kinds[0], answer, reason=self.value("reason") or None, person=person, on=self.value("on")), kinds)
        emergency = self.value("emergency") == "yes"
        result = verb.start_application(session, verb.StartApplication(
            home, kinds, person=person, emergency=emergency, source=self.value("source") if session.role != "village" else "village",
            unit=self.value("unit"), flag=self.flag or None, reason=self.value("reason") or None, on=self.value("on"), told=True,
        ))
        self.applied = result.id
        return result

    def stored(self, result: Saved) -> None:
        if not self.applied:
            self.xapp.back(f"已保存(第{result.seq}条)", "本人的意思记下了，没有起申请。", "done")
            return
        from xieli_tui.ui import places

        self.app.pop_screen()
        places.open_application(self.xapp, self.applied)
        if self.xapp.page is not None:
            desk = self.xapp.session.role != "village"
            self.xapp.page.say(f"已保存(第{result.seq}条)", result.beside() or ("接着受理。" if desk else "接着写委托，签授权和承诺。"), "done")
