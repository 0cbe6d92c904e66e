"""报送: one page, one Enter. Takes in what lies on the stick, writes what is owed, copies the workspace, verifies, and says when to pull it out.

Rules kept here
- nothing here says that something was done at the other end: 已导出，待签收 until a receipt came home;
- 可以拔出U盘了 stands only after the copy was read back and the backup opened;
- before enrolment the page asks for the county's file and the twenty digits read out by the county instead;
- long work runs in a thread; keys pressed meanwhile start nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input

from xieli_tui.casework import drives, exchange, push, setup
from xieli_tui.casework.drives import DriveRow
from xieli_tui.casework.push import Receiver
from xieli_tui.casework.views import ExportResult, ImportOutcome, PushResult, SyncStatus
from xieli_tui.errors import NotFound, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, row, split, wrap
from xieli_tui.ui.widgets.row_list import RowList

FOLDER = "folder"
COUNTS = (
    ("visit.recorded", "走访"), ("flag.raised", "困难"), ("application.started", "申请"), ("application.handed_over", "转交"), ("decision.told", "告知"),
    ("fact.corrected", "更正"), ("person.added", "人"), ("household.opened", "户"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """One press of Enter: what came in, what went out, the copy that was checked."""

    came: tuple[ImportOutcome, ...]
    out: ExportResult | None
    at: str

    @property
    def verified(self) -> bool:
        """Was every file read back from the device itself? Where the system kept its own copy between, only pulling out and plugging in again tells."""
        return self.out is None or all(file.verified for file in self.out.files)

    @property
    def word(self) -> str:
        if not self.verified:
            return "请安全弹出，再插上核对"
        return "可以拔出U盘了" if self.out is None or not self.out.backup_failed else "盘上写好了，备份没有做成"


class SendPage(Page):
    """The village's 报送."""

    NAME = "报送"
    CSS_PATH = "send.tcss"
    GUIDE = Help(
        "插上U盘，按 Enter。先收下盘上带回来的，再导出、备份、读回来核对，全做完才说可以拔。",
        (("Enter", "导出备份"), ("上下", "选盘"), ("Tab", "文件夹"), ("F2", "今日"), ("Esc", "返回")),
        (("签收", "镇里和县里各有一张。签收只说数据包到了，不说事情办成了。"), ("导出之后", "这台登记电脑上一条不少，可以再导一次。"),
         ("没有U盘", "按 Tab，写一个文件夹；县里有网上收件处的，Ctrl+G 打 65 写上地址。"), ("还没登记", "先把登记码交给县里，拿到登记文件再来。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.status: SyncStatus | None = None
        self.round: Round | None = None
        self.busy = False
        self.clashes = ""
        """Whose files hold two values of one thing."""
        self.enrolled = True
        self.drive_rows: list[DriveRow] = []
        self.receiver = Receiver()
        self.handed: PushResult | None = None

    def body(self) -> ComposeResult:
        self.enrolled = bool(self.xapp.session.profile.net)
        yield Paint((head("U盘" if self.enrolled else "登记这台电脑", "插上就认"), *self.air()), id="drive-head")
        if not self.enrolled:
            yield Paint(self._code_lines, id="code")
            yield FormRow(Field("登记文件", HanInput(id="grant", hint="县里给的文件在哪里"), width=64))
            yield FormRow(Field("核对码", HanInput(id="digits", fold=True, hint="县里念的 20 位"), width=30, after="  Enter 登记"))
        self.rows = RowList(self._draw, (), key=lambda item: item.path if isinstance(item, DriveRow) else "net", id="drives")
        yield self.rows
        self.folder = HanInput(str(self.xapp.stick or ""), id="folder", hint="也可以写一个文件夹")
        yield FormRow(Field("文件夹", self.folder, width=64), id="folder-row", classes="tight")
        yield Paint(lambda _width: self._done_lines(), id="done")
        yield Paint(lambda _width: self._receipts(), id="receipts")

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.display = self.query_one("#folder-row").display = self.enrolled
        if not self.enrolled:
            self.query_one("#grant").focus()
            self.say("还没有登记，不能报送。", "走访、登记照常用，都在这台电脑里。", "look")
        elif self.rows.items:
            self.rows.focus()
        else:
            self.folder.focus()
        self.set_interval(2.0, self._look_again)

    def reload(self) -> None:
        self.receiver = self.attempt(lambda: push.receiver(self.xapp.session)) or Receiver()
        self.rows.show(())
        self.status = self.attempt(lambda: exchange.status(self.xapp.session))
        if self.status is not None and self.status.conflicts:
            heads = list(dict.fromkeys(one.where for one in self.attempt(lambda: exchange.conflicts(self.xapp.session)) or () if one.where))
            self.clashes = "、".join(heads[:3]) + ("等 " if len(heads) > 3 else " ") if heads else ""
        self._look_again()
        if self.status is not None and not self._said[0] and self.enrolled:
            waiting = self.status.unconfirmed
            self.say(f"{waiting} 条县里还没签收。" if waiting else "都签收了。", "插上U盘，按 Enter。")

    def _look_again(self) -> None:
        """Plugging in is seen by itself."""
        if not self.enrolled or self.busy:
            return
        found = drives.drives()
        if found != self.drive_rows or not self.rows.items:
            self.drive_rows = found
            shown: list[DriveRow | Receiver] = [*found, *([self.receiver] if self.receiver.url else [])]
            self.rows.show(shown)
            self.rows.show_empty((line("  ", ("没有看到U盘。插上就认；也可以在下面写一个文件夹。", "$ink-2")),))
            self.rows.styles.height = max(1, min(4, len(shown)))

    def refresh_body(self) -> None:
        self.query_one("#done", Paint).show(lambda _width: self._done_lines())
        self.query_one("#receipts", Paint).show(lambda _width: self._receipts())

    # -- drawing ----------------------------------------------------------------------------------
    def _code_lines(self, _width: int) -> list[Line]:
        code = setup.device_code(self.xapp.session)
        pieces = words.code_lines(code.code)
        return [line("  ", cell("登记码", 10, "$ink-2"), (pieces[0], "bold")), *[line(" " * 12, (piece, "bold")) for piece in pieces[1:]],
                line("  ", cell("给县里念", 10, "$ink-2"), (code.fingerprint, "bold $primary")), blank()]

    def _draw(self, item: DriveRow | Receiver, on: bool) -> Sequence[Line]:
        if isinstance(item, Receiver):
            return (row(cell("从网上", 18, "bold"), cell(item.place, 39, "bold" if on else ""), ("县里的收件处", "$ink-2"), on=on),)
        note = "写保护，写不进去" if not item.writable else "太满，放不下" if item.full else f"有 {item.waiting} 个数据包" if item.waiting else ""
        return (row(cell(item.path, 18, "bold"), cell(item.label, 16, "bold" if on else ""), cell(words.size_word(item.total), 10, "$ink-2"),
                    cell(f"空 {words.size_word(item.free)}", 13, "$ink-2"), (note, "$warning" if item.full or not item.writable else "$ink-2"), on=on),)

    def _done_lines(self) -> list[Line]:
        if not self.enrolled:
            return []
        one = self.round
        if self.handed is not None:
            return [blank(), *self._handed_lines(self.handed)]
        if one is None:
            return [blank(), *self._going()]
        out: list[Line] = [blank()]
        known = [came for came in one.came if came.status == "duplicate"]
        if len(known) > 1:  # a stick that goes to and fro carries the same files for months
            out.append(line("  ", ("已收", "$success"), "  ", cell("带回来的", 10), (f"{len(known)} 个以前收过", "$ink-2")))
        for came in one.came:
            if len(known) > 1 and came.status == "duplicate":
                continue
            good = came.status in ("imported", "duplicate")
            what = "签收单收下了" if came.status == "imported" else came.what
            detail = f"签收 {came.receipts} 张  镇、县办了 {came.rulings} 步" if came.status == "imported" else "" if good else came.code
            out.append(line("  ", ("已收" if good else "! 没收", "$success" if good else "bold $error"), "  ", cell("带回来的", 10), cell(what, 28, "$ink-2"), (detail, "$ink-2")))
            if not good and words.next_step(came.code):
                out.append(line(" " * 18, (words.next_step(came.code), "$ink-2")))
        if one.out is None or not one.out.files:
            out.append(line("  ", ("没有要导出的", "$ink-2"), "，县里都签收了。"))
        files = one.out.files if one.out else ()
        said = sum(one.out.counts.values()) if one.out else 0
        for file in files:
            # the file also carries the lines the machine wrote by itself; two numbers without a word would make her count again
            many = f"{said} 条，连开锁记录 {file.events} 条" if len(files) == 1 and said != file.events else f"{file.events} 条"
            many = "以前的回传，还给上面" if file.echo else many
            out.append(line("  ", ("已办", "$success"), "  ", cell("导出", 8), cell(f"{many}，{words.size_word(file.bytes)}", 38, "$ink-2"), (f"核对码 {file.check_code}", "$ink-2")))
        if files:
            if one.out is not None and one.out.backup_failed:
                out.append(line("  ", ("! 没成", "bold $error"), cell("备份", 8), (one.out.backup_failed, "$ink-2")))
            else:
                out.append(line("  ", ("已办", "$success"), "  ", cell("备份", 8), cell("整本一份，打开看过", 38, "$ink-2"), (one.at, "$ink-2")))
            if one.out is not None and one.out.carried_copy:
                out.append(line("  ", ("已办", "$success"), "  ", cell("U盘备份", 8), cell("放了一份，找回口令时才打得开", 38, "$ink-2"), (one.at, "$ink-2")))
            elif one.out is not None and one.out.no_copy:
                told = wrap(one.out.no_copy, MAIN - 20)
                out += [line("  ", ("没放" if not at else "    ", "$warning"), "  ", cell("" if at else "U盘备份", 8), (piece, "$ink-2")) for at, piece in enumerate(told)]
            if one.verified:
                out.append(line("  ", ("已办", "$success"), "  ", cell("核对", 8), cell("读回来一遍，一字不差", 38, "$ink-2"), (one.at, "$ink-2")))
            else:
                out.append(line("  ", ("待办", "bold $warning"), "  ", cell("核对", 8), ("写上了，还没能从盘上读回来", "bold")))
        right = "已导出，待签收" if files else ""
        out += [blank(), split(["  ", (one.word, "bold $primary")], [(right + "  ", "bold")], ground="entry-on"), blank()]
        return out

    def _handed_lines(self, done: PushResult) -> list[Line]:
        """What a receiver took: it is no receipt."""
        out = [line("  ", ("已交", "$success"), "  ", cell("收件处", 10), cell(f"{one.events} 条，{words.size_word(one.bytes)}", 36, "$ink-2"), (f"核对码 {one.check_code}", "$ink-2")) for one in done.files]
        if done.backup_failed:
            out.append(line("  ", ("! 没成", "bold $error"), cell("备份", 8), (done.backup_failed, "$ink-2")))
        word = "已交到收件处" if done.files else "没有新的要交"
        return [*out, blank(), split(["  ", (word, "bold $primary")], [("已导出，待签收  " if done.pending_unconfirmed else "", "bold")], ground="entry-on"), blank()]

    def _going(self) -> list[Line]:
        status = self.status
        if status is None:
            return []
        told = [line("! " if not at else "  ", (piece, "$warning")) for note in status.notes for at, piece in enumerate(wrap(note, MAIN - 4))]
        return [*told, *([blank()] if told else []), line("  ", ("这次带走", "bold"), (f"  {status.unconfirmed} 条县里没签收的" if status.unconfirmed else "  没有新的", "$ink-2")), blank()]

    def _receipts(self) -> list[Line]:
        status = self.status
        if status is None or not self.enrolled:
            return []
        day = self.xapp.today()
        out = [head("签收单", "没回来的不算到"), *self.air(),
               line("  ", cell("数据包", 14, "$ink-3"), cell("导出", 9, "$ink-3"), cell("条数", 8, "$ink-3"), cell("镇", 20, "$ink-3"), ("县", "$ink-3"))]
        for code, on_, events, township, county in status.bundles[: 5 if self.tall else 3]:
            out.append(line("  ", cell(code, 14), cell(words.short_day(on_, day), 9, "$ink-2"), cell(str(events), 8, "$ink-2"),
                            cell(township, 20, "$ink-3" if township == exchange.EXPORTED else ""), (county, "$ink-3" if county == exchange.EXPORTED else "")))
        if not status.bundles:
            out.append(line("  ", ("还没有导出过。", "$ink-2")))
        if status.conflicts:
            out += [blank(), line(("! ", "bold $warning"), (f"两处写的不一样  {status.conflicts} 处", "bold $warning"), (f"  在{self.clashes}户档里看", "$ink-2"))]
        return out

    def rail(self) -> Sequence[Line]:
        out = [line(("一个键，三件事", "bold")), line(), *rail_block("Enter", "导出、备份、读回核对。全做完才说可以拔。"),
               *rail_block("签收怎么算", "镇里和县里各有一张。签收只说数据包到了，不说事情办成了。")]
        if self.round is not None and self.round.out is not None and self.round.out.counts:
            named = dict(COUNTS)
            out += rail_block("这次带走", "  ".join(f"{named[kind]} {count}" for kind, count in self.round.out.counts.items() if kind in named))
        return [*out, *rail_block("导出之后", "这台登记电脑上一条不少，可以再导一次。")]

    def foot(self) -> Sequence[Key]:
        act = "再做一次" if self.round else "导出备份" if self.enrolled else "登记"
        return (("Enter", act), ("上下", "选盘" if self.enrolled else "选"), ("Tab", "下一格"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def go_here(self, place: str) -> bool:
        return place == "send"

    # -- the one key ------------------------------------------------------------------------------
    @on(RowList.Chosen, "#drives")
    def _drive(self, event: RowList.Chosen) -> None:
        if isinstance(event.item, Receiver):
            self.start_push(event.item)
        else:
            self.start(Path(event.item.path))

    @on(Input.Submitted, "#folder")
    def _folder(self) -> None:
        typed = self.folder.value.strip()
        if typed:
            self.start(Path(typed).expanduser())
        elif self.drive_rows:
            self.rows.focus()
        else:
            self.say("插上U盘，或者写一个文件夹。", "", "look")

    def start_push(self, where: Receiver) -> None:
        """Hand in over the network; in a thread."""
        if self.busy:
            return
        self.busy = True
        self.round, self.handed = None, None
        self.query_one("#folder-row", FormRow).right()
        self.redraw()
        self.say(f"正在交到 {where.place}，别关机。")
        self._push(where)

    @work(thread=True, exclusive=True, exit_on_error=False, group="road")
    def _push(self, where: Receiver) -> None:
        session, app = self.xapp.session, self.app
        try:
            done = push.push(session, where.url, ca=Path(where.ca).expanduser() if where.ca else None)
        except XieliError as error:
            app.call_from_thread(self._failed, error)
            return
        app.call_from_thread(self._handed_in, done)

    def _handed_in(self, done: PushResult) -> None:
        self.busy = False
        self.status = self.attempt(lambda: exchange.status(self.xapp.session))
        self.handed = done
        self.redraw()
        if done.files:
            self.say(f"{len(done.files)} 个数据包交到收件处了。", f"还有 {done.pending_unconfirmed} 条等县里签收。", "done")
        else:
            self.say("没有新的要交。", f"{done.pending_unconfirmed} 条等县里签收。" if done.pending_unconfirmed else "都签收了。")

    def start(self, target: Path) -> None:
        """Take in, export, back up, verify; in a thread."""
        if self.busy:
            return
        self.busy = True
        self.round, self.handed = None, None
        self.query_one("#folder-row", FormRow).right()
        self.redraw()
        self.say("正在办，别拔U盘。")
        self._work(target)

    @work(thread=True, exclusive=True, exit_on_error=False, group="road")
    def _work(self, target: Path) -> None:
        session, app = self.xapp.session, self.app
        try:
            if not target.exists():
                raise NotFound("XL-F05")
            came = tuple(exchange.take_in(session, [target])) if target.is_dir() else ()
            out = exchange.export(session, target)
            done = Round(came, out, f"{session.clock.now():%H:%M}")
        except XieliError as error:
            app.call_from_thread(self._failed, error)
            return
        app.call_from_thread(self._finished, done)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        self.query_one("#folder-row", FormRow).wrong(f"{error.what}。{error.next_step}。")
        self.say("没有做完，什么都没有少。", error.code, "wrong")

    def _finished(self, done: Round) -> None:
        self.busy = False
        self.round = done
        self.status = self.attempt(lambda: exchange.status(self.xapp.session))
        self.redraw()
        decided = sum(one.rulings for one in done.came)
        tone = "done" if done.verified else "look"
        if decided:
            self.say(f"{done.word}。", f"镇、县办了 {decided} 步，要告诉家里的 F2 今日里有。", tone)
        else:
            self.say(f"{done.word}。", "已导出，待签收。" if done.out and done.out.files else "", tone)

    # -- enrolment --------------------------------------------------------------------------------
    @on(Input.Submitted, "#grant")
    def _grant_named(self) -> None:
        self.query_one("#digits").focus()

    @on(Input.Submitted, "#digits")
    def _enrol(self) -> None:
        path = Path(self.query_one("#grant", HanInput).value.strip()).expanduser()
        digits = self.query_one("#digits", HanInput).value.strip()
        found: Any = self.attempt(lambda: setup.enrol(self.xapp.session, path, digits))
        if found is not None:
            self.xapp.pop_screen()
            fresh = SendPage()
            self.xapp.open(fresh)
            fresh.say_after("登记好了，可以报送了。")

    def say_after(self, text: str) -> None:
        """Say once the page stands."""
        self.call_after_refresh(lambda: self.say(text, "", "done"))
