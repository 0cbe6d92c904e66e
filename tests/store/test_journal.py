"""The journal appends what a desk would take, in one chain without gap or duplicate, and gives back what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from corekit import START, VILLAGE, bare_store, no_projection, seeded
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from xieli_sync.event import ZERO, chain_hash, make_line, parse_line
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events.aid import ApplicationAccepted
from xieli_tui.domain.events.household import HouseholdClaimed, HouseholdOpened
from xieli_tui.domain.events.road import AuditUnlocked, FactCorrected, FactWithdrawn
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.errors import Refused
from xieli_tui.store import epochs, journal, migrations
from xieli_tui.store.engine import make_engine, read, write
from xieli_tui.store.store import Store, open_store

NOW = millis(START)
H = "01a0c450-6c00-75a3-9022-74ce327166ad"
V = "01a0c450-6c00-75a3-9022-74ce327166ae"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return bare_store(tmp_path, seeded(2))


TEXT = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(['","dev":"', ',"d":', '"', "\\", "\u2028", "\x7f", "\x00"])
VALUE = st.recursive(TEXT | st.booleans() | st.integers(1 - 2**53, 2**53 - 1), lambda x: st.lists(x, max_size=3) | st.dictionaries(TEXT, x, max_size=3), max_leaves=6)


def visit(**other: object) -> VisitRecorded:
    return VisitRecorded.model_validate({"village": VILLAGE, "household": H, "visit": V, "on": "2026-12-28", "met": "self", **other})


def test_lines_chain_from_zero_and_the_columns_repeat_what_they_say(store: Store) -> None:
    with store.write() as tx:
        first, second = journal.append(tx, [(visit(note="到家里看了"), "1"), (AuditUnlocked(where="cli"), "2")], NOW)
    with store.read() as tx:
        lines = journal.lines(tx, store.dev, store.ep, 1, 9)
        assert [x.hash for x in lines] == [first.hash, second.hash] == [chain_hash(ZERO, lines[0].line), chain_hash(first.hash, lines[1].line)]
        held = journal.get(tx, first.ref)
        assert held is not None
        assert (held.t, held.by, held.village, held.household, held.entity, held.of, held.role) == ("visit.recorded", "1", VILLAGE, H, V, "", "village")
        assert held.d == {"village": VILLAGE, "household": H, "visit": V, "on": "2026-12-28", "kind": "routine", "channel": "home", "met": "self",
                          "note": "到家里看了"}
        assert parse_line(held.line).d == held.d
        other = journal.get(tx, second.ref)
        assert other is not None
        assert (other.entity, other.village, other.prev) == (second.ref, "", first.hash)
        assert tx.conn.exec_driver_sql("SELECT county FROM journal ORDER BY rowid").scalars().all() == ["999999", ""]


def test_the_stamp_never_goes_back_even_when_the_clock_does(store: Store) -> None:
    stamps = []
    for now in (NOW, NOW, NOW - 5_000, NOW + 1):
        with store.write() as tx:
            journal.append(tx, [(visit(), "1")], now)
    with store.read() as tx:
        stamps = [parse_line(x.line).hlc for x in journal.lines(tx, store.dev, store.ep, 1, 4)]
    assert stamps == [(NOW, 0), (NOW, 1), (NOW, 2), (NOW + 1, 0)]


def test_an_error_in_the_middle_of_a_verb_writes_nothing(store: Store) -> None:
    with pytest.raises(Refused), store.write() as tx:
        journal.append(tx, [(visit(), "1")], NOW)
        journal.append(tx, [(visit(), "no operator!")], NOW)
    with store.read() as tx:
        assert journal.count(tx) == 0
        assert journal.head(tx, store.dev, store.ep) == (0, ZERO)


def test_a_village_cannot_write_a_step_of_a_desk(store: Store) -> None:
    step = ApplicationAccepted(village=VILLAGE, household=H, application=V, on="2026-12-28")
    with pytest.raises(Refused) as refused, store.write() as tx:
        journal.append(tx, [(step, "1")], NOW)
    assert refused.value.code == "XL-P02"


def test_a_payload_that_its_own_model_would_refuse_is_not_written(store: Store) -> None:
    bad = visit().model_copy(update={"met": "maybe", "note": "秘密的话"})
    with pytest.raises(Refused) as refused, store.write() as tx:
        journal.append(tx, [(bad, "1")], NOW)
    assert (refused.value.code, refused.value.field) == ("XL-V11", "met")
    assert "秘密的话" not in str(refused.value)


@pytest.mark.parametrize("fields", [{"amount": 1.5}, {"note": "很长" * 6000}, {"note": None}, {"count": 2**53}])
def test_a_line_that_a_desk_would_refuse_is_not_written(store: Store, fields: dict[str, object]) -> None:
    mending = FactCorrected(village=VILLAGE, household=H, of=f"{store.dev}:{store.ep}:1:{'0' * 32}", fields=fields, reason="更正")
    with pytest.raises(Refused) as refused, store.write() as tx:
        journal.append(tx, [(mending, "1")], NOW)
    assert refused.value.code == "XL-S02"
    with store.read() as tx:
        assert journal.count(tx) == 0


def test_events_are_found_by_entity_household_type_reference_and_target(store: Store) -> None:
    with store.write() as tx:
        opened, seen = journal.append(tx, [(HouseholdOpened(village=VILLAGE, household=H), "1"), (visit(), "1")], NOW)
        claim = HouseholdClaimed(village=VILLAGE, household=H, fields={"phone": "10000001234"}, replaces=[opened.ref])
        gone = FactWithdrawn(village=VILLAGE, household=H, of=seen.ref, reason="写错了户")
        journal.append(tx, [(claim, "1"), (gone, "1")], NOW)
    with store.read() as tx:
        assert [e.t for e in journal.events_of_household(tx, H)] == ["household.opened", "visit.recorded", "household.claimed", "fact.withdrawn"]
        assert [e.t for e in journal.events_of_entity(tx, [H])] == ["household.opened", "household.claimed"]
        assert [e.t for e in journal.events_about(tx, [seen.ref])] == ["fact.withdrawn"]
        assert [e.entity for e in journal.events_of_type(tx, "fact.withdrawn")] == [seen.ref]
        assert set(journal.by_refs(tx, [opened.ref, seen.ref, seen.ref[:-32] + "0" * 32])) == {opened.ref, seen.ref}
        assert journal.get(tx, f"{store.dev}:{store.ep}:99:{'0' * 32}") is None


def test_the_whole_journal_is_read_in_batches_in_the_order_it_came(store: Store) -> None:
    with store.write() as tx:
        journal.append(tx, [(visit(note=str(n)), "1") for n in range(25)], NOW)
    with store.read() as tx:
        batches = list(journal.iterate_all(tx, batch=10))
    assert [len(b) for b in batches] == [10, 10, 5]
    assert [e.d["note"] for b in batches for e in b] == [str(n) for n in range(25)]


@settings(max_examples=150, deadline=None, derandomize=True, print_blob=True)
@given(d=st.dictionaries(st.sampled_from(["d", "dev", "ep", "note", ',"dev":"']), VALUE, max_size=4), v=st.integers(1, 2**53 - 1))
def test_whatever_a_line_holds_its_payload_is_read_as_the_wire_reads_it(d: dict[str, object], v: int) -> None:
    """The marks by which a stored line is cut open may stand in any text or object of the payload."""
    line = make_line(by="1", d={"x": '","d":{},"dev":"', **d}, dev="ab" * 16, ep="cd" * 8, hlc=(1, 0), seq=1, t="later.type", v=v)
    row = (1, line.dev, line.ep, 1, ZERO, "ref", ZERO, line.t, v, "1", 1, 0, "village", None, "", "", "ref", "", line.raw)
    found = journal._read(row)
    assert found.d == line.d == json.loads(line.raw)["d"]
    assert list(found.d) == list(json.loads(line.raw)["d"])
    assert journal.body(line.raw)["d"] == line.d


def test_a_later_epoch_starts_a_chain_of_its_own_and_keeps_the_clock(store: Store) -> None:
    with store.write() as tx:
        journal.append(tx, [(visit(), "1")], NOW + 10)
    old = store.ep
    with store.write() as tx:
        store.ep = epochs.begin(tx, NOW)
    with store.write() as tx:
        (only,) = journal.append(tx, [(visit(), "1")], NOW)
        assert epochs.all_own(tx) == [old, store.ep]
    with store.read() as tx:
        line = journal.lines(tx, store.dev, store.ep, 1, 1)[0]
        assert (only.seq, line.hash) == (1, chain_hash(ZERO, line.line))
        assert parse_line(line.line).hlc == (NOW + 10, 1)


def test_two_programs_over_one_store_never_write_behind_a_newer_epoch(tmp_path: Path) -> None:
    app, cli = bare_store(tmp_path, seeded(8)), bare_store(tmp_path, seeded(9))
    with app.write() as tx:
        journal.append(tx, [(visit(), "1")], NOW)
    with cli.write() as tx:
        newer = epochs.begin(tx, NOW)
    with app.write() as tx:
        (line,) = journal.append(tx, [(visit(), "1")], NOW)
    assert (line.ep, line.seq, app.ep) == (newer, 1, newer)


def test_a_store_is_opened_again_in_its_newest_epoch(tmp_path: Path) -> None:
    store = bare_store(tmp_path, seeded(4))
    with store.write() as tx:
        journal.append(tx, [(visit(), "1")], NOW)
    store.close()
    again = bare_store(tmp_path, seeded(9))
    assert again.ep == store.ep
    with again.read() as tx:
        assert journal.count(tx) == 1


def test_the_journal_needs_a_writing_transaction(store: Store) -> None:
    with store.read() as tx, pytest.raises(RuntimeError):
        journal.append(tx, [(visit(), "1")], NOW)


# -- migrations -------------------------------------------------------------------------------------


def _shape(conn: object) -> dict[str, object]:
    run = conn.exec_driver_sql  # type: ignore[attr-defined]
    shape: dict[str, object] = {}
    for (table,) in run("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name").all():
        columns = [tuple(row)[1:] for row in run(f'PRAGMA table_info("{table}")').all()]
        indexes = {
            str(row[1]): [str(column[2]) for column in run(f'PRAGMA index_info("{row[1]}")').all()] for row in run(f'PRAGMA index_list("{table}")').all()
        }
        shape[table] = (columns, indexes)
    return shape


def test_the_migrations_add_up_to_the_tables_as_declared(tmp_path: Path) -> None:
    migrated = make_engine(tmp_path / "a.db", bytes(32))
    assert migrations.migrate(migrated) == [name for name, _ in migrations.MIGRATIONS]
    assert migrations.migrate(migrated) == []
    declared = make_engine(tmp_path / "b.db", bytes(32))
    with write(declared) as conn:
        SQLModel.metadata.create_all(conn)
    with read(migrated) as one, read(declared) as other:
        assert _shape(one) == _shape(other)
        assert migrations.version(one) == len(migrations.MIGRATIONS)


def test_a_store_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "store.db", bytes(32))
    migrations.migrate(engine)
    with write(engine) as conn:
        conn.exec_driver_sql(f"PRAGMA user_version={len(migrations.MIGRATIONS) + 1}")
    with pytest.raises(Refused) as refused:
        migrations.migrate(engine)
    assert refused.value.code == "XL-L07"


def test_a_migration_that_fails_leaves_the_version_and_the_tables_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(tmp_path / "store.db", bytes(32))
    migrations.migrate(engine)
    copies: list[int] = []

    def broken(conn: object) -> None:
        conn.exec_driver_sql("CREATE TABLE half(a)")  # type: ignore[attr-defined]
        raise RuntimeError("stopped")

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, ("broken", broken)))
    with pytest.raises(RuntimeError, match="stopped"):
        migrations.migrate(engine, before=copies.append)
    with read(engine) as conn:
        assert migrations.version(conn) == len(migrations.MIGRATIONS) - 1
        assert conn.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name='half'").scalar_one() == 0
    assert copies == [len(migrations.MIGRATIONS) - 1]


def test_two_programs_starting_at_once_migrate_once(tmp_path: Path) -> None:
    one = make_engine(tmp_path / "store.db", bytes(32))
    other = make_engine(tmp_path / "store.db", bytes(32))
    migrations.migrate(one)
    assert migrations.migrate(other) == []
    first = open_store(one, "a" * 32, "village", seeded(1), NOW, absorb=no_projection)
    second = open_store(other, "a" * 32, "village", seeded(2), NOW, absorb=no_projection)
    assert first.ep == second.ep


def test_d_of_a_line_has_no_nulls_and_no_empty_lists(store: Store) -> None:
    with store.write() as tx:
        (made,) = journal.append(tx, [(visit(), "1")], NOW)
        held = journal.get(tx, made.ref)
    assert held is not None
    assert b"null" not in held.line
    assert b"[]" not in held.line
    assert json.loads(held.line)["d"] == held.d
