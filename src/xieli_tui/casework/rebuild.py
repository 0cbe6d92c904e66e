"""Replaying the journal: the projections dropped and made again, compared by digest."""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """Digest per table before and after; `equal` when all agree."""

    equal: bool
    before: dict[str, str]
    after: dict[str, str]


def rebuild(session: Session) -> RebuildResult: ...
