"""The cost of taking in one event at 0, 1 million and 3 million stored events. Long (about a quarter of an hour, some GB of disk): run by name only.

CPU seconds of five bundles of 10,000 visits at each mark, each beside a Core executemany of 10,000 rows into a fresh encrypted table in the same process,
so that a busy or slower machine moves both.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.fleet import Laptop, taken_in
from bench.kit import households, joined

MARKS = (0, 1_000_000, 3_000_000)
SLICE = 10_000
FILL = 20_000


def _measured(county: Any, laptop: Laptop, seed: bytes) -> tuple[float, float]:
    data = laptop.bundle(SLICE)
    start = time.process_time()
    taken_in(county, data)
    ours = time.process_time() - start
    rows = [(i, os.urandom(8).hex(), seed.hex(), "见到本人，血压药按时吃" * 12) for i in range(SLICE * 4)]
    with county.store.write() as tx:
        tx.conn.exec_driver_sql("CREATE TABLE bench_rows(id INTEGER PRIMARY KEY, k TEXT, s TEXT, note TEXT)")
        start = time.process_time()
        tx.conn.exec_driver_sql("INSERT INTO bench_rows VALUES (?,?,?,?)", rows)
        base = time.process_time() - start
        tx.conn.exec_driver_sql("DROP TABLE bench_rows")
    return ours, base


def run() -> None:
    """One JSON line at the end; progress on stderr."""
    from xieli_tui.casework.exchange import export
    from xieli_tui.desk.intake import import_files

    with tempfile.TemporaryDirectory() as folder:
        pair = joined(Path(folder))
        homes = households(pair.village, 2000)
        first = pair.folder / "first"
        first.mkdir()
        export(pair.village, first, with_backup=False)
        import_files(pair.county, [first])
        laptop = Laptop(pair.county, homes, pair.folder, 1)
        taken_in(pair.county, laptop.bundle(SLICE))
        held, found = 0, {}
        for mark in MARKS:
            while held < mark:
                taken_in(pair.county, laptop.bundle(FILL))
                held += FILL
                if held % 200_000 == 0:
                    sys.stderr.write(f"{held} events held\n")
            pairs = [_measured(pair.county, laptop, b"xl") for _ in range(5)]
            held += 5 * SLICE
            found[mark] = {
                "us_per_event": round(statistics.median(a for a, _ in pairs) / SLICE * 1e6, 1), "base_us": round(statistics.median(b for _, b in pairs) / SLICE * 1e6, 1),
                "ours_per_base": round(statistics.median(a / b for a, b in pairs), 3),
            }
            sys.stderr.write(f"{mark}: {found[mark]}\n")
        start = found[0]["ours_per_base"]
        sys.stdout.write(json.dumps({
            "bench": "flat", "goal": "<= 1.2", "ratio": {str(mark): round(one["ours_per_base"] / start, 3) for mark, one in found.items()}, "at": {str(k): v for k, v in found.items()},
            "store_mib": (pair.folder / "c" / "store.db").stat().st_size // 2**20, "repeat": "python -m bench flat",
        }) + "\n")
        sys.stdout.flush()
        pair.village.close()
        pair.county.close()
