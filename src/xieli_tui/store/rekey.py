"""A new key for a whole workspace, after a recovery: the store is written anew beside the old one, then the key file, then the store takes its place.

Rules kept here (design 05)
- nobody else has the store open from the first page copied to the last rename; who waits for it meanwhile finds a store that is not his any more;
- the copy is opened, every page of it checked, every table counted against the original, before anything is replaced;
- renaming `keys.json` is the moment it is done: before it the old key opens everything, after it the new one; `settle`, called at every opening, takes
  away what was begun before that moment and completes what was left after it;
- the device keeps its name, its keys and its epochs: the keys are wrapped anew, nothing of the chain is touched;
- copies made before stay what they were: the old key opens them.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped,unused-ignore]

from xieli_tui.domain.clock import Rand
from xieli_tui.errors import Damaged, Refused, XieliError
from xieli_tui.store import engine as engines
from xieli_tui.store import keyfile, openings, recovery, tries
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import Strength, check_passphrase
from xieli_tui.store.kdf import chosen as kdf_of
from xieli_tui.store.oslock import OsLock
from xieli_tui.store.vault import OpenVault, reopen

NEXT = rooms.STORE + ".next"
_BESIDE = ("-wal", "-shm", "-journal")
SUPERSEDED = 2**31 - 1
"""user_version of a store that was replaced: who opened it while he waited for it is told that a newer program wrote it, and writes nothing into it."""

_AGAIN = "请先腾出一些地方，再做一次；原来的没有动"


def rekey(
    workspace: Path, old: OpenVault, operator: str, passphrase: str, officers: Sequence[bytes], leave: Mapping[str, str], *,
    kdf: Strength = "auto", above: int = 0, rand: Rand = os.urandom,
) -> OpenVault:
    """Give a workspace a new key, opened by one operator's new passphrase and by the pairs of these officers; every other slot is gone.

    Args:
        old: the workspace as its present key opens it.
        leave: settings written into the new store, so that the first opening tells of it in the chain.
        above: the newest generation of the key file the store knows of.

    Raises:
        Refused: XL-V09 passphrase, XL-L17 another program has the store open, XL-F02, XL-F03 the disk. Damaged: XL-L05, XL-L06. The old key opens
            everything then, as before.
    """
    text = check_passphrase(passphrase)
    lock = OsLock(rooms.folder(workspace, "log") / keyfile.LOCK)
    if not lock.take():
        raise Refused("XL-L17")
    try:
        body, dek = keyfile.read(workspace), rand(32)
        keyfile.check(body, bytes(old.dek))
        openings.refuse_open(workspace)
        slot = keyfile.operator_slot(dek, body["store"], operator, text, kdf_of(kdf, rand), rand)
        after = {
            **body, "gen": max(body["gen"], above) + 1, "slots": [slot, *recovery.make_slots(dek, body["store"], body["dev"], officers, rand)],
            "device": keyfile.device_part(dek, body["store"], old.dev, old.device_keys, old.retired, rand),
        }
        key = keyfile.derive(dek, "db")
        with alone(workspace, old.store_key()) as raw:
            try:
                _write_next(workspace, raw, key, leave)
                keyfile.write(workspace, after, dek)
            except BaseException:
                if _lies(workspace, body):  # a rename whose flush failed may be done all the same: then the new store is the only one that opens
                    _discard(workspace)
                raise
            supersede(raw)
        _settle(workspace, key)
    finally:
        lock.release()
    tries.forget(workspace)
    return reopen(workspace, dek, str(slot["id"]))


def _lies(workspace: Path, body: Mapping[str, Any]) -> bool:
    """Whether the key file is still this one."""
    try:
        return bool(keyfile.read(workspace)["mac"] == body["mac"])
    except XieliError:
        return False


@contextlib.contextmanager
def alone(workspace: Path, key: bytes) -> Any:
    """The old store with every page of it in one file, and nobody else at it.

    Raises:
        Refused: XL-L17, XL-F02, XL-F03. Damaged: XL-L06.
    """
    try:
        raw = engines.connect(rooms.store_path(workspace), key)
    except sqlcipher.OperationalError:
        raise Refused("XL-L17") from None
    try:
        try:
            raw.execute("PRAGMA busy_timeout=1000")
            raw.execute("PRAGMA locking_mode=EXCLUSIVE")
            mode = raw.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            raw.execute("BEGIN EXCLUSIVE")
            raw.execute("COMMIT")  # in this mode the lock stays until the connection is closed
        except sqlcipher.OperationalError as error:
            raise engines.disk_fault(str(error)) or Refused("XL-L17") from None
        if mode != "delete":
            raise Refused("XL-L17")
        yield raw
    finally:
        raw.close()


def supersede(raw: Any) -> None:
    """Warn off whoever waits for a file that was replaced. Done already without it: a disk that fails now changes nothing."""
    with contextlib.suppress(sqlcipher.Error):
        raw.execute(f"PRAGMA user_version={SUPERSEDED}")


def _write_next(workspace: Path, raw: Any, key: bytes, leave: Mapping[str, str]) -> None:
    path = workspace / NEXT
    _discard(workspace)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        raw.execute(f"ATTACH DATABASE ? AS next KEY \"x'{key.hex()}'\"", (str(path),))
        raw.execute("PRAGMA next.synchronous=FULL")
        raw.execute("SELECT sqlcipher_export('next')").fetchall()
        raw.execute(f"PRAGMA next.user_version={int(raw.execute('PRAGMA main.user_version').fetchone()[0])}")
        whole = _counts(raw, "main") == _counts(raw, "next")
        for name, value in leave.items():
            raw.execute("INSERT INTO next.setting(key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", (name, json.dumps(value)))
        raw.execute("DETACH DATABASE next")
        if not whole or engines.integrity(path, key):
            raise Damaged("XL-L06")
        one = engines.connect(path, key)
        try:
            one.execute("PRAGMA journal_mode=DELETE")  # at rest it is one file
        finally:
            one.close()
        _flush(path)
        rooms.sync_folder(workspace)
    except sqlcipher.OperationalError as error:
        if engines.is_damage(str(error)):
            raise Damaged("XL-L06") from None
        raise engines.disk_fault(str(error)) or Refused("XL-F03", next_step=_AGAIN) from None
    except sqlcipher.DatabaseError:
        raise Damaged("XL-L06") from None
    except OSError as error:
        raise Refused("XL-F02" if error.errno == errno.ENOSPC else "XL-F03", next_step=_AGAIN) from None


def _counts(raw: Any, name: str) -> list[tuple[str, str, str, int]]:
    """Everything a schema has, by kind, name and making, and the rows of its tables."""
    found = raw.execute(f"SELECT type, name, sql FROM {name}.sqlite_master WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY type, name").fetchall()
    return [
        (str(kind), str(what), str(sql), int(raw.execute(f'SELECT count(*) FROM {name}."{what}"').fetchone()[0]) if kind == "table" else 0)
        for kind, what, sql in found
    ]


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(workspace: Path, key: bytes, dek: bytes) -> bool:
    """Bring what a cut-off change of key left behind to its end, with the store key and the DEK that `keys.json` gave; called before the store is opened.
    Whether it was completed here. A key file of another DEK by now: the store beside may be the only one that opens with it, and nothing is touched.

    Raises:
        Damaged: XL-L06 neither file opens with it. Refused: XL-L17 it is being changed at this moment, or was since these keys were read.
    """
    if not (workspace / NEXT).exists():
        return False
    lock = OsLock(rooms.folder(workspace, "log") / keyfile.LOCK)
    for _ in range(keyfile.PATIENCE):
        if lock.take():
            break
        time.sleep(0.05)
    else:
        raise Refused("XL-L17")
    try:
        if (workspace / NEXT).exists():
            try:
                keyfile.check(keyfile.read(workspace), dek)
            except XieliError:
                raise Refused("XL-L17") from None
        return _settle(workspace, key)
    finally:
        lock.release()


def _settle(workspace: Path, key: bytes) -> bool:
    try:
        return _brought_to_its_end(workspace, key)
    except OSError:
        raise Refused("XL-F03", "换钥匙还差最后一步", next_step="请再打开一次，会接着做完") from None


def _brought_to_its_end(workspace: Path, key: bytes) -> bool:
    if not (workspace / NEXT).exists():
        return False
    store = rooms.store_path(workspace)
    if _opens(store, key):
        _discard(workspace)
        return False
    if not _opens(workspace / NEXT, key):
        raise Damaged("XL-L06")
    recovery.forget(workspace)
    for ending in _BESIDE:  # of the store that goes: nothing of it may be read into the one that comes
        store.with_name(store.name + ending).unlink(missing_ok=True)
    one = engines.connect(workspace / NEXT, key)
    try:
        one.execute("PRAGMA journal_mode=DELETE")
    finally:
        one.close()
    os.replace(workspace / NEXT, store)
    rooms.sync_folder(workspace)
    return True


def _opens(path: Path, key: bytes) -> bool:
    if not path.exists():
        return False
    try:
        engines.connect(path, key).close()
    except Damaged:
        return False
    except sqlcipher.OperationalError:
        raise Refused("XL-L17") from None
    return True


def _discard(workspace: Path) -> None:
    for ending in ("", *_BESIDE):
        (workspace / (NEXT + ending)).unlink(missing_ok=True)
