"""The steps of the file system that keep an upload, each of which can be made to fail (`spool`).

Rules kept here
- a piece is on the device when `write_at` comes back, a name is when `rename` does, where the system can;
- what is not there any more is no error to look for or to remove.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from xieli_tui.store.workspace import sync_folder


class SpoolFs(Protocol):
    """The steps of keeping a file; each may raise OSError."""

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        """Cut the file (new or held) to `offset`, write there, flush to the device."""

    def read(self, path: Path) -> bytes: ...

    def size(self, path: Path) -> int | None:
        """None when it is not there."""

    def names(self, folder: Path) -> Sequence[str]: ...

    def rename(self, source: Path, target: Path) -> None:
        """Over whatever has that name, then flush the target's folder where the system can."""

    def remove(self, path: Path) -> None:
        """Absent already is fine."""


class OsSpoolFs:
    """The file system of this machine."""

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.ftruncate(handle, offset)
            os.lseek(handle, offset, os.SEEK_SET)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def size(self, path: Path) -> int | None:
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return None

    def names(self, folder: Path) -> Sequence[str]:
        return sorted(os.listdir(folder))

    def rename(self, source: Path, target: Path) -> None:
        os.replace(source, target)
        sync_folder(target.parent)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
