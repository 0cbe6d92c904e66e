"""Officers who work on this desk: the name, post, role and area behind `by`.

A township officer on the county's own database is entered here with his township's area; the guards then hold him to it (design 09).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk.guards import officer, require_desk
from xieli_tui.domain.events.household import OperatorAdded
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


@dataclass(frozen=True, slots=True)
class AddOperator:
    """A new officer; `role` township or county, `area` its prefix (9 or 6 digits)."""

    name: str
    role: str
    area: str
    post: str | None = None


def add_operator(session: Session, request: AddOperator) -> Saved:
    """Record an officer; `id` is the operator id a passphrase slot is made for.

    Raises:
        Refused: XL-P07, XL-P03 outside the area or above the role of who is at work, XL-V12 area digits, XL-V06 no name.
    """
    with session.reading() as tx:
        who = officer(session, tx)
    role = values.choice(request.role, ("township", "county"), "role")
    if role == "county" and who.role == "township":
        raise Refused("XL-P03", field="role")
    area = values.needed(request.area, "area").strip()
    if not area.isdigit() or len(area) != (9 if role == "township" else 6):
        raise Refused("XL-V12", field="area")
    if not area.startswith(who.area):
        raise Refused("XL-P03", "不在本单位辖区", field="area")
    name = values.needed(values.name(request.name, "name"), "name")
    chosen: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        taken = [int(o.operator) for o in queries.operators(tx) if o.dev == session.dev and o.operator.isdigit()]
        chosen.append(str(max(taken, default=0) + 1))
        return [values.make(OperatorAdded, operator=chosen[0], name=name, post=values.name(request.post, "post"), role=role, area=area)]

    recorded = session.transact(build)
    return saved(chosen[0], recorded)


def list_operators(session: Session) -> list[rows.Operator]:
    """Officers of this desk, in the order they were entered."""
    require_desk(session)
    with session.reading() as tx:
        return [o for o in queries.operators(tx) if o.dev == session.dev]
