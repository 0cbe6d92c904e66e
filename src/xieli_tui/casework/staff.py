"""Who handles cases here, for the kin question (002:三(一)2, 近亲属备案; M-28): names of the register the county keeps and sends down.

Rules kept here
- the register is the desks'; the village reads it and writes nothing into it;
- who serves the village, its township or the county on the day of the question is asked about; who has ended is not;
- a register that was never sent is said so: the question is asked all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads
from xieli_tui.casework.session import Session
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who may handle the case: name and post."""

    id: str
    name: str
    post: str


def handlers(session: Session, application: str) -> tuple[Handler, ...]:
    """Who may handle an application: the village's own people first. Raises NotFound("XL-V42")."""
    with session.reading() as tx:
        village = reads.application(tx, application).village
        return tuple(Handler(one.id, one.name, one.post) for one in _serving(tx, village, session.today.isoformat()))


def _serving(tx: Tx, village: str, day: str) -> list[registers.Staff]:
    found = [one for one in registers.staff(tx) if one.serves(day) and (one.village == village or (not one.village and village.startswith(one.area or "-")))]
    return sorted(found, key=lambda one: (one.village != village, -len(one.area), one.name))
