"""Forty histories of two laptops of a village, a third of another, a township and a county, with every accident of the road: all end the same way.

`python -m tests.machine` walks two thousand of them, and fifty on real files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from machine_office import Template, scratch
from machine_run import in_memory, run

SEED = 20261122


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with ExitStack() as stack:
        base: Path = stack.enter_context(scratch(memory=True))
        yield in_memory(stack, base)


def test_any_history_ends_at_rest_with_everybody_holding_the_same_rows(template: Template) -> None:
    found = run(template, 12, seed_at=SEED, steps=20)
    print(found)
    assert found.trouble == [], found.steps
