"""The spool of the receiver: uploads under way, whole files, and the inbox from which importers take them (design 09 Ingest).

    <spool>/spool.db        two small tables: parts under way, rows of the inbox. No names, no villages, nothing decrypted, no key
    <spool>/parts/          <sha256>.<first 8 of the device>.part
    <spool>/whole/          <sha256>.xieli, until an importer is done with it
    <spool>/importers/      one locked file per importer at work; receiver.lock beside it

Rules kept here
- a piece is on the disk before its length is counted, and a file in `whole/` before its row; the row is committed before anybody is told so;
- what a crash leaves between two of these steps is put right at the next start: files without a row get one, rows without a file are forgotten;
- a file is whole when its SHA-256 is its name and its outer form is a bundle's; everything else about it is the importer's to say;
- an importer takes a row for itself; a row whose importer is gone (its lock is free) goes to the next one, and taking it twice is harmless because an
  import is idempotent. A file that could not be written goes to the end of the row, it blocks nobody;
- bytes are dropped when the importer has given its answer: the sender owes them until the desk's receipt comes home;
- each step of the file system is passed in, so each can be made to fail; a full disk is told as such and keeps what was counted.

The database is plain SQLite of the standard library with a rollback journal: it holds nothing secret, and the receiver has no passphrase.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from xieli_sync import container
from xieli_sync.carriers.spooling import Quota, SpoolError, Standing
from xieli_sync.errors import SyncError
from xieli_tui.errors import Damaged, NotFound, Refused
from xieli_tui.store.oslock import OsLock
from xieli_tui.store.spool_fs import OsSpoolFs, SpoolFs

PART_DAYS = 7
"""A part nobody went on with for a week is dropped; the sender begins again."""
DONE_DAYS = 30
"""How long a file that was imported is still known by its digest, so that a repeat is answered and not sent again."""
_DAY = 24 * 3600 * 1000
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_TABLES = """
CREATE TABLE part (file TEXT NOT NULL, dev TEXT NOT NULL, length INTEGER NOT NULL, kept INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (file, dev));
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, dev TEXT NOT NULL, size INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'done')), importer TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '', done_ms INTEGER NOT NULL DEFAULT 0);
PRAGMA user_version = 1;
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row an importer has taken: its number, the file's digest, where its bytes lie."""

    id: int
    file: str
    path: Path


