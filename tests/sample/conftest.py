"""The demo, built once per run and copied for each test that writes into it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from basekit import state_at
from xieli_sample.builder import build
from xieli_sample.scene import Demo, load_marker

SEED = 511


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo as `build` leaves it; nobody writes into this one."""
    base = tmp_path_factory.mktemp("demo")
    print(f"seed={SEED}")
    with state_at(base / "state"):
        return build(base / "demo", rand=random.Random(SEED).randbytes)


@pytest.fixture
def demo(built: Demo, tmp_path: Path) -> Demo:
    """A copy of the test's own, with the marks of its machines."""
    shutil.copytree(built.folder, tmp_path / "demo")
    shutil.copytree(built.folder.parent / "state", tmp_path / "state", dirs_exist_ok=True)
    found = load_marker(tmp_path / "demo")
    assert found is not None
    return found
