"""主动告知: which aid a family was told of, and what they answered (M-15).

Rules kept here
- 不愿申请 is respected and keeps its reason; nothing else follows from it by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.work import PolicyInformed
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Inform:
    """What the family was told and answered. `kind` is an assistance kind; `reason` is owed when the answer is unwilling."""

    household: str
    kind: str
    answer: str
    reason: str | None = None
    person: str | None = None
    on: str | None = None


def inform(session: Session, request: Inform) -> Saved:
    """What the family was told of and answered.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-V06 an unwilling answer without its reason; value codes.
    """
    return inform_all(session, request, (request.kind,))


def inform_all(session: Session, request: Inform, kinds: Sequence[str]) -> Saved:
    """The same answer about several kinds, told at once: one transaction, a line a kind. Raises as `inform`, and XL-V06 without a kind."""
    informed: list[str] = []

    def build(tx: Tx) -> list[PolicyInformed]:
        home = reads.household(tx, request.household)
        made = told(session, tx, home, request, kinds)
        informed.extend(one.informed for one in made)
        return made

    recorded = session.transact(build)
    return saved(informed[-1], recorded, values.coded(request.answer, "answer", "answer"))


def told(session: Session, tx: Tx, home: rows.Household, request: Inform, kinds: Sequence[str]) -> list[PolicyInformed]:
    """The lines of what a family was told, for a verb that writes more in the same transaction."""
    answer = values.coded(request.answer, "answer", "answer")
    reason = values.text(request.reason, "reason")
    if answer == "unwilling" and reason is None:
        raise Refused("XL-V06", "本人不愿申请，请写原因", field="reason")
    named = values.coded_all(kinds, "kind", "kind")
    if not named:
        raise Refused("XL-V06", "至少选一种救助", field="kind")
    return [
        values.make(
            PolicyInformed,
            village=home.village,
            household=home.id,
            informed=session.new_id(),
            on=values.day(request.on, session.today),
            kind=kind,
            person=reads.member(tx, home.id, request.person).person if request.person else None,
            answer=answer,
            reason=reason,
        )
        for kind in named
    ]
