"""Receipts of a forked chain reach the end of every branch, in whatever order its pieces came."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from corekit import VILLAGE, Node, enrolled

from xieli_sync.event import chain_hash, make_line
from xieli_sync.ports import ChainLine
from xieli_tui.store import chains, journal, relay_receipts


def branch(node: Node, household: str, after: int, count: int, word: str) -> list[ChainLine]:
    """Lines of a copy of this machine, which went its own way after line `after`."""
    with node.store.read() as tx:
        digest = journal.lines(tx, node.dev, node.store.ep, after, after)[0].hash
    found = []
    for seq in range(after + 1, after + count + 1):
        body = {"household": household, "village": VILLAGE, "visit": node.id(), "on": "2026-12-28", "met": "self", "note": f"{word}{seq}"}
        line = make_line(by="1", d=body, dev=node.dev, ep=node.store.ep, hlc=(node.now, seq), seq=seq, t="visit.recorded", v=1).raw
        digest = chain_hash(digest, line)
        found.append(ChainLine(node.dev, node.store.ep, seq, digest, line))
    return found


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_every_branch_is_signed_for_to_its_end_in_every_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    county, (one,) = enrolled(tmp_path, 95)
    household = one.household()
    for _ in range(6):
        one.visit(household)
    with one.store.read() as tx:
        end = journal.head(tx, one.dev, one.store.ep)
    assert county.take(one.bundle(1, end[0])).status == "imported"
    other = branch(one, household, 3, 6, "另一台")
    pieces = [other[:2], other[2:4], other[4:]]
    befores = [one_line(one, 3).hash, other[1].hash, other[3].hash]
    for place in order:
        county.take(one.seal_changes(one.store.ep, pieces[place], befores[place]))
    for place in order:  # what waited or was frozen comes again, as a laptop without a receipt brings it
        county.take(one.seal_changes(one.store.ep, pieces[place], befores[place]))
    with county.store.read() as tx:
        told = {(x.seq, x.head) for x in relay_receipts.receipts_of(tx, one.dev, one.store.ep)}
    assert told == {end, (other[-1].seq, other[-1].hash)}


def one_line(node: Node, seq: int) -> ChainLine:
    with node.store.read() as tx:
        return journal.lines(tx, node.dev, node.store.ep, seq, seq)[0]


def test_a_line_whose_own_past_is_missing_is_not_taken_for_the_next_one(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 96)
    household = one.household()
    for _ in range(3):
        one.visit(household)
    assert county.take(one.bundle(1, 5)).status == "imported"
    other = branch(one, household, 3, 4, "另一台")  # lines 4 to 7 of a copy, of which only 6 and 7 come
    assert county.take(one.seal_changes(one.store.ep, other[2:], other[1].hash)).code == "XL-C02"
    with county.store.read() as tx:
        assert chains.reach(tx, one.dev, one.store.ep) == (5, one_line(one, 5).hash)
        (told,) = relay_receipts.receipts_of(tx, one.dev, one.store.ep)
        assert (told.seq, told.head) == (5, one_line(one, 5).hash)
    one.visit(household)
    assert county.take(one.bundle(6, 6)).status == "frozen"
    with county.store.read() as tx:
        assert chains.reach(tx, one.dev, one.store.ep) == (6, one_line(one, 6).hash)
