"""The key file and the chain, broken between: every step of giving, changing and taking back a passphrase fails or is the last one of the process.

What must hold then: the file is whole, who is at work comes in by the old or by the new passphrase and by one of them alone, nobody comes in whom the chain does
not name, the chain is whole; and the same command done again comes to its end. The steps are those a recording run passes through (failpoints.py).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from failpoints import DEATH, MODES, RAISING, Failpoints, Mode
from faultkit import forked

from basekit import PASSPHRASE, START, Template, reopened
from xieli_tui.casework import audit, passphrases
from xieli_tui.casework.passphrases import AddOperator
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, XieliError
from xieli_tui.store.vault import Vault

SECOND, THIRD, NEW = "5555 6666 7777 8888", "0123 4567 8901 2345", "8642 8642 8642 8642"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that dies at a step is forked")


def _add(session: Session) -> None:
    passphrases.add(session, AddOperator("赵三", kdf="floor"), THIRD)


def _anew(session: Session) -> None:
    passphrases.add(session, AddOperator(operator="2", kdf="floor"), THIRD)


def _change(session: Session) -> None:
    passphrases.change(session, PASSPHRASE, NEW, kdf="floor")


def _remove(session: Session) -> None:
    passphrases.remove(session, "2")


ACTS: dict[str, tuple[Callable[[Session], None], dict[str, str]]] = {
    "one more operator": (_add, {"1": PASSPHRASE, "2": SECOND, "3": THIRD}),
    "a forgotten passphrase": (_anew, {"1": PASSPHRASE, "2": THIRD}),
    "one's own changed": (_change, {"1": NEW, "2": SECOND}),
    "one taken back": (_remove, {"1": PASSPHRASE}),
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, village_template: Template) -> Path:
    """A workspace of two operators, and its state folder."""
    base = tmp_path_factory.mktemp("keys")
    shutil.copytree(village_template.folder, base / "v")
    shutil.copytree(village_template.state, base / "state")
    with pytest.MonkeyPatch.context() as patch, reopened(village_template, base / "v", FixedClock(START)) as session:
        patch.setenv("XIELI_STATE", str(base / "state"))
        passphrases.add(session, AddOperator("李建国", kdf="floor"), SECOND)
    return base


def opens(folder: Path) -> dict[str, str]:
    """Operator -> the passphrase that lets him in, of all there are."""
    found = {}
    for passphrase in (PASSPHRASE, SECOND, THIRD, NEW):
        (folder / "log" / "unlock.json").unlink(missing_ok=True)
        try:
            vault = Vault.unlock(folder, passphrase)
        except Locked as error:
            assert error.code == "XL-L01"  # noqa: PT017 (which of the four opens is what is asked)
            continue
        assert vault.operator not in found, "two passphrases open one operator's slot"
        found[vault.operator] = passphrase
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("act", ACTS)
def test_a_failure_at_any_step_leaves_a_whole_file_and_the_same_command_ends_it(
    stage: Path, village_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, mode: Mode,
) -> None:
    work, wanted = ACTS[act]

    def place(name: str) -> Path:
        shutil.copytree(stage, tmp_path / name)
        monkeypatch.setenv("XIELI_STATE", str(tmp_path / name / "state"))
        return tmp_path / name / "v"

    def run(folder: Path, watched: Failpoints, armed: tuple[int, Mode] | None = None) -> None:
        with reopened(village_template, folder, FixedClock(START)) as session, watched.watching(armed):
            work(session)

    watched = Failpoints()
    run(place("fair"), watched)
    points = [point.number for point in watched.passed]
    assert len(points) >= 3, watched.passed
    for at in points:
        folder = place(str(at))
        if mode in RAISING:
            with pytest.raises(XieliError) as told:
                run(folder, watched, (at, mode))
            assert told.value.code in ("XL-F02", "XL-F03")
        else:
            pid = forked(lambda folder=folder, at=at: run(folder, Failpoints(), (at, mode)) or 0)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == DEATH
        found = opens(folder)
        assert found.get("1") in (PASSPHRASE, wanted["1"])
        with reopened(village_template, folder, FixedClock(START)) as session:
            held = {one.operator: one for one in passphrases.listed(session).operators}
            assert all(held[number].name for number in found), "somebody comes in whom the chain does not name"
            assert audit.verify(session).ok
            if found != wanted or (act == "one taken back" and not held["2"].ended):
                work(session)
        assert opens(folder) == wanted, (act, mode, at)
        shutil.rmtree(folder.parent)
