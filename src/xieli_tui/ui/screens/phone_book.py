"""电话: whom to call, as the county set it: the township, the county, the hotline, the departments, the stations (000:17, 004:二(二); CN-09, M-75).

Rules kept here
- a number nobody set is missing, never invented; the page then says whose turn it is;
- these are numbers of offices: nobody's own phone stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xieli_tui.casework import contacts
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row


@dataclass(frozen=True, slots=True)
class Number:
    """One office and its number."""

    id: str
    word: str
    number: str


class PhonesPage(ListPage):
    """The numbers in force here."""

    NAME = "电话"
    GUIDE = Help(
        "该找谁，打哪个电话。都是县里给的，没有给的不在这里。",
        (("上下", "选"), ("Enter", "念一遍"), ("F5", "困难"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("急难", "先打镇民政办；没有写的打县里，再没有打热线。"), ("号码不对", "告诉县里改，改了随回传回来。")),
    )

    def sections(self) -> Sequence[Section]:
        found = contacts.look(self.xapp.session)
        first = [Number(word, word, number) for word, number in (("镇(街道)民政办", found.township), ("县民政局", found.county), ("救助热线", found.hotline), ("村里", found.office)) if number]
        offices = [Number(ident, name, number) for ident, name, number in found.departments]
        stations = [Number(f"station:{name}", name, number) for name, number in found.stations if number]
        self.urgent = found.urgent
        return (
            Section("民政", first, "急难先打最上面的", "县里还没有给出电话。"),
            Section(f"各部门  {len(offices)} 个", offices, "转介打这里"),
            Section(f"服务站(点)  {len(stations)} 个", stations),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return (f"急难打 {self.urgent}。", "都是县里给的。") if self.urgent else ("县里还没有给出电话。", "请问一问镇里。")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        return (row(cell(item.word, 30, "bold" if on else ""), cell(item.number, 30, "bold $primary" if on else ""), on=on),)

    def chosen(self, item: Any) -> None:
        self.say(f"{item.word}  {item.number}")

    def rail(self) -> Sequence[Line]:
        return [line(("电话", "bold")), line(), *rail_block("急难", "先打镇民政办，说清人在哪里、什么事、急着要什么。"), *rail_block("没有写的", "县里没有给，不猜。")]

    def foot(self) -> Sequence[Key]:
        village = self.xapp.session.role == "village"
        return (("上下", "选"), ("Enter", "念一遍"), ("F5", "困难" if village else "住户"), ("F2", "今日" if village else "队列"), ("F1", "帮助"), ("Esc", "返回"))
