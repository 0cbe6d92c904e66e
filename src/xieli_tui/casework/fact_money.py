"""What a family stated of money, bills and obligors, as facts of a question (statement.made).

Rules kept here
- each part (income, deductions, assets, expenses, medical, obligors, every yes or no) is taken from the newest statement that speaks of it;
  a part nobody was asked about stays absent, one the family said there is none of is known and nothing;
- figures of income belong together: month, year and lines come from one statement;
- 必需支出 is what the ledger names 医疗、教育、康复、住房 (003:(一) 医疗、教育等); daily living is not counted. The family's word, 估算;
- a deduction counts as 刚性 only with its legal basis written down (001:3 按规定程序);
- sums are exact: a yearly amount is a twelfth a month, never rounded to 分.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xieli_tui.domain.money import format_fen

if TYPE_CHECKING:
    from xieli_tui.store.queries.rows import Statement

NECESSARY = ("medical", "schooling", "rehab", "housing")
"""Kinds of the ledger that are 必需支出."""
RIGID_CAUSES = {"medical": "illness", "schooling": "schooling", "rehab": "disability"}
"""Kind of expense -> what the rigid spending is because of (001:3 患病、残疾、就学)."""
EVENT_ANSWERS = ("other_aid_covers", "major", "compensated")
"""Answers about what happened: they count for an event not later than they were given."""
IN_POLICY = "in_policy"
SELF_PAY = "self_pay"
MONTHS = 12
PLACES = 12
"""Decimals of a month's share that is no whole 分."""


def decimal(fen: int | Fraction) -> str:
    """分 as the decimal string of a question: 80000 -> "800.00"; a part of a 分 keeps twelve decimals."""
    amount = Fraction(fen)
    if amount.denominator == 1:
        return format_fen(int(amount)).replace(",", "")
    scaled = round(amount / 100 * 10**PLACES)
    return f"{scaled // 10**PLACES}.{scaled % 10**PLACES:0{PLACES}d}"


def monthly(lines: Iterable[Mapping[str, Any]]) -> Fraction:
    """分 a month of lines that are per month or per year."""
    total = Fraction(0)
    for one in lines:
        total += Fraction(int(one["amount"]), MONTHS if one.get("per") == "year" else 1)
    return total


def states(d: Mapping[str, Any], part: str) -> bool:
    """Whether a statement speaks of a part."""
    if d.get(part) or part in d.get("nothing", ()):
        return True
    return part == "income" and (d.get("income_month") is not None or d.get("income_year") is not None)


def newest(stated: Sequence[Statement], part: str) -> Statement | None:
    """The newest statement that speaks of a part; `stated` is newest first."""
    return next((one for one in stated if states(one.d, part)), None)


def answers(stated: Sequence[Statement]) -> dict[str, tuple[bool, str]]:
    """Yes or no by name with the day it was given, the newest first."""
    out: dict[str, tuple[bool, str]] = {}
    for one in stated:
        for name, value in one.d.get("answers", {}).items():
            out.setdefault(name, (value, one.on))
    return out


def household(stated: Sequence[Statement]) -> dict[str, Any]:
    """Facts of the household."""
    out = _income(newest(stated, "income"))
    deducted = newest(stated, "deductions")
    if deducted is not None:
        lines = deducted.d.get("deductions", [])
        rigid = [one for one in lines if one["kind"] == "rigid" and one.get("basis")]
        if rigid or not lines:
            out["rigid_deduction_month"] = decimal(monthly(rigid))
    spent = newest(stated, "expenses")
    if spent is not None:
        lines = spent.d.get("expenses", [])
        out["necessary_exp_year"] = decimal(sum(int(one["amount"]) for one in lines if one["kind"] in NECESSARY))
        out["rigid_causes"] = sorted({RIGID_CAUSES[one["kind"]] for one in lines if one["kind"] in RIGID_CAUSES and one["amount"]})
    beyond = answers(stated).get("beyond_capacity")
    if beyond is not None:
        out["rigid_beyond_capacity"] = beyond[0]
    return out


def _income(said: Statement | None) -> dict[str, Any]:
    if said is None:
        return {}
    d, out = said.d, dict[str, Any]()
    lines = d.get("income", [])
    none = "income" in d.get("nothing", ())
    gross = monthly(lines)
    net = max(gross - monthly(d.get("deductions", [])), Fraction(0))
    if lines or none:
        out["income_gross_month"] = decimal(gross)
        out["income_month"], out["income_year"] = decimal(net), decimal(net * MONTHS)
    if d.get("income_month") is not None:
        out["income_month"] = decimal(d["income_month"])
    if d.get("income_year") is not None:
        out["income_year"] = decimal(d["income_year"])
    if d.get("rise_cause"):
        out["income_rise_cause"] = d["rise_cause"]
    return out


def medical(stated: Sequence[Statement]) -> dict[str, Any]:
    """The bills: of the one member who has them, else of the member with the largest; a question knows one patient."""
    said = newest(stated, "medical")
    if said is None:
        return {}
    lines = said.d.get("medical", [])
    by_person: dict[str, list[Mapping[str, Any]]] = {}
    for one in lines:
        by_person.setdefault(one.get("person", ""), []).append(one)
    person, mine = max(by_person.items(), key=lambda pair: (_total(pair[1]), pair[0]), default=("", []))
    out: dict[str, Any] = {"total": decimal(_total(mine))}
    layers: dict[str, int] = {}
    for one in mine:
        layer = one.get("layer", "")
        if layer and layer not in (SELF_PAY, IN_POLICY):
            layers[layer] = layers.get(layer, 0) + int(one["amount"])
    out["paid_by_layers"] = {layer: decimal(amount) for layer, amount in sorted(layers.items())}
    in_policy = [int(one["amount"]) for one in mine if one.get("layer") == IN_POLICY]
    if in_policy or not mine:
        out["in_policy_selfpay"] = decimal(sum(in_policy))
    if person:
        out["person"] = person
    return out


def _total(lines: Iterable[Mapping[str, Any]]) -> int:
    return sum(int(one["amount"]) for one in lines if one.get("layer") != IN_POLICY)


def obligors(stated: Sequence[Statement]) -> dict[str, list[dict[str, bool]]]:
    """person -> what is known of each obligor; [] when the member has nobody. Names stay at home."""
    out: dict[str, list[dict[str, bool]]] = {}
    for one in stated:
        found: dict[str, list[dict[str, bool]]] = {}
        for line in one.d.get("obligors", []):
            mine = found.setdefault(line["person"], [])
            if not line.get("none"):
                mine.append({name: line[name] for name in ("low_income", "safety_net", "can_fully_support") if name in line})
        for person, lines in found.items():
            out.setdefault(person, lines)
    return out
