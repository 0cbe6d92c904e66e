"""A registered device that signs whatever it likes: each file has its code, nothing is effective that its rights do not cover, no line makes the desk fail."""

from __future__ import annotations

import json
import random
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import evil
import forge
import pytest
from corekit import OTHER, VILLAGE, County, Node, enrolled
from evil import take

from xieli_sync import container, delivery, echo, identity
from xieli_sync.event import chain_hash
from xieli_sync.inbox import Result
from xieli_sync.ports import Envelope
from xieli_tui.store import journal, queries, trust
from xieli_tui.store.queries import registers, road
from xieli_tui.store.rebuild import digests, rebuild

SEED = 20261129


def lines_held(node: Node) -> int:
    with node.store.read() as tx:
        return journal.count(tx)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[County, Node]:
    county, (one,) = enrolled(tmp_path, SEED)
    return county, one


def visit(node: Node, seq: int, **d: Any) -> bytes:
    body = {"village": VILLAGE, "household": f"{1:08x}-0000-7000-8000-{1:012x}", "visit": f"{seq:08x}-0000-7000-8000-{2:012x}", "on": "2026-12-28", "met": "self"}
    return forge.line(node, seq, "visit.recorded", {**body, **d})


def raw(node: Node, d: bytes) -> bytes:
    """A line whose `d` is any bytes."""
    return b'{"by":"1","d":' + d + visit(node, 1)[visit(node, 1).index(b',"dev":') :]


DEEP = 200_000
LINES: dict[str, bytes] = {
    "no JSON": b"{",
    "nothing": b"",
    "200,000 deep lists": b"[" * DEEP + b"]" * DEEP,
    "200,000 deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "an integer of 2^53": b'{"n":9007199254740992}',
    "an integer of 400 digits": b'{"n":' + b"9" * 400 + b"}",
    "an integer of 60,000 digits": b'{"n":' + b"9" * 60_000 + b"}",
    "a float": b'{"n":1.5}',
    "an exponent": b'{"n":1e5}',
    "NaN": b'{"n":NaN}',
    "minus nought": b'{"n":-0}',
    "null": b'{"n":null}',
    "a lone surrogate": b'{"n":"\\ud800"}',
    "a lone surrogate in UTF-8": b'{"n":"\xed\xa0\x80"}',
    "no UTF-8": b'{"n":"\xff"}',
    "a name of 5 MB": b'{"head":"' + b"x" * 5_000_000 + b'"}',
    "a text of 10,001 characters": b'{"note":"' + b"x" * 10_001 + b'"}',
    "white space": b'{"n": 1}',
    "a key twice": b'{"n":1,"n":1}',
    "keys out of order": b'{"b":1,"a":1}',
    "an escape that need not be": b'{"n":"\\u0041"}',
    "a list for d": b"[]",
}


@pytest.mark.parametrize("content", LINES.values(), ids=[x.replace(" ", "-") for x in LINES])
def test_a_line_that_breaks_the_rules_of_lines_refuses_its_whole_file(pair: tuple[County, Node], content: bytes) -> None:
    county, one = pair
    before = lines_held(county)
    for lines in ([raw(one, content)], [visit(one, 1), raw(one, content)], [content]):
        result = take(county, forge.changes_of(one, lines))
        assert (result.status, result.code, lines_held(county)) == ("refused", "XL-C01", before)


def other(one: Node, **changed: Any) -> bytes:
    body = json.loads(visit(one, 1)) | changed
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_identity_and_chain_must_be_the_senders(pair: tuple[County, Node]) -> None:
    county, one = pair
    good = [visit(one, 1), visit(one, 2)]
    cases: list[tuple[str, bytes]] = [
        ("another device", forge.changes_of(one, [other(one, dev=county.dev)])),
        ("another epoch", forge.changes_of(one, [other(one, ep="f" * 16)])),
        ("seq from 2", forge.changes_of(one, [good[1]])),
        ("seq twice", forge.changes_of(one, [good[0], good[0]])),
        ("seq skipped", forge.changes_of(one, [good[0], visit(one, 3)])),
        ("a head of another chain", forge.changes_of(one, good, head="1" * 64)),
        ("prev before the first line", forge.changes_of(one, good, prev="1" * 64, head=chain_hash(chain_hash("1" * 64, good[0]), good[1]))),
        ("fewer lines than n", forge.changes_of(one, good, n=3, last=3, head="1" * 64)),
        ("one line with a newline in it", forge.changes_of(one, [good[0] + b"\n" + good[1]], plain=len(good[0]) + len(good[1]) + 1)),
        ("a further key", forge.changes_of(one, [other(one, role="county")])),
        ("an operator of 41 letters", forge.changes_of(one, [other(one, by="x" * 41)])),
        ("a clock before 1970", forge.changes_of(one, [other(one, hlc=[-1, 0])])),
        ("a type with a slash", forge.changes_of(one, [other(one, t="../visit")])),
    ]
    for name, data in cases:
        assert (name, take(county, data).code) == (name, "XL-C01")
    assert lines_held(county) == 1
    assert take(county, forge.changes_of(one, good)).status == "imported"


