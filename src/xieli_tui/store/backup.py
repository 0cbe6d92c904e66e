"""Copies of a workspace: the store by `VACUUM INTO`, with the key slots beside it, verified by opening.

Rules kept here (design 05)
- a copy stays encrypted under the same key; it is made beside its place and renamed only after it was opened, checked and counted;
- the newest seven stay; one that goes is first renamed to what it is then, a part; nothing else in the folder is touched;
- a part is what a crash left: it counts as no copy, takes no other's place, and goes when it is a day old;
- a folder name is the moment it was made and says nothing about anybody;
- what lies on a stick opens by recovery alone: every slot but the passphrases', MACed anew, so that a lost stick cannot be guessed at.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped,unused-ignore]
from cryptography.exceptions import InvalidTag
from sqlalchemy.engine import Engine

from xieli_tui.domain.clock import TZ
from xieli_tui.errors import Damaged, Locked, NotFound, Refused
from xieli_tui.store import engine as engines
from xieli_tui.store import keyfile
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import normal, read_kdf

KEEP = 7
CARRIED = 2
"""Copies of one computer on a stick."""
_STAMP, _PART = "%Y%m%d-%H%M%S", ".part"
_NAME = re.compile(r"\d{8}-\d{6}(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup: its folder, when it was made (ISO, +08:00), its size in bytes and the journal lines it holds."""

    folder: Path
    made: str
    size: int
    lines: int


def create(workspace: Path, engine: Engine, key: bytes, now_ms: int, *, into: Path | None = None, keep: int = KEEP) -> Copy:
    """Make, verify and keep one copy; older ones beyond `keep` go.

    Raises:
        Refused: XL-F02 no room, XL-F03 cannot be written.
        Damaged: XL-L06 the copy did not verify (it is taken away again).
    """
    parent = into if into is not None else rooms.folder(workspace, "backups")
    if parent.is_file():
        raise Refused("XL-F07")
    stamp = dt.datetime.fromtimestamp(now_ms / 1000, TZ).strftime(_STAMP)
    # above the highest number of this second, never in a place the sweep has freed: the newest copy must not be the next one swept
    taken = [_order(old)[1] for old in (*list_all(parent, into=parent), *_parts(parent)) if old.name.startswith(stamp)]
    place = parent / (f"{stamp}-{max(taken) + 1}" if taken else stamp)
    part = parent / f"{place.name}{_PART}"
    try:
        part.mkdir(mode=0o700, parents=True, exist_ok=False)
        _vacuum(engine, part / rooms.STORE)
        for name in (rooms.KEYS, rooms.PROFILE):
            rooms.atomic_write(part / name, (workspace / name).read_bytes())
        lines = verify(part, key)
        part.rename(place)
        rooms.sync_folder(parent)
    except OSError as err:
        shutil.rmtree(part, ignore_errors=True)
        raise Refused("XL-F02" if err.errno == 28 else "XL-F03") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _sweep(parent, keep, stamp)
    return Copy(place, made(place), size(place), lines)


def recoverable(folder: Path) -> bool:
    """Has the key file of a workspace, or of a copy, a slot that is no passphrase's? Raises as `keyfile.read`."""
    return any(slot.get("type") != "passphrase" for slot in keyfile.read(folder)["slots"])


def carry(copy: Path, parent: Path, dek: bytes, *, keep: int = CARRIED) -> Copy:
    """Lay a copy that was verified here into a folder of a stick, without its passphrase slots, flushed and opened there.

    Raises:
        Locked: XL-L14 the copy has no slot but passphrases: nobody could open it there.
        Refused: XL-F02, XL-F03, XL-F07. Damaged: XL-L06 it did not verify there (it is taken away again).
    """
    body = keyfile.read(copy)
    body["slots"] = [slot for slot in body["slots"] if slot.get("type") != "passphrase"]
    if not body["slots"]:
        raise Locked("XL-L14")
    if parent.is_file():
        raise Refused("XL-F07")
    place = parent / copy.name
    part = parent / f"{place.name}{_PART}"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        with open(copy / rooms.STORE, "rb") as old, open(part / rooms.STORE, "xb") as new:
            shutil.copyfileobj(old, new, 1 << 20)
            new.flush()
            os.fsync(new.fileno())
        rooms.atomic_write(part / rooms.PROFILE, (copy / rooms.PROFILE).read_bytes())
        keyfile.write(part, body, dek)
        lines = verify(part, keyfile.derive(dek, "db"))
        shutil.rmtree(place, ignore_errors=True)
        part.rename(place)
        rooms.sync_folder(parent)
    except OSError as err:
        shutil.rmtree(part, ignore_errors=True)
        raise Refused("XL-F02" if err.errno == 28 else "XL-F03") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _sweep(parent, keep, "-".join(place.name.split("-")[:2]))
    return Copy(place, made(place), size(place), lines)


