"""A full disk under the real programs, one turn of each; more of them, and exports and backups, are `python tests/faults/full_disk.py 12`."""

from __future__ import annotations

from pathlib import Path

import pytest
from deep import compiler
from faultkit import Made
from full_disk import FULL_SAID, tried

SEED = 20261228


@pytest.mark.skipif(compiler() is None, reason="needs Linux and a C compiler: the calls are met by a small library of our own")
def test_what_a_full_disk_refuses_is_said_and_kept_and_stored_once_there_is_room(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"seed={SEED}")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    found = tried(made, tmp_path, 1, SEED, commands=False)
    assert dict(found["the app"]) == {"refused, kept, stored when there was room": 1}
    assert dict(found["visit add --from-jsonl"]) == {f"refused with {FULL_SAID}, went on": 1}
