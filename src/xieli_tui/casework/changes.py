"""重大变化: what changed in a family, reported and followed until a desk has answered (000:5, JX-10, JX-13; 003:(六) CQ-19; M-09).

Rules kept here
- a report is open until a desk answers it (`county answer`); it is never closed by time or by the village itself;
- a change ticked on a visit is reported with it, in the same transaction: nothing is written twice. One of the same kind that is still open is not
  reported again;
- `effect` is what the family says of it; nothing is adjusted by a report, that is the desk's act (JM-13).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import ChangeReported
from xieli_tui.store import queries

if TYPE_CHECKING:
    import datetime as dt

    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class ReportChange:
    """One change: kind of the vocabulary `change`, whose, the day it happened, what it does (worse | better | none)."""

    household: str
    kind: str
    person: str | None = None
    on: str | None = None
    effect: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change report, open or answered."""

    id: str
    household: str
    head: str
    who: str
    kind: str
    kind_label: str
    on: str
    effect: str
    note: str
    open: bool
    answer: str
    """the desk's word, "" while it is open"""
    answer_note: str
    days: int
    """days since it happened, while it is open"""


def report_change(session: Session, request: ReportChange) -> Saved:
    """One change report, durable when this returns; `state` is "open".

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06, XL-V08 kind or effect, XL-V13 a day to come.
    """
    change = session.new_id()

    def build(tx: Tx) -> list[ChangeReported]:
        home, village = reads.home(tx, request.household)
        return [
            values.make(
                ChangeReported,
                village=village,
                household=home,
                change=change,
                on=values.day(request.on, session.today),
                kind=values.coded(request.kind, "change", "kind"),
                person=reads.member(tx, home, request.person).person if request.person else None,
                effect=values.coded(request.effect, "change_effect", "effect") if request.effect else None,
                note=values.text(request.note, "note"),
            )
        ]

    return saved(change, session.transact(build), "open")


def noticed(session: Session, tx: Tx, *, village: str, household: str, visit: str, on: str, kinds: Sequence[str]) -> list[ChangeReported]:
    """What a visit noticed, as reports of their own; kinds with an open report are left out."""
    if not kinds:
        return []
    waiting = {one.kind for one in queries.changes(tx, household, open_only=True)}
    return [
        values.make(ChangeReported, village=village, household=household, change=session.new_id(), on=on, kind=kind, visit=visit)
        for kind in kinds
        if kind not in waiting
    ]


def list_changes(session: Session, household: str | None = None, *, open_only: bool = False) -> list[ChangeRow]:
    """Change reports, the longest open first, then those answered, newest first. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.household(tx, household).id if household else None
        return view(tx, queries.changes(tx, home, open_only), session.today)


def view(tx: Tx, found: Sequence[rows.Change], today: dt.date) -> list[ChangeRow]:
    """Reports as rows; stubs are left out."""
    known = [one for one in found if one.known]
    heads = queries.household_heads(tx, {one.household for one in known})
    out = [_row(tx, one, heads.get(one.household, ""), today) for one in known]
    waiting = sorted((one for one in out if one.open), key=lambda one: (one.on, one.id))
    return [*waiting, *(one for one in out if not one.open)]


def _row(tx: Tx, one: rows.Change, head: str, today: dt.date) -> ChangeRow:
    who = queries.person(tx, one.person) if one.person else None
    return ChangeRow(
        id=one.id,
        household=one.household,
        head=head,
        who=who.name if who else "",
        kind=one.kind,
        kind_label=codes.label("change", one.kind),
        on=one.on,
        effect=codes.label("change_effect", one.effect) if one.effect else "",
        note=one.note,
        open=not one.answered,
        answer=codes.label("disposition", one.answered) if one.answered else "",
        answer_note=one.answer_note,
        days=0 if one.answered else (today - dt.date.fromisoformat(one.on)).days,
    )