class FileSpool:
    """`carriers.spooling.Spool` in a folder, and the inbox behind it. Safe to call from several threads; several processes may open one folder."""

    def __init__(self, folder: Path, *, now_ms: Callable[[], int], fs: SpoolFs | None = None, create: bool = True) -> None:
        """
        Raises:
            NotFound: XL-F05 no such folder (`create` False). Refused: XL-F07 a file, XL-F03 cannot be made, XL-L07 newer. Damaged: XL-L06.
        """
        self.folder, self._now, self._fs = folder, now_ms, fs or OsSpoolFs()
        self._parts, self._whole, self._importers = folder / "parts", folder / "whole", folder / "importers"
        if folder.exists() and not folder.is_dir():
            raise Refused("XL-F07")
        if not create and not (folder / "spool.db").is_file():
            raise NotFound("XL-F05")
        try:
            for one in (folder, self._parts, self._whole, self._importers):
                one.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise Refused("XL-F03") from None
        self._guard = threading.Lock()
        self._receiver = OsLock(folder / "receiver.lock")
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.folder / "spool.db", timeout=20, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _TABLES.strip().split(";\n"):
                    connection.execute(statement)
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            connection.close()
            if getattr(error, "sqlite_errorname", "") in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
                raise Damaged("XL-L06", "spool.db") from None
            raise Refused("XL-F03") from None
        if version not in (0, 1):
            connection.close()
            raise Refused("XL-L07")
        return connection

    def close(self) -> None:
        """Let go of the database and of the receiver's place."""
        with self._guard:
            self._db.close()
        self._receiver.release()

    # -- the receiver -------------------------------------------------------------------------------
    def receive(self) -> int:
        """Become the one receiver of this folder and put right what the last one left; how many files were enqueued late.

        Raises:
            Refused: XL-F09, another receiver works here. SpoolError.
        """
        if not self._receiver.take():
            raise Refused("XL-F09")
        with _disk(0):
            return self._recover()

    def standing(self, dev: str, file: str) -> Standing:
        """What is kept of a file."""
        with self._tx() as db:
            row = db.execute("SELECT size FROM inbox WHERE file=?", (file,)).fetchone()
            if row is not None:
                return Standing(row[0], True)
            row = db.execute("SELECT kept FROM part WHERE file=? AND dev=?", (file, dev)).fetchone()
            return Standing(row[0] if row is not None else 0)

    def add(self, dev: str, file: str, length: int, offset: int, piece: bytes, quota: Quota) -> Standing:
        """Keep a piece; the last byte makes the file whole and commits its row."""
        with self._tx() as db:
            row = db.execute("SELECT size FROM inbox WHERE file=?", (file,)).fetchone()
            if row is not None:
                return Standing(row[0], True)
            row = db.execute("SELECT kept, length FROM part WHERE file=? AND dev=?", (file, dev)).fetchone()
            kept = row[0] if row is not None else 0
            if offset != kept:
                raise SpoolError("offset", kept)
            if offset + len(piece) > length or (row is not None and row[1] != length):
                raise SpoolError("length", kept)
            if row is None:
                self._within(db, dev, length, quota)
        path, end = self._part(dev, file), offset + len(piece)
        with _disk(kept):
            moved = self._fs.size(self._whole / f"{file}.xieli") is not None
        if moved:
            # It was whole before, and checked; only its row could not be committed.
            return self._finish(dev, file, kept)
        try:
            with _disk(kept):
                self._fs.write_at(path, offset, piece)
            if end == length:
                # Straight on: when this fails the last piece is sent once more.
                return self._finish(dev, file, kept)
            with self._tx(kept) as db:
                db.execute(
                    "INSERT INTO part(file, dev, length, kept, at_ms) VALUES (?,?,?,?,?) ON CONFLICT (file, dev) DO UPDATE SET kept=excluded.kept, at_ms=excluded.at_ms",
                    (file, dev, length, end, self._now()),
                )
        except SpoolError as error:
            if row is None and error.why in ("full", "busy"):
                self._forget(path)
            raise
        return Standing(end)

    def _within(self, db: sqlite3.Connection, dev: str, length: int, quota: Quota) -> None:
        files, size = db.execute(
            "SELECT count(*), coalesce(sum(n), 0) FROM (SELECT length AS n FROM part WHERE dev=? UNION ALL SELECT size FROM inbox WHERE dev=? AND state<>'done')",
            (dev, dev),
        ).fetchone()
        if files >= quota.files or size + length > quota.bytes:
            raise SpoolError("quota")

    def _finish(self, dev: str, file: str, kept: int) -> Standing:
        """A file with all its bytes: checked, put where importers look, its row committed. `kept` is what stays counted if that fails."""
        path, whole = self._part(dev, file), self._whole / f"{file}.xieli"
        with _disk(kept):
            path = whole if self._fs.size(whole) is not None else path
            data = self._fs.read(path)
        wrong = SpoolError("digest") if sha256(data).hexdigest() != file else None
        if wrong is None:
            try:
                container.parse(data)
            except SyncError as error:
                wrong = SpoolError("form", code=error.code)
        if wrong is not None:
            self._drop_part(dev, file)
            raise wrong
        if path != whole:
            with _disk(kept):
                self._fs.rename(path, whole)
        self._enqueue(dev, file, len(data), kept)
        return Standing(len(data), True)

    def _enqueue(self, dev: str, file: str, size: int, kept: int = 0) -> None:
        with self._tx(kept) as db:
            db.execute("INSERT INTO inbox(file, dev, size, at_ms, state) VALUES (?,?,?,?,'waiting') ON CONFLICT (file) DO NOTHING", (file, dev, size, self._now()))
            others = [row[0] for row in db.execute("SELECT dev FROM part WHERE file=?", (file,))]
            db.execute("DELETE FROM part WHERE file=?", (file,))
        for other in others:
            self._forget(self._part(other, file))

    def sweep(self) -> int:
        """Drop parts nobody went on with for a week, and forget what was done a month ago."""
        now = self._now()
        with self._tx() as db:
            stale = db.execute("SELECT dev, file FROM part WHERE at_ms < ?", (now - PART_DAYS * _DAY,)).fetchall()
            gone = db.execute("DELETE FROM inbox WHERE state='done' AND done_ms < ?", (now - DONE_DAYS * _DAY,)).rowcount
        for dev, file in stale:
            self._drop_part(dev, file)
        return len(stale) + int(gone)

    def _recover(self) -> int:
        with self._tx() as db:
            parts = db.execute("SELECT dev, file, kept FROM part").fetchall()
            held = {row[0]: row[1] for row in db.execute("SELECT file, state FROM inbox")}
        for dev, file, kept in parts:
            size = self._fs.size(self._part(dev, file))
            if file in held or ((size is None or size < kept) and self._fs.size(self._whole / f"{file}.xieli") is None):
                self._drop_part(dev, file)
        known = {self._part(dev, file).name for dev, file, _ in parts}
        for name in self._fs.names(self._parts):
            if name not in known:
                self._forget(self._parts / name)
        late = sum(self._orphan(name, parts) for name in self._fs.names(self._whole))
        with self._tx() as db:
            for file, state in db.execute("SELECT file, state FROM inbox").fetchall():
                if state != "done" and self._fs.size(self._whole / f"{file}.xieli") is None:
                    # The bytes are gone: forgetting the row makes the sender send them again.
                    db.execute("DELETE FROM inbox WHERE file=?", (file,))
        return late

    def _orphan(self, name: str, parts: Sequence[tuple[str, str, int]]) -> bool:
        """A file in `whole/` without a row gets one; one that is done with, or is not what its name says, goes."""
        path, file = self._whole / name, name.removesuffix(".xieli")
        with self._tx() as db:
            row = db.execute("SELECT state FROM inbox WHERE file=?", (file,)).fetchone()
        if row is not None:
            if row[0] == "done":
                self._forget(path)
            return False
        data = self._fs.read(path)
        if sha256(data).hexdigest() != file:
            self._forget(path)
            return False
        self._enqueue(next((dev for dev, of, _ in parts if of == file), ""), file, len(data))
        return True

    # -- importers ----------------------------------------------------------------------------------
    def take(self, importer: Importer, skip: Sequence[int] = ()) -> Waiting | None:
        """The next row, taken for this importer alone; None when nothing waits. `skip`: rows it has tried already."""
        with self._tx() as db:
            for (name,) in db.execute("SELECT DISTINCT importer FROM inbox WHERE state='taken' AND importer<>?", (importer.name,)).fetchall():
                if not Importer.alive(self._importers, name):
                    db.execute("UPDATE inbox SET state='waiting' WHERE state='taken' AND importer=?", (name,))
            rows = db.execute("SELECT id, file FROM inbox WHERE state='waiting' ORDER BY tries, id").fetchall()
            found = next(((number, file) for number, file in rows if number not in skip), None)
            if found is None:
                return None
            db.execute("UPDATE inbox SET state='taken', importer=?, tries=tries+1 WHERE id=?", (importer.name, found[0]))
        return Waiting(found[0], found[1], self._whole / f"{found[1]}.xieli")

    def done(self, row: Waiting, status: str, code: str) -> None:
        """The importer's answer; the bytes go after it is committed."""
        with self._tx() as db:
            db.execute("UPDATE inbox SET state='done', status=?, code=?, done_ms=? WHERE id=?", (status, code, self._now(), row.id))
        self._forget(row.path)

    def put_back(self, row: Waiting, code: str) -> None:
        """Nothing was written: the row waits again, behind the others."""
        with self._tx() as db:
            db.execute("UPDATE inbox SET state='waiting', code=? WHERE id=?", (code, row.id))

    def forget(self, row: Waiting) -> None:
        """Its bytes are gone: without a row the sender is told to send them again."""
        with self._tx() as db:
            db.execute("DELETE FROM inbox WHERE id=?", (row.id,))

    def importer(self) -> Importer:
        """A new importer over this folder."""
        return Importer(self._importers)

    def rows(self) -> list[tuple[str, str, str, str]]:
        """(digest, state, status, code) of the inbox, oldest first."""
        with self._tx() as db:
            return [(str(file), str(state), str(status), str(code)) for file, state, status, code in db.execute("SELECT file, state, status, code FROM inbox ORDER BY id")]

    # -- the rest -----------------------------------------------------------------------------------
    def _part(self, dev: str, file: str) -> Path:
        return self._parts / f"{file}.{dev[:8]}.part"

    def _drop_part(self, dev: str, file: str) -> None:
        with self._tx() as db:
            db.execute("DELETE FROM part WHERE file=? AND dev=?", (file, dev))
        self._forget(self._part(dev, file))

    def _forget(self, path: Path) -> None:
        """Remove bytes no row speaks of; what cannot be removed now goes at the next start."""
        try:
            self._fs.remove(path)
        except OSError:
            return

    @contextmanager
    def _tx(self, offset: int = 0) -> Iterator[sqlite3.Connection]:
        """One committed transaction, alone in this process."""
        with self._guard, _disk(offset):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


@contextmanager
def _disk(offset: int) -> Iterator[None]:
    """Failures of disk and database as SpoolError; `offset` is what stays kept."""
    try:
        yield
    except sqlite3.Error as error:
        raise SpoolError("full" if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" else "busy", offset) from error
    except OSError as error:
        raise SpoolError("full" if error.errno in _FULL else "busy", offset) from error


class Importer:
    """One importer at work: its name is good for as long as it lives, for its lock is the system's."""

    def __init__(self, folder: Path) -> None:
        self.name = os.urandom(8).hex()
        self._lock = OsLock(folder / f"{self.name}.lock")
        self._lock.take()

    @staticmethod
    def alive(folder: Path, name: str) -> bool:
        """Whether the importer of this name still runs; a dead one's file is cleared away."""
        lock = OsLock(folder / f"{name}.lock")
        if not lock.take():
            return True
        lock.release()
        lock.path.unlink(missing_ok=True)
        return False

    def close(self) -> None:
        """Leave."""
        self._lock.release()
        self._lock.path.unlink(missing_ok=True)
