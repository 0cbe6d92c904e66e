"""The key slots of a workspace: from a passphrase to the keys of the store and of the device.

    passphrase --Argon2id--> slot key --AES-GCM--> DEK (random 32 bytes) --HKDF--> store key, slot MAC key, backup key, device-key key

Rules kept here (design 05)
- the DEK is random and never leaves memory in clear; changing a passphrase rewraps 32 bytes, the store is not touched;
- passphrases and Argon2id are `kdf`, the file with its slots and MAC is `keyfile`, the wait after a wrong passphrase is `tries`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from xieli_sync.identity import KeyPair
from xieli_tui.domain.clock import Clock, Rand, SystemClock, millis
from xieli_tui.errors import Damaged, Locked, Refused
from xieli_tui.store import keyfile, settings, tries
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import Strength, check_passphrase, normal, read_kdf
from xieli_tui.store.kdf import chosen as kdf_of
from xieli_tui.store.store import Tx

_GENERATION = "vault.generation"


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
        return keyfile.derive(bytes(self.dek), "db")

    def backup_key(self) -> bytes:
        """The key of what lies beside a backup."""
        return keyfile.derive(bytes(self.dek), "backup")

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
        workspace: Path, *, operator: str, passphrase: str, kdf: Strength = "auto", rand: Rand = os.urandom
    ) -> OpenVault:
        """Write the first slot of a new workspace, with a random DEK and random device keys.

        Raises:
            Refused: XL-V09 passphrase too short, XL-L03 keys are there already.
        """
        text = check_passphrase(passphrase)
        if rooms.keys_path(workspace).exists():
            raise Refused("XL-L03")
        dek, store, keys = rand(32), rand(16).hex(), KeyPair.generate(rand)
        slot = keyfile.operator_slot(dek, store, operator, text, kdf_of(kdf, rand), rand)
        body = {
            "fmt": keyfile.FORMAT, "v": 1, "store": store, "dev": keys.dev, "gen": 1, "slots": [slot],
            "device": keyfile.device_part(dek, store, keys.dev, keys, (), rand),
        }
        keyfile.write(workspace, body, dek)
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
        body = keyfile.read(workspace)
        slots = [slot for slot in body["slots"] if slot.get("type") == "passphrase"]
        kdfs = [read_kdf(slot.get("kdf")) for slot in slots]
        before = tries.read(workspace)
        if (wait := before.wait_ms(now)) > 0:
            seconds = -(-wait // 1000)
            raise Locked("XL-L10", f"{seconds} 秒", extra={"wait": seconds})
        text = normal(passphrase)
        for slot, kdf in zip(slots, kdfs, strict=True):
            if operator is not None and slot.get("op") != operator:
                continue
            try:
                dek = keyfile.unseal(kdf.derive(text), body["store"], slot)
            except InvalidTag:
                continue
            opened = _opened(body, dek, slot)
            tries.forget(workspace)
            return opened
        tries.failed_again(workspace, before, now)
        raise Locked("XL-L01")

    @staticmethod
    def add_keys(workspace: Path, vault: OpenVault, rand: Rand = os.urandom) -> KeyPair:
        """Lay new device keys down beside the old ones, which stay to open what was wrapped for them. Which pair signs is for the store to say.

        Raises:
            Damaged: XL-L05. Refused: XL-F02, XL-F03 the file cannot be written; the keys are as before then.
        """
        body, dek = keyfile.read(workspace), bytes(vault.dek)
        keyfile.check(body, dek)
        keys, retired = KeyPair.generate(rand), (vault.device_keys, *vault.retired)
        body["device"] = keyfile.device_part(dek, body["store"], vault.dev, keys, retired, rand)
        body["gen"] += 1
        keyfile.write(workspace, body, dek)
        vault.device_keys, vault.retired, vault.generation = keys, retired, body["gen"]
        return keys

    @staticmethod
    def change_passphrase(
        workspace: Path, vault: OpenVault, passphrase: str, *, kdf: Strength = "auto", rand: Rand = os.urandom
    ) -> None:
        """Rewrap the DEK for the operator who opened; the store is not touched. The generation rises.

        Raises:
            Refused: XL-V09.
        """
        text = check_passphrase(passphrase)
        body = keyfile.read(workspace)
        dek = bytes(vault.dek)
        keyfile.check(body, dek)
        slot = keyfile.operator_slot(dek, body["store"], vault.operator, text, kdf_of(kdf, rand), rand)
        body["slots"] = [slot if old.get("id") == vault.slot else old for old in body["slots"]]
        body["gen"] += 1
        keyfile.write(workspace, body, dek)
        vault.generation, vault.slot = body["gen"], slot["id"]


def _opened(body: dict[str, Any], dek: bytes, slot: Mapping[str, Any]) -> OpenVault:
    """What a slot that opened gives, once the whole file is seen to be ours."""
    keyfile.check(body, dek)
    try:
        device = json.loads(keyfile.unseal(keyfile.derive(dek, "device-keys"), body["store"], body["device"]))
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
    body = keyfile.read(workspace)
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
