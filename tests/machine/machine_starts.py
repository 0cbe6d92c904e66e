"""How a history may begin: a head start into the accident a clause is about, so that a weakened one is met within a few histories.

A start acts through the world like any step; what comes after it is random again.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from machine_world import World

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


def own_file_lost(world: World, dice: random.Random) -> None:
    """As `two_lives`, and the laptop's own file is lost."""
    laptop = world.machines["B"]
    before = laptop.session.ep
    world.clone(laptop)
    world.write(world.clones[0], "open", dice)
    world.export(world.clones[0])
    world.hand_out(dice)
    for what in ("open", "visit"):
        world.write(laptop, what, dice)
    world.send(world.town)
    world.hand_out(dice)
    world.export(laptop)
    world.pool = [x for x in world.pool if before[:4] not in x.path.name.split("-")[1]]
    world.hand_out(dice)
    world.send(world.county)
    world.hand_out(dice)


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


def forged(world: World, dice: random.Random) -> None:
    """A township forges a county's line."""
    working(world, dice)
    for name in ("A", "B"):
        world.forge_county(world.machines[name])


STARTS: dict[str, Start] = {
    "lowest": straight, "carry down": stick_lost, "carry up": stick_lost, "carry once": stick_lost, "resend": stick_lost, "area chains": held_back,
    "row12": two_lives, "forkrcpt": two_lives, "relayed forks": two_lives, "copies": own_file_lost, "annulfork": two_lives, "rights": regranted,
    "nothing before": regranted, "prevrcpt": copied_back, "lost": nested, "prevtree": nested, "oldack": forgotten_ack, "registry": desk_forgot,
    "echo": desk_restored, "echoT": desk_restored, "old receipts": desk_restored, "relayC": forged, "forkstar": held_back, "mark": copied_back,
    "mergescope": moved, "vclosure": moved, "about": moved, "transferred": moved, "scope": held_back, "writers": held_back, "release": held_back,
    "highest cut": stopped_twice, "reissue": enrolled_again, "said once": stick_lost, "laptopverdict": held_back, "cover": held_back, "ack": working,
    "head": working,
}
"""clause -> how the histories that look for it begin."""
