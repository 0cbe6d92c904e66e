"""By hand on the command line: a laptop is stolen, stopped, what it sends later is held back, the honest entries are released; new keys; a fork settled."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from xieli_sync import container
from xieli_tui.cli.main import main

PASSPHRASE = "1111 2222 3333 4444"
ROOT = "9999 8888 7777 6666"


class Hand:
    """Runs commands and reads their one JSON document."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.patch = folder, capsys, monkeypatch
        self.stick = folder / "stick"
        self.stick.mkdir()
        monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
        monkeypatch.setenv("XIELI_KEYFILE_PASSPHRASE", ROOT)
        self.at("12-28T09:00")

    def at(self, moment: str) -> None:
        self.patch.setenv("XIELI_NOW", f"2026-{moment}:00+08:00")

    def run(self, *args: object, code: int = 0, w: str = "c") -> Any:
        got = main([str(arg) for arg in args] + ["-w", str(self.folder / w), "--json"])
        out = self.capsys.readouterr()
        assert got == code, (args, got, out)
        return json.loads(out.out)

    def say(self, *args: object, w: str = "c") -> str:
        assert main([str(arg) for arg in args] + ["-w", str(self.folder / w)]) == 0
        return self.capsys.readouterr().out

    def fresh(self, *args: object, w: str = "c") -> Path:
        """An empty folder of the stick, given as --to."""
        to = self.stick / f"{len(list(self.stick.iterdir()))}"
        to.mkdir()
        self.run(*args, "--to", to, w=w)
        return to

    def visit(self, home: str, note: str, w: str = "v") -> int:
        return int(self.run("visit", "add", "--household", home, "--met", "self", "--note", note, w=w)["seq"])

    def notes(self, w: str = "c") -> int:
        """Visits that count, as the family's chain shows them."""
        home = self.run("household", "list", w=w)["households"][0]["id"]
        return sum(one["type"] == "visit.recorded" and one["state"] != "quarantined" for one in self.run("timeline", home, w=w)["entries"])


