"""短码: reopening a desk that locked itself, with six digits instead of the passphrase.

Rules kept here (design 05)
- the DEK is held wrapped under Argon2id(short code), in memory only: nothing of it is on disk, and a start always asks for the passphrase;
- five wrong tries, or twelve hours since the passphrase was given, and the wrapped key is forgotten;
- six digits of one kind or in a row are refused: they are what anybody tries first.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from itertools import pairwise
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xieli_tui.domain.clock import Clock, Rand
from xieli_tui.errors import Locked, Refused
from xieli_tui.store.kdf import FLOOR, Kdf
from xieli_tui.store.vault import OpenVault, reopen

DIGITS = 6
TRIES = 5
HOURS = 12
_BOUND = b"xieli/short-code/v1"


def check_code(typed: str) -> str:
    """Six digits as typed, full-width folded.

    Raises:
        Refused: XL-V11 not six digits, or too easy to guess.
    """
    code = unicodedata.normalize("NFKC", typed).strip()
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise Refused("XL-V11", "短码要 6 位数字", field="code")
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    if len(steps) == 1 and steps <= {0, 1, -1}:
        raise Refused("XL-V11", "短码太好猜，换一个", field="code")
    return code


class HeldKey:
    """The wrapped DEK of one opened desk. Its repr shows nothing."""

    def __init__(self, vault: OpenVault, code: str, since: dt.datetime, rand: Rand) -> None:
        self._kdf = Kdf(*FLOOR, rand(16))
        self._nonce = rand(12)
        self._sealed: bytes = AESGCM(self._kdf.derive(check_code(code))).encrypt(self._nonce, bytes(vault.dek), _BOUND)
        self._slot, self._since, self._left = vault.slot, since, TRIES

    def __repr__(self) -> str:
        return "HeldKey()"

    @property
    def left(self) -> int:
        """Tries left; 0 once it is forgotten."""
        return self._left

    def usable(self, now: dt.datetime) -> bool:
        """May the code still open? A clock that was set back counts as passed."""
        age = now - self._since
        if not dt.timedelta(0) <= age < dt.timedelta(hours=HOURS):
            self.forget()
        return self._left > 0

    def forget(self) -> None:
        """From now on only the passphrase opens."""
        self._sealed, self._left = b"", 0

    def open(self, workspace: Path, code: str, clock: Clock) -> OpenVault:
        """Unwrap the DEK and open the vault with it.

        Raises:
            Locked: XL-L11 a wrong code (`extra["left"]` tries), XL-L12 the passphrase is due.
            Damaged: XL-L05 the key file was changed meanwhile.
        """
        if not self.usable(clock.now()):
            raise Locked("XL-L12")
        typed = unicodedata.normalize("NFKC", code).strip()
        try:
            dek = AESGCM(self._kdf.derive(typed)).decrypt(self._nonce, self._sealed, _BOUND)
        except InvalidTag:
            self._left -= 1
            if self._left <= 0:
                self.forget()
                raise Locked("XL-L12") from None
            raise Locked("XL-L11", f"还能试 {self._left} 次", extra={"left": self._left}) from None
        self._left = TRIES
        return reopen(workspace, dek, self._slot)
