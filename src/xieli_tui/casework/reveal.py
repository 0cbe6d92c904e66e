"""Showing what is masked: one key, and recorded with the screen and the task it happened in (Law 4).

Rules kept here
- the record is written before the values are handed out, in one transaction: nothing is shown that was not recorded;
- full output of the command line needs a reason and is recorded too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session
from xieli_tui.domain.events.road import AuditExported, AuditRevealed
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

MASKED = ("id_no", "phone", "bank", "disability_cert")


@dataclass(frozen=True, slots=True)
class Revealed:
    """Full values by person id: `id_no`, `phone`, `bank`, `disability_cert` as far as known."""

    household_phone: str
    persons: dict[str, dict[str, str]]


def reveal(session: Session, screen: str, task: str | None = None, household: str | None = None, person: str | None = None) -> Revealed:
    """The full values of one household or one person, recorded.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 neither is named.
    """
    shown: list[Revealed] = []

    def build(tx: Tx) -> list[AuditRevealed]:
        if household:
            home = reads.household(tx, household)
            members = [one for one in queries.members(tx, home.id) if person is None or one.is_(person)]
            if person is not None and not members:
                reads.member(tx, home.id, person)
            shown.append(Revealed(str(home.fields.get("phone", "")), {one.person: _full(one) for one in members}))
            about: str | None = home.id
            who: str | None = person
        elif person:
            found = reads.person(tx, person)
            shown.append(Revealed("", {found.id: _full(found)}))
            about, who = found.household or None, found.id
        else:
            raise Refused("XL-V06", "请选一户或一个人", field="household")
        fields = sorted({name for one in shown[0].persons.values() for name in one} | ({"phone"} if shown[0].household_phone else set()))
        return [values.make(AuditRevealed, screen=screen, task=task or None, household=about, person=who, fields=fields)]

    session.transact(build)
    return shown[0]


def require_reason(session: Session, what: str, reason: str | None, rows_: int, household: str | None = None) -> None:
    """Record that unmasked values leave as output; call before handing them out.

    Raises:
        Refused: XL-V06 no reason. NotFound: XL-V40.
    """
    why = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[AuditExported | AuditRevealed]:
        out: list[AuditExported | AuditRevealed] = [values.make(AuditExported, what=what, rows=rows_, full=True, reason=why)]
        if household:
            out.append(values.make(AuditRevealed, screen=what, household=reads.household(tx, household).id, fields=list(MASKED)))
        return out

    session.transact(build)


def _full(one: rows.Member | rows.Person) -> dict[str, str]:
    known: dict[str, Any] = {"id_no": one.id_no, "phone": one.phone, "bank": one.fields.get("bank", ""), "disability_cert": one.fields.get("disability_cert", "")}
    return {name: str(value) for name, value in known.items() if value}
