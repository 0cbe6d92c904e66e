"""Putting a copy in the place of a workspace: staged beside it, committed by one small file, finished by whoever opens the workspace next.

    restore.next/    the copy, opened and checked; without the order beside it, it is only what a look or a crash left behind
    restore.json     the order: from here on the copy is the workspace; `settle` carries it out, as often as it takes
    restored.json    left for the first opening, which goes on in a new epoch and takes it away
    aside-<moment>/  what stood there before; whole, and never taken away by the program

Rules kept here (design 05)
- a crash at any step leaves the old workspace or the restored one, never a mixture: until the order lies there nothing of the old one was touched,
  and once it does every opening settles it first;
- one program at a time commits an order or carries it out (`keys.lock`), and no session is open then (`openings`);
- nobody else has the old store open until the order lies there, and who waits for it then is told that it is superseded (`rekey.alone`);
- the write-ahead log of the old store goes before its store does: read beside another store it would be taken for that store's own;
- nothing is written into the copy itself: it may lie on a write-protected stick, and it is the last thing anybody has.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import engine as engines
from xieli_tui.store import keyfile
from xieli_tui.store import workspace as rooms
from xieli_tui.store.oslock import OsLock
from xieli_tui.store.store import Tx

NEXT, ORDER, MARKER, ASIDE = "restore.next", rooms.ORDER, "restored.json", "aside-"
REPLACED = (rooms.STORE, rooms.PROFILE, rooms.KEYS)
TAILS = ("-wal", "-shm", "-journal", ".next", ".next-wal", ".next-shm", ".next-journal")
"""What may lie beside a store and belongs to it alone."""


def is_copy(folder: Path) -> bool:
    """Whether a folder holds a copy of a workspace."""
    return all((folder / name).is_file() for name in (rooms.STORE, rooms.KEYS, rooms.PROFILE))


def staged(workspace: Path) -> Path:
    """Where the copy to be put in place is opened and looked at."""
    return workspace / NEXT


def stage(workspace: Path, source: Path) -> Path:
    """Lay the files of a copy beside the workspace, flushed; a folder of an earlier try goes.

    Raises:
        NotFound: XL-F05 no copy lies there. Refused: XL-F02, XL-F03 no room, not writable; XL-F06 the copy cannot be read.
    """
    if not is_copy(source):
        raise NotFound("XL-F05", "这里没有备份")
    place = staged(workspace)
    try:
        drop(workspace)
        place.mkdir(mode=0o700, parents=True)
        for name in REPLACED:
            _copied(source / name, place / name)
        rooms.sync_folder(place)
    except OSError as err:
        shutil.rmtree(place, ignore_errors=True)
        if err.errno == errno.EIO or (isinstance(err, PermissionError) and not os.access(source / rooms.STORE, os.R_OK)):
            raise Refused("XL-F06") from None
        raise _refused(err) from None
    return place


def drop(workspace: Path) -> None:
    """Take away what was staged; never once the order lies beside it."""
    if not (workspace / ORDER).exists() and staged(workspace).exists():
        shutil.rmtree(staged(workspace))


def _copied(source: Path, target: Path) -> None:
    with open(source, "rb") as old, open(target, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as new:
        shutil.copyfileobj(old, new, 1 << 20)
        new.flush()
        os.fsync(new.fileno())


def _refused(err: OSError) -> Refused:
    return Refused("XL-F02" if err.errno == errno.ENOSPC else "XL-F03")


def put_aside(workspace: Path, stamp: str, raw: Any = None) -> Path | None:
    """Every file that will be replaced once more, in a folder of its own; None when there was no workspace.

    Args:
        raw: the old store held for this alone (`rekey.alone`): it is written anew there, for the file itself will be marked as superseded. A file that
            is opened a second time would give the hold away, so nothing of it is read but through this connection.

    Raises:
        Refused: XL-F02, XL-F03.
    """
    tails = () if raw is not None else TAILS  # a store that is held is one file
    there = [workspace / name for name in (*REPLACED, *(rooms.STORE + tail for tail in tails)) if (workspace / name).is_file()]
    if not there:
        return None
    again = sorted(workspace.glob(f"{ASIDE}{stamp}*"))
    place = workspace / (f"{ASIDE}{stamp}-{len(again) + 1}" if again else f"{ASIDE}{stamp}")
    part = place.with_name(place.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        for path in there:
            if raw is None or path.name != rooms.STORE or not _written(raw, part / path.name):
                _named_again(path, part / path.name)
        rooms.sync_folder(part)
        part.rename(place)
        rooms.sync_folder(workspace)
    except OSError as err:
        shutil.rmtree(part, ignore_errors=True)
        raise _refused(err) from None
    return place


def _written(raw: Any, target: Path) -> bool:
    """The store as a file of its own; False where it cannot be read to its end."""
    try:
        raw.execute("VACUUM INTO ?", (str(target),))
    except engines.BROKEN as err:
        target.unlink(missing_ok=True)
        if "full" in str(err):
            raise OSError(errno.ENOSPC, "") from None
        return False
    handle = os.open(target, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def _named_again(path: Path, target: Path) -> None:
    try:
        os.link(path, target)  # takes no room; a file system without links gets a second copy
    except OSError:
        _copied(path, target)


def order(workspace: Path, made: str) -> None:
    """From here on the staged copy is the workspace. Raises Refused("XL-F02"/"XL-F03"): the old one is as it was then."""
    try:
        rooms.atomic_write(workspace / ORDER, json.dumps({"made": made, "v": 1}, sort_keys=True).encode() + b"\n")
    except OSError as err:
        raise _refused(err) from None


@contextmanager
def locked(workspace: Path) -> Iterator[None]:
    """The key file and the order are nobody else's meanwhile. Raises Refused("XL-L17"). A log folder that cannot be written locks nobody out."""
    lock = None
    try:
        lock = OsLock(rooms.folder(workspace, "log") / keyfile.LOCK)
        for _ in range(keyfile.PATIENCE):
            if lock.take():
                break
            time.sleep(0.05)
        else:
            raise Refused("XL-L17")
    except OSError:
        lock = None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def settle(workspace: Path) -> bool:
    """Carry out the order that lies there; whether there was one. Asked before anything of a workspace is read.

    Raises:
        Refused: XL-F03 a file cannot be replaced (another program has it open); it is tried again at the next opening. XL-L17 another
            program is at it.
    """
    if not (workspace / ORDER).exists():
        return False
    with locked(workspace):
        return _carried_out(workspace)


