"""What the fault tests share: a county, a township and a village with work in them, the commands as processes of their own, and what must hold afterwards.

Rules kept here
- nothing is mocked: real workspaces, real files, the commands of the product;
- what is compared at the end is every row a desk shows (the digests of all projection tables), against a desk to which nothing happened;
- what must hold after any failure is one function, `sound`: chain whole, rows equal to a replay, file of the store without a fault.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
for room in (HERE.parent, HERE.parent / "desk"):
    if str(room) not in sys.path:
        sys.path.append(str(room))

from desk_office import DESKS, PASSPHRASE, START, VILLAGE, Made  # noqa: E402
from desk_office import made_at as made_at  # noqa: E402

from xieli_sync import container, outbox, seal  # noqa: E402
from xieli_sync.errors import SyncError  # noqa: E402
from xieli_sync.event import ZERO, chain_hash  # noqa: E402
from xieli_sync.inbox import Result, import_bundle  # noqa: E402
from xieli_tui.casework import road  # noqa: E402
from xieli_tui.casework.session import Session, attach  # noqa: E402
from xieli_tui.domain.clock import FixedClock, millis, uuid7  # noqa: E402
from xieli_tui.domain.events.household import HouseholdOpened  # noqa: E402
from xieli_tui.domain.events.work import VisitRecorded  # noqa: E402
from xieli_tui.store import chains, journal, rebuild  # noqa: E402
from xieli_tui.store import engine as engines  # noqa: E402
from xieli_tui.store import workspace as rooms  # noqa: E402
from xieli_tui.store.importing import StoreDesk  # noqa: E402

NOW = "2026-12-29T09:00:00+08:00"
COMMAND = (sys.executable, "-c", "from xieli_tui.cli.main import run; run()")


@dataclass
class Place:
    """Copies of the workspaces in one folder, their state folder and a stick; `open` gives a session over one of them."""

    made: Made
    folder: Path
    clock: FixedClock

    @classmethod
    def copy(cls, made: Made, source: Path, folder: Path, desks: Iterable[str] = DESKS) -> Place:
        """A place of its own: the workspaces named, and the state folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*desks, "state"):
            shutil.copytree(source / name, folder / name)
        (folder / "stick").mkdir(exist_ok=True)
        return cls(made, folder, FixedClock(START))

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def open(self, name: str, seed: int = 1) -> Session:
        """A session without the wait of Argon2id, its continuity proven as at any start. The state folder is the place's own from here on."""
        os.environ["XIELI_STATE"] = str(self.state)
        vault = self.made.vaults[name]
        folder = self.folder / name
        return attach(folder, rooms.load_profile(folder), replace(vault, dek=bytearray(vault.dek)), clock=self.clock, rand=random.Random(seed).randbytes, where="cli")


def homes(session: Session, count: int, seed: int) -> list[str]:
    """Families of the village, opened in one transaction."""
    rnd = random.Random(seed)
    ms = millis(session.clock.now())
    made = [uuid7(ms, rnd.randbytes) for _ in range(count)]
    session.record(*(HouseholdOpened(village=VILLAGE, household=one, fields={"number": f"{at:04d}", "group": f"{at % 8 + 1}组"}) for at, one in enumerate(made)))
    return made


def visits(session: Session, families: Sequence[str], count: int, seed: int) -> None:
    """Visits, five hundred to a transaction."""
    rnd = random.Random(seed)
    ms = millis(session.clock.now())
    for start in range(0, count, 500):
        session.record(*(
            VisitRecorded(
                village=VILLAGE, household=rnd.choice(families), visit=uuid7(ms + at, rnd.randbytes), on=f"2026-{rnd.randint(1, 11):02d}-{rnd.randint(1, 28):02d}",
                met=rnd.choice(["self", "family", "neighbour", "none"]), marks={"economy": rnd.randint(1, 3), "health": rnd.randint(1, 3)}, note=f"第{at}回，见到本人。",
            )
            for at in range(start, min(start + 500, count))
        ))


