"""Issuer epochs at a laptop: which one a desk goes by now, whatever came first, and whose receipts are the horizon."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from corekit import Node, enrolled

from xieli_sync import delivery
from xieli_sync.event import ZERO
from xieli_sync.ports import Delivered, Signer
from xieli_tui.store import chains, echoes, issuers, journal, receipts
from xieli_tui.store.rebuild import rebuild

OLD, NEW, NEWEST = "1" * 16, "2" * 16, "3" * 16
TOWN, OTHER_TOWN = "7" * 32, "8" * 32


def desk(dev: str = TOWN, gen: int = 1) -> Signer:
    return Signer(dev, "ab" * 8, b"s" * 32, b"e" * 32, "township", "999999001", 1, gen)


def take(node: Node, signer: Signer, ep: str, *items: bytes) -> None:
    """Delivery lines as a return of this desk brings them; each is given as bytes with r = 1, 2, …"""
    with node.store.read() as tx:
        row = tx.conn.exec_driver_sql("SELECT r, hash FROM delivery_in WHERE issuer=? AND issuer_ep=? ORDER BY r DESC LIMIT 1", (signer.dev, ep)).first()
    digest = str(row[1]) if row else ZERO
    lines = []
    for line in items:
        r, item = delivery.parse_delivery(line)
        digest = delivery.delivery_hash(digest, line)
        lines.append(Delivered(r, digest, line, item))
    node.clock.tick(minutes=1)
    with node.desk.importing(signer.dev) as tx:
        tx.take_deliveries(signer, ep, lines)


def receipt(node: Node, r: int, seq: int) -> bytes:
    """The desk signs for the own chain up to seq."""
    with node.store.read() as tx:
        head = tx.conn.exec_driver_sql("SELECT hash FROM journal WHERE dev=? AND ep=? AND seq=?", (node.dev, node.store.ep, seq)).scalar_one()
    return delivery.receipt_line(r, delivery.Receipt(node.dev, node.store.ep, seq, str(head)))


def head(r: int, ep: str, *old: str) -> bytes:
    return delivery.head_line(r, ep, r, "ab" * 32, [(name, 1, "cd" * 32) for name in old])


def at_work(tmp_path: Path, seed: int) -> Node:
    _, (one,) = enrolled(tmp_path, seed)
    home = one.household()
    for _ in range(6):
        one.visit(home)
    return one


@pytest.mark.parametrize("order", list(itertools.permutations((OLD, NEW, NEWEST))))
def test_the_epoch_that_names_the_others_is_the_current_one_in_whatever_order_they_come(tmp_path: Path, order: tuple[str, ...]) -> None:
    one = at_work(tmp_path, 81)
    past = {OLD: (), NEW: (OLD,), NEWEST: (OLD, NEW)}
    signs = {OLD: 6, NEW: 3, NEWEST: 4}
    for ep in order:
        take(one, desk(), ep, receipt(one, 1, signs[ep]), head(2, ep, *past[ep]))
    with one.store.read() as tx:
        assert issuers.current(tx, TOWN) == NEWEST
        assert [ep for issuer, ep in issuers.earlier(tx) if issuer == TOWN] == [OLD, NEW]
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 4
    assert rebuild(one.store)["equal"] is True


def test_a_desk_that_lost_its_memory_of_an_epoch_is_believed_in_the_later_one(tmp_path: Path) -> None:
    """Put back twice from the same old copy: the third epoch names only what the copy knew, the second named as much."""
    one = at_work(tmp_path, 87)
    for ep, past, seq in ((OLD, (), 6), (NEW, (OLD,), 5), (NEWEST, (OLD,), 3)):
        take(one, desk(), ep, receipt(one, 1, seq), head(2, ep, *past))
    with one.store.read() as tx:
        assert issuers.current(tx, TOWN) == NEWEST
        assert [ep for issuer, ep in issuers.earlier(tx) if issuer == TOWN] == [OLD, NEW]
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 3


@pytest.mark.parametrize("turned", [False, True])
def test_a_higher_generation_is_later_whatever_came_first(tmp_path: Path, turned: bool) -> None:
    one = at_work(tmp_path, 82)
    both = [(desk(), OLD, 6), (desk(gen=2), NEW, 2)]
    for signer, ep, seq in reversed(both) if turned else both:
        take(one, signer, ep, receipt(one, 1, seq))
    with one.store.read() as tx:
        assert issuers.current(tx, TOWN) == NEW
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 2


def test_a_new_generation_that_signed_for_nothing_yet_has_signed_for_nothing(tmp_path: Path) -> None:
    one = at_work(tmp_path, 83)
    take(one, desk(), OLD, receipt(one, 1, 6))
    with one.store.read() as tx:
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 6
    take(one, desk(gen=2), NEW, head(1, NEW))
    with one.store.read() as tx:
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 0


def test_a_reopened_township_takes_nothing_from_what_another_one_signed_for(tmp_path: Path) -> None:
    one = at_work(tmp_path, 84)
    take(one, desk(OTHER_TOWN), OLD, receipt(one, 1, 5))
    take(one, desk(), OLD, receipt(one, 1, 6))
    take(one, desk(gen=2), NEW, head(1, NEW, OLD))
    with one.store.read() as tx:
        assert receipts.township_receipt(tx, one.dev, one.store.ep) == 5


def test_nothing_is_given_back_before_the_desk_said_what_it_remembers(tmp_path: Path) -> None:
    one = at_work(tmp_path, 85)
    take(one, desk(), OLD, receipt(one, 1, 6))
    take(one, desk(gen=2), NEW, delivery.time_line(1, 5))
    with one.store.read() as tx:
        assert echoes.owed(tx) == []
        assert issuers.earlier(tx) == [(TOWN, OLD)]


def test_a_receipt_beyond_an_epoch_left_behind_is_no_alarm_but_another_line_where_one_stands_is(tmp_path: Path) -> None:
    """A laptop put back from a copy hears that it had written more, before those lines are home."""
    one = at_work(tmp_path, 86)
    before = one.store.ep
    with one.store.read() as tx:
        top, _ = journal.head(tx, one.dev, before)
    one.new_epoch()
    cases = [(before, top + 5, 0), (before, top, 1), (one.store.ep, 9, 2)]
    for number, (ep, seq, alarms) in enumerate(cases, 1):
        take(one, desk(), OLD, delivery.receipt_line(number, delivery.Receipt(one.dev, ep, seq, "ab" * 32)))
        with one.store.read() as tx:
            assert len(chains.alarms(tx)) == alarms, (ep == before, seq)
            assert receipts.township_receipt(tx, one.dev, ep) == 0
