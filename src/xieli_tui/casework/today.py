"""今日: at most nine single lines that must be done, each with its why; then one line per bulk duty."""

from __future__ import annotations

from xieli_tui.casework.session import Session
from xieli_tui.casework.views import Today


def today(session: Session, *, group: str | None = None) -> Today: ...
