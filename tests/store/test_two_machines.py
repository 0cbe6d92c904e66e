"""A device id in use on two machines shows at the desk, in whatever order the bundles come; a restored laptop alone does not."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from corekit import County, Node, enrolled

from xieli_tui.store import chains


def alarms(county: County) -> list[tuple[str, str, int]]:
    with county.store.read() as tx:
        return [(code, ep, seq) for code, _dev, ep, seq, _detail, _at in chains.alarms(tx)]


def old_epoch_and_new(tmp_path: Path, seed: int, *, both: bool) -> tuple[County, Node, str, list[bytes]]:
    """Bundles of a laptop that opened a second epoch after three lines; `both`: the first machine writes a fourth an hour later."""
    county, (one,) = enrolled(tmp_path, seed)
    old, household = one.store.ep, one.household()
    one.visit(household)
    first = one.bundle(1, 3, old)
    one.clock.tick(minutes=30)
    one.new_epoch()
    one.visit(household)
    files = [first, one.bundle(1, 2)]
    if both:
        one.clock.tick(minutes=30)
        with one.store.write() as tx:  # the first machine knows of no newer epoch
            tx.conn.exec_driver_sql("DELETE FROM own_epoch WHERE ep<>?", (old,))
        one.store.ep = old
        one.visit(household)
        files.append(one.bundle(4, 4, old))
    return county, one, old, files


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_line_written_behind_a_newer_epoch_is_an_alarm_in_every_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    county, _, old, files = old_epoch_and_new(tmp_path, 91, both=True)
    for place in order:
        assert county.take(files[place]).status in ("imported", "parked")
    assert alarms(county) == [("XL-C04", old, 3)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_restored_laptop_alone_is_no_alarm(tmp_path: Path, order: tuple[int, ...]) -> None:
    county, _, _, files = old_epoch_and_new(tmp_path, 92, both=False)
    for place in order:
        assert county.take(files[place]).status == "imported"
    assert alarms(county) == []
