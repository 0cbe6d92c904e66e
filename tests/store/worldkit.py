"""A small invented county for the tests of verdicts and projections: chains of a county, a township and two villages, without cryptography.

Lines are real lines of the road (canonical, chained); who wrote them is told to the store by role, as the importer would. `World.random` plays a
history with everything the rules know: claims and locks, concurrent steps, corrections, annulments, rogue rulings, foreign villages, unknown
types, broken payloads, grants, cuts, forks, clamps, transfers. A store takes any part of it in any order.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_sync import event as wire
from xieli_sync.ports import ChainLine, Role
from xieli_tui.domain.clock import uuid7
from xieli_tui.domain.events import Payload, aid, event_type, household, road, work
from xieli_tui.store import chains, migrations
from xieli_tui.store.engine import make_engine
from xieli_tui.store.store import Store, Tx, open_store

V1, V2, V3 = "999999001001", "999999001002", "999999002001"
NOW = 1_798_420_000_000
KEY = bytes(range(32))
DAY = "2026-12-28"


@dataclass(frozen=True)
class Written:
    """A line and who wrote it."""

    line: ChainLine
    role: Role
    t: str

    @property
    def ref(self) -> str:
        return wire.ref_text(self.line.dev, self.line.ep, self.line.seq, self.line.hash)


@dataclass
class Author:
    """One device that writes a chain."""

    name: str
    role: Role
    ms: int = NOW
    seq: int = 0
    prev: str = wire.ZERO
    out: list[Written] = field(default_factory=list)

    @property
    def dev(self) -> str:
        return self.name.encode().hex().ljust(32, "0")

    @property
    def ep(self) -> str:
        return self.name.encode().hex().ljust(16, "1")

    def raw(self, t: str, d: dict[str, Any], v: int = 1) -> Written:
        """Write a line whatever it says."""
        self.seq += 1
        self.ms += 1000
        line = wire.canonical({"by": "1", "d": d, "dev": self.dev, "ep": self.ep, "hlc": [self.ms, 0], "seq": self.seq, "t": t, "v": v})
        digest = wire.chain_hash(self.prev, line)
        made = Written(ChainLine(self.dev, self.ep, self.seq, digest, line), self.role, t)
        self.prev = digest
        self.out.append(made)
        return made

    def write(self, payload: Payload) -> Written:
        """Write a payload, also one this role may not write."""
        known = event_type(payload)
        return self.raw(known.t, payload.as_d(), known.v)

    def fork(self, back: int) -> Author:
        """The same device gone on from `back` lines ago, on another machine."""
        at = max(0, self.seq - back)
        prev = self.out[at - 1].line.hash if at else wire.ZERO
        return Author(self.name, self.role, self.ms + 77, at, prev, list(self.out[:at]))


def open_at(folder: Path, role: Role, dev: str) -> Store:
    """An empty store of a device."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = make_engine(folder / "store.db", KEY)
    migrations.migrate(engine)
    return open_store(engine, dev, role, random.Random(1).randbytes, NOW)


