"""The machines of one county, made once and copied for each history: real workspaces, real verbs, real bundles.

Rules kept here
- every machine is an ordinary workspace opened by `casework.session.attach`; events go through `session.record`, files through `exchange.export`,
  `exchange.take_in`, `desk.send` and `desk.intake`. Only a line the program would refuse to write (another version's, an intruder's) is
  appended beside them (`forge`), and it is appended the way `journal.append` does;
- in memory: the same store without a key, on a file system in memory, no flushing (`plain_store`). On files: SQLCipher as it ships;
- a machine has its own clock and its own state folder (its epoch mark); whoever acts does it inside `machine.here()`.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from basekit import Remembered, state_at
from xieli_sync import event as wire
from xieli_sync import rootkey
from xieli_tui.casework import exchange, setup
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import enrolment, parameters, send
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.domain.clock import TZ, FixedClock, millis
from xieli_tui.store import engine, journal, kdf, trust
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import OpenVault, Vault

PASSPHRASE, ROOT_PASSPHRASE = "1111 2222 3333 4444", "9999 8888 7777 6666"
COUNTY, TOWN = "999999", "999999001"
V1, V3, V2 = "999999001001", "999999001002", "999999002001"
"""A and B work in V1; V3 is a village of the same township, V2 (laptop D) has no township desk."""
START = dt.datetime(2026, 12, 28, 9, 0, tzinfo=TZ)
DELEGATED = '[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]'
NAMES = ("A", "B", "D", "T", "C")
LAPTOPS = {"A": (V1,), "B": (V1,), "D": (V2,)}


class Ticking(FixedClock):
    """The clock of one machine: the world's, and how far it is wrong."""

    def __init__(self, world: FixedClock) -> None:
        super().__init__(START)
        self.world = world
        self.wrong = dt.timedelta()

    def now(self) -> dt.datetime:
        return self.world.now() + self.wrong


@contextmanager
def plain_store() -> Iterator[None]:
    """Stores without a key and without flushing; passphrases stretched once. For histories in memory."""

    def connect(path: Path, _key: bytes) -> Any:
        raw = sqlcipher.connect(str(path), check_same_thread=False, timeout=1, isolation_level=None)
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "temp_store=MEMORY", "cache_spill=OFF", "cache_size=-8192"):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "connect", connect)
        patch.setattr(engine, "check_header", lambda _path: None)
        yield


@contextmanager
def stretched_once() -> Iterator[None]:
    """Argon2id remembered, as tests/conftest.py has it."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (kdf, rootkey):
            patch.setattr(room, "Argon2id", Remembered)
        yield


def memory_folder() -> str | None:
    """Where files lie in memory, None where the machine has no such place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  each world has a folder of its own there


@dataclass
class Machine:
    """One computer: a workspace, a state folder, a clock."""

    name: str
    folder: Path
    vault: OpenVault
    clock: Ticking
    rand: random.Random
    session: Session = field(init=False)
    snapshots: list[Path] = field(default_factory=list)
    """Copies of this machine's workspace and state, oldest first."""
    cloned: bool = False
    """Two machines ran under this device id."""

    def __post_init__(self) -> None:
        self.open()

    def __repr__(self) -> str:
        return self.name

    @property
    def workspace(self) -> Path:
        return self.folder / "ws"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def dev(self) -> str:
        return self.vault.dev

    @property
    def bare(self) -> bool:
        """Put back to before its grant, and not enrolled again yet."""
        with self.session.reading() as tx:
            return self.role != "county" and trust.grant(tx) is None

    @property
    def role(self) -> str:
        return self.session.role

    def open(self) -> None:
        """Open (again), as the program does at its start: continuity is proven or a new epoch opened."""
        with self.here():
            keys = replace(self.vault, dek=bytearray(self.vault.dek))
            self.session = attach(
                self.workspace, rooms.load_profile(self.workspace), keys, clock=self.clock, rand=self.rand.randbytes, where="cli")

    def close(self) -> None:
        self.session.close()

    @contextmanager
    def here(self) -> Iterator[None]:
        """Act on this machine."""
        with state_at(self.state):
            yield

    def copy_to(self, place: Path) -> Path:
        """A whole copy of workspace and state folder."""
        self.close()
        shutil.copytree(self.folder, place)
        self.open()
        return place

    def put_back(self, place: Path, *, with_mark: bool | None) -> None:
        """The workspace becomes what it was; the state folder stays (None), goes with it (True: the whole machine), or is lost (False)."""
        self.close()
        shutil.rmtree(self.workspace)
        shutil.copytree(place / "ws", self.workspace)
        if with_mark is not None:
            shutil.rmtree(self.state, ignore_errors=True)
            if with_mark:
                shutil.copytree(place / "state", self.state)
        self.open()

    def forge(self, t: str, d: dict[str, Any], v: int = 1) -> str:
        """A line this program would refuse to write: of a later version, of the wrong role, with a bad payload. Its reference."""
        with self.here(), self.session.store.write() as tx:
            at = journal.point(tx, tx.dev, tx.ep)
            stamp = wire.next_hlc(journal._last_stamp(tx), millis(self.clock.now()))
            line = wire.make_line(by="1", d=d, dev=tx.dev, ep=tx.ep, hlc=stamp, seq=at.seq + 1, t=t, v=v).raw
            digest = wire.chain_hash(at.hash, line)
            ref = wire.ref_text(tx.dev, tx.ep, at.seq + 1, digest)
            village, household, entity, of = journal.places(t, v, d, ref)
            made = journal.StoredEvent(
                journal.next_rowid(tx), tx.dev, tx.ep, at.seq + 1, digest, ref, at.hash, t, v, "1", stamp[0], stamp[1], tx.role, d, village, household,
                entity, of, line,
            )
            journal.insert(tx, [made], millis(self.clock.now()))
            journal.set_head(tx, tx.dev, tx.ep, journal.Head(at.seq + 1, digest, *stamp), millis(self.clock.now()))
            tx.absorb([made])
        return ref


