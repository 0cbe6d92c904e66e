"""收入支出: what a family states of income, deductions, assets, expenses, bills and obligors (statement.made, M-12, M-13).

Rules kept here
- it is the family's word on a day, 估算: the township and the county count for themselves (Law 3);
- a deduction names its legal basis (001:3 按规定程序); a part said to be 没有 is told apart from one nobody asked about;
- what was written is kept as lines, the sums follow from them; a total said alone stands for itself and wins over its lines;
- whether the assets fit, whether the income is steady are claims about the household (one value, corrected by a new claim) and are written in
  the same transaction: a screen that saves both saves both or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import fact_money, reads, values
from xieli_tui.casework.households import household_claims
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.household import AssetLine, MoneyLine, ObligorLine, StatementMade
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import Refused, XieliError
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

VOCAB = {"income": "income_kind", "deductions": "deduction_kind", "expenses": "expense_kind"}
PARTS = ("income", "deductions", "expenses", "medical", "assets")
CLAIMED = ("assets_ok", "income_stability")
"""Household claims asked in the same conversation."""
WAYS = {"月": "month", "年": "year", "month": "month", "year": "year"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as typed: `amount` in 元 (text) or 分 (int); `kind` an id or a word; `per` month | year; whose; the basis of a deduction."""

    kind: str
    amount: int | str
    per: str = "month"
    person: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Obligor:
    """赡养、抚养、扶养义务人 of one member; `none` says the member has nobody. Yes and no may be unknown (None)."""

    person: str
    name: str | None = None
    relation: str | None = None
    low_income: bool | None = None
    safety_net: bool | None = None
    can_fully_support: bool | None = None
    none: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What the family stated. Only what is given is said; everything else stays as it was.

    `medical` lines carry the paying layer as their kind; `assets` are (kind, what it is, value); `nothing` names parts there is none of;
    `answers` are the yes or no of vocabulary statement_answer; `claims` are household fields (assets_ok, income_stability).
    """

    household: str
    on: str | None = None
    by_whom: str | None = None
    income: Sequence[Line] = ()
    deductions: Sequence[Line] = ()
    expenses: Sequence[Line] = ()
    medical: Sequence[Line] = ()
    assets: Sequence[tuple[str, str, int | str | None]] = ()
    obligors: Sequence[Obligor] = ()
    nothing: Sequence[str] = ()
    answers: Mapping[str, bool] = field(default_factory=dict)
    rise_cause: str | None = None
    income_month: int | str | None = None
    income_year: int | str | None = None
    note: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the lines add up to, 分; a month's share of a yearly sum may be no whole 分. None = not stated. 估算."""

    gross_month: Fraction | None = None
    net_month: Fraction | None = None
    net_year: Fraction | None = None
    expenses: int | None = None
    necessary: int | None = None
    bills: int | None = None
    self_pay: int | None = None


def state(session: Session, request: State) -> Saved:
    """Record what the family stated, and the claims that go with it.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 a deduction without its basis (field basis), XL-V11 nothing was said, and the codes of single values.
    """
    made = session.new_id()

    def build(tx: Tx) -> list[Payload]:
        home = reads.household(tx, request.household)
        out = payloads(session, tx, home, request, made)
        if not out:
            raise Refused("XL-V11", "还没有写收入、支出、财产里的任何一样")
        return out

    return saved(made, session.transact(build), "stated")


