"""Stamps of entries as days and moments of +08:00."""

from __future__ import annotations

import random

import pytest

from xieli_tui.domain import clock


@pytest.mark.parametrize(
    ("ms", "day", "moment"),
    [(0, "", ""), (1, "1970-01-01", "1970-01-01T08:00"), (16 * 3_600_000 - 1, "1970-01-01", "1970-01-01T23:59"), (16 * 3_600_000, "1970-01-02", "1970-01-02T00:00"),
     (2**53, "9999-12-31", "9999-12-31T23:59")],
)
def test_a_stamp_is_a_day_and_a_minute_of_beijing_and_a_mad_one_is_the_last_there_is(ms: int, day: str, moment: str) -> None:
    assert (clock.day_of(ms), clock.moment_of(ms)) == (day, moment)


def test_a_stamp_reads_as_the_calendar_of_python_reads_it() -> None:
    seed = 7
    print(f"seed={seed}")
    rnd = random.Random(seed)
    for _ in range(2000):
        ms = rnd.randrange(1, 250_000_000_000_000)
        when = clock.at(ms)
        assert clock.day_of(ms) == when.date().isoformat()
        assert clock.moment_of(ms) == f"{when:%Y-%m-%d}T{when:%H:%M}" if when.year >= 1000 else True
