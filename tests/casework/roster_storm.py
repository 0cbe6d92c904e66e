"""Lists and hands writing about the same families in turn, by a seed: what must hold after every list.

    python tests/casework/roster_storm.py 40 25        40 villages, 25 lists each (in full; the suite runs two of eight)
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rosterkit import HEADS, Book, id_number, write_book
from xieli_tui.casework import families, households
from xieli_tui.casework.roster import RosterReport, import_roster
from xieli_tui.casework.roster_changes import Decisions
from xieli_tui.casework.session import Session
from xieli_tui.errors import XieliError
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild

RELATIONS = {"02": "户主", "10": "配偶", "11": "配偶", "12": "配偶", "20": "子", "21": "独生子", "22": "长子", "30": "女", "38": "儿媳", "80": "其他"}
NAMES = [a + b for a in "王刘陈周" for b in ("大山", "小翠", "有福", "水莲", "小河", "建华")]


class Storm:
    """One village under lists and hands."""

    def __init__(self, session: Session, folder: Path, seed: int) -> None:
        self.session, self.folder, self.rnd, self.count = session, folder, random.Random(seed), 0
        self.numbers = [id_number(dt.date(1950 + at, 1 + at % 12, 1 + at % 28), 100 + at) for at in range(len(NAMES))]
        self.old: list[list[list[object]]] = []
        self.seen: Counter[tuple[str, str]] = Counter()
        """(what, what became of it) -> how often"""

    # -- what hands do ------------------------------------------------------------------------------------------------------------------
    def hand(self) -> None:
        with self.session.reading() as tx:
            people = [one for some in queries.all_members(tx).values() for one in some]
        if not people:
            return
        one = self.rnd.choice(people)
        day = f"2026-{self.rnd.randint(1, 12):02d}-{self.rnd.randint(1, 20):02d}"
        acts: list[Callable[[], object]] = [
            lambda: households.set_person(self.session, one.person, {"phone": f"1000000{self.rnd.randrange(9999):04d}"}, "问过", as_of=day),
            lambda: households.set_person(self.session, one.person, {"health": self.rnd.choice(("chronic", "healthy"))}, "看过", as_of=day),
            lambda: households.set_household(self.session, one.household, {"address": f"石桥村 {self.rnd.randrange(9)} 号"}, "看过", as_of=day),
            lambda: families.leave(self.session, families.Leave(one.person, self.rnd.choice(("death", "moved_out", "married_out")), day)),
            lambda: families.move_in(self.session, families.MoveIn(self.rnd.choice(people).household, one.person, "80", day)),
        ]
        try:
            self.rnd.choices(acts, (5, 5, 3, 2, 1))[0]()
        except XieliError:
            return  # what the village may not do (a move into the own family, a day before the birth) is no act

    # -- what lists say -----------------------------------------------------------------------------------------------------------------
    def rows(self) -> list[list[object]]:
        """The village as it stands, as a list would have it, some of it otherwise."""
        out: list[list[object]] = []
        with self.session.reading() as tx:
            for home in queries.households(tx):
                for one in queries.members(tx, home.id):
                    out.append([
                        0, home.fields.get("number", ""), home.fields.get("group", ""), home.head_name, one.name, RELATIONS.get(one.relation, "其他"), "", one.id_no, "",
                        one.phone, "", "", {"chronic": "慢性病", "healthy": "健康"}.get(str(one.fields.get("health", "")), ""), "", "",
                    ])
        if not out or self.rnd.random() < 0.2:
            used = {str(row[4]) for row in out}
            fresh = [at for at, name in enumerate(NAMES) if name not in used][: self.rnd.randint(2, 5)]
            number = f"{self.rnd.randrange(100, 999)}"
            out += [[0, number, "三组", NAMES[fresh[0]], NAMES[at], "户主" if at == fresh[0] else "其他", "", self.numbers[at], "", "", "", "", "", "", ""] for at in fresh]
        return out

    def otherwise(self, rows: list[list[object]]) -> list[list[object]]:
        rnd = self.rnd
        out = []
        for row in rows:
            row = list(row)
            if rnd.random() < 0.06:
                continue
            if rnd.random() < 0.2:
                row[9] = f"1000000{rnd.randrange(9999):04d}"
            if rnd.random() < 0.2:
                row[12] = rnd.choice(("慢性病", "健康", "大病", ""))
            if rnd.random() < 0.06:
                row[7] = rnd.choice(("", "99999919500101", *self.numbers))
            if rnd.random() < 0.05:
                row[4] = rnd.choice(NAMES)
            if rnd.random() < 0.06:
                other = rnd.choice(rows)
                row[1], row[3], row[5] = other[1], other[3], "其他"
            out.append(row)
        if rnd.random() < 0.3:
            rnd.shuffle(out)
        return out

    # -- a round ------------------------------------------------------------------------------------------------------------------------
    @property
    def events(self) -> int:
        with self.session.reading() as tx:
            return journal.count(tx)

    def facts(self) -> dict[str, tuple[str, str, frozenset[str]]]:
        """person -> name, number, households."""
        with self.session.reading() as tx:
            living: dict[str, set[str]] = {}
            for some in queries.all_members(tx).values():
                for one in some:
                    living.setdefault(one.person, set()).add(one.household)
            return {one.id: (one.name, one.id_no if one.id_state == "ok" else "", frozenset(living.get(one.id, ()))) for one in queries.persons(tx)}

    def turn(self) -> RosterReport:
        for _ in range(self.rnd.randint(0, 4)):
            self.hand()
        rows = self.rnd.choice(self.old) if self.old and self.rnd.random() < 0.3 else self.rows()
        rows = self.otherwise(rows)
        self.old.append(rows)
        self.count += 1
        filled = f"2026年{self.rnd.randint(1, 12)}月{self.rnd.randint(1, 20)}日" if self.rnd.random() < 0.85 else ""
        path = write_book(self.folder / f"{self.count}.xlsx", Book([[at, *row[1:]] for at, row in enumerate(rows, 1)]), heads=HEADS, filled=filled)
        before, events = self.facts(), self.events
        dry = import_roster(self.session, path, dry_run=True)
        assert self.events == events, "a look wrote something"
        decisions = Decisions(rest=self.rnd.choice(("", "", "", "take", "keep")))
        report = import_roster(self.session, path, decisions=decisions)
        self.check(report, decisions, before)
        self.seen.update((one.label, one.take) for one in report.changes)
        told, done = [(one.place, one.field) for one in dry.changes], [(one.place, one.field) for one in report.changes]
        assert told == done or (decisions.rest == "take" and set(told) < set(done)), "the look said otherwise than what was done"  # who is taken in may head the family
        events = self.events
        again = import_roster(self.session, path)
        assert self.events == events, f"the same file wrote {self.events - events} events: {[(one.row, one.label, one.take, one.why) for one in again.changes]}"
        return report

    def check(self, report: RosterReport, decisions: Decisions, before: dict[str, tuple[str, str, frozenset[str]]]) -> None:
        after = self.facts()
        taken = {(one.person, one.field) for one in report.changes if one.take == "take"}
        for one in report.changes:
            newer = bool(one.ours_on and one.theirs_on and one.ours_on > one.theirs_on)
            assert not (newer and one.take == "take" and decisions.rest != "take" and one.field != "id_no"), f"a newer claim gave way: {one.label}"
        for person, (name, number, homes) in before.items():
            now = after[person]
            assert now[0] == name or (person, "name") in taken, "a name was changed unasked"
            assert not number or now[1] == number or (person, "id_no") in taken, "a number was changed unasked"
            assert now[2] == homes or {(person, "household"), (person, "member")} & taken, "somebody was moved unasked"
            assert len(now[2]) <= 1 or len(homes) > 1, "somebody lives in two families"
        if decisions.rest != "take":
            assert not any(one.take == "take" and one.field in ("name", "member") and one.ours.startswith("去世") for one in report.changes)


def storm(session: Session, folder: Path, seed: int, turns: int) -> Storm:
    """One village under so many lists; its tables at the end are those of its journal."""
    print(f"seed={seed}")
    found = Storm(session, folder, seed)
    for _ in range(turns):
        found.turn()
    assert rebuild(session.store)["equal"] is True
    return found


if __name__ == "__main__":
    import os

    from basekit import OPERATOR, PASSPHRASE, START, VILLAGE, seeded
    from xieli_tui.casework.session import open_session
    from xieli_tui.casework.setup import InitVillage, init_village
    from xieli_tui.domain.clock import FixedClock

    villages, turns = int(sys.argv[1]), int(sys.argv[2])
    events, seen = 0, Counter[tuple[str, str]]()
    for seed in range(villages):
        with tempfile.TemporaryDirectory() as base:
            os.environ["XIELI_STATE"] = f"{base}/state"
            place = Path(base) / "v"
            init_village(place, InitVillage(villages=(VILLAGE,), village_name="石桥村", operator=OPERATOR, kdf="floor"), PASSPHRASE, clock=FixedClock(START), rand=seeded(seed))
            with open_session(place, PASSPHRASE, clock=FixedClock(START), rand=seeded(seed + 1)) as session:
                done = storm(session, Path(base), seed, turns)
                events += done.events
                seen.update(done.seen)
    print(f"{villages} villages, {villages * turns} lists, {events} events, all held: {dict(sorted(seen.items()))}")
