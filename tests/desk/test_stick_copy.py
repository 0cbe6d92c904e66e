"""The stick's copy: laid beside every export once officers are known, opened by two of them alone, and a laptop that burned goes on from it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk_office import Office
from recovery_hand import NAMES, NEW, PASSPHRASE, Hand, copy, make

from xieli_sync.carriers import usb
from xieli_tui.casework import backup as copies
from xieli_tui.casework import drives, exchange
from xieli_tui.errors import Locked
from xieli_tui.store import backup, keyfile
from xieli_tui.store.vault import Vault


@pytest.fixture(scope="module")
def officers(tmp_path_factory: pytest.TempPathFactory) -> Hand:
    return make(tmp_path_factory.mktemp("stick"))


@pytest.fixture
def hand(officers: Hand, tmp_path: Path) -> Hand:
    return copy(officers, tmp_path / "p")


def exported(hand: Hand) -> tuple[Path, Path]:
    """(the stick, the copy on it) after an export."""
    to = hand.fresh()
    done = hand.run("sync", "export", "--to", to, w="v")
    assert "no_copy" not in done
    return to, Path(done["carried_copy"])


def test_the_copy_on_the_stick_has_recovery_slots_only_and_no_passphrase_opens_it(hand: Hand) -> None:
    to, place = exported(hand)
    body = json.loads((place / "keys.json").read_text())
    assert place.parent.parent == to
    assert [slot["type"] for slot in body["slots"]] == ["recovery"]
    assert body["mac"] == keyfile.mac(bytes(Vault.unlock(hand.folder / "v", PASSPHRASE).dek), body)
    with pytest.raises(Locked, match="XL-L01"):
        Vault.unlock(place, PASSPHRASE)
    assert sorted(path.name for path in place.iterdir() if path.is_file()) == ["keys.json", "kind.json", "store.db"]
    everything = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    for text in (*NAMES, "陈秀兰", "石守田", PASSPHRASE):
        assert text.encode() not in everything


def test_a_laptop_that_burned_goes_on_from_the_stick_with_two_officers_in_a_new_epoch(hand: Hand) -> None:
    to, place = exported(hand)
    home = hand.run("household", "list", w="v")["households"][0]["id"]
    hand.run("county", "import", to)
    hand.run("visit", "add", "--household", home, "--met", "self", "--note", "只在烧掉的电脑里", w="v")
    shutil.rmtree(hand.folder / "v")
    for mark in (hand.folder / "state").glob("*.mark"):
        mark.unlink()
    seen = hand.run("backup", "restore", to, w="v")
    assert (seen["opens"], seen["today"], seen["events"], seen["missing"]) == ("recovery", "none", None, None)
    assert not (hand.folder / "v").exists()
    done = hand.run("backup", "restore", to, "--yes", w="v")
    assert (done["opens"], done["epoch"], done["aside"]) == ("recovery", "", "")
    assert hand.refused("today", w="v") == ("XL-L01", 3)
    (hand.folder / "v" / "log" / "unlock.json").unlink(missing_ok=True)
    asked = hand.ask()
    assert hand.finish(hand.answer(asked, 0), hand.answer(asked, 1))["name"] == "陈秀兰"
    assert hand.run("audit", "verify", w="v", passphrase=NEW)["ok"]
    assert len(hand.run("household", "list", w="v", passphrase=NEW)["households"]) == 1
    hand.run("visit", "add", "--household", home, "--met", "family", "--note", "新电脑上", w="v", passphrase=NEW)
    back = hand.fresh()
    files = hand.run("sync", "export", "--to", back, w="v", passphrase=NEW)["files"]
    assert len({file["ep"] for file in files}) == 2, "what the old epoch had unsigned, and the new one"
    results = hand.run("county", "import", back)["results"]
    assert {one["status"] for one in results} == {"imported"}, results
    assert hand.run("county", "conflicts", "list") == {"conflicts": []}
    assert place.is_dir()


def test_today_on_the_laptop_itself_the_stick_copy_opens_with_the_passphrase_held(hand: Hand) -> None:
    to, _ = exported(hand)
    home = hand.run("household", "list", w="v")["households"][0]["id"]
    hand.run("visit", "add", "--household", home, "--met", "self", w="v")
    seen = hand.run("backup", "restore", to, w="v")
    assert (seen["opens"], seen["today"], seen["missing"]) == ("passphrase", "open", 1)
    assert hand.refused("backup", "restore", to, "--yes", w="v", passphrase="0000 0000 0000 0000") == ("XL-L01", 3), "a slip of the finger closes nothing"
    assert hand.run("backup", "restore", to, "--yes", w="v")["epoch"]
    assert hand.run("today", w="v")["tasks"] is not None


def test_a_copy_on_the_stick_is_verified_there_and_never_takes_the_place_of_another_computer(hand: Hand) -> None:
    to, place = exported(hand)
    assert hand.run("backup", "verify", place, w="v")["good"] is True
    for passphrase in (PASSPHRASE, "0000 0000 0000 0000"):
        assert hand.refused("backup", "restore", to, "--yes", passphrase=passphrase) == ("XL-V11", 4), "the county's own workspace"
    data = bytearray((place / "store.db").read_bytes())
    data[-40] ^= 2
    (place / "store.db").write_bytes(data)
    assert hand.refused("backup", "verify", place, w="v") == ("XL-L06", 6)
    assert hand.refused("backup", "restore", to, w="v") == ("XL-L06", 6)


def test_two_copies_stay_on_the_stick_and_a_pulled_stick_leaves_a_part_only(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault.unlock(hand.folder / "v", PASSPHRASE)
    to = tmp_path / "u"
    to.mkdir()
    for hour in range(9, 13):
        hand.moment = f"2026-12-28T{hour:02d}:00:00+08:00"
        newest = Path(hand.run("backup", "create", w="v")["path"])
        backup.carry(newest, to / "xieli-backup-x", bytes(vault.dek))
    assert [path.name for path in backup.list_all(to, into=to / "xieli-backup-x")] == ["20261228-120000", "20261228-110000"]
    newest = Path(hand.run("backup", "create", w="v")["path"])

    def pulled(*_args: object) -> int:
        raise OSError(5, "no device")

    with monkeypatch.context() as patch, pytest.raises(Exception, match="XL-F03"):
        patch.setattr(backup, "verify", pulled)
        backup.carry(newest, to / "xieli-backup-x", bytes(vault.dek))
    assert len(backup.list_all(to, into=to / "xieli-backup-x")) == 2


def test_a_copy_made_onto_a_stick_holds_what_was_written_up_to_now(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = tmp_path / "u"
    to.mkdir()
    before = hand.run("backup", "create", w="v")["events"]
    hand.moment = "2026-12-28T18:00:00+08:00"
    hand.run("household", "add", "--head", "石守田", w="v")
    monkeypatch.setattr(drives, "is_removable", lambda folder: Path(folder).is_relative_to(to))
    done = hand.run("backup", "create", "--to", to, w="v")
    assert done["events"] > before + 1
    assert done["made"] == "2026-12-28T18:00:00+08:00"


def test_without_officers_nothing_goes_to_the_stick_and_it_says_why_and_what_helps(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office.household()
    done = exchange.export(office.village, office.stick)
    assert (len(done.files), done.backup_failed, done.carried_copy) == (1, "", "")
    assert "两名找回人员" in done.no_copy
    assert [one.name for one in office.stick.iterdir() if one.is_dir()] == []
    whole = tmp_path / "folder"
    assert copies.create(office.village, whole).events, "a folder of the computer takes a whole copy"
    monkeypatch.setattr(usb, "removable_drives", lambda: [usb.Drive(office.stick, "U", 1 << 30, 1 << 30, True)])
    with pytest.raises(Locked, match="XL-L14"):
        copies.create(office.village, office.stick)
    assert Vault.unlock(Path(copies.create(office.county, office.stick).path), PASSPHRASE).dev == office.county.dev, "a county has no officers above it"


def test_a_copy_from_before_a_recovery_is_no_damaged_one_and_opens_with_the_old_passphrase(hand: Hand) -> None:
    name = Path(hand.run("backup", "create", w="v")["path"]).name
    asked = hand.ask()
    hand.finish(hand.answer(asked, 0), hand.answer(asked, 1))
    assert hand.refused("backup", "verify", name, w="v", passphrase=NEW) == ("XL-L01", 3)
    assert [one["good"] for one in hand.run("backup", "list", w="v", passphrase=NEW)["backups"] if one["name"] == name] == [True]
    assert hand.run("doctor", w="v", passphrase=NEW)["ok"]
    assert hand.refused("backup", "restore", name, w="v", passphrase=NEW) == ("XL-L01", 3)
    seen = hand.run("backup", "restore", name, w="v")
    assert (seen["opens"], seen["today"]) == ("passphrase", "other_key")
