"""Forty layouts drawn at random are read back whole; three thousand by `python tests/paper/layout_loop.py 3000`."""

from __future__ import annotations

from pathlib import Path

from layout_loop import layout, wrong

FIRST, COUNT = 20_261_122, 40


def test_however_an_office_lays_its_families_out_nobody_is_lost_and_every_number_stays_with_its_person(tmp_path: Path) -> None:
    print(f"seeds {FIRST} to {FIRST + COUNT - 1}")
    shapes = {layout(seed)[0].shape.split(" ")[0] for seed in range(FIRST, FIRST + COUNT)}
    assert shapes == {"listed", "wide"}
    assert "".join(wrong(tmp_path, seed) for seed in range(FIRST, FIRST + COUNT)) == ""
