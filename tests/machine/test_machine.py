"""Histories of two laptops of a village, a third of another, a township and a county, with every accident of the road: all end the same way.

A few here; `python -m tests.machine` walks two thousand of them in memory and fifty on real files.
"""

from __future__ import annotations

from contextlib import ExitStack

from machine_office import make_template, scratch, stretched_once
from machine_run import in_memory, run

SEED = 20261122


def test_any_history_ends_at_rest_with_everybody_holding_the_same_rows() -> None:
    with ExitStack() as stack:
        template = in_memory(stack, stack.enter_context(scratch(memory=True)))
        found = run(template, 8, seed_at=SEED, steps=20)
    print(found)
    assert found.trouble == [], found.steps


def test_so_does_a_history_on_real_files_under_the_key_they_ship_with() -> None:
    with stretched_once(), scratch(memory=False) as base:
        found = run(make_template(base / "template"), 2, seed_at=SEED, steps=15, memory=False)
    print(found)
    assert found.trouble == [], found.steps
