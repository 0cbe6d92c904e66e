"""How a history may begin: a head start into the accident a clause is about, so that a weakened one is met within a few histories.

A start acts through the world like any step; what comes after it is random again.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import machine_days as days
from machine_office import V1, V2, V3
from machine_world import World

from xieli_tui.domain.events.household import HouseholdOpened, HouseholdTransferred
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.store import journal, queries

Start = Callable[[World, random.Random], None]


def _exchange(world: World, dice: random.Random) -> None:
    """Everybody lays down once and everything arrives."""
    for machine in (*world.laptops, world.town):
        world.export(machine)
    world.hand_out(dice)
    world.export(world.town)
    world.hand_out(dice)
    for desk in (world.county, world.town):
        world.send(desk)
    world.hand_out(dice)


def _into_hands(world: World, name: str) -> None:
    """What lies about for one laptop is put into its hands; everything else stays."""
    for stick in [x for x in world.pool if x.to == world.machines[name].dev]:
        world.pool.remove(stick)
        world.deliver(stick, world.machines[name])


def working(world: World, dice: random.Random) -> None:
    """Families in both villages, known at the desks."""
    for name in ("A", "B", "D"):
        for what in ("open", "visit", "step"):
            world.write(world.machines[name], what, dice)
    _exchange(world, dice)


def desk_restored(world: World, dice: random.Random) -> None:
    """The county decides, its returns arrive, then its computer is put back to the day before."""
    working(world, dice)
    world.snapshot(world.county)
    for what in ("claim", "step", "claim"):
        world.write(world.county, what, dice)
    world.write(world.machines["A"], "visit", dice)
    _exchange(world, dice)
    _exchange(world, dice)
    world.restore(world.county, dice, "folder")


def desk_forgot(world: World, dice: random.Random) -> None:
    """The county is put back to a copy older than every enrolment."""
    working(world, dice)
    _exchange(world, dice)
    world.restore_bare(world.county)


def enrolled_again(world: World, dice: random.Random) -> None:
    """A laptop is put back to before its grant."""
    working(world, dice)
    _exchange(world, dice)
    world.restore_bare(world.machines["A"])


def copied_back(world: World, dice: random.Random) -> None:
    """A folder is copied back to last week, in the same epoch, and worked on."""
    world.snapshot(world.machines["A"])
    working(world, dice)
    world.restore(world.machines["A"], dice, "folder")
    for what in ("open", "visit"):
        world.write(world.machines["A"], what, dice)
    world.export(world.machines["A"])


def nested(world: World, dice: random.Random) -> None:
    """Put back twice: an epoch that was opened and lost is named by nobody."""
    laptop = world.machines["A"]
    working(world, dice)
    world.snapshot(laptop)
    for _ in range(2):
        world.write(laptop, "visit", dice)
        world.export(laptop)
        world.hand_out(dice)
        world.restore(laptop, dice, "folder")
        world.write(laptop, "visit", dice)
        world.export(laptop)
        world.hand_out(dice)


def forgotten_ack(world: World, dice: random.Random) -> None:
    """A laptop acknowledges a ruling and is put back to before it had it."""
    laptop = world.machines["A"]
    working(world, dice)
    world.snapshot(laptop)
    for what in ("claim", "step"):
        world.write(world.county, what, dice)
    _exchange(world, dice)
    _exchange(world, dice)
    world.restore(laptop, dice, "folder")


def two_lives(world: World, dice: random.Random) -> None:
    """A laptop and its disk image are both worked on and both heard."""
    working(world, dice)
    laptop = world.machines["B"]
    world.clone(laptop)
    for machine in (laptop, world.clones[0]):
        for what in ("visit", "open"):
            world.write(machine, what, dice)
        world.export(machine)
    world.hand_out(dice)
    world.send(world.county)
    world.hand_out(dice)
    world.write(laptop, "visit", dice)
    world.export(laptop)


def stick_lost(world: World, dice: random.Random) -> None:
    """What a township carried, and what a county sent, is lost once."""
    world.route = "township"
    working(world, dice)
    for name in ("A", "B"):
        world.write(world.machines[name], "visit", dice)
        world.export(world.machines[name])
    world.hand_out(dice)
    world.export(world.town)
    world.write(world.county, "claim", dice)
    world.send(world.county)
    world.pool = []


def straight(world: World, dice: random.Random) -> None:
    """A village with a township goes straight to the county."""
    world.route = "county"
    working(world, dice)


def moved(world: World, dice: random.Random) -> None:
    """Families move between villages, persons are found to be one, rulings are taken back."""
    working(world, dice)
    for what in ("transfer", "merge", "transfer", "merge", "annul", "clamp"):
        world.rule(world.county, what, dice)
    _exchange(world, dice)
    world.write(world.machines["A"], "visit", dice)


def held_back(world: World, dice: random.Random) -> None:
    """What intruders wrote arrives, and somebody releases whatever is held back."""
    working(world, dice)
    for name in ("A", "D"):
        for what in ("decision", "elsewhere", "broken", "annulment", "freeze", "rights"):
            world.intrude(world.machines[name], what, dice)
    _exchange(world, dice)
    for _ in range(6):
        world.rule(world.county, "release", dice)


def stopped_twice(world: World, dice: random.Random) -> None:
    """A computer is stopped twice, at different lines, and goes on."""
    working(world, dice)
    for _ in range(4):
        world.revoke(world.machines["A"], dice)
    world.write(world.machines["A"], "visit", dice)


def regranted(world: World, dice: random.Random) -> None:
    """Grants with other villages, work under each."""
    working(world, dice)
    for _ in range(3):
        world.regrant(world.machines["A"], dice)
        world.write(world.machines["A"], "open", dice)
        world.hand_out(dice)
        world.write(world.machines["A"], "open", dice)
    world.export(world.machines["A"])


def _home(world: World, name: str) -> tuple[str, str]:
    """(household, village) of a family a laptop knows."""
    with world.machines[name].session.reading() as tx:
        return days.homes(tx)[0]


def _transfer(world: World, home: str, place: str, to: str) -> None:
    with world.acting(f"move a family to {to} by", world.county):
        world.county.session.transact(
            lambda tx: [HouseholdTransferred(village=place, household=home, to=to, on=days.DAY, replaces=list(queries.heads(tx, home, ("village",))))])


def moved_with_file(world: World, dice: random.Random) -> None:
    """A family of the first village moves to the second while its laptop is away; its file follows."""
    working(world, dice)
    home, place = _home(world, "A")
    for what in ("visit", "claim"):
        world.write(world.machines["A"], what, dice)
    _exchange(world, dice)
    _transfer(world, home, place, V2)


def moved_and_back(world: World, dice: random.Random) -> None:
    """A family of the second village is in the first for a while: a line about that time stays there, and what opened the family goes with it."""
    working(world, dice)
    _exchange(world, dice)
    home, place = _home(world, "D")
    _transfer(world, home, place, V1)
    world.route = "county"
    world.send(world.county, world.machines["A"])  # nobody else hears of it while it is there
    world.hand_out(dice)
    world.route = "both"
    with world.acting("visit where it is by", world.machines["A"]):
        world.machines["A"].session.record(VisitRecorded(village=V1, household=home, visit=world.machines["A"].session.new_id(), on=days.DAY, met="self"))
    world.export(world.machines["A"])
    _transfer(world, home, V1, V2)


def elsewhere(world: World, dice: random.Random) -> None:
    """A laptop with two villages writes about a family of the one as if it were the other's."""
    working(world, dice)
    laptop = world.machines["A"]
    world.regrant(laptop, dice, (V1, V3))
    world.hand_out(dice)
    home, _ = _home(world, "A")
    world.strayed.add("A")
    with world.acting("a visit in the wrong village by", laptop):
        laptop.forge("visit.recorded", {"village": V3, "household": home, "visit": laptop.session.new_id(), "on": days.DAY, "met": "self"})


