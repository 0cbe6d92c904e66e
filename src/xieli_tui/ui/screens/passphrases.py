"""操作员和口令: who may open this computer; one's own passphrase changed, one given to somebody, one taken back.

Rules kept here
- a passphrase stands on no page in clear but the one the program offers, and in no draft: these pages are no forms with drafts, and what was typed is gone
  when they are left;
- sixteen digits are offered before anything is typed; Ctrl+N offers others;
- stretching takes about a second: it is done in a thread, and what came of it is said wherever she is by then;
- taking a passphrase back is asked once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from xieli_tui.casework import passphrases
from xieli_tui.casework.own_standing import OLD_KEYS
from xieli_tui.casework.passphrases import AddOperator, Worker
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import TURN_HELP, Help, Key, Page
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, label, line, rail_block, row, say

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

HAN = "输入法开着，口令里进了汉字。按 Shift 换成英文，再输一遍。"


class WorkersPage(ListPage):
    """Everybody of this computer."""

    NAME = "操作员和口令"
    WAYS = (("1", "改口令", "改您自己的口令"), ("2", "加一名", "加一名操作员，各人自己的口令"), ("3", "给口令", "选中的人忘了口令，给他一个新的"), ("4", "收回", "选中的人不在这里干了，收回他的口令"))
    GUIDE = Help(
        "谁能打开这台电脑，各人自己的口令。谁写的，记录里写着谁。",
        (("1", "改口令"), ("2", "加一名"), ("3", "给口令"), ("4", "收回"), ("上下", "选"), ("Esc", "返回")),
        (("改口令", "资料一个字都不动，只换开锁的口令。在这台电脑上恢复备份，也用新的。"), ("忘了口令", "同一台电脑上别的人能开，就请他在这里给您一个新的。都打不开了，打县里电话。"),
         ("收回", "收回以后就打不开了，写过的都在，还是他写的。自己的口令不能自己收回。"), ("旧钥匙文件", "有人把旧的钥匙文件放回来了，或者从备份里拿回来过。核对名单，再改一次口令。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.operator

    def sections(self) -> Sequence[Section]:
        found = passphrases.listed(self.xapp.session)
        self.old_keys = found.old_keys
        here, left = [one for one in found.operators if not one.ended], [one for one in found.operators if one.ended]
        return (
            Section(f"能打开这台电脑的  {len(here)} 名", here, "各人自己的口令", "没有。", line("  ", cell("号", 6, "$ink-3"), cell("姓名", 14, "$ink-3"), cell("职务", 20, "$ink-3"), cell("从哪天", 12, "$ink-3"), ("口令", "$ink-3"))),
            Section("收回了的", left),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return ("旧钥匙文件，请核对名单。", "没有不认识的，按 1 改一次口令。") if self.old_keys else ("1 改口令，2 加一名。", "选中一个人，3 给口令，4 收回。")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        if item.ended:
            state = (f"{words.short_day(item.ended, self.xapp.today())} 止{'，口令还在' if item.passphrase else ''}", "$warning" if item.passphrase else "$ink-3")
        else:
            state = ("还没有口令", "$warning") if not item.passphrase else ("现在是您", "bold") if item.current else ("有", "$ink-2")
        since = words.short_day(item.since, self.xapp.today()) if item.since else ""
        return (row(cell(item.operator, 6, "$ink-3"), cell(item.name or "没有名字", 14, "bold" if on else ""), cell(item.post, 20, "$ink-2"), cell(since, 12, "$ink-2"), cell(state[0], 22, state[1]), on=on),)

    def chosen(self, item: Any) -> None:
        self.way(1 if item.current else 3)

    def way(self, digit: int) -> None:
        if digit == 1:
            self.xapp.open(OwnPassphrasePage())
        elif digit == 2:
            self.xapp.open(GivePassphrasePage())
        else:
            chosen = self.rows.item
            if not isinstance(chosen, Worker):
                self.say("先选一个人。")
            elif digit == 3:
                self.xapp.open(OwnPassphrasePage() if chosen.current else GivePassphrasePage(chosen))
            else:
                self._take(chosen)

    def _take(self, chosen: Worker) -> None:
        what = f"take:{chosen.operator}"
        if not chosen.current and not self.answered(what):
            self.ask(what, f"收回 {chosen.operator} 号 {chosen.name} 的口令？再按一次 4。".replace("  ", " "), "收回以后打不开，写过的都在。")
            return
        done = self.attempt(lambda: passphrases.remove(self.xapp.session, chosen.operator))
        if done is not None:
            self.reload()
            self.say(f"已保存(第{done.seq}条)", passphrases.left_open(done.left) or f"{done.name}的口令收回了。", "done")

    def rail(self) -> Sequence[Line]:
        return [line(("操作员和口令", "bold")), line(), *rail_block("各人自己的", "谁写的，记录里写着谁。口令不要合用。"), *rail_block("忘了口令", "别的人能开，请他按 3 给一个新的。都打不开了，打县里电话。"),
                *([*rail_block("旧钥匙文件", OLD_KEYS)] if self.old_keys else [])]

    def foot(self) -> Sequence[Key]:
        return (("1", "改口令"), ("2", "加一名"), ("3", "给口令"), ("4", "收回"), ("F1", "帮助"), ("Esc", "返回"))


class _SecretPage(Page):
    """Entries that are never kept: what is typed here goes to one verb, or nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *TURN_HELP,
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("enter", "app.focus_next", show=False),
        Binding("ctrl+n", "app.fresh", show=False, priority=True),
    ]
    DOING: ClassVar[str] = ""
    QUIET: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self.offered = ""
        self.busy = False
        self.entries: dict[str, HanInput] = {}

    # -- the page ---------------------------------------------------------------------------------
    def secret(self, name: str) -> HanInput:
        """An entry drawn as stars."""
        self.entries[name] = HanInput(secret=True, id=name)
        return self.entries[name]

    def plain(self, name: str, value: str = "") -> HanInput:
        """An entry of a word."""
        self.entries[name] = HanInput(value, id=name)
        return self.entries[name]

    def offer_lines(self) -> list[Line]:
        self.offered = self.offered or passphrases.offer(self.xapp.session.rand)
        return [
            label("给您备好", (self.offered, "bold $primary"), ("   Ctrl+N 换一组", "$ink-3")), *self.air(),
            line("  ", ("照抄这 16 位数字最省事，不用输入法。请先抄在纸上，不要和电脑放在一起。", "$ink-2")),
            line("  ", ("也可以自己定：英文字母、数字、符号，至少 12 个。", "$ink-3")), blank(),
        ]

    def on_mount(self) -> None:
        super().on_mount()
        next(iter(self.entries.values())).focus()
        self.greet(self.QUIET)

    def refresh_body(self) -> None:
        self.query_one("#offer", Paint).show(self.offer_lines())

    def fresh(self) -> None:
        if not self.busy:
            self.offered = ""
            self.redraw()
            self.say("换了一组数字。")

    def foot(self) -> Sequence[Key]:
        return (("Tab", "下一格"), ("上下", "换格"), ("Ctrl+S", "保存"), ("Ctrl+N", "换一组"), ("F1", "帮助"), ("Esc", "返回"))

    def leave(self) -> None:
        """What was typed is gone; so is the offer, which she took or did not."""
        for entry in self.entries.values():
            entry.value = ""

    # -- typing -----------------------------------------------------------------------------------
    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        at: Any = event.input
        if at.password:
            if any(ord(char) > 126 for char in unicodedata.normalize("NFKC", event.value)):
                self.row_of(at).wrong(HAN)
            elif event.value:
                self.row_of(at).right()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if event.input is list(self.entries.values())[-1]:
            self.save()
        else:
            self.app.action_focus_next()

    @staticmethod
    def row_of(entry: Any) -> FormRow:
        """The row an entry stands in."""
        while not isinstance(entry, FormRow):
            entry = entry.parent
        return entry

    # -- saving -----------------------------------------------------------------------------------
    def store(self, session: Session, typed: dict[str, str]) -> tuple[str, str]:
        """Call the verb; the status line and the quiet sentence behind it. Raises XieliError."""
        raise NotImplementedError

    def done(self) -> None:
        """It is saved."""

    def save(self) -> None:
        for one in self.query(FormRow):
            one.right()
        typed = {name: entry.value for name, entry in self.entries.items()}
        try:
            for name, value in typed.items():
                if not value.strip() and name != "post":
                    raise Refused("XL-V06", field=name)
            if not passphrases.same(typed["passphrase"], typed["again"]):
                self.entries["again"].value = ""
                raise Refused("XL-V11", "两遍不一样", field="again")
        except XieliError as error:
            self.refused(error)
            return
        if not self.busy:
            self.busy = True
            self.say(f"正在{self.DOING}，约几秒。")
            self._store(self.xapp.session, typed)

    @work(thread=True, exclusive=True, exit_on_error=False, group="passphrase")
    def _store(self, session: Session, typed: dict[str, str]) -> None:
        try:
            said = self.store(session, typed)
        except XieliError as error:
            self.app.call_from_thread(self._ended, error, ("", ""))
            return
        self.app.call_from_thread(self._ended, None, said)

    def _ended(self, error: XieliError | None, said: tuple[str, str]) -> None:
        """It came to its end, maybe after she locked the desk or went on to another page: the word is for the page in front."""
        self.busy = False
        if error is None:
            self.done()
        if self.is_attached and self.app.screen is self:
            if error is None:
                self.xapp.back(*said, "done")
            else:
                self.refused(error)
        elif self.xapp.page is not None:
            if error is None:
                self.xapp.page.say(*said, "done")
            else:
                self.xapp.page.complain(error)

    def refused(self, error: XieliError) -> None:
        """The error under its own field."""
        entry = self.entries.get(error.field or "")
        if entry is None:
            self.complain(error)
            return
        entry.focus()
        self.row_of(entry).wrong(f"{error.what}。{error.next_step}。")
        self.say("还没有存。", error.code, "wrong")


