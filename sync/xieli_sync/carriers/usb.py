"""A folder or removable drive: what lies there, how much room it has, which drives there are.

Rules kept here
- listing opens nothing but bundles, needs no key and shows no content: size, kind, sender and range out of the public core, or the code
  that says why a file is not one;
- a drive that vanishes while it is read gives a shorter list or a clear code, never a traceback;
- finding drives is a convenience: where the system does not tell, the list is empty and the user names the folder.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from xieli_sync.container import FILE_LIMIT, check_core
from xieli_sync.errors import SyncError
from xieli_sync.outbox import PART, SUFFIX
from xieli_sync.verify import inspect, read_file

LIST_LIMIT = 2000
"""Files of ours looked at in one folder; a stick with more is a stick to be tidied."""
_DRIVE_REMOVABLE = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One file of ours. `code` is "" for a well-formed bundle, "part" in `kind` marks an unfinished one."""

    path: Path
    bytes: int
    code: str
    kind: str = ""
    dev: str = ""
    ep: str = ""
    to: str = ""
    bid: str = ""
    first: int = 0
    last: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder; `free` and `total` in bytes."""

    folder: Path
    free: int
    total: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Drive:
    """A removable drive; `free` in bytes, `writable` as the system says (a write-protect switch may still say no)."""

    path: Path
    label: str
    free: int
    total: int
    writable: bool


def bundles_in(path: Path) -> list[Path]:
    """The files a command means: the file itself, or every `*.xieli` of a folder by name.

    Raises:
        SyncError: XL-F05, XL-F06.
    """
    if not path.is_dir():
        if not path.exists():
            raise SyncError("XL-F05")
        return [path]
    try:
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries if entry.name.lower().endswith(SUFFIX) and entry.is_file())
    except OSError:
        raise SyncError("XL-F06") from None
    return [path / name for name in names]


def _item(path: Path, size: int) -> Item:
    if path.name.lower().endswith(PART):
        return Item(path, size, "XL-B03", kind="part")
    if size > FILE_LIMIT:
        return Item(path, size, "XL-B01")
    try:
        seen = inspect(read_file(path))
    except SyncError as err:
        return Item(path, size, err.code)
    core = seen["core"]
    if seen["code"]:
        return Item(path, size, str(seen["code"]))
    try:
        check_core(core)
    except SyncError as err:
        return Item(path, size, err.code)
    return Item(
        path, size, "", kind=core["kind"], dev=core["dev"], ep=core["ep"], to=core.get("to", ""), bid=core["bid"],
        first=core["first"], last=core["last"], n=core["n"],
    )  # fmt: skip


def list_folder(folder: Path) -> Listing:
    """What lies in a folder: our bundles and unfinished parts with their state, by name, and the room left.

    Raises:
        SyncError: XL-F05 no such folder, XL-F07 a file, XL-F06 unreadable.
    """
    if not folder.is_dir():
        raise SyncError("XL-F07" if folder.exists() else "XL-F05")
    found: list[tuple[str, int]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.lower()
                if name.endswith((SUFFIX, SUFFIX + PART)) and entry.is_file():
                    found.append((entry.name, entry.stat().st_size))
        usage = shutil.disk_usage(folder)
    except OSError:
        raise SyncError("XL-F06") from None
    items = tuple(_item(folder / name, size) for name, size in sorted(found)[:LIST_LIMIT])
    return Listing(folder, usage.free, usage.total, items)


def _drive(path: Path, label: str, writable: bool) -> Drive | None:
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        # An empty card reader, or pulled out between listing and asking.
        return None
    return Drive(path, label, usage.free, usage.total, writable and os.access(path, os.W_OK))


def linux_mounts(mounts: str, sys_block: Path) -> list[tuple[Path, bool]]:
    """(mount point, writable) of removable drives, from the text of /proc/mounts and the /sys/class/block folder.

    A drive counts when the kernel calls its disk removable, or when the desktop mounted it under /media or /run/media
    (many USB disks call themselves fixed).
    """
    found: list[tuple[Path, bool]] = []
    for row in mounts.splitlines():
        fields = row.split(" ")
        if len(fields) < 4 or not fields[0].startswith("/dev/"):
            continue
        # The kernel writes space, tab, newline and backslash as octal; everything else stands as it is.
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1])
        if point.startswith(("/media/", "/run/media/")) or _removable(fields[0].removeprefix("/dev/"), sys_block):
            found.append((Path(point), "rw" in fields[3].split(",")))
    return found


def _removable(device: str, sys_block: Path) -> bool:
    disk = (sys_block / device).resolve()
    for folder in (disk, disk.parent):
        try:
            return (folder / "removable").read_text().strip() == "1"
        except OSError:
            # A partition has no such file; its disk, the folder above, has.
            continue
    return False


def _windows_drives() -> list[Drive]:
    if sys.platform != "win32":
        return []
    import ctypes

    kernel = ctypes.windll.kernel32
    letters = int(kernel.GetLogicalDrives())
    roots = [f"{chr(65 + bit)}:\\" for bit in range(26) if letters >> bit & 1]
    drives = [_drive(Path(root), root[:2], True) for root in roots if kernel.GetDriveTypeW(ctypes.c_wchar_p(root)) == _DRIVE_REMOVABLE]
    return [drive for drive in drives if drive is not None]


def removable_drives() -> list[Drive]:
    """The removable drives that are there now, best effort, by path."""
    if sys.platform == "win32":
        return _windows_drives()
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    drives = [_drive(point, point.name, writable) for point, writable in linux_mounts(mounts, Path("/sys/class/block"))]
    return sorted((drive for drive in drives if drive is not None), key=lambda drive: drive.path)
