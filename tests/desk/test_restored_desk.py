"""A desk put back from yesterday's copy: nothing leaves before it is reopened, then every laptop's work and today's decisions come home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_copies import Desks, decide, desks, emergency, kinds
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, seeded

from xieli_sync import container, echo, seal
from xieli_sync.event import ZERO
from xieli_sync.inbox import import_bundle
from xieli_tui.casework import application as papers
from xieli_tui.casework import audit, exchange, households, rebuild, road, setup
from xieli_tui.casework.session import Session, open_session
from xieli_tui.desk import enrolment, intake, queue, reopen, send, steps
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.errors import Damaged, Locked, Refused
from xieli_tui.store import chains, echoes, issuers, journal, receipts, trust
from xieli_tui.store.importing import StoreDesk
from xieli_tui.store.rebuild import digests

__all__ = ["desks"]

OWN = ("device", "operator", "county_summary")
"""Tables that hold what only the desk's own lost lines said, or who opened it when."""


def rows(session: Session) -> dict[str, str]:
    """Digests of what the work says, without what is about this desk's own openings."""
    with session.reading() as tx:
        return {name: digest for name, digest in digests(tx).items() if name not in (*OWN, "receipt", "verdict", "timeline")}


def differing(one: dict[str, str], two: dict[str, str]) -> list[str]:
    return sorted(name for name in one if one[name] != two.get(name))


def a_day_and_a_copy(desks: Desks) -> tuple[Path, str, str]:
    """Yesterday's case decided and home; the copy of the county; today's case decided and home, and the laptop said so."""
    first = emergency(desks, "石守田")
    desks.up("village")
    decide(desks.session("county"), first)
    desks.down("county")
    desks.up("village")
    copy = desks.copy("county")
    desks.office.clock.tick(hours=20)
    second = emergency(desks, "李桂英")
    desks.up("village")
    decide(desks.session("county"), second, "1200")
    desks.down("county")
    desks.up("village")
    return copy, first, second


# -- the county ---------------------------------------------------------------------------------------


def test_after_reopening_the_laptops_work_and_todays_decisions_are_back(desks: Desks) -> None:
    copy, first, second = a_day_and_a_copy(desks)
    desks.settle()
    whole = rows(desks.session("county"))
    at_home = rows(desks.session("village"))
    behind = desks.put_back("county", copy)
    assert whole != rows(behind)
    with pytest.raises(Damaged) as caught:
        send.send(behind, desks.office.stick)
    assert caught.value.code == "XL-C03"
    assert caught.value.exit_code == 6
    assert "xieli county reopen --root" in caught.value.next_step
    (note,) = exchange.status(behind).notes
    assert "xieli county reopen --root" in note
    done = desks.reopen()
    assert exchange.status(behind).notes == ()
    assert (done.dev, done.gen, done.ep) == (behind.dev, 2, behind.ep)
    assert desks.down("county"), "the higher generation is news to every device"
    files = desks.up("village")
    assert kinds(files) == ["changes", "echo"]
    assert queue.case(behind, second).card.decisions[0].amount == 1200_00
    assert queue.case(behind, first).card.state == "decided_granted"
    assert desks.settle() <= 2
    assert differing(whole, rows(behind)) == []
    assert differing(at_home, rows(desks.session("village"))) == []
    for session in (behind, desks.session("village")):
        assert rebuild.rebuild(session).equal
        with session.reading() as tx:
            assert chains.alarms(tx) == []
        assert audit.verify(session).ok, audit.verify(session).bad
    with behind.writing() as tx:  # a decision that came home by the echo, altered under the key
        decided = next(e for e in journal.events_of_type(tx, "application.decided") if e.d["application"] == second)
        tx.conn.exec_driver_sql("UPDATE journal SET line=? WHERE rowid=?", (decided.line.replace(b"120000", b"920000"), decided.rowid))
    found = audit.verify(behind)
    assert not found.ok
    assert found.first_bad is not None


