"""The importer: every row of design 04 has a case of its own, and what is refused has written nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from crafted import craft, craft_return, some

from simulator import COUNTY, OTHER_VILLAGE, TOWN, VILLAGE, Node, Simulator
from xieli_sync import container, delivery, identity
from xieli_sync.event import ZERO, chain_hash
from xieli_sync.inbox import Result
from xieli_sync.ports import Busy

ALL_CODES = [
    "XL-B01", "XL-B02", "XL-B03", "XL-B04", "XL-B05", "XL-U01", "XL-N01", "XL-B06", "XL-K01", "XL-K02", "XL-K03", "XL-D01", "XL-D02", "XL-K05",
    "XL-K06", "XL-B07", "XL-C01", "XL-C02", "XL-G01", "XL-G02", "XL-S01", "XL-S02", "XL-S03", "XL-S04", "XL-S05", "XL-S06", "XL-A01", "XL-K07", "XL-P11",
]  # fmt: skip


# -- one case for each code --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What is done and what must come of it."""

    code: str
    status: str
    name: str
    run: Callable[[Simulator], Result]
    writes: bool = False


CASES: list[Case] = []


def case(code: str, status: str, *, writes: bool = False) -> Callable[[Callable[[Simulator], Result]], Callable[[Simulator], Result]]:
    def register(run: Callable[[Simulator], Result]) -> Callable[[Simulator], Result]:
        CASES.append(Case(code, status, run.__name__, run, writes))
        return run

    return register


@case("XL-B01", "refused")
def a_file_above_16_mib(sim: Simulator) -> Result:
    return sim.county.take(some(sim).seal_slice() + b"\0" * container.FILE_LIMIT)


@case("XL-B02", "refused")
def a_text_copy(sim: Simulator) -> Result:
    return sim.county.take(some(sim).seal_slice().replace(b"\r\n", b"\n"))


@case("XL-B02", "refused")
def a_photograph(sim: Simulator) -> Result:
    return sim.county.take(b"\x89PNG\r\n\x1a\n" + b"\0" * 500)


@case("XL-B03", "refused")
def half_a_file(sim: Simulator) -> Result:
    data = some(sim).seal_slice()
    return sim.county.take(data[: len(data) // 2])


@case("XL-B03", "refused")
def a_part_longer_than_allowed(sim: Simulator) -> Result:
    data = some(sim).seal_slice()
    return sim.county.take(data[:8] + struct.pack("<Q", container.CORE_LIMIT + 1) + data[16:])


@case("XL-B04", "refused")
def a_flipped_byte(sim: Simulator) -> Result:
    data = bytearray(some(sim).seal_slice())
    data[-60] ^= 1
    return sim.county.take(bytes(data))


@case("XL-B04", "refused")
def something_after_the_end(sim: Simulator) -> Result:
    return sim.county.take(some(sim).seal_slice() + b"x")


@case("XL-B05", "refused")
def a_core_with_spaces(sim: Simulator) -> Result:
    b = container.parse(some(sim).seal_slice())
    return sim.county.take(container.build(b.core_bytes.replace(b",", b", ", 1), b.wraps_bytes, b.sigs_bytes, b.body))


@case("XL-U01", "refused")
def a_later_format(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), v=2))


@case("XL-U01", "refused")
def a_reserved_suite(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), suite="G1"))


@case("XL-U01", "refused")
def an_extension_one_must_know(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), crit=["later"]))


@case("XL-C01", "refused")
def an_echo_that_holds_no_returns(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), kind="echo"))


@case("XL-P11", "refused")
def a_hand_over_no_desk_allowed(sim: Simulator) -> Result:
    some(sim)
    return sim.b.take(craft_return(sim.a, sim.b, [delivery.draft_line(1, {"form": "visit"})], kind="handover"))


@case("XL-C01", "refused")
def a_hand_over_that_holds_event_lines(sim: Simulator) -> Result:
    some(sim)
    return sim.b.take(craft(sim.a, kind="handover", to=sim.b.dev, recipients=[sim.b.keys.enc_pub]))


@case("XL-N01", "refused")
def a_file_of_another_county(sim: Simulator) -> Result:
    return sim.county.take(some(Simulator(77)).seal_slice())