def snapshot(engine: Engine, target: Path) -> None:
    """This moment of the store as a file of its own, under the same key. Raises Refused("XL-F02"/"XL-F03")."""
    _vacuum(engine, target)


def _vacuum(engine: Engine, target: Path) -> None:
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(target),))
    except sqlcipher.OperationalError as err:
        text = str(err)
        raise Refused("XL-F02" if "full" in text else "XL-F03") from None
    finally:
        raw.close()


def verify(copy: Path, key: bytes) -> int:
    """Open a copy with its key and check every page; the number of journal lines in it. A copy at rest is one file without a log: nothing is written.

    Raises:
        Damaged: XL-L06.
    """
    store = copy / rooms.STORE
    if not store.is_file() or not (copy / rooms.KEYS).is_file():
        raise NotFound("XL-F05")
    if engines.integrity(store, key, wal=False):
        raise Damaged("XL-L06")
    raw = engines.connect(store, key, wal=False)
    try:
        lines = int(raw.execute("SELECT count(*) FROM journal").fetchone()[0])
    except sqlcipher.DatabaseError:
        raise Damaged("XL-L06") from None
    finally:
        raw.close()
    return lines


def key_of(copy: Path, *, dek: bytes | None = None, passphrase: str = "") -> bytes | None:
    """The store key of a copy: by a DEK that is held when it is the copy's, else by one of its passphrases; None when neither fits. Nothing is written.

    Raises:
        Locked: XL-L02 no key file. Damaged: XL-L05, XL-L08. Refused: XL-L07.
    """
    body = keyfile.read(copy)
    if dek is not None:
        try:
            keyfile.check(body, dek)
        except Damaged:
            return None
        return keyfile.derive(dek, "db")
    for slot in body["slots"]:
        if slot.get("type") != "passphrase":
            continue
        try:
            found = keyfile.unseal(read_kdf(slot.get("kdf")).derive(normal(passphrase)), body["store"], slot)
        except InvalidTag:
            continue
        keyfile.check(body, found)
        return keyfile.derive(found, "db")
    return None


def list_all(workspace: Path, *, into: Path | None = None) -> list[Path]:
    """Folders of the copies, newest first."""
    parent = into if into is not None else workspace / "backups"
    if not parent.is_dir():
        return []
    return sorted((p for p in parent.iterdir() if p.is_dir() and _NAME.fullmatch(p.name)), key=_order, reverse=True)


def _parts(parent: Path) -> list[Path]:
    """Copies in the making, and what a crash left of them."""
    if not parent.is_dir():
        return []
    return [p for p in parent.iterdir() if p.is_dir() and p.name.endswith(_PART) and _NAME.fullmatch(p.name.removesuffix(_PART))]


def _order(place: Path) -> tuple[str, int]:
    day, clock, *again = place.name.removesuffix(_PART).split("-")
    return f"{day}{clock}", int(again[0]) if again else 1


def _sweep(parent: Path, keep: int, now: str) -> None:
    """The copies beyond `keep`, and parts older than a day. The new copy stands already: what cannot be taken away now goes the next time."""
    for old in list_all(parent, into=parent)[keep:]:
        gone = old.with_name(old.name + _PART)
        try:
            old.rename(gone)
        except OSError:
            continue
        shutil.rmtree(gone, ignore_errors=True)
    horizon = dt.datetime.strptime(now, _STAMP) - dt.timedelta(days=1)  # noqa: DTZ007 (both in +08:00)
    for part in _parts(parent):
        if dt.datetime.strptime(_order(part)[0], _STAMP.replace("-", "")) < horizon:  # noqa: DTZ007
            shutil.rmtree(part, ignore_errors=True)


def made(place: Path) -> str:
    """When a copy was made, ISO in +08:00, out of its name."""
    stamp = "-".join(place.name.split("-")[:2])
    return dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=TZ).isoformat()


def size(place: Path) -> int:
    """Bytes of a copy on disk."""
    return sum(file.stat().st_size for file in place.iterdir())