def test_what_the_county_lost_is_given_back_until_it_says_that_it_has_it(desks: Desks) -> None:
    copy, _, _ = a_day_and_a_copy(desks)
    desks.put_back("county", copy)
    desks.reopen()
    desks.down("county")
    lost = exchange.export(desks.session("village"), desks.office.stick, with_backup=False)
    again = desks.up("village")
    assert kinds([Path(f.path) for f in lost.files]) == kinds(again) == ["changes", "echo"]
    assert len(desks.down("county")) == 1
    assert kinds(desks.up("village")) in ([], ["changes"]), "acknowledged by the head line"
    desks.down("county")
    assert desks.up("village") == desks.down("county") == []
    for path in [Path(f.path) for f in lost.files]:  # the lost stick turns up
        (one,) = intake.import_files(desks.session("county"), [path])
        assert (one.status, one.new) in (("imported", 0), ("duplicate", 0))
    assert desks.settle() <= 1


def test_a_county_behind_writes_beside_nothing_of_its_own(desks: Desks) -> None:
    """Work done after the copy was put back and before anybody reopened it stands in a chain of its own."""
    copy, first, second = a_day_and_a_copy(desks)
    behind = desks.put_back("county", copy)
    steps.pay(behind, first, "一卡通 2026-12")
    desks.reopen()
    desks.settle()
    assert queue.case(behind, first).card.state == "paid"
    assert queue.case(behind, second).card.state == "decided_granted"
    assert papers.show_application(desks.session("village"), first).state == "paid"
    with behind.reading() as tx:
        forked = tx.conn.exec_driver_sql("SELECT count(*) FROM (SELECT 1 FROM journal GROUP BY dev, ep, seq HAVING count(*)>1)").scalar_one()
        assert forked == 0
        assert chains.alarms(tx) == []


