"""What the packs in force will say of an act, while its form is still being filled: the same questions the verbs ask, nothing written.

Rules kept here
- a preview stops nobody: the verb refuses what is forbidden, with the same words;
- what cannot be read yet (half a sum, half a day) is not asked about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, rules_check, values
from xieli_tui.desk import decisions, guards, standing
from xieli_tui.desk.moves import opened
from xieli_tui.domain.money import parse_fen
from xieli_tui.domain.text import whole
from xieli_tui.errors import XieliError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


@dataclass(frozen=True, slots=True)
class Ahead:
    """One line ahead of an act: `stops` when the verb will refuse it."""

    text: str
    stops: bool = False


def _lines(said: rules_check.Said, records: Sequence[str] = ()) -> list[Ahead]:
    if said.result in ("block", "route"):
        word = rules_check.ACTOR_WORDS.get(said.next_actor, "")
        return [Ahead(f"{said.why}{f'，由{word}办' if word and said.result == 'route' else ''}  {said.cite}", True)]
    return [Ahead(one.line()) for one in said.warnings(records)]


def _fen(typed: str) -> int | None:
    try:
        return parse_fen(typed) if typed.strip() else None
    except XieliError:
        return None


def accept(session: Session, tx: Tx, a: rows.Application) -> list[Ahead]:
    """受理 of an application, today."""
    who = guards.officer(session, tx)
    return _lines(rules_check.check(tx, rules_check.family(tx, a), a, "township.accept_application", session.today, who.role))


def decide(session: Session, app: str, kind: str, amount: str, grant: bool, on: str | None = None) -> list[Ahead]:
    """A decision for one kind; `amount` as typed so far."""
    fen = _fen(amount)
    if not kind or (grant and kind in decisions.MONEY and fen is None):
        return []
    with session.reading() as tx:
        a, who = opened(session, tx, app)
        said = decisions.policy_says(tx, a, who, kind, fen, _day(session, on), grant)
        return [line for one, records in said for line in _lines(one, records)]


def advance(session: Session, app: str, amount: str, on: str | None = None) -> list[Ahead]:
    """先行救助 of a sum as typed so far."""
    fen = _fen(amount)
    if not fen:
        return []
    with session.reading() as tx:
        a, who = opened(session, tx, app)
        day = dt.date.fromisoformat(_day(session, on))
        return _lines(rules_check.check(tx, rules_check.family(tx, a), a, "pay_first", day, who.role, amount=rules_check.money(fen), actor=who.role))


def taper(session: Session, household: str, months: str, start: str, income: str) -> list[Ahead]:
    """A 渐退期 as typed so far; the last line says when it ends."""
    count = whole(months)
    if count is None or not 1 <= count <= 60 or not start.strip():
        return []
    day = _day(session, start)
    with session.reading() as tx:
        said = standing.taper_said(tx, reads.household(tx, household), session.today, guards.officer(session, tx).role, count, day, _fen(income))
        return [*_lines(said), *([] if said.result == "block" else [Ahead(f"渐退到 {standing.taper_end(day, count)}，期满核查")])]


def leave(session: Session, household: str, category: str, reason: str) -> list[Ahead]:
    """An exit from a category."""
    if not category:
        return []
    with session.reading() as tx:
        return _lines(*standing.exit_said(session, tx, reads.household(tx, household), category, reason, session.today))


def _day(session: Session, typed: str | None) -> str:
    try:
        return values.day(typed, session.today, future=True)
    except XieliError:
        return session.today.isoformat()
