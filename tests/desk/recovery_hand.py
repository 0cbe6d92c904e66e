"""A county with officers and a laptop it enrolled, worked by the commands alone: what the recovery tests stand on. Made once, copied for each test."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from xieli_tui.cli.main import main

PASSPHRASE = "1111 2222 3333 4444"
KEYS = "9999 8888 7777 6666"
NEW = "5555 6666 7777 8888"
VILLAGE = "999999001001"
NAMES = ("王芳", "李明", "赵强")
DAY = "2026-12-28"


@contextmanager
def env(**values: str) -> Iterator[None]:
    """These variables, and afterwards the ones before."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Hand:
    """Runs commands and reads their one JSON document. `c` is the county, `v` the laptop, `k0` … the officers' key files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stick = folder / "stick"
        self.moment = f"{DAY}T09:00:00+08:00"
        self.new = NEW

    def run(self, *args: object, code: int = 0, w: str = "c", passphrase: str = PASSPHRASE) -> Any:
        out, err = io.StringIO(), io.StringIO()
        given = {
            "XIELI_PASSPHRASE": passphrase, "XIELI_KEYFILE_PASSPHRASE": KEYS, "XIELI_NEW_PASSPHRASE": self.new, "XIELI_NOW": self.moment,
            "XIELI_STATE": str(self.folder / "state"),
        }
        with env(**given), redirect_stdout(out), redirect_stderr(err):
            got = main([str(arg) for arg in args] + ["-w", str(self.folder / w), "--json"])
        assert got == code, (args, got, out.getvalue(), err.getvalue())
        assert "Traceback" not in err.getvalue()
        return json.loads(out.getvalue())

    def refused(self, *args: object, w: str = "c", passphrase: str = PASSPHRASE) -> tuple[str, int]:
        """(code, exit code) of a command that must not go through."""
        out, err = io.StringIO(), io.StringIO()
        given = {
            "XIELI_PASSPHRASE": passphrase, "XIELI_KEYFILE_PASSPHRASE": KEYS, "XIELI_NEW_PASSPHRASE": self.new, "XIELI_NOW": self.moment,
            "XIELI_STATE": str(self.folder / "state"),
        }
        with env(**given), redirect_stdout(out), redirect_stderr(err):
            got = main([str(arg) for arg in args] + ["-w", str(self.folder / w), "--json"])
        assert got != 0, (args, out.getvalue())
        assert "Traceback" not in err.getvalue()
        return json.loads(out.getvalue())["error"]["code"], got

    def fresh(self) -> Path:
        """An empty folder of the stick."""
        to = self.stick / f"{len(list(self.stick.iterdir()))}"
        to.mkdir(parents=True)
        return to

    def send(self) -> None:
        """The county's return, taken in by the laptop."""
        to = self.fresh()
        if self.run("county", "send", "--to", to)["files"]:
            self.run("sync", "import", to, w="v")

    def up(self) -> None:
        """The laptop's entries, taken in by the county."""
        to = self.fresh()
        self.run("sync", "export", "--to", to, w="v")
        self.run("county", "import", to)

    def officer(self, at: int) -> Path:
        return self.folder / f"k{at}"

    def add(self, at: int) -> Any:
        return self.run("recovery", "officers", "add", "--name", NAMES[at], "--out", self.officer(at), "--root", self.folder / "root")

    def ask(self) -> Any:
        return self.run("recovery", "request", "--out", self.fresh() / "r.json", w="v")

    def answer(self, asked: Any, at: int) -> Path:
        out = self.fresh() / "a.json"
        self.run("recovery", "answer", asked["file"], "--officer", self.officer(at), "--out", out, "--fingerprint", asked["fingerprint"])
        return out

    def finish(self, *answers: Path) -> Any:
        return self.run("recovery", "finish", *answers, "--kdf", "floor", w="v")

    def slots(self) -> list[dict[str, Any]]:
        return [slot for slot in json.loads((self.folder / "v" / "keys.json").read_text())["slots"] if slot["type"] == "recovery"]


def make(folder: Path) -> Hand:
    """County, laptop, one family, two visits; three officers' keys made, the first two in force and known to the laptop."""
    hand = Hand(folder)
    hand.stick.mkdir(parents=True)
    county = hand.run("county", "init", "--county", "999999", "--name", "测试县", "--operator", "周敏", "--root-out", folder / "root", "--kdf", "floor")
    made = hand.run("init", "--village", VILLAGE, "--village-name", "石桥村", "--operator", "陈秀兰", "--kdf", "floor", w="v")
    hand.run("county", "enrol", "--code", made["enrol_code"], "--village", f"{VILLAGE}=石桥村", "--operator", "陈秀兰", "--out", folder / "g.xieli")
    hand.run("device", "enrol", folder / "g.xieli", "--root-fingerprint", county["root_fingerprint"], w="v")
    home = hand.run("household", "add", "--head", "石守田", "--set", "group=一组", w="v")["id"]
    hand.run("visit", "add", "--household", home, "--met", "self", "--note", "忘口令以前记的", w="v")
    hand.add(0)
    hand.add(1)
    hand.send()
    return hand


def copy(made: Hand, folder: Path) -> Hand:
    """The same places for one test."""
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    return Hand(folder)
