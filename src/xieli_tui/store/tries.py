"""Waiting after wrong passphrases.

Rules kept here (design 05)
- it grows, outlives the program, and is never longer than a minute; nothing is ever wiped;
- a clock that was set back waits the span once more and no longer: the note is set to the clock as it goes now;
- it is a comfort against guessing at the keyboard; Argon2id is the brake. A note that is lost, spoilt or cannot be written stops nobody who knows the
  passphrase.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xieli_tui.store import workspace as rooms

FREE_TRIES = 2
LONGEST_WAIT = 60
_DELAY_FILE = "unlock.json"


@dataclass(frozen=True, slots=True)
class Tries:
    """Failed unlocks so far and when the last was."""

    failed: int = 0
    last_ms: int = 0

    def wait_ms(self, now_ms: int) -> int:
        """How long until the next try, by a clock that only goes on."""
        if self.failed <= FREE_TRIES:
            return 0
        span = 1000 * min(LONGEST_WAIT, 1 << min(self.failed - FREE_TRIES - 1, 10))
        return min(span, max(0, self.last_ms + span - now_ms))


def read(space: Path) -> Tries:
    """What earlier failures left; nothing when the note is missing or spoilt."""
    try:
        body = json.loads((space / "log" / _DELAY_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return Tries()
    failed, last_ms = (body.get("failed"), body.get("last_ms")) if isinstance(body, dict) else (None, None)
    return Tries(max(0, failed), last_ms) if type(failed) is int and type(last_ms) is int else Tries()


def due(space: Path, now_ms: int) -> tuple[Tries, int]:
    """What earlier failures left, and the milliseconds to wait now."""
    found = read(space)
    if found.last_ms > now_ms:
        found = Tries(found.failed, now_ms)
        _note(space, found)
    return found, found.wait_ms(now_ms)


def failed_again(space: Path, before: Tries, now_ms: int) -> None:
    """Note one more failure."""
    _note(space, Tries(before.failed + 1, now_ms))


def taken_back(space: Path, before: Tries) -> None:
    """The last failure was none: the passphrase was right elsewhere."""
    if before.failed:
        _note(space, before)
    else:
        forget(space)


def forget(space: Path) -> None:
    """An unlock that worked ends the waiting."""
    with suppress(OSError):  # a folder that cannot be written: the store says so, with its code
        (space / "log" / _DELAY_FILE).unlink(missing_ok=True)


def _note(space: Path, tries: Tries) -> None:
    with suppress(OSError):  # what is to be said is that the passphrase was wrong
        rooms.atomic_write(rooms.folder(space, "log") / _DELAY_FILE, json.dumps({"failed": tries.failed, "last_ms": tries.last_ms}, sort_keys=True).encode())
