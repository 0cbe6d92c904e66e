"""The importer over real stores: bundles come in whole or not at all, in any order, once; forks are frozen; parks wait and drain."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from corekit import COUNTY, START, VILLAGE, County, Node, enrolled, laptop, seeded

from xieli_sync import identity
from xieli_sync.event import ZERO, chain_hash, make_line
from xieli_sync.inbox import Result, import_bundle
from xieli_sync.ports import Busy, ChainLine, Parked, SeenBundle, Signer
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events.road import GapAccepted
from xieli_tui.store import chains, importing, journal, trust
from xieli_tui.store import engine as engines
from xieli_tui.store.rebuild import digests


def digest_of(node: Node) -> dict[str, str]:
    with node.store.read() as tx:
        return digests(tx)


def held(node: Node) -> list[tuple[str, str, int, str]]:
    with node.store.read() as tx:
        return sorted((str(a), str(b), int(c), str(d)) for a, b, c, d in tx.conn.exec_driver_sql("SELECT dev, ep, seq, hash FROM journal"))


def said(result: Result) -> tuple[str, str, int, int]:
    return result.status, result.code, result.events, result.new


def three_exports(tmp_path: Path, seed: int) -> tuple[County, Node, list[bytes]]:
    county, (one,) = enrolled(tmp_path, seed)
    household, files = one.household(), []
    for number in range(3):
        one.visit(household, note=f"第 {number} 次")
        files += one.export()
    return county, one, files


def test_a_grant_pins_root_and_net_and_is_acknowledged_in_the_chain(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 11)
    assert (one.desk.trust.net, one.desk.trust.root_public) == (county.net, county.root.sign_pub)
    assert one.desk.trust.role_of(county.dev) == "county"
    assert (one.desk.trust.role_of(county.dev), one.desk.trust.role_of(one.dev), one.desk.trust.role_of("f" * 32)) == ("county", "village", "village")
    with one.store.read() as tx:
        (taken,) = journal.events_of_type(tx, "return.received")
        (grant,) = journal.events_of_type(tx, "device.enrolled")
        assert (grant.role, grant.entity) == ("county", one.dev)
        assert taken.d == {"issuer": county.dev, "ep": county.store.ep, "r": 2, "head": taken.d["head"], "grant": grant.ref, "content": True}
        assert importing.held_rights(tx) == (grant.ref, None)
        body = trust.grant(tx)
        assert body is not None
        assert (body["villages"], body["area"], [d.dev for d in trust.desks(tx)]) == ([VILLAGE], COUNTY, [county.dev])


def test_a_grant_under_another_fingerprint_changes_nothing(tmp_path: Path) -> None:
    rand = seeded(12)
    county, one = County(tmp_path / "c", rand), laptop(tmp_path / "v", rand)
    grant = county.enrol(one)
    refused = one.take(grant, root_fingerprint="0000 0000 0000 0000 0000")
    assert (refused.status, refused.code, one.desk.trust.net, held(one)) == ("refused", "XL-K07", None, [])


def test_a_bundle_comes_in_once_however_often_it_is_brought(tmp_path: Path) -> None:
    county, one, files = three_exports(tmp_path, 13)
    assert said(county.take(files[0])) == ("imported", "", 3, 3)
    before = held(county)
    assert said(county.take(files[0])) == ("duplicate", "XL-D01", 3, 0)
    assert held(county) == before
    with county.store.read() as tx:
        assert journal.head(tx, one.dev, one.store.ep)[0] == chains.reach(tx, one.dev, one.store.ep)[0] == 3


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_three_exports_without_a_receipt_give_the_same_rows_in_every_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    county, _, files = three_exports(tmp_path, 14)
    for place in order:
        assert county.take(files[place]).status == "imported"  # each carries everything since the (missing) receipt
    # five lines of the laptop, one enrolment of the county's own
    assert len(held(county)) == 6
    rows = digest_of(county)
    rand_free = {name: rows[name] for name in ("household", "visit", "verdict")}
    again, _, files = three_exports(tmp_path / "again", 14)
    for data in files:
        again.take(data)
    assert {name: digest_of(again)[name] for name in rand_free} == rand_free


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_slices_that_follow_each_other_wait_for_the_one_before(tmp_path: Path, order: tuple[int, ...]) -> None:
    county, (one,) = enrolled(tmp_path, 15)
    household = one.household()
    for _ in range(7):
        one.visit(household)
    slices = [one.bundle(1, 3), one.bundle(4, 6), one.bundle(7, 9)]
    have: set[int] = set()
    for place in order:
        result = county.take(slices[place])
        have.add(place)
        ready = place == 0 or set(range(place)) <= have
        assert result.status == ("imported" if ready else "parked")
        if not ready:
            first_missing = next(n for n in range(3) if n not in have)
            assert (result.code, result.missing) == ("XL-G01", (first_missing * 3 + 1, place * 3))
            again = county.take(slices[place])
            assert (again.status, again.code) == ("parked", "XL-G01")
    with county.store.read() as tx:
        assert journal.head(tx, one.dev, one.store.ep)[0] == 9
        assert tx.conn.exec_driver_sql("SELECT count(*) FROM parked").scalar_one() == 0
    for data in slices:
        assert county.take(data).status == "duplicate"


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    county, _, files = three_exports(tmp_path, 16)
    before, rows = held(county), digest_of(county)
    assert said(county.take(files[2], dry_run=True)) == ("imported", "", 5, 5)
    assert (held(county), digest_of(county)) == (before, rows)
    assert said(county.take(files[2])) == ("imported", "", 5, 5)


def test_an_import_that_fails_in_the_middle_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, _, files = three_exports(tmp_path, 17)
    before = held(county)

    def broken(*_args: object, **_other: object) -> None:
        raise RuntimeError("stopped")

    monkeypatch.setattr(importing.StoreImport, "remember", broken)
    result = import_bundle(files[0], county.desk)
    assert (result.status, result.code, held(county)) == ("failed", "XL-A01", before)
    monkeypatch.undo()
    assert county.take(files[0]).status == "imported"


def test_a_writer_in_the_way_is_busy_and_the_file_goes_in_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, _, files = three_exports(tmp_path, 18)
    monkeypatch.setattr(engines, "BUSY_MS", 20)
    county.store.close()
    county.open()
    blocker = engines.connect(county.folder / "store.db", county.key)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), county.desk.importing("a" * 32):
        pass
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if blocker.in_transaction:
            blocker.execute("ROLLBACK")

    assert import_bundle(files[0], county.desk, pause=pause).status == "imported"
    assert len(waited) == 1
    blocker.close()


# -- forks and gaps ---------------------------------------------------------------------------------


def other_history(one: Node, seq: int) -> bytes:
    """A bundle of the laptop that differs from seq on, as a copied folder would write it."""
    with one.store.read() as tx:
        lines = journal.lines(tx, one.dev, one.store.ep, 1, seq - 1)
    prev = lines[-1].hash if lines else ZERO
    d = {"village": VILLAGE, "household": one.id(), "visit": one.id(), "on": "2026-12-28", "met": "none"}
    line = make_line(by="1", d=d, dev=one.dev, ep=one.store.ep, hlc=(millis(START) + 9, 0), seq=seq, t="visit.recorded", v=1).raw
    lines.append(ChainLine(one.dev, one.store.ep, seq, chain_hash(prev, line), line))
    return one.seal_changes(one.store.ep, lines, ZERO)


@pytest.mark.parametrize("second_first", [False, True])
def test_two_histories_of_one_laptop_are_both_kept_and_frozen_once(tmp_path: Path, second_first: bool) -> None:
    county, (one,) = enrolled(tmp_path, 19)
    household = one.household()
    one.visit(household)
    copy = other_history(one, 3)
    (real,) = one.export()
    first, second = (copy, real) if second_first else (real, copy)
    assert county.take(first).status == "imported"
    frozen = county.take(second)
    assert (frozen.status, frozen.code) == ("frozen", "XL-C02")
    assert county.take(second).status == "duplicate"
    with county.store.read() as tx:
        assert len(chains.stored(tx, one.dev, one.store.ep, 3, 3)[3]) == 2
        (ruling,) = journal.events_of_type(tx, "fork.frozen")
        assert (ruling.dev, ruling.d["dev"], ruling.d["ep"], ruling.d["seq"], len(ruling.d["hashes"])) == (county.dev, one.dev, one.store.ep, 3, 2)
        assert chains.alarms(tx) == []
        verdicts = dict(tx.conn.exec_driver_sql("SELECT hash, code FROM verdict WHERE dev=?", (one.dev,)).all())
        assert verdicts == dict.fromkeys(chains.stored(tx, one.dev, one.store.ep, 3, 3)[3], "XL-S06")


def test_a_third_history_is_not_frozen_again_and_one_that_parts_earlier_is(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 32)
    household = one.household()
    one.visit(household)
    for data in (*one.export(), other_history(one, 3)):
        county.take(data)
    for seq, rulings in ((3, [3]), (2, [3, 2])):
        assert county.take(other_history(one, seq)).status == "frozen"
        with county.store.read() as tx:
            assert [e.d["seq"] for e in journal.events_of_type(tx, "fork.frozen")] == rulings


@pytest.mark.parametrize("seed", [20, 71, 72, 73])
def test_each_line_knows_the_line_before_it_in_its_own_branch(tmp_path: Path, seed: int) -> None:
    county, (one,) = enrolled(tmp_path, seed)
    household = one.household()
    copy = other_history(one, 3)
    for _ in range(3):
        one.visit(household)
    (real,) = one.export()
    county.take(copy)
    county.take(real)
    with county.store.read() as tx:
        tips = [e for e in journal.load(tx, dev=one.dev) if e.seq in (3, 5)]
        for tip in tips:
            line_of = journal.branch(tx, one.dev, one.store.ep, tip.seq, tip.hash)
            assert sorted(line_of) == list(range(1, tip.seq + 1))
        assert len({e.prev for e in tips if e.seq == 3}) == 1
        assert all(chain_hash(e.prev, e.line) == e.hash for e in journal.load(tx, dev=one.dev))


def test_a_gap_that_a_desk_accepts_counts_as_held(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 21)
    household = one.household()
    for _ in range(6):
        one.visit(household)
    early, late = one.bundle(1, 3), one.bundle(6, 8)
    assert county.take(early).status == "imported"
    assert county.take(late).status == "parked"
    county.record(GapAccepted(dev=one.dev, ep=one.store.ep, first=4, last=5, reason="换机时丢失"))
    with county.store.write() as tx:
        assert chains.reach(tx, one.dev, one.store.ep) == (5, "")
    middle = one.bundle(7, 8)
    result = county.take(middle)
    assert (result.status, result.drained, result.missing) == ("parked", 0, (6, 6))
    with county.desk.importing(one.dev) as tx_import:
        assert tx_import.contiguous(one.dev, one.store.ep) == 5
    assert county.take(one.bundle(6, 6)).status == "imported"
    with county.store.read() as tx:
        assert journal.head(tx, one.dev, one.store.ep)[0] == 8


def test_a_fork_of_a_desks_chain_is_an_alarm_and_no_ruling(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 22)
    with county.store.write() as tx:
        assert not chains.freeze(tx, county.dev, county.store.ep, 2, ["a" * 64, "b" * 64], "1", county.now)
    with one.store.write() as tx:
        assert not chains.freeze(tx, one.dev, one.store.ep, 2, ["a" * 64, "b" * 64], "1", one.now)
        assert not chains.freeze(tx, one.dev, one.store.ep, 2, ["a" * 64, "b" * 64], "1", one.now)
    for node in (county, one):
        with node.store.read() as tx:
            assert [(x[0], x[3]) for x in chains.alarms(tx)] == [("XL-C02", 2)]
            assert journal.events_of_type(tx, "fork.frozen") == []


# -- parks ------------------------------------------------------------------------------------------


def parked(node: Node, dev: str) -> list[int]:
    with node.store.read() as tx:
        return [int(x) for x in tx.conn.exec_driver_sql("SELECT first FROM parked WHERE dev=? ORDER BY first", (dev,)).scalars()]


def test_the_park_keeps_fifty_files_of_a_device_and_drops_the_highest(tmp_path: Path) -> None:
    county, _ = enrolled(tmp_path, 23)
    dev, ep = "d" * 32, "e" * 16
    with county.desk.importing(dev) as tx:
        for first in range(100, 100 + importing.PARK_FILES):
            assert tx.park(dev, ep, Parked(f"{first:032x}", first, first, b"x"))
        assert not tx.park(dev, ep, Parked("f" * 32, 999, 999, b"x"))
        assert tx.park(dev, ep, Parked("0" * 32, 50, 50, b"x"))
        assert tx.park("c" * 32, ep, Parked("0" * 32, 999, 999, b"x"))
    assert parked(county, dev) == [50, *range(100, 149)]
    with county.desk.importing(dev) as tx:
        assert [x.first for x in tx.parked(dev, ep)][:2] == [50, 100]
        tx.unpark(dev, ep, "0" * 32)
    assert parked(county, dev)[0] == 100


def test_the_park_keeps_no_more_than_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, _ = enrolled(tmp_path, 24)
    monkeypatch.setattr(importing, "PARK_BYTES", 100)
    dev, ep = "d" * 32, "e" * 16
    with county.desk.importing(dev) as tx:
        assert tx.park(dev, ep, Parked("1" * 32, 10, 10, b"x" * 60))
        assert not tx.park(dev, ep, Parked("2" * 32, 20, 20, b"x" * 60))
        assert tx.park(dev, ep, Parked("3" * 32, 5, 5, b"x" * 60))
    assert parked(county, dev) == [5]


# -- what is remembered -----------------------------------------------------------------------------


def test_the_last_answer_to_a_bundle_is_remembered(tmp_path: Path) -> None:
    county, _ = enrolled(tmp_path, 25)
    with county.desk.importing("d" * 32) as tx:
        assert tx.seen("d" * 32, "b" * 32) is None
        tx.remember("d" * 32, "b" * 32, SeenBundle("dg", "parked", "XL-G01", 3), b"{}")
        tx.remember("d" * 32, "b" * 32, SeenBundle("dg", "imported", "", 3), b"{}")
        assert tx.seen("d" * 32, "b" * 32) == SeenBundle("dg", "imported", "", 3)


def test_a_newer_key_of_a_device_stands_above_the_older_one(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 26)
    new = identity.KeyPair.generate(seeded(1))
    assert county.desk.trust.highest(one.dev) == (0, 0)
    old = Signer(one.dev, one.keys.kid, one.keys.sign_pub, one.keys.enc_pub, "village", COUNTY, 1, 1)
    county.desk.trust.accept(old)
    county.desk.trust.accept(Signer(one.dev, new.kid, new.sign_pub, new.enc_pub, "village", COUNTY, 2, 1))
    assert county.desk.trust.highest(one.dev) == (1, 2)
    assert county.desk.trust.highest("f" * 32) == (0, 0)


def test_another_root_is_never_pinned_over_the_first(tmp_path: Path) -> None:
    _, (one,) = enrolled(tmp_path, 27)
    stranger = County(tmp_path / "stranger", seeded(28))
    before = held(one)
    refused = one.take(stranger.enrol(one), root_fingerprint=stranger.root.fingerprint)
    assert (refused.status, refused.code, held(one)) == ("refused", "XL-N01", before)


def test_a_role_learned_late_is_written_into_the_lines_already_held_and_they_are_judged_again(tmp_path: Path) -> None:
    county, _ = enrolled(tmp_path, 29)
    town = identity.KeyPair.generate(seeded(30))
    d = {"village": VILLAGE, "household": county.id(), "application": county.id(), "on": "2026-12-28"}
    line = make_line(by="1", d=d, dev=town.dev, ep="e" * 16, hlc=(1, 0), seq=1, t="application.accepted", v=1).raw
    with county.store.write() as tx:
        chains.ingest(tx, [ChainLine(town.dev, "e" * 16, 1, chain_hash(ZERO, line), line)], county.now)

        def judged() -> list[tuple[str, str, str]]:
            (event,) = journal.load(tx, dev=town.dev)
            row = tx.conn.exec_driver_sql("SELECT status, code FROM verdict WHERE ref=?", (event.ref,)).one()
            return [(event.role, str(row[0]), str(row[1]))]

        assert judged() == [("village", "quarantined", "XL-S03")]
        trust.accept(tx, Signer(town.dev, town.kid, town.sign_pub, town.enc_pub, "township", "999999001"))
        assert judged() == [("township", "unknown", "")]  # it waits for the grant it names


def test_what_is_no_line_of_a_known_type_is_kept_and_not_understood(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 31)
    one.household()
    with one.store.read() as tx:
        lines = journal.lines(tx, one.dev, one.store.ep, 1, 2)
    later = make_line(by="1", d={"x": "1"}, dev=one.dev, ep=one.store.ep, hlc=(millis(START) + 9, 0), seq=3, t="later.invented", v=7).raw
    lines.append(ChainLine(one.dev, one.store.ep, 3, chain_hash(lines[-1].hash, later), later))
    result = county.take(one.seal_changes(one.store.ep, lines, ZERO))
    assert (result.status, result.unknown, dict(result.codes)) == ("imported", 1, {"XL-S05": 1})
    with county.store.read() as tx:
        (kept,) = journal.events_of_type(tx, "later.invented")
        assert (kept.line, kept.entity) == (later, kept.ref)
