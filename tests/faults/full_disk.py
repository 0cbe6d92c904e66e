"""The disk of the computer is full while the real programs work: `python tests/faults/full_disk.py 12 [--seed S]`, so many turns of each.

Rules kept here
- the programs are the product's own in processes of their own; a small library before them (shim.c) answers every write that grows a file with "no room" as long as
  a certain file lies there, the database's writes among them;
- what was acknowledged before and while the disk was full is there; what was refused is not; the refusal is XL-F02 in a sentence, never a traceback;
- in the app the page stays with everything that was typed, its draft too, and when there is room again the same press stores it, once;
- killed while the disk is full, the draft of before is offered.
Linux with a C compiler only.
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
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from app_hand import SAVED, Doomed, to_the_form
from deep import HERE, compiler
from faultkit import COMMAND, NOW, Made, Place, environment, made_at, sound
from pty_hand import KEYS, bytes_of
from save_loop import families, notes

from xieli_tui.casework import drafts

NOTE = ("第{}回住院押金不够", "儿子在外地")
FULL_SAID = "XL-F02"


class Disk:
    """A disk that can be full for the programs started under it."""

    def __init__(self, base: Path) -> None:
        self.library, self.sign = base / "shim.so", base / "full"
        subprocess.run([str(compiler()), "-shared", "-fPIC", "-O1", "-o", str(self.library), str(HERE / "shim.c"), "-ldl"], check=True)

    def full(self) -> None:
        self.sign.touch()

    def emptied(self) -> None:
        self.sign.unlink(missing_ok=True)

    @contextmanager
    def under(self) -> Iterator[dict[str, str]]:
        """Programs started meanwhile stand on this disk; what is added to their environment."""
        added = {"LD_PRELOAD": str(self.library), "XIELI_FULL": str(self.sign)}
        os.environ.update(added)
        try:
            yield added
        finally:
            for name in added:
                del os.environ[name]
            self.emptied()


def in_the_app(disk: Disk, place: Place, home: str, turn: int, *, killed: bool) -> str:
    """One visit typed while the disk becomes full; `killed`: the program dies then. What happened."""
    first, more = NOTE[0].format(turn), NOTE[1]
    with disk.under():
        terminal = Doomed(place.folder / "village", NOW)
        try:
            terminal.unlock("今日")
            to_the_form(terminal, b"ljj")
            terminal.send(b"1" + KEYS["tab"] * 7)
            terminal.press(first.encode(), first)
            kept_first(terminal, place, home, first)
            disk.full()
            terminal.press(more.encode(), first + more)
            terminal.shows(FULL_SAID)
            terminal.send(bytes_of("ctrl+s"))
            terminal.settle()
            terminal.page("走访")
            terminal.shows(FULL_SAID)
            terminal.shows(first + more)
            with place.open("village") as village:
                assert notes(village)[first + more] == 0, "refused and stored"
            if killed:
                return _killed(terminal, place, home, first)
            disk.emptied()
            terminal.press(bytes_of("ctrl+s"), SAVED)
        finally:
            terminal.over()
    with place.open("village") as village:
        assert notes(village)[first + more] == 1, "said to be stored"
        assert not drafts.list_drafts(village), "stored and a draft besides"
        sound(village, replay=False)
    return "refused, kept, stored when there was room"


def kept_first(terminal: Doomed, place: Place, home: str, first: str) -> None:
    """Wait until the draft holds what was typed."""

    def there() -> bool:
        with place.open("village") as village:
            kept = drafts.load_draft(village, "visit", home)
        return kept is not None and str(kept.data["note"]) == first

    terminal.until(there, "the draft")


def _killed(terminal: Doomed, place: Place, home: str, first: str) -> str:
    terminal.shoot(0.0)
    terminal.process.wait(30)
    with place.open("village") as village:
        kept = drafts.load_draft(village, "visit", home)
        assert kept is not None, "the draft of before is gone"
        assert str(kept.data["note"]).startswith(first), kept.data
        drafts.drop_draft(village, "visit", home)
        sound(village, replay=False)
    return "refused, killed, the draft of before is there"


def in_a_stream(disk: Disk, place: Place, homes: list[str], turn: int, rnd: random.Random, size: int = 60) -> str:
    """`visit add --from-jsonl` into a disk that becomes full somewhere; then the rest."""
    feed, out = place.folder / f"feed-{turn}.jsonl", place.folder / "printed.jsonl"
    said = [f"满{turn}第{at}户" for at in range(size)]

    def run(path: Path, wanted: int) -> tuple[int, int, str]:
        with disk.under(), out.open("wb") as sink:
            child = subprocess.Popen([*COMMAND, "visit", "add", "-w", str(place.folder / "village"), "--from-jsonl", str(path)], env={**os.environ, **environment(place.folder)},
                                     stdout=sink, stderr=subprocess.PIPE, text=True, encoding="utf-8")
            end = time.monotonic() + 60
            while child.poll() is None and out.read_bytes().count(b"\n") < wanted and time.monotonic() < end:
                time.sleep(0.002)
            if wanted < size:
                disk.full()
            _, errors = child.communicate(timeout=120)
        return child.returncode, out.read_bytes().count(b"\n"), errors

    def write(texts: list[str]) -> Path:
        feed.write_text("".join(json.dumps({"household": rnd.choice(homes), "met": "self", "note": one}, ensure_ascii=False) + "\n" for one in texts), encoding="utf-8")
        return feed

    code, printed, errors = run(write(said), rnd.randrange(size - 10))
    assert "Traceback" not in errors, errors
    assert (code, FULL_SAID in errors) in ((4, True), (0, False)), (code, errors)
    with place.open("village") as village:
        stored = notes(village)
        assert [stored[one] for one in said] == [1] * printed + [0] * (size - printed), "printed is stored, refused is not"
        sound(village, replay=False)
    if printed < size:
        code, again, errors = run(write(said[printed:]), size)
        assert (code, again) == (0, size - printed), errors
    with place.open("village") as village:
        assert all(notes(village)[one] == 1 for one in said)
    return f"refused with {FULL_SAID}, went on" if printed < size else "all stored before"


def in_a_command(disk: Disk, place: Place, args: tuple[str, ...], share: float) -> str:
    """A command that writes files into a disk that becomes full after this share of the time it takes; then again with room."""
    began = time.perf_counter()
    subprocess.run([*COMMAND, *args], env={**os.environ, **environment(place.folder)}, stdout=subprocess.DEVNULL, check=True)
    delay = share * (time.perf_counter() - began)

    def run(full: bool) -> tuple[int, str]:
        with disk.under():
            child = subprocess.Popen([*COMMAND, *args], env={**os.environ, **environment(place.folder)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
            if full:
                time.sleep(delay)
                disk.full()
            said, errors = child.communicate(timeout=120)
        return child.returncode, said + errors

    code, said = run(True)
    assert "Traceback" not in said, said
    assert code in (0, 4), (code, said)
    assert code == 0 or FULL_SAID in said, said
    again, more = run(False)
    assert again == 0, more
    return "done before" if code == 0 and FULL_SAID not in said else f"refused with {FULL_SAID}, done again"


def tried(made: Made, base: Path, turns: int, seed: int, *, commands: bool = True) -> dict[str, Counter[str]]:
    """So many turns of the app and of streams; of the other commands too."""
    rnd = random.Random(seed)
    disk = Disk(base)
    place = Place.copy(made, made.folder, base / "place", ("village", "county"))
    with place.open("village", seed) as village:
        homes = families(village)
    found: dict[str, Counter[str]] = {"the app": Counter(), "visit add --from-jsonl": Counter(), "sync export": Counter(), "backup create": Counter()}
    for turn in range(turns):
        found["the app"][in_the_app(disk, place, homes[1], turn, killed=turn % 3 == 1)] += 1
    for turn in range(turns):
        found["visit add --from-jsonl"][in_a_stream(disk, place, homes, turn, rnd)] += 1
        for name in ("sync export", "backup create") if commands else ():
            args = (*name.split(), "-w", str(place.folder / "village"), *(("--to", str(place.stick)) if name == "sync export" else ()))
            found[name][in_a_command(disk, place, args, rnd.uniform(0.2, 1.2))] += 1
    with place.open("village") as village:
        sound(village)
    return found


def main(argv: list[str] | None = None) -> int:
    """The table; an assertion is a loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("turns", type=int, nargs="?", default=12)
    parser.add_argument("--seed", type=int, default=20261228)
    given = parser.parse_args(argv)
    if compiler() is None:
        print("no C compiler for Linux here: skipped")
        return 0
    print(f"seed={given.seed}", flush=True)
    base, began = Path(tempfile.mkdtemp(prefix="xieli-full-")), time.perf_counter()
    try:
        found = tried(made_at(base / "made"), base, given.turns, given.seed)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    for name, each in found.items():
        print(f"{name}: {dict(sorted(each.items()))}")
    print(f"{time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
