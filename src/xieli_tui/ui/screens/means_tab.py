"""The 收支 page of a dossier: what the family stated, what it adds up to (估算), and on which day each part was said."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from xieli_tui.casework.fact_money import IN_POLICY
from xieli_tui.casework.statements import Means
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.widgets.paint import Line, Part, blank, cell, head, line

VOCAB = {"income": "income_kind", "deductions": "deduction_kind", "expenses": "expense_kind", "medical": "medical_layer"}


def page(means: Means | None, names: dict[str, str], today: dt.date) -> list[Any]:
    """Lines of the tab."""
    if means is None or not (means.statements or means.claims):
        return [blank(), line("  ", ("还没有登记收入支出。再按 3 记家里说的。", "$ink-2"))]
    out: list[Any] = [_totals(means), blank()]
    for part, vocab in VOCAB.items():
        if part not in means.since:
            continue
        out.append(head(codes.label("statement_part", part), f"{words.short_day(means.since[part], today)} 说的"))
        if part in means.parts["nothing"]:
            out.append(line("  ", ("问过，没有", "$ink-2")))
        out += [_line(one, part, vocab, names) for one in means.parts[part]]
    if "assets" in means.since or "assets_ok" in means.claims:
        fits = means.claims.get("assets_ok")
        out.append(head("财产", "" if fits is None else "合县里的规定" if fits else "不合县里的规定"))
        out += [line("  ", ("问过，没有", "$ink-2"))] if "assets" in means.parts["nothing"] else []
        out += [line("  ", cell(codes.label("asset_kind", one["kind"]), 12), (str(one["text"]), "$ink-2")) for one in means.parts.get("assets", ())]
    if means.parts["obligors"]:
        out.append(head("义务人"))
        out += [_obligor(one, names) for one in means.parts["obligors"]]
    answered = [(codes.label("statement_answer", name), value) for name, value in means.parts["answers"].items()]
    if answered:
        out.append(head("家里答的"))
        out += [line("  ", cell(word, 30), ("是" if value else "不是", "$ink-2")) for word, value in answered]
    return [*out, blank(), line("  ", ("都是家里说的，估算，以镇(街道)、县级为准。再按 3 改。", "$ink-3"))]


def _yuan(amount: int | Fraction) -> str:
    return format_fen(round(Fraction(amount)), grouping=True)


def _totals(means: Means) -> Line:
    sums = means.sums
    parts: list[Part] = []
    for word, amount in (("每月", sums.net_month), ("一年", sums.net_year), ("必需支出", sums.necessary), ("医疗自付", sums.self_pay)):
        if amount is not None:
            parts += [(f"{word} ", "$ink-3"), (f"{_yuan(amount)}  ", "bold")]
    return line("  ", *(parts or [("还没有说收入是多少", "$ink-2")]), ("元，估算" if parts else "", "$ink-3"))


def _line(one: dict[str, Any], part: str, vocab: str, names: dict[str, str]) -> Line:
    kind = str(one.get("layer") or one["kind"])
    per = "" if part in ("expenses", "medical") else "一年" if one.get("per") == "year" else "一月"
    inner = "  " if kind == IN_POLICY else ""
    tail = "  ".join(part_ for part_ in (names.get(str(one.get("person", "")), ""), str(one.get("basis", ""))) if part_)
    return line("  ", cell(inner + codes.label(vocab, kind), 20), cell(per, 6, "$ink-3"), cell(_yuan(int(one["amount"])), 14, "", align="r"), ("  " + tail, "$ink-2"))


def _obligor(one: dict[str, Any], names: dict[str, str]) -> Line:
    whose = names.get(str(one["person"]), "")
    if one.get("none"):
        return line("  ", cell(whose, 10), ("没有义务人", "$ink-2"))
    told = [word for name, word in (("low_income", "低收入"), ("safety_net", "低保、特困")) if one.get(name)]
    if one.get("can_fully_support") is not None:
        told.append("担得起" if one["can_fully_support"] else "担不起全部")
    who = f"{codes.label('relation', str(one['relation'])) if one.get('relation') else ''} {one.get('name', '')}".strip()
    return line("  ", cell(whose, 10), cell(who, 18), ("、".join(told), "$ink-2"))
