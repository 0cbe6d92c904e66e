"""A verified copy of the workspace.

Rules kept here
- made on every export and by hand; encrypted under the same keys, opened and checked before it counts (design 05);
- nothing personal in its folder name;
- when a copy was last opened and checked is remembered on this laptop; a copy that did not hold is listed as such, never taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Damaged, NotFound, Refused
from xieli_tui.store import backup as copies
from xieli_tui.store import settings

_CHECKED = "backup.checked"


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
    if into is None:
        _note(session, copy.folder.name, True)
    return BackupResult(str(copy.folder), copy.made, copy.lines, copy.size)


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One copy in the workspace: its name, when it was made (`YYYY-MM-DDTHH:MM`), its size, when it was last opened and checked ("" never), and
    whether it held then."""

    name: str
    made: str
    bytes: int
    checked: str
    good: bool


def list_copies(session: Session) -> list[BackupRow]:
    """The copies in the workspace, newest first."""
    with session.reading() as tx:
        checked = settings.get(tx, _CHECKED, {})
    out = []
    for place in copies.list_all(session.workspace):
        at, good = checked.get(place.name, ("", False))
        out.append(BackupRow(place.name, copies.made(place)[:16], copies.size(place), str(at), bool(good)))
    return out


def verify(session: Session, name: str) -> BackupRow:
    """Open a copy with this desk's key and check every page of it.

    Raises:
        NotFound: XL-F05 no such copy. Damaged: XL-L06 it does not hold; that is remembered.
    """
    place = next((one for one in copies.list_all(session.workspace) if one.name == name), None)
    if place is None:
        raise NotFound("XL-F05", field="name")
    try:
        copies.verify(place, session.vault.store_key())
    except (Damaged, NotFound):
        _note(session, name, False)
        raise Damaged("XL-L06", "这份备份") from None
    _note(session, name, True)
    return next(row for row in list_copies(session) if row.name == name)


def _note(session: Session, name: str, good: bool) -> None:
    """Remember that a copy was checked just now; copies that are gone are forgotten."""
    there = {place.name for place in copies.list_all(session.workspace)} | {name}
    with session.writing() as tx:
        before = settings.get(tx, _CHECKED, {})
        kept = {one: said for one, said in before.items() if one in there}
        settings.put(tx, _CHECKED, {**kept, name: [session.clock.now().strftime("%Y-%m-%dT%H:%M"), good]})


def last_backup(session: Session) -> str:
    """Day of the newest copy in the workspace, "" when there is none."""
    found = copies.list_all(session.workspace)
    if not found:
        return ""
    stamp = found[0].name
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
