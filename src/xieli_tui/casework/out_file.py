"""Where a file goes that a person asked for: looked at before anything is recorded or read, written whole or not at all.

Rules kept here
- the name is the person's own choice; nothing of the records goes into it;
- nothing that lies there is overwritten; the file is read back after writing; only who wrote it may read it where the system keeps such rights;
- nothing in clear is laid into a workspace, not through a link either: what lies there is encrypted, backed up and carried; but for the private room of an
  open session (`papers`), which goes when the desk locks.
"""

from __future__ import annotations

import os
from pathlib import Path

from xieli_sync import outbox
from xieli_tui.casework import papers
from xieli_tui.casework.session import road_errors
from xieli_tui.errors import NotFound, Refused


def free(out: Path | str) -> Path:
    """The place for a new file.

    Raises:
        Refused: XL-F01 a folder, XL-F03 inside a workspace or no place the system can look at, XL-F07 the folder is a file, XL-F08 something lies there; XL-V07, XL-V10 the name.
        NotFound: XL-F05 no such folder.
    """
    path = Path(out)
    if any(ord(char) < 32 or ord(char) == 127 for char in path.name):
        raise Refused("XL-V10", field="out")
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise Refused("XL-V07", "文件名太长", field="out")
    try:
        if path.is_dir():
            raise Refused("XL-F01")
        if path.exists() or path.is_symlink():
            raise Refused("XL-F08")
        if path.parent.is_file():
            raise Refused("XL-F07")
        if not path.parent.is_dir():
            raise NotFound("XL-F05")
        place = path.parent.resolve()
    except (OSError, ValueError):
        raise Refused("XL-F03", field="out") from None
    if not papers.is_room(place) and any((folder / "keys.json").is_file() and (folder / "kind.json").is_file() for folder in (place, *place.parents)):
        raise Refused("XL-F03", "这是工作区的文件夹，里面只放加密的", next_step="请换一个文件夹", field="out")
    return path


_LONGEST_NAME = 240
"""Bytes of a name most systems keep, with room for the mark of a file that is being written."""


class _Private(outbox.OsFs):
    """The real file system; what is written anew belongs to its writer alone."""

    def write_new(self, path: Path, data: bytes) -> None:
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())


_PRIVATE = _Private()


def write(path: Path, data: bytes, fs: outbox.Fs = outbox.OS_FS) -> Path:
    """Write it. Raises Refused: XL-F02, XL-F03, XL-F04, XL-F08."""
    with road_errors():
        return outbox.write_file(path.parent, path.name, data, _PRIVATE if fs is outbox.OS_FS else fs).path
