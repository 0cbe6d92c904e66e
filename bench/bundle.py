"""Export and import of 10,000 visits, both note kinds, against Core executemany of all the rows the import writes.

The base is taken from the truth: after one import the rows of every table that grew are read back and written again into an empty copy of the
same encrypted schema with SQLAlchemy Core, one executemany per table in one transaction. Raw sqlcipher3 executemany stands beside as the limit.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import interleaved, report
from bench.kit import PASSPHRASE, Pair, households, joined, visits

COUNT = 10_000


def _rows(session: Any) -> dict[str, list[dict[str, Any]]]:
    from sqlalchemy import MetaData, select

    meta = MetaData()
    meta.reflect(session.store.engine)
    with session.store.read() as tx:
        return {t.name: [dict(r._mapping) for r in tx.conn.execute(select(t))] for t in meta.sorted_tables}


def _grown(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    out = {}
    for name, rows in after.items():
        known = {repr(r) for r in before.get(name, [])}
        fresh = [r for r in rows if repr(r) not in known]
        if fresh:
            out[name] = fresh
    return out


def _reopen(folder: Path) -> Any:
    from xieli_tui.casework.session import open_session

    return open_session(folder, PASSPHRASE)


def _core_base(empty: Path, scratch: Path, grown: dict[str, list[dict[str, Any]]], *, raw: bool) -> float:
    """Write the grown rows into a copy of the county as it was before; seconds of the one transaction."""
    from sqlalchemy import MetaData, insert

    if scratch.exists():
        shutil.rmtree(scratch)
    shutil.copytree(empty, scratch)
    session = _reopen(scratch)
    try:
        meta = MetaData()
        meta.reflect(session.store.engine)
        with session.store.write() as tx:
            for name, rows in grown.items():
                # a row of the same key (a head that moved) is replaced, as the import did
                keys = [c.name for c in meta.tables[name].primary_key]
                marks = " AND ".join(f'"{k}" = ?' for k in keys)
                if len(rows) < 50:
                    for row in rows:
                        tx.conn.exec_driver_sql(f'DELETE FROM "{name}" WHERE {marks}', tuple(row[k] for k in keys))
        start = time.perf_counter()
        with session.store.write() as tx:
            for name, rows in grown.items():
                if raw:
                    columns = list(rows[0])
                    sql = f'INSERT INTO "{name}" ({", ".join(chr(34) + c + chr(34) for c in columns)}) VALUES ({", ".join("?" * len(columns))})'
                    tx.conn.exec_driver_sql(sql, [tuple(r[c] for c in columns) for r in rows])
                else:
                    tx.conn.execute(insert(meta.tables[name]), rows)
        return time.perf_counter() - start
    finally:
        session.close()


def _one(pair: Pair, note: str) -> None:
    from xieli_tui.casework.exchange import export
    from xieli_tui.desk.intake import import_files

    homes = households(pair.village, 500)
    usb = pair.folder / "first"
    usb.mkdir()
    export(pair.village, usb)
    import_files(pair.county, [usb])
    visits(pair.village, homes, COUNT, note=note)
    pair.county.close()
    empty, work = pair.folder / "c", pair.folder / "work"

    def exported() -> float:
        target = Path(tempfile.mkdtemp(dir=pair.folder))
        start = time.perf_counter()
        done = export(pair.village, target)
        spent = time.perf_counter() - start
        size["bytes"] = sum(f.bytes for f in done.files)
        size["events"] = sum(f.events for f in done.files)
        size["file"] = done.files[-1].path
        return spent

    size: dict[str, Any] = {}
    exported()

    def imported() -> float:
        if work.exists():
            shutil.rmtree(work)
        shutil.copytree(empty, work)
        session = _reopen(work)
        try:
            start = time.perf_counter()
            results = import_files(session, [Path(size["file"])])
            spent = time.perf_counter() - start
            if results[0].status != "imported" or results[0].new < COUNT:
                raise RuntimeError(f"the measured import did not import: {results[0]}")
            return spent
        finally:
            session.close()

    def again() -> float:
        session = _reopen(work)
        try:
            start = time.perf_counter()
            results = import_files(session, [Path(size["file"])])
            spent = time.perf_counter() - start
            if results[0].status != "duplicate":
                raise RuntimeError(f"not recognised: {results[0]}")
            return spent
        finally:
            session.close()

    session = _reopen(empty)
    before = _rows(session)
    session.close()
    imported()
    session = _reopen(work)
    grown = _grown(before, _rows(session))
    session.close()
    scratch = pair.folder / "scratch"
    samples = interleaved(
        5,
        {
            "export": exported,
            "import": imported,
            "same file again": again,
            "Core executemany": lambda: _core_base(empty, scratch, grown, raw=False),
            "raw sqlcipher3 executemany": lambda: _core_base(empty, scratch, grown, raw=True),
        },
    )
    report(
        f"bundle.{note}", "Core/import >= 0.5", "import", "Core executemany", samples,
        rate_vs_core=round(sorted(samples["Core executemany"])[2] / sorted(samples["import"])[2], 3),
        rate_vs_raw=round(sorted(samples["raw sqlcipher3 executemany"])[2] / sorted(samples["import"])[2], 3),
        rows_written={k: len(v) for k, v in grown.items()}, events=size["events"], bundle_bytes=size["bytes"],
        bytes_per_record=round(size["bytes"] / COUNT, 1), bytes_goal={"templated": 110, "random": 215}[note],
    )


def run() -> None:
    """Both note kinds: templated compresses well (best case), random is the worst case."""
    for note in ("templated", "random"):
        with tempfile.TemporaryDirectory() as folder:
            pair = joined(Path(folder))
            _one(pair, note)
            pair.village.close()
