"""What a desk says of a field: which of two values holds, a value put right, a field held to it.

Rules kept here
- a desk's value outranks a village's and replaces what stands; every value stays readable in the chain;
- a locked field keeps the desks' value: what a village claims after is shown beside it as a proposal, never instead of it; the desks' next value
  without a lock opens it again;
- a person's field is put right by `roster.fixed`, a household's by a claim of the desk; both with a reason, both in the officer's area only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.casework import exchange, reads, values
from xieli_tui.casework.households import claimed, differing, household_claims, person_fields
from xieli_tui.casework.views import ConflictView, Saved
from xieli_tui.desk import guards
from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS, PERSON_FIELDS, RosterFixed
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


def conflicts(session: Session) -> list[ConflictView]:
    """Fields of this desk's area with several values, or with a proposal beside a locked one. Raises Refused("XL-P07")."""
    guards.require_desk(session)
    found = exchange.conflicts(session)
    with session.reading() as tx:
        area = guards.officer(session, tx).area
        return [one for one in found if (_village(tx, one.entity) or area).startswith(area)]


def resolve(
    session: Session, entity: str, field: str, value: str, reason: str, *, lock: bool = False, seen: Sequence[str] | None = None,
) -> Saved:
    """Settle a field: `exchange.resolve`, at a desk.

    Raises:
        NotFound: XL-V45. Refused: XL-P07, XL-P03 another area, XL-V06, XL-V08.
    """
    guards.require_desk(session)
    with session.reading() as tx:
        village = _village(tx, entity.strip())
        if village:
            guards.require_area(guards.officer(session, tx), village)
    return exchange.resolve(session, entity, field, value, reason, seen=seen, lock=lock)


def fix(session: Session, entity: str, field: str, value: str, reason: str, *, lock: bool = False) -> Saved:
    """Put one field of a person or a household right; `lock` holds it there. State "unchanged" when it says so, and is held so, already.

    Raises:
        NotFound: XL-V40 neither a household nor a person. Refused: XL-P07, XL-P03, XL-V06 no reason, XL-V08 no such field, value codes.
    """
    guards.require_desk(session)
    why = values.needed(values.text(reason, "reason"), "reason")
    ident: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        who = guards.officer(session, tx)
        person = queries.resolve_person(tx, entity.strip())
        one = queries.person(tx, person) if person else None
        if one is not None and one.known:
            ident.append(one.id)
            guards.require_area(who, _village(tx, one.id) or one.village)
            return _of_person(session, tx, one, field, value, why, lock)
        home = reads.household(tx, entity)
        ident.append(home.id)
        guards.require_area(who, home.village)
        if field not in HOUSEHOLD_FIELDS:
            raise Refused("XL-V08", "、".join(HOUSEHOLD_FIELDS), field="field")
        made = list(household_claims(session, tx, home, {field: value}, why, lock=lock))
        return made or _held_now(session, tx, home, field, value, why, lock)

    recorded = session.transact(build)
    return claimed(session, recorded, lambda: ident[0])


def _of_person(session: Session, tx: Tx, one: rows.Person, field: str, value: str, why: str, lock: bool) -> list[Payload]:
    if field not in PERSON_FIELDS:
        raise Refused("XL-V08", "、".join(PERSON_FIELDS), field="field")
    typed = person_fields({field: value}, session.today)
    changed = differing(typed, one.fields, queries.field_heads(tx, one.id))
    if not changed and queries.locked(tx, one.id, field) == lock:
        return []
    fields = changed or typed
    return [values.make(
        RosterFixed, village=one.village, household=one.household, person=one.id, fields=fields, replaces=list(queries.heads(tx, one.id, tuple(fields))),
        reason=why, lock=lock or None,
    )]


def _held_now(session: Session, tx: Tx, home: rows.Household, field: str, value: str, why: str, lock: bool) -> list[Payload]:
    """The same value again, to lock it or to open it."""
    from xieli_tui.domain.events.household import HouseholdClaimed

    if queries.locked(tx, home.id, field) == lock:
        return []
    typed = values.typed_fields(HOUSEHOLD_FIELDS, {field: value}, session.today)
    return [values.make(
        HouseholdClaimed, village=home.village, household=home.id, fields=typed, replaces=list(queries.heads(tx, home.id, (field,))), reason=why,
        lock=lock or None,
    )]


def _village(tx: Tx, entity: str) -> str:
    """Where a household, or a person's household, is now; "" for nobody known."""
    found = queries.village_of(tx, entity)
    if found:
        return found
    who = queries.person(tx, entity)
    return (queries.village_of(tx, who.household) or who.village) if who is not None else ""


