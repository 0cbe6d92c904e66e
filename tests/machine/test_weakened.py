"""A weaker clause put back is noticed by the state machine; `python -m tests.machine --weak` tries every one of them.

Functions of the product are replaced for the time of a history; no product code has a switch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from machine_office import Template, scratch
from machine_run import in_memory, run
from machine_starts import STARTS
from machine_weak import weakened

SEED = 20261122
HERE = ("relayC", "echo", "resend", "copies")
"""Those that are met in the first history."""


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with ExitStack() as stack:
        yield in_memory(stack, stack.enter_context(scratch(memory=True)))


@pytest.mark.parametrize("clause", HERE)
def test_a_weakened_clause_is_noticed(template: Template, clause: str) -> None:
    found = run(template, 4, seed_at=SEED, steps=8, start=STARTS[clause], weak=lambda: weakened(clause))
    print(clause, found)
    assert found.trouble
