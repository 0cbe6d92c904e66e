"""Kill -9 of the real commands at random moments: `python tests/faults/kill_loop.py 60 60 --seed 1`.

Rules kept here
- the command is the product's own (`xieli sync export`, `xieli county import`, `xieli visit add --from-jsonl`) in a process of its own, killed with SIGKILL;
  the moment is drawn over the measured run time of that command, every second one over the part of it that comes after the start of the program;
- after each kill the same command runs to its end, and what it leaves is looked at; what was acknowledged before must still be there;
- at the end the county's rows are those of a county that took the same files in without a kill;
- the seed and every count are printed; a loss is an assertion, and the exit code is not 0.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faultkit import COMMAND, Made, Place, environment, forked, homes, lines_of, made_at, rows, slice_file, sound, stick, take, visits

from xieli_tui.casework.session import Session

Start = Callable[..., "Running"]
SPARE = 20
"""Turns besides the kills asked for: those in which the command was quicker."""


@dataclass
class Running:
    """A command at work."""

    pid: int
    wait: Callable[[], int]
    """Its exit code; negative for the signal that ended it."""

    def kill_after(self, seconds: float) -> bool:
        """SIGKILL after so many seconds; False when it was done before."""
        time.sleep(seconds)
        os.kill(self.pid, signal.SIGKILL)
        return self.wait() == -signal.SIGKILL


def by_exec(place: Path, *args: object, out: Path | None = None) -> Running:
    """The command as a user starts it."""
    stdout = subprocess.DEVNULL if out is None else out.open("w", encoding="utf-8")
    child = subprocess.Popen([*COMMAND, *map(str, args)], env=environment(place), stdout=stdout, stderr=subprocess.DEVNULL)
    if out is not None:
        stdout.close()  # type: ignore[union-attr]
    return Running(child.pid, child.wait)


def by_fork(place: Path, *args: object, out: Path | None = None) -> Running:
    """The same command in a child of this process: the program is loaded already, so nearly every kill meets the work itself."""

    def work() -> int:
        os.environ.update(environment(place))
        target = os.open(out or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(target, 1)
        os.dup2(sink, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        from xieli_tui.cli.main import main

        code = main([str(arg) for arg in args])
        sys.stdout.flush()
        return code

    pid = forked(work)
    return Running(pid, lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


@dataclass
class Tally:
    """What was counted. Everything under `lost` must be nought."""

    what: str
    kills: int = 0
    finished: int = 0
    """Killed too late: the command was done."""
    found: Counter[str] = field(default_factory=Counter)
    """What the kill left behind."""
    lost: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    run_time: float = 0.0

    def line(self) -> str:
        """One JSON line."""
        return json.dumps({
            "loop": self.what, "kills": self.kills, "finished_before": self.finished, "run_time_s": round(self.run_time, 3), "left_behind": dict(sorted(self.found.items())),
            "lost": {name: self.lost[name] for name in sorted(self.lost)}, "lost_in_all": sum(self.lost.values()), "seconds": round(self.seconds, 1),
        }, ensure_ascii=False)


def measured(start: Start, work: tuple[Path, tuple[object, ...]], idle: tuple[Path, tuple[object, ...]]) -> tuple[float, float]:
    """Seconds the command takes, and seconds a command takes that opens the workspace and does nothing: the kill must meet both."""
    place, args = work

    def seconds(where: Path, asked: tuple[object, ...]) -> float:
        began = time.perf_counter()
        assert start(where, *asked).wait() == 0, asked
        return time.perf_counter() - began

    whole = seconds(place, args)
    return whole, min(seconds(*idle), whole)


def moment(rnd: random.Random, at: int, whole: float, idle: float) -> float:
    """When to kill: over the whole run, as long as it took last, every second time over its later part."""
    return rnd.uniform(0.0, whole) if at % 2 else rnd.uniform(min(0.7 * idle, 0.7 * whole), whole)


def turns(tally: Tally, kills: int) -> Iterator[int]:
    """Numbers of turns until so many kills met their command at work; some come too late, a few more turns than kills are allowed for."""
    for at in range(kills + SPARE):
        if tally.kills == kills:
            return
        yield at


def export_loop(made: Made, base: Path, kills: int, seed: int, start: Start, load: int = 3000) -> Tally:
    """Kill `xieli sync export`. Between the kills work goes on: each acknowledged visit must be on the last stick."""
    rnd, began = random.Random(seed), time.perf_counter()
    tally = Tally("sync export")
    place = Place.copy(made, made.folder, base / "export")
    with place.open("village", seed) as village:
        families = homes(village, 20, seed)
        visits(village, families, load, seed + 1)
    where, args = place.folder, ("sync", "export", "-w", place.folder / "village", "--to", place.stick)
    tally.run_time, idle = measured(start, (where, args), (where, ("sync", "status", "-w", place.folder / "village")))
    now = tally.run_time
    acknowledged: dict[tuple[str, int], str] = {}
    for at in turns(tally, kills):
        before, copies = set(place.stick.iterdir()), set((place.folder / "village" / "backups").iterdir())
        with place.open("village", seed + at + 2) as village:
            visits(village, families, 1, seed + at + 2)
            acknowledged.update(lines_of(village, village.dev))
        if start(where, *args).kill_after(moment(rnd, at, now, idle)):
            tally.kills += 1
        else:
            tally.finished += 1
        seen = stick(place.stick)
        fresh = set(place.stick.iterdir()) - before
        tally.found["a whole file" if fresh & set(seen.whole) else "a part" if fresh else "nothing"] += 1
        tally.found["a backup in the making"] += any(path.name.endswith(".part") for path in set((place.folder / "village" / "backups").iterdir()) - copies)
        tally.lost["torn files on the stick"] += len(seen.torn)
        again = time.perf_counter()
        tally.lost["runs after the kill that did not complete"] += start(where, *args).wait() != 0
        now = (now + time.perf_counter() - again) / 2
        with place.open("village", 1) as village:
            held = lines_of(village, village.dev)
            tally.lost["acknowledged lines"] += sum(held.get(key) != digest for key, digest in acknowledged.items())
            if at % 20 == 19 or tally.kills == kills:
                sound(village)
    seen = stick(place.stick)
    tally.lost["torn files on the stick"] += len(seen.torn)
    tally.lost["old copies that are not whole"] += sum(not (path / "store.db").is_file() for path in (place.folder / "village" / "backups").iterdir() if not path.name.endswith(".part"))
    fair = Place.copy(made, made.folder, base / "export-fair", ("county",))
    newest = max(seen.whole, key=lambda path: (int(path.name.split("-")[3]), path.stat().st_mtime_ns))
    with place.open("county") as county, fair.open("county") as other:
        order = list(seen.whole)
        rnd.shuffle(order)
        tally.lost["files the county does not take"] += sum(take(county, path).status not in ("imported", "duplicate") for path in order)
        assert take(other, newest).status == "imported"
        tally.lost["tables that differ at the county"] += differing(county, other)
        there = lines_of(county, village_of(made))
        tally.lost["acknowledged lines not at the county"] += sum(there.get(key) != digest for key, digest in acknowledged.items())
        sound(county)
    tally.seconds = time.perf_counter() - began
    return tally


def differing(one: Session, other: Session) -> int:
    """Tables whose rows are not the same."""
    mine, fair = rows(one), rows(other)
    return sum(mine[name] != digest for name, digest in fair.items())


def village_of(made: Made) -> str:
    """The village's device."""
    return made.vaults["village"].dev


