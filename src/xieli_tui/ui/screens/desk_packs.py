"""政策包 and 放假安排 at the county: what is in force for every village, put in force, taken back (CN-08, X-13).

Rules kept here
- a file that does not read is refused whole, with file and line of everything wrong beneath the form; nothing is sent then;
- what was put in force goes out with the next return; taking it back is a line of its own, and the edition before goes on;
- a township reads the list and puts nothing in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.packs import HOLIDAYS, PackLine
from xieli_tui.casework.views import Saved
from xieli_tui.desk import packs as desk
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, fit, head, line, rail_block, row, say

SHOWN = 5
"""Problems of a file that stand beneath the form at once."""


class PacksPage(ListPage):
    """What the county put in force."""

    NAME = "政策包"
    WAYS = (("1", "装政策包", "从哪天起用"), ("2", "装放假安排", "国务院每年公布以后装一次"))
    GUIDE = Help(
        "县里装上的政策包和放假安排，随回传发到各村。程序自带的不在这里，在 当地规定 和户档的政策一页。",
        (("1", "装政策包"), ("2", "装放假安排"), ("Enter", "收回"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("有错的", "一处错就整份不装，哪一行错了列出来。"), ("收回", "写明原因，前一版接着用，记录都留着。"), ("放假安排", "没装以前，工作日算的期限写着暂估。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.ref

    def sections(self) -> Sequence[Section]:
        found = desk.list_packs(self.xapp.session)
        years = [one for one in found if one.kind == HOLIDAYS]
        packs = [one for one in found if one.kind != HOLIDAYS]
        county = self.xapp.session.role == "county"
        return (
            Section(f"政策包  {len(packs)} 份" if packs else "政策包", packs, "县里装的", "还没有装过。按 1 装。" if county else "还没有装过。"),
            Section(f"放假安排  {len(years)} 份" if years else "放假安排", years, "一年一份", "还没有装过，按程序自带的算。按 2 装。" if county else "还没有装过，按程序自带的算。"),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return ("装好以后 F9 回传，各村才有。", "") if self.xapp.session.role == "county" else ("县里装的，这里只看。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        style = "$ink-2" if item.state in ("in_force", "later", "replaced") else "$warning"
        lines = [row(cell(words.wide(item.title or item.name), 40, "bold" if on else ""), cell(f"{item.start} 起", 14, "$ink-2"), cell(words.wide(item.words), 20, style), on=on)]
        return [*lines, *self.opened(f"版本 {item.version[:4].upper()} {item.version[4:8].upper()}")] if on else lines

    def chosen(self, item: Any) -> None:
        if self._county():
            self.xapp.open(PackBackPage(item.ref))

    def way(self, digit: int) -> None:
        if self._county():
            self.xapp.open(PackPage() if digit == 1 else HolidaysPage())

    def _county(self) -> bool:
        if self.xapp.session.role != "county":
            self.say("由县级装，镇里只看。")
        return self.xapp.session.role == "county"

    def rail(self) -> Sequence[Line]:
        return [line(("政策包", "bold")), line(), *rail_block("有错的", "一处错就整份不装，哪一行错了列出来。"), *rail_block("收回", "写明原因，前一版接着用。")]

    def foot(self) -> Sequence[Key]:
        return (("1", "装政策包"), ("2", "装放假安排"), ("Enter", "收回"), ("F9", "回传"), ("F1", "帮助"), ("Esc", "返回"))


class FileForm(DeskForm):
    """A form that takes a file; what is wrong in it stands beneath, line by line."""

    NEEDED: ClassVar[tuple[str, ...]] = ("file",)
    AFTER = "F9 回传，各村才有。"

    def __init__(self) -> None:
        super().__init__("new")

    def file_row(self, hint: str) -> FormRow:
        """The entry of the file's name."""
        return FormRow(Field("文件", self.text("file", hint=hint), width=64, needed=True))

    def path(self) -> Path:
        """The file named."""
        return Path(self.value("file")).expanduser()

    def refuse(self, error: XieliError) -> None:
        problems = getattr(error, "problems", None)
        found = self.query("#problems")
        if found:
            out = [line("  ", cell(f"第 {one.line} 行" if one.line else "", 12, "$error"), (fit(words.wide(one.what), MAIN - 14).rstrip(), "")) for one in (problems or ())[:SHOWN]]
            more = [line("  ", (f"还有 {len(problems) - SHOWN} 处。", "$ink-2"))] if problems and len(problems) > SHOWN else []
            found.first(Paint).show([blank(), *out, *more] if out else ())
        if problems or error.code.startswith("XL-F"):
            error.field = "file"
        super().refuse(error)

    def changed(self) -> None:
        found = self.query("#problems")
        if found:
            found.first(Paint).show(())


