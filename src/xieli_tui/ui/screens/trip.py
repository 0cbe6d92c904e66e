"""一趟走访: the families of one trip on one page, whom was met by a digit on each row, one save.

Rules kept here
- a row nobody touched is no visit: nothing is pre-filled as done (Law 1), and 0 takes a digit back;
- the families of the group she stands in come first, then those not visited longest; nothing is left out;
- what one family needs more than a digit for is a visit of its own: Enter opens it;
- the whole trip is one draft while it is filled and one transaction when it is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from xieli_tui.casework import households
from xieli_tui.casework import record_visit as verb
from xieli_tui.casework.views import HouseholdRow, Saved
from xieli_tui.casework.visit_form import MET, companions
from xieli_tui.domain.text import group_key
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.draft_keeper import Values
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, line, row
from xieli_tui.ui.widgets.row_list import RowList

KEY = "trip"
"""One trip is filled at a time: its draft needs no family's id."""
DIGITS = dict(enumerate((ident for ident, _ in MET), start=1))


class TripRows(RowList):
    """Families with whom was met; a digit sets it and goes on to the next."""

    @dataclass
    class Turned(Message):
        """A row was set or taken back."""

        rows: TripRows

        @property
        def control(self) -> TripRows:
            return self.rows

    def __init__(self, page: TripPage) -> None:
        super().__init__(page.draw, (), chosen=lambda item: isinstance(item, HouseholdRow), key=lambda item: getattr(item, "id", item), id="met")
        self.met: dict[str, str] = {}

    def put(self, household: str, met: str) -> None:
        """Set whom was met there; "" takes it back."""
        self.met = {home: value for home, value in self.met.items() if home != household}
        if met:
            self.met[household] = met
        self.redraw()
        self.post_message(self.Turned(self))

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        item = self.item
        if not isinstance(item, HouseholdRow):
            return
        if digit in DIGITS:
            event.stop()
            event.prevent_default()
            self.put(item.id, DIGITS[digit])
            self.action_move(1)
        elif digit == 0 or event.key in ("backspace", "delete"):
            event.stop()
            event.prevent_default()
            self.put(item.id, "")


