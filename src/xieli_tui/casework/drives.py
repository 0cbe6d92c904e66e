"""The sticks that are plugged in, as the 报送 page lists them: room, and what of ours lies there.

Rules kept here: listing opens nothing but bundles and needs no key; a drive that vanishes meanwhile is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xieli_sync.carriers import usb
from xieli_sync.errors import SyncError
from xieli_tui.errors import Refused

ROOM = 32 * 1024 * 1024
"""Bytes that must be free before a stick is offered: two full bundles."""


@dataclass(frozen=True, slots=True)
class DriveRow:
    """One place to write to. `waiting` counts well-formed bundles that lie there; `damaged` the ones that cannot be read."""

    path: str
    label: str
    free: int
    total: int
    writable: bool
    waiting: int
    damaged: int = 0

    @property
    def full(self) -> bool:
        return self.free < ROOM


def drives() -> list[DriveRow]:
    """Removable drives, by path."""
    found = []
    for drive in usb.removable_drives():
        row = look(drive.path, drive.label, writable=drive.writable)
        if row is not None:
            found.append(row)
    return found


def look(path: Path | str, label: str = "", *, writable: bool = True) -> DriveRow | None:
    """A folder as a place to write to, None when it is not there."""
    try:
        listing = usb.list_folder(Path(path))
    except SyncError:
        return None
    good = sum(1 for item in listing.items if not item.code)
    return DriveRow(str(path), label or Path(path).name or str(path), listing.free, listing.total, writable, good, len(listing.items) - good)


def is_removable(folder: Path | str) -> bool:
    """Does a folder lie on a drive that can be pulled out?"""
    place = Path(folder).resolve()
    return any(place.is_relative_to(Path(drive.path).resolve()) for drive in usb.removable_drives())


def refuse_removable(workspace: Path | str) -> None:
    """The live store stays on the computer (design 05): a drive that is pulled out loses what was being written, and a lost stick is a lost village.

    Raises:
        Refused: XL-L21 the folder lies on a removable drive.
    """
    if is_removable(workspace):
        raise Refused("XL-L21")
