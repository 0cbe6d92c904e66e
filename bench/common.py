"""What the measurements share: interleaved rounds, medians, one JSON line per result."""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any


def interleaved(rounds: int, tasks: Mapping[str, Callable[[], float | None]]) -> dict[str, list[float]]:
    """Run every task once per round, in turn; a task may return its own seconds, else it is timed from outside."""
    out: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            start = time.perf_counter()
            own = task()
            out[name].append(own if own is not None else time.perf_counter() - start)
    return out


def report(what: str, goal: str, ours: str, base: str, samples: Mapping[str, list[float]], **more: Any) -> dict[str, Any]:
    """Print one JSON line: medians in ms, the ratio ours / base, the goal of design 11, how to repeat it."""
    medians = {name: statistics.median(values) for name, values in samples.items()}
    line = {
        "bench": what,
        "ratio": round(medians[ours] / medians[base], 3),
        "goal": goal,
        "ours": ours,
        "base": base,
        "median_ms": {name: round(value * 1000, 2) for name, value in medians.items()},
        "spread_ms": {name: [round(min(v) * 1000, 2), round(max(v) * 1000, 2)] for name, v in samples.items()},
        "rounds": len(samples[ours]),
        "python": platform.python_version(),
        "repeat": f"python -m bench {what.split('.')[0]}",
        **more,
    }
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return line
