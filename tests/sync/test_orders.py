"""Any order and any duplication of files gives the same rows; three exports without a receipt between them, in all six orders."""

from __future__ import annotations

from itertools import permutations

import pytest
from crafted import some, three_returns
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from simulator import VILLAGE, Node, Simulator

Rows = dict[str, tuple[str, str]]


def rows_of(desk: Node) -> Rows:
    """What a desk holds of others and how it stands: line -> status and code. Its own housekeeping (fork.frozen) may differ in number."""
    return {key: (x.status, x.code) for key, x in desk.verdicts().items() if not key.startswith(desk.dev)}


def fed(sim: Simulator, files: list[bytes]) -> Rows:
    """The rows of a county that meets these files in this order; the county is as before afterwards."""
    kept = sim.county.state
    sim.county.state = kept.clone()
    try:
        for data in files:
            result = sim.county.take(data)
            assert result.status in ("imported", "duplicate", "parked", "quarantined", "frozen"), result
        assert not any(sim.county.state.parks.values()), "nothing is left waiting"
        return rows_of(sim.county)
    finally:
        sim.county.state = kept
        sim.county._judged = None


def three_exports(sim: Simulator) -> list[bytes]:
    """Three files as `xieli sync export` lays them down when no receipt comes: each carries all since the beginning."""
    files = []
    for _ in range(3):
        some(sim)
        files += sim.a.export()
    return files


def three_slices(sim: Simulator) -> list[bytes]:
    """Three files that do not overlap, so that two of them may have to wait."""
    some(sim, count=9)
    return [sim.a.seal_slice(first=1, last=3), sim.a.seal_slice(first=4, last=6), sim.a.seal_slice(first=7)]


@pytest.mark.parametrize("make", [three_exports, three_slices], ids=["cumulative exports", "slices without overlap"])
def test_three_exports_without_a_receipt_between_them_give_the_same_rows_in_all_six_orders(make: object) -> None:
    sim = Simulator(31)
    files = make(sim)  # type: ignore[operator]
    assert len(files) == 3
    found = [fed(sim, list(order)) for order in permutations(files)]
    assert len(found) == 6
    assert all(x == found[0] for x in found)
    assert len(found[0]) == len(sim.a.own_lines())


def history() -> tuple[Simulator, list[bytes]]:
    """Files of two laptops with overlaps, a wrong village, a village ruling, a fork of one and a restore of the other."""
    sim = Simulator(32)
    files: list[bytes] = []
    some(sim)
    files.append(sim.a.seal_slice())
    sim.a.write(*sim.decided(sim.uuid()))
    sim.a.write("future.thing", {"village": VILLAGE})
    files.append(sim.a.seal_slice(first=3))
    before = sim.b.state.clone()
    some(sim, sim.b, 4)
    files += [sim.b.seal_slice(last=3), sim.b.seal_slice(first=4), sim.b.seal_slice(first=2, last=4)]
    sim.b.state = before
    some(sim, sim.b, 2)
    files += [sim.b.seal_slice()]
    last = sim.a.own_lines()[2]
    sim.a.open_epoch((last.ep, last.seq, last.hash), "restore")
    some(sim)
    files += [sim.a.seal_slice(last=2), sim.a.seal_slice(first=3)]
    return sim, files


SIM, FILES = history()
EXPECTED = fed(SIM, FILES)


@seed(20260106)
@settings(max_examples=60, deadline=None)
@given(st.permutations(range(len(FILES))), st.lists(st.integers(0, len(FILES) - 1), max_size=6))
def test_any_order_and_any_duplication_gives_the_same_rows(order: list[int], doubled: list[int]) -> None:
    sequence = [FILES[x] for x in order]
    for place, x in enumerate(doubled):
        sequence.insert((place * 5) % len(sequence), FILES[x])
    assert fed(SIM, sequence) == EXPECTED


def test_the_history_of_that_test_holds_every_kind_of_verdict() -> None:
    assert {code for _, code in EXPECTED.values()} == {"", "XL-S03", "XL-S05", "XL-S06"}


@pytest.mark.parametrize("turn", range(6))
def test_returns_in_any_order_give_a_laptop_the_same_rows(turn: int) -> None:
    sim = Simulator(33)
    files = three_returns(sim)
    order = list(permutations(files))[turn]
    for data in (*order, *order):
        sim.a.take(data)
    assert sim.a.effective([VILLAGE]).keys() == sim.county.effective([VILLAGE]).keys()
    assert sim.a.delivery_point(sim.county.dev, sim.county.state.ep)[0] == len(sim.county.delivered(sim.a))
