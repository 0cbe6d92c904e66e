"""导入台账: a township's workbook becomes families. The file here, its columns next, then what it would change; nothing is written before the last.

Rules kept here
- Ctrl+S reads the file and changes nothing; the columns stand on the next page, the changes on the one after, and only that one takes it in;
- another file, or another answer, begins with a look again; how columns were settled and what was decided is in the draft until the file is taken in;
- rows that were left out are named by sheet row and reason, and may be written to a workbook of their own; until then that workbook lies in the private
  folder, to be looked at, and goes at lock or exit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.draft_keeper import Values
from xieli_tui.ui.screens.roster_task import TASK, RosterTask
from xieli_tui.ui.screens.slow_form import Job, SlowForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, head, line, rail_block

KEYS: tuple[Key, ...] = (("Ctrl+S", "看这份表"), ("Tab", "下一格"), ("数字", "选"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))
OF_FILE = ("XL-F01", "XL-F05", "XL-F06", "XL-W")


class RosterPage(SlowForm):
    """Which workbook."""

    NAME = "导入台账"
    FORM = "roster"
    NEEDED: ClassVar[tuple[str, ...]] = ("file",)
    FIELDS: ClassVar[Mapping[str, str]] = {"errors_out": "errors"}
    QUIET = "先看栏目，再看改动，最后才收。看的时候什么都不写。"
    DOING = "正在看，稍等。"
    GUIDE = Help(
        "镇里给的人员台账(Excel)，一次导进来，不用一户一户打。先看栏目，再看改动，最后才收。", KEYS,
        (
            ("再导一次", "同一份再导，什么都不会变。"), ("新来的一份", "我们这里写得更新的不会被盖掉；同一天写的，请您定。"),
            ("身份证不对的", "也收，列在今日里补。选 不收 就留在外面。"), ("没收的", "一行一行写着为什么，可以另写成一张表给镇里。"), ("类别", "按村台账登记，不是在册。"),
        ),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("人员台账", "一 文件  二 栏目  三 改动"), *self.air()))
        yield FormRow(Field("文件", self.text("file", hint="台账文件在哪里"), width=64, needed=True))
        yield FormRow(Field("身份证错", self.choice("strict", (("no", "也收，以后补"), ("yes", "不收")), gap=2, chosen=("no",))))
        yield FormRow(Field("问题另存", self.text("errors", hint="写成一张带原因的表，不写就不存"), width=64))

    def foot(self) -> Sequence[Key]:
        village = self.xapp.session.role == "village"
        return tuple((key, word if village or key != "F2" else "队列") for key, word in KEYS)

    def rail(self) -> Sequence[Line]:
        return [
            line(("导入台账", "bold")), line(), *rail_block("先看", "看的时候什么都不写。"), *rail_block("再导一次", "同一份再导，什么都不会变。"),
            *rail_block("新来的一份", "我们写得更新的留着，同一天写的请您定。"),
        ]

    def besides(self) -> Values:
        return {TASK: {}}

    def refuse(self, error: XieliError) -> None:
        if error.field is None and error.code.startswith(OF_FILE):
            error.field = "file"
        elif error.code == "XL-F08":
            error.field = "errors"
        super().refuse(error)

    def job(self) -> Job:
        file = Path(self.value("file")).expanduser()
        strict, errors = self.value("strict") == "yes", self.value("errors")
        return Job(lambda: self._look(file, strict, errors), self._looked, ends=False)

    def _look(self, file: Path, strict: bool, errors: str) -> RosterTask:
        from xieli_tui.casework import mappings, roster_look  # reads workbooks: loaded when one is read

        session = self.xapp.session
        task = RosterTask(self, file, strict, errors, roster_look.stamp(file), roster_look.Settling(mappings.look_at(session, file)))
        kept: Mapping[str, Any] = self.keeper.besides.get(TASK, {}) if self.keeper is not None else {}
        if kept.get("stamp") == task.stamp:
            for sheet, row in dict(kept.get("heads", {})).items():
                task.settling.point(session, file, str(sheet), int(row))
            task.settling.recall(kept)
            task.said = {str(place): str(said) for place, said in dict(kept.get("said", {})).items()}
        return task

    def _looked(self, task: RosterTask) -> None:
        from xieli_tui.ui.screens.roster_mapping import RosterMapPage

        self.say("")
        self.xapp.open(RosterMapPage(task))

    def keep_now(self) -> None:
        """Write the draft, with what the next pages settled."""
        if self.keeper is not None:
            self.keeper.put(self.values())
            self._write_soon()
