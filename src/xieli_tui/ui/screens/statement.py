"""收入支出: what the family states of income, deductions, twelve months of expenses, medical bills and assets, with the sums beneath (估算).

Rules kept here
- only what was asked is written: an empty line is not a nought, 没有 is said with one key;
- a sum is typed as people say it: 800, 6000/年, 300*12; the totals are told and never typed;
- a deduction asks for its basis; a line she did not touch stays as it was stated, whose it is included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import statements
from xieli_tui.casework.statements import Line as Stated
from xieli_tui.casework.statements import Means, State
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help
from xieli_tui.ui.screens.section_form import YES, SectionForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Part, line, rail_block, say

PREFIX = {"income": "income", "deductions": "deduct", "expenses": "expense", "medical": "bill"}
SHORT = {
    "wage": "工资", "farming": "种养", "business": "经营", "property": "利息租金", "land": "土地流转", "pension": "养老金", "support": "赡抚养费", "subsidy": "补助", "other": "其他",
}
LAYERS = (("basic", "基本医保"), ("major", "大病保险"), ("aid", "医疗救助"), ("other", "其他补充"), ("self_pay", "个人自付"), ("in_policy", "政策内自付"))
RISES = (("employment", "就业创业"), ("measures", "帮扶措施"), ("other", "别的原因"))
_PER = re.compile(r"[/／]?\s*(?:每)?(年|月)$")


def split_per(text: str) -> tuple[str, str]:
    """`6000/年` -> ("6000", "year"); without a word it is per month."""
    found = _PER.search(text.strip())
    return (text.strip()[: found.start()], "year" if found.group(1) == "年" else "month") if found else (text.strip(), "month")


class SumField(HanInput):
    """A sum of a statement: 800, 1.2万, 300*12, 500+260, and where the line is per month or year 6000/年. Leaving it writes the sum out.

    Not a `MoneyField`: each class of an entry is told of the blur by itself, and that one would write the period away.
    """

    def __init__(self, value: str = "", *, periodic: bool = False, hint: str = "", id: str | None = None) -> None:
        self.periodic = periodic
        super().__init__(value, fold=True, hint=hint, id=id)

    def parts(self) -> tuple[int | None, str]:
        """(分, month | year); None for an empty entry.

        Raises:
            Refused: XL-V04.
        """
        text, per = split_per(self.value) if self.periodic else (self.value.strip(), "month")
        return (statements.amount(text, self.id or "amount") if text else None), per

    def problem(self) -> XieliError | None:
        """Why what stands here cannot be kept."""
        try:
            self.parts()
        except XieliError as error:
            return Refused(error.code, field=self.id)
        return None

    def _on_blur(self, event: events.Blur) -> None:
        super()._on_blur(event)
        try:
            found, per = self.parts()
        except XieliError:
            return
        shown = "" if found is None else format_fen(found) + ("/年" if per == "year" else "")
        if self.value != shown:
            self.value = shown


class StatementPage(SectionForm):
    """What a family states of its means."""

    NAME = "收入支出"
    FORM = "statement"
    doing = "statement"
    SECTIONS: ClassVar[tuple[tuple[str, str], ...]] = (("income", "收入"), ("deductions", "扣减"), ("expenses", "支出"), ("medical", "医疗费"), ("assets", "财产和其他"))
    FIELDS: ClassVar[Mapping[str, str]] = {
        **{f"income_{kind}": f"income_{kind}" for kind in SHORT}, **{f"deductions_{kind}": f"deduct_{kind}" for kind in codes.ids("deduction_kind")},
        **{f"expenses_{kind}": f"expense_{kind}" for kind in codes.ids("expense_kind")},
    }
    QUIET = "问到几样写几样。空着是没问，没有的按一下。"
    GUIDE = Help(
        "家里说的收入、扣减、十二个月的支出、医疗费和财产。下面的合计是估算，以镇(街道)、县级为准。",
        (("Tab", "下一格"), ("PgDn", "下一页"), ("数字", "选"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("Esc", "返回")),
        (("怎么写数", "800、1.2万、300*12 都行；按年的收入写 6000/年。"), ("空着", "空着是没问。问过没有的，在那一页按一下没有。"),
         ("扣减", "要写依据，比如 001:3 就业成本。写不出依据的先不写。"), ("支出", "最近十二个月一共多少。医疗、教育、康复、住房算必需支出。")),
    )

    def __init__(self, card: HouseholdCard, means: Means, focus: str = "") -> None:
        super().__init__(card.row.id, focus)
        self.card, self.means = card, means
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()

    def first_entry(self) -> Widget | None:
        return super().first_entry() if self.wanted else self.entries["income_wage"]

    # -- entries ----------------------------------------------------------------------------------
    def _lines(self, part: str) -> list[dict[str, Any]]:
        return list(self.means.parts.get(part, ()))

    def _mine(self, part: str, kind: str) -> list[dict[str, Any]]:
        key = "layer" if part == "medical" else "kind"
        return [one for one in self._lines(part) if one.get(key) == kind]

    def _stated(self, part: str, kind: str) -> str:
        """What stands in the entry of a kind: its lines together."""
        found = self._mine(part, kind)
        if not found:
            return ""
        if len({one.get("per", "month") for one in found}) == 1:
            total = format_fen(sum(int(one["amount"]) for one in found))
            return total + ("/年" if found[0].get("per") == "year" else "")
        return format_fen(sum(int(one["amount"]) * (1 if one.get("per") == "year" else 12) for one in found)) + "/年"

    def _sum(self, part: str, kind: str) -> SumField:
        name = f"{PREFIX[part]}_{kind}"
        entry = SumField(self._stated(part, kind), periodic=part in ("income", "deductions"), id=name)
        self.entries[name] = entry
        return entry

    def _none(self, part: str, word: str) -> Field:
        chosen = (part,) if part in self.means.parts["nothing"] else ()
        return Field("都没有", self.choice(f"none_{part}", ((part, word),), multi=True, chosen=chosen))

    def _total(self, name: str) -> str:
        value = self.means.parts.get(name)
        return format_fen(value) if isinstance(value, int) and not self._lines("income") else ""

    def section(self, name: str) -> ComposeResult:
        return {"income": self._income, "deductions": self._deductions, "expenses": self._expenses, "medical": self._medical, "assets": self._assets}[name]()

    def _income(self) -> ComposeResult:
        yield FormRow(Field("哪天说的", self.day("on", self.xapp.today().isoformat()), width=14), Field("谁说的", self.text("by_whom"), width=14, room=8, before=3))
        kinds = list(SHORT)
        for at in range(0, len(kinds), 2):
            yield FormRow(*(Field(SHORT[kind], self._sum("income", kind), width=18, before=4 * (place > 0)) for place, kind in enumerate(kinds[at : at + 2])))
        yield FormRow(self._none("income", "问过，一分收入都没有"))
        yield FormRow(Field("只知总数", self.money("income_month", self._total("income_month"), hint="一个月"), width=18),
                      Field("一年", self.money("income_year", self._total("income_year"), hint="一年"), width=18, before=4))
        steady = self.means.claims.get("income_stability")
        yield FormRow(Field("收入", self.choice("income_stability", codes.choices("income_stability"), gap=0, chosen=(steady,) if steady else ())),
                      Field("多了因为", self.choice("rise_cause", RISES, gap=0, chosen=self._chosen("rise_cause")), before=2))

    def _chosen(self, name: str) -> tuple[str, ...]:
        value = self.means.parts.get(name)
        return (str(value),) if value else ()

    def _deductions(self) -> ComposeResult:
        for kind, word in codes.choices("deduction_kind"):
            basis = next((str(one["basis"]) for one in self._mine("deductions", kind) if one.get("basis")), "")
            yield FormRow(Field(word, self._sum("deductions", kind), width=16), Field("依据", self.text(f"basis_{kind}", basis), width=36, room=6, before=3))
        yield FormRow(self._none("deductions", "没有可以扣减的"))

    def _expenses(self) -> ComposeResult:
        kinds = codes.choices("expense_kind")
        for at in range(0, len(kinds), 2):
            yield FormRow(*(Field(word, self._sum("expenses", kind), width=18, before=4 * (place > 0)) for place, (kind, word) in enumerate(kinds[at : at + 2])))
        yield FormRow(self._none("expenses", "问过，没有这些支出"))
        yield FormRow(self.yes_no("医疗、上学这些支出，家里担不住", "beyond_capacity", self._answer("beyond_capacity"), room=34))

    def _medical(self) -> ComposeResult:
        patient = next((str(one["person"]) for one in self._lines("medical") if one.get("person")), "")
        yield FormRow(Field("谁看病", self.choice("bill_person", [(one.person, one.name) for one in self.card.members[:9]], gap=0, width=64,
                                               chosen=(patient,) if patient else ())))
        for at in range(0, len(LAYERS), 2):
            yield FormRow(*(Field(word, self._sum("medical", kind), width=18, room=12, before=3 * (place > 0)) for place, (kind, word) in enumerate(LAYERS[at : at + 2])))
        yield FormRow(self._none("medical", "没有看病花钱"))

    def _assets(self) -> ComposeResult:
        held = self._lines("assets")
        yield FormRow(Field("有什么", self.choice("assets", codes.choices("asset_kind"), multi=True, gap=0, width=64, chosen=[str(one["kind"]) for one in held])))
        yield FormRow(Field("说明", self.text("assets_text", "；".join(str(one["text"]) for one in held if one["text"] != codes.label("asset_kind", one["kind"]))), width=64))
        yield FormRow(self._none("assets", "没有这些财产"))
        fits = self.means.claims.get("assets_ok")
        yield FormRow(self.yes_no("财产合县里的规定", "assets_ok", fits if isinstance(fits, bool) else None, words=(("yes", "合"), ("no", "不合")), room=34))
        yield FormRow(self.yes_no("出的事，别的救助、保险管得上", "other_aid_covers", self._answer("other_aid_covers"), room=34, words=(("yes", "管得上"), ("no", "管不上"))))
        yield FormRow(self.yes_no("出的事，对这家是重大困难", "major", self._answer("major"), room=34))
        yield FormRow(self.yes_no("受害的，已经得到赔偿", "compensated", self._answer("compensated"), room=34, words=YES))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def _answer(self, name: str) -> bool | None:
        value = self.means.parts["answers"].get(name)
        return value if isinstance(value, bool) else None

    # -- sums -------------------------------------------------------------------------------------
    def _typed(self, part: str) -> list[Stated]:
        """The lines of a part as the form stands: a kind she did not touch keeps the lines it was stated with."""
        changed = self.values()
        whose = self.value("bill_person") or None if part == "medical" else None
        out: list[Stated] = []
        kinds = [kind for kind, _ in LAYERS] if part == "medical" else list(codes.ids({"income": "income_kind", "deductions": "deduction_kind", "expenses": "expense_kind"}[part]))
        for kind in kinds:
            name = f"{PREFIX[part]}_{kind}"
            entry = self.entries[name]
            assert isinstance(entry, SumField)
            basis = self.value(f"basis_{kind}") or None if part == "deductions" else None
            untouched = name not in changed and f"basis_{kind}" not in changed and (part != "medical" or "bill_person" not in changed)
            if untouched:
                out += [Stated(kind, int(one["amount"]), one.get("per") or "month", one.get("person"), one.get("basis")) for one in self._mine(part, kind)]
                continue
            fen, per = entry.parts()
            if fen is not None:
                out.append(Stated(kind, fen, per, whose, basis))
        return out

    def under(self) -> list[Line]:
        if not self.entries or not self.is_mounted:
            return []
        try:
            d = {part: [{"kind": one.kind, "layer": one.kind, "amount": one.amount, "per": one.per} for one in self._typed(part)] for part in PREFIX}
        except Refused:
            return [line(), line("  ", ("有一格的数读不出来，合计先不算。", "$ink-3"))]
        found = statements.sums({**d, "nothing": [part for part in statements.PARTS if self.many(f"none_{part}")]})
        told = {
            "income": (("每月", found.gross_month), ("扣减后", found.net_month), ("一年", found.net_year)), "deductions": (("每月", found.gross_month), ("扣减后", found.net_month)),
            "expenses": (("一年支出", found.expenses), ("其中必需支出", found.necessary)), "medical": (("医疗费", found.bills), ("其中个人自付", found.self_pay)),
        }.get(self.here, ())
        parts: list[Part] = []
        for word, amount in told:
            if amount is not None:
                parts += [(f"{word} ", "$ink-3"), (f"{_yuan(amount)} 元   ", "bold")]
        tip = {"income": "按月写；按年的写 6000/年", "deductions": "按月写；没有依据的先不写", "expenses": "最近十二个月一共多少，每月的写 300*12",
               "medical": "这一次或这一年的票据"}.get(self.here, "")
        out = [line("  ", (tip, "$ink-3"))] if tip else []
        return [*out, line("  ", *parts, ("估算", "$ink-3"))] if parts else out

    def rail(self) -> Sequence[Line]:
        out = [line(("收入支出", "bold")), line(), *say("家里怎么说就怎么写。空着是没问，没有的按一下。"), line()]
        if self.means.since:
            out += rail_block("上次说的", *[f"{codes.label('statement_part', part)} {words.short_day(on, self.xapp.today())}" for part, on in self.means.since.items()])
        return [*out, *rail_block("怎么写数", "800、1.2万、300*12 都行。按年的写 6000/年。"), *rail_block("合计", "是估算，以镇(街道)、县级为准。")]

    def about(self) -> str | None:
        return self.card.row.id

    # -- saving -----------------------------------------------------------------------------------
    def store(self) -> Saved:
        changed = self.values()
        if not set(changed) - {"on", "by_whom"}:
            raise Refused("XL-V06", "还没有写", field="income_wage")
        parts = {part: self._typed(part) if self.touched(part) else [] for part in PREFIX}
        if self.touched("deductions") or self.touched("income"):  # what is left after a deduction is told together with what it is taken from
            parts["income"], parts["deductions"] = self._typed("income"), self._typed("deductions")
        nothing = [part for part in statements.PARTS if f"none_{part}" in changed and self.many(f"none_{part}")]
        kinds = self.many("assets") if self.touched("assets") and ("assets" in changed or "assets_text" in changed) else ()
        text = self.value("assets_text")
        claims = {name: self.value(name) for name in statements.CLAIMED if name in changed and self.value(name)}
        answers = {name: answer for name in codes.ids("statement_answer") if name in changed and (answer := self.answer_of(name)) is not None}
        return statements.state(self.xapp.session, State(
            self.card.row.id, self.value("on"), self.value("by_whom") or None, parts["income"], parts["deductions"], parts["expenses"], parts["medical"],
            [(kind, text if place == 0 else "", None) for place, kind in enumerate(kinds)], (), nothing, answers,
            self.value("rise_cause") or None if "rise_cause" in changed else None,
            self.value("income_month") or None if "income_month" in changed else None, self.value("income_year") or None if "income_year" in changed else None,
            self.value("note") or None, claims,
        ))


def _yuan(amount: int | Fraction) -> str:
    return format_fen(round(Fraction(amount)), grouping=True)
