"""What a printed form says of a family: the household, its people, its applicant, who signs, its means. Strings only; "" where nothing is recorded.

Rules kept here
- numbers stand in full: a form is handed to the office that asks for them, and every printing is recorded (`audit.printed`);
- what is not recorded is left blank to be written by hand, never guessed; amounts are 估算 of the family's own word;
- only the groups a form asks for are made (`paper.catalogue`).
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import application_card, reads, statements
from xieli_tui.domain import codes
from xieli_tui.domain.dates import age_on
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import group_word
from xieli_tui.store import queries
from xieli_tui.store.queries import registers
from xieli_tui.store.queries.words import value_text

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

Row = dict[str, str]
ADULT = 18
_ASSET_HINTS = {
    "house": "自建、商品、租住：　　面积　　㎡　　结构　　登记人", "vehicle": "类型　　　　牌号　　　　登记人", "deposit": "哪家、谁的", "securities": "证券、债券、商业保险", "shop": "名称　　　　登记人",
    "livestock": "种类　　　　数量", "other": "大型农机具、贵重物品",
}
"""What a survey asks of a kind of property, to be written on by hand (china-practice 2.2)."""
_SELFCARE = (
    ("自主吃饭", "自己能把饭送到嘴里、嚼了咽下"), ("自主穿衣", "自己能穿、脱衣服"), ("自主上下床", "自己能上床、下床"), ("自主如厕", "自己能上厕所、整理干净"),
    ("室内自主行走", "在屋里自己能走，可以用拐杖"), ("自主洗澡", "自己能洗澡、擦身"),
)
"""民发〔2021〕43号: the six items of 特困人员生活自理能力."""


def word(fields: dict[str, Any], name: str) -> str:
    """A field as a form prints it; "" when it is not recorded."""
    value = fields.get(name)
    return "" if value in (None, "", []) else value_text(name, value)


def yuan(fen: int | Fraction | None, unit: str = "") -> str:
    """元 with two places; "" for what nobody said; parts of a 分 are rounded off."""
    return "" if fen is None else f"{format_fen(int(fen))}{unit}"


def place_of(home: rows.Household, village: str) -> str:
    """Village and group."""
    return f"{village}{group_word(str(home.fields.get('group', '')))}"


def home(tx: Tx, found: rows.Household, village: str, day: str) -> Row:
    """户."""
    fields = found.fields
    pairs = [f"{one.name}（{one.post}）" if one.post else one.name for one in registers.pairs(tx, found.id) if one.holds(day)]
    return {
        "head": found.head_name, "number": str(fields.get("number", "")), "place": place_of(found, village), "address": str(fields.get("address", "")), "size": f"{found.size} 人",
        "phone": str(fields.get("phone", "")) or _head_phone(tx, found), "area": word(fields, "area"), "hukou": str(fields.get("hukou_place", "")),
        "category": codes.label("category_formal", found.category) if found.category else "", "category_by": ("在册" if found.category_rank == "ruling" else "村台账登记") if found.category else "",
        "category_since": found.category_since, "labels": word(fields, "labels"), "house": word(fields, "house_safety"), "stability": word(fields, "income_stability"), "pairs": "、".join(pairs),
    }


def _head_phone(tx: Tx, found: rows.Household) -> str:
    return next((one.phone for one in queries.members(tx, found.id) if one.person == found.head), "")


def people(tx: Tx, household: str, today: dt.date) -> list[Row]:
    """家庭成员: those who live, the head first, as the list stands."""
    return [person(one, today) | {"no": str(no), "relation": codes.label("relation", one.relation)} for no, one in enumerate(_living(tx, household), 1)]


def _living(tx: Tx, household: str) -> list[rows.Member]:
    return [one for one in queries.members(tx, household) if not one.died_on]


def person(one: rows.Member | rows.Person, today: dt.date) -> Row:
    """One person."""
    fields = one.fields
    disability = fields.get("disability_kind")
    level = word(fields, "disability_level") if disability not in (None, "", "none") else ""
    return {
        "name": one.name, "sex": codes.label("sex", one.sex) if one.sex else "", "birth": one.birth, "age": str(age_on(dt.date.fromisoformat(one.birth), today)) if one.birth else "",
        "id": one.id_no, "phone": one.phone, "education": word(fields, "education"), "marital": word(fields, "marital"), "health": word(fields, "health"),
        "disability": f"{word(fields, 'disability_kind')}{level}", "labour": word(fields, "labour"), "work": word(fields, "work"), "wage": word(fields, "wage_month").removesuffix(" 元"),
        "special": word(fields, "special"), "guardian": str(fields.get("guardian", "")), "support": word(fields, "support_mode"), "bank": str(fields.get("bank", "")),
        "category": codes.label("category", one.category) if one.category else "", "blank": "",
    }


def who(tx: Tx, found: rows.Household, app: rows.Application | None, today: dt.date) -> Row:
    """The applicant: whose application it is, else the head; blank when neither is recorded. `by`: who signs for a minor."""
    ident = (app.person if app is not None else "") or found.head
    one: rows.Member | rows.Person | None = next((one for one in queries.members(tx, found.id, ended=True) if ident and one.is_(ident)), None)
    if one is None and ident:
        one = reads.person(tx, ident)
    if one is None:
        return {**dict.fromkeys(("sex", "id", "age", "phone", "bank", "support", "disability", "birth", "guardian", "by"), ""), "name": found.head_name}
    said = person(one, today)
    minor = bool(one.birth) and age_on(dt.date.fromisoformat(one.birth), today) < ADULT
    return said | {"guardian": said["guardian"] if minor else "", "by": f"（未成年，监护人{said['guardian'] or '________'}代签）" if minor else ""}


def signers(tx: Tx, found: rows.Household, app: rows.Application | None, today: dt.date, what: str) -> list[Row]:
    """授权 matrix: every adult signs; who is not of age is signed for by a guardian, whose name stands there when it is recorded; a grown person with a guardian by one of both.

    Args:
        what: consent or commitment: whose day of signing is printed.
    """
    among = application_card.signers(tx, app) if app is not None else [one for one in _living(tx, found.id) if one.living]
    signed = {row.person: row for row in application_card.signatures(tx, app, today)} if app is not None else {}
    out = []
    for no, one in enumerate(among, 1):
        held = signed.get(one.person)
        day = "" if held is None else held.consent if what == "consent" else held.commitment
        guardian = str(one.fields.get("guardian", ""))
        by = f"监护人{guardian or '________'}代签" if application_card.is_minor(one, today) else f"本人，或监护人{guardian}代签" if guardian else "本人"
        out.append({
            "no": str(no), "name": one.name, "relation": codes.label("relation", one.relation), "id": one.id_no, "by": by, "blank": "",
            "signed": f"已签\n{day}" if day not in ("", "-", "guardian") else "",
        })
    return out


def means(tx: Tx, found: rows.Household) -> dict[str, Any]:
    """收支: what the family stated last."""
    stated = statements.means(found, queries.statements(tx, found.id))
    names = {one.person: one.name for one in queries.members(tx, found.id, ended=True)}
    sums = stated.sums
    parts = stated.parts

    def lines(part: str, vocab: str) -> list[Row]:
        return [
            {"who": names.get(str(one.get("person", "")), ""), "item": codes.label(vocab, one["kind"]), "amount": yuan(one["amount"]),
             "per": {"month": "每月", "year": "每年"}.get(str(one.get("per", "")), "每月" if part == "income" else ""), "blank": ""}
            for one in parts.get(part, [])
        ]

    income, spent, owned = lines("income", "income_kind"), lines("expenses", "expense_kind"), [
        {"item": codes.label("asset_kind", one["kind"]), "text": str(one.get("text", "")), "value": yuan(one.get("value")), "blank": ""} for one in parts.get("assets", [])
    ]
    return {
        "income_all": _asked(income, "income_kind"), "expenses_all": _asked(spent, "expense_kind"), "assets_all": _asked(owned, "asset_kind", _ASSET_HINTS),
        "month": yuan(sums.net_month, " 元"), "per_head": yuan(sums.net_month / found.size, " 元") if sums.net_month is not None and found.size else "",
        "spent": yuan(sums.expenses, " 元"), "self_pay": yuan(_self_pay(sums.self_pay, parts), " 元"), "income": income, "expenses": spent, "assets": owned,
        "obligors": [
            {
                "for_whom": names.get(str(one["person"]), ""), "name": str(one.get("name", "")), "relation": codes.label("relation", one["relation"]) if one.get("relation") else "",
                "low": _yes(one.get("low_income")), "able": _yes(one.get("can_fully_support")), "blank": "",
            }
            for one in parts.get("obligors", []) if not one.get("none")
        ],
    }


def _asked(stated: list[Row], vocab: str, hints: dict[str, str] | None = None) -> list[Row]:
    """Every kind a survey goes through, in its order: what was stated, and a line to write on for what was not."""
    out: list[Row] = []
    for kind in codes.ids(vocab):
        word = codes.label(vocab, kind)
        blank = {**dict.fromkeys(("who", "amount", "per", "value", "blank"), ""), "item": word, "text": (hints or {}).get(kind, "")}
        out += [one for one in stated if one["item"] == word] or [blank]
    return out


def _self_pay(billed: int | None, parts: dict[str, Any]) -> int | None:
    """医疗自付: out of the bills, else what the family gave as such among its expenses."""
    if billed is not None:
        return billed
    said = [int(one["amount"]) for one in parts.get("expenses", []) if one["kind"] == "medical"]
    return sum(said) if said else None


def _yes(value: object) -> str:
    return "是" if value is True else "否" if value is False else ""


def selfcare() -> list[Row]:
    """六项: to be ticked on the spot; the product keeps no result of them."""
    return [{"no": str(no), "item": item, "how": how, "blank": ""} for no, (item, how) in enumerate(_SELFCARE, 1)]
