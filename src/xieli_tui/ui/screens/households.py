"""住户: search as you type over the whole village, one line a family, the cursor row opened up.

Rules kept here
- name, nickname, pinyin initials, ID tail, phone tail and group all find; casework matches, this page only shows;
- rows carry group and birth year because the same names happen; identity numbers and phones stay masked;
- Enter does what she came for: opens the file, or the visit, finding or application she chose the family for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import households
from xieli_tui.casework.views import HouseholdCard, HouseholdRow
from xieli_tui.domain.text import group_key
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.search_page import SearchPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, line, rail_block, row, say, under
from xieli_tui.ui.widgets.row_list import RowList

OUTSIDER = "outsider"
INTENTS = {"": ("打开", "打开户档"), "visit": ("走访", "记走访"), "flag": ("登记", "登记困难"), "apply": ("申请", "协助填写申请")}
MATCHED = {
    "name": "姓名", "nickname": "小名", "initials": "拼音", "pinyin": "拼音", "id": "证件", "id_no": "证件", "phone": "电话", "group": "组", "number": "户号", "member": "成员",
}


def _group_order(group: str) -> str:
    """一组, 1组 and 1 stand together, 2 before 10."""
    return group_key(group).zfill(4)


class HouseholdsPage(SearchPage):
    """The list of families.

    Args:
        intent: "" | visit | flag | apply: what Enter does.
        only: show these families alone (a bulk duty); search still narrows.
        title: what the list is when `only` is given.
    """

    NAME = "住户"
    CSS_PATH = "households.tcss"
    GUIDE = Help(
        "边打字边找。姓名、小名、拼音头字母、证件尾号、电话尾号、几组，都行。",
        (("上下", "选"), ("Enter", "打开"), ("F4", "走访"), ("F5", "困难"), ("F6", "申请"), ("Ctrl+R", "看全号")),
        (("同名", "看组和出生年份。"), ("证件和电话", "盖着。Ctrl+R 看 20 秒，会自动记一笔。")),
    )

    def __init__(self, intent: str = "", *, only: Sequence[str] = (), title: str = "") -> None:
        super().__init__()
        self.intent, self.only = intent, frozenset(only)
        self.subject = title or {"visit": "选一家走访", "flag": "选一家登记困难", "apply": "选一家协助申请"}.get(intent, "")
        self.total = 0
        self.card: HouseholdCard | None = None

    def body(self) -> ComposeResult:
        self.search = HanInput(id="search")
        yield FormRow(Field("查找", self.search, width=32), Field("", Paint((), id="count"), width=30, room=0, before=2), classes="tight")
        yield Paint((line(" " * 12, ("姓名、小名、拼音头字母、证件尾号、电话尾号、几组，都行", "$ink-3")),), id="hint")
        yield Paint((
            blank(),
            line("  ", cell("户主", 9, "$ink-3"), cell("组", 6, "$ink-3"), cell("出生", 6, "$ink-3"), cell("人口", 5, "$ink-3"), cell("类别", 13, "$ink-3"),
                 cell("身份证号", 19, "$ink-3"), cell("上次走访", 9, "$ink-3"), ("找到", "$ink-3")),
            line(("─" * MAIN, "$line")),
        ))
        self.rows = RowList(self._draw, (), key=lambda item: item.id if isinstance(item, HouseholdRow) else item, id="households")
        self.rows.can_focus = False
        yield self.rows

    def on_mount(self) -> None:
        super().on_mount()
        self.search.focus()
        self.greet(f"边打字边找，上下选，Enter {INTENTS[self.intent][1]}。")

    def reload(self) -> None:
        self.find(self.search.value if self.is_mounted else "")
        self.search.select_all()

    def find(self, query: str) -> None:
        found = self.attempt(lambda: households.list_households(self.xapp.session, query.strip()))
        if found is None:
            return
        items: Sequence[Any] = [one for one in found if one.id in self.only] if self.only else found
        if self.only and not query.strip():
            items = sorted(items, key=lambda one: (_group_order(one.group), one.last_visit))
        elif self.intent == "visit" and not query.strip():
            items = sorted(items, key=lambda one: (one.last_visit, _group_order(one.group)))
        count = len(items)
        if not query.strip():
            self.total = count
        if self.intent == "flag":
            items = [*items, OUTSIDER]
        self.rows.show(items, keep=not query)
        self.rows.show_empty((line("  ", ("没有找到。换个字，或者只打一两个字。" if self.total else "还没有住户。先导入人员台账：按 Ctrl+G 打 57，回车。", "$ink-2")),))
        note = f"找到 {count} 户，共 {self.total} 户" if query.strip() else f"共 {self.total} 户"
        self.query_one("#count", Paint).show((line((note, "$ink-2")),))

    # -- drawing ----------------------------------------------------------------------------------
    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if not isinstance(item, HouseholdRow):
            return (row(cell("名单外的人", 12, "bold" if on else ""), ("外来的、户口不在这里的，也登记", "$ink-2"), on=on),)
        full = item.id in self.xapp.revealed
        category = words.category_word(item.category)
        lines = [row(
            cell(item.head or "(尚未收到)", 9, "bold" if on else ""), cell(words.group_word(item.group), 6, "$ink-2"), cell(item.birth_year, 6, "$ink-2"),
            cell(str(item.size), 5, "$ink-2"), cell(category, 12), " ", cell(words.masked_id(item.id_no, full=full), 19, "$ink-2" if item.id_no else "$warning"),
            cell(words.short_day(item.last_visit, self.xapp.today()) or "从未", 9, "" if item.last_visit else "$ink-3"),
            cell(MATCHED.get(item.matched, item.matched), 7, "$ink-3"), on=on,
        )]
        if on and not self.big:
            phone = words.masked_phone(item.phone, full=full)
            rank = {"claim": "村台账登记", "ruling": "在册"}.get(item.category_rank, "")
            facts = "   ".join(part for part in (f"小名 {item.nickname}" if item.nickname else "", f"电话 {phone}" if phone else "没有电话", rank) if part)
            lines.append(under(facts, 2))
        return lines

    def refresh_body(self) -> None:
        if self.is_mounted:
            self.rows.redraw()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        item = event.item
        self.card = None
        if self.big and isinstance(item, HouseholdRow):
            self.card = self.attempt(lambda: households.show(self.xapp.session, item.id))
        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())

    def rail(self) -> Sequence[Line]:
        card = self.card
        if card is None:
            return [line(("住户", "bold")), line(), *say("打几个字就找。同名的看组和出生年份。")]
        full = card.row.id in self.xapp.revealed
        out = [line((card.row.head, "bold"), (f"  {words.group_word(card.row.group)}  {card.row.birth_year} 年生", "$ink-3"))]
        address = str(card.fields.get("address", ""))
        out += say(address, "$ink-2") if address else []
        phone = words.masked_phone(card.row.phone, full=full)
        out += [line((f"电话 {phone}" if phone else "没有电话", "$ink-2")), line(), line(("家里", "$ink-3"))]
        for one in card.members[:8]:
            age = f"{one.age} 岁" if one.age is not None else ""
            out += say("  ".join(part for part in (one.name, one.relation_label, age) if part))
        out.append(line())
        if card.next_step:
            out += rail_block("下一步", card.next_step)
        same = [one for one in self.rows.items if isinstance(one, HouseholdRow) and one.head == card.row.head and one.id != card.row.id]
        if same:
            out += rail_block("同名提醒", f"{words.group_word(same[0].group)}也有一位{same[0].head}，{same[0].birth_year} 年生。看清组再办。")
        return [*out, *say("证件号、电话盖着。Ctrl+R 看 20 秒，会自动记一笔。", "$ink-2")]

    def foot(self) -> Sequence[Key]:
        if self.xapp.session.role != "village":
            return (("Enter", INTENTS[self.intent][0]), ("上下", "选"), ("F2", "队列"), ("F1", "帮助"), ("Ctrl+R", "看全号"), ("Esc", "返回"))
        return (("Enter", INTENTS[self.intent][0]), ("F4", "一趟走访" if self.intent == "visit" else "走访"), ("F5", "困难"), ("F6", "申请"), ("Ctrl+R", "看全号"), ("Esc", "返回"))

    # -- acting -----------------------------------------------------------------------------------
    def about(self) -> str | None:
        item = self.rows.item
        return item.id if isinstance(item, HouseholdRow) else None

    def go_here(self, place: str) -> bool:
        if place == "visit" and self.intent == "visit":
            from xieli_tui.ui import places

            places.open_trip(self.xapp, tuple(self.only), words.group_word(self.search.value.strip()) if self.search.value.strip() else "")
            return True
        if place in ("households", "find"):
            self.search.focus()
            self.search.select_all()  # who comes to look for somebody else types over the last name
            return not self.only and not self.intent
        return False

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import places

        item = event.item
        if not isinstance(item, HouseholdRow):
            typed = self.search.value.strip()
            places.open_flag(self.xapp, name=typed if len(self.rows.items) == 1 and not typed.isascii() else "")
        elif self.intent == "visit":
            places.open_visit(self.xapp, item.id)
        elif self.intent == "flag":
            places.open_flag(self.xapp, item.id)
        elif self.intent == "apply":
            places.open_start(self.xapp, item.id)
        else:
            places.open_dossier(self.xapp, item.id)
