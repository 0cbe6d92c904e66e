"""The commands of the village's daily work from the shell: what they print, what they refuse, with which exit code.

The workspace is opened without the wait of Argon2id (basekit.reopened); everything else is the command as it is.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from basekit import PASSPHRASE, Template, reopened
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.domain.clock import FixedClock

Run = Any


@pytest.fixture
def run(workspace: Path, village_template: Template, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    seeds = itertools.count(20261228)

    def quickly(folder: Path, *_given: object, **_more: object) -> Session:
        with contextlib.redirect_stdout(io.StringIO()):  # the seed it prints is no part of a command's document
            return reopened(village_template, folder, clock, next(seeds))

    monkeypatch.setattr("xieli_tui.casework.session.open_session", quickly)
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T09:00:00+08:00")
    monkeypatch.setenv("XIELI_WORKSPACE", str(workspace))

    def call(*args: str, code: int = 0) -> Any:
        assert main([*args, "--json"]) == code, args
        out = capsys.readouterr().out
        assert out.count("\n") == 1, "one JSON document"
        return json.loads(out)

    return call


@pytest.fixture
def said(run: Run, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """What a command prints for people, line by line."""

    def call(*args: str) -> list[str]:
        capsys.readouterr()
        assert main([*args]) == 0, args
        return capsys.readouterr().out.splitlines()

    return call


@pytest.fixture
def home(run: Run) -> tuple[str, str, str]:
    """(household, head, son)."""
    found = run("household", "add", "--head", "王秀英", "--set", "group=2组", "--set", "category=低保", "--head-set", "birth=1951-03-07")["id"]
    son = run("person", "add", "--household", found, "--name", "李建军", "--relation", "子", "--set", "birth=1978-05-01")["id"]
    head = next(one["person"] for one in run("household", "show", found)["members"] if one["relation_code"] == "02")
    return found, head, son


def test_line_mode_is_read_aloud_one_fact_after_another(run: Run, said: Callable[..., list[str]], home: tuple[str, str, str]) -> None:
    """No box, no column, no code where a word belongs, the id last; what is told to do next is a command that works."""
    house, head, _ = home
    run("person", "set", head, "--set", "id_no=999999195103070425", "--set", "phone=10000000001")
    visit = said("visit", "add", "--household", house, "--met", "本人", "--mark", "economy=3", "--note", "都好。", "--promise", "问清医疗救助", "--promise-on", "2026-12-29")
    assert len(visit) == 1
    assert re.fullmatch(r"已保存\(第\d+条\)", visit[0])
    assert said("flag", "add", "--household", house, "--cause", "因病", "--urgency", "急难")[1].startswith("请立即电话报告")
    flag = run("flag", "list")["flags"][0]["id"]
    app = run("apply", "start", "--household", house, "--kind", "急难型临时救助，低保", "--emergency")["id"]
    run("change", "add", "--household", house, "--kind", "住院")
    run("refer", "send", "--household", house, "--to", "残联", "--kind", "dis_living")
    run("service", "add", "--household", house, "--kind", "visit")
    spoken = [line for words in (
        ("today",), ("today", "--all"), ("visit", "plan"), ("household", "list"), ("household", "show", house), ("household", "duties", house), ("household", "chain", house),
        ("household", "answer", house), ("household", "assess", house), ("household", "category", house), ("person", "file", head), ("timeline", house), ("flag", "list"),
        ("flag", "show", flag), ("apply", "list"), ("apply", "show", app), ("apply", "missing", app), ("alert", "list"), ("change", "list"), ("refer", "list"), ("service", "list"),
        ("emergency", "list"), ("notice", "list"), ("policy", "screen", house), ("phones",), ("sync", "status"), ("backup", "list"),
    ) for line in said(*words)]
    for line in spoken:
        assert "  " not in line.removeprefix("  "), line
        assert not re.search("[\u2500-\u259f\x1b|]|，，|。，|temp_emergency|dis_living|，$", line), line
    everything = "\n".join(spoken)
    for piece in (
        "王秀英，2组，1951 年生，2 口人，低保（村台账登记），证件尾号 0425，编号 " + house, "成员：王秀英，户主，75 岁，证件尾号 0425，电话尾号 0001，编号 " + head,
        "2026-12-28，王秀英，急难型临时救助、低保，急难，协助填写，编号 " + app, "委托：还没有", "签字：李建军，子，核对授权还没有签", "答应的事：问清医疗救助，2026-12-29",
        f"  去办：xieli flag reported {flag} --answered-by 谁接的", f"  去办：xieli visit new --household {house}",
    ):
        assert piece in everything, piece
    full = said("household", "list", "--full", "--reason", "核对原件")[0]
    assert "证件 999999195103070425" in full
    refs = said("timeline", house, "--refs")
    ref = next(after.split()[-1] for line, after in itertools.pairwise(refs) if "走访：" in line)
    assert any("都好。" in line for line in said("entry", ref))
    done = [line.split("：", 1)[1] for line in said("today") if line.startswith("  去办：")]
    for way in done:
        words = way.split()[1:]
        if words[0] != "visit":  # asks questions; test_line_mode walks it
            said(*words)


def test_who_comes_who_leaves_and_what_the_chain_and_a_caller_are_told(run: Run, home: tuple[str, str, str]) -> None:
    house, head, son = home
    child = run("person", "come", house, "--how", "出生", "--relation", "孙子", "--name", "李小宝", "--birth", "2026-12-01", "--on", "2026-12-01")["id"]
    assert [one["kind"] for one in run("change", "list", "--open")["changes"]] == ["birth"]
    run("person", "come", house, "--how", "birth", "--relation", "孙子", code=4)
    run("person", "end", head, "--why", "去世", "--on", "1950-01-01", code=4)
    run("person", "end", head, "--why", "去世", "--new-head", son)
    assert [(one["name"], one["why"]) for one in run("household", "left", house)["left"]] == [("王秀英", "death")]
    assert child in {person for person, _ in run("household", "chain", house)["people"]}
    assert {one["type"] for one in run("household", "chain", house, "--person", child)["entries"]} >= {"person.added", "membership.started", "change.reported"}
    run("household", "chain", house, "--person", "nobody", code=5)
    told = run("household", "answer", house)
    assert not told["asked"]
    run("apply", "start", "--household", house, "--kind", "dibao")
    assert "现在在村里" in run("household", "answer", house)["said"][0]


def test_an_entry_is_read_whole_corrected_and_read_again_with_both_values_and_no_full_number(run: Run, home: tuple[str, str, str]) -> None:
    house, head, _ = home
    run("person", "set", head, "--set", "id_no=999999195103070425")
    run("visit", "add", "--household", house, "--met", "family")
    chain = run("household", "chain", house)["entries"]
    ref = next(one["ref"] for one in chain if one["type"] == "visit.recorded")
    run("correct", ref, "--set", "met=本人", "--reason", "见到的是本人")
    found = run("entry", ref)
    assert next((one["value"], one["first"]) for one in found["fields"] if one["name"] == "met") == ("本人", "家属")
    assert found["mends"][0]["reason"] == "见到的是本人"
    claim = next(one["ref"] for one in chain if one["type"] == "person.claimed")
    assert "19510307042" not in json.dumps(run("entry", claim), ensure_ascii=False)
    run("entry", "0" * 32, code=5)


def test_somebody_of_no_list_is_found_with_four_codes_listed_and_shown(run: Run) -> None:
    """M-23: never refused for 户籍."""
    made = run("flag", "add", "--cause", "走失", "--outsider", "过路人", "--place", "车站", "--urgency", "emergency", "--hukou-region", "999998", "--event-region", "999999001")
    [found] = run("flag", "list", "--open")["flags"]
    assert (found["id"], found["outsider"], found["regions"]) == (made["id"], True, [["户籍地", "999998"], ["发生地", "999999001"]])
    sent = run("refer", "send", "--flag", made["id"], "--to", "救助站", "--kind", "vagrant", "--due", "12-30")
    run("refer", "answer", sent["id"], "--result", "done")
    run("correct", found["ref"], "--set", "found_by=neighbour", "--reason", "听邻里说的")
    seen = run("flag", "show", made["id"])
    assert (seen["found_by"], [one["result"] for one in seen["referrals"]]) == ("邻里", ["已办理"])
    assert run("flag", "show", made["id"])["file"]["kind"] == "stranded"
    run("flag", "settle", made["id"], "--how", "helped")
    assert run("flag", "list", "--open")["flags"] == []
    run("flag", "add", "--cause", "走失", "--outsider", "过路人", "--place", "车站", "--live-region", "测试县", code=4)


def test_changes_referrals_and_services_go_in_and_are_listed(run: Run, home: tuple[str, str, str]) -> None:
    house, _, son = home
    made = run("change", "add", "--household", house, "--kind", "job", "--person", son, "--effect", "worse")
    assert [one["id"] for one in run("change", "list", "--open")["changes"]] == [made["id"]]
    sent = run("refer", "send", "--household", house, "--to", "人社", "--kind", "employment", "--person", son)
    assert (sent["due"], run("refer", "list", "--overdue")["referrals"]) == ("", [])
    assert run("refer", "answer", sent["id"][:30], "--result", "continuing")["state"] == "open"
    assert run("refer", "answer", sent["id"], "--result", "done")["state"] == "closed"
    assert {"id", "name"} <= set(run("refer", "departments", "--household", house)["departments"][0])
    run("service", "add", "--household", house, "--kind", "guidance", "--person", son)
    run("aid", "give", "--household", house, "--item", "棉被", "--quantity", "2", "--unit", "床")
    assert len(run("service", "list", "--household", house)["given"]) == 2
    run("loss", "add", "--household", house, "--amount", "800")
    run("encounter", "add", "--place", "客运站", "--action", "station")
    assert run("encounter", "list")["encounters"][0]["name"] == ""
    run("fraud", "add", "--household", house, "--text", "听说有门面")


def test_a_family_is_kept_up_from_the_shell(run: Run, home: tuple[str, str, str]) -> None:
    house, head, son = home
    run("person", "living", son, "--apart", "--reason", "外出务工")
    new = run("household", "split", house, "--head", son)["id"]
    assert [one["name"] for one in run("household", "show", new)["members"]] == ["李建军"]
    run("household", "move-in", house, "--person", son, "--relation", "子")
    run("household", "head", house, "--person", son)
    run("person", "end", head, "--why", "death")
    assert run("household", "show", house)["head"] == "李建军"
    run("household", "move-out", house)
    assert run("household", "show", house)["size"] == 0


def test_files_plans_and_assessments_are_read_from_the_shell(run: Run, home: tuple[str, str, str]) -> None:
    house, head, _ = home
    assert run("household", "assess", house, "--mark", "health=2", "--note", "health=高血压")["state"] == "partial"
    assert len(run("household", "assess", house)["missing"]) == 5
    assert len({one["category"] for one in run("household", "category", house)["six"]}) == 6
    assert "身份证号" in run("person", "file", head, "--missing")["missing"]
    assert [row["visit"] for row in run("visit", "plan")["plan"]] == ["care"]
    run("visit", "add", "--household", house, "--met", "self", "--house-safety", "risk")
    assert run("visit", "plan", "--group", "2")["plan"] == []
    assert [one["department"] for one in run("household", "follow", house)["offers"]] == ["housing"]
    flag = run("flag", "add", "--household", house, "--cause", "illness", "--urgency", "emergency")["id"]
    file = run("emergency", "list")["files"][0]["id"]
    run("emergency", "step", flag, "--step", "visited")
    assert run("emergency", "show", file)["flag"] == flag
    entry = next(one for one in run("timeline", house)["entries"] if one["type"] == "visit.recorded")
    run("correct", entry["ref"], "--set", "met=family", "--reason", "写错了")
    run("withdraw", entry["ref"], "--reason", "记错户")
    assert run("timeline", house)["entries"][0]["on"]


def test_what_cannot_be_exits_with_its_code_and_field(run: Run, home: tuple[str, str, str]) -> None:
    house, _, son = home
    for args, code, error, field in (
        (("change", "add", "--household", house, "--kind", "haircut"), 4, "XL-V08", "kind"), (("refer", "send", "--household", house, "--to", "moon", "--kind", "edu"), 4, "XL-V08", "department"),
        (("refer", "answer", "01a2ba29-none", "--result", "done"), 5, "XL-V45", "referral"), (("emergency", "show", "01a2ba29-none"), 5, "XL-V45", None),
        (("person", "living", son, "--apart"), 4, "XL-V06", "living_reason"), (("household", "split", house, "--head", "nobody"), 5, "XL-V41", "person"),
        (("notice", "post", "01a2ba29-none", "--kind", "review"), 5, "XL-V42", None), (("correct", "nonsense", "--set", "met=self", "--reason", "错"), 5, "XL-V45", "ref"),
        (("county", "complaint", "receive", "--channel", "phone", "--text", "反映"), 4, "XL-P07", None), (("county", "fraud", "list"), 4, "XL-P07", None),
        (("county", "platform", "link", house, "--no", "1"), 4, "XL-P07", None), (("household", "transfer", house, "--to", "999999001002"), 4, "XL-P07", None),
        (("county", "event", "open", "--kind", "fire", "--name", "山火"), 4, "XL-P07", None), (("county", "conference", "hold", "--member", "甲", "--result", "定"), 4, "XL-P07", None),
    ):
        found = run(*args, code=code)["error"]
        assert (found["code"], found.get("field")) == (error, field), args


def test_the_file_of_a_person_is_masked_unless_a_reason_is_given(run: Run, home: tuple[str, str, str]) -> None:
    _, head, _ = home
    run("person", "set", head, "--set", "id_no=999999195103070425")
    assert "0307" not in run("person", "file", head)["id_no"]
    assert run("person", "file", head, "--full", code=4)["error"]["code"] == "XL-V06"
    assert run("person", "file", head, "--full", "--reason", "核对户口簿")["id_no"] == "999999195103070425"


def test_a_number_is_one_sentence_and_who_it_is_made_of_is_told_only_when_asked(run: Run, said: Callable[..., list[str]]) -> None:
    home = run("household", "add", "--head", "石守田", "--set", "category=dibao")["id"]
    run("visit", "add", "--household", home, "--met", "self", "--on", "2026-12-20")
    found = run("count", "visits")
    assert (set(found), found["numbers"]["visits"]) == ({"id", "sentence", "since", "asof", "numbers"}, 1)
    assert run("count", "visits", "--who")["who"]["met"] == [home]
    lines = said("count", "visits", "--who")
    assert lines[0] == found["sentence"]
    assert "石守田" not in lines[0]
    assert any(line.startswith("见到人的走访 1") and "石守田" in line and home in line for line in lines[1:])
    assert run("count", "households", "--asof", "2026-12-27")["numbers"]["households"] == 0
    assert {one["id"] for one in run("count")["sentences"]} >= {"households", "visits", "alerts"}
