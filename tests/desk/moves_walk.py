"""A random walk of people at work: two laptops of one village, one of the next, a county; families moved to and fro, files merged and split, work lost on
the way and done again. Afterwards nothing anybody wrote is missing anywhere it belongs.

`python tests/desk/moves_walk.py 20 60` walks twenty seeds of sixty steps each and prints what was checked.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from desk_office import VILLAGE, Office
from people_kit import NEXT, laptop, settle

from xieli_tui.casework import exchange, households, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.desk import intake, matters, rulings, send
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild


@dataclass
class Walk:
    """One walk and what it remembers of what was written."""

    office: Office
    seed: int
    laptops: dict[str, Session] = field(default_factory=dict)
    homes: list[str] = field(default_factory=list)
    wrote: dict[str, set[str]] = field(default_factory=dict)
    """household -> notes of visits anybody recorded"""
    done: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        office = self.office
        self.laptops = {"a": office.village, "b": laptop(office, "second", "吴小青"), "d": laptop(office, "next", "柳小叶", (NEXT,))}
        self.homes = [office.household(f"石{name}") for name in ("一", "二", "三")]
        self.homes.append(households.add_household(self.laptops["d"], households.AddHousehold("柳四")).id)
        self.wrote = {home: set() for home in self.homes}
        settle(office, *self.laptops.values(), rounds=8)

    def run(self, steps: int) -> None:
        rng = random.Random(self.seed)
        acts = (self.visit, self.visit, self.visit, self.phone, self.up, self.up, self.down, self.lose_up, self.lose_down, self.move, self.merge, self.part)
        for at in range(steps):
            self.office.clock.tick(minutes=rng.randrange(1, 50))
            act = rng.choice(acts)
            try:
                act(rng, at)
                self.done[act.__name__] += 1
            except (NotFound, Refused) as error:
                self.done[f"{act.__name__} refused {error.code}"] += 1
        settle(self.office, *self.laptops.values(), rounds=12)

    # -- acts ---------------------------------------------------------------------------------------
    def visit(self, rng: random.Random, at: int) -> None:
        home, who = rng.choice(self.homes), rng.choice(sorted(self.laptops))
        note = f"{who}{at}"
        record_visit.record_visit(self.laptops[who], record_visit.RecordVisit(home, "self", note=note))
        self.wrote[home].add(note)

    def phone(self, rng: random.Random, at: int) -> None:
        who = self.laptops[rng.choice(sorted(self.laptops))]
        card = households.show(who, rng.choice(self.homes))
        households.set_person(who, card.members[0].person, {"phone": f"139{at:08d}"})

    def up(self, rng: random.Random, _at: int) -> None:
        files = exchange.export(self.laptops[rng.choice(sorted(self.laptops))], self.office.stick, with_backup=False).files
        for one in rng.sample(files, len(files)):
            intake.import_files(self.office.county, [Path(one.path)])

    def down(self, rng: random.Random, _at: int) -> None:
        who = self.laptops[rng.choice(sorted(self.laptops))]
        exchange.take_in(who, [Path(one.path) for one in send.send(self.office.county, self.office.stick, device=who.dev)])

    def lose_up(self, rng: random.Random, _at: int) -> None:
        exchange.export(self.laptops[rng.choice(sorted(self.laptops))], self.office.stick, with_backup=False)

    def lose_down(self, rng: random.Random, _at: int) -> None:
        send.send(self.office.county, self.office.stick, device=self.laptops[rng.choice(sorted(self.laptops))].dev)

    def move(self, rng: random.Random, _at: int) -> None:
        matters.transfer_household(self.office.county, rng.choice(self.homes), rng.choice((VILLAGE, NEXT)))

    def merge(self, rng: random.Random, _at: int) -> None:
        one, two = rng.sample(self.homes, 2)
        persons = [households.show(self.office.county, home).members[0].person for home in (one, two)]
        rulings.merge(self.office.county, *persons)

    def part(self, rng: random.Random, _at: int) -> None:
        known = rulings.merges(self.office.county)
        if known:
            rulings.annul(self.office.county, rng.choice(known).event, "看错了")

    # -- afterwards ---------------------------------------------------------------------------------
    def check(self) -> None:
        county = self.office.county
        where = {home: households.show(county, home).row.village for home in self.homes}
        for home, notes in self.wrote.items():
            seen = {one.note for one in households.show(county, home).visits}
            assert seen == notes, (self.seed, home, "at the county", notes ^ seen)
            for name, session in self.laptops.items():
                if where[home] in session.profile.villages:
                    seen = {one.note for one in households.show(session, home).visits}
                    assert seen == notes, (self.seed, home, "at", name, notes ^ seen)
        for name, session in self.laptops.items():
            status = exchange.status(session)
            assert (status.unconfirmed, status.quarantined) == (0, 0), (self.seed, name, status)
            gone = {home for home, *_ in status.moved}
            held = {home for home in self.homes if _holds(session, home)}
            assert gone == {home for home in held if where[home] not in session.profile.villages}, (self.seed, name)
        with county.reading() as tx:
            assert queries.quarantined(tx) == []
            shown = queries.components(tx)
        for name, session in {"c": county, **self.laptops}.items():
            assert rebuild(session.store)["equal"] is True, (self.seed, name)
        same = [self.laptops["a"], self.laptops["b"]]
        mine = [home for home in self.homes if where[home] == VILLAGE]
        first, second = ([_says(session, home) for home in mine] for session in same)
        assert first == second, self.seed
        for session in same:
            with session.reading() as tx:
                here = queries.components(tx)
            assert all(here.get(person, person) == shown.get(person, person) for home in mine for person in _persons(session, home)), self.seed


def _holds(session: Session, home: str) -> bool:
    with session.reading() as tx:
        return queries.village_of(tx, home) is not None


def _persons(session: Session, home: str) -> list[str]:
    return [one.person for one in households.show(session, home).members]


def _says(session: Session, home: str) -> object:
    card = households.show(session, home)
    return card.row.village, [(one.person, one.name, one.phone) for one in card.members], [(one.field, sorted(one.values)) for one in card.conflicts]


def lines(session: Session) -> int:
    """Lines of every author held."""
    with session.reading() as tx:
        return sum(1 for _ in journal.load(tx))


def main(seeds: int, steps: int) -> None:
    """Walks at full size, each over workspaces of its own."""
    import os
    import tempfile

    from desk_office import START, _at_work, _open

    from xieli_tui.domain.clock import FixedClock

    total: Counter[str] = Counter()
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder)
            os.environ["XIELI_STATE"] = str(base / "state")
            clock = FixedClock(START)
            made = _at_work(clock, base)
            sessions = [_open(base / name, made.vaults[name], clock, random.Random(seed * 10 + n).randbytes) for n, name in enumerate(("county", "township", "village"))]
            office = Office(*sessions, base / "stick", clock, made.root_fingerprint, made.root_dir)
            walk = Walk(office, seed)
            walk.begin()
            walk.run(steps)
            walk.check()
            total.update(walk.done)
            print(f"seed {seed}: {lines(office.county)} lines at the county, {sum(map(len, walk.wrote.values()))} visits, none missing", flush=True)
            for session in (*sessions, *office.sessions):
                session.close()
    print(dict(sorted(total.items())))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path[:0] = [str(here), str(here.parent)]
    main(int(sys.argv[1]), int(sys.argv[2]))
