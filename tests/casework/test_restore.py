"""从备份恢复: a look that changes nothing, a restore that loses nothing, and a crash that leaves one whole workspace."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from basekit import PASSPHRASE, Template, reopened, seeded
from xieli_tui.casework import backup, epoch_mark, exchange, households, passphrases, restore
from xieli_tui.casework.session import Session, open_session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Damaged, Locked, NotFound, Refused, XieliError
from xieli_tui.store import engine as engines
from xieli_tui.store import journal, keyfile, migrations, restoring
from xieli_tui.store import rebuild as rebuilding
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault


def family(session: Session, head: str) -> str:
    return households.add_household(session, households.AddHousehold(head, {"group": "一组"})).id


def heads(session: Session) -> set[str]:
    return {row.head for row in households.list_households(session)}


@pytest.fixture
def copied(workspace: Path, village_template: Template, clock: FixedClock) -> Path:
    """A workspace with one family, a copy of that day, and a family more today."""
    with reopened(village_template, workspace, clock) as session:
        family(session, "石守田")
        backup.create(session)
        clock.tick(days=1)
        family(session, "李桂英")
    return workspace


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith("-shm")}


def test_a_look_says_what_would_be_missing_and_changes_nothing(copied: Path, clock: FixedClock) -> None:
    before = tree(copied)
    seen = restore.look(copied, "", PASSPHRASE, clock=clock)
    assert (seen.made[:10], seen.opens, seen.today, seen.kind) == ("2026-12-28", "passphrase", "open", "village")
    assert (seen.events or 0) > 3
    assert seen.missing == 3, "a household, its person, the membership"
    assert seen.missing_unreceipted == seen.missing, "nobody signed for anything yet"
    after = tree(copied)
    assert {name for name in before if before[name] != after.get(name)} <= {"store.db"}, "today's log is folded into the store as at any closing"
    assert set(after) == set(before)


def test_a_restore_puts_the_old_one_aside_whole_and_goes_on_in_a_new_epoch(copied: Path, clock: FixedClock) -> None:
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        old, mark = session.ep, epoch_mark.read(session.dev)
        assert mark is not None
    done = restore.restore(copied, "", PASSPHRASE, clock=clock, rand=seeded(9))
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田"}
        assert session.ep == done.epoch != old
        with session.reading() as tx:
            (opened,) = journal.events_of_type(tx, "epoch.opened")
        assert (opened.d["reason"], opened.d["prev"][0]) == ("restored", old)
        assert rebuilding.rebuild(session.store)["equal"]
        assert session.ep == done.epoch, "one new epoch, not one at every opening"
    aside = Path(done.aside)
    assert aside.parent == copied
    assert sorted(path.name for path in aside.iterdir()) == ["keys.json", "kind.json", "store.db"]
    again = copied.parent / "again"
    shutil.copytree(aside, again)
    with open_session(again, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田", "李桂英"}
    assert [path.name for path in copied.iterdir() if "restore" in path.name] == []


def test_what_nobody_signed_for_before_the_restore_is_still_counted_as_to_be_exported(copied: Path, clock: FixedClock) -> None:
    seen = restore.look(copied, "", PASSPHRASE, clock=clock)
    done = restore.restore(copied, "", PASSPHRASE, clock=clock)
    assert done.unreceipted == seen.unreceipted
    assert seen.unreceipted
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert exchange.status(session).unconfirmed == seen.unreceipted + 1, "and the opening of the new epoch"


def test_a_passphrase_changed_since_the_copy_stays_changed(copied: Path, clock: FixedClock) -> None:
    vault = Vault.unlock(copied, PASSPHRASE)
    Vault.change_passphrase(copied, vault, "9999 1111 2222 3333", kdf="floor")
    restore.restore(copied, "", "9999 1111 2222 3333", clock=clock)
    with open_session(copied, "9999 1111 2222 3333", clock=clock) as session:
        assert heads(session) == {"石守田"}
        assert not session.old_keys
    with pytest.raises(Locked):
        open_session(copied, PASSPHRASE, clock=clock)


def test_a_workspace_that_does_not_open_is_replaced_all_the_same(copied: Path, clock: FixedClock) -> None:
    data = bytearray(rooms.store_path(copied).read_bytes())
    data[:4096] = os.urandom(4096)
    rooms.store_path(copied).write_bytes(data)
    with pytest.raises(Damaged):
        open_session(copied, PASSPHRASE, clock=clock)
    assert restore.look(copied, "", PASSPHRASE, clock=clock).today == "damaged"
    done = restore.restore(copied, "", PASSPHRASE, clock=clock)
    assert (Path(done.aside) / "store.db").read_bytes() == bytes(data), "the damaged one stays: somebody may still read something out of it"
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田"}


@pytest.mark.parametrize("lost", ["keys.json", "store.db", "kind.json"])
def test_a_lost_file_is_replaced_by_the_copys(copied: Path, clock: FixedClock, lost: str) -> None:
    (copied / lost).unlink()
    restore.restore(copied, "", PASSPHRASE, clock=clock)
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田"}


def test_a_copy_restores_into_an_empty_folder_of_another_computer(copied: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy,) = (copied / "backups").iterdir()
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "another"))
    new = tmp_path / "new"
    seen = restore.look(new, str(copy), PASSPHRASE, clock=clock)
    assert (seen.today, seen.missing) == ("none", None)
    assert not new.exists()
    done = restore.restore(new, str(copy), PASSPHRASE, clock=clock)
    assert done.aside == ""
    with open_session(new, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田"}
        assert session.ep == done.epoch


def test_a_wrong_passphrase_a_missing_copy_and_a_damaged_copy_change_nothing(copied: Path, clock: FixedClock) -> None:
    (copy,) = (copied / "backups").iterdir()
    before = tree(copied)
    with pytest.raises(Locked, match="XL-L01"):
        restore.restore(copied, "", "0000 0000 0000 0000", clock=clock)
    (copied / "log" / "unlock.json").unlink()
    with pytest.raises(NotFound, match="XL-F05"):
        restore.restore(copied, "20200101-000000", PASSPHRASE, clock=clock)
    data = bytearray((copy / "store.db").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "store.db").write_bytes(data)
    with pytest.raises(Damaged, match="XL-L06"):
        restore.restore(copied, "", PASSPHRASE, clock=clock)
    (copy / "store.db").write_bytes(before[f"backups/{copy.name}/store.db"])
    assert tree(copied) == before


def test_a_workspace_open_in_another_window_is_not_replaced(copied: Path, village_template: Template, clock: FixedClock) -> None:
    with reopened(village_template, copied, clock) as app:
        with pytest.raises(Refused, match="XL-L17"):
            restore.restore(copied, "", PASSPHRASE, clock=clock)
        assert family(app, "王三")
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田", "李桂英", "王三"}


class Died(BaseException):
    """The process ends here."""


def steps(monkeypatch: pytest.MonkeyPatch, at: int | None) -> list[str]:
    """Every step on the disk that a restore takes; at number `at` the process dies before it, so does every step behind it."""
    passed: list[str] = []

    def guarded(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **more: object) -> object:
            passed.append(name)
            if at is not None and len(passed) > at:
                raise Died(name)
            return real(*args, **more)

        return step

    for module, name in ((os, "fsync"), (os, "replace"), (os, "rename"), (os, "link"), (os, "unlink"), (os, "mkdir"), (shutil, "rmtree")):
        monkeypatch.setattr(module, name, guarded(name, getattr(module, name)))
    return passed


def test_a_crash_at_any_step_leaves_the_old_workspace_or_the_restored_one(
    copied: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        trial = tmp_path / "trial"
        shutil.copytree(copied, trial)
        passed = steps(patch, None)
        restore.restore(trial, "", PASSPHRASE, clock=clock)
    assert len(passed) > 15
    found = {"old": 0, "restored": 0}
    for at in range(len(passed)):
        trial = tmp_path / f"trial{at}"
        shutil.copytree(copied, trial)
        monkeypatch.setenv("XIELI_STATE", str(tmp_path / f"state{at}"))
        shutil.copytree(tmp_path / "state", tmp_path / f"state{at}")
        with monkeypatch.context() as patch:
            steps(patch, at)
            with pytest.raises(Died):
                restore.restore(trial, "", PASSPHRASE, clock=clock)
        with open_session(trial, PASSPHRASE, clock=clock) as session:
            now = heads(session)
            assert now in ({"石守田"}, {"石守田", "李桂英"}), (at, passed[at], now)
            restored = now == {"石守田"}
            with session.reading() as tx:
                reasons = [one.d["reason"] for one in journal.events_of_type(tx, "epoch.opened")]
            assert not restored or reasons[0] == "restored", (at, passed[at], reasons)
        found["restored" if restored else "old"] += 1
        if restored:
            (aside,) = restoring.asides(trial)
            assert {"store.db", "keys.json", "kind.json"} <= {path.name for path in aside.iterdir()}
        if at % 5 == 0:
            restore.restore(trial, "", PASSPHRASE, clock=clock)
            with open_session(trial, PASSPHRASE, clock=clock) as session:
                assert heads(session) == {"石守田"}, "and it can be done again"
        shutil.rmtree(trial)
    print(found)
    assert all(found.values()), found


def test_who_waits_for_the_store_meanwhile_writes_nothing_into_the_one_put_aside(
    copied: Path, village_template: Template, clock: FixedClock, monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, told = village_template.vault.store_key(), []
    real = restoring.order

    def late() -> None:
        try:
            migrations.migrate(engines.make_engine(rooms.store_path(copied), key))
        except XieliError as error:
            told.append(error.code)

    waiting = threading.Thread(target=late)

    def ordered(*args: object) -> None:
        waiting.start()
        time.sleep(0.3)  # it has opened the old file by now, and waits for it
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(restoring, "order", ordered)
    done = restore.restore(copied, "", PASSPHRASE, clock=clock)
    waiting.join(30)
    assert told, "it wrote nothing"
    assert set(told) <= {"XL-L07", "XL-F03"}, f"superseded, or gone from under it: the next try finds the restored one; {told}"
    again = copied.parent / "again"
    shutil.copytree(done.aside, again)
    with open_session(again, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田", "李桂英"}, "the one put aside opens as it was"


NEW = "8642 8642 8642 8642"


def test_a_workspace_open_in_another_window_is_not_replaced_by_who_knows_only_the_old_passphrase_or_has_damaged_keys(
    copied: Path, tmp_path: Path, clock: FixedClock,
) -> None:
    away = tmp_path / "away"
    shutil.copytree(next((copied / "backups").iterdir()), away)  # carried away before the passphrase was changed
    Vault.change_passphrase(copied, Vault.unlock(copied, PASSPHRASE), NEW, kdf="floor")
    with open_session(copied, NEW, clock=clock) as app:
        with pytest.raises(Refused, match="XL-L17"):
            restore.restore(copied, str(away), PASSPHRASE, clock=clock, rand=seeded(9))
        assert family(app, "王三")
        keys = rooms.keys_path(copied)
        whole = keys.read_bytes()
        keys.write_bytes(whole[:-9])
        with pytest.raises(Refused, match="XL-L17"):
            restore.restore(copied, str(away), PASSPHRASE, clock=clock, rand=seeded(9))
        keys.write_bytes(whole)
        assert family(app, "赵四")
        assert len(list((copied / "log").glob("open-*.lock"))) == 1
    assert list((copied / "log").glob("open-*.lock")) == []
    (copied / "log" / "open-1-00.lock").touch()  # of a program that was killed
    for _ in range(5):
        assert restore.look(copied, str(away), PASSPHRASE, clock=clock).today == "other_key", "right for the copy is no wrong try"
    assert not (copied / "log" / "unlock.json").exists()
    done = restore.restore(copied, str(away), PASSPHRASE, clock=clock, rand=seeded(9))
    assert not (copied / "log" / "open-1-00.lock").exists()
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert heads(session) == {"石守田"}
    with open_session(Path(done.aside), NEW, clock=clock) as session:
        assert heads(session) == {"石守田", "李桂英", "王三", "赵四"}


def cut_off(folder: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore that dies once its order lies."""
    real = restoring.settle

    def die(space: Path) -> bool:
        if (space / restoring.ORDER).exists():
            raise Died
        return real(space)

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "settle", die)
        with pytest.raises(Died):
            restore.restore(folder, "", PASSPHRASE, clock=clock, rand=seeded(9))
    assert (folder / restoring.ORDER).exists()


