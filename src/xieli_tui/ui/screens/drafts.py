"""没写完: every draft of this computer, with when it was left and what was typed. Enter goes on with it, Ctrl+N pressed twice throws it away.

Rules kept here
- a draft whose form has no place any more (its finding is settled, its notice was taken down) is still listed and can be read here, until she throws it away;
- throwing away is asked of the very line under the cursor: moving away takes the question back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from xieli_tui.casework import drafts, unfinished
from xieli_tui.casework.unfinished import Unfinished
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, cell, head, line, rail_block, row, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

SHOWN = 4
"""Lines of what was typed that stand under the cursor."""


class DraftsPage(Page):
    """Every half-filled form."""

    NAME = "没写完"
    GUIDE = Help(
        "没写完的表都在这里，断电、锁屏、走开都不丢。接着写，或者不要了。",
        (("Enter", "接着写"), ("1-9", "跳到这份"), ("上下", "选"), ("Ctrl+N", "不要这份"), ("F2", "回首页"), ("Esc", "返回")),
        (("保存以后", "表一保存，草稿自己就没有了。"), ("不要了", "按两次 Ctrl+N 才丢掉，只丢光标停的这一份。"), ("哪天的", "草稿不会自己过期，放多久都在。")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+n", "fresh", show=False, priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Unfinished] = []

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, Unfinished), key=lambda item: getattr(item, "target", None) or id(item), id="drafts")
        yield self.rows

    def reload(self) -> None:
        found = self.found = self.attempt(lambda: unfinished.listed(self.xapp.session)) or []
        columns = line("  ", cell("", 3), cell("什么表", 16, "$ink-3"), cell("谁家", 12, "$ink-3"), cell("组", 7, "$ink-3"), ("哪天存的", "$ink-3"))
        items: list[Any] = [head(f"没写完  {len(found)} 份", "近的在上"), *self.air(), columns, *found]
        if not found:
            items[-1] = line("  ", ("没有写到一半的表。", "$ink-2"))
        self.rows.show(items)
        self.rows.focus()
        self.stand("Enter 接着写。" if found else "都写完了。", "不要了，按两次 Ctrl+N。" if found else "")

    def refresh_body(self) -> None:
        self.rows.redraw()

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if isinstance(item, Line):
            return (item,)
        place = self.found.index(item) + 1 if item in self.found else 0
        number = str(place) if 1 <= place <= 9 else ""
        lines = [row(
            cell(number, 3, "$ink-3"), cell(item.word, 16, "bold" if on_ else ""), cell(item.who, 12), cell(words.group_word(item.group), 7, "$ink-2"),
            cell(self._when(item), 18, "$ink-2"), cell("Enter 接着写", 14, "bold $primary" if on_ else "$ink-2"), on=on_,
        )]
        if on_ and not self.big and item.typed:
            lines += [under(piece, 5) for piece in wrap("写了：" + "；".join(item.typed), MAIN - 5)[:SHOWN]]
        return lines

    def _when(self, item: Unfinished) -> str:
        return f"{words.short_day(item.saved[:10], self.xapp.today())} {item.saved[11:16]}"

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if not isinstance(item, Unfinished):
            return [line(("没写完", "bold")), line(), *rail_block("草稿", "每改一下都在草稿里，断电也不丢。")]
        return [line((item.word, "bold"), (f"  {item.who}", "$ink-3")), line(), *rail_block("哪天存的", self._when(item)), *rail_block("写了", *(item.typed or ("只选了几项，没有写字。",)))]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "接着写"), ("上下", "选"), ("Ctrl+N", "不要这份"), ("F2", "首页"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if isinstance(item, Unfinished) else None

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit and digit <= len(self.found):
            event.stop()
            wanted = self.found[digit - 1]
            self.rows.move_to(lambda item: item is wanted)

    @on(RowList.Moved)
    def _moved(self, _event: RowList.Moved) -> None:
        self.asked = ""
        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import places

        if isinstance(event.item, Unfinished):
            places.open_draft(self.xapp, event.item.target)

    def action_fresh(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        item = self.rows.item
        if not isinstance(item, Unfinished):
            self.say("没有草稿。")
            return
        whose = f"{item.who}的" if item.who else ""
        if not self.answered(item.target):
            self.ask(item.target, f"丢掉{whose}{item.word}草稿？再按一次 Ctrl+N。", "按别的键就留着。")
            return
        try:
            drafts.drop_draft(self.xapp.session, item.form, item.key)
        except XieliError as error:
            self.complain(error)
            return
        self.say(f"{whose}{item.word}草稿丢掉了。")
        self.reload()
