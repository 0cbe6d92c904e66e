"""How far somebody has come in the practice tour: which step, and what had been written when it began. Local to the practice workspace.

Rules kept here
- only a practice workspace has a tour; in a real one there is nothing to read or write here;
- a step is noticed by what was really recorded since it began, never by a key that was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xieli_tui.casework.session import Session
from xieli_tui.errors import Refused
from xieli_tui.store import queries, settings

_KEY = "tour"


@dataclass(frozen=True, slots=True)
class Progress:
    """The step (counted from 0), whether its line is shown, and the lines of each type this desk had written when it began."""

    step: int = 0
    shown: bool = True
    base: dict[str, int] = field(default_factory=dict)


def load(session: Session) -> Progress:
    """Where she left off; the beginning when she never began."""
    with session.reading() as tx:
        kept = settings.get(tx, _KEY)
        if not isinstance(kept, dict):
            return Progress(base=queries.own_types(tx))
    return Progress(int(kept["step"]), bool(kept["shown"]), dict(kept["base"]))


def written(session: Session) -> dict[str, int]:
    """Lines of each type this desk has written by now."""
    with session.reading() as tx:
        return queries.own_types(tx)


def keep(session: Session, step: int, *, shown: bool = True) -> Progress:
    """Remember a step; what is written from now on counts for it.

    Raises:
        Refused: XL-P08 not a practice workspace.
    """
    if not session.profile.practice:
        raise Refused("XL-P08", "这里不是练习")
    with session.writing() as tx:
        base = queries.own_types(tx)
        settings.put(tx, _KEY, {"step": step, "shown": shown, "base": base})
    return Progress(step, shown, base)
