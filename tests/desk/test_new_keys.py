"""New keys for a laptop, a township and the county: both sign until it is receipted, old files still open, no version falls, a crash leaves no gap."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, Office, lay, notes, seeded, visit

from xieli_sync import container, verify
from xieli_tui.casework import exchange, own_keys, setup
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import enrolment, intake, rotation, send
from xieli_tui.errors import Locked, Refused
from xieli_tui.store import chains, journal, queries, trust
from xieli_tui.store import own_keys as certificates
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault


def signers(path: Path) -> list[str]:
    return [sig["kid"] for sig in container.parse(path.read_bytes()).sigs]


def wraps(path: Path) -> set[str]:
    return {wrap["kid"] for wrap in container.parse(path.read_bytes()).wraps}


def again(session: Session, office: Office) -> Session:
    """The same workspace opened anew."""
    folder = session.workspace
    session.close()
    return attach(folder, rooms.load_profile(folder), Vault.unlock(folder, PASSPHRASE), clock=office.clock, rand=seeded(91), where="cli")


# -- a laptop ------------------------------------------------------------------------------------------------------------------------------------


def test_a_laptops_new_key_signs_with_the_old_one_until_the_county_signed_for_it(office: Office) -> None:
    home = office.household()
    office.up()
    office.down()
    old = office.village.keys
    done = own_keys.rotate(office.village)
    assert (done.dev, done.ver, done.kid) == (office.village.dev, 2, office.village.keys.kid)
    assert done.kid != old.kid
    visit(office.village, home)
    [first] = lay(office.village, office.stick)
    assert signers(first) == [done.kid, old.kid]
    said = verify.verify_file(first.read_bytes(), office.root_fingerprint)
    assert (said["ok"], said["signer"]["kid"]) == (True, done.kid)
    for desk, status in ((office.county, "imported"), (office.township, "parked")):
        assert intake.import_files(desk, [first])[0].status == status
        with desk.reading() as tx:
            assert trust.highest(tx, office.village.dev) == (1, 2)
    back = office.down()
    assert wraps(back[0]) == {office.village.keys.box_kid}
    visit(office.village, home)
    [second] = lay(office.village, office.stick)
    assert signers(second) == [done.kid]
    assert intake.import_files(office.county, [second])[0].status == "imported"


def test_a_file_that_was_wrapped_for_the_old_key_still_opens_and_a_lost_return_keeps_both_keys_signing(office: Office) -> None:
    home = office.household()
    office.up()
    files = [Path(f.path) for f in send.send(office.county, office.stick, device=office.village.dev)]
    old = office.village.keys
    own_keys.rotate(office.village)
    assert wraps(files[0]) == {old.box_kid}
    assert exchange.take_in(office.village, files)[0].status == "imported"
    office.up()
    office.down(lose=True)
    visit(office.village, home)
    [file] = office.up()
    assert len(signers(file)) == 2
    office.down()
    visit(office.village, home)
    assert len(signers(lay(office.village, office.stick)[0])) == 1


def test_the_device_keeps_its_name_its_code_and_its_digits(office: Office) -> None:
    before = setup.device_code(office.village)
    own_keys.rotate(office.village)
    assert setup.device_code(office.village) == before
    office.village = again(office.village, office)
    assert setup.device_code(office.village) == before
    assert office.village.keys.dev != office.village.dev
    office.village.close()


def test_key_after_key_each_certified_by_the_one_before_until_the_chain_is_full(office: Office) -> None:
    home = office.household()
    vers = [own_keys.rotate(office.village).ver for _ in range(3)]
    assert vers == [2, 3, 4]
    visit(office.village, home)
    [file] = office.up()
    core = container.parse(file.read_bytes()).core
    assert [cert["s"]["ver"] for cert in core["cert"]] == [1, 1, 2, 3, 4]
    assert len(signers(file)) == 2
    for _ in range(3):
        own_keys.rotate(office.village)
    with pytest.raises(Refused) as caught:
        own_keys.rotate(office.village)
    assert caught.value.code == "XL-K12"
    assert lay(office.village, office.stick)
    office.up()
    done = enrolment.enrol_device(office.county, enrolment.EnrolDevice(
        setup.device_code(office.village).code, office.village.profile.villages, "陈秀兰", office.stick / "again.xieli"))
    setup.enrol(office.village, Path(done.file), office.root_fingerprint)
    visit(office.village, home)
    assert len(container.parse(office.up()[0].read_bytes()).core["cert"]) == 2
    assert own_keys.rotate(office.village).ver > 7


def test_an_older_version_is_refused_once_a_newer_one_was_seen(office: Office) -> None:
    home = office.household()
    [early] = lay(office.village, office.stick)
    own_keys.rotate(office.village)
    visit(office.village, home)
    office.up()
    [result] = intake.import_files(office.county, [early])
    assert (result.status, result.code) == ("refused", "XL-K01")


def test_a_crash_between_the_key_file_and_the_store_leaves_the_old_key_signing(office: Office) -> None:
    home = office.household()
    old = office.village.keys
    made = own_keys.fresh(office.village)  # the new pair lies in keys.json, the store knows nothing of it
    assert office.village.keys.kid == old.kid
    office.village = again(office.village, office)
    assert office.village.keys.kid == old.kid
    visit(office.village, home)
    [file] = office.up()
    assert signers(file) == [old.kid]
    assert own_keys.rotate(office.village).kid == made.kid, "the keys that were made are taken up"
    assert len(signers(office.up()[0])) == 2
    office.village.close()


def test_a_laptop_put_back_to_before_its_new_key_goes_on_after_it_was_registered_again(office: Office, tmp_path: Path) -> None:
    home = office.household()
    office.up()
    office.down()
    office.village.close()
    shutil.copytree(tmp_path / "village", tmp_path / "old")
    office.village = attach(tmp_path / "village", rooms.load_profile(tmp_path / "village"), Vault.unlock(tmp_path / "village", PASSPHRASE), clock=office.clock, rand=seeded(92))
    own_keys.rotate(office.village)
    visit(office.village, home, "新钥匙写的")
    office.up()
    office.village.close()
    office.village = attach(tmp_path / "old", rooms.load_profile(tmp_path / "old"), Vault.unlock(tmp_path / "old", PASSPHRASE), clock=office.clock, rand=seeded(93))
    visit(office.village, home, "旧本子写的")
    assert intake.import_files(office.county, lay(office.village, office.stick))[0].code == "XL-K01"
    done = enrolment.enrol_device(office.county, enrolment.EnrolDevice(
        setup.device_code(office.village).code, office.village.profile.villages, "陈秀兰", office.stick / "again.xieli", key_lost=True))
    assert not done.newer
    setup.enrol(office.village, Path(done.file), office.root_fingerprint)
    assert {o.status for o in intake.import_files(office.county, lay(office.village, office.stick))} == {"imported"}
    with office.county.reading() as tx:
        assert {one.note for one in queries.visits(tx)} == {"新钥匙写的", "旧本子写的"}
        assert not any(code == "XL-C04" for code, *_ in chains.alarms(tx))
    office.down()
    with office.village.reading() as tx:
        assert {one.note for one in queries.visits(tx)} == {"新钥匙写的", "旧本子写的"}
    office.village.close()


def test_a_laptop_with_a_new_key_that_is_registered_again_by_its_code_keeps_that_key(office: Office, tmp_path: Path) -> None:
    """The code is its first keys for ever; an old copy of the laptop shows the same one, and gets nothing it could read or sign with."""
    home = office.household()
    office.up()
    office.down()
    office.village.close()
    shutil.copytree(tmp_path / "village", tmp_path / "old")
    office.village = attach(tmp_path / "village", rooms.load_profile(tmp_path / "village"), Vault.unlock(tmp_path / "village", PASSPHRASE), clock=office.clock, rand=seeded(94))
    code = setup.device_code(office.village).code
    assert not enrolment.has_newer_key(office.county, code)
    own_keys.rotate(office.village)
    visit(office.village, home, "新钥匙写的")
    office.up()
    office.down()
    assert enrolment.has_newer_key(office.county, code)
    assert not enrolment.has_newer_key(office.county, "XE1-")
    done = enrolment.enrol_device(office.county, enrolment.EnrolDevice(code, office.village.profile.villages, "赵玉", office.stick / "more.xieli"))
    assert done.newer
    with office.county.reading() as tx:
        assert trust.signers(tx, office.village.dev)[0].kid == office.village.keys.kid
    old = attach(tmp_path / "old", rooms.load_profile(tmp_path / "old"), Vault.unlock(tmp_path / "old", PASSPHRASE), clock=office.clock, rand=seeded(95))
    with pytest.raises(Refused) as caught:
        setup.enrol(old, Path(done.file), office.root_fingerprint)
    assert caught.value.code == "XL-K05"
    old.close()
    setup.enrol(office.village, Path(done.file), office.root_fingerprint)
    visit(office.village, home, "还是这把钥匙")
    files = lay(office.village, office.stick)
    assert {x for path in files for x in signers(path)} == {office.village.keys.kid}
    assert {o.status for o in intake.import_files(office.county, files)} == {"imported"}
    assert notes(office.county) == ["新钥匙写的", "还是这把钥匙"]
    office.village.close()


def test_two_new_keys_of_one_device_raise_the_alarm_of_two_machines(office: Office, tmp_path: Path) -> None:
    home = office.household()
    office.up()
    office.village.close()
    for name in ("one", "two"):
        shutil.copytree(tmp_path / "village", tmp_path / name)
    for at, name in enumerate(("one", "two")):
        office.village = attach(tmp_path / name, rooms.load_profile(tmp_path / name), Vault.unlock(tmp_path / name, PASSPHRASE), clock=office.clock, rand=seeded(95 + at))
        from xieli_tui.casework import epochs

        epochs.open_new(office.village, "mark_missing")
        own_keys.rotate(office.village)
        visit(office.village, home, name)
        office.up()
        office.village.close()
    assert "XL-C04" in {code for code, *_ in exchange.status(office.county).alarms}


def test_before_it_is_registered_a_laptop_has_nothing_to_rotate_and_a_desk_is_told_its_own_command(village_session: Session, office: Office) -> None:
    with pytest.raises(Locked) as locked:
        own_keys.rotate(village_session)
    assert locked.value.code == "XL-K10"
    with pytest.raises(Refused) as caught:
        own_keys.rotate(office.county)
    assert caught.value.code == "XL-P08"
    assert not village_session.vault.retired


def test_the_trust_file_names_the_new_key_and_the_one_before(office: Office) -> None:
    office.household()
    old = office.village.keys.kid
    own_keys.rotate(office.village)
    office.up()
    entry = next(one for one in enrolment.trust_export(office.county)["devices"] if one["dev"] == office.village.dev)
    assert (entry["kid"], [one["kid"] for one in entry["keys"]]) == (office.village.keys.kid, [old])


# -- desks ---------------------------------------------------------------------------------------------------------------------------------------


def test_the_countys_new_key_is_certified_by_the_root_and_learned_from_the_next_return(office: Office) -> None:
    home = office.household()
    [early] = lay(office.village, office.stick)
    old = office.county.keys
    done = rotation.rotate_desk(office.county, office.root_dir, ROOT_PASSPHRASE)
    assert (done.dev, done.ver) == (office.county.dev, 2)
    assert office.county.keys.dev != office.county.dev
    assert intake.import_files(office.county, [early])[0].status == "imported", "it was wrapped for the old key"
    [back, *_] = office.down()
    assert signers(back) == [done.kid]
    visit(office.village, home)
    [file] = lay(office.village, office.stick)
    assert office.county.keys.box_kid in wraps(file)
    assert old.box_kid not in wraps(file)
    assert intake.import_files(office.county, [file])[0].status == "imported"
    office.county = again(office.county, office)
    assert office.county.keys.kid == done.kid
    visit(office.village, home)
    assert intake.import_files(office.county, lay(office.village, office.stick))[0].status == "imported"
    office.county.close()


def test_a_return_signed_by_the_old_key_is_refused_by_who_has_seen_the_new_one(office: Office, tmp_path: Path) -> None:
    office.household()
    office.up()
    lost = [Path(f.path) for f in send.send(office.county, office.stick, device=office.village.dev)]
    rotation.rotate_desk(office.county, office.root_dir, ROOT_PASSPHRASE)
    office.household("石二")
    office.up()
    office.down()
    [result, *_] = exchange.take_in(office.village, lost)
    assert (result.status, result.code) == ("refused", "XL-K01")
    visit(office.village, office.household("石三"))
    office.up()
    office.down()
    assert exchange.status(office.village).unconfirmed == 0, "nothing was lost with it"


def test_a_township_rotates_under_the_root_and_its_county_and_laptops_follow(office: Office) -> None:
    home = office.household()
    files = lay(office.village, office.stick)
    done = rotation.rotate_desk(office.township, office.root_dir, ROOT_PASSPHRASE)
    assert done.ver == 2
    assert intake.import_files(office.township, files)[0].status == "imported"
    [own] = [p for p in lay(office.township, office.stick) if container.parse(p.read_bytes()).core["dev"] == office.township.dev]
    assert signers(own) == [done.kid]
    assert intake.import_files(office.county, [own])[0].status == "imported"
    back = [Path(f.path) for f in send.send(office.township, office.stick, device=office.village.dev)]
    assert exchange.take_in(office.village, back)[0].status == "imported"
    visit(office.village, home)
    assert office.township.keys.box_kid in wraps(lay(office.village, office.stick)[0])
    down = [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)]
    assert wraps(down[0]) == {office.township.keys.box_kid}
    assert exchange.take_in(office.township, down)[0].status == "imported"
    assert exchange.status(office.village).unconfirmed


@pytest.mark.parametrize(("who", "passphrase", "code"), [("village", ROOT_PASSPHRASE, "XL-P07"), ("county", "0000 0000 0000 0000", "XL-K11"), ("nowhere", ROOT_PASSPHRASE, "XL-K09")])
def test_without_the_root_no_desk_gets_a_new_key(office: Office, tmp_path: Path, who: str, passphrase: str, code: str) -> None:
    session = office.village if who == "village" else office.county
    before = session.keys.kid
    with pytest.raises((Refused, Locked)) as caught:
        rotation.rotate_desk(session, tmp_path / "none" if who == "nowhere" else office.root_dir, passphrase)
    assert caught.value.code == code
    assert session.keys.kid == before
    assert not session.vault.retired


def test_the_own_chain_says_which_key_and_both_sides_hold_the_line(office: Office) -> None:
    done = own_keys.rotate(office.village)
    office.up()
    with office.county.reading() as tx:
        [line] = journal.load(tx, dev=office.village.dev, t="key.rotated")
    assert line.d["kid"] == done.kid
    with office.village.reading() as tx:
        assert [one.kid for one in certificates.rotations(tx)] == [done.kid]
    assert replace(done, seq=line.seq) == done


# -- two programs, and a desk that is reopened ---------------------------------------------------------------------------------------------------


def test_a_program_that_was_open_when_another_changed_the_keys_takes_them_up(office: Office, tmp_path: Path) -> None:
    """The app is open while somebody rotates on the command line: at the village and at the county."""
    home = office.household()
    office.up()
    other = attach(tmp_path / "village", rooms.load_profile(tmp_path / "village"), Vault.unlock(tmp_path / "village", PASSPHRASE), clock=office.clock, rand=seeded(97))
    done = own_keys.rotate(other)
    other.close()
    assert office.village.keys.kid != done.kid
    visit(office.village, home)
    [file] = office.up()
    assert signers(file)[0] == done.kid == office.village.keys.kid
    desk = attach(tmp_path / "county", rooms.load_profile(tmp_path / "county"), Vault.unlock(tmp_path / "county", PASSPHRASE), clock=office.clock, rand=seeded(98))
    new = rotation.rotate_desk(desk, office.root_dir, ROOT_PASSPHRASE)
    desk.close()
    back = office.down()
    assert signers(back[0]) == [new.kid]
    visit(office.village, home)
    assert intake.import_files(office.county, lay(office.village, office.stick))[0].status == "imported", "wrapped for a key this program did not make"


def test_a_reopened_desk_keeps_its_newest_key_and_a_new_key_its_generation(office: Office) -> None:
    from xieli_tui.desk import reopen

    home = office.household()
    office.up()
    rotation.rotate_desk(office.county, office.root_dir, ROOT_PASSPHRASE)
    reopen.reopen(office.county, office.root_dir, ROOT_PASSPHRASE)
    third = rotation.rotate_desk(office.county, office.root_dir, ROOT_PASSPHRASE)
    assert third.ver == 3
    files = [Path(f.path) for f in send.send(office.county, office.stick, device=office.village.dev)]
    s = container.parse(files[0].read_bytes()).core["cert"][0]["s"]
    assert (s["gen"], s["ver"], s["dev"]) == (2, 3, office.county.dev)
    assert {o.status for o in exchange.take_in(office.village, files)} == {"imported"}
    visit(office.village, home)
    assert {o.status for o in intake.import_files(office.county, lay(office.village, office.stick))} <= {"imported", "duplicate"}
    with office.county.reading() as tx:
        assert len(queries.visits(tx)) == 1


def test_a_case_proven_by_a_laptop_with_a_new_key_is_signed_by_the_key_its_certificates_end_at(office: Office, tmp_path: Path) -> None:
    from xieli_sync import evidence as proof
    from xieli_tui.casework import evidence

    home = office.household()
    own_keys.rotate(office.village)
    evidence.evidence(office.village, home, tmp_path / "e.zip", reason="信访要看")
    seen = proof.verify_evidence((tmp_path / "e.zip").read_bytes(), office.root_fingerprint)
    assert seen["ok"], seen
