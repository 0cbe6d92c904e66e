"""告知政策: the family was told of one or several kinds of aid, and said what they want (M-15; 002:三(二)4, JM-14).

Rules kept here
- 不愿申请 is respected and keeps its reason; 再考虑 is an answer too; nothing follows from either by itself;
- 愿意 leads on to the application, with the same kinds chosen; what was told is not told a second time there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import inform as verb
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.ui.screens.apply import ANSWERS, COMMON
from xieli_tui.ui.screens.base import Help
from xieli_tui.ui.screens.joining import FamilyForm
from xieli_tui.ui.screens.kinds import kinds_of
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, head, line, rail_block


class InformPage(FamilyForm):
    """What a family was told of and answered."""

    NAME = "告知政策"
    FORM = "inform"
    doing = "inform"
    NEEDED = ("answer",)
    FIELDS: ClassVar[Mapping[str, str]] = {"kind": "kinds"}
    QUIET = "告诉家里有这一种，问一声愿不愿意。"
    GUIDE = Help("把能办的告诉家里，记下他们怎么说。愿意的，按 6 接着协助填写。", KEYS,
                 (("不愿申请", "记下原因就好，不劝第二遍。情况变了再告诉。"), ("再考虑", "下次走访再问。"), ("另外的种类", "写名字，几样用顿号分开。")))

    def __init__(self, card: HouseholdCard, kind: str = "") -> None:
        super().__init__(card)
        self.kind = kind

    def body(self) -> ComposeResult:
        listed = [ident for ident, _ in COMMON]
        yield Paint((head("告知政策", "可以选几样"), *self.air()))
        yield FormRow(Field("哪一种", self.choice("kinds", COMMON, multi=True, gap=0, width=64, chosen=(self.kind,) if self.kind in listed else ())))
        yield FormRow(Field("另外", self.text("others", codes.label("kind", self.kind) if self.kind and self.kind not in listed else "", hint="别的种类写名字，用顿号分开"), width=64))
        yield FormRow(Field("告诉了谁", self.choice("person", self.members(), width=64, sole=True)))
        yield FormRow(Field("本人说", self.choice("answer", ANSWERS), needed=True))
        yield FormRow(Field("原因", self.text("reason", hint="不愿申请要写原因"), width=64))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def first_entry(self) -> Widget | None:
        return self.entries["answer" if self.kind else "kinds"]

    def rail(self) -> Sequence[Line]:
        out = [line(("告知过的", "bold")), line()]
        out += [line((f"{kind} {answer}", ""), (f"  {on[5:]}", "$ink-3")) for kind, answer, on in self.card.informed[:6]] or [line(("还没有。", "$ink-2"))]
        return [*out, line(), *rail_block("能不能成", "镇里、县里决定。户档第 9 页有政策提示。")]

    def store(self) -> Saved:
        kinds = kinds_of(self.many("kinds"), self.value("others"))
        if not kinds:
            raise Refused("XL-V06", "至少选一种救助", field="kind")
        return verb.inform_all(self.xapp.session, verb.Inform(
            self.card.row.id, kinds[0], self.value("answer"), self.value("reason") or None, self.value("person") or None, self.value("on"),
        ), kinds)

    def stored(self, result: Saved) -> None:
        more = "愿意的，按 6 两次接着协助填写。" if result.state == "willing" else "本人的意思记下了。"
        self.xapp.back(f"已保存(第{result.seq}条)", more, "done")
