"""Time and randomness, passed in everywhere (design 03: +08:00 fixed, XIELI_NOW pins wall time)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from xieli_tui.errors import Refused

TZ = dt.timezone(dt.timedelta(hours=8), "+08:00")
_LAST_MS = 253_402_271_999_000
"""9999-12-31T23:59:59+08:00."""
_EAST_MS, _DAY_MS = 8 * 3_600_000, 86_400_000
_EPOCH = dt.date(1970, 1, 1)
Rand = Callable[[int], bytes]
"""n -> n random bytes; `os.urandom` in the product, a seeded source in tests."""


class Clock(Protocol):
    """Wall time in +08:00."""

    def now(self) -> dt.datetime: ...


class SystemClock:
    """The machine's clock, or the instant `XIELI_NOW` names (ISO 8601 with offset), which then stands still. Raises Refused("XL-V01") when it
    names none."""

    def __init__(self, pinned: str | None = None) -> None:
        text = pinned if pinned is not None else os.environ.get("XIELI_NOW", "")
        try:
            self._pinned = dt.datetime.fromisoformat(text).astimezone(TZ) if text else None
        except ValueError:
            raise Refused("XL-V01", "XIELI_NOW") from None

    def now(self) -> dt.datetime:
        return self._pinned if self._pinned is not None else dt.datetime.now(TZ)


class FixedClock:
    """A clock for tests: stands at `at` until `tick` moves it."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at.astimezone(TZ)

    def now(self) -> dt.datetime:
        return self._at

    def tick(self, **delta: float) -> None:
        """Move forward by a `timedelta(**delta)`."""
        self._at += dt.timedelta(**delta)


def millis(moment: dt.datetime) -> int:
    """Milliseconds since the Unix epoch."""
    return int(moment.timestamp() * 1000)


def at(ms: int) -> dt.datetime:
    """The instant of a stamp in +08:00. The format allows stamps up to 2**53: one of a mad clock is shown as the last instant there is, so that it
    cannot make a page fail."""
    return dt.datetime.fromtimestamp(min(ms, _LAST_MS) / 1000, TZ)


def day_of(ms: int) -> str:
    """Stamp -> ISO day in +08:00; "" for 0."""
    return _day((min(ms, _LAST_MS) + _EAST_MS) // _DAY_MS) if ms else ""


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """Days since 1970-01-01 -> ISO day. A chain of 500 entries asks for a few dozen days."""
    return (_EPOCH + dt.timedelta(days=number)).isoformat()


def moment_of(ms: int) -> str:
    """Stamp -> YYYY-MM-DDTHH:MM in +08:00; "" for 0."""
    if not ms:
        return ""
    minutes = (min(ms, _LAST_MS) + _EAST_MS) % _DAY_MS // 60_000
    return f"{day_of(ms)}T{minutes // 60:02d}:{minutes % 60:02d}"


def uuid7(ms: int, rand: Rand) -> str:
    """UUIDv7 text (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits."""
    raw = bytearray(ms.to_bytes(6, "big") + rand(10))
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
