"""The list kept in memory says what a fresh reading of the store says, whatever came in between."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from worldkit import World, feed, open_at

from xieli_tui.store import queries
from xieli_tui.store.queries.rows import HouseholdLine

SEED = 20261122
NAMES = ("王秀英", "单桂芳", "解放", "𠮷田花", "欧阳小明", "王小明")
QUERIES = ("", "王", "甲", "j", "y", "wxy", "sgf", "cgf", "小明", "王xm", "0003", "1", "3", "三组", "乙", "zzz", "\n", "%", "𠮷", "lock")


def shown(lines: Sequence[HouseholdLine]) -> list[tuple[str, ...]]:
    return [(line.id, line.head, line.group, str(line.size), line.last_visit, line.category, line.phone, line.nickname, line.matched) for line in lines]


@pytest.mark.parametrize("role", ["county", "village"])
@pytest.mark.parametrize("seed", range(SEED, SEED + 4))
def test_a_kept_list_is_the_list_read_afresh_after_any_history(tmp_path: Path, seed: int, role: str) -> None:
    print(f"seed={seed}")
    world = World(seed)
    store = open_at(tmp_path, role, (world.c if role == "county" else world.a).dev)
    finder = queries.Finder()
    fed: set[str] = set()
    met = 0
    for _ in range(25):
        world.play(4)
        home = world.open_household(world.a, number=str(world.random.randint(1, 40)), group=world.random.choice(("一组", "三组", "甲")))
        world.add_person(world.a, home, world.random.choice(NAMES), "02", phone=f"1000000{world.random.randint(0, 9999):04d}")
        new = [one for one in world.lines if one.ref not in fed]
        fed |= {one.ref for one in new}
        feed(store, new, batches=world.random.randint(1, 3))
        with store.read() as tx:
            for query in ("", *world.random.sample(QUERIES, 6)):
                fresh = shown(queries.household_rows(tx, query))
                met += bool(query and fresh)
                assert shown(finder.find(tx, query)) == fresh, query
    assert met > 20, "the searches must meet something, or nothing was compared"


def test_a_visit_renews_its_own_family_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xieli_tui.store.queries import finder as module

    world = World()
    store = open_at(tmp_path, "village", world.a.dev)
    homes = [world.open_household(world.a, number=str(n), group="一组") for n in range(3)]
    feed(store, world.lines)
    finder = queries.Finder()
    asked: list[set[str] | None] = []
    read = module._read

    def watched(tx: Any, ids: Any) -> Any:
        asked.append(None if ids is None else set(ids))
        return read(tx, ids)

    monkeypatch.setattr(module, "_read", watched)
    with store.read() as tx:
        finder.find(tx, "")
        finder.find(tx, "一组")
    done = len(world.lines)
    world.visit(world.a, homes[1], on="2026-12-20")
    feed(store, world.a.out[-1:])
    with store.read() as tx:
        (line,) = [one for one in finder.find(tx, "") if one.id == homes[1]]
    assert len(world.lines) == done + 1
    assert (asked, line.last_visit) == ([None, {homes[1]}], "2026-12-20")


def test_a_part_of_what_was_found_says_what_was_met_too(tmp_path: Path) -> None:
    world = World()
    store = open_at(tmp_path, "village", world.a.dev)
    for number in ("1", "2", "3"):
        world.add_person(world.a, world.open_household(world.a, number=number, group="一组"), "王秀英", "02")
    feed(store, world.lines)
    with store.read() as tx:
        lines = queries.household_rows(tx, "一组")
        assert [line.matched for line in lines[1:]] == ["一组", "一组"]
        assert len(queries.household_rows(tx, "王", limit=2)) == 2
        assert lines == list(lines)
