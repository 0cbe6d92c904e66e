"""Verifying without a workspace: functions, command line, and that nothing of the product is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from roadkit import EP, World, changes, core_for, head_of, make_world, visits

from xieli_sync.container import build, split
from xieli_sync.errors import SENTENCES
from xieli_sync.event import ZERO, chain_hash, line_digest
from xieli_sync.identity import issue_device_cert
from xieli_sync.seal import seal
from xieli_sync.verify import inspect, main, verify_events, verify_file


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(61)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return changes(world)


def run(*args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, "-m", "xieli_sync", *args], capture_output=True, text=True, encoding="utf-8", env=env, check=False)


# -- functions -----------------------------------------------------------------------------------------------------------------------


def test_inspect_shows_the_public_part_of_a_good_file(world: World, good: bytes) -> None:
    seen = inspect(good)
    assert seen["code"] == ""
    assert seen["trailer_ok"]
    assert seen["bytes"] == len(good)
    assert seen["core"]["dev"] == world.laptop.dev
    assert seen["wraps"] == [world.township.box_kid, world.county.box_kid]
    assert seen["sigs"] == [world.laptop.kid]
    text = json.dumps(seen, ensure_ascii=False)
    assert "999999001001" not in text
    assert "屋顶" not in text


def test_inspect_of_anything_gives_a_code_and_never_raises(good: bytes) -> None:
    for data, code, trailer in (
        (b"", "XL-B02", False),
        (good[:-1], "XL-B04", False),
        (good[:100], "XL-B03", False),
        (build(b"{}", b"[]", b"[]", b""), "XL-B05", True),
    ):
        seen = inspect(data)
        assert (seen["code"], seen["trailer_ok"], seen["core"]) == (code, trailer, None)


def test_a_good_file_verifies_against_the_typed_fingerprint(world: World, good: bytes) -> None:
    result = verify_file(good, world.root.fingerprint.replace(" ", ""))
    assert result["ok"]
    assert result["pinned"]
    assert result["signer"] == {"dev": world.laptop.dev, "kid": world.laptop.kid, "role": "village", "area": "999999", "ver": 1, "gen": 1}
    assert [link["role"] for link in result["chain"]] == ["county", "village"]


def test_without_a_fingerprint_a_file_is_only_consistent_and_says_which_root_it_names(world: World, good: bytes) -> None:
    result = verify_file(good)
    assert result["ok"]
    assert not result["pinned"]
    assert result["root_fingerprint"] == world.root.fingerprint


def test_a_whole_forged_county_does_not_match_the_fingerprint(world: World) -> None:
    assert verify_file(changes(make_world(62)), world.root.fingerprint)["code"] == "XL-K07"


def test_each_fault_has_its_code(world: World, good: bytes) -> None:
    core, wraps, _, body = split(good)
    other = split(changes(world))
    cases = {
        "XL-B04": good[:-1],
        "XL-K02": build(core, wraps, other[2], body),
        "XL-N01": changes(world, net="0" * 32),
        "XL-K01": changes(world, cert=[]),
    }
    lines = visits(world.laptop.dev, 2)
    cases["XL-K03"] = seal(core_for(world, lines, kind="return", to="ab" * 16), lines, world.laptop, [world.county.enc_pub], world.rand.randbytes)
    for code, data in cases.items():
        result = verify_file(data, world.root.fingerprint)
        assert (result["ok"], result["code"]) == (False, code)
    outside = issue_device_cert(world.township, sign_pub=world.laptop.sign_pub, enc_pub=world.laptop.enc_pub, area="999999002")
    assert verify_file(changes(world, cert=[world.township_cert, outside]))["code"] == "XL-K01"


def test_a_practice_file_verifies_under_its_practice_net(world: World) -> None:
    assert verify_file(changes(world, net="p" + world.net[:31]), world.root.fingerprint)["ok"]


# -- chains of events ------------------------------------------------------------------------------------------------------------------


def wrapped(line: bytes, hash_hex: str) -> bytes:
    return json.dumps({"hash": hash_hex, "line": line.decode()}, ensure_ascii=False).encode() + b"\n"


def test_exact_lines_follow_from_zero_to_the_head(world: World) -> None:
    lines = visits(world.laptop.dev, 5)
    result = verify_events([line + b"\n" for line in lines], head_of(lines))
    assert result["ok"]
    assert result["devices"] == [{"dev": world.laptop.dev, "ep": EP, "first": 1, "last": 5, "head": head_of(lines)}]
    assert verify_events(lines, "0" * 64)["code"] == "XL-C01"


def test_lines_with_their_hash_are_checked_against_it_and_chains_may_interleave(world: World) -> None:
    rows: list[bytes] = []
    tips = {world.laptop.dev: ZERO, world.sibling.dev: ZERO}
    for pair in zip(visits(world.laptop.dev, 4), visits(world.sibling.dev, 4), strict=True):
        for dev, line in zip(tips, pair, strict=True):
            tips[dev] = chain_hash(tips[dev], line)
            rows.append(wrapped(line, tips[dev]))
    result = verify_events(rows, tips[world.sibling.dev])
    assert result["ok"]
    assert result["events"] == 8
    assert {entry["dev"]: entry["head"] for entry in result["devices"]} == tips


def test_neighbours_may_be_shown_as_digests(world: World) -> None:
    lines = visits(world.laptop.dev, 3)
    hidden = json.dumps({"dev": world.laptop.dev, "ep": EP, "seq": 2, "digest": line_digest(lines[1])}).encode()
    assert verify_events([lines[0], hidden, lines[2]], head_of(lines))["ok"]
    false = json.dumps({"dev": world.laptop.dev, "ep": EP, "seq": 2, "digest": "0" * 64}).encode()
    assert verify_events([lines[0], false, lines[2]], head_of(lines))["code"] == "XL-C01"


def test_a_chain_that_starts_later_needs_a_stated_hash(world: World) -> None:
    lines = visits(world.laptop.dev, 4)
    tail = [wrapped(lines[2], head_of(lines[:3])), lines[3]]
    result = verify_events(tail, head_of(lines))
    assert result["ok"]
    assert result["devices"][0]["first"] == 3
    assert verify_events(lines[2:])["first_bad"] == 1


def test_the_first_bad_row_is_named(world: World) -> None:
    lines = visits(world.laptop.dev, 4)
    changed = lines[1].replace("屋顶".encode(), "墙面".encode())
    hashes = [head_of(lines[: at + 1]) for at in range(4)]
    cases: list[tuple[list[bytes], int]] = [
        ([lines[0], lines[2]], 2),
        ([lines[0], lines[0]], 2),
        ([lines[1]], 1),
        ([wrapped(lines[0], hashes[0]), wrapped(changed, hashes[1])], 2),
        ([lines[0], b"{}"], 2),
        ([lines[0], lines[1] + b" "], 2),
        ([b"[" * 100_000], 1),
        ([b"x" * 600_000], 1),
        ([b'{"line":"\\ud800"}'], 1),
        ([b'{"digest":1}'], 1),
        ([b'{"hash":1}'], 1),
    ]
    for rows, bad in cases:
        result = verify_events(rows)
        assert (result["ok"], result["first_bad"]) == (False, bad), rows[0][:60]
    assert not verify_events([])["ok"]


# -- command line ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, world: World, good: bytes) -> Path:
    (tmp_path / "good.xieli").write_bytes(good)
    (tmp_path / "bad.xieli").write_bytes(good[:-20] + b"\0" + good[-19:])
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(visits(world.laptop.dev, 3)) + b"\n")
    return tmp_path


def test_the_module_verifies_a_file_with_nothing_of_the_product_loaded(world: World, folder: Path) -> None:
    script = (
        "import sys, runpy; sys.argv = ['xieli_sync', 'verify', sys.argv[1], '--root-fingerprint', sys.argv[2], '--json']\n"
        "try: runpy.run_module('xieli_sync', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "heavy = {'xieli_tui', 'pydantic', 'sqlalchemy', 'sqlmodel', 'textual', 'rich', 'typer', 'sqlcipher3', 'platformdirs'}\n"
        "assert not heavy & {name.split('.')[0] for name in sys.modules}, heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder / "good.xieli"), world.root.fingerprint],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"]
    assert document["file"] == str(folder / "good.xieli")


def test_exit_codes_and_sentences_of_the_command_line(world: World, folder: Path) -> None:
    good, bad, events = str(folder / "good.xieli"), str(folder / "bad.xieli"), str(folder / "events.jsonl")
    fingerprint = world.root.fingerprint
    head = head_of(visits(world.laptop.dev, 3))
    cases: list[tuple[list[str], int, str]] = [
        (["verify", good], 0, ""),
        (["verify", good, "--root-fingerprint", fingerprint], 0, ""),
        (["verify", good, "--root-fingerprint", "1" * 20], 4, "XL-K07"),
        (["verify", good, bad], 4, "XL-B04"),
        (["verify", str(folder)], 4, "XL-F01"),
        (["verify", str(folder / "none")], 5, "XL-F05"),
        (["inspect", good], 0, ""),
        (["inspect", bad], 4, "XL-B04"),
        (["verify", "--events", events], 0, ""),
        (["verify", "--events", events, "--head", head], 0, ""),
        (["verify", "--events", events, "--head", "0" * 64], 6, "XL-C01"),
        (["verify", "--events", good], 6, "XL-C01"),
        (["verify", "--events", str(folder / "none")], 5, "XL-F05"),
        (["verify", "--events", str(folder)], 4, "XL-F01"),
        (["verify"], 2, ""),
        (["verify", good, "--events", events], 2, ""),
        ([], 2, ""),
        (["order", good], 2, ""),
    ]
    for args, code, word in cases:
        done = run_here(args)
        assert done[0] == code, (args, done)
        assert (not word) or f"错误 {word}：" in done[2], (args, done)
        assert "Traceback" not in done[2]


def run_here(args: list[str]) -> tuple[int, str, str]:
    """`main` in this process; a subprocess each would cost seconds."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(args)
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def test_json_output_is_exactly_one_document(world: World, folder: Path) -> None:
    good, bad = str(folder / "good.xieli"), str(folder / "bad.xieli")
    one: dict[str, Any] = json.loads(run_here(["inspect", good, "--json"])[1])
    assert set(one) == {"file", "core", "wraps", "sigs", "bytes", "trailer_ok", "code"}
    two = json.loads(run_here(["verify", good, bad, "--json"])[1])
    assert [entry["code"] for entry in two["results"]] == ["", "XL-B04"]
    assert {"file", "ok", "signer", "code", "chain"} <= set(two["results"][0])
    chain = json.loads(run_here(["verify", "--events", str(folder / "events.jsonl"), "--json"])[1])
    assert (chain["ok"], chain["events"]) == (True, 3)
    broken = json.loads(run_here(["verify", "--events", good, "--json"])[1])
    assert not broken["ok"]


def test_the_module_really_runs_as_a_command(folder: Path) -> None:
    done = run("verify", str(folder / "bad.xieli"))
    assert done.returncode == 4
    assert "错误 XL-B04：文件损坏，请重新复制。" in done.stderr


def test_the_sentences_shown_alone_are_those_of_the_registry() -> None:
    from xieli_tui.errors import REGISTRY

    assert {code: tuple(REGISTRY[code]) for code in SENTENCES} == SENTENCES


def test_every_code_this_package_names_has_an_entry_in_the_registry() -> None:
    import re

    from xieli_tui.errors import REGISTRY

    sources = Path(__file__).parents[2] / "sync" / "xieli_sync"
    named = {code for path in sources.rglob("*.py") for code in re.findall(r"XL-[A-Z]\d\d", path.read_text(encoding="utf-8"))}
    assert named <= set(REGISTRY)
