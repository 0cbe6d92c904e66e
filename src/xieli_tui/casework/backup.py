"""A verified copy of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class BackupResult:
    """Where the copy lies and what was verified in it."""

    path: str
    events: int
    bytes: int


def create(session: Session, folder: Path | str | None = None) -> BackupResult: ...
