"""Raw SQLAlchemy Core upserts of the same records into plain SQLite: no transport, no checks, the floor of any import written in Python."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.peers.records import COLUMNS, CREATE


class CoreUpserts:
    """Upserts into a fresh database each time."""

    def __init__(self, folder: Path, rows: Sequence[dict[str, str]]) -> None:
        folder.mkdir()
        self.folder, self.rows, self.desks = folder, list(rows), 0

    def take_in(self) -> tuple[float, float]:
        """One transaction of upserts; the same rows once more. (seconds, seconds again)"""
        from sqlalchemy import MetaData, create_engine, event
        from sqlalchemy.dialects.sqlite import insert

        self.desks += 1
        engine = create_engine(f"sqlite:///{self.folder / f'desk{self.desks}.db'}")

        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=wal")
            connection.execute("PRAGMA synchronous=full")

        with engine.begin() as made:
            for statement in CREATE.split(";"):
                if statement.strip():
                    made.exec_driver_sql(statement)
        meta = MetaData()
        meta.reflect(engine)
        table = meta.tables["visits"]
        upsert = insert(table)
        newer = upsert.excluded.hlc > table.c.hlc
        upsert = upsert.on_conflict_do_update(index_elements=["visit"], set_={c: upsert.excluded[c] for c in COLUMNS if c != "visit"}, where=newer)
        spent = []
        for _ in range(2):
            start = time.perf_counter()
            with engine.begin() as conn:
                conn.execute(upsert, self.rows)
            spent.append(time.perf_counter() - start)
        engine.dispose()
        return spent[0], spent[1]
