"""An old store under a new program: upgraded from every earlier `user_version`, an encrypted copy first; a program that dies, a second one, a full disk, and a
store that is newer than the program."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden_kit import PASSPHRASE, at_work, put, told, versions

from xieli_tui.cli.main import main
from xieli_tui.errors import Damaged, Refused
from xieli_tui.store import backup, migrations
from xieli_tui.store import engine as engines
from xieli_tui.store import rebuild as rebuilding
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault

NEWEST = len(migrations.MIGRATIONS)
OLDER = pytest.mark.parametrize("number", range(1, NEWEST))
FROZEN = versions()[0]


def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FROZEN / "facts.json").read_text(encoding="utf-8"))["village"]
    return found


def key_of(folder: Path) -> bytes:
    return Vault.unlock(folder, PASSPHRASE).store_key()


def as_of(folder: Path, number: int) -> Path:
    """The frozen village as a program with `number` migrations would have kept it: its schema made by them, its rows in the tables it had."""
    put(FROZEN / "village", folder)
    key = key_of(folder)
    whole = folder / "whole.db"
    rooms.store_path(folder).rename(whole)
    old = engines.make_engine(rooms.store_path(folder), key)
    with engines.write(old) as conn:
        for _, step in migrations.MIGRATIONS[:number]:
            step(conn)
        conn.exec_driver_sql(f"PRAGMA user_version={number}")
    full = engines.make_engine(whole, key)
    with engines.read(full) as source, engines.write(old) as target:
        tables = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
        for table in sorted({row[0] for row in target.exec_driver_sql(tables)} & {row[0] for row in source.exec_driver_sql(tables)}):
            columns = [f'"{row[1]}"' for row in target.exec_driver_sql(f"PRAGMA table_info({table})").all()]
            rows = [tuple(row) for row in source.exec_driver_sql(f"SELECT {','.join(columns)} FROM {table}").all()]
            target.exec_driver_sql(f"DELETE FROM {table}")
            if rows:
                target.exec_driver_sql(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})", rows)
        target.exec_driver_sql("DELETE FROM setting WHERE key=?", (rebuilding.KEPT,))
    for engine in (old, full):
        engine.dispose()
    for path in folder.glob("whole.db*"):
        path.unlink()
    return folder


def version(folder: Path) -> int:
    engine = engines.make_engine(rooms.store_path(folder), key_of(folder))
    with engines.read(engine) as conn:
        found = migrations.version(conn)
    engine.dispose()
    return found


@OLDER
def test_a_store_of_each_earlier_schema_is_upgraded_and_says_the_same(tmp_path: Path, number: int) -> None:
    folder = as_of(tmp_path / "v", number)
    assert version(folder) == number
    with at_work(folder) as session:
        assert told(session) == expected()
        assert rebuilding.rebuild(session.store)["equal"]
    assert version(folder) == NEWEST
    (copy,) = backup.list_all(folder)
    assert backup.verify(copy, key_of(folder)) == expected()["lines"], "the copy made before: encrypted, opened, with every line"
    engine = engines.make_engine(rooms.store_path(copy), key_of(folder))
    with engines.read(engine) as conn:
        assert migrations.version(conn) == number, "as it was before the upgrade"
    engine.dispose()
    assert not (copy / "store.db").read_bytes().startswith(b"SQLite format 3")


@OLDER
def test_without_room_for_the_copy_nothing_is_upgraded(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = as_of(tmp_path / "v", number)
    for fault in (Refused("XL-F02"), Damaged("XL-L06")):
        with monkeypatch.context() as patch:
            patch.setattr(backup, "verify", lambda *_args, fault=fault: (_ for _ in ()).throw(fault))
            with pytest.raises(type(fault)):
                at_work(folder)
        assert version(folder) == number
    with at_work(folder) as session:
        assert told(session) == expected()


class Died(BaseException):
    """The program ends here."""


def dies_inside(number: int) -> tuple[tuple[str, Callable[[Any], None]], ...]:
    """The migrations, of which this one makes its tables and then dies."""
    name, step = migrations.MIGRATIONS[number - 1]

    def dying(conn: Any) -> None:
        step(conn)
        raise Died

    return (*migrations.MIGRATIONS[: number - 1], (name, dying), *migrations.MIGRATIONS[number:])


@OLDER
def test_a_program_that_dies_inside_a_migration_leaves_the_one_before_and_the_next_goes_on(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = as_of(tmp_path / "v", 1)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", dies_inside(number + 1))
        with pytest.raises(Died):
            at_work(folder)
    assert version(folder) == number
    with at_work(folder) as session:
        assert told(session) == expected()


def killed(folder: str, state: str, number: int) -> None:
    """Open in a process of its own that is gone in the middle of a migration, without a word to SQLite."""
    os.environ["XIELI_STATE"] = state
    name, step = migrations.MIGRATIONS[number - 1]

    def dying(conn: Any) -> None:
        step(conn)
        os._exit(137)

    migrations.MIGRATIONS = (*migrations.MIGRATIONS[: number - 1], (name, dying), *migrations.MIGRATIONS[number:])
    at_work(Path(folder))


def together(folder: str, state: str) -> None:
    os.environ["XIELI_STATE"] = state
    with at_work(Path(folder)) as session:
        os._exit(0 if told(session) == expected() else 3)


def test_a_process_that_is_gone_in_the_middle_leaves_the_version_before(tmp_path: Path) -> None:
    folder = as_of(tmp_path / "v", 1)
    process = multiprocessing.get_context("fork").Process(target=killed, args=(str(folder), os.environ["XIELI_STATE"], NEWEST))
    process.start()
    process.join(60)
    assert process.exitcode == 137
    assert version(folder) == NEWEST - 1
    with at_work(folder) as session:
        assert told(session) == expected()


def test_two_programs_that_open_an_old_store_at_once_both_find_it_upgraded(tmp_path: Path) -> None:
    folder = as_of(tmp_path / "v", 1)
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=together, args=(str(folder), os.environ["XIELI_STATE"])) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert version(folder) == NEWEST


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The store of a program that is one migration ahead."""
    folder = put(FROZEN / "village", tmp_path / "v")
    engine = engines.make_engine(rooms.store_path(folder), key_of(folder))
    with engines.write(engine) as conn:
        conn.exec_driver_sql("CREATE TABLE later (x TEXT)")
        conn.exec_driver_sql(f"PRAGMA user_version={NEWEST + 1}")
    engine.dispose()
    return folder


@pytest.mark.parametrize("command", [("today",), ("doctor",), ("store", "rebuild"), ("backup", "restore")])
def test_a_newer_store_is_refused_on_the_command_line_with_its_sentence(
    newer: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    before = rooms.store_path(newer).read_bytes()
    if command == ("backup", "restore"):
        engine = engines.make_engine(rooms.store_path(newer), key_of(newer))
        backup.create(newer, engine, key_of(newer), 1_800_000_000_000)
        engine.dispose()
        before = rooms.store_path(newer).read_bytes()
    assert main([*command, "-w", str(newer)]) == 4
    said = capsys.readouterr()
    assert said.err.startswith("错误 XL-L07：资料是更新的程序写的。请先升级程序。")
    assert said.out == ""
    assert rooms.store_path(newer).read_bytes() == before


async def test_a_newer_store_is_refused_at_the_door_of_the_app_with_its_sentence(newer: Path) -> None:
    from xieli_tui.ui.app import XieliApp

    app = XieliApp(newer, kdf="floor")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press(*PASSPHRASE.replace(" ", ""), "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        shown = "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
        assert "资料是更新的程序写的。请先升级程序。" in shown
        assert "XL-L07" in shown
        assert app.open_session is None
