"""报表 (F8): the tables other offices ask for, learnt once, filled in ever after (design 10, 07).

Rules kept here
- a table is learnt from its empty file; only columns whose head does not say what it wants are asked, and may be asked again later;
- filling in runs beside the page; the file goes where she wrote, nothing is overwritten; what had no data stands in the list by column;
- a report the county sent is run like the own ones and not changed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, cell, fit, head, line, rail_block, row

if TYPE_CHECKING:
    from xieli_tui.casework.reports import Filled

KEYS: tuple[Key, ...] = (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "保存"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))
LEAVE = "leave"
MOST = 4
"""Columns that fit on the page; the others stay blank and are named."""
OF_FILE = ("XL-F01", "XL-F05", "XL-F06", "XL-W")


class ReportsPage(ListPage):
    """Reports that can be filled in here."""

    NAME = "报表"
    WAYS = (
        ("1", "学一张表", "各家发来的空表"), ("2", "改一张表", "拿不准的栏填什么"), ("3", "导出", "户、人员、走访写成一张表"), ("4", "印公示单", "贴在公开栏的"), ("5", "报个数", "电话里要的数"),
        ("6", "统计", "各村和合计"),
    )
    GUIDE = Help(
        "各家要的表，学一次，往后一按就填好：表头、样式、合并格都照原样。", (("Enter", "填这张表"), ("1", "学一张表"), ("2", "改一张表"), ("3", "导出"), ("4", "印公示单"), ("5", "报个数"), ("6", "统计"), ("F1", "帮助"), ("Esc", "返回")),
        (("拿不准的栏", "只问拿不准的，按 2 随时改。"), ("没有资料的格", "填完在这张表下面按栏写着有几格。"), ("县里发的", "收了回传就有，名字一样时先用自己学的。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.name

    def sections(self) -> Sequence[Section]:
        from xieli_tui.casework import reports  # reads workbooks: loaded when the page is opened

        found = reports.listed(self.xapp.session)
        own, sent = [one for one in found if one.source == "own"], [one for one in found if one.source == "county"]
        return (Section(f"学过的  {len(own)} 张" if own else "学过的", own, "自己学的", "还没有学过。按 1，写上空表在哪里。"), Section(f"县里发的  {len(sent)} 张", sent, "随回传来的"))

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        ran = f"{item.last_run} 填过" if item.last_run else "还没有填过"
        lines = [row(cell(words.wide(item.name), 36, "bold" if on else ""), cell(item.unit, 14, "$ink-2"), cell(ran, 20, "$ink-2"), on=on)]
        gaps = "、".join(f"{words.wide(column)} {count} 格" for column, count in item.gaps)
        return [*lines, *self.opened(f"没有资料：{gaps}" if gaps else f"{item.columns} 栏")] if on else lines

    def chosen(self, item: Any) -> None:
        self.xapp.open(ReportRunPage(item.name))

    def way(self, digit: int) -> None:
        if digit != 2:
            self._open(digit)
            return
        item = self.rows.item
        if item is None or isinstance(item, Line):
            self.say("还没有学过表。")
        elif item.source != "own":
            self.say("县里发的，县里改。")
        else:
            self.xapp.open(ReportAskPage(item.name))

    def _open(self, digit: int) -> None:
        from xieli_tui.ui.screens.counts import CountPage, StatisticsPage
        from xieli_tui.ui.screens.exports import ExportPage
        from xieli_tui.ui.screens.notice_sheets import NoticePickPage

        if digit == 6 and self.xapp.session.role == "village":
            self.say("统计是镇里、县里的，村里按 5 报个数。")
        else:
            self.xapp.open({1: ReportLearnPage, 3: ExportPage, 4: NoticePickPage, 5: CountPage, 6: StatisticsPage}[digit]())

    def rail(self) -> Sequence[Line]:
        return [line(("报表", "bold")), line(), *rail_block("学一次", "各家发来的空表，看表头就知道填什么。"), *rail_block("没有资料", "哪一栏几格，写在表的下面。")]

    def foot(self) -> Sequence[Key]:
        village = self.xapp.session.role == "village"
        return (("Enter", "填"), ("1-2", "学、改"), ("3-5" if village else "3-6", "导出、公示、报个数" if village else "导出、公示、数"), ("F2", "今日" if village else "队列"), ("F1", "帮助"), ("Esc", "返回"))


class _ReportForm(FormPage):
    """A form about a report."""

    def foot(self) -> Sequence[Key]:
        return KEYS

    def refuse(self, error: XieliError) -> None:
        if error.field is None and error.code.startswith(OF_FILE) and "file" in self.entries:
            error.field = "file"
        elif error.code.startswith(("XL-F", "XL-V11")) and "out" in self.entries:
            error.field = "out"
        super().refuse(error)


class ReportLearnPage(_ReportForm):
    """An empty table learnt."""

    NAME = "学一张表"
    FORM = "report.learn"
    NEEDED: ClassVar[tuple[str, ...]] = ("file", "name")
    QUIET = "只学表头和样式，表里原来的人不留。"
    GUIDE = Help("各家发来的空表(.XLSX)，学它的表头：每一栏填什么、怎么写。", KEYS, (("名字", "自己起，往后用它填。同名的再学一次就换新的。"), ("拿不准的", "学完只问这几栏。"), ("不是 .XLSX", "先在 WPS 里另存为 .XLSX。")))

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("学一张表", "看表头，只问拿不准的"), *self.air()))
        yield FormRow(Field("空表", self.text("file", hint="表在哪里，.XLSX"), width=64, needed=True))
        yield FormRow(Field("名字", self.text("name", hint="例如 走访月报"), width=40, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("学一张表", "bold")), line(), *rail_block("只学样子", "表里原来的人不留。")]

    def store(self) -> Saved:
        from xieli_tui.casework import reports

        done = reports.learn(self.xapp.session, Path(self.value("file")).expanduser(), self.value("name"))
        return Saved(done.name, 0, "", more={"columns": len(done.columns), "asked": len(done.questions)})

    def stored(self, result: Saved) -> None:
        asked = int(str(result.more["asked"]))
        self.xapp.back(f"学会了：{result.more['columns']} 栏。", f"有 {asked} 栏拿不准，选一下。" if asked else "Enter 就填。", "done")
        if asked:
            self.xapp.open(ReportAskPage(result.id))


class ReportAskPage(_ReportForm):
    """The columns only a person can settle."""

    NAME = "拿不准的栏"
    FORM = "report.ask"
    QUIET = "不选就照现在的。"
    GUIDE = Help("表头看不出要填什么的几栏，选一个；县里、镇里要的意思您最清楚。", KEYS, (("留空", "空着，自己手写。"), ("没有合适的", "先留空；信息人员可以用对应文件写明。")))

    def body(self) -> ComposeResult:
        from xieli_tui.casework import reports

        found = self.attempt(lambda: reports.doubts(self.xapp.session, self.key)) or ()
        self.doubts, further = found[:MOST], found[MOST:]
        yield Paint((head("拿不准的栏", words.wide(self.key)), *self.air(), *(() if found else (line("  ", ("没有拿不准的栏。", "$ink-2")),))))
        for one in self.doubts:
            yield Paint((line("  ", (f"{one.at} 栏  {words.wide(one.column)}", "bold")),))
            yield FormRow(Field("填什么", self.choice(f"at-{one.at}", tuple((key or LEAVE, word) for key, word in one.choices.items()), chosen=(one.taken or LEAVE,), width=62)))
        if further:
            yield Paint((line("  ", (f"还有 {len(further)} 栏认不出：{fit(words.wide('、'.join(one.column for one in further)), MAIN - 24).rstrip()}", "$ink-2")),))

    def rail(self) -> Sequence[Line]:
        return [line(("拿不准的栏", "bold")), line(), *rail_block("留空", "空着，自己手写。")]

    def store(self) -> Saved:
        from xieli_tui.casework import reports

        chosen = {one.at: "" if (said := self.value(f"at-{one.at}")) in ("", LEAVE) else said for one in self.doubts}
        done = reports.settle(self.xapp.session, self.key, chosen)
        return Saved(done.name, 0, "")

    def stored(self, result: Saved) -> None:
        self.xapp.back("记下了。", "Enter 就填。", "done")


class ReportRunPage(_ReportForm):
    """A report filled in."""

    NAME = "填报表"
    FORM = "report.run"
    NEEDED: ClassVar[tuple[str, ...]] = ("out",)
    QUIET = "每填一次会记一笔。"
    GUIDE = Help(
        "把这张表填好，存成一个新文件；原来的空表不动。", KEYS,
        (("截止", "走访、年龄、申报按那一天；不写就是今天。"), ("和上次比", "改过的标黄，新添的标绿。"), ("有号码的", "填好的表里有完整的号码，用完收好。")),
    )

    def body(self) -> ComposeResult:
        self.busy = False
        yield Paint((head("填报表", words.wide(self.key)), *self.air()))
        yield FormRow(Field("存成", self.text("out", hint="写到哪个文件，.XLSX"), width=64, needed=True))
        yield FormRow(Field("截止", self.day("asof", hint="不写就是今天"), width=20))
        yield FormRow(Field("和上次比", self.choice("diff", (("no", "不比"), ("yes", "比，改过的标出来")), gap=2, chosen=("no",))))

    def rail(self) -> Sequence[Line]:
        return [line(("填报表", "bold")), line(), *rail_block("有号码的", "填好的表里有完整的号码，用完收好。")]

    def save(self) -> None:
        if self.busy:
            return
        self.clear_wrong()
        try:
            self.check()
        except XieliError as error:
            self.refuse(error)
            return
        self.busy = True
        self.say("正在填，稍等。")
        self._fill(self.value("out"), self.value("asof"), self.value("diff") == "yes")

    @work(thread=True, exclusive=True, exit_on_error=False, group="report")
    def _fill(self, out: str, asof: str, diff: bool) -> None:
        from xieli_tui.casework import reports

        try:
            assert self.keeper is not None  # a form that is shown has one
            with self.keeper.finishing(self.values()):
                done = reports.run(self.xapp.session, self.key, Path(out).expanduser(), asof=asof or None, diff=diff)
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._done, done)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.is_attached:
            self.refuse(error)

    def _done(self, done: Filled) -> None:
        self.busy = False
        if not self.is_attached:
            return
        if self.keeper is not None:
            self.keeper.drop()
        told = f"改了 {len(done.diff.changed)} 格，新添 {len(done.diff.added)} 行，少了 {len(done.diff.removed)} 行。" if done.diff is not None else ""
        self.xapp.back(f"填好了：{done.rows} 行，没有资料 {len(done.blanks)} 格。", told, "done")
