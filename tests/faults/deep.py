"""Failures below Python: every write, fsync, rename, truncation and removal that an act makes, the database's own among them, fails or kills the process.

`python tests/faults/deep.py [--writes 7] [--seed S]`: every call that is no plain write, and every so manieth write, in each of five ways: the process dies before
it, dies in the middle of it (half a page is written), there is no room, the disk is dead from there on, the disk is full from there on (and says so: XL-F02). Linux with a C compiler only: the calls are
met by a small library loaded before the others (shim.c). What must hold is what `acts.Stages.check` says.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
LOADED = "XIELI_FAULT_SHIM"
MODES = {1: "dies before", 2: "dies in the middle", 3: "no room", 4: "dead disk", 5: "full disk"}
FULL = ("XL-F02", "told", "done")
"""What a full disk may lead to: it is said, or nothing needed room any more."""
DEATH = 137


def compiler() -> str | None:
    """A C compiler, when there is one and the system is one the library is written for."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None) if sys.platform == "linux" else None


def main(argv: list[str] | None = None) -> int:
    """Compile the library, start again under it, try everything; 0 when nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=int, default=7, help="of the plain writes every so manieth; 1 tries all")
    parser.add_argument("--sample", type=int, default=0, help="of each act only so many failures, drawn by the seed")
    parser.add_argument("--acts", default="", help="numbers of acts, 0,1,2…; all of them otherwise")
    parser.add_argument("--seed", type=int, default=20261228)
    given = parser.parse_args(argv)
    library = os.environ.get(LOADED)
    if library is None:
        cc = compiler()
        if cc is None:
            print("no C compiler for Linux here: skipped")
            return 0
        with tempfile.TemporaryDirectory(prefix="xieli-shim-") as folder:
            made = Path(folder) / "shim.so"
            subprocess.run([cc, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "shim.c"), "-ldl"], check=True)
            env = {**os.environ, "LD_PRELOAD": str(made), LOADED: str(made)}
            return subprocess.run([sys.executable, str(HERE / "deep.py"), *(argv if argv is not None else sys.argv[1:])], env=env, check=False).returncode
    return Deep(ctypes.CDLL(library), given.seed).all(given.writes, given.sample, [int(one) for one in given.acts.split(",") if one])


class Deep:
    """The acts under the library."""

    def __init__(self, library: ctypes.CDLL, seed: int) -> None:
        from acts import Stages
        from faultkit import made_at

        library.xieli_letter.restype = ctypes.c_char
        library.xieli_letter.argtypes = [ctypes.c_long]
        library.xieli_watch.argtypes = [ctypes.c_long, ctypes.c_int]
        library.xieli_seen.restype = ctypes.c_long
        self.library = library
        self.rand = random.Random(seed)
        print(f"seed={seed}")
        self.base = Path(tempfile.mkdtemp(prefix="xieli-deep-"))
        self.stages = Stages(made_at(self.base / "made"), self.base / "stages")
        self.lost = 0

    def all(self, every: int, sample: int, chosen: list[int]) -> int:
        """Every act; a line each."""
        from acts import ACTS

        began, tried = time.perf_counter(), 0
        try:
            for number, act in enumerate(ACTS):
                if chosen and number not in chosen:
                    continue
                letters = self._recorded(act)
                cases = [(at, mode) for at, letter in enumerate(letters) if letter != "w" or at % every == 0 for mode in MODES if letter == "w" or mode in (1, 3, 4)]
                if sample:
                    cases = self.rand.sample(cases, min(sample, len(cases)))
                said: Counter[str] = Counter()
                whole = self.rand.randrange(40)
                for turn, (at, mode) in enumerate(cases):
                    tried += 1
                    try:
                        said[self._fail(act, at, mode, whole=turn % 40 == whole % max(1, min(40, len(cases))))] += 1
                    except Exception as error:
                        self.lost += 1
                        print(f"LOST {act.name}: call {at} ({letters[at]}), {MODES[mode]}: {type(error).__name__} {error}", flush=True)
                    shutil.rmtree(self.base / "case", ignore_errors=True)
                calls = Counter(letters)
                print(json.dumps({
                    "act": act.name, "calls": {"writes": calls["w"], "syncs": calls["s"], "renames": calls["r"], "truncations": calls["t"], "removals": calls["u"], "folders": calls["m"]},
                    "failures": len(cases), "said": dict(sorted(said.items())),
                }, ensure_ascii=False), flush=True)
        finally:
            shutil.rmtree(self.base, ignore_errors=True)
        print(f"{tried} failures tried, {self.lost} with a loss, {time.perf_counter() - began:.0f} s")
        return 1 if self.lost else 0

    def _child(self, act: object, at: int, mode: int) -> tuple[int, str]:
        """The act in a child that fails there: its exit code, and what it said."""
        from acts import Act
        from faultkit import Place, forked

        from xieli_tui.errors import XieliError

        assert isinstance(act, Act)
        place = Place(self.stages.made, self.base / "case", self._clock(act))
        reader, writer = os.pipe()

        def work() -> int:
            said = ""
            self.library.xieli_watch(at, mode)
            try:
                self.stages.run(act, place)
            except XieliError as error:
                said = error.code
            except AssertionError as error:
                said = "told" if "XL-" in str(error) else f"unclear: {error}"
            except Exception as error:
                said = f"unclear: {type(error).__name__} {error}"
            self.library.xieli_rest()
            letters = b"".join(self.library.xieli_letter(n) for n in range(self.library.xieli_seen())).decode() if at < 0 else ""
            os.write(writer, (said or letters or "done").encode()[:60000])
            return 0

        pid = forked(work)
        os.close(writer)
        parts = []
        while piece := os.read(reader, 65536):
            parts.append(piece)
        os.close(reader)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), b"".join(parts).decode()

    def _clock(self, act: object) -> object:
        place = self.stages.copy(act.stage, self.base / "case")  # type: ignore[attr-defined]
        return place.clock

    def _recorded(self, act: object) -> str:
        code, letters = self._child(act, -1, 0)
        assert code == 0, letters
        assert set(letters) <= set("wsrtum"), letters
        shutil.rmtree(self.base / "case")
        return letters

    def _fail(self, act: object, at: int, mode: int, *, whole: bool) -> str:
        from faultkit import Place

        code, said = self._child(act, at, mode)
        assert code in (0, DEATH), (code, said)
        assert not said.startswith("unclear"), said
        assert mode != 5 or said in FULL, f"a full disk is called {said}"
        clock = Place.copy(self.stages.made, self.base / "case", self.base / "clock", ()).clock
        shutil.rmtree(self.base / "clock")
        clock.tick(hours=1)
        self.stages.check(act, Place(self.stages.made, self.base / "case", clock), whole=whole)  # type: ignore[arg-type]
        return "died" if code == DEATH else said


if __name__ == "__main__":
    raise SystemExit(main())
