"""The key slots of a workspace: from a passphrase to the keys of the store and of the device.

    passphrase --Argon2id--> slot key --AES-GCM--> DEK (random 32 bytes) --HKDF--> store key, slot MAC key, backup key, device-key key

Rules kept here (design 05)
- the DEK is random and never leaves memory in clear; changing a passphrase rewraps 32 bytes, the store is not touched;
- several operators, a slot each; no two may have the same passphrase, for the passphrase says who is at work;
- what a passphrase may be is `domain.passphrase`, Argon2id is `kdf`, the file with its slots and MAC is `keyfile`, the wait after a wrong one is `tries`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
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
_OLDER = "vault.older"


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
            Refused: XL-V09, XL-V11 no passphrase, XL-L03 keys are there already, XL-F02, XL-F03.
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
        if not slots:  # put in place from the copy of a stick: no passphrase is wrong here, there is none
            raise Locked("XL-L01", "这一份还没有口令", next_step="请按 F4 找回口令，或用 xieli recovery request")
        kdfs = [read_kdf(slot.get("kdf")) for slot in slots]
        before, wait = tries.due(workspace, now)
        if wait > 0:
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
        keys, retired, dek = KeyPair.generate(rand), (vault.device_keys, *vault.retired), bytes(vault.dek)
        with keyfile.changing(workspace, dek) as body:
            body["device"] = keyfile.device_part(dek, body["store"], vault.dev, keys, retired, rand)
        vault.device_keys, vault.retired, vault.generation = keys, retired, body["gen"]
        return keys

    @staticmethod
    def change_passphrase(
        workspace: Path, vault: OpenVault, passphrase: str, *, kdf: Strength = "auto", above: int = 0, rand: Rand = os.urandom
    ) -> None:
        """Rewrap the DEK for the operator who opened; the store is not touched. The generation rises.

        Args:
            above: the newest generation the store knows of, where it is open.

        Raises:
            Locked: XL-L01 the slot was taken away or made anew meanwhile.
            Refused: XL-V09, XL-V11 no passphrase, the old one, or one another operator has; XL-A01, XL-F02, XL-F03.
        """
        text, dek = check_passphrase(passphrase), bytes(vault.dek)
        before = keyfile.read(workspace)
        _alone(before, text, vault.slot)
        slot = keyfile.operator_slot(dek, before["store"], vault.operator, text, kdf_of(kdf, rand), rand)
        with keyfile.changing(workspace, dek, above=above) as body:
            if not any(old.get("id") == vault.slot for old in body["slots"]):
                raise Locked("XL-L01", "别处已经换过或收回", next_step="请锁屏，用现在的口令重新打开")
            body["slots"] = [slot if old.get("id") == vault.slot else old for old in body["slots"]]
        vault.generation, vault.slot = body["gen"], slot["id"]

    @staticmethod
    def give_slot(
        workspace: Path, vault: OpenVault, operator: str, passphrase: str, *, kdf: Strength = "auto", above: int = 0, rand: Rand = os.urandom,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        """A slot for another operator, in the place of the one he had.

        Args:
            first: done under the lock before the file is written; when it raises, the file stays as it was.

        Raises:
            Refused: XL-V09, XL-V11 no passphrase, or one another operator has; XL-A01, XL-F02, XL-F03.
        """
        text, dek = check_passphrase(passphrase), bytes(vault.dek)
        before = keyfile.read(workspace)
        _alone(before, text)
        slot = keyfile.operator_slot(dek, before["store"], operator, text, kdf_of(kdf, rand), rand)
        with keyfile.changing(workspace, dek, above=above) as body:
            first()
            body["slots"] = [*(old for old in body["slots"] if not _of(old, operator)), slot]
        _follow(vault, body)

    @staticmethod
    def take_slot(workspace: Path, vault: OpenVault, operator: str, *, above: int = 0) -> bool:
        """Take an operator's slot away; False when he had none.

        Raises:
            Refused: XL-V11 the own one, or the last one; XL-A01, XL-F02, XL-F03.
        """
        if not any(_of(old, operator) for old in keyfile.read(workspace)["slots"]):
            return False
        with keyfile.changing(workspace, bytes(vault.dek), above=above) as body:
            kept = [old for old in body["slots"] if not _of(old, operator)]
            if operator == vault.operator or not any(old.get("type") == "passphrase" for old in kept):
                raise Refused("XL-V11", "自己的口令不能自己收回，请另一位操作员来收", field="operator")
            body["slots"] = kept
        _follow(vault, body)
        return True

    @staticmethod
    def slot_holders(workspace: Path) -> tuple[str, ...]:
        """Operator ids that have a slot now. Raises Locked("XL-L02"), Damaged("XL-L05")."""
        return _holders(keyfile.read(workspace))


def _of(slot: Mapping[str, Any], operator: str) -> bool:
    return slot.get("type") == "passphrase" and slot.get("op") == operator


def _holders(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one.get("op")) for one in body["slots"] if one.get("type") == "passphrase")


def _follow(vault: OpenVault, body: Mapping[str, Any]) -> None:
    vault.generation, vault.operators = body["gen"], _holders(body)


def _alone(body: Mapping[str, Any], text: str, own: str = "") -> None:
    """Refuse a passphrase a slot has already: whoever types it would be taken for the wrong person. Costs what an unlock does, a slot."""
    for slot in body["slots"]:
        if slot.get("type") != "passphrase":
            continue
        try:
            keyfile.unseal(read_kdf(slot.get("kdf")).derive(text), body["store"], slot)
        except InvalidTag:
            continue
        raise Refused("XL-V11", "和原来的口令一样" if slot.get("id") == own else "这台电脑上已经有人用这个口令，换一个", field="passphrase")


def _opened(body: dict[str, Any], dek: bytes, slot: Mapping[str, Any]) -> OpenVault:
    """What a slot that opened gives, once the whole file is seen to be ours."""
    keyfile.check(body, dek)
    try:
        device = json.loads(keyfile.unseal(keyfile.derive(dek, "device-keys"), body["store"], body["device"]))
        keys, *retired = (KeyPair.from_bytes(bytes.fromhex(text)) for text in (device["keys"], *device["retired"]))
    except (InvalidTag, ValueError, KeyError, TypeError):
        raise Damaged("XL-L05") from None
    return OpenVault(bytearray(dek), body["dev"], keys, tuple(retired), str(slot.get("op")), body["gen"], str(slot.get("id")), _holders(body))


def opened_by(workspace: Path, dek: bytes) -> OpenVault:
    """Open with a DEK that two officers' answers made: nobody's slot, so no operator stands in it. Raises Locked("XL-L02"), Damaged("XL-L05")."""
    return _opened(keyfile.read(workspace), dek, {"op": "", "id": ""})


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
    known = known_generation(tx)
    if generation > known:
        settings.put(tx, _GENERATION, generation)
    if older_file(tx) != (generation < known):
        settings.put(tx, _OLDER, generation < known)
    return generation >= known


def older_file(tx: Tx) -> bool:
    """Was the key file of the last opening older than one before it (旧钥匙文件)?"""
    return bool(settings.get(tx, _OLDER, False))


def known_generation(tx: Tx) -> int:
    """The newest generation of the key file this store was opened with."""
    return int(settings.get(tx, _GENERATION, 0))
