"""Aid twice: two records of one kind for one period or one matter, told with both records (M-39, M-40; CN-10, CQ-22). Never a verdict.

Rules kept here
- aids on the chain and decisions that granted are looked at together; a decision and the aid of record made of it are one record, not two;
- two periods known to differ are two payments; two people of a family each with their own are two payments;
- the clause is the one a pack in force here has; where none speaks, the pair is shown without a clause.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, rules_check
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

RULES = ("CQ-22", "CN-10")
RANKS = {"ruling": "在册", "claim": "村里", "decision": "决定"}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two records side by side. `person` "" = the whole family; `records` each told by day, kind, amount and whose word it is."""

    kind: str
    person: str
    words: str
    records: tuple[str, str]
    refs: tuple[str, str]
    cite: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    person: str
    on: str
    period: str
    matter: str
    amount: int | None
    rank: str
    ref: str
    item: str = ""

    def line(self) -> str:
        amount = f" {format_fen(self.amount)} 元" if self.amount is not None else f" {self.item}" if self.item else ""
        period = f" {self.period}" if self.period else ""
        return f"{self.on} {codes.label('kind', self.kind)}{period}{amount}（{RANKS[self.rank]}）"


def of_household(session: Session, household: str) -> tuple[Overlap, ...]:
    """Pairs of a family. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return tuple(view(tx, reads.household(tx, household), session.today))


def of_person(session: Session, person: str) -> tuple[Overlap, ...]:
    """Pairs that concern one person: his own, and those of his whole family. Raises NotFound("XL-V41")."""
    with session.reading() as tx:
        who = reads.person(tx, person)
        files = [one for one in (queries.person(tx, ident) for ident in queries.component(tx, who.id)) if one is not None]
        homes = [home for home in (queries.household(tx, one) for one in dict.fromkeys(file.household for file in files)) if home is not None]
        return tuple(one for home in homes for one in view(tx, home, session.today) if one.person in ("", *(file.id for file in files)))


def view(tx: Tx, home: rows.Household, today: dt.date) -> list[Overlap]:
    """Pairs of one family, the newest first."""
    held = sorted(_records(tx, home.id), key=lambda one: (one.on, one.ref), reverse=True)
    found = [(new, old) for new, old in combinations(held, 2) if _twice(new, old)]
    if not found:
        return []
    clause = rules_check.in_force(tx, home.village, today, *RULES)
    rule = next(iter(clause), "")
    return [
        Overlap(new.kind, new.person or old.person, "同一种救助有两笔，请核对是不是重了", (new.line(), old.line()), (new.ref, old.ref), clause.get(rule, ""), rule)
        for new, old in found
    ]


def _records(tx: Tx, household: str) -> Iterable[_Record]:
    aids = queries.aids(tx, household)
    shown = queries.components(tx)
    for one in aids:
        yield _Record(one.kind, shown.get(one.person, one.person), one.on, one.period, one.matter, one.amount, one.rank, one.ref, one.item)
    apps: dict[str, str] = {app.id: shown.get(app.person, app.person) for app in queries.applications(tx, household)}
    for made in queries.decisions(tx, household=household):
        if made.result == "granted" and not _of_record(made, aids):
            yield _Record(made.kind, apps.get(made.application, ""), made.on, made.period, "", made.amount, "decision", made.ref)


def _of_record(made: rows.Decision, aids: Sequence[rows.Aid]) -> bool:
    """The aid of record made of this decision is on the chain already."""
    return any(one.rank == "ruling" and one.kind == made.kind and one.amount == made.amount and one.on >= made.on for one in aids)


def _twice(new: _Record, old: _Record) -> bool:
    if new.kind != old.kind or (new.person and old.person and new.person != old.person):
        return False
    if new.matter and old.matter and new.matter != old.matter:
        return False
    if new.period and old.period:
        return new.period.startswith(old.period) or old.period.startswith(new.period)
    if new.matter and old.matter:
        return True
    return new.on == old.on
