"""Continuity: whether this workspace is the only continuation of its chain, and a new epoch when it cannot prove that (design 03).

Rules kept here
- the proof is the mark outside the workspace (`epoch_mark`): it names the own newest epoch and a line the store holds;
- a workspace that was put back from a copy (`store.restoring`) never can, whatever the mark says;
- without it the next line goes into a new epoch that opens with where the device came from (`prev`), what it took in (`ret`) and the grant
  it holds; old lines stay and are exported as before;
- the new mark and the new epoch are one step: when the mark cannot be written, no epoch is opened;
- a county that cannot prove it goes on in a new epoch too, so that nothing it writes stands beside a lost line of its own, and is marked as behind:
  it sends nothing before it was reopened under the root key (`desk.reopen`). A county that never sent anything has nothing to prove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_sync.event import ZERO
from xieli_tui.casework import epoch_mark, values
from xieli_tui.casework.epoch_mark import Mark
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events.road import EpochOpened
from xieli_tui.store import chains, deliveries, journal, outbox_log, restoring, settings
from xieli_tui.store import epochs as own
from xieli_tui.store.importing import held_rights

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx


BEHIND = "desk.behind"
"""Setting: the epoch in which this desk must not send before it was reopened under the root key."""


def prove(session: Session) -> None:
    """Go on, or open a new epoch. Raises Refused("XL-F02"/"XL-F03") when the state folder cannot be written."""
    with session.reading() as tx:
        reason = doubt(session, tx)
    if reason:
        open_new(session, reason, behind=session.role == "county")


def doubt(session: Session, tx: Tx) -> str:
    """Why this workspace may not be the only continuation of its chain; "" when it is."""
    if restoring.marked(session.workspace):
        return "restored"
    mark = epoch_mark.read(session.dev)
    if session.role == "county" and mark is None:
        return "mark_missing" if outbox_log.list_all(tx, limit=1) else ""
    return _broken(tx, mark) or _unsaid(session, tx) or ("receipt_ahead" if chains.doubled(tx) else "")


def _broken(tx: Tx, mark: Mark | None) -> str:
    if mark is None:
        return "mark_missing"
    if mark.ep != own.newest(tx):
        return "mark_other"
    if mark.seq == 0:
        return ""
    held = journal.lines(tx, tx.dev, mark.ep, mark.seq, mark.seq)
    return "" if any(line.hash == mark.head for line in held) else "mark_ahead"


def _unsaid(session: Session, tx: Tx) -> str:
    """A desk sent lines that this store does not know: it was put back from a copy made since its own chain last grew."""
    sent = None if session.role == "village" else epoch_mark.read_sent(session.dev)
    if sent is None or sent.ep != own.newest(tx):
        return ""
    return "" if all(deliveries.hash_at(tx, to, r, sent.ep) == digest for to, (r, digest) in sent.to.items()) else "mark_ahead"


def open_new(session: Session, reason: str, *, behind: bool = False) -> str:
    """Open a new epoch and write its first event; the epoch id. When another program over the same workspace did so first, that one is gone on in.

    Args:
        behind: a desk that must be reopened before it sends (`BEHIND`).
    """
    store, before = session.store, session.store.ep
    try:
        with session.writing() as tx:
            if tx.ep != before:
                return tx.ep
            seq, head = journal.head(tx, session.dev, before)
            grant, deleg = held_rights(tx)
            store.ep = own.begin(tx, millis(session.clock.now()))
            payload = values.make(EpochOpened, prev=(before, seq, head), ret=taken_in(tx), grant=grant, deleg=deleg, reason=reason)
            journal.append(tx, [(payload, session.operator)], millis(session.clock.now()))
            if behind:
                settings.put(tx, BEHIND, store.ep)
            epoch_mark.write(session.dev, Mark(store.ep, 0, ZERO))
        restoring.unmark(session.workspace)
    except BaseException:
        store.ep = before
        raise
    return store.ep


def taken_in(tx: Tx) -> list[tuple[str, str, int]]:
    """[(issuer, issuer ep, r), …] taken in: how far the delivery lines of each issuer epoch are here."""
    rows = tx.conn.exec_driver_sql("SELECT issuer, issuer_ep, max(r) FROM delivery_in GROUP BY issuer, issuer_ep ORDER BY issuer, issuer_ep")
    return [(str(issuer), str(ep), int(r)) for issuer, ep, r in rows]
