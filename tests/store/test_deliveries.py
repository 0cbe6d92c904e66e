"""Returns between real stores: what goes home and what stays, receipts that count, acknowledgement, and idle staying idle."""

from __future__ import annotations

from pathlib import Path

import pytest
from corekit import OTHER, VILLAGE, County, Node, enrolled, laptop, seeded

from xieli_sync import delivery, identity
from xieli_sync.event import ZERO
from xieli_sync.ports import ChainLine
from xieli_tui.domain.events.aid import ApplicationAccepted, ApplicationStarted
from xieli_tui.domain.events.household import HouseholdTransferred, PersonAdded, PersonMerged
from xieli_tui.domain.events.road import AuditUnlocked, ClockClamped, DeviceRevoked, EpochOpened, LocalSet, QuarantineReleased, RulingAnnulled
from xieli_tui.domain.events.work import AlertIssued, ComplaintReceived
from xieli_tui.store import chains, deliveries, epochs, journal, receipts, recipients, relay, relay_events, relay_receipts
from xieli_tui.store.rebuild import digests, rebuild


def to(node: Node, *villages: str) -> recipients.Recipient:
    return recipients.Recipient(node.dev, "village", villages or (VILLAGE,))


def due(county: County, node: Node, *villages: str) -> list[str]:
    """Types of the events that would go to a laptop now."""
    with county.store.read() as tx:
        return [e.t for e in relay_events.undelivered_events(tx, to(node, *villages))]


def up(node: Node, county: County) -> list[str]:
    """Everything a laptop owes, taken in."""
    return [county.take(data).status for data in node.export()]


def down(county: County, node: Node, *villages: str) -> str:
    data = county.send(node, *villages)
    if data is None:
        return ""
    result = node.take(data)
    return result.status + result.code


def settle(county: County, *laptops: Node) -> int:
    """Exchange until nothing moves; the number of rounds that moved something."""
    for round_ in range(12):
        moved = [up(node, county) for node in laptops] + [down(county, node) for node in laptops]
        if not any(moved):
            return round_
    raise AssertionError("never idle")


def signed(node: Node, ep: str | None = None) -> int:
    with node.store.read() as tx:
        return receipts.county_receipt(tx, node.dev, ep or node.store.ep)


def verdicts(node: Node) -> dict[tuple[str, int], str]:
    with node.store.read() as tx:
        return {(str(dev), int(seq)): str(code) for dev, seq, code in tx.conn.exec_driver_sql("SELECT dev, seq, code FROM verdict")}


# -- out and home -----------------------------------------------------------------------------------


def test_work_goes_out_the_receipt_comes_home_and_then_nothing_moves(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 41)
    household = one.household()
    one.visit(household)
    assert signed(one) == 0
    assert up(one, county) == ["imported"]
    assert down(county, one) == "imported"
    assert signed(one) == 3
    with one.store.read() as tx:
        assert [e.d["content"] for e in journal.events_of_type(tx, "return.received")] == [True, False]
        assert receipts.last_receipt(tx) == one.now
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 0
    assert one.export() == []
    assert county.send(one) is None


def test_an_idle_county_stays_idle_after_audit_lines_and_a_busy_one_tells_its_head(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 42)
    assert settle(county, one) >= 1
    county.record(AuditUnlocked(where="cli"))
    one.record(AuditUnlocked(where="app"))
    assert settle(county, one) == 0
    county.record(ComplaintReceived(complaint=county.id(), on="2026-12-28", channel="phone", text="有人反映"))
    assert due(county, one) == []
    assert settle(county, one) == 1
    with one.store.read() as tx:
        heads = [delivery.parse_delivery(bytes(x))[1] for x in tx.conn.exec_driver_sql("SELECT line FROM delivery_in WHERE k='head' ORDER BY r").scalars()]
    with county.store.read() as tx:
        assert heads[-1] == delivery.HeadItem(county.store.ep, *journal.head(tx, county.dev, county.store.ep))


