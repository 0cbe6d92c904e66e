"""Echoes at the road: what of a return is believed, how far back is owed, how returns share files; and the order of what a desk said before and after."""

from __future__ import annotations

import random
from typing import Any, Literal

import pytest
from crafted import craft, craft_return

from simulator import Simulator
from xieli_sync import container, delivery, echo, exchange, identity, outbox
from xieli_sync.event import ZERO, make_line
from xieli_sync.inbox import Result
from xieli_sync.ports import ChainLine

HASHES = {r: f"{r:064x}" for r in range(1, 30)}
DEV, EP = "d" * 32, "e" * 16


def echo_of(sim: Simulator, *returns: bytes, first: int = 1, **core: Any) -> bytes:
    """An echo by laptop A of these return files, which it opens with its own key."""
    from xieli_sync import seal

    lines: list[bytes] = []
    for data in returns:
        bundle = container.parse(data)
        lines += echo.lines_of(echo.envelope_of(bundle), seal.unseal(bundle, sim.a.decrypt_keys()))
    return sealed(sim, lines, first=first, **core)


def sealed(sim: Simulator, lines: list[bytes], *, first: int = 1, **core: Any) -> bytes:
    return craft(sim.a, lines, **{"kind": "echo", "first": first, "last": first + len(lines) - 1, "head": echo.chain(lines), **core})


def three(seed: int = 61) -> Simulator:
    return Simulator(seed, township=True)


def held(sim: Simulator, line: ChainLine, desk: Any) -> bool:
    return any(x.hash == line.hash for x in desk.state.lines.values())


# -- who vouches for what -----------------------------------------------------------------------------


def lines_by_everyone(sim: Simulator) -> dict[str, ChainLine]:
    """A line each by the county, the township and laptop B that no other desk holds."""
    assert sim.township is not None
    sim.county.write(*sim.decided(sim.uuid()))
    sim.township.write(*sim.opened(sim.uuid()))
    sim.b.write(*sim.visit())
    return {"county": sim.county.own_lines()[-1], "township": sim.township.own_lines()[-1], "sibling": sim.b.own_lines()[-1]}


@pytest.mark.parametrize(
    ("signer", "desk", "taken"),
    [
        ("county", "county", {"county", "township", "sibling"}),
        ("county", "township", {"county", "township", "sibling"}),
        ("township", "county", {"township"}),  # its word does not stand for a village's chain at the county, nor ever for the county's
        ("township", "township", {"township", "sibling"}),
    ],
)
def test_a_return_in_an_echo_vouches_for_no_more_than_its_signer_may(signer: str, desk: str, taken: set[str]) -> None:
    sim = three()
    made = lines_by_everyone(sim)
    assert sim.township is not None
    nodes = {"county": sim.county, "township": sim.township}
    lines = [delivery.event_line(r, one.line, one.hash) for r, one in enumerate(made.values(), 1)]
    returned = craft_return(nodes[signer], sim.a, lines, ep="1" * 16)
    for one in made.values():  # as if lost
        for node in nodes.values():
            node.state.lines = {key: x for key, x in node.state.lines.items() if x.hash != one.hash}
            node.state.at = {}
            for x in node.state.lines.values():
                chain = node.state.at.setdefault((x.dev, x.ep), {})
                chain[x.seq] = (*chain.get(x.seq, ()), x.hash)
            node._judged = None
    result = nodes[desk].take(echo_of(sim, returned))
    assert (result.status, result.code) == ("imported", "")
    assert {name for name, one in made.items() if held(sim, one, nodes[desk])} == taken


def test_an_echo_of_another_history_of_a_village_stops_that_epoch() -> None:
    sim = three(62)
    sim.b.write(*sim.visit())
    honest = sim.b.own_lines()[-1]
    assert sim.county.take(sim.b.seal_slice()).status == "imported"
    other = make_line(by="1", d={"x": 1}, dev=sim.b.dev, ep=sim.b.state.ep, hlc=(9, 9), seq=honest.seq, t="visit.recorded", v=1).raw
    returned = craft_return(sim.county, sim.a, [delivery.event_line(1, other, "ab" * 32)], ep="1" * 16)
    assert sim.county.take(echo_of(sim, returned)).status == "imported"
    frozen = [h for h in sim.county.heads() if h.t == "fork.frozen"]
    assert [(h.d["dev"], h.d["seq"]) for h in frozen] == [(sim.b.dev, honest.seq)]


def test_an_echo_goes_to_desks_only_and_holds_returns_to_its_sender_only() -> None:
    sim = three(63)
    good = craft_return(sim.county, sim.a, [delivery.time_line(1, 5)], ep="1" * 16)
    other = craft_return(sim.county, sim.b, [delivery.time_line(1, 5)], ep="1" * 16)
    changes = sim.a.seal_slice()

    def lines(data: bytes, node: Any) -> list[bytes]:
        from xieli_sync import seal

        bundle = container.parse(data)
        return echo.lines_of(echo.envelope_of(bundle), seal.unseal(bundle, node.decrypt_keys()))

    cases: list[tuple[bytes, str]] = [
        (sealed(sim, lines(other, sim.b)), "XL-C01"),
        (sealed(sim, lines(changes, sim.county)), "XL-C01"),
        (sealed(sim, lines(good, sim.a), first=2, prev="ab" * 32), "XL-C01"),
        (sealed(sim, lines(good, sim.a), head="ab" * 32), "XL-C01"),
        (sealed(sim, [b"{}"]), "XL-C01"),
    ]
    for data, code in cases:
        result: Result = sim.county.take(data)
        assert (result.status, result.code) == ("refused", code)
    assert sim.b.take(echo_of(sim, good)).code == "XL-K03"
    assert sim.county.take(echo_of(sim, good)).status == "imported"
    assert sim.township is not None
    assert sim.township.take(echo_of(sim, good)).status == "imported"


