"""找回演练: a year's rehearsal. The same walk as a real recovery, and nothing is changed by it.

Rules kept here
- who would help stands there by name, and when it was tried last;
- the 20 digits are read out as in earnest; two answers are compared with the key that is open, and only the day is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from xieli_tui.casework import recovery
from xieli_tui.casework.recovery import Asked, Drilled, Standing
from xieli_tui.errors import Refused
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.forgotten import digits_lines
from xieli_tui.ui.screens.quiet_form import QuietForm, found_stick
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, head, label, line, rail_block, say


class DrillPage(QuietForm):
    """Rehearsing the recovery of this computer."""

    NAME = "找回演练"
    GUIDE = Help(
        "忘了口令时两名找回人员能帮您换一个。这里照真的走一遍，看走不走得通，什么都不改。",
        (("Ctrl+S", "做这一步"), ("Ctrl+N", "重做申请"), ("Tab", "下一格"), ("Esc", "返回")),
        (("怎么走", "申请存到U盘，交到县里，20 位数字亲口念给他们，拿两份答复回来。"), ("一年一次", "县里定了找回人员先走一遍，以后一年一遍。"), ("走不通", "打电话给县里。资料都在，口令照旧。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.how: Standing | None = None

    def body(self) -> ComposeResult:
        yield Paint((), id="how")
        yield FormRow(Field("U盘", self.text("out", found_stick(self.xapp), hint="U盘上的文件夹"), width=60, needed=True))
        yield Paint((), id="next")

    def reload(self) -> None:
        self.how = self.attempt(lambda: recovery.look(self.xapp.session))
        if self.how is not None:
            self.stand(*self._standing_words(self.how))

    @staticmethod
    def _standing_words(how: Standing) -> tuple[str, str]:
        if not how.ready:
            return "这台电脑还不能找回。", "县里定了找回人员、收下回传以后就能了。"
        return ("申请做好了，等两份答复。", "拿回来插上U盘，按 Ctrl+S。") if how.waiting else ("Ctrl+S 做一份演练申请。", "")

    def refresh_body(self) -> None:
        how = self.how
        if how is None:
            return
        who = "、".join(how.officers) or "还没有定"
        self.query_one("#how", Paint).show((
            head("找回演练", "什么都不改"), *self.air(), label("找回人员", (who, "bold" if how.ready else "$warning")),
            label("上次演练", (how.drilled or ("没有演练过" if how.ready else "还不能找回"), "" if how.drilled else "$ink-2")),
            *(label("县里答复", (f"{how.answered[0][0]} {'、'.join(who for day, who, *_rest in how.answered if day == how.answered[0][0])}{'，演练' if how.answered[0][2] else '。不是您做的，马上打县里电话'}", ""))
              for _ in how.answered[:1]), blank(),
        ))
        told = (head("念给两名找回人员听"), *digits_lines(how.waiting), *say("拿两份答复回来，放在上面的文件夹里，按 Ctrl+S。", "$ink-2", 72, "  ")) if how.waiting else ()
        self.query_one("#next", Paint).show((blank(), *told))

    def rail(self) -> Sequence[Line]:
        return [line(("找回演练", "bold")), line(), *rail_block("一", "申请存到U盘，交到县里"), *rail_block("二", "20 位数字亲口念给他们"), *rail_block("三", "两份答复拿回来，对一对"), *rail_block("不改", "口令、资料都照旧。")]

    def foot(self) -> Sequence[Key]:
        waits = self.how is not None and self.how.waiting
        return (("Ctrl+S", "对答复" if waits else "做申请"), ("Ctrl+N", "重做申请"), ("Tab", "下一格"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def store(self) -> None:
        folder = self.place("out")
        if not folder.is_dir():
            raise Refused("XL-F05", field="out")
        if self.how is not None and self.how.waiting:
            session = self.xapp.session
            self.begin("对答复", lambda: recovery.end_drill(session, recovery.find_drill_answers(session, folder)), self._ended_well)
        else:
            self._ask()

    def fresh(self) -> None:
        if self.busy or self.how is None or not self.how.waiting:
            self.say("还没有申请，按 Ctrl+S 做一份。")
        elif not self.answered("again"):
            self.ask("again", "重做一份申请，以前的答复就没有用了？再按一次 Ctrl+N。")
        else:
            try:
                self._ask()
            except Refused as error:
                self.refused(error)

    def _ask(self) -> None:
        folder, session = self.place("out"), self.xapp.session
        self.begin("做申请", lambda: recovery.start_drill(session, folder), self._have_asked)

    def _have_asked(self, made: Asked) -> None:
        self.reload()
        self.redraw()
        self.say("演练申请存好了，交到县里。", f"这台电脑 {made.dev[:4].upper()} {made.dev[4:8].upper()}", "done")

    def _ended_well(self, done: Drilled) -> None:
        self.xapp.back("演练通过，忘了口令找得回来。", f"{done.on} 记下了，什么都没有改。", "done")
