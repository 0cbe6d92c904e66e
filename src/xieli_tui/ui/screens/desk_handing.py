"""交接 at a desk: which computer may hand over to which, and how far each hand-over has come (design 04, 09).

Rules kept here
- what is said of a hand-over is what this desk has heard of it by reports: not yet heard is 还没;
- both computers learn of it with their next return, and the form says so when it is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import DeviceRow, Saved
from xieli_tui.desk import enrolment, handovers, people
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, say


def computer(one: DeviceRow) -> str:
    """Whose computer it is, for a choice: its people and places."""
    places = "、".join(words.short_place(name) for name in one.names) or one.area
    return " ".join(part for part in ("、".join(one.operators), places) if part) or one.dev[:8]


class DeskHandoversPage(ListPage):
    """Hand-overs this desk allowed."""

    NAME = "准许交接"
    WAYS = (("1", "准许交接", "哪台电脑交给哪台"),)
    GUIDE = Help(
        "有人调走、换电脑，没报送的和没写完的，准许交给接手的电脑。两台电脑都回传一次，才办得了。",
        (("1", "准许"), ("上下", "选"), ("F9", "回传"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("哪些能交", "两台电脑共同负责的村的，别的村的不交。"), ("先登记", "接手的电脑先登记好同一个村。"), ("停用了的", "不能交接，没报送的到转人工核对里看。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.event

    def sections(self) -> Sequence[Section]:
        found = handovers.listed(self.xapp.session)
        self.places = people.villages(self.xapp.session)
        open_ = [one for one in found if not one.opened]
        return (
            Section("没办完的", open_, f"{len(open_)} 件" if open_ else "", "没有。有人调走、换电脑，按 1 准许。"),
            Section("办完的", [one for one in found if one.opened]),
        )

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        where = "对方收下了" if item.opened else "写好了，对方还没收下" if item.sealed else "还没写交接文件"
        lines = [row(
            cell(f"{item.who or item.dev[:8]} 交给 {item.to_who or item.to[:8]}", 34, "bold" if on else ""), cell(f"{words.short_day(item.allowed, day)} 准许", 14, "$ink-2"),
            (where, "$ink-2" if item.opened else "$warning"), on=on,
        )]
        return [*lines, *(self.opened("、".join(words.short_place(self.places.get(code, code)) for code in item.villages)) if on and item.villages else [])]

    def chosen(self, item: Any) -> None:
        self.say("对方收下了，办完了。" if item.opened else "等那台电脑写好、送到。" if not item.sealed else "等接手的电脑收下、报送。")

    def way(self, digit: int) -> None:
        self.xapp.open(AllowPage())

    def rail(self) -> Sequence[Line]:
        return [line(("交接", "bold")), line(), *rail_block("先登记", "接手的电脑先登记好同一个村。"), *rail_block("再准许", "两台电脑都回传一次。"), *rail_block("收回", "信息人员用撤销裁定的命令。")]

    def foot(self) -> Sequence[Key]:
        return (("1", "准许"), ("上下", "选"), ("F9", "回传"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))


class AllowPage(DeskForm):
    """One hand-over allowed."""

    NAME = "准许交给"
    FORM = "desk.handover"
    NEEDED: ClassVar[tuple[str, ...]] = ("dev", "to")
    FIELDS: ClassVar[dict[str, str]] = {"dev": "dev", "to": "to", "on": "on"}
    AFTER = "两台电脑都回传一次，就能交接了。"
    QUIET = "从哪台交给哪台。"
    GUIDE = Help("选交出的电脑和接手的电脑。两台要有共同负责的村。", KEYS, (("编号", "打数字、姓名拼音头字母都行。"), ("停用了的", "不在里面，也不能交接。")))

    def __init__(self) -> None:
        super().__init__("new")
        self.subject = "准许交接"

    def body(self) -> ComposeResult:
        session = self.xapp.session
        area = session.profile.area or ""
        found = [
            one for one in self.attempt(lambda: enrolment.devices(session)) or []
            if not one.revoked and one.role != "county" and (session.role == "county" or any(code.startswith(area) for code in one.villages))
        ]
        options = [(one.dev, computer(one)) for one in found]
        yield Paint((head("准许交接", f"{len(options)} 台电脑"), *self.air()))
        yield FormRow(Field("谁交出", self.listed("dev", options, hint="编号、姓名"), width=40, needed=True))
        yield FormRow(Field("谁接手", self.listed("to", options, hint="编号、姓名"), width=40, needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("准许交接", "bold")), line(), *say("两台电脑要有共同负责的村。准许以后，两台都回传一次。")]

    def store(self) -> Saved:
        return handovers.allow(self.xapp.session, self.value("dev"), self.value("to"), self.value("on"))
