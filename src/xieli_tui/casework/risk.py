"""贫困风险预警预防机制 (001:10, GX-14, M-06): recorded facts against the county's own indicators; what is hit asks for a visit and for nothing else.

Rules kept here
- without indicators of the county nothing happens; no threshold of ours, no score, nobody ranked;
- only what is recorded counts: an absent fact hits nothing (R12), a sum is compared exactly, 超过 does not include the number (R1);
- once per household, indicator and period: an alert issued or answered in the period, or a visit that met somebody since, and it is quiet;
- a fact seen on a visit asks for the next visit, so the visit that brought it does not answer it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import rules_check
from xieli_tui.casework.risk_indicators import UNEMPLOYED, Indicator, parse
from xieli_tui.domain.dates import add_months, half_of, quarter_of
from xieli_tui.errors import XieliError
from xieli_tui.policy import local
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

KEY = "risk_indicators"
RULE = "GX-14"
LOCAL_CITE = "当地规定"
"""Where no pack in force speaks of risk warnings the county's own parameter is the ground."""
TASK = "risk_visit"
CLASS = "risk"
FEW = 20
_OUT_OF_WORK = frozenset({"registered_unemployed", "unemployed"})
SEVERE_LEVEL = 2
"""Disability levels 1 and 2 are severe (GB/T 26341)."""
_SCHOOL = range(6, 16)
"""Ages of compulsory schooling (EXT: 义务教育法), as the packs read them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An indicator met by a household: on the day `since` it became known, for the period named. `seen`: the fact came from a visit."""

    household: str
    indicator: Indicator
    period: str
    since: str
    seen: bool = False
    person: str = ""

    @property
    def why(self) -> str:
        """The sentence of the task and of the alert: whose indicator, which fact, and that a visit is asked."""
        return f"按县里的指标（{self.indicator.words}），请走访看看"


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of one household, as far as indicators look."""

    home: rows.Household
    members: Sequence[rows.Member] = ()
    statements: Sequence[rows.Statement] = ()
    changes: Sequence[rows.Change] = ()
    visits: Sequence[rows.Visit] = ()
    flags: Sequence[rows.Flag] = ()
    alerts: Sequence[rows.Alert] = ()


def indicators(tx: Tx, home: rows.Household, asof: dt.date) -> tuple[Indicator, ...]:
    """The indicators in force for a household: its township before the county, urban or rural before neither; () when the county set none."""
    return _parsed(queries.local_params(tx, KEY), home, asof)


def _parsed(held: Sequence[rows.LocalParam], home: rows.Household, asof: dt.date) -> tuple[Indicator, ...]:
    if not held:
        return ()
    try:
        value = local.resolve(held, asof, home.village, str(home.fields.get("area") or "") or None).get(KEY)
        return parse(value) if value is not None else ()
    except XieliError:  # two desks set it side by side, or an older program let it through: `county lint` names it, nobody is asked to visit
        return ()


def period_of(indicator: Indicator, day: dt.date) -> tuple[str, dt.date]:
    """(name, first day) of the period a day lies in: 2026, 2026H2, 2026Q4, 2026-12."""
    if indicator.period == "quarter":
        found = quarter_of(day)
        return f"{found.year}Q{found.number}", found.first
    if indicator.period == "half":
        first, _ = half_of(day)
        return f"{day.year}H{1 if first.month == 1 else 2}", first
    if indicator.period == "month":
        return f"{day:%Y-%m}", day.replace(day=1)
    return str(day.year), day.replace(month=1, day=1)


def evaluate(indicator: Indicator, known: Known, asof: dt.date) -> Hit | None:
    """Whether the recorded facts of a household meet one indicator. Pure."""
    if known.home.category in indicator.skip:
        return None
    name, first = period_of(indicator, asof)
    found = _LOOK[indicator.group](indicator, known, first, asof)
    if found is None:
        return None
    since, seen, person = found
    return Hit(known.home.id, indicator, name, since, seen, person)


Found = tuple[str, bool, str] | None
"""(day it became known, seen on a visit, person)"""


def _newest(known: Known, part: str, asof: dt.date) -> rows.Statement | None:
    """The newest statement of the last twelve months in which a part was asked about."""
    floor, day = add_months(asof, -12).isoformat(), asof.isoformat()
    asked = [s for s in known.statements if floor < s.on <= day and (s.d.get(part) or part in s.d.get("nothing", ()))]
    return max(asked, key=lambda s: (s.on, s.id), default=None)


def _lines(statement: rows.Statement, part: str, column: str, what: str, asof: dt.date) -> int | None:
    """Sum in 分 of a ledger's lines of one kind (or all) in the last twelve months; None when there is no such line."""
    floor = add_months(asof, -12).isoformat()
    held = [
        int(one["amount"]) for one in statement.d.get(part, ())
        if (what == "total" or one.get(column) == what) and floor < str(one.get("on", statement.on)) <= asof.isoformat()
    ]
    return sum(held) if held else None


