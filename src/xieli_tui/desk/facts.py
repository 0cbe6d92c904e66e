"""What is on file of an application, read for the procedure: one place, used by the steps, the queue and the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.casework import rules_check
from xieli_tui.desk.procedure import EMERGENCY, CaseFacts, Notice, Region, procedure_of
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

BEFORE_ACCEPTANCE = ("", "started", "handed_over", "returned", "withdrawn")
"""States in which an earlier 受理 no longer stands."""
UNDER_WAY = ("accepted", "checked", "investigated", "appraised", "reviewed", "reported", "decided", "stage_set", "paid")
"""States between 受理 and the end."""


def case_facts(tx: Tx, app: rows.Application) -> CaseFacts:
    """The days of the steps an application has behind it, and its notices."""
    last: dict[str, rows.Step] = {step.t: step for step in queries.steps(tx, app.id)}
    checked = last.get("application.checked")
    return CaseFacts(
        accepted="" if app.state in BEFORE_ACCEPTANCE else _day(last, "application.accepted"),
        checked=_day(last, "application.checked"),
        check_result=str(checked.d.get("result", "")) if checked else "",
        surveyed=_day(last, "application.investigated"),
        reviewed=_day(last, "application.reviewed"),
        notices=tuple(_notice(n) for n in queries.notices(tx, app.id)),
        emergency=app.emergency,
    )


def opinion(tx: Tx, app: rows.Application) -> str:
    """The township's opinion on file: grant | reject, "" while there is none."""
    given = [one for one in queries.steps(tx, app.id) if one.t == "application.reviewed"]
    return str(given[-1].d.get("opinion", "grant")) if given else ""


def _day(last: dict[str, rows.Step], t: str) -> str:
    step = last.get(t)
    return step.on if step else ""


def _notice(row: rows.Notice) -> Notice:
    return Notice(row.kind, row.place, row.start, row.end, max((day for day, _, _ in row.objections), default=""), row.counted, row.calendar)


STEP_RULES: dict[str, tuple[str, ...]] = {
    "accepted": ("JM-01", "JX-41"), "checked": ("JM-10", "JX-50", "CQ-21"), "investigated": ("JM-05",), "reviewed": ("JM-05",), "notice": ("JM-06",),
    "decided": ("JM-07", "GX-18", "GX-19", "JX-43"), "told": ("CQ-14",),
    EMERGENCY: ("CQ-32", "JX-21", "CN-08"),
}
"""Step -> the rules whose clause it rests on, the first in force counts."""
DEMANDED_BY: dict[str, str] = {"checked": "JM-10", "reviewed": "JM-05", "notice": "JM-06"}
"""Step -> the rule that asks it of every application, whatever the kind (002:三(二)2, 3; 002:四(二)). The way of investigating is left open there
(采取信息化核对、入户调查…), so a 核对 is enough for kinds whose own procedure names no 入户调查."""


def region(tx: Tx, village: str, day: str, kind: str) -> Region:
    """What the packs in force in a village on a day say of the steps of a case of this kind."""
    rules = {rule for rules in STEP_RULES.values() for rule in rules}
    found = rules_check.in_force(tx, village, dt.date.fromisoformat(day), *rules, kind=kind)
    clauses = {step: next(found[rule] for rule in rules if rule in found) for step, rules in STEP_RULES.items() if any(rule in found for rule in rules)}
    return Region(clauses, frozenset(step for step, rule in DEMANDED_BY.items() if rule in found))


def relatives(tx: Tx, household: str) -> set[str]:
    """Names of officers and cadres filed as near relatives of a family, over all its applications (002:三(一)2)."""
    names: set[str] = set()
    for app in queries.applications(tx, household):
        filed = queries.kin(tx, app.id)
        if filed is None or filed.none:
            continue
        if filed.staff:
            names.add(filed.staff)
        person = queries.person(tx, filed.person) if filed.person else None
        if person is not None and person.name:
            names.add(person.name)
    return names


def conflicted(tx: Tx, household: str, officer: str) -> bool:
    """Whether this officer is filed as a near relative of the family, in any of its applications."""
    filed = (queries.kin(tx, app.id) for app in queries.applications(tx, household))
    return bool(officer) and any(one is not None and not one.none and one.staff == officer for one in filed)


def member_names(tx: Tx, household: str) -> set[str]:
    """Names of the family itself."""
    return {m.name for m in queries.members(tx, household) if m.name}


def strictest(kinds: Sequence[str]) -> str:
    """The kind that owes the most steps; its procedure leads the case."""
    return max(kinds, key=lambda kind: len(procedure_of(kind))) if kinds else ""
