"""CPU of 今日 for 1,500 households spread over the regions of all packs: nothing kept, kept by the last start, after one change."""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import interleaved, report
from bench.kit import PASSPHRASE, SEED

COUNT = 1500
ROUNDS = 5
TABLES = ("household", "membership", "person", "visit", "flag", "change", "alert", "referral", "aid", "statement_made", "informed", "application", "consent")


def regions() -> list[str]:
    """A village code inside each region a pack is written for."""
    from xieli_tui.policy import shipped

    found = dict.fromkeys(pack.region_code for pack in shipped().packs.values() if pack.region_code != "000000")
    return [f"{code}001001" for code in found] + ["999999001001"]


def village(folder: Path) -> Any:
    """A village desk with the invented families, seeded."""
    os.environ["XIELI_STATE"] = str(folder / "state")
    from xieli_tui.casework.session import open_session
    from xieli_tui.casework.setup import InitVillage, init_village

    places = regions()
    init_village(folder / "v", InitVillage(villages=tuple(places), village_name="上坪村", operator="测量员", kdf="floor"), PASSPHRASE)
    session = open_session(folder / "v", PASSPHRASE)
    rnd = random.Random(SEED)
    for start in range(0, COUNT, 100):
        batch: list[Any] = []
        for number in range(start, min(start + 100, COUNT)):
            batch += family(session, rnd, number, places[number % len(places)])
        session.record(*batch)
    return session


def family(session: Any, rnd: random.Random, number: int, place: str) -> list[Any]:
    """Events of one invented family: who they are, visits of the year, now and then a statement, a change, a finding."""
    from xieli_tui.domain.clock import millis, uuid7
    from xieli_tui.domain.events.household import HouseholdOpened, MembershipStarted, MoneyLine, PersonAdded, StatementMade
    from xieli_tui.domain.events.work import ChangeReported, FlagRaised, VisitRecorded

    today = session.today

    def new() -> str:
        return uuid7(millis(session.clock.now()), rnd.randbytes)

    def day(back: int) -> str:
        from datetime import timedelta

        return (today - timedelta(days=rnd.randint(0, back))).isoformat()

    home = new()
    category = rnd.choices(["dibao", "tekun", "edge", "rigid", "other_hard", "none", ""], [35, 6, 10, 4, 10, 25, 10])[0]
    fields: dict[str, Any] = {"number": str(number), "group": f"{number % 8 + 1}组", "area": rnd.choice(["urban", "rural"])}
    if category:
        fields |= {"category": category, "category_since": day(900)}
    if rnd.random() < 0.5:
        fields["income_stability"] = rnd.choice(["stable", "unstable"])
    people = [(new(), new()) for _ in range(rnd.randint(1, 5))]
    out: list[Any] = [HouseholdOpened(village=place, household=home, fields=fields | {"head": people[0][0]})]
    for at, (person, membership) in enumerate(people):
        about: dict[str, Any] = {"name": f"李{number}之{at}", "birth": f"{rnd.randint(1938, 2022)}-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}", "sex": rnd.choice(["male", "female"])}
        if rnd.random() < 0.15:
            about |= {"disability_kind": "limb", "disability_level": rnd.randint(1, 4)}
        if rnd.random() < 0.5:
            about |= {"labour": rnd.choice(["full", "none"]), "work": rnd.choice(["farming", "migrant", "unemployed", "registered_unemployed"])}
        out += [
            PersonAdded(village=place, household=home, person=person, fields=about),
            MembershipStarted(village=place, household=home, membership=membership, person=person, relation="02" if at == 0 else "20"),
        ]
    for _ in range(rnd.randint(0, 8)):
        out.append(VisitRecorded(village=place, household=home, visit=new(), on=day(360), met=rnd.choice(["self", "family", "none"]), note="见到本人，血压药按时吃。"))
    if rnd.random() < 0.3:
        line = MoneyLine(kind="wage", amount=rnd.randint(200, 4000) * 100)
        out.append(StatementMade(village=place, household=home, statement=new(), on=day(300), income=[line], income_month=line.amount))
    if rnd.random() < 0.08:
        out.append(ChangeReported(village=place, household=home, change=new(), on=day(200), kind="illness"))
    if rnd.random() < 0.05:
        out.append(FlagRaised(village=place, household=home, flag=new(), on=day(100), causes=["illness"], urgency="normal"))
    return out


def run() -> None:
    """Four lines: 今日 whole, and its duties alone, cold and warm."""
    with tempfile.TemporaryDirectory() as folder:
        session = village(Path(folder))
        measure(session)
        session.close()


def measure(session: Any) -> None:
    """Interleaved rounds over one open session; every figure is CPU of this process."""
    from xieli_tui.casework import duties
    from xieli_tui.casework.record_visit import RecordVisit, record_visit
    from xieli_tui.casework.today import today
    from xieli_tui.store import duty_cache

    rnd = random.Random(SEED)
    with session.reading() as tx:
        homes = [row[0] for row in tx.ask("SELECT household FROM household")]

    def cpu(call: Any) -> float:
        start = time.process_time()
        call()
        return time.process_time() - start

    def cold() -> float:
        session.kept.clear()
        with session.writing() as tx:
            duty_cache.forget(tx)
        return cpu(lambda: today(session))

    def kept() -> float:
        session.kept.clear()
        return cpu(lambda: today(session))

    def changed() -> float:
        record_visit(session, RecordVisit(rnd.choice(homes), "self"))
        return cpu(lambda: today(session))

    def raw() -> float:
        def read() -> None:
            with session.reading() as tx:
                for table in TABLES:
                    tx.ask(f"SELECT * FROM {table}")

        return cpu(read)

    cold()  # packs are read and rules imported once per program
    samples = interleaved(ROUNDS, {"cold": cold, "again": lambda: cpu(lambda: today(session)), "one change": changed, "kept": kept, "raw rows": raw})
    page = today(session)
    with session.reading() as tx:
        owed = sum(len(found) for found in duties.of_all(session, tx).values())
    more = {"households": len(homes), "duties": owed, "lines": len(page.tasks) + len(page.bulk), "unit": "CPU ms"}
    report("today.cold", "<= 300 ms CPU", "cold", "raw rows", samples, **more)
    report("today.change", "<= 30 ms CPU", "one change", "raw rows", samples, **more)


if __name__ == "__main__":
    run()
