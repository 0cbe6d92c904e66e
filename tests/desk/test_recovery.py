"""找回, by the commands: two officers' answers give a laptop a new passphrase and a new key; one answer, a swapped key, a stopped laptop give nothing."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from recovery_hand import KEYS, NAMES, NEW, PASSPHRASE, VILLAGE, Hand, copy, make

from xieli_sync import recovery as wire
from xieli_tui.store import keyfile, rekey
from xieli_tui.store.vault import Vault


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hand:
    return make(tmp_path_factory.mktemp("recovery"))


@pytest.fixture
def hand(made: Hand, tmp_path: Path) -> Hand:
    return copy(made, tmp_path / "p")


def test_two_officers_give_a_forgotten_laptop_a_new_passphrase_and_nothing_is_lost(hand: Hand) -> None:
    before = hand.run("sync", "status", w="v")
    dek = bytes(Vault.unlock(hand.folder / "v", PASSPHRASE).dek)
    asked = hand.ask()
    assert len(asked["fingerprint"].replace(" ", "")) == 20
    assert "陈秀兰" not in Path(asked["file"]).read_text()
    done = hand.finish(hand.answer(asked, 0), hand.answer(asked, 1))
    assert (done["name"], done["others"], done["backup"]) == ("陈秀兰", [], "")
    assert hand.refused("today", w="v") == ("XL-L01", 3)
    after = hand.run("sync", "status", w="v", passphrase=NEW)
    assert (after["events"], after["unconfirmed"]) == (before["events"], before["unconfirmed"])
    home = hand.run("household", "list", w="v", passphrase=NEW)["households"][0]["id"]
    assert [one["type"] for one in hand.run("timeline", home, w="v", passphrase=NEW)["entries"]].count("visit.recorded") == 1
    assert hand.run("audit", "verify", w="v", passphrase=NEW)["ok"]
    assert hand.run("store", "rebuild", w="v", passphrase=NEW)["equal"]
    with pytest.raises(Exception, match="XL-L06"):
        rekey.engines.connect(hand.folder / "v" / "store.db", keyfile.derive(dek, "db"))
    assert not (hand.folder / "v" / "recovery.json").exists(), "the one-time key is gone"
    to = hand.fresh()
    hand.run("sync", "export", "--to", to, w="v", passphrase=NEW)
    assert hand.run("county", "import", to)["results"][0]["status"] == "imported", "dev and epoch are the same: the county sees one machine"
    assert len(hand.slots()) == 1, "the new key has its recovery slot at once"


def test_the_chain_of_either_side_tells_of_it(hand: Hand) -> None:
    asked = hand.ask()
    hand.finish(hand.answer(asked, 0), hand.answer(asked, 1))
    to = hand.fresh()
    home = hand.run("household", "list", w="v", passphrase=NEW)["households"][0]["id"]
    hand.run("visit", "add", "--household", home, "--met", "self", w="v", passphrase=NEW)
    hand.run("sync", "export", "--to", to, w="v", passphrase=NEW)
    hand.run("county", "import", to)
    from recovery_hand import env

    from xieli_tui.casework.session import open_session
    from xieli_tui.store import journal

    with env(XIELI_STATE=str(hand.folder / "state")), open_session(hand.folder / "c", PASSPHRASE) as county, county.reading() as tx:
        answered = {e.d["officer"]: e.d["request"] for e in journal.events_of_type(tx, "recovery.answered")}
        told = [e.d["request"] for e in journal.events_of_type(tx, "audit.unlocked") if e.d["where"] == "recovery"]
    assert set(answered) == set(NAMES[:2])
    to = hand.fresh()
    hand.run("county", "send", "--to", to)
    hand.run("sync", "import", to, w="v", passphrase=NEW)
    seen = hand.run("recovery", "officers", "list", w="v", passphrase=NEW)["answered"]
    assert {(one["officer"], one["drill"], one["compared"]) for one in seen} == {(name, False, True) for name in NAMES[:2]}, "whoever uses the laptop sees that it was asked for"
    assert set(answered.values()) == set(told)
    assert len(told) == 1


def test_an_answer_whose_digits_nobody_typed_is_recorded_without_the_word_that_they_were_compared(hand: Hand) -> None:
    asked = hand.ask()
    hand.answer(asked, 0)
    made = hand.run("recovery", "answer", asked["file"], "--officer", hand.officer(1), "--out", hand.fresh() / "a.json")
    assert not made["compared"]
    hand.send()
    seen = hand.run("recovery", "officers", "list", w="v")["answered"]
    assert {one["officer"]: one["compared"] for one in seen} == {NAMES[0]: True, NAMES[1]: False}


def test_who_remembers_the_passphrase_ends_the_request_and_answers_made_later_open_nothing(hand: Hand) -> None:
    asked = hand.ask()
    answers = [hand.answer(asked, at) for at in (0, 1)]
    assert hand.refused("today", w="v", passphrase=NEW) == ("XL-L01", 3)
    assert (hand.folder / "v" / "recovery.json").exists(), "a wrong passphrase ends nothing"
    hand.run("today", w="v")
    assert not (hand.folder / "v" / "recovery.json").exists()
    assert hand.refused("recovery", "finish", *answers, w="v") == ("XL-L16", 4)


def test_one_officer_alone_opens_nothing(hand: Hand) -> None:
    asked = hand.ask()
    one = hand.answer(asked, 0)
    before = (hand.folder / "v" / "keys.json").read_bytes()
    assert hand.refused("recovery", "finish", one, w="v") == ("XL-L15", 4)
    assert hand.refused("recovery", "finish", one, one, w="v") == ("XL-L15", 4)
    again = hand.answer(asked, 0)
    assert again.read_bytes() != one.read_bytes(), "answered again, and sealed anew"
    assert hand.refused("recovery", "finish", one, again, w="v") == ("XL-L15", 4)
    assert (hand.folder / "v" / "keys.json").read_bytes() == before
    hand.run("today", w="v")


def test_an_answer_to_another_request_opens_nothing(hand: Hand) -> None:
    first = hand.ask()
    old = hand.answer(first, 0)
    second = hand.ask()
    assert second["fingerprint"] != first["fingerprint"]
    assert hand.refused("recovery", "finish", old, hand.answer(second, 1), w="v") == ("XL-L15", 4)
    hand.finish(hand.answer(second, 0), hand.answer(second, 1))
    assert hand.refused("recovery", "finish", old, old, w="v") == ("XL-L16", 4)


def test_a_swapped_request_key_shows_in_the_twenty_digits_and_serves_nobody(hand: Hand) -> None:
    asked = hand.ask()
    path = Path(asked["file"])
    real = wire.read_request(path.read_bytes())
    thief = wire.X25519PrivateKey.generate()
    swapped = wire.Request(real.dev, real.net, real.store, thief.public_key().public_bytes_raw(), real.slots)
    other = hand.fresh() / "r.json"
    other.write_bytes(swapped.to_bytes())
    out = hand.fresh() / "a.json"
    refused = hand.refused("recovery", "answer", other, "--officer", hand.officer(0), "--out", out, "--fingerprint", asked["fingerprint"])
    assert refused == ("XL-K15", 4)
    assert not out.exists()
    said = hand.run("recovery", "answer", other, "--officer", hand.officer(0), "--out", out)
    assert (said["compared"], said["fingerprint"]) == (False, swapped.fingerprint), "where nobody can be asked, the digits stand beside the answer"
    # an officer who is talked into the digits of the swapped file gives an answer the laptop does not take
    taken = [hand.answer({"file": other, "fingerprint": swapped.fingerprint}, at) for at in (0, 1)]
    assert hand.refused("recovery", "finish", *taken, w="v") == ("XL-L15", 4)


def test_a_stopped_laptop_gets_no_answer(hand: Hand) -> None:
    asked = hand.ask()
    dev = hand.run("county", "devices")["devices"][0]["dev"]
    event = hand.run("county", "revoke", dev, "--reason", "电脑丢了")["event"]
    out = hand.fresh() / "a.json"
    args = ("recovery", "answer", asked["file"], "--officer", hand.officer(0), "--out", out, "--fingerprint", asked["fingerprint"])
    assert hand.refused(*args) == ("XL-K17", 4)
    assert not out.exists()
    hand.run("county", "annul", event, "--reason", "找到了，在邻村")
    hand.run(*args)


def test_another_county_answers_nothing(hand: Hand, tmp_path: Path) -> None:
    asked = hand.ask()
    other = Hand(tmp_path / "other")
    other.stick.mkdir(parents=True)
    other.run("county", "init", "--county", "999999", "--name", "邻县", "--operator", "郑敏", "--root-out", other.folder / "root", "--kdf", "floor")
    other.add(0)
    out = hand.fresh() / "a.json"
    args = ("recovery", "answer", asked["file"], "--out", out, "--fingerprint", asked["fingerprint"])
    assert other.refused(*args, "--officer", other.officer(0)) == ("XL-N01", 4)
    assert hand.refused(*args, "--officer", other.officer(0)) == ("XL-K16", 4), "the right county, the other county's officer"
    assert hand.refused(*args, "--officer", hand.folder / "root" / "xieli-root.json") == ("XL-K13", 3)
    assert hand.refused(*args, "--officer", tmp_path / "none") == ("XL-K13", 3)
    assert hand.refused(*args, "--officer", hand.officer(0), w="v") == ("XL-P07", 4)


def test_a_request_and_an_answer_are_good_whole_or_not_at_all(hand: Hand) -> None:
    asked = hand.ask()
    answers = [hand.answer(asked, 0), hand.answer(asked, 1)]
    for path, read in ((Path(asked["file"]), wire.read_request), (answers[0], wire.read_answer)):
        whole = path.read_bytes()
        read(whole)
        for at in range(len(whole)):
            for bad in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
                with pytest.raises(wire.SyncError) as refused:
                    read(bad)
                assert refused.value.code in ("XL-L13", "XL-U01")
    seed = 20261228
    print(f"seed={seed}")
    rand = random.Random(seed)
    whole = answers[0].read_bytes()
    for _ in range(12):
        at = rand.randrange(len(whole))
        answers[0].write_bytes(whole[:at] + bytes([whole[at] ^ (1 << rand.randrange(8))]) + whole[at + 1 :])
        assert hand.refused("recovery", "finish", *answers, w="v")[0] == "XL-L13"
    answers[0].write_bytes(whole)
    hand.finish(*answers)


def test_each_pair_of_three_officers_can_help(hand: Hand) -> None:
    hand.add(2)
    assert hand.refused("recovery", "officers", "add", "--name", "钱多", "--out", hand.folder / "k3", "--root", hand.folder / "root") == ("XL-V11", 4)
    assert not (hand.folder / "k3").exists()
    hand.send()
    assert len(hand.slots()) == 3
    kept = hand.folder / "kept"
    shutil.copytree(hand.folder / "v", kept)
    shutil.copytree(hand.folder / "state", hand.folder / "state0")
    for pair in ((0, 1), (0, 2), (1, 2)):
        shutil.rmtree(hand.folder / "v")
        shutil.copytree(kept, hand.folder / "v")
        shutil.rmtree(hand.folder / "state")
        shutil.copytree(hand.folder / "state0", hand.folder / "state")
        asked = hand.ask()
        hand.finish(*(hand.answer(asked, at) for at in pair))
        hand.run("today", w="v", passphrase=NEW)
        assert len(hand.slots()) == 3


def test_an_officer_who_left_helps_nobody_and_the_one_who_came_helps_after_the_next_return(hand: Hand) -> None:
    old = {slot["pair"][0] for slot in hand.slots()} | {slot["pair"][1] for slot in hand.slots()}
    said = hand.run("recovery", "officers", "remove", "--name", NAMES[1])
    assert [one["name"] for one in said["officers"]] == [NAMES[0]]
    assert not said["enough"]
    new = hand.add(2)
    asked = hand.ask()
    args = ("recovery", "answer", asked["file"], "--fingerprint", asked["fingerprint"], "--out", hand.fresh() / "a.json")
    assert hand.refused(*args, "--officer", hand.officer(1)) == ("XL-K16", 4), "not in force"
    assert hand.refused(*args, "--officer", hand.officer(2)) == ("XL-K16", 4), "the laptop does not know him yet"
    lint = {one["lint"].partition(":")[0]: one["what"] for one in hand.run("county", "lint")["lints"]}
    assert "recovery_behind" in lint or "recovery_never" in lint
    hand.send()
    hand.up()
    now = {kid for slot in hand.slots() for kid in slot["pair"]}
    assert new["key"] in now
    assert len(now & old) == 1
    assert not any(one["lint"].startswith("recovery_") for one in hand.run("county", "lint")["lints"])
    asked = hand.ask()
    hand.finish(hand.answer(asked, 0), hand.answer(asked, 2))


def test_the_self_check_names_a_laptop_whose_slots_may_hold_somebody_who_left(hand: Hand) -> None:
    [never] = [one["lint"] for one in hand.run("county", "lint")["lints"] if one["lint"].startswith("recovery_")]
    assert never.startswith("recovery_never:"), "it has taken the list, and has not said so yet"
    hand.up()
    assert not any(one["lint"].startswith("recovery_") for one in hand.run("county", "lint")["lints"])
    hand.run("recovery", "officers", "remove", "--name", NAMES[1])
    hand.add(2)
    [found] = [one for one in hand.run("county", "lint")["lints"] if one["lint"].startswith("recovery_")]
    assert found["lint"].startswith("recovery_behind:")
    assert "石桥村" in found["what"]
    assert NAMES[1] in found["what"]


def test_one_officer_is_none(hand: Hand, tmp_path: Path) -> None:
    lone = Hand(tmp_path / "lone")
    lone.stick.mkdir(parents=True)
    lone.run("county", "init", "--county", "999999", "--name", "测试县", "--operator", "周敏", "--root-out", lone.folder / "root", "--kdf", "floor")
    assert any(one["lint"] == "recovery_officers" for one in lone.run("county", "lint")["lints"])
    said = lone.add(0)
    assert not said["enough"]
    assert lone.refused("recovery", "officers", "add", "--name", NAMES[0], "--out", lone.folder / "kx", "--root", lone.folder / "root") == ("XL-V11", 4)
    made = lone.run("init", "--village", VILLAGE, "--village-name", "石桥村", "--operator", "陈秀兰", "--kdf", "floor", w="v")
    assert made["device"]
    assert lone.refused("recovery", "request", "--out", lone.fresh() / "r.json", w="v") == ("XL-L14", 3)
    assert lone.refused("recovery", "request", "--out", lone.fresh() / "r.json") == ("XL-L14", 3), "a county's desk is who answers"
    assert lone.run("recovery", "officers", "list")["officers"] == [{"name": NAMES[0], "key": said["key"]}]


def test_a_drill_shows_that_it_would_work_and_changes_nothing(hand: Hand) -> None:
    assert any(one["task"] == "recovery_drill" for one in hand.run("today", w="v")["tasks"]), "offered once there are officers"
    keys = (hand.folder / "v" / "keys.json").read_bytes()
    asked = hand.run("recovery", "drill", "--out", hand.fresh() / "d.json", w="v")
    assert asked["drill"]
    assert not (hand.folder / "v" / "recovery.json").exists(), "a drill's key lies in the encrypted store alone"
    answers = [hand.answer(asked, at) for at in (0, 1)]
    assert hand.refused("recovery", "finish", *answers, w="v") == ("XL-L16", 4)
    hand.ask()
    assert hand.refused("recovery", "finish", *answers, w="v") == ("XL-L15", 4), "answers to a drill open nothing"
    assert hand.refused("recovery", "drill", answers[0], answers[0], w="v") == ("XL-L15", 4)
    assert hand.run("recovery", "drill", *answers, w="v")["on"] == "2026-12-28"
    assert (hand.folder / "v" / "keys.json").read_bytes() == keys
    assert hand.refused("recovery", "drill", *answers, w="v") == ("XL-L16", 4)
    assert not any(one["task"] == "recovery_drill" for one in hand.run("today", w="v")["tasks"])
    assert hand.run("recovery", "officers", "list", w="v")["drilled"] == "2026-12-28"
    hand.moment = "2027-12-29T09:00:00+08:00"
    assert any(one["task"] == "recovery_drill" for one in hand.run("today", w="v")["tasks"]), "yearly"


def test_the_sheet_for_the_cupboard_holds_no_name_and_no_secret(hand: Hand) -> None:
    hand.run("county", "local", "set", "phones", json.dumps({"999999": "023-00000001"}), "--from", "2026-01-01")
    hand.send()
    path = Path(hand.run("recovery", "sheet", "--out", hand.folder / "sheet.txt", w="v")["file"])
    text = path.read_text()
    assert path.stat().st_mode & 0o77 == 0
    assert "023-00000001" in text
    assert not any(word in text for word in ("陈秀兰", "石守田", "石桥村", PASSPHRASE, KEYS, *NAMES))


def test_an_older_copy_is_opened_by_what_opened_it_and_the_newest_by_the_new_passphrase(hand: Hand) -> None:
    hand.run("backup", "create", w="v")
    old = sorted((hand.folder / "v" / "backups").iterdir())
    asked = hand.ask()
    hand.moment = "2026-12-28T10:00:00+08:00"
    hand.finish(hand.answer(asked, 0), hand.answer(asked, 1))
    assert Vault.unlock(old[-1], PASSPHRASE).dev
    newest = sorted((hand.folder / "v" / "backups").iterdir())[-1]
    assert newest not in old
    assert Vault.unlock(newest, NEW).dev
