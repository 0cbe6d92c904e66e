"""A desk put back by `backup restore`: a county goes on in a new epoch and sends nothing before it was reopened; a village's unsigned entries still go."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_copies import Desks, decide, desks, emergency  # noqa: F401  (the fixture)
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, Office

from xieli_tui.casework import audit, backup, exchange, restore
from xieli_tui.casework.session import Session
from xieli_tui.desk import queue, reopen, send
from xieli_tui.errors import Damaged
from xieli_tui.store import journal
from xieli_tui.store import rebuild as rebuilding


def put_back(desks: Desks, name: str) -> Session:  # noqa: F811
    session = desks.session(name)
    session.close()
    done = restore.restore(desks.folder / name, "", PASSPHRASE, clock=desks.office.clock)
    assert Path(done.aside).is_dir()
    opened = desks.open(name)
    assert opened.ep == done.epoch
    return opened


def test_a_county_put_back_sends_nothing_before_it_was_reopened_and_then_has_its_day_again(desks: Desks, office: Office) -> None:  # noqa: F811
    first = emergency(desks, "石守田")
    desks.up("village")
    backup.create(desks.session("county"))
    decide(desks.session("county"), first)
    desks.down("county")
    seen = restore.look(desks.folder / "county", "", session=desks.session("county"), clock=office.clock)
    assert (seen.kind, seen.today) == ("county", "open")
    assert (seen.missing or 0) >= 2
    behind = put_back(desks, "county")
    with behind.reading() as tx:
        assert [one.d["reason"] for one in journal.events_of_type(tx, "epoch.opened") if one.dev == behind.dev] == ["restored"]
    with pytest.raises(Damaged, match="XL-C03"):
        send.send(behind, office.stick, device=desks.session("village").dev)
    reopen.reopen(behind, office.root_dir, ROOT_PASSPHRASE)
    desks.settle()
    assert queue.case(desks.session("county"), first).card.state == "decided_granted"
    for name in ("county", "village"):
        assert audit.verify(desks.session(name)).ok
        assert rebuilding.rebuild(desks.session(name).store)["equal"]


def test_a_county_that_never_sent_anything_is_held_back_too_when_it_was_put_back(desks: Desks, office: Office) -> None:  # noqa: F811
    """What it wrote after the copy may lie on a stick: nothing of the copy can say that it does not."""
    backup.create(desks.session("county"))
    with pytest.raises(Damaged, match="XL-C03"):
        send.send(put_back(desks, "county"), office.stick, device=desks.session("village").dev)


def test_a_laptop_put_back_exports_what_nobody_signed_and_gets_back_what_was_signed(desks: Desks, office: Office) -> None:  # noqa: F811
    before = emergency(desks, "石守田")
    backup.create(desks.session("village"))
    office.clock.tick(minutes=5)
    after = emergency(desks, "李桂英")
    desks.settle()
    lost = emergency(desks, "王小妹")
    seen = restore.look(desks.folder / "village", "", session=desks.session("village"), clock=office.clock)
    assert seen.missing is not None
    assert seen.missing_unreceipted is not None
    assert seen.missing > seen.missing_unreceipted > 0
    village = put_back(desks, "village")
    assert exchange.status(village).unconfirmed > 0
    desks.settle()
    village = desks.session("village")
    with village.reading() as tx:
        for app, there in ((before, True), (after, True), (lost, False)):
            assert bool(journal.events_of_entity(tx, [app])) is there, app
    for name in ("county", "village"):
        assert audit.verify(desks.session(name)).ok, audit.verify(desks.session(name)).bad
        assert rebuilding.rebuild(desks.session(name).store)["equal"]
    assert exchange.status(village).unconfirmed == 0
