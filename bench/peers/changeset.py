"""SQLite's session extension: the changes of a table as a changeset, gzipped and encrypted, applied on the other side.

Plain SQLite through apsw (SQLCipher's builds have no session extension). What it does not do: sign, chain, judge rights, keep two values, re-apply
without touching rows.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Sequence
from pathlib import Path

import apsw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bench.peers import durable
from bench.peers.records import COLUMNS, CREATE


def _opened(path: Path) -> apsw.Connection:
    db = apsw.Connection(str(path))
    db.pragma("journal_mode", "wal")
    db.pragma("synchronous", "full")
    for statement in CREATE.split(";"):
        if statement.strip():
            db.execute(statement)
    return db


class Changeset:
    """A field database with the visits recorded under a session, and an empty one at the desk."""

    def __init__(self, folder: Path, rows: Sequence[dict[str, str]]) -> None:
        self.folder = folder
        folder.mkdir()
        self.key = X25519PrivateKey.generate()
        self.field = _opened(folder / "field.db")
        self.session = apsw.Session(self.field, "main")
        self.session.attach("visits")
        with self.field:
            self.field.executemany(f"INSERT INTO visits VALUES ({','.join('?' * len(COLUMNS))})", [tuple(r[c] for c in COLUMNS) for r in rows])
        self.file = folder / "visits.age"
        self.bytes = self.plain_gzip = 0
        self.desks = 0

    def export(self) -> float:
        """Changeset, gzip -9, encrypt, lay down."""
        start = time.perf_counter()
        packed = gzip.compress(self.session.changeset(), 9)
        sealed = durable.encrypt(packed, self.key.public_key())
        durable.lay_down(self.file, sealed)
        spent = time.perf_counter() - start
        self.bytes, self.plain_gzip = len(sealed), len(packed)
        return spent

    def take_in(self, rows: int) -> tuple[float, float]:
        """Decrypt, inflate, apply in one durable transaction; the same file once more. (seconds, seconds again)"""
        self.desks += 1
        desk = _opened(self.folder / f"desk{self.desks}.db")
        spent = []
        for _ in range(2):
            start = time.perf_counter()
            changes = gzip.decompress(durable.decrypt(self.file.read_bytes(), self.key))
            with desk:
                apsw.Changeset.apply(changes, desk, conflict=lambda _reason, _change: apsw.SQLITE_CHANGESET_OMIT)
            spent.append(time.perf_counter() - start)
        held = desk.execute("SELECT count(*) FROM visits").get
        if held != rows:
            raise RuntimeError(f"the changeset brought {held} rows of {rows}")
        desk.close()
        return spent[0], spent[1]
