"""Continuity: whether this workspace is the only continuation of its chain, and a new epoch when it cannot prove that (design 03).

Rules kept here
- the proof is the mark outside the workspace (`epoch_mark`): it names the own newest epoch and a line the store holds;
- without it the next line goes into a new epoch that opens with where the device came from (`prev`), what it took in (`ret`) and the grant
  it holds; old lines stay and are exported as before;
- the new mark and the new epoch are one step: when the mark cannot be written, no epoch is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_sync.event import ZERO

from xieli_tui.casework import epoch_mark, values
from xieli_tui.casework.epoch_mark import Mark
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events.road import EpochOpened
from xieli_tui.store import epochs as own
from xieli_tui.store import journal

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx


def prove(session: Session) -> None:
    """Go on, or open a new epoch. Raises Refused("XL-F02"/"XL-F03") when the state folder cannot be written."""
    mark = epoch_mark.read(session.dev)
    with session.reading() as tx:
        reason = _broken(tx, mark)
    if reason:
        open_new(session, reason)


def _broken(tx: Tx, mark: Mark | None) -> str:
    if mark is None:
        return "mark_missing"
    if mark.ep != tx.ep:
        return "mark_other"
    if mark.seq == 0:
        return ""
    held = journal.lines(tx, tx.dev, mark.ep, mark.seq, mark.seq)
    return "" if any(line.hash == mark.head for line in held) else "mark_ahead"


def open_new(session: Session, reason: str) -> str:
    """Open a new epoch and write its first event; the epoch id."""
    store, before = session.store, session.store.ep
    try:
        with session.writing() as tx:
            seq, head = journal.head(tx, session.dev, before)
            grant, returns = held_returns(tx)
            store.ep = own.begin(tx, millis(session.clock.now()))
            payload = values.make(EpochOpened, prev=(before, seq, head), ret=returns, grant=grant, reason=reason)
            journal.append(tx, [(payload, session.operator)], millis(session.clock.now()))
            epoch_mark.write(session.dev, Mark(store.ep, 0, ZERO))
    except BaseException:
        store.ep = before
        raise
    return store.ep


def held_returns(tx: Tx) -> tuple[str | None, list[tuple[str, str, int]]]:
    """(ref of the grant last named in the own chain, [(issuer, issuer ep, r), …] taken in), from the own chain."""
    grant: str | None = None
    taken: dict[tuple[str, str], int] = {}
    for event in journal.events_of_type(tx, "return.received", "epoch.opened"):
        if event.dev != tx.dev:
            continue
        grant = event.d.get("grant") or grant
        if event.t == "return.received":
            key = (event.d["issuer"], event.d["ep"])
            taken[key] = max(taken.get(key, 0), event.d["r"])
    return grant, [(issuer, ep, r) for (issuer, ep), r in sorted(taken.items())]
