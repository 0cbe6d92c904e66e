"""A household as recorded becomes a policy question (design 06): nothing the journal knows is asked again, nothing it does not know is guessed.

Rules kept here
- only what was recorded is given; an absent fact stays absent (R12), a fact is never turned round into its opposite;
- the category and status are those the desks set where they did (在册), else what the village wrote down (村台账登记);
- money leaves as exact decimal strings, days as ISO text, people under their ids: no name, number or phone is in a question;
- local parameters are those of the county in force on the day, the narrowest area first.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xieli_tui.domain.money import format_fen
from xieli_tui.store import queries

if TYPE_CHECKING:
    import datetime as dt

    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

SEVERE_LEVEL = 2
"""Disability levels 1 and 2 are 重度残疾 (GB/T 26341: 一级、二级)."""
_RECIPIENT = ("dibao", "tekun")
_LABELS = frozenset({
    "filed_poor", "low_income", "exp_poor", "unstable_out_of_poverty", "edge_easy_poor", "sudden_hardship", "returned_poor", "out_of_poverty",
})
"""Older labels (V1b) that are facts of a question under the same name."""
_AT_WORK = frozenset({"employed", "flexible", "self_employed", "migrant", "farming"})
_OUT_OF_WORK = frozenset({"registered_unemployed", "unemployed"})
_SAME = (
    "sex", "support_mode", "severe_illness", "cannot_selfcare", "registered_unemployed", "wants_job", "student_stage", "in_school", "orphan",
    "unsupported_child", "left_behind", "disability_kind",
)
"""Person fields whose name and meaning are the question's own."""


def money(fen: int) -> str:
    """分 as the decimal string of a question: 80000 -> "800.00"."""
    return format_fen(fen).replace(",", "")


def question(tx: Tx, home: rows.Household, op: str, asof: dt.date, *, region: str | None = None) -> dict[str, Any]:
    """The question of one household on one day.

    Args:
        op: screen, due or compute.
        region: look at the household under another region's packs; its own village when None.
    """
    people = [m for m in queries.members(tx, home.id) if not m.ended and not m.died_on and m.living]
    given: dict[str, Any] = {
        "hh": _household(tx, home, len(people), region), "persons": [_person(m) for m in people], "visits": _visits(tx, home.id),
        "aid": _aid(tx, home.id), "changes": _changes(tx, home.id), "alerts": _alerts(tx, home.id), "referrals": _referrals(tx, home.id),
    }
    raised = [f for f in queries.flags(tx, home.id) if not f.settled_on]
    causes = sorted({cause for f in raised for cause in f.causes})
    if causes:
        given["hh"]["causes"] = causes
    flags = [f for f in raised if f.urgency == "emergency"]
    if flags:
        last = max(flags, key=lambda f: (f.on, f.id))
        given["event"] = {"date": last.on, "kind": last.causes[0], "traits": ["urgent"]}
        if last.regions.get("event"):
            given["event"]["place_region"] = last.regions["event"]
    return {
        "op": op, "region": region or home.village, "asof": asof.isoformat(), "local": local(tx, home, asof),
        "given": {name: part for name, part in given.items() if part},
    }


def local(tx: Tx, home: rows.Household, asof: dt.date) -> dict[str, Any]:
    """Parameters of the county in force on a day for this household: its township before the county, urban or rural before neither."""
    out: dict[str, Any] = {}
    keys = {p.key for p in queries.local_params(tx, None, asof.isoformat())}
    area = str(home.fields.get("area", ""))
    for key in sorted(keys):
        text = queries.local_value(tx, key, asof.isoformat(), area) if area else None
        text = text or queries.local_value(tx, key, asof.isoformat(), home.village)
        if text is not None:
            out[key] = _plain(json.loads(text))
    return out


