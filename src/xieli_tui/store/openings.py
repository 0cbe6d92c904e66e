"""Who has a workspace open: every session holds a lock on a file of its own in `log/`, and who puts another store in its place looks for them first.

Rules kept here (design 05)
- the lock is the system's: a program that was killed leaves a file that can be locked, and whoever passes takes it away;
- who replaces a store holds `keys.lock` and then looks for sessions; who opens one has its file first and then looks at `keys.lock`: one of the two sees
  the other;
- a log folder that cannot be written stops nobody from opening.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from xieli_tui.errors import Refused, XieliError
from xieli_tui.store import keyfile, restoring
from xieli_tui.store import workspace as rooms
from xieli_tui.store.oslock import OsLock

_FILES = "open-*.lock"
_LOOKS = 4
"""Looks at the files, 50 ms apart: somebody who takes a leftover away holds it for a moment."""


def enter(workspace: Path, dek: bytes) -> OsLock | None:
    """Say that this workspace is open here, until `leave`; None where the log folder cannot be written.

    Raises:
        Refused: XL-L17 it is being replaced, or was while this one waited.
    """
    lock = _own(workspace)
    try:
        _let_by(workspace, dek)
    except BaseException:
        leave(lock)
        raise
    return lock


def leave(lock: OsLock | None) -> None:
    """It is closed here."""
    if lock is not None:
        _away(lock)


def refuse_open(workspace: Path) -> None:
    """Raises Refused("XL-L17") while a session has this workspace open; asked under `keys.lock`."""
    for _ in range(_LOOKS):
        if all(_left(path) for path in (workspace / "log").glob(_FILES)):
            return
        time.sleep(0.05)
    raise Refused("XL-L17")


def _own(workspace: Path) -> OsLock | None:
    with suppress(OSError):
        log = rooms.folder(workspace, "log")
        for path in log.glob(_FILES):
            _left(path)
        for _ in range(_LOOKS):
            lock = OsLock(log / f"open-{os.getpid()}-{os.urandom(4).hex()}.lock")
            if lock.take():
                if lock.path.exists():
                    return lock
                lock.release()  # taken for a leftover between its making and its locking
    return None


def _let_by(workspace: Path, dek: bytes) -> None:
    gate, waited = OsLock(workspace / "log" / keyfile.LOCK), False
    with suppress(OSError):
        for _ in range(keyfile.PATIENCE):
            if not gate.path.exists() or gate.take():
                gate.release()
                break
            waited = True
            time.sleep(0.05)
        else:
            raise Refused("XL-L17")
    if (workspace / restoring.ORDER).exists():
        raise Refused("XL-L17")
    if waited:
        try:
            keyfile.check(keyfile.read(workspace), dek)
        except XieliError:
            raise Refused("XL-L17") from None


def _left(path: Path) -> bool:
    """Whether nobody holds this file; it is gone then."""
    lock = OsLock(path)
    try:
        if not lock.take():
            return False
    except OSError:
        return False
    _away(lock)
    return True


def _away(lock: OsLock) -> None:
    """Taken away while it is held, so that nobody's file of the same moment goes; Windows removes no file that anybody has open, so there it comes after."""
    try:
        if os.name != "nt":
            with suppress(OSError):
                lock.path.unlink(missing_ok=True)
    finally:
        lock.release()
    if os.name == "nt":
        with suppress(OSError):
            lock.path.unlink(missing_ok=True)
