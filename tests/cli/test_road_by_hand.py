"""The road of the issue by the commands of design 08, in two workspaces, as a user types them.

Run in this process through `main()`, which is what the console script calls; one test starts the real script. Every `--json` output is parsed as
exactly one document.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rosterkit import township_book, write_book
from xieli_tui.cli.main import main

Run = Callable[..., Any]
PASS = "correct-horse-battery"


@dataclass(frozen=True)
class Road:
    """Two workspaces joined by a grant, the roster imported."""

    village: Path
    county: Path
    state: Path
    root: str
    roster: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """init, county init, enrolment both ways, roster import: once, then copied for each test."""
    base = tmp_path_factory.mktemp("road")
    saved = dict(os.environ)
    os.environ.update(XIELI_PASSPHRASE=PASS, XIELI_KEYFILE_PASSPHRASE=PASS, XIELI_STATE=str(base / "state"), XIELI_NOW="2026-12-28T09:00:00+08:00")
    os.environ.pop("XIELI_WORKSPACE", None)
    try:
        village, county, grant = base / "v", base / "c", base / "grant.xieli"
        first = call("init", "-w", village, "--village", "999999001001", "--village-name", "上坪村", "--operator", "王小兰", "--kdf", "floor")
        desk = call("county", "init", "-w", county, "--county", "999999", "--name", "测试县", "--operator", "李县办", "--kdf", "floor")
        done = call(
            "county", "enrol", "-w", county, "--code", first["enrol_code"], "--village", "999999001001=上坪村", "--operator", "王小兰", "--out", grant
        )
        assert done["fingerprint"] == first["fingerprint"]
        wrong = call("device", "enrol", "-w", village, grant, "--root-fingerprint", "0000 0000 0000 0000 0000", code=4)
        assert wrong["error"]["code"] == "XL-K07"
        home = call("device", "enrol", "-w", village, grant, "--root-fingerprint", desk["root_fingerprint"])
        assert home["net"] == desk["net"]
        assert home["scope"] == ["999999001001"]
        roster = write_book(base / "台账.xlsx", township_book())
        yield Road(village, county, base / "state", desk["root_fingerprint"], roster)
    finally:
        os.environ.clear()
        os.environ.update(saved)


def call(*args: object, code: int = 0) -> Any:
    """Run one command with --json in this process; the parsed document."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        got = main([*(str(a) for a in args), "--json"])
    assert got == code, (args, got, out.getvalue()[-2000:], err.getvalue()[-2000:])
    document = json.loads(out.getvalue())
    if code:
        assert document["error"]["code"] in err.getvalue() if "error" in document else True
    return document


@pytest.fixture
def road(made: Road, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Road:
    """A copy of the joined workspaces with their own state folder."""
    for name, source in (("v", made.village), ("c", made.county), ("state", made.state)):
        shutil.copytree(source, tmp_path / name)
    for name, value in {"XIELI_PASSPHRASE": PASS, "XIELI_KEYFILE_PASSPHRASE": PASS, "XIELI_NOW": "2026-12-28T09:00:00+08:00"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "state"))
    return Road(tmp_path / "v", tmp_path / "c", tmp_path / "state", made.root, made.roster)


def first_household(road: Road) -> str:
    call("roster", "import", "-w", road.village, road.roster)
    return str(call("household", "list", "-w", road.village, "--limit", "1")["households"][0]["id"])


def handed_over(road: Road, household: str) -> str:
    """An emergency application, entrusted and handed over."""
    app = call("apply", "start", "-w", road.village, "--household", household, "--kind", "temp_emergency", "--emergency")
    assert app["kinds"] == ["temp_emergency"]
    call("apply", "entrust", "-w", road.village, app["id"], "--by", "本人")
    for member in call("household", "show", "-w", road.village, household)["members"]:
        if member["age"] is None or member["age"] >= 18:
            call("apply", "consent", "-w", road.village, app["id"], "--person", member["person"], "--until", "2027-12-31")
    call("apply", "commit", "-w", road.village, app["id"])
    call("apply", "kin", "-w", road.village, app["id"], "--none")
    call("apply", "hand-over", "-w", road.village, app["id"])
    return str(app["id"])


