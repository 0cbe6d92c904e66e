"""找回口令的人: the officers who help, and one officer's answer to a request (county).

Rules kept here
- which computer asks, who uses it and which number is on file stand there before anything can be answered, out of the register;
- the 20 digits are typed as the person read them out; the file's own are never shown here, so nobody can copy them from one field to the other;
- passphrases of key files are in no draft; taking an officer off the list is asked twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.desk import officers, recovery
from xieli_tui.desk.officers import Officers
from xieli_tui.desk.recovery import Answered
from xieli_tui.domain import passphrase
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.quiet_form import QuietForm, found_stick
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, cell, head, line, rail_block, row, say, wrap


class OfficersPage(ListPage):
    """The officers in force."""

    NAME = "找回口令的人"
    WAYS = (("1", "加一名", "给一名找回人员做一把钥匙"), ("2", "减一名", "光标上的那一名离任了"), ("3", "答复", "有人忘了口令，一名找回人员来答复"))
    GUIDE = Help(
        "哪台电脑忘了口令，两名找回人员一起帮着换一个新的。一个人打不开，县里的电脑也打不开。",
        (("1", "加一名"), ("2", "减一名"), ("3", "答复"), ("上下", "选"), ("Esc", "返回")),
        (("几名", "两名或三名，三名里任何两名都行。各人的钥匙各人保管，不放在一起。"), ("离任", "马上按 2 减掉，再加接任的，回传给各台电脑。没收下的，县里自查会点名。"), ("演练", "一年一次，答复演练也要照真的核对。"),
         ("钥匙丢了", "减掉，再加一次，换一把新的。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.key

    def sections(self) -> Sequence[Section]:
        self.now: Officers = officers.listed(self.xapp.session)
        return (Section(f"在任的  {len(self.now.officers)} 名", self.now.officers, "两名或三名", "还没有。忘了口令就找不回来，按 1 加。"),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return ("有人忘了口令，按 3 答复。", "") if self.now.enough else ("不到两名，还找不回口令。", "按 1 加一名，要用根钥匙文件。")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        return (row(cell(item.name, 20, "bold" if on else ""), cell(f"钥匙 {item.key[:4].upper()} {item.key[4:8].upper()}", 24, "$ink-2"), on=on),)

    def chosen(self, item: Any) -> None:
        self.way(3)

    def way(self, digit: int) -> None:
        if self.xapp.session.role != "county":
            self.say("由县级定、县级答复，这里只看。")
        elif digit == 1:
            self.xapp.open(OfficerAddPage())
        elif digit == 3:
            self.xapp.open(RecoveryAnswerPage())
        elif self.rows.item is None or isinstance(self.rows.item, Line):
            self.say("先把光标移到那一名上。")
        else:
            self._remove(self.rows.item.name)

    def _remove(self, name: str) -> None:
        if not self.answered(f"remove:{name}"):
            self.ask(f"remove:{name}", f"{name}离任了？再按一次 2。", "他的钥匙从此不算。")
            return
        done = self.attempt(lambda: officers.remove(self.xapp.session, name))
        if done is not None:
            self.reload()
            self.say(f"已保存(第{done.seq}条)", "回传以后各台电脑就不认了。" if done.enough else "不到两名了，马上再加一名。", "done" if done.enough else "look")

    def rail(self) -> Sequence[Line]:
        return [line(("找回口令的人", "bold")), line(), *say("两名一起才帮得了，一个人打不开。"), line(), *rail_block("各管各的", "钥匙各人保管，不放在一起。"), *rail_block("离任", "减掉，加接任的，回传。")]

    def foot(self) -> Sequence[Key]:
        return (("1", "加一名"), ("2", "减一名"), ("3", "答复"), ("上下", "选"), ("F1", "帮助"), ("Esc", "返回"))


class OfficerAddPage(QuietForm):
    """One more officer, and his key."""

    NAME = "加一名找回人员"
    GUIDE = Help(
        "给一名找回人员做一把钥匙，存到他自己的U盘，口令由他自己定。要用根钥匙文件作证。",
        (("Ctrl+S", "保存"), ("Tab", "下一格"), ("Esc", "返回")),
        (("钥匙文件", "由他本人保管，不要和别人的放在一起，也不要留在这台电脑上。"), ("口令", "钥匙文件的口令请本人输两遍，您转过身去。"), ("根钥匙", "做完请收好，离线保管。")),
    )

    def body(self) -> ComposeResult:
        yield Paint((head("加一名找回人员", "请本人到场"), *self.air()))
        yield FormRow(Field("姓名", self.text("name"), width=20, needed=True))
        yield FormRow(Field("钥匙存到", self.text("out", found_stick(self.xapp), hint="他自己的U盘"), width=60, needed=True))
        yield FormRow(Field("他的口令", self.secret("secret"), width=30, needed=True))
        yield FormRow(Field("再输一遍", self.secret("again"), width=30, needed=True))
        yield FormRow(Field("根钥匙在", self.text("root", hint="根钥匙文件在哪个文件夹"), width=60, needed=True))
        yield FormRow(Field("根的口令", self.secret("passphrase"), width=30, needed=True))

    def on_mount(self) -> None:
        super().on_mount()
        self.say("口令请他本人输。", "至少 12 个字，或 16 位数字。")

    def rail(self) -> Sequence[Line]:
        return [line(("找回人员", "bold")), line(), *say("钥匙文件存到他自己的U盘，由他保管。"), line(), *rail_block("两名才够", "只有一名还找不回，要再加一名。")]

    def store(self) -> None:
        self.need("name", "secret", "again")
        typed = self.entries["secret"].value
        passphrase.check_passphrase(typed, "secret")
        if not passphrase.same(typed, self.entries["again"].value):
            self.entries["again"].value = ""
            raise Refused("XL-V11", "两遍不一样", field="again")
        name, out, root, session = self.value("name"), self.place("out"), self.place("root"), self.xapp.session
        self.need("passphrase")
        opened = self.entries["passphrase"].value
        self.begin("做钥匙", lambda: officers.add(session, name, out, root, opened, typed), self._made)

    def _made(self, done: Officers) -> None:
        self.xapp.back(f"已保存(第{done.seq}条)，钥匙 {Path(done.file).name}", "回传以后各台电脑就能找回。" if done.enough else "还要再加一名。", "done")


class RecoveryAnswerPage(QuietForm):
    """One officer's answer."""

    NAME = "答复找回"
    NEEDED: ClassVar[tuple[str, ...]] = ("file", "digits", "key", "secret", "out")
    GUIDE = Help(
        "有人忘了口令。先看清是哪台电脑、谁在用，和本人见面或者打登记的电话，请他念 20 位数字，对得上才答复。",
        (("Ctrl+S", "答复"), ("Tab", "下一格"), ("Esc", "返回")),
        (("先核对", "打登记册上的电话，不打找上门的人给的电话。电脑丢过的，先停用，不答复。"), ("20 位数字", "照他念的输。对不上的，文件可能被人换过。"), ("一人一份", "答复只有您这一半，另一名找回人员也答复一份，他才换得了口令。"), ("演练", "演练也照真的核对。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.seen = ""

    def body(self) -> ComposeResult:
        stick = found_stick(self.xapp)
        yield Paint((head("答复找回", "先核对，再答复"),))
        yield FormRow(Field("申请文件", self.text("file", self._found(stick), hint="U盘上的申请"), width=60, needed=True))
        yield Paint((), id="asking")
        yield FormRow(Field("20 位数字", self.text("digits", fold=True, hint="本人念的"), width=30, needed=True))
        yield FormRow(Field("您的钥匙", self.text("key", hint="钥匙文件在哪里"), width=60, needed=True))
        yield FormRow(Field("钥匙口令", self.secret("secret"), width=30, needed=True))
        yield FormRow(Field("答复存到", self.text("out", stick, hint="U盘上的文件夹"), width=60, needed=True))

    @staticmethod
    def _found(stick: str) -> str:
        """The newest request on the stick, offered."""
        try:
            found = sorted(Path(stick).glob("xieli-recovery-request*.json"), key=lambda path: path.stat().st_mtime) if stick else []
        except OSError:
            found = []
        return str(found[-1]) if found else ""

    def on_mount(self) -> None:
        super().on_mount()
        self._look()
        self.say("先核对是谁，再输他念的 20 位数字。")

    def typed(self, name: str) -> None:
        if name == "file":
            self._look()

    def _look(self) -> None:
        """Who asks, as the register knows it."""
        given = self.value("file")
        if given == self.seen and given:
            return
        self.seen = given
        self.query_one("#asking", Paint).show(self._asking(Path(given).expanduser()) if given else ())

    def _asking(self, file: Path) -> list[Line]:
        try:
            found = recovery.look(self.xapp.session, file)
        except XieliError as error:
            return [line(" " * 12, (piece, "bold $warning")) for piece in wrap(f"{error.what}。", MAIN - 14)]
        phone = f"登记的电话 {'、'.join(found.phones)}" if found.phones else "登记册上没有电话，要当面核对"
        said = [
            ("! 停用了的电脑，不能答复。" if found.stopped else f"{'演练  ' if found.drill else ''}{found.called}  电脑 {found.dev[:4].upper()} {found.dev[4:8].upper()}", "bold $error" if found.stopped else "bold"),
            (phone, ""),
            (recovery.FIRST, "$ink-2"),
        ]
        if found.answered:
            said.append((f"答复过的：{'、'.join(found.answered)}", "$ink-2"))
        if len(found.helpers) < officers.FEWEST:
            said.append(("这台电脑还不认得在任的两名找回人员，答复了也打不开。", "$warning"))
        return [line(" " * 12, (piece, style)) for text, style in said for piece in wrap(text, MAIN - 14)]

    def rail(self) -> Sequence[Line]:
        return [line(("先核对", "bold")), line(), *say("和本人见面，或打登记册上的电话，请他念屏幕上的 20 位数字。"), line(), *rail_block("对不上", "不要答复，文件可能被人换过。"), *rail_block("一人一半", "另一名找回人员也要答复一份。")]

    def store(self) -> None:
        self.need(*self.NEEDED)
        session, file, key, out = self.xapp.session, self.place("file"), self.place("key"), self.place("out")
        digits, secret = self.value("digits"), self.entries["secret"].value
        self.begin("答复", lambda: recovery.answer(session, file, key, secret, out, digits, compared=True), self._made)

    def _made(self, done: Answered) -> None:
        self.xapp.back(f"{done.officer}答复了 {done.called}。", f"{Path(done.file).name}，还要另一名答复。", "done")
