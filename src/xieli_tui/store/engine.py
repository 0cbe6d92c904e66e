"""The encrypted file as a SQLAlchemy engine: one recipe, with the traps of SQLCipher closed.

Rules kept here (design 05, each measured before it was written down)
- the key is 32 raw bytes: a shorter hex text is silently taken for a passphrase, and a file opened without a key is plain;
- a QueuePool, never the default pool: SingletonThreadPool closes connections under running threads and the process dies;
- SQLite below 3.51.3 loses data when two connections reset a WAL: refused;
- a writer begins IMMEDIATE, so the chain head it reads is still the head when it writes; a reader begins deferred and sees one snapshot;
- a page that is not as it was written is refused with its code wherever it is met: while opening, reading or writing (its HMAC says so, no row of it is seen);
- the library writes nothing to the terminal (`cipher_log_level`), SQLAlchemy puts no parameter into an exception (`hide_parameters`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped,unused-ignore]
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from xieli_tui.errors import Damaged, Locked, Refused, XieliError

SQLITE_FLOOR = (3, 51, 3)
PLAIN_HEADER = b"SQLite format 3\0"
PAGE = 4096
"""Bytes of a page, and the least a store ever has."""
BUSY_MS = 10_000
BROKEN = (DBAPIError, sqlcipher.DatabaseError)
_DAMAGE = ("malformed", "not a database", "corrupt")
"""What reading a damaged file raises when it is not told as Damaged already."""
POOL_SIZE = 4
CACHE_KIB = 32 * 1024
"""Pages kept in clear memory by a connection, at most. A bundle touches one page of every index a family: with 8 MiB a county of 100,000 lines decrypts
each of them again for every visit."""
WRITES = "xieli_writes"
"""Execution option of a connection whose transactions begin IMMEDIATE."""
FOLDER = "xieli_folder"
"""Execution option of an engine: where its file lies."""
ROOM = 1 << 20
"""A disk with fewer bytes left is full."""


def check_library(version: tuple[int, ...] = sqlcipher.sqlite_version_info) -> None:
    """Refuse a SQLite with the WAL-reset fault.

    Raises:
        Locked: XL-L09.
    """
    if tuple(version) < SQLITE_FLOOR:
        raise Locked("XL-L09")


def library_version() -> str:
    """Version of the SQLite inside the library, as `PRAGMA`s of this program meet it."""
    return str(sqlcipher.sqlite_version)


def check_header(path: Path) -> None:
    """Refuse a plain SQLite file where the encrypted one belongs.

    Raises:
        Damaged: XL-L06.
    """
    if path.exists():
        with path.open("rb") as file:
            if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
                raise Damaged("XL-L06")


def require(path: Path) -> None:
    """Refuse to go on without the file: SQLite would make an empty one in its place, and everything would seem to be gone.

    Raises:
        Damaged: XL-L06 it is missing, or shorter than its first page.
    """
    if not path.is_file() or path.stat().st_size < PAGE:
        raise Damaged("XL-L06")


def connect(path: Path, key: bytes, *, wal: bool = True) -> Any:
    """One keyed DB-API connection in autocommit mode, readable or not returned.

    Args:
        wal: with a log, as the live store has it; a copy at rest is looked at without, so that looking writes nothing into it.

    Raises:
        Damaged: XL-L06, not our file, another key's file, or damaged in its first page.
        Refused: XL-F02, XL-F03, it is the disk that failed; the file may be quite whole.
    """
    if len(key) != 32:
        raise ValueError("a store key is 32 raw bytes")
    check_header(path)
    raw = sqlcipher.connect(str(path), check_same_thread=False, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        raw.execute("PRAGMA cipher_log_level=NONE")  # before the key: its complaints would paint over the screen
        raw.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a wrong key shows only at the first read
        for pragma in (*(("journal_mode=WAL",) if wal else ()), "synchronous=FULL", f"busy_timeout={BUSY_MS}", f"cache_size=-{CACHE_KIB}", "temp_store=MEMORY"):
            raw.execute(f"PRAGMA {pragma}")
    except sqlcipher.OperationalError as err:
        raw.close()
        if "locked" in str(err) or "busy" in str(err):
            raise
        raise (disk_fault(_words(err), str(path.parent)) or Damaged("XL-L06")) from None
    except sqlcipher.DatabaseError:
        raw.close()
        raise Damaged("XL-L06") from None
    return raw


def make_engine(path: Path, key: bytes) -> Engine:
    """The engine over one encrypted file. The file is made when it is not there.

    Raises:
        Locked: XL-L09, the SQLite library is too old.
        Damaged: XL-L06, the file is plain or does not open with this key (at once, not at the first query).
        Refused: XL-A01, another program holds it.
    """
    check_library()
    kept = bytes(key)
    with _told(str(path.parent)):
        connect(path, kept).close()
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: connect(path, kept),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )
    engine.update_execution_options(**{FOLDER: str(path.parent)})

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get(WRITES) else "BEGIN")

    return engine


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A connection inside BEGIN IMMEDIATE; commits at the end, rolls back when left by an exception.

    Raises:
        Refused: XL-F02 the disk of this computer is full, XL-F03 it cannot be written, XL-A01 another program held the store all the time; nothing was
            changed. `is_busy` knows the last one: what may be tried again looks for it.
        Damaged: XL-L06 a page is not as it was written; nothing was changed.
    """
    with _told(_folder(engine)), engine.connect() as plain:
        conn = plain.execution_options(**{WRITES: True})
        with conn.begin():
            yield conn