def test_the_whole_road_ends_with_the_decision_at_home_and_nothing_unreceipted(road: Road, tmp_path: Path) -> None:
    """JM-24: one package goes out with the whole application, its state comes back."""
    household = first_household(road)
    visit = call("visit", "add", "-w", road.village, "--household", household, "--met", "self", "--mark", "economy=2", "--change", "illness")
    assert visit["seq"] > 100
    flag = call("flag", "add", "-w", road.village, "--household", household, "--cause", "illness", "--urgency", "emergency")
    call("flag", "reported", "-w", road.village, flag["id"], "--answered-by", "刘芳")
    app = handed_over(road, household)
    usb, back = tmp_path / "usb", tmp_path / "back"
    usb.mkdir()
    back.mkdir()
    done = call("sync", "export", "-w", road.village, "--to", usb)
    assert len(done["files"]) == 1
    file = Path(done["files"][0]["path"])
    look = call("sync", "inspect", file)
    assert look["code"] in (None, "")
    assert look["trailer_ok"] is True
    for secret in ("上坪村", "999999001001", "王小兰", "测试"):
        assert secret not in json.dumps(look, ensure_ascii=False)
        assert secret.encode() not in file.read_bytes()
    assert call("sync", "verify", file, "--root-fingerprint", road.root)["ok"] is True

    dry = call("county", "import", "-w", road.county, file, "--dry-run")["results"][0]
    assert (dry["status"], dry["new"]) == ("imported", done["files"][0]["events"])
    assert call("county", "queue", "-w", road.county)["items"] == [], "a dry run writes nothing"
    assert call("county", "import", "-w", road.county, usb)["results"][0]["status"] == "imported"
    again = call("county", "import", "-w", road.county, usb)["results"][0]
    assert (again["status"], again["code"], again["new"]) == ("duplicate", "XL-D01", 0)

    items = call("county", "queue", "-w", road.county)["items"]
    assert items[0]["emergency"] is True
    assert {i["kind"] for i in items} >= {"application", "flag"}
    call("county", "accept", "-w", road.county, app)
    decided = call("county", "decide", "-w", road.county, app, "--grant", "--amount", "800.00", "--reason", "突发重病")
    assert decided["seq"] > 0
    assert len(call("county", "send", "-w", road.county, "--to", back)["files"]) == 1
    home = call("sync", "import", "-w", road.village, back)["results"][0]
    assert home["status"] == "imported"
    assert home["receipts"] >= 1
    assert home["rulings"] >= 2
    status = call("sync", "status", "-w", road.village)
    assert status["unconfirmed"] == 0
    assert status["confirmed"] == status["events"]
    entries = call("timeline", "-w", road.village, household)["entries"]
    assert any("800.00" in e["summary"] for e in entries)
    assert {e["state"] for e in entries} == {"county"}
    tasks = call("today", "-w", road.village)["tasks"]
    assert "decision_back" in {t["task"] for t in tasks}
    for folder in (road.village, road.county):
        assert call("store", "rebuild", "-w", folder)["equal"] is True


def test_the_road_falls_idle_on_both_sides(road: Road, tmp_path: Path) -> None:
    household = first_household(road)
    call("visit", "add", "-w", road.village, "--household", household, "--met", "none")
    for round_ in range(4):
        usb, back = tmp_path / f"u{round_}", tmp_path / f"b{round_}"
        usb.mkdir()
        back.mkdir()
        out = call("sync", "export", "-w", road.village, "--to", usb)["files"]
        if out:
            call("county", "import", "-w", road.county, usb)
        sent = call("county", "send", "-w", road.county, "--to", back)["files"]
        if sent:
            call("sync", "import", "-w", road.village, back)
        if not out and not sent:
            return
    pytest.fail("four rounds and still something to say")


