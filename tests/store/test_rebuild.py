"""A rebuild drops the projections, replays the journal and finds the same rows; what is not a projection is not touched."""

from __future__ import annotations

import gc
import random
import tempfile
from pathlib import Path

import pytest
from corekit import enrolled
from hypothesis import given, settings
from hypothesis import strategies as st
from worldkit import World, feed, open_at, take

from xieli_tui.store import drafts, journal, queries, rebuild, sink
from xieli_tui.store import settings as kept

LOCAL = ("draft", "setting", "outbox", "parked", "own_epoch", "trust_signer", "journal", "device_head", "delivery_in", "delivery_out", "bundle_seen")


def test_a_rebuild_of_a_county_and_a_laptop_after_the_road_was_walked_is_equal(tmp_path: Path) -> None:
    county, (laptop,) = enrolled(tmp_path, 51)
    home = laptop.household()
    laptop.visit(home)
    laptop.visit(home, "999999003003")
    county.take(laptop.export()[0])
    back = county.send(laptop)
    assert back is not None
    laptop.take(back)
    for node in (county, laptop):
        with node.store.write() as tx:
            drafts.save(tx, "visit", home, {"note": "写了一半"}, now_ms=node.now)
            kept.put(tx, "mapping", {"a": 1})
            before = {table: tx.conn.exec_driver_sql(f"SELECT * FROM {table}").all() for table in LOCAL}
        result = rebuild.rebuild(node.store)
        assert result["equal"] is True
        assert set(result["before"]) >= {*sink.tables(), "receipt"}
        with node.store.read() as tx:
            assert {table: tx.conn.exec_driver_sql(f"SELECT * FROM {table}").all() for table in LOCAL} == before
    with laptop.store.read() as tx:
        assert [q.code for q in queries.quarantined(tx)] == ["XL-S01"]


def test_a_rebuild_notices_a_row_somebody_changed_and_puts_it_right(tmp_path: Path) -> None:
    world = World(2).play(30)
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.write() as tx:
        tx.conn.exec_driver_sql("UPDATE household SET number='99'")
    result = rebuild.rebuild(store)
    assert result["equal"] is False
    assert {t for t in result["before"] if result["before"][t] != result["after"][t]} == {"household"}
    assert rebuild.rebuild(store)["equal"] is True


def test_a_rebuild_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(3).play(20)
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.read() as tx:
        before = rebuild.digests(tx)

    def broken(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(rebuild.projector, "derive", broken)
    with pytest.raises(OSError, match="no room"):
        rebuild.rebuild(store)
    with store.read() as tx:
        assert rebuild.digests(tx) == before


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_rebuild_in_batches_of_three_lines_makes_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Where a batch ends says nothing: an entity, what mends it and the clock it stands by may lie in different ones."""
    world = World(seed).play(60)
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines, batches=9)
    whole = journal.iterate_all
    monkeypatch.setattr(rebuild.journal, "iterate_all", lambda tx, types=(): whole(tx, 3, types))
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    result = rebuild.rebuild(store)
    assert result["equal"] is True, [t for t in result["before"] if result["before"][t] != result["after"][t]]


def test_the_search_for_cycles_is_back_after_a_rebuild_that_failed_and_stays_off_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_at(tmp_path, "village", World(1).a.dev)
    seen: list[bool] = []
    monkeypatch.setattr(rebuild.receipts, "replay", lambda tx: (seen.append(gc.isenabled()), 1 / 0))
    for was in (True, False):
        (gc.enable if was else gc.disable)()
        try:
            with pytest.raises(ZeroDivisionError):
                rebuild.rebuild(store)
            assert gc.isenabled() is was
        finally:
            gc.enable()
    assert seen == [False, False]


@settings(max_examples=12, deadline=None, derandomize=True, print_blob=True)
@given(seed=st.integers(0, 10**6), order=st.randoms(use_true_random=False), batch=st.integers(1, 60))
def test_any_history_in_any_order_with_repetitions_has_the_rows_of_its_set(seed: int, order: random.Random, batch: int) -> None:
    print(f"seed={seed} batch={batch}")
    world = World(seed).play(40)
    lines = [*world.lines, *order.sample(world.lines, 10)]
    order.shuffle(lines)
    with tempfile.TemporaryDirectory() as folder:
        store = open_at(Path(folder), "county", world.c.dev)
        for at in range(0, len(lines), batch):
            with store.write() as tx:
                take(tx, lines[at : at + batch])
        result = rebuild.rebuild(store)
        with store.read() as tx:
            held = journal.count(tx)
        store.close()
    assert result["equal"] is True, [t for t in result["before"] if result["before"][t] != result["after"][t]]
    assert held == len(world.lines)


def test_rows_of_an_older_program_are_replayed_at_the_opening_and_only_then(tmp_path: Path) -> None:
    """A projection whose columns changed is never read with the new program's eyes (design 03)."""
    world = World(5).play(30)
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.read() as tx:
        wanted = rebuild.digests(tx)
    assert rebuild.renew(store) is True, "a store that never said which shape it has"
    assert rebuild.renew(store) is False
    with store.write() as tx:
        tx.conn.exec_driver_sql("ALTER TABLE referral DROP COLUMN progress")
        tx.conn.exec_driver_sql("DROP TABLE service")
        kept.put(tx, rebuild.KEPT, "older")
    assert rebuild.renew(store) is True
    with store.read() as tx:
        assert rebuild.digests(tx) == wanted


def test_a_new_store_has_nothing_to_replay(tmp_path: Path) -> None:
    store = open_at(tmp_path, "village", World(1).a.dev)
    assert rebuild.renew(store) is False
    assert rebuild.renew(store) is False


def test_a_look_at_an_earlier_instant_has_the_rows_of_then_keeps_nobody_from_writing_and_leaves_nothing(tmp_path: Path) -> None:
    county, (laptop,) = enrolled(tmp_path, 77)
    home = laptop.household()
    laptop.visit(home)
    county.take(laptop.export()[0])
    with county.store.read() as tx:
        then = rebuild.digests(tx)
        cut = max(int(ms) for ms in tx.column("SELECT max(arrived_ms) FROM journal UNION ALL SELECT coalesce(max(at_ms), 0) FROM delivery_in"))
    for _ in range(3):
        for clock in {laptop.clock, county.clock}:
            clock.tick(hours=1)
        laptop.visit(laptop.household())
        county.take(laptop.export()[0])
    with county.store.read() as tx:
        now, lines = rebuild.digests(tx), tx.value("SELECT count(*) FROM journal")
    assert now != then
    with rebuild.known_at(county.store, cut) as past:
        assert {name: digest for name, digest in rebuild.digests(past).items() if digest != then[name]} == {}
        assert past.value("SELECT count(*) FROM main.journal") == lines > past.value("SELECT count(*) FROM journal")
        with county.store.write() as tx:  # another connection: nobody waits for a look back
            kept.put(tx, "written meanwhile", 1)
    for _ in range(4):
        with county.store.read() as tx:
            assert tx.ask("SELECT name FROM sqlite_temp_master") == []
            assert rebuild.digests(tx) == now
            assert kept.get(tx, "written meanwhile") == 1
