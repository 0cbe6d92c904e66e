"""Drop the projections, replay the journal, and compare: the proof that the journal is the only truth (design 03).

Rules kept here
- verdicts, quarantine and receipts are projections too and are made anew; journal and local tables are not touched;
- digests are taken over decrypted values, rows sorted, so that neither file layout nor the order of writing shows;
- rows laid down by another version are never read: the shape is kept beside them, and what differs is replayed at the opening; a type that was
  stored without being understood begins to count then;
- everything happens in one transaction: a rebuild that fails leaves the store as it was, and a look at an earlier day (`known_at`) leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING

from xieli_tui.domain.events import EVENTS
from xieli_tui.store import journal, projector, receipts, settings, sink, stubs, verdict
from xieli_tui.store.calm import uncollected
from xieli_tui.store.project.base import MENDERS, TOPIC_OF
from xieli_tui.store.store import Tx

if TYPE_CHECKING:
    from xieli_tui.store.store import Store

RECEIVED = ("receipt",)
"""Tables that are read out of delivery lines and made again from them."""
ARRIVALS = (("journal", "arrived_ms"), ("delivery_in", "at_ms"), ("listed_alert", "at_ms"))
"""What came here and when, milliseconds: lines, delivery lines, rows of lists handed to a village."""
VERSION = 1
"""Raised when the same events give other rows in the same columns."""
KEPT = "projections"
"""Setting that says which shape the rows have."""
CHUNK = 500
"""Entities derived at a time."""
_CLOCKS = sorted(t for t, found in TOPIC_OF.items() if found.name == "device")
FIRST = sorted({*_CLOCKS, *MENDERS})
"""Types judged before all others: what the clocks are, and who mends whom."""


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


def differing(store: Store) -> list[str]:
    """Tables that a rebuild would make otherwise than they are; nothing is kept of the trial."""
    try:
        with store.write() as tx:
            before = digests(tx)
            replay(tx)
            after = digests(tx)
            raise _Undone
    except _Undone:
        return sorted(name for name in before if before[name] != after[name])


@contextmanager
def known_at(store: Store, cut_ms: int) -> Iterator[Tx]:
    """The store as it was at an instant: what was written or had arrived here by then, judged and laid down without anything that came later.

    Views of the lines of that time and empty tables stand before the real ones under the same names, in the memory of this connection: no row of the
    store is touched, and the end of the reading takes them away. Where nothing came later it is a plain reading.
    """
    with store.read() as tx:
        later = " UNION ALL ".join(f"SELECT 1 FROM {name} WHERE {stamp}>?" for name, stamp in ARRIVALS)
        if not tx.ask(f"{later} LIMIT 1", (cut_ms,) * len(ARRIVALS)):
            yield tx
            return
    then = copy(store)
    then.kept = {}  # what is true of all lines is not of these, and others read meanwhile
    with then.read() as tx:
        for name, stamp in ARRIVALS:
            tx.conn.exec_driver_sql(f"CREATE TEMP VIEW {name} AS SELECT * FROM main.{name} WHERE {stamp}<={int(cut_ms)}")
        _stand_before(tx, (*sink.tables(), *RECEIVED))
        with uncollected():
            _lay_down(tx)
        yield tx


def _stand_before(tx: Tx, names: Iterable[str]) -> None:
    """Empty tables of these names, with their indexes, in the memory of the connection; they are met before the real ones."""
    wanted = set(names)
    for kind, name, table, sql in tx.ask("SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC"):
        if table not in wanted:
            continue
        if kind == "table":
            tx.conn.exec_driver_sql(str(sql).replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
        elif kind == "index":
            tx.conn.exec_driver_sql(str(sql).replace(str(name), f"temp.{name}", 1))
        else:
            raise ValueError(kind)  # a projection is a table and its indexes


class _Undone(Exception):
    """Leaves a transaction without keeping anything of it."""


def replay(tx: Tx) -> None:
    """Make every projection anew from the journal and the delivery lines received."""
    with uncollected():
        _replay(tx)


def _replay(tx: Tx) -> None:
    """Empty tables, and the rows that belong there."""
    tx.memo.clear()
    sink.recreate(tx.conn)
    _lay_down(tx)


def _lay_down(tx: Tx) -> None:
    """Every line is read and judged once, in the order of its arrival. One that is alone with its entity gives its rows at once; an entity of several
    lines, or of one that another mends, is read together afterwards."""
    receipts.replay(tx)
    anew = verdict.Anew(tx)
    for events in journal.iterate_all(tx, types=FIRST):
        anew.judge(events)
    _clamps_first(tx)
    several = {str(x) for (x,) in tx.ask("SELECT entity FROM journal GROUP BY entity HAVING count(*)>1")}
    mended = {str(x) for (x,) in tx.ask("""SELECT "of" FROM journal WHERE "of">''""")}
    later: set[projector.Key] = set()
    for events in journal.iterate_all(tx):
        fresh = [e for e in events if e.t not in FIRST]
        bad = anew.judge(fresh)
        alone = []
        for e in fresh:
            found = TOPIC_OF.get(e.t)
            if found is None:
                continue
            if e.entity in several or e.ref in mended:
                later.add((found.name, e.entity))
            elif e.ref not in bad:
                alone.append(e)
        projector.lay(tx, alone, set())
    left = sorted(later)
    for at in range(0, len(left), CHUNK):
        projector.lay(tx, (), set(left[at : at + CHUNK]))
    stubs.settle_all(tx)


def _clamps_first(tx: Tx) -> None:
    """Clocks before everything: the order of all other events follows from them; that of the events about devices too, hence twice."""
    keys = {("device", e.entity) for e in journal.events_of_type(tx, *_CLOCKS)}
    for _ in range(2):
        projector.derive(tx, projector.Work(reload=set(keys)))
        tx.memo.pop("clamps", None)
