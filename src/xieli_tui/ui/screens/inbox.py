"""收件 and 回传 at a desk: see first, then take in; write home.

Rules kept here
- the first Enter is a dry run whose lines say what would change; the second takes it in; one bad file never stops the others;
- what was parked, sent to 人工核对 or refused is said with its code and what to do;
- 回传 writes receipts and decisions for the laptops that lack them; nothing owed, nothing written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input

from xieli_tui.casework import about, drives
from xieli_tui.casework.drives import DriveRow
from xieli_tui.casework.views import ExportedFile, ImportOutcome
from xieli_tui.desk import enrolment, intake
from xieli_tui.desk import send as home
from xieli_tui.errors import NotFound, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, fit, head, line, rail_block, row, split
from xieli_tui.ui.widgets.row_list import RowList

STATUS = {
    "imported": ("已收下", "$success"), "duplicate": ("已导入过", "$ink-2"), "parked": ("暂放", "$warning"), "quarantined": ("转人工核对", "bold $warning"),
    "refused": ("没有收", "bold $error"), "frozen": ("停收", "bold $error"), "failed": ("没有收", "bold $error"),
}
SHOWN = 200


class FolderPage(Page):
    """A page over a stick or a folder: drives above, an entry for a folder, lines of what happened below."""

    CSS_PATH = "inbox.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.drive_rows: list[DriveRow] = []

    def body(self) -> ComposeResult:
        yield Paint((head("U盘或文件夹", "插上就认"), *self.air()))
        self.drive_list = RowList(self._draw_drive, (), key=lambda item: item.path, id="drives")
        yield self.drive_list
        self.folder = HanInput(id="folder", hint="也可以写一个文件夹")
        yield FormRow(Field("文件夹", self.folder, width=64), id="folder-row", classes="tight")
        yield Paint((), id="summary")
        self.rows = RowList(self._draw, (), chosen=lambda _item: True, key=id, id="lines")
        yield self.rows

    def on_mount(self) -> None:
        if self._mounted:
            return
        super().on_mount()
        (self.drive_list if self.drive_rows else self.folder).focus()
        self.set_interval(2.0, self._look_again)

    def reload(self) -> None:
        self.subject = about.desk_title(self.xapp.session)
        self._look_again()

    def _look_again(self) -> None:
        if self.busy:
            return
        found = drives.drives()
        if found != self.drive_rows or not self.drive_list.items:
            self.drive_rows = found
            self.drive_list.show(found)
            self.drive_list.show_empty((line("  ", ("没有看到U盘。插上就认；也可以在下面写一个文件夹。", "$ink-2")),))
            self.drive_list.styles.height = max(1, min(4, len(found)))

    def _draw_drive(self, item: DriveRow, on: bool) -> Sequence[Line]:
        note = f"有 {item.waiting} 个数据包" if item.waiting else ""
        return (row(cell(item.path, 18, "bold"), cell(item.label, 16), cell(f"空 {words.size_word(item.free)}", 13, "$ink-2"), (note, "$ink-2"), on=on),)

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        return (item,) if isinstance(item, Line) else (line(str(item)),)

    @on(RowList.Chosen, "#drives")
    def _drive(self, event: RowList.Chosen) -> None:
        self.start(Path(event.item.path))

    @on(RowList.Chosen, "#lines")
    def _line(self) -> None:
        self._folder()

    @on(Input.Submitted, "#folder")
    def _folder(self) -> None:
        typed = self.folder.value.strip()
        if typed:
            self.start(Path(typed).expanduser())
        elif self.drive_list.item is not None:
            self.start(Path(self.drive_list.item.path))
        else:
            self.say("插上U盘，或者写一个文件夹。", "", "look")

    def start(self, target: Path) -> None:
        """Begin with a place."""
        raise NotImplementedError

    def begin(self, said: str) -> bool:
        """Take the page for one piece of work; False while another is under way."""
        if self.busy:
            return False
        self.busy = True
        self.query_one("#folder-row", FormRow).right()
        self.say(said)
        return True

    def failed(self, error: XieliError) -> None:
        """Something stopped it; nothing was half done."""
        self.busy = False
        self.query_one("#folder-row", FormRow).wrong(f"{error.what}。{error.next_step}。")
        self.say("没有做完，什么都没有改动。", error.code, "wrong")


class InboxPage(FolderPage):
    """收件."""

    NAME = "收件"
    GUIDE = Help(
        "插上村里的U盘，先按 Enter 看一遍会改什么，再按 Enter 收下。",
        (("Enter", "先看，再收"), ("上下", "翻"), ("Tab", "下一格"), ("F2", "队列"), ("F9", "回传"), ("Esc", "返回")),
        (("看一遍", "什么都不改。"), ("暂放", "前面的包还没到，等到了自己接上，不用再导。"), ("转人工核对", "收下了，但还不起作用。"), ("停收", "同一台电脑出现两份历史，联系县里。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.seen: tuple[Path, tuple[ImportOutcome, ...]] | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.greet("插上村里的U盘，先看一遍再收。")

    def start(self, target: Path) -> None:
        dry = self.seen is None or self.seen[0] != target
        if self.begin("正在看，稍等。" if dry else "正在收，稍等。"):
            self._work(target, dry)

    @work(thread=True, exclusive=True, exit_on_error=False, group="road")
    def _work(self, target: Path, dry: bool) -> None:
        try:
            if not target.exists():
                raise NotFound("XL-F05")
            found = tuple(intake.import_files(self.xapp.session, [target], dry_run=dry))
        except XieliError as error:
            self.app.call_from_thread(self.failed, error)
            return
        self.app.call_from_thread(self._finished, target, found, dry)

    def _finished(self, target: Path, found: tuple[ImportOutcome, ...], dry: bool) -> None:
        self.busy = False
        taken = [one for one in found if one.status in intake.ACCEPTED]
        self.seen = (target, found) if dry and taken else None
        lines: list[Line] = []
        for one in found:
            word, style = STATUS.get(one.status, (one.status, ""))
            if dry and one.status == "imported":
                word, style = "可以收", "bold"
            lines.append(line("  ", cell(word, 12, style), cell(Path(one.file).name, 37), (f"新 {one.new}  已有 {one.events - one.new}  转人工 {one.quarantined}", "$ink-2")))
            if one.status == "duplicate" and not one.code:
                lines.append(line(" " * 14, (fit(one.what, MAIN - 14).rstrip(), style)))
            elif one.code and one.status != "duplicate":
                lines.append(line(" " * 14, (fit(f"{one.code} {one.what}", MAIN - 14).rstrip(), style)))
                if one.status not in intake.ACCEPTED and words.next_step(one.code):
                    lines.append(line(" " * 14, (fit(words.next_step(one.code), MAIN - 14).rstrip(), "$ink-2")))
            lines += [line(" " * 4, (fit(text, MAIN - 4).rstrip(), "$ink-2")) for text in one.diff[:SHOWN]]
        self.rows.show(lines or [line("  ", ("这里没有要收的数据包。", "$ink-2"))], keep=False)
        new = sum(one.new for one in found)
        note = "" if not taken else "再按一次 Enter 收下" if dry else "签收单写好了，F9 回传"
        word = "没有能收的" if found and not taken else "先看一遍，什么都没有改" if dry else "收下了"
        self.query_one("#summary", Paint).show((blank(), head(word, note)))
        if found and not taken:
            self.say(f"{len(found)} 个文件都没有收。", "原来的资料没有动，照每个文件下面写的办。", "wrong")
        elif dry and found:
            self.say(f"会收进 {new} 条。", "再按一次 Enter 收下，Esc 不收。", "look")
        else:
            good = len(taken) == len(found)
            self.say(f"收下 {new} 条。" if found else "这里没有要收的。", "F2 队列，F9 回传。" if found else "", "done" if good and found else "look")
        self.redraw()

    def rail(self) -> Sequence[Line]:
        return [line(("先看再收", "bold")), line(), *rail_block("第一次 Enter", "看一遍会改什么，什么都不写。"), *rail_block("第二次 Enter", "收下，签收单自己写好。"),
                *rail_block("顺序", "先到的后到的都行，缺了中间的会暂放。"), *rail_block("坏的文件", "一个坏了不耽误别的，编号写在旁边。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "收下" if self.seen else "先看一遍"), ("上下", "翻"), ("Tab", "下一格"), ("F2", "队列"), ("F9", "回传"), ("Esc", "返回"))

    def go_here(self, place: str) -> bool:
        return place == "households"


class SendHomePage(FolderPage):
    """回传."""

    NAME = "回传"
    GUIDE = Help(
        "把签收单和决定写到U盘，让村里带回去。没有要回传的就什么也不写。",
        (("Enter", "写到这里"), ("上下", "选盘"), ("Tab", "下一格"), ("F2", "队列"), ("F3", "收件"), ("Esc", "返回")),
        (("谁的", "一台电脑一个文件，别的电脑打不开。"), ("没带到", "下一次会接着写，一条不少。")),
    )

    def on_mount(self) -> None:
        super().on_mount()
        self._devices()
        self.greet("插上U盘，按 Enter 写签收单和决定。")

    def _devices(self) -> None:
        found = self.attempt(lambda: enrolment.devices(self.xapp.session)) or []
        day = self.xapp.today()
        self.query_one("#summary", Paint).show((blank(), head("登记的电脑", f"{len(found)} 台")))
        lines = [line("  ", cell("、".join(one.names) or "、".join(one.villages) or one.area, 20, "bold" if not one.revoked else "$ink-3"), cell("镇" if one.role == "township" else "村", 6, "$ink-2"),
                      cell(f"{words.short_day(one.enrolled, day)} 登记", 14, "$ink-2"),
                      cell(f"最近一包 {words.short_day(one.last_bundle, day)}" if one.last_bundle else "还没来过数据包", 20, "$ink-2" if one.heard else "$warning"),
                      ("停用" if one.revoked else "", "$error")) for one in found]
        self.rows.show(lines or [line("  ", ("还没有登记的电脑。", "$ink-2"))], keep=False)

    def start(self, target: Path) -> None:
        if self.begin("正在写，别拔U盘。"):
            self._work(target)

    @work(thread=True, exclusive=True, exit_on_error=False, group="road")
    def _work(self, target: Path) -> None:
        try:
            if not target.exists():
                raise NotFound("XL-F05")
            files = tuple(home.send(self.xapp.session, target))
        except XieliError as error:
            self.app.call_from_thread(self.failed, error)
            return
        self.app.call_from_thread(self._finished, files)

    def _finished(self, files: tuple[ExportedFile, ...]) -> None:
        self.busy = False
        lines = [line("  ", ("已办", "$success"), "  ", cell(Path(one.path).name, 46), (f"{one.events} 条，{words.size_word(one.bytes)}", "$ink-2")) for one in files]
        if files:
            verified = all(one.verified for one in files)
            word = "可以拔出U盘了" if verified else "请安全弹出，再插上核对"
            lines += [blank(), split(["  ", (word, "bold $primary")], [("读回来核对过  " if verified else "写上了，还没能从盘上读回来  ", "bold")], ground="entry-on")]
            self.say(f"{word}。", f"{len(files)} 个文件，等村里收下。", "done" if verified else "look")
        else:
            lines = [line("  ", ("没有要回传的，都送到了。", "$ink-2"))]
            self.say("没有要回传的。")
        self.query_one("#summary", Paint).show((blank(), head("写好了" if files else "回传", f"{len(files)} 个文件" if files else "")))
        self.rows.show(lines, keep=False)

    def rail(self) -> Sequence[Line]:
        return [line(("回传", "bold")), line(), *rail_block("写什么", "签收单、受理、退回、决定。"), *rail_block("给谁", "一台电脑一个文件，别的电脑打不开。"),
                *rail_block("带不到", "下一次会接着写，一条不少。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "写到这里"), ("上下", "选盘"), ("Tab", "下一格"), ("F2", "队列"), ("F3", "收件"), ("Esc", "返回"))

    def go_here(self, place: str) -> bool:
        return place == "send"
