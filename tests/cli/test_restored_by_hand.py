"""A county desk put back from yesterday's copy, and a laptop from last week's, by the commands of design 08: with a township and without one."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from pathlib import Path

import pytest
from test_road_by_hand import Road, call, handed_over, made, road
from test_three_levels import Levels, joined, levels, paired

from xieli_tui.cli.main import main

__all__ = ["joined", "levels", "made", "paired", "road"]


def at(day: int, hour: int) -> None:
    os.environ["XIELI_NOW"] = f"2026-12-{day}T{hour:02d}:00:00+08:00"


def hand_in(road: Road, stick: Path) -> list[str]:
    """Export, import; the kinds on the stick."""
    stick.mkdir()
    call("sync", "export", "-w", road.village, "--to", stick)
    files = sorted(stick.iterdir())
    if files:
        assert {one["status"] for one in call("county", "import", "-w", road.county, stick)["results"]} == {"imported"}
    return sorted(call("sync", "inspect", file)["core"]["kind"] for file in files)


def bring_home(road: Road, stick: Path) -> int:
    """Send, import; how many files."""
    stick.mkdir()
    call("county", "send", "-w", road.county, "--to", stick)
    files = list(stick.iterdir())
    if files:
        call("sync", "import", "-w", road.village, stick)
    return len(files)


def spoken(*args: object) -> str:
    """What a command says to people."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([str(a) for a in args]) == 0
    return out.getvalue()


def decide(road: Road, app: str, amount: str) -> None:
    call("county", "accept", "-w", road.county, app)
    call("county", "decide", "-w", road.county, app, "--grant", "--amount", amount, "--reason", "突发重病")


def amounts(road: Road, app: str) -> list[int]:
    return [d["amount"] for d in call("county", "show", "-w", road.county, app)["card"]["decisions"]]


def test_a_county_without_townships_put_back_from_yesterday_has_everything_again(road: Road, tmp_path: Path) -> None:
    household = call("household", "add", "-w", road.village, "--head", "石守田")["id"]
    yesterday = handed_over(road, household)
    hand_in(road, tmp_path / "u1")
    decide(road, yesterday, "800.00")
    bring_home(road, tmp_path / "b1")
    hand_in(road, tmp_path / "u2")
    shutil.copytree(road.county, tmp_path / "backup")
    at(29, 9)
    call("visit", "add", "-w", road.village, "--household", household, "--met", "self", "--note", "今天的走访")
    today = handed_over(road, call("household", "add", "-w", road.village, "--head", "孙长福")["id"])
    hand_in(road, tmp_path / "u3")
    decide(road, today, "1200.00")
    bring_home(road, tmp_path / "b2")
    hand_in(road, tmp_path / "u4")
    before = call("timeline", "-w", road.county, household)["entries"]

    at(30, 9)
    shutil.rmtree(road.county)
    shutil.copytree(tmp_path / "backup", road.county)
    (tmp_path / "empty").mkdir()
    refused = call("county", "send", "-w", road.county, "--to", tmp_path / "empty", code=6)["error"]
    assert refused["code"] == "XL-C03"
    assert refused["next_step"] == "请带上根密钥文件，运行 xieli county reopen --root 文件夹，再回传"
    assert list((tmp_path / "empty").iterdir()) == []
    nowhere = call("county", "reopen", "-w", road.county, "--root", tmp_path / "empty", code=4)["error"]
    assert nowhere["code"] == "XL-K09"
    again = call("county", "reopen", "-w", road.county, "--root", road.roster.parent / "c-root")
    assert (again["gen"], again["devices"]) == (2, 1)
    assert len(again["ep"]) == 16
    assert bring_home(road, tmp_path / "b3") == 1
    plain = spoken("sync", "export", "-w", road.village, "--to", tmp_path / "empty")
    assert sum("以前的回传，还给上面" in line for line in plain.splitlines()) == 1
    assert "成功" not in plain
    assert hand_in(road, tmp_path / "u5") == ["changes", "echo"], "until it is acknowledged"
    assert (amounts(road, yesterday), amounts(road, today)) == ([800_00], [1200_00])
    after = call("timeline", "-w", road.county, household)["entries"]
    assert after == before
    for number in range(6, 9):
        if (hand_in(road, tmp_path / f"u{number}"), bring_home(road, tmp_path / f"b{number}")) == ([], 0):
            break
    else:
        pytest.fail("never idle")
    status = call("sync", "status", "-w", road.village)
    assert (status["unconfirmed"], status["alarms"]) == (0, [])
    assert call("sync", "status", "-w", road.county)["alarms"] == []
    for folder in (road.village, road.county):
        assert call("store", "rebuild", "-w", folder)["equal"] is True