def test_one_flipped_byte_and_a_cut_file_are_refused_and_nothing_is_imported(road: Road, tmp_path: Path) -> None:
    first_household(road)
    usb = tmp_path / "usb"
    usb.mkdir()
    file = Path(call("sync", "export", "-w", road.village, "--to", usb)["files"][0]["path"])
    whole = file.read_bytes()
    before = call("store", "rebuild", "-w", road.county)["after"]
    bad = bytearray(whole)
    bad[len(bad) // 2] ^= 1
    for name, data in (("flip.xieli", bytes(bad)), ("cut.xieli", whole[:300]), ("text.xieli", whole.replace(b"\r\n", b"\n"))):
        path = tmp_path / name
        path.write_bytes(data)
        got = call("county", "import", "-w", road.county, path, code=4)["results"][0]
        assert got["status"] == "refused"
        assert got["code"].startswith("XL-B")
        assert got["new"] == 0
    assert call("store", "rebuild", "-w", road.county)["after"] == before


@pytest.mark.parametrize(
    ("args", "exit_code", "error"),
    [
        (("visit", "add", "--household", "00000000-0000-7000-8000-000000000000", "--met", "self"), 5, "XL-V40"),
        (("household", "show", "00000000-0000-7000-8000-000000000000"), 5, "XL-V40"),
        (("apply", "show", "00000000-0000-7000-8000-000000000000"), 5, "XL-V42"),
        (("visit", "add", "--household", "{H}", "--met", "self", "--on", "2026-02-30"), 4, "XL-V02"),
        (("visit", "add", "--household", "{H}", "--met", "self", "--on", "哪天"), 4, "XL-V01"),
        (("visit", "add", "--household", "{H}", "--met", "self", "--on", "2027-05-01"), 4, "XL-V13"),
        (("visit", "add", "--household", "{H}", "--met", "someone"), 4, "XL-V08"),
        (("roster", "import", "{TMP}"), 4, "XL-F01"),
        (("roster", "import", "{TMP}/nothing.xlsx"), 5, "XL-F05"),
        (("sync", "export", "--to", "{TMP}/a-file"), 4, "XL-F07"),
        (("sync", "export", "--to", "{TMP}/no-such-folder"), 5, "XL-F05"),
        (("county", "accept", "00000000-0000-7000-8000-000000000000"), 4, "XL-P07"),
        (("informed", "add", "--household", "{H}", "--kind", "dibao", "--answer", "unwilling"), 4, "XL-V06"),
    ],
)
def test_bad_input_ends_in_a_code_an_exit_and_a_chinese_sentence(road: Road, tmp_path: Path, args: tuple[str, ...], exit_code: int, error: str) -> None:
    household = first_household(road) if any("{H}" in a for a in args) else ""
    (tmp_path / "a-file").write_text("a file where a folder is wanted")
    words = [a.replace("{H}", household).replace("{TMP}", str(tmp_path)) for a in args]
    group = words[:2] if words[0] not in ("today", "timeline") else words[:1]
    got = call(*group, "-w", road.village, *words[len(group) :], code=exit_code)
    assert got["error"]["code"].startswith(error)
    assert got["error"]["what"]
    assert got["error"]["next_step"]


def test_hand_over_without_entrustment_is_refused_and_names_what_is_missing(road: Road) -> None:
    household = first_household(road)
    app = call("apply", "start", "-w", road.village, "--household", household, "--kind", "dibao")
    got = call("apply", "hand-over", "-w", road.village, app["id"], code=4)["error"]
    assert got["code"] == "XL-P01"
    assert "entrust" in json.dumps(got["missing"])
    assert call("apply", "show", "-w", road.village, app["id"])["handed_over"] == ""


def test_a_wrong_passphrase_is_locked_and_says_so_without_a_traceback(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", "not-the-passphrase")
    assert call("today", "-w", road.village, code=3)["error"]["code"] == "XL-L01"


def test_the_real_script_prints_one_document_and_the_sentence_on_stderr(road: Road) -> None:
    env = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "xieli_tui", "household", "show", "-w", str(road.village), "nobody", "--json"],
        capture_output=True, text=True, check=False, env=env, encoding="utf-8",
    )
    assert done.returncode == 5
    assert json.loads(done.stdout)["error"]["code"] == "XL-V40"
    assert done.stderr.startswith("错误 XL-V40：")
    assert "Traceback" not in done.stderr


