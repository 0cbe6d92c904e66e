"""The county's risk indicators (`local.risk_indicators`, 001:10): what one may say, read once and refused with the path of what is wrong.

Rules kept here
- none is shipped: every threshold is the county's, and an indicator without the number its fact needs is refused, never completed;
- an indicator names recorded facts only and no kind of aid: it asks for a visit, it foretells nothing (GX-14, M-06);
- a sum `over` 10000.00 is passed by one 分 more, not by the sum itself (超过, reading R1).

One indicator: {"id": "med_selfpay_year", "fact": "expense.medical", "over": "10000.00", "text": "一年医药费自付", "period": "year", "skip": ["tekun"]}.
`id`, `fact` and the number of the fact are owed; `text` (its words), `period` (how often it may ask: month, quarter, half, year; year when left
out) and `skip` (categories it leaves alone) are not.

| fact | reads | number |
|---|---|---|
| expense.<支出种类>, expense.total | the 12-month ledger of the newest statement | over |
| medical.<支付层>, medical.total | medical bills of the newest statement | over |
| income.month, income.month_per_head | income of the newest statement | under |
| change.<变化> , change.unemployed | change reports and changes seen on visits, in the period; unemployed = 就业变化 and a member out of work | - |
| mark.<六方面> | the newest visit that marked it | level 2 or 3 |
| flag.<致困原因> | findings not settled | - |
| house.risk | the newest visit that looked at the house | - |
| person.<unemployed, severe_illness, cannot_selfcare, severe_disabled, disabled, out_of_school, left_behind, orphan> | what is on file of a member | - |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import Refused, XieliError

FIELD = "local.risk_indicators"
PERIODS = {"month": "本月", "quarter": "本季", "half": "本半年", "year": "今年"}
PERSON = {
    "unemployed": "有人失业", "severe_illness": "有人得重病", "cannot_selfcare": "有人生活不能自理", "severe_disabled": "有人重度残疾", "disabled": "有人残疾",
    "out_of_school": "有学龄的孩子没在校", "left_behind": "有留守儿童", "orphan": "有孤儿",
}
UNEMPLOYED = "unemployed"
_ID = re.compile(r"^[a-z0-9_]{1,40}$")
_KEYS = frozenset({"id", "fact", "over", "under", "level", "text", "period", "skip"})
MAX = 50


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `over`/`under` in 分, `level` 2 or 3; the one its fact needs is set, the others None."""

    id: str
    group: str
    what: str
    words: str
    period: str
    over: int | None = None
    under: int | None = None
    level: int | None = None
    skip: tuple[str, ...] = ()


def parse(value: Any, field: str = FIELD) -> tuple[Indicator, ...]:
    """The list as the county wrote it (JSON values).

    Raises:
        Refused: XL-V11, XL-V08, XL-V04 with the path of the field (`local.risk_indicators[0].over`).
    """
    if not isinstance(value, list) or not value:
        raise Refused("XL-V11", "要是一个列表，至少一条", field=field)
    if len(value) > MAX:
        raise Refused("XL-V11", f"最多 {MAX} 条", field=field)
    found: list[Indicator] = []
    for at, one in enumerate(value):
        made = _one(one, f"{field}[{at}]")
        if made.id in {other.id for other in found}:
            raise Refused("XL-V11", "编号重复", field=f"{field}[{at}].id")
        found.append(made)
    return tuple(found)


def _one(row: Any, path: str) -> Indicator:
    if not isinstance(row, dict):
        raise Refused("XL-V11", "每条要写成 {id, fact} 等", field=path)
    for name in row:
        if name not in _KEYS:
            raise Refused("XL-V11", "没有这一项", field=f"{path}.{name}" if isinstance(name, str) and _ID.match(name) else path)
    ident, fact = row.get("id"), row.get("fact")
    if not isinstance(ident, str) or not _ID.match(ident):
        raise Refused("XL-V11", "编号用小写字母、数字、下划线", field=f"{path}.id")
    if not isinstance(fact, str) or "." not in fact:
        raise Refused("XL-V08", "写成 expense.medical 这样", field=f"{path}.fact")
    group, _, what = fact.partition(".")
    words, number = _fact(group, what, f"{path}.fact")
    for name in ("over", "under", "level"):
        if name == number and row.get(name) is None:
            raise Refused("XL-V06", "这一种指标要写清数", field=f"{path}.{name}")
        if name != number and name in row:
            raise Refused("XL-V11", "这一种指标不用这个数", field=f"{path}.{name}")
    period = row.get("period", "year")
    if period not in PERIODS:
        raise Refused("XL-V08", "、".join(PERIODS), field=f"{path}.period")
    skip = row.get("skip", [])
    if not isinstance(skip, list) or any(one not in codes.ids("category") for one in skip):
        raise Refused("XL-V08", "、".join(codes.ids("category")), field=f"{path}.skip")
    return Indicator(
        ident, group, what, _text(row, path) or words, str(period), _sum(row, "over", path), _sum(row, "under", path), _level(row, path), tuple(skip),
    )


def _fact(group: str, what: str, field: str) -> tuple[str, str]:
    """(words, name of the number it needs) of a fact."""
    vocab = {"expense": "expense_kind", "medical": "medical_layer", "change": "change", "mark": "dimension", "flag": "cause"}.get(group)
    if group in ("expense", "medical") and what == "total":
        return ("一年支出合计" if group == "expense" else "医疗费用合计"), "over"
    if group == "change" and what == UNEMPLOYED:
        return "新近失业", ""
    if group == "income" and what in ("month", "month_per_head"):
        return ("家庭月收入" if what == "month" else "人均月收入"), "under"
    if group == "house" and what == "risk":
        return "住房有隐患", ""
    if group == "person" and what in PERSON:
        return PERSON[what], ""
    if vocab is None or what not in codes.ids(vocab):
        listed = codes.ids(vocab) if vocab else ("expense", "medical", "income", "change", "mark", "flag", "house", "person")
        raise Refused("XL-V08", "、".join(listed), field=field)
    word = codes.label(vocab, what)
    if group == "expense":
        return f"一年{word}支出", "over"
    if group == "medical":
        return f"医疗费用{word}", "over"
    if group == "mark":
        return f"走访看到{word}", "level"
    return (f"家里有变化：{word}" if group == "change" else f"登记过困难：{word}"), ""


def _text(row: dict[str, Any], path: str) -> str:
    text = row.get("text", "")
    if not isinstance(text, str) or len(text) > 60:
        raise Refused("XL-V11", "最多 60 个字", field=f"{path}.text")
    named = next((kind.name for kind in codes.KINDS if kind.short in text or kind.name in text), None)
    if named is not None:
        raise Refused("XL-V11", "指标只提醒走访，不写哪种救助", field=f"{path}.text")
    return text.strip()


def _sum(row: dict[str, Any], name: str, path: str) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        return parse_fen(value if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else "?")
    except XieliError as error:
        raise Refused(error.code, field=f"{path}.{name}") from None


def _level(row: dict[str, Any], path: str) -> int | None:
    value = row.get("level")
    if value is None:
        return None
    if value not in (2, 3) or isinstance(value, bool):
        raise Refused("XL-V08", "2 留意、3 有困难", field=f"{path}.level")
    return int(value)
