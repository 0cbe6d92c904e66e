"""`xieli evidence`: a family's lines in full, everybody else's as digests, checked in an environment that has only `cryptography`, and with Python alone."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_office import Office

from basekit import FullDisk
from xieli_sync import evidence as proof
from xieli_sync.event import chain_digest, line_digest
from xieli_tui.casework.evidence import evidence
from xieli_tui.casework.households import AddPerson, add_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.desk import steps
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal

SYNC = Path(__file__).parents[2] / "sync"
NEIGHBOUR = "石有余"


@pytest.fixture
def case(office: Office) -> tuple[Office, str, str, str]:
    """(office, household, application, person): a family whose application the county took up; a neighbour with visits of his own."""
    home = office.household()
    other = office.household(NEIGHBOUR)
    person = add_person(office.village, AddPerson(home, "石小满", "孙女", {"birth": "2011-09-10"})).id
    for _ in range(2):
        office.clock.tick(minutes=1)
        record_visit(office.village, RecordVisit(home, "self", note="屋顶漏雨"))
        record_visit(office.village, RecordVisit(other, "self", note="隔壁的事"))
    app = office.application("temp_emergency", household=home)
    office.up()
    office.clock.tick(minutes=1)
    steps.accept(office.county, app)
    office.down()
    return office, home, app, person


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rows(files: dict[str, bytes], name: str = "events.jsonl") -> list[dict[str, Any]]:
    return [json.loads(raw) for raw in files[name].splitlines()]


def alone(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`python -m xieli_sync` where nothing but the standard library, `cryptography` (with cffi) and the road can be imported."""
    found = [importlib.util.find_spec(name) for name in ("cryptography", "_cffi_backend")]
    places = {str(Path(str(x.origin)).parents[1 if x.name == "cryptography" else 0]) for x in found if x is not None}
    script = (
        "import sys, importlib.machinery as m\n"
        f"sys.path[:0] = [{str(SYNC)!r}]\n"
        f"site = {sorted(places)!r}\n"
        "class Only:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        top = name.split('.')[0]\n"
        "        return m.PathFinder.find_spec(name, path or site) if top in ('cryptography', '_cffi_backend') else None\n"
        "sys.meta_path.append(Only())\n"
        "import runpy\n"
        f"sys.argv = ['xieli_sync', *{list(args)!r}]\n"
        "runpy.run_module('xieli_sync', run_name='__main__')\n"
    )
    return subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd)


