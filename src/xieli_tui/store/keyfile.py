"""`keys.json`: its shape, its slots, its MAC.

Rules kept here (design 05)
- every slot is AEAD-bound to all its other fields and to the workspace; the whole file is MACed under the DEK with a generation;
- slots this program does not know are kept and covered by the MAC, so later kinds need no new format;
- slot labels are operator ids, never names;
- it is changed under a lock of the system: what two programs over one workspace do to it at once is done one after the other, and every change raises
  the generation.
"""

from __future__ import annotations

import errno
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xieli_sync.identity import KeyPair
from xieli_tui.domain.clock import Rand
from xieli_tui.errors import Damaged, Locked, Refused
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import Kdf
from xieli_tui.store.oslock import OsLock

FORMAT = "xieli-keys"
LOCK = "keys.lock"
PATIENCE = 200
"""Looks at a lock that another program holds, 50 ms apart: a change takes a few milliseconds."""
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_OWN_DISK = "请看这台电脑的硬盘是不是满了、是不是只读，再做一次"
_MAC = re.compile(r"[0-9a-f]{64}")
_LABELS = {name: f"xieli/vault/v1/{name}".encode() for name in ("db", "slots-mac", "backup", "device-keys")}


def unhex(value: object) -> bytes:
    """Bytes of a hex field. Raises Damaged("XL-L05")."""
    if not isinstance(value, str):
        raise Damaged("XL-L05")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise Damaged("XL-L05") from None


def canonical(body: object) -> bytes:
    """The one form in which a body is bound and MACed."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def derive(dek: bytes, label: str) -> bytes:
    """A key of one purpose out of the DEK; `label` is one of db, slots-mac, backup, device-keys."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABELS[label]).derive(bytes(dek))


def _bound(store: str, fields: Mapping[str, Any]) -> bytes:
    return canonical({"fmt": FORMAT, "v": 1, "store": store, **{k: v for k, v in fields.items() if k not in ("nonce", "ct")}})


def seal(key: bytes, plain: bytes, store: str, fields: dict[str, Any], rand: Rand) -> dict[str, Any]:
    """`fields` with `plain` under `key`, bound to every other field and to the store."""
    nonce = rand(12)
    return {**fields, "nonce": nonce.hex(), "ct": AESGCM(key).encrypt(nonce, plain, _bound(store, fields)).hex()}


def unseal(key: bytes, store: str, fields: Mapping[str, Any]) -> bytes:
    """What `seal` closed. Raises InvalidTag; Damaged("XL-L05") when it has not the shape we write."""
    nonce = unhex(fields.get("nonce"))
    if len(nonce) != 12:
        raise Damaged("XL-L05")
    return AESGCM(key).decrypt(nonce, unhex(fields.get("ct")), _bound(store, fields))


def mac(dek: bytes, body: Mapping[str, Any]) -> str:
    """The MAC over the whole file but itself."""
    return hmac.new(derive(dek, "slots-mac"), canonical({k: v for k, v in body.items() if k != "mac"}), sha256).hexdigest()


def write(space: Path, body: dict[str, Any], dek: bytes) -> None:
    """Put the file down whole, with its MAC. Raises Refused("XL-F02"/"XL-F03"): the file is the old one then."""
    try:
        rooms.atomic_write(rooms.keys_path(space), json.dumps({**body, "mac": mac(dek, body)}, sort_keys=True, indent=1).encode() + b"\n")
    except OSError as error:
        raise unwritten(error) from None


def unwritten(error: OSError) -> Refused:
    """What is told when a key file of this computer cannot be written."""
    return Refused("XL-F02" if error.errno in _FULL else "XL-F03", "钥匙文件没有动", next_step=_OWN_DISK)


@contextmanager
def changing(space: Path, dek: bytes, *, above: int = 0, sleep: Callable[[float], None] = time.sleep) -> Iterator[dict[str, Any]]:
    """The file as it lies now; what was changed in it is put down when the block ends, under a generation above its own and above `above`.

    Raises:
        Locked: XL-L02. Damaged: XL-L05 not written under this DEK. Refused: XL-A01 another program holds it, XL-F02, XL-F03. Nothing is written then.
    """
    lock = _held(space, sleep)
    try:
        if (space / rooms.ORDER).exists():
            raise Refused("XL-A01", "一次恢复还没有做完", next_step="请关掉协理，重新打开，会接着做完")
        body = read(space)
        check(body, dek)
        yield body
        body["gen"] = max(body["gen"], above) + 1
        write(space, body, dek)
    finally:
        lock.release()


def _held(space: Path, sleep: Callable[[float], None]) -> OsLock:
    try:
        lock = OsLock(rooms.folder(space, "log") / LOCK)
        for _ in range(PATIENCE):
            if lock.take():
                return lock
            sleep(0.05)
    except OSError as error:
        raise unwritten(error) from None
    raise Refused("XL-A01", "另一个程序正在改钥匙文件")


def read(space: Path) -> dict[str, Any]:
    """The file of a workspace; its MAC can be checked by `check` only once the DEK is known.

    Raises:
        Locked: XL-L02 none. Damaged: XL-L05 not of our shape. Refused: XL-L07 a newer program wrote it.
    """
    try:
        body = json.loads(rooms.keys_path(space).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise Locked("XL-L02") from None
    except (ValueError, RecursionError, OSError):
        raise Damaged("XL-L05") from None
    if not isinstance(body, dict) or body.get("fmt") != FORMAT:
        raise Damaged("XL-L05")
    if body.get("v") != 1:
        raise Refused("XL-L07")
    slots = body.get("slots")
    good = (
        isinstance(slots, list) and all(isinstance(slot, dict) for slot in slots)
        and type(body.get("gen")) is int and isinstance(body.get("store"), str) and isinstance(body.get("dev"), str)
        and isinstance(body.get("device"), dict) and isinstance(body.get("mac"), str) and _MAC.fullmatch(body["mac"]) is not None
    )
    if not good:
        raise Damaged("XL-L05")
    return body


def operator_slot(dek: bytes, store: str, operator: str, passphrase: str, kdf: Kdf, rand: Rand) -> dict[str, Any]:
    """A slot of one operator: labels are operator ids, never names."""
    fields = {"id": rand(8).hex(), "type": "passphrase", "op": operator, "kdf": kdf.as_json()}
    return seal(kdf.derive(passphrase), dek, store, fields, rand)


def device_part(dek: bytes, store: str, dev: str, keys: KeyPair, retired: tuple[KeyPair, ...], rand: Rand) -> dict[str, Any]:
    """The device's key pairs under the DEK."""
    plain = canonical({"keys": keys.to_bytes().hex(), "retired": [pair.to_bytes().hex() for pair in retired]})
    return seal(derive(dek, "device-keys"), plain, store, {"dev": dev}, rand)


def check(body: Mapping[str, Any], dek: bytes) -> None:
    """Raises Damaged("XL-L05") unless the whole file was written under this DEK."""
    if len(dek) != 32 or not hmac.compare_digest(mac(dek, body), body["mac"]):
        raise Damaged("XL-L05")
