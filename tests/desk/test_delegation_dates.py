"""Delegation tables one after another: the desk's guard and the county's verdict read the same table for the same decision, whatever came when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk_office import TOWN, Office

from xieli_tui.casework import exchange
from xieli_tui.desk import intake, parameters, send, steps
from xieli_tui.desk.guards import delegations, require_delegation
from xieli_tui.desk.steps import Decide
from xieli_tui.domain.events.aid import ApplicationDecided
from xieli_tui.domain.events.road import LocalSet
from xieli_tui.errors import Refused
from xieli_tui.store import queries

KIND = "temp_emergency"


def table(limit: str, start: str) -> str:
    return json.dumps([{"kind": KIND, "max_amount": limit, "township": TOWN, "from": start}])


def county_sets(office: Office, limit: str, start: str, *, end: str | None = None, known: bool = True) -> None:
    parameters.set_local(office.county, parameters.SetLocal("delegations", table(limit, start), start, end))
    if known:
        to_town(office)


def to_town(office: Office) -> None:
    office.clock.tick(minutes=1)
    files = [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)]
    assert all(o.status == "imported" for o in exchange.take_in(office.township, files))


def decided(office: Office, app: str, amount: int, on: str) -> str:
    """A township's decision recorded past its own guard, and what the county makes of it: "" when it stands."""
    home = next(one for one in _applications(office) if one.id == app)
    [done] = office.township.record(ApplicationDecided(
        village=home.village, household=home.household, application=app, kind=KIND, result="granted", amount=amount, on=on, reason="急难", level="township",
    ))
    office.clock.tick(minutes=1)
    files = [Path(f.path) for f in exchange.export(office.township, office.stick, with_backup=False).files]
    assert {o.status for o in intake.import_files(office.county, files)} <= {"imported", "duplicate"}
    with office.county.reading() as tx:
        return next((one.code for one in queries.quarantined(tx) if one.ref == done.ref), "")


def _applications(office: Office) -> list[queries.rows.Application]:
    with office.township.reading() as tx:
        return queries.applications(tx)


def allowed(office: Office, amount: int, on: str) -> bool:
    """Whether the township's own guard lets it decide."""
    with office.township.reading() as tx:
        from xieli_tui.desk.guards import officer

        try:
            require_delegation(tx, officer(office.township, tx), KIND, amount, on)
        except Refused:
            return False
    return True


@pytest.fixture
def app(office: Office) -> str:
    """An application of a household of the township, at both desks."""
    made = office.application(KIND, emergency=True)
    files = office.up()
    intake.import_files(office.township, files)
    return made


def test_a_table_that_begins_next_year_takes_nothing_from_decisions_of_this_year(office: Office, app: str) -> None:
    """3,000.00 from 2026 on, 1,000.00 from 2027 on: both are held, both count, each for its own days."""
    county_sets(office, "1000.00", "2027-01-01")
    for amount, on in ((300_000, "2026-12-28"), (300_001, "2026-12-28"), (100_000, "2027-01-01"), (100_001, "2027-01-01"), (300_000, "2026-12-31")):
        assert allowed(office, amount, on) == (decided(office, app, amount, on) == ""), (amount, on)
    assert allowed(office, 300_000, "2026-12-28")
    assert not allowed(office, 100_001, "2027-01-01")


def test_what_was_decided_before_a_table_came_stands_whatever_the_table_says(office: Office, app: str) -> None:
    early = decided(office, app, 300_000, "2026-12-28")
    county_sets(office, "0.01", "2026-06-01")
    late = decided(office, app, 300_000, "2026-12-28")
    assert (early, late) == ("", "XL-S03")
    assert not allowed(office, 300_000, "2026-12-28")
    with office.county.reading() as tx:
        assert [one.code for one in queries.quarantined(tx)] == ["XL-S03"], "the early one is not touched by the later table"


def test_a_table_the_township_has_not_heard_of_changes_neither_its_guard_nor_its_rights(office: Office, app: str) -> None:
    county_sets(office, "0.01", "2026-06-01", known=False)
    assert allowed(office, 300_000, "2026-12-28")
    assert decided(office, app, 300_000, "2026-12-28") == ""
    to_town(office)
    assert not allowed(office, 300_000, "2026-12-28")
    assert decided(office, app, 300_000, "2026-12-28") == "XL-S03"


def test_a_table_that_ended_covers_its_last_day_and_none_after_it(office: Office, app: str) -> None:
    parameters.annul_local(office.county, "delegations", "2026-01-01", "改写")
    county_sets(office, "3000.00", "2026-01-01", end="2026-12-27")
    for on, stands in (("2026-12-27", True), ("2026-12-28", False)):
        assert allowed(office, 1, on) is stands
        assert (decided(office, app, 1, on) == "") is stands


def test_a_township_cannot_delegate_to_itself(office: Office, app: str) -> None:
    office.township.record(LocalSet(key="delegations", value=table("99999.00", "2026-01-01"), start="2026-12-01", area=TOWN))
    with office.township.reading() as tx:
        assert [one.max_fen for one in delegations(tx, "2026-12-28")] == [300_000]
    assert not allowed(office, 300_001, "2026-12-28")
    assert decided(office, app, 300_001, "2026-12-28") == "XL-S03"


def test_the_verb_goes_by_the_table_of_the_day_named(office: Office, app: str) -> None:
    county_sets(office, "1000.00", "2027-01-01")
    with pytest.raises(Refused) as caught:
        steps.accept(office.township, app)
        steps.decide(office.township, Decide(app, KIND, amount="3000.01", reason="急难"))
    assert caught.value.code == "XL-P03"
    assert caught.value.extra["next_actor"] == "county"
