"""县里自查: what is wrong or missing in the county's own data, each line with what to do next.

Rules kept here
- the look runs in a thread: a county of many families never blocks a key;
- a line says what and, under the cursor, the next step, the clause and the rules; families are opened one by one, nobody is ranked;
- Enter opens the form that mends the line where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from textual import on, work
from textual.app import ComposeResult

from xieli_tui.desk import lint as desk
from xieli_tui.desk.lint import Finding
from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.local_rules import LocalSetPage
from xieli_tui.ui.screens.registers import StaffPage, StationPage, VillagePage
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, row, say, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("标准和参数", ("tekun_std_below_1_3", "std_below_floor", "emergency_items_empty", "param_overlap", "param_unreadable", "param_missing", "param_partial")),
    ("救助链", ("aid_duplicate", "aid_omitted", "families_not_looked_at")),
    ("协理员、服务站、村", ("coordinators_out_of_range", "coordinator_source", "coordinator_without_operator", "station_missing", "socialwork_posts_low", "village_unregistered", "board_missing")),
    ("登记电脑", ("device_without_village", "device_not_heard", "village_without_device")),
)
"""Heads of the page and the lints beneath each; what is in none stands at the end."""
ROOM = 60
BY_HAND = {
    "device_without_village": "重新登记这台电脑，写明是哪个村", "village_without_device": "请信息人员给这个村登记一台电脑", "device_not_heard": "打电话问一问，登记文件导入了没有",
    "coordinator_without_operator": "请信息人员在名册里写上他的电脑和账号", "socialwork_posts_low": "核对机构的岗位数", "families_not_looked_at": "先把重叠的改好，再看一遍",
}
"""What to do where no page mends it. The names of commands stand in the command line, not here."""
_QUOTES = str.maketrans("“”", "「」")
"""Marks of a clause whose width a terminal may take for one cell or two."""
_KEY = re.compile(r"\([a-z_]+\)")


class LintPage(Page):
    """The findings, by what they are about."""

    NAME = "县里自查"
    GUIDE = Help(
        "看一遍县里自己的数：标准、没有定的参数、名册、登记电脑、救助链。",
        (("Enter", "去改"), ("上下", "选"), ("Ctrl+N", "再看一遍"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("没有定", "当地规定没有定的，系统不会替县里定，等着用的规则会说还缺。"), ("只看数", "只说哪里要改，不给人打分。"), ("救助链", "可能重复或者遗漏的，一户一户打开核对。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[Finding, ...] | None = None

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, Finding), key=lambda item: getattr(item, "lint", None) or id(item), id="lint")
        yield self.rows

    def reload(self) -> None:
        self._lay()
        self.rows.focus()
        self._look()

    def fresh(self) -> None:
        self.found = None
        self._lay()
        self._look()

    @work(thread=True, exclusive=True, exit_on_error=False, group="lint")
    def _look(self) -> None:
        try:
            found = tuple(desk.lint(self.xapp.session))
        except XieliError as error:
            self.app.call_from_thread(self.complain, error)
            return
        self.app.call_from_thread(self._seen, found)

    def _seen(self, found: tuple[Finding, ...]) -> None:
        if not self.is_attached:
            return
        self.found = found
        self._lay()
        self.refresh_rail()
        self.stand(f"{len(found)} 处要看。" if found else "没有发现要改的。", "Enter 去改。" if found else "")

    def _lay(self) -> None:
        if self.found is None:
            self.rows.show([head("县里自查"), *self.air(), line("  ", ("正在看一遍，稍等。", "$ink-2"))])
            return
        items: list[Any] = []
        left = list(self.found)
        for word, lints in (*GROUPS, ("其他", ())):
            mine = [one for one in left if one.lint.partition(":")[0] in lints] if lints else left
            left = [one for one in left if one not in mine]
            if mine:
                items += [*([blank()] if items else []), head(f"{word}  {len(mine)} 处"), *self.air(), *mine]
        self.rows.show(items or [head("县里自查"), *self.air(), line("  ", ("没有发现要改的。", "$ink-2"))])

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if not isinstance(item, Finding):
            return (item,)
        first, *rest = wrap(self._what(item), ROOM)
        lines = [row(cell(first, ROOM, "bold" if on_ else ""), " ", cell(item.cite.partition("; ")[0], 13, "$ink-3"), on=on_)]
        if not on_:
            return lines
        lines += [under(piece, 2) for piece in rest]
        if not self.big:
            lines += [under(piece, 4) for piece in wrap(f"下一步：{self._next(item)}", MAIN - 6)]
        return lines

    def _next(self, item: Finding) -> str:
        """What to do, in words of the screen where Enter opens a form."""
        opened = self._form(item)
        if opened is not None:
            return "按 Enter 打开"
        if item.households:
            return f"按 Enter 打开第一户，共 {len(item.households)} 户"
        return BY_HAND.get(item.lint.partition(":")[0], "请县里改")

    @staticmethod
    def _what(item: Finding) -> str:
        """The finding without the name a parameter has on the command line."""
        return _KEY.sub("", item.what).translate(_QUOTES)

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if not isinstance(item, Finding):
            return [line(("县里自查", "bold")), line(), *say("没有要看的。" if self.found is not None else "正在看一遍。")]
        out = [line(("哪里要看", "bold")), line(), *say(self._what(item)), line(), *rail_block("下一步", self._next(item))]
        if item.cite:
            out += rail_block("条款", *item.cite.split("; ")[:6])
        if item.rules and item.rules[0]:
            out += rail_block("规则", "、".join(item.rules))
        return out

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.refresh_rail()

    def refresh_rail(self) -> None:
        """The rail says what the cursor row is about."""
        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())

    def foot(self) -> Sequence[Key]:
        return (("Enter", "去改"), ("上下", "选"), ("Ctrl+N", "再看一遍"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def _form(self, item: Finding) -> Page | None:
        ident, _, about = item.lint.partition(":")
        county = self.xapp.session.role == "county"
        if ident.startswith("param_") and county:
            return LocalSetPage(about)
        if ident in ("std_below_floor", "tekun_std_below_1_3") and county:
            return LocalSetPage("tekun_std_month" if ident == "tekun_std_below_1_3" else "dibao_std_month")
        if ident == "emergency_items_empty" and county:
            return LocalSetPage("emergency_items")
        if ident in ("coordinators_out_of_range", "coordinator_source"):
            return StaffPage(about if about.isdigit() else "")
        if ident == "station_missing":
            return StationPage(about)
        if ident in ("village_unregistered", "board_missing") and county:
            return VillagePage(about)
        return None

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        item = event.item
        if not isinstance(item, Finding):
            return
        form = self._form(item)
        if form is not None:
            self.xapp.open(form)
        elif item.households:
            from xieli_tui.ui import places

            places.open_dossier(self.xapp, item.households[0], "7")
        else:
            self.say(f"{self._next(item)}。")
