"""The key Argon2id makes of a passphrase.

Rules kept here (design 05)
- what a passphrase may be stands in `domain.passphrase`, the same at every door;
- parameters of Argon2id (RFC 9106) outside [64 MiB t=3 p=1 … 1 GiB t=32 p=8] are refused before they are run: no silent weakening, no memory bomb;
- calibration looks for about a second on this machine and never goes below the floor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from xieli_tui.domain.clock import Rand
from xieli_tui.domain.passphrase import check_passphrase, normal, offer
from xieli_tui.errors import Damaged

__all__ = ["CEILING", "FLOOR", "Kdf", "Strength", "calibrated", "check_passphrase", "chosen", "normal", "offer", "read_kdf"]

Strength = Literal["auto", "floor"]
FLOOR = (3, 64 * 1024, 1)
"""(t, KiB, p): nothing weaker is written or read."""
CEILING = (32, 1024 * 1024, 8)
AUTO_T = 8
AUTO_KIB = 256 * 1024
AUTO_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kdf:
    """Parameters of one slot."""

    t: int
    kib: int
    p: int
    salt: bytes

    def derive(self, passphrase: str) -> bytes:
        """The slot key. Bytes of the environment that are no text are a wrong passphrase like any other."""
        secret = passphrase.encode("utf-8", "surrogatepass")
        return Argon2id(salt=self.salt, length=32, iterations=self.t, lanes=self.p, memory_cost=self.kib).derive(secret)

    def as_json(self) -> dict[str, Any]:
        return {"alg": "argon2id", "m_kib": self.kib, "p": self.p, "salt": self.salt.hex(), "t": self.t}


def read_kdf(body: object) -> Kdf:
    """Parameters out of a slot.

    Raises:
        Damaged: XL-L05 not of the shape we write, XL-L08 out of range.
    """
    if not isinstance(body, dict) or body.get("alg") != "argon2id":
        raise Damaged("XL-L05")
    t, kib, p, salt = body.get("t"), body.get("m_kib"), body.get("p"), _salt(body.get("salt"))
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


def calibrated(rand: Rand, timer: Callable[[], float] = time.thread_time, memory_kib: int | None = None) -> Kdf:
    """Parameters that take about a second here, never below the floor: first more passes, then more memory.

    What the processor needed is counted, not what passed: a machine that is busy with other things that day makes no weaker slot.
    """
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


def chosen(kind: Strength, rand: Rand) -> Kdf:
    """Parameters for a new slot."""
    return calibrated(rand) if kind == "auto" else Kdf(*FLOOR, rand(16))


def _salt(value: object) -> bytes:
    if not isinstance(value, str):
        raise Damaged("XL-L05")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise Damaged("XL-L05") from None
