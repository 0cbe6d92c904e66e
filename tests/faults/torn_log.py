"""The write-ahead log of the store cut or altered, the store and every file beside it with one bit flipped: `python tests/faults/torn_log.py 400 [--seed S]`.

Rules kept here
- the log is that of a process that was killed in the middle of its work, so every line still lies in it; 400 = so many cuts and so many flips of it, half as many
  flips of the store, a quarter as many of each file beside it;
- after a cut or a flipped bit the store opens as a consistent prefix of what was written, its rows those of a moment that was acknowledged, or refuses with its
  code; nothing in between, no traceback;
- where what was cut away had left the machine already, the laptop goes on in a new epoch, and the county ends with everything that was ever exported;
- a flipped bit of the store is always found: by opening it, by reading it, at the latest by what `doctor` does; what is shown until then is what was written;
- a flipped bit of the keys, the profile or the marks is refused with its code, or changes nothing but that a new epoch begins.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faultkit import PASSPHRASE, VILLAGE, Made, Place, bundles, forked, homes, lines_of, made_at, sound, take

from xieli_tui.casework import exchange, households
from xieli_tui.casework.session import Session, open_session
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.errors import Damaged, XieliError
from xieli_tui.store import engine as engines
from xieli_tui.store import rebuild
from xieli_tui.store import workspace as rooms
from xieli_tui.store.store import Store

WRITES = 14


class Log:
    """A village whose process was killed: its store, the log with everything in it, what it had exported."""

    def __init__(self, made: Made, base: Path, seed: int) -> None:
        self.made, self.base = made, base
        self.place = Place.copy(made, made.folder, base / "killed")
        with self.place.open("village", seed) as village:
            self.families = homes(village, 4, seed)
            self.before = lines_of(village, village.dev)
        states = base / "states.jsonl"

        def work() -> int:
            session = self.place.open("village", seed + 1)

            def acknowledged() -> None:
                with session.reading() as tx, states.open("a") as out:
                    out.write(json.dumps(rebuild.digests(tx), sort_keys=True) + "\n")

            acknowledged()
            for at in range(WRITES):
                session.record(VisitRecorded(village=VILLAGE, household=self.families[at % 4], visit=session.new_id(), on="2026-12-28", met="self", note=f"第{at}回"))
                acknowledged()
                if at == WRITES // 2:
                    exchange.export(session, self.place.stick, with_backup=False)
                    acknowledged()
            return 0

        states.write_text(json.dumps(self.rows(self.place)) + "\n")
        code = os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1])
        assert code == 0, code
        self.states = [json.loads(line) for line in states.read_text().splitlines()]
        self.size = self.file(self.place, "-wal").stat().st_size
        assert self.size > 32
        copy = self.copy("whole")
        with copy.open("village", seed + 2) as village:
            self.all = lines_of(village, village.dev)
        shutil.rmtree(copy.folder)
        assert len(self.all) == len(self.before) + WRITES

    def rows(self, place: Place) -> dict[str, str]:
        """What the tables hold, before anybody opens the workspace and writes that he did."""
        engine = engines.make_engine(self.file(place), self.made.vaults["village"].store_key())
        try:
            with Store(engine, self.made.vaults["village"].dev, "", "village", random.Random(0).randbytes).read() as tx:
                return rebuild.digests(tx)
        finally:
            engine.dispose()

    def rows_or_refused(self, place: Place) -> dict[str, str] | None:
        """The same; None when the file is refused as damaged."""
        try:
            return self.rows(place)
        except Damaged:
            return None

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
        rows = self.rows_or_refused(place)
        assert rows is None or rows in self.states, "rows of no moment that was acknowledged"
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

    def shown(self, place: Place) -> tuple[str, list[str]]:
        """What a person gets to see of a workspace, `!` for what is refused; how the first refusal came about."""
        session, _code = self.opened(place, 9)
        if session is None:
            return "at opening", []
        out = []
        with session:
            verbs = [lambda home=home: (households.show(session, home), households.timeline(session, home)) for home in self.families]
            for look in (lambda: list(households.list_households(session)), *verbs, lambda: exchange.status(session), lambda: sorted(lines_of(session, session.dev).items())):
                try:
                    out.append(repr(look()))
                except Damaged:
                    out.append("!")
        return "while reading" if "!" in out else "", out

    def closed(self, name: str) -> Place:
        """A copy whose log is taken in: everything lies in the main file."""
        place = self.copy(name)
        with place.open("village", 8):
            pass
        return place

    def truth(self) -> list[str]:
        """What is shown when nothing is damaged."""
        place = self.closed("truth")
        _when, seen = self.shown(place)
        shutil.rmtree(place.folder)
        return seen

    def main_file(self, at: int, bit: int, truth: list[str]) -> str:
        """One bit of a closed store is another: by what it is found; "MISSED" when by nothing."""
        place = self.closed("main")
        store = self.file(place)
        self._flip(store, at % store.stat().st_size, bit)
        flipped = store.read_bytes()
        when, seen = self.shown(place)
        wrong = [one for one, true in zip(seen, truth, strict=False) if one not in ("!", true)]
        assert not wrong, f"shown, though it was never written: {wrong[0][:300]}"
        store.write_bytes(flipped)  # what opening wrote meanwhile would be another file than the damaged one
        for ending in ("-wal", "-shm"):
            self.file(place, ending).unlink(missing_ok=True)
        try:
            found = bool(engines.integrity(store, self.made.vaults["village"].store_key()))
        except Damaged:
            found = True
        shutil.rmtree(place.folder)
        return (when or "by doctor alone") if found else "MISSED"

    def beside(self) -> list[str]:
        """Every small file of the workspace and of its state folder."""
        stores = {rooms.STORE, f"{rooms.STORE}-wal", f"{rooms.STORE}-shm"}
        return [f"{folder}/{path.name}" for folder in ("village", "state") for path in sorted((self.place.folder / folder).iterdir()) if path.is_file() and path.name not in stores
                and (folder == "village" or self.made.vaults["village"].dev in path.name)]

    def file_beside(self, name: str, at: int, bit: int, truth: list[str]) -> str:
        """One bit of a file beside the store is another: the code it is refused with, or what went on."""
        place = self.closed("beside")
        epoch = lines_of_epoch(place)
        path = place.folder / name
        self._flip(path, at % path.stat().st_size, bit)
        try:
            session = open_session(place.folder / "village", PASSPHRASE, clock=place.clock, rand=random.Random(9).randbytes)
        except XieliError as error:
            shutil.rmtree(place.folder)
            return error.code
        with session:
            said = "as before" if session.ep == epoch else "a new epoch"
            assert repr(list(households.list_households(session))) == truth[0], f"{name}: other families are shown"
            assert (session.profile.kind, session.profile.villages) == ("village", (VILLAGE,)), f"{name}: another desk"
            sound(session, replay=False)
        shutil.rmtree(place.folder)
        return said

    @staticmethod
    def _flip(path: Path, at: int, bit: int) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            was = file.read(1)[0]
            file.seek(at)
            file.write(bytes([was ^ (1 << bit)]))


def lines_of_epoch(place: Place) -> str:
    """The epoch this village writes in."""
    with place.open("village", 8) as village:
        return village.ep


def tried(log: Log, count: int, seed: int, *, every: int) -> dict[str, Counter[str]]:
    """So many cuts and flips of the log, half as many of the main file, a quarter as many of each file beside it; after one in `every` the work goes on to the county."""
    rnd = random.Random(seed)
    said: dict[str, Counter[str]] = {"cut": Counter(), "flipped": Counter(), "main file": Counter()}
    for turn in range(count):
        said["cut"][log.cut(rnd.randrange(log.size), seed, whole=turn % every == 0)] += 1
        said["flipped"][log.flipped(rnd.randrange(log.size), rnd.randrange(8), seed, whole=turn % every == 1)] += 1
    truth = log.truth()
    for _ in range((count + 1) // 2):
        said["main file"][log.main_file(rnd.randrange(1 << 30), rnd.randrange(8), truth)] += 1
    for name in log.beside():
        kind = Path(name).suffix if name.startswith("state/") else Path(name).name
        said[kind] = Counter(log.file_beside(name, rnd.randrange(1 << 30), rnd.randrange(8), truth) for _ in range(count // 4))
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
        print(f"{kind}: {sum(each.values())} tried, {dict(sorted(each.items()))}")
    print(f"{time.perf_counter() - began:.0f} s")
    return 1 if said["main file"]["MISSED"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
