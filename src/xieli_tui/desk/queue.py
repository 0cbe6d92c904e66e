"""The desk's queue and one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework.views import DeskCase, QueueItem

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def queue(session: Session) -> list[QueueItem]:
    """Open flags, change reports, applications and alert answers of this desk's area: urgent first, then clocks, then age."""
    raise NotImplementedError


def case(session: Session, app: str) -> DeskCase:
    """One application with its family and the steps owed. Raises NotFound("XL-V42")."""
    raise NotImplementedError
