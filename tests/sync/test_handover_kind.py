"""Bundles of kind handover at the importer: what a coordinator may vouch for, and what of it is applied."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from crafted import craft_return, some

from simulator import Node, Simulator
from xieli_sync import delivery
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, chain_hash
from xieli_sync.inbox import Result


def ready(seed: int = 5) -> Simulator:
    """Two laptops of a village; a has written, the county allowed a to hand over to b."""
    sim = Simulator(seed)
    some(sim)
    sim.handovers.add((sim.a.dev, sim.b.dev))
    return sim


def events(sim: Simulator, first: int = 1) -> list[bytes]:
    """Delivery lines of a's own chain, r = first …"""
    return [delivery.event_line(r, x.line, x.hash) for r, x in enumerate(sim.a.own_lines(), first)]


def hand(sim: Simulator, lines: list[bytes]) -> Result:
    return sim.b.take(craft_return(sim.a, sim.b, lines, kind="handover"))


def held(sim: Simulator) -> int:
    return sum(1 for line in sim.b.state.lines.values() if line.dev == sim.a.dev)


def test_her_own_lines_and_drafts_are_taken_and_again_they_are_a_duplicate() -> None:
    sim = ready()
    lines = events(sim)
    lines.append(delivery.draft_line(len(lines) + 1, {"form": "visit", "key": "", "version": 1, "data": "{}", "begun_ms": 1, "at_ms": 1}))
    data = craft_return(sim.a, sim.b, lines, kind="handover")
    got = sim.b.take(data)
    assert (got.status, got.code, got.new) == ("imported", "", len(lines))
    assert held(sim) == len(lines) - 1
    assert sim.b.take(data).code == "XL-D01"


def test_a_line_of_another_author_a_receipt_and_a_grant_are_kept_and_not_applied() -> None:
    sim = ready()
    lines = events(sim)
    county = sim.county.own_lines()[0]
    point = delivery.Receipt(sim.b.dev, sim.b.state.ep, 1, "ab" * 32)
    lines.append(delivery.event_line(len(lines) + 1, county.line, county.hash))
    lines.append(delivery.receipt_line(len(lines) + 1, point))
    before = [line for line in sim.b.state.lines.values() if line.dev == sim.county.dev]
    got = hand(sim, lines)
    assert (got.status, got.new) == ("imported", len(lines))
    assert [line for line in sim.b.state.lines.values() if line.dev == sim.county.dev] == before
    assert [x.item for x in sim.b.state.taken[sim.a.dev, sim.a.state.ep]][-2:] == [None, None]


def test_a_line_that_does_not_follow_refuses_the_file_and_nothing_is_written() -> None:
    sim = ready()
    own = sim.a.own_lines()
    assert len(own) >= 2
    wrong = chain_hash("cd" * 32, own[1].line)
    got = hand(sim, [delivery.event_line(1, own[0].line, own[0].hash), delivery.event_line(2, own[1].line, wrong)])
    assert (got.status, got.code) == ("refused", "XL-C01")
    assert held(sim) == 0
    first = hand(sim, [delivery.event_line(1, own[0].line, "cd" * 32)])
    assert (first.status, first.code) == ("refused", "XL-C01"), "seq 1 follows zeros"


def test_other_lines_under_numbers_that_were_taken_are_two_histories() -> None:
    sim = ready()
    assert hand(sim, events(sim)).status == "imported"
    got = hand(sim, [delivery.draft_line(1, {"form": "other"})])
    assert (got.status, got.code) == ("frozen", "XL-C02")


def test_a_file_that_goes_on_waits_for_the_one_before_it() -> None:
    sim = ready()
    lines = events(sim)
    head = ZERO
    for line in lines:
        head = delivery.delivery_hash(head, line)
    later = craft_return(sim.a, sim.b, [delivery.draft_line(len(lines) + 1, {"form": "visit"})], first=len(lines) + 1, prev=head, kind="handover")
    assert sim.b.take(later).status == "parked"
    assert hand(sim, lines).drained == 1


@pytest.mark.parametrize("spoil", ["none", "cut", "other", "not base64"])
def test_only_a_bundle_of_hers_that_holds_is_carried_on(spoil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sim = ready()
    whole = sim.a.seal_slice()
    data = {"none": whole, "cut": whole[:-1], "other": sim.b.seal_slice() if spoil == "other" else b"", "not base64": whole}[spoil]
    text = base64.b64encode(data).decode()
    if spoil == "not base64":
        text = text[:-4] + "AAA="
    pieces = [text[at : at + 400] for at in range(0, len(text), 400)]
    lines = events(sim)
    for number, piece in enumerate(pieces, 1):
        lines.append(delivery.file_line(len(lines) + 1, delivery.FileItem("ab" * 16, number, len(pieces), piece)))
    carried: list[bytes] = []
    monkeypatch.setattr(Node, "carry", lambda _self, _core, data: carried.append(data) is None)
    got = hand(sim, lines)
    assert got.status == "imported"
    assert carried == ([whole] if spoil == "none" else [])


def test_a_piece_is_read_strictly() -> None:
    good = delivery.FileItem("ab" * 16, 1, 2, "QUJD")
    assert delivery.parse_delivery(delivery.file_line(1, good)) == (1, good)
    for bad in (replace(good, part=3), replace(good, of=193, part=1), replace(good, data=""), replace(good, data="QU JD"), replace(good, bid="ab")):
        with pytest.raises(SyncError, match="XL-C01"):
            delivery.parse_delivery(delivery.file_line(1, bad))