@case("XL-N01", "refused")
def a_practice_file(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), net=identity.net_of(sim.root.sign_pub, practice=True)))


@case("XL-N01", "refused")
def a_return_before_any_grant(sim: Simulator) -> Result:
    fresh = Node(sim, "N", "village", [VILLAGE], TOWN)
    sim.county.enrol(fresh)
    return fresh.take(sim.county.seal_return(fresh))


@case("XL-B06", "refused")
def a_count_that_does_not_fit(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), n=2))


@case("XL-B06", "refused")
def more_than_20000_lines(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), last=20_001, n=20_001))


@case("XL-B06", "refused")
def inflating_to_more_than_64_mib(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), plain=container.PLAIN_LIMIT + 1))


@case("XL-K01", "refused")
def a_sender_without_certificate(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), cert=[]))


@case("XL-K01", "refused")
def a_sender_certified_by_another_root(sim: Simulator) -> Result:
    other = Simulator(78)
    return sim.county.take(craft(some(sim), cert=other.a.cert))


@case("XL-K01", "refused")
def a_certificate_of_a_sibling(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), cert=sim.b.cert))


@case("XL-K01", "refused")
def a_certificate_older_than_the_last_accepted(sim: Simulator) -> Result:
    old = craft(some(sim))
    sim.certify(sim.a, ver=2)
    assert sim.county.take(craft(sim.a)).status == "imported"
    before = sim.county.state
    result = sim.county.take(old)
    assert sim.county.state == before
    return result


@case("XL-K02", "refused")
def a_spoilt_signature(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), spoil_sig=True))


@case("XL-K02", "refused")
def a_signature_by_a_sibling(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), keys=sim.b.keys))


@case("XL-K02", "refused")
def a_wrap_exchanged_by_the_carrier(sim: Simulator) -> Result:
    b, other = container.parse(some(sim).seal_slice()), container.parse(sim.a.seal_slice())
    return sim.county.take(container.build(b.core_bytes, other.wraps_bytes, b.sigs_bytes, b.body))


@case("XL-K03", "refused")
def a_return_signed_by_a_laptop(sim: Simulator) -> Result:
    return sim.b.take(craft_return(some(sim), sim.b, [delivery.time_line(1, 5)]))


@case("XL-K03", "refused")
def changes_brought_to_a_laptop(sim: Simulator) -> Result:
    return sim.b.take(craft(some(sim), recipients=[sim.b.keys.enc_pub]))


@case("XL-D01", "duplicate", writes=True)
def the_same_file_twice(sim: Simulator) -> Result:
    data = some(sim).seal_slice()
    assert sim.county.take(data).status == "imported"
    before = sim.county.state.clone()
    result = sim.county.take(data)
    before.heard = sim.county.state.heard
    assert sim.county.state == before
    return result


@case("XL-D02", "refused", writes=True)
def a_number_used_again_for_other_content(sim: Simulator) -> Result:
    first = some(sim).seal_slice(last=2, bid="a" * 32)
    assert sim.county.take(first).status == "imported"
    return sim.county.take(sim.a.seal_slice(bid="a" * 32))


@case("XL-K05", "refused")
def a_file_for_somebody_else(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), recipients=[sim.b.keys.enc_pub]))


@case("XL-K05", "refused")
def a_return_addressed_to_a_sibling(sim: Simulator) -> Result:
    return sim.a.take(craft_return(sim.county, sim.b, [delivery.time_line(1, 5)]))


@case("XL-K06", "refused")
def a_body_sealed_for_another_core(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), spoil_body=True))


@case("XL-B07", "refused")
def a_wrong_inflated_size(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), plain=100))


@case("XL-C01", "refused")
def fewer_lines_than_named(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), n=5, last=5))


@case("XL-C01", "refused")
def a_line_of_another_device(sim: Simulator) -> Result:
    some(sim, sim.b)
    some(sim)
    lines = [x.line for x in sim.b.own_lines()]
    return sim.county.take(craft(sim.a, lines, head=sim.b.own_lines()[-1].hash))


@case("XL-C01", "refused")
def a_chain_that_misses_its_head(sim: Simulator) -> Result:
    return sim.county.take(craft(some(sim), head="0" * 63 + "1"))


