"""A county, a township and a village laptop, made once and copied for each test; the officers at work on them."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from basekit import state_at
from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, households, record_visit, setup, start_application
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import enrolment, intake, parameters, send
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.domain.clock import TZ, FixedClock
from xieli_tui.store import queries
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import OpenVault, Vault

PASSPHRASE = "1111 2222 3333 4444"
VILLAGE = "999999001001"
START = dt.datetime(2026, 12, 28, 9, 0, tzinfo=TZ)
ROOT_PASSPHRASE = "9999 8888 7777 6666"
TOWN = "999999001"
DELEGATED = '[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]'
DESKS = ("county", "township", "village")


def seeded(seed: int) -> Callable[[int], bytes]:
    """n -> n bytes, the same every run."""
    print(f"seed={seed}")
    return random.Random(seed).randbytes


@dataclass(frozen=True, slots=True)
class Made:
    """Three workspaces as their first day left them: enrolled, the delegations home, nothing else."""

    folder: Path
    vaults: dict[str, OpenVault]
    root_fingerprint: str
    root_dir: Path


@dataclass
class Office:
    """The desks of one test, and the stick between them."""

    county: Session
    township: Session
    village: Session
    stick: Path
    clock: FixedClock
    root_fingerprint: str
    root_dir: Path
    sessions: list[Session] = field(default_factory=list)

    def household(self, head: str = "石守田", session: Session | None = None) -> str:
        """A household of one, by hand."""
        return households.add_household(session or self.village, households.AddHousehold(head, {"group": "一组"})).id

    def application(self, *kinds: str, emergency: bool = False, household: str | None = None, head: str = "石守田") -> str:
        """An application handed over by the village; the tick keeps every id in order of time."""
        self.clock.tick(minutes=1)
        home = household or self.household(head)
        app = start_application.start_application(
            self.village, start_application.StartApplication(home, kinds or ("dibao",), emergency=emergency, reason="测试")).id
        papers.entrust(self.village, papers.Entrust(app, head))
        papers.hand_over(self.village, app)
        return app

    def up(self, *, to: Session | None = None) -> list[Path]:
        """Export, and import at the county (or the desk named); the files laid down."""
        self.clock.tick(minutes=1)
        files = [Path(f.path) for f in exchange.export(self.village, self.stick, with_backup=False).files]
        outcomes = intake.import_files(to or self.county, files)
        assert all(o.status in ("imported", "parked") for o in outcomes), outcomes
        return files

    def down(self, *, lose: bool = False) -> list[Path]:
        """Send home and take in (or lose the stick); the files laid down."""
        self.clock.tick(minutes=1)
        files = [Path(f.path) for f in send.send(self.county, self.stick, device=self.village.dev)]
        if not lose:
            outcomes = exchange.take_in(self.village, files)
            assert all(o.status == "imported" for o in outcomes), outcomes
        return files


def _at_work(clock: FixedClock, base: Path) -> Made:
    made = init_county(
        base / "county", InitCounty("999999", "测试县", "周敏", base / "root", "floor"), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(1))
    setup.init_village(base / "village", setup.InitVillage((VILLAGE,), "石桥村", "陈秀兰", kdf="floor"), PASSPHRASE, clock=clock, rand=seeded(2))
    setup.init_village(
        base / "township", setup.InitVillage((), "青石镇", "刘芳", kdf="floor", role="township", area=TOWN), PASSPHRASE, clock=clock, rand=seeded(3))
    vaults = {name: Vault.unlock(base / name, PASSPHRASE) for name in DESKS}
    county, township, village = (_open(base / name, vaults[name], clock, seeded(n)) for n, name in enumerate(DESKS, 4))
    (base / "grants").mkdir()
    parameters.set_local(county, parameters.SetLocal("delegations", DELEGATED, "2026-01-01"))
    enrolment.enrol_device(
        county, enrolment.EnrolDevice(setup.device_code(township).code, (), "刘芳", base / "grants" / "t.xieli", "township", TOWN, base / "root"),
        root_passphrase=ROOT_PASSPHRASE)
    setup.enrol(township, base / "grants" / "t.xieli", made.root_fingerprint)
    enrolment.enrol_device(county, enrolment.EnrolDevice(
        setup.device_code(village).code, (VILLAGE,), "陈秀兰", base / "grants" / "v.xieli", names={VILLAGE: "石桥村"}))
    setup.enrol(village, base / "grants" / "v.xieli", made.root_fingerprint)
    (base / "stick").mkdir()
    exchange.take_in(township, [Path(f.path) for f in send.send(county, base / "stick", device=township.dev)])
    for session in (county, township, village):
        session.close()
    return Made(base, vaults, made.root_fingerprint, base / "root")


def _open(folder: Path, vault: OpenVault, clock: FixedClock, rand: Callable[[int], bytes]) -> Session:
    return attach(folder, rooms.load_profile(folder), replace(vault, dek=bytearray(vault.dek)), clock=clock, rand=rand, where="cli")


def made_at(base: Path) -> Made:
    """County, township and village on their first day, in a folder (a test takes the fixture `made`)."""
    base.mkdir(parents=True, exist_ok=True)
    with state_at(base / "state"):
        return _at_work(FixedClock(START), base)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made_at(tmp_path_factory.mktemp("desks"))


@pytest.fixture
def office(made: Made, tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    """Open desks over copies of their own."""
    for name in (*DESKS, "state"):
        shutil.copytree(made.folder / name, tmp_path / name, dirs_exist_ok=True)
    stick = tmp_path / "stick"
    stick.mkdir()
    clock.tick(hours=1)
    sessions = [_open(tmp_path / name, made.vaults[name], clock, seeded(n)) for n, name in enumerate(DESKS, 14)]
    yield Office(*sessions, stick, clock, made.root_fingerprint, made.root_dir)
    for session in sessions:
        session.close()


def visit(session: Session, home: str, note: str = "在家") -> int:
    """A routine visit; its line."""
    return record_visit.record_visit(session, record_visit.RecordVisit(home, "self", note=note)).seq


def notes(session: Session) -> list[str]:
    """What the visits held here say."""
    with session.reading() as tx:
        return sorted(one.note for one in queries.visits(tx))


def lay(session: Session, stick: Path) -> list[Path]:
    """The files an export lays down."""
    return [Path(f.path) for f in exchange.export(session, stick, with_backup=False).files]
