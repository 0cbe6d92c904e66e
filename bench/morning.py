"""A county morning: 300 bundles of 60 events from 100 laptops, one after the other, against Core executemany of all the rows they write; memory beside it."""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.bundle import _core_base, _grown, _reopen, _rows
from bench.fleet import Laptop, taken_in
from bench.kit import begun

LAPTOPS, TURNS, EVENTS = 100, 3, 60


def run() -> None:
    """Three interleaved rounds; peak memory after the first hundred bundles and after all."""

    with tempfile.TemporaryDirectory() as folder:
        pair, homes = begun(Path(folder), 500)
        laptops = [Laptop(pair.county, homes, pair.folder, seed) for seed in range(LAPTOPS)]
        files = [laptop.bundle(EVENTS) for _ in range(TURNS) for laptop in laptops]
        pair.county.close()
        empty, work, scratch = pair.folder / "c", pair.folder / "work", pair.folder / "scratch"
        session = _reopen(empty)
        before = _rows(session)
        session.close()
        peaks: list[int] = []

        def ours() -> float:
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(empty, work)
            desk: Any = _reopen(work)
            try:
                start = time.perf_counter()
                for number, data in enumerate(files, 1):
                    taken_in(desk, data)
                    if number in (100, len(files)):
                        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
                return time.perf_counter() - start
            finally:
                desk.close()

        ours()
        session = _reopen(work)
        grown = _grown(before, _rows(session))
        session.close()
        samples: dict[str, list[float]] = {"ours": [], "core": []}
        for _ in range(3):
            samples["ours"].append(ours())
            samples["core"].append(_core_base(empty, scratch, grown, raw=False))
        spent = {name: statistics.median(values) for name, values in samples.items()}
        sys.stdout.write(json.dumps({
            "bench": "morning", "goal": "core/ours >= 0.5 per event, memory flat", "rate_vs_core": round(spent["core"] / spent["ours"], 3), "bundles": len(files),
            "events": len(files) * EVENTS, "transactions": {"ours": len(files), "core": 1}, "median_ms": {name: round(v * 1000, 1) for name, v in spent.items()},
            "ms_per_bundle": round(spent["ours"] * 1000 / len(files), 2), "peak_mib_after_100_and_300": peaks[:2], "repeat": "python -m bench morning",
        }) + "\n")
        sys.stdout.flush()
        pair.village.close()