def _carried_out(workspace: Path) -> bool:
    waits = workspace / ORDER
    if not waits.exists():  # another program did it meanwhile: what lies here now is the restored one, and somebody may be at work in it
        return False
    place = staged(workspace)
    try:
        if (place / rooms.STORE).exists():
            for tail in TAILS:
                (workspace / (rooms.STORE + tail)).unlink(missing_ok=True)
        rooms.atomic_write(workspace / MARKER, waits.read_bytes())
        for name in REPLACED:
            if (place / name).exists():
                os.replace(place / name, workspace / name)
        rooms.sync_folder(workspace)
        waits.unlink()
        rooms.sync_folder(workspace)
    except OSError:
        raise Refused("XL-F03", "恢复还没有做完", next_step="请关掉协理的其他窗口，再打开一次，会接着做完") from None
    shutil.rmtree(place, ignore_errors=True)
    return True


def marked(workspace: Path) -> bool:
    """Was this workspace put back from a copy and not opened since?"""
    return (workspace / MARKER).exists()


def unmark(workspace: Path) -> None:
    """The new epoch stands. Raises Refused("XL-F03")."""
    try:
        (workspace / MARKER).unlink(missing_ok=True)
        rooms.sync_folder(workspace)
    except OSError:
        raise Refused("XL-F03") from None


def asides(workspace: Path) -> list[Path]:
    """What earlier restores put aside, oldest first."""
    return sorted(path for path in workspace.glob(f"{ASIDE}*") if path.is_dir() and not path.name.endswith(".part"))


_QUIET = "t LIKE 'audit.%' OR t IN ('return.received', 'epoch.opened', 'operator.added')"
"""Lines that say nothing about the work."""


def held(tx: Tx) -> dict[tuple[str, str, int], str]:
    """(dev, ep, seq) -> hash of every line that says something about the work."""
    found = tx.ask(f"SELECT dev, ep, seq, hash FROM journal WHERE NOT ({_QUIET})")
    return {(str(dev), str(ep), int(seq)): str(digest) for dev, ep, seq, digest in found}


def written(tx: Tx) -> int:
    """The row of the newest line that says something about the work; 0 when there is none."""
    found = tx.ask(f"SELECT rowid FROM journal WHERE NOT ({_QUIET}) ORDER BY rowid DESC LIMIT 1")
    return int(found[0][0]) if found else 0