def feed(store: Store, lines: Sequence[Written], batches: int = 1) -> None:
    """Take lines in, in this order, in so many transactions; neighbours of one author go in together."""
    size = max(1, -(-len(lines) // batches))
    for at in range(0, len(lines), size):
        with store.write() as tx:
            take(tx, lines[at : at + size])


def take(tx: Tx, lines: Sequence[Written]) -> None:
    """Take lines in, in this order, in one transaction."""
    group: list[Written] = []
    places: set[tuple[str, str, int]] = set()
    for written in lines:
        place = (written.line.dev, written.line.ep, written.line.seq)
        if group and (written.role != group[0].role or place in places):
            chains.ingest(tx, [x.line for x in group], NOW, role=group[0].role)
            group, places = [], set()
        group.append(written)
        places.add(place)
    if group:
        chains.ingest(tx, [x.line for x in group], NOW, role=group[0].role)


class World:
    """A county C, a township T over two villages, laptops A (V1) and B (V2), and everything they wrote."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.c = Author("C", "county")
        self.t = Author("T", "township", NOW + 5)
        self.a = Author("A", "village", NOW + 11)
        self.b = Author("B", "village", NOW - 60_000)
        self.authors = [self.c, self.t, self.a, self.b]
        self.extra: list[Author] = []
        self.deleg = self.c.write(road.LocalSet(
            key="delegations", start="2026-01-01",
            value='[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]',
        ))
        self.grants = {
            x.name: self.enrol(x, role, area, villages)
            for x, role, area, villages in (
                (self.t, "township", "999999001", []), (self.a, "village", "999999001", [V1]), (self.b, "village", "999999001", [V2]),
            )
        }
        for x in (self.t, self.a, self.b):
            self.state(x)
        self.households: list[str] = []
        self.persons: list[tuple[str, str]] = []
        self.apps: list[tuple[str, str]] = []
        self.claims: dict[str, list[str]] = {}
        self.steps: dict[str, list[str]] = {}
        self.facts: list[tuple[str, str, str]] = []
        self.rulings: list[str] = [self.deleg.ref]

    def id(self) -> str:
        return uuid7(NOW, self.random.randbytes)

    def enrol(self, author: Author, role: Role, area: str, villages: list[str]) -> Written:
        """The county gives a device its rights."""
        return self.c.write(road.DeviceEnrolled(
            dev=author.dev, kid="0" * 16, sign_pub="0" * 64, enc_pub="0" * 64, role=role, area=area, villages=villages, on=DAY,
        ))

    def state(self, author: Author, deleg: bool = True) -> Written:
        """A device says which grant it holds."""
        return author.write(road.ReturnReceived(
            issuer=self.c.dev, ep=self.c.ep, r=author.seq + 1, head="0" * 64, grant=self.grants[author.name].ref,
            deleg=self.deleg.ref if deleg and author is self.t else None,
        ))

    def home(self, author: Author) -> str:
        return {"A": V1, "B": V2, "T": V1, "C": V1}[author.name]

    @property
    def lines(self) -> list[Written]:
        """Everything written, chain by chain."""
        seen: dict[str, Written] = {}
        for author in [*self.authors, *self.extra]:
            for written in author.out:
                seen.setdefault(written.ref, written)
        return list(seen.values())

    # -- single acts --------------------------------------------------------------------------------
    def open_household(self, author: Author, village: str | None = None, **fields: Any) -> str:
        home = self.id()
        made = author.write(household.HouseholdOpened(village=village or self.home(author), household=home, fields=fields))
        self.households.append(home)
        self.claims[home] = [made.ref]
        return home

    def claim(self, author: Author, home: str, replaces: Sequence[str] = (), lock: bool | None = None, village: str | None = None, **fields: Any) -> Written:
        made = author.write(household.HouseholdClaimed(
            village=village or self.home(author), household=home, fields=fields, replaces=list(replaces), lock=lock,
        ))
        self.claims.setdefault(home, []).append(made.ref)
        return made

    def add_person(self, author: Author, home: str, name: str, relation: str = "20", **fields: Any) -> str:
        who = self.id()
        made = author.write(household.PersonAdded(village=self.home(author), household=home, person=who, fields={"name": name, **fields}))
        author.write(household.MembershipStarted(
            village=self.home(author), household=home, membership=self.id(), person=who, relation=relation,
        ))
        self.persons.append((home, who))
        self.claims[who] = [made.ref]
        return who

    def visit(self, author: Author, home: str, village: str | None = None, on: str = DAY, **other: Any) -> Written:
        made = author.write(work.VisitRecorded(village=village or self.home(author), household=home, visit=self.id(), on=on, met="self", **other))
        self.facts.append((made.ref, home, village or self.home(author)))
        return made

    def start(self, author: Author, home: str, kinds: Sequence[str] = ("temp_emergency",), **other: Any) -> str:
        app = self.id()
        made = author.write(aid.ApplicationStarted(village=self.home(author), household=home, application=app, on=DAY, kinds=list(kinds), **other))
        self.apps.append((home, app))
        self.steps[app] = [made.ref]
        return app

    def step(self, author: Author, app: str, payload: type[aid.StepPayload], after: Sequence[str] | None = None, **other: Any) -> Written:
        home = next(h for h, a in self.apps if a == app)
        made = author.write(payload(
            village=self.home(author), household=home, application=app, on=DAY, after=list(self.steps[app][-1:] if after is None else after), **other,
        ))
        self.steps[app].append(made.ref)
        return made

    # -- a random history ---------------------------------------------------------------------------
    def play(self, acts: int) -> World:
        """So many random acts."""
        for author in (self.a, self.b):
            self.open_household(author, number="1")
        for _ in range(acts):
            self._act()
        return self

    def _act(self) -> None:
        r = self.random
        who = r.choice([self.a, self.a, self.b, self.t, self.c])
        home = r.choice(self.households)
        village = r.choice([self.home(who)] * 5 + [V1, V2, V3])
        act = r.choice([
            "open", "claim", "claim", "claim", "lock", "person", "pclaim", "visit", "visit", "ghost", "start", "step", "step", "step", "rogue", "decide",
            "correct", "withdraw", "annul", "category", "exit", "merge", "flag", "phone", "settle", "consent", "future", "broken", "revoke", "release",
            "fork", "clamp", "transfer", "regrant", "told", "local", "operator", "alert", "mend_mend", "unenrolled",
        ])
        getattr(self, f"_{act}")(who, home, village)

    def _pick(self, of: Sequence[str], most: int = 3) -> list[str]:
        return self.random.sample(list(of), self.random.randint(0, min(most, len(of))))

    def _open(self, who: Author, home: str, village: str) -> None:
        self.open_household(who, village, number=str(self.random.randint(1, 9)))

    def _claim(self, who: Author, home: str, village: str) -> None:
        fields = {name: self.random.choice("甲乙丙") for name in self._pick(["group", "phone", "nickname", "address"]) or ["group"]}
        self.claim(who, home, self._pick(self.claims.get(home, [])), village=village, **fields)

    def _lock(self, who: Author, home: str, village: str) -> None:
        self.claim(self.random.choice([self.c, self.t, who]), home, self._pick(self.claims.get(home, [])), lock=self.random.choice([True, True, None]), phone="locked")

    def _person(self, who: Author, home: str, village: str) -> None:
        self.add_person(who, home, self.random.choice(["王强", "李秀英", "测试"]))

    def _pclaim(self, who: Author, home: str, village: str) -> None:
        if self.persons:
            home, person = self.random.choice(self.persons)
            made = who.write(household.PersonClaimed(
                village=village, household=home, person=person, fields={"phone": self.random.choice(["10000001", "1000-0001", "10000002"])},
                replaces=self._pick(self.claims[person]),
            ))
            self.claims[person].append(made.ref)

    def _visit(self, who: Author, home: str, village: str) -> None:
        self.visit(who, home, village, note=self.random.choice(["好", "住院"]))

    def _ghost(self, who: Author, home: str, village: str) -> None:
        """About a household, a person and an application nobody opened (yet)."""
        home = self.random.choice([self.id(), home])
        made = who.write(aid.PaperAdded(
            village=village, household=home, paper=self.id(), application=self.id(), person=self.id(), doc="id_card", where="柜子", on=DAY,
        ))
        self.facts.append((made.ref, home, village))

    def _start(self, who: Author, home: str, village: str) -> None:
        self.start(who, home, self.random.choice([["temp_emergency"], ["dibao", "temp_emergency"]]))

    def _step(self, who: Author, home: str, village: str) -> None:
        if self.apps:
            _home, app = self.random.choice(self.apps)
            kind, other = self.random.choice([
                (aid.ApplicationHandedOver, {}), (aid.ApplicationAccepted, {}), (aid.ApplicationReturned, {"papers": ["id_card"]}),
                (aid.ApplicationWithdrawn, {"reason": "不要了"}), (aid.ApplicationReviewed, {}), (aid.ApplicationClosed, {}),
            ])
            self.step(who, app, kind, self._pick(self.steps[app]) or self.steps[app][-1:], **other)

    def _rogue(self, who: Author, home: str, village: str) -> None:
        """A desk's step in a village chain."""
        if self.apps:
            self.step(self.random.choice([self.a, self.b]), self.random.choice(self.apps)[1], aid.ApplicationAccepted)

    def _decide(self, who: Author, home: str, village: str) -> None:
        if self.apps:
            desk = self.random.choice([self.t, self.c])
            app = self.random.choice(self.apps)[1]
            made = self.step(
                desk, app, aid.ApplicationDecided, self._pick(self.steps[app]), kind=self.random.choice(["dibao", "temp_emergency"]),
                result=self.random.choice(["granted", "rejected"]), amount=self.random.choice([80_000, 300_001]), reason="困难",
                level="township" if desk is self.t else "county",
            )
            self.rulings.append(made.ref)

    def _told(self, who: Author, home: str, village: str) -> None:
        if self.apps:
            home, app = self.random.choice(self.apps)
            who.write(aid.DecisionTold(village=village, household=home, application=app, on=DAY, how="phone"))

    def _correct(self, who: Author, home: str, village: str) -> None:
        if self.facts:
            ref, home, _ = self.random.choice(self.facts)
            fields = self.random.choice([{"note": "改"}, {"met": "family"}, {"met": "nobody"}, {"visit": self.id()}, {"where": "抽屉"}])
            made = who.write(road.FactCorrected(village=village, household=home, of=ref, fields=fields, reason="记错"))
            self.facts.append((made.ref, home, village))

    def _withdraw(self, who: Author, home: str, village: str) -> None:
        if self.facts:
            ref, home, _ = self.random.choice(self.facts)
            made = who.write(road.FactWithdrawn(village=village, household=home, of=ref, reason="不是这户"))
            self.facts.append((made.ref, home, village))

    def _mend_mend(self, who: Author, home: str, village: str) -> None:
        self._correct(who, home, village)
        self._withdraw(who, home, village)

    def _annul(self, who: Author, home: str, village: str) -> None:
        made = self.random.choice([self.t, self.c, who]).write(road.RulingAnnulled(of=self.random.choice(self.rulings), reason="错"))
        self.rulings.append(made.ref)

    def _category(self, who: Author, home: str, village: str) -> None:
        person = self.random.choice([None, self.random.choice(self.persons)[1] if self.persons else None])
        self.rulings.append(self.random.choice([self.c, self.t]).write(household.CategorySet(
            village=village, household=home, person=person, category="dibao", since=DAY)).ref)

    def _exit(self, who: Author, home: str, village: str) -> None:
        self.rulings.append(self.c.write(household.ExitRecorded(village=village, household=home, category="dibao", on=DAY, reason="death")).ref)

    def _merge(self, who: Author, home: str, village: str) -> None:
        if len(self.persons) > 1:
            a, b = self.random.sample(self.persons, 2)
            self.rulings.append(self.c.write(household.PersonMerged(person=a[1], other=b[1], villages=[V1])).ref)

    def _flag(self, who: Author, home: str, village: str) -> None:
        made = who.write(work.FlagRaised(flag=self.id(), village=village, household=home, on=DAY, causes=["illness"]))
        self.facts.append((made.ref, home, village))
        self.last_flag = (wire.parse_line(made.line.line).d["flag"], home, village)

    def _phone(self, who: Author, home: str, village: str) -> None:
        flag, home, village = getattr(self, "last_flag", (self.id(), home, village))
        who.write(work.ReportedByPhone(flag=flag, village=village, household=home, at=f"{DAY}T09:00", answered_by="值班"))

    def _settle(self, who: Author, home: str, village: str) -> None:
        flag, home, village = getattr(self, "last_flag", (self.id(), home, village))
        who.write(work.FlagSettled(flag=flag, village=village, household=home, on=DAY, how="helped"))

    def _consent(self, who: Author, home: str, village: str) -> None:
        person = self.random.choice([self.id(), *[p for h, p in self.persons]])
        made = who.write(aid.ConsentSigned(village=village, household=home, consent=self.id(), person=person, on=DAY, until="2027-12-28"))
        self.facts.append((made.ref, home, village))

    def _future(self, who: Author, home: str, village: str) -> None:
        who.raw("from.the.future", {"household": home, "village": village}, 1)

    def _broken(self, who: Author, home: str, village: str) -> None:
        who.raw("visit.recorded", {"household": home, "village": village, "visit": self.id(), "on": "2026-02-30", "met": "self"})

    def _revoke(self, who: Author, home: str, village: str) -> None:
        if self.random.random() < 0.3:
            target = self.random.choice([self.a, self.b])
            made = self.c.write(road.DeviceRevoked(dev=target.dev, cut={target.ep: max(0, target.seq - self.random.randint(0, 5))}))
            self.rulings.append(made.ref)

    def _release(self, who: Author, home: str, village: str) -> None:
        target = self.random.choice(self.random.choice([self.a, self.b]).out)
        made = self.random.choice([self.c, self.c, self.t]).write(road.QuarantineReleased(of=target.ref))
        self.rulings.append(made.ref)

    def _fork(self, who: Author, home: str, village: str) -> None:
        if self.random.random() < 0.3 and not self.extra:
            twin = self.b.fork(3)
            for _ in range(3):
                twin.write(work.VisitRecorded(village=V2, household=home, visit=self.id(), on=DAY, met="self", note="另一台"))
            self.extra.append(twin)
            at = twin.out[-3].line
            other = self.b.out[at.seq - 1].line if len(self.b.out) >= at.seq else at
            self.c.write(road.ForkFrozen(dev=self.b.dev, ep=self.b.ep, seq=at.seq, hashes=[at.hash, other.hash]))
            if self.random.random() < 0.6:
                keep = self.random.choice([twin.out[-1], self.b.out[-1]]).line
                self.c.write(road.ForkSettled(dev=self.b.dev, ep=self.b.ep, keep=(keep.seq, keep.hash)))

    def _clamp(self, who: Author, home: str, village: str) -> None:
        target = self.random.choice([self.a, self.b, self.t])
        made = self.c.write(road.ClockClamped(
            dev=target.dev, ep=target.ep, first=1, last=self.random.randint(1, target.seq + 3), ms=NOW + self.random.randint(-10**7, 10**7),
        ))
        self.rulings.append(made.ref)

    def _transfer(self, who: Author, home: str, village: str) -> None:
        made = self.random.choice([self.c, self.t]).write(household.HouseholdTransferred(
            village=V1, household=home, to=V2, on=DAY, replaces=self._pick(self.claims.get(home, [])),
        ))
        self.claims.setdefault(home, []).append(made.ref)
        self.rulings.append(made.ref)

    def _regrant(self, who: Author, home: str, village: str) -> None:
        target = self.random.choice([self.a, self.b])
        self.grants[target.name] = self.enrol(target, "village", "999999001", self.random.choice([[V1], [V2], [V1, V2]]))
        if self.random.random() < 0.8:
            self.state(target)

    def _local(self, who: Author, home: str, village: str) -> None:
        self.random.choice([self.c, self.t]).write(road.LocalSet(key="dibao_std_month", value='"735.00"', start=DAY))

    def _operator(self, who: Author, home: str, village: str) -> None:
        who.write(household.OperatorAdded(operator="1", name="某人", role=who.role))

    def _alert(self, who: Author, home: str, village: str) -> None:
        alert = self.id()
        self.c.write(work.AlertIssued(alert=alert, village=village, household=home, cls="risk", text="自付较高", on=DAY))
        who.write(work.AlertAnswered(alert=alert, village=village, household=home, on=DAY, disposition="verified"))

    def _unenrolled(self, who: Author, home: str, village: str) -> None:
        if not any(x.name == "D" for x in self.authors):
            d = Author("D", "village", NOW + 3)
            self.authors.append(d)
            d.write(work.VisitRecorded(village=V1, household=home, visit=self.id(), on=DAY, met="self"))
