"""`xieli passphrase` as it is typed: shapes, exit codes, where a new passphrase may come from, and that a change opens no store."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from basekit import PASSPHRASE
from xieli_tui.cli.main import main
from xieli_tui.store import workspace as rooms

SECOND, THIRD = "5555 6666 7777 8888", "0123 4567 8901 2345"


class Hand:
    """Commands with --json over one workspace."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.patch = folder, capsys, patch
        patch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
        patch.setenv("XIELI_NOW", "2026-12-28T09:00:00+08:00")

    def run(self, *args: str, code: int = 0, new: str = "", old: str = "") -> Any:
        """The one document a command prints; `err` is what it said beside."""
        with self.patch.context() as patch:
            if new:
                patch.setenv("XIELI_NEW_PASSPHRASE", new)
            if old:
                patch.setenv("XIELI_PASSPHRASE", old)
            got = main(["passphrase", *args, "-w", str(self.folder), "--json"])
        out = self.capsys.readouterr()
        self.err = out.err
        assert got == code, (args, got, out)
        return json.loads(out.out)

    def store(self) -> dict[str, str]:
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in self.folder.glob("store.db*")}


@pytest.fixture
def hand(workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hand:
    return Hand(workspace, capsys, monkeypatch)


def test_two_operators_by_hand_from_the_first_to_the_last_command(hand: Hand) -> None:
    added = hand.run("add-operator", "--name", "李建国", "--post", "会计", "--kdf", "floor", new=SECOND)
    assert (added["operator"], added["name"], added["replaced"]) == ("2", "李建国", False)
    listed = hand.run("list", old=SECOND)
    assert listed["old_keys"] is False
    assert [{key: one[key] for key in ("operator", "name", "since", "current")} for one in listed["operators"]] == [
        {"operator": "1", "name": "陈秀兰", "since": "2026-12-28", "current": False}, {"operator": "2", "name": "李建国", "since": "2026-12-28", "current": True},
    ]
    before = hand.store()
    assert hand.run("change", "--kdf", "floor", old=SECOND, new=THIRD) == {"operator": "2", "generation": 3, "left": []}
    assert hand.store() == before
    assert hand.run("list", old=SECOND, code=3)["error"]["code"] == "XL-L01"
    assert hand.run("add-operator", "--operator", "2", "--kdf", "floor", new=SECOND)["replaced"] is True
    taken = hand.run("remove-operator", "2", "--on", "12-27")
    assert (taken["operator"], taken["ended"], taken["had"]) == ("2", "2026-12-27", True)
    assert hand.run("list", old=SECOND, code=3)["error"]["code"] == "XL-L01"
    assert [(one["operator"], one["ended"], one["passphrase"]) for one in hand.run("list")["operators"]] == [("1", "", True), ("2", "2026-12-27", False)]


def test_a_new_passphrase_comes_from_a_file_also_one_that_notepad_wrote(hand: Hand, tmp_path: Path) -> None:
    note = tmp_path / "new.txt"
    note.write_bytes(b"\xef\xbb\xbf" + SECOND.encode() + b"\r\n")
    hand.run("change", "--new-passphrase-file", str(note), "--kdf", "floor")
    old = tmp_path / "old.txt"
    old.write_bytes(b"\xef\xbb\xbf" + SECOND.encode() + b"\r\n")
    assert hand.run("list", "--passphrase-file", str(old))["operators"][0]["current"]
    note.write_bytes("口令".encode("utf-16"))
    assert hand.run("change", "--new-passphrase-file", str(note), code=4, old=SECOND)["error"]["code"] == "XL-F06"
    assert hand.run("change", "--new-passphrase-file", str(tmp_path), code=4, old=SECOND)["error"]["code"] == "XL-F01"


def test_nobody_is_asked_where_nobody_sits_and_the_sentence_says_where_to_put_it(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    for command in (["change"], ["add-operator", "--name", "李建国"]):
        said = hand.run(*command, code=3)["error"]
        assert said["code"] == "XL-L04"
        assert "XIELI_NEW_PASSPHRASE" in said["next_step"]
        assert "--new-passphrase-file" in said["next_step"]


@pytest.mark.parametrize("command", [("change",), ("add-operator", "--name", "李建国")])
def test_sixteen_digits_are_offered_on_a_terminal_asked_twice_and_one_slip_changes_nothing(hand: Hand, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    before, answers, prompts = rooms.keys_path(hand.folder).read_bytes(), [SECOND, SECOND[:-1] + "9"], []
    monkeypatch.setattr("getpass.getpass", lambda prompt: prompts.append(prompt) or answers.pop(0))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    said = hand.run(*command, code=3)["error"]
    assert said["what"].endswith("两遍不一样")
    whom = "2 号 李建国，请本人自己输。" if command[0] == "add-operator" else ""
    assert prompts == [f"{whom}新口令: ", "再输一遍新口令: "]
    offered = hand.err.partition("给您备好一个：")[2][:19]
    assert [len(group) for group in offered.split()] == [4, 4, 4, 4]
    assert rooms.keys_path(hand.folder).read_bytes() == before
    answers[:] = [offered, offered.replace(" ", "")]
    hand.run(*command, "--kdf", "floor")


def test_who_is_meant_is_looked_up_before_anybody_types_a_passphrase(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: pytest.fail("it asked"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    for more in ((), ("--operator", "9"), ("--operator", "1"), ("--name", "陈秀兰")):
        assert hand.run("add-operator", *more, code=4)["error"]["field"] in ("name", "operator")


def test_first_use_offers_digits_too_and_refuses_what_no_unlock_page_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "石桥村二〇二六年用的口令")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    args = ["init", "-w", str(tmp_path / "v"), "--village", "999999001001", "--village-name", "上坪村", "--operator", "陈秀兰", "--kdf", "floor"]
    assert main(args) == 4
    err = capsys.readouterr().err
    assert "给您备好一个：" in err
    assert "汉字解锁时打不进去" in err
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize(("args", "new", "code", "exit_code"), [
    (("change",), "short", "XL-V09", 4), (("change",), PASSPHRASE, "XL-V11", 4), (("change", "--kdf", "weak"), THIRD, "XL-V08", 4), (("add-operator",), SECOND, "XL-V06", 4),
    (("add-operator", "--name", "李建国"), PASSPHRASE, "XL-V11", 4), (("remove-operator", "1"), "", "XL-V11", 4), (("remove-operator", "7"), "", "XL-V11", 4),
])
def test_what_may_not_be_is_refused_with_its_code_and_changes_nothing(hand: Hand, args: tuple[str, ...], new: str, code: str, exit_code: int) -> None:
    before = rooms.keys_path(hand.folder).read_bytes()
    assert hand.run(*args, code=exit_code, new=new)["error"]["code"] == code
    assert rooms.keys_path(hand.folder).read_bytes() == before


def test_no_workspace_is_said_before_anything_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: pytest.fail("it asked"))
    assert main(["passphrase", "change", "-w", str(tmp_path / "none"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "XL-L02"
    assert not (tmp_path / "none").exists()


def test_an_older_key_file_is_said_beside_every_answer_and_never_in_it(hand: Hand) -> None:
    old = rooms.keys_path(hand.folder).read_bytes()
    hand.run("add-operator", "--name", "李建国", "--kdf", "floor", new=SECOND)
    hand.run("list")
    assert hand.err == ""
    rooms.keys_path(hand.folder).write_bytes(old)
    listed = hand.run("list")
    assert listed["old_keys"] is True
    assert hand.err.startswith("注意：旧钥匙文件")
    assert [one["passphrase"] for one in listed["operators"]] == [True, False]