def _over(part: str, column: str) -> Any:
    def look(indicator: Indicator, known: Known, _first: dt.date, asof: dt.date) -> Found:
        statement = _newest(known, part, asof)
        total = _lines(statement, part, column, indicator.what, asof) if statement is not None else None
        if statement is None or total is None or indicator.over is None or total <= indicator.over:
            return None
        return statement.on, False, ""

    return look


def _income(indicator: Indicator, known: Known, _first: dt.date, asof: dt.date) -> Found:
    stated = [s for s in known.statements if s.income_month is not None and add_months(asof, -12).isoformat() < s.on <= asof.isoformat()]
    last = max(stated, key=lambda s: (s.on, s.id), default=None)
    if last is None or last.income_month is None or indicator.under is None:
        return None
    size = len(known.members) if indicator.what == "month_per_head" else 1
    return (last.on, False, "") if size and last.income_month < indicator.under * size else None


def _change(indicator: Indicator, known: Known, first: dt.date, asof: dt.date) -> Found:
    kind = "job" if indicator.what == UNEMPLOYED else indicator.what
    idle = [m.person for m in known.members if m.fields.get("work") in _OUT_OF_WORK]
    if indicator.what == UNEMPLOYED and not idle:
        return None
    inside = [(c.on, False, c.person) for c in known.changes if c.kind == kind and first.isoformat() <= c.on <= asof.isoformat()]
    inside += [(v.on, True, "") for v in known.visits if kind in v.changes and first.isoformat() <= v.on <= asof.isoformat()]
    if indicator.what == UNEMPLOYED:
        inside = [one for one in inside if not one[2] or one[2] in idle]
    return max(inside, default=None)


def _mark(indicator: Indicator, known: Known, _first: dt.date, asof: dt.date) -> Found:
    marked = [v for v in known.visits if indicator.what in v.marks and v.met != "none" and v.on <= asof.isoformat()]
    last = max(marked, key=lambda v: (v.on, v.id), default=None)
    return (last.on, True, "") if last is not None and indicator.level is not None and last.marks[indicator.what] >= indicator.level else None


def _flag(indicator: Indicator, known: Known, _first: dt.date, asof: dt.date) -> Found:
    held = [(f.on, f.channel == "visit", "") for f in known.flags if indicator.what in f.causes and not f.settled_on and f.on <= asof.isoformat()]
    return max(held, default=None)


def _house(_indicator: Indicator, known: Known, _first: dt.date, asof: dt.date) -> Found:
    looked = [v for v in known.visits if v.house_safety in ("safe", "risk") and v.on <= asof.isoformat()]
    last = max(looked, key=lambda v: (v.on, v.id), default=None)
    return (last.on, True, "") if last is not None and last.house_safety == "risk" else None


def _person(indicator: Indicator, known: Known, first: dt.date, asof: dt.date) -> Found:
    for one in known.members:
        if _applies(indicator.what, one, asof):
            return first.isoformat(), False, one.person
    return None