def test_identity_numbers_are_masked_unless_asked_for_with_a_reason(road: Road) -> None:
    household = first_household(road)
    shown = json.dumps(call("household", "show", "-w", road.village, household), ensure_ascii=False)
    full = call("household", "show", "-w", road.village, household, "--full", "--reason", "核对原件")
    number = next(m["id_no"] for m in full["members"] if m["id_no"])
    assert len(number) >= 15
    assert number not in shown
    assert call("household", "show", "-w", road.village, household, "--full", code=4)["error"]["field"] == "reason"


def test_visits_from_a_file_are_acknowledged_line_by_line(road: Road, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    household = first_household(road)
    lines = tmp_path / "visits.jsonl"
    lines.write_text("\n".join(json.dumps({"household": household, "met": "self", "note": f"第{i}次"}) for i in range(5)), encoding="utf-8")
    capsys.readouterr()
    assert main(["visit", "add", "-w", str(road.village), "--from-jsonl", str(lines)]) == 0
    got = [json.loads(x) for x in capsys.readouterr().out.splitlines()]
    assert len(got) == 5
    assert [g["seq"] for g in got] == list(range(got[0]["seq"], got[0]["seq"] + 5))


def test_the_trust_list_is_laid_down_once_and_names_no_village(road: Road, tmp_path: Path) -> None:
    out = tmp_path / "trust.json"
    assert call("county", "trust", "export", "-w", road.county, "--out", out)["devices"] == 1
    text = out.read_text(encoding="utf-8")
    assert json.loads(text)["devices"][0]["role"] == "village"
    assert "上坪村" not in text
    assert "999999001001" not in text
    assert call("county", "trust", "export", "-w", road.county, "--out", out, code=4)["error"]["code"] == "XL-F08"


def test_a_grant_goes_over_nothing_and_into_no_missing_folder(road: Road, tmp_path: Path) -> None:
    made = call("device", "code", "-w", road.village)
    args = ("county", "enrol", "-w", road.county, "--code", made["code"], "--village", "999999001001", "--operator", "王小兰", "--out")
    assert call(*args, tmp_path / "none" / "g.xieli", code=5)["error"]["code"] == "XL-F05"
    assert call(*args, tmp_path / "grant.bin", code=4)["error"]["code"] == "XL-V11"
    taken = tmp_path / "g.xieli"
    taken.write_bytes(b"something else")
    assert call(*args, taken, code=4)["error"]["code"] == "XL-F08"
    assert taken.read_bytes() == b"something else"


def test_officers_of_a_desk_are_added_within_their_area_and_listed(road: Road) -> None:
    call("county", "operator", "add", "-w", road.county, "--name", "刘芳", "--role", "township", "--area", "999999001")
    names = {o["name"]: o["role"] for o in call("county", "operator", "list", "-w", road.county)["operators"]}
    assert names == {"李县办": "county", "刘芳": "township"}
    refused = call("county", "operator", "add", "-w", road.county, "--name", "外人", "--role", "township", "--area", "888888001", code=4)
    assert refused["error"]["code"] == "XL-P03"


def test_a_list_of_no_households_is_wrong_usage(road: Road) -> None:
    assert main(["household", "list", "-w", str(road.village), "--limit", "0"]) == 2
