"""A new county: root key, desk keys, the county's own chain."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from xieli_tui.domain.clock import Clock, Rand


@dataclass(frozen=True, slots=True)
class InitCounty:
    """`county` is the six-digit area; `root_out` the folder for the sealed root key file (None = beside the workspace)."""

    county: str
    name: str
    operator: str
    root_out: Path | None = None
    kdf: str = "auto"
    database: str | None = None


@dataclass(frozen=True, slots=True)
class CountyResult:
    """What the CLI prints: net, the desk's device id, the root's fingerprint (told on paper), where the root key file lies."""

    net: str
    dev: str
    root_fingerprint: str
    root_file: str


def init_county(
    workspace: Path, request: InitCounty, passphrase: str, root_passphrase: str, *, clock: Clock | None = None, rand: Rand = os.urandom,
) -> CountyResult:
    """Make a county workspace and its root key.

    Raises:
        Refused: XL-L03 workspace exists, XL-V12 area not six digits, XL-V09 passphrase too short, XL-F08 a root key file lies there already.
    """
    raise NotImplementedError