def _folder(engine: Engine) -> str:
    return str(engine.get_execution_options().get(FOLDER, ""))


@contextmanager
def _told(folder: str) -> Iterator[None]:
    """What a person is told when the disk failed, a page is damaged or another program holds the file; every other error of the database goes on as it is."""
    try:
        yield
    except BROKEN as err:
        text = _words(err)
        said: XieliError | None = Damaged("XL-L06") if is_damage(text) else disk_fault(text, folder)
        if said is None and is_busy(err):
            said = Refused("XL-A01", "另一个程序正在用这份资料", next_step="等它用完再做一次；仍不行请联系县里")
        if said is None:
            raise
        raise said from err


def is_damage(text: str) -> bool:
    """Whether what SQLite says means that a page is not as it was written."""
    return any(words in text.lower() for words in _DAMAGE)


def _words(err: BaseException) -> str:
    """What SQLite says of an error."""
    return str(err.orig if isinstance(err, DBAPIError) else err).lower()


def _no_room(folder: str) -> bool:
    """Whether the disk of a folder is full."""
    try:
        return bool(folder) and shutil.disk_usage(folder).free < ROOM
    except OSError:
        return False


def disk_fault(text: str, folder: str = "") -> Refused | None:
    """The error of a full or failing disk of this computer, out of what SQLite says; where its shared memory finds no room it speaks of an I/O error, so the
    disk of the folder is asked too."""
    text = text.lower()
    failed = any(words in text for words in ("disk i/o error", "readonly database", "unable to open database file"))
    if "disk is full" in text or (failed and _no_room(folder)):
        refused = Refused("XL-F02", "本机的磁盘满了")
        refused.next_step = "请先腾出一些地方，再做一次"
    elif failed:
        refused = Refused("XL-F03", "本机的磁盘读写出错")
        refused.next_step = "请再试一次；仍不行请联系县里"
    else:
        return None
    return refused


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A connection inside one read snapshot; nothing it does is kept.

    Raises:
        Damaged: XL-L06 a page is not as it was written. Refused: XL-F03 the disk cannot be read, XL-A01 another program held the store all the time.
    """
    with _told(_folder(engine)), engine.connect() as conn:
        transaction = conn.begin()
        try:
            yield conn
        finally:
            transaction.rollback()


def is_busy(err: BaseException) -> bool:
    """Whether an error means that another writer was in the way and the whole transaction may be tried again: as the library says it, or as `write` does."""
    if isinstance(err, XieliError) and err.__cause__ is not None:
        err = err.__cause__
    if not isinstance(err, BROKEN):
        return False
    text = _words(err)
    return "locked" in text or "busy" in text or "deadlock" in text or "serializ" in text


def integrity(path: Path, key: bytes, *, wal: bool = True) -> list[str]:
    """Faults of the file, [] when it is whole. `wal` as in `connect`.

    The two checks use a connection each: after a page whose HMAC is wrong the first one answers nothing reliable any more.
    """
    faults: list[str] = []
    checks: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("PRAGMA cipher_integrity_check", lambda row: True),
        ("PRAGMA integrity_check", lambda row: row != "ok"),
    )
    for pragma, is_fault in checks:
        try:
            raw = connect(path, key, wal=wal)
        except Damaged:
            return [*faults, "cannot be opened"]
        try:
            faults += [str(row[0]) for row in raw.execute(pragma).fetchall() if is_fault(str(row[0]))]
        except sqlcipher.DatabaseError:
            faults.append("cannot be read")
        finally:
            raw.close()
    return faults