def test_a_ruling_comes_home_as_the_exact_line_of_its_author(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 43)
    household, application = one.household(), one.id()
    one.record(ApplicationStarted(village=VILLAGE, household=household, application=application, on="2026-12-28", kinds=["temp_emergency"]))
    up(one, county)
    (accepted,) = county.record(ApplicationAccepted(village=VILLAGE, household=household, application=application, on="2026-12-28"))
    assert due(county, one) == ["application.accepted"]
    assert down(county, one) == "imported"
    with county.store.read() as tx, one.store.read() as home:
        there, here = journal.get(tx, accepted.ref), journal.get(home, accepted.ref)
        assert there is not None
        assert here is not None
        assert (here.line, here.role, here.hash) == (there.line, "county", there.hash)
    assert due(county, one) == []
    assert settle(county, one) == 1


def test_a_lost_return_heals_by_the_next_one_and_is_the_same_lines(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 44)
    household = one.household()
    up(one, county)
    lost = county.send(one)
    assert lost is not None
    assert county.send(one) is None  # nothing new, nothing heard: receipts alone are not repeated
    one.visit(household)
    up(one, county)
    first, fresh = county.owed(one)
    assert first == 3
    assert min(x.r for x in fresh) > 3
    again = county.write(one, first)
    assert one.take(again).status == "imported"
    assert one.take(lost).code == "XL-D01"
    assert signed(one) == 3
    assert settle(county, one) == 0


def test_content_that_was_lost_is_sent_again_without_being_asked(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 45)
    household = one.household()
    settle(county, one)
    county.record(AlertIssued(alert=county.id(), village=VILLAGE, household=household, cls="medical", text="自付超过标准", on="2026-12-28"))
    first, second = county.send(one), county.send(one)
    assert first is not None
    assert second is not None
    assert one.take(second).status == "imported"
    assert one.take(first).status == "duplicate"


def test_returns_taken_in_the_wrong_order_wait_for_each_other(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 46)
    household = one.household()
    settle(county, one)
    files = []
    for number in range(3):
        county.record(AlertIssued(alert=county.id(), village=VILLAGE, household=household, cls="medical", text=f"第 {number} 条", on="2026-12-28"))
        _, fresh = county.owed(one)
        files.append(county.write(one, fresh[0].r))
    # each file was written to the end of the chain as it stood: they follow each other
    assert [one.take(files[n]).status for n in (2, 1, 0)] == ["parked", "parked", "imported"]
    with one.store.read() as tx:
        assert len(journal.events_of_type(tx, "alert.issued")) == 3


# -- scope ------------------------------------------------------------------------------------------


def two_villages(tmp_path: Path, seed: int) -> tuple[County, Node, Node]:
    rand = seeded(seed)
    county = County(tmp_path / "county", rand)
    here, there = laptop(tmp_path / "here", rand), laptop(tmp_path / "there", rand)
    for node, village in ((here, VILLAGE), (there, OTHER)):
        assert node.take(county.enrol(node, village), root_fingerprint=county.root.fingerprint).status == "imported"
    return county, here, there


def test_a_laptop_gets_its_siblings_work_and_nothing_of_another_village(tmp_path: Path) -> None:
    county, (one, two) = enrolled(tmp_path, 47, count=2)
    rand = seeded(48)
    far = laptop(tmp_path / "far", rand)
    far.take(county.enrol(far, OTHER), root_fingerprint=county.root.fingerprint)
    household = one.household()
    one.visit(household)
    far.household(OTHER)
    for node in (one, two, far):
        up(node, county)
    assert due(county, two) == ["household.opened", "visit.recorded"]
    assert due(county, one) == []
    assert due(county, far, OTHER) == []
    assert down(county, two) == "imported"
    with two.store.read() as tx:
        assert {e.dev for e in journal.events_of_household(tx, household)} == {one.dev}


def test_parameters_go_to_everyone_and_rulings_about_a_device_to_that_device(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 49)
    county.record(LocalSet(key="dibao_line", value="\"735.00\"", start="2026-01-01"), ClockClamped(dev=there.dev, ep=there.store.ep, first=1, last=1, ms=1))
    county.record(ComplaintReceived(complaint=county.id(), on="2026-12-28", channel="phone", text="别村的事", village=OTHER))
    assert due(county, here) == ["local.set"]
    assert due(county, there, OTHER) == ["local.set", "clock.clamped"], "a complaint stays at the desks"


