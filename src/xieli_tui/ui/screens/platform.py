"""平台编号: who stands in the register without a number of the system of record, and the number written down; a family moved to another village.

Rules kept here
- the number is written as it stands in the system of record (GX-20, M-03, M-25); nothing is looked up there from here;
- a family that moves inside the county takes its file along; both villages hear of it with the next return.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import matters, people
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, village_codes
from xieli_tui.ui.screens.joining import FamilyForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A family of the register without a number."""

    id: str
    head: str
    category: str


class PlatformsPage(ListPage):
    """Families of record without a number."""

    NAME = "平台编号"
    GUIDE = Help(
        "在册的、还没有写业务系统编号的。查到编号照写，以后对得上。",
        (("Enter", "写编号"), ("上下", "选"), ("Ctrl+F", "找人"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("编号", "照业务系统里的写，一个字不差。"), ("谁写", "县级写，镇里只看。"), ("写好的", "就从这里下去。")),
    )

    def sections(self) -> Sequence[Section]:
        found = [Unlinked(ident, who, category) for ident, who, category in matters.unlinked(self.xapp.session)]
        self.who = people.families(self.xapp.session, (one.id for one in found))
        return (Section(f"还没有编号  {len(found)} 户" if found else "还没有编号", found, "在册的", "在册的都有编号。"),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 户还没有编号。", "Enter 写编号。") if count else ("在册的都有编号。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        who = self.who.get(item.id, people.NOBODY)
        return (row(cell(words.short_place(who.village_name), 14, "$ink-2"), cell(item.head, 12, "bold" if on else ""), cell(item.category, 40), on=on),)

    def chosen(self, item: Any) -> None:
        from xieli_tui.ui import desk_ways

        if self.xapp.session.role == "county":
            desk_ways.open_platform(self.xapp, item.id)
        else:
            self.say("由县级写，镇里只看。")

    def rail(self) -> Sequence[Line]:
        return [line(("平台编号", "bold")), line(), *rail_block("编号", "照业务系统里的写，一个字不差。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "写编号"), ("上下", "选"), ("Ctrl+F", "找人"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.id if item is not None else None


class PlatformPage(FamilyForm):
    """The number of one family, or of one member."""

    NAME = "写平台编号"
    FORM = "platform"
    NEEDED = ("number",)
    FIELDS: ClassVar[dict[str, str]] = {"platform_no": "number"}
    QUIET = "照业务系统里的写。"
    GUIDE = Help("这一家在业务系统里的编号，照写。", KEYS, (("一个人的", "编号是哪个人的就选上，按户的不选。"), ("写错了", "再写一次，新的算数，原来的留着。")))

    def body(self) -> ComposeResult:
        yield Paint((head("业务系统里的编号"), *self.air()))
        yield FormRow(Field("编号", self.text("number", fold=True), width=40, needed=True))
        yield FormRow(Field("是谁的", self.choice("person", self.members()[:9], gap=0, width=64)))
        yield Paint((blank(), line("  ", cell("", 10), ("按户的不选人。", "$ink-3"))))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return self.family_rail("写错了", "再写一次，新的算数，原来的留着。")

    def store(self) -> Saved:
        return matters.link_platform(self.xapp.session, self.card.row.id, self.value("number"), self.value("person") or None)


class TransferPage(FamilyForm):
    """A family moves to another village of this desk."""

    NAME = "迁到别的村"
    FORM = "transfer"
    NEEDED = ("to",)
    QUIET = "户档跟着走，两个村随回传都知道。"
    GUIDE = Help("一家搬到本县、本镇别的村，户档跟着走。两个村随回传都知道。", KEYS, (("搬到外面", "不在本单位辖区的，由村里写整户迁出。"), ("写错了", "再迁回来，两次都有记录。")))

    def body(self) -> ComposeResult:
        self.names = self.attempt(lambda: people.villages(self.xapp.session)) or {}
        here = words.short_place(self.names.get(self.card.row.village, self.card.row.village))
        yield Paint((head("迁到别的村", f"现在在{here}"), *self.air()))
        yield FormRow(Field("到哪个村", self.text("to", hint="村名或 12 位代码"), width=30, needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        shown = "、".join(words.short_place(name) for code, name in self.names.items() if code != self.card.row.village)
        yield Paint((blank(), line("  ", cell("别的村", 10, "$ink-3"), (cell(shown or "还没有登记别的村", 62)[0].rstrip(), "$ink-2"))))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return self.family_rail("户档", "跟着走。在办的申请接着办。")

    def store(self) -> Saved:
        codes = village_codes([self.value("to")], self.names, "to")
        if not codes:
            raise Refused("XL-V06", field="to")
        return matters.transfer_household(self.xapp.session, self.card.row.id, codes[0], self.value("on"))
