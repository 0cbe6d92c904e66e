"""A verified copy of the workspace.

Rules kept here
- made on every export, on the first opening of a day and by hand; encrypted under the same keys, opened and checked before it counts (design 05);
- what goes to a stick has recovery slots only, and does not go at all while there are none: a lost stick must not be a passphrase to guess at.
  A county's desk has no recovery slots, its officers hold the keys of others: its copy goes as it is;
- the copy of the day is made when something was written since the last one; that it failed is said, and stops nobody;
- nothing personal in its folder name;
- when a copy was last opened and checked is remembered on this laptop; a copy that did not hold is listed as such, never taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xieli_tui.casework import drives
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Damaged, Locked, NotFound, Refused, XieliError
from xieli_tui.store import backup as copies
from xieli_tui.store import drafts, restoring, settings

_CHECKED = "backup.checked"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """Where the copy lies, when it was made (ISO), and what was verified in it."""

    path: str
    made: str
    events: int
    bytes: int


TRAIL = "xieli-backup-"
"""How the folder of one computer's copies on a stick begins; the start of its device id follows."""
_REACH = "backup.reach"
"""Setting: how far journal and drafts had come when the last copy was made: [last row, last draft in ms]."""


def create(session: Session, folder: Path | str | None = None) -> BackupResult:
    """Make and verify one copy, in the workspace or in a folder named.

    Raises:
        Refused: XL-F02 no room, XL-F03 cannot be written, XL-F07 a file and not a folder.
        Damaged: XL-L06 the copy did not verify, XL-L05 the key file is damaged. Locked: XL-L14 the folder is on a stick and there are no recovery slots.
    """
    into = Path(folder) if folder is not None else None
    if into is not None and into.exists() and not into.is_dir():
        raise Refused("XL-F07")
    if into is not None and session.role != "county" and drives.is_removable(into):
        return carry(session, into, fresh=True)
    reach = _reach(session)
    copy = copies.create(session.workspace, session.store.engine, session.vault.store_key(), _now(session), dek=bytes(session.vault.dek), into=into)
    if into is None:
        _note(session, copy.folder.name, True, reach)
    return BackupResult(str(copy.folder), copy.made, copy.lines, copy.size)


def carry(session: Session, folder: Path | str, *, fresh: bool = False) -> BackupResult:
    """Lay the newest copy of the workspace on a stick, for recovery only; with `fresh` one that is made now.

    Raises:
        Locked: XL-L14 no recovery slots yet. Refused: XL-F02, XL-F03, XL-F07. Damaged: XL-L05, XL-L06 it did not verify there. NotFound: XL-F05 no folder.
    """
    target = Path(folder)
    if not target.is_dir():
        raise NotFound("XL-F05")
    if not copies.recoverable(session.workspace):
        raise Locked("XL-L14", next_step=NO_RECOVERY)
    newest = [] if fresh else copies.list_all(session.workspace, now_ms=_now(session))[:1]
    if not newest or not copies.recoverable(newest[0]):
        newest = [Path(create(session).path)]
    done = copies.carry(newest[0], target / f"{TRAIL}{session.dev[:8]}", bytes(session.vault.dek))
    return BackupResult(str(done.folder), done.made, done.lines, done.size)


NO_RECOVERY = "还没定两名找回人员，U盘上没放备份，请打县里电话"


def daily(session: Session) -> str:
    """The copy of the day, when none was made today and something was written since the last; why it failed, as a sentence, "" otherwise."""
    if last_backup(session) == session.today.isoformat():
        return ""
    with session.reading() as tx:
        known = settings.get(tx, _REACH, [0, 0])
    reach = _reach(session)
    if reach[0] <= int(known[0]) and reach[1] <= int(known[1]):
        return ""
    try:
        create(session)
    except XieliError as error:
        return f"今天的备份没有做成。{error.sentence()}"
    return ""


def _now(session: Session) -> int:
    return millis(session.clock.now())


def _reach(session: Session) -> list[int]:
    with session.reading() as tx:
        return [restoring.written(tx), drafts.written(tx)]


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
    """The copies in the workspace, newest first; those a clock that ran ahead has stamped come last."""
    with session.reading() as tx:
        checked = settings.get(tx, _CHECKED, {})
    out = []
    for place in copies.list_all(session.workspace, now_ms=_now(session)):
        at, good = checked.get(place.name, ("", False))
        out.append(BackupRow(place.name, copies.made(place)[:16], copies.size(place), str(at), bool(good)))
    return out


def verify(session: Session, name: str) -> BackupRow:
    """Open a copy with this desk's key and check every page of it. `name` is that of a copy in the workspace, or the folder of one (on a stick).

    Raises:
        NotFound: XL-F05 no such copy. Damaged: XL-L06 it does not hold; that is remembered. Locked: XL-L01 it was made under another key, before a
            recovery: nothing is said about it.
    """
    place = next((one for one in copies.list_all(session.workspace) if one.name == name), None)
    kept = place is not None
    if place is None:
        place = Path(name)
        if not restoring.is_copy(place):
            raise NotFound("XL-F05", field="name")
    try:
        if copies.key_of(place, dek=bytes(session.vault.dek)) is None and not _ours(session, place):
            raise Locked("XL-L01", "这份备份是换钥匙以前的", next_step="要看它，用 xieli backup restore，输那时的口令")
        copies.verify(place, session.vault.store_key(), bytes(session.vault.dek))
    except (Damaged, NotFound):
        if kept:
            _note(session, name, False)
        raise Damaged("XL-L06", "这份备份") from None
    if not kept:
        return BackupRow(str(place), "", copies.size(place), session.clock.now().strftime("%Y-%m-%dT%H:%M"), True)
    _note(session, name, True)
    return next(row for row in list_copies(session) if row.name == name)


def _ours(session: Session, place: Path) -> bool:
    """Does this desk's key open the store of a copy? Then a key file that does not fit is a damaged one, not one of before."""
    try:
        copies.verify(place, session.vault.store_key())
    except (Damaged, NotFound):
        return False
    return True


def _note(session: Session, name: str, good: bool, reach: list[int] | None = None) -> None:
    """Remember that a copy was checked just now; copies that are gone are forgotten."""
    there = {place.name for place in copies.list_all(session.workspace)} | {name}
    with session.writing() as tx:
        before = settings.get(tx, _CHECKED, {})
        kept = {one: said for one, said in before.items() if one in there}
        settings.put(tx, _CHECKED, {**kept, name: [session.clock.now().strftime("%Y-%m-%dT%H:%M"), good]})
        if reach is not None:
            settings.put(tx, _REACH, reach)


def last_backup(session: Session) -> str:
    """Day of the newest copy in the workspace, "" when there is none. One that is stamped after now says nothing about its day."""
    found = copies.list_all(session.workspace, now_ms=_now(session))
    if not found or copies.ahead(found[0], _now(session)):
        return ""
    stamp = found[0].name
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
