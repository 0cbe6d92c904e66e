"""Drafts, settings, the outbox log, the workspace folder: what only this machine knows, kept whole and private."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from corekit import START, bare_store, seeded

from xieli_tui.domain.clock import millis
from xieli_tui.errors import Damaged, Locked, Refused, XieliError
from xieli_tui.store import drafts, outbox_log, settings, workspace
from xieli_tui.store.outbox_log import Laid
from xieli_tui.store.store import Store
from xieli_tui.store.workspace import Profile

NOW = millis(START)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return bare_store(tmp_path, seeded(6))


def test_a_draft_comes_back_with_the_version_of_the_form_it_was_begun_with(store: Store) -> None:
    with store.write() as tx:
        drafts.save(tx, "visit", "h1", {"met": "self", "note": "到家里"}, version=1, now_ms=NOW)
    with store.write() as tx:
        drafts.save(tx, "visit", "h1", {"met": "self", "note": "到家里看了"}, version=2, now_ms=NOW + 300)
    with store.read() as tx:
        assert drafts.load(tx, "visit", "h1") == drafts.SavedDraft("visit", "h1", 1, {"met": "self", "note": "到家里看了"}, NOW, NOW + 300)
        assert drafts.load(tx, "visit", "h2") is None


def test_drafts_are_listed_last_touched_first_and_dropped_one_by_one(store: Store) -> None:
    with store.write() as tx:
        for number, form in enumerate(("visit", "flag", "visit")):
            drafts.save(tx, form, f"h{number}", {}, now_ms=NOW + number)
        drafts.save(tx, "visit", "h0", {"a": 1}, now_ms=NOW + 9)
        assert [(d.form, d.key) for d in drafts.list_all(tx)] == [("visit", "h0"), ("visit", "h2"), ("flag", "h1")]
        drafts.drop(tx, "visit", "h0")
        assert [d.key for d in drafts.list_all(tx, "visit")] == ["h2"]


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from corekit import bare_store, seeded
from xieli_tui.store import drafts
store = bare_store(Path(sys.argv[1]), seeded(1))
for number in range(10_000):
    with store.write() as tx:
        drafts.save(tx, "visit", "h1", {"note": "字" * number}, now_ms=number)
    print(number, flush=True)
"""


def test_a_draft_survives_kill_minus_nine(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    with writer:
        for line in writer.stdout:
            if line.strip() == "20":
                writer.kill()
                break
        said = [20, *(int(text) for text in writer.stdout.read().split())][-1]
    with bare_store(tmp_path, seeded(1)).read() as tx:
        kept = drafts.load(tx, "visit", "h1")
    assert kept is not None
    assert kept.at_ms >= said
    assert kept.data == {"note": "字" * kept.at_ms}


def test_settings_keep_any_json_and_are_found_by_prefix(store: Store) -> None:
    with store.write() as tx:
        settings.put(tx, "a.x", {"k": [1, "二"]})
        settings.put(tx, "a.y", None)
        settings.put(tx, "b", True)
        settings.put(tx, "b", False)
    with store.read() as tx:
        assert settings.get(tx, "a.x") == {"k": [1, "二"]}
        assert settings.get(tx, "b", True) is False
        assert settings.get(tx, "c", 7) == 7
        assert settings.get(tx, "a.y", 7) is None, "a stored nothing is not an absent value"


def test_the_outbox_log_knows_how_far_an_epoch_was_exported(store: Store) -> None:
    with store.write() as tx:
        for number, (ep, first, last) in enumerate([("e1", 1, 5), ("e1", 1, 9), ("e2", 1, 2)]):
            outbox_log.add(tx, Laid(f"{number:032x}", "changes", ep, first, last, last, 100, "d", "a.xieli", NOW + number))
        outbox_log.add(tx, Laid("f" * 32, "return", "e1", 1, 40, 40, 100, "d", "b.xieli", NOW + 9, "b" * 32))
    with store.read() as tx:
        assert (outbox_log.exported_to(tx, "e1"), outbox_log.exported_to(tx, "e3"), outbox_log.last_export(tx)) == (9, 0, NOW + 2)
        assert [x.last for x in outbox_log.list_all(tx, kind="changes")] == [2, 9, 5]
        assert [x.last for x in outbox_log.list_all(tx, to_dev="b" * 32)] == [40]
        assert len(outbox_log.list_all(tx, limit=1)) == 1


# -- the folder -------------------------------------------------------------------------------------


def code_of(call: object, *args: object) -> str:
    with pytest.raises(XieliError) as err:
        call(*args)  # type: ignore[operator]
    return err.value.code


def test_a_workspace_is_made_once_and_never_over_another(tmp_path: Path) -> None:
    space = tmp_path / "w"
    workspace.prepare(space)
    assert sorted(p.name for p in space.iterdir()) == sorted(workspace.FOLDERS)
    workspace.prepare(space)  # nothing of a workspace is in it yet
    workspace.save_profile(space, Profile("village", ("999999001001",)))
    assert code_of(workspace.prepare, space) == "XL-L03"
    (tmp_path / "file").write_text("x")
    assert code_of(workspace.prepare, tmp_path / "file") == "XL-F07"


def test_a_folder_that_is_no_workspace_is_named_so(tmp_path: Path) -> None:
    for call in (workspace.require, workspace.load_profile):
        with pytest.raises(Locked) as missing:
            call(tmp_path / "nothing")
        assert missing.value.code == "XL-L02"


def test_the_profile_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    profile = Profile(
        "village", ("999999001001", "999999001002"), {"999999001001": "上坪村"}, "999999", "测试县", "ab" * 16, practice=True, demo=True, owner="private"
    )
    workspace.save_profile(tmp_path, profile)
    assert workspace.load_profile(tmp_path) == profile


@pytest.mark.parametrize("text", ["", "[]", "{", '{"fmt":"xieli-workspace","v":1,"kind":"province"}',
                                  '{"fmt":"xieli-workspace","v":1,"kind":"village","villages":["1"]}', '{"fmt":"other","v":1,"kind":"village"}'])
def test_a_profile_that_is_not_ours_is_damaged(tmp_path: Path, text: str) -> None:
    (tmp_path / workspace.PROFILE).write_text(text)
    with pytest.raises(Damaged) as damaged:
        workspace.load_profile(tmp_path)
    assert damaged.value.code == "XL-L06"


def test_a_profile_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / workspace.PROFILE).write_text(json.dumps({"fmt": "xieli-workspace", "v": 2, "kind": "village"}))
    with pytest.raises(Refused) as refused:
        workspace.load_profile(tmp_path)
    assert refused.value.code == "XL-L07"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    workspace.atomic_write(path, b"old")
    assert path.stat().st_mode & 0o077 == 0

    def broken(_handle: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="full"):
        workspace.atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