def granted_less(world: World, dice: random.Random) -> None:
    """A laptop writes in two villages and loses one afterwards: what it wrote under the wider grant counts."""
    working(world, dice)
    laptop = world.machines["A"]
    world.regrant(laptop, dice, (V1, V3))
    world.hand_out(dice)
    with world.acting("a family of the other village by", laptop):
        laptop.session.record(HouseholdOpened(village=V3, household=laptop.session.new_id(), fields={"group": "1"}))
    _exchange(world, dice)
    world.regrant(laptop, dice, (V1,))
    world.hand_out(dice)
    world.write(laptop, "visit", dice)


def freezing_annulled(world: World, dice: random.Random) -> None:
    """The county takes a freezing back, which cannot be done."""
    two_lives(world, dice)
    world.settle(dice)
    with world.county.session.reading() as tx:
        frozen = [e.ref for e in journal.events_of_type(tx, "fork.frozen")]
    with world.acting("annul a freezing by", world.county):
        for ref in frozen:
            world.county.forge("ruling.annulled", {"of": ref, "reason": "试试"})


def laptop_dead(world: World, dice: random.Random) -> None:
    """What a laptop wrote lies at the township alone: the laptop burns, and the township's stick is lost once."""
    world.route = "township"
    working(world, dice)
    laptop = world.machines["A"]
    world.write(laptop, "visit", dice)
    world.export(laptop)
    world.hand_out(dice)
    world.export(world.town)
    world.pool = []
    world.dead.add("A")


