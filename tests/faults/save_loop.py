"""Kill -9 of running saves: `python tests/faults/save_loop.py 200 --seed S`, half from the command line, half from the app in a real terminal.

Rules kept here
- the programs are the product's own (`xieli visit add --from-jsonl`, `xieli visit add`, the app in a pseudo-terminal), killed with SIGKILL at a moment drawn by the seed:
  over the whole of the run, every second one over the part in which it stores;
- acknowledged is what was printed, or what the page said was stored: it is there afterwards, once; nothing is there twice, nothing that nobody entered;
- what was typed in the app and not stored is a draft, with every character that stood on the screen for longer than 0.3 s, and is offered on the first page;
  what was stored is no draft any more;
- after the kills every chain is whole and the rows are those of a replay;
- turns go on until so many kills met a program at work; the seed and every count are printed; a loss gives exit code 1.
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
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from app_hand import SAVED, Dead, Doomed, Visit, take_up, to_the_form, write
from faultkit import NOW, Made, Place, made_at, sound
from kill_loop import Start, Tally, by_exec, by_fork, moment, turns
from pty_hand import bytes_of

from xieli_tui.casework import drafts, households
from xieli_tui.casework.session import Session

HEADS = ("石大山", "李建军", "王秀英", "何长福", "周二妹", "汪学义")
INITIALS = ("sds", "ljj", "wxy", "hcf", "zem", "wxy")
DRAFT_TIME = 0.3
"""Seconds after which a character that was seen is in the draft (design 05)."""
BUSY = 1.0
"""The same on a machine that does other work besides; what lies between is counted."""
EVERY = 20
"""Kills between two looks at everything."""


def families(session: Session) -> list[str]:
    """Six families with names of their own."""
    return [households.add_household(session, households.AddHousehold(head, {"group": str(at % 3 + 1)}, {"birth": "1951-03-02", "sex": "female"})).id
            for at, head in enumerate(HEADS)]


def notes(session: Session) -> Counter[str]:
    """How often each sentence is stored."""
    with session.reading() as tx:
        return Counter(str(row[0]) for row in tx.ask("SELECT note FROM visit WHERE note IS NOT NULL"))


def looked_at(place: Place, tally: Tally, whole: bool) -> None:
    """Everything that must hold: now and then, and at the end."""
    if whole:
        with place.open("village") as village:
            sound(village)
        tally.found["looked at in full"] += 1


def stream_loop(made: Made, base: Path, kills: int, seed: int, start: Start, size: int = 300) -> Tally:
    """Kill `xieli visit add --from-jsonl`: every line it printed is stored, and what is stored is the beginning of the file."""
    rnd, began = random.Random(f"{seed}:stream"), time.perf_counter()
    tally = Tally("visit add --from-jsonl")
    place = Place.copy(made, made.folder, base / "stream", ("village",))
    with place.open("village", seed) as village:
        homes = families(village)
    out = base / "printed.jsonl"

    def feed(turn: int) -> tuple[Path, list[str]]:
        path, said = base / "visits.jsonl", [f"第{turn}回第{at}户" for at in range(size)]
        path.write_text("".join(json.dumps({"household": rnd.choice(homes), "met": "self", "note": one}, ensure_ascii=False) + "\n" for one in said), encoding="utf-8")
        return path, said

    def args(path: Path) -> tuple[object, ...]:
        return ("visit", "add", "-w", place.folder / "village", "--from-jsonl", path)

    began_run = time.perf_counter()
    path, known = feed(-1)
    assert start(place.folder, *args(path), out=out).wait() == 0
    tally.run_time = time.perf_counter() - began_run
    for at in turns(tally, kills):
        path, said = feed(at)
        out.write_bytes(b"")
        run = start(place.folder, *args(path), out=out)
        wanted, end = rnd.randrange(size), time.monotonic() + 60
        while at % 2 and out.read_bytes().count(b"\n") < wanted and time.monotonic() < end:
            time.sleep(0.002)
        if run.kill_after(rnd.uniform(0, 0.01) if at % 2 else rnd.uniform(0.0, tally.run_time)):
            tally.kills += 1
        else:
            tally.finished += 1
        printed = out.read_bytes().count(b"\n")
        with place.open("village") as village:
            stored = notes(village)
        here = sum(one in stored for one in said)
        tally.found["printed"] += printed
        tally.found["stored and not printed any more"] += max(0, here - printed)
        tally.lost["printed and not stored"] += max(0, printed - here)
        tally.lost["stored, but not a beginning of the file"] += any(one not in stored for one in said[:here])
        tally.lost["more than one stored without being printed"] += here - printed > 1
        tally.lost["stored twice"] += sum(count - 1 for count in stored.values())
        tally.lost["of an earlier run, gone"] += sum(one not in stored for one in known)
        known += said[:here]
        looked_at(place, tally, at % EVERY == EVERY - 1 or tally.kills == kills)
    tally.seconds = time.perf_counter() - began
    return tally


def once_loop(made: Made, base: Path, kills: int, seed: int, start: Start) -> Tally:
    """Kill `xieli visit add`: where it said 已保存 the visit is there."""
    rnd, began = random.Random(f"{seed}:once"), time.perf_counter()
    tally = Tally("visit add")
    place = Place.copy(made, made.folder, base / "once", ("village",))
    with place.open("village", seed) as village:
        homes = families(village)
    out = base / "said.txt"

    def args(note: str) -> tuple[object, ...]:
        return ("visit", "add", "-w", place.folder / "village", "--household", rnd.choice(homes), "--met", "self", "--note", note)

    runs = []
    for note, asked in (("先记一次", args("先记一次")), ("", ("sync", "status", "-w", place.folder / "village"))):
        began_run = time.perf_counter()
        assert start(place.folder, *asked, out=out).wait() == 0, note
        runs.append(time.perf_counter() - began_run)
    tally.run_time, idle, known = runs[0], min(runs), ["先记一次"]
    now = tally.run_time
    for at in turns(tally, kills):
        note = f"第{at}回走访"
        out.write_bytes(b"")
        began_run = time.perf_counter()
        killed = start(place.folder, *args(note), out=out).kill_after(moment(rnd, at, now, idle))
        if killed:
            tally.kills += 1
        else:
            tally.finished += 1
            now = (now + time.perf_counter() - began_run) / 2
        said = SAVED in out.read_text(encoding="utf-8", errors="replace")
        with place.open("village") as village:
            stored = notes(village)
        here = stored[note]
        tally.found["said and stored" if said and here else "stored, nothing said any more" if here else "nothing"] += 1
        tally.lost["said and not stored"] += said and not here
        tally.lost["stored twice"] += sum(count - 1 for count in stored.values())
        tally.lost["of an earlier run, gone"] += sum(one not in stored for one in known)
        known += [note] * bool(here)
        looked_at(place, tally, at % EVERY == EVERY - 1 or tally.kills == kills)
    tally.seconds = time.perf_counter() - began
    return tally


def app_loop(made: Made, base: Path, kills: int, seed: int, minutes: float = 600.0) -> Tally:
    """Kill the app while a visit is typed and stored; the next start offers what was not stored, and stores it. After so many minutes no turn begins."""
    rnd, began = random.Random(f"{seed}:app"), time.perf_counter()
    tally = Tally("the app")
    place = Place.copy(made, made.folder, base / "app", ("village",))
    with place.open("village", seed) as village:
        homes = families(village)
    folder = place.folder / "village"
    known: list[str] = []
    waiting, late, how_long, storing = "", 0.0, 2.0, 0.2
    for at in turns(tally, kills):
        if time.perf_counter() - began > 60 * minutes:
            break
        visit = Visit(f"第{at}回押金是借的等镇里回话")
        who = rnd.randrange(2, 5)  # a family found by initials that no other has
        who = who if INITIALS.count(INITIALS[who]) == 1 else 1
        terminal = Doomed(folder, NOW)
        born = time.monotonic()
        try:
            terminal.unlock("今日")
            row = take_up(terminal, "走访")
            tally.lost["drafts that were not offered"] += bool(waiting) and not row
            tally.lost["drafts of what is stored"] += bool(row) and not waiting
            if row:
                tally.found["offered and stored at the next start"] += 1
                tally.lost["drafts that came back without their sentence"] += waiting not in terminal.text()
                terminal.press(bytes_of("ctrl+n") * 2 if not waiting else bytes_of("ctrl+s"), "草稿丢掉了" if not waiting else SAVED)
                known += [waiting] if waiting else []
                waiting = ""
            to_the_form(terminal, INITIALS[who].encode())
            born = time.monotonic()
            if at % 2:
                terminal.shoot(rnd.uniform(0.0, 1.2 * how_long))
            write(terminal, visit, rnd, None if at % 2 else rnd.uniform(0.0, 1.5 * storing))
        except Dead:
            tally.kills += 1
        finally:
            terminal.over()
            visit.died = terminal.died
        if SAVED in terminal.text() and visit.pressed:
            visit.said = visit.said or visit.died
        if visit.said:
            how_long, storing = (how_long + visit.said - born) / 2, (storing + visit.said - visit.pressed) / 2
        with place.open("village") as village:
            stored = notes(village)
            kept = drafts.load_draft(village, "visit", homes[who])
        here, text = stored[visit.note], str(kept.data.get("note", "")) if kept else ""
        tally.found["seen and stored" if visit.said else "stored, not seen any more" if here else "a draft" if kept else "nothing typed yet"] += 1
        tally.found["killed after Ctrl+S"] += bool(visit.pressed)
        tally.lost["said and not stored"] += bool(visit.said) and not here
        tally.lost["stored twice"] += sum(count - 1 for count in stored.values())
        tally.lost["stored and a draft besides"] += bool(here) and kept is not None
        tally.lost["of an earlier run, gone"] += sum(one not in stored for one in known)
        if not here:
            tally.lost["drafts that hold what nobody typed"] += not visit.note.startswith(text)
            missing = visit.shown[len(text):]
            late = max([late, *(visit.died - one for one in missing)])
            tally.found["kills with a character older than 0.3 s missing"] += visit.safe(DRAFT_TIME) > len(text)
            tally.lost["characters older than a second missing"] += max(0, visit.safe(BUSY) - len(text))
            waiting = text if kept is not None else ""
            if kept is not None and not text:
                with place.open("village") as village:
                    drafts.drop_draft(village, "visit", homes[who])  # who was met, no sentence yet: nothing to find it by
        known += [visit.note] * bool(here)
        looked_at(place, tally, at % EVERY == EVERY - 1)
    looked_at(place, tally, True)
    tally.found["oldest character missing, ms"] = round(late * 1000)
    tally.run_time, tally.seconds = how_long, time.perf_counter() - began
    return tally


def table(tallies: list[Tally]) -> str:
    """One row a loop."""
    rows = ["what | kills of a program at work | over before | left behind | lost | s"]
    rows += [f"{one.what} | {one.kills} | {one.finished} | {'; '.join(f'{name} {count}' for name, count in sorted(one.found.items()))} | {sum(one.lost.values())} | {one.seconds:.0f}" for one in tallies]
    return "\n".join(rows)


def main(argv: list[str] | None = None) -> int:
    """Run the loops; 0 when nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=200, help="a quarter streams, a quarter single commands, half in the app")
    parser.add_argument("--seed", type=int, default=20261228)
    parser.add_argument("--fork", action="store_true", help="commands as children of this process: nearly every kill meets the work itself")
    parser.add_argument("--minutes", type=float, default=600.0, help="of the app, at most; what was reached is printed")
    parser.add_argument("--only", choices=("stream", "once", "app"), default="")
    given = parser.parse_args(argv)
    print(f"seed={given.seed}", flush=True)
    base, start = Path(tempfile.mkdtemp(prefix="xieli-save-")), by_fork if given.fork else by_exec
    tallies: list[Tally] = []
    before = os.environ.get("XIELI_STATE")
    try:
        made = made_at(base / "made")
        loops: tuple[tuple[str, int, Callable[[int], Tally]], ...] = (
            ("stream", given.kills // 4, lambda count: stream_loop(made, base, count, given.seed, start)),
            ("once", given.kills // 4, lambda count: once_loop(made, base, count, given.seed, start)),
            ("app", given.kills - 2 * (given.kills // 4), lambda count: app_loop(made, base, count, given.seed, given.minutes)),
        )
        for name, count, loop in loops:
            if count and given.only in ("", name):
                tallies.append(loop(count))
                print(tallies[-1].line(), flush=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)
        if before is not None:
            os.environ["XIELI_STATE"] = before
    print(table(tallies))
    lost = sum(sum(one.lost.values()) for one in tallies)
    print(json.dumps({"kills": sum(one.kills for one in tallies), "lost": lost, "seed": given.seed, "seconds": round(sum(one.seconds for one in tallies), 1)}))
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