@pytest.fixture
def hand(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hand:
    """A county and an enrolled village laptop with one family at both."""
    found = Hand(tmp_path, capsys, monkeypatch)
    county = found.run("county", "init", "--county", "999999", "--name", "测试县", "--operator", "周敏", "--root-out", tmp_path / "root", "--kdf", "floor")
    made = found.run("init", "--village", "999999001001", "--village-name", "石桥村", "--operator", "陈秀兰", "--kdf", "floor", w="v")
    found.run("county", "enrol", "--code", made["enrol_code"], "--village", "999999001001=石桥村", "--operator", "陈秀兰", "--out", found.stick / "g.xieli")
    found.run("device", "enrol", found.stick / "g.xieli", "--root-fingerprint", county["root_fingerprint"], w="v")
    return found


def test_a_stolen_laptop_is_stopped_and_what_was_honest_comes_back(hand: Hand) -> None:
    home = hand.run("household", "add", "--head", "石守田", "--set", "group=一组", w="v")["id"]
    hand.visit(home, "好的")
    hand.run("county", "import", hand.fresh("sync", "export", w="v"))
    hand.run("sync", "import", hand.fresh("county", "send"), w="v")
    dev = hand.run("county", "devices")["devices"][0]["dev"]
    hand.at("12-29T09:00")
    done = hand.run("county", "revoke", dev[:8], "--reason", "电脑丢了")
    assert set(done) == {"dev", "cut", "after", "event"}
    assert done["dev"] == dev
    assert len(done["cut"]) == 1
    hand.at("12-29T10:00")
    hand.visit(home, "老实的")
    hand.visit(home, "不信的")
    [result] = hand.run("county", "import", hand.fresh("sync", "export", w="v"), code=4)["results"]
    assert (result["status"], result["code"]) == ("quarantined", "XL-S04")
    assert hand.notes() == 1
    items = hand.run("county", "quarantine", "list", "--device", dev[:8])["items"]
    assert [one["summary"].rsplit("，")[-1].rsplit(" ")[-1] for one in items] == ["不信的", "老实的"]
    assert all(one["liftable"] and one["author"] == "陈秀兰" and one["village_name"] == "石桥村" for one in items)
    assert "可以放行" in hand.say("county", "quarantine", "list")
    hand.run("county", "quarantine", "release", items[1]["id"], "--reason", "打电话问过")
    hand.run("county", "quarantine", "keep", items[0]["event"], "--reason", "她说没有写过")
    assert hand.notes() == 2
    assert hand.run("county", "quarantine", "list")["items"][0]["kept"] == "她说没有写过"
    assert hand.run("county", "quarantine", "release", "0", "--reason", "x", code=5)["error"]["code"] == "XL-V45"
    assert hand.run("county", "send", "--to", hand.stick)["files"] == [], "a stopped computer is told only when it is named"
    hand.run("sync", "import", hand.fresh("county", "send", "--device", dev[:8]), w="v")
    now = hand.run("sync", "status", w="v")
    assert now["stopped"] == "2026-12-29"
    assert "停用" in now["notes"][0]
    assert "给县里打电话" in hand.say("sync", "status", w="v")
    assert any(task["task"] == "own_device" for task in hand.run("today", w="v")["tasks"])
    assert hand.notes("v") == 2
    assert hand.run("store", "rebuild")["equal"]
    assert hand.run("store", "rebuild", w="v")["equal"]
    assert hand.run("county", "revoke", "0" * 8, code=5)["error"]["code"] == "XL-V44"
    assert hand.run("county", "revoke", dev, w="v", code=4)["error"]["code"] == "XL-P07"


def test_a_last_good_line_cuts_what_came_after_it(hand: Hand) -> None:
    home = hand.run("household", "add", "--head", "石守田", "--set", "group=一组", w="v")["id"]
    good = hand.visit(home, "好的")
    hand.visit(home, "贼写的")
    hand.run("county", "import", hand.fresh("sync", "export", w="v"))
    dev = hand.run("county", "devices")["devices"][0]["dev"]
    done = hand.run("county", "revoke", dev, "--last-good", good)
    assert list(done["cut"].values()) == [good]
    assert done["after"] >= 1
    assert hand.notes() == 1
    hand.run("county", "annul", done["event"], "--reason", "弄错了，是借给邻村用了")
    assert hand.notes() == 2
    assert hand.run("county", "quarantine", "list")["items"] == []


def test_new_keys_for_the_laptop_and_for_the_county(hand: Hand) -> None:
    home = hand.run("household", "add", "--head", "石守田", "--set", "group=一组", w="v")["id"]
    first = hand.run("device", "rotate", w="v")
    assert (first["ver"], len(first["kid"])) == (2, 16)
    file = next(hand.fresh("sync", "export", w="v").iterdir())
    assert len(container.parse(file.read_bytes()).sigs) == 2
    hand.run("county", "import", file)
    assert hand.run("county", "rotate", "--root", hand.folder / "root")["ver"] == 2
    hand.run("sync", "import", hand.fresh("county", "send"), w="v")
    hand.visit(home, "换了钥匙以后")
    hand.run("county", "import", hand.fresh("sync", "export", w="v"))
    assert hand.notes() == 1
    assert hand.run("sync", "status", w="v")["unconfirmed"] == 1
    hand.run("sync", "import", hand.fresh("county", "send"), w="v")
    assert hand.run("sync", "status", w="v")["unconfirmed"] == 0
    assert hand.run("county", "rotate", "--root", hand.folder / "v", code=4)["error"]["code"] == "XL-K09"


def test_two_histories_are_listed_settled_and_left_behind(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = hand.run("household", "add", "--head", "石守田", "--set", "group=一组", w="v")["id"]
    hand.run("county", "import", hand.fresh("sync", "export", w="v"))
    hand.run("sync", "import", hand.fresh("county", "send"), w="v")
    shutil.copytree(tmp_path / "v", tmp_path / "copy")
    shutil.copytree(tmp_path / "state", tmp_path / "state2")
    hand.visit(home, "本机写的")
    mine = hand.fresh("sync", "export", w="v")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state2"))
    hand.visit(home, "另一台写的", w="copy")
    theirs = hand.fresh("sync", "export", w="copy")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    hand.run("county", "import", theirs)
    assert hand.run("county", "import", mine, code=4)["results"][0]["status"] == "frozen"
    assert hand.notes() == 0
    [fork] = hand.run("county", "forks", "list")["forks"]
    assert (fork["state"], [b["lines"] for b in fork["branches"]]) == ("open", [1, 1])
    assert "还没有定" in hand.say("county", "forks", "list")
    hand.run("sync", "import", hand.fresh("county", "send"), w="v")
    assert "另起一段" in hand.run("sync", "status", w="v")["notes"][0]
    hand.run("county", "fork", "settle", fork["dev"][:8], "--keep", "2", "--reason", "问过")
    assert hand.notes() == 1
    hand.visit(home, "接着写的")
    hand.run("county", "import", hand.fresh("sync", "export", w="v"))
    assert hand.notes() == 2
    hand.run("sync", "import", hand.fresh("county", "send"), w="v")
    assert hand.notes("v") == 2
    assert hand.run("county", "fork", "settle", fork["dev"], "--keep", "9", code=5)["error"]["code"] == "XL-V45"


def test_a_clock_that_ran_mad_is_put_right(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    home = hand.run("household", "add", "--head", "石守田", "--set", "group=一组", w="v")["id"]
    monkeypatch.setenv("XIELI_NOW", "2099-01-01T09:00:00+08:00")
    hand.visit(home, "钟错了")
    hand.at("12-28T11:00")
    hand.run("county", "import", hand.fresh("sync", "export", w="v"))
    dev = hand.run("county", "devices")["devices"][0]["dev"]
    done = hand.run("county", "clamp", dev[:8], "--at", "2026-12-28 10:00")
    assert done["at"] == "2026-12-28T10:00"
    assert done["lines"] >= 1
    assert hand.run("county", "clamp", dev[:8], code=5)["error"]["code"] == "XL-V45", "nothing is left to put right"
