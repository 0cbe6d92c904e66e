"""Practice and real never mix: every kind of file of the one is refused by the other, at every workspace, and nothing is written (XL-N01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, VILLAGE, Office, seeded

from xieli_sync import container
from xieli_tui.casework import exchange, households, setup
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import enrolment, intake, send
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.errors import Refused
from xieli_tui.store import journal, settings, trust
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault


@dataclass
class Practice:
    """A practice county and a practice laptop, enrolled; the practice grant."""

    county: Session
    village: Session
    grant: Path
    root_fingerprint: str


def opened(folder: Path, office: Office, seed: int) -> Session:
    return attach(folder, rooms.load_profile(folder), Vault.unlock(folder, PASSPHRASE), clock=office.clock, rand=seeded(seed))


@pytest.fixture
def practice(office: Office, tmp_path: Path) -> Iterator[Practice]:
    base = tmp_path / "practice"
    base.mkdir()
    made = init_county(
        base / "c", InitCounty("999999", "测试县", "周敏", base / "root", "floor", practice=True), PASSPHRASE, ROOT_PASSPHRASE, clock=office.clock, rand=seeded(61))
    setup.init_village(base / "v", setup.InitVillage((VILLAGE,), "石桥村", "陈秀兰", kdf="floor", practice=True), PASSPHRASE, clock=office.clock, rand=seeded(62))
    county, village = opened(base / "c", office, 63), opened(base / "v", office, 64)
    done = enrolment.enrol_device(county, enrolment.EnrolDevice(setup.device_code(village).code, (VILLAGE,), "陈秀兰", base / "g.xieli"))
    setup.enrol(village, base / "g.xieli", made.root_fingerprint)
    yield Practice(county, village, Path(done.file), made.root_fingerprint)
    for session in (county, village):
        session.close()


def lines(session: Session) -> int:
    with session.reading() as tx:
        return journal.count(tx)


def test_the_net_of_practice_is_marked_and_its_screens_know(practice: Practice, office: Office) -> None:
    with practice.county.reading() as tx:
        net = trust.net(tx)
    assert net is not None
    assert net.startswith("p")
    assert not (office.county.profile.net or "").startswith("p")
    assert practice.village.profile.practice
    assert practice.village.profile.net == net


def test_a_bundle_of_the_one_is_refused_at_the_desks_of_the_other(practice: Practice, office: Office) -> None:
    for session, desks in ((practice.village, (office.county, office.township)), (office.village, (practice.county,))):
        households.add_household(session, households.AddHousehold("石守田", {"group": "一组"}))
        [file] = [Path(f.path) for f in exchange.export(session, office.stick, with_backup=False).files]
        for desk in desks:
            before = lines(desk)
            [result] = intake.import_files(desk, [file])
            assert (result.status, result.code, lines(desk)) == ("refused", "XL-N01", before)


def test_a_return_of_the_one_is_refused_by_the_laptops_of_the_other(practice: Practice, office: Office) -> None:
    for village, county, other in ((practice.village, practice.county, office.village), (office.village, office.county, practice.village)):
        households.add_household(village, households.AddHousehold("石守田", {"group": "一组"}))
        intake.import_files(county, [Path(f.path) for f in exchange.export(village, office.stick, with_backup=False).files])
        [file] = [Path(f.path) for f in send.send(county, office.stick, device=village.dev)]
        before = lines(other)
        [result] = exchange.take_in(other, [file])
        assert (result.status, result.code, lines(other)) == ("refused", "XL-N01", before)
        assert exchange.take_in(village, [file])[0].status == "imported"


def test_a_new_workspace_takes_no_grant_of_the_other_kind_even_with_the_right_digits(practice: Practice, office: Office, tmp_path: Path) -> None:
    for real, county, digits, seed in ((True, practice.county, practice.root_fingerprint, 65), (False, office.county, office.root_fingerprint, 67)):
        folder = tmp_path / f"new{seed}"
        setup.init_village(folder, setup.InitVillage((VILLAGE,), "石桥村", "柳玉芬", kdf="floor", practice=not real), PASSPHRASE, clock=office.clock, rand=seeded(seed))
        fresh = opened(folder, office, seed + 1)
        done = enrolment.enrol_device(county, enrolment.EnrolDevice(setup.device_code(fresh).code, (VILLAGE,), "柳玉芬", office.stick / f"{seed}.xieli"))
        before = lines(fresh)
        with pytest.raises(Refused) as caught:
            setup.enrol(fresh, Path(done.file), digits)
        assert (caught.value.code, lines(fresh)) == ("XL-N01", before)
        with fresh.reading() as tx:
            assert trust.root_public(tx) is None
            assert settings.get(tx, trust.GRANT) is None
        fresh.close()


def test_the_mark_of_practice_cannot_be_taken_off_or_put_on_a_finished_file(practice: Practice, office: Office) -> None:
    """The net stands in the signed core: with it changed the signature no longer holds, so the file is nobody's."""
    households.add_household(practice.village, households.AddHousehold("石守田", {"group": "一组"}))
    [file] = [Path(f.path) for f in exchange.export(practice.village, office.stick, with_backup=False).files]
    bundle = container.parse(file.read_bytes())
    real = (office.county.profile.net or "").encode()
    forged = container.build(bundle.core_bytes.replace(str(bundle.core["net"]).encode(), real), bundle.wraps_bytes, bundle.sigs_bytes, bundle.body)
    file.write_bytes(forged)
    [result] = intake.import_files(office.county, [file])
    assert (result.status, result.code) == ("refused", "XL-K01"), "not certified by this county's root"