def import_loop(made: Made, base: Path, kills: int, seed: int, start: Start, size: int = 800) -> Tally:
    """Kill `xieli county import`: one new file each time, on the same county."""
    rnd, began = random.Random(seed), time.perf_counter()
    tally = Tally("county import")
    place = Place.copy(made, made.folder, base / "import")
    bundles = base / "bundles"
    bundles.mkdir(parents=True)
    with place.open("village", seed) as village:
        families = homes(village, 20, seed)
        most = kills + SPARE
        visits(village, families, size * (most + 1), seed + 1)
        with village.reading() as tx:
            last = int(tx.ask("SELECT max(seq) FROM journal WHERE dev=? AND ep=?", (village.dev, village.ep))[0][0])
        bounds = [(1 + size * at, size * (at + 1) if at < most else last) for at in range(most + 1)]
        files = [slice_file(village, bundles, first, end) for first, end in bounds]
        own = lines_of(village, village.dev)
    where = place.folder

    def args(path: Path) -> tuple[object, ...]:
        return ("county", "import", "-w", where / "county", path)

    tally.run_time, idle = measured(start, (where, args(files[0])), (where, args(files[0])))
    now = tally.run_time
    for at in turns(tally, kills):
        path = files[at + 1]
        if start(where, *args(path)).kill_after(moment(rnd, at, now, idle)):
            tally.kills += 1
        else:
            tally.finished += 1
        first, end = bounds[at + 1]
        with place.open("county") as county:
            held = lines_of(county, village_of(made))
            tally.lost["lines taken in before"] += sum(held.get(key) != digest for key, digest in own.items() if key[1] < first)
            inside = sum(first <= seq <= end for _, seq in held)
            tally.found["all of the file" if inside == end - first + 1 else "nothing of the file"] += 1
            tally.lost["half imports"] += 0 < inside < end - first + 1
            if at % 20 == 19 or tally.kills == kills:
                sound(county)
        again = time.perf_counter()
        tally.lost["runs after the kill that did not complete"] += start(where, *args(path)).wait() != 0
        if inside == 0:
            now = (now + time.perf_counter() - again) / 2
    fair = Place.copy(made, made.folder, base / "import-fair", ("county",))
    with place.open("county") as county, fair.open("county") as other:
        for path in files[: tally.kills + tally.finished + 1]:
            assert take(other, path).status == "imported"
        tally.lost["tables that differ from a county without a kill"] += differing(county, other)
        held, end = lines_of(county, village_of(made)), bounds[tally.kills + tally.finished][1]
        tally.lost["lines of the village not at the county"] += sum(held.get(key) != digest for key, digest in own.items() if key[1] <= end)
        sound(county)
    tally.seconds = time.perf_counter() - began
    return tally