def test_a_county_with_a_township_put_back_from_yesterday_has_everything_again(levels: Levels, paired: Path) -> None:
    first, second = levels.application("石守田"), levels.application("孙长福")
    levels.lap()
    shutil.copytree(levels.c, levels.base / "backup")
    levels.do(levels.t, "county", "accept", first)
    levels.do(levels.t, "county", "decide", first, "--grant", "--amount", "3000.00", "--reason", "突发重病")
    levels.do(levels.c, "county", "accept", second)
    levels.do(levels.c, "county", "decide", second, "--grant", "--amount", "3000.01", "--reason", "突发重病")
    levels.lap()
    shutil.rmtree(levels.c)
    shutil.copytree(levels.base / "backup", levels.c)
    assert levels.do(levels.c, "county", "show", second)["card"]["decisions"] == []
    assert levels.do(levels.c, "county", "send", "--to", levels.empty(), code=6)["error"]["code"] == "XL-C03"
    assert levels.do(levels.c, "county", "reopen", "--root", paired / "root")["gen"] == 2
    for _ in range(3):  # told of the new generation, everything handed in again and given back, signed for
        levels.lap()
    for app, amount in ((first, 3000_00), (second, 3000_01)):
        for where in (levels.c, levels.t):
            assert [d["amount"] for d in levels.do(where, "county", "show", app)["card"]["decisions"]] == [amount]
        assert levels.do(levels.v, "apply", "show", app)["state"] == "decided_granted"
    assert levels.do(levels.v, "sync", "status")["unconfirmed"] == 0
    for where in (levels.v, levels.t, levels.c):
        levels.rows(where)


def test_a_laptop_copied_back_to_last_week_goes_on_and_nothing_is_lost(road: Road, tmp_path: Path) -> None:
    household = call("household", "add", "-w", road.village, "--head", "石守田")["id"]
    call("visit", "add", "-w", road.village, "--household", household, "--met", "self", "--note", "上周")
    hand_in(road, tmp_path / "u1")
    bring_home(road, tmp_path / "b1")
    shutil.copytree(road.village, tmp_path / "lastweek")
    at(30, 9)
    call("visit", "add", "-w", road.village, "--household", household, "--met", "self", "--note", "这周")
    hand_in(road, tmp_path / "u2")
    bring_home(road, tmp_path / "b2")
    at(31, 9)
    shutil.rmtree(road.village)
    shutil.copytree(tmp_path / "lastweek", road.village)
    call("visit", "add", "-w", road.village, "--household", household, "--met", "self", "--note", "复制回来以后")
    for number in range(3, 8):
        if (hand_in(road, tmp_path / f"u{number}"), bring_home(road, tmp_path / f"b{number}")) == ([], 0):
            break
    else:
        pytest.fail("never idle")
    for folder in (road.village, road.county):
        entries = call("timeline", "-w", folder, household)["entries"]
        assert len([e for e in entries if e["type"] == "visit.recorded"]) == 3, entries
        assert call("store", "rebuild", "-w", folder)["equal"] is True
        assert call("sync", "status", "-w", folder)["alarms"] == []
    assert call("sync", "status", "-w", road.village)["unconfirmed"] == 0
