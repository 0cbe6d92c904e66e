"""导入台账, second page: every column of the workbook, a sample, and what it is taken for; a person changes what is wrong.

Rules kept here
- columns somebody should look at come first, then those nobody reads; a sheet that is not read is named with its reason;
- Enter changes a column by number, initials or word; giving a meaning to one column takes it from the other, and that is said;
- a sheet without a head stands with its first rows: Enter on the head row, and it is read;
- Ctrl+S shows what would change; still nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult

from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.roster_task import RosterTask
from xieli_tui.ui.screens.search_page import SearchPage
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, width_of
from xieli_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from xieli_tui.casework.roster_look import LookColumn, LookSheet

COLUMNS = line("  ", cell("栏", 4, "$ink-3"), cell("表头", 22, "$ink-3"), cell("当作", 16, "$ink-3"), cell("里面的样子", 32, "$ink-3"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a sheet on the list."""

    sheet: LookSheet
    column: LookColumn

    @property
    def id(self) -> str:
        return f"{self.sheet.name}!{self.column.letter}"


@dataclass(frozen=True, slots=True)
class FirstRow:
    """A row of a sheet without a head."""

    sheet: str
    number: int
    text: str

    @property
    def id(self) -> str:
        return f"{self.sheet}!{self.number}"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about the workbook."""

    id: str
    text: str


class RosterMapPage(ListPage):
    """What every column is taken for."""

    NAME = "台账栏目"
    WAYS = (("1", "换一个", "这一栏当作别的"), ("2", "不读", "这一栏不要"))
    GUIDE = Help(
        "程序照表头和内容认出每一栏是什么。拿不准的在最上面，不对的改过来，再按 Ctrl+S 看改动。",
        (("Enter", "换一个"), ("1", "换一个"), ("2", "不读"), ("Ctrl+S", "看改动"), ("F1", "帮助"), ("Esc", "返回")),
        (("记住", "收下以后记着，下一份表头一样的就不用再改。"), ("不读的", "只是不读进来，表里的还在表里。"), ("号码", "样子里的号码盖着。")),
    )

    def __init__(self, task: RosterTask) -> None:
        super().__init__()
        self.intake, self.busy = task, False

    # -- the list -----------------------------------------------------------------------------------------------------------------------
    def sections(self) -> Sequence[Section]:
        settling = self.intake.settling
        look = settling.look
        every = [Shown(sheet, column) for sheet in look.sheets for column in sheet.columns]
        doubts = [one for one in every if settling.doubtful(one.sheet, one.column)]
        out = [Section(f"拿不准 {len(doubts)} 栏", doubts, "请看一眼", "", COLUMNS)] if doubts else []
        for sheet in look.sheets:
            sure = [one for one in every if one.sheet is sheet and one not in doubts]
            used = [one for one in sure if settling.role(sheet, one.column)]
            unread = [one for one in sure if not settling.role(sheet, one.column)]
            day = f"{sheet.as_of} 填报" if sheet.as_of else "没有写填报时间"
            note = "按上次的对应" if sheet.remembered else f"下面 {sheet.rows} 行，{day}"
            out += [Section(f"不读的 {len(unread)} 栏", unread, "有要的就换", "", COLUMNS), Section(f"{words.wide(sheet.name)}  {len(used)} 栏", used, note, "", COLUMNS)]
        for one in look.headless:
            out.append(Section(f"没有找到表头：{words.wide(one.name)}", [FirstRow(one.name, at, text) for at, text in one.rows], "在表头那一行按 Enter"))
        said = [*(f"{name}：{why}，没有读。" for name, why in look.left_out if not any(name == one.name for one in look.headless)), *look.said]
        if said:
            out.append(Section("还有", [Said(str(at), words.wide(one)) for at, one in enumerate(said)]))
        return out

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        settling = self.intake.settling
        doubts = sum(1 for sheet in settling.look.sheets for one in sheet.columns if settling.doubtful(sheet, one))
        if not settling.look.sheets:
            return "没有一张表找到表头。", "在表头那一行按 Enter。"
        unread = sum(1 for sheet in settling.look.sheets for one in sheet.columns if not settling.role(sheet, one))
        return (f"{doubts} 栏拿不准，看一眼。" if doubts else f"{unread} 栏不读，有要的就换。" if unread else "每一栏都认出来了。"), "Ctrl+S 看改动，什么都还没有写。"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, FirstRow):
            lines = [row(cell(f"第 {item.number} 行", 10, "bold" if on else "$ink-2"), cell(words.wide(item.text), 64), on=on)]
            return [*lines, *self.opened(item.text)] if on else lines
        if isinstance(item, Said):
            return [row(cell(item.text, 74, "$ink-2"), on=on), *(self.opened(item.text) if on and width_of([item.text]) > 74 else ())]
        settling, column = self.intake.settling, item.column
        doubtful = settling.doubtful(item.sheet, column)
        taken = settling.role(item.sheet, column)
        style = "bold $warning" if doubtful else "bold" if taken else "$ink-3"
        samples = "  ".join(column.samples)
        lines = [row(
            cell(column.letter, 4, "$ink-2"), cell(words.wide(column.head) or "没有表头", 21, "" if column.head else "$ink-3"), " ",
            cell(settling.word(item.sheet, column), 15, style), " ", cell(words.wide(samples) or "空的", 32, "$ink-2" if samples else "$ink-3"), on=on,
        )]
        if not on:
            return lines
        more = column.doubt if doubtful else ""
        return [*lines, *self.opened(more, style="$warning"), *(self.opened(words.wide(samples)) if len(samples) > 16 else ())]

    # -- what can be done -------------------------------------------------------------------------------------------------------------
    def chosen(self, item: Any) -> None:
        if isinstance(item, FirstRow):
            self._point(item)
        elif isinstance(item, Shown):
            self.xapp.open(RosterColumnPage(self.intake, item, self.told))

    def way(self, digit: int) -> None:
        item = self.rows.item
        if not isinstance(item, Shown):
            self.say("这一行没有要改的。")
        elif digit == 1:
            self.chosen(item)
        else:
            self.intake.settling.take(item.sheet, item.column, "")
            self.intake.keep()
            self.told(f"{item.column.letter} 栏不读。", "")
            self.reload()

    def told(self, text: str, more: str) -> None:
        """What a change of a column ended in."""
        self.say_next(text, more, "done")
        self.say(text, more, "done")

    def _point(self, item: FirstRow) -> None:
        if not self.busy:
            self.busy = True
            self.say("正在看，稍等。")
            self._look_again(item)

    @work(thread=True, exclusive=True, exit_on_error=False, group="roster")
    def _look_again(self, item: FirstRow) -> None:
        try:
            self.intake.settling.point(self.xapp.session, self.intake.file, item.sheet, item.number)
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._pointed)

    def _pointed(self) -> None:
        self.busy = False
        if self.is_attached:
            self.intake.keep()
            self.say("")
            self.reload()

    def save(self) -> None:
        if self.busy:
            return
        if not self.intake.settling.look.sheets:
            self.say("没有一张表找到表头。", "在表头那一行按 Enter。", "wrong")
            return
        self.busy = True
        self.say("正在比，稍等。什么都不写。")
        self._compare()

    @work(thread=True, exclusive=True, exit_on_error=False, group="roster")
    def _compare(self) -> None:
        try:
            self.intake.run(self.xapp.session, dry=True)
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._compared)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.is_attached:
            self.complain(error)

    def _compared(self) -> None:
        from xieli_tui.ui.screens.roster_changes import RosterChangesPage

        self.busy = False
        if self.is_attached:
            self.say("")
            self.xapp.open(RosterChangesPage(self.intake))

    def rail(self) -> Sequence[Line]:
        return [
            line(("栏目", "bold")), line(), *rail_block("拿不准的", "在最上面，看一眼里面的样子。"), *rail_block("换一个", "Enter，打编号、打头字母或汉字。"),
            *rail_block("记住", "收下以后记着，下一份不用再改。"),
        ]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "换一个"), ("2", "不读"), ("上下", "选"), ("Ctrl+S", "看改动"), ("F1", "帮助"), ("Esc", "返回"))


class RosterColumnPage(SearchPage):
    """What one column is taken for: typed, or chosen from the list."""

    NAME = "这一栏是什么"
    GUIDE = Help(
        "这一栏里写的是什么，选一个。打编号、打头字母或汉字，清单跟着变。", (("Enter", "选"), ("上下", "选"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回")),
        (("没有合适的", "选 不读，表里的还在表里。"), ("已经有一栏是它", "选了就换到这一栏，那一栏不读。")),
    )

    def __init__(self, task: RosterTask, item: Shown, told: Callable[[str, str], None]) -> None:
        super().__init__()
        from xieli_tui.casework import roster_look

        self.intake, self.item, self.told = task, item, told
        self.options = list(enumerate(roster_look.choices(item.sheet), 1))
        self.subject = f"{item.column.letter} 栏 {words.wide(item.column.head)}".strip()

    def body(self) -> ComposeResult:
        column = self.item.column
        samples = "  ".join(column.samples) or "空的"
        yield Paint((
            head(f"{column.letter} 栏  {words.wide(column.head) or '没有表头'}", f"现在当作 {self.intake.settling.word(self.item.sheet, column)}"), *self.air(),
            line("  ", cell("里面的样子", 12, "$ink-3"), (words.wide(samples), "")),
            *((line("  ", (words.wide(column.doubt), "$warning")),) if column.doubt else ()), *self.air(),
        ))
        self.search = HanInput(hint="编号、打头字母、汉字", id="search")
        yield self.search
        self.rows = RowList(self._draw, self.options, key=lambda one: one[0], id="rows")
        yield self.rows

    def on_mount(self) -> None:
        super().on_mount()
        self.search.focus()
        self.greet("选一个，Enter 就换。")

    def find(self, query: str) -> None:
        from xieli_tui.domain.pinyin import matches
        from xieli_tui.domain.text import fold_code, whole

        typed = fold_code(query)
        place = whole(typed)
        self.rows.show([one for one in self.options if not typed or one[0] == place or typed in one[1][1] or matches(typed, one[1][1])], keep=False)

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        number, (role, word) = item
        settling = self.intake.settling
        other = next((one for one in self.item.sheet.columns if role and settling.role(self.item.sheet, one) == role), None)
        held = "" if other is None else "现在就是" if other.at == self.item.column.at else f"{other.letter} 栏 {words.wide(other.head)}"
        return (row(cell(str(number), 4, "bold $primary"), cell(word, 24, "bold" if on else ""), cell(held, 46, "$ink-2"), on=on),)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        _number, (role, word) = event.item
        column = self.item.column
        other = self.intake.settling.take(self.item.sheet, column, role)
        self.intake.keep()
        self.told(f"{column.letter} 栏当作{word}。" if role else f"{column.letter} 栏不读。", f"{other.letter} 栏就不读了。" if other is not None else "")
        self.xapp.back()

    def rail(self) -> Sequence[Line]:
        return [line(("这一栏是什么", "bold")), line(), *rail_block("没有合适的", "选 不读，表里的还在表里。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "选"), ("上下", "选"), ("编号", "直接打"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))
