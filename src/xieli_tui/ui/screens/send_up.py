"""报送县里: a township's own entries and the bundles of its villages onto one stick, for the county (design 09).

Rules kept here
- what goes is this desk's own bundle and, byte for byte, what the villages handed in; the county signs for each;
- 已导出，待签收 until the county's return says so; what it signed for is not carried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import work

from xieli_tui.casework import exchange
from xieli_tui.casework.views import ExportResult, SyncStatus
from xieli_tui.errors import NotFound, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.inbox import FolderPage
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, split, wrap


class SendUpPage(FolderPage):
    """A township's way up."""

    NAME = "报送县里"
    GUIDE = Help(
        "镇里写的、各村交来的，一起写到U盘带给县里。县里签收以后，带回来的在收件里收。",
        (("Enter", "写到这里"), ("上下", "选盘"), ("Tab", "下一格"), ("F3", "收件"), ("F9", "回传"), ("Esc", "返回")),
        (("各村的", "原样带上去，镇里改不了。县里签收了就不再带。"), ("签收", "只说数据包到了，不说事情办成了。"), ("没带到", "下一次会接着带，一条不少。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.status: SyncStatus | None = None

    def on_mount(self) -> None:
        if self._mounted:
            return
        super().on_mount()
        self._waiting()
        self.greet("插上U盘，按 Enter 写给县里的。")

    def _waiting(self) -> None:
        """What waits, and what the county signed for."""
        self.status = self.attempt(lambda: exchange.status(self.xapp.session))
        status = self.status
        if status is None:
            return
        day = self.xapp.today()
        self.query_one("#summary", Paint).show((blank(), head("这次带走", f"镇里 {status.unconfirmed} 条，各村 {status.carried[0]} 个包")))
        lines = [line("  ", cell("数据包", 14, "$ink-3"), cell("导出", 9, "$ink-3"), cell("条数", 8, "$ink-3"), ("县", "$ink-3"))]
        lines += [
            line("  ", cell(code, 14), cell(words.short_day(made, day), 9, "$ink-2"), cell(str(events), 8, "$ink-2"), (county, "$ink-3" if county == exchange.EXPORTED else ""))
            for code, made, events, _, county in status.bundles
        ]
        self.rows.show(lines if status.bundles else [line("  ", ("还没有报送过。", "$ink-2"))], keep=False)

    def start(self, target: Path) -> None:
        if self.begin("正在写，别拔U盘。"):
            self._work(target)

    @work(thread=True, exclusive=True, exit_on_error=False, group="road")
    def _work(self, target: Path) -> None:
        try:
            if not target.exists():
                raise NotFound("XL-F05")
            done = exchange.export(self.xapp.session, target)
        except XieliError as error:
            self.app.call_from_thread(self.failed, error)
            return
        self.app.call_from_thread(self._finished, done)

    def _finished(self, done: ExportResult) -> None:
        self.busy = False
        if not done.files:
            self._waiting()
            self.say("没有要报送的，县里都签收了。")
            return
        lines = [
            line("  ", ("已办", "$success"), "  ", cell("各村的" if one.carried else "还给上面" if one.echo else "镇里的", 10), cell(f"{one.events} 条，{words.size_word(one.bytes)}", 24, "$ink-2"),
                 (f"核对码 {one.check_code}", "$ink-2"))
            for one in done.files
        ]
        if done.backup_failed:
            lines += [line("  ", ("! 没成" if not at else "", "bold $error"), "  ", cell("备份" if not at else "", 10), (piece, "$ink-2")) for at, piece in enumerate(wrap(done.backup_failed, MAIN - 20))]
        else:
            lines.append(line("  ", ("已办", "$success"), "  ", cell("备份", 10), ("整本一份，打开看过", "$ink-2")))
        verified = all(one.verified for one in done.files)
        word = "请安全弹出，再插上核对" if not verified else "盘上写好了，备份没有做成" if done.backup_failed else "可以拔出U盘了"
        lines += [blank(), split(["  ", (word, "bold $primary")], [("已导出，待签收  ", "bold")], ground="entry-on")]
        self.query_one("#summary", Paint).show((blank(), head("写好了", f"{len(done.files)} 个文件")))
        self.rows.show(lines, keep=False)
        self.say(f"{word}。", "已导出，待签收。", "done" if verified and not done.backup_failed else "look")

    def rail(self) -> Sequence[Line]:
        return [line(("报送县里", "bold")), line(), *rail_block("带什么", "镇里写的，各村交来的。"), *rail_block("县里带回来的", "到收件里收，给各村的 F9 回传。"), *rail_block("签收", "只说到了，不说办成了。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "写到这里"), ("上下", "选盘"), ("Tab", "下一格"), ("F3", "收件"), ("F9", "回传"), ("Esc", "返回"))
