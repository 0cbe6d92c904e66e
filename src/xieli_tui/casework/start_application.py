"""Starting an application: one intake, several kinds (M-15); at the village 协助填写, never 受理.

Rules kept here
- the village helps to fill in; window, phone and hotline intakes belong to the desks (002:三(二)1);
- an emergency is never refused for missing papers or for 户籍;
- a personal application names its person, and that person belongs to the household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.aid import ApplicationStarted
from xieli_tui.errors import Refused

SOURCES = ("village", "window", "phone", "hotline")
UNITS = ("household", "person")


@dataclass(frozen=True, slots=True)
class StartApplication:
    """One intake. `unit` blank: person when a person is named, else household. `amount_asked` in 分."""

    household: str
    kinds: Sequence[str]
    person: str | None = None
    emergency: bool = False
    source: str = "village"
    unit: str | None = None
    flag: str | None = None
    reason: str | None = None
    amount_asked: int | None = None
    event_region: str | None = None
    on: str | None = None


def start_application(session: Session, request: StartApplication) -> Saved: ...
