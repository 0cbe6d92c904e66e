"""From a journal slice to a file on a folder or stick.

Rules kept here
- a file is whole or absent: `*.part`, written and flushed, then renamed, then the folder flushed where the system can;
- nothing that lies there is overwritten; the same bytes under the same name count as already written;
- what was written is read back past the cache and compared. `Written.verified` says whether that really happened: only then may the
  screen say 已写入并核对, else 请安全弹出后再插入核对;
- a failure leaves no part behind where it can be helped; day-old parts of a crash are swept;
- the file system is a small object passed in, so each step can be made to fail.
"""

from __future__ import annotations

import errno
import os
import re
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from xieli_sync.container import CORE_LIMIT, FILE_LIMIT, LINES_LIMIT, PLAIN_LIMIT, SIGS_LIMIT, WRAPS_LIMIT
from xieli_sync.errors import SyncError

SUFFIX = ".xieli"
PART = ".part"
PART_MAX_AGE = 24 * 3600
RENAME_PATIENCE = 3.0
RENAME_PAUSE = 0.1

BODY_LIMIT = FILE_LIMIT - CORE_LIMIT - WRAPS_LIMIT - SIGS_LIMIT - 128
"""What nonce, ciphertext and tag may take when every other part is as large as it may be."""

_NAME = re.compile(r"[^/\\:\x00-\x1f.][^/\\:\x00-\x1f]{0,180}\.xieli")
"""`file_name`, or one an officer chose for a grant: a single name ending in .xieli, no path in it."""
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_WINDOWS_BUSY = {5, 32, 33}
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: a scanner or the explorer holds the file for a moment."""
_WINDOWS_FULL = 112


class Fs(Protocol):
    """The steps of writing a file; each may raise OSError."""

    def is_dir(self, folder: Path) -> bool: ...

    def exists(self, path: Path) -> bool: ...

    def names(self, folder: Path) -> Sequence[tuple[str, float]]:
        """(name, time of last change in seconds) of what lies in the folder."""

    def now(self) -> float:
        """Wall time of the machine in seconds, as the folder stamps it."""

    def sleep(self, seconds: float) -> None: ...

    def write_new(self, path: Path, data: bytes) -> None:
        """Create (never open an existing file), write all, flush to the device."""

    def rename(self, source: Path, target: Path) -> None: ...

    def sync_folder(self, folder: Path) -> bool:
        """Flush the folder's own entry; False where the system cannot."""

    def read_back(self, path: Path) -> tuple[bytes, bool]:
        """The bytes on the device, and whether the cache was really bypassed."""

    def read(self, path: Path) -> bytes: ...

    def remove(self, path: Path) -> None: ...