def test_a_stopped_laptop_is_told_that_it_is_stopped_and_nothing_else_until_the_stop_is_taken_back(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 49)
    [stop] = county.record(DeviceRevoked(dev=there.dev, cut={there.store.ep: 1}))
    county.record(LocalSet(key="dibao_line", value="\"735.00\"", start="2026-01-01"))
    county.record(ComplaintReceived(complaint=county.id(), on="2026-12-28", channel="phone", text="别村的事", village=OTHER))
    assert due(county, here) == ["local.set"]
    assert due(county, there, OTHER) == ["device.revoked"]
    county.record(RulingAnnulled(of=stop.ref, reason="弄错了"))
    assert due(county, there, OTHER) == ["local.set"], "it never heard of the stop"


def test_a_villages_row_of_the_register_goes_to_that_village_alone(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 49)
    county.record(LocalSet(key="village", value='{"name":"石桥村"}', start="2026-01-01", area=VILLAGE), LocalSet(key="hotline", value='"12349"', start="2026-01-01", area=VILLAGE))
    assert due(county, here) == ["local.set", "local.set"]
    assert due(county, there, OTHER) == ["local.set"], "a parameter of a narrower scope is no secret, a register row is the village's own"


def test_what_is_not_effective_does_not_go_to_a_sibling_and_its_release_brings_both(tmp_path: Path) -> None:
    county, (one, two) = enrolled(tmp_path, 50, count=2)
    household = one.household()
    stray = one.visit(household, OTHER)  # not one of its villages
    up(one, county)
    assert due(county, two) == ["household.opened"]
    assert down(county, two) == "imported"
    assert down(county, one) == "imported"
    assert verdicts(one) == {(one.dev, stray.seq): "XL-S01"}
    county.record(QuarantineReleased(of=stray.ref))
    assert due(county, one) == ["quarantine.released"]  # about its own line
    assert due(county, two, VILLAGE, OTHER) == ["visit.recorded", "quarantine.released"]
    assert down(county, one) == "imported"
    assert verdicts(one) == {}


def test_the_opening_of_a_household_goes_wherever_a_line_about_it_goes(tmp_path: Path) -> None:
    county, (one, two) = enrolled(tmp_path, 69, count=2)
    far = laptop(tmp_path / "far", seeded(70))
    far.take(county.enrol(far, OTHER), root_fingerprint=county.root.fingerprint)
    household = far.household(OTHER)
    stray = one.visit(household)  # of a household that never was in its village
    for node in (far, one):
        up(node, county)
    assert due(county, two) == []
    county.record(QuarantineReleased(of=stray.ref))
    assert due(county, two) == ["household.opened", "visit.recorded", "quarantine.released"]


def test_an_annulment_goes_wherever_the_ruling_went(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 51)
    alert = county.record(AlertIssued(alert=county.id(), village=VILLAGE, cls="medical", text="自付超过标准", on="2026-12-28"))[0]
    county.record(RulingAnnulled(of=alert.ref, reason="发错了"))
    assert due(county, here) == []  # it never went, and what undoes it need not go
    assert due(county, there, OTHER) == []
    county.record(AlertIssued(alert=county.id(), village=VILLAGE, cls="medical", text="另一条", on="2026-12-28"))
    down(county, here)
    with county.store.read() as tx:
        last = journal.events_of_type(tx, "alert.issued")[-1]
    county.record(RulingAnnulled(of=last.ref, reason="发错了"))
    assert due(county, here) == ["ruling.annulled"]
    assert due(county, there, OTHER) == []
    down(county, here)
    with here.store.read() as tx:
        assert tx.conn.exec_driver_sql("SELECT code FROM verdict WHERE ref=?", (last.ref,)).scalar_one() == "XL-S07"


