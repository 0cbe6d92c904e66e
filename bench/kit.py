"""A village and a county joined by a grant, on disk, for measurements; invented data, seeded."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 7
PASSPHRASE = "measure-only-passphrase"
VILLAGE = "999999001001"
WORDS = "家里老人身体还好血压药按时吃儿子在镇上打零工孙女上初三成绩不错房子去年修过屋顶不漏水井水够用今年收成一般养了两头猪邻居常来照看"


@dataclass
class Pair:
    """Two open sessions and the folder they live in."""

    village: Any
    county: Any
    folder: Path


def joined(folder: Path) -> Pair:
    """Init, county init, enrol both ways."""
    os.environ["XIELI_STATE"] = str(folder / "state")
    from xieli_tui.casework.session import open_session
    from xieli_tui.casework.setup import InitVillage, enrol, init_village
    from xieli_tui.desk.enrolment import EnrolDevice, enrol_device
    from xieli_tui.desk.setup import InitCounty, init_county

    made = init_village(folder / "v", InitVillage(villages=(VILLAGE,), village_name="上坪村", operator="测量员", kdf="floor"), PASSPHRASE)
    desk = init_county(folder / "c", InitCounty("999999", "测试县", "测量员", folder / "root", "floor"), PASSPHRASE, PASSPHRASE)
    county = open_session(folder / "c", PASSPHRASE)
    enrol_device(county, EnrolDevice(made.enrol_code, (VILLAGE,), "测量员", folder / "grant.xieli"))
    village = open_session(folder / "v", PASSPHRASE)
    enrol(village, folder / "grant.xieli", desk.root_fingerprint)
    return Pair(village, county, folder)


def households(session: Any, count: int) -> list[str]:
    """Invented families, opened in one transaction."""
    from xieli_tui.domain.clock import millis, uuid7
    from xieli_tui.domain.events.household import HouseholdOpened

    rnd = random.Random(SEED)
    ms = millis(session.clock.now())
    made = [uuid7(ms, rnd.randbytes) for _ in range(count)]
    session.record(*(HouseholdOpened(village=VILLAGE, household=h, fields={"number": f"{i:05d}", "group": f"{i % 8 + 1}组"}) for i, h in enumerate(made)))
    return made


def begun(folder: Path, count: int) -> tuple[Pair, list[str]]:
    """A village and its county that both hold `count` families; and those."""
    from xieli_tui.casework.exchange import export
    from xieli_tui.desk.intake import import_files

    pair = joined(folder)
    homes = households(pair.village, count)
    first = pair.folder / "first"
    first.mkdir()
    export(pair.village, first, with_backup=False)
    import_files(pair.county, [first])
    return pair, homes


def visits(session: Any, homes: list[str], count: int, *, note: str) -> None:
    """Visits of one device in its chain, in one transaction a thousand; `note` is "templated" or "random"."""
    from xieli_tui.domain.clock import millis, uuid7
    from xieli_tui.domain.events.work import VisitRecorded

    rnd = random.Random(SEED)
    ms = millis(session.clock.now())
    for start in range(0, count, 1000):
        batch = []
        for i in range(start, min(start + 1000, count)):
            text = "".join(rnd.choice(WORDS) for _ in range(44)) if note == "random" else f"见到本人，血压药按时吃，第{i % 97}回，和上次差不多。"
            batch.append(
                VisitRecorded(
                    village=VILLAGE, household=rnd.choice(homes), visit=uuid7(ms + i, rnd.randbytes), on=f"2026-{rnd.randint(1, 10):02d}-{rnd.randint(1, 28):02d}",
                    met=rnd.choice(["self", "family", "neighbour", "none"]), visitors=[{"name": "测量员", "role": "coordinator"}],
                    marks={"economy": rnd.randint(1, 3), "health": rnd.randint(1, 3)}, note=text,
                )
            )
        session.record(*batch)
