"""A new key for a whole workspace, broken off at every fsync, rename and replace, in every way: the old passphrase opens everything or the new one does.

In full with every point and way: `python tests/faults/test_rekey.py`; CI draws some of them by the seed. Besides: another program at the store, damaged files.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest
from failpoints import DEATH, MODES, RAISING, Failpoints, Mode, Point
from faultkit import forked

from basekit import OPERATOR, PASSPHRASE, SEED, START, VILLAGE, seeded
from xieli_sync import recovery as wire
from xieli_tui.casework import doctor, drafts, households, recovery
from xieli_tui.casework.session import Session, attach
from xieli_tui.casework.setup import InitVillage, init_village
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, Refused, XieliError
from xieli_tui.store import keyfile, rebuild, rekey
from xieli_tui.store import recovery as slots
from xieli_tui.store import workspace as rooms
from xieli_tui.store.engine import integrity
from xieli_tui.store.vault import Vault

NEW = "5555 6666 7777 8888"
IN_CI = 8
KILLS = 60
"""Of the run in full: the change killed with -9 at random moments, besides every point in every way."""


@dataclass(frozen=True)
class Begun:
    """A laptop with a family, a half-filled form, two officers, and a request that waits."""

    folder: Path
    officers: tuple[bytes, ...]
    digest: dict[str, str]
    home: str


def open_(folder: Path, passphrase: str) -> Session:
    return attach(folder, rooms.load_profile(folder), Vault.unlock(folder, passphrase), clock=FixedClock(START), rand=seeded(3), where="cli")


def begin(base: Path) -> Begun:
    os.environ["XIELI_STATE"] = str(base / "state")
    folder = base / "w"
    init_village(folder, InitVillage((VILLAGE,), "石桥村", OPERATOR, kdf="floor"), PASSPHRASE, clock=FixedClock(START), rand=seeded(SEED))
    keys = [wire.OfficerKey.generate(seeded(SEED + at)) for at in (1, 2)]
    with open_(folder, PASSPHRASE) as session:
        home = households.add_household(session, households.AddHousehold("石守田", {"group": "一组"})).id
        drafts.save_draft(session, "visit", home, {"note": "没写完的"})
        with session.reading() as tx:
            digest = rebuild.digests(tx)
    slots.follow(folder, Vault.unlock(folder, PASSPHRASE), [key.enc_pub for key in keys], seeded(SEED))
    _, waiting = slots.make(folder, "", seeded(SEED))
    slots.keep(folder, waiting)
    return Begun(folder, tuple(key.enc_pub for key in keys), digest, home)


def change(begun: Begun, folder: Path) -> None:
    """What `finish` does once the answers are joined."""
    old = Vault.unlock(folder, PASSPHRASE)
    rekey.rekey(folder, old, old.operator, NEW, begun.officers, {slots.FINISHED: "ab" * 32}, kdf="floor", rand=seeded(7))


def whole(begun: Begun, folder: Path) -> str:
    """Exactly one of the two passphrases opens, and everything is there; which one."""
    opened = []
    assert len(slots.pairs_in(keyfile.read(folder))) == 1
    for passphrase in (PASSPHRASE, NEW):
        (folder / "log" / "unlock.json").unlink(missing_ok=True)
        try:
            session = open_(folder, passphrase)
        except Locked:
            continue
        with session:
            opened.append(passphrase)
            with session.reading() as tx:
                assert rebuild.digests(tx) == begun.digest
            found = drafts.load_draft(session, "visit", begun.home)
            assert found is not None
            assert found.data["note"] == "没写完的"
            assert session.dev == keyfile.read(folder)["dev"]
            key = session.vault.store_key()
        assert integrity(folder / "store.db", key) == []
    assert len(opened) == 1, opened
    assert not list(folder.glob("store.db.next*")), "nothing half-made stays after an opening"
    assert (folder / slots.PENDING).exists() == (opened[0] == PASSPHRASE), "the one-time key goes when it has served, not before"
    return opened[0]


def fresh(begun: Begun, base: Path) -> Path:
    folder = base / "w"
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(begun.folder, folder)
    shutil.copytree(begun.folder.parent / "state", base / "state")
    os.environ["XIELI_STATE"] = str(base / "state")
    return folder


def points(begun: Begun, base: Path) -> list[Point]:
    folder = fresh(begun, base)
    watched = Failpoints()
    with watched.watching():
        change(begun, folder)
    assert whole(begun, folder) == NEW
    return watched.passed


def broken(begun: Begun, point: Point, mode: Mode, base: Path) -> str:
    """The change broken off at one point; which passphrase opens then."""
    folder = fresh(begun, base)
    if mode in RAISING:
        with Failpoints().watching((point.number, mode)), pytest.raises(XieliError):
            change(begun, folder)
    else:

        def work() -> int:
            with Failpoints().watching((point.number, mode)):
                change(begun, folder)
            return 0

        assert os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1]) == DEATH
    return whole(begun, folder)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    before = os.environ.get("XIELI_STATE")
    yield begin(tmp_path_factory.mktemp("rekey"))
    if before is not None:
        os.environ["XIELI_STATE"] = before


@pytest.fixture
def folder(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "p" / "state"))
    return fresh(begun, tmp_path / "p")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that dies at a step is forked")
def test_broken_off_anywhere_the_old_passphrase_opens_everything_or_the_new_one_does(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    print(f"seed={SEED}")
    every = [(point, mode) for point in points(begun, tmp_path / "w") for mode in MODES]
    met = Counter(broken(begun, point, mode, tmp_path / "w") for point, mode in random.Random(SEED).sample(every, IN_CI))
    assert set(met) == {PASSPHRASE, NEW}, "points on both sides of the one rename that decides were tried"


def test_the_rename_of_the_key_file_is_what_decides(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    passed = points(begun, tmp_path / "w")
    [at] = [point for point in passed if (point.op, point.where) == ("replace", "*.json")]
    assert broken(begun, at, "dies before", tmp_path / "w") == PASSPHRASE
    assert broken(begun, at, "dies after", tmp_path / "w") == NEW
    after = passed[at.number + 1]
    assert after.op == "fsync"
    assert broken(begun, after, "dead disk", tmp_path / "w") == NEW, "the flush of a rename that is done fails: the new store is not thrown away"
    last = [point for point in passed if point.op == "replace"][-1]
    assert last.where == "*.db"
    assert broken(begun, last, "dead disk", tmp_path / "w") == NEW, "the next opening completes it"


def test_the_doctor_completes_it_instead_of_calling_it_damage(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    folder = fresh(begun, tmp_path / "w")
    with monkeypatch.context() as patch, pytest.raises(Refused):
        patch.setattr(os, "replace", lambda source, target, real=os.replace: real(source, target) if not str(target).endswith("store.db") else _dead())
        change(begun, folder)
    found = doctor.examine(folder, NEW, clock=FixedClock(START))
    assert found.integrity == "ok"
    assert any("换钥匙" in one.what for one in found.findings)
    assert whole(begun, folder) == NEW


def _dead() -> None:
    raise OSError(5, "dead disk")


def test_nobody_else_may_have_the_store_open(begun: Begun, folder: Path) -> None:
    with open_(folder, PASSPHRASE):
        with pytest.raises(Refused) as refused:
            change(begun, folder)
        assert refused.value.code == "XL-L17"
    change(begun, folder)
    with open_(folder, NEW):
        pass


def test_who_waited_for_the_old_store_writes_nothing_into_it(begun: Begun, folder: Path) -> None:
    """A program that had the old file open while it was replaced finds a store that a newer program wrote."""
    old = Vault.unlock(folder, PASSPHRASE)
    os.link(folder / "store.db", folder.parent / "old.db")
    change(begun, folder)
    raw = rekey.engines.connect(folder.parent / "old.db", old.store_key())
    try:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == rekey.SUPERSEDED
    finally:
        raw.close()


def test_a_passphrase_too_short_and_a_damaged_store_change_nothing(begun: Begun, folder: Path) -> None:
    old = Vault.unlock(folder, PASSPHRASE)
    with pytest.raises(Refused) as refused:
        rekey.rekey(folder, old, old.operator, "short", begun.officers, {}, kdf="floor")
    assert refused.value.code == "XL-V09"
    keys, store = (folder / "keys.json").read_bytes(), folder / "store.db"
    data = bytearray(store.read_bytes())
    data[len(data) // 2] ^= 1
    store.write_bytes(bytes(data))
    with pytest.raises(XieliError) as damaged:
        change(begun, folder)
    assert damaged.value.code == "XL-L06"
    assert (folder / "keys.json").read_bytes() == keys
    assert not (folder / rekey.NEXT).exists()


def test_a_store_being_changed_at_this_moment_waits_and_is_not_cleared_away(begun: Begun, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = rekey.OsLock(rooms.folder(folder, "log") / keyfile.LOCK)
    assert lock.take()
    (folder / rekey.NEXT).write_bytes(b"half")
    monkeypatch.setattr(keyfile, "PATIENCE", 2)
    with pytest.raises(Refused) as refused:
        open_(folder, PASSPHRASE)
    assert refused.value.code == "XL-L17"
    assert (folder / rekey.NEXT).exists()
    lock.release()
    assert whole(begun, folder) == PASSPHRASE


def test_who_read_the_old_key_file_takes_no_store_away_that_the_new_one_opens(begun: Begun, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    early, vault = Vault.unlock(folder, PASSPHRASE), Vault.unlock(folder, PASSPHRASE)

    def die(*_: object) -> bool:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(rekey, "_settle", die)
        with pytest.raises(SystemExit):
            rekey.rekey(folder, vault, "1", NEW, [], {}, kdf="floor")  # ends between the two renames
    with pytest.raises(Refused) as refused:
        attach(folder, rooms.load_profile(folder), early, clock=FixedClock(START), rand=seeded(3))
    assert refused.value.code == "XL-L17"
    open_(folder, NEW).close()


def test_joining_says_what_does_not_fit(folder: Path, begun: Begun) -> None:
    with pytest.raises(Refused) as refused:
        recovery.join(folder, [])
    assert refused.value.code == "XL-L15"
    slots.forget(folder)
    with pytest.raises(Refused) as refused:
        recovery.join(folder, [])
    assert refused.value.code == "XL-L16"


def killed(begun: Begun, base: Path, rand: random.Random, longest: float) -> str:
    """The change killed with -9 at a random moment; which passphrase opens then."""
    folder = fresh(begun, base)
    pid = forked(lambda: change(begun, folder) or 0)
    time.sleep(rand.uniform(0, longest))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return whole(begun, folder)


def everything(say: Callable[[str], None]) -> Counter[str]:
    """Every point in every way."""
    met: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as base:
        begun = begin(Path(base) / "made")
        passed = points(begun, Path(base) / "p")
        for point in passed:
            for mode in MODES:
                met["old" if broken(begun, point, mode, Path(base) / "p") == PASSPHRASE else "new"] += 1
            say(f"{point}: {dict(met)}")
        rand, began = random.Random(SEED), time.monotonic()
        change(begun, fresh(begun, Path(base) / "p"))
        longest = 1.5 * (time.monotonic() - began)
        for _ in range(KILLS):
            met["killed, old" if killed(begun, Path(base) / "p", rand, longest) == PASSPHRASE else "killed, new"] += 1
        say(str(dict(met)))
    return met


if __name__ == "__main__":
    from basekit import Remembered
    from xieli_tui.store import kdf

    kdf.Argon2id = Remembered  # type: ignore[assignment,misc]
    print(f"seed={SEED}")
    print(dict(everything(print)))
