"""停用一台电脑: which one, up to which entry it is believed, and why; asked twice (design 04).

Rules kept here
- the cut stands there in words before anything is saved, and again in the question before it is;
- nothing is deleted by it: what comes later is held back and can be released one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import revocation
from xieli_tui.errors import Refused
from xieli_tui.ui.screens.base import Help
from xieli_tui.ui.screens.desk_form import KEYS, DeskForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, head, line, say, wrap


class StopPage(DeskForm):
    """One computer stopped. `key` = its id."""

    NAME = "停用一台电脑"
    FORM = "desk.stop"
    NEEDED: ClassVar[tuple[str, ...]] = ("sure", "reason")
    FIELDS: ClassVar[dict[str, str]] = {"last_good": "last"}
    QUIET = "丢了、坏了、不该再用的，停用。"
    AFTER = "要告诉那台电脑，在回传里点名写给它。"
    GUIDE = Help(
        "丢了、坏了、不该再用的电脑，在这里停用。停用以后它写的照样收下，不起作用，看过的可以逐条放行。", KEYS,
        (("最后一条好的", "不写就是县里签收到的那一条。知道哪天丢的，按报送记录写是第几条。"), ("不会丢", "以前写的照样算数，一条不少。"), ("停错了", "告诉信息人员撤销，撤销以后都照旧。"), ("镇里的", "停了镇里的电脑，各村不再发给它。")),
    )

    def body(self) -> ComposeResult:
        yield Paint((), id="cut")
        yield FormRow(Field("最后一条好的", self.text("last", fold=True, hint="不写就是县里签收到的"), width=24, room=13))
        yield FormRow(Field("停用吗", self.choice("sure", (("no", "不停用"), ("yes", "停用")), gap=2), room=13, needed=True))
        yield FormRow(Field("为什么", self.text("reason", hint="如 电脑丢了"), width=61, room=13, needed=True))

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def changed(self) -> None:
        self._show()

    def _show(self) -> None:
        """The cut in words, as it stands with what is typed now."""
        try:
            found = revocation.look(self.xapp.session, self.key, self.value("last") or None)
        except Refused as refused:
            lines = [line("  ", (refused.what, "$warning"))]
            called = ""
        else:
            called = found.called
            lines = [line("  ", (piece, "")) for text in found.words for piece in wrap(text, MAIN - 4)]
        self.subject = called
        self.query_one("#cut", Paint).show((head("停用以后", called), *self.air(), *lines, blank()))

    def rail(self) -> Sequence[Line]:
        return [line(("停用", "bold")), line(), *say("以前写的照样算数。以后来的照样收下，不起作用，可以逐条放行。")]

    def store(self) -> Saved:
        if self.value("sure") != "yes":
            raise Refused("XL-V08", "选的是不停用，没有停", field="sure")
        last = self.value("last") or None
        found = revocation.look(self.xapp.session, self.key, last)
        self.sure("stop", f"真的停用 {found.called}？{found.words[0]}", "没错，再按一次 Ctrl+S。")
        done = revocation.revoke(self.xapp.session, self.key, last, self.value("reason"))
        return Saved(done.dev, 0, "revoked", more={"words": done.words, "called": done.called})

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已停用 {result.more['called']}。", self.AFTER, "done")
