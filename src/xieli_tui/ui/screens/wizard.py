"""首次使用: who works here and whose machine it is, a passphrase, the code to carry to the county. Three steps on one page.

Rules kept here
- a passphrase of sixteen digits in four groups is offered: no input method, no letters; what her own may be is `domain.passphrase`, as at every door;
- it is typed twice, so a slip of the finger never locks a village out;
- the enrolment code is shown and laid down as a file; it holds no name and no village.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input

from xieli_tui.domain import passphrase
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import TURN_HELP, Help, Key, Page
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, Part, blank, head, label, line, rail_block

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.setup import InitResult

STEPS = ("who", "pass", "code")
CODE_FILE = "登记码.txt"
PICTURE_FILE = "登记码.png"


class WizardPage(Page):
    """First use of a workspace."""

    NAME = "首次使用"
    OUTSIDE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *TURN_HELP,
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("enter", "next", show=False),
    ]
    GUIDE = Help(
        "第一次打开，先说清楚这台电脑是谁用的，再定口令，最后把登记码交给县里。",
        (("Tab", "下一格"), ("Ctrl+S", "下一步"), ("Esc", "上一步")),
        (("口令", "照抄程序给的 16 位数字最省事。抄在纸上，不要和电脑放在一起。"), ("登记码", "县里用它登记这台电脑。里面没有姓名，也没有资料。"),
         ("换了电脑", "旧电脑的U盘上有备份的，不要新建：退出，运行 xieli backup restore，后面写U盘的位置。"),
         ("想先练练", "退出，运行 xieli practice：虚构的村，十分钟走一遍。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        self.offered = passphrase.offer(os.urandom)
        self.made: InitResult | None = None
        self.opened: Session | None = None
        self.busy = False

    def body(self) -> ComposeResult:
        with ContentSwitcher(initial="who", id="steps"):
            with Vertical(id="who"):
                yield Paint((head("这台电脑", "第 1 步，共 3 步"),))
                yield self._row(Field("用在", Choice((("village", "村(社区)"), ("township", "镇(街道)")), chosen=("village",), id="role")))
                yield self._row(Field("区划代码", HanInput(fold=True, id="region"), width=20, after="  村 12 位，镇 9 位", needed=True))
                yield self._row(Field("名称", HanInput(id="place"), width=34, after="  例如 上坪村", needed=True))
                yield self._row(Field("您的姓名", HanInput(id="operator"), width=20, needed=True))
                yield self._row(Field("电脑是", Choice((("office", "公家配发"), ("private", "私人")), chosen=("office",), id="owner")))
            with Vertical(id="pass"):
                yield Paint((
                    head("口令", "第 2 步，共 3 步"), blank(), label("给您备好", (self.offered, "bold $primary")), blank(),
                    line("  ", ("照抄这 16 位数字最省事，不用输入法。请先抄在纸上。", "$ink-2")),
                    line("  ", ("也可以自己定：英文字母、数字、符号，至少 12 个。", "$ink-3")), blank(),
                ))
                yield self._row(Field("口令", HanInput(secret=True, id="passphrase"), width=34))
                yield self._row(Field("再输一遍", HanInput(secret=True, id="again"), width=34))
            with Vertical(id="code"):
                yield Paint((), id="code-text")
                yield self._row(Field("存到", HanInput(str(Path.home()), id="folder"), width=50))

    def _row(self, *fields: Field) -> FormRow:
        return FormRow(*fields)

    def entry(self, name: str) -> HanInput:
        return self.query_one(f"#{name}", HanInput)

    def on_mount(self) -> None:
        super().on_mount()
        self._turn(0)

    def title_right(self) -> list[Part]:
        return [("还没有资料", "$ink-2")]

    def foot(self) -> Sequence[Key]:
        last = self.step == 2
        return (("Tab", "下一格"), ("Ctrl+S", "存登记码" if last else "下一步"), ("Enter", "开始用" if last else "下一步"), ("F1", "帮助"),
                ("Ctrl+Q", "退出"), ("Esc", "上一步"))

    def rail(self) -> Sequence[Line]:
        return [line(("三步", "bold")), line(), *rail_block("一", "这台电脑谁用"), *rail_block("二", "定口令"), *rail_block("三", "登记码交给县里"),
                *rail_block("没登记以前", "走访、登记都能用，只是还不能报送。")]

    # -- steps ------------------------------------------------------------------------------------
    def _turn(self, step: int) -> None:
        self.step = step
        self.query_one(ContentSwitcher).current = STEPS[step]
        first: Widget = (self.entry("region"), self.entry("passphrase"), self.entry("folder"))[step]
        first.focus()
        self.redraw()

    def back(self) -> None:
        if self.helping:
            super().back()
        elif self.step == 1:
            self._turn(0)
        else:
            self.say("退出按 Ctrl+Q。")

    def action_next(self) -> None:
        if self.step == 2:
            self._begin()
        else:
            self.save()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if self.step == 2:
            self._begin()
        elif event.input.id in ("operator", "again"):
            self.save()
        else:
            self.app.action_focus_next()

    def save(self) -> None:
        for row in self.query(FormRow):
            row.right()
        try:
            (self._who, self._passphrase, self._lay_code)[self.step]()
        except XieliError as error:
            self._refuse(error)

    def _refuse(self, error: XieliError) -> None:
        found: Any = self.query(f"#{error.field}") if error.field else ()
        node: Any = found.first() if found else None
        if node is None:
            self.complain(error)
            return
        node.focus()
        while not isinstance(node, FormRow):
            node = node.parent
        node.wrong(f"{error.what}。{error.next_step}。")
        self.say(error.code, "", "wrong")

    def _who(self) -> None:
        region = self.entry("region").value.strip()
        village = self.query_one("#role", Choice).value == "village"
        if len(region) != (12 if village else 9) or not (region.isascii() and region.isdigit()):
            raise Refused("XL-V05" if village else "XL-V12", field="region")
        for name in ("place", "operator"):
            if not self.entry(name).value.strip():
                raise Refused("XL-V06", field=name)
        self._turn(1)

    def _passphrase(self) -> None:
        typed, again = self.entry("passphrase").value, self.entry("again").value
        passphrase.check_passphrase(typed)
        if not passphrase.same(typed, again):
            self.entry("again").value = ""
            raise Refused("XL-V11", "两遍不一样", field="again")
        if not self.busy:
            self.busy = True
            self.say("正在建工作区，约几秒。")
            self._make(typed)

    @work(thread=True, exclusive=True, exit_on_error=False, group="make")
    def _make(self, typed: str) -> None:
        app = self.xapp
        app.ready.wait()
        try:
            if app.load_error is not None:
                raise XieliError("XL-X01")
            from xieli_tui.casework.session import open_session
            from xieli_tui.casework.setup import InitVillage, init_village

            role = self.query_one("#role", Choice).value
            region = self.entry("region").value.strip()
            request = InitVillage(
                villages=(region,) if role == "village" else (), village_name=self.entry("place").value.strip(),
                operator=self.entry("operator").value.strip(), owner=self.query_one("#owner", Choice).value, role=role,
                area=region if role == "township" else None, kdf=app.kdf,
            )
            made = init_village(app.workspace, request, typed, clock=app.clock)
            session = open_session(app.workspace, typed, clock=app.clock, where="app")
        except XieliError as error:
            app.call_from_thread(self._not_made, error)
            return
        app.call_from_thread(self._made, made, session)

    def _not_made(self, error: XieliError) -> None:
        self.busy = False
        self._refuse(error)

    def _made(self, made: InitResult, session: Session) -> None:
        self.made, self.opened, self.busy = made, session, False
        self.entry("passphrase").value = self.entry("again").value = ""
        pieces = words.code_lines(made.enrol_code)
        self.query_one("#code-text", Paint).show((
            head("登记码", "第 3 步，共 3 步"), blank(), line("  ", ("工作区建好了。把登记码交给县里，县里登记以后才能报送。", "")), blank(),
            label("登记码", (pieces[0], "bold")), *[line(" " * 12, (piece, "bold")) for piece in pieces[1:]], blank(),
            label("核对码", (made.fingerprint, "bold $primary")), line(" " * 12, ("20 位，交登记码时当面念给县里核对。", "$ink-3")), blank(),
        ))
        self._turn(2)
        self.say("工作区建好了。", "Ctrl+S 存登记码，Enter 开始用。", "done")

    def _lay_code(self) -> None:
        assert self.made is not None
        target = Path(self.entry("folder").value.strip()).expanduser()
        if target.is_file():
            raise Refused("XL-F07", field="folder")
        if not target.is_dir():
            raise Refused("XL-F05", field="folder")
        from xieli_tui.casework.setup import DeviceCode, save_code, save_code_picture

        code = DeviceCode(self.made.enrol_code, self.made.fingerprint)
        try:
            save_code(code, target / CODE_FILE)
            save_code_picture(code, target / PICTURE_FILE)
        except XieliError as error:
            raise Refused(error.code, field="folder") from None
        self.say(f"登记码存好了：{CODE_FILE}和二维码。", "Enter 开始用。", "done")

    def _begin(self) -> None:
        opened, self.opened = self.opened, None
        if opened is not None:
            for field in self.query(HanInput):
                field.value = ""  # this page stays at the bottom of the stack: nothing typed or offered here may stay with it
            for painted in self.query(Paint):
                painted.show(())
            self.offered = ""
            self.xapp.unlocked(opened)
