"""What a form of facts changed, written in one transaction: claims about a household or a person, and the obligors a member has.

Rules kept here
- only what was changed is given and only what differs is claimed; both are saved or none;
- 认定 labels are said one by one, 有 or 没有: what the form did not touch stays as it was, words nobody knows included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import facts, reads, statements
from xieli_tui.casework.households import Seen, claimed, household_claims, person_claims
from xieli_tui.casework.session import Session
from xieli_tui.casework.statements import Obligor, State
from xieli_tui.casework.views import Saved
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class KeepHousehold:
    """Changed fields of a household; `labels` are older labels (V1b) with 有 True or 没有 False."""

    household: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, bool] = field(default_factory=dict)
    seen: Seen | None = None
    """what stood on the form when it was opened (`HouseholdCard.heads` of the household)"""


@dataclass(frozen=True, slots=True)
class KeepPerson:
    """Changed fields of a person; `obligors` None = not touched; `reason` keeps an identity number somebody else has as well."""

    person: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    obligors: Sequence[Obligor] | None = None
    reason: str | None = None
    seen: Seen | None = None


def keep_household(session: Session, request: KeepHousehold) -> Saved:
    """Claims about a household. Raises NotFound XL-V40; Refused: value codes, XL-V11 a label nobody knows."""
    unknown = set(request.labels) - facts.LABELS
    if unknown:
        raise Refused("XL-V08", "、".join(sorted(facts.LABELS)), field="labels")
    found = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal found
        home = reads.household(tx, request.household)
        found = home.id
        return list(household_claims(session, tx, home, {**request.fields, **_labels(home.fields, request.labels)}, seen=request.seen))

    return claimed(session, session.transact(build), lambda: found)


def _labels(known: Mapping[str, Any], said: Mapping[str, bool]) -> dict[str, list[str]]:
    if not said:
        return {}
    has = [one for one in known.get("labels") or () if said.get(one) is not False]
    not_ = [one for one in known.get("labels_no") or () if said.get(one) is not True]
    has += [name for name, yes in said.items() if yes and name not in has]
    not_ += [name for name, yes in said.items() if not yes and name not in not_]
    out = {"labels": has, "labels_no": not_}
    return {name: value for name, value in out.items() if value != list(known.get(name) or ())}


def keep_person(session: Session, request: KeepPerson) -> Saved:
    """Claims about a person, with the obligors when they were told.

    Raises:
        NotFound: XL-V41. Refused: XL-V03 identity number, XL-V14 somebody else has it, value codes.
    """
    made = session.new_id()

    def build(tx: Tx) -> list[Payload]:
        who = reads.person(tx, request.person)
        out = list(person_claims(session, tx, who, request.fields, request.reason, seen=request.seen))
        if request.obligors is not None:
            home = reads.household(tx, who.household)
            out += statements.payloads(session, tx, home, State(home.id, obligors=request.obligors), made)
        return out

    return claimed(session, session.transact(build), lambda: request.person.strip())
