"""What the rules learned is passed on from one writing transaction to the next, and is never believed when it could be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from worldkit import World, feed, open_at, take

from xieli_sync.heads import TRUST_TYPES
from xieli_tui.store import rebuild, verdict
from xieli_tui.store.store import Store


def digests(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return rebuild.digests(tx)


@pytest.mark.parametrize("seed", range(8))
def test_two_programs_in_turns_and_failed_transactions_between_end_with_the_same_rows(tmp_path: Path, seed: int) -> None:
    world = World(seed)
    world.play(120)
    lines = world.lines
    once = open_at(tmp_path / "once", "county", world.c.dev)
    feed(once, lines)
    first = open_at(tmp_path / "turns", "county", world.c.dev)
    second = Store(first.engine, first.dev, first.ep, "county", first.rand)
    step = max(1, len(lines) // 30)
    for at in range(0, len(lines), step):
        turn = at // step
        store, other = (first, second) if turn % 2 else (second, first)
        with pytest.raises(ZeroDivisionError), other.write() as tx:  # a small file that fails at its end: nothing of it may be remembered
            take(tx, [one for one in lines[at + step :] if one.t in TRUST_TYPES][:2])
            raise ZeroDivisionError
        with store.write() as tx:
            take(tx, lines[at : at + step])
    assert digests(first) == digests(once), f"seed={seed}"
    print(f"seed={seed}")


def test_a_folder_of_files_reads_the_trust_events_of_the_county_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(3)
    world.play(60)
    lines = world.lines
    store = open_at(tmp_path / "c", "county", world.c.dev)
    built: list[int] = []
    make = verdict.Court.__init__
    monkeypatch.setattr(verdict.Court, "__init__", lambda self, tx: (built.append(1), make(self, tx))[1])
    feed(store, lines, batches=20)
    assert len(built) == 1
