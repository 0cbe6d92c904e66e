"""What encryption costs: the size of the store beside the same rows in plain SQLite, and a durable commit of the same rows in both (WAL, synchronous=FULL).

Three in turn, fifteen visits a round: a visit through the product (journal, projections, checks, commit); exactly the rows it wrote, once more, into a second
encrypted file of the same recipe; the same into a plain SQLite file. At the end the three files hold the same rows, or the measurement is void.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import interleaved, report
from bench.kit import households, joined, visits

VISITS = 10_000
ROUNDS = 7
EACH = 15
Rows = dict[str, set[tuple[Any, ...]]]
Change = tuple[str, list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""Table, rows gone, rows new or changed."""


def _tables(raw: Any) -> list[str]:
    return [str(name) for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")]


def _held(raw: Any, names: list[str]) -> Rows:
    return {name: set(raw.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}


def _twin(raw: Any, out: Any) -> None:
    """The same tables, indexes and rows."""
    schema = [sql for (sql,) in raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type='index'") if not sql.startswith("CREATE TABLE sqlite_")]
    out.execute("BEGIN")
    for sql in schema:
        out.execute(sql)
    for name in _tables(raw):
        rows = raw.execute(f'SELECT * FROM "{name}"').fetchall()
        if rows:
            out.executemany(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(rows[0]))})', rows)
    out.execute("COMMIT")


def _keys(raw: Any, name: str) -> list[tuple[int, str]]:
    return [(int(at), str(column)) for at, column, _type, _notnull, _default, pk in raw.execute(f'PRAGMA table_info("{name}")') if pk]


def _apply(raw: Any, changes: list[Change], keys: dict[str, list[tuple[int, str]]]) -> None:
    """One transaction."""
    raw.execute("BEGIN IMMEDIATE")
    for name, gone, new in changes:
        if new:
            raw.executemany(f'INSERT OR REPLACE INTO "{name}" VALUES ({",".join("?" * len(new[0]))})', new)
        for row in gone:
            raw.execute(f'DELETE FROM "{name}" WHERE ' + " AND ".join(f'"{column}"=?' for _, column in keys[name]), [row[at] for at, _ in keys[name]])
    raw.execute("COMMIT")


def run() -> None:
    """Seven interleaved rounds over a village of ten thousand visits; two lines."""
    from xieli_tui.casework.record_visit import RecordVisit, record_visit
    from xieli_tui.store import engine as engines

    with tempfile.TemporaryDirectory() as folder:
        pair = joined(Path(folder))
        village = pair.village
        homes = households(village, 300)
        visits(village, homes, VISITS, note="random")
        key = village.vault.store_key()
        ours = engines.connect(pair.folder / "v" / "store.db", key)
        encrypted = engines.connect(pair.folder / "twin.db", key)
        plain = sqlite3.connect(pair.folder / "plain.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-8192", "temp_store=MEMORY"):
            plain.execute(f"PRAGMA {pragma}")
        turn = iter(range(10**6))

        def one() -> float:
            asked = RecordVisit(household=homes[next(turn) % len(homes)], met="self", marks={"economy": 2}, note=f"见到本人，血压药按时吃，第{next(turn)}回")
            start = time.perf_counter()
            record_visit(village, asked)
            return time.perf_counter() - start

        names = _tables(ours)
        before = _held(ours, names)
        one()
        touched = [name for name, rows in _held(ours, names).items() if rows != before[name]]
        keys = {name: _keys(ours, name) for name in touched}
        for out in (encrypted, plain):
            _twin(ours, out)
        state = _held(ours, touched)
        waiting: list[list[Change]] = []

        def visit() -> float:
            nonlocal state
            waiting.clear()
            seconds = 0.0
            for _ in range(EACH):
                seconds += one()
                now = _held(ours, touched)
                made: list[Change] = []
                for name in touched:
                    new = now[name] - state[name]
                    kept = {tuple(row[at] for at, _ in keys[name]) for row in new}
                    made.append((name, [row for row in state[name] - now[name] if tuple(row[at] for at, _ in keys[name]) not in kept], list(new)))
                waiting.append(made)
                state = now
            return seconds / EACH

        def into(raw: Any) -> float:
            seconds = 0.0
            for made in waiting:
                start = time.perf_counter()
                _apply(raw, made, keys)
                seconds += time.perf_counter() - start
            return seconds / EACH

        samples = interleaved(ROUNDS, {"a visit": visit, "its rows, encrypted": lambda: into(encrypted), "its rows, plain SQLite": lambda: into(plain)})
        whole = _held(ours, names)
        assert whole == _held(encrypted, names) == _held(plain, names), "the files do not hold the same rows"
        median = {name: sorted(values)[len(values) // 2] for name, values in samples.items()}
        report(
            "store.commit", "as measured", "its rows, encrypted", "its rows, plain SQLite", samples, visits_stored=VISITS, rows_a_visit=sum(len(new) for _, _, new in waiting[-1]),
            visit_vs_plain=round(median["a visit"] / median["its rows, plain SQLite"], 2),
        )
        _size(pair.folder, ours, plain, sum(map(len, whole.values())))
        for raw in (ours, encrypted, plain):
            raw.close()
        village.close()
        pair.county.close()


def _size(folder: Path, ours: Any, plain: Any, rows: int) -> None:
    """Bytes of both, vacuumed."""
    sizes = {}
    for name, raw in (("encrypted", ours), ("plain", plain)):
        raw.execute("VACUUM INTO ?", (str(folder / f"{name}.whole"),))
        sizes[name] = os.path.getsize(folder / f"{name}.whole")
    sys.stdout.write(json.dumps({
        "bench": "store.size", "ratio": round(sizes["encrypted"] / sizes["plain"], 3), "goal": "<= 1.10", "bytes": sizes, "visits": VISITS, "rows": rows, "repeat": "python -m bench store",
    }) + "\n")
    sys.stdout.flush()