def copy_came_first(world: World, dice: random.Random) -> None:
    """The file of a disk image came first and the machine's own was lost; the copy's lines come home with the county's receipt for them."""
    laptop = world.machines["B"]
    before = laptop.session.ep
    world.clone(laptop)
    world.write(world.clones[0], "open", dice)
    world.export(world.clones[0])
    world.retire(world.clones[0])
    world.hand_out(dice)
    world.write(laptop, "open", dice)
    for desk in (world.town, world.county):
        world.send(desk)
        _into_hands(world, "B")
        if desk is world.town:
            world.export(laptop)
            world.pool = [x for x in world.pool if before[:4] not in x.path.name.split("-")[1]]
            world.hand_out(dice)


def in_pieces(world: World, dice: random.Random) -> None:
    """A return is taken in by two files, and a township holds a third that ends in news of no weight."""
    laptop = world.machines["A"]
    world.write(laptop, "open", dice)
    world.settle(dice)
    world.write(laptop, "visit", dice)
    world.export(laptop)
    mine, world.pool = world.pool, []
    world.write(world.county, "claim", dice)
    world.send(world.county)
    _into_hands(world, "A")
    world.pool = mine
    world.hand_out(dice)
    world.send(world.county)
    for stick in [x for x in world.pool if x.to == laptop.dev]:
        world.deliver(stick, world.town)
    world.pool = []


def lost_tail(world: World, dice: random.Random) -> None:
    """A folder copied back to before the last lines, all of them reported and none signed for: where it goes on from is in the middle of its chain."""
    laptop = world.machines["A"]
    for what in ("open", "visit"):
        world.write(laptop, what, dice)
    world.snapshot(laptop)
    for what in ("open", "visit"):
        world.write(laptop, what, dice)
    world.export(laptop)
    world.hand_out(dice)
    world.restore(laptop, dice, "folder")


def handed_over(world: World, dice: random.Random) -> None:
    """A laptop hands over what it has not reported and is never heard again; its successor got new keys in between."""
    working(world, dice)
    giver, taker = world.machines["A"], world.machines["B"]
    world.allow_handing(giver, taker)
    _exchange(world, dice)
    world.write(giver, "visit", dice)
    world.hand_over(giver, taker)
    world.hand_out(dice)
    world.dead.add("A")
    world.rotate(taker)
    world.rotate(world.county)
    world.hand_out(dice)


def forged(world: World, dice: random.Random) -> None:
    """A township forges a county's line."""
    working(world, dice)
    for name in ("A", "B"):
        world.forge_county(world.machines[name])


STARTS: dict[str, Start] = {
    "lowest": straight, "carry down": stick_lost, "carry up": stick_lost, "carry once": laptop_dead, "resend": stick_lost, "area chains": held_back,
    "row12": two_lives, "forkrcpt": two_lives, "relayed forks": two_lives, "copies": copy_came_first, "annulfork": freezing_annulled, "rights": granted_less,
    "nothing before": regranted, "prevrcpt": lost_tail, "lost": nested, "prevtree": nested, "oldack": forgotten_ack, "registry": desk_forgot,
    "echo": desk_restored, "echoT": desk_restored, "old receipts": desk_restored, "relayC": forged, "forkstar": held_back, "mark": copied_back,
    "mergescope": moved, "vclosure": moved_and_back, "about": moved, "transferred": moved_with_file, "scope": elsewhere, "writers": held_back, "release": held_back,
    "highest cut": stopped_twice, "reissue": enrolled_again, "said once": in_pieces, "laptopverdict": held_back, "cover": held_back, "ack": working,
    "head": working,
}
"""clause -> how the histories that look for it begin."""
