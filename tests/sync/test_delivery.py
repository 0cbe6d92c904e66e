"""Delivery lines and who owes whom a file, without keys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from xieli_sync import delivery, exchange
from xieli_sync.delivery import Range, Receipt
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, canonical, chain_hash, make_line
from xieli_sync.exchange import Acked, Branch, Mark, Opened, OwnLine, Sent, Statements
from xieli_sync.heads import OK, Verdict, parents_of, standing

DEV, EP, OTHER_EP = "a" * 32, "b" * 16, "c" * 16


def h(seq: int, branch: str = "0") -> str:
    return f"{branch}{seq:063x}"


def line_of(seq: int, dev: str = DEV, note: str = "”引号\\与换行\n") -> bytes:
    return make_line(by="1", d={"note": note}, dev=dev, ep=EP, hlc=(5, seq), seq=seq, t="visit.recorded", v=1).raw


GRANT: dict[str, Any] = {
    "root": "1" * 64, "certs": [{"s": {}}], "role": "village", "area": "999999001", "villages": ["999999001001"], "operators": [], "desks": [], "local": [],
}  # fmt: skip
LINES: dict[str, tuple[bytes, delivery.Item]] = {
    "receipt": (
        delivery.receipt_line(1, Receipt(DEV, EP, 9, h(9), (Range(2, 3, "quarantined", "XL-S01"),))),
        Receipt(DEV, EP, 9, h(9), (Range(2, 3, "quarantined", "XL-S01"),)),
    ),
    "receipt of a branch": (
        delivery.receipt_line(1, Receipt(DEV, EP, 2, h(2), (), (1, 2), ((2, h(2)[:32]),))), Receipt(DEV, EP, 2, h(2), (), (1, 2), ((2, h(2)[:32]),)),
    ),
    "resend": (delivery.resend_line(1, DEV, EP, 3, 4), delivery.Resend(DEV, EP, 3, 4)),
    "time": (delivery.time_line(1, 5), delivery.TimeItem(5)),
    "head": (delivery.head_line(1, EP, 4, h(4), [(OTHER_EP, 3, h(3))]), delivery.HeadItem(EP, 4, h(4), ((OTHER_EP, 3, h(3)),))),
    "grant": (delivery.grant_line(1, GRANT), delivery.GrantItem(GRANT)),
    "draft": (delivery.draft_line(1, {"form": "visit"}), delivery.DraftItem({"form": "visit"})),
    "echoed": (delivery.echoed_line(1, DEV, EP, 7), delivery.Echoed(DEV, EP, 7)),
    "a later kind": (canonical({"r": 1, "k": "later", "x": 1}), delivery.OtherItem("later")),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_a_delivery_line_reads_as_it_was_made(name: str) -> None:
    line, item = LINES[name]
    assert delivery.parse_delivery(line) == (1, item)


def test_an_event_travels_as_its_exact_line() -> None:
    raw = line_of(1)
    r, item = delivery.parse_delivery(delivery.event_line(7, raw, chain_hash(ZERO, raw)))
    assert isinstance(item, delivery.EventItem)
    assert (r, item.raw, item.hash, item.parsed.seq) == (7, raw, chain_hash(ZERO, raw), 1)


def test_the_longest_event_line_fits_into_a_delivery_line() -> None:
    raw = make_line(by="1", d={"data": '"' * 31_000}, dev=DEV, ep=EP, hlc=(5, 1), seq=1, t="blob.part", v=1).raw
    assert len(raw) > 60_000
    assert delivery.parse_delivery(delivery.event_line(1, raw, h(1)))[0] == 1


BAD: list[tuple[str, Any]] = [
    ("no r", {"k": "time", "ms": 5}),
    ("r is zero", {"r": 0, "k": "time", "ms": 5}),
    ("r is true", {"r": True, "k": "time", "ms": 5}),
    ("no k", {"r": 1, "ms": 5}),
    ("a list", [1]),
    ("a key too many", {"r": 1, "k": "time", "ms": 5, "x": 1}),
    ("a key too few", {"r": 1, "k": "resend", "dev": DEV, "ep": EP, "from": 1}),
    ("a negative time", {"r": 1, "k": "time", "ms": -5}),
    ("resend backwards", {"r": 1, "k": "resend", "dev": DEV, "ep": EP, "from": 4, "to": 3}),
    ("an event that is none", {"r": 1, "k": "event", "line": "{}", "hash": h(1)}),
    ("an event with a short hash", {"r": 1, "k": "event", "line": line_of(1).decode(), "hash": "11"}),
    ("a receipt of nothing with a head", {"r": 1, "k": "receipt", "dev": DEV, "ep": EP, "seq": 0, "head": h(1), "not_ok": []}),
    ("ranges that overlap", {"r": 1, "k": "receipt", "dev": DEV, "ep": EP, "seq": 9, "head": h(9), "not_ok": [[1, 3, "unknown", ""], [3, 4, "unknown", ""]]}),
    ("a range backwards", {"r": 1, "k": "receipt", "dev": DEV, "ep": EP, "seq": 9, "head": h(9), "not_ok": [[3, 1, "unknown", ""]]}),
    ("a status unheard of", {"r": 1, "k": "receipt", "dev": DEV, "ep": EP, "seq": 9, "head": h(9), "not_ok": [[1, 3, "fine", ""]]}),
    ("a code unheard of", {"r": 1, "k": "receipt", "dev": DEV, "ep": EP, "seq": 9, "head": h(9), "not_ok": [[1, 3, "unknown", "why"]]}),
    ("a branch with a hole", {"r": 1, "k": "receipt", "dev": DEV, "ep": EP, "seq": 9, "head": h(9), "not_ok": [], "branch": [[1, "1" * 32], [3, "1" * 32]]}),
    ("a grant without a root", {"r": 1, "k": "grant", **{k: v for k, v in GRANT.items() if k != "root"}}),
    ("a grant of an unknown role", {"r": 1, "k": "grant", **GRANT, "role": "province"}),
    ("a head with a wrong old", {"r": 1, "k": "head", "ep": EP, "seq": 1, "head": h(1), "old": [["x", 1, h(1)]]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD, ids=[x[0] for x in BAD])
def test_a_malformed_delivery_line_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SyncError) as found:
        delivery.parse_delivery(canonical(value))
    assert found.value.code == "XL-C01"


def test_a_delivery_line_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(SyncError):
        delivery.parse_delivery(b'{"r":1, "k":"time","ms":5}')


# -- idle stays idle ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "receipted", "owed"),
    [
        ([OwnLine(1, "visit.recorded")], 0, True),
        ([OwnLine(1, "visit.recorded")], 1, False),
        ([OwnLine(1, "visit.recorded"), OwnLine(2, "audit.unlocked")], 1, False),
        ([OwnLine(1, "return.received", content=False)], 0, False),
        ([OwnLine(1, "return.received", content=True)], 0, True),
        ([OwnLine(1, "return.received", content=False), OwnLine(2, "epoch.opened")], 0, True),
        ([], 0, False),
    ],
)
def test_an_export_is_owed_while_something_contentful_is_unreceipted_by_the_county(lines: list[OwnLine], receipted: int, owed: bool) -> None:
    assert exchange.needs_export(lines, receipted) is owed


@pytest.mark.parametrize(
    ("lines", "acked", "heard", "start"),
    [
        ([Sent(1, "grant", True)], 0, False, 1),
        ([Sent(1, "grant", True)], 1, False, None),
        ([Sent(1, "grant", True), Sent(2, "receipt", False)], 1, False, 2),
        ([Sent(1, "grant", True), Sent(2, "receipt", True)], 1, False, None),
        ([Sent(1, "grant", True), Sent(2, "receipt", True)], 1, True, 2),
        ([Sent(1, "event", True), Sent(2, "receipt", True), Sent(3, "resend", True)], 1, False, 2),
        ([Sent(1, "receipt", True), Sent(2, "head", True)], 2, True, None),
        ([], 0, True, None),
    ],
)
def test_a_return_is_owed_for_new_lines_open_content_or_open_lines_once_heard(lines: list[Sent], acked: int, heard: bool, start: int | None) -> None:
    assert exchange.needs_send(lines, acked, heard=heard) == start


def test_a_township_repeats_content_only_after_it_heard_the_laptop_again() -> None:
    lines = [Sent(1, "event", True)]
    assert exchange.needs_send(lines, 0, heard=False, township=True) is None
    assert exchange.needs_send(lines, 0, heard=True, township=True) == 1


def test_a_grant_issued_again_starts_at_the_first_line() -> None:
    assert exchange.needs_send([Sent(1, "grant", True), Sent(2, "head", True)], 2, heard=False, reissue=True) == 1


def test_only_the_newest_epoch_of_a_laptop_acknowledges() -> None:
    epochs = [Opened("e1", (1, 0)), Opened("e2", (5, 0), "e1"), Opened("e3", (9, 0), "e1")]
    assert exchange.newest_epoch(epochs) == "e3"
    assert exchange.newest_epoch([Opened("e1", (99, 0)), Opened("e2", (5, 0), "e1")]) == "e2", "a mad clock does not bring an epoch back"
    assert exchange.newest_epoch([]) is None
    stated = [Acked("e1", 9, h(9)), Acked("e3", 4, h(4)), Acked("e3", 3)]
    assert exchange.acked_r(stated, "e3", h) == 4
    assert exchange.acked_r(stated, "e3", lambda r: h(r, "1")) == 3, "a head that is not ours does not count"
    assert exchange.acked_r(stated, "e2", h) == 0


# -- receipts ----------------------------------------------------------------------------------------------------------------------------


def test_a_receipt_speaks_about_everything_up_to_its_seq_and_what_it_names_beyond() -> None:
    one = Receipt(DEV, EP, 5, h(5), (Range(2, 3, "quarantined", "XL-S01"), Range(8, 8, "ok", "")))
    assert [one.says(seq, h(seq)) for seq in (1, 2, 3, 5, 6, 8)] == [
        ("ok", ""), ("quarantined", "XL-S01"), ("quarantined", "XL-S01"), ("ok", ""), None, ("ok", ""),
    ]  # fmt: skip


@seed(20260107)
@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5000), st.sets(st.integers(1, 5000), max_size=60), st.booleans())
def test_receipts_of_a_chain_say_of_every_line_what_the_desk_says(top: int, bad: set[int], alternate: bool) -> None:
    marks = [Mark(seq, h(seq), "quarantined", "XL-S01") for seq in bad]
    if alternate:
        marks = [Mark(seq, h(seq), "unknown", "XL-S05") for seq in range(1, top + 1, 2)]
    status = {x.seq: (x.status, x.code) for x in marks}
    found = exchange.receipts(DEV, EP, [Branch(top, h(top))], marks)
    for one in found:
        assert delivery.parse_delivery(delivery.receipt_line(1, one))[1] == one
    said = Statements()
    for r, one in enumerate(found, 1):
        said.take("county", 1, r, one)
    for seq in range(1, top + 1):
        verdict = said.says("county", DEV, EP, seq, h(seq))
        assert verdict is not None
        assert tuple(verdict) == status.get(seq, ("ok", ""))


def test_more_than_a_thousand_ranges_go_on_in_further_lines() -> None:
    marks = [Mark(seq, h(seq), "quarantined", "XL-S02") for seq in range(1, 5001, 2)]
    found = exchange.receipts(DEV, EP, [Branch(5000, h(5000))], marks)
    assert [x.cover for x in found] == [(1, 1999), (2000, 3999), (4000, 5000)]
    assert [len(x.not_ok) for x in found] == [1000, 1000, 500]
    assert all((x.seq, x.head) == (5000, h(5000)) for x in found)


def test_a_forked_chain_has_a_receipt_per_branch_that_speaks_of_its_own_lines_only() -> None:
    lines = {(1, h(1)): ZERO, (2, h(2)): h(1), (3, h(3)): h(2), (2, h(2, "f")): h(1)}
    tips = exchange.branches(lines)
    assert [(x.seq, x.head) for x in tips] == [(2, h(2, "f")), (3, h(3))]
    marks = [Mark(2, h(2, "f"), "quarantined", "XL-S06")]
    said = Statements()
    for r, one in enumerate(exchange.receipts(DEV, EP, tips, marks), 1):
        said.take("county", 1, r, one)
    assert said.says("county", DEV, EP, 1, h(1)) == OK
    assert said.says("county", DEV, EP, 2, h(2)) == OK
    assert said.says("county", DEV, EP, 2, h(2, "f")) == Verdict("quarantined", "XL-S06")
    assert said.says("county", DEV, EP, 3, h(3, "f")) is None


def test_a_closed_epoch_has_a_receipt_at_the_point_the_later_one_names() -> None:
    found = exchange.receipts(DEV, EP, [Branch(9, h(9))], [], named=[(4, h(4))])
    assert [(x.seq, x.head) for x in found] == [(4, h(4)), (9, h(9))]


def test_lines_held_beyond_a_gap_only_are_receipted_by_name() -> None:
    (one,) = exchange.receipts(DEV, EP, [], [Mark(7, h(7), "ok")])
    assert (one.seq, one.head, one.says(7, h(7)), one.says(6, h(6))) == (0, ZERO, ("ok", ""), None)


def test_a_laptop_counts_only_a_head_in_its_own_chain() -> None:
    own = {(seq, h(seq)) for seq in range(1, 5)}
    told = [Receipt(DEV, EP, 3, h(3)), Receipt(DEV, EP, 4, h(4, "f")), Receipt(DEV, EP, 9, h(9))]
    assert exchange.receipted(told, lambda seq, head: (seq, head) in own) == 3


def test_the_countys_last_statement_stands_above_the_townships_and_above_later_ones_of_an_older_generation() -> None:
    said = Statements()
    bad = (Range(1, 1, "quarantined", "XL-S01"),)
    said.take("township", 1, 9, Receipt(DEV, EP, 2, h(2), bad))
    county, township = said.says("county", DEV, EP, 1, h(1)), said.says("township", DEV, EP, 1, h(1))
    assert standing(OK, county=county, township=township, role="village").code == "XL-S01"
    said.take("county", 2, 1, Receipt(DEV, EP, 2, h(2)))
    said.take("county", 1, 5, Receipt(DEV, EP, 2, h(2), bad))
    assert standing(OK, county=said.says("county", DEV, EP, 1, h(1)), township=township, role="village") == OK
    assert standing(Verdict("quarantined", "XL-S03"), county=OK, role="village").code == "XL-S03", "what it knows by itself stays"
    assert standing(Verdict("unknown"), county=OK, role="township") == OK
    assert standing(Verdict("quarantined", "XL-S02"), county=OK, role="township").code == "XL-S02", "a payload it refuses it cannot act on"
    assert standing(Verdict("unknown"), county=OK, role="county") == Verdict("unknown")


def test_a_restored_laptop_gets_back_what_its_newest_epoch_does_not_stand_on() -> None:
    first = {(seq, h(seq)): h(seq - 1) if seq > 1 else ZERO for seq in range(1, 6)}
    second = {(1, h(1, "2")): ZERO, (2, h(2, "2")): h(1, "2")}
    third = {(1, h(1, "3")): ZERO}
    prevs = {"e1": None, "e2": ("e1", 4, h(4)), "e3": ("e1", 3, h(3))}
    lost = exchange.lost_lines({"e1": first, "e2": second, "e3": third}, prevs, "e3")
    assert lost == {("e1", 4, h(4)), ("e1", 5, h(5)), ("e2", 1, h(1, "2")), ("e2", 2, h(2, "2"))}
    assert exchange.lost_lines({"e1": first, "e2": second}, prevs, "e2") == {("e1", 5, h(5))}
    assert exchange.lost_lines({"e1": first}, {"e1": None}, "e1") == set()


def test_which_line_precedes_which_is_found_by_hashing() -> None:
    one, two, twin = line_of(1), line_of(2), line_of(2, note="另一条")
    h1 = chain_hash(ZERO, one)
    h2, ht = chain_hash(h1, two), chain_hash(h1, twin)
    orphan = chain_hash("9" * 64, line_of(3))
    found = parents_of([(1, h1, one), (2, h2, two), (2, ht, twin), (3, orphan, line_of(3))])
    assert found == {(1, h1): ZERO, (2, h2): h1, (2, ht): h1, (3, orphan): ""}
