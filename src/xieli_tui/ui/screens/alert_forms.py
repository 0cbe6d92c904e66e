"""发预警 at a desk: one alert by hand, and what the county's risk indicators ask for (001:10, 003:(六)(七); M-06, GX-14).

Rules kept here
- an alert asks the village to go and look; it names no verdict, and its words are written by a person;
- the scan is looked at first: `1`, pressed twice, issues; a family somebody met with since is not asked for again;
- the look runs in a thread, families stand one by one by their village, nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import alerts as desk
from xieli_tui.desk import people
from xieli_tui.desk.alerts import Scanned
from xieli_tui.domain import codes
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS
from xieli_tui.ui.screens.joining import FamilyForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row


class AlertIssuePage(FamilyForm):
    """One alert about one family."""

    NAME = "发预警"
    FORM = "alert_issue"
    doing = "alert"
    NEEDED = ("cls", "text")
    FIELDS: ClassVar[dict[str, str]] = {"class": "cls", "household": "text"}
    QUIET = "请村里去看什么，写清楚。"
    GUIDE = Help(
        "请村里去走访核实一家。随回传发到村里，村里先走访，再写怎么处置。", KEYS,
        (("写什么", "请村里看什么。不下结论，不写给不给救助。"), ("期限", "不写就按县里定的；县里没定就没有期限。"), ("可能不再符合", "只是请村里核实，停不停另外按步骤定。")),
    )

    def body(self) -> ComposeResult:
        yield Paint((head("请村里去看看", "先走访，后处置"), *self.air()))
        yield FormRow(Field("哪一类", self.choice("cls", codes.choices("alert_class"), gap=0, width=64), needed=True))
        yield FormRow(Field("看什么", self.text("text", hint="如 医疗自付较高，请看看家里怎么过"), width=64, needed=True))
        yield FormRow(Field("是谁", self.choice("person", self.members()[:9], gap=0, width=64)))
        yield FormRow(Field("哪天以前", self.day("due", hint="县里时限"), width=14), Field("金额", self.money("amount"), width=14, room=6, before=3, after=" 元"))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return self.family_rail("会怎么样", "随回传到村里，村里先走访，再写怎么处置。")

    def store(self) -> Saved:
        return desk.issue(self.xapp.session, desk.IssueAlert(
            self.value("cls"), self.value("text"), self.card.row.id, self.value("person") or None, self.value("due") or None, self.value("amount") or None))

    def stored(self, result: Saved) -> None:
        due = f"{result.state} 以前。" if result.state else "没有期限。"
        self.xapp.back(f"已保存(第{result.seq}条)", f"{due}F9 回传以后村里才看得到。", "done")


class ScanPage(ListPage):
    """What the risk indicators ask for: looked at, then issued."""

    NAME = "按指标看一遍"
    WAYS = (("1", "都发出去", "按两次，请各村走访"),)
    GUIDE = Help(
        "按县里定的风险指标，看一遍已经登记的情况，哪几家要请村里去看看。",
        (("1", "都发出去"), ("Enter", "开户档"), ("Ctrl+N", "再看一遍"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("先看", "看一遍什么都不写。按两次 1 才发。"), ("没有定指标", "就什么也没有。指标在 当地规定 里由县里定。"), ("发过的", "同一家同一期同一个指标只发一次；已经见过面的不再发。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.scanned: tuple[Scanned, ...] | None = None
        self.refused: XieliError | None = None
        self.busy = False

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else (item.household, item.indicator)

    def reload(self) -> None:
        super().reload()
        if self.scanned is None and not self.busy:
            self._begin(dry=True)

    def fresh(self) -> None:
        if not self.busy:
            self.scanned = self.refused = None
            self.reload()

    def sections(self) -> Sequence[Section]:
        if self.refused is not None:
            raise self.refused
        found = self.scanned or ()
        self.names = people.villages(self.xapp.session)
        empty = "正在看一遍，稍等。" if self.scanned is None else "没有要请走访的。"
        return (Section(f"要请走访的  {len(found)} 户" if found else "要请走访的", sorted(found, key=lambda one: (one.village, one.head, one.household)), "还没有发" if found else "", empty),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        if self.scanned is None:
            return "正在看一遍，稍等。", ""
        return (f"{len(self.scanned)} 户，还没有发。", "按两次 1 发出去。") if self.scanned else ("没有要请走访的。", "")

    def _begin(self, *, dry: bool) -> None:
        self.busy = True
        self._work(dry)

    @work(thread=True, exclusive=True, exit_on_error=False, group="scan")
    def _work(self, dry: bool) -> None:
        try:
            found = tuple(desk.scan(self.xapp.session, dry_run=dry))
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._done, found, dry)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        self.scanned, self.refused = (), error
        if self.is_attached:
            super().reload()

    def _done(self, found: tuple[Scanned, ...], dry: bool) -> None:
        self.busy = False
        self.scanned = found if dry else ()
        if not self.is_attached:
            return
        super().reload()
        if not dry:
            self.say(f"发了 {len(found)} 条。", "F9 回传以后村里才看得到。", "done")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        when = f"{words.short_day(item.due, self.xapp.today())} 以前" if item.due else "没有期限"
        lines = [row(cell(words.short_place(self.names.get(item.village, item.village)), 12, "$ink-2"), cell(item.head, 9, "bold" if on else ""), cell(words.gist(item.why, 38), 38, "" if on else "$ink-2"), " ",
                     cell(when, 14, "$ink-3"), on=on)]
        return [*lines, *self.opened(item.why)] if on else lines

    def chosen(self, item: Any) -> None:
        from xieli_tui.ui import places

        places.open_dossier(self.xapp, item.household)

    def way(self, digit: int) -> None:
        if self.busy:
            self.say("正在看一遍，稍等。")
        elif not self.scanned:
            self.say("没有要发的。")
        elif not self.answered("issue"):
            self.ask("issue", f"给 {len(self.scanned)} 户发预警？再按一次 1。", "按别的键就不发。")
        else:
            self.say("正在发，稍等。")
            self._begin(dry=False)

    def rail(self) -> Sequence[Line]:
        return [line(("按指标看一遍", "bold")), line(), *rail_block("先看", "看一遍什么都不写。按两次 1 才发。"), *rail_block("不下结论", "只是请村里去看看，不说给不给救助。")]

    def foot(self) -> Sequence[Key]:
        return (("1", "都发出去"), ("Enter", "开户档"), ("Ctrl+N", "再看"), ("F7", "预警"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household if item is not None else None