def test_a_copy_of_the_county_on_another_computer_sends_nothing_and_the_county_goes_on(
    desks: Desks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = emergency(desks, "石守田")
    desks.up("village")
    desks.down("county")
    copy = desks.copy("county")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XIELI_STATE", str(tmp_path / "elsewhere"))
        desks.session("county").close()
        stranger = desks.open("county", copy)
        with pytest.raises(Damaged):
            send.send(stranger, desks.office.stick)
        stranger.close()
    desks.open("county")
    decide(desks.session("county"), first)
    assert desks.down("county")
    assert papers.show_application(desks.session("village"), first).state == "decided_granted"


def test_reopening_needs_the_root_key_of_this_county(desks: Desks, tmp_path: Path) -> None:
    init_county(tmp_path / "other", InitCounty("999999", "别的县", "周敏", tmp_path / "otherroot", "floor"), PASSPHRASE, ROOT_PASSPHRASE, rand=seeded(5))
    county, village = desks.session("county"), desks.session("village")
    tries: list[tuple[Callable[[], Any], type[Exception], str]] = [
        (lambda: reopen.reopen(county, tmp_path / "nothing", ROOT_PASSPHRASE), Refused, "XL-K09"),
        (lambda: reopen.reopen(county, tmp_path / "otherroot", ROOT_PASSPHRASE), Refused, "XL-K09"),
        (lambda: reopen.reopen(county, desks.office.root_dir, "0000 1111 0000 1111"), Locked, "XL-K11"),
        (lambda: reopen.reopen(village, desks.office.root_dir, ROOT_PASSPHRASE), Refused, "XL-P07"),
    ]
    before = county.ep
    for act, error, code in tries:
        with pytest.raises(error) as caught:
            act()
        assert getattr(caught.value, "code", "") == code
    assert county.ep == before
    with county.reading() as tx:
        assert trust.highest(tx, county.dev) == (1, 1)


def test_a_laptop_registered_after_the_copy_is_answered_and_registered_again_by_its_echo(desks: Desks) -> None:
    """The register went with the database; its certificate still reaches the root (no deadlock)."""
    office = desks.office
    copy = desks.copy("county")
    folder = desks.folder / "second"
    setup.init_village(folder, setup.InitVillage(("999999001002",), "柳树村", "赵玉", kdf="floor"), PASSPHRASE, clock=office.clock, rand=seeded(70))
    with open_session(folder, PASSPHRASE, clock=office.clock, rand=seeded(71)) as second:
        enrolment.enrol_device(
            desks.session("county"),
            enrolment.EnrolDevice(setup.device_code(second).code, ("999999001002",), "赵玉", office.stick / "g2.xieli", names={"999999001002": "柳树村"}))
        setup.enrol(second, office.stick / "g2.xieli", office.root_fingerprint)
        home = households.add_household(second, households.AddHousehold("赵有福", {"group": "二组"})).id
        behind = desks.put_back("county", copy)
        with behind.reading() as tx:
            assert not trust.signers(tx, second.dev)
            assert enrolment.last_enrolment(tx, second.dev) is None
        desks.reopen()

        def exchange_once() -> tuple[list[str], int]:
            office.clock.tick(minutes=1)
            files = [Path(f.path) for f in exchange.export(second, office.stick, with_backup=False).files]
            intake.import_files(behind, files)
            back = [Path(f.path) for f in send.send(behind, office.stick)]
            mine = [path for path in back if container.parse(path.read_bytes()).core["to"] == second.dev]
            for path in mine:
                assert exchange.take_in(second, [path])[0].status == "imported"
            return kinds(files), len(mine)

        assert exchange_once() == (["changes"], 1), "not in the register, answered all the same"
        assert exchange_once()[0] == ["changes", "echo"]
        with behind.reading() as tx:
            (registered,) = [e for e in journal.events_of_type(tx, "device.enrolled") if e.d["dev"] == second.dev]
            assert registered.dev == behind.dev
        assert households.show(behind, home).row.head == "赵有福"
        exchange_once()
        assert exchange_once() == ([], 0)


def test_a_county_put_back_twice_gets_both_days_back(desks: Desks) -> None:
    copy, first, second = a_day_and_a_copy(desks)
    desks.put_back("county", copy)
    desks.reopen()
    desks.settle()
    third = emergency(desks, "周大河")
    desks.up("village")
    decide(desks.session("county"), third, "500")
    desks.down("county")
    desks.up("village")
    behind = desks.put_back("county", copy)  # the same old copy again
    assert desks.reopen().gen == 3, "the copy knows of no second generation, the state folder does"
    desks.settle()
    assert [queue.case(behind, app).card.state for app in (first, second, third)] == ["decided_granted"] * 3
    assert rebuild.rebuild(behind).equal


# -- with a township ----------------------------------------------------------------------------------


def test_a_county_with_a_township_gets_its_decisions_back_by_every_hand(desks: Desks) -> None:
    first = emergency(desks, "石守田")
    desks.settle(township=True)
    copy = desks.copy("county")
    second = emergency(desks, "李桂英")
    desks.settle(township=True)
    decide(desks.session("township"), first, "900")
    decide(desks.session("county"), second, "3500")
    desks.settle(township=True)
    whole = rows(desks.session("county"))
    behind = desks.put_back("county", copy)
    desks.reopen()
    desks.down("county", "village", "township")
    assert "echo" in kinds(desks.up("township"))
    desks.settle(township=True)
    assert queue.case(behind, first).card.decisions[0].amount == 900_00
    assert queue.case(behind, second).card.decisions[0].amount == 3500_00
    assert differing(whole, rows(behind)) == []
    for name in ("county", "township", "village"):
        assert audit.verify(desks.session(name)).ok, (name, audit.verify(desks.session(name)).bad)


def test_a_township_put_back_from_a_copy_gets_its_decision_back_and_its_old_word_no_longer_counts(desks: Desks) -> None:
    first = emergency(desks, "石守田")
    desks.settle(township=True)
    copy = desks.copy("township")
    village = desks.session("village")
    desks.up("village", "township")
    decide(desks.session("township"), first, "900")
    second = emergency(desks, "李桂英")
    desks.up("village", "township")
    desks.down("township", "village")  # the decision is home, and 镇已签收 of the second case: neither went on to the county
    with village.reading() as tx:
        signed = receipts.township_receipt(tx, village.dev, village.ep)
    assert signed > 0
    behind = desks.put_back("township", copy)
    with behind.reading() as tx:
        assert not journal.events_of_entity(tx, [second])
    desks.down("township", "village")
    with village.reading() as tx:
        assert receipts.township_receipt(tx, village.dev, village.ep) < signed, "what the township signed for and lost is not signed for"
    files = desks.up("village", "township", "county")
    assert kinds(files) == ["changes", "echo"]
    assert queue.case(behind, first).card.decisions[0].amount == 900_00
    assert queue.case(desks.session("county"), first).card.decisions[0].amount == 900_00, "the county took the township's own line out of the echo"
    assert desks.settle(township=True) <= 4
    with village.reading() as tx:
        assert receipts.township_receipt(tx, village.dev, village.ep) >= signed
    for name in ("county", "township", "village"):
        assert audit.verify(desks.session(name)).ok, (name, audit.verify(desks.session(name)).bad)


def test_a_township_reopens_under_the_root_key_too(desks: Desks) -> None:
    first = emergency(desks, "石守田")
    desks.settle(township=True)
    done = desks.reopen("township")
    assert done.gen == 2
    decide(desks.session("township"), first, "900")
    assert desks.settle(township=True) <= 5
    assert papers.show_application(desks.session("village"), first).state == "decided_granted"


# -- what is not believed -----------------------------------------------------------------------------


def sealed(desks: Desks, lines: list[bytes], **core: Any) -> bytes:
    """An echo of these lines by the village."""
    village = desks.session("village")
    with village.reading() as tx:
        grant = road.require_grant(village, tx)
    whole = {
        "net": grant.net, "kind": "echo", "bid": village.rand(16).hex(), "dev": village.dev, "ep": village.ep, "first": 1, "last": len(lines), "prev": ZERO,
        "head": echo.chain(lines), "cert": [dict(cert) for cert in grant.certs], **core,
    }
    return seal.seal(whole, lines, village.keys, grant.recipients, village.rand)


def test_an_echo_that_was_tampered_with_is_refused_whole(desks: Desks) -> None:
    copy, _, second = a_day_and_a_copy(desks)
    behind = desks.put_back("county", copy)
    desks.reopen()
    desks.down("county")
    desks.up("village")
    desks.put_back("county", copy)
    behind = desks.session("county")
    desks.reopen()
    with desks.session("village").reading() as tx:
        (issuer, ep), *_ = issuers.earlier(tx)
        lines = [line for envelope, body in echoes.returns_of(tx, issuer, ep, 0) for line in echo.lines_of(envelope, body)]
    at = next(n for n, line in enumerate(lines) if b"1200" in line or b"120000" in line)
    forged = [*lines[:at], lines[at].replace(b"120000", b"920000"), *lines[at + 1 :]]
    assert forged != lines
    cases = [
        (sealed(desks, forged), "XL-C01"),
        (sealed(desks, lines[:-1]), "XL-C01"),
        (sealed(desks, lines[1:]), "XL-C01"),
        (sealed(desks, [lines[0].replace(b'"k":"return"', b'"k":"other"'), *lines[1:]]), "XL-C01"),
        (sealed(desks, [lines[0].replace(b'\\"first\\":1', b'\\"first\\":1,\\"firsu\\":1', 1), *lines[1:]]), "XL-K02"),
        (sealed(desks, lines, head="ab" * 32), "XL-C01"),
        (sealed(desks, lines, first=2, last=len(lines) + 1, prev="cd" * 32), "XL-C01"),
    ]
    desk = StoreDesk(behind.store, behind.vault.decrypt_keys(), clock=desks.office.clock)
    with behind.reading() as tx:
        before = digests(tx)
    for data, code in cases:
        result = import_bundle(data, desk)
        assert (result.status, result.code) == ("refused", code), (result, code)
    with behind.reading() as tx:
        assert digests(tx) == before
    assert import_bundle(sealed(desks, lines), desk).status == "imported"
    desks.settle()  # the case itself comes with the laptop's work
    assert queue.case(behind, second).card.state == "decided_granted"


def test_an_echo_of_what_nobody_lost_changes_nothing_and_is_not_answered(desks: Desks) -> None:
    first = emergency(desks, "石守田")
    desks.up("village")
    decide(desks.session("county"), first)
    desks.down("county")
    desks.settle()
    county, village = desks.session("county"), desks.session("village")
    with village.reading() as tx:
        issuer, ep = next((i, e) for i, e in tx.conn.exec_driver_sql("SELECT issuer, issuer_ep FROM issuer_epoch WHERE issuer=?", (county.dev,)))
        lines = [line for envelope, body in echoes.returns_of(tx, issuer, ep, 0) for line in echo.lines_of(envelope, body)]
    with county.reading() as tx:
        before = digests(tx), journal.head(tx, county.dev, county.ep)
    result = import_bundle(sealed(desks, lines), StoreDesk(county.store, county.vault.decrypt_keys(), clock=desks.office.clock))
    assert (result.status, result.new) == ("imported", 0)
    assert result.known > 0
    with county.reading() as tx:
        assert (digests(tx), journal.head(tx, county.dev, county.ep)) == before
