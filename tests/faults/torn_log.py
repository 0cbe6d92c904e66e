"""The write-ahead log of the store cut or altered: `python tests/faults/torn_log.py 400 [--seed S]`, so many of each kind.

Rules kept here
- the log is that of a process that was killed in the middle of its work, so every line still lies in it;
- after a cut or a flipped bit the store opens as a consistent prefix of what was written, or refuses with its code; nothing in between, no traceback;
- where what was cut away had left the machine already, the laptop goes on in a new epoch, and the county ends with everything that was ever exported;
- a flipped bit of the main file is always found.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faultkit import VILLAGE, Made, Place, bundles, forked, homes, lines_of, made_at, sound, take

from xieli_tui.casework import exchange
from xieli_tui.casework.session import Session
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.errors import Damaged, XieliError
from xieli_tui.store import engine as engines
from xieli_tui.store import workspace as rooms

WRITES = 14


class Log:
    """A village whose process was killed: its store, the log with everything in it, what it had exported."""

    def __init__(self, made: Made, base: Path, seed: int) -> None:
        self.made, self.base = made, base
        self.place = Place.copy(made, made.folder, base / "killed")
        with self.place.open("village", seed) as village:
            self.families = homes(village, 4, seed)
            self.before = lines_of(village, village.dev)

        def work() -> int:
            session = self.place.open("village", seed + 1)
            for at in range(WRITES):
                session.record(VisitRecorded(village=VILLAGE, household=self.families[at % 4], visit=session.new_id(), on="2026-12-28", met="self", note=f"第{at}回"))
                if at == WRITES // 2:
                    exchange.export(session, self.place.stick, with_backup=False)
            return 0

        code = os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1])
        assert code == 0, code
        self.size = self.file(self.place, "-wal").stat().st_size
        assert self.size > 32
        copy = self.copy("whole")
        with copy.open("village", seed + 2) as village:
            self.all = lines_of(village, village.dev)
        shutil.rmtree(copy.folder)
        assert len(self.all) == len(self.before) + WRITES

    @staticmethod
    def file(place: Place, ending: str = "") -> Path:
        return place.folder / "village" / f"{rooms.STORE}{ending}"

    def copy(self, name: str) -> Place:
        place = Place.copy(self.made, self.place.folder, self.base / name, ("village", "county"))
        for path in self.place.stick.iterdir():
            shutil.copy(path, place.stick / path.name)
        self.file(place, "-shm").unlink(missing_ok=True)
        return place

    def opened(self, place: Place, seed: int) -> tuple[Session | None, str]:
        """The workspace as she opens it the next morning, or the code she sees."""
        try:
            return place.open("village", seed), ""
        except XieliError as error:
            return None, error.code

    def judged(self, place: Place, seed: int, *, whole: bool) -> str:
        """`all`, `a prefix`, or the code of a refusal; anything else is an assertion."""
        session, code = self.opened(place, seed)
        if session is None:
            assert code == "XL-L06", code
            return code
        with session:
            held = lines_of(session, session.dev)
            old = {key: digest for key, digest in held.items() if key in self.all}
            assert old.items() <= self.all.items(), "a line is another one than was written"
            assert len(old) == max((seq for _, seq in old), default=0), "no prefix"
            assert self.before.items() <= old.items(), "what stood in the main file is gone"
            sound(session, replay=whole)
            if whole:
                self._goes_on(session, place)
        return "all" if len(old) == len(self.all) else "a prefix"

    def _goes_on(self, session: Session, place: Place) -> None:
        """What was exported before, and what is written now, ends at the county; nothing is frozen."""
        session.record(VisitRecorded(village=VILLAGE, household=self.families[0], visit=session.new_id(), on="2026-12-28", met="self", note="第二天"))
        exchange.export(session, place.stick, with_backup=False)
        mine = lines_of(session, session.dev)
        with place.open("county") as county:
            for path in bundles(place.stick):
                result = take(county, path)
                assert result.status in ("imported", "duplicate"), (path.name, result)
            there = lines_of(county, session.dev)
            assert mine.items() <= there.items()
            sound(county)

    def cut(self, at: int, seed: int, *, whole: bool) -> str:
        """The log ends after so many bytes."""
        place = self.copy("cut")
        os.truncate(self.file(place, "-wal"), at)
        said = self.judged(place, seed, whole=whole)
        shutil.rmtree(place.folder)
        return said

    def flipped(self, at: int, bit: int, seed: int, *, whole: bool) -> str:
        """One bit of the log is another."""
        place = self.copy("flipped")
        self._flip(self.file(place, "-wal"), at, bit)
        said = self.judged(place, seed, whole=whole)
        shutil.rmtree(place.folder)
        return said

    def main_file(self, at: int, bit: int) -> bool:
        """One bit of a closed store is another: whether it is found."""
        place = self.copy("main")
        with place.open("village"):
            pass
        store = self.file(place)
        self._flip(store, at % store.stat().st_size, bit)
        try:
            found = bool(engines.integrity(store, self.made.vaults["village"].store_key()))
        except Damaged:
            found = True
        shutil.rmtree(place.folder)
        return found

    @staticmethod
    def _flip(path: Path, at: int, bit: int) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            was = file.read(1)[0]
            file.seek(at)
            file.write(bytes([was ^ (1 << bit)]))


def tried(log: Log, count: int, seed: int, *, every: int) -> dict[str, Counter[str]]:
    """So many cuts, flips of the log and flips of the main file; after one in `every` the work goes on to the county."""
    rnd = random.Random(seed)
    said: dict[str, Counter[str]] = {"cut": Counter(), "flipped": Counter(), "main file": Counter()}
    for turn in range(count):
        said["cut"][log.cut(rnd.randrange(log.size), seed, whole=turn % every == 0)] += 1
        said["flipped"][log.flipped(rnd.randrange(log.size), rnd.randrange(8), seed, whole=turn % every == 1)] += 1
        said["main file"]["found" if log.main_file(rnd.randrange(1 << 30), rnd.randrange(8)) else "MISSED"] += 1
    return said


def main(argv: list[str] | None = None) -> int:
    """So many of each; 0 when every one was a prefix or a clear refusal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=400)
    parser.add_argument("--seed", type=int, default=20261228)
    given = parser.parse_args(argv)
    print(f"seed={given.seed}")
    base, began = Path(tempfile.mkdtemp(prefix="xieli-log-")), time.perf_counter()
    try:
        said = tried(Log(made_at(base / "made"), base / "cases", given.seed), given.count, given.seed, every=10)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    for kind, each in said.items():
        print(f"{kind}: {dict(sorted(each.items()))}")
    print(f"{time.perf_counter() - began:.0f} s")
    return 1 if said["main file"]["MISSED"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