@dataclass(frozen=True)
class Template:
    """Enrolled workspaces as their first day left them, and who they are."""

    folder: Path
    vaults: dict[str, OpenVault]
    root_fingerprint: str
    at: dt.datetime


def make_template(base: Path) -> Template:
    """A county, a township desk, two laptops of V1, one of V2: enrolled, the delegations sent and taken in. Keys come from one seed."""
    clock = FixedClock(START)

    def rand(n: int) -> Any:
        return random.Random(20261122 + n).randbytes

    base.mkdir(parents=True, exist_ok=True)
    grants = base / "grants"
    grants.mkdir()
    for name in NAMES:
        (base / name).mkdir()
    with state_at(base / "C" / "state"):
        root = init_county(
            base / "C" / "ws", InitCounty(COUNTY, "测试县", "周敏", base / "root", "floor"), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=rand(1))
    for n, (name, villages) in enumerate(LAPTOPS.items(), 2):
        with state_at(base / name / "state"):
            setup.init_village(base / name / "ws", setup.InitVillage(villages, "石桥村", "陈秀兰", kdf="floor"), PASSPHRASE, clock=clock, rand=rand(n))
    with state_at(base / "T" / "state"):
        setup.init_village(
            base / "T" / "ws", setup.InitVillage((), "青石镇", "刘芳", kdf="floor", role="township", area=TOWN), PASSPHRASE, clock=clock, rand=rand(9))
    vaults = {name: Vault.unlock(base / name / "ws", PASSPHRASE) for name in NAMES}
    machines = {name: Machine(name, base / name, vaults[name], Ticking(clock), random.Random(n)) for n, name in enumerate(NAMES)}
    county, town = machines["C"], machines["T"]
    (base / "before").mkdir()
    for name in (*LAPTOPS, "C"):
        machines[name].copy_to(base / "before" / name)
    with county.here():
        parameters.set_local(county.session, parameters.SetLocal("delegations", DELEGATED, "2026-01-01"))
        enrolment.enrol_device(
            county.session, enrolment.EnrolDevice(
                setup.device_code(town.session).code, (), "刘芳", grants / "T.xieli", "township", TOWN, base / "root"), root_passphrase=ROOT_PASSPHRASE)
        for name, villages in LAPTOPS.items():
            enrolment.enrol_device(
                county.session, enrolment.EnrolDevice(setup.device_code(machines[name].session).code, villages, "陈秀兰", grants / f"{name}.xieli"))
    for name in ("T", *LAPTOPS):
        with machines[name].here():
            setup.enrol(machines[name].session, grants / f"{name}.xieli", root.root_fingerprint)
    with county.here():
        files = [Path(one.path) for one in send.send(county.session, grants)]
    for name in ("T", *LAPTOPS):
        with machines[name].here():
            exchange.take_in(machines[name].session, files)
    for machine in machines.values():
        machine.close()
    return Template(base, vaults, root.root_fingerprint, clock.now())


def machines_of(template: Template, base: Path, seed: int, clock: FixedClock, names: Sequence[str] = NAMES) -> dict[str, Machine]:
    """Fresh copies of the machines, opened."""
    found = {}
    for n, name in enumerate(names):
        shutil.copytree(template.folder / name, base / name)
        found[name] = Machine(name, base / name, template.vaults[name], Ticking(clock), random.Random(seed * 31 + n))
    return found


@contextmanager
def scratch(*, memory: bool) -> Iterator[Path]:
    """A folder for one history, taken away afterwards."""
    with tempfile.TemporaryDirectory(prefix="xieli-machine-", dir=memory_folder() if memory else None) as folder:
        yield Path(folder)
