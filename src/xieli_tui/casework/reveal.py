"""Showing what is masked: one key, and recorded with the screen and the task it happened in (Law 4)."""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class Revealed:
    """Full values by person id: {"id_no", "phone", "bank"} as far as known."""

    household_phone: str
    persons: dict[str, dict[str, str]]


def reveal(session: Session, screen: str, task: str | None = None, household: str | None = None, person: str | None = None) -> Revealed: ...