def payloads(session: Session, tx: Tx, home: rows.Household, request: State, made: str) -> list[Payload]:
    """The events of a statement: claims that changed, then the statement when it says anything."""
    out: list[Payload] = list(household_claims(session, tx, home, request.claims))
    people = {one.person for one in queries.members(tx, home.id)}
    parts: dict[str, Any] = {part: [_line(one, part, people) for one in getattr(request, part)] for part in VOCAB}
    parts["medical"] = [_bill(one, people) for one in request.medical]
    parts["assets"] = [_asset(*one) for one in request.assets]
    parts["obligors"] = [_obligor(one, people) for one in request.obligors]
    nothing = values.coded_all(request.nothing, "statement_part", "nothing")
    clash = next((part for part in nothing if parts[part]), None)
    if clash is not None:
        raise Refused("XL-V11", f"{codes.label('statement_part', clash)}写了又说没有", field=clash)
    answers = {values.coded(name, "statement_answer", "answers"): bool(given) for name, given in request.answers.items()}
    month, year = values.fen(request.income_month, "income_month"), values.fen(request.income_year, "income_year")
    if parts["income"]:
        net = max(fact_money.monthly(_plain(parts["income"])) - fact_money.monthly(_plain(parts["deductions"])), Fraction(0))
        month = int(net) if month is None and net.denominator == 1 else month
        year = int(net * fact_money.MONTHS) if year is None else year
    rise = values.coded(request.rise_cause, "rise_cause", "rise_cause") if request.rise_cause else None
    note = values.text(request.note, "note")
    if not (any(parts.values()) or nothing or answers or rise or note or month is not None or year is not None):
        return out
    out.append(
        values.make(
            StatementMade, village=home.village, household=home.id, statement=made, on=values.day(request.on, session.today),
            by_whom=values.name(request.by_whom, "by_whom"), **{part: found or None for part, found in parts.items()}, nothing=nothing or None,
            answers=answers or None, rise_cause=rise, income_month=month, income_year=year, note=note,
        )
    )
    return out


def _plain(lines: Sequence[MoneyLine]) -> list[dict[str, Any]]:
    return [one.model_dump(exclude_none=True) for one in lines]


def amount(typed: int | str, field_: str) -> int:
    """元 as typed, also as a sum or a product: 800, 1.2万, 300*12, 500+260.50 -> 分.

    Raises:
        Refused: XL-V06 nothing, XL-V04 not an amount.
    """
    if isinstance(typed, int):
        return values.fen(typed, field_) or 0
    text = values.needed(typed, field_).replace("×", "*").replace("x", "*").replace("X", "*").replace("＊", "*").replace("＋", "+")
    try:
        return sum(_product(part) for part in text.split("+"))
    except XieliError as error:
        raise Refused(error.code, field=field_) from None


def _product(text: str) -> int:
    first, *times = text.split("*")
    found = Fraction(parse_fen(first))
    for one in times:
        found *= Fraction(parse_fen(one), 100)
    if found.denominator != 1 or found >= 2**53:
        raise Refused("XL-V04")
    return int(found)


def _person(given: str | None, people: set[str]) -> str | None:
    if given and given not in people:
        from xieli_tui.errors import NotFound

        raise NotFound("XL-V41", "这一户里没有这个人", field="person")
    return given or None


def _line(one: Line, part: str, people: set[str]) -> MoneyLine:
    kind = values.coded(one.kind, VOCAB[part], part)
    where = f"{part}_{kind}"
    per = WAYS.get(one.per)
    if per is None:
        raise Refused("XL-V08", "month 每月、year 每年", field=where)
    basis = values.text(one.basis, "basis")
    if part == "deductions" and basis is None:
        raise Refused("XL-V06", "扣减要写依据，例如 001:3 就业成本", field=f"basis_{kind}")
    yearly = {} if part == "expenses" else {"per": per}
    return values.make(MoneyLine, kind=kind, amount=amount(one.amount, where), person=_person(one.person, people), basis=basis, **yearly)


def _bill(one: Line, people: set[str]) -> MoneyLine:
    layer = values.coded(one.kind, "medical_layer", "medical")
    return values.make(MoneyLine, kind="medical", layer=layer, amount=amount(one.amount, f"bill_{layer}"), person=_person(one.person, people))


