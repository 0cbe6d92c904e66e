"""The importer beyond single codes: the first failure decides, damage, dry runs, parks, returns and grants."""

from __future__ import annotations

import random
from typing import Any

import pytest
from crafted import craft, craft_return, retrailed, some, three_returns

from simulator import COUNTY, VILLAGE, Simulator
from xieli_sync import container, delivery, identity, seal
from xieli_sync.event import chain_hash, make_line
from xieli_sync.ports import Busy

# -- the first failure decides -----------------------------------------------------------------------------------------------------------

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("XL-U01", {"crit": ["later"]}),
    ("XL-N01", {"net": "f" * 32}),
    ("XL-B06", {"n": 2}),
    ("XL-K01", {"cert": []}),
    ("XL-K02", {"spoil_sig": True}),
    ("XL-K03", {"kind": "return", "to": "0" * 32}),
    ("XL-D02", {"bid": "a" * 32}),
    ("XL-K05", {"recipients": []}),
]
"""What is wrong with a file, in the order of the rows."""


@pytest.mark.parametrize("at", range(len(WRONG)), ids=[x[0] for x in WRONG])
def test_a_file_wrong_in_every_later_row_is_refused_for_the_first(at: int) -> None:
    sim = Simulator(7)
    assert sim.county.take(some(sim).seal_slice(last=2, bid="a" * 32)).status == "imported"
    how: dict[str, Any] = {}
    for _, wrong in WRONG[at:]:
        how.update(wrong)
    assert sim.county.take(craft(sim.a, **how)).code == WRONG[at][0]


def test_decryption_size_and_chain_are_looked_at_in_that_order() -> None:
    sim = Simulator(8)
    some(sim)
    assert sim.county.take(craft(sim.a, spoil_body=True, plain=100, head="1" * 64)).code == "XL-K06"
    assert sim.county.take(craft(sim.a, plain=100, head="1" * 64)).code == "XL-B07"
    assert sim.county.take(craft(sim.a, head="1" * 64)).code == "XL-C01"


# -- damage ------------------------------------------------------------------------------------------------------------------------------


def test_a_file_cut_anywhere_imports_nothing() -> None:
    sim = Simulator(9)
    data = some(sim).seal_slice()
    before = sim.county.state
    for size in range(0, len(data), 7):
        assert sim.county.take(data[:size]).status == "refused"
    assert sim.county.state is before


@pytest.mark.parametrize("mended", [False, True], ids=["as it lies there", "with a trailer made to fit"])
def test_a_file_with_any_bit_flipped_imports_nothing(mended: bool) -> None:
    sim, dice = Simulator(10), random.Random(10)
    data = some(sim).seal_slice()
    before = sim.county.state
    places = range(0, len(data) - (40 if mended else 0), 1 if not mended else 2)
    for at in places:
        bad = bytearray(data)
        bad[at] ^= 1 << dice.randrange(8)
        result = sim.county.take(retrailed(bytes(bad)) if mended else bytes(bad))
        assert result.status == "refused", at
    assert sim.county.state == before
    assert sim.county.take(data).status == "imported"


# -- dry run, duplicates, parks ----------------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_would_happen_and_writes_nothing() -> None:
    sim = Simulator(11)
    some(sim)
    assert sim.county.take(sim.a.seal_slice(last=2)).new == 2
    sim.a.write(*sim.decided(sim.uuid()))
    data = sim.a.seal_slice()
    before = sim.county.state.clone()
    dry = sim.county.take(data, dry_run=True)
    assert sim.county.state == before
    assert (dry.status, dry.new, dry.known, dry.quarantined, dry.codes) == ("imported", 3, 2, 1, {"XL-S03": 1})
    assert sim.county.take(data) == dry
    assert sim.county.take(data, dry_run=True).status == "duplicate"


def test_a_dry_run_of_a_fork_freezes_nothing() -> None:
    sim = Simulator(12)
    before = some(sim).state.clone()
    sim.a.write(*sim.visit())
    sim.county.take(sim.a.seal_slice())
    sim.a.state = before
    sim.a.write(*sim.visit())
    assert sim.county.take(sim.a.seal_slice(), dry_run=True).status == "frozen"
    assert not [h for h in sim.county.heads() if h.t == "fork.frozen"]


def test_a_parked_file_stays_parked_once_and_goes_in_behind_the_one_before_it() -> None:
    sim = Simulator(13)
    some(sim, count=5)
    late = [sim.a.seal_slice(first=3, last=4), sim.a.seal_slice(first=5)]
    assert [sim.county.take(x).status for x in (late[1], late[0], late[0], late[1])] == ["parked"] * 4
    assert len(sim.county.parked(sim.a.dev, sim.a.state.ep)) == 2
    result = sim.county.take(sim.a.seal_slice(last=2))
    assert (result.status, result.drained, result.new) == ("imported", 2, 6)
    assert not sim.county.parked(sim.a.dev, sim.a.state.ep)
    assert [sim.county.take(x).code for x in late] == ["XL-D01", "XL-D01"]