def test_a_passphrase_changed_after_a_restore_that_was_cut_off_stays_changed(copied: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(copied, clock, monkeypatch)
    vault = Vault.unlock(copied, PASSPHRASE)
    with pytest.raises(Refused, match="XL-A01"):
        Vault.change_passphrase(copied, vault, NEW, kdf="floor")
    passphrases.change_outside(copied, PASSPHRASE, NEW, kdf="floor")
    with pytest.raises(Locked, match="XL-L01"):
        open_session(copied, PASSPHRASE, clock=clock)
    with open_session(copied, NEW, clock=clock) as session:
        assert heads(session) == {"石守田"}


def test_a_passphrase_changed_while_a_copy_is_looked_at_stays_changed(copied: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    real = restore._flush

    def meanwhile(place: Path) -> None:
        real(place)
        passphrases.change_outside(copied, PASSPHRASE, NEW, kdf="floor")

    monkeypatch.setattr(restore, "_flush", meanwhile)
    restore.restore(copied, "", PASSPHRASE, clock=clock, rand=seeded(9))
    with pytest.raises(Locked, match="XL-L01"):
        open_session(copied, PASSPHRASE, clock=clock)
    with open_session(copied, NEW, clock=clock) as session:
        assert (heads(session), session.old_keys) == ({"石守田"}, False)


def test_two_programs_that_carry_out_one_order_do_it_once(copied: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(copied, clock, monkeypatch)
    monkeypatch.setattr(keyfile, "PATIENCE", 4)
    go, paused, told = threading.Event(), threading.Event(), []
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if threading.current_thread().name == "second" and self.name == "store.db-wal" and not paused.is_set():
            paused.set()
            go.wait(20)
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    second = threading.Thread(target=lambda: told.append(restoring.settle(copied)), name="second")
    second.start()
    assert paused.wait(10)
    with pytest.raises(Refused, match="XL-L17"):
        open_session(copied, PASSPHRASE, clock=clock)
    go.set()
    second.join(20)
    assert told == [True]
    with open_session(copied, PASSPHRASE, clock=clock) as session:
        assert family(session, "李桂英")
        assert not restoring.settle(copied)


def test_without_a_key_file_the_copy_of_another_computer_is_still_refused(copied: Path, tmp_path: Path, clock: FixedClock) -> None:
    copy = next((copied / "backups").iterdir())
    away = tmp_path / "away"
    shutil.copytree(copy, away)
    body = keyfile.read(away)
    body["dev"] = "0" * 32
    (away / "keys.json").write_text(json.dumps(body))
    rooms.keys_path(copied).unlink()
    with pytest.raises(Refused, match="XL-V11"):
        restore.look(copied, str(away), PASSPHRASE, clock=clock)
    shutil.rmtree(copy)  # no other copy says whose this is: kind.json does
    rooms.save_profile(away, replace(rooms.load_profile(away), villages=("999999009009",)))
    with pytest.raises(Refused, match="XL-V11"):
        restore.look(copied, str(away), PASSPHRASE, clock=clock)
