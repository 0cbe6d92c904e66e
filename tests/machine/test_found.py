"""What the state machine found, by name: each history as short as it could be made. Every one of them broke the product once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from machine_checks import check
from machine_office import Template, scratch
from machine_run import in_memory
from machine_world import World, take

from xieli_tui.store import rebuild

SEED = 20261122


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with ExitStack() as stack:
        yield in_memory(stack, stack.enter_context(scratch(memory=True)))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    print(f"seed={SEED}")
    with scratch(memory=True) as base:
        found = World(template, base)
        try:
            yield found
        finally:
            found.close()


def dice() -> random.Random:
    return random.Random(SEED)


def carried_to(world: World, name: str) -> None:
    """What lies about for one laptop is put into its hands; everything else stays."""
    machine = world.machines[name]
    for stick in [x for x in world.pool if x.to == machine.dev]:
        world.pool.remove(stick)
        world.deliver(stick, machine)


def test_what_a_copy_wrote_signs_for_nothing_of_the_machine_it_was_copied_from(world: World) -> None:
    """The copy's file came first and the machine's own was lost; the copy's lines came home with the county's receipt for them, and the own visit was
    taken for signed and never left."""
    laptop = world.machines["B"]
    before = laptop.session.ep
    world.clone(laptop)
    world.write(world.clones[0], "open", dice())
    world.export(world.clones[0])
    world.retire(world.clones[0])
    world.hand_out(dice())
    world.write(laptop, "open", dice())
    world.send(world.town)
    carried_to(world, "B")
    world.export(laptop)
    world.pool = [x for x in world.pool if before[:4] not in x.path.name.split("-")[1]]
    world.hand_out(dice())
    world.send(world.county)
    carried_to(world, "B")
    assert world.settle(dice()) is not None
    assert check(world, dice()) == []


def test_a_return_taken_in_pieces_is_laid_down_no_more_once_the_last_line_that_waits_for_it_is_acknowledged(world: World) -> None:
    """The end of the file was news of no weight, so its acknowledgement never travelled, and the township laid the file down for ever."""
    laptop = world.machines["A"]
    world.write(laptop, "open", dice())
    assert world.settle(dice()) is not None
    world.write(laptop, "visit", dice())
    world.export(laptop)
    mine, world.pool = world.pool, []
    world.write(world.county, "claim", dice())
    world.send(world.county)
    carried_to(world, "A")
    world.pool = mine
    world.hand_out(dice())
    world.send(world.county)
    for stick in [x for x in world.pool if x.to == laptop.dev]:
        world.deliver(stick, world.town)
    world.pool = []
    assert world.settle(dice()) is not None
    assert check(world, dice()) == []


def test_receipts_taken_in_while_the_clock_ran_wild_are_the_same_after_a_rebuild(world: World) -> None:
    """Delivery lines were read again by the hour they came, and a later receipt that had put an earlier one away came before it."""
    laptop = world.machines["A"]
    world.send(world.town)
    for year in (2099, 2026):
        world.set_clock(laptop, year)
        world.write(laptop, "visit", dice())
        world.export(laptop)
        world.write(world.machines["B"], "open", dice())
        world.export(world.machines["B"])
        world.hand_out(dice())
        world.send(world.town)
        for stick in [x for x in world.pool if x.to == laptop.dev]:
            take(laptop, stick.path)
    assert rebuild.rebuild(laptop.session.store)["equal"]