def test_a_household_moved_to_a_village_comes_with_its_file(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 52)
    household, other = here.household(), here.household()
    here.visit(household)
    here.visit(other)
    up(here, county)
    assert due(county, there, OTHER) == []
    with county.store.read() as tx:
        opened = journal.events_of_entity(tx, [household])[0]
    county.record(HouseholdTransferred(village=VILLAGE, household=household, to=OTHER, on="2026-12-28", replaces=[opened.ref]))
    assert due(county, there, OTHER) == ["household.opened", "visit.recorded", "household.transferred"]
    assert due(county, here) == ["household.transferred"]
    assert down(county, there, OTHER) == "imported"
    with there.store.read() as tx:
        assert len(journal.events_of_household(tx, household)) == 3
        assert journal.events_of_household(tx, other) == []


def test_a_merge_goes_wherever_a_person_of_its_component_is(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 53)
    persons = []
    for node, village in ((here, VILLAGE), *[(there, OTHER)] * 4):
        household, person = node.household(village), node.id()
        node.record(PersonAdded(village=village, household=household, person=person, fields={"name": "测试甲"}))
        persons.append(person)
    for node in (here, there):
        up(node, county)
    for one, other in ((3, 4), (2, 3), (1, 2)):
        county.record(PersonMerged(person=persons[one], other=persons[other], villages=[OTHER]))
    assert due(county, here) == []
    county.record(PersonMerged(person=persons[0], other=persons[1], villages=[VILLAGE, OTHER]))
    assert due(county, here) == ["person.merged"] * 4
    assert due(county, there, OTHER) == ["person.merged"] * 4


def test_a_township_gets_every_line_of_the_chains_of_its_area(tmp_path: Path) -> None:
    county, here, there = two_villages(tmp_path, 54)
    household = here.household()
    stray = here.visit(household, OTHER)
    up(here, county)
    town = recipients.Recipient("e" * 32, "township", (), VILLAGE[:9])
    with county.store.read() as tx:
        events = relay_events.undelivered_events(tx, town)
        assert {e.hash for e in journal.load(tx, dev=here.dev)} <= {e.hash for e in events}
        assert stray.hash in {e.hash for e in events}
        assert sorted(e.d["dev"] for e in events if e.t == "device.enrolled") == sorted([here.dev, there.dev])
        elsewhere = recipients.Recipient("e" * 32, "township", (), "999999002")
        assert relay_events.undelivered_events(tx, elsewhere) == []


def test_a_township_relays_its_laptops_lines_and_its_own_but_never_the_countys(tmp_path: Path) -> None:
    county, here, _ = two_villages(tmp_path, 71)
    household = here.household()
    up(here, county)
    county.record(LocalSet(key="dibao_line", value="\"735.00\"", start="2026-01-01"))
    town = Node(tmp_path / "town", "township", seeded(72), identity.KeyPair.generate(seeded(73)))
    with county.store.read() as tx:
        lines = [ChainLine(e.dev, e.ep, e.seq, e.hash, e.line) for e in journal.load(tx)]
    with town.store.write() as tx:
        tx.conn.exec_driver_sql("INSERT INTO trust_signer VALUES (?,?,?,?,'county',?,1,1)", (county.dev, "k", b"", b"", VILLAGE[:6]))
        chains.ingest(tx, lines, town.now)
    (accepted,) = town.record(ApplicationAccepted(village=VILLAGE, household=household, application=town.id(), on="2026-12-28"))
    with town.store.read() as tx:
        going = relay_events.undelivered_events(tx, recipients.Recipient("f" * 32, "village", (VILLAGE,)))
    assert [(e.t, e.dev) for e in going] == [("household.opened", here.dev), ("application.accepted", town.dev)]
    assert going[1].ref == accepted.ref


# -- receipts ---------------------------------------------------------------------------------------


def test_what_is_not_ok_comes_home_with_its_code_and_counts_as_received(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 55)
    household = one.household()
    stray = one.visit(household, OTHER)
    one.visit(household)
    up(one, county)
    down(county, one)
    assert signed(one) == 4
    assert verdicts(one) == {(one.dev, stray.seq): "XL-S01"}
    with county.store.read() as tx:
        (receipt,) = relay_receipts.receipts_of(tx, one.dev, one.store.ep)
        assert receipt.not_ok == (delivery.Range(stray.seq, stray.seq, "quarantined", "XL-S01"),)


