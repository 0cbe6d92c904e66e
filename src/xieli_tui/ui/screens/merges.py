"""合并档案: two files that are one person's, said by a person and taken back the same way (design 03, 09).

Rules kept here
- a merge moves nothing: both files stay with what each says, and one name stands where two stood; taken back they are two again;
- the same number in two files is shown as a question, never merged by itself;
- both names, families and villages stand there before anything is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import households
from xieli_tui.casework.views import Saved
from xieli_tui.desk import people, rulings
from xieli_tui.desk.rulings import Double
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.digit_menu import DigitMenuPage, Way
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.pick import PickPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say, wrap

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp


class MergesPage(ListPage):
    """Files that may be one person's, and those that were said to be."""

    NAME = "合并档案"
    WAYS = (("1", "合并两份", "先选一家一个人，再选另一家那个人"),)
    GUIDE = Help(
        "一个人有两份档案的，在这里并成一个人。两份都留着，各写各的都在；并错了能撤回，撤回就又是两份。",
        (("Enter", "合并、撤回"), ("1", "合并两份"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("证件号一样", "程序只提出来，是不是一个人由人来定。"), ("两家", "户不合并，各是各家；分户、并户由村里在户档里办。"), ("回传", "F9 回传以后，村里也是一个人。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else f"{item.person}:{item.other}"

    def sections(self) -> Sequence[Section]:
        session = self.xapp.session
        self.places = people.villages(session)
        doubles, held = rulings.doubles(session), rulings.merges(session)
        return (
            Section(f"证件号一样的  {len(doubles)} 对" if doubles else "证件号一样的", doubles, "是不是一个人", "没有证件号一样的两份档案。"),
            Section(f"并成一个人的  {len(held)} 对" if held else "并成一个人的", held, "Enter 撤回", "还没有合并过。按 1 合并两份。"),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 对证件号一样。", "是一个人就 Enter 合并。") if count else ("", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Double):
            return (row(
                cell(item.name, 10, "bold" if on else ""), cell(words.short_place(self.places.get(item.village, item.village)), 16, "$ink-2"), cell("和", 4, "$ink-3"),
                cell(item.other_name, 10, "bold" if on else ""), cell(words.short_place(self.places.get(item.other_village, item.other_village)), 16, "$ink-2"), ("证件号一样", "$warning"), on=on,
            ),)
        day = self.xapp.today()
        lines = [row(cell(item.name, 10, "bold" if on else ""), cell("和", 4, "$ink-3"), cell(item.other_name, 10, "bold" if on else ""), cell(f"{words.short_day(item.on, day)} 合并", 14, "$ink-2"),
                     (words.gist(item.reason, 34), "$ink-2"), on=on)]
        return [*lines, *(self.opened(f"原因：{item.reason}") if on and item.reason else [])]

    def chosen(self, item: Any) -> None:
        self.xapp.open(MergePage(f"{item.person}:{item.other}") if isinstance(item, Double) else UnmergePage(item.event))

    def way(self, digit: int) -> None:
        pick_two(self.xapp)

    def rail(self) -> Sequence[Line]:
        return [line(("合并档案", "bold")), line(), *rail_block("留着", "两份都留着，各写各的都在。"), *rail_block("并错了", "停在那一行按 Enter，撤回。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "合并、撤回"), ("1", "合并两份"), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))


def pick_two(app: XieliApp) -> None:
    """Two people, each by family and name; then the form."""
    _pick_one(app, "第一份档案", lambda first: _pick_one(app, "另一份档案", lambda second: app.open(MergePage(f"{first}:{second}"))))


def _pick_one(app: XieliApp, word: str, then: Callable[[str], object]) -> None:
    def chosen(person: str) -> Callable[[XieliApp], object]:
        return lambda _app: then(person)

    def member(app: XieliApp, household: str) -> None:
        card = app.page.attempt(lambda: households.show(app.session, household, entries=0)) if app.page is not None else None
        if card is not None:
            ways = [Way(one.name or "没有姓名", one.relation_label, chosen(one.person)) for one in card.members]
            app.open(DigitMenuPage(f"{word}：哪一个人", card.row.head, ways, household))

    app.open(PickPage(word, member))


class MergePage(DeskForm):
    """Two files said to be one person's. `key` = both ids with a colon between."""

    NAME = "合并两份档案"
    FORM = "desk.merge"
    NEEDED: ClassVar[tuple[str, ...]] = ("sure", "reason")
    FIELDS: ClassVar[dict[str, str]] = {"other": "sure", "person": "sure"}
    QUIET = "看清是不是一个人。"
    GUIDE = Help("两份都写在上面，看清是不是一个人再定，写一句凭什么。", KEYS, (("凭什么", "如 看过身份证、问过两个村。"), ("并错了", "在合并档案那一页撤回。")))

    def body(self) -> ComposeResult:
        session = self.xapp.session
        first, _, second = self.key.partition(":")
        places = self.attempt(lambda: people.villages(session)) or {}
        lines = [piece for person in (first, second) for piece in self._person(person, places)]
        yield Paint((head("是不是一个人"), *self.air(), *lines, blank()))
        yield FormRow(Field("是吗", self.choice("sure", (("yes", "是一个人，合并"), ("no", "不是")), gap=2), needed=True))
        yield FormRow(Field("凭什么", self.text("reason", hint="如 看过身份证"), width=64, needed=True))

    def _person(self, person: str, places: dict[str, str]) -> list[Line]:
        found = self.attempt(lambda: rulings.file_of(self.xapp.session, person))
        if found is None:
            return []
        self.subject = self.subject or found.name
        where = words.short_place(places.get(found.village, found.village))
        about = "  ".join(part for part in (found.birth[:4] and f"{found.birth[:4]} 年生", found.id_no, f"户主 {found.head}" if found.head else "") if part)
        return [line("  ", cell(found.name or "没有姓名", 12, "bold"), cell(where, 16), (about, "$ink-2"))]

    def rail(self) -> Sequence[Line]:
        return [line(("合并", "bold")), line(), *say("两份都留着，显示成一个人。并错了能撤回。")]

    def store(self) -> Saved:
        if self.value("sure") != "yes":
            raise Refused("XL-V08", "选的是不是一个人，没有合并", field="sure")
        first, _, second = self.key.partition(":")
        return rulings.merge(self.xapp.session, first, second, self.value("reason"))


class UnmergePage(DeskForm):
    """A merge taken back. `key` = the reference of the ruling."""

    NAME = "撤回合并"
    FORM = "desk.unmerge"
    NEEDED: ClassVar[tuple[str, ...]] = ("reason",)
    FIELDS: ClassVar[dict[str, str]] = {"event": "reason"}
    QUIET = "撤回以后又是两份。"
    GUIDE = Help("并错了，撤回。又是两份档案，一条不少。", KEYS, (("原因", "如 同名，不是一个人。"),))

    def body(self) -> ComposeResult:
        one = next((each for each in self.attempt(lambda: rulings.merges(self.xapp.session)) or [] if each.event == self.key), None)
        self.subject = f"{one.name} 和 {one.other_name}" if one is not None else ""
        why = [line("  ", (piece, "$ink-2")) for piece in wrap(f"合并时写的：{one.reason}", 70)] if one is not None and one.reason else []
        yield Paint((head("撤回合并", self.subject or "这一件已经撤回了"), *self.air(), *why, blank()))
        yield FormRow(Field("为什么", self.text("reason", hint="如 同名，不是一个人"), width=64, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("撤回合并", "bold")), line(), *say("又是两份档案，各写各的都在。")]

    def store(self) -> Saved:
        return rulings.annul(self.xapp.session, self.key, self.value("reason"))
