"""CPU of opening the dossier of a household with 500 entries among 10,000 households: the file, its chain, the page drawn at 80x24."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path

from bench.common import report
from bench.kit import SEED, VILLAGE, WORDS, households, joined, visits

ENTRIES = 500


def run() -> None:
    """Median CPU of `show`, of the chain, and of the page from Enter to drawn, beside opening a file of no entries."""
    from xieli_tui.casework import households as verbs
    from xieli_tui.domain.clock import millis, uuid7
    from xieli_tui.domain.events.household import MembershipStarted, PersonAdded, StatementMade
    from xieli_tui.domain.events.work import ChangeReported, VisitRecorded

    with tempfile.TemporaryDirectory() as folder:
        pair = joined(Path(folder))
        village = pair.village
        rnd, ms = random.Random(SEED), millis(village.clock.now())
        homes = households(village, 10_000)
        visits(village, homes, 20_000, note="templated")

        def new() -> str:
            return uuid7(ms, rnd.randbytes)

        people = []
        for home in homes[:2]:
            for name, relation, birth in (("王秀英", "02", "1951-03-02"), ("李建军", "20", "1978-05-05"), ("李晓雨", "42", "2011-06-07")):
                who = new()
                people += [
                    PersonAdded(village=VILLAGE, household=home, person=who, fields={"name": name, "birth": birth}),
                    MembershipStarted(village=VILLAGE, household=home, membership=new(), person=who, relation=relation),
                ]
        village.record(*people)
        entries = []
        for at in range(ENTRIES):
            day = f"2025-{at % 12 + 1:02d}-{at % 28 + 1:02d}"
            if at % 10 == 0:
                entries.append(StatementMade(village=VILLAGE, household=homes[0], statement=new(), on=day, income_month=100_000 + at))
            elif at % 10 == 1:
                entries.append(ChangeReported(village=VILLAGE, household=homes[0], change=new(), on=day, kind="illness"))
            else:
                note = "".join(rnd.choice(WORDS) for _ in range(40))
                entries.append(VisitRecorded(village=VILLAGE, household=homes[0], visit=new(), on=day, met="self", marks={"health": 2}, note=note))
        village.record(*entries)
        samples: dict[str, list[float]] = {"file": [], "chain": [], "page": [], "empty file": []}
        for _ in range(9):
            for name, ask in (
                ("file", lambda: verbs.show(village, homes[0])), ("chain", lambda: verbs.timeline(village, homes[0])), ("empty file", lambda: verbs.show(village, homes[2])),
            ):
                start = time.process_time()
                ask()
                samples[name].append(time.process_time() - start)
        samples["page"] = asyncio.run(_page(village, homes[0]))
        report(
            "dossier", "<= 100 ms CPU", "page", "empty file", samples, households=10_000, entries=ENTRIES, page_worst_ms=round(max(samples["page"]) * 1000, 1),
        )
        pair.village.close()
        pair.county.close()


async def _page(village: object, home: str) -> list[float]:
    """CPU from the key to the drawn page and the packs asked, without a terminal."""
    from xieli_tui.ui import places
    from xieli_tui.ui.app import XieliApp

    app = XieliApp(village.workspace)  # type: ignore[attr-defined]
    out = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        app.unlocked(village)  # type: ignore[arg-type]
        await app.workers.wait_for_complete()
        await pilot.pause()
        for _ in range(9):
            start = time.process_time()
            places.open_dossier(app, home)
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            out.append(time.process_time() - start)
            app.back()  # 今日 is read again: that is not the dossier's
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause(0.2)
    return out
