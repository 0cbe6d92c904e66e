"""CPU per key of the household search at 10,000 households (the whole list reachable)."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.common import report
from bench.kit import VILLAGE, joined

GIVEN = "秀英桂兰建国志强红军福根玉珍翠花金贵德发"
FAMILY = "王刘陈李张何孙吴马钱周仇单曾"


def run() -> None:
    """CPU ms for each key of three searches, typed one letter at a time."""
    import random

    from xieli_tui.casework import households as verbs
    from xieli_tui.domain.clock import millis, uuid7
    from xieli_tui.domain.events.household import HouseholdOpened, MembershipStarted, PersonAdded

    with tempfile.TemporaryDirectory() as folder:
        pair = joined(Path(folder))
        rnd = random.Random(11)
        ms = millis(pair.village.clock.now())
        for start in range(0, 10_000, 1000):
            batch = []
            for i in range(start, start + 1000):
                h, p, m = (uuid7(ms + i, rnd.randbytes) for _ in range(3))
                name = rnd.choice(FAMILY) + rnd.choice(GIVEN) + rnd.choice(GIVEN)
                batch += [
                    HouseholdOpened(village=VILLAGE, household=h, fields={"number": str(i), "group": f"{i % 8 + 1}组", "head": p}),
                    PersonAdded(village=VILLAGE, household=h, person=p, fields={"name": name, "birth": "1951-04-17", "sex": "female", "phone": f"1000000{i:04d}"}),
                    MembershipStarted(village=VILLAGE, household=h, membership=m, person=p, relation="02"),
                ]
            pair.village.record(*batch)
        verbs.list_households(pair.village, "")
        keys: list[float] = []
        for word in ("wxy", "秀英", "2190"):
            for n in range(1, len(word) + 1):
                for _ in range(5):
                    start_cpu = time.process_time()
                    verbs.list_households(pair.village, word[:n], 200)
                    keys.append(time.process_time() - start_cpu)
        empty = []
        for _ in range(15):
            start_cpu = time.process_time()
            verbs.list_households(pair.village, "zzzz")
            empty.append(time.process_time() - start_cpu)
        report("search", "<= 16 ms CPU per key", "a key", "no hit", {"a key": keys, "no hit": empty}, households=10_000, worst_ms=round(max(keys) * 1000, 1), median_key_ms=round(statistics.median(keys) * 1000, 1))
        pair.village.close()
        pair.county.close()
