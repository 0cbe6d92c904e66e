"""找回 where it meets the rest: several operators, the stick's copy on a new machine, a township's desk, a list of officers that nobody certified."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from desk_office import PASSPHRASE as OFFICE_PASSPHRASE
from desk_office import ROOT_PASSPHRASE, Office
from recovery_hand import KEYS, NAMES, NEW, Hand, copy, make

from xieli_tui.casework import exchange
from xieli_tui.cli.main import main
from xieli_tui.desk import officers, send
from xieli_tui.domain.events.road import OfficerSet
from xieli_tui.errors import Refused
from xieli_tui.store import keyfile, recovery
from xieli_tui.store.vault import Vault

OTHER = "2222 3333 4444 5555"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Hand:
    return make(tmp_path_factory.mktemp("recovery"))


@pytest.fixture
def hand(begun: Hand, tmp_path: Path) -> Hand:
    return copy(begun, tmp_path / "p")


def test_of_two_operators_one_is_named_and_the_other_is_let_in_again(hand: Hand) -> None:
    hand.new = OTHER
    hand.run("passphrase", "add-operator", "--name", "李建国", "--kdf", "floor", w="v")
    hand.new = NEW
    asked = hand.ask()
    answers = [hand.answer(asked, at) for at in (0, 1)]
    assert hand.refused("recovery", "finish", *answers, "--kdf", "floor", w="v") == ("XL-V06", 4), "whose passphrase is it?"
    assert hand.refused("recovery", "finish", *answers, "--operator", "王五", "--kdf", "floor", w="v") == ("XL-V08", 4)
    done = hand.run("recovery", "finish", *answers, "--operator", "陈秀兰", "--kdf", "floor", w="v")
    assert (done["operator"], done["others"]) == ("1", ["李建国"])
    assert hand.refused("today", w="v", passphrase=OTHER) == ("XL-L01", 3), "every other passphrase is gone with the old key"
    hand.new = OTHER
    hand.run("passphrase", "add-operator", "--operator", "2", "--kdf", "floor", w="v", passphrase=NEW)
    hand.run("today", w="v", passphrase=OTHER)
    assert len(hand.slots()) == 1, "the recovery slot stays beside the passphrases"


def test_the_stick_s_copy_is_opened_by_two_officers_on_a_new_machine(hand: Hand) -> None:
    stick = hand.fresh()
    hand.run("sync", "export", "--to", stick, w="v")
    hand.run("county", "import", stick)
    [kept] = list(stick.rglob("keys.json"))
    assert {slot["type"] for slot in json.loads(kept.read_text())["slots"]} == {"recovery"}, "a lost stick is no passphrase to guess at"
    shutil.rmtree(hand.folder / "v")
    shutil.rmtree(hand.folder / "state")
    (hand.folder / "state").mkdir()
    hand.run("backup", "restore", kept.parent, "--yes", w="v")
    assert hand.refused("today", w="v") == ("XL-L01", 3)
    assert not (hand.folder / "v" / "log" / "unlock.json").exists(), "no passphrase is wrong where there is none: nobody is made to wait"
    asked = hand.ask()
    hand.finish(*(hand.answer(asked, at) for at in (0, 1)))
    home = hand.run("household", "list", w="v", passphrase=NEW)["households"][0]["id"]
    hand.run("visit", "add", "--household", home, "--met", "self", "--note", "换了电脑以后记的", w="v", passphrase=NEW)
    again = hand.fresh()
    hand.run("sync", "export", "--to", again, w="v", passphrase=NEW)
    results = hand.run("county", "import", again)["results"]
    assert {one["status"] for one in results} <= {"imported", "duplicate"}, results
    assert hand.run("county", "forks", "list")["forks"] == [], "a restored machine goes on in a new epoch"


def test_a_county_that_names_officers_no_root_certified_gets_no_slot(office: Office, tmp_path: Path) -> None:
    for name in NAMES[:2]:
        officers.add(office.county, name, tmp_path / name, office.root_dir, ROOT_PASSPHRASE, "9999 8888 7777 6666")
    office.down()
    before = recovery.pairs_in(keyfile.read(office.village.workspace))
    assert len(before) == 1
    thief = recovery.wire.OfficerKey.generate(office.county.rand)
    with office.county.reading() as tx:
        true = recovery.in_force(tx).officers[0]
    office.county.record(OfficerSet(officers=[
        {"name": true.name, "kid": true.kid, "enc_pub": true.enc_pub.hex(), "cert": true.cert},
        {"name": NAMES[1], "kid": thief.kid, "enc_pub": thief.enc_pub.hex(), "cert": true.cert},
    ], on="2026-12-28"))
    office.down()
    now = recovery.pairs_in(keyfile.read(office.village.workspace))
    assert not any(thief.kid in pair for pair in now)
    assert now == set(), "one certified officer is none"


def test_on_a_terminal_the_officer_is_told_who_asks_and_types_what_he_hears(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = hand.ask()
    out = hand.fresh() / "a.json"

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def answer(typed: str) -> tuple[int, str]:
        screen = Terminal()
        with monkeypatch.context() as patch:
            for name, value in (("XIELI_PASSPHRASE", OFFICE_PASSPHRASE), ("XIELI_OFFICER_PASSPHRASE", KEYS), ("XIELI_NOW", hand.moment), ("XIELI_STATE", str(hand.folder / "state"))):
                patch.setenv(name, value)
            patch.setattr("sys.stdin", Terminal(typed + "\n"))
            patch.setattr("sys.stderr", screen)
            code = main(["recovery", "answer", asked["file"], "--officer", str(hand.officer(0)), "--out", str(out), "-w", str(hand.folder / "c")])
        return code, screen.getvalue()

    code, screen = answer("1111 2222 3333 4444 5555")
    assert (code, out.exists()) == (4, False)
    assert "石桥村 陈秀兰" in screen
    assert "先和本人见面" in screen
    assert asked["fingerprint"] not in screen
    code, _ = answer(asked["fingerprint"].replace(" ", "-"))
    assert (code, out.exists()) == (0, True)


def test_a_township_s_desk_has_slots_of_its_own(office: Office, tmp_path: Path) -> None:
    for name in NAMES[:2]:
        officers.add(office.county, name, tmp_path / name, office.root_dir, ROOT_PASSPHRASE, "9999 8888 7777 6666")
    office.clock.tick(minutes=1)
    files = [Path(one.path) for one in send.send(office.county, office.stick, device=office.township.dev)]
    exchange.take_in(office.township, files)
    assert len(recovery.pairs_in(keyfile.read(office.township.workspace))) == 1
    assert Vault.unlock(office.township.workspace, OFFICE_PASSPHRASE).dev == office.township.dev


def test_officers_are_the_county_s_to_name(office: Office, tmp_path: Path) -> None:
    for session in (office.township, office.village):
        with pytest.raises(Refused) as refused:
            officers.add(session, NAMES[0], tmp_path / "k", office.root_dir, ROOT_PASSPHRASE, "9999 8888 7777 6666")
        assert refused.value.code in ("XL-P03", "XL-P07")
    assert not (tmp_path / "k").exists()