def test_a_receipt_for_another_history_does_not_count_and_raises_an_alarm(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 56)
    one.household()
    up(one, county)
    with county.store.write() as tx:
        deliveries.append_lines(tx, one.dev, [delivery.Receipt(one.dev, one.store.ep, 2, "a" * 64)], county.now)
    data = county.write(one, 3)
    assert one.take(data).status == "imported"
    assert signed(one) == 0
    with one.store.read() as tx:
        assert [x[:4] for x in chains.alarms(tx)] == [("XL-C02", one.dev, one.store.ep, 2)]


def test_only_receipts_that_changed_are_written_again(tmp_path: Path) -> None:
    county, (one, two) = enrolled(tmp_path, 57, count=2)
    settle(county, one, two)
    two.household()
    up(two, county)
    with county.store.read() as tx:
        news, along = relay_receipts.receipts_for(tx, to(one))
    assert [x.dev for x in news] == [two.dev]
    assert all(x.dev == county.dev for x in along)


def test_receipts_are_the_same_after_they_are_read_again_from_the_delivery_lines(tmp_path: Path) -> None:
    county, (one, two) = enrolled(tmp_path, 58, count=2)
    household = one.household()
    for _ in range(3):
        one.visit(household)
        one.visit(household, OTHER)
        settle(county, one, two)
    for node in (one, two, county):
        with node.store.write() as tx:
            before = digests(tx)
            assert receipts.replay(tx) == tx.conn.exec_driver_sql("SELECT count(*) FROM delivery_in WHERE k='receipt'").scalar_one()
            assert digests(tx) == before
        assert rebuild(node.store)["equal"] is True


def test_the_receipts_kept_about_other_chains_do_not_pile_up(tmp_path: Path) -> None:
    county, (one, two) = enrolled(tmp_path, 59, count=2)
    household = one.household()
    for _ in range(5):
        one.visit(household)
        settle(county, one, two)
    with two.store.read() as tx:
        assert tx.conn.exec_driver_sql("SELECT count(*) FROM receipt WHERE dev=?", (one.dev,)).scalar_one() == 1


# -- acknowledgement --------------------------------------------------------------------------------


def test_acknowledged_is_what_the_newest_epoch_states_for_a_head_that_is_ours(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 60)
    one.household()
    up(one, county)
    with county.store.read() as tx:
        assert deliveries.acked(tx, one.dev) == 2
        assert deliveries.hash_at(tx, one.dev, 0) == ZERO
        assert deliveries.hash_at(tx, one.dev, 99) is None
        assert [x.r for x in deliveries.lines_after(tx, one.dev, 1)] == [2]
    one.new_epoch()
    up(one, county)
    with county.store.read() as tx:
        assert deliveries.acked(tx, one.dev) == 0  # the restored machine stated nothing


def test_a_number_once_given_is_the_same_line_for_ever(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 61)
    with county.store.write() as tx:
        made = deliveries.append_lines(tx, one.dev, [delivery.TimeItem(1), delivery.TimeItem(2)], county.now)
        assert [x.r for x in made] == [3, 4]
        assert [(x.r, x.hash, x.line) for x in made] == [(x.r, x.hash, x.line) for x in deliveries.lines_after(tx, one.dev, 2)]
        prev = deliveries.hash_at(tx, one.dev, 2)
        assert prev is not None
        assert made[0].hash == delivery.delivery_hash(prev, made[0].line)


def test_a_laptop_is_heard_of_only_after_its_first_bundle(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 62)
    with county.store.read() as tx:
        assert deliveries.last_bundle(tx, one.dev) is None
    up(one, county)
    with county.store.read() as tx:
        assert deliveries.last_bundle(tx, one.dev) == county.now


# -- restored and copied machines -------------------------------------------------------------------


