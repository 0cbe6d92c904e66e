"""The village workspace every room's tests stand on: who, where, when, and how a copy of it is opened."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from xieli_sync import outbox
from xieli_tui.casework.session import Session, attach
from xieli_tui.domain.clock import TZ, FixedClock
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import OpenVault

SEED = 20261228
PASSPHRASE = "1111 2222 3333 4444"
VILLAGE = "999999001001"
OPERATOR = "陈秀兰"
START = dt.datetime(2026, 12, 28, 9, 0, tzinfo=TZ)


def seeded(seed: int = SEED) -> Callable[[int], bytes]:
    """n -> n bytes, the same every run. Its seed is printed by pytest when a test that took it fails."""
    print(f"seed={seed}")
    return random.Random(seed).randbytes


class Remembered:
    """Argon2id that stretches one passphrase once per salt and cost in a run: the same bytes, without a tenth of a second for each command."""

    def __init__(self, **settings: Any) -> None:
        self.settings = tuple(sorted(settings.items()))

    def derive(self, material: bytes) -> bytes:
        return _stretch(self.settings, bytes(material))


@cache
def _stretch(settings: tuple[tuple[str, Any], ...], material: bytes) -> bytes:
    return Argon2id(**dict(settings)).derive(material)


@dataclass(frozen=True, slots=True)
class Template:
    """A workspace made once, its state folder and its open keys."""

    folder: Path
    state: Path
    vault: OpenVault


def reopened(template: Template, folder: Path, clock: FixedClock, seed: int = SEED + 1) -> Session:
    """An open session over a copy of a template, without the wait of Argon2id."""
    vault = replace(template.vault, dek=bytearray(template.vault.dek))
    return attach(folder, rooms.load_profile(folder), vault, clock=clock, rand=seeded(seed), where="cli")


@contextmanager
def state_at(folder: Path) -> Iterator[None]:
    """The state folder (epoch marks) of the machine that acts meanwhile."""
    before = os.environ.get("XIELI_STATE")
    os.environ["XIELI_STATE"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XIELI_STATE"]
        else:
            os.environ["XIELI_STATE"] = before


class FullDisk(outbox.OsFs):
    """A stick without room for another file."""

    def write_new(self, path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")
