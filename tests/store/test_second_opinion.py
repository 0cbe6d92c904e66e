"""Not hostage to one library: a store written by SQLCipher is opened, read and checked by SQLite3 Multiple Ciphers, an implementation of its own.

Needs `apsw-sqlite3mc` (in the dev lock; it takes the module name `apsw`). With the plain `apsw` or none in its place these tests say so and are skipped.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from basekit import Template, reopened
from xieli_sync import event as wire
from xieli_tui.casework import backup, households
from xieli_tui.domain.clock import FixedClock
from xieli_tui.store import workspace as rooms

mc: Any = pytest.importorskip("apsw", reason="apsw-sqlite3mc is not installed: the second implementation is not asked")
pytestmark = pytest.mark.skipif(not hasattr(mc, "mc_version"), reason="apsw is here, apsw-sqlite3mc is not: the second implementation is not asked")
NAMES = ("石守田", "李桂英", "王小妹")


def opened(path: Path, key: bytes) -> Any:
    """A connection of the other library with the raw key: cipher and its version are said, nothing else is known."""
    conn = mc.Connection(str(path))
    for pragma in ('cipher="sqlcipher"', "legacy=4", f"key=\"raw:{key.hex()}\""):
        conn.execute(f"PRAGMA {pragma}").fetchall()
    return conn


@pytest.fixture
def written(workspace: Path, village_template: Template, clock: FixedClock) -> tuple[Path, bytes, list[bytes]]:
    """(workspace, key, every line of its journal): a live store with a log beside it was written, and a copy of it made."""
    with reopened(village_template, workspace, clock) as session:
        for name in NAMES:
            households.add_household(session, households.AddHousehold(name, {"group": "一组"}))
        backup.create(session)
        households.add_household(session, households.AddHousehold("只在日志里", {}))
        with session.reading() as tx:
            lines = [bytes(row[0]) for row in tx.conn.exec_driver_sql("SELECT line FROM journal ORDER BY rowid")]
        live = workspace.parent / "live"
        shutil.copytree(workspace, live)  # as a crash would leave it: store and log
    return live, village_template.vault.store_key(), lines


def test_the_live_store_and_its_copy_are_read_whole_by_the_other_library(written: tuple[Path, bytes, list[bytes]]) -> None:
    folder, key, lines = written
    assert (folder / "store.db-wal").stat().st_size > 0
    (copy,) = (folder / "backups").iterdir()
    for path, count in ((rooms.store_path(folder), len(lines)), (rooms.store_path(copy), len(lines) - 3)):
        conn = opened(path, key)
        rows = conn.execute("SELECT prev, hash, line FROM journal ORDER BY rowid").fetchall()
        assert [bytes(row[2]) for row in rows] == lines[:count]
        assert all(wire.chain_hash(prev, bytes(line)) == digest for prev, digest, line in rows), "every hash follows, computed on what the other library read"
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert {row[0] for row in conn.execute("SELECT name FROM person").fetchall()} >= set(NAMES)
        conn.close()


def test_the_other_library_is_refused_without_the_key_too(written: tuple[Path, bytes, list[bytes]]) -> None:
    folder, key, _ = written
    for wrong in (bytes(32), key[::-1]):
        conn = opened(rooms.store_path(folder), wrong)
        with pytest.raises(mc.NotADBError):
            conn.execute("SELECT count(*) FROM sqlite_master").fetchall()
        conn.close()
    (copy,) = (folder / "backups").iterdir()
    data = bytearray(rooms.store_path(copy).read_bytes())
    data[len(data) // 2] ^= 1
    rooms.store_path(copy).write_bytes(data)
    conn = opened(rooms.store_path(copy), key)
    said = conn.execute("PRAGMA integrity_check").fetchall()
    assert all("unable to get the page" in row[0] for row in said), "the page's HMAC, as SQLCipher made it"
    conn.close()
