"""`sync push`: what is handed in is what a stick would carry; it breaks off and goes on, stays owed until the receipt, and heals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from carrier_kit import CuttingProxy
from desk_office import Office
from road_door import door, hand_in, visit

from xieli_tui.casework import exchange, own_keys
from xieli_tui.desk import enrolment, importers, revocation
from xieli_tui.errors import Refused
from xieli_tui.store import trust


def test_what_is_pushed_is_imported_and_signed_for_by_the_usual_return(office: Office, tmp_path: Path) -> None:
    visit(office, office.household())
    with door(office, tmp_path) as here:
        done = hand_in(office, here.url)
        assert [(f.first, f.resumed) for f in done.files] == [(1, 0)]
        assert done.pending_unconfirmed > 0, "a 204 is no receipt"
        assert exchange.status(office.village).confirmed == 0
        assert list((office.village.workspace / "outbox" / "push").iterdir()) == []
        results = importers.work(office.county, here.spool, once=True)
        assert [(r.status, r.new) for r in results] == [("imported", done.files[0].events)]
        assert importers.work(office.county, here.spool, once=True) == []
        assert here.whole() == []
        office.down()
        assert exchange.status(office.village).unconfirmed == 0
        hand_in(office, here.url)  # that the return came home
        importers.work(office.county, here.spool, once=True)
        office.down()
        assert hand_in(office, here.url).files == (), "and then there is nothing to say"


def test_a_push_that_broke_off_goes_on_with_the_same_bytes_and_then_with_what_came_since(office: Office, tmp_path: Path) -> None:
    home = office.household()
    for _ in range(3):
        visit(office, home)
    with door(office, tmp_path) as here:
        proxy = CuttingProxy(here.server.port, [("up", 900)] * 20)
        with pytest.raises(Refused) as refused:
            hand_in(office, f"http://127.0.0.1:{proxy.port}")
        proxy.close()
        assert refused.value.code == "XL-F21"
        (kept,) = (office.village.workspace / "outbox" / "push").glob("*.xieli")
        data = kept.read_bytes()
        visit(office, home)
        done = hand_in(office, here.url)
        first, second = done.files
        assert first.file == kept.name
        assert data in here.whole()
        assert second.first == first.last + 1, "what the receiver has today is not sent once more"
        assert {r.status for r in importers.work(office.county, here.spool, once=True)} == {"imported"}
        assert list((office.village.workspace / "outbox" / "push").iterdir()) == []
        office.down()
        assert exchange.status(office.village).unconfirmed == 0


def test_what_was_taken_today_is_handed_in_again_tomorrow_or_when_asked(office: Office, tmp_path: Path) -> None:
    visit(office, office.household())
    with door(office, tmp_path) as here:
        once = hand_in(office, here.url)
        assert hand_in(office, here.url).files == ()
        again = hand_in(office, here.url, again=True)
        assert [(f.first, f.last) for f in again.files] == [(f.first, f.last) for f in once.files]
        office.clock.tick(days=1)
        (next_day,) = hand_in(office, here.url).files
        assert (next_day.first, next_day.last) == (once.files[0].first, once.files[0].last)
        assert next_day.bid != once.files[0].bid
        statuses = [(r.status, r.new) for r in importers.work(office.county, here.spool, once=True)]
        assert statuses == [("imported", once.files[0].events), ("imported", 0), ("imported", 0)]


def test_another_receiver_is_given_everything(office: Office, tmp_path: Path) -> None:
    visit(office, office.household())
    with door(office, tmp_path) as here:
        hand_in(office, here.url)
        (tmp_path / "second").mkdir()
        with door(office, tmp_path / "second") as there:
            assert [f.first for f in hand_in(office, there.url).files] == [1]


@pytest.mark.parametrize("why", ["desks", "signed"])
def test_a_kept_file_that_would_no_longer_be_taken_is_made_anew(office: Office, tmp_path: Path, why: str) -> None:
    visit(office, office.household())
    folder = office.village.workspace / "outbox" / "push"
    with pytest.raises(Refused) as refused:
        hand_in(office, "http://127.0.0.1:9")
    assert refused.value.code == "XL-F11"
    (old,) = folder.glob("*.xieli")
    if why == "desks":
        with office.village.writing() as tx:
            grant = trust.grant(tx)
            assert grant is not None
            trust.set_grant(tx, {**grant, "desks": [one for one in grant["desks"] if one["role"] == "county"]})
    else:
        office.up()
        office.down()
    visit(office, office.household("李大壮"))
    with door(office, tmp_path) as here:
        (new,) = hand_in(office, here.url).files
        assert new.file != old.name
        assert {r.status for r in importers.work(office.county, here.spool, once=True)} == {"imported"}


def test_a_half_written_kept_file_is_made_anew(office: Office, tmp_path: Path) -> None:
    visit(office, office.household())
    with pytest.raises(Refused):
        hand_in(office, "http://127.0.0.1:9")
    (old,) = (office.village.workspace / "outbox" / "push").glob("*.xieli")
    old.write_bytes(old.read_bytes()[:-5])
    with door(office, tmp_path) as here:
        assert len(hand_in(office, here.url).files) == 1
        assert importers.work(office.county, here.spool, once=True)[0].status == "imported"


def test_a_stopped_computer_is_told_so_and_keeps_everything(office: Office, tmp_path: Path) -> None:
    visit(office, office.household())
    before = exchange.status(office.village).unconfirmed
    with door(office, tmp_path) as here:
        body = json.loads(here.trust.read_text())
        for device in body["devices"]:
            device["revoked"] = device["dev"] == office.village.dev
        here.trust.write_text(json.dumps(body))
        with pytest.raises(Refused) as refused:
            hand_in(office, here.url)
        assert refused.value.code == "XL-F12"
        assert exchange.status(office.village).unconfirmed == before
        assert here.whole() == []


def test_a_laptop_with_new_keys_is_known_by_its_old_ones_until_the_list_is_new(office: Office, tmp_path: Path) -> None:
    visit(office, office.household())
    with door(office, tmp_path) as here:
        made = own_keys.rotate(office.village)
        assert made.kid not in here.trust.read_text()
        assert len(hand_in(office, here.url).files) == 1
        assert importers.work(office.county, here.spool, once=True)[0].status == "imported"
        enrolment.save_trust(office.county, here.trust, replace=True)
        assert made.kid in here.trust.read_text(), "the county learnt the new key from the bundle"
        office.clock.tick(days=1)
        assert len(hand_in(office, here.url).files) == 1
        assert importers.work(office.county, here.spool, once=True)[0].status == "imported"


def test_a_stopped_computer_is_shut_out_by_the_next_list_put_in_its_place(office: Office, tmp_path: Path) -> None:
    """`county revoke`, then `county trust export --replace`: the receiver at work reads it by itself."""
    visit(office, office.household())
    with door(office, tmp_path) as here:
        revocation.revoke(office.county, office.village.dev)
        hand_in(office, here.url)
        with pytest.raises(Refused) as refused:
            enrolment.save_trust(office.county, here.trust)
        assert refused.value.code == "XL-F08"
        assert enrolment.save_trust(office.county, here.trust, replace=True) == 2
        with pytest.raises(Refused) as refused:
            hand_in(office, here.url, again=True)
        assert refused.value.code == "XL-F12"
        other = tmp_path / "letter.json"
        other.write_text('{"a": "letter"}')
        with pytest.raises(Refused) as refused:
            enrolment.save_trust(office.county, other, replace=True)
        assert refused.value.code == "XL-F08"
        assert other.read_text() == '{"a": "letter"}'
