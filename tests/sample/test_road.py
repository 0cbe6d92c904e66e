"""The whole road in one process, with real stores, keys and files."""

from __future__ import annotations

import pytest

from xieli_sample import walk
from xieli_sample.scene import Demo
from xieli_tui.casework import exchange, households, rebuild
from xieli_tui.casework.session import open_session
from xieli_tui.errors import Refused


def test_every_station_of_the_road_holds(demo: Demo) -> None:
    steps = walk.road(demo)
    assert [s.name for s in steps] == [
        "init", "enrol", "roster", "visit", "flag", "apply", "export", "township", "accept", "forward", "import", "decide", "send", "carry", "receive",
    ]
    assert all(s.ok for s in steps), [s for s in steps if not s.ok]
    body = walk.as_json(demo, steps)
    assert body["ok"] is True
    assert set(body) == {"steps", "ok", "village_dir", "township_dir", "county_dir", "passphrase"}
    assert {frozenset(s) for s in body["steps"]} == {frozenset({"name", "ok", "detail"})}
    clock = demo.clock()
    clock.tick(hours=2)
    with open_session(demo.village_dir, demo.passphrase, clock=clock) as village:
        chain = households.timeline(village, demo.story["urgent"])
        assert any(e.type == "application.decided" and e.source == "county" for e in chain)
        assert {e.state for e in chain if e.on == "2026-12-28" and e.source == "village"} == {"county"}
        status = exchange.status(village)
        assert (status.unconfirmed, status.quarantined, status.conflicts) == (0, 0, 1)
        assert rebuild.rebuild(village).equal
    for folder in (demo.township_dir, demo.county_dir):
        with open_session(folder, demo.passphrase, clock=clock) as desk:
            assert rebuild.rebuild(desk).equal


def test_a_station_that_fails_ends_the_walk_and_says_so(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise Refused("XL-F02")

    monkeypatch.setattr(walk.exchange, "export", broken)
    steps = walk.road(demo)
    assert [s.name for s in steps][-1] == "export"
    assert not steps[-1].ok
    assert "XL-F02" in steps[-1].detail
    assert walk.as_json(demo, steps)["ok"] is False


def test_a_check_that_does_not_hold_is_not_called_done(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk.send, "send", lambda *_args, **_kw: [])
    steps = walk.road(demo)
    assert (steps[-1].name, steps[-1].ok) == ("send", False)


def test_the_road_walked_twice_is_refused_by_its_own_checks(demo: Demo) -> None:
    assert all(s.ok for s in walk.road(demo))
    again = walk.road(demo)
    assert (again[-1].name, again[-1].ok) == ("roster", False)
