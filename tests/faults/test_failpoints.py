"""Every point at which a write of the product can fail, made to fail: the disk is full, the disk is dead, the process dies before or after the step.

The points are those a recording run passes through (failpoints.py). CI tries six points of each act in one way, drawn by the seed, and carries the work to its
very end after one of them; all of them in every way and to the end: `python tests/faults/test_failpoints.py`.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest
from acts import ACTS, Act, Stages
from failpoints import DEATH, MODES, RAISING, Failpoints, Mode, Point
from faultkit import Made, forked, made_at

from xieli_tui.errors import XieliError

SEED = 20261228
IN_CI = 6
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that dies at a step is forked")


def points_of(stages: Stages, act: Act, folder: Path) -> list[Point]:
    """What the act passes through when nothing fails."""
    place = stages.copy(act.stage, folder)
    watched = Failpoints()
    with watched.watching():
        stages.run(act, place)
    shutil.rmtree(folder)
    return watched.passed


def fail(stages: Stages, act: Act, point: Point, mode: Mode, folder: Path, *, whole: bool = True) -> str:
    """Make one point fail in one way and look at everything; the code the person saw."""
    place = stages.copy(act.stage, folder)
    said = ""
    if mode in RAISING:
        watched = Failpoints()
        with watched.watching((point.number, mode)):
            try:
                stages.run(act, place)
            except XieliError as error:
                said = error.code
            except AssertionError as error:
                said = "told" if "XL-" in str(error) else f"unclear: {error}"
        assert watched.failed, f"{act.name}: {point} was not reached again"
    else:

        def work() -> int:
            with Failpoints().watching((point.number, mode)):
                stages.run(act, place)
            return 0

        code = os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1])
        assert code == DEATH, f"{act.name}: {point} was not reached again ({code})"
        said = "died"
    stages.check(act, place, whole=whole)
    shutil.rmtree(folder)
    return said


@pytest.fixture(scope="module")
def stages(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    before = os.environ.get("XIELI_STATE")
    yield Stages(made, tmp_path_factory.mktemp("stages"))
    if before is not None:
        os.environ["XIELI_STATE"] = before


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name.replace(" ", "_"))
def test_a_write_that_fails_at_any_step_loses_nothing_and_the_work_goes_on(stages: Stages, act: Act, tmp_path: Path) -> None:
    print(f"seed={SEED}")
    points = points_of(stages, act, tmp_path / "recorded")
    assert {point.op for point in points} >= {"commit"}, points
    rnd = random.Random(f"{SEED}:{act.name}")
    tried = sorted(rnd.sample(range(len(points)), min(len(points), IN_CI)))
    for turn, at in enumerate(tried):
        point, mode = points[at], MODES[(turn + rnd.randrange(len(MODES))) % len(MODES)]
        said = fail(stages, act, point, mode, tmp_path / f"{at}", whole=at == tried[-1])
        assert said in ("died", "told", "") or said.startswith("XL-"), (act.name, str(point), mode, said)


def main() -> int:
    """Every point in every way; the table."""
    base = Path(tempfile.mkdtemp(prefix="xieli-failpoints-"))
    lost, tried, began = 0, 0, time.perf_counter()
    try:
        stages = Stages(made_at(base / "made"), base / "stages")
        for act in ACTS:
            points = points_of(stages, act, base / "recorded")
            said: Counter[str] = Counter()
            for point in points:
                for mode in MODES:
                    tried += 1
                    try:
                        said[fail(stages, act, point, mode, base / "case")] += 1
                    except Exception as error:
                        lost += 1
                        print(f"LOST {act.name}: {point}, {mode}: {type(error).__name__} {error}")
                        shutil.rmtree(base / "case", ignore_errors=True)
            print(f"{act.name}: {len(points)} points ({', '.join(f'{op} {n}' for op, n in sorted(Counter(p.op for p in points).items()))}); {dict(sorted(said.items()))}", flush=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{tried} failures tried, {lost} with a loss, {time.perf_counter() - began:.0f} s")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
