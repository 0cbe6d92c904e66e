"""Ours beside the ways others move the same 10,000 visits: one table, both note kinds, rounds interleaved.

What is measured of each: `out` = from the records in the local store to a whole, flushed file (or, for replication, both ends together), `in` = from
that file to durable rows at the other side, `again` = the same file once more, `bytes` of what travels. What each of them does besides is a column of
its own, because none does the same: ours signs, encrypts, chains, judges the right of every line, keeps two values apart and writes an encrypted store.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 5
COUNT = 10_000
KINDS = ("templated", "random")
GOALS = {
    "out vs changeset+gzip+age": 1.0, "B/record templated": 110, "B/record random": 215, "x faster than PouchDB": 7, "x smaller than PouchDB": 8,
    "x smaller than ODK": 20, "size vs changeset": 1.1,
}
"""Design 11."""

NAMES = {
    "ours": ("xieli", "signed, encrypted, chained, rights judged, both values kept, encrypted store"),
    "changeset": ("SQLite changeset + gzip + age-style", "encrypted; plain SQLite on both sides"),
    "git": ("git bundle", "hash-chained; neither signed nor encrypted"),
    "odk": ("ODK-style submissions", "each encrypted for itself; plain SQLite at the desk"),
    "pouch": ("PouchDB replication, batch 100", "both ends together; neither signed nor encrypted"),
    "pouch1000": ("PouchDB replication, batch 1000", "the same"),
    "core": ("Core upserts, no transport", "the floor of an import; plain SQLite"),
}

Samples = dict[str, dict[str, list[float]]]


def _ours(pair: Any) -> tuple[Callable[[], float], Callable[[], tuple[float, float]], dict[str, int]]:
    """(out, in + again, what the file was)."""
    import shutil
    import time

    from bench.kit import PASSPHRASE
    from xieli_tui.casework.exchange import export
    from xieli_tui.casework.session import open_session
    from xieli_tui.desk.intake import import_files

    said: dict[str, Any] = {}

    def out() -> float:
        target = Path(tempfile.mkdtemp(dir=pair.folder))
        start = time.perf_counter()
        done = export(pair.village, target, with_backup=False)
        spent = time.perf_counter() - start
        said.update(bytes=sum(f.bytes for f in done.files), events=sum(f.events for f in done.files), file=done.files[-1].path, files=len(done.files))
        return spent

    def into() -> tuple[float, float]:
        work = pair.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(pair.folder / "c", work)
        desk = open_session(work, PASSPHRASE)
        try:
            spent = []
            for status in ("imported", "duplicate"):
                start = time.perf_counter()
                results = import_files(desk, [Path(said["file"])])
                spent.append(time.perf_counter() - start)
                if results[0].status != status:
                    raise RuntimeError(f"wanted {status}: {results[0]}")
            return spent[0], spent[1]
        finally:
            desk.close()

    return out, into, said


def _measure(pair: Any, note: str) -> tuple[Samples, dict[str, int], list[str]]:
    from bench.kit import households, visits
    from bench.peers.changeset import Changeset
    from bench.peers.core import CoreUpserts
    from bench.peers.gitbundle import GitBundle
    from bench.peers.odk import Submissions
    from bench.peers.pouch import Missing, Pouch
    from bench.peers.records import visits_of
    from xieli_tui.casework.exchange import export
    from xieli_tui.desk.intake import import_files
    from xieli_tui.desk.send import send

    homes = households(pair.village, 500)
    first = pair.folder / "first"
    first.mkdir()
    export(pair.village, first, with_backup=False)
    import_files(pair.county, [first])
    back = pair.folder / "back"
    back.mkdir()
    send(pair.county, back)
    from xieli_tui.casework.exchange import take_in

    take_in(pair.village, [back])  # the families are signed for: the measured file carries the visits and one acknowledgement
    visits(pair.village, homes, COUNT, note=note)
    pair.county.close()
    rows = visits_of(pair.village)
    out, into, said = _ours(pair)
    changeset = Changeset(pair.folder / "changeset", rows)
    git = GitBundle(pair.folder / "git", rows)
    odk = Submissions(pair.folder / "odk", rows)
    core = CoreUpserts(pair.folder / "core", rows)
    absent: list[str] = []
    pouch = None
    try:
        pouch = Pouch(rows)
    except Missing as why:
        absent.append(f"PouchDB not measured: {why}")
    samples: Samples = {name: {} for name in NAMES}

    def keep(name: str, what: str, seconds: float) -> None:
        samples[name].setdefault(what, []).append(seconds)

    for turn in range(ROUNDS + 1):  # the first round only warms up
        took: list[tuple[str, str, float]] = [("ours", "out", out())]
        for what, spent in zip(("in", "again"), into(), strict=True):
            took.append(("ours", what, spent))
        took.append(("changeset", "out", changeset.export()))
        for what, spent in zip(("in", "again"), changeset.take_in(COUNT), strict=True):
            took.append(("changeset", what, spent))
        took += [("git", "out", git.export()), ("git", "in", git.take_in()), ("odk", "out", odk.export()), ("odk", "in", odk.take_in())]
        for what, spent in zip(("in", "again"), core.take_in(), strict=True):
            took.append(("core", what, spent))
        if pouch is not None:
            took += [("pouch", "out", pouch.replicate(100)), ("pouch1000", "out", pouch.replicate(1000))]
        for one in took if turn else ():
            keep(*one)
    sizes = {"ours": said["bytes"], "changeset": changeset.bytes, "git": git.bytes, "odk": odk.bytes}
    if pouch is not None:
        pouch.count_bytes(100)
        sizes["pouch"] = pouch.bytes + pouch.down
        pouch.count_bytes(1000)
        sizes["pouch1000"] = pouch.bytes + pouch.down
        pouch.close()
    return samples, sizes, absent


def _medians(samples: Samples) -> dict[str, dict[str, float]]:
    return {name: {what: statistics.median(values) for what, values in each.items()} for name, each in samples.items() if each}


def ratios(medians: dict[str, dict[str, float]], sizes: dict[str, int], note: str) -> dict[str, float]:
    """The goals of design 11 as measured here."""
    ours = medians["ours"]
    found = {
        "out vs changeset+gzip+age": ours["out"] / medians["changeset"]["out"], f"B/record {note}": sizes["ours"] / COUNT,
        "x smaller than ODK": sizes["odk"] / sizes["ours"], "size vs changeset": sizes["ours"] / sizes["changeset"],
    }
    if "pouch" in medians:
        found["x faster than PouchDB"] = medians["pouch"]["out"] / (ours["out"] + ours["in"])
        found["x smaller than PouchDB"] = sizes["pouch"] / sizes["ours"]
    return {name: round(value, 3) for name, value in found.items()}


def _table(note: str, medians: dict[str, dict[str, float]], sizes: dict[str, int]) -> list[str]:
    lines = [f"{COUNT} visits, {note} notes, medians of {ROUNDS} interleaved rounds", f"{'':38}{'out ms':>9}{'in ms':>9}{'again ms':>10}{'bytes':>12}{'B/rec':>8}  does"]
    for name, each in medians.items():
        title, does = NAMES[name]
        cells = "".join(f"{each[what] * 1000:>{width}.0f}" if what in each else f"{'-':>{width}}" for what, width in (("out", 9), ("in", 9), ("again", 10)))
        size = f"{sizes[name]:>12,}{sizes[name] / COUNT:>8.1f}" if name in sizes else f"{'-':>12}{'-':>8}"
        lines.append(f"{title:38}{cells}{size}  {does}")
    return lines


def run() -> None:
    """Both note kinds: a table for people on stderr, one JSON line each on stdout."""
    from bench.kit import joined

    for note in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            pair = joined(Path(folder))
            try:
                samples, sizes, absent = _measure(pair, note)
            finally:
                pair.village.close()
        medians = _medians(samples)
        met = ratios(medians, sizes, note)
        sys.stderr.write("\n".join([*_table(note, medians, sizes), *absent, *(f"  {name}: {value} (goal {GOALS[name]})" for name, value in met.items()), ""]) + "\n")
        sys.stdout.write(json.dumps({
            "bench": f"peers.{note}", "rounds": ROUNDS, "records": COUNT, "ratios": met, "goals": {k: v for k, v in GOALS.items() if k in met}, "bytes": sizes,
            "median_ms": {name: {what: round(v * 1000, 1) for what, v in each.items()} for name, each in medians.items()}, "absent": absent,
            "repeat": "python -m bench peers",
        }, ensure_ascii=False) + "\n")
        sys.stdout.flush()
