"""概况: the family at a glance beside the newest of its chain, what is owed to it, who stands by it, what is written differently in two places.

Rules kept here
- what is ruled (在册) and what the village claims (村台账登记) are told apart in words;
- several values of one field are all shown;
- rows that do something say what Enter does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.views import ConflictView, HouseholdCard, TimelineEntry
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.widgets.paint import Line, Part, blank, cell, fit, line, row, width_of

if TYPE_CHECKING:
    from xieli_tui.casework.hints import Look

BESIDE = 12
"""Entries of the chain beside the first page; the whole chain is tab 7."""
FIELD_WORDS = {
    "number": "户编号", "group": "组", "address": "住址", "phone": "电话", "nickname": "小名", "head": "户主", "category": "类别", "status": "状态", "name": "姓名",
    "id_no": "身份证号", "birth": "出生日期", "sex": "性别", "category_since": "类别起始", "aid_month": "月救助金", "health": "健康", "disability_level": "残疾等级",
    "disability_kind": "残疾类别", "house_safety": "房屋", "work": "就业", "labour": "劳动力", "school": "学校", "student_stage": "学段", "guardian": "监护人",
    "away": "外出", "bank": "银行账号", "note": "备注", "village": "所在村",
}


@dataclass(frozen=True, slots=True)
class Act:
    """A row that does something."""

    text: str
    word: str
    do: Callable[[], None]


VISITS = frozenset({"visit_quarter", "visit_routine", "review", "exit_review", "taper_end", "alert_verify"})
"""Duties that end with somebody at the door."""


def page(card: HouseholdCard, day: dt.date, acts: Iterable[Act], air: Sequence[Line], found: Look | None, *, full: bool) -> list[Any]:
    """Rows of the tab, without the hints beneath. Two rows rest on what the packs found; they keep their place while that is not known yet."""
    row_ = card.row
    since = str(card.ruled.get("category_since", card.fields.get("category_since", "")))
    rank = {"claim": "村台账登记", "ruling": "在册"}.get(row_.category_rank, "")
    category = "，".join(part for part in (words.category_word(row_.category), rank) if part)
    met = next((one for one in card.visits if one.met != "none"), None)
    school = sum(1 for one in card.members if one.in_school)
    last = f"{words.short_day(met.on, day)} {words.MET[met.met]}" if met else "从未"
    left = [
        ("证件", words.masked_id(row_.id_no, full=full)), ("电话", words.masked_phone(row_.phone, full=full) or "没有"),
        ("住址", str(card.fields.get("address", "")) or "没有登记"), ("成员", f"{row_.size} 人" + (f"，在校 {school}" if school else "")),
        ("类别", category or "没有登记"), *([("起始", f"{since[:7]} 起")] if since else []), ("收入", _income(found)), ("上次走访", last), ("下次走访", _next(found)),
    ]
    if card.promises:
        left.append(("答应的事", f"{words.short_day(card.promises[0][1], day)} {card.promises[0][0]}".strip()))
    out: list[Any] = [line(cell("这一家", 38, "bold"), ("救助链", "bold"), ("  近的在上", "$ink-3")), *air]
    out += _beside(left, card.timeline[: min(BESIDE, len(left))], day)
    out += [blank(), *acts, *(_clash(one, full=full) for one in card.conflicts)]
    return out


def _income(found: Look | None) -> str:
    """What the family's statements come to; 估算 stands where the sum is made (收支)."""
    if found is None:
        return ""
    told = found.page.question.get("given", {}).get("hh", {})
    month, year = told.get("income_month"), told.get("income_year")
    if month is None and year is None:
        return "没有问过"
    amount = format_fen(round(Fraction(str(year if month is None else month)) * 100), grouping=True)
    return f"{'一年' if month is None else '每月'} {amount} 元，自报"


def _next(found: Look | None) -> str:
    """The day by which somebody is to come again."""
    if found is None:
        return ""
    near = min((one.due for one in found.duties if one.task in VISITS and one.due and one.state != "suspended"), default="")
    return f"{near} 前" if near else "没有定下的日子"


def _beside(left: Sequence[tuple[str, str]], right: Sequence[TimelineEntry], day: dt.date) -> list[Line]:
    out = []
    for place in range(max(len(left), len(right))):
        name, value = left[place] if place < len(left) else ("", "")
        parts: list[Part] = ["  ", cell(name, 10, "$ink-3"), cell(value, 25), " "]
        if place < len(right):
            one = right[place]
            parts += [cell(words.short_day(one.on, day), 8, "$ink-3"), cell(one.word, 9), cell(_brief(one.summary, 21), 21, "$ink-2")]
        out.append(line(*parts))
    return out


_SUM = re.compile(r"[\d,]+\.\d\d 元(?:/月)?")


def _brief(summary: str, width: int) -> str:
    """A summary as the narrow column has room for it: a sum in it stays to be read, what is before it is cut."""
    amount = _SUM.search(summary)
    if amount is None or width_of([summary]) <= width:
        return summary
    return f"{fit(summary.split(' ')[0], width - width_of([amount.group()]) - 1).rstrip()} {amount.group()}"


MASKED = {"phone": words.masked_phone, "id_no": words.masked_id, "bank": words.masked_id}
"""Fields covered until a reveal, here as everywhere."""


def _clash(clash: ConflictView, *, full: bool) -> Line:
    cover = MASKED.get(clash.field)
    both = "；".join(f"{who} 写 {cover(value, full=full) if cover else value}" for value, who, _ in clash.values)
    return line(("! ", "bold $warning"), cell("两处写的不一样", 16, "bold $warning"), cell(FIELD_WORDS.get(clash.field, clash.field), 10), (both, "$ink-2"))


def draw(item: Act, on: bool) -> Sequence[Line]:
    """A row that does something."""
    return (row(cell(item.text, 52, "bold $primary" if on else "bold"), ("Enter ", "bold $primary"), (item.word, "$ink-2"), on=on),)
