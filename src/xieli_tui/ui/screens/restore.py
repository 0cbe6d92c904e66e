"""从备份恢复: what it would mean, in numbers, and then, asked twice, the copy in the place of today's workspace.

Rules kept here
- looking changes nothing; only the second Ctrl+S does;
- the desk locks first: nothing is written while the copy is put in place, and whoever goes on has given the passphrase;
- what went wrong is said at the door, and the old workspace is as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import work
from textual.app import ComposeResult

from xieli_tui import traces
from xieli_tui.casework import restore
from xieli_tui.casework.restore import Look, Restored
from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, say

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.screens.unlock import UnlockScreen

WHY_NOT = {"damaged": "现在这份打不开，没法比。", "other_key": "现在这份的口令不一样，没法比。", "none": "现在没有资料。"}


class RestorePage(Page):
    """One copy, looked at before it is put in place. `name` is its name in the workspace."""

    NAME = "从备份恢复"
    GUIDE = Help(
        "先看这份备份里有什么，比现在少什么。看清了，要恢复按两次 Ctrl+S。",
        (("Ctrl+S", "恢复到这份"), ("F1", "帮助"), ("Esc", "不恢复，返回")),
        (("什么时候用", "资料坏了、记乱了，县里叫恢复的时候。只是写错一条，用更正，不用恢复。"), ("现在这份", "整份留在旁边，协理不会删。"),
         ("没签收的", "备份里没签收的，恢复以后照样报送。"), ("恢复以后", "马上报送一次，把县里的回传收下，县里签收过的会回来。")),
    )

    def __init__(self, name: str) -> None:
        super().__init__()
        self.key = name
        self.seen: Look | None = None
        self.busy = False

    def body(self) -> ComposeResult:
        yield Paint(lambda _width: self._lines(), id="look")

    def on_mount(self) -> None:
        super().on_mount()
        self.say("正在打开这份备份，看一看。")
        self._look()

    def refresh_body(self) -> None:
        self.query_one("#look", Paint).show(lambda _width: self._lines())

    def _lines(self) -> list[Line]:
        seen = self.seen
        if seen is None:
            return [head("这份备份"), blank()]
        out = [head("这份备份", f"{seen.made[:10]} {seen.made[11:16]}"), *self.air(), self._row("记录", f"{seen.events} 条"),
               *([] if seen.kind == "county" else [self._row("没签收", f"{seen.unreceipted} 条，恢复以后照样报送")]), self._row("草稿", f"{seen.drafts} 份"),
               blank(), head("比现在少"), *self.air()]
        if seen.missing is None:
            out += [line("  ", (WHY_NOT[seen.today], "$warning")), blank()]
        elif seen.kind == "county":
            out += [self._row("一共", f"{seen.missing} 条"), self._row("草稿", f"{seen.missing_drafts} 份", "bold $warning" if seen.missing_drafts else ""), blank(),
                    *say("收进来的、发出去过的，恢复以后由各台电脑交回来；别的只在现在这份里。恢复以后先用根密钥重新开通，才能回传。", "$ink-2", 74, "  "), blank()]
        else:
            lost = seen.missing_unreceipted or 0
            out += [self._row("一共", f"{seen.missing} 条"), self._row("会回来", f"{seen.missing - lost} 条，县里签收过，随回传回来"),
                    self._row("回不来", f"{lost} 条，没签收过，只有现在这份里有", "bold $warning" if lost else ""),
                    self._row("草稿", f"{seen.missing_drafts} 份", "bold $warning" if seen.missing_drafts else ""), blank()]
        return [*out, *say("现在这份整份留在旁边，不删。恢复以后要重新输口令打开，再报送一次。", "$ink-2", 74, "  ")]

    def _row(self, name: str, text: str, style: str = "") -> Line:
        return line("  ", cell(name, 10, "$ink-2"), (text, style))

    def rail(self) -> Sequence[Line]:
        return [line(("从备份恢复", "bold")), line(), *rail_block("先看", "现在什么都没有动。"), *rail_block("再恢复", "按两次 Ctrl+S。先锁屏，再换上这份。"),
                *rail_block("有回不来的", "先报送一次，等县里签收，再来恢复，就都回得来。")]

    def foot(self) -> Sequence[Key]:
        return (("Ctrl+S", "恢复到这份"), ("F9", "报送"), ("F2", "今日"), ("F3", "住户"), ("F1", "帮助"), ("Esc", "不恢复"))

    # -- work -------------------------------------------------------------------------------------
    @work(thread=True, exclusive=True, exit_on_error=False, group="look")
    def _look(self) -> None:
        session = self.xapp.session
        try:
            seen = restore.look(session.workspace, self.key, session=session, clock=self.xapp.clock)
        except XieliError as error:
            self.app.call_from_thread(self.complain, error)
            return
        self.app.call_from_thread(self._looked, seen)

    def _looked(self, seen: Look) -> None:
        self.seen = seen
        self.redraw()
        self.say("还没有动任何东西。", "要恢复按 Ctrl+S，不恢复按 Esc。")

    def save(self) -> None:
        seen = self.seen
        if seen is None or self.busy:
            return
        if not self.answered("restore"):
            lost = 0 if seen.kind == "county" else seen.missing_unreceipted or 0
            failed = self.xapp.keep_drafts()
            if failed is not None:
                self.ask("restore", f"{failed.code} 有草稿存不下：{failed.what}。", "恢复就没有了。还是要恢复，再按一次 Ctrl+S。")
                return
            self.ask("restore", f"真的恢复到 {seen.made[:10]} 那一份？" + (f"有 {lost} 条回不来。" if lost else ""), "没错，再按一次 Ctrl+S。")
            return
        self.busy = True
        begin(self.xapp, self.key)


def begin(app: XieliApp, name: str) -> None:
    """Lock, put the copy in place behind the door, and say there how it went."""
    held, workspace = restore.keys_held(app.session), app.workspace
    lost = app.lock("正在恢复，请等一等。")
    app.resume = ""
    door = cast("UnlockScreen", app.screen)
    door.opening = True

    def place() -> None:
        try:
            done = restore.restore(workspace, name, held=held, clock=app.clock)
        except XieliError as error:
            app.call_from_thread(failed, error)
        except Exception as error:  # this thread belongs to no page: nobody else would free the door
            traces.note(error)
            app.call_from_thread(failed, XieliError("XL-X01"))
        else:
            app.call_from_thread(restored, done)
        finally:
            held.forget()

    def failed(error: XieliError) -> None:
        door.opening = False
        door.say(f"{error.code} {error.what}，没有恢复，资料没有动。", lost or f"{error.next_step}。", "wrong")

    def restored(done: Restored) -> None:
        door.opening = False
        then = lost + ("输口令打开，再用根密钥重新开通。" if done.kind == "county" else "输口令打开，马上报送一次。")
        door.say(f"已恢复到 {done.made[:10]} {done.made[11:16]} 那一份，原来的整份留着。", then, "done")

    app.run_worker(place, thread=True, exit_on_error=False, group="restore")
