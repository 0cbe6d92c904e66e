"""Families moved to and fro while everybody works and sticks get lost: nothing is missing anywhere it belongs (`moves_walk` walks further)."""

from __future__ import annotations

import pytest
from desk_office import Office
from moves_walk import Walk


@pytest.mark.parametrize("seed", [7])
def test_whatever_happens_on_the_way_nothing_written_about_a_moved_family_is_missing(office: Office, seed: int) -> None:
    print(f"seed={seed}")
    walk = Walk(office, seed)
    walk.begin()
    walk.run(30)
    walk.check()
    assert sum(map(len, walk.wrote.values())) > 3
