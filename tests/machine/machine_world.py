"""One history: the machines, the files that lie about, and every accident of design 11 as a step.

Rules kept here
- a step never asks what was intended: it acts, and what must hold is asked at the end (`machine_checks`);
- a file is bytes on a stick: it may arrive anywhere it is meant for, in any order, again, late or never;
- a verb may refuse only for the reasons named in MAY_REFUSE; anything else that is raised is a defect;
- the fair exchange at the end: everybody lays down and everything arrives, until nobody has anything to lay down (`settle`).
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import machine_days as days
from machine_office import LAPTOPS, ROOT_PASSPHRASE, START, V1, V2, V3, Machine, Template, machines_of, state_at

from xieli_sync import container, delivery
from xieli_sync import event as wire
from xieli_tui.casework import exchange, handover, own_keys, setup
from xieli_tui.casework.views import ImportOutcome
from xieli_tui.desk import enrolment, gaps, handovers, intake, reopen, revocation, rotation, send
from xieli_tui.domain.clock import FixedClock, millis
from xieli_tui.errors import XieliError
from xieli_tui.store import deliveries, stopped, trust

ROUNDS = 16
"""A fair exchange that takes more never ends."""
MAY_REFUSE = frozenset({"XL-P02", "XL-P03", "XL-C03", "XL-K12", "XL-P05", "XL-P11"})
"""A verb may say: not yours to write; this desk was put back from a copy and sends nothing yet; the chain of keys is as long as it may be; a computer that
was stopped hands nothing over, and none does twice or before it was allowed."""
ROUTES = ("township", "both", "county")
"""How files of V1 go up and home: by the township's stick alone, by both ways, straight."""
SCOPES = {"A": ((V1,), (V1, V3)), "B": ((V1,), (V1, V3)), "D": ((V2,), (V2, V3))}


@dataclass
class Stick:
    """A file that lies about."""

    path: Path
    kind: str
    dev: str
    to: str
    carried: bool = False
    """Laid down by a township that did not write it."""