def test_a_park_dropped_for_a_lower_one_may_come_again() -> None:
    sim = Simulator(14)
    some(sim, count=60)
    files = {seq: sim.a.seal_slice(first=seq, last=seq) for seq in range(3, 54)}
    for seq in range(4, 54):
        assert sim.county.take(files[seq]).status == "parked"
    assert sim.county.take(files[3]).status == "parked"
    assert max(x.first for x in sim.county.parked(sim.a.dev, sim.a.state.ep)) == 52
    assert sim.county.take(files[53]).code == "XL-G02"
    result = sim.county.take(sim.a.seal_slice(last=2))
    assert result.drained == 50
    assert sim.county.take(files[53]).status == "imported"


def test_a_parked_file_that_turns_out_wrong_does_not_hold_up_the_others() -> None:
    sim = Simulator(15)
    some(sim, count=4)
    own = sim.a.own_lines()
    other = make_line(by="1", d={"where": "app"}, dev=sim.a.dev, ep=own[2].ep, hlc=(5, 5), seq=3, t="audit.unlocked", v=1).raw
    wrong = craft(sim.a, [other], first=3, last=3, n=1, prev="1" * 64, head=chain_hash("1" * 64, other))
    right = sim.a.seal_slice(first=4)
    assert [sim.county.take(x).status for x in (wrong, right)] == ["parked", "parked"]
    result = sim.county.take(sim.a.seal_slice(last=3))
    assert result.status == "imported"
    assert not sim.county.parked(sim.a.dev, sim.a.state.ep)
    assert sim.county.contiguous(sim.a.dev, sim.a.state.ep) == 5
    assert [h.d["seq"] for h in sim.county.heads() if h.t == "fork.frozen"] == [2], "its predecessor is another history of seq 2"


def test_a_busy_store_is_asked_again_and_the_file_goes_in() -> None:
    sim = Simulator(16)
    sim.county.failures = [Busy(), Busy()]
    assert sim.county.take(some(sim).seal_slice()).status == "imported"


# -- returns and grants ------------------------------------------------------------------------------------------------------------------


def test_the_first_grant_pins_root_and_net_and_is_answered_by_a_return_received_naming_it() -> None:
    sim = Simulator(17, enrol=False)
    result = sim.a.take(sim.county.enrol(sim.a), root_fingerprint=sim.root_fingerprint.replace(" ", ""))
    assert (result.status, sim.a.net, sim.a.root_public) == ("imported", sim.county.net, sim.root.sign_pub)
    said = [h for h in sim.a.heads() if h.t == "return.received"]
    assert [h.d["grant"] for h in said] == [h.ref for h in sim.a.heads() if h.t == "device.enrolled"]
    assert sim.a.export(), "possession is proven by the next export"


def test_a_grant_of_another_role_pins_nothing_and_does_not_stand_in_the_way_of_the_right_one() -> None:
    sim = Simulator(26, enrol=False)
    right = sim.county.enrol(sim.a)
    lines = seal.unseal(container.parse(right), sim.a.decrypt_keys())
    items = [delivery.parse_delivery(line)[1] for line in lines]
    (grant,) = (x.grant for x in items if isinstance(x, delivery.GrantItem))
    (event,) = (x for x in items if isinstance(x, delivery.EventItem))
    wrong = [delivery.grant_line(1, {**grant, "role": "township"}), delivery.event_line(2, event.raw, event.hash)]
    whose = {"kind": "grant", "ep": sim.county.state.ep}
    refused = sim.a.take(craft_return(sim.county, sim.a, wrong, **whose), root_fingerprint=sim.root_fingerprint)
    assert (refused.status, refused.code, sim.a.net, sim.a.root_public) == ("refused", "XL-K03", None, None)
    assert not [h for h in sim.a.heads() if h.t == "return.received"]
    mended = [*wrong, delivery.grant_line(3, grant)]
    taken = sim.a.take(craft_return(sim.county, sim.a, mended, **whose), root_fingerprint=sim.root_fingerprint)
    assert (taken.status, sim.a.root_public) == ("imported", sim.root.sign_pub)


def test_a_grant_issued_again_is_taken_by_a_laptop_restored_to_before_it() -> None:
    sim = Simulator(18, enrol=False)
    empty = sim.a.state.clone()
    assert sim.a.take(sim.county.enrol(sim.a), root_fingerprint=sim.root_fingerprint).status == "imported"
    for data in some(sim).export():
        sim.county.take(data)
    sim.a.state = empty
    again = sim.county.send(sim.a, reissue=True)
    assert again is not None
    result = sim.a.take(again, root_fingerprint=sim.root_fingerprint)
    assert (result.status, result.first) == ("imported", 1)


def test_a_return_with_nothing_new_is_a_duplicate_and_appends_nothing() -> None:
    sim = Simulator(19)
    sim.county.take(some(sim).seal_slice())
    data, again = sim.county.send(sim.a), None
    assert data is not None
    assert sim.a.take(data).status == "imported"
    count = len(sim.a.own_lines())
    again = sim.county.seal_return(sim.a, 1)
    assert (sim.a.take(again).code, sim.a.take(data).code) == ("XL-D01", "XL-D01")
    assert len(sim.a.own_lines()) == count


