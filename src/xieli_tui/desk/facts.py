"""What is on file of an application, read for the procedure: one place, used by the steps, the queue and the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.desk.procedure import CaseFacts, Notice, procedure_of
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


def _day(last: dict[str, rows.Step], t: str) -> str:
    step = last.get(t)
    return step.on if step else ""


def _notice(row: rows.Notice) -> Notice:
    return Notice(row.kind, row.place, row.start, row.end, max((day for day, _, _ in row.objections), default=""))


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


def member_names(tx: Tx, household: str) -> set[str]:
    """Names of the family itself."""
    return {m.name for m in queries.members(tx, household) if m.name}


def strictest(kinds: Sequence[str]) -> str:
    """The kind that owes the most steps; its procedure leads the case."""
    return max(kinds, key=lambda kind: len(procedure_of(kind))) if kinds else ""
