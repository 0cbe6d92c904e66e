"""来电查询: the sentence to read to a caller, in large lines; nothing else on the page, nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from xieli_tui.casework import phone_answer
from xieli_tui.casework.phone_answer import Answer
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, head, line, rail_block, say, wrap
from xieli_tui.ui.widgets.row_list import RowList


class CallPage(Page):
    """What to say about one family."""

    NAME = "来电查询"
    GUIDE = Help("有人打电话来问，照着念。办到哪一步，在谁手里，从哪天起，下一步是什么，还能问谁。", (("F4", "走访"), ("F6", "协助申请"), ("Esc", "返回")),
                 (("先问是谁", "只说给本人和家里人。"), ("没报送的", "还在这台电脑上的，会照实说，先去报送。")))

    def __init__(self, household: str) -> None:
        super().__init__()
        self.household = household
        self.answer: Answer | None = None

    def body(self) -> ComposeResult:
        self.rows = RowList(lambda item, _on: (item,), (), chosen=lambda _item: False, id="answer")
        yield self.rows

    def reload(self) -> None:
        self.answer = self.attempt(lambda: phone_answer.answer(self.xapp.session, self.household))
        if self.answer is None:
            return
        self.subject = f"{self.answer.head}家"
        items: list[Line] = [head("照着念", "先问清是本人还是家里人"), blank()]
        for place, sentence in enumerate(self.answer.said):
            pieces = wrap(sentence, MAIN - 4)
            items += [line("  ", (piece, "bold" if not place else "")) for piece in pieces] + [blank()]
        if self.answer.phone:
            items += [line("  ", piece) for piece in wrap(self.answer.phone, MAIN - 4)]
        self.rows.show(items)
        self.rows.focus()
        self.stand(f"{len(self.answer.said)} 件，一件一句。" if self.answer.asked else "没有在办的。")

    def rail(self) -> Sequence[Line]:
        return [*rail_block("先问是谁", "只说给本人和家里人。"), *rail_block("没有办完的", "说到哪一步就是哪一步，不猜日子。"), *say("金额没有决定以前不说。", "$ink-2")]

    def foot(self) -> Sequence[Key]:
        return (("上下", "看"), ("F4", "走访"), ("F6", "申请"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.household
