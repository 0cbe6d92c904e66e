"""找回口令: before the lock, without a passphrase. A request onto the stick, 20 digits to read out, two answers, a new passphrase.

Rules kept here
- the 20 digits stand alone, apart, large enough to be read out; a request made before is shown again, and goes on;
- what two answers opened is held in memory for a quarter of an hour at most, and forgotten when the page is left;
- nothing of the workspace is shown before the new passphrase opened it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from xieli_tui.casework import recovery
from xieli_tui.domain import passphrase
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.quiet_form import QuietForm, found_stick
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, Part, blank, head, label, line, rail_block, say

if TYPE_CHECKING:
    from xieli_tui.casework.recovery import Asked, Joined, Recovered

STEPS = ("ask", "wait", "new")
HELD_SECONDS = 15 * 60


def digits_lines(fingerprint: str) -> list[Line]:
    """Twenty digits to be read out: every digit apart, every group apart."""
    groups = fingerprint.split()
    return [blank(), line("    ", ("     ".join(" ".join(group) for group in groups[:3]), "bold $primary")), blank(),
            line("    ", ("     ".join(" ".join(group) for group in groups[3:]), "bold $primary")), blank()]


class ForgottenPage(QuietForm):
    """A forgotten passphrase, in three steps."""

    NAME = "找回口令"
    OUTSIDE = True
    GUIDE = Help(
        "忘了口令，用不着旧口令。做一份申请存到U盘，两名找回人员各答复一次，回来定一个新口令。",
        (("Ctrl+S", "做这一步"), ("Tab", "下一格"), ("Ctrl+N", "另做一份申请"), ("Esc", "上一步")),
        (("20 位数字", "亲口念给找回人员听，他们核对过才答复。不要让别人替您念。"), ("最后一份", "只有最后做的那一份申请有用，重做了以前的答复就作废。"),
         ("不会丢", "记录、草稿、没报送的都在，一条不少。旧口令从此打不开。"), ("电脑丢过", "被人拿过、找回来的电脑，先打电话给县里，不要做找回。"), ("以前的备份", "还用做备份那天的口令开。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        self.digits = ""
        self.joined: Joined | None = None
        self.offered = passphrase.offer(os.urandom)
        self.other: Choice | None = None

    def body(self) -> ComposeResult:
        stick = found_stick(self.xapp)
        with ContentSwitcher(initial="ask", id="steps"):
            with Vertical(id="ask"):
                yield Paint((
                    head("做一份申请", "第 1 步，共 3 步"), blank(),
                    *say("先给县里打电话，说忘了口令。申请存到U盘，交到县里；U盘上没有姓名，也没有资料。", "$ink-2", 72, "  "), blank(),
                ))
                yield FormRow(Field("存到", self.text("out", stick, hint="U盘上的文件夹"), width=60, needed=True))
            with Vertical(id="wait"):
                yield Paint((), id="digits")
                yield FormRow(Field("答复在", self.text("folder", stick, hint="U盘上的文件夹"), width=60, needed=True))
                yield Paint((blank(), *say("两名找回人员各给一份答复，拷在U盘上，插回来，按 Ctrl+S。", "$ink-2", 72, "  ")), id="wait-foot")
            with Vertical(id="new"):
                yield Paint((), id="offer")
                who = Vertical(id="who")
                who.styles.height = "auto"
                yield who
                yield FormRow(Field("新口令", self.secret("passphrase"), width=34, needed=True))
                yield FormRow(Field("再输一遍", self.secret("again"), width=34, needed=True))

    def on_mount(self) -> None:
        super().on_mount()
        self.digits = recovery.waiting(self.xapp.workspace)
        self._turn(1 if self.digits else 0)
        if self.digits:
            self.say("上一次做的申请还等着答复。", "Ctrl+N 另做一份，这一份就作废。")

    def title_right(self) -> list[Part]:
        return [(self.xapp.banner, "bold $warning")] if self.xapp.banner else []

    def refresh_body(self) -> None:
        self.query_one("#digits", Paint).show((head("念给两名找回人员听", "第 2 步，共 3 步"), *(digits_lines(self.digits) if self.digits else ())))
        self.query_one("#offer", Paint).show((
            head("定一个新口令", "第 3 步，共 3 步"), blank(), label("给您备好", (self.offered, "bold $primary"), ("   Ctrl+N 换一组", "$ink-3")), *self.air(),
            line("  ", ("照抄这 16 位数字最省事，先抄在纸上。也可以自己定，至少 12 个。", "$ink-2")), blank(),
        ))

    def rail(self) -> Sequence[Line]:
        return [line(("找回口令", "bold")), line(), *rail_block("一", "申请存到U盘"), *rail_block("二", "念 20 位数字，收两份答复"), *rail_block("三", "定新口令"),
                *rail_block("不会丢", "记录、草稿、没报送的都在。")]

    def foot(self) -> Sequence[Key]:
        what = ("做申请", "收答复", "换口令")[self.step]
        again = ("Ctrl+N", "换一组" if self.step == 2 else "另做一份") if self.step else ("Enter", "做申请")
        return (("Tab", "下一格"), ("Ctrl+S", what), again, ("F1", "帮助"), ("Ctrl+Q", "退出"), ("Esc", "上一步" if self.step == 2 else "返回"))

    def _turn(self, step: int) -> None:
        self.step = step
        self.query_one(ContentSwitcher).current = STEPS[step]
        self.entries[("out", "folder", "passphrase")[step]].focus()
        self.redraw()

    def back(self) -> None:
        if self.helping:
            super().back()
        elif self.busy:
            self.say("正在做，做完再走。")
        elif self.step == 2:
            self._forget()
            self._turn(1)
        else:
            self.xapp.back()

    def leave(self) -> None:
        super().leave()
        self._forget()

    def _forget(self) -> None:
        joined, self.joined = self.joined, None
        if joined is not None:
            joined.forget()

    def fresh(self) -> None:
        if self.busy:
            return
        if self.step == 1:
            self._turn(0)
            self.say("另做一份，以前那一份的答复就没有用了。", "不做了按 Esc。", "look")
        elif self.step == 2:
            self.offered = passphrase.offer(os.urandom)
            self.redraw()
            self.say("换了一组数字。")

    # -- steps ------------------------------------------------------------------------------------
    def store(self) -> None:
        (self._ask, self._join, self._finish)[self.step]()

    def _ask(self) -> None:
        out = self.place("out")
        if not out.is_dir():
            raise Refused("XL-F05", field="out")
        self.begin("做申请", lambda: recovery.request(self.xapp.workspace, out), self._have_asked)

    def _have_asked(self, made: Asked) -> None:
        self.digits = made.fingerprint
        self.entries["folder"].value = self.value("out")
        self._turn(1)
        self.say("申请存好了，交到县里。", f"这台电脑 {made.dev[:4].upper()} {made.dev[4:8].upper()}", "done")

    def _join(self) -> None:
        folder = self.place("folder")
        if not folder.is_dir():
            raise Refused("XL-F05", field="folder")
        space = self.xapp.workspace
        self.begin("收答复", lambda: recovery.join(space, recovery.find_answers(space, folder), clock=self.xapp.clock), self._have_joined)

    def _have_joined(self, joined: Joined) -> None:
        self._forget()
        self.joined = joined
        who = self.query_one("#who", Vertical)
        who.remove_children()
        self.other = None
        if len(joined.operators) > 1:
            self.other = Choice(tuple((one.operator, one.name) for one in joined.operators), gap=2, id="operator")
            who.mount(FormRow(Field("给谁定", self.other, needed=True)))
        self.set_timer(HELD_SECONDS, self._too_long)
        self._turn(2)
        self.say("两份答复对上了。", "定一个新口令。", "done")

    def _too_long(self) -> None:
        if self.step == 2 and not self.busy:
            self._forget()
            self._turn(1)
            self.say("隔得久了，再收一次答复。", "", "look")

    def _finish(self) -> None:
        self.need("passphrase", "again")
        typed = self.entries["passphrase"].value
        passphrase.check_passphrase(typed)
        if not passphrase.same(typed, self.entries["again"].value):
            self.entries["again"].value = ""
            raise Refused("XL-V11", "两遍不一样", field="again")
        joined = self.joined
        assert joined is not None
        operator = self.other.value if self.other is not None else None
        if self.other is not None and not operator:
            raise Refused("XL-V06", "给谁定", field="operator")
        strength: Literal["auto", "floor"] = "floor" if self.xapp.kdf == "floor" else "auto"
        self.joined = None  # used up by the verb, whatever comes of it
        self.begin("换口令，换整本资料的钥匙", lambda: recovery.finish(joined, typed, operator, kdf=strength, clock=self.xapp.clock), self._have_finished)

    def refused(self, error: XieliError) -> None:
        if self.step == 2 and self.joined is None:
            self._turn(1)  # what was joined is gone with the try: the answers are on the stick still
        super().refused(error)

    def _have_finished(self, done: Recovered) -> None:
        held, self.xapp.held = self.xapp.held, None
        if held is not None:
            held.forget()
        others = f"{'、'.join(done.others)}要重新给口令。" if done.others else "记录、草稿都在。"
        self.xapp.back("口令换好了，用新的打开。", others, "done")

    def lost(self, made: object) -> None:
        if isinstance(made, recovery.Joined):
            made.forget()