@dataclass
class World:
    """A county under way. `weak` clauses are switched off around it by whoever makes it."""

    template: Template
    base: Path
    seed: int = 1
    route: str = "both"
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    pool: list[Stick] = field(default_factory=list)
    came: list[Path] = field(default_factory=list)
    """Files offered to the county, in their order."""
    log: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    clones: list[Machine] = field(default_factory=list)
    county_restored: bool = False
    dead: set[str] = field(default_factory=set)
    """Names of laptops that burnt: they lay nothing down and take nothing any more."""
    strayed: set[str] = field(default_factory=set)
    """Names of machines that wrote what this program would not, or that were put back: their lines may rightly be held back."""

    def __post_init__(self) -> None:
        self.clock.tick(hours=1)
        self.machines = machines_of(self.template, self.base, self.seed, self.clock)
        self._n = 0

    # -- who ----------------------------------------------------------------------------------------
    @property
    def county(self) -> Machine:
        return self.machines["C"]

    @property
    def town(self) -> Machine:
        return self.machines["T"]

    @property
    def laptops(self) -> list[Machine]:
        """Those that are still there."""
        return [self.machines[name] for name in LAPTOPS if name not in self.dead]

    def everybody(self) -> list[Machine]:
        return [*self.machines.values(), *self.clones]

    def close(self) -> None:
        for machine in self.everybody():
            machine.close()

    def place(self) -> Path:
        """A new empty folder: a stick."""
        self._n += 1
        made = self.base / f"stick{self._n}"
        made.mkdir()
        return made

    @contextmanager
    def acting(self, what: str, machine: Machine) -> Iterator[None]:
        """A step of one machine; time goes on."""
        self.clock.tick(seconds=7)
        self.log.append(f"{what} {machine}")
        try:
            with machine.here():
                yield
        except XieliError as error:
            if error.code not in MAY_REFUSE and not (machine.bare and error.code == "XL-K10"):
                raise
            self.counts[f"verb {error.code}"] += 1

    # -- entries ------------------------------------------------------------------------------------
    def write(self, machine: Machine, what: str, dice: random.Random) -> None:
        with self.acting(f"write {what}", machine):
            days.write(machine, dice, what)

    def intrude(self, machine: Machine, what: str, dice: random.Random) -> None:
        self.strayed.add(machine.name)
        with self.acting(f"intrude {what}", machine):
            days.intrude(machine, dice, what)

    def rule(self, desk: Machine, what: str, dice: random.Random) -> None:
        with self.acting(f"rule {what}", desk):
            days.rule(desk, dice, what)

    def revoke(self, laptop: Machine, dice: random.Random) -> None:
        """Stop a computer: at what the county has of it, or earlier."""
        with self.acting(f"revoke {laptop} by", self.county):
            with self.county.session.reading() as tx:
                held = [int(row[0]) for row in tx.ask("SELECT seq FROM device_head WHERE dev=? AND seq>0", (laptop.dev,))]
            last_good = str(dice.randrange(1, max(held) + 1)) if held and dice.random() < 0.4 else None
            revocation.revoke(self.county.session, laptop.dev, last_good, "测试")

    def accept_gap(self, laptop: Machine) -> None:
        """A piece that this computer has lost as well is given up at the county."""
        with self.acting(f"give up a piece of {laptop} at", self.county):
            for gap in gaps.list_gaps(self.county.session):
                with laptop.session.reading() as tx:
                    held = tx.ask("SELECT 1 FROM journal WHERE dev=? AND ep=? AND seq BETWEEN ? AND ?", (gap.dev, gap.ep, gap.first, gap.last))
                if gap.dev == laptop.dev and not held and not laptop.cloned:
                    gaps.accept_gap(self.county.session, gap.dev, "电脑坏了", gap.ep)
                    self.counts["given up"] += 1
                    return

    def reopen(self, desk: Machine) -> None:
        """The root key at hand: a desk that was put back goes on a generation higher."""
        with self.acting("county reopen", desk):
            done = reopen.reopen(desk.session, self.template.folder / "root", ROOT_PASSPHRASE)
            self.log.append(f"  gen {done.gen}")

    def rotate(self, machine: Machine) -> None:
        """New keys for a laptop, or for a desk with the root at hand."""
        with self.acting("new keys for", machine):
            if machine.role == "village":
                own_keys.rotate(machine.session)
            else:
                rotation.rotate_desk(machine.session, self.template.folder / "root", ROOT_PASSPHRASE)

    def allow_handing(self, giver: Machine, taker: Machine) -> None:
        """The county lets one laptop hand over to another."""
        with self.acting(f"allow {giver} to hand over to {taker} by", self.county):
            handovers.allow(self.county.session, giver.dev, taker.dev)

    def hand_over(self, giver: Machine, taker: Machine) -> None:
        """What the giver has not reported goes to the taker in one file, where both heard that it may."""
        with self.acting(f"hand over to {taker} by", giver):
            if any(one.ours and one.to == taker.dev for one in handover.allowances(giver.session)):
                made = handover.seal_for(giver.session, taker.dev, self.place())
                self._lies(Path(made.file), giver)

    def lost_key(self, machine: Machine) -> bool:
        """A laptop was put back to before its newest key, as far as the county knows that one."""
        if machine.role != "village":
            return False
        with self.county.session.reading() as tx:
            newest = next(iter(trust.signers(tx, machine.dev)), None)
        return newest is not None and newest.kid not in own_keys.pairs(machine.session)

    def regrant(self, laptop: Machine, dice: random.Random, villages: tuple[str, ...] = ()) -> None:
        """The same computer enrolled again, perhaps with other villages."""
        with self.acting(f"regrant {laptop} by", self.county):
            folder = self.place()
            code = setup.device_code(laptop.session).code
            made = enrolment.enrol_device(self.county.session, enrolment.EnrolDevice(code, villages or dice.choice(SCOPES[laptop.name]), "陈秀兰", folder / "g.xieli"))
            self._lies(Path(made.file), self.county)

    # -- the road -----------------------------------------------------------------------------------
    def _lies(self, path: Path, by: Machine) -> None:
        core = container.parse(path.read_bytes()).core
        carried = by is self.town and core["dev"] != by.dev
        self.pool.append(Stick(path, str(core["kind"]), str(core["dev"]), str(core.get("to", "")), carried))

    def export(self, machine: Machine) -> int:
        with self.acting("export", machine):
            files = exchange.export(machine.session, self.place(), with_backup=False).files
            for one in files:
                self._lies(Path(one.path), machine)
            return len(files)
        return 0

    def send(self, desk: Machine, to: Machine | None = None) -> int:
        with self.acting(f"send to {to or 'all'} by", desk):
            files = send.send(desk.session, self.place(), to.dev if to is not None else None)
            for one in files:
                self._lies(Path(one.path), desk)
            # what waits for a laptop that burnt is laid down for ever, as nobody knows (design 04): that is no unrest
            burnt = {self.machines[name].dev for name in self.dead}
            return sum(stick.to not in burnt for stick in self.pool[len(self.pool) - len(files):])
        return 0

    def meant_for(self, stick: Stick) -> list[Machine]:
        """The machines a file can be carried to."""
        near = {self.machines[name].dev for name in ("A", "B")}
        if stick.to in {self.machines[name].dev for name in self.dead}:
            return []
        if stick.kind == "handover":
            return [x for x in self.machines.values() if x.dev == stick.to]
        if stick.to:
            there = [x for x in self.machines.values() if x.dev == stick.to]  # the second life gets no stick: see `clone`
            if self.route == "county" and stick.dev == self.town.dev and stick.to in near:
                return []  # nobody ever goes by the township: what it rules comes home through the county
            if stick.to not in near or stick.carried or stick.dev == self.town.dev or self.route == "county":
                return there
            return [self.town] if self.route == "township" else [*there, self.town]
        if stick.dev not in near or stick.carried or self.route == "county":
            return [self.county]
        return [self.town] if self.route == "township" else [self.town, self.county]

    def deliver(self, stick: Stick, machine: Machine) -> None:
        with self.acting(f"deliver {stick.kind} {stick.path.name} to", machine):
            outcome = take(machine, stick.path)
            self.counts[f"{outcome.status} {outcome.code}".strip()] += 1
            self.log.append(f"  {outcome.status} {outcome.code}")
            assert outcome.status != "failed", (machine, outcome)
            if outcome.status == "refused" and not machine.bare:
                with machine.session.reading() as tx:
                    newer = trust.highest(tx, stick.dev) > version(stick.path)
                    # a grant with other villages may have taken the township away from a laptop, or not yet have brought it
                    foreign = stick.dev == self.town.dev and not any(trust.of_my_place(tx, x) for x in trust.signers(tx, stick.dev))
                gone = (outcome.code == "XL-K05" and self.lost_key(machine)) or (outcome.code == "XL-P11" and stick.kind == "handover")
                assert gone or (outcome.code, newer, foreign) in (("XL-K01", True, foreign), ("XL-K03", newer, True)), (machine, outcome)
            elif machine is self.county and outcome.status != "refused":
                self.came.append(stick.path)

    def deliver_some(self, dice: random.Random, keep: bool) -> None:
        """Any file that lies about arrives somewhere it is meant for; it may stay, to arrive again."""
        if not self.pool:
            return
        at = dice.randrange(len(self.pool))
        stick = self.pool[at] if keep else self.pool.pop(at)
        places = self.meant_for(stick)
        if places:
            self.deliver(stick, dice.choice(places))

    def lose(self, dice: random.Random) -> None:
        if self.pool:
            lost = self.pool.pop(dice.randrange(len(self.pool)))
            self.log.append(f"lose {lost.kind} {lost.path.name}")

    # -- machines -----------------------------------------------------------------------------------
    def snapshot(self, machine: Machine) -> None:
        self.log.append(f"snapshot {machine}")
        machine.snapshots.append(machine.copy_to(self.place() / "copy"))

    def restore(self, machine: Machine, dice: random.Random, how: str) -> None:
        """Put a machine back: "folder" (the mark stays), "moved" (no mark), "machine" (mark and all, as if nothing had happened)."""
        if not machine.snapshots:
            return
        self.clock.tick(seconds=7)
        self.log.append(f"restore {how} {machine}")
        self.strayed.add(machine.name)
        machine.put_back(dice.choice(machine.snapshots), with_mark={"folder": None, "moved": False, "machine": True}[how])
        self.county_restored = self.county_restored or machine is self.county
        if how == "machine":
            machine.cloned = True

    def restore_bare(self, machine: Machine) -> None:
        """A laptop is put back to the day before its grant, a county to the day before it enrolled anybody."""
        self.clock.tick(seconds=7)
        self.log.append(f"restore to before its grant {machine}")
        self.strayed.add(machine.name)
        machine.put_back(self.template.folder / "before" / machine.name, with_mark=None)
        self.county_restored = self.county_restored or machine is self.county

    def enrol_again(self, machine: Machine) -> None:
        """The county enrols it again, with the rights it had, and the file is carried over by hand."""
        with self.acting(f"enrol {machine} again at", self.county):
            with self.county.session.reading() as tx:
                before = enrolment.last_enrolment(tx, machine.dev)
            assert before is not None
            code = setup.device_code(machine.session).code
            made = enrolment.enrol_device(
                self.county.session,
                enrolment.EnrolDevice(code, before.d["villages"], "陈秀兰", self.place() / "g.xieli", key_lost=self.lost_key(machine)))
            with machine.here():
                setup.enrol(machine.session, made.file, self.template.root_fingerprint)

    def forge_county(self, laptop: Machine) -> None:
        """A township lays a line of the county's down that the county never wrote."""
        with self.acting(f"forge a county line for {laptop} at", self.town), self.town.session.store.write() as tx:
            d = {"key": "delegations", "start": "2026-01-01", "value": "[]"}
            line = wire.make_line(by="1", d=d, dev=self.county.dev, ep="f" * 16, hlc=(4_000_000_000_000, 0), seq=1, t="local.set", v=1)
            item = delivery.EventItem(line.raw, wire.chain_hash(wire.ZERO, line.raw), line)
            deliveries.append_lines(tx, laptop.dev, [item], millis(self.clock.now()))

    def clone(self, machine: Machine) -> None:
        """A disk image of a laptop starts a second life beside the first: it writes and lays files down, and is given no return (the one of two that
        takes the freezing in first makes itself a new key, and the other can open nothing any more)."""
        if machine in self.clones or any(x.name == machine.name + "2" for x in self.clones):
            return
        self.log.append(f"clone {machine}")
        self.clock.tick(seconds=7)
        folder = machine.copy_to(self.place() / "copy")
        twin = Machine(machine.name + "2", folder, self.template.vaults[machine.name], type(machine.clock)(self.clock), random.Random(self.seed + 77))
        twin.cloned = machine.cloned = True
        self.clones.append(twin)

    def retire(self, twin: Machine) -> None:
        """The second machine is put away; what it laid down stays in the world."""
        self.log.append(f"retire {twin}")
        self.clones.remove(twin)
        twin.close()

    def set_clock(self, machine: Machine, year: int) -> None:
        """The clock of a machine jumps: 2099, 1999, or right again."""
        self.log.append(f"clock {year} {machine}")
        machine.clock.wrong = dt.timedelta() if year == START.year else dt.timedelta(days=365 * (year - START.year))

    def reopen_program(self, machine: Machine) -> None:
        """The program is closed and opened again."""
        self.log.append(f"reopen {machine}")
        machine.close()
        machine.open()

    # -- the fair exchange --------------------------------------------------------------------------
    def settle(self, dice: random.Random) -> int | None:
        """Everybody lays down and everything arrives, until a whole round lays nothing down; the rounds it took, None = never at rest."""
        for twin in list(self.clones):
            self.export(twin)
            self.retire(twin)
        for machine in self.everybody():
            machine.clock.wrong = dt.timedelta()
        if self.county_restored:
            self.reopen(self.county)
        for machine in self.laptops:
            if machine.bare:
                if not self._known(machine):  # the county forgot it too: its laptop is enrolled like a new one
                    self.regrant(machine, dice)
                self.enrol_again(machine)
            elif self.county_restored:  # a county that forgot a computer answers it when it is heard: work goes on
                self.write(machine, "visit", dice)
        self.hand_out(dice)
        for machine in self.laptops:
            if self.lost_key(machine):  # put back to before its newest key: nothing but the officer's word lets it go on with the first
                self.enrol_again(machine)
        for rounds in range(1, ROUNDS + 1):
            made = 0
            acts: list[Callable[[], int]] = [*(lambda m=m: self.export(m) for m in [*self.laptops, self.town]), lambda: self.send_all(self.county),
                                             lambda: self.send_all(self.town)]
            dice.shuffle(acts)
            for act in acts:
                made += act()
                if dice.random() < 0.6:
                    self.hand_out(dice)
            self.hand_out(dice)
            if made == 0:
                return rounds
        return None

    def _known(self, machine: Machine) -> bool:
        with self.county.session.reading() as tx:
            return enrolment.last_enrolment(tx, machine.dev) is not None

    def send_all(self, desk: Machine) -> int:
        """Send home; to a computer that was stopped as well, by name."""
        made = self.send(desk)
        for laptop in self.stopped():
            if desk is self.county or laptop.name != "D":
                made += self.send(desk, laptop)
        return made

    def stopped(self) -> list[Machine]:
        """Laptops that stand stopped at the county."""
        with self.county.session.reading() as tx:
            return [x for x in self.laptops if stopped.stopped(tx, x.dev)]

    def hand_out(self, dice: random.Random) -> None:
        """Everything that lies about arrives everywhere it is meant for, in any order."""
        while self.pool:
            stick = self.pool.pop(dice.randrange(len(self.pool)))
            places = self.meant_for(stick)
            for machine in dice.sample(places, len(places)):
                self.deliver(stick, machine)


def take(machine: Machine, path: Path) -> ImportOutcome:
    """What the machine does with a file it is given: the door of its role and of the kind."""
    core = container.parse(path.read_bytes()).core
    with state_at(machine.state):
        if core["kind"] == "handover":
            return handover.open_file(machine.session, path).result
        if core["kind"] in ("return", "grant") and core["to"] == machine.dev:
            return exchange.take_in(machine.session, [path])[0]
        return intake.import_files(machine.session, [path])[0]


def version(path: Path) -> tuple[int, int]:
    """(gen, ver) of the key that signed a file."""
    links = container.parse(path.read_bytes()).core["cert"]
    return int(links[0]["s"].get("gen", 1)), int(links[-1]["s"].get("ver", 1))


def facts(world: World) -> dict[str, Any]:
    """How a history went, for the table at the end."""
    return {"steps": len(world.log), **world.counts}
