"""A durable visit (event, projections, one transaction) against one durable single-row INSERT in the same encrypted file."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.common import interleaved, report
from bench.kit import VILLAGE, households, joined


def run() -> None:
    """Medians of 200 interleaved single commits."""
    from xieli_tui.casework.record_visit import RecordVisit, record_visit

    with tempfile.TemporaryDirectory() as folder:
        pair = joined(Path(folder))
        homes = households(pair.village, 60)
        store = pair.village.store
        with store.write() as tx:
            tx.conn.exec_driver_sql("CREATE TABLE bench_row (id TEXT PRIMARY KEY, at INTEGER, note TEXT, body TEXT)")
        body = "x" * 400
        turn = iter(range(10**6))

        def insert() -> float:
            start = time.perf_counter()
            with store.write() as tx:
                tx.conn.exec_driver_sql("INSERT INTO bench_row VALUES (?, ?, ?, ?)", (f"row-{next(turn)}", 1, "见到本人，血压药按时吃", body))
            return time.perf_counter() - start

        def visit() -> float:
            request = RecordVisit(household=homes[next(turn) % 60], met="self", marks={"economy": 2}, note="见到本人，血压药按时吃")
            start = time.perf_counter()
            record_visit(pair.village, request)
            return time.perf_counter() - start

        insert()
        visit()
        samples = interleaved(200, {"durable INSERT": insert, "record a visit": visit})
        report("visit", "<= 2.5", "record a visit", "durable INSERT", samples, village=VILLAGE)
        pair.village.close()
        pair.county.close()
