"""What every test may ask for: a pinned clock, a seeded source of randomness, a village workspace, an open session over it.

A workspace is made once per run (Argon2id at its floor costs a tenth of a second each time) and copied for each test; a passphrase is stretched once
per salt. The state folder is a temporary one, so no test sees another's epoch mark or the machine's own.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from basekit import OPERATOR, PASSPHRASE, START, VILLAGE, Remembered, Template, reopened, seeded, state_at
from xieli_sync import rootkey
from xieli_tui.casework.session import Session
from xieli_tui.casework.setup import InitVillage, init_village
from xieli_tui.cli import tree
from xieli_tui.domain.clock import FixedClock
from xieli_tui.store import kdf
from xieli_tui.store.vault import Vault

settings.register_profile("xieli", deadline=None)
settings.load_profile("xieli")
"""How long one example takes says how busy the machine is, nothing about the code."""

_DEAR = ("ui", "cli", "sync", "store", "sample", "desk")


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end of the run: the collector of garbage need not walk through all of it at every page a test opens."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rooms whose files take longest first: a file belongs to one worker, and a long one begun last would leave the other idle. The order within a
    file, and of the files of a room, stays."""
    items.sort(key=lambda item: (_DEAR.index(room) if (room := item.path.parent.name) in _DEAR else len(_DEAR)))


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine leaks in; the state folder is the test's own."""
    for name in ("XIELI_WORKSPACE", "XIELI_PASSPHRASE", "XIELI_KEYFILE_PASSPHRASE", "XIELI_NOW"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """Each passphrase of a run is stretched once per salt (what Argon2id gives is compared with RFC 9106 in tests/sync/test_identity_keys.py), and each
    group of commands is built once: a test of a few commands in one process is not of that."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (kdf, rootkey):
            patch.setattr(room, "Argon2id", Remembered)
        patch.setattr(tree, "get_group", cache(tree.get_group))
        yield


@pytest.fixture
def clock() -> FixedClock:
    """2026-12-28 09:00 +08:00; `tick` moves it."""
    return FixedClock(START)


@pytest.fixture
def rand() -> Callable[[int], bytes]:
    """A seeded source of bytes."""
    return seeded()


@pytest.fixture(scope="session")
def village_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A village workspace as `xieli init` leaves it, made once."""
    base = tmp_path_factory.mktemp("village")
    folder, state = base / "v", base / "state"
    with state_at(state):
        request = InitVillage(villages=(VILLAGE,), village_name="石桥村", operator=OPERATOR, kdf="floor")
        init_village(folder, request, PASSPHRASE, clock=FixedClock(START), rand=seeded())
    return Template(folder, state, Vault.unlock(folder, PASSPHRASE))


@pytest.fixture
def workspace(tmp_path: Path, village_template: Template) -> Path:
    """A village workspace folder of the test's own; its passphrase is PASSPHRASE."""
    folder = tmp_path / "v"
    shutil.copytree(village_template.folder, folder)
    shutil.copytree(village_template.state, tmp_path / "state")
    return folder


@pytest.fixture
def village_session(workspace: Path, village_template: Template, clock: FixedClock) -> Iterator[Session]:
    """An open session over `workspace`."""
    session = reopened(village_template, workspace, clock)
    yield session
    session.close()