def _applies(what: str, m: rows.Member, asof: dt.date) -> bool:
    level = m.fields.get("disability_level")
    if what == UNEMPLOYED:
        return m.fields.get("work") in _OUT_OF_WORK
    if what == "severe_disabled":
        return isinstance(level, int) and 1 <= level <= SEVERE_LEVEL
    if what == "disabled":
        return (isinstance(level, int) and level > 0) or m.fields.get("disability_kind") not in (None, "", "none")
    if what == "out_of_school":
        return m.in_school is False and bool(m.birth) and _age(m.birth, asof) in _SCHOOL
    return m.fields.get(what) is True


def _age(birth: str, asof: dt.date) -> int:
    born = dt.date.fromisoformat(birth)
    return asof.year - born.year - ((asof.month, asof.day) < (born.month, born.day))


_LOOK = {
    "expense": _over("expenses", "kind"), "medical": _over("medical", "layer"), "income": _income, "change": _change, "mark": _mark, "flag": _flag,
    "house": _house, "person": _person,
}


def asked(hit: Hit, alerts: Iterable[rows.Alert]) -> bool:
    """Whether the county asked about this already in the period (answered or not)."""
    return any(a.cls == CLASS and a.columns.get("indicator") == hit.indicator.id and a.columns.get("period") == hit.period for a in alerts)


def visited(hit: Hit, visits: Iterable[rows.Visit]) -> bool:
    """Whether somebody was met since the fact became known (after the day of the visit that brought it)."""
    return any(v.met != "none" and (v.on > hit.since if hit.seen else v.on >= hit.since) for v in visits)


def known_of(tx: Tx, homes: Sequence[rows.Household]) -> list[Known]:
    """What is recorded of households: of many each table is read once, of a few only theirs."""
    if len(homes) <= FEW:
        return [_known(tx, home) for home in homes]
    people: dict[str, list[rows.Member]] = defaultdict(list)
    for household, members in queries.all_members(tx).items():
        people[household] = [m for m in members if not m.ended and not m.died_on and m.living]
    statements, changes, visits, flags, alerts = (
        _by_household(listed) for listed in (queries.statements(tx), queries.changes(tx), queries.visits(tx), queries.flags(tx), queries.alerts(tx))
    )
    return [
        Known(home, people[home.id], statements[home.id], changes[home.id], visits[home.id], flags[home.id], alerts[home.id]) for home in homes
    ]


def _known(tx: Tx, home: rows.Household) -> Known:
    people = [m for m in queries.members(tx, home.id) if not m.ended and not m.died_on and m.living]
    return Known(
        home, people, queries.statements(tx, home.id), queries.changes(tx, home.id), queries.visits(tx, home.id), queries.flags(tx, home.id),
        queries.alerts(tx, home.id),
    )


def _by_household(listed: Iterable[Any]) -> defaultdict[str, list[Any]]:
    out: defaultdict[str, list[Any]] = defaultdict(list)
    for one in listed:
        out[one.household].append(one)
    return out


def hits(tx: Tx, homes: Sequence[rows.Household], asof: dt.date) -> list[Hit]:
    """Every indicator met and not yet asked about or answered by a visit, by household and indicator."""
    held = queries.local_params(tx, KEY)
    if not held:
        return []
    out: list[Hit] = []
    for known in known_of(tx, homes):
        for indicator in _parsed(held, known.home, asof):
            hit = evaluate(indicator, known, asof)
            if hit is not None and not asked(hit, known.alerts) and not visited(hit, known.visits):
                out.append(hit)
    return out


@dataclass(frozen=True, slots=True)
class Asking:
    """What the indicators ask about one family: one sentence for all it meets, the clause where a pack in force speaks of them, the person."""

    why: str
    cite: str
    person: str


def asking(tx: Tx, home: rows.Household, asof: dt.date) -> Asking | None:
    """The 今日 line of a family (task `risk_visit`); None once it was visited, or the county asked by an alert."""
    found = hits(tx, [home], asof)
    if not found:
        return None
    words = "、".join(dict.fromkeys(hit.indicator.words for hit in found))
    cite = rules_check.in_force(tx, home.village, asof, RULE).get(RULE, LOCAL_CITE)
    return Asking(f"按县里的指标（{words}），请走访看看", cite, next((hit.person for hit in found if hit.person), ""))
