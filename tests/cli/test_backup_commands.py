"""`xieli backup restore` by hand: two steps, one JSON document, Chinese sentences, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from basekit import PASSPHRASE, Template, reopened
from xieli_sync.carriers import usb
from xieli_tui.casework import backup, households
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.domain.clock import FixedClock

Run = Any


@pytest.fixture
def copied(workspace: Path, village_template: Template, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """石守田 is in the copy, 李桂英 came a day later."""
    with reopened(village_template, workspace, clock) as session:
        add(session, "石守田")
        backup.create(session)
        clock.tick(days=1)
        add(session, "李桂英")
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-29T10:00:00+08:00")
    return workspace


def add(session: Session, head: str) -> None:
    households.add_household(session, households.AddHousehold(head, {}))


@pytest.fixture
def run(copied: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*args: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert main([*args, "-w", str(copied), "--json"]) == code, (args, capsys.readouterr())
        out = capsys.readouterr().out
        assert out.count("\n") == 1, "one JSON document"
        return json.loads(out)

    return call


def heads(run: Run) -> set[str]:
    return {one["head"] for one in run("household", "list")["households"]}


def test_without_yes_a_restore_says_what_it_would_mean_and_changes_nothing(run: Run, copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = run("backup", "restore")
    assert (seen["made"], seen["opens"], seen["today"], seen["missing"], seen["missing_unreceipted"]) == (
        "2026-12-28T09:00:00+08:00", "passphrase", "open", 3, 3)
    assert main(["backup", "restore", "-w", str(copied)]) == 0
    said = capsys.readouterr().out
    for part in ("2026-12-28 09:00", "比现在少", "只有现在这份里有的 3 条", "还没有动任何东西", "--yes", "不删"):
        assert part in said
    assert heads(run) == {"石守田", "李桂英"}


def test_with_yes_the_copy_is_the_workspace_and_the_old_one_lies_aside(run: Run, copied: Path) -> None:
    done = run("backup", "restore", "20261228-090000", "--yes")
    assert set(done) == {"made", "kind", "opens", "events", "unreceipted", "epoch", "aside"}
    assert Path(done["aside"]).is_dir()
    assert heads(run) == {"石守田"}
    assert run("store", "rebuild")["equal"] is True
    assert run("audit", "verify")["ok"] is True


def test_a_restore_asks_for_the_passphrase_and_for_a_copy_that_is_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("backup", "restore", "20200101-000000", code=5)["error"]["code"] == "XL-F05"
    monkeypatch.setenv("XIELI_PASSPHRASE", "0000 0000 0000 0000")
    assert run("backup", "restore", code=3)["error"]["code"] == "XL-L01"
    monkeypatch.delenv("XIELI_PASSPHRASE")
    assert run("backup", "restore", code=3)["error"]["code"] == "XL-L04"
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    assert heads(run) == {"石守田", "李桂英"}


def test_a_workspace_on_a_removable_drive_is_refused_at_init_at_open_and_at_a_restore(
    run: Run, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(usb, "removable_drives", lambda: [usb.Drive(tmp_path, "U", 1 << 30, 1 << 30, True)])
    for args in (("household", "list"), ("backup", "restore", "--yes")):
        assert run(*args, code=4)["error"]["code"] == "XL-L21"
    capsys.readouterr()
    new = tmp_path / "new"
    assert main(["init", "-w", str(new), "--village", "999999001002", "--village-name", "上坪村", "--operator", "陈秀兰", "--kdf", "floor"]) == 4
    said = capsys.readouterr().err
    assert "XL-L21" in said
    assert "资料不能放在U盘、移动硬盘上" in said
    assert not new.exists()


def test_doctor_says_what_the_contract_names_and_ends_with_six_when_something_is_damaged(
    run: Run, copied: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    whole = run("doctor")
    assert {"ok", "integrity", "chain", "events", "drafts", "unreceipted", "versions"} <= set(whole)
    assert (whole["ok"], whole["integrity"], whole["chain"], whole["findings"]) == (True, "ok", "ok", [])
    assert main(["doctor", "-w", str(copied)]) == 0
    assert "没有坏的" in capsys.readouterr().out
    data = bytearray((copied / "store.db").read_bytes())
    data[-2000] ^= 4
    (copied / "store.db").write_bytes(data)
    hurt = run("doctor", code=6)
    assert (hurt["ok"], hurt["integrity"], hurt["events"]) == (False, "damaged", None)
    assert main(["doctor", "-w", str(copied)]) == 6
    said = capsys.readouterr().out
    assert "XL-L06" in said
    assert "xieli backup restore 20261228-090000" in said
    run("backup", "restore", "20261228-090000", "--yes")
    assert run("doctor")["ok"] is True