def test_a_return_of_a_generation_before_is_refused_at_a_laptop_and_taken_out_of_an_echo() -> None:
    sim = Simulator(64)
    before = craft_return(sim.county, sim.a, [delivery.time_line(1, 5)], ep="1" * 16)
    again = craft_return(sim.county, sim.a, [delivery.time_line(1, 6)], ep="1" * 16)
    sim.certs[sim.county.dev] = [
        identity.issue_desk_cert(sim.root, sign_pub=sim.county.keys.sign_pub, enc_pub=sim.county.keys.enc_pub, role="county", area="999999", gen=2)
    ]
    assert sim.a.take(craft_return(sim.county, sim.a, [delivery.time_line(1, 7)], ep="2" * 16)).status == "imported"
    for data in (before, again):
        assert sim.a.take(data).code == "XL-K01"
    assert sim.county.take(echo_of(sim, before)).status == "imported"


# -- how far back -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "echoed", "done"),
    [
        ([], [], 0),
        ([(EP, 5, HASHES[5])], [], 5),
        ([(EP, 5, HASHES[6])], [], 0),  # the desk remembers another line there
        ([("f" * 16, 9, HASHES[9])], [], 0),
        ([(EP, 5, HASHES[5])], [delivery.Echoed(DEV, EP, 8)], 8),
        ([(EP, 5, HASHES[5])], [delivery.Echoed("c" * 32, EP, 8), delivery.Echoed(DEV, "f" * 16, 8)], 5),
        ([(EP, 29, HASHES[29])], [], 20),  # more than we ever had
        ([(EP, 0, ZERO)], [], 0),
    ],
)
def test_owed_is_what_lies_beyond_what_the_desk_remembers_and_the_county_took(
    old: list[tuple[str, int, str]], echoed: list[delivery.Echoed], done: int,
) -> None:
    told = next((r for ep, r, _ in old if ep == EP), 0)
    assert echo.beyond(20, old, echoed, DEV, EP, HASHES.get(told)) == done


def test_returns_share_files_within_the_limits_and_one_that_leaves_no_room_is_left_out() -> None:
    rand = random.Random(65)
    small = [[b"x" * rand.randrange(1, 400) for _ in range(rand.randrange(1, 900))] for _ in range(120)]
    files = echo.grouped(small)
    assert [line for file in files for line in file] == [line for one in small for line in one]
    assert all(len(file) <= container.LINES_LIMIT for file in files)
    assert 1 < len(files) < 20
    assert echo.grouped([[b"x"] * (container.LINES_LIMIT + 1), [b"y"]]) == [[b"y"]]
    large = [b"z" * 1_000_000] * 40
    assert [len(file) for file in echo.grouped([large, [b"y"], large])] == [40, 1, 40], "never more than one large return in a file"
    assert echo.grouped([[b"z" * 1_000_000] * 70]) == []


def test_an_issuer_leaves_room_so_that_its_longest_return_can_be_echoed_whole() -> None:
    sim = Simulator(66)
    lines = [delivery.time_line(r, r) for r in range(1, container.LINES_LIMIT + 6)]
    assert [len(piece) for piece in outbox.split_slice(lines)] == [20_000, 5]
    pieces = outbox.split_slice(lines, room=echo.ROOM)
    assert [len(piece) for piece in pieces] == [19_999, 6]
    result = sim.county.take(echo_of(sim, craft_return(sim.county, sim.a, pieces[0], ep="1" * 16)))
    assert (result.status, result.code) == ("imported", "")
    heavy = [delivery.grant_line(1, {  # 64 MiB before deflating, less the room
        "root": "a" * 64, "certs": [{"s": "x" * 9000} for _ in range(15)], "role": "village", "area": "999999", "villages": ["999999001001"], "operators": [],
        "desks": [], "local": [],
    })] * 510
    sizes = [sum(len(line) + 1 for line in piece) for piece in outbox.split_slice(heavy, room=echo.ROOM)]
    assert len(sizes) == 2
    assert all(size <= container.PLAIN_LIMIT - echo.ROOM for size in sizes)


# -- before and after ---------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("level", ["county", "township"])
def test_what_a_desk_said_in_an_earlier_epoch_stands_below_what_it_says_now(level: Literal["county", "township"], turned: bool) -> None:
    before = delivery.Receipt(DEV, EP, 9, HASHES[9], (delivery.Range(4, 9, "quarantined", "XL-S01"),))
    now = delivery.Receipt(DEV, EP, 5, HASHES[5])
    said = exchange.Statements()
    takes = [lambda: said.take(level, 1, 50, before, epoch=-1), lambda: said.take(level, 1, 2, now, epoch=0)]
    for take in reversed(takes) if turned else takes:
        take()
    one, other = said.says(level, DEV, EP, 4, HASHES[4]), said.says(level, DEV, EP, 7, HASHES[7])
    assert one is not None
    assert other is not None
    assert (one.status, other.status, other.code) == ("ok", "quarantined", "XL-S01"), "where the new epoch is silent the old word stands"