class PackPage(FileForm):
    """A pack put in force from a day on."""

    NAME = "装政策包"
    FORM = "desk.pack"
    NEEDED: ClassVar[tuple[str, ...]] = ("file", "start")
    QUIET = "从哪天起用，照文件上的写。"
    GUIDE = Help("把信息人员做好的政策包装上，从哪天起用。装好以后随回传发到各村。", KEYS, (("有错的", "一处错就整份不装，哪一行错了列在下面，改好再装。"), ("从哪天", "过去的一天、以后的一天都行。"), ("同一份", "再装一次不会多出一份。")))

    def body(self) -> ComposeResult:
        yield Paint((head("装政策包", "有错就整份不装"), *self.air()))
        yield self.file_row("政策包文件在哪里")
        yield FormRow(Field("从哪天", self.day("start"), width=14, needed=True))
        yield Paint((), id="problems")

    def rail(self) -> Sequence[Line]:
        return [line(("装政策包", "bold")), line(), *say("一处错就整份不装，哪一行错了列出来。")]

    def store(self) -> Saved:
        done = desk.install(self.xapp.session, self.path(), self.value("start"))
        return Saved(done.pack, done.seq, "" if done.new else "same", more={"title": done.title, "parts": done.parts})

    def stored(self, result: Saved) -> None:
        if result.state == "same":
            self.xapp.back("这一份原来就在用。", "没有再装。")
        else:
            self.xapp.back(f"装好了(第{result.seq}条)。", f"分 {result.more['parts']} 片，{self.AFTER}", "done")


class HolidaysPage(FileForm):
    """A year's arrangement put in force at once."""

    NAME = "装放假安排"
    FORM = "desk.holidays"
    QUIET = "国务院公布以后装一次，原来暂估的日子按它重算。"
    GUIDE = Help("一年的放假安排装上，原来暂估的日子按它重算。", KEYS, (("有错的", "一处错就整份不装，哪一行错了列在下面。"), ("改过的", "同一年再装新的一份，用新的。")))

    def body(self) -> ComposeResult:
        yield Paint((head("装放假安排", "一年一份"), *self.air()))
        yield self.file_row("放假安排文件在哪里")
        yield Paint((), id="problems")

    def rail(self) -> Sequence[Line]:
        return [line(("放假安排", "bold")), line(), *say("没装以前，工作日算的期限写着暂估。")]

    def store(self) -> Saved:
        done = desk.install_holidays(self.xapp.session, self.path())
        return Saved(done.pack, done.seq, "" if done.new else "same", more={"title": done.title, "parts": done.parts})

    def stored(self, result: Saved) -> None:
        if result.state == "same":
            self.xapp.back("这一份原来就在用。", "没有再装。")
        else:
            self.xapp.back(f"{result.more['title']}装好了(第{result.seq}条)。", self.AFTER, "done")


class PackBackPage(DeskForm):
    """Something put in force is taken back."""

    NAME = "收回政策包"
    FORM = "desk.pack_back"
    NEEDED: ClassVar[tuple[str, ...]] = ("reason",)
    FIELDS: ClassVar[dict[str, str]] = {"ref": "reason"}
    QUIET = "收回以后，前一版接着用。"
    GUIDE = Help("装错了、文件改了，收回来。原来的记录都留着，前一版接着用。", KEYS, (("已经办的", "按旧的办过的不会变，记录里写着当时用的哪一版。"),))

    def __init__(self, ref: str) -> None:
        super().__init__(ref)

    def body(self) -> ComposeResult:
        found: list[PackLine] = self.attempt(lambda: desk.list_packs(self.xapp.session)) or []
        one = next((each for each in found if each.ref == self.key), None)
        yield Paint((head("收回", f"{words.wide(one.title or one.name)}  {one.start} 起" if one is not None else ""), *self.air()))
        yield FormRow(Field("为什么", self.text("reason"), width=64, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("收回", "bold")), line(), *say("前一版接着用。按旧的办过的不会变。")]

    def store(self) -> Saved:
        return desk.withdraw(self.xapp.session, self.key, self.value("reason"))
