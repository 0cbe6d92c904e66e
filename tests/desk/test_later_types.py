"""A type of a newer program: stored, receipted as not understood, carried on; it counts where it is understood, and everywhere after an upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from desk_office import VILLAGE, Office
from people_kit import down, laptop, settle, up

from xieli_tui.casework import exchange, households
from xieli_tui.casework.session import Session
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.events.base import EventType
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.store import journal, queries, rebuild


class LaterVisit(VisitRecorded):
    """A visit as a later program writes it: one more thing is asked."""

    weather: str | None = None


LATER = ("visit.recorded", 2)
NEW = ("weather.noted", 1)


class WeatherNoted(VisitRecorded):
    """A type nobody knows yet."""


def _types() -> dict[tuple[str, int], EventType]:
    old = EVENTS["visit.recorded", 1]
    return {
        LATER: EventType(*LATER, LaterVisit, old.kind, old.entity, old.writers, old.ruling, old.scope),
        NEW: EventType(*NEW, WeatherNoted, old.kind, old.entity, old.writers, old.ruling, old.scope),
    }


@contextmanager
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside, the program is the newer one."""
    with monkeypatch.context() as patch:
        for key, known in _types().items():
            patch.setitem(EVENTS, key, known)
        patch.setattr(LaterVisit, "__event__", LATER, raising=False)
        patch.setattr(WeatherNoted, "__event__", NEW, raising=False)
        yield


def write(office: Office, session: Session, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with newer(monkeypatch):
        day = session.today.isoformat()
        common = {"village": VILLAGE, "household": home, "on": day, "kind": "routine", "met": "self"}
        session.record(LaterVisit(visit=session.new_id(), weather="下雨", note="新版记的", **common), WeatherNoted(visit=session.new_id(), note="新类型", **common))
    office.clock.tick(minutes=1)


def notes(session: Session, home: str) -> list[str]:
    return [one.note for one in households.show(session, home).visits]


def test_an_invented_type_is_stored_and_receipted_as_not_understood_and_nothing_of_it_is_lost(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    home = office.household("石守田")
    office.up()
    write(office, office.village, home, monkeypatch)
    (taken,) = up(office, office.village)
    assert (taken.status, taken.quarantined) == ("imported", 0)
    with office.county.reading() as tx:
        assert {(one.t, one.status, one.code) for one in queries.quarantined(tx)} == {(t, "unknown", "XL-S05") for t in ("visit.recorded", "weather.noted")}
    assert notes(office.county, home) == []
    assert {one.word for one in households.timeline(office.county, home)} >= {"新记录"}
    with newer(monkeypatch):
        down(office, office.village)
        assert notes(office.village, home) == ["新版记的"], "what she wrote stays hers to see, whatever the county's program is"
        assert exchange.status(office.village).unconfirmed == 0
        assert rebuild.rebuild(office.village.store)["equal"] is True
    assert rebuild.rebuild(office.county.store)["equal"] is True


def test_after_an_upgrade_it_counts_and_reaches_the_other_laptop(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    home = office.household("石守田")
    office.up()
    second = laptop(office, "second", "吴小青")
    settle(office, office.village, second)
    write(office, office.village, home, monkeypatch)
    settle(office, office.village, second)
    assert notes(second, home) == []
    with newer(monkeypatch):
        for session in (office.county, office.village, second):
            assert rebuild.renew(session.store) is True, "the program understands more than the rows do"
        assert notes(office.county, home) == ["新版记的"]
        settle(office, office.village, second)
        for session in (office.county, office.village, second):
            assert notes(session, home) == ["新版记的"]
            assert rebuild.rebuild(session.store)["equal"] is True
            with session.reading() as tx:
                assert queries.quarantined(tx) == []
                later = [e for e in journal.events_of_household(tx, home) if (e.t, e.v) == LATER]
            assert later[0].d["weather"] == "下雨", "every field of the line is as it was written"


def test_a_township_that_does_not_understand_it_has_it_whole_from_the_county(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    home = office.household("石守田")
    office.up()
    write(office, office.village, home, monkeypatch)
    up(office, office.village)
    down(office, office.township)
    with office.village.reading() as tx:
        wrote = {e.hash for e in journal.load(tx, dev=office.village.dev, household=home)}
    with office.township.reading() as tx:
        held = {e.hash for e in journal.load(tx, dev=office.village.dev, household=home)}
    assert wrote == held, "every line of its area, understood or not"
