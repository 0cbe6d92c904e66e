"""The forms of 报表 (F8): a table learnt, its doubtful columns settled, filled in; at the county sent to every village.

Rules kept here
- a table is learnt from its empty file; what a copy of it will not have (pictures, macros) is said before it is learnt;
- only columns whose head does not say what it wants are asked, a few a page, and may be asked again later;
- filling in runs beside the page; nothing is overwritten; where the file lies and which cells had no data stands on a page of its own afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import DeskForm
from xieli_tui.ui.screens.filed import Offered
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.slow_form import Job, SlowForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, cell, fit, head, line, rail_block, row, wrap

if TYPE_CHECKING:
    from xieli_tui.casework.report_views import Blank, Filled, Learnt

KEYS: tuple[Key, ...] = (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "保存"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))
LEAVE = "leave"
MOST = 4
"""Doubtful columns on a page; the others follow on the next."""
NOTE = 44
"""Cells of a report's name beside the head of a page."""
OF_FILE = ("XL-F01", "XL-F05", "XL-F06", "XL-W")


def _at(error: XieliError, entries: Any) -> None:
    """The entry a report's error is about."""
    if error.field is None and error.code.startswith(OF_FILE) and "file" in entries:
        error.field = "file"
    elif error.code.startswith(("XL-F", "XL-V11")) and "out" in entries:
        error.field = "out"


class ReportLearnPage(SlowForm):
    """An empty table learnt."""

    NAME = "学一张表"
    FORM = "report.learn"
    NEEDED: ClassVar[tuple[str, ...]] = ("file", "name")
    QUIET = "只学表头和样式，表里原来的人不留。"
    DOING = "正在看，稍等。"
    GUIDE = Help(
        "各家发来的空表(.XLSX)，学它的表头：每一栏填什么、怎么写。几张工作表都要填的，一起学。", KEYS,
        (("名字", "自己起，往后用它填。同名的再学一次就换新的。"), ("拿不准的", "学完只问这几栏。"), ("图片、宏", "填好的表里不会有，学以前先说。"), ("不是 .XLSX", "先在 WPS 里另存为 .XLSX。")),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("学一张表", "看表头，只问拿不准的"), *self.air()))
        yield FormRow(Field("空表", self.text("file", hint="表在哪里，.XLSX"), width=64, needed=True))
        yield FormRow(Field("名字", self.text("name", hint="例如 走访月报"), width=40, needed=True))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("学一张表", "bold")), line(), *rail_block("只学样子", "表里原来的人不留。"), *rail_block("图片、宏", "填好的表里不会有。")]

    def refuse(self, error: XieliError) -> None:
        _at(error, self.entries)
        super().refuse(error)

    def job(self) -> Job:
        from xieli_tui.casework import reports

        file, name, agreed = Path(self.value("file")).expanduser(), self.value("name"), self.answered("lost")

        def look_and_learn() -> Learnt | tuple[str, ...]:
            lost = () if agreed else reports.lost(file)
            return lost or reports.learn(self.xapp.session, file, name)

        return Job(look_and_learn, self._looked, ends=False)

    def _looked(self, found: Learnt | tuple[str, ...]) -> None:
        if isinstance(found, tuple):
            self.ask("lost", f"表里的{words.wide('、'.join(found))}，填好的表里不会有。", "再按一次 Ctrl+S 照学。")
            return
        if self.keeper is not None:
            self.keeper.drop()
        self._learnt(found)

    def _learnt(self, done: Learnt) -> None:
        asked = len(done.questions)
        sheets = f"{len(done.more) + 1} 张工作表，" if done.more else ""
        self._point(done.name)
        self.xapp.back(f"学会了：{sheets}{len(done.columns)} 栏。", f"有 {asked} 栏拿不准，选一下。" if asked else "Enter 就填。", "done")
        if asked:
            self.xapp.open(ReportAskPage(done.name))


    def _point(self, name: str) -> None:
        """The list behind goes to what was learnt: the next Enter fills it in."""
        for page in self.app.screen_stack:
            if hasattr(page, "toward"):
                page.toward = name


