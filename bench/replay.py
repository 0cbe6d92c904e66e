"""Replaying 100,000 events into empty projections, against Core upserts of the same rows; and the size of the store beside the same rows in plain SQLite."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import interleaved, report
from bench.fleet import Laptop, taken_in
from bench.kit import begun

EVENTS = 100_000
SLICE = 10_000


def _projected(tx: Any) -> dict[str, list[dict[str, Any]]]:
    from sqlalchemy import select

    from xieli_tui.store import sink

    return {name: rows for name, table in sink.tables().items() if (rows := [dict(r._mapping) for r in tx.conn.execute(select(table))])}


def run() -> None:
    """Five interleaved rounds over one county of 100,000 visits."""
    from sqlalchemy.dialects.sqlite import insert

    from xieli_tui.store import rebuild, sink

    with tempfile.TemporaryDirectory() as folder:
        pair, homes = begun(Path(folder), 500)
        laptop = Laptop(pair.county, homes, pair.folder, 1)
        for _ in range(EVENTS // SLICE):
            taken_in(pair.county, laptop.bundle(SLICE))
        store = pair.county.store
        with store.read() as tx:
            rows = _projected(tx)

        def replayed() -> float:
            with store.write() as tx:
                sink.recreate(tx.conn)  # as for the base: what is measured begins with empty tables
            start = time.perf_counter()
            with store.write() as tx:
                rebuild.replay(tx)
            return time.perf_counter() - start

        def core() -> float:
            with store.write() as tx:
                sink.recreate(tx.conn)
            start = time.perf_counter()
            with store.write() as tx:
                for name, found in rows.items():
                    table = sink.tables()[name]
                    keys = [c.name for c in table.primary_key]
                    upsert = insert(table)
                    rest = {c.name: upsert.excluded[c.name] for c in table.columns if c.name not in keys}
                    tx.conn.execute(upsert.on_conflict_do_update(index_elements=keys, set_=rest) if rest else upsert.on_conflict_do_nothing(), found)
            return time.perf_counter() - start

        samples = interleaved(3, {"core": core, "replay": replayed})
        median = {name: sorted(values)[1] for name, values in samples.items()}
        with store.read() as tx:
            tx.conn.exec_driver_sql("SELECT 1")
        report(
            "replay", "core/replay >= 0.5", "replay", "core", samples, rate_vs_core=round(median["core"] / median["replay"], 3), events=EVENTS,
            rows={name: len(found) for name, found in rows.items()},
        )
        _size(pair)
        pair.village.close()
        pair.county.close()


def _size(pair: Any) -> None:
    """Bytes of the encrypted store, vacuumed, beside a plain SQLite file of the same schema and rows."""
    import json
    import sys

    whole, plain = pair.folder / "whole.db", pair.folder / "plain.db"
    raw = pair.county.store.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM INTO ?", (str(whole),))
        schema = [sql for (sql,) in cursor.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type='index'") if not sql.startswith("CREATE TABLE sqlite_")]
        out = sqlite3.connect(plain)
        for sql in schema:
            out.execute(sql)
        for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'").fetchall():
            held = cursor.execute(f'SELECT * FROM "{name}"').fetchall()
            if held:
                out.executemany(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(held[0]))})', held)
        out.commit()
        out.execute("VACUUM")
        out.close()
    finally:
        raw.close()
    sizes = {"encrypted": os.path.getsize(whole), "plain": os.path.getsize(plain)}
    line = {"bench": "size", "ratio": round(sizes["encrypted"] / sizes["plain"], 3), "goal": "<= 1.10", "bytes": sizes, "events": EVENTS, "repeat": "python -m bench replay"}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
