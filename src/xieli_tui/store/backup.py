"""Copies of a workspace: the store by `VACUUM INTO`, with the key slots beside it, verified by opening.

Rules kept here (design 05)
- a copy stays encrypted under the same key; it is made beside its place and renamed only after it was opened, checked and counted;
- the newest seven stay; one that goes is first renamed to what it is then, a part; nothing else in the folder is touched;
- one stamped after now was made by a clock that ran ahead: it counts as the oldest and goes first, the copy just made never goes;
- its key file is checked under the DEK before it counts; when a slot of today's is changed, the copies of this computer get today's key file;
- a part is what a crash left: it counts as no copy, takes no other's place, and goes when it is a day old;
- a folder name is the moment it was made and says nothing about anybody;
- what lies on a stick opens by recovery alone: every slot but the passphrases', MACed anew, so that a lost stick cannot be guessed at.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped,unused-ignore]
from cryptography.exceptions import InvalidTag
from sqlalchemy.engine import Engine

from xieli_tui.domain.clock import TZ
from xieli_tui.errors import Damaged, Locked, NotFound, Refused, XieliError
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


def create(
    workspace: Path, engine: Engine, key: bytes, now_ms: int, *, dek: bytes | None = None, into: Path | None = None, keep: int = KEEP,
) -> Copy:
    """Make, verify and keep one copy; older ones beyond `keep` go.

    Args:
        dek: what the key file is checked under; without it the caller has just opened that very file by a passphrase.

    Raises:
        Refused: XL-F02 no room, XL-F03 cannot be written.
        Damaged: XL-L06 the copy did not verify, XL-L05 the key file is not as it was written (it is taken away again, the older ones stay).
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
        lines = verify(part, key, dek)
        part.rename(place)
        rooms.sync_folder(parent)
    except OSError as err:
        shutil.rmtree(part, ignore_errors=True)
        raise Refused("XL-F02" if err.errno == 28 else "XL-F03") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    if dek is not None:
        _follow(place, workspace, dek)  # a passphrase was changed while this was made
    _sweep(parent, keep, stamp, place)
    return Copy(place, made(place), size(place), lines)


def recoverable(folder: Path) -> bool:
    """Has the key file of a workspace, or of a copy, a slot that is no passphrase's? Raises as `keyfile.read`."""
    return any(slot.get("type") != "passphrase" for slot in keyfile.read(folder)["slots"])


def carry(copy: Path, parent: Path, dek: bytes, *, keep: int = CARRIED) -> Copy:
    """Lay a copy that was verified here into a folder of a stick, without its passphrase slots, flushed and opened there.

    Raises:
        Locked: XL-L14 the copy has no slot but passphrases: nobody could open it there.
        Refused: XL-F02, XL-F03, XL-F07.
        Damaged: XL-L06 it did not verify there (it is taken away again), XL-L05 its key file is not one this DEK wrote.
    """
    body = keyfile.read(copy)
    keyfile.check(body, dek)
    body["slots"] = [slot for slot in body["slots"] if slot.get("type") != "passphrase"]
    if not body["slots"]:
        raise Locked("XL-L14")
    if parent.is_file():
        raise Refused("XL-F07")
    stamp = "-".join(copy.name.split("-")[:2])
    same = [old for old in list_all(parent, into=parent) if old.name.startswith(stamp)]
    # the one that lies there goes only when the new one stands, so the new one takes a name of its own
    place = parent / (f"{stamp}-{_order(same[0])[1] + 1}" if same else copy.name)
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
        lines = verify(part, keyfile.derive(dek, "db"), dek)
        part.rename(place)
        rooms.sync_folder(parent)
    except OSError as err:
        shutil.rmtree(part, ignore_errors=True)
        raise Refused("XL-F02" if err.errno == 28 else "XL-F03") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    for before in same:
        _drop(before)
    _sweep(parent, keep, stamp, place)
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


