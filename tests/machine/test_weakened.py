"""A weaker clause put back is noticed by the state machine; `python -m tests.machine --weak` tries every one of them.

Functions of the product are replaced for the time of a history; no product code has a switch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from machine_office import Template, scratch
from machine_run import from_start, in_memory
from machine_starts import STARTS, Start, handed_over
from machine_weak import weakened

SEED = 1


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with ExitStack() as stack:
        yield in_memory(stack, stack.enter_context(scratch(memory=True)))


@pytest.mark.parametrize("clause", ["laptopverdict", "mergescope", "reissue", "transferred"])
def test_a_weakened_clause_is_noticed(template: Template, clause: str) -> None:
    print(f"seed={SEED}")
    with weakened(clause):
        assert from_start(template, STARTS[clause], SEED) != []


@pytest.mark.parametrize("start", [STARTS["mergescope"], handed_over], ids=lambda start: start.__name__)
def test_the_same_history_holds_when_nothing_is_weakened(template: Template, start: Start) -> None:
    print(f"seed={SEED}")
    assert from_start(template, start, SEED) == []
