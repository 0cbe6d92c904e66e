"""`xieli doctor`: each kind of damage is found, named, and leads to what helps; nothing is changed by looking."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from basekit import PASSPHRASE, Template, reopened
from xieli_tui.casework import backup, doctor, drafts, epoch_mark, households, rebuild
from xieli_tui.casework.doctor import Diagnosis
from xieli_tui.casework.session import Session, open_session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, Refused
from xieli_tui.store import engine as engines
from xieli_tui.store import migrations, restoring
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault

COPY = "20261228-090000"
Damage = Callable[[Path, Session], None]


@pytest.fixture
def space(workspace: Path, village_template: Template, clock: FixedClock) -> Path:
    """One family, a copy of that day, a family and a draft more."""
    with reopened(village_template, workspace, clock) as session:
        households.add_household(session, households.AddHousehold("石守田", {}))
        backup.create(session)
        clock.tick(days=1)
        households.add_household(session, households.AddHousehold("李桂英", {}))
        drafts.save_draft(session, "visit", "", {"note": "没有写完"})
    return workspace


def look(space: Path, clock: FixedClock) -> Diagnosis:
    return doctor.examine(space, PASSPHRASE, clock=clock)


def said(found: Diagnosis, weight: str) -> str:
    return "\n".join(f"{one.what} {one.advice}" for one in found.findings if one.weight == weight)


def behind(space: Path, clock: FixedClock, template: Template, *statements: str) -> None:
    """Edits under the key, as somebody with the passphrase could make them."""
    with reopened(template, space, clock) as session, session.writing() as tx:
        for statement in statements:
            tx.conn.exec_driver_sql(statement)


def test_a_whole_workspace_is_whole_and_looking_leaves_no_trace(space: Path, clock: FixedClock) -> None:
    before = {path: path.read_bytes() for path in sorted(space.rglob("*")) if path.is_file()}
    found = look(space, clock)
    assert (found.ok, found.integrity, found.chain, found.findings) == (True, "ok", "ok", ())
    assert (found.events, found.drafts, found.unreceipted) == (8, 1, 7)
    assert (found.versions["store"], found.versions["newest"]) == (len(migrations.MIGRATIONS),) * 2
    after = {path: path.read_bytes() for path in sorted(space.rglob("*")) if path.is_file()}
    assert {p.name for p in after} == {p.name for p in before}
    assert [p for p in before if before[p] != after[p]] == []


def test_a_damaged_page_names_the_copy_to_restore_from(space: Path, clock: FixedClock) -> None:
    path = rooms.store_path(space)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = look(space, clock)
    assert (found.ok, found.integrity, found.chain, found.events) == (False, "damaged", "unread", None)
    assert f"xieli backup restore {COPY}" in said(found, "damage")


@pytest.mark.parametrize(("name", "code"), [("keys.json", "XL-L05"), ("kind.json", "XL-L06"), ("store.db", "XL-L06")])
@pytest.mark.parametrize("how", ["lost", "overwritten"])
def test_each_lost_or_spoilt_file_is_named_with_what_helps(space: Path, clock: FixedClock, name: str, code: str, how: str) -> None:
    if how == "lost":
        (space / name).unlink()
    else:
        (space / name).write_bytes(b"\0" * 5000)
    found = look(space, clock)
    assert not found.ok
    assert [one.code for one in found.findings if one.weight == "damage"] == [code]
    assert f"xieli backup restore {COPY}" in said(found, "damage")


def test_without_a_copy_that_holds_it_says_so_and_whom_to_call(space: Path, clock: FixedClock) -> None:
    store = space / "backups" / COPY / "store.db"
    data = bytearray(store.read_bytes())
    data[-100] ^= 1
    store.write_bytes(data)
    found = look(space, clock)
    assert found.ok
    assert "打不开" in said(found, "notice")
    assert "没有一份是好的" in said(found, "notice")
    rooms.store_path(space).write_bytes(b"\0" * 5000)
    assert "联系县里" in said(look(space, clock), "damage")
    shutil.rmtree(space / "backups" / COPY)
    assert "电脑里还没有备份" in said(look(space, clock), "notice")


def test_an_altered_line_is_found_and_the_copy_from_before_is_named(space: Path, clock: FixedClock, village_template: Template) -> None:
    behind(space, clock, village_template, "UPDATE journal SET line=replace(line, '李桂英', '李桂花') WHERE t='person.added' AND seq>5")
    found = look(space, clock)
    assert (found.ok, found.integrity, found.chain) == (False, "ok", "damaged")
    assert "对不上" in said(found, "damage")
    assert f"xieli backup restore {COPY}" in said(found, "damage")
    assert "XL-C03" in {one.code for one in found.findings}
    assert "李桂花" not in said(found, "damage")


def test_a_line_that_was_taken_away_is_missed(space: Path, clock: FixedClock, village_template: Template) -> None:
    behind(space, clock, village_template, "DELETE FROM journal WHERE t='person.added' AND seq>5")
    found = look(space, clock)
    assert (found.ok, found.chain) == (False, "damaged")
    assert "不见了" in said(found, "damage")


def test_rows_that_differ_from_the_journal_lead_to_a_rebuild_and_that_mends_them(
    space: Path, clock: FixedClock, village_template: Template, monkeypatch: pytest.MonkeyPatch,
) -> None:
    behind(space, clock, village_template, "UPDATE person SET name='别的人' WHERE name='石守田'")
    found = look(space, clock)
    assert (found.ok, found.integrity, found.chain) == (False, "ok", "ok")
    assert "xieli store rebuild" in said(found, "damage")
    assert not look(space, clock).ok, "looking mended nothing"
    with open_session(space, PASSPHRASE, clock=clock) as session:
        rebuild.rebuild(session)
    assert look(space, clock).ok


def test_leftovers_old_keys_and_a_missing_mark_are_told_and_are_no_damage(space: Path, clock: FixedClock) -> None:
    old = (space / "keys.json").read_bytes()
    Vault.change_passphrase(space, Vault.unlock(space, PASSPHRASE), "9999 1111 2222 3333", kdf="floor")
    with open_session(space, "9999 1111 2222 3333", clock=clock) as session:
        dev = session.dev
    (space / "keys.json").write_bytes(old)
    for name in ("keys.json.part", "backups/20261227-080000.part"):
        (space / name).mkdir()
    (space / restoring.NEXT).mkdir()
    (space / "aside-20261201-090000").mkdir()
    (epoch_mark.folder() / f"{dev}.mark").unlink()
    found = look(space, clock)
    assert found.ok
    notices = said(found, "notice")
    for part in ("2 个没写完的文件", "restore.next", "aside-20261201-090000", "钥匙文件 keys.json 比资料旧", "xieli passphrase change", "进度标记不见了"):
        assert part in notices, (part, notices)


def test_a_restore_that_died_is_finished_first(space: Path, clock: FixedClock) -> None:
    restoring.stage(space, space / "backups" / COPY)
    restoring.order(space, "2026-12-28T09:00:00+08:00")
    found = look(space, clock)
    assert found.ok
    assert "接着做完了" in said(found, "notice")
    assert "刚从备份恢复" in said(found, "notice")
    assert found.events == 5


def test_an_older_store_is_examined_without_being_upgraded(space: Path, clock: FixedClock, village_template: Template) -> None:
    behind(space, clock, village_template, "DROP TABLE carried", "DROP TABLE envelope", "DROP TABLE issuer_epoch", "DROP TABLE listed_alert", "PRAGMA user_version=2")
    found = look(space, clock)
    assert (found.ok, found.chain, found.versions["store"]) == (True, "ok", 2)
    assert "打开一次就升级" in said(found, "notice")
    engine = engines.make_engine(rooms.store_path(space), village_template.vault.store_key())
    with engines.read(engine) as conn:
        assert migrations.version(conn) == 2
    engine.dispose()


def test_a_wrong_passphrase_and_no_workspace_are_no_diagnosis(space: Path, clock: FixedClock, tmp_path: Path) -> None:
    with pytest.raises(Locked, match="XL-L01"):
        doctor.examine(space, "0000 0000 0000 0000", clock=clock)
    with pytest.raises(Locked, match="XL-L02"):
        doctor.examine(tmp_path / "nowhere", PASSPHRASE, clock=clock)


def test_a_store_of_a_newer_program_is_refused(space: Path, clock: FixedClock, village_template: Template) -> None:
    with reopened(village_template, space, clock) as session, session.writing() as tx:
        tx.conn.exec_driver_sql(f"PRAGMA user_version={len(migrations.MIGRATIONS) + 1}")
    with pytest.raises(Refused, match="XL-L07"):
        look(space, clock)
