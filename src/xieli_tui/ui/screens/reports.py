"""报表 (F8): the tables other offices ask for, learnt once, filled in ever after; and what else is handed in on paper (design 10, 07).

Rules kept here
- a report the county sent is run like the own ones and not changed here; the county sends one and takes it back from the same list;
- what else leaves on paper or as a file (rows, sheets for the boards, numbers) is one digit away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.report_forms import ReportAskPage, ReportBackPage, ReportLearnPage, ReportRunPage, ReportSendPage
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row


@dataclass(frozen=True, slots=True)
class Also:
    """What else is handed in: a digit, a word, what it is."""

    digit: str
    word: str
    what: str


class ReportsPage(ListPage):
    """Reports that can be filled in here."""

    NAME = "报表"
    WAYS = (
        ("1", "学一张表", "各家发来的空表"), ("2", "改一张表", "拿不准的栏填什么"), ("3", "导出", "户、人员、走访写成一张表"), ("4", "印公示单", "贴在公开栏的"), ("5", "报个数", "电话里要的数"),
        ("6", "统计", "各村和合计"), ("7", "发到各村", "县里学过的表"), ("8", "收回", "县里发过的表"),
    )
    GUIDE = Help(
        "各家要的表，学一次，往后一按就填好：表头、样式、合并格都照原样。导出、公示单、报个数也在这里。",
        (("Enter", "填这张表"), ("1", "学一张表"), ("2", "改一张表"), ("3", "导出"), ("4", "印公示单"), ("5", "报个数"), ("6", "统计(镇、县)"), ("7", "发到各村(县)"), ("8", "收回(县)"), ("F1", "帮助"), ("Esc", "返回")),
        (("拿不准的栏", "只问拿不准的，按 2 随时改。"), ("没有资料的格", "填完一格一格列着，是谁的。"), ("县里发的", "收了回传就有，名字一样时先用自己学的。"), ("表、授权书", "Ctrl+P 印。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.toward = ""
        """The report the cursor goes to when the list comes back: the one just learnt."""

    def reload(self) -> None:
        super().reload()
        at = next((at for at, one in enumerate(self.rows.items) if getattr(one, "name", "") == self.toward and self.toward), None)
        self.toward = ""
        if at is not None:
            self.rows.cursor = at

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, (Line, Also)) else getattr(item, "ref", "") or item.name

    def sections(self) -> Sequence[Section]:
        from xieli_tui.casework import reports  # reads workbooks: loaded when the page is opened
        from xieli_tui.desk import report_maps

        session = self.xapp.session
        found = reports.listed(session)
        own = [one for one in found if one.source == "own"]
        also = Section("还有", [Also(*one) for one in self.WAYS if self._mine(one[0])])
        mine = Section(f"学过的  {len(own)} 张" if own else "学过的", own, "自己学的", "还没有学过。按 1，写上空表在哪里。")
        if session.role == "county":
            sent: Sequence[Any] = report_maps.listed(session)
            return (mine, Section(f"发到各村的  {len(sent)} 张", sent, "按 8 收回"), also)
        sent = [one for one in found if one.source == "county"]
        return (mine, Section(f"县里发的  {len(sent)} 张", sent, "随回传来的"), also)

    def _mine(self, digit: str) -> bool:
        """Whether a way stands in the list of this desk; what acts on a report above is in the help."""
        return digit in {"village": "1345", "township": "13456", "county": "13456"}[self.xapp.session.role]

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Also):
            return (row(cell(item.digit, 4, "bold $primary"), cell(item.word, 16, "bold" if on else ""), cell(item.what, 40, "$ink-2"), on=on),)
        if hasattr(item, "ref"):
            return (row(cell(words.wide(item.name), 35, "bold" if on else ""), " ", cell(f"{item.start} 起", 14, "$ink-2"), cell(item.words, 20, "$ink-2"), on=on),)
        ran = f"{item.last_run} 填过" if item.last_run else "还没有填过"
        lines = [row(cell(words.wide(item.name), 35, "bold" if on else ""), " ", cell(item.unit, 14, "$ink-2"), cell(ran, 20, "$ink-2"), on=on)]
        gaps = "、".join(f"{words.wide(column)} {count} 格" for column, count in item.gaps)
        size = f"{item.sheets} 张工作表，{item.columns} 栏" if item.sheets > 1 else f"{item.columns} 栏"
        return [*lines, *self.opened(f"没有资料：{gaps}" if gaps else size)] if on else lines

    def chosen(self, item: Any) -> None:
        if isinstance(item, Also):
            self.way(int(item.digit))
        else:
            self.xapp.open(ReportBackPage(item.ref) if hasattr(item, "ref") else ReportRunPage(item.name))

    def way(self, digit: int) -> None:
        if digit == 2:
            self._of_row(lambda item: ReportAskPage(item.name))
        elif digit == 7:
            if self._county():
                self._of_row(lambda item: ReportSendPage(item.name))
        elif digit == 8:
            if self._county():
                self._taken_back()
        elif digit == 6 and self.xapp.session.role == "village":
            self.say("统计是镇里、县里的，村里按 5 报个数。")
        else:
            self._open(digit)

    def _of_row(self, page: Any) -> None:
        """A form about the own report under the cursor."""
        item = self.rows.item
        if item is None or isinstance(item, (Line, Also)):
            self.say("在上面选一张学过的。")
        elif hasattr(item, "ref") or item.source != "own":
            self.say("这一张是发下来的。" if not hasattr(item, "ref") else "选上面自己学的。", "县里改。" if not hasattr(item, "ref") else "")
        else:
            self.xapp.open(page(item))

    def _taken_back(self) -> None:
        item: Any = self.rows.item
        if hasattr(item, "ref"):
            self.xapp.open(ReportBackPage(item.ref))
        else:
            self.say("选一张发到各村的。")

    def _county(self) -> bool:
        if self.xapp.session.role != "county":
            self.say("由县级发。")
        return self.xapp.session.role == "county"

    def _open(self, digit: int) -> None:
        from xieli_tui.ui.screens.counts import CountPage, StatisticsPage
        from xieli_tui.ui.screens.exports import ExportPage
        from xieli_tui.ui.screens.notice_sheets import NoticePickPage

        self.xapp.open({1: ReportLearnPage, 3: ExportPage, 4: NoticePickPage, 5: CountPage, 6: StatisticsPage}[digit]())

    def rail(self) -> Sequence[Line]:
        return [line(("报表", "bold")), line(), *rail_block("学一次", "各家发来的空表，看表头就知道填什么。"), *rail_block("没有资料", "填完一格一格列着，是谁的。"), *rail_block("表、授权书", "Ctrl+P 印。")]

    def foot(self) -> Sequence[Key]:
        village = self.xapp.session.role == "village"
        return (("Enter", "填"), ("1-2", "学、改"), ("3-5" if village else "3-6", "导出、公示、报个数" if village else "导出、公示、数"), ("F2", "今日" if village else "队列"), ("F1", "帮助"), ("Esc", "返回"))
