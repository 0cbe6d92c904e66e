"""The key slots of a workspace: from a passphrase to the keys of the store and of the device.

    passphrase --Argon2id--> slot key --AES-GCM--> DEK (random 32 bytes) --HKDF--> store key, slot MAC key, backup key, device-key key

Rules kept here (design 05)
- the DEK is random and never leaves memory in clear; changing a passphrase rewraps 32 bytes, the store is not touched;
- every slot is AEAD-bound to all its other fields and to the workspace; the whole file is MACed under the DEK with a generation;
- parameters of Argon2id outside [64 MiB t=3 p=1 … 1 GiB t=32 p=8] are refused before they are run: no silent weakening, no memory bomb;
- slots this program does not know are kept and covered by the MAC, so later kinds (recovery) need no new format;
- slot labels are operator ids, never names. Passphrases are NFKC, at least 12 characters, or 16 digits in four groups;
- a wrong passphrase makes the next one wait (persisted, at most a minute); nothing is ever wiped.
"""

from __future__ import annotations

import hmac
import json
import os
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xieli_sync.identity import KeyPair
from xieli_tui.domain.clock import Clock, Rand, SystemClock, millis
from xieli_tui.errors import Damaged, Locked, Refused
from xieli_tui.store import settings
from xieli_tui.store import workspace as rooms
from xieli_tui.store.store import Tx

FORMAT = "xieli-keys"
MIN_PASSPHRASE = 12
FLOOR = (3, 64 * 1024, 1)
"""(t, KiB, p): nothing weaker is written or read."""
CEILING = (32, 1024 * 1024, 8)
AUTO_T = 8
AUTO_KIB = 256 * 1024
AUTO_SECONDS = 1.0
FREE_TRIES = 2
LONGEST_WAIT = 60
_DELAY_FILE = "unlock.json"
_GENERATION = "vault.generation"
_LABELS = {name: f"xieli/vault/v1/{name}".encode() for name in ("db", "slots-mac", "backup", "device-keys")}


# -- passphrases ------------------------------------------------------------------------------------


def normal(passphrase: str) -> str:
    """One form of what was typed: NFKC; the offered digits with or without their groups are the same passphrase."""
    text = unicodedata.normalize("NFKC", passphrase)
    digits = text.replace(" ", "").replace("-", "")
    return digits if len(digits) == 16 and digits.isascii() and digits.isdigit() else text


def check_passphrase(passphrase: str) -> str:
    """The normal form of a new passphrase.

    Raises:
        Refused: XL-V09, shorter than 12 characters.
    """
    text = normal(passphrase)
    if len(text.strip()) < MIN_PASSPHRASE:
        raise Refused("XL-V09")
    return text


def offer(rand: Rand) -> str:
    """Sixteen random digits in four groups: no input method, no letters."""
    digits = f"{int.from_bytes(rand(16), 'big') % 10**16:016d}"
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


# -- Argon2id ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kdf:
    """Parameters of one slot."""

    t: int
    kib: int
    p: int
    salt: bytes

    def derive(self, passphrase: str) -> bytes:
        """The slot key."""
        return Argon2id(salt=self.salt, length=32, iterations=self.t, lanes=self.p, memory_cost=self.kib).derive(passphrase.encode("utf-8"))

    def as_json(self) -> dict[str, Any]:
        return {"alg": "argon2id", "m_kib": self.kib, "p": self.p, "salt": self.salt.hex(), "t": self.t}


def read_kdf(body: object) -> Kdf:
    """Parameters out of a slot.

    Raises:
        Damaged: XL-L05 not of the shape we write, XL-L08 out of range.
    """
    if not isinstance(body, dict) or body.get("alg") != "argon2id":
        raise Damaged("XL-L05")
    t, kib, p, salt = body.get("t"), body.get("m_kib"), body.get("p"), _hex(body.get("salt"))
    if not (type(t) is int and type(kib) is int and type(p) is int):
        raise Damaged("XL-L05")
    if not all(low <= value <= high for low, value, high in zip(FLOOR, (t, kib, p), CEILING, strict=True)) or len(salt) < 16:
        raise Damaged("XL-L08")
    return Kdf(t, kib, p, salt)


def _memory_kib() -> int:
    try:
        return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024)
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf: assume the smallest machine we meet
        return 2 * 1024 * 1024