class OwnPassphrasePage(_SecretPage):
    """One's own passphrase changed."""

    NAME = "改口令"
    DOING = "换口令"
    QUIET = "先输现在的口令，再输新的两遍。"
    GUIDE = Help(
        "改您自己的口令：先输现在的，再输新的两遍。资料一个字都不动。",
        (("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "换一组"), ("Esc", "返回")),
        (("备好的数字", "照抄 16 位数字最省事。抄在纸上，放在锁着的抽屉里。"), ("自己定", "英文字母、数字、键盘上的符号，至少 12 个。汉字不行，解锁时打不进去。"), ("短码", "改了口令，短码就不能用了，要用再到设置里设。"),
         ("做过的备份", "在这台电脑上恢复，用新口令。单独拿到别处，要用做它那天的口令。")),
    )

    def body(self) -> ComposeResult:
        yield Paint((head("改口令", "改您自己的"), *self.air()))
        yield Paint(self.offer_lines(), id="offer")
        yield FormRow(Field("现在口令", self.secret("old"), width=34, needed=True))
        yield FormRow(Field("新口令", self.secret("passphrase"), width=34, needed=True))
        yield FormRow(Field("再输一遍", self.secret("again"), width=34, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("改口令", "bold")), line(), *say("资料一个字都不动，只换开锁的口令。"), line(), *rail_block("做过的备份", "在这台电脑上恢复，用新口令。")]

    def store(self, session: Session, typed: dict[str, str]) -> tuple[str, str]:
        done = passphrases.change(session, typed["old"], typed["passphrase"], kdf=self.xapp.kdf)
        return "口令换好了，下次用新的。", passphrases.left_open(done.left) or ("旧的开不了了。短码要用再设。" if self.xapp.held is not None else "旧的开不了了。")

    def done(self) -> None:
        held, self.xapp.held = self.xapp.held, None
        if held is not None:
            held.forget()
        self.xapp.opened_at = self.xapp.steady.now()


class GivePassphrasePage(_SecretPage):
    """A passphrase for somebody else: new here, or known already."""

    NAME = "给口令"
    DOING = "给口令"
    QUIET = "请本人自己输两遍，您转过身去。"
    GUIDE = Help(
        "给别的人一个口令：新来的写姓名，原来就有的换一个新的。请本人自己输。",
        (("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "换一组"), ("Esc", "返回")),
        (("请本人输", "口令只让本人知道，您转过身去。"), ("备好的数字", "照抄 16 位数字最省事。抄在纸上，不要和电脑放在一起。"), ("原来的口令", "换了新的，原来的就开不了了。"), ("会记下来", "谁给的、给了谁，记在这台电脑的记录里。")),
    )

    def __init__(self, worker: Worker | None = None) -> None:
        super().__init__()
        self.worker = worker
        self.subject = f"{worker.operator} 号 {worker.name}" if worker is not None else ""

    def body(self) -> ComposeResult:
        yield Paint((head("给口令" if self.worker is not None else "加一名操作员", "请本人自己输"), *self.air()))
        yield Paint(self.offer_lines(), id="offer")
        if self.worker is None:
            yield FormRow(Field("姓名", self.plain("name"), width=20, needed=True), Field("职务", self.plain("post"), width=24, room=6, before=2))
        yield FormRow(Field("新口令", self.secret("passphrase"), width=34, needed=True))
        yield FormRow(Field("再输一遍", self.secret("again"), width=34, needed=True))

    def rail(self) -> Sequence[Line]:
        return [line(("给口令", "bold")), line(), *say("口令只让本人知道。请本人自己输两遍。"), line(), *rail_block("会记下来", "谁给的、给了谁，记在这台电脑的记录里。")]

    def store(self, session: Session, typed: dict[str, str]) -> tuple[str, str]:
        request = AddOperator(typed.get("name", ""), self.worker.operator if self.worker is not None else "", typed.get("post") or None, self.xapp.kdf)
        done = passphrases.add(session, request, typed["passphrase"])
        said = f"{done.name}换了新口令，旧的开不了了。" if done.replaced else f"{done.name}可以用自己的口令打开了。"
        return f"已保存(第{done.seq}条)", passphrases.left_open(done.left) or said
