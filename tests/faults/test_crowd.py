"""Many at once on one workspace, for a moment; longer: `python tests/faults/crowd.py 40 --turns 25 --seconds 20`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from crowd import beside, crowded
from faultkit import Made

SEED = 20261228


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    print(f"seed={SEED}")


def test_forty_threads_on_one_session_crash_nothing_and_lose_nothing(made: Made, tmp_path: Path) -> None:
    found = crowded(made, tmp_path, 40, 5, SEED)
    print(found)
    assert found["writes"]


@pytest.mark.skipif(sys.platform == "win32", reason="a pty is a thing of Unix")
def test_the_app_and_the_command_line_write_into_one_workspace_at_once_and_see_each_other(made: Made, tmp_path: Path) -> None:
    found = beside(made, tmp_path, 0.0, SEED)
    print(found)
    assert found["commands"]