class OsFs:
    """The file system of this machine."""

    def is_dir(self, folder: Path) -> bool:
        return folder.is_dir()

    def exists(self, path: Path) -> bool:
        return os.path.lexists(path)

    def names(self, folder: Path) -> Sequence[tuple[str, float]]:
        with os.scandir(folder) as entries:
            return [(entry.name, entry.stat(follow_symlinks=False).st_mtime) for entry in entries if entry.is_file(follow_symlinks=False)]

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def write_new(self, path: Path, data: bytes) -> None:
        with open(path, "xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())

    def rename(self, source: Path, target: Path) -> None:
        os.rename(source, target)

    def sync_folder(self, folder: Path) -> bool:
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError:
            # Windows opens no folder.
            return False
        try:
            os.fsync(handle)
        except OSError as err:
            if err.errno in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
                return False
            raise
        finally:
            os.close(handle)
        return True

    def read_back(self, path: Path) -> tuple[bytes, bool]:
        with open(path, "rb", buffering=0) as back:
            dropped = hasattr(os, "posix_fadvise")
            if dropped:
                # The data is flushed, so its pages are clean and the advice drops them: the next read goes to the device.
                os.posix_fadvise(back.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return back.readall(), dropped

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def remove(self, path: Path) -> None:
        os.unlink(path)


OS_FS = OsFs()


@dataclass(frozen=True, slots=True)
class Written:
    """A file laid down. `verified`: read back from the device and equal. `existed`: the same file lay there already."""

    path: Path
    bytes: int
    verified: bool
    existed: bool = False


def _fits(lines: Sequence[bytes], size: int, limit: int) -> bool:
    """Whether the body stays below its limit once deflated. Short slices need no trial: deflate adds at most 5 bytes per 16 KiB."""
    if size <= limit - limit // 1000:
        return True
    return len(zlib.compress(b"\n".join(lines), 9)) + 28 <= limit


def split_slice(lines: Sequence[bytes], *, room: int = 0) -> list[list[bytes]]:
    """Cut a slice into consecutive pieces that each fit one file: 20,000 lines, 64 MiB inflated, 16 MiB of file.

    An empty slice gives no piece. With `room`, one line and that many bytes stay free in each: an echo of it must fit a file as well.
    """
    most = LINES_LIMIT - (1 if room else 0)
    pieces: list[list[bytes]] = []
    piece: list[bytes] = []
    size = -1
    for line in lines:
        if len(piece) == most or size + 1 + len(line) > PLAIN_LIMIT - room:
            pieces.append(piece)
            piece, size = [], -1
        piece.append(line)
        size += 1 + len(line)
    if piece:
        pieces.append(piece)
    fitting: list[list[bytes]] = []
    while pieces:
        piece = pieces.pop(0)
        if len(piece) == 1 or _fits(piece, sum(map(len, piece)) + len(piece) - 1, BODY_LIMIT - room):
            fitting.append(piece)
        else:
            half = len(piece) // 2
            pieces[:0] = [piece[:half], piece[half:]]
    return fitting


def file_name(core: Mapping[str, Any]) -> str:
    """`<dev4>-<ep4>-<first>-<last>-<bid4>.xieli`; trusted for nothing."""
    return f"{core['dev'][:4]}-{core['ep'][:4]}-{core['first']}-{core['last']}-{core['bid'][:4]}{SUFFIX}"


def _refused(err: OSError) -> SyncError:
    """The code of a failed step: no room, or not writable (read-only, pulled out, no permission)."""
    full = err.errno in _FULL or getattr(err, "winerror", None) == _WINDOWS_FULL
    return SyncError("XL-F02" if full else "XL-F03")


def sweep(folder: Path, fs: Fs = OS_FS) -> int:
    """Remove our own parts older than a day; how many went. A part that cannot be removed stays for the next time."""
    gone = 0
    horizon = fs.now() - PART_MAX_AGE
    for name, changed in fs.names(folder):
        if name.endswith(PART) and _NAME.fullmatch(name.removesuffix(PART)) and changed < horizon:
            try:
                fs.remove(folder / name)
            except OSError:
                continue
            gone += 1
    return gone


def _rename(source: Path, target: Path, fs: Fs) -> None:
    waited = 0.0
    while True:
        if fs.exists(target):
            # POSIX would overwrite it silently.
            raise SyncError("XL-F08")
        try:
            fs.rename(source, target)
        except FileExistsError:
            raise SyncError("XL-F08") from None
        except OSError as err:
            if getattr(err, "winerror", None) not in _WINDOWS_BUSY or waited >= RENAME_PATIENCE:
                raise
            fs.sleep(RENAME_PAUSE)
            waited += RENAME_PAUSE
        else:
            return


def _discard(path: Path, fs: Fs) -> None:
    try:
        fs.remove(path)
    except OSError:
        # The stick may be gone; what stays is a part, and the sweep knows parts.
        return


def may_be_named(name: str) -> bool:
    """Whether a bundle may lie under this name: a single name ending in .xieli."""
    return _NAME.fullmatch(name) is not None


def write_bundle(folder: Path, name: str, data: bytes, fs: Fs = OS_FS) -> Written:
    """Lay a finished file down under `file_name(core)` or, for a grant, a name of the officer's choice ending in .xieli.

    Raises:
        SyncError: XL-F05 no such folder, XL-F07 a file and not a folder, XL-F08 another file has this name, XL-F02 no room,
            XL-F03 cannot be written, XL-F04 what was read back differs.
    """
    if not may_be_named(name):
        raise ValueError("not a bundle name")
    return write_file(folder, name, data, fs)


def write_file(folder: Path, name: str, data: bytes, fs: Fs = OS_FS) -> Written:
    """`write_bundle` for a file of another kind (evidence): whole or absent, nothing overwritten, read back. Raises the same."""
    if not fs.is_dir(folder):
        raise SyncError("XL-F07" if fs.exists(folder) else "XL-F05")
    target, part = folder / name, folder / (f"{name}{PART}" if _NAME.fullmatch(name) else f"{name}.xieli{PART}")
    try:
        sweep(folder, fs)
        if fs.exists(target):
            if fs.read(target) != data:
                raise SyncError("XL-F08")
            back, past_cache = fs.read_back(target)
            return Written(target, len(data), past_cache and back == data, existed=True)
        if fs.exists(part):
            # Only we write *.xieli.part: an attempt that was cut off.
            fs.remove(part)
    except OSError as err:
        raise _refused(err) from None
    try:
        fs.write_new(part, data)
        _rename(part, target, fs)
    except OSError as err:
        _discard(part, fs)
        raise _refused(err) from None
    except SyncError:
        _discard(part, fs)
        raise
    try:
        fs.sync_folder(folder)
        back, past_cache = fs.read_back(target)
    except OSError:
        raise SyncError("XL-F04") from None
    if back != data:
        # A damaged copy must not be carried away as if it were one.
        _discard(target, fs)
        raise SyncError("XL-F04")
    return Written(target, len(data), past_cache)
