"""Village, township, county and back by the commands of design 08, with sticks between them: one decision within a delegation, one beyond it.

Run in this process through `main()`; each hand-over of a stick is a folder of its own.
"""

from __future__ import annotations

import importlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_road_by_hand import PASS, call

from xieli_tui.cli.main import main

sys.path.append(str(Path(__file__).parents[1] / "ui"))
manual_book = importlib.import_module("manual_book")
DELEGATED = '[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]'
DAY = "2026-12-28T{:02d}:{:02d}:00+08:00"


@dataclass
class Levels:
    """Three workspaces, a clock, and sticks numbered as they are used."""

    base: Path
    minute: int = 0
    stick: int = 0

    @property
    def v(self) -> Path:
        return self.base / "v"

    @property
    def t(self) -> Path:
        return self.base / "t"

    @property
    def c(self) -> Path:
        return self.base / "c"

    def do(self, where: Path, *words: object, code: int = 0) -> Any:
        """One command in one workspace, a minute later than the last."""
        self.minute += 1
        os.environ["XIELI_NOW"] = DAY.format(9 + self.minute // 60, self.minute % 60)
        at = 2 if words[0] not in ("timeline", "today", "init") else 1
        at = 3 if words[:2] in (("county", "local"), ("county", "gap")) else at
        return call(*words[:at], "-w", where, *words[at:], code=code)

    def empty(self) -> Path:
        """A fresh stick."""
        self.stick += 1
        place = self.base / f"stick{self.stick}"
        place.mkdir()
        return place

    def up(self, where: Path) -> Path:
        """`sync export` to a fresh stick."""
        stick = self.empty()
        self.do(where, "sync", "export", "--to", stick)
        return stick

    def down(self, where: Path) -> Path:
        """`county send --all` to a fresh stick."""
        stick = self.empty()
        self.do(where, "county", "send", "--to", stick, "--all")
        return stick

    def rows(self, where: Path) -> dict[str, str]:
        """Digests of the projections; a rebuild must give the same."""
        report = self.do(where, "store", "rebuild")
        assert report["equal"] is True
        return dict(report["after"])

    def lap(self) -> int:
        """Up through the township and down again; how many files were laid down."""
        a = self.up(self.v)
        self.do(self.t, "county", "import", a)
        b = self.up(self.t)
        self.do(self.c, "county", "import", b)
        c = self.down(self.c)
        self.do(self.t, "county", "import", c)
        d = self.down(self.t)
        self.do(self.v, "sync", "import", d)
        return sum(len(list(place.iterdir())) for place in (a, b, c, d))

    def application(self, head: str) -> str:
        """A household of one in need, its application handed over."""
        home = self.do(self.v, "household", "add", "--head", head)["id"]
        self.do(self.v, "flag", "add", "--household", home, "--cause", "illness", "--urgency", "emergency")
        app = self.do(self.v, "apply", "start", "--household", home, "--kind", "temp_emergency", "--emergency")["id"]
        self.do(self.v, "apply", "entrust", app, "--by", "本人")
        self.do(self.v, "apply", "hand-over", app)
        return str(app)


@contextmanager
def surroundings(base: Path) -> Iterator[None]:
    """The variables of a user who has the passphrases at hand."""
    saved = dict(os.environ)
    os.environ.update(XIELI_PASSPHRASE=PASS, XIELI_KEYFILE_PASSPHRASE=PASS, XIELI_STATE=str(base / "state"), XIELI_NOW=DAY.format(8, 0))
    os.environ.pop("XIELI_WORKSPACE", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A village and its county, the delegations set; no township yet."""
    base = tmp_path_factory.mktemp("paired")
    with surroundings(base):
        village = call("init", "-w", base / "v", "--village", "999999001001", "--village-name", "上坪村", "--operator", "王小兰", "--kdf", "floor")
        desk = call("county", "init", "-w", base / "c", "--county", "999999", "--name", "测试县", "--operator", "李县办", "--root-out", base / "root", "--kdf", "floor")
        call("county", "local", "set", "-w", base / "c", "delegations", DELEGATED, "--from", "2026-01-01")
        call(
            "county", "enrol", "-w", base / "c", "--code", village["enrol_code"], "--village", "999999001001=上坪村", "--operator", "王小兰", "--out", base / "v.xieli",
        )
        call("device", "enrol", "-w", base / "v", base / "v.xieli", "--root-fingerprint", desk["root_fingerprint"])
        (base / "root.txt").write_text(desk["root_fingerprint"], encoding="utf-8")
    return base


@pytest.fixture(scope="module")
def joined(paired: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a township, which the laptop knows of."""
    base = tmp_path_factory.mktemp("levels")
    for name in ("v", "c", "state"):
        shutil.copytree(paired / name, base / name)
    root = (paired / "root.txt").read_text(encoding="utf-8")
    with surroundings(base):
        call("init", "-w", base / "t", "--role", "township", "--area", "999999001", "--operator", "刘芳", "--kdf", "floor")
        town = call("device", "code", "-w", base / "t")
        done = call(
            "county", "enrol", "-w", base / "c", "--code", town["code"], "--role", "township", "--area", "999999001", "--operator", "刘芳", "--out", base / "t.xieli",
            "--root", paired / "root",
        )
        assert done["fingerprint"] == town["fingerprint"]
        home = call("device", "enrol", "-w", base / "t", base / "t.xieli", "--root-fingerprint", root)
        assert home["scope"] == ["999999001"]
        back = base / "back"
        back.mkdir()
        call("county", "send", "-w", base / "c", "--to", back, "--all")
        call("sync", "import", "-w", base / "v", back)
    return base


@pytest.fixture
def levels(joined: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Levels:
    """Copies of the three workspaces with a state folder of their own."""
    for name in ("v", "t", "c", "state"):
        shutil.copytree(joined / name, tmp_path / name)
    for name, value in {"XIELI_PASSPHRASE": PASS, "XIELI_KEYFILE_PASSPHRASE": PASS, "XIELI_NOW": DAY.format(9, 0), "XIELI_STATE": str(tmp_path / "state")}.items():
        monkeypatch.setenv(name, value)
    return Levels(tmp_path)


def test_what_is_delegated_is_decided_at_the_township_and_one_fen_more_at_the_county_and_both_come_home(levels: Levels) -> None:
    within, beyond = levels.application("石守田"), levels.application("孙长福")
    levels.lap()  # the delegations come down to the township, the applications up to both desks
    for app in (within, beyond):
        levels.do(levels.t, "county", "accept", app)
    decided = levels.do(levels.t, "county", "decide", within, "--grant", "--amount", "3000.00", "--reason", "突发重病")
    assert decided["state"] == "decided"
    before = levels.do(levels.t, "sync", "status")["events"]
    refused = levels.do(levels.t, "county", "decide", beyond, "--grant", "--amount", "3000.01", "--reason", "突发重病", code=4)["error"]
    assert (refused["code"], refused["next_actor"], refused["max_amount"]) == ("XL-P03", "county", "3000.00")
    assert levels.do(levels.t, "sync", "status")["events"] == before
    assert levels.lap() > 0
    decided = levels.do(levels.c, "county", "decide", beyond, "--grant", "--amount", "3000.01", "--reason", "突发重病")
    assert decided["state"] == "decided"
    while levels.lap():
        assert levels.stick < 60, "still something to say"
    for app, amount in ((within, 3000_00), (beyond, 3000_01)):
        for where in (levels.v, levels.t, levels.c):
            card = levels.do(where, "apply", "show", app) if where == levels.v else levels.do(where, "county", "show", app)["card"]
            assert [d["amount"] for d in card["decisions"]] == [amount], (where, card["decisions"])
    status = levels.do(levels.v, "sync", "status")
    assert status["unconfirmed"] == 0
    assert status["confirmed"] == status["events"]
    assert {(town, county) for _, _, _, town, county in status["bundles"]} == {("镇已签收", "县已签收")}
    entries = levels.do(levels.v, "timeline", levels.do(levels.v, "apply", "show", within)["household"])["entries"]
    assert {(e["type"], e["state"]) for e in entries if e["state"] != "county"} == set()
    assert levels.do(levels.t, "sync", "status")["unconfirmed"] == 0
    for where in (levels.v, levels.t, levels.c):
        levels.rows(where)


def test_the_county_has_the_same_rows_in_whatever_order_and_however_often_the_files_come(levels: Levels) -> None:
    within, beyond = levels.application("石守田"), levels.application("孙长福")
    levels.lap()
    for app in (within, beyond):
        levels.do(levels.t, "county", "accept", app)
    levels.do(levels.t, "county", "decide", within, "--grant", "--amount", "3000.00", "--reason", "突发重病")
    levels.do(levels.v, "visit", "add", "--household", levels.do(levels.v, "apply", "show", within)["household"], "--met", "self")
    village = levels.up(levels.v)
    levels.do(levels.t, "county", "import", village)
    stick = levels.up(levels.t)
    [bundle] = village.iterdir()
    carried = [path for path in stick.iterdir() if path.read_bytes() == bundle.read_bytes()]
    assert len(carried) == 1, "byte for byte"
    [own] = [path for path in stick.iterdir() if path not in carried]
    first = levels.rows(levels.c)
    orders = {"by the township": [stick], "straight from the village first": [bundle, stick], "twice, the township's own first": [own, own, stick, bundle, stick]}
    rows = {}
    for number, (name, files) in enumerate(orders.items()):
        copy = levels.base / f"county{number}"
        shutil.copytree(levels.c, copy)
        for file in files:
            got = levels.do(copy, "county", "import", file)["results"]
            assert {one["status"] for one in got} <= {"imported", "duplicate"}, got
        rows[name] = levels.rows(copy)
        assert [d["amount"] for d in levels.do(copy, "county", "show", within)["card"]["decisions"]] == [3000_00]
    assert first not in rows.values()
    assert len({str(sorted(one.items())) for one in rows.values()}) == 1


def test_a_village_decides_nothing_and_a_township_registers_no_computer(levels: Levels) -> None:
    app = levels.application("石守田")
    assert levels.do(levels.v, "county", "decide", app, "--grant", "--amount", "100.00", "--reason", "突发重病", code=4)["error"]["code"] == "XL-P07"
    code = levels.do(levels.v, "device", "code")["code"]
    refused = levels.do(levels.t, "county", "enrol", "--code", code, "--village", "999999001001", "--operator", "某人", "--out", levels.base / "x.xieli", code=4)
    assert refused["error"]["code"] == "XL-P03"
    assert not (levels.base / "x.xieli").exists()


def test_every_command_of_the_townships_chapter_does_what_it_says(paired: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/manual/09: 村, 镇 and 县 in turn, one stick, the township set up from nothing."""
    for name in ("v", "c", "state", "root"):
        shutil.copytree(paired / name, tmp_path / name)
    for name, value in {"XIELI_PASSPHRASE": PASS, "XIELI_KEYFILE_PASSPHRASE": PASS, "XIELI_STATE": str(tmp_path / "state")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    levels = Levels(tmp_path)
    app = levels.application("石守田")
    root = (paired / "root.txt").read_text(encoding="utf-8")
    said = {"〈U盘〉": str(levels.empty()), "〈根密钥的盘〉": str(tmp_path / "root"), "〈县里念的20位核对码〉": root, "〈编号〉": app}
    done = 0
    for block in manual_book.blocks(manual_book.BOOK / "09-镇里的电脑.md"):
        desk, _, how = block.how.partition(" ")
        monkeypatch.setenv("XIELI_WORKSPACE", str(tmp_path / {"村": "v", "镇": "t", "县": "c"}[desk]))
        for one in manual_book.commands(block):
            line = one.line
            for place, word in said.items():
                line = line.replace(place, word)
            levels.minute += 1
            monkeypatch.setenv("XIELI_NOW", DAY.format(10 + levels.minute // 60, levels.minute % 60))
            capsys.readouterr()
            code = main(shlex.split(line)[1:])
            out = capsys.readouterr()
            assert (code != 0) == (how == "出错"), (block.place, line, out)
            for piece in one.holds:
                assert piece in (out.err if how == "出错" else out.out), (block.place, line, out)
            done += 1
    assert done > 20