@case("XL-C01", "refused")
def a_first_line_that_follows_something(sim: Simulator) -> Result:
    some(sim)
    line = sim.a.own_lines()[0].line
    return sim.county.take(craft(sim.a, [line], prev="1" * 64, head=chain_hash("1" * 64, line)))


@case("XL-C01", "refused")
def a_line_with_a_float(sim: Simulator) -> Result:
    some(sim)
    line = sim.a.own_lines()[0].line.replace(b'"v":1}', b'"v":1.0}')
    return sim.county.take(craft(sim.a, [line], head=chain_hash(ZERO, line)))


@case("XL-C01", "refused")
def delivery_lines_out_of_number(sim: Simulator) -> Result:
    at = len(sim.county.delivered(sim.a))
    prev = sim.county.delivered(sim.a)[-1].hash
    return sim.a.take(craft_return(sim.county, sim.a, [delivery.time_line(at + 2, 5)], first=at + 1, prev=prev))


@case("XL-C02", "frozen", writes=True)
def two_histories_of_one_device(sim: Simulator) -> Result:
    before = some(sim).state.clone()
    sim.a.write(*sim.visit())
    assert sim.county.take(sim.a.seal_slice()).status == "imported"
    sim.a.state = before
    sim.a.write(*sim.visit())
    result = sim.county.take(sim.a.seal_slice())
    held = sim.county.stored(sim.a.dev, sim.a.state.ep, 1, 10)
    last = max(held)
    assert len(held[last]) == 2, "both branches are stored by hash"
    assert [h.d["seq"] for h in sim.county.heads() if h.t == "fork.frozen"] == [last]
    return result


@case("XL-C02", "frozen", writes=True)
def another_history_of_the_desk(sim: Simulator) -> Result:
    line = delivery.time_line(1, 5)
    return sim.a.take(craft_return(sim.county, sim.a, [line]))


@case("XL-G01", "parked", writes=True)
def a_file_that_comes_too_early(sim: Simulator) -> Result:
    result = sim.county.take(some(sim).seal_slice(first=3))
    assert result.missing == (1, 2)
    return result


@case("XL-G01", "parked", writes=True)
def a_return_that_comes_too_early(sim: Simulator) -> Result:
    at = len(sim.county.delivered(sim.a))
    for ms in (5, 6):
        sim.county.deliver(sim.a, lambda r, ms=ms: delivery.time_line(r, ms))
    result = sim.a.take(sim.county.seal_return(sim.a, at + 2))
    assert result.missing == (at + 1, at + 1)
    return result


@case("XL-G02", "refused")
def one_park_too_many(sim: Simulator) -> Result:
    some(sim, count=55)
    for seq in range(3, 53):
        assert sim.county.take(sim.a.seal_slice(first=seq, last=seq)).status == "parked"
    return sim.county.take(sim.a.seal_slice(first=53, last=53))


@case("XL-S01", "quarantined", writes=True)
def a_village_that_is_not_the_authors(sim: Simulator) -> Result:
    assert sim.county.take(sim.a.seal_slice()).status == "imported"
    sim.a.write(*sim.visit(village=OTHER_VILLAGE))
    return sim.county.take(sim.a.seal_slice(first=len(sim.a.own_lines())))


@case("XL-S02", "quarantined", writes=True)
def a_payload_its_model_refuses(sim: Simulator) -> Result:
    assert sim.county.take(sim.a.seal_slice()).status == "imported"
    sim.a.write("visit.recorded", {"village": VILLAGE, "household": sim.uuid(), "met": "dog"})
    return sim.county.take(sim.a.seal_slice(first=len(sim.a.own_lines())))


@case("XL-S03", "quarantined", writes=True)
def a_ruling_from_a_village(sim: Simulator) -> Result:
    assert sim.county.take(sim.a.seal_slice()).status == "imported"
    sim.a.write(*sim.decided(sim.uuid()))
    return sim.county.take(sim.a.seal_slice(first=len(sim.a.own_lines())))


@case("XL-S04", "quarantined", writes=True)
def events_after_the_cut(sim: Simulator) -> Result:
    assert sim.county.take(some(sim).seal_slice()).status == "imported"
    sim.county.write("device.revoked", {"dev": sim.a.dev, "cut": {sim.a.state.ep: len(sim.a.own_lines())}})
    sim.a.write(*sim.visit())
    return sim.county.take(sim.a.seal_slice(first=len(sim.a.own_lines())))