def verify(copy: Path, key: bytes, dek: bytes | None = None) -> int:
    """Open a copy with its key and check every page, and its key file under the DEK; the number of journal lines in it. A copy at rest is one file
    without a log: nothing is written.

    Raises:
        NotFound: XL-F05. Damaged: XL-L06, XL-L05 the key file: nobody could open the copy by a passphrase.
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
    if dek is not None:
        keyfile.check(keyfile.read(copy), dek)
    return lines


def follow_keys(workspace: Path, dek: bytes, also: Iterable[Path] = ()) -> list[str]:
    """Lay today's key file into every copy of this computer, and into `also`, that this DEK opens; the names of those that cannot be written.

    A passphrase that was changed, or taken back, must not come in again through `backups`.
    """
    parent = workspace / "backups"
    return [place.name for place in (*list_all(workspace), *_parts(parent), *also) if not _follow(place, workspace, dek)]


def _follow(place: Path, workspace: Path, dek: bytes) -> bool:
    try:
        keyfile.check(keyfile.read(place), dek)
    except XieliError:
        return True  # none, or not one of this key: no passphrase of it opens today's store
    except OSError:
        return False
    try:
        while (now := rooms.keys_path(workspace).read_bytes()) != rooms.keys_path(place).read_bytes():
            keyfile.check(keyfile.read(workspace), dek)
            rooms.atomic_write(rooms.keys_path(place), now)
    except XieliError:
        return False
    except OSError:
        return not rooms.keys_path(place).exists()  # swept, or finished, meanwhile: whoever did that looks himself
    return True


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


def list_all(workspace: Path, *, into: Path | None = None, now_ms: int | None = None) -> list[Path]:
    """Folders of the copies, newest first; with `now_ms`, those stamped after it last."""
    parent = into if into is not None else workspace / "backups"
    if not parent.is_dir():
        return []
    found = sorted((p for p in parent.iterdir() if p.is_dir() and _NAME.fullmatch(p.name)), key=_order, reverse=True)
    return found if now_ms is None else sorted(found, key=lambda place: ahead(place, now_ms))


def ahead(place: Path, now_ms: int) -> bool:
    """Is a copy stamped after now? The clock ran ahead when it was made."""
    return _order(place)[0] > dt.datetime.fromtimestamp(now_ms / 1000, TZ).strftime(_STAMP).replace("-", "")


def _parts(parent: Path) -> list[Path]:
    """Copies in the making, and what a crash left of them."""
    if not parent.is_dir():
        return []
    return [p for p in parent.iterdir() if p.is_dir() and p.name.endswith(_PART) and _NAME.fullmatch(p.name.removesuffix(_PART))]


def _order(place: Path) -> tuple[str, int]:
    day, clock, *again = place.name.removesuffix(_PART).split("-")
    return f"{day}{clock}", int(again[0]) if again else 1


def _drop(old: Path) -> None:
    gone = old.with_name(old.name + _PART)
    try:
        old.rename(gone)
    except OSError:
        return
    shutil.rmtree(gone, ignore_errors=True)


def _sweep(parent: Path, keep: int, now: str, fresh: Path) -> None:
    """The copies beyond `keep`, those stamped after now first, and parts of another day. The new copy stands already and stays; what cannot be taken
    away now goes the next time."""
    moment = dt.datetime.strptime(now, _STAMP).replace(tzinfo=TZ)
    others = [old for old in list_all(parent, into=parent, now_ms=int(moment.timestamp() * 1000)) if old != fresh]
    for old in others[keep - 1 :]:
        _drop(old)
    for part in _parts(parent):
        if abs(dt.datetime.strptime(_order(part)[0], _STAMP.replace("-", "")).replace(tzinfo=TZ) - moment) > dt.timedelta(days=1):
            shutil.rmtree(part, ignore_errors=True)


def made(place: Path) -> str:
    """When a copy was made, ISO in +08:00, out of its name."""
    stamp = "-".join(place.name.split("-")[:2])
    return dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=TZ).isoformat()


def size(place: Path) -> int:
    """Bytes of a copy on disk."""
    return sum(file.stat().st_size for file in place.iterdir())
