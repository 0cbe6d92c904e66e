"""Which steps a case of each kind goes through before its decision, as data with the clause each rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xieli_tui.casework.views import StepOwed


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is on file of one application: day of each step ("" = not done); `check_result`; notices as (kind, place, from, to)."""

    accepted: str = ""
    checked: str = ""
    check_result: str = ""
    surveyed: str = ""
    reviewed: str = ""
    notices: Sequence[tuple[str, str, str, str]] = ()
    emergency: bool = False


def steps_owed(kind: str, facts: CaseFacts, today: str, notice_days: int) -> list[StepOwed]:
    """Every step of this kind, done, owed or not needed, in the order of the procedure."""
    raise NotImplementedError
