"""发现登记: a finding about a family of the roster or about someone who is not on it, and the emergency lane.

Rules kept here
- never refused for 户籍: the four region codes are kept as given and refuse nobody (003:(十四), M-23);
- an outsider needs a name and where they are, nothing else;
- an emergency is answered by a telephone report; who answered and when is a record of its own and never a condition of the finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import FlagRaised, FlagSettled, Outsider, ReportedByPhone
from xieli_tui.errors import Refused

URGENCIES = ("normal", "urgent", "emergency")


@dataclass(frozen=True, slots=True)
class FlagHardship:
    """One finding: a household id, or an outsider by name and place."""

    causes: Sequence[str]
    household: str | None = None
    outsider: str | None = None
    place: str | None = None
    outsider_id_no: str | None = None
    outsider_phone: str | None = None
    persons: Sequence[str] = ()
    on: str | None = None
    urgency: str = "normal"
    channel: str = "visit"
    found_by: str = "coordinator"
    hukou_region: str | None = None
    live_region: str | None = None
    permit_region: str | None = None
    event_region: str | None = None
    situation: str | None = None
    needs: str | None = None
    note: str | None = None
    village: str | None = None
    """Which of the device's villages an outsider was met in; the first when blank."""


def flag_hardship(session: Session, request: FlagHardship) -> Saved: ...
def report_by_phone(session: Session, flag: str, at: str | None, answered_by: str, number: str | None = None) -> Saved: ...
def settle_flag(session: Session, flag: str, how: str, note: str | None = None, on: str | None = None) -> Saved: ...
