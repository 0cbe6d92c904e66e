"""收名单, 发名单, 反馈表: a list of alerts looked at first, then taken in or issued; and the answers laid back into the workbook that was sent (design 07 F7, M-04).

Rules kept here
- the first Ctrl+S reads the list and changes nothing; the second takes it in (a village) or issues it (a desk); another file begins with a look again;
- what is left out and what to look at stand by sheet row; rows that matched nobody are counted and kept, and matched by a person on F7;
- the feedback never goes over the workbook that was sent: it is written beside it, and where it lies stands on a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from xieli_tui.domain import codes
from xieli_tui.domain.text import safe
from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.filed import Filed, FiledPage, Offered
from xieli_tui.ui.screens.slow_form import Job, SlowForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, fit, head, line, rail_block, wrap

if TYPE_CHECKING:
    from xieli_tui.casework.alert_feedback import FedBack
    from xieli_tui.casework.alert_lists import ListReport
    from xieli_tui.ui.app import XieliApp

SHOWN = 6
OF_FILE = ("XL-F01", "XL-F05", "XL-F06", "XL-W")


_SAME = ("再来一次", "同一份再来一次，或者县里又发来一次，都只有一条，处置也只写一次。")
_WHO = ("对上人", "身份证号和姓名都对上才算；对不上的留在未匹配，由村里的人来认。")
_CLASS = ("看不出类别", "表里的类型不认得时，按您选的算；不选就按贫困风险。")
_COLUMNS = ("原来的栏", "表里每一栏都留着，反馈时填回原表。")


class AlertListPage(SlowForm):
    """A list taken in at a village."""

    NAME = "收名单"
    FORM = "alert_list"
    NEEDED: ClassVar[tuple[str, ...]] = ("file",)
    FIELDS: ClassVar[dict[str, str]] = {"class": "cls"}
    QUIET = "第一次 Ctrl+S 只看，什么都不写。"
    DOING = "正在读，稍等。"
    VERB: ClassVar[str] = "收"
    KEYS: ClassVar[tuple[Key, ...]] = (("Ctrl+S", "先看，再收"), ("Tab", "下一格"), ("数字", "选"), ("F7", "预警"), ("F1", "帮助"), ("Esc", "返回"))
    GUIDE = Help("上面发来的预警、疑点名单(Excel)，一行一条收进来，先走访核实，再写处置。先看一遍，再收。", KEYS, (_SAME, _WHO, _CLASS, _COLUMNS))

    def __init__(self) -> None:
        super().__init__("new")
        self.seen: tuple[str, str] | None = None

    def body(self) -> ComposeResult:
        yield Paint((head(self.NAME, f"先看一遍，再{self.VERB}"), *self.air()))
        yield FormRow(Field("文件", self.text("file", hint="名单文件在哪里"), width=64, needed=True))
        yield FormRow(Field("看不出的", self.choice("cls", codes.choices("alert_class"), gap=0, width=64)))
        yield Paint((line(" " * 12, ("类型不认得的行按哪一类；不选就按贫困风险", "$ink-3")),))
        yield Paint((), id="report")

    def foot(self) -> Sequence[Key]:
        return self.KEYS

    def rail(self) -> Sequence[Line]:
        return [
            line((self.NAME, "bold")), line(), *rail_block("先看", "第一次 Ctrl+S 只看，什么都不写。"), *rail_block("再来一次", "同一份再来一次，只有一条。"),
            *rail_block("未匹配", "身份证号对不上的不猜，留着由人来认。"),
        ]

    def verb(self) -> Callable[..., ListReport]:
        """What reads the list, and takes it."""
        from xieli_tui.casework import alert_lists  # reads workbooks: loaded when one is read

        return alert_lists.import_list

    def outcome(self, found: ListReport) -> tuple[str, str]:
        """What came of it."""
        left = f"，{len(found.rejected)} 行没收" if found.rejected else ""
        return f"收下 {found.new} 条，原来就有 {found.known} 条{left}。", f"未匹配 {found.unmatched} 条，由人来认。" if found.unmatched else "先走访核实，再写处置。"

    def _asked(self) -> tuple[str, str]:
        return self.value("file"), self.value("cls")

    def changed(self) -> None:
        if self.seen is not None and self.seen != self._asked():
            self.seen = None
            self.query_one("#report", Paint).show(())

    def job(self) -> Job:
        asked, verb = self._asked(), self.verb()
        look, session, path, cls = self.seen != asked, self.xapp.session, Path(asked[0]).expanduser(), asked[1] or None
        return Job(lambda: verb(session, path, dry_run=look, cls=cls), lambda found: self._read(asked, found), ends=not look)

    def refuse(self, error: XieliError) -> None:
        if error.field is None and error.code.startswith(OF_FILE):
            error.field = "file"
        super().refuse(error)

    def _read(self, asked: tuple[str, str], found: ListReport) -> None:
        if found.dry_run:
            self.seen = asked
            self.query_one("#report", Paint).show(self._lines(found))
            self.say("看过了，什么都没有改。", f"再按一次 Ctrl+S {self.VERB}。", "look")
            return
        self.xapp.back(*self.outcome(found), "done")

    def _lines(self, found: ListReport) -> list[Line]:
        from xieli_tui.casework.alert_lists import class_words

        out = [blank(), head("看一遍", "什么都没有改"), line(
            "  ", (f"{found.rows} 行", "bold"), (f"：对上人 {found.matched}，未匹配 {found.unmatched}；新的 {found.new}，原来就有 {found.known}，没收 {len(found.rejected)}", "$ink-2"))]
        if found.classes:
            out += [line("  ", (piece, "$ink-2")) for piece in wrap(class_words(found), MAIN - 4)]
        if found.unknown_kinds:
            out += [line("  ", (piece, "$warning")) for piece in wrap(f"看不出类别，按贫困风险：{safe('、'.join(found.unknown_kinds))}", MAIN - 4)[:2]]
        issues = [("没收", one) for one in found.rejected] + [("留意", one) for one in found.notes]
        for word, one in issues[:SHOWN]:
            out.append(line("  ", cell(word, 6, "$error" if word == "没收" else "$warning"), cell(f"第 {one.row} 行", 12, "$ink-2"), (fit(safe(f"{one.column}  {one.what}".strip()), MAIN - 20).rstrip(), "")))
        if len(issues) > SHOWN:
            out.append(line("  ", (f"还有 {len(issues) - SHOWN} 处。", "$ink-2")))
        kept = [name for heads in found.columns.values() for name, field in heads.items() if not field]
        if kept:
            out += [line("  ", (piece, "$ink-3")) for piece in wrap(f"原样留着的栏：{safe('、'.join(dict.fromkeys(kept)))}", MAIN - 4)[:2]]
        return out


class IssueListPage(AlertListPage):
    """A list issued to the villages at a desk."""

    NAME = "发名单"
    FORM = "alert_list_out"
    VERB = "发"
    KEYS = (("Ctrl+S", "先看，再发"), ("Tab", "下一格"), ("数字", "选"), ("F7", "预警"), ("F1", "帮助"), ("Esc", "返回"))
    GUIDE = Help(
        "上面给的预警、疑点名单(Excel)，一行发一条给那一家的村。先看一遍，再发，随回传到村里。", KEYS,
        (_SAME, _WHO, ("哪个村", "对上人的发给那一家的村；没对上的看表里的村名，不知道是哪个村的不发，列出来。"), _CLASS, _COLUMNS),
    )

    def verb(self) -> Callable[..., ListReport]:
        from xieli_tui.desk import alert_lists

        return alert_lists.issue_list

    def outcome(self, found: ListReport) -> tuple[str, str]:
        left = f"，{len(found.rejected)} 行没发" if found.rejected else ""
        return f"发出 {found.new} 条，原来就有 {found.known} 条{left}。", "回传以后村里看得到。"


class AlertFeedbackPage(SlowForm):
    """The answers laid back into the workbook that was sent."""

    NAME = "反馈表"
    FORM = "alert_feedback"
    NEEDED: ClassVar[tuple[str, ...]] = ("file", "out")
    QUIET = "原表不动，另写一份。"
    DOING = "正在填，稍等。"
    GUIDE = Help(
        "把走访核实的结果填回上面发来的那张名单，栏目、顺序、样子都是原来的，交回去。",
        (("Ctrl+S", "写反馈表"), ("Tab", "下一格"), ("F7", "预警"), ("F1", "帮助"), ("Esc", "返回")),
        (
            ("填哪里", "核查人、核查结果、核查时间、拟采取措施、备注这些空着的格；别人填过的不动。"), ("没处置的", "空着，写明有几行。先走访，写了处置，再来一次。"),
            ("查无", "名单上的人村里没有，写查无。"), ("是否符合", "村里不写符合不符合，由镇、县按规定定。"),
        ),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("反馈表", "填回来表，交回去"), *self.air()))
        yield FormRow(Field("名单", self.text("file", hint="当初收到的那份文件"), width=64, needed=True))
        place = self.text("out", hint="写到哪个文件")
        self.offer = Offered(self.xapp, place, "预警反馈", "xlsx")
        yield FormRow(Field("存成", place, width=64, needed=True))

    def foot(self) -> Sequence[Key]:
        return (("Ctrl+S", "写反馈表"), ("Tab", "下一格"), ("F7", "预警"), ("F1", "帮助"), ("Esc", "返回"))

    def rail(self) -> Sequence[Line]:
        return [line(("反馈表", "bold")), line(), *rail_block("填哪里", "只填空着的格，别人填过的不动。"), *rail_block("没处置的", "空着，写明有几行。"), *rail_block("查无", "村里没有这个人。")]

    def job(self) -> Job:
        from xieli_tui.casework import alert_feedback
        from xieli_tui.desk import alert_lists as of_desk

        session, path, out = self.xapp.session, Path(self.value("file")).expanduser(), Path(self.value("out")).expanduser()
        verb: Callable[..., FedBack] = alert_feedback.feedback if session.role == "village" else of_desk.feedback
        return Job(lambda: verb(session, path, out), self._written)

    def refuse(self, error: XieliError) -> None:
        if error.field is None and error.code.startswith("XL-"):
            error.field = "file" if error.code.startswith("XL-W") or error.code in ("XL-F05", "XL-F06") else "out"
        super().refuse(error)

    def _written(self, done: FedBack) -> None:
        facts = [f"{done.rows} 行：填了 {done.filled}，查无 {done.nobody}，还没处置 {done.open}（空着）。"]
        if done.strange:
            facts.append(f"{done.strange} 行没有收过，空着。先收这份名单。")
        if done.kept:
            facts.append(f"{len(done.kept)} 格别人填过，没有动：{'、'.join(f'第 {one.row} 行 {safe(one.column)}' for one in done.kept[:SHOWN])}。")
        if done.copied:
            facts.append("来表不是 .xlsx：内容、栏目、顺序照原样，样子没有带过来。")
        if done.lost:
            facts.append(f"反馈表里没有原表的：{'、'.join(done.lost)}。")
        facts.append("里面有完整的姓名和号码，按规定交回。已记一笔。")
        self.xapp.back()
        self.xapp.open(FiledPage(Filed("反馈表", done.file, tuple(facts))))


def open_match(app: XieliApp, alert: str) -> None:
    """A person says which family an unmatched row is about."""
    from xieli_tui.casework import alert_lists
    from xieli_tui.ui.screens.pick import PickPage

    def matched(app: XieliApp, household: str) -> None:
        page = app.page
        done = page.attempt(lambda: alert_lists.match(app.session, alert, household)) if page is not None else None
        if done is not None and page is not None:
            page.reload()
            page.say(f"已认作{done.head}家。", "先走访核实，再写处置。", "done")

    app.open(PickPage("名单上的人是哪一家", matched))
