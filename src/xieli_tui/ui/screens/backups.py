"""备份: which copies lie in the workspace, make one, open one and check it.

Rules kept here
- a copy counts only after it was opened and checked; when that was last done stands beside it;
- long work runs in a thread; keys pressed meanwhile start nothing twice;
- restoring begins with a look at what would be missing, on a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import on, work
from textual.app import ComposeResult

from xieli_tui.casework import backup
from xieli_tui.casework.backup import BackupRow
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Offer, Page
from xieli_tui.ui.screens.restore import RestorePage
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say
from xieli_tui.ui.widgets.row_list import RowList


class BackupsPage(Page):
    """The copies of this workspace."""

    NAME = "备份"
    GUIDE = Help(
        "整本资料的备份，加密，和这台电脑一个口令。报送一次就备一次，每天头一次打开也备一次，最近 7 份都留着。",
        (("Ctrl+S", "做一份"), ("上下", "选"), ("Enter", "核对这份"), ("Ctrl+R", "恢复到这份，先看一看"), ("Esc", "返回")),
        (("核对", "真的打开来，一页一页看过，才算核对过。"), ("放到U盘", "报送时一起写到U盘，按 F9。那一份没有口令，要两名找回人员才打得开。"),
         ("要恢复", "选一份，按 Ctrl+R，先看会少什么，再决定。电脑打不开了，用 xieli doctor 看，用 xieli backup restore 恢复。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.busy = False

    def body(self) -> ComposeResult:
        yield Paint((head("备份", "留最近 7 份"), *self.air(),
                     line("  ", cell("哪天", 14, "$ink-3"), cell("几点", 8, "$ink-3"), cell("大小", 12, "$ink-3"), ("核对过没有", "$ink-3"))))
        self.rows = RowList(self._draw, (), key=lambda item: item.name, id="backups")
        self.rows.styles.height = 8
        yield self.rows
        yield Paint((
            blank(), head("要知道的"), *say("备份和原件在一台电脑里，电脑坏了就都没了。报送时写到U盘的那一份，放在柜子里。", "$ink-2", 74, "  "),
            *say("要恢复，选一份按 Ctrl+R，先看会少什么。拿不准，先打县里电话。", "$ink-2", 74, "  "),
        ))

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.focus()

    def reload(self) -> None:
        found = self.attempt(lambda: backup.list_copies(self.xapp.session)) or []
        self.rows.show(found)
        self.rows.show_empty((line("  ", ("还没有备份。Ctrl+S 做一份。", "$ink-2")),))
        self.stand(f"{len(found)} 份备份。" if found else "还没有备份。", "Ctrl+S 做一份，Enter 核对一份。")

    def _draw(self, item: BackupRow, on_: bool) -> Sequence[Line]:
        if not item.checked:
            said, style = "没有核对过", "$ink-2"
        elif item.good:
            said, style = f"核对过  {item.checked[5:16].replace('T', ' ')}", ""
        else:
            said, style = f"! 打不开  {item.checked[5:16].replace('T', ' ')}", "bold $error"
        return (row(cell(item.made[:10], 14, "bold" if on_ else ""), cell(item.made[11:16], 8, "$ink-2"), cell(words.size_word(item.bytes), 12, "$ink-2"),
                    cell(said, 24, style), cell("Enter 核对", 12, "bold $primary" if on_ else "$ink-3"), on=on_),)

    def rail(self) -> Sequence[Line]:
        return [line(("备份", "bold")), line(), *rail_block("什么时候做", "每次报送、每天头一次打开，自动做一份。今天要紧的事办完了，也可以 Ctrl+S 做一份。"),
                *rail_block("谁打得开", "和这台电脑一个口令，别的电脑没有钥匙打不开。")]

    def foot(self) -> Sequence[Key]:
        return (("Ctrl+S", "做一份"), ("上下", "选"), ("Enter", "核对这份"), ("Ctrl+R", "恢复"), ("F1", "帮助"), ("Esc", "返回"))

    def commands(self) -> Sequence[Offer]:
        return (("做一份备份", "做好就打开核对", lambda _app: self.save(), "Ctrl+S"), ("从这份备份恢复", "先看会少什么", lambda _app: self.uncover(), "Ctrl+R"))

    def uncover(self) -> bool:
        """Ctrl+R: look at what restoring the chosen copy would mean."""
        chosen = self.rows.item
        if self.busy or chosen is None:
            self.say("正在做，等一等。" if self.busy else "还没有备份，没有可恢复的。")
        else:
            self.xapp.open(RestorePage(chosen.name))
        return True

    def go_here(self, place: str) -> bool:
        return place == "backups"

    # -- work -------------------------------------------------------------------------------------
    def save(self) -> None:
        self._begin("正在做备份，做好就核对。", lambda: backup.create(self.xapp.session), "备份做好了，打开核对过。")

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        name = event.item.name
        self._begin("正在核对，稍等。", lambda: backup.verify(self.xapp.session, name), "核对过，打得开。")

    def _begin(self, said: str, call: Callable[[], Any], done: str) -> None:
        if self.busy:
            return
        self.busy = True
        self.say(said)
        self._work(call, done)

    @work(thread=True, exclusive=True, exit_on_error=False, group="backup")
    def _work(self, call: Callable[[], Any], done: str) -> None:
        try:
            call()
        except XieliError as error:
            self.app.call_from_thread(self._ended, None, error)
            return
        self.app.call_from_thread(self._ended, done, None)

    def _ended(self, done: str | None, error: XieliError | None) -> None:
        self.busy = False
        self.reload()
        if error is not None:
            self.complain(error)
        elif done is not None:
            self.say(done, "", "done")