def calibrated(rand: Rand, timer: Callable[[], float] = time.perf_counter, memory_kib: int | None = None) -> Kdf:
    """Parameters that take about a second here, never below the floor: first more passes, then more memory."""
    t, kib, p = FLOOR
    began = timer()
    Kdf(t, kib, p, bytes(16)).derive("calibration")
    spent = max(timer() - began, 1e-4)
    wanted = AUTO_SECONDS / spent
    t = max(t, min(AUTO_T, int(t * wanted)))
    most = min(AUTO_KIB, (memory_kib if memory_kib is not None else _memory_kib()) // 4)
    while kib * 2 <= most and spent * (t / FLOOR[0]) * (kib * 2 / FLOOR[1]) <= AUTO_SECONDS * 1.2:
        kib *= 2
    return Kdf(t, kib, p, rand(16))


def _kdf(kind: Literal["auto", "floor"], rand: Rand) -> Kdf:
    return calibrated(rand) if kind == "auto" else Kdf(*FLOOR, rand(16))


# -- the file ---------------------------------------------------------------------------------------


def _hex(value: object) -> bytes:
    if not isinstance(value, str):
        raise Damaged("XL-L05")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise Damaged("XL-L05") from None


def _canonical(body: object) -> bytes:
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def derive(dek: bytes, label: str) -> bytes:
    """A key of one purpose out of the DEK; `label` is one of db, slots-mac, backup, device-keys."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABELS[label]).derive(bytes(dek))


def _bound(store: str, fields: Mapping[str, Any]) -> bytes:
    return _canonical({"fmt": FORMAT, "v": 1, "store": store, **{k: v for k, v in fields.items() if k not in ("nonce", "ct")}})


def _seal(key: bytes, plain: bytes, store: str, fields: dict[str, Any], rand: Rand) -> dict[str, Any]:
    nonce = rand(12)
    return {**fields, "nonce": nonce.hex(), "ct": AESGCM(key).encrypt(nonce, plain, _bound(store, fields)).hex()}


def _open(key: bytes, store: str, fields: Mapping[str, Any]) -> bytes:
    nonce = _hex(fields.get("nonce"))
    if len(nonce) != 12:
        raise Damaged("XL-L05")
    return AESGCM(key).decrypt(nonce, _hex(fields.get("ct")), _bound(store, fields))


def _mac(dek: bytes, body: Mapping[str, Any]) -> str:
    return hmac.new(derive(dek, "slots-mac"), _canonical({k: v for k, v in body.items() if k != "mac"}), sha256).hexdigest()


def _write(space: Path, body: dict[str, Any], dek: bytes) -> None:
    rooms.atomic_write(rooms.keys_path(space), json.dumps({**body, "mac": _mac(dek, body)}, sort_keys=True, indent=1).encode() + b"\n")


def _read(space: Path) -> dict[str, Any]:
    try:
        body = json.loads(rooms.keys_path(space).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise Locked("XL-L02") from None
    except (ValueError, RecursionError):
        raise Damaged("XL-L05") from None
    if not isinstance(body, dict) or body.get("fmt") != FORMAT:
        raise Damaged("XL-L05")
    if body.get("v") != 1:
        raise Refused("XL-L07")
    slots = body.get("slots")
    good = (
        isinstance(slots, list) and all(isinstance(slot, dict) for slot in slots)
        and type(body.get("gen")) is int and isinstance(body.get("store"), str) and isinstance(body.get("dev"), str)
        and isinstance(body.get("device"), dict) and isinstance(body.get("mac"), str)
    )
    if not good:
        raise Damaged("XL-L05")
    return body


def _operator_slot(dek: bytes, store: str, operator: str, passphrase: str, kdf: Kdf, rand: Rand) -> dict[str, Any]:
    fields = {"id": rand(8).hex(), "type": "passphrase", "op": operator, "kdf": kdf.as_json()}
    return _seal(kdf.derive(passphrase), dek, store, fields, rand)


def _device_part(dek: bytes, store: str, dev: str, keys: KeyPair, retired: tuple[KeyPair, ...], rand: Rand) -> dict[str, Any]:
    plain = _canonical({"keys": keys.to_bytes().hex(), "retired": [pair.to_bytes().hex() for pair in retired]})
    return _seal(derive(dek, "device-keys"), plain, store, {"dev": dev}, rand)


# -- waiting after wrong passphrases ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tries:
    failed: int = 0
    last_ms: int = 0

    def wait_ms(self, now_ms: int) -> int:
        """How long until the next try. A clock set back waits the whole span again, never longer."""
        if self.failed <= FREE_TRIES:
            return 0
        span = 1000 * min(LONGEST_WAIT, 1 << min(self.failed - FREE_TRIES - 1, 10))
        return min(span, max(0, self.last_ms + span - now_ms))


def _tries(space: Path) -> _Tries:
    try:
        body = json.loads((space / "log" / _DELAY_FILE).read_bytes())
        return _Tries(max(0, int(body["failed"])), int(body["last_ms"]))
    except (FileNotFoundError, NotADirectoryError):
        return _Tries()
    except (ValueError, TypeError, KeyError):
        return _Tries()  # a comfort against guessing at the keyboard only; Argon2id is the brake


def _failed(space: Path, tries: _Tries, now_ms: int) -> None:
    body = {"failed": tries.failed + 1, "last_ms": now_ms}
    rooms.atomic_write(rooms.folder(space, "log") / _DELAY_FILE, _canonical(body))


# -- open -------------------------------------------------------------------------------------------


@dataclass(slots=True, repr=False)
class OpenVault:
    """What an unlocked workspace holds in memory. Its repr shows nothing."""

    dek: bytearray
    dev: str
    device_keys: KeyPair
    retired: tuple[KeyPair, ...]
    operator: str
    generation: int
    slot: str = ""
    operators: tuple[str, ...] = field(default=())

    def store_key(self) -> bytes:
        """The raw key of the encrypted file."""
        return derive(bytes(self.dek), "db")

    def backup_key(self) -> bytes:
        """The key of what lies beside a backup."""
        return derive(bytes(self.dek), "backup")

    def decrypt_keys(self) -> dict[str, X25519PrivateKey]:
        """wrap kid -> private key, the retired ones too: an old bundle must still open."""
        return {pair.box_kid: pair.box for pair in (*self.retired, self.device_keys)}

    def forget(self) -> None:
        """Overwrite the DEK (best effort: Python may hold copies)."""
        self.dek[:] = bytes(len(self.dek))


class Vault:
    """Makes and opens `keys.json`."""

    @staticmethod
    def create(
        workspace: Path, *, operator: str, passphrase: str, kdf: Literal["auto", "floor"] = "auto", rand: Rand = os.urandom
    ) -> OpenVault:
        """Write the first slot of a new workspace, with a random DEK and random device keys.

        Raises:
            Refused: XL-V09 passphrase too short, XL-L03 keys are there already.
        """
        text = check_passphrase(passphrase)
        if rooms.keys_path(workspace).exists():
            raise Refused("XL-L03")
        dek, store, keys = rand(32), rand(16).hex(), KeyPair.generate(rand)
        slot = _operator_slot(dek, store, operator, text, _kdf(kdf, rand), rand)
        body = {
            "fmt": FORMAT, "v": 1, "store": store, "dev": keys.dev, "gen": 1, "slots": [slot],
            "device": _device_part(dek, store, keys.dev, keys, (), rand),
        }
        _write(workspace, body, dek)
        return OpenVault(bytearray(dek), keys.dev, keys, (), operator, 1, slot["id"], (operator,))

    @staticmethod
    def unlock(workspace: Path, passphrase: str, *, operator: str | None = None, clock: Clock | None = None) -> OpenVault:
        """Open the workspace with one operator's passphrase.

        Args:
            operator: try this operator's slot only; else each in turn.
            clock: for the wait after wrong passphrases; by default the machine's, never one pinned by XIELI_NOW (it would stand still).

        Raises:
            Locked: XL-L02 no workspace, XL-L01 wrong passphrase, XL-L10 too many tries (`extra["wait"]` seconds).
            Damaged: XL-L05 the file was changed, XL-L08 parameters out of range.
            Refused: XL-L07 a newer program wrote it.
        """
        now = millis((clock or SystemClock(pinned="")).now())
        body = _read(workspace)
        slots = [slot for slot in body["slots"] if slot.get("type") == "passphrase"]
        kdfs = [read_kdf(slot.get("kdf")) for slot in slots]
        tries = _tries(workspace)
        if (wait := tries.wait_ms(now)) > 0:
            seconds = -(-wait // 1000)
            raise Locked("XL-L10", f"{seconds} 秒", extra={"wait": seconds})
        text = normal(passphrase)
        for slot, kdf in zip(slots, kdfs, strict=True):
            if operator is not None and slot.get("op") != operator:
                continue
            try:
                dek = _open(kdf.derive(text), body["store"], slot)
            except InvalidTag:
                continue
            opened = _opened(body, dek, slot)
            (workspace / "log" / _DELAY_FILE).unlink(missing_ok=True)
            return opened
        _failed(workspace, tries, now)
        raise Locked("XL-L01")

    @staticmethod
    def add_keys(workspace: Path, vault: OpenVault, rand: Rand = os.urandom) -> KeyPair:
        """Lay new device keys down beside the old ones, which stay to open what was wrapped for them. Which pair signs is for the store to say.

        Raises:
            Damaged: XL-L05. Refused: XL-F02, XL-F03 the file cannot be written; the keys are as before then.
        """
        body, dek = _read(workspace), bytes(vault.dek)
        if not hmac.compare_digest(_mac(dek, body), body["mac"]):
            raise Damaged("XL-L05")
        keys, retired = KeyPair.generate(rand), (vault.device_keys, *vault.retired)
        body["device"] = _device_part(dek, body["store"], vault.dev, keys, retired, rand)
        body["gen"] += 1
        _write(workspace, body, dek)
        vault.device_keys, vault.retired, vault.generation = keys, retired, body["gen"]
        return keys

    @staticmethod
    def change_passphrase(
        workspace: Path, vault: OpenVault, passphrase: str, *, kdf: Literal["auto", "floor"] = "auto", rand: Rand = os.urandom
    ) -> None:
        """Rewrap the DEK for the operator who opened; the store is not touched. The generation rises.

        Raises:
            Refused: XL-V09.
        """
        text = check_passphrase(passphrase)
        body = _read(workspace)
        dek = bytes(vault.dek)
        if not hmac.compare_digest(_mac(dek, body), body["mac"]):
            raise Damaged("XL-L05")
        slot = _operator_slot(dek, body["store"], vault.operator, text, _kdf(kdf, rand), rand)
        body["slots"] = [slot if old.get("id") == vault.slot else old for old in body["slots"]]
        body["gen"] += 1
        _write(workspace, body, dek)
        vault.generation, vault.slot = body["gen"], slot["id"]


def _opened(body: dict[str, Any], dek: bytes, slot: Mapping[str, Any]) -> OpenVault:
    """What a slot that opened gives, once the whole file is seen to be ours."""
    if len(dek) != 32 or not hmac.compare_digest(_mac(dek, body), body["mac"]):
        raise Damaged("XL-L05")
    try:
        device = json.loads(_open(derive(dek, "device-keys"), body["store"], body["device"]))
        keys, *retired = (KeyPair.from_bytes(bytes.fromhex(text)) for text in (device["keys"], *device["retired"]))
    except (InvalidTag, ValueError, KeyError, TypeError):
        raise Damaged("XL-L05") from None
    operators = tuple(str(one.get("op")) for one in body["slots"] if one.get("type") == "passphrase")
    return OpenVault(bytearray(dek), body["dev"], keys, tuple(retired), str(slot.get("op")), body["gen"], str(slot.get("id")), operators)


def reopen(workspace: Path, dek: bytes, slot_id: str) -> OpenVault:
    """Open with a DEK that is held already (短码), as the operator whose slot gave it.

    Raises:
        Locked: XL-L12 that slot is gone or was made anew since: the passphrase is due. XL-L02. Damaged: XL-L05.
    """
    body = _read(workspace)
    slot = next((one for one in body["slots"] if one.get("id") == slot_id), None)
    if slot is None:
        raise Locked("XL-L12")
    return _opened(body, dek, slot)


def follow_generation(tx: Tx, generation: int) -> bool:
    """Let the store's copy of the generation follow the key file; False when the file is older than the store has seen (旧钥匙文件)."""
    known = settings.get(tx, _GENERATION, 0)
    if generation > known:
        settings.put(tx, _GENERATION, generation)
    return generation >= int(known)