class ReportAskPage(FormPage):
    """The columns only a person can settle, a few at a time."""

    NAME = "拿不准的栏"
    FORM = "report.ask"
    QUIET = "不选就照现在的。"
    GUIDE = Help("表头看不出要填什么的几栏，选一个；县里、镇里要的意思您最清楚。", KEYS, (("留空", "空着，自己手写。"), ("还有的", "一页几栏，Ctrl+S 存了接着下一页。"), ("没有合适的", "先留空；信息人员可以用对应文件写明。")))

    def __init__(self, name: str, start: int = 0) -> None:
        super().__init__(f"{start}:{name}")
        self.report, self.start = name, start

    @classmethod
    def of_draft(cls, key: str) -> ReportAskPage:
        """The page a draft was left on."""
        start, _, name = key.partition(":")
        return cls(name, int(start)) if start.isascii() and start.isdigit() else cls(key)

    def body(self) -> ComposeResult:
        from xieli_tui.casework import reports

        found = self.attempt(lambda: reports.doubts(self.xapp.session, self.report)) or ()
        self.doubts, self.further = found[self.start : self.start + MOST], max(0, len(found) - self.start - MOST)
        where = f"第 {self.start + 1}-{self.start + len(self.doubts)} 栏，共 {len(found)} 栏" if len(found) > MOST else fit(words.wide(self.report), NOTE).rstrip()
        yield Paint((head("拿不准的栏", where), *self.air(), *(() if found else (line("  ", ("没有拿不准的栏。", "$ink-2")),))))
        for at, one in enumerate(self.doubts):
            yield Paint((line("  ", (f"{f'{words.wide(one.sheet)} ' if one.sheet else ''}{one.at} 栏  {words.wide(one.column)}", "bold")),))
            yield FormRow(Field("填什么", self.choice(f"at-{at}", tuple((key or LEAVE, word) for key, word in one.choices.items()), chosen=(one.taken or LEAVE,), width=62)))
        if self.further:
            yield Paint((line("  ", (f"后面还有 {self.further} 栏，Ctrl+S 存了接着问。", "$ink-2")),))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("拿不准的栏", "bold")), line(), *rail_block("留空", "空着，自己手写。")]

    def store(self) -> Saved:
        from xieli_tui.casework import reports

        chosen = {one.key: "" if (said := self.value(f"at-{at}")) in ("", LEAVE) else said for at, one in enumerate(self.doubts)}
        done = reports.settle(self.xapp.session, self.report, chosen)
        return Saved(done.name, 0, "")

    def stored(self, result: Saved) -> None:
        self.xapp.back("记下了。", "Enter 就填。", "done")
        if self.further:
            self.xapp.open(ReportAskPage(self.report, self.start + MOST))


class ReportRunPage(SlowForm):
    """A report filled in."""

    NAME = "填报表"
    FORM = "report.run"
    NEEDED: ClassVar[tuple[str, ...]] = ("out",)
    QUIET = "每填一次会记一笔。"
    DOING = "正在填，稍等。"
    GUIDE = Help(
        "把这张表填好，存成一个新文件；原来的空表不动。", KEYS,
        (
            ("截止", "走访、年龄、申报按那一天；不写就是今天。"), ("只要", "只填这几类的；不选就是全部。"), ("和上次比", "改过的标黄，新添的标绿，列在后面一页。"), ("没有资料", "填完一格一格列着是谁的，Enter 去补。"),
            ("哪个村", "镇里、县里不写就是全部的村，一个村接一个村。"), ("有号码的", "填好的表里有完整的号码，用完收好。"),
        ),
    )

    def body(self) -> ComposeResult:
        from xieli_tui.casework import reports

        self.known = next((one for one in self.attempt(lambda: reports.listed(self.xapp.session)) or () if one.name == self.key), None)
        yield Paint((head("填报表", fit(words.wide(self.key), NOTE).rstrip()), *self.air()))
        place = self.text("out", hint="写到哪个文件，.XLSX")
        self.offer = Offered(self.xapp, place, self.key, "xlsx")
        yield FormRow(Field("存成", place, width=64, needed=True))
        yield FormRow(Field("截止", self.day("asof", hint="不写就是今天"), width=20))
        yield FormRow(Field("和上次比", self.choice("diff", (("no", "不比"), ("yes", "比，改过的标出来")), gap=2, chosen=("no",))))
        yield FormRow(Field("只要", self.choice("category", tuple(one for one in codes.choices("category") if one[0] != "none"), multi=True, width=62)))
        if self.xapp.session.role != "village":
            yield FormRow(Field("哪个村", self.text("village", hint="不写就是全部的村"), width=30))
        if self.known is not None and self.known.lost:
            yield Paint((*self.air(), line("  ", (f"原来那张表里的{'、'.join(map(words.wide, self.known.lost))}，填好的表里没有。", "$warning"))))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("填报表", "bold")), line(), *rail_block("有号码的", "填好的表里有完整的号码，用完收好。")]

    def refuse(self, error: XieliError) -> None:
        _at(error, self.entries)
        super().refuse(error)

    def job(self) -> Job:
        from xieli_tui.casework import reports

        session, out, asof, diff = self.xapp.session, Path(self.value("out")).expanduser(), self.value("asof") or None, self.value("diff") == "yes"
        village = self.value("village") if "village" in self.entries else None
        where = {"category": "|".join(codes.label("category", one) for one in self.many("category"))} if self.many("category") else None
        return Job(lambda: reports.run(session, self.key, out, asof=asof, diff=diff, where=where, village=village or None), lambda done: self._filled(done, diff))

    def _filled(self, done: Filled, diff: bool) -> None:
        self.xapp.back(f"填好了：{done.rows} 行。", "", "done")
        self.xapp.open(ReportDonePage(done, diff))


