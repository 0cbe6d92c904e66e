"""设置: how this laptop looks and locks, and what it is. Local settings, never events.

Rules kept here
- a theme is taken at once and remembered; minutes and the short code by Ctrl+S;
- the short code is typed twice, held in memory only, and never in a draft: this page is no form with a draft;
- where the files lie is covered until Ctrl+R: the path carries the name of the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from xieli_tui.casework import about, comfort, local_words, shortcode
from xieli_tui.casework.comfort import Comfort
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import terminal
from xieli_tui.ui.screens.base import TURN_HELP, Help, Key, Page
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, blank, head, label, line, rail_block, say

THEMES = (("日间", "日间"), ("夜间", "夜间"), ("素框", "素框"))


class SettingsPage(Page):
    """One page, two halves: what can be set, what is so."""

    NAME = "设置"
    BINDINGS: ClassVar[list[BindingType]] = [
        *TURN_HELP,
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("enter", "app.focus_next", show=False),
        Binding("ctrl+n", "app.fresh", show=False, priority=True),
    ]
    GUIDE = Help(
        "主题一选就换。几分钟锁屏和短码，填好按 Ctrl+S。",
        (("1-3", "换主题"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "操作员和口令"), ("Ctrl+R", "看资料在哪"), ("Esc", "返回")),
        (("短码", "6 位数字，锁屏以后用它开，省得输整个口令。只在这次打开里有效，关了程序要重设；错 5 次或过 12 小时要输整个口令。"),
         ("盖上和锁屏", "没人动键盘，先盖名字，再锁屏。可以改短，不能改长。"), ("素框", "横线对不齐的旧窗口用这个，只用最简单的符号。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.found = Comfort()
        self.path_shown = False

    def body(self) -> ComposeResult:
        self.found = self.attempt(lambda: comfort.load(self.xapp.session)) or Comfort()
        self.theme_choice = Choice(THEMES, chosen=(self.app.theme,), id="theme")
        self.cover_entry = HanInput(str(self.found.cover), fold=True, id="cover")
        self.lock_entry = HanInput(str(self.found.lock), fold=True, id="lock")
        self.code_entry, self.again = HanInput(fold=True, secret=True, id="code"), HanInput(fold=True, secret=True, id="again")
        yield Paint((head("这台电脑", "主题一选就换"),))
        yield FormRow(Field("主题", self.theme_choice), classes="tight")
        yield FormRow(Field("盖上名字", self.cover_entry, width=6, after=" 分钟没动"), Field("锁屏", self.lock_entry, width=6, room=6, before=4, after=" 分钟没动"), classes="tight")
        yield FormRow(Field("短码", self.code_entry, width=10), Field("再输一遍", self.again, width=10, room=10, before=3, after="  6 位，锁屏后用"), classes="tight")
        yield Paint((), id="facts")

    def on_mount(self) -> None:
        super().on_mount()
        self.theme_choice.focus()
        self.greet("主题一选就换，其余按 Ctrl+S 保存。")

    def reload(self) -> None:
        self.facts = [*self._who(), *self._window()]

    def refresh_body(self) -> None:
        self.query_one("#facts", Paint).show(lambda width: [*self.facts, *self._where(width)])

    # -- what is so -------------------------------------------------------------------------------
    def _who(self) -> list[Line]:
        session = self.xapp.session
        profile = session.profile
        code = profile.area if session.role != "village" else "、".join(profile.villages)
        phones = {one.key: one.text for one in self.attempt(lambda: local_words.in_force(session)) or ()}
        phone = about.township_phone(session)
        said = "  ".join(part for part in (phone, f"热线 {phones['hotline']}" if "hotline" in phones else "") if part)
        state = "已登记" if profile.net else "还没登记，先把登记码交给县里"
        kept = self.xapp.held
        short = "设好了，这次打开里有效" if kept is not None and kept.usable(self.xapp.steady.now()) else "没有设"
        return [
            blank(), head("这里是谁"),
            label("操作员", (f"{self.xapp.operator_name}  {about.desk_title(session)}".strip(), ""), ("   Ctrl+N 操作员和口令", "$ink-3")),
            label("地方", (f"{about.place(session)}  {code}", "")),
            label("电话", (said or "县里还没有给出", "" if said else "$ink-2")),
            label("电脑", (f"{'公家配发' if profile.owner == 'office' else '私人'}，{state}", "")),
            label("短码", (short, "$ink-2")),
        ]

    def _window(self) -> list[Line]:
        size = self.app.size
        out = [label("窗口", (f"{size.width} 列 {size.height} 行，{terminal.window()}；{self.app.theme}：{terminal.theme_reason(self.app.theme)}", "$ink-2"))]
        for sentence in terminal.advice():
            pieces = say(sentence, "bold $warning", 62)
            out += [line(" " * 12, *piece.parts) for piece in pieces]
        versions = "  ".join(f"{word} {version}" for word, version in about.versions())
        return [*out, label("版本", (versions, "$ink-2"))]

    def _where(self, _width: int) -> list[Line]:
        if not self.path_shown:
            return [label("资料在", ("盖着，Ctrl+R 看", "$ink-3"))]
        pieces = say(str(self.xapp.workspace.absolute()), width=62)
        return [label("资料在", *pieces[0].parts), *[line(" " * 12, *piece.parts) for piece in pieces[1:]]]

    def uncover(self) -> bool:
        self.path_shown = True
        self.redraw()
        self.say("资料所在的文件夹，显示 20 秒。", "整个文件夹是加密的。")
        self.set_timer(20.0, self._covered)
        return True

    def _covered(self) -> None:
        self.path_shown = False
        self.redraw()

    def rail(self) -> Sequence[Line]:
        return [line(("设置", "bold")), line(), *rail_block("短码", "6 位数字，锁屏以后用。只在这次打开里有效，不写进电脑。错 5 次或过 12 小时，输整个口令。"),
                *rail_block("盖上和锁屏", f"可以改短。锁屏最长 {self.found.longest} 分钟{'，县里定的' if self.found.by_county else ''}。"),
                *rail_block("备份", "按 Ctrl+G，打 bf。")]

    def foot(self) -> Sequence[Key]:
        return (("1-3", "换主题"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+R", "看在哪"), ("F1", "帮助"), ("Esc", "返回"))

    def go_here(self, place: str) -> bool:
        return place == "settings"

    def fresh(self) -> None:
        from xieli_tui.ui.desk_ways import open_list

        open_list("workers")(self.xapp)

    # -- setting ----------------------------------------------------------------------------------
    @on(Choice.Changed, "#theme")
    def _theme(self, event: Choice.Changed) -> None:
        if event.choice.value and event.choice.value != self.app.theme:
            self.xapp.choose_theme(event.choice.value)
            self.reload()
            self.redraw()

    def save(self) -> None:
        for row in self.query(FormRow):
            row.right()
        try:
            self.found = comfort.keep(self.xapp.session, self.cover_entry.value, self.lock_entry.value)
            said = self._keep_code()
        except XieliError as error:
            self._refuse(error)
            return
        self.xapp.guard.settle()
        self.reload()
        self.redraw()
        self.say("已保存。", said, "done")

    def _keep_code(self) -> str:
        """Hold the short code when one was typed; what to say about it."""
        code, again = self.code_entry.value.strip(), self.again.value.strip()
        if not code and not again:
            return ""
        if code != again:
            self.again.value = ""
            raise Refused("XL-V11", "两遍不一样", field="again")
        app = self.xapp
        app.held = shortcode.hold(app.session, code, app.opened_at)
        self.code_entry.value = self.again.value = ""
        return "锁屏以后输 6 位短码就打开。"

    def _refuse(self, error: XieliError) -> None:
        found: Any = self.query(f"#{error.field}") if error.field else ()
        if not found:
            self.complain(error)
            return
        node: Any = found.first()
        node.focus()
        while not isinstance(node, FormRow):
            node = node.parent
        node.wrong(f"{error.what}。{error.next_step}。")
        self.say("还没有存。", error.code, "wrong")

    def leave(self) -> None:
        self.code_entry.value = self.again.value = ""
