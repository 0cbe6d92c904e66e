"""导入台账: a township's workbook becomes families; looked at first, then taken in (design 08 `roster import`).

Rules kept here
- the first Ctrl+S reads the file and changes nothing: what would come, what is left out and why stands beneath; the second takes it in;
- another file, or another answer, begins with a look again;
- rows that were left out are named by sheet row and reason, and may be written to a workbook of their own; until then that workbook lies in the private
  folder, to be looked at, and goes at lock or exit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult

from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, fit, head, line, rail_block, wrap

if TYPE_CHECKING:
    from xieli_tui.casework.roster import RosterReport

SHOWN = 6
KEYS: tuple[Key, ...] = (("Ctrl+S", "先看，再收"), ("Tab", "下一格"), ("数字", "选"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))
OF_FILE = ("XL-F01", "XL-F05", "XL-F06", "XL-W")


class RosterPage(FormPage):
    """A workbook taken in."""

    NAME = "导入台账"
    FORM = "roster"
    NEEDED: ClassVar[tuple[str, ...]] = ("file",)
    FIELDS: ClassVar[dict[str, str]] = {"errors_out": "errors"}
    QUIET = "第一次 Ctrl+S 只看，什么都不写；第二次才收。"
    GUIDE = Help(
        "镇里给的人员台账(Excel)，一次导进来，不用一户一户打。先看一遍，再收。", KEYS,
        (("再导一次", "同一份再导，什么都不会变；改过的不会被盖掉。"), ("身份证不对的", "也收，列在今日里补。选 不收 就留在外面。"), ("没收的", "一行一行写着为什么，可以另写成一张表给镇里。"), ("类别", "按村台账登记，不是在册。")),
    )

    def __init__(self) -> None:
        super().__init__("new")
        self.seen: tuple[str, ...] | None = None
        self.report: RosterReport | None = None
        self.paper: Path | None = None
        """The workbook of the last look, in the private folder."""
        self.busy = False

    def body(self) -> ComposeResult:
        yield Paint((head("人员台账", "先看一遍，再收"), *self.air()))
        yield FormRow(Field("文件", self.text("file", hint="台账文件在哪里"), width=64, needed=True))
        yield FormRow(Field("身份证错", self.choice("strict", (("no", "也收，以后补"), ("yes", "不收")), gap=2, chosen=("no",))))
        yield FormRow(Field("问题另存", self.text("errors", hint="写成一张带原因的表，不写就不存"), width=64))
        yield Paint((), id="report")

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("导入台账", "bold")), line(), *rail_block("先看", "第一次 Ctrl+S 只看，什么都不写。"), *rail_block("再导一次", "同一份再导，什么都不会变。")]

    def _asked(self) -> tuple[str, ...]:
        return (self.value("file"), self.value("strict"), self.value("errors"))

    def changed(self) -> None:
        if self.seen is not None and self.seen != self._asked():
            self.seen = None
            self.query_one("#report", Paint).show(())

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
        look = self.seen != self._asked()
        self.say("正在看，稍等。" if look else "正在收，稍等。")
        self._work(self._asked(), look)

    @work(thread=True, exclusive=True, exit_on_error=False, group="roster")
    def _work(self, asked: tuple[str, ...], look: bool) -> None:
        from xieli_tui.casework import papers, roster  # reads workbooks: loaded when one is read

        file, strict, errors = asked
        try:
            out = Path(errors).expanduser() if errors and not look else papers.of(self.xapp.session).place("roster-errors", "xlsx") if look else None
            assert self.keeper is not None  # a form that is shown has one
            with self.keeper.finishing(self.values()):
                found = roster.import_roster(self.xapp.session, Path(file).expanduser(), dry_run=look, strict=strict == "yes", errors_out=out)
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.paper = out if look and found.error_rows else None
        self.app.call_from_thread(self._done, asked, found)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if not self.is_attached:
            return
        if error.field is None and error.code.startswith(OF_FILE):
            error.field = "file"
        elif error.code == "XL-F08":
            error.field = "errors"
        self.refuse(error)

    def _done(self, asked: tuple[str, ...], found: RosterReport) -> None:
        self.busy = False
        if not self.is_attached:
            return
        if not found.dry_run:
            if self.keeper is not None:
                self.keeper.drop()
            left = f"，{len(found.rejected)} 行没收" if found.rejected else ""
            self.xapp.back(f"收下了：{found.households} 户 {found.persons} 人{left}。", f"待补身份证 {found.open_tasks} 人，在今日里。" if found.open_tasks else "", "done")
            return
        self.seen, self.report = asked, found
        self.query_one("#report", Paint).show(self._lines(found))
        self.say("看过了，什么都没有改。", "再按一次 Ctrl+S 收下。", "look")

    def _lines(self, found: RosterReport) -> list[Line]:
        out = [blank(), head("看一遍", "什么都没有改"), line("  ", (f"{found.rows} 行，{found.households} 户，{found.persons} 人", "bold"),
                                                    (f"；新增 {found.created}，改动 {found.updated}，不变 {found.unchanged}，没收 {len(found.rejected)}", "$ink-2"))]
        issues: list[tuple[str, Any]] = [("没收", one) for one in found.rejected] + [("留意", one) for one in found.warnings]
        for word, one in issues[:SHOWN]:
            out.append(line("  ", cell(word, 6, "$error" if word == "没收" else "$warning"), cell(f"第 {one.row} 行", 12, "$ink-2"), (fit(f"{one.column}  {one.what}", MAIN - 20).rstrip(), "")))
        if len(issues) > SHOWN:
            out.append(line("  ", (f"还有 {len(issues) - SHOWN} 处，写了另存就都在那张表里。", "$ink-2")))
        if self.paper is not None:
            out += [line("  ", ("带原因的表可以先打开看，锁屏或退出就没有了：", "$ink-2")), *(line("    ", (piece, "")) for piece in wrap(str(self.paper), MAIN - 4))]
        return out
