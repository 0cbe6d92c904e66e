"""The private folder of a session: what is written to be looked at or printed lies there, in clear, until the desk locks or is left (design 05 Leaks).

Rules kept here
- `papers/` of the workspace, 0700; every session that needs it has a room of its own in it, held by a lock of the system, so that the app and a
  command that are open at once never take away each other's;
- a room goes when its session closes: at lock, at exit, after a crash that still could; what a kill left goes at the next start, before anybody unlocks;
- a file is called by its kind and a number, 0600; nothing of the records is in a name;
- a viewer that holds a file open may keep it, and may have copied it elsewhere: that is not ours to promise (docs/manual/08).
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.errors import Refused
from xieli_tui.store.oslock import OsLock

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.clock import Rand

FOLDER = "papers"
_LOCK = "in-use"
_ROOM = re.compile(r"[0-9a-f]{16}")
_KIND = re.compile(r"[a-z][a-z-]{0,30}")
_TRIES = 4


def is_room(folder: Path) -> bool:
    """Whether a folder is such a room, held by a session."""
    return folder.parent.name == FOLDER and _ROOM.fullmatch(folder.name) is not None and (folder / _LOCK).is_file()


class Papers:
    """One session's room."""

    def __init__(self, workspace: Path, rand: Rand) -> None:
        """Make it and hold it. Raises Refused: XL-F03 it cannot be made."""
        self._numbers: dict[str, int] = {}
        for _ in range(_TRIES):
            room = workspace / FOLDER / rand(8).hex()
            try:
                room.parent.mkdir(mode=0o700, exist_ok=True)
                room.mkdir(mode=0o700)
                lock = OsLock(room / _LOCK)
                if lock.take():
                    self.room, self._lock = room, lock
                    return
            except FileExistsError:
                continue
            except FileNotFoundError:  # swept between the two steps, before it was held
                continue
            except OSError:
                raise Refused("XL-F03") from None
        raise Refused("XL-F03")

    def place(self, kind: str, ending: str) -> Path:
        """Where the next paper of a kind goes: `notice-1.pdf`. Nothing lies there yet."""
        if not _KIND.fullmatch(kind):
            raise ValueError("a paper is called by a plain word")
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self.room / f"{kind}-{number}.{ending}"

    def write(self, kind: str, ending: str, data: bytes) -> Path:
        """A new paper, whole or none. Raises Refused: XL-F02 the disk is full, XL-F03 it cannot be written."""
        path = self.place(kind, ending)
        try:
            with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(data)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise Refused("XL-F02" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "XL-F03") from None
        return path

    def clear(self) -> None:
        """Take everything away. What a viewer holds open (Windows) goes at the next start."""
        self._lock.release()
        _gone(self.room)


def of(session: Session) -> Papers:
    """The session's room, made when it is first asked for."""
    if session.papers is None:
        session.papers = Papers(session.workspace, session.rand)
    return session.papers


def sweep(workspace: Path) -> int:
    """Take away the rooms nobody holds: of sessions that were killed. Needs no passphrase, never fails; how many went."""
    swept = 0
    with contextlib.suppress(OSError):
        for room in sorted((workspace / FOLDER).iterdir()):
            if room.is_symlink() or not room.is_dir() or not _ROOM.fullmatch(room.name):
                continue
            lock = OsLock(room / _LOCK)
            with contextlib.suppress(OSError):
                if lock.take():
                    lock.release()
                    _gone(room)
                    swept += not room.exists()
    return swept


def _gone(room: Path) -> None:
    shutil.rmtree(room, ignore_errors=True)
    with contextlib.suppress(OSError):
        room.parent.rmdir()  # the last one
