"""名册: who is in office, the service stations, the villages, the service bodies; each row opens the form that changes it (000:16, 000:18, 002:三(二)6).

Rules kept here
- nothing is overwritten: an end or a change is a later line, the earlier one stays;
- what only the county writes (villages, service bodies) says so at a township before a form is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import operators, people
from xieli_tui.desk import registers as desk
from xieli_tui.desk.registers import StaffRow, VillageRow
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.registers import StaffPage, StationPage, VillagePage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, say


@dataclass(frozen=True, slots=True)
class Body:
    """A service body as it is listed."""

    id: str
    name: str
    technical: int
    socialwork: int


def bodies(page: Any) -> list[Body]:
    """The service bodies of today."""
    return [Body(str(one["id"]), str(one.get("name", "")), int(one["technical_posts"]), int(one["socialwork_posts"])) for one in desk.list_bodies(page.xapp.session)]


class RegistersPage(ListPage):
    """The four registers."""

    NAME = "名册"
    WAYS = (("1", "登记协理员", "协理员和经办人员"), ("2", "登记服务站", "社会救助服务站(点)"), ("3", "登记村", "村名、公示栏、电话"), ("4", "登记机构", "服务机构的岗位"))
    GUIDE = Help(
        "协理员、经办人员、服务站(点)、村、服务机构，都登记在这里。一人一条、一村一条，离任和改动都另起一行。",
        (("Enter", "改这一条"), ("1-4", "登记新的"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("离任", "停在那个人上按 Enter，写最后一天。"), ("县级才能登记的", "村、服务机构由县级登记，镇里只看。"), ("回传", "登记好以后 F9 回传，村里只看得到自己的。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else getattr(item, "id", "") or f"village:{item.village}"

    def sections(self) -> Sequence[Section]:
        session = self.xapp.session
        staff = desk.list_staff(session)
        self.names = people.villages(session)
        self.today = self.xapp.today().isoformat()
        stations, villages, held = desk.list_stations(session), desk.list_villages(session), bodies(self)
        serving, left = [one for one in staff if one.serves], [one for one in staff if not one.serves]
        county = session.role == "county"
        return (
            Section(f"协理员和经办人员  {len(serving)} 条" if serving else "协理员和经办人员", serving, "一个村一条", "还没有登记。按 1 登记。"),
            Section(f"服务站(点)  {len(stations)} 个" if stations else "服务站(点)", stations, "", "还没有登记。按 2 登记。"),
            Section(f"村(社区)  {len(villages)} 个" if villages else "村(社区)", villages, "县级登记", "还没有登记。按 3 登记。" if county else "还没有登记。"),
            Section(f"服务机构  {len(held)} 个" if held else "服务机构", held, "县级登记", "还没有登记。按 4 登记。" if county else "还没有登记。"),
            Section(f"不在任的  {len(left)} 条", left),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return "Enter 改这一条。", "1 人，2 服务站，3 村，4 机构，登记新的。"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day, bold = self.xapp.today(), "bold" if on else ""
        if isinstance(item, StaffRow):
            where = words.short_place(item.village_name) if item.village else "本县" if len(item.area) == 6 else "本镇"
            ended = f"{words.short_day(item.until, day)} 止" if item.until else ""
            return (row(cell(where, 14, "$ink-2"), cell(item.name, 10, bold), cell(item.post, 20), cell(item.source_word, 16, "$ink-2"), cell(ended or item.phone, 14, "$ink-3"), on=on),)
        if isinstance(item, VillageRow):
            lines = [row(cell(words.short_place(item.name), 14, bold), cell(f"协理员 {'、'.join(item.coordinators) or '没有'}", 30, "$ink-2" if item.coordinators else "$warning"),
                         cell(f"公示栏 {len(item.boards)} 处" if item.boards else "没有公示栏", 16, "$ink-2" if item.boards else "$warning"), cell(item.phone, 14, "$ink-3"), on=on)]
            return [*lines, *self.opened(f"{item.village}  {'、'.join(item.boards)}  {f'救助对象 {item.recipients} 人' if item.recipients is not None else ''}".rstrip())] if on else lines
        if isinstance(item, Body):
            return (row(cell(item.name or item.id, 30, bold), cell(f"专业技术岗 {item.technical}", 18, "$ink-2"), cell(f"社会工作岗 {item.socialwork}", 20, "$ink-2"), on=on),)
        over = f"{words.short_day(item.until, day)} 止" if item.until else ""
        return (row(cell(words.short_place(self.names.get(item.village, item.village)), 14, "$ink-2"), cell(item.name, 30, bold), cell(over, 16, "$ink-3"), cell(item.phone, 14, "$ink-3"), on=on),)

    def chosen(self, item: Any) -> None:
        if isinstance(item, StaffRow):
            if item.until:
                self.say(f"{words.short_day(item.until, self.xapp.today())} 止，已经写了。", "再来上任的，按 1 另登记一条。")
            else:
                self.xapp.open(EndStaffPage(item.id))
        elif isinstance(item, VillageRow):
            self._county(lambda: VillagePage(item.village))
        elif isinstance(item, Body):
            self._county(lambda: BodyPage(item.id))
        else:
            self.xapp.open(StationPage(item.village, item.id))

    def way(self, digit: int) -> None:
        if digit == 1:
            self.xapp.open(StaffPage())
        elif digit == 2:
            self.xapp.open(StationPage())
        else:
            self._county(VillagePage if digit == 3 else BodyPage)

    def _county(self, made: Any) -> None:
        if self.xapp.session.role == "county":
            self.xapp.open(made())
        else:
            self.say("由县级登记，镇里只看。")

    def rail(self) -> Sequence[Line]:
        return [line(("名册", "bold")), line(), *rail_block("离任", "停在那个人上按 Enter，写最后一天。"), *rail_block("改动", "另起一行，原来的留着。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "改"), ("1-4", "登记"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))


class EndStaffPage(DeskForm):
    """Somebody leaves office."""

    NAME = "写离任"
    FORM = "desk.staff_end"
    FIELDS: ClassVar[dict[str, str]] = {"staff": "on"}
    QUIET = "写最后一天。"
    GUIDE = Help("这个人不干了，写最后一天。记过的都还在，还是他记的。", KEYS, (("换人", "写好离任，回名册按 1 登记新来的。"), ("电脑", "他用过的电脑，请信息人员看要不要停用。")))

    def __init__(self, staff: str) -> None:
        super().__init__(staff)

    def body(self) -> ComposeResult:
        found = self.attempt(lambda: desk.list_staff(self.xapp.session)) or []
        one = next((each for each in found if each.id == self.key), None)
        yield Paint((head("离任", f"{words.short_place(one.village_name)} {one.name} {one.post}" if one is not None else ""), *self.air()))
        yield FormRow(Field("最后一天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("离任", "bold")), line(), *say("记过的都还在，还是他记的。")]

    def store(self) -> Saved:
        return desk.end_staff(self.xapp.session, self.key, self.value("on"))


class BodyPage(DeskForm):
    """A service body with its posts; `body` names one to change."""

    NAME = "登记机构"
    FORM = "desk.body"
    NEEDED: ClassVar[tuple[str, ...]] = ("ident", "technical", "socialwork")
    FIELDS: ClassVar[dict[str, str]] = {"id": "ident", "technical_posts": "technical", "socialwork_posts": "socialwork", "local.service_bodies.name": "name"}
    QUIET = "社会工作岗不会比专业技术岗多。"
    AFTER = "县里自查会看岗位数。"
    GUIDE = Help("社会救助服务机构的岗位，登记几个专业技术岗，其中几个是社会工作岗。", KEYS, (("编号", "县里自己编的号，改的时候照写。"), ("从哪天", "岗位变了，从新的一天起另写一条。")))

    def __init__(self, body: str = "") -> None:
        super().__init__(body or "new")
        self.ident = body

    def body(self) -> ComposeResult:
        one = next((each for each in self.attempt(lambda: bodies(self)) or [] if each.id == self.ident), None)
        yield Paint((head("社会救助服务机构", "从哪天起的岗位"), *self.air()))
        yield FormRow(Field("编号", self.text("ident", self.ident, fold=True, hint="县里编的号"), width=20, needed=True))
        yield FormRow(Field("机构名", self.text("name", one.name if one is not None else ""), width=40))
        yield FormRow(Field("技术岗", self.text("technical", str(one.technical) if one is not None else "", fold=True), width=8, after=" 个", needed=True),
                      Field("社工岗", self.text("socialwork", str(one.socialwork) if one is not None else "", fold=True), width=8, room=8, before=3, after=" 个", needed=True))
        yield FormRow(Field("从哪天", self.day("start", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("服务机构", "bold")), line(), *say("岗位变了，从新的一天起另写一条，原来的留着。")]

    def store(self) -> Saved:
        numbers = {}
        for name in ("technical", "socialwork"):
            typed = self.value(name)
            if not (typed.isascii() and typed.isdigit()):
                raise Refused("XL-V11", "写个数，如 5", field=name)
            numbers[name] = int(typed[:6])
        return desk.set_body(self.xapp.session, desk.SetBody(self.value("ident"), numbers["technical"], numbers["socialwork"], self.value("name") or None, self.value("start")))


class OperatorsPage(ListPage):
    """The officers who work on this desk."""

    NAME = "办事人员"
    WAYS = (("1", "加一名", "姓名、职务、管哪里"),)
    GUIDE = Help(
        "在这台工作台上办事的人。谁办的，记录里写着谁。",
        (("1", "加一名"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("管哪里", "镇里的人只办本镇的，县里的人办全县的。"), ("口令", "各人自己的口令，加好以后按 Ctrl+G，到 操作员和口令 那一页给。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.operator

    def sections(self) -> Sequence[Section]:
        found = operators.list_operators(self.xapp.session)
        return (Section(f"办事人员  {len(found)} 名", found, "", "还没有加过。按 1 加。"),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return f"{len(sections[0].items)} 名。", "1 加一名。"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        return (row(cell(item.operator, 6, "$ink-3"), cell(item.name, 12, "bold" if on else ""), cell({"county": "县级", "township": "镇(街道)"}.get(item.role, item.role), 12), cell(item.area or "", 14, "$ink-2"),
                    cell(item.post or "", 28, "$ink-2"), on=on),)

    def chosen(self, item: Any) -> None:
        self.say(f"{item.name}的账号是 {item.operator}。")

    def way(self, digit: int) -> None:
        self.xapp.open(OperatorPage())

    def foot(self) -> Sequence[Key]:
        return (("1", "加一名"), ("上下", "选"), ("F2", "队列"), ("F9", "回传"), ("F1", "帮助"), ("Esc", "返回"))


class OperatorPage(DeskForm):
    """One more officer."""

    NAME = "加办事人员"
    FORM = "desk.operator"
    NEEDED: ClassVar[tuple[str, ...]] = ("name", "role")
    QUIET = "镇里的人写镇的 9 位代码，县里的写 6 位。"
    AFTER = "再到 操作员和口令 那一页给他口令。"
    GUIDE = Help("在这台工作台上办事的人加一名。谁办的事，记录里写着谁。", KEYS, (("管哪里", "镇里的人写镇的 9 位代码，只办本镇的。县里的人写县的 6 位代码。"), ("职务", "可以不写。")))

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("加一名办事人员"), *self.air()))
        yield FormRow(Field("姓名", self.text("name"), width=20, needed=True))
        yield FormRow(Field("哪一级", self.choice("role", (("township", "镇(街道)"), ("county", "县级")), gap=2), needed=True))
        yield FormRow(Field("管哪里", self.text("area", self.xapp.session.profile.area or "", fold=True, hint="镇 9 位，县 6 位"), width=20))
        yield FormRow(Field("职务", self.text("post"), width=30))

    def rail(self) -> Sequence[Line]:
        return [line(("办事人员", "bold")), line(), *say("镇里的人在县里的工作台上，也只办本镇的。")]

    def store(self) -> Saved:
        return operators.add_operator(self.xapp.session, operators.AddOperator(self.value("name"), self.value("role"), self.value("area"), self.value("post") or None))
