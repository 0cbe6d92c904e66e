"""Many at once on one workspace: `python tests/faults/crowd.py 40 --seconds 20 [--seed S]`: so many threads on one session, then the app and the command line together.

Rules kept here
- threads go through the product's own Session, reads and writes mixed; nobody crashes, every write that returned is there, every number is given once;
- two programs (the app in a real terminal, commands beside it) write for a while; each sees what the other wrote; nothing is refused, the one who comes second
  waits (`engine.BUSY_MS`), and neither opens an epoch because of the other.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from app_hand import SAVED, Doomed, to_the_form
from faultkit import COMMAND, NOW, Made, Place, environment, made_at, sound
from pty_hand import KEYS, bytes_of
from save_loop import families, notes

from xieli_tui.casework import drafts, households, today
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session


class Crowd:
    """Threads on one session."""

    def __init__(self, session: Session, homes: list[str], seed: int) -> None:
        self.session, self.homes, self.seed = session, homes, seed
        self.acknowledged: dict[str, int] = {}
        """Sentence -> the number it was given."""
        self.read: Counter[str] = Counter()
        self.fell: list[str] = []
        self._lock = threading.Lock()

    def one(self, number: int, turns: int) -> None:
        """What one thread does."""
        rnd = random.Random(f"{self.seed}:{number}")
        try:
            for turn in range(turns):
                home = rnd.choice(self.homes)
                if rnd.random() < 0.4:
                    note = f"{number}号第{turn}回"
                    saved = record_visit(self.session, RecordVisit(home, "self", note=note))
                    with self._lock:
                        self.acknowledged[note] = saved.seq
                else:
                    self._look(rnd, number, home)
        except BaseException as error:
            with self._lock:
                self.fell.append(f"{number}: {type(error).__name__} {error}")

    def _look(self, rnd: random.Random, number: int, home: str) -> None:
        what = rnd.choice(("list", "card", "timeline", "draft", "today"))
        if what == "list":
            assert len(households.list_households(self.session)) == len(self.homes)
        elif what == "card":
            assert households.show(self.session, home).row.id == home
        elif what == "timeline":
            assert households.timeline(self.session, home)
        elif what == "today":
            today.today(self.session)
        else:
            drafts.save_draft(self.session, "visit", f"{home}:{number}", {"note": str(number)})
            kept = drafts.load_draft(self.session, "visit", f"{home}:{number}")
            assert kept is not None
            assert kept.data["note"] == str(number)
        with self._lock:
            self.read[what] += 1


def crowded(made: Made, base: Path, threads: int, turns: int, seed: int) -> dict[str, object]:
    """So many threads, each so many turns; what was done."""
    place = Place.copy(made, made.folder, base / "crowd", ("village",))
    began = time.perf_counter()
    with place.open("village", seed) as session:
        homes = families(session)
        crowd = Crowd(session, homes, seed)
        all_of = [threading.Thread(target=crowd.one, args=(number, turns)) for number in range(threads)]
        for one in all_of:
            one.start()
        for one in all_of:
            one.join(300)
            assert not one.is_alive(), "a thread never came back"
        assert crowd.fell == [], crowd.fell
        stored = notes(session)
        assert stored == Counter(dict.fromkeys(crowd.acknowledged, 1)), "a write that returned is not there, or another is"
        assert len(set(crowd.acknowledged.values())) == len(crowd.acknowledged), "a number was given twice"
        sound(session)
    with place.open("village", seed + 1) as session:
        assert notes(session) == stored
    return {"threads": threads, "writes": len(crowd.acknowledged), "reads": dict(sorted(crowd.read.items())), "seconds": round(time.perf_counter() - began, 1)}


def beside(made: Made, base: Path, seconds: float, seed: int) -> dict[str, object]:
    """The app and the command line over one workspace, both writing for so long."""
    place = Place.copy(made, made.folder, base / "beside", ("village",))
    rnd = random.Random(seed)
    with place.open("village", seed) as village:
        homes, epoch = families(village), village.ep
    terminal = Doomed(place.folder / "village", NOW)
    stop, told, fell = threading.Event(), list[str](), list[str]()

    def commands() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            feed = place.folder / "feed.jsonl"
            feed.write_text("".join(json.dumps({"household": rnd.choice(homes), "met": "self", "note": f"命令{turn}第{at}户"}, ensure_ascii=False) + "\n" for at in range(20)), encoding="utf-8")
            done = subprocess.run([*COMMAND, "visit", "add", "-w", str(place.folder / "village"), "--from-jsonl", str(feed)], env={**os.environ, **environment(place.folder)},
                                  capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
            if done.returncode or done.stdout.count("\n") != 20 or done.stderr:
                fell.append(f"{done.returncode} {done.stderr[-300:]}")
                return
            told.extend(f"命令{turn}第{at}户" for at in range(20))

    other, typed = threading.Thread(target=commands), list[str]()
    try:
        terminal.unlock("今日")
        other.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end or not told:
            note = f"台上第{len(typed)}回"
            if typed:
                terminal.send(KEYS["f4"])  # a saved visit leads back to the family found
                terminal.page("走访")
                terminal.settle(0.06)
            else:
                to_the_form(terminal, b"ljj")
            terminal.send(b"1" + KEYS["tab"] * 7)
            terminal.press(note.encode(), note)
            terminal.press(bytes_of("ctrl+s"), SAVED)
            assert "XL-" not in terminal.text(), terminal.text()
            typed.append(note)
        stop.set()
        other.join(180)
        assert not other.is_alive(), "a command never ended"
        assert fell == [], fell
        last = _last(place, homes[1])
        seen = _seen_in_the_app(terminal, last)
    finally:
        stop.set()
        terminal.over()
    out = subprocess.run([*COMMAND, "household", "show", homes[1], "-w", str(place.folder / "village"), "--json"], env={**os.environ, **environment(place.folder)},
                         capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert typed[-1] in out, "the command line does not see what the app wrote"
    with place.open("village", seed + 1) as village:
        assert village.ep == epoch, "a second epoch"
        assert notes(village) == Counter(dict.fromkeys((*typed, *told), 1))
        sound(village)
    return {"app": len(typed), "commands": len(told), "the app sees": seen, "epochs": 1}


def _last(place: Place, home: str) -> str:
    """A sentence the command line wrote about this family, the newest."""
    with place.open("village") as village, village.reading() as tx:
        return str(tx.ask("SELECT note FROM visit WHERE household=? AND note LIKE '命令%' ORDER BY rowid DESC", (home,))[0][0])


def _seen_in_the_app(terminal: Doomed, note: str) -> bool:
    """What the command line wrote is on the family's page."""
    terminal.send(KEYS["enter"])
    terminal.until(lambda: "找到 1 户" not in terminal.text(), "the family")
    terminal.settle()
    terminal.send(b"4")
    terminal.settle()
    for _ in range(6):
        if note in terminal.text():
            return True
        terminal.send(KEYS["pagedown"])
        terminal.settle()
    raise AssertionError(f"not seen: {note}\n{terminal.text()}")


def main(argv: list[str] | None = None) -> int:
    """Both; a JSON line each. An assertion is a loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("threads", type=int, nargs="?", default=40)
    parser.add_argument("--turns", type=int, default=25, help="of each thread")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=20261228)
    given = parser.parse_args(argv)
    print(f"seed={given.seed}", flush=True)
    base = Path(tempfile.mkdtemp(prefix="xieli-crowd-"))
    try:
        made = made_at(base / "made")
        print(json.dumps(crowded(made, base, given.threads, given.turns, given.seed), ensure_ascii=False), flush=True)
        print(json.dumps(beside(made, base, given.seconds, given.seed), ensure_ascii=False), flush=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
