"""短码 of an open desk: held while the program runs, asked after an idle lock, never after a start.

Rules kept here (design 05): see `store.shortcode`; opening again is recorded like any opening of the app.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from xieli_tui.casework.session import Session, attach
from xieli_tui.domain.clock import Clock, Rand
from xieli_tui.store import restoring
from xieli_tui.store import workspace as rooms
from xieli_tui.store.shortcode import HeldKey

__all__ = ["HeldKey", "hold", "reopen"]


def hold(session: Session, code: str, since: dt.datetime, rand: Rand = os.urandom) -> HeldKey:
    """Hold this desk's key under a short code.

    Args:
        since: when the passphrase was given, by the clock that is never pinned.

    Raises:
        Refused: XL-V11 not six digits, or too easy to guess.
    """
    return HeldKey(session.vault, code, since, rand)


def reopen(workspace: Path | str, held: HeldKey, code: str, *, watch: Clock, clock: Clock | None = None, rand: Rand = os.urandom) -> Session:
    """Open the desk again by its short code.

    Args:
        watch: the clock the twelve hours go by; `clock` is the session's own, which a demonstration pins.

    Raises:
        Locked: XL-L11 a wrong code, XL-L12 the passphrase is due.
    """
    folder = Path(workspace)
    restoring.settle(folder)
    profile = rooms.load_profile(folder)
    return attach(folder, profile, held.open(folder, code, watch), clock=clock, rand=rand, where="app")
