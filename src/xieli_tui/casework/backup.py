"""A verified copy of the workspace.

Rules kept here
- made on every export and by hand; encrypted under the same keys, opened and checked before it counts (design 05);
- nothing personal in its folder name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Refused
from xieli_tui.store import backup as copies


@dataclass(frozen=True, slots=True)
class BackupResult:
    """Where the copy lies, when it was made (ISO), and what was verified in it."""

    path: str
    made: str
    events: int
    bytes: int


def create(session: Session, folder: Path | str | None = None) -> BackupResult:
    """Make and verify one copy, in the workspace or in a folder named.

    Raises:
        Refused: XL-F02 no room, XL-F03 cannot be written, XL-F07 a file and not a folder.
        Damaged: XL-L06 the copy did not verify.
    """
    into = Path(folder) if folder is not None else None
    if into is not None and into.exists() and not into.is_dir():
        raise Refused("XL-F07")
    copy = copies.create(session.workspace, session.store.engine, session.vault.store_key(), millis(session.clock.now()), into=into)
    return BackupResult(str(copy.folder), copy.made, copy.lines, copy.size)


def last_backup(session: Session) -> str:
    """Day of the newest copy in the workspace, "" when there is none."""
    found = copies.list_all(session.workspace)
    if not found:
        return ""
    stamp = found[0].name
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