class TripPage(FormPage):
    """Visits of one trip.

    Args:
        only: the families of a bulk duty; all of the village when empty.
        here: the group she goes to, first on the page ("" = the group with most of them).
    """

    NAME = "一趟走访"
    FORM = "trip"
    doing = "visit"
    CSS_PATH = "trip.tcss"
    AUTO_FOCUS = "#met"
    FIELDS: ClassVar[Mapping[str, str]] = {"met": ""}
    """The list has no row of its own to write beneath: what is wrong with it is said in the status line."""
    QUIET = "走到一户按一个数字，没走到的空着。"
    GUIDE = Help(
        "一趟走几户，一页记完。走到哪一户，就在那一行按数字；没去的空着，不会算走过。",
        (("1-4", "见到谁"), ("0", "取消这一行"), ("Enter", "这一户细记"), ("Tab", "日期、同去"), ("Ctrl+S", "一起保存"), ("Ctrl+N", "丢掉草稿")),
        (("未遇", "记下来，但不算走到，期限照旧。"), ("要写情况的", "按 Enter 打开这一户的走访表，记完回来接着按。"), ("没按数字的户", "不记，下次还在名单上。")),
    )

    def __init__(self, only: Sequence[str] = (), *, here: str = "") -> None:
        super().__init__(KEY)
        self.only, self.here = frozenset(only), here

    def body(self) -> ComposeResult:
        yield FormRow(
            Field("日期", self.day("on", self.xapp.today().isoformat()), width=14),
            Field("走访人", self.text("visitor", self.xapp.operator_name), width=12, room=8, before=3),
            Field("同去", self.text("together", hint="姓名 身份"), width=17, room=6, before=3),
            classes="tight",
        )
        yield Paint(self._heading, id="heading")
        self.rows = TripRows(self)
        self.rows.styles.height = "1fr"
        yield self.rows
        self.entries["met"] = self.rows

    def reload(self) -> None:
        found = self.attempt(lambda: households.list_households(self.xapp.session))
        homes = [one for one in found or () if one.known and (not self.only or one.id in self.only)]
        if not self.here and homes:
            groups = [group_key(one.group) for one in homes if one.group]
            self.here = max(sorted(set(groups)), key=groups.count, default="")
        here = group_key(self.here) if self.here else ""
        homes.sort(key=lambda one: (not here or group_key(one.group) != here, one.last_visit, group_key(one.group).zfill(4)))
        near = [one for one in homes if here and group_key(one.group) == here]
        items: list[Any] = [*near, blank(), *homes[len(near):]] if near and len(near) < len(homes) else list(homes)
        self.rows.show(items)
        self.rows.show_empty((line("  ", ("没有要走的户。F3 找一户。", "$ink-2")),))

    def first_entry(self) -> Widget | None:
        return self.rows

    def refresh_body(self) -> None:
        if self.is_mounted:
            self.rows.redraw()
            self.query_one("#heading", Paint).show(self._heading)

    # -- drawing ----------------------------------------------------------------------------------
    def _heading(self, _width: int) -> Sequence[Line]:
        done = len(self.rows.met) if self.is_mounted else 0
        return (
            blank(),
            line("  ", cell("户主", 9, "$ink-3"), cell("组", 6, "$ink-3"), cell("出生", 6, "$ink-3"), cell("上次走访", 11, "$ink-3"), cell("见到谁", 32, "$ink-3"),
                 (f"已按 {done} 户" if done else "", "bold $primary")),
            line(("─" * MAIN, "$line")),
        )

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        """One family and the four digits, the one pressed standing out by its bracket as well as by colour."""
        if not isinstance(item, HouseholdRow):
            return (item,)
        chosen = self.rows.met.get(item.id, "")
        parts: list[tuple[str, str]] = []
        for digit, (ident, word) in enumerate(MET, start=1):
            text = f"[{digit}{word}]" if ident == chosen else f" {digit}{word} "
            parts.append((text + " " * (8 - cell_len(text)), "bold $primary" if ident == chosen else "$ink-2" if on or not chosen else "$ink-3"))
        seen = words.short_day(item.last_visit, self.xapp.today()) or "从未"
        return (row(
            cell(item.head or "(尚未收到)", 9, "bold" if on or chosen else ""), cell(words.group_word(item.group), 6, "$ink-2"), cell(item.birth_year, 6, "$ink-2"),
            cell(seen, 11, "" if item.last_visit else "$ink-3"), *parts, on=on,
        ),)

    def rail(self) -> Sequence[Line]:
        count = len(self.rows.met) if self.is_mounted else 0
        out = [line(("一趟", "bold")), line(), line(f"按了 {count} 户"), line()]
        for digit, (_, word) in enumerate(MET, start=1):
            out.append(line(cell(str(digit), 4, "bold $primary"), word))
        return [*out, line(cell("0", 4, "bold $primary"), "取消"), line(), line(cell("Enter", 8, "bold $primary"), "这一户细记"), line(cell("Ctrl+S", 8, "bold $primary"), "一起保存")]

    def foot(self) -> Sequence[Key]:
        return (("1-4", "见到谁"), ("0", "取消"), ("Enter", "细记"), ("Ctrl+S", "保存"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.id if isinstance(item, HouseholdRow) else None

    # -- entries ----------------------------------------------------------------------------------
    def values(self) -> Values:
        return {**super().values(), "met": dict(self.rows.met)}

    def fill(self, values: Mapping[str, Any]) -> None:
        super().fill({name: value for name, value in values.items() if name != "met"})
        kept = values.get("met", {})
        known = {one.id for one in self.rows.items if isinstance(one, HouseholdRow)}
        self.rows.met = {home: met for home, met in kept.items() if home in known and met in DIGITS.values()} if isinstance(kept, Mapping) else {}
        self.rows.redraw()

    @on(TripRows.Turned)
    def _turned(self, event: TripRows.Turned) -> None:
        self._changed(cast(Any, event))
        self.redraw()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import places

        if isinstance(event.item, HouseholdRow):
            self.leave()
            places.open_visit(self.xapp, event.item.id)

    # -- saving -----------------------------------------------------------------------------------
    def store(self) -> Saved:
        visitors = [(self.value("visitor"), "coordinator")] if self.value("visitor") else []
        visitors += companions(self.value("together"))
        order = [one.id for one in self.rows.items if isinstance(one, HouseholdRow)]
        return verb.record_trip(self.xapp.session, [
            verb.RecordVisit(household=home, met=self.rows.met[home], on=self.value("on"), visitors=visitors) for home in order if home in self.rows.met
        ])

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"{len(self.rows.met)} 户的走访已保存(到第{result.seq}条)", tone="done")
