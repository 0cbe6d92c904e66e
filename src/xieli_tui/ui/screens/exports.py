"""导出: rows of the records as a file, covered unless a reason is given (design 08 Out, 07 F8).

Rules kept here
- covered is what stands chosen; uncovered asks why, and that it left is recorded before the file is written;
- where the file lies and how many rows are in it stands on a page of its own afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.filed import Filed, FiledPage, Offered
from xieli_tui.ui.screens.slow_form import Job, SlowForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, head, line, rail_block

if TYPE_CHECKING:
    from xieli_tui.casework.export import Exported

KEYS: tuple[Key, ...] = (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "导出"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))
WHAT = (
    ("households", "户"), ("persons", "人员"), ("visits", "走访"), ("flags", "发现"), ("applications", "申请"), ("aid", "救助"), ("referrals", "转介"), ("alerts", "预警"),
    ("monitored", "监测"), ("events", "记录原文"),
)
FORMS = (("xlsx", "表格"), ("csv", "CSV"), ("json", "JSON"), ("jsonl", "JSONL"))


class ExportPage(SlowForm):
    """Rows taken out."""

    NAME = "导出"
    FORM = "export"
    NEEDED: ClassVar[tuple[str, ...]] = ("what", "out")
    FIELDS: ClassVar[dict[str, str]] = {"format": "form"}
    QUIET = "证件号、电话、账号盖住。"
    DOING = "正在写，稍等。"
    GUIDE = Help(
        "把登记的东西写成一张表，给要看的人。每样写哪几栏，手册里有一张单子。", KEYS,
        (
            ("盖住", "证件号、电话中间盖住，账号、残疾证号整格盖住，备注里的也盖住。"), ("不盖住", "要写为什么，导一次记一笔。"), ("从哪天", "只要那天以后写过的；不写就是全部。"),
            ("记录原文", "一个字不差的原文，给查验的人；要选不盖住，格式选 JSON 或 JSONL。"),
        ),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("导出", "写成一张表"), *self.air()))
        yield FormRow(Field("导出什么", self.choice("what", WHAT, width=62), needed=True))
        yield FormRow(Field("写成", self.choice("form", FORMS, gap=2, chosen=("xlsx",))))
        yield FormRow(Field("号码", self.choice("full", (("no", "盖住"), ("yes", "不盖住，写为什么")), gap=2, chosen=("no",))))
        yield FormRow(Field("为什么", self.text("reason", hint="不盖住才要写"), width=64))
        yield FormRow(Field("从哪天", self.day("since", hint="不写就是全部"), width=16))
        place = self.text("out", hint="写到哪个文件")
        self.offer = Offered(self.xapp, place, "导出", "xlsx")
        yield FormRow(Field("存成", place, width=64, needed=True))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("导出", "bold")), line(), *rail_block("盖住", "证件号、电话中间盖住，账号整格盖住。"), *rail_block("不盖住", "要写为什么，导一次记一笔。")]

    def changed(self) -> None:
        self.offer.follow(dict(WHAT).get(self.value("what"), "导出"), self.value("form") or "xlsx")

    def job(self) -> Job:
        from xieli_tui.casework import export

        session, what, form, full = self.xapp.session, self.value("what"), self.value("form") or "xlsx", self.value("full") == "yes"
        reason, since, out = self.value("reason") or None, self.value("since") or None, Path(self.value("out")).expanduser()
        if full and reason is None:
            raise Refused("XL-V06", field="reason")
        return Job(lambda: export.export(session, what, out, form=form, since=since, full=full, reason=reason), self._written)

    def refuse(self, error: XieliError) -> None:
        if error.field is None and error.code.startswith("XL-F"):
            error.field = "out"
        super().refuse(error)

    def _written(self, done: Exported) -> None:
        word = dict(WHAT)[done.what]
        covered = "里面有完整的姓名和号码，按规定保管，用完删掉。" if done.full else "证件号、电话、账号盖住了。"
        self.xapp.back()
        self.xapp.open(FiledPage(Filed(f"{word} {done.rows} 行", done.file, (f"{word} {done.rows} 行。", f"{covered}已记一笔。"))))