@case("XL-S05", "imported", writes=True)
def a_type_of_a_later_program(sim: Simulator) -> Result:
    assert sim.county.take(sim.a.seal_slice()).status == "imported"
    sim.a.write("future.thing", {"village": VILLAGE})
    result = sim.county.take(sim.a.seal_slice(first=len(sim.a.own_lines())))
    assert (result.unknown, result.quarantined) == (1, 0)
    return result


@case("XL-S06", "quarantined", writes=True)
def more_of_a_frozen_epoch(sim: Simulator) -> Result:
    two_histories_of_one_device(sim)
    sim.a.write(*sim.visit())
    return sim.county.take(sim.a.seal_slice(first=len(sim.a.own_lines())))


@case("XL-A01", "failed")
def a_disk_that_fills_up_half_way(sim: Simulator) -> Result:
    some(sim)
    sim.county.breaks_at = "remember"
    result = sim.county.take(sim.a.seal_slice())
    sim.county.breaks_at = ""
    assert isinstance(result.cause, OSError)
    return result


@case("XL-A01", "failed")
def a_store_busy_for_too_long(sim: Simulator) -> Result:
    sim.county.failures = [Busy()] * 50
    result = sim.county.take(some(sim).seal_slice())
    sim.county.failures = []
    return result


@case("XL-K07", "refused")
def a_first_grant_with_other_digits(sim: Simulator) -> Result:
    fresh = Node(sim, "N", "village", [VILLAGE], TOWN)
    return fresh.take(sim.county.enrol(fresh), root_fingerprint="0000 0000 0000 0000 0000")


@case("XL-K07", "refused")
def a_first_grant_without_digits(sim: Simulator) -> Result:
    fresh = Node(sim, "N", "village", [VILLAGE], TOWN)
    return fresh.take(sim.county.enrol(fresh))


@case("XL-K07", "refused")
def a_grant_that_hands_over_another_root(sim: Simulator) -> Result:
    fresh, other = Node(sim, "N", "village", [VILLAGE], TOWN), Simulator(79)
    grant = {
        "root": other.root.sign_pub.hex(), "certs": [], "role": "village", "area": COUNTY, "villages": [VILLAGE], "operators": [], "desks": [], "local": [],
    }  # fmt: skip
    data = craft_return(sim.county, fresh, [delivery.grant_line(1, grant)], kind="grant")
    return fresh.take(data, root_fingerprint=sim.root_fingerprint)


@pytest.mark.parametrize("it", CASES, ids=[f"{x.code}-{x.name}" for x in CASES])
def test_the_importer_answers_with_the_code_of_the_row(it: Case, capsys: pytest.CaptureFixture[str]) -> None:
    sim = Simulator(5)
    before = [x.state.net for x in sim.nodes()]
    result = it.run(sim)
    with capsys.disabled():
        print(f"\n  {it.code}  {result.status:11}  {it.name.replace('_', ' ')}", end="")
    assert result.status == it.status
    if it.code.startswith("XL-S"):
        assert result.codes == {it.code: result.events}
        assert result.code == (it.code if result.status == "quarantined" else "")
    else:
        assert result.code == it.code
    assert [x.state.net for x in sim.nodes()] == before


def test_each_code_of_the_importer_has_a_case_of_its_own() -> None:
    assert sorted({x.code for x in CASES}) == sorted(ALL_CODES)


@pytest.mark.parametrize("it", [x for x in CASES if not x.writes and x.status in ("refused", "failed")], ids=lambda x: x.name)
def test_what_is_refused_has_written_nothing(it: Case) -> None:
    """The last import of a case is watched: state before and after are equal."""
    sim = Simulator(6)
    watched: list[bool] = []
    take = Node.take

    def watching(self: Node, data: bytes, **how: Any) -> Result:
        before = self.state.clone()
        result = take(self, data, **how)
        if result.status in ("refused", "failed"):
            watched.append(self.state == before)
        return result

    Node.take = watching  # type: ignore[method-assign]
    try:
        it.run(sim)
    finally:
        Node.take = take  # type: ignore[method-assign]
    assert watched
    assert all(watched)
