"""The state machine: every accident of design 11 as a rule of hypothesis, over real machines."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import ClassVar

import machine_days as days
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from machine_checks import check
from machine_office import START, Template, scratch
from machine_world import ROUTES, World


class Broken(AssertionError):
    """What does not hold, and the history that led there."""

    def __init__(self, trouble: list[str], log: list[str]) -> None:
        super().__init__("; ".join(trouble))
        self.trouble, self.log = trouble, log


DICE = st.integers(0, 2**16 - 1)
LAPTOP = st.sampled_from(["A", "B", "D"])
ANY = st.sampled_from(["A", "B", "D", "T", "C"])


class County(RuleBasedStateMachine):
    """Two laptops of a village, a laptop of another, a township, a county. Subclasses name the template; `examples` counts histories."""

    template: ClassVar[Template]
    memory: ClassVar[bool] = True
    start: ClassVar[Callable[[World, random.Random], None] | None] = None
    examples: ClassVar[int] = 0
    totals: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        type(self).examples += 1
        self._scratch = scratch(memory=self.memory)
        self.world = World(self.template, self._scratch.__enter__(), seed=1)
        self.touched = False

    def who(self, name: str) -> object:
        return self.world.machines[name]

    @initialize(route=st.sampled_from(ROUTES), dice=DICE)
    def way(self, route: str, dice: int) -> None:
        self.world.route = route
        if self.start is not None:
            self.touched = True
            type(self).start(self.world, random.Random(dice))

    # -- entries ------------------------------------------------------------------------------------
    @rule(name=st.sampled_from(["A", "A", "B", "B", "D", "T", "C"]), what=st.sampled_from(days.ENTRIES), dice=DICE)
    def write(self, name: str, what: str, dice: int) -> None:
        self.touched = True
        self.world.write(self.world.machines[name], what, random.Random(dice))

    @rule(name=LAPTOP, dice=DICE, more=st.sampled_from(days.ENTRIES))
    def day(self, name: str, dice: int, more: str) -> None:
        """A laptop's day in one step: a family, a visit, something more, laid down."""
        self.touched = True
        machine, rand = self.world.machines[name], random.Random(dice)
        for what in ("visit", more):
            self.world.write(machine, what, rand)
        self.world.export(machine)

    @rule(name=LAPTOP, what=st.sampled_from(days.INTRUSIONS), dice=DICE)
    def intrude(self, name: str, what: str, dice: int) -> None:
        self.world.intrude(self.world.machines[name], what, random.Random(dice))

    @rule(what=st.sampled_from(days.COUNTY_RULINGS), dice=DICE)
    def county_rules(self, what: str, dice: int) -> None:
        self.world.rule(self.world.county, what, random.Random(dice))

    @rule(what=st.sampled_from(days.TOWNSHIP_RULINGS), dice=DICE)
    def township_rules(self, what: str, dice: int) -> None:
        self.world.rule(self.world.town, what, random.Random(dice))

    @rule(name=LAPTOP, dice=DICE)
    def revoke(self, name: str, dice: int) -> None:
        self.world.revoke(self.world.machines[name], random.Random(dice))

    @rule(name=LAPTOP)
    def accept_gap(self, name: str) -> None:
        self.world.accept_gap(self.world.machines[name])

    @rule(name=LAPTOP, dice=DICE)
    def regrant(self, name: str, dice: int) -> None:
        self.world.regrant(self.world.machines[name], random.Random(dice))

    @rule(name=st.sampled_from(["A", "B", "D", "C"]))
    def rotate(self, name: str) -> None:
        self.world.rotate(self.world.machines[name])

    @rule(name=st.sampled_from(["A", "B"]))
    def allow_handing(self, name: str) -> None:
        self.world.allow_handing(self.world.machines[name], self.world.machines["B" if name == "A" else "A"])

    @rule(name=st.sampled_from(["A", "B"]))
    def hand_over(self, name: str) -> None:
        self.world.hand_over(self.world.machines[name], self.world.machines["B" if name == "A" else "A"])

    # -- the road -----------------------------------------------------------------------------------
    @rule(name=st.sampled_from(["A", "B", "D", "T"]))
    def export(self, name: str) -> None:
        self.world.export(self.world.machines[name])

    @rule(name=st.sampled_from(["T", "C", "C"]))
    def send(self, name: str) -> None:
        self.world.send(self.world.machines[name])

    @precondition(lambda self: self.world.pool)
    @rule(dice=DICE, keep=st.booleans())
    def deliver(self, dice: int, keep: bool) -> None:
        self.world.deliver_some(random.Random(dice), keep)

    @precondition(lambda self: len(self.world.pool) > 1)
    @rule(dice=DICE)
    def deliver_three(self, dice: int) -> None:
        rand = random.Random(dice)
        for _ in range(3):
            self.world.deliver_some(rand, keep=False)

    @precondition(lambda self: self.world.pool)
    @rule(dice=DICE)
    def lose(self, dice: int) -> None:
        self.world.lose(random.Random(dice))

    # -- machines -----------------------------------------------------------------------------------
    @rule(name=ANY)
    def snapshot(self, name: str) -> None:
        self.world.snapshot(self.world.machines[name])

    @precondition(lambda self: any(x.snapshots for x in self.world.machines.values()))
    @rule(dice=DICE, how=st.sampled_from(["folder", "folder", "moved", "machine"]))
    def restore(self, dice: int, how: str) -> None:
        rand = random.Random(dice)
        machine = rand.choice([x for x in self.world.machines.values() if x.snapshots])
        self.world.restore(machine, rand, "folder" if machine.role != "village" and how == "machine" else how)

    @precondition(lambda self: self.world.county_restored)
    @rule()
    def reopen(self) -> None:
        self.world.reopen(self.world.county)

    @rule(name=LAPTOP)
    def restore_bare(self, name: str) -> None:
        self.world.restore_bare(self.world.machines[name])

    @precondition(lambda self: any(x.bare for x in self.world.laptops) and not self.world.county_restored)
    @rule()
    def enrol_again(self) -> None:
        self.world.enrol_again(next(x for x in self.world.laptops if x.bare))

    @rule(name=st.sampled_from(["A", "B"]))
    def forge_county(self, name: str) -> None:
        self.world.forge_county(self.world.machines[name])

    @rule(name=LAPTOP)
    def clone(self, name: str) -> None:
        self.world.clone(self.world.machines[name])

    @precondition(lambda self: self.world.clones)
    @rule(what=st.sampled_from(["visit", "claim", "open"]), dice=DICE, export=st.booleans())
    def twin(self, what: str, dice: int, export: bool) -> None:
        """The second machine is worked on."""
        machine = self.world.clones[dice % len(self.world.clones)]
        self.world.write(machine, what, random.Random(dice))
        if export:
            self.world.export(machine)

    @precondition(lambda self: self.world.clones)
    @rule(dice=DICE)
    def retire(self, dice: int) -> None:
        self.world.retire(self.world.clones[dice % len(self.world.clones)])

    @rule(name=ANY, year=st.sampled_from([2099, 1999, START.year, START.year]))
    def clock(self, name: str, year: int) -> None:
        self.world.set_clock(self.world.machines[name], year)

    @rule(name=ANY)
    def restart(self, name: str) -> None:
        self.world.reopen_program(self.world.machines[name])

    # -- the end ------------------------------------------------------------------------------------
    def teardown(self) -> None:
        try:
            if not self.touched:
                return
            dice = random.Random(len(self.world.log))
            rounds = self.world.settle(dice)
            names = sorted(self.world.machines)
            trouble = check(self.world, dice, replay=[self.world.machines[names[len(self.world.log) % len(names)]]])
            if rounds is None:
                trouble.append("never at rest")
            if trouble:
                raise Broken(trouble, self.world.log)
        finally:
            for name, count in self.world.counts.items():
                self.totals[name] = self.totals.get(name, 0) + count
            self.world.close()
            self._scratch.__exit__(None, None, None)
