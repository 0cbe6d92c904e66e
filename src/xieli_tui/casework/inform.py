"""主动告知: which aid a family was told of, and what they answered (M-15).

Rules kept here
- 不愿申请 is respected and keeps its reason; nothing else follows from it by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import PolicyInformed
from xieli_tui.errors import Refused

ANSWERS = ("willing", "considering", "unwilling")


@dataclass(frozen=True, slots=True)
class Inform:
    """What the family was told and answered. `kind` is an assistance kind; `reason` is owed when the answer is unwilling."""

    household: str
    kind: str
    answer: str
    reason: str | None = None
    person: str | None = None
    on: str | None = None


def inform(session: Session, request: Inform) -> Saved: ...
