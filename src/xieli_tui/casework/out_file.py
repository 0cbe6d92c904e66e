"""Where a file goes that a person asked for: looked at before anything is recorded or read, written whole or not at all.

Rules kept here
- the name is the person's own choice; nothing of the records goes into it;
- nothing that lies there is overwritten; the file is read back after writing.
"""

from __future__ import annotations

from pathlib import Path

from xieli_sync import outbox
from xieli_tui.casework.session import road_errors
from xieli_tui.errors import NotFound, Refused


def free(out: Path | str) -> Path:
    """The place for a new file.

    Raises:
        Refused: XL-F01 a folder, XL-F07 the folder is a file, XL-F08 something lies there. NotFound: XL-F05 no such folder.
    """
    path = Path(out)
    if path.is_dir():
        raise Refused("XL-F01")
    if path.exists():
        raise Refused("XL-F08")
    if path.parent.is_file():
        raise Refused("XL-F07")
    if not path.parent.is_dir():
        raise NotFound("XL-F05")
    return path


def write(path: Path, data: bytes, fs: outbox.Fs = outbox.OS_FS) -> Path:
    """Write it. Raises Refused: XL-F02, XL-F03, XL-F04, XL-F08."""
    with road_errors():
        return outbox.write_file(path.parent, path.name, data, fs).path
