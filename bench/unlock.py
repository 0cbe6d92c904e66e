"""Opening a workspace: the unlock against a bare Argon2id of the same parameters, at the floor and as calibrated here; the whole opening beside it.

Argon2id is the physical limit: it is what a guess costs a thief too. What is ours on top is reading the key file, opening the slot, checking the MAC; then the store,
its proof of continuity and the record of the opening (`open_session`).
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from bench.common import interleaved, report
from bench.kit import PASSPHRASE, VILLAGE

GOAL = "<= 1.10"
ROUNDS = 7


def run() -> None:
    """Medians of 7 interleaved rounds on an invented workspace with one operator; a line for the floor, one for the calibrated parameters."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XIELI_STATE"] = str(Path(folder) / "state")
        for strength in ("floor", "auto"):
            _measure(Path(folder) / strength, strength)


def _measure(place: Path, strength: str) -> None:
    from xieli_tui.casework.session import open_session
    from xieli_tui.casework.setup import InitVillage, init_village
    from xieli_tui.store.kdf import Kdf, calibrated, read_kdf
    from xieli_tui.store.vault import Vault

    init_village(place, InitVillage(villages=(VILLAGE,), village_name="上坪村", operator="测量员", kdf=strength), PASSPHRASE)
    slot: dict[str, Any] = json.loads((place / "keys.json").read_bytes())["slots"][0]
    cost: Kdf = read_kdf(slot["kdf"])
    open_session(place, PASSPHRASE).close()  # the first opening of a day is recorded; those that are measured are not the first
    samples = interleaved(ROUNDS, {
        "bare Argon2id": lambda: cost.derive(PASSPHRASE) and None,
        "unlock": lambda: Vault.unlock(place, PASSPHRASE).forget(),
        "open_session": lambda: open_session(place, PASSPHRASE).close(),
        "calibration": lambda: calibrated(os.urandom) and None,
    })
    report(
        f"unlock.{'floor' if strength == 'floor' else 'calibrated'}", GOAL, "unlock", "bare Argon2id", samples,
        argon2id={"t": cost.t, "m_kib": cost.kib, "p": cost.p},
    )
