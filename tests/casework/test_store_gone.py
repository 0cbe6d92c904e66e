"""A store that is missing, empty or cut to nothing is damage: nothing is made in its place, no copy is made of it, and the self-check says which copy helps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from basekit import PASSPHRASE, Template, reopened
from xieli_tui.casework import backup, doctor
from xieli_tui.casework.session import open_session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Damaged
from xieli_tui.store import backup as copies
from xieli_tui.store import workspace as rooms
from xieli_tui.store.engine import make_engine
from xieli_tui.store.vault import Vault


def _gone(path: Path) -> None:
    path.unlink()


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4095])


def _another(path: Path) -> None:
    """An empty store of the right key: what an earlier version of this program laid down."""
    path.unlink()
    make_engine(path, Vault.unlock(path.parent, PASSPHRASE).store_key()).dispose()


@pytest.mark.parametrize("change", [_gone, _nothing, _cut, _another])
def test_a_store_that_is_gone_is_refused_and_nothing_is_made_in_its_place(
    workspace: Path, village_template: Template, clock: FixedClock, change: Callable[[Path], None]
) -> None:
    with reopened(village_template, workspace, clock) as session:
        good = Path(backup.create(session).path).name
    store = rooms.store_path(workspace)
    change(store)
    left = store.read_bytes() if store.exists() else None
    for _ in range(2):
        with pytest.raises(Damaged) as refused:
            open_session(workspace, PASSPHRASE, clock=clock, where="app")
        assert refused.value.code == "XL-L06"
    assert (store.read_bytes() if store.exists() else None) == left or change is _another
    found = doctor.examine(workspace, PASSPHRASE, clock=clock)
    assert not found.ok
    assert any(good in one.advice for one in found.findings if one.weight == doctor.DAMAGE)
    assert [place.name for place in copies.list_all(workspace)] == [good], "no copy is made of nothing"


def _mac(body: dict[str, Any]) -> None:
    body["mac"] = "é" * 64


def _lone(body: dict[str, Any]) -> None:
    body["slots"][0]["op"] = "\ud800"


@pytest.mark.parametrize("change", [_mac, _lone, None])
def test_a_key_file_of_an_impossible_shape_is_damage_and_never_a_crash(
    workspace: Path, village_template: Template, clock: FixedClock, change: Callable[[dict[str, Any]], None] | None
) -> None:
    with reopened(village_template, workspace, clock):
        pass
    keys = rooms.keys_path(workspace)
    if change is None:
        keys.unlink()
        keys.mkdir()
    else:
        body = json.loads(keys.read_text())
        change(body)
        keys.write_text(json.dumps(body))
    with pytest.raises(Exception) as refused:
        open_session(workspace, PASSPHRASE, clock=clock)
    assert getattr(refused.value, "code", "") in ("XL-L05", "XL-L01")