def _asset(kind: str, text: str, value: int | str | None) -> AssetLine:
    found = values.coded(kind, "asset_kind", "assets")
    return values.make(
        AssetLine, kind=found, text=values.text(text, "assets") or codes.label("asset_kind", found), value=amount(value, "assets") if value not in (None, "") else None,
    )


def _obligor(one: Obligor, people: set[str]) -> ObligorLine:
    person = _person(one.person, people)
    if one.none:
        return values.make(ObligorLine, person=person, none=True)
    return values.make(
        ObligorLine, person=person, name=values.name(one.name, "obligor_name"),
        relation=values.coded(one.relation, "relation", "obligor_relation") if one.relation else None,
        low_income=one.low_income, safety_net=one.safety_net, can_fully_support=one.can_fully_support,
    )


# -- reading ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement as recorded. `d` is the payload; `sums` what its own lines add up to."""

    id: str
    on: str
    by_whom: str
    d: dict[str, Any]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Means:
    """收支: what holds now (each part from the newest statement that speaks of it), and every statement, newest first."""

    household: str
    parts: dict[str, Any]
    """part -> lines; also answers {name: bool}, nothing (names), rise_cause, income_month, income_year."""
    since: dict[str, str]
    """part -> the day it was stated"""
    sums: Sums
    claims: dict[str, Any]
    statements: tuple[StatementView, ...]


def show(session: Session, household: str) -> Means:
    """What a family stated of its means. Raises NotFound XL-V40."""
    with session.reading() as tx:
        home = reads.household(tx, household)
        return means(home, queries.statements(tx, home.id))


def means(home: rows.Household, stated: Sequence[rows.Statement]) -> Means:
    """The same from rows, newest first."""
    parts: dict[str, Any] = {"nothing": []}
    since: dict[str, str] = {}
    for part in PARTS:
        said = fact_money.newest(stated, part)
        if said is None:
            continue
        since[part] = said.on
        parts[part] = said.d.get(part, [])
        if part in said.d.get("nothing", ()):
            parts["nothing"].append(part)
        if part == "income":
            parts |= {name: said.d[name] for name in ("rise_cause", "income_month", "income_year") if said.d.get(name) is not None}
    parts["answers"] = {name: value for name, (value, _) in fact_money.answers(stated).items()}
    parts["obligors"] = [line for lines in _obligor_lines(stated).values() for line in lines]
    views = tuple(StatementView(one.id, one.on, str(one.d.get("by_whom", "")), one.d, sums(one.d)) for one in stated)
    return Means(home.id, parts, since, sums(parts), {name: home.fields[name] for name in CLAIMED if name in home.fields}, views)


def _obligor_lines(stated: Sequence[rows.Statement]) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for one in stated:
        found: dict[str, list[dict[str, Any]]] = {}
        for line in one.d.get("obligors", []):
            found.setdefault(line["person"], []).append(line)
        for person, lines in found.items():
            out.setdefault(person, lines)
    return out


def sums(d: Mapping[str, Any]) -> Sums:
    """What lines add up to (估算)."""
    income, nothing = d.get("income", []), d.get("nothing", ())
    gross = fact_money.monthly(income) if income or "income" in nothing else None
    net = max(gross - fact_money.monthly(d.get("deductions", [])), Fraction(0)) if gross is not None else None
    if d.get("income_month") is not None:
        net = Fraction(d["income_month"])
    year = Fraction(d["income_year"]) if d.get("income_year") is not None else net * fact_money.MONTHS if gross is not None and net is not None else None
    spent, bills = d.get("expenses"), d.get("medical")
    return Sums(
        gross, net, year, sum(int(one["amount"]) for one in spent) if spent else None,
        sum(int(one["amount"]) for one in spent if one["kind"] in fact_money.NECESSARY) if spent else None,
        sum(int(one["amount"]) for one in bills if one.get("layer") != fact_money.IN_POLICY) if bills else None,
        sum(int(one["amount"]) for one in bills if one.get("layer") == fact_money.SELF_PAY) if bills else None,
    )
