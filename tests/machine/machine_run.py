"""How histories are run: how many, with which seed, in memory or on files, and what came of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from machine_checks import check
from machine_office import Template, make_template, plain_store, scratch, stretched_once
from machine_rules import Broken, County
from machine_starts import Start
from machine_world import World


@dataclass
class Outcome:
    """What came of a run: histories walked, seconds, statuses of files met, and what did not hold (with its steps), if anything."""

    seed: int
    examples: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    met: dict[str, int] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    steps: str = ""

    def __str__(self) -> str:
        met = ", ".join(f"{name} {count}" for name, count in sorted(self.met.items()))
        said = "all hold" if not self.trouble else f"BROKEN: {'; '.join(self.trouble)}"
        return f"seed {self.seed}: {self.examples} histories in {self.seconds:.0f} s ({self.cpu:.0f} of the processor), {said} ({met})"


def run(
    template: Template, examples: int, *, seed_at: int, steps: int = 25, memory: bool = True, shrink: bool = False, machine: type[County] = County,
    start: Start | None = None,
    weak: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Outcome:
    """Walk so many histories; the first that does not hold ends it.

    Args:
        shrink: look for the shortest history that breaks as well (minutes).
        start: how every history begins.
        weak: switches a clause off around every history.
    """

    class Here(machine):  # type: ignore[misc, valid-type]
        examples = 0

    Here.template, Here.memory, Here.totals = template, memory, {}
    Here.start = staticmethod(start) if start is not None else None  # type: ignore[assignment]
    begun, cpu, broken, notes = time.monotonic(), time.process_time(), None, ""
    with weak():
        try:
            run_state_machine_as_test(seed(seed_at)(Here), settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False,
                phases=[Phase.generate, *([Phase.shrink] if shrink else [])], report_multiple_bugs=False,
            ))
        except Exception as error:  # what a weakened clause breaks is not always a check: it may be an error of the product
            broken, notes = error, "\n".join(getattr(error, "__notes__", ()))
    found = Outcome(seed_at, Here.examples, time.monotonic() - begun, time.process_time() - cpu, dict(Here.totals), steps=notes)
    if broken is not None:
        found.trouble = broken.trouble if isinstance(broken, Broken) else [f"{type(broken).__name__}: {broken}"]
        if isinstance(broken, Broken):
            found.steps += "\n" + "\n".join(broken.log)
    return found


def from_start(template: Template, start: Start, dice: int) -> list[str]:
    """What does not hold of a history that is a head start and nothing else; an error the product raised is told in its words."""
    with scratch(memory=True) as base:
        world = World(template, base)
        try:
            rand = random.Random(dice)
            start(world, rand)
            rounds = world.settle(rand)
            return [*check(world, rand), *(["never at rest"] if rounds is None else [])]
        except Exception as error:  # what a weakened clause breaks is not always a check
            return [f"{type(error).__name__}: {error}"]
        finally:
            world.close()


def in_memory(stack: ExitStack, base: Path) -> Template:
    """Switch stores to memory for as long as the stack stands, and make the machines."""
    stack.enter_context(plain_store())
    stack.enter_context(stretched_once())
    return make_template(base / "template")
