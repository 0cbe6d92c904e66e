"""The way out of a fork for the laptop it is about: a new epoch and a new key, and on (design 04).

Rules kept here
- a laptop learns in a return that a desk holds two histories of it (`fork.frozen*`); what it writes from then on stands in an epoch of its own, signed
  by a key no copy of this folder has;
- it answers each freezing once, whichever epoch is frozen; nothing is taken out, and lines of the frozen epoch are exported like any other;
- which of the two histories counts is the county's to say (`fork.settled*`), and changes nothing of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import epochs, own_keys
from xieli_tui.errors import Refused
from xieli_tui.store import journal, settings, stopped

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx

ANSWERED = "fork.answered"
REASON = "fork_frozen"


def leave(session: Session) -> bool:
    """Go on in a new epoch under a new key when a freezing of the own chain came in that was not answered yet; whether it did."""
    if session.role != "village":
        return False
    with session.reading() as tx:
        owed = _owed(tx)
        current = any(ep == tx.ep for ep in owed.values())
    if not owed:
        return False
    if current:
        epochs.open_new(session, REASON)
    try:
        own_keys.rotate(session)
    except Refused as refused:
        if refused.code != "XL-K12":
            raise
        # Its keys were changed as often as a chain can carry: it goes on with the last one, and the county registers it anew.
    with session.writing() as tx:
        settings.put(tx, ANSWERED, sorted({*(settings.get(tx, ANSWERED) or ()), *owed}))
    return True


def _owed(tx: Tx) -> dict[str, str]:
    """reference -> epoch of the freezings that stand and were not answered; one answer serves every desk's freezing of the same epoch."""
    held = journal.load(tx, entity=tx.dev, t="fork.frozen")
    found = {e.ref: str(e.d["ep"]) for e in stopped.standing(tx, [e for e in held if e.role in stopped.DESKS])}
    answered = set(settings.get(tx, ANSWERED) or ())
    done = {ep for ref, ep in found.items() if ref in answered}
    return {ref: ep for ref, ep in found.items() if ep not in done}
