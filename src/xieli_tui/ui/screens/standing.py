"""Forms about what stands in the register: 定类别, 渐退期, 记退出 of a family; 备用金 of a township. At a desk only.

Rules kept here
- nothing is chosen beforehand but the category the family stands under; a reason is always written or picked;
- what the policy says of the months, the income, an end stands on the form while it is filled, with its clause;
- an exit asks whether the papers may be used again and goes on only with a yes (003:(二十)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.desk import preview, reserve, standing
from xieli_tui.desk.preview import Ahead
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import whole
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.foresight import Foreseeing
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block

KEYS: tuple[Key, ...] = (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))
CONSENT = (("yes", "同意"), ("no", "不同意"))


class StandingForm(Foreseeing):
    """A ruling on one family."""

    NAME = "在册"
    WORD = ""
    DONE = "记下了。"
    GUIDE = Help("在册的类别、渐退期、退出，都由镇、县按权限定；原来的记录都留着。", KEYS, (("村里", "F9 回传以后，村里看得到。"),))

    def __init__(self, card: HouseholdCard) -> None:
        super().__init__(card.row.id)
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}  {self.WORD}"

    def about(self) -> str | None:
        return self.card.row.id

    def foot(self) -> Sequence[Key]:
        return KEYS

    def heading(self, note: str = "") -> Paint:
        """The act, and what the family stands under."""
        rank = {"claim": "村台账登记", "ruling": "在册"}.get(self.card.row.category_rank, "")
        now = f"现在：{words.category_word(self.card.row.category)}{f'，{rank}' if rank else ''}" if self.card.row.category else "现在：没有在册的类别"
        return Paint((head(self.WORD, note), line("  ", (now, "$ink-2")), *self.air()))


class CategoryPage(StandingForm):
    """定类别."""

    FORM = "standing.category"
    WORD = "定类别"
    FIELDS: ClassVar[Mapping[str, str]] = {"category": "category", "since": "since", "until": "until", "reason": "reason"}
    NEEDED: ClassVar[tuple[str, ...]] = ("reason",)
    QUIET = "先选类别，理由必写。"

    def body(self) -> ComposeResult:
        yield self.heading("理由必写")
        yield FormRow(Field("类别", self.choice("category", [one for one in codes.choices("category") if one[0] != "none"], gap=0, width=64)))
        yield FormRow(Field("从哪天", self.day("since", self.xapp.today().isoformat()), width=14), Field("到哪天", self.day("until", hint="可以不写"), width=14, room=8, before=3))
        yield FormRow(Field("理由", self.text("reason"), width=64, needed=True))
        yield Paint((blank(), line("  ", cell("看一看", 10, "$ink-3"), ("初筛只是提示，类别由有权的镇、县定。", "$ink-2"))))

    def store(self) -> Saved:
        return standing.set_category(self.xapp.session, standing.SetCategory(
            self.key, self.value("category"), self.value("reason"), self.value("since") or None, self.value("until") or None))


class TaperPage(StandingForm):
    """渐退期."""

    FORM = "standing.taper"
    WORD = "低保渐退期"
    FIELDS: ClassVar[Mapping[str, str]] = {"months": "months", "start": "start", "income_month": "income", "household": "months"}
    NEEDED: ClassVar[tuple[str, ...]] = ("months", "start")
    QUIET = "几个月、从哪天起。"

    def body(self) -> ComposeResult:
        yield self.heading("收入上来了，慢慢退")
        yield FormRow(Field("几个月", self.text("months", fold=True), width=6, needed=True))
        yield FormRow(Field("从哪天", self.day("start"), width=14, needed=True))
        yield FormRow(Field("月收入", self.money("income", hint="不写用家里申报的"), width=20, after=" 元"))
        yield Paint((), id="ahead")

    def ahead(self) -> Sequence[Ahead]:
        return preview.taper(self.xapp.session, self.key, self.value("months"), self.value("start"), self.value("income"))

    def store(self) -> Saved:
        months = whole(self.value("months"))
        if months is None:
            raise Refused("XL-V11", "写几个月，例如 6", field="months")
        return standing.set_taper(self.xapp.session, standing.SetTaper(self.key, months, self.value("start"), self.value("income") or None))


class ExitPage(StandingForm):
    """记退出."""

    FORM = "standing.exit"
    WORD = "记退出"
    FIELDS: ClassVar[Mapping[str, str]] = {"category": "reason", "reason": "reason", "consent": "consent", "to": "to"}
    QUIET = "为什么退，问一问同不同意直接转入别的认定。"
    DONE = "退出记下了。"

    def body(self) -> ComposeResult:
        yield self.heading("之后两年还在监测里")
        yield FormRow(Field("为什么", self.choice("reason", codes.choices("exit_reason"), gap=0, width=64)))
        yield FormRow(Field("沿用材料", self.choice("consent", CONSENT, gap=2)), Field("转入", self.choice("to", [(kind, codes.label("kind", kind)) for kind in standing.TRANSFERS], multi=True), room=6, before=3))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield Paint((), id="ahead")

    def ahead(self) -> Sequence[Ahead]:
        return preview.leave(self.xapp.session, self.key, self.card.row.category, self.value("reason"))

    def store(self) -> Saved:
        if not self.card.row.category:
            raise Refused("XL-V11", "没有在册的类别", field="category")
        consent = {"yes": True, "no": False}.get(self.value("consent"))
        return standing.record_exit(self.xapp.session, standing.RecordExit(
            self.key, self.card.row.category, self.value("reason"), self.value("on"), consent=consent, to=self.many("to")))


class ReservePage(FormPage):
    """备用金: one movement, under the last lines of the ledger."""

    NAME = "备用金"
    FORM = "standing.reserve"
    FIELDS: ClassVar[Mapping[str, str]] = {"direction": "direction", "amount": "amount", "area": "area", "note": "note"}
    NEEDED: ClassVar[tuple[str, ...]] = ("amount",)
    QUIET = "先行救助自己会记，不用再写。"
    GUIDE = Help("乡镇临时救助备用金的账：拨进、付出、还剩多少。", KEYS, (("先行救助", "个案里记一笔，这里就有一行。"), ("不够", "只提醒，不拦。")))

    def __init__(self) -> None:
        super().__init__("reserve")
        self.subject = "乡镇临时救助备用金"

    def body(self) -> ComposeResult:
        session = self.xapp.session
        area = session.profile.area or "" if session.role == "township" else ""
        yield Paint((head("乡镇临时救助备用金", "拨进、付出"), *self.air()))
        yield FormRow(Field("拨进付出", self.choice("direction", (("in", "拨进"), ("out", "付出")), gap=2)))
        yield FormRow(Field("哪个镇", self.text("area", area, fold=True, hint="9 位代码"), width=14))
        yield FormRow(Field("金额", self.money("amount"), width=14, after=" 元", needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("说明", self.text("note"), width=50))
        yield Paint((), id="ledger")

    def _start(self) -> None:
        super()._start()
        self._show()

    def changed(self) -> None:
        self._show()

    def _show(self) -> None:
        """The last lines of the township named so far."""
        area, found = self.value("area"), None
        if len(area) == 9 and area.isdigit():
            found = self.attempt(lambda: reserve.ledger(self.xapp.session, area))
        if found is None:
            self.query_one("#ledger", Paint).show(())
            return
        word = {"in": "拨进", "out": "付出", "advance": "先行救助"}
        day = self.xapp.today()
        self.query_one("#ledger", Paint).show((
            blank(), line("  ", cell("还剩", 10, "$ink-3"), (f"{_yuan(found.left)} 元", "bold")),
            *[line("  ", cell(words.short_day(one.on, day), 10, "$ink-3"), cell(word[one.what], 10), cell(f"{_yuan(one.amount)} 元", 16), (one.note, "$ink-2"))
              for one in reversed(found.lines[-4:])],
        ))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("备用金", "bold")), line(), *rail_block("先行救助", "从备用金里付，个案里记一笔，这里就有一行。")]

    def store(self) -> Saved:
        if not self.value("direction"):
            raise Refused("XL-V06", "拨进按 1，付出按 2", field="direction")
        return reserve.move(self.xapp.session, reserve.MoveReserve(
            self.value("direction"), self.value("amount"), self.value("area") or None, self.value("on"), None, self.value("note") or None))

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", result.beside() or f"还剩 {result.more['left']} 元。", "done")


def _yuan(fen: int) -> str:
    return format_fen(fen) if fen >= 0 else f"-{format_fen(-fen)}"