def test_the_family_leaves_in_full_and_the_neighbours_as_digests(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    done = evidence(office.village, home, tmp_path / "F.zip")
    files = content(tmp_path / "F.zip")
    shown = [json.loads(x["line"]) for x in rows(files) if "line" in x]
    hidden = [x for x in rows(files) if "digest" in x]
    assert (len(shown), len(hidden)) == (done.shown, done.hidden)
    with office.village.reading() as tx:
        mine = [e for e in journal.events_of_household(tx, home) if e.dev == office.village.dev]
        neighbours = [e for e in journal.load(tx, dev=office.village.dev) if e.household not in ("", home)]
    assert {(x["ep"], x["seq"]) for x in shown if x["dev"] == office.village.dev} == {(e.ep, e.seq) for e in mine}
    assert neighbours
    everything = b"".join(files.values())
    for word in (NEIGHBOUR, "隔壁的事", next(e.household for e in neighbours)):
        assert word.encode() not in everything, word
    assert "石小满".encode() in everything
    with office.village.reading() as tx:
        (exported,) = journal.events_of_type(tx, "audit.exported")
    assert (exported.d["what"], exported.d["rows"], exported.d["full"]) == ("evidence", done.shown, True)


@pytest.mark.parametrize("desk", ["village", "county"])
@pytest.mark.parametrize("which", [1, 2, 3], ids=["household", "application", "person"])
def test_every_kind_of_id_on_both_desks_gives_a_file_that_holds(case: tuple[Office, str, str, str], tmp_path: Path, which: int, desk: str) -> None:
    office = case[0]
    session: Session = getattr(office, desk)
    done = evidence(session, str(case[which]), tmp_path / "F.zip", reason="复议")
    assert (done.kind, done.id) == (proof_kinds()[which], case[which])
    seen = proof.verify_evidence((tmp_path / "F.zip").read_bytes(), office.root_fingerprint)
    assert (seen["ok"], seen["code"], seen["pinned"], seen["signer"]["dev"]) == (True, "", True, session.dev)
    assert (seen["about"], seen["shown"]) == ({"kind": done.kind, "id": done.id}, done.shown)
    assert all({"dev": session.dev, "role": session.role, "seq": x["last"], "how": "maker"} in x["signed"] for x in seen["devices"])


def proof_kinds() -> list[str]:
    return ["", "household", "application", "person"]


def test_it_verifies_where_only_cryptography_is_installed_and_with_python_alone(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    out = tmp_path / "F.zip"
    evidence(office.village, home, out)
    probe = alone("verify", str(out), "--root-fingerprint", office.root_fingerprint, "--json")
    assert probe.returncode == 0, probe.stderr
    assert json.loads(probe.stdout)["ok"]
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(out) as packed:
        packed.extractall(folder)
    told = alone("verify", str(out))
    assert (told.returncode, "未比对根核对码" in told.stdout, "出具的单位" in told.stdout) == (0, True, True)
    statement = json.loads((folder / "manifest.json").read_bytes())["s"]
    head = next(x["head"] for x in statement["heads"] if x["dev"] == office.village.dev)
    chain = alone("verify", "--events", str(folder / "events.jsonl"), "--head", head)
    assert chain.returncode == 0, chain.stderr
    plain = subprocess.run([sys.executable, "-I", "-S", "check.py"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (plain.returncode, plain.stderr) == (0, ""), plain.stdout
    changed = (folder / "events.jsonl").read_bytes().replace("屋顶".encode(), "墙面".encode())
    (folder / "events.jsonl").write_bytes(changed)
    plain = subprocess.run([sys.executable, "-I", "-S", "check.py"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert plain.returncode == 1
    assert office.root_fingerprint in (folder / "说明.txt").read_text(encoding="utf-8")


def repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The zip with its files changed, and nothing else put right."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(name, raw)
    return out.getvalue()


def resigned(data: bytes, change: Callable[[dict[str, bytes], dict[str, Any]], None], keys: Any, cert: list[dict[str, Any]]) -> bytes:
    """What a maker with a registered key could write: files changed, digests and signature put right."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    statement = json.loads(files.pop("manifest.json"))["s"]
    change(files, statement)
    return proof.pack({k: v for k, v in statement.items() if k not in ("v", "files")}, files, keys, cert)


def test_a_file_that_was_changed_afterwards_is_refused_with_the_code_of_what_was_changed(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    evidence(office.village, home, tmp_path / "F.zip")
    good = (tmp_path / "F.zip").read_bytes()

    def put(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
        def change(files: dict[str, bytes]) -> None:
            assert old in files[name]
            files[name] = files[name].replace(old, new, 1)

        return change

    cases: list[tuple[str, bytes]] = [
        ("XL-B04", repacked(good, put("events.jsonl", "屋顶".encode(), "墙面".encode()))),
        ("XL-B04", repacked(good, lambda files: files.pop("check.py") and None)),
        ("XL-B04", repacked(good, lambda files: files.update(more=b"x"))),
        ("XL-K02", repacked(good, put("manifest.json", b'"kind":"household"', b'"kind":"person"'))),
        ("XL-K01", repacked(good, put("manifest.json", b'"sig":"', b'"sig":"0'))),
        ("XL-K02", repacked(good, lambda files: files.update({"manifest.json": files["manifest.json"][:-131] + b'"' + b"0" * 128 + b'"}'}))),
        ("XL-B05", repacked(good, lambda files: files.update({"manifest.json": b"{}"}))),
        ("XL-B05", repacked(good, lambda files: files.pop("manifest.json") and None)),
        ("XL-B04", good[:-30]),
        ("XL-B04", b"PK\x03\x04" + bytes(100)),
    ]
    for number, (code, data) in enumerate(cases):
        seen = proof.verify_evidence(data, office.root_fingerprint)
        assert (number, seen["ok"], seen["code"]) == (number, False, code)
    assert proof.verify_evidence(good, "1" * 20)["code"] == "XL-K07"


def test_every_cut_and_every_flipped_byte_of_a_file_is_refused_or_says_the_very_same(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    """Bytes of the zip that carry no content (a date, an attribute) may change; nothing it says may."""
    office, home, _, _ = case
    evidence(office.village, home, tmp_path / "F.zip")
    good = (tmp_path / "F.zip").read_bytes()
    said = proof.verify_evidence(good, office.root_fingerprint)
    assert all(not proof.verify_evidence(good[:size], office.root_fingerprint)["ok"] for size in range(0, len(good), 37))
    refused = 0
    for at in range(0, len(good), 23):
        seen = proof.verify_evidence(good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :], office.root_fingerprint)
        assert seen == said if seen["ok"] else seen["code"].startswith("XL-")
        refused += not seen["ok"]
    assert refused > len(good) // 23 * 0.8


def test_a_maker_cannot_show_a_changed_line_under_the_head_others_signed(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    evidence(office.village, home, tmp_path / "F.zip")
    good = (tmp_path / "F.zip").read_bytes()
    cert = json.loads(content(tmp_path / "F.zip")["manifest.json"])["cert"]

    def forge(files: dict[str, bytes], _statement: dict[str, Any]) -> None:
        files["events.jsonl"] = files["events.jsonl"].replace("屋顶".encode(), "墙面".encode(), 1)

    seen = proof.verify_evidence(resigned(good, forge, office.village.keys, cert), office.root_fingerprint)
    assert (seen["ok"], seen["code"], seen["first_bad"][0]) == (False, "XL-C01", "events.jsonl")

    def drop(files: dict[str, bytes], _statement: dict[str, Any]) -> None:
        kept = files["events.jsonl"].splitlines(keepends=True)
        files["events.jsonl"] = b"".join(kept[:3] + kept[4:])

    assert proof.verify_evidence(resigned(good, drop, office.village.keys, cert), office.root_fingerprint)["first_bad"] == ["events.jsonl", 4]

    def short(files: dict[str, bytes], _statement: dict[str, Any]) -> None:
        files["events.jsonl"] = b"".join(files["events.jsonl"].splitlines(keepends=True)[:-1])

    assert proof.verify_evidence(resigned(good, short, office.village.keys, cert), office.root_fingerprint)["code"] == "XL-C01"


def test_what_cannot_be_written_is_said_before_anything_is_recorded(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    (tmp_path / "there.zip").write_bytes(b"x")
    before = len(recorded(office.village))
    for given, out, kind, code in (
        ("0" * 8, tmp_path / "F.zip", NotFound, "XL-V45"),
        ("../../etc", tmp_path / "F.zip", NotFound, "XL-V45"),
        (home, tmp_path / "there.zip", Refused, "XL-F08"),
        (home, tmp_path, Refused, "XL-F01"),
        (home, tmp_path / "none" / "F.zip", NotFound, "XL-F05"),
        (home, tmp_path / "there.zip" / "F.zip", Refused, "XL-F07"),
    ):
        with pytest.raises(kind, match=code):
            evidence(office.village, given, out)
    assert len(recorded(office.village)) == before
    assert (tmp_path / "there.zip").read_bytes() == b"x"


def recorded(session: Session) -> list[journal.StoredEvent]:
    with session.reading() as tx:
        return journal.events_of_type(tx, "audit.exported")


def test_a_full_stick_leaves_neither_a_file_nor_a_part(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    with pytest.raises(Refused, match="XL-F02"):
        evidence(office.village, home, tmp_path / "F.zip", fs=FullDisk())
    assert [p.name for p in tmp_path.iterdir() if p.suffix in (".zip", ".part")] == []
    assert evidence(office.village, home, tmp_path / "F.zip").shown


def test_the_authors_and_the_desks_signatures_travel_with_the_lines(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    for session in (office.village, office.county):
        out = tmp_path / f"{session.role}.zip"
        evidence(session, home, out)
        seen = proof.verify_evidence(out.read_bytes(), office.root_fingerprint)
        said = {(x["dev"], one["how"], one["dev"]) for x in seen["devices"] for one in x["signed"]}
        laptop, county = office.village.dev, office.county.dev
        assert (laptop, "maker", session.dev) in said
        if session is office.county:
            assert (laptop, "bundle", laptop) in said  # what the laptop signed, kept by the county
        else:
            assert (laptop, "receipt", county) in said
            assert (county, "relayed", county) in said


def test_a_seal_over_another_history_contradicts_the_file(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    """A laptop that shows a history of its own making, although the county signed for another one."""
    office, home, _, _ = case
    evidence(office.village, home, tmp_path / "F.zip")
    good = (tmp_path / "F.zip").read_bytes()
    cert = json.loads(content(tmp_path / "F.zip")["manifest.json"])["cert"]

    def forge(files: dict[str, bytes], statement: dict[str, Any]) -> None:
        out, prev, dev = [], "0" * 64, office.village.dev
        for row in rows(files):
            line = row.get("line", "").replace("屋顶", "墙面").encode()
            mine = (json.loads(line)["dev"] if line else row["dev"]) == dev
            if not mine:
                out.append(json.dumps(row, ensure_ascii=False).encode())
                continue
            digest = line_digest(line) if line else row["digest"]
            prev = chain_digest(prev, digest)
            out.append(proof.shown_row(line, prev) if line else proof.hidden_row(dev, row["ep"], row["seq"], digest))
        files["events.jsonl"] = b"\n".join(out)
        for head in statement["heads"]:
            if head["dev"] == dev:
                head["head"] = prev

    seen = proof.verify_evidence(resigned(good, forge, office.village.keys, cert), office.root_fingerprint)
    assert (seen["ok"], seen["code"]) == (False, "XL-C02")


def test_a_seal_whose_signature_does_not_hold_is_refused(case: tuple[Office, str, str, str], tmp_path: Path) -> None:
    office, home, _, _ = case
    evidence(office.county, home, tmp_path / "F.zip")
    good = (tmp_path / "F.zip").read_bytes()
    cert = json.loads(content(tmp_path / "F.zip")["manifest.json"])["cert"]
    for old, new, code in ((b'"body":"', b'"body":"0000', "XL-B05"), (b'\\"last\\":', b'\\"last\\":9', "XL-B05")):
        def spoil(files: dict[str, bytes], _statement: dict[str, Any], old: bytes = old, new: bytes = new) -> None:
            assert old in files["seals.jsonl"]
            files["seals.jsonl"] = files["seals.jsonl"].replace(old, new, 1)

        seen = proof.verify_evidence(resigned(good, spoil, office.county.keys, cert), office.root_fingerprint)
        assert not seen["ok"]
        assert seen["code"] in (code, "XL-K02")
        assert seen["first_bad"] == ["seals.jsonl", 1]
