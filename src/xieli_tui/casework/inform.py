"""主动告知: which aid a family was told of, and what they answered (M-15).

Rules kept here
- 不愿申请 is respected and keeps its reason; nothing else follows from it by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.work import PolicyInformed
from xieli_tui.errors import Refused

if TYPE_CHECKING:
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
    informed = session.new_id()
    answer = values.coded(request.answer, "answer", "answer")
    reason = values.text(request.reason, "reason")
    if answer == "unwilling" and reason is None:
        raise Refused("XL-V06", "本人不愿申请，请写原因", field="reason")

    def build(tx: Tx) -> list[PolicyInformed]:
        home = reads.household(tx, request.household)
        return [
            values.make(
                PolicyInformed,
                village=home.village,
                household=home.id,
                informed=informed,
                on=values.day(request.on, session.today),
                kind=values.coded(request.kind, "kind", "kind"),
                person=reads.member(tx, home.id, request.person).person if request.person else None,
                answer=answer,
                reason=reason,
            )
        ]

    return saved(informed, session.transact(build), answer)