def stream_loop(made: Made, base: Path, kills: int, seed: int, start: Start, size: int = 400) -> Tally:
    """Kill `xieli visit add --from-jsonl` while it streams: what it printed is stored."""
    rnd, began = random.Random(seed), time.perf_counter()
    tally = Tally("visit add --from-jsonl")
    place = Place.copy(made, made.folder, base / "stream", ("village",))
    with place.open("village", seed) as village:
        families = homes(village, 20, seed)
    feed, out = base / "visits.jsonl", base / "printed.jsonl"
    feed.write_text("".join(json.dumps({"household": rnd.choice(families), "met": "self", "note": f"第{at}户"}, ensure_ascii=False) + "\n" for at in range(size)), encoding="utf-8")
    args = ("visit", "add", "-w", place.folder / "village", "--from-jsonl", feed)
    began_run = time.perf_counter()
    assert start(place.folder, *args, out=out).wait() == 0
    tally.run_time = time.perf_counter() - began_run
    assert len(out.read_text(encoding="utf-8").splitlines()) == size
    for at in turns(tally, kills):
        run = start(place.folder, *args, out=out)
        # Half of them as soon as so many lines are printed, half at any time.
        wanted, end = rnd.randrange(size), time.monotonic() + 60
        while at % 2 and out.read_bytes().count(b"\n") < wanted and time.monotonic() < end:
            time.sleep(0.002)
        if run.kill_after(0.0 if at % 2 else rnd.uniform(0.0, tally.run_time)):
            tally.kills += 1
        else:
            tally.finished += 1
        printed = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n")[:-1]]
        tally.found["lines printed before the kill"] += len(printed)
        with place.open("village") as village, village.reading() as tx:
            stored = {str(row[0]) for row in tx.ask("SELECT visit FROM visit")}
            tally.lost["visits printed and not stored"] += sum(one["id"] not in stored for one in printed)
    with place.open("village") as village:
        sound(village)
    tally.seconds = time.perf_counter() - began
    return tally


def main(argv: list[str] | None = None) -> int:
    """Run the loops; 0 when nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exports", type=int, nargs="?", default=60)
    parser.add_argument("imports", type=int, nargs="?", default=60)
    parser.add_argument("streams", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=20261228)
    parser.add_argument("--fork", action="store_true", help="children of this process instead of fresh ones: ten times as quick")
    given = parser.parse_args(argv)
    print(f"seed={given.seed}", flush=True)
    base = Path(tempfile.mkdtemp(prefix="xieli-kill-"))
    start: Start = by_fork if given.fork else by_exec
    lost = 0
    try:
        made = made_at(base / "made")
        for loop, count in ((export_loop, given.exports), (import_loop, given.imports), (stream_loop, given.streams)):
            if count:
                tally = loop(made, base, count, given.seed, start)
                print(tally.line(), flush=True)
                lost += sum(tally.lost.values())
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
