"""The office of `desk_office` with workspaces that are copied and put back, under the state folder as it is or as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desk_office import ROOT_PASSPHRASE, Office, seeded

from xieli_sync import container
from xieli_tui.casework import exchange
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import intake, reopen, send, steps
from xieli_tui.store import workspace as rooms


class Desks:
    """The office, with desks that can be put back: a copy of a folder, opened under the state folder as it is now."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.vaults = {name: replace(self.session(name).vault, dek=bytearray(self.session(name).vault.dek)) for name in ("county", "township", "village")}
        self.opened: list[Session] = []

    def session(self, name: str) -> Session:
        found = getattr(self.office, name)
        assert isinstance(found, Session)
        return found

    def open(self, name: str, where: Path | None = None) -> Session:
        folder = where or self.folder / name
        vault = replace(self.vaults[name], dek=bytearray(self.vaults[name].dek))
        session = attach(folder, rooms.load_profile(folder), vault, clock=self.office.clock, rand=seeded(40 + len(self.opened)))
        self.opened.append(session)
        setattr(self.office, name, session)
        return session

    def copy(self, name: str, label: str = "copy") -> Path:
        """A copy of the folder as it lies; the desk goes on."""
        self.session(name).close()
        target = self.folder / f"{name}-{label}"
        shutil.copytree(self.folder / name, target)
        self.open(name)
        return target

    def put_back(self, name: str, copy: Path) -> Session:
        """The folder is the copy's again."""
        self.session(name).close()
        shutil.rmtree(self.folder / name)
        shutil.copytree(copy, self.folder / name)
        return self.open(name)

    def reopen(self, name: str = "county") -> reopen.Reopened:
        return reopen.reopen(self.session(name), self.office.root_dir, ROOT_PASSPHRASE)

    # -- the road -----------------------------------------------------------------------------------
    def up(self, who: str, *desks: str) -> list[Path]:
        """Export, and import at these desks (the county's stick is the township's own)."""
        self.office.clock.tick(minutes=1)
        files = [Path(f.path) for f in exchange.export(self.session(who), self.office.stick, with_backup=False).files]
        for desk in desks or ("county",):
            outcomes = intake.import_files(self.session(desk), files)
            assert all(one.status in ("imported", "parked", "duplicate") for one in outcomes), outcomes
        return files

    def down(self, who: str, *devices: str) -> list[Path]:
        """Write the returns of these devices (the village by default), and take each in where it is addressed to."""
        self.office.clock.tick(minutes=1)
        wrote: list[Path] = []
        for name in devices or ("village",):
            session = self.session(name)
            files = [Path(f.path) for f in send.send(self.session(who), self.office.stick, device=session.dev)]
            wrote += files
            for path in files:
                if container.parse(path.read_bytes()).core.get("to") == session.dev:
                    (one,) = exchange.take_in(session, [path])
                    assert one.status in ("imported", "duplicate", "parked"), one
        return wrote

    def settle(self, *, township: bool = False, rounds: int = 8) -> int:
        """Exchange until nobody writes a file; the number of rounds that wrote one."""
        for number in range(rounds):
            wrote = self.up("village", "county", *(["township"] if township else []))
            if township:
                wrote += self.up("township", "county")
                wrote += self.down("township", "village")
            wrote += self.down("county", "village", *(["township"] if township else []))
            if not wrote:
                return number
        raise AssertionError("never idle")


@pytest.fixture
def desks(office: Office, tmp_path: Path) -> Iterator[Desks]:
    made = Desks(office, tmp_path)
    yield made
    for session in made.opened:
        session.close()


def kinds(files: list[Path]) -> list[str]:
    return sorted(container.parse(path.read_bytes()).core["kind"] for path in files)


def emergency(desks: Desks, head: str) -> str:
    return desks.office.application("temp_emergency", emergency=True, head=head)


def decide(session: Session, app: str, amount: str = "800") -> None:
    steps.accept(session, app)
    steps.decide(session, steps.Decide(app, None, True, amount, None, "突发重病"))
