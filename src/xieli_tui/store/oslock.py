"""A lock of the operating system on a file: it goes when its holder goes, however that ended.

Rules kept here: taken without waiting; the file's content means nothing; two holders in one process exclude each other like two processes do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


class OsLock:
    """A file held by whoever locked it first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Whether it is ours now. Raises OSError when the file cannot be made."""
        if self._handle is not None:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Let it go; the file stays."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
