"""两处写的不一样: every field two hands wrote differently, and the value that holds from now on; both stay in the chain (design 01, law 6).

Rules kept here
- nobody is told which is right: both values stand with who wrote them, one is chosen by digit and the reason is written;
- numbers are covered as everywhere until a reveal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import exchange
from xieli_tui.casework.views import ConflictView, Saved
from xieli_tui.errors import NotFound
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.matter_forms import KEYS
from xieli_tui.ui.screens.overview_tab import FIELD_WORDS, MASKED
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, say


def key_of(clash: ConflictView) -> str:
    """entity:field, as a draft is kept."""
    return f"{clash.entity}:{clash.field}"


def covered(clash: ConflictView, value: str) -> str:
    """A value as it may be shown."""
    cover = MASKED.get(clash.field)
    return (cover(value) if cover else value) or "(空)"


class ConflictsPage(ListPage):
    """Every field with two values."""

    NAME = "两处写的不一样"
    GUIDE = Help(
        "同一格，村里和镇里、县里写的不一样。看一看哪个对，选一个，写明原因。两个都留在记录里。",
        (("Enter", "选一个"), ("上下", "选"), ("F9", "报送"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("拿不准", "先不选，问清楚再来。现在显示的是上面那一个。"), ("证件、电话", "盖着。要看全号，在户档按 Ctrl+R。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else key_of(item)

    def sections(self) -> Sequence[Section]:
        found = exchange.conflicts(self.xapp.session)
        return (Section(f"两处写的不一样  {len(found)} 处" if found else "两处写的不一样", found, "选一个，写明原因", "没有。"),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 处写的不一样。", "Enter 选一个。") if count else ("没有写的不一样的。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        both = "；".join(f"{who} 写 {covered(item, value)}" for value, who, _ in item.values)
        lines = [row(cell(item.where, 10, "bold" if on else ""), cell(FIELD_WORDS.get(item.field, item.field), 14), cell(both, 50, "" if on else "$ink-2"), on=on)]
        return [*lines, *self.opened(both)] if on else lines

    def chosen(self, item: Any) -> None:
        self.xapp.open(ResolvePage(key_of(item)))

    def rail(self) -> Sequence[Line]:
        return [line(("两处不一样", "bold")), line(), *rail_block("拿不准", "先不选，问清楚再来。"), *rail_block("选了以后", "两个都留在记录里。")]

    def foot(self) -> Sequence[Key]:
        village = self.xapp.session.role == "village"
        return (("Enter", "选一个"), ("上下", "选"), ("F9", "报送" if village else "回传"), ("F2", "今日" if village else "队列"), ("F1", "帮助"), ("Esc", "返回"))


class ResolvePage(FormPage):
    """One field settled. `key` = entity:field."""

    NAME = "选哪一个"
    FORM = "resolve"
    NEEDED: ClassVar[tuple[str, ...]] = ("value", "reason")
    QUIET = "看清是谁写的，选一个，写明原因。"
    GUIDE = Help("选对的那一个，写一句为什么。没选的那个也留在记录里。", KEYS, (("都不对", "先随便选一个不行：回户档改成对的，写明原因。"), ("原因", "如 看过身份证、打电话问过本人。")))

    def body(self) -> ComposeResult:
        self.clash = next((one for one in self.attempt(lambda: exchange.conflicts(self.xapp.session)) or [] if key_of(one) == self.key), None)
        clash = self.clash
        self.subject = clash.where if clash is not None else ""
        options = [(str(at), covered(clash, value)) for at, (value, _, _) in enumerate(clash.values[:9])] if clash is not None else []
        yield Paint((head(FIELD_WORDS.get(clash.field, clash.field) if clash is not None else "已经选过了", "两个都留在记录里"), *self.air(),
                     *[line("  ", cell(str(at), 3, "bold $primary"), cell(covered(clash, value), 40), (f"{who} 写的", "$ink-2")) for at, (value, who, _) in enumerate(clash.values[:9] if clash is not None else (), 1) if clash is not None]))
        yield FormRow(Field("选哪个", self.choice("value", options, width=64), needed=True))
        yield FormRow(Field("为什么", self.text("reason", hint="如 看过身份证"), width=64, needed=True))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("选一个", "bold")), line(), *say("都不对的，回户档改成对的，写明原因。")]

    def store(self) -> Saved:
        if self.clash is None:
            raise NotFound("XL-V45", "已经选过了")
        return exchange.resolve(self.xapp.session, self.clash.entity, self.clash.field, self.clash.values[int(self.value("value"))][0], self.value("reason"),
                                seen=[ref for _, _, ref in self.clash.values])
