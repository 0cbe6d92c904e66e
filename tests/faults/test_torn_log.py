"""A log that was cut or altered, a file with one bit flipped; 400 of each, 200 of the store, are `python tests/faults/torn_log.py 400`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from faultkit import Made
from torn_log import Log, tried

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is forked")
SEED = 20261228


def test_a_damaged_log_opens_as_a_prefix_of_what_was_written_or_is_refused_and_a_flipped_bit_anywhere_else_is_found(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    print(f"seed={SEED}")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    said = tried(Log(made, tmp_path, SEED), 12, SEED, every=6)
    assert sum(said["cut"].values()) == sum(said["flipped"].values()) == 12
    assert set(said["cut"]) | set(said["flipped"]) <= {"all", "a prefix", "XL-L06"}
    assert said["cut"]["a prefix"] > 6, said
    assert sum(said["main file"].values()) == 6
    assert set(said["main file"]) <= {"at opening", "while reading", "by doctor alone"}
    for name, codes in (("keys.json", {"XL-L01", "XL-L05", "XL-L08"}), ("kind.json", {"XL-L06", "XL-L07", "XL-L02"}), (".mark", {"a new epoch"})):
        assert sum(said[name].values()) == 3
        assert set(said[name]) <= {*codes, "as before"}, (name, said[name])
