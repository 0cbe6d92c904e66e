"""Recording a visit: one transaction each, three presses for a routine one.

Rules kept here
- whom was met has no default: a visit is never pre-filled as done (Law 1), and 未遇 satisfies no clock;
- `on` is the day she names, not later than today; typing time is the HLC, so 补录 shows by itself;
- a promise with a day comes back on 今日;
- `record_many` acknowledges each line only when it is durable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import Promise, Visitor, VisitRecorded
from xieli_tui.errors import Refused

MET = ("self", "family", "neighbour", "none")
CHANNELS = ("home", "phone", "video", "neighbour")
SAFETY = ("safe", "risk", "unseen")
FINDINGS = ("true", "false")


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """One visit as typed. `on` in any form people write (blank: today); `visitors` are (name, role) pairs, the operator when none is named."""

    household: str
    met: str
    on: str | None = None
    kind: str = "routine"
    channel: str = "home"
    marks: Mapping[str, int] = field(default_factory=dict)
    changes: Sequence[str] = ()
    house_safety: str | None = None
    visitors: Sequence[tuple[str, str]] = ()
    promise: str | None = None
    promise_on: str | None = None
    note: str | None = None
    answers_alert: str | None = None
    alert_finding: str | None = None
    trip: str | None = None


def record_visit(session: Session, request: RecordVisit) -> Saved: ...
def record_many(session: Session, lines: Iterable[str | Mapping[str, Any]]) -> Iterator[Saved]: ...
