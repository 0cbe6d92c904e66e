"""Replaying the journal: the projections dropped and made again, compared by digest of their decrypted values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from xieli_tui.casework.session import Session, road_errors
from xieli_tui.store import duty_cache, projector


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """Digest per table before and after; `equal` when all agree."""

    equal: bool
    before: Mapping[str, str]
    after: Mapping[str, str]


def rebuild(session: Session) -> RebuildResult:
    """Drop and replay every projection; local tables and the journal are not touched."""
    with road_errors():
        done = projector.rebuild(session.store)
    session.kept.clear()
    with session.writing() as tx:
        duty_cache.forget(tx)
    before, after = (cast("dict[str, str]", done[name]) for name in ("before", "after"))
    return RebuildResult(bool(done["equal"]), before, after)