class ReportDonePage(ListPage):
    """What a run filled in, what it had no data for, what is not as it was the last time."""

    NAME = "填好的表"
    GUIDE = Help(
        "文件在哪里，哪几格没有资料、是谁的；和上次比的，改了哪几格，添了谁，少了谁。",
        (("Enter", "去那一家补"), ("上下", "选"), ("F8", "报表"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("没有资料的格", "补上再填一次，这一页只说这一次的。"), ("也许本来就没有", "没有残疾、没有救助、没有答应的事，空着就对。"), ("标了色的", "黄的是改过的，绿的是新添的，交出去以前可以去掉。"), ("留空的栏", "学表时说好空着的，手写。")),
    )

    def __init__(self, done: Filled, diff: bool = False) -> None:
        super().__init__()
        self.done, self.diff, self.subject = done, diff, words.wide(done.name)

    @staticmethod
    def key_of(item: Any) -> Any:
        return item

    def sections(self) -> Sequence[Section]:
        done = self.done
        facts = [line("  ", (piece, "bold")) for piece in wrap(done.file, MAIN - 4)]
        sheets = "，".join(f"{words.wide(name)} {many} 行" for name, many in done.sheets.items()) if len(done.sheets) > 1 else f"{done.rows} 行"
        notes = [f"{sheets}，截止 {done.asof}。" + ("里面有完整的号码，用完收好。" if done.full else "")]
        if done.unfilled:
            notes.append(f"留空的栏：{words.wide('、'.join(done.unfilled))}。")
        if done.lost:
            notes.append(f"原来那张表里的{'、'.join(map(words.wide, done.lost))}没有带过来。")
        facts += [line("  ", (piece, "$ink-2")) for note in notes for piece in wrap(note, MAIN - 4)]
        out = [Section("文件在", facts)]
        if self.diff and done.diff is None:
            out.append(Section("和上次比", (), "", "没有可比的：没有填过，或者栏目改过。"))
        if done.diff is not None:
            since = f"和 {done.diff.since} 那次比"
            gone = [line("  ", (words.wide(name), "$ink-2")) for name in done.diff.removed]
            out += [
                Section(f"改了  {len(done.diff.changed)} 格", together(done.diff.changed), since, "" if done.diff.changed or done.diff.fresh or gone else "和上次一样。"), Section(f"新添  {len(done.diff.fresh)} 行", done.diff.fresh, since),
                Section(f"少了  {len(gone)} 行", gone, since),
            ]
        gaps = [one for one in done.blanks if not one.maybe]
        maybe = Counter((one.sheet if len(done.sheets) > 1 else "", one.column) for one in done.blanks if one.maybe)
        out.append(Section(f"没有资料  {len(gaps)} 格" if gaps else "没有资料", together(gaps), "Enter 去补" if gaps else "", "该有的都有。"))
        out.append(Section("空着的，也许本来就没有", [line("  ", (words.wide(f"{sheet} {column}".strip()), "$ink-2"), (f"  {many} 格", "$ink-3")) for (sheet, column), many in maybe.items()]))
        return out

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        gaps = sum(1 for one in self.done.blanks if not one.maybe)
        return f"填好了：{self.done.rows} 行。", f"没有资料 {gaps} 格，Enter 去补。" if gaps else "该有的都有。"

    def draw(self, item: Blank, on: bool) -> Sequence[Line]:
        several = len(self.done.sheets) > 1
        where = f"{words.wide(item.sheet)} 第 {item.row} 行" if several else f"第 {item.row} 行"
        lines = [row(cell(where, 22 if several else 12, "$ink-3"), cell(words.wide(words.short_place(item.who)), 20, "bold" if on else ""), cell(words.wide(item.column), 32 if several else 42, "$ink-2"), on=on)]
        return [*lines, *self.opened(words.wide(item.column) if cell_len(words.wide(item.column)) > (32 if several else 42) else "")] if on else lines

    def chosen(self, item: Blank) -> None:
        from xieli_tui.ui import places

        if item.household:
            places.open_dossier(self.xapp, item.household, "2")

    def about(self) -> str | None:
        item = self.rows.item
        return getattr(item, "household", None) or None

    def rail(self) -> Sequence[Line]:
        return [line(("填好的表", "bold")), line(), *rail_block("没有资料", "Enter 去那一家补，补了再填一次。"), *rail_block("收好", "文件不加密，用完收好。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "去补"), ("上下", "选"), ("F8", "报表"), ("F2", "今日" if self.xapp.session.role == "village" else "队列"), ("F1", "帮助"), ("Esc", "返回"))


def together(cells: Sequence[Blank]) -> list[Blank]:
    """A line a row of the file, its columns in one."""
    rows: dict[tuple[str, int], list[Blank]] = {}
    for one in cells:
        rows.setdefault((one.sheet, one.row), []).append(one)
    return [replace(found[0], column="、".join(one.column for one in found)) for found in rows.values()]


class ReportSendPage(DeskForm):
    """A report of the county sent to every village."""

    NAME = "发到各村"
    FORM = "desk.report_send"
    NEEDED: ClassVar[tuple[str, ...]] = ("start",)
    QUIET = "表头、样式、每一栏填什么，发到各村；数据不发。"
    GUIDE = Help("县里学过的表发到各村，各村直接填，不用再学。", KEYS, (("从哪天", "从那天起各村看得到。"), ("改了再发", "同一个名字再发一次，用新的。"), ("收回", "在报表里选县里发的，按 8。")))

    def body(self) -> ComposeResult:
        yield Paint((head("发到各村", fit(words.wide(self.key), NOTE).rstrip()), *self.air()))
        yield FormRow(Field("从哪天", self.day("start", self.xapp.today().isoformat()), width=14, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("发到各村", "bold")), line(), *rail_block("发什么", "表头、样式、每一栏填什么；数据不发。")]

    def store(self) -> Saved:
        from xieli_tui.desk import report_maps

        done = report_maps.install(self.xapp.session, self.key, self.value("start"))
        return Saved(done.pack, done.seq, "" if done.new else "same", more={"parts": done.parts})

    def stored(self, result: Saved) -> None:
        if result.state == "same":
            self.xapp.back("这一张原来就发过，没有变。", "没有再发。")
        else:
            self.xapp.back(f"装好了(第{result.seq}条)。", "F9 回传，各村才有。", "done")


class ReportBackPage(DeskForm):
    """A report that was sent is taken back."""

    NAME = "收回报表"
    FORM = "desk.report_back"
    NEEDED: ClassVar[tuple[str, ...]] = ("reason",)
    QUIET = "收回以后，各村用前一版；没有前一版就没有这张表。"
    GUIDE = Help("发错了、样子改了，收回来。各村填过的文件都还在。", KEYS, (("自己学的", "县里自己学过的还在，改好再发。"),))

    def body(self) -> ComposeResult:
        from xieli_tui.desk import report_maps

        self.sent = next((one for one in self.attempt(lambda: report_maps.listed(self.xapp.session)) or () if one.ref == self.key), None)
        yield Paint((head("收回报表", f"{fit(words.wide(self.sent.name), NOTE).rstrip()}  {self.sent.start} 起" if self.sent is not None else ""), *self.air()))
        yield FormRow(Field("为什么", self.text("reason"), width=64, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("收回报表", "bold")), line(), *rail_block("各村", "填过的文件都还在。")]

    def store(self) -> Saved:
        from xieli_tui.desk import report_maps

        return report_maps.withdraw(self.xapp.session, self.key, self.value("reason"))

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"收回了(第{result.seq}条)。", "F9 回传，各村才知道。", "done")