def test_a_restored_laptop_gets_back_the_tail_it_lost_and_does_not_fork(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 63)
    household = one.household()
    one.visit(household)
    with one.store.read() as tx:
        copy = tmp_path / "copy.db"
        tx.conn.exec_driver_sql("COMMIT")
        tx.conn.exec_driver_sql("VACUUM INTO ?", (str(copy),))
        tx.conn.exec_driver_sql("BEGIN")
    lost = [one.visit(household, note="丢了的一次").ref, one.visit(household, note="丢了的两次").ref]
    up(one, county)
    old = one.store.ep
    one.store.close()
    for name in ("store.db-wal", "store.db-shm"):
        (one.folder / name).unlink(missing_ok=True)
    copy.replace(one.folder / "store.db")
    one.open()
    one.new_epoch()
    one.visit(household, note="恢复以后")
    assert settle(county, one) >= 1
    with one.store.read() as tx:
        assert set(journal.by_refs(tx, lost)) == set(lost)
        assert epochs.all_own(tx) == [old, one.store.ep]
        assert chains.alarms(tx) == []
    with county.store.read() as tx:
        assert journal.events_of_type(tx, "fork.frozen") == []
    assert signed(one, old) == 5
    assert rebuild(one.store)["equal"] is True
    assert rebuild(county.store)["equal"] is True


def test_a_line_of_the_current_epoch_that_this_machine_never_wrote_is_an_alarm(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 64)
    household = one.household()
    foreign = Node(tmp_path / "clone", "village", seeded(65), one.keys)
    with foreign.store.write() as tx:
        tx.conn.exec_driver_sql("UPDATE own_epoch SET ep=?", (one.store.ep,))
    foreign.store.ep = one.store.ep
    (written,) = foreign.record(EpochOpened(reason="copied"))
    with foreign.store.read() as tx:
        line = journal.get(tx, written.ref)
        assert line is not None
        item = deliveries.event_item(line)
    with county.store.write() as tx:
        deliveries.append_lines(tx, one.dev, [item], county.now)
    assert one.take(county.write(one, 3)).status in ("imported", "frozen")
    with one.store.read() as tx:
        assert ("XL-C02", one.dev, one.store.ep, 1) in [x[:4] for x in chains.alarms(tx)]
        assert len(chains.stored(tx, one.dev, one.store.ep, 1, 1)[1]) == 1
    one.visit(household)


def test_missing_events_are_asked_for_once(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 66)
    household = one.household()
    for _ in range(6):
        one.visit(household)
    assert county.take(one.bundle(1, 2)).status == "imported"
    assert county.take(one.bundle(6, 8)).status == "parked"
    with county.store.write() as tx:
        assert relay.gaps(tx, to(one)) == [delivery.Resend(one.dev, one.store.ep, 3, 5)]
    assert down(county, one) == "imported"
    with county.store.write() as tx:
        assert relay.gaps(tx, to(one)) == []
    with one.store.read() as tx:
        assert tx.conn.exec_driver_sql("SELECT dev, ep, first, last FROM resend_request").all() == [(one.dev, one.store.ep, 3, 5)]
    assert settle(county, one) >= 1
    assert signed(one) == 9


@pytest.mark.parametrize("keep_real", [True, False])
def test_each_branch_of_a_forked_chain_has_a_receipt_of_its_own(tmp_path: Path, keep_real: bool) -> None:
    from test_importing import other_history

    county, (one,) = enrolled(tmp_path, 67)
    household = one.household()
    one.visit(household)
    copy, real = other_history(one, 3), one.export()[0]
    for data in (real, copy) if keep_real else (copy, real):
        county.take(data)
    with county.store.read() as tx:
        found = relay_receipts.receipts_of(tx, one.dev, one.store.ep)
        hashes = chains.stored(tx, one.dev, one.store.ep, 3, 3)[3]
    assert {(x.seq, x.head) for x in found} == {(3, digest) for digest in hashes}
    assert down(county, one) == "imported"
    assert signed(one) == 3
    assert verdicts(one) == {(one.dev, 3): "XL-S06"}
