"""Drop the projections, replay the journal, and compare: the proof that the journal is the only truth (design 03).

Rules kept here
- verdicts, quarantine and receipts are projections too and are made anew; journal and local tables are not touched;
- digests are taken over decrypted values, rows sorted, so that neither file layout nor the order of writing shows;
- rows laid down by another version are never read: the shape is kept beside them, and what differs is replayed at the opening; a type that was
  stored without being understood begins to count then;
- everything happens in one transaction: a rebuild that fails leaves the store as it was.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from xieli_tui.domain.events import EVENTS
from xieli_tui.store import journal, projector, receipts, settings, sink, verdict
from xieli_tui.store.project.base import MENDERS, TOPIC_OF

if TYPE_CHECKING:
    from xieli_tui.store.store import Store, Tx

RECEIVED = ("receipt",)
"""Tables that are read out of delivery lines and made again from them."""
VERSION = 1
"""Raised when the same events give other rows in the same columns."""
KEPT = "projections"
"""Setting that says which shape the rows have."""
CHUNK = 500
"""Entities derived at a time."""


def digests(tx: Tx) -> dict[str, str]:
    """table -> SHA-256 (hex) over its rows, sorted."""
    return {name: _digest(tx, name) for name in sorted((*sink.tables(), *RECEIVED))}


def _digest(tx: Tx, table: str) -> str:
    total = hashlib.sha256()
    rows = [json.dumps(list(row), ensure_ascii=False, separators=(",", ":")) for row in tx.conn.exec_driver_sql(f"SELECT * FROM {table}")]
    for text in sorted(rows):
        total.update(text.encode())
        total.update(b"\n")
    return total.hexdigest()


def shape() -> str:
    """What the projections of this program look like: version, tables, columns, and the event types it understands."""
    text = ";".join(f"{name}:{','.join(column.name for column in table.columns)}" for name, table in sorted(sink.tables().items()))
    text += ";" + ",".join(f"{t}@{v}" for t, v in sorted(EVENTS))
    return hashlib.sha256(f"{VERSION};{text}".encode()).hexdigest()[:16]


def renew(store: Store) -> bool:
    """Rows that another version of the program laid down are dropped and replayed; whether that was needed. Asked at every opening: one small read."""
    now = shape()
    with store.read() as tx:
        if settings.get(tx, KEPT) == now:
            return False
    with store.write() as tx:
        held = tx.conn.exec_driver_sql("SELECT 1 FROM journal LIMIT 1").first() is not None
        if held:
            journal.place_anew(tx)
            replay(tx)
        settings.put(tx, KEPT, now)
    return held


def rebuild(store: Store) -> dict[str, object]:
    """Drop, replay, compare: {"equal", "before": {table: hex}, "after": {table: hex}}."""
    with store.write() as tx:
        before = digests(tx)
        replay(tx)
        after = digests(tx)
    return {"equal": before == after, "before": before, "after": after}


def replay(tx: Tx) -> None:
    """Make every projection anew from the journal and the delivery lines received."""
    tx.memo.clear()
    sink.recreate(tx.conn)
    receipts.replay(tx)
    verdict.rejudge(tx)
    _clamps_first(tx)
    last = ""
    while True:
        entities = [str(x) for x in tx.conn.exec_driver_sql(
            "SELECT DISTINCT entity FROM journal WHERE entity > ? ORDER BY entity LIMIT ?", (last, CHUNK)
        ).scalars()]
        if not entities:
            break
        types = tx.conn.exec_driver_sql("SELECT DISTINCT entity, t FROM journal WHERE entity > ? AND entity <= ?", (last, entities[-1])).all()
        last = entities[-1]
        keys = {(TOPIC_OF[t].name, str(entity)) for entity, t in types if t in TOPIC_OF}
        projector.derive(tx, projector.Work(reload={k for k in keys if k[0] != "device"}))
    last = ""
    while True:
        named = [str(x) for x in tx.conn.exec_driver_sql(
            "SELECT DISTINCT household FROM journal WHERE household > ? ORDER BY household LIMIT ?", (last, CHUNK)
        ).scalars()]
        if not named:
            return
        last = named[-1]
        projector.derive(tx, projector.Work(households=set(named)))


def _clamps_first(tx: Tx) -> None:
    """Clocks before everything: the order of all other events follows from them; that of the events about devices too, hence twice."""
    types = sorted(t for t, found in TOPIC_OF.items() if found.name == "device")
    keys = {("device", e.entity) for e in journal.events_of_type(tx, *types) if e.t not in MENDERS}
    for _ in range(2):
        projector.derive(tx, projector.Work(reload=set(keys)))
        tx.memo.pop("clamps", None)
