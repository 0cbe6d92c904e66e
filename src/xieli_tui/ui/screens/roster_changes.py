"""导入台账, third page: what the list would change, line by line, with a decision on each; then it is taken in.

Rules kept here
- what waits for a person is on top; left alone it stays as it is here and is asked again the next time;
- any other line may be decided otherwise too: a decision is a digit, never more than one key, and taken back by a third;
- who is missing from the list, which rows were left out and why stand below; nothing is ever done to the missing;
- Ctrl+S takes it in as one act; with something undecided it asks once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from xieli_tui.errors import XieliError
from xieli_tui.ui import places, words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.roster_task import RosterTask
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row, width_of

if TYPE_CHECKING:
    from xieli_tui.casework.roster import RosterReport
    from xieli_tui.casework.roster_changes import Change

COLUMNS = line(
    "  ", cell("", 3), cell("行", 6, "$ink-3"), cell("谁", 11, "$ink-3"), cell("哪一格", 12, "$ink-3"), cell("我们的", 21, "$ink-3"), cell("表里的", 21, "$ink-3"),
)
MARKS = {"take": ("取", "bold $success"), "keep": ("留", "bold"), "ask": ("?", "bold $warning")}
ORDER = (("ask", "要您定"), ("take", "取表里的"), ("keep", "留我们的"))


@dataclass(frozen=True, slots=True)
class Beside:
    """A row that says something and is not decided: somebody missing (with the family to open), a row left out, the workbook of reasons."""

    id: str
    where: str
    text: str
    word: str = ""
    style: str = ""
    household: str = ""


class RosterChangesPage(ListPage):
    """What would change, and the decision on every line."""

    NAME = "台账改动"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "turn", show=False)]
    WAYS = (
        ("1", "取表里的", "这一处照表里改"), ("2", "留我们的", "这一处不改，下次这份表也不再问"), ("0", "先不定", "照我们的，下次再问"), ("3", "没定的全取", "上面要您定的都照表里改"),
        ("4", "没定的全留", "上面要您定的都不改"),
    )
    GUIDE = Help(
        "这份表和我们登记的不一样的地方。1 取表里的，2 留我们的，0 先不定。看完按 Ctrl+S 收下。",
        (("1", "取表里的"), ("2", "留我们的"), ("空格", "换着选"), ("3", "没定的全取"), ("4", "没定的全留"), ("Ctrl+S", "收下"), ("Esc", "返回")),
        (
            ("谁的新", "我们的日期比表的填报时间晚，就留我们的；早，就取表里的；同一天，请您定。"), ("总要您定的", "姓名、身份证号、去世和走了的人，县里锁住的和在册的。"),
            ("没定的", "照我们的，下次再问。"), ("表里没有的人", "只是告诉您，不会让谁离开。Enter 打开那一户。"),
        ),
    )

    def __init__(self, task: RosterTask) -> None:
        super().__init__()
        self.intake, self.busy = task, False

    @property
    def report(self) -> RosterReport:
        """The last look."""
        found = self.intake.report
        assert found is not None  # this page is opened after a look
        return found

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.id if isinstance(item, Beside) else (item.place, item.field, item.person)

    def fate(self, one: Change) -> str:
        """What becomes of a change as things stand."""
        return one.take if one.fixed else self.intake.said.get(one.place, one.take)

    # -- the list -----------------------------------------------------------------------------------------------------------------------
    def sections(self) -> Sequence[Section]:
        found = self.report
        out = [Section(f"{found.rows} 行  {found.households} 户  {found.persons} 人", [line("  ", (
            f"新增 {found.households_created} 户 {found.created} 人，改动 {found.households_updated} 户 {found.updated} 人，不变 {found.unchanged} 人，没收 {len(found.rejected)} 行", "$ink-2",
        ))], "什么都还没有写")]
        for fate, word in ORDER:
            some = [one for one in found.changes if one.take == fate]
            out.append(Section(f"{word} {len(some)} 处", some, {"ask": "1 取  2 留", "take": "表里的新", "keep": "我们的新"}[fate], "", COLUMNS))
        gone = [Beside(f"missing-{at}", f"{one.head}户", one.name or "全户都不在表里", household=one.household) for at, one in enumerate(found.missing)]
        out.append(Section(f"我们这里有、表里没有 {len(gone)} 处", gone, "都不动"))
        issues = [("没收", one, "$error") for one in found.rejected] + [("留意", one, "$warning") for one in (*found.warnings, *found.notes)]
        rows = [Beside(f"issue-{at}", f"第 {one.row} 行", words.wide(f"{one.column}  {one.what}".strip()), word, style) for at, (word, one, style) in enumerate(issues)]
        if self.intake.paper is not None:
            rows.insert(0, Beside("paper", "带原因的表", f"先放在这里，锁屏或退出就没有了：{self.intake.paper}"))
        out.append(Section(f"要看的行 {len(issues)} 处", rows))
        return out

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        left = self.left()
        if not self.report.changes and not self.report.created:
            return "和我们登记的一样，没有要改的。", "Esc 返回。"
        if not self.report.changes:
            return "都是新的，没有要您定的。", "Ctrl+S 收下。"
        return (f"{left} 处要您定。" if left else "没有要您定的了。"), "Ctrl+S 收下。"

    def left(self) -> int:
        """Lines that wait for a person still."""
        return sum(1 for one in self.report.changes if self.fate(one) == "ask" and not one.fixed)

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Beside):
            lines = [row(*((cell(item.word, 6, item.style),) if item.word else ()), cell(item.where, 12, "bold" if on else "$ink-2"), cell(item.text, 56 if item.word else 62), on=on)]
            return [*lines, *self.opened(item.text, most=4)] if on and width_of([item.text]) > 56 else lines
        mark, style = MARKS[self.fate(item)]
        lines = [row(
            cell(mark, 3, style), cell(str(item.row), 6, "$ink-2"), cell(item.name or f"{item.head}户", 10, "bold" if on else ""), " ", cell(item.label, 11), " ",
            cell(words.wide(item.ours) or "空", 20, "" if item.ours else "$ink-3"), " ", cell(words.wide(item.theirs), 21), on=on,
        )]
        if not on:
            return lines
        ours = "，".join(part for part in (item.ours or "空", item.ours_on, item.ours_source) if part)
        theirs = "，".join(part for part in (item.theirs, item.theirs_on or "没有填报时间", f"{item.column} 栏") if part)
        told = {"take": "您定的：取表里的", "keep": "您定的：留我们的"}.get(self.intake.said.get(item.place, ""), item.why)
        return [*lines, *self.opened(words.wide(f"我们的 {ours}")), *self.opened(words.wide(f"表里的 {theirs}")), *self.opened(told, style="$warning" if item.take == "ask" else "$ink-2")]

    # -- deciding -----------------------------------------------------------------------------------------------------------------------
    def chosen(self, item: Any) -> None:
        if isinstance(item, Beside):
            if item.household:
                places.open_dossier(self.xapp, item.household, "2")
            return
        self._turn(item)

    def action_turn(self) -> None:
        """Space."""
        item = self.rows.item
        if item is not None and not isinstance(item, Beside):
            self._turn(item)

    def _turn(self, item: Change) -> None:
        """取, 留, as it was: one after the other."""
        now = self.intake.said.get(item.place, "")
        self._decide(item, {"": "take", "take": "keep", "keep": ""}[now])

    def way(self, digit: int) -> None:
        if digit in (3, 4):
            said = "take" if digit == 3 else "keep"
            waiting = [one for one in self.report.changes if self.fate(one) == "ask" and not one.fixed]
            self.intake.said.update({one.place: said for one in waiting})
            self._after(f"{len(waiting)} 处都{'取表里的' if digit == 3 else '留我们的'}。" if waiting else "没有要您定的了。")
            return
        item = self.rows.item
        if item is None or isinstance(item, Beside):
            self.say("这一行没有要定的。")
        else:
            self._decide(item, {1: "take", 2: "keep"}.get(digit, ""))

    def _decide(self, item: Change, said: str) -> None:
        if item.fixed:
            self.say(f"{item.label}这一处这里不改。", f"{item.why}。", "look")
            return
        if said:
            self.intake.said[item.place] = said
        else:
            self.intake.said.pop(item.place, None)
        if said:
            self.rows.action_move(1)
        self._after(f"还有 {left} 处要您定。" if (left := self.left()) else "没有要您定的了，Ctrl+S 收下。")

    def _after(self, text: str) -> None:
        self.say(text)
        self.rows.redraw()
        self.intake.keep()

    # -- taking in ----------------------------------------------------------------------------------------------------------------------
    def save(self) -> None:
        if self.busy:
            return
        left = self.left()
        if left and not self.answered("take"):
            self.ask("take", f"还有 {left} 处没定，先照我们的。", "再按一次 Ctrl+S 收下。")
            return
        self.busy = True
        self.say("正在收，稍等。")
        self._take()

    @work(thread=True, exclusive=True, exit_on_error=False, group="roster")
    def _take(self) -> None:
        form = self.intake.form
        try:
            if form is not None and form.keeper is not None:
                with form.keeper.finishing(form.values()):
                    found = self.intake.run(self.xapp.session, dry=False)
            else:
                found = self.intake.run(self.xapp.session, dry=False)
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._taken, found)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.is_attached:
            self.complain(error)

    def _taken(self, found: RosterReport) -> None:
        self.busy = False
        form = self.intake.form
        if form is not None and form.keeper is not None:
            form.keeper.drop()
        if not self.is_attached:
            return
        rejected = f"，{len(found.rejected)} 行没收" if found.rejected else ""
        asked = found.fated("ask")
        more = "，".join(part for part in (f"待补身份证 {found.open_tasks} 人，在今日里" if found.open_tasks else "", f"{asked} 处没定，照我们的" if asked else "") if part)
        text = f"收下了：{found.households} 户 {found.persons} 人{rejected}。"
        pages = [page for page in reversed(self.app.screen_stack) if page in (form, self) or type(page).__name__ == "RosterMapPage"]
        for at, _page in enumerate(pages, 1):
            last = at == len(pages)
            self.xapp.back(text if last else "", f"{more}。" if more and last else "", "done" if last else "")

    def rail(self) -> Sequence[Line]:
        return [
            line(("改动", "bold")), line(), *rail_block("1 取表里的", "这一处照表里改。"), *rail_block("2 留我们的", "不改，这份表下次不再问。"), *rail_block("0 先不定", "照我们的，下次再问。"),
            *rail_block("3  4", "没定的全取、全留。"), *rail_block("谁的新", "比的是我们的日期和表的填报时间。"),
        ]

    def foot(self) -> Sequence[Key]:
        return (("1", "取表里的"), ("2", "留我们的"), ("上下", "选"), ("Ctrl+S", "收下"), ("F1", "帮助"), ("Esc", "返回"))
