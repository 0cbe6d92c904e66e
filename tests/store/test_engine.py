"""Probe b of the issue, kept: the engine recipe of design 05 holds under threads, rolls DDL back, and refuses what it must."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from corekit import START, bare_store, seeded
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from xieli_tui.domain.clock import millis, uuid7
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.errors import Damaged, Locked
from xieli_tui.store import engine as engines
from xieli_tui.store import journal

KEY = bytes(range(32))


def test_four_threads_append_to_one_chain_without_gap_or_duplicate(tmp_path: Path) -> None:
    rand = seeded(1)
    store = bare_store(tmp_path, rand)
    now, each, errors = millis(START), 25, []
    work = [[VisitRecorded(village="999999001001", household=uuid7(now, rand), visit=uuid7(now, rand), on="2026-12-28", met="self") for _ in range(each)]
            for _ in range(4)]

    def write(mine: list[VisitRecorded]) -> None:
        try:
            for payload in mine:
                with store.write() as tx:
                    journal.append(tx, [(payload, "1")], now)
        except Exception as err:  # collected: a thread's exception would be lost
            errors.append(err)

    threads = [threading.Thread(target=write, args=(mine,)) for mine in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.read() as tx:
        lines = journal.lines(tx, store.dev, store.ep, 1, 10_000)
        assert [x.seq for x in lines] == list(range(1, 4 * each + 1))
        prev = journal.wire.ZERO
        for line in lines:
            prev = journal.wire.chain_hash(prev, line.line)
            assert prev == line.hash
        assert journal.head(tx, store.dev, store.ep) == (4 * each, prev)
    store.close()


def test_a_writer_takes_the_lock_when_it_begins_and_not_at_its_first_write(tmp_path: Path) -> None:
    engine = engines.make_engine(tmp_path / "store.db", KEY)
    with engines.write(engine):
        other = engines.connect(tmp_path / "store.db", KEY)
        other.execute("PRAGMA busy_timeout=0")
        with pytest.raises(sqlcipher.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN")  # a reader is not in the way
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        other.close()
    engine.dispose()


def test_a_table_made_in_a_transaction_that_fails_is_not_there(tmp_path: Path) -> None:
    engine = engines.make_engine(tmp_path / "store.db", KEY)
    with pytest.raises(RuntimeError), engines.write(engine) as conn:
        conn.exec_driver_sql("CREATE TABLE half(a INTEGER)")
        conn.exec_driver_sql("PRAGMA user_version=9")
        raise RuntimeError
    with engines.read(engine) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
        assert conn.exec_driver_sql("PRAGMA user_version").scalar_one() == 0
    engine.dispose()


def test_forty_threads_read_at_once_without_a_crash(tmp_path: Path) -> None:
    engine = engines.make_engine(tmp_path / "store.db", KEY)
    with engines.write(engine) as conn:
        conn.exec_driver_sql("CREATE TABLE t(a INTEGER, b TEXT)")
        conn.exec_driver_sql("INSERT INTO t VALUES (?,?)", [(n, "户" * 50) for n in range(300)])
    seen: list[int] = []

    def read() -> None:
        for _ in range(3):
            with engines.read(engine) as conn:
                seen.append(len(conn.exec_driver_sql("SELECT * FROM t").all()))

    threads = [threading.Thread(target=read) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [300] * 120
    assert isinstance(engine.pool, QueuePool)
    engine.dispose()


def test_a_wrong_key_is_told_at_once_and_nothing_is_painted_over_the_screen(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    engines.make_engine(tmp_path / "store.db", KEY).dispose()
    with engines.write(engine := engines.make_engine(tmp_path / "store.db", KEY)) as conn:
        conn.exec_driver_sql("CREATE TABLE t(a)")
    engine.dispose()
    capfd.readouterr()
    with pytest.raises(Damaged) as refused:
        engines.make_engine(tmp_path / "store.db", bytes(32))
    assert refused.value.code == "XL-L06"
    assert capfd.readouterr() == ("", "")


def test_a_key_of_another_length_is_never_taken_for_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        engines.make_engine(tmp_path / "store.db", b"abcd")
    assert not (tmp_path / "store.db").exists()


def test_a_plain_database_in_the_place_of_the_store_is_refused(tmp_path: Path) -> None:
    plain = sqlcipher.connect(str(tmp_path / "store.db"))
    plain.execute("CREATE TABLE t(a)")
    plain.close()
    with pytest.raises(Damaged) as refused:
        engines.make_engine(tmp_path / "store.db", KEY)
    assert refused.value.code == "XL-L06"


def test_a_sqlite_with_the_wal_fault_is_refused() -> None:
    engines.check_library((3, 51, 3))
    with pytest.raises(Locked) as refused:
        engines.check_library((3, 51, 2))
    assert refused.value.code == "XL-L09"


def test_the_file_is_kept_as_the_recipe_says(tmp_path: Path) -> None:
    engine = engines.make_engine(tmp_path / "store.db", KEY)
    with engines.read(engine) as conn:
        found = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous", "busy_timeout")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": engines.BUSY_MS}
    engine.dispose()


def test_an_error_of_the_store_shows_no_parameter(tmp_path: Path) -> None:
    engine = engines.make_engine(tmp_path / "store.db", KEY)
    with pytest.raises(OperationalError) as failed, engines.read(engine) as conn:
        conn.exec_driver_sql("SELECT * FROM missing WHERE name=?", ("王小明",))
    assert "王小明" not in str(failed.value)
    engine.dispose()


@pytest.mark.parametrize("place", [0.3, 0.9])
def test_a_flipped_bit_in_the_file_is_found(tmp_path: Path, place: float) -> None:
    engine = engines.make_engine(tmp_path / "store.db", KEY)
    with engines.write(engine) as conn:
        conn.exec_driver_sql("CREATE TABLE t(a TEXT)")
        conn.exec_driver_sql("INSERT INTO t VALUES (?)", [("户" * 200,) for _ in range(200)])
    with engines.read(engine) as conn:
        conn.exec_driver_sql("SELECT 1")
    engine.dispose()
    raw = engines.connect(tmp_path / "store.db", KEY)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert engines.integrity(tmp_path / "store.db", KEY) == []
    data = bytearray((tmp_path / "store.db").read_bytes())
    data[int(len(data) * place)] ^= 1
    (tmp_path / "store.db").write_bytes(data)
    assert engines.integrity(tmp_path / "store.db", KEY) != []