def slice_file(session: Session, folder: Path, first: int, last: int) -> Path:
    """A bundle of a piece of the own chain, as an export of an earlier day laid it down."""
    with session.reading() as tx:
        grant = road.require_grant(session, tx)
        lines = journal.lines(tx, session.dev, session.ep, first, last)
        prev = journal.lines(tx, session.dev, session.ep, first - 1, first - 1)[0].hash if first > 1 else ZERO
    core = {
        "net": grant.net, "kind": "changes", "bid": session.rand(16).hex(), "dev": session.dev, "ep": session.ep, "first": first, "last": last, "prev": prev,
        "head": lines[-1].hash, "cert": [dict(cert) for cert in grant.certs],
    }
    data = seal.seal(core, [line.line for line in lines], session.keys, grant.recipients, session.rand)
    return outbox.write_bundle(folder, outbox.file_name(core), data).path


def rows(session: Session) -> dict[str, str]:
    """Digest of every projection table."""
    with session.reading() as tx:
        return rebuild.digests(tx)


def lines_of(session: Session, dev: str) -> dict[tuple[str, int], str]:
    """(epoch, seq) -> hash of every line of a device held here."""
    with session.reading() as tx:
        return {(str(ep), int(seq)): bytes(digest).hex() if isinstance(digest, bytes) else str(digest) for ep, seq, digest in tx.ask("SELECT ep, seq, hash FROM journal WHERE dev=?", (dev,))}


def sound(session: Session, *, replay: bool = True) -> None:
    """What holds after any failure: every chain whole from its first line to its head, no fault in the file, and (what takes longest) rows equal to a replay."""
    with session.reading() as tx:
        for dev, ep in tx.ask("SELECT DISTINCT dev, ep FROM journal"):
            last, head = journal.head(tx, dev, ep)
            found = journal.lines(tx, dev, ep, 1, last)
            assert [line.seq for line in found] == list(range(1, last + 1)), f"chain {ep} is not whole"
            before = ZERO
            for line in found:
                before = chain_hash(before, line.line)
                assert before == line.hash, f"chain {ep} breaks at {line.seq}"
            assert before == head
        assert [row for row in chains.alarms(tx) if row[0] in ("XL-C02", "XL-C04")] == []
    assert not replay or rebuild.rebuild(session.store)["equal"], "a replay gives other rows"
    key = session.vault.store_key()
    assert engines.integrity(rooms.store_path(session.workspace), key) == []


@dataclass(frozen=True)
class Stick:
    """What lies on a stick: bundles that are whole, parts, and anything else."""

    whole: tuple[Path, ...]
    parts: tuple[Path, ...]
    torn: tuple[Path, ...]


def stick(folder: Path) -> Stick:
    """Look at every file of a stick; a `*.xieli` that does not parse to its end is torn."""
    whole, parts, torn = [], [], []
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".part"):
            parts.append(path)
            continue
        try:
            good = container.parse(path.read_bytes()).trailer_ok and path.suffix == ".xieli"
        except SyncError:
            good = False
        (whole if good else torn).append(path)
    return Stick(tuple(whole), tuple(parts), tuple(torn))


def bundles(folder: Path) -> list[Path]:
    """The files of a stick a person would hand over: everything named as a bundle, whole or not."""
    return sorted(path for path in folder.iterdir() if path.suffix == ".xieli")


def take(session: Session, path: Path) -> Result:
    """One file through the importer, with what stopped it."""
    desk = StoreDesk(session.store, session.vault.decrypt_keys(), operator=session.operator, clock=session.clock)
    return import_bundle(path.read_bytes(), desk)


def environment(place: Path) -> dict[str, str]:
    """What a process of the product needs to work on a place, given its folder."""
    return {**os.environ, "XIELI_STATE": str(place / "state"), "XIELI_PASSPHRASE": PASSPHRASE, "XIELI_NOW": NOW, "PYTHONUTF8": "1"}


def forked(work: Callable[[], int]) -> int:
    """A child of this process that does the work and dies; its pid. Nothing of the parent's is closed or flushed in it."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        code = work()
    finally:
        os._exit(code)