def test_returns_that_come_in_the_wrong_order_end_the_same() -> None:
    sim = Simulator(20)
    files = three_returns(sim)
    assert [sim.a.take(x).status for x in reversed(files)] == ["parked", "parked", "imported"]
    assert sim.a.effective([VILLAGE]).keys() == sim.county.effective([VILLAGE]).keys()


def test_a_desk_of_a_higher_generation_is_taken_and_the_old_one_no_longer() -> None:
    sim = Simulator(21)
    old = craft_return(sim.county, sim.a, [delivery.time_line(1, 5)], ep="1" * 16)
    link = identity.issue_desk_cert(sim.root, sign_pub=sim.county.keys.sign_pub, enc_pub=sim.county.keys.enc_pub, role="county", area=COUNTY, gen=2)
    sim.certs[sim.county.dev] = [link]
    assert sim.a.take(craft_return(sim.county, sim.a, [delivery.time_line(1, 5)], ep="2" * 16)).status == "imported"
    assert sim.a.take(old).code == "XL-K01"


def test_a_county_line_out_of_a_townships_return_is_kept_and_never_applied() -> None:
    sim = Simulator(22, township=True)
    assert sim.township is not None
    county = sim.county.write(*sim.decided(sim.uuid()))
    forged = next(x for x in sim.county.own_lines() if county.endswith(x.hash[:32]))
    own = sim.township.write(*sim.opened(sim.uuid()))
    line = sim.township.own_lines()[-1]
    grant = {"root": sim.root.sign_pub.hex(), "certs": [], "role": "county", "area": COUNTY, "villages": [], "operators": [], "desks": [], "local": []}
    lines = [
        delivery.event_line(1, forged.line, forged.hash), delivery.event_line(2, line.line, line.hash), delivery.echoed_line(3, sim.county.dev, "1" * 16, 5),
        delivery.grant_line(4, grant),
    ]  # fmt: skip
    assert sim.a.take(craft_return(sim.township, sim.a, lines)).status == "imported"
    taken = sim.a.state.taken[sim.township.dev, sim.township.state.ep]
    assert [x.item is None for x in taken] == [True, False, True, True]
    assert [x.line for x in taken] == lines, "all stay in the delivery chain"
    assert own in sim.a.effective()
    assert county not in {h.ref for h in sim.a.heads()}


def test_a_desk_takes_returns_from_above_only() -> None:
    sim = Simulator(27, township=True)
    assert sim.township is not None
    some(sim)
    last = sim.a.own_lines()[-1]
    line = make_line(by="1", d={"note": "编造"}, dev=sim.a.dev, ep=sim.a.state.ep, hlc=(9, 9), seq=last.seq + 5, t="visit.recorded", v=1).raw
    forged = delivery.event_line(1, line, "ab" * 32)
    for desk, signer in ((sim.county, sim.township), (sim.county, sim.county), (sim.township, sim.township)):
        before = [h.ref for h in desk.heads()]
        refused = desk.take(craft_return(signer, desk, [forged]))
        assert (refused.status, refused.code) == ("refused", "XL-K03")
        assert [h.ref for h in desk.heads()] == before


def test_a_relayed_line_drains_the_park_of_its_author_at_a_township() -> None:
    sim = Simulator(23, township=True)
    assert sim.township is not None
    some(sim, count=4)
    for data in (sim.a.seal_slice(last=3), sim.a.seal_slice(first=4)):
        assert sim.county.take(data).status == "imported"
    assert sim.township.take(sim.a.seal_slice(first=4)).status == "parked"
    data = sim.county.send(sim.township)
    assert data is not None
    result = sim.township.take(data)
    assert (result.status, result.drained) == ("imported", 1)
    assert sim.township.contiguous(sim.a.dev, sim.a.state.ep) == 5


def test_two_lines_under_one_seq_are_a_fork_however_they_came() -> None:
    sim = Simulator(24, township=True)
    assert sim.township is not None
    before = some(sim).state.clone()
    sim.a.write(*sim.visit())
    assert sim.county.take(sim.a.seal_slice()).status == "imported"
    sim.a.state = before
    sim.a.write(*sim.visit())
    assert sim.township.take(sim.a.seal_slice()).status == "imported"
    data = sim.county.send(sim.township)
    assert data is not None
    assert sim.township.take(data).status == "imported"
    frozen = [h.d["seq"] for h in sim.township.heads() if h.t == "fork.frozen" and h.dev == sim.township.dev]
    assert frozen == [len(sim.a.own_lines())]


def test_random_bytes_never_raise() -> None:
    sim, dice = Simulator(25), random.Random(25)
    print("seed 25")
    for _ in range(300):
        size = dice.randrange(0, 400)
        assert sim.county.take(container.MAGIC[: dice.randrange(9)] + dice.randbytes(size)).status == "refused"
