"""The trust file of the receiver: who may hand something in. Written by `xieli county trust export`, read again whenever it changes.

Rules kept here
- net, root and the devices with their signing keys; no names, no villages, no secret: a receiver that is stolen knows nobody;
- a file that cannot be read while it runs (half written, moved away) changes nothing: what was last read whole goes on, and a word is logged;
- an unknown device and a revoked one are both told 403; only a key of the file vouches for anything.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xieli_sync.errors import SyncError
from xieli_sync.event import is_hex
from xieli_sync.keys import kid_of

_log = logging.getLogger(__name__)
_ROLES = ("village", "township")
LIMIT = 64 * 1024 * 1024
"""A county has some thousands of devices at 300 bytes each."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A device of the list: its role, whether it was revoked, its signing keys (signer kid -> raw public key)."""

    dev: str
    role: str
    revoked: bool
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class TrustList:
    """What the file says."""

    net: str
    senders: Mapping[str, Sender]


def _key(entry: Mapping[str, Any]) -> tuple[str, bytes]:
    kid, pub = entry.get("kid"), entry.get("sign_pub")
    if not is_hex(pub, 64) or not isinstance(pub, str) or kid != kid_of(bytes.fromhex(pub)):
        raise SyncError("XL-F18", "key")
    return str(kid), bytes.fromhex(pub)


def _sender(entry: object) -> Sender:
    if not isinstance(entry, dict):
        raise SyncError("XL-F18", "device")
    dev, role, revoked, more = entry.get("dev"), entry.get("role"), entry.get("revoked"), entry.get("keys", [])
    if not is_hex(dev, 32) or role not in _ROLES or not isinstance(revoked, bool) or not isinstance(more, list):
        raise SyncError("XL-F18", "device")
    return Sender(str(dev), str(role), revoked, dict([_key(entry), *(_key(one) if isinstance(one, dict) else _key({}) for one in more)]))


def parse(data: bytes) -> TrustList:
    """The list in a trust file's bytes.

    Raises:
        SyncError: XL-F18.
    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise SyncError("XL-F18", "json") from None
    if not isinstance(body, dict) or body.get("v") != 1 or not isinstance(body.get("devices"), list):
        raise SyncError("XL-F18", "version")
    net = body.get("net")
    if not isinstance(net, str) or re.fullmatch(r"[0-9a-f]{32}|p[0-9a-f]{31}", net) is None:
        raise SyncError("XL-F18", "net")
    return TrustList(net, {one.dev: one for one in map(_sender, body["devices"])})


class TrustFile:
    """The list as the file has it now."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            SyncError: XL-F05 no such file, XL-F01 a folder, XL-F06 cannot be read, XL-F18 not a trust file.
        """
        self._path = path
        self._stamp = self._look()
        self._bad: tuple[int, int, int] | None = None
        self._list = self._read()

    def _look(self) -> tuple[int, int, int] | None:
        """What changes when the file does."""
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> TrustList:
        if self._path.is_dir():
            raise SyncError("XL-F01")
        try:
            with self._path.open("rb") as file:
                data = file.read(LIMIT + 1)
        except FileNotFoundError:
            raise SyncError("XL-F05") from None
        except OSError:
            raise SyncError("XL-F06") from None
        if len(data) > LIMIT:
            raise SyncError("XL-F18", "size")
        return parse(data)

    def now(self) -> TrustList:
        """The list, read again when the file has changed."""
        stamp = self._look()
        if stamp is not None and stamp not in (self._stamp, self._bad):
            try:
                self._list = self._read()
            except SyncError as error:
                self._bad = stamp
                _log.warning("%s 信任名单读不了，仍用原来的 %d 台", error.code, len(self._list.senders))
            else:
                self._stamp, self._bad = stamp, None
                _log.warning("信任名单已换成新的：%d 台", len(self._list.senders))
        return self._list