def _plain(value: Any) -> Any:
    """JSON of a parameter as a question takes it: a whole number stays one, a number with a point becomes its exact text."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, list):
        return [_plain(x) for x in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value


def _household(tx: Tx, home: rows.Household, size: int, region: str | None) -> dict[str, Any]:
    out: dict[str, Any] = {"id": home.id, "region": region or home.village}
    if size:
        out["size"] = size
    if home.category:
        out["category"] = home.category
        out["status"] = home.category if home.category in _RECIPIENT else "none"
    if home.category_since:
        out["category_since"] = home.category_since
        if home.category_rank == "ruling" and home.category in _RECIPIENT:
            out["grant_date"] = home.category_since
    for name in ("area", "income_stability", "assets_ok", "from_agri", "house_safety", "hukou_region", "live_region"):
        if home.fields.get(name) not in (None, ""):
            out[name] = home.fields[name]
    if home.fields.get("permit_region"):
        out["residence_permit_region"] = home.fields["permit_region"]
    if home.fields.get("grid"):
        out["grid_id"] = home.fields["grid"]
    out.update(dict.fromkeys(sorted(_LABELS & set(home.fields.get("labels", ()))), True))
    exits = home.ruled.get("exits") or []
    if exits:
        last = max(exits, key=lambda x: str(x["on"]))
        out.update(exit_from=last["category"], exit_date=last["on"])
    _income(tx, home, out)
    return out


def _income(tx: Tx, home: rows.Household, out: dict[str, Any]) -> None:
    """The last statement of the family."""
    stated = sorted(queries.statements(tx, home.id), key=lambda s: (s.on, s.id))
    if not stated:
        return
    last = stated[-1]
    if last.income_month is not None:
        out["income_month"] = money(last.income_month)
    if last.income_year is not None:
        out["income_year"] = money(last.income_year)
    if last.d.get("income"):
        out["income_gross_month"] = money(sum(int(x["amount"]) for x in last.d["income"]))
    if last.d.get("expenses"):
        out["necessary_exp_year"] = money(sum(int(x["amount"]) for x in last.d["expenses"]))


def _person(m: rows.Member) -> dict[str, Any]:
    out: dict[str, Any] = {"id": m.person, "relation": m.relation}
    if m.birth:
        out["birth_date"] = m.birth
    if m.category:
        out["category"] = m.category
        if m.category in _RECIPIENT:
            out["status"] = m.category
    for name in _SAME:
        value = m.fields.get(name)
        if value not in (None, "") and not (name == "sex" and value not in ("male", "female")):
            out[name] = value
    level = m.fields.get("disability_level")
    if isinstance(level, int) and level > 0:
        out["disability_level"] = level
        out["severe_disabled"] = level <= SEVERE_LEVEL
    if m.fields.get("disability_cert"):
        out["disability_cert"] = True
    labour = m.fields.get("labour")
    if labour in ("full", "none"):
        out["labour_able"] = labour == "full"
    work = m.fields.get("work")
    if work in _AT_WORK or work in _OUT_OF_WORK:
        out["employed"] = work in _AT_WORK
    if work == "registered_unemployed":
        out["registered_unemployed"] = True
    if isinstance(m.fields.get("wage_month"), int):
        out["wage_month"] = money(m.fields["wage_month"])
    special = m.fields.get("special") or []
    if len(special) == 1:
        out["single_kind"] = special[0]
    if m.fields.get("guardian"):
        out["guardian"] = True
    return out


def _visits(tx: Tx, household: str) -> list[dict[str, Any]]:
    """Visits that reached somebody: 未遇 satisfies no clock (design 07), so it is none here."""
    out = []
    for v in queries.visits(tx, household):
        if v.met == "none":
            continue
        one: dict[str, Any] = {"date": v.on, "kind": v.kind, "channel": v.channel}
        if v.changes:
            one["change"] = v.changes[0]
        if v.house_safety:
            one["house_safety"] = v.house_safety
        if v.visitors:
            one["visitor_role"] = v.visitors[0][1]
        out.append(one)
    return out


def _aid(tx: Tx, household: str) -> list[dict[str, Any]]:
    out = []
    for a in queries.aids(tx, household):
        one: dict[str, Any] = {"kind": a.kind, "form": a.form, "date": a.on}
        if a.amount is not None:
            one["amount"] = money(a.amount)
        for name, value in (("person", a.person), ("period", a.period), ("matter_id", a.matter)):
            if value:
                one[name] = value
        out.append(one)
    return out


def _changes(tx: Tx, household: str) -> list[dict[str, Any]]:
    return [
        {"date": c.on, "kind": c.kind, "handled": bool(c.answered), **({"effect": c.effect} if c.effect else {})}
        for c in queries.changes(tx, household) if c.known
    ]


def _alerts(tx: Tx, household: str) -> list[dict[str, Any]]:
    return [
        {"id": a.id, "class": a.cls, "date": a.on, **({"deadline": a.due} if a.due else {}), **({"disposition": a.answered} if a.answered else {})}
        for a in queries.alerts(tx, household) if a.known
    ]


def _referrals(tx: Tx, household: str) -> list[dict[str, Any]]:
    return [
        {"id": r.id, "dept": r.department, "kind": r.kind, "sent": r.on, **({"due": r.due} if r.due else {}), **({"feedback": r.result} if r.result else {})}
        for r in queries.referrals(tx, household) if r.known
    ]