CORES: list[tuple[str, dict[str, Any]]] = [
    ("XL-U01", {"v": 2}), ("XL-U01", {"suite": "G1"}), ("XL-U01", {"crit": ["x"]}), ("XL-N01", {"net": "f" * 32}), ("XL-B06", {"n": 1}),
    ("XL-B06", {"n": 20_001, "last": 20_001}), ("XL-B06", {"plain": 64 * 1024 * 1024 + 1}), ("XL-K01", {"cert": []}), ("XL-K01", {"dev": "a" * 32}),
    ("XL-K02", {"spoil": True}), ("XL-K03", {"kind": "return", "to": "a" * 32}), ("XL-K03", {"kind": "grant", "to": "a" * 32}), ("XL-B06", {"first": 0}),
    ("XL-B05", {"n": True}), ("XL-B05", {"ep": "G" * 16}), ("XL-B05", {"kind": "order"}), ("XL-B05", {"to": "a" * 32}), ("XL-B05", {"head": "x"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "core"), CORES, ids=[f"{code}-{'-'.join(core)}" for code, core in CORES])
def test_a_core_that_says_something_else_is_refused_by_the_row_it_offends(pair: tuple[County, Node], code: str, core: dict[str, Any]) -> None:
    county, one = pair
    spoil = core.pop("spoil", False)
    data = forge.changes_of(one, [visit(one, 1), visit(one, 2)], **core)
    if spoil:
        data = forge.changes_of(one, [visit(one, 1), visit(one, 2)], kid=one.keys.kid)
        parts = list(container.split(data))
        parts[3] = parts[3][:-1] + bytes([parts[3][-1] ^ 1])
        data = container.build(*parts)
        core["spoil"] = True
    result = take(county, data)
    assert (result.status, result.code, lines_held(county)) == ("refused", code, 1)


def test_a_certificate_of_its_own_making_makes_no_desk_of_a_laptop(pair: tuple[County, Node]) -> None:
    county, one = pair
    keys = one.keys
    forged_root = identity.RootKey.generate(one.rand)
    chains = {
        "a root of its own": [identity.issue_desk_cert(forged_root, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="county", area="999999")],
        "the laptop as a desk under the laptop": [*one.certs, identity.issue_device_cert(keys, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub)],
        "the county's certificate alone": [county.cert],
        "its own without the county's": one.certs[1:],
        "nine links": [*one.certs, *[one.certs[1]] * 7],
    }
    for name, chain in chains.items():
        assert (name, take(county, forge.changes_of(one, [visit(one, 1)], cert=chain)).code) == (name, "XL-K01")


def test_the_body_must_inflate_to_exactly_what_it_claims_and_a_bomb_costs_nothing(pair: tuple[County, Node]) -> None:
    county, one = pair
    line = visit(one, 1)
    bomb = zlib.compress(bytes(200 * 1024 * 1024), 9)  # 200 KB
    cases = {
        "a bomb behind a small claim": forge.changes_of(one, [line], packed=bomb),
        "one byte more": forge.changes_of(one, [line], packed=zlib.compress(line + b" ", 9)),
        "one byte less": forge.changes_of(one, [line], packed=zlib.compress(line[:-1], 9)),
        "no zlib": forge.changes_of(one, [line], packed=b"x" * 100),
        "a second stream": forge.changes_of(one, [line], packed=zlib.compress(line, 9) + zlib.compress(line, 9)),
        "a cut stream": forge.changes_of(one, [line], packed=zlib.compress(line, 9)[:-2]),
        "nothing": forge.changes_of(one, [line], packed=b""),
    }
    tracemalloc.start()
    for name, data in cases.items():
        assert (name, take(county, data).code) == (name, "XL-B07")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024  # nothing near the 200 MB it would inflate to
    honest = forge.changes_of(one, [line], packed=bomb, plain=64 * 1024 * 1024)
    assert take(county, honest).code == "XL-B07"


# -- what is well-formed and beyond its rights ---------------------------------------------------------------------------------------


def test_a_village_that_writes_rulings_moves_nothing(pair: tuple[County, Node]) -> None:
    county, one = pair
    household = one.household()
    take(county, one.bundle(1, 2))
    with county.store.read() as tx:
        before = {name: x for name, x in digests(tx).items() if name not in ("verdict", "timeline")}
        devices, desks = road.devices(tx), trust.desks(tx)
        staff = registers.staff(tx)
    maker = forge.Maker(random.Random(SEED), {"village": [VILLAGE], "household": [household], "dev": [one.dev, county.dev], "ep": [one.store.ep, county.store.ep]})
    rulings = sorted(key for key, kind in forge.EVENTS.items() if kind.ruling)
    with one.store.read() as tx:
        seq, prev = journal.head(tx, one.dev, one.store.ep)
    lines = [forge.line(one, seq + n, t, maker.right(t, v), v=v) for n, (t, v) in enumerate(rulings, 1)]
    result = take(county, forge.changes_of(one, lines, first=seq + 1, prev=prev, head=head_of(prev, lines)))
    assert (result.status, result.quarantined, set(result.codes)) == ("quarantined", len(rulings), {"XL-S02", "XL-S03"} & set(result.codes))
    assert result.codes["XL-S03"] > len(rulings) * 0.8
    with county.store.read() as tx:
        after = {name: x for name, x in digests(tx).items() if name not in ("verdict", "timeline")}
        assert {name for name in before if before[name] != after[name]} <= {"quarantine_row"}
        assert [(d.dev, d.revoked, d.villages) for d in road.devices(tx)] == [(d.dev, d.revoked, d.villages) for d in devices]
        assert (trust.desks(tx), registers.staff(tx)) == (desks, staff)


def head_of(prev: str, lines: list[bytes]) -> str:
    for line in lines:
        prev = chain_hash(prev, line)
    return prev


def two_villages(tmp_path: Path) -> tuple[County, Node, Node, str]:
    """A county, the evil laptop of one village, and the laptop of another with a family."""
    county, (one, two) = enrolled(tmp_path, SEED, count=2)
    county.enrol(two, OTHER)
    two.take(county.send(two, OTHER) or b"", root_fingerprint=None)
    home = two.household(OTHER)
    two.visit(home, OTHER)
    for node in (two, one):
        assert take(county, node.export()[0]).status == "imported"
    return county, one, two, home


def push(county: County, one: Node, attempts: list[tuple[str, dict[str, Any]]]) -> Result:
    with one.store.read() as tx:
        seq, prev = journal.head(tx, one.dev, one.store.ep)
    lines = [forge.line(one, seq + n, t, d) for n, (t, d) in enumerate(attempts, 1)]
    return take(county, forge.changes_of(one, lines, first=seq + 1, prev=prev, head=head_of(prev, lines)))


def test_another_villages_families_are_out_of_reach(tmp_path: Path) -> None:
    county, one, _, home = two_villages(tmp_path)
    with county.store.read() as tx:
        before = rows_of(tx, home)
    result = push(county, one, [
        ("household.claimed", {"village": OTHER, "household": home, "fields": {"phone": "10000000000"}}),
        ("household.claimed", {"village": VILLAGE, "household": home, "fields": {"phone": "10000000000"}}),
        ("visit.recorded", {"village": OTHER, "household": home, "visit": one.id(), "on": "2026-12-28", "met": "self"}),
        ("visit.recorded", {"village": VILLAGE, "household": home, "visit": one.id(), "on": "2026-12-28", "met": "self"}),
        ("household.opened", {"village": OTHER, "household": home, "fields": {"number": "9"}}),
    ])  # fmt: skip
    assert (result.status, result.quarantined, result.codes) == ("quarantined", 5, {"XL-S01": 5})
    with county.store.read() as tx:
        assert rows_of(tx, home) == before
    assert county.send(one) is None or b"visit.recorded" not in b"".join(x.line for x in county.owed(one)[1])


def test_a_family_opened_again_under_its_id_by_another_village_stands_as_two_values_for_a_person_to_settle(tmp_path: Path) -> None:
    """Whoever learned a family's id (74 random bits) may claim it; the claim is seen, replaces nothing, and what the other village wrote stays."""
    county, one, _, home = two_villages(tmp_path)
    with county.store.read() as tx:
        before = rows_of(tx, home)["visit"]
    result = push(county, one, [("household.opened", {"village": VILLAGE, "household": home, "fields": {"number": "9"}})])
    assert (result.status, result.conflicts) == ("imported", 2)
    with county.store.read() as tx:
        assert rows_of(tx, home)["visit"] == before
        assert {x.field for x in queries.conflicts(tx, home)} == {"village", "number"}


def rows_of(tx: Any, household: str) -> dict[str, list[str]]:
    """Every projected row about a household, by table; the chain of all that was written about it (timeline) apart."""
    out = {}
    for (table,) in tx.ask("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name"):
        names = [str(row[1]) for row in tx.ask(f"PRAGMA table_info({table})")]
        if "household" in names and table not in ("journal", "delivery_out", "timeline", "quarantine", "quarantine_row", "duty_kept"):
            out[table] = sorted(repr(row) for row in tx.ask(f"SELECT * FROM {table} WHERE household=?", (household,)))
    return out


# -- lines of every type, at their edges -----------------------------------------------------------------------------------------------


AUTHORS = ("village", "township", "county")


@pytest.mark.parametrize("role", AUTHORS)
def test_no_payload_of_any_type_makes_a_desk_fail_and_a_rebuild_gives_the_same(tmp_path: Path, role: str) -> None:
    """A bundle of a village or a township at the county, and lines of the county at a laptop; `python tests/store/evil.py` goes through 20,000."""
    evil.run(tmp_path, role, SEED, 400)


# -- returns out of an evil township's hand ---------------------------------------------------------------------------------------------


def test_delivery_lines_of_any_content_have_a_code_and_move_nothing_they_may_not(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, SEED)
    town = forge.township(county, tmp_path / "town")
    household = one.household()
    with one.store.read() as tx:
        seq, head = journal.head(tx, one.dev, one.store.ep)
        enrolment = journal.events_of_type(tx, "device.enrolled")[0]
    forged = forge.line(county, 7, "category.set", {"village": VILLAGE, "household": household, "category": "dibao", "since": "2026-12-28"})
    grant = {"root": county.root.sign_pub.hex(), "certs": [], "role": "village", "area": "999999", "villages": [OTHER], "operators": [], "desks": [], "local": []}
    broken = [
        b"{", b"[" * 200_000 + b"]" * 200_000, b'{"k":"event","r":1}', b'{"k":"receipt","r":1}', b'{"k":"time","ms":1.5,"r":1}', b'{"k":"time","ms":null,"r":1}',
        b'{"k":"time","ms":-1,"r":1}', b'{"k":"resend","dev":"x","ep":"y","from":1,"to":2,"r":1}', b'{"k":"event","line":"{}","hash":"' + b"0" * 64 + b'","r":1}',
        b'{"k":"time","ms":1,"r":2}', b'{"k":"time","ms":1,"r":0}', b'{"k":"' + b"x" * 200_000 + b'","r":1}', b'{"k":"draft","draft":[],"r":1}',
    ]  # fmt: skip
    broken.append(delivery.event_line(1, enrolment.line.replace(VILLAGE.encode(), OTHER.encode()), "2" * 64))  # the first line of a chain shows its own hash
    before = lines_held(one)
    for number, raw_line in enumerate(broken):
        assert (number, take(one, forge.return_of(town, one, [raw_line])).code) == (number, "XL-C01")
    assert lines_held(one) == before
    far = 2**53 - 1
    kept = [
        delivery.event_line(1, forged, chain_hash("1" * 64, forged)),
        delivery.event_line(2, enrolment.line.replace(VILLAGE.encode(), OTHER.encode()).replace(b'"seq":1,', b'"seq":8,'), "2" * 64),
        delivery.grant_line(3, grant),
        delivery.echoed_line(4, county.dev, county.store.ep, far),
        delivery.resend_line(5, one.dev, one.store.ep, 1, far),
        delivery.time_line(6, far),
        delivery.head_line(7, town.store.ep, far, "3" * 64, [("4" * 16, far, "5" * 64)]),
        delivery.receipt_line(8, delivery.Receipt(one.dev, one.store.ep, far, "6" * 64, (delivery.Range(1, far, "quarantined", "XL-S03"),))),
        delivery.receipt_line(9, delivery.Receipt(one.dev, one.store.ep, 1, "7" * 64, cover=(1, far))),
        delivery.receipt_line(10, delivery.Receipt(county.dev, county.store.ep, far, "8" * 64, (delivery.Range(far, far, "unknown", ""),))),
        b'{"k":"invented","r":11}',
    ]
    result = take(one, forge.return_of(town, one, kept))
    assert (result.status, result.new) == ("imported", len(kept)), result
    with one.store.read() as tx:
        assert journal.events_of_type(tx, "category.set") == []
        held = trust.grant(tx)
        assert held is not None
        assert held["villages"] == [VILLAGE]
        counts = road.counts(tx)
        assert counts.confirmed == 0
        assert counts.quarantined == 0  # a receipt that names no line of ours says nothing about ours
        assert (seq, head) == journal.head(tx, one.dev, one.store.ep) or journal.head(tx, one.dev, one.store.ep)[0] == seq + 1
    assert rebuild(one.store)["equal"]
    again = take(one, forge.return_of(town, one, [delivery.time_line(1, 1)]))
    assert (again.status, again.code) == ("frozen", "XL-C02")  # another history of its deliveries
    assert take(county, one.export()[0]).status == "imported"


def test_a_township_cannot_take_a_device_or_the_county_over(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, SEED)
    town = forge.township(county, tmp_path / "town")
    fake = identity.KeyPair.generate(town.rand)
    cases = {
        "the county's id on a key of the township's": identity.issue_device_cert(town.keys, sign_pub=fake.sign_pub, enc_pub=fake.enc_pub, dev=county.dev),
        "the laptop's id on a key of the township's": identity.issue_device_cert(town.keys, sign_pub=fake.sign_pub, enc_pub=fake.enc_pub, dev=one.dev),
        "a device outside its area": identity.issue_device_cert(town.keys, sign_pub=fake.sign_pub, enc_pub=fake.enc_pub, area="999999002"),
    }
    for name, cert in cases.items():
        bundle = forge.changes_of(one, [visit(one, 1)], cert=[*town.certs, cert])
        assert (name, take(county, bundle).code) == (name, "XL-K01")
    assert take(one, forge.return_of(town, one, [delivery.time_line(1, 1)], dev=county.dev)).code == "XL-K01"
    assert take(one, forge.return_of(town, one, [delivery.time_line(1, 1)], kind="grant")).code == "XL-K03"
    assert take(county, forge.return_of(town, county, [delivery.time_line(1, 1)])).code == "XL-K03"
    assert take(one, forge.changes_of(one, [visit(one, 1)])).code == "XL-K03"


# -- echoes -----------------------------------------------------------------------------------------------------------------------------


def test_an_echo_of_any_content_has_a_code_and_brings_nothing_the_desks_did_not_sign(tmp_path: Path) -> None:
    print(f"seed={SEED}")
    county, (one,) = enrolled(tmp_path, SEED)
    with one.store.read() as tx:
        core, wraps, body, sigs = tx.ask("SELECT core, wraps, body, sigs FROM envelope")[0]
        lines = [bytes(x[0]) for x in tx.ask("SELECT line FROM delivery_in ORDER BY r")]
    envelope = Envelope(bytes(core), bytes(wraps), str(body), bytes(sigs))
    good = echo.lines_of(envelope, lines)
    before, rng = lines_held(county), random.Random(SEED)
    cases = [[b"{"], [b"[" * 200_000], good[:1], good[1:], [good[0], good[0]], [*good, b"{}"], good[::-1]]
    for _ in range(300):
        spoilt = [bytearray(x) for x in good]
        at = rng.choice(spoilt)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(at))
            at[place : place + rng.randint(0, 2)] = rng.choice([b"", b"0", b"a", b'"', b"{", rng.randbytes(1)])
        cases.append([bytes(x) for x in spoilt])
    seen = set()
    for case in cases:
        if case == good or any(b"\n" in x for x in case):
            continue
        result = take(county, forge.changes_of(one, case, kind="echo", head=echo.chain(case)))
        assert result.status == "refused"
        seen.add(result.code)
    assert {"XL-C01", "XL-K01", "XL-K02"} <= seen <= {"XL-C01", "XL-K01", "XL-K02", "XL-K03", "XL-B05", "XL-N01", "XL-U01", "XL-B06"}
    assert lines_held(county) == before
    assert take(county, forge.changes_of(one, good, kind="echo", head=echo.chain(good))).status == "imported"
