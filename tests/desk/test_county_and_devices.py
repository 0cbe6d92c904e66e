"""A new county, its root key, and the devices it registers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, TOWN, VILLAGE, Office, seeded

from xieli_sync import identity, verify
from xieli_tui.casework import exchange, setup
from xieli_tui.casework.session import open_session
from xieli_tui.desk import enrolment, intake, send
from xieli_tui.desk.setup import ROOT_FILE, InitCounty, init_county, load_root
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Damaged, Locked, NotFound, Refused
from xieli_tui.store.workspace import load_profile


def county(folder: Path, clock: FixedClock, **changed: object) -> InitCounty:
    return InitCounty(**{"county": "999999", "name": "测试县", "operator": "周敏", "root_out": folder / "root", "kdf": "floor", **changed})  # type: ignore[arg-type]


# -- init ------------------------------------------------------------------------------------------------------------------------------------


def test_a_new_county_has_its_root_apart_and_its_net_follows_from_it(tmp_path: Path, clock: FixedClock) -> None:
    made = init_county(tmp_path / "c", county(tmp_path, clock), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(1))
    root = load_root(tmp_path / "root", ROOT_PASSPHRASE)
    assert made.root_file == str(tmp_path / "root" / ROOT_FILE)
    assert made.root_fingerprint == root.fingerprint
    assert made.net == identity.net_of(root.sign_pub)
    profile = load_profile(tmp_path / "c")
    assert (profile.kind, profile.area, profile.net, profile.county_name) == ("county", "999999", made.net, "测试县")
    with open_session(tmp_path / "c", PASSPHRASE, clock=clock) as session:
        assert session.role == "county"
        assert exchange.status(session).events == 1


def test_a_practice_county_has_a_net_of_its_own_kind(tmp_path: Path, clock: FixedClock) -> None:
    made = init_county(tmp_path / "c", county(tmp_path, clock, practice=True), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(1))
    assert made.net.startswith("p")
    assert load_profile(tmp_path / "c").practice


@pytest.mark.parametrize(("changed", "passphrases", "code"), [
    ({"county": "99999"}, (PASSPHRASE, ROOT_PASSPHRASE), "XL-V12"), ({"county": "99999X"}, (PASSPHRASE, ROOT_PASSPHRASE), "XL-V12"),
    ({"operator": " "}, (PASSPHRASE, ROOT_PASSPHRASE), "XL-V06"), ({"database": "postgresql+psycopg://x"}, (PASSPHRASE, ROOT_PASSPHRASE), "XL-V11"),
    ({}, ("short", ROOT_PASSPHRASE), "XL-V09"), ({}, (PASSPHRASE, "short"), "XL-V09"),
])
def test_a_county_that_cannot_be_made_leaves_nothing_behind(
    tmp_path: Path, clock: FixedClock, changed: dict[str, object], passphrases: tuple[str, str], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        init_county(tmp_path / "c", county(tmp_path, clock, **changed), *passphrases, clock=clock, rand=seeded(1))
    assert caught.value.code == code
    assert not (tmp_path / "c").exists()
    assert not list(tmp_path.rglob(ROOT_FILE))


def test_an_existing_root_key_or_workspace_is_never_written_over(tmp_path: Path, clock: FixedClock) -> None:
    init_county(tmp_path / "c", county(tmp_path, clock), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(1))
    before = (tmp_path / "root" / ROOT_FILE).read_bytes()
    with pytest.raises(Refused) as caught:
        init_county(tmp_path / "d", county(tmp_path, clock), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(2))
    assert caught.value.code == "XL-F08"
    with pytest.raises(Refused) as caught:
        init_county(tmp_path / "c", county(tmp_path, clock, root_out=tmp_path / "other"), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(2))
    assert caught.value.code == "XL-L03"
    assert (tmp_path / "root" / ROOT_FILE).read_bytes() == before
    assert not (tmp_path / "other" / ROOT_FILE).exists()


def test_the_root_key_does_not_open_with_another_passphrase(office: Office) -> None:
    with pytest.raises(Locked) as caught:
        load_root(office.root_dir, "0000 0000 0000 0000")
    assert caught.value.code == "XL-K11"


# -- registering -------------------------------------------------------------------------------------------------------------------------------


def code_of(office: Office) -> str:
    return setup.device_code(office.village).code


def enrol(office: Office, out: str, **changed: object) -> enrolment.Enrolled:
    given: dict[str, object] = {
        "code": code_of(office), "villages": (VILLAGE,), "operator": "陈秀兰", "out": office.stick / out, "names": {VILLAGE: "石桥村"}, **changed,
    }
    return enrolment.enrol_device(office.county, enrolment.EnrolDevice(**given))  # type: ignore[arg-type]


def test_a_grant_brings_scope_names_and_the_countys_net(office: Office) -> None:
    assert office.village.profile.villages == (VILLAGE,)
    assert office.village.profile.net == office.county.profile.net == office.township.profile.net
    assert office.township.profile.area == TOWN


def test_registering_a_known_device_gives_the_same_grant_from_the_first_line(office: Office) -> None:
    before = exchange.status(office.county).events
    first, second = enrol(office, "a.xieli"), enrol(office, "b.xieli")
    assert first.dev == second.dev == office.village.dev
    assert first.fingerprint == setup.device_code(office.village).fingerprint
    cores = [verify.inspect(Path(f.file).read_bytes())["core"] for f in (first, second)]
    assert [c["kind"] for c in cores] == ["grant", "grant"]
    assert [c["first"] for c in cores] == [1, 1]
    assert cores[0]["head"] == cores[1]["head"]
    assert exchange.status(office.county).events == before


def test_other_rights_supersede_the_former_ones(office: Office) -> None:
    before = exchange.status(office.county).events
    done = enrol(office, "a.xieli", villages=(VILLAGE, "999999001002"))
    assert exchange.status(office.county).events == before + 1
    result = setup.enrol(office.village, Path(done.file), office.root_fingerprint)
    assert set(result.scope) == {VILLAGE, "999999001002"}


@pytest.mark.parametrize(("changed", "code"), [
    ({"code": "XE1-AAAAA"}, "XL-K08"), ({"villages": ()}, "XL-V06"), ({"villages": ("999",)}, "XL-V05"), ({"villages": ("888888001001",)}, "XL-P03"),
    ({"operator": ""}, "XL-V06"), ({"role": "county"}, "XL-V08"), ({"role": "township", "area": "999999", "villages": ()}, "XL-V12"),
    ({"role": "township", "area": TOWN, "villages": ()}, "XL-K09"), ({"role": "township", "area": TOWN}, "XL-V11"),
])
def test_a_registration_that_does_not_hold_is_refused(office: Office, changed: dict[str, object], code: str) -> None:
    before = exchange.status(office.county).events
    with pytest.raises(Refused) as caught:
        enrol(office, "a.xieli", **changed)
    assert caught.value.code == code
    assert exchange.status(office.county).events == before
    assert not (office.stick / "a.xieli").exists()


def test_a_grant_file_is_never_written_over(office: Office) -> None:
    (office.stick / "a.xieli").write_bytes(b"mine")
    with pytest.raises(Refused) as caught:
        enrol(office, "a.xieli")
    assert caught.value.code == "XL-F08"
    assert (office.stick / "a.xieli").read_bytes() == b"mine"


@pytest.mark.parametrize(("out", "code"), [("nowhere/a.xieli", "XL-F05"), ("note.txt/a.xieli", "XL-F07"), ("a.txt", "XL-V11")])
def test_a_grant_that_cannot_be_laid_down_registers_nobody(office: Office, out: str, code: str) -> None:
    before = exchange.status(office.county).events
    (office.stick / "note.txt").write_text("x")
    with pytest.raises((Refused, NotFound)) as caught:
        enrol(office, out, villages=(VILLAGE, "999999001002"))
    assert caught.value.code == code
    assert exchange.status(office.county).events == before


def test_the_root_of_another_county_registers_no_township(office: Office, tmp_path: Path, clock: FixedClock) -> None:
    init_county(tmp_path / "other", county(tmp_path / "elsewhere", clock), PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=seeded(5))
    before = exchange.status(office.county).events
    request = enrolment.EnrolDevice(
        setup.device_code(office.township).code, (), "刘芳", office.stick / "t.xieli", "township", "999999002", tmp_path / "elsewhere" / "root")
    with pytest.raises(Refused) as caught:
        enrolment.enrol_device(office.county, request, root_passphrase=ROOT_PASSPHRASE)
    assert caught.value.code == "XL-K09"
    assert exchange.status(office.county).events == before
    assert not list(office.stick.iterdir())


def test_a_county_put_back_from_a_copy_registers_nobody(office: Office, tmp_path: Path, clock: FixedClock) -> None:
    office.county.close()
    shutil.copytree(tmp_path / "county", tmp_path / "copy")
    for folder, fails in ((tmp_path / "county", False), (tmp_path / "copy", True)):
        with open_session(folder, PASSPHRASE, clock=clock) as desk:
            office.county = desk
            before = exchange.status(desk).events
            if not fails:
                enrol(office, "a.xieli", villages=(VILLAGE, "999999001002"))
                continue
            with pytest.raises(Damaged) as caught:
                enrol(office, "b.xieli", villages=(VILLAGE, "999999001003"))
            assert caught.value.code == "XL-C03"
            assert exchange.status(desk).events == before


def test_only_the_county_registers(office: Office) -> None:
    for session, code in ((office.township, "XL-P03"), (office.village, "XL-P07")):
        with pytest.raises(Refused) as caught:
            enrolment.enrol_device(session, enrolment.EnrolDevice(code_of(office), (VILLAGE,), "陈秀兰", office.stick / "x.xieli"))
        assert caught.value.code == code


def test_a_device_is_waited_for_until_its_first_bundle(office: Office) -> None:
    rows = {row.dev: row for row in enrolment.devices(office.county)}
    assert set(rows) == {office.village.dev, office.township.dev}
    assert not rows[office.village.dev].heard
    assert rows[office.village.dev].last_bundle == ""
    office.up()
    mine = {row.dev: row for row in enrolment.devices(office.county)}[office.village.dev]
    assert mine.heard
    assert mine.last_bundle == "2026-12-28"
    assert mine.names == ("石桥村",)
    assert mine.operators == ("陈秀兰",)


def test_the_trust_file_names_keys_and_nobody(office: Office) -> None:
    body = enrolment.trust_export(office.county)
    text = json.dumps(body, ensure_ascii=False)
    assert {d["dev"] for d in body["devices"]} == {office.village.dev, office.township.dev}
    assert body["net"] == office.county.profile.net
    assert "陈秀兰" not in text
    assert VILLAGE not in text
    assert "石桥" not in text


def test_a_stranger_is_refused_until_he_is_registered(office: Office, tmp_path: Path, clock: FixedClock) -> None:
    from xieli_tui.casework import households

    setup.init_village(tmp_path / "n", setup.InitVillage((VILLAGE,), "石桥村", "柳玉芬", kdf="floor"), PASSPHRASE, clock=clock, rand=seeded(31))
    with open_session(tmp_path / "n", PASSPHRASE, clock=clock, rand=seeded(32)) as other:
        households.add_household(other, households.AddHousehold("柳金宝"))
        with pytest.raises(Locked) as caught:
            exchange.export(other, office.stick)
        assert caught.value.code == "XL-K10"
        done = enrol(office, "n.xieli", code=setup.device_code(other).code, operator="柳玉芬")
        with pytest.raises(Refused) as caught_:
            setup.enrol(other, Path(done.file), "1234 5678 9012 3456 7890")
        assert caught_.value.code == "XL-K07"
        setup.enrol(other, Path(done.file), office.root_fingerprint)
        files = [Path(f.path) for f in exchange.export(other, office.stick).files]
        assert [o.status for o in intake.import_files(office.county, files)] == ["imported"]


def test_sending_to_a_device_nobody_knows_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound) as caught:
        send.send(office.county, office.stick, device="0" * 32)
    assert caught.value.code == "XL-V44"


def test_the_code_is_read_from_the_file_the_laptop_wrote_and_a_wrong_one_is_refused_in_chinese(office: Office) -> None:
    file = office.stick / "登记码.txt"
    setup.save_code(setup.device_code(office.village), file)
    assert enrol(office, "a.xieli", code=str(file)).dev == office.village.dev
    file.write_text("登记码  没有\n", encoding="utf-8")
    for given in (str(file), "XE1-AAAAA", str(office.stick)):
        with pytest.raises(Refused) as caught:
            enrol(office, "b.xieli", code=given)
        assert caught.value.sentence() == "错误 XL-K08：登记码有误。请重新抄一遍登记码，注意 0 和 O、1 和 I。"
