"""Waiting after wrong passphrases: it grows, outlives the program, and is never longer than a minute. Nothing is ever wiped."""

from __future__ import annotations

import json
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
        """How long until the next try. A clock set back waits the whole span again, never longer."""
        if self.failed <= FREE_TRIES:
            return 0
        span = 1000 * min(LONGEST_WAIT, 1 << min(self.failed - FREE_TRIES - 1, 10))
        return min(span, max(0, self.last_ms + span - now_ms))


def read(space: Path) -> Tries:
    """What earlier failures left; nothing when the note is missing or spoilt."""
    try:
        body = json.loads((space / "log" / _DELAY_FILE).read_bytes())
        return Tries(max(0, int(body["failed"])), int(body["last_ms"]))
    except (FileNotFoundError, NotADirectoryError):
        return Tries()
    except (ValueError, TypeError, KeyError):
        return Tries()  # a comfort against guessing at the keyboard only; Argon2id is the brake


def failed_again(space: Path, tries: Tries, now_ms: int) -> None:
    """Note one more failure; it outlives the program."""
    body = {"failed": tries.failed + 1, "last_ms": now_ms}
    rooms.atomic_write(rooms.folder(space, "log") / _DELAY_FILE, json.dumps(body, sort_keys=True).encode())


def forget(space: Path) -> None:
    """An unlock that worked ends the waiting."""
    (space / "log" / _DELAY_FILE).unlink(missing_ok=True)
