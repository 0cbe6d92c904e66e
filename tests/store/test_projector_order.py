"""Any order, any duplication, the same rows; incremental judgement equals a judgement of the whole; a rebuild changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from worldkit import NOW, World, feed, open_at, take

from xieli_sync.heads import Verdict
from xieli_tui.store import journal, projector, rebuild, verdict
from xieli_tui.store.store import Store


def rows(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return rebuild.digests(tx)


def dump(store: Store, table: str) -> list[str]:
    with store.read() as tx:
        return sorted(str(tuple(row)) for row in tx.conn.exec_driver_sql(f"SELECT * FROM {table}"))


def same(one: Store, other: Store) -> None:
    left, right = rows(one), rows(other)
    for table in left:
        if left[table] != right[table]:
            a, b = dump(one, table), dump(other, table)
            pytest.fail(f"{table} differs: only one {[x for x in a if x not in b][:3]} only other {[x for x in b if x not in a][:3]}")


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_county_has_the_same_rows_whatever_the_order_batches_and_repetitions(tmp_path: Path, seed: int) -> None:
    print(f"seed={seed}")
    world = World(seed).play(90)
    shuffle = random.Random(seed * 7)
    straight = open_at(tmp_path / "one", "county", world.c.dev)
    feed(straight, world.lines)
    for turn in range(2):
        lines = [*world.lines, *shuffle.sample(world.lines, len(world.lines) // 3)]
        shuffle.shuffle(lines)
        other = open_at(tmp_path / f"other{turn}", "county", world.c.dev)
        feed(other, lines, batches=shuffle.choice([1, 4, 40]))
        same(straight, other)
        other.close()
    assert rebuild.rebuild(straight)["equal"] is True
    straight.close()


@pytest.mark.parametrize("seed", range(20, 23))
def test_a_township_computes_the_same_rows_in_any_order(tmp_path: Path, seed: int) -> None:
    print(f"seed={seed}")
    world = World(seed).play(70)
    lines = list(world.lines)
    one = open_at(tmp_path / "one", "township", world.t.dev)
    feed(one, lines, batches=5)
    random.Random(seed).shuffle(lines)
    other = open_at(tmp_path / "other", "township", world.t.dev)
    feed(other, lines, batches=15)
    same(one, other)
    assert rebuild.rebuild(other)["equal"] is True


@pytest.mark.parametrize("seed", range(30, 33))
def test_a_laptop_has_the_same_rows_in_any_order(tmp_path: Path, seed: int) -> None:
    print(f"seed={seed}")
    world = World(seed).play(70)
    lines = [x for x in world.lines if x.role != "village" or x.line.dev == world.a.dev]
    one = open_at(tmp_path / "one", "village", world.a.dev)
    feed(one, lines)
    random.Random(seed).shuffle(lines)
    other = open_at(tmp_path / "other", "village", world.a.dev)
    feed(other, lines, batches=20)
    same(one, other)
    assert rebuild.rebuild(other)["equal"] is True


@pytest.mark.parametrize("seed", range(40, 44))
def test_verdicts_kept_up_step_by_step_equal_those_of_the_whole_set(tmp_path: Path, seed: int) -> None:
    print(f"seed={seed}")
    world = World(seed).play(80)
    lines = list(world.lines)
    random.Random(seed).shuffle(lines)
    store = open_at(tmp_path, "county", world.c.dev)
    for at in range(0, len(lines), 9):
        with store.write() as tx:
            take(tx, lines[at : at + 9])
            kept = verdict.not_ok(tx, [e for some in journal.iterate_all(tx) for e in some])
            tx.memo.clear()
            judged = verdict.rejudge(tx)
            assert judged.changed == []
            again = verdict.not_ok(tx, [e for some in journal.iterate_all(tx) for e in some])
        assert kept == again


def test_events_taken_in_twice_change_nothing(tmp_path: Path) -> None:
    world = World(5).play(60)
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    before = rows(store)
    feed(store, world.lines, batches=7)
    assert rows(store) == before


def test_a_role_learned_late_gives_the_rows_of_a_role_known_from_the_start(tmp_path: Path) -> None:
    world = World(8).play(60)
    known = open_at(tmp_path / "known", "village", world.a.dev)
    feed(known, world.lines)
    late = open_at(tmp_path / "late", "village", world.a.dev)
    with late.write() as tx:
        for written in world.lines:
            from xieli_tui.store import chains

            chains.ingest(tx, [written.line], NOW, role="village")
        for author in (world.c, world.t):
            tx.conn.exec_driver_sql("UPDATE journal SET role=? WHERE dev=?", (author.role, author.dev))
            projector.relearn(tx, author.dev)
    same(known, late)


def test_what_counts_is_not_in_the_verdict_table(tmp_path: Path) -> None:
    world = World(9).play(30)
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.read() as tx:
        events = [e for some in journal.iterate_all(tx) for e in some]
        found = verdict.not_ok(tx, events)
    assert 0 < len(found) < len(events)
    assert Verdict("ok") not in found.values()
