"""The bytes of a file: layout, limits, order of the first five rows, rows 6 and 8."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from roadkit import World, changes, code_when, make_world

from xieli_sync.container import (
    CORE_LIMIT,
    FILE_LIMIT,
    MAGIC,
    SIGS_LIMIT,
    WRAPS_LIMIT,
    build,
    check_core,
    check_core_types,
    check_limits,
    check_version,
    parse,
    split,
)
from xieli_sync.errors import SyncError
from xieli_sync.event import canonical


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(21)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return changes(world)


def code(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(SyncError) as caught:
        call(*args)
    return caught.value.code


def rebuilt(data: bytes, **parts: bytes) -> bytes:
    """The same file with parts exchanged and the trailer repaired."""
    core, wraps, sigs, body = split(data)
    return build(parts.get("core", core), parts.get("wraps", wraps), parts.get("sigs", sigs), parts.get("body", body))


def with_core(data: bytes, **change: Any) -> bytes:
    core = json.loads(split(data)[0])
    core.update(change)
    return rebuilt(data, core=canonical({key: value for key, value in core.items() if value is not ...}))


def test_the_layout_is_magic_four_counted_parts_digest_and_end_mark() -> None:
    data = build(b"core", b"w", b"", b"body!")
    head = b"\x89XLB\r\n\x1a\n" + b"".join(struct.pack("<Q", len(part)) + part for part in (b"core", b"w", b"", b"body!"))
    assert data == head + sha256(head).digest() + b"XLBEND\r\n"
    assert split(data) == (b"core", b"w", b"", b"body!")


def test_a_parsed_bundle_keeps_the_received_bytes_of_each_part(good: bytes) -> None:
    bundle = parse(good)
    assert build(bundle.core_bytes, bundle.wraps_bytes, bundle.sigs_bytes, bundle.body) == good
    assert canonical(bundle.core) == bundle.core_bytes
    assert bundle.trailer_ok


def test_row_1_refuses_a_file_that_is_too_large_before_looking_at_it() -> None:
    assert code(parse, b"x" * (FILE_LIMIT + 1)) == "XL-B01"
    assert code(parse, MAGIC + b"x" * (FILE_LIMIT + 1 - len(MAGIC))) == "XL-B01"


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04" + bytes(200), b"\x89PNG\r\n\x1a\n" + bytes(200), b"{}", b"\xef\xbb\xbf"])
def test_row_2_knows_what_is_not_ours(data: bytes) -> None:
    assert code(parse, data) == "XL-B02"


def test_row_2_knows_a_text_mode_copy_in_both_directions(good: bytes) -> None:
    assert code(parse, good.replace(b"\r\n", b"\n")) == "XL-B02"
    assert code(parse, good.replace(b"\n", b"\r\n")) == "XL-B02"
    assert code(parse, good[: good.index(b"\x1a")] + b"\n" * 100) == "XL-B02"


@pytest.mark.parametrize(("place", "limit"), [(0, CORE_LIMIT), (1, WRAPS_LIMIT), (2, SIGS_LIMIT)])
def test_row_3_refuses_a_part_beyond_its_limit(place: int, limit: int) -> None:
    parts = [b"{}", b"[]", b"[]", b""]
    parts[place] = b" " * (limit + 1)
    assert code(parse, build(*parts)) == "XL-B03"
    parts[place] = b" " * limit
    assert code(parse, build(*parts)) == "XL-B05"


def test_row_3_refuses_a_length_beyond_the_file_however_large(good: bytes) -> None:
    for size in (len(good), 2**31, 2**32, 2**63, 2**64 - 1):
        for at in (8, 8 + 8 + len(split(good)[0])):
            assert code(parse, good[:at] + struct.pack("<Q", size) + good[at + 8 :]) == "XL-B03"


def test_row_4_refuses_anything_behind_or_missing_at_the_end(good: bytes) -> None:
    for data in (good + b"\n", good + bytes(512), good[:-1], good[:-8], good[:-40], good[:-8] + b"XLBEND\n\r", good[:-9] + b"\0" + good[-8:]):
        assert code(parse, data) == "XL-B04"


def test_rows_2_to_4_find_every_truncation(good: bytes) -> None:
    found = {code(parse, good[:size]) for size in range(len(good))}
    assert found == {"XL-B02", "XL-B03", "XL-B04"}


def test_rows_2_to_4_find_every_flipped_byte_and_every_zeroed_block(good: bytes) -> None:
    for at in range(len(good)):
        assert code(parse, good[:at] + bytes([good[at] ^ 0x01]) + good[at + 1 :]) in {"XL-B02", "XL-B03", "XL-B04"}
    for at in range(0, len(good), 512):
        assert code(parse, good[:at] + bytes(min(512, len(good) - at)) + good[at + 512 :]) in {"XL-B02", "XL-B03", "XL-B04"}


@pytest.mark.parametrize(
    "core",
    [b"", b"null", b"[]", b"1", b"{", b'{"a":1.0}', b'{ "a":1}', b'{"v":1,"v":1}', b"[" * 30000, b"\xff", b'{"suite":"A1","v":1}', b'{"crit":[1],"suite":"A1","v":1}',
     b'{"crit":[],"suite":"a1","v":1}', b'{"crit":[],"suite":"A1","v":true}', b'{"crit":[],"suite":"A1","v":0}'],
)  # fmt: skip
def test_row_5_refuses_a_core_that_is_not_strict_canonical_json(good: bytes, core: bytes) -> None:
    assert code(parse, rebuilt(good, core=core)) == "XL-B05"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("net", "P" + "0" * 31), ("net", "0" * 31), ("net", 5), ("kind", "order"), ("kind", []), ("bid", "A" * 32), ("bid", "a" * 30), ("dev", {}), ("kid", "a" * 15),
        ("ep", "0x" + "0" * 14), ("first", "1"), ("last", -1), ("n", True), ("plain", [1]), ("plain", 2**53 - 1 + 0.5), ("prev", "0" * 63), ("head", 0),
        ("crit", "x"), ("cert", {}), ("cert", ["x"]), ("to", "a" * 32), ("kind", "return"),
    ],
)  # fmt: skip
def test_row_5_refuses_a_core_key_of_the_wrong_type(good: bytes, key: str, value: object) -> None:
    core = json.loads(split(good)[0])
    core[key] = value
    assert code(check_core_types, core) == "XL-B05"


@pytest.mark.parametrize(
    "key", ["v", "suite", "net", "kind", "bid", "dev", "kid", "ep", "first", "last", "n", "prev", "head", "plain", "crit", "cert"]
)
def test_row_5_refuses_a_core_without_a_key(good: bytes, key: str) -> None:
    assert code(parse, with_core(good, **{key: ...})) == "XL-B05"


def test_a_core_may_have_keys_a_reader_does_not_know(good: bytes) -> None:
    assert parse(with_core(good, later={"a": [1]})).core["later"] == {"a": [1]}


@pytest.mark.parametrize("kind", ["return", "grant", "handover"])
def test_the_kinds_that_carry_delivery_lines_name_their_recipient(good: bytes, kind: str) -> None:
    assert code(parse, with_core(good, kind=kind)) == "XL-B05"
    assert parse(with_core(good, kind=kind, to="ab" * 16)).core["to"] == "ab" * 16


@pytest.mark.parametrize(
    "wraps",
    [b"", b"{}", b"null", b'[{"ct":"00","kid":"0000000000000000"}]', b'[{"kid":"0000000000000000"}]', b"[1]", b"[[]]", b"[ ]"],
)
def test_row_5_refuses_a_list_of_wraps_of_another_shape(good: bytes, wraps: bytes) -> None:
    assert code(parse, rebuilt(good, wraps=wraps)) == "XL-B05"


def test_row_5_refuses_two_wraps_or_signatures_of_one_key(good: bytes) -> None:
    _, wraps, sigs, _ = split(good)
    for name, part in (("wraps", wraps), ("sigs", sigs)):
        entry = json.loads(part)[0]
        assert code(parse, rebuilt(good, **{name: canonical([entry, entry])})) == "XL-B05"


def test_row_5_refuses_a_second_spelling_of_a_signature(good: bytes) -> None:
    entry = json.loads(split(good)[2])[0]
    for change in (
        {"sig": entry["sig"].upper()},
        {"sig": entry["sig"][:-1]},
        {"sig": entry["sig"] + "00"},
        {"sig": "0x" + entry["sig"][2:]},
        {"kid": "f" * 16},
        {"x": 1},
    ):
        assert code(parse, rebuilt(good, sigs=canonical([{**entry, **change}]))) == "XL-B05"
    assert code(parse, rebuilt(good, sigs=b"[]")) == "XL-B05"
    three = [{**entry, "kid": kid} for kid in (entry["kid"], "0" * 16, "1" * 16)]
    assert code(parse, rebuilt(good, sigs=canonical(three))) == "XL-B05"


def test_a_later_version_suite_or_extension_asks_for_an_upgrade_and_is_not_called_malformed(good: bytes) -> None:
    # Of a later version only v, suite and crit keep their meaning: everything else may look different.
    strange = canonical({"v": 2, "suite": "A1", "crit": [], "net": 7})
    for data in (
        rebuilt(good, core=strange),
        with_core(good, v=2),
        with_core(good, suite="G1"),
        with_core(good, suite="A2"),
        with_core(good, crit=["x"]),
    ):
        assert code(check_core, parse(data).core) == "XL-U01"
        assert code(check_version, parse(data).core) == "XL-U01"


def test_the_reserved_suite_may_have_signatures_of_other_length(good: bytes) -> None:
    core = canonical({**json.loads(split(good)[0]), "suite": "G1"})
    sigs = canonical([{"kid": "0" * 16, "sig": "ab" * 70}])
    assert code(check_version, parse(rebuilt(good, core=core, sigs=sigs)).core) == "XL-U01"


@pytest.mark.parametrize(
    "change",
    [{"first": 0, "last": 1}, {"n": 0}, {"n": 3}, {"n": 1}, {"last": 20_001, "n": 20_001}, {"first": 3, "last": 2, "n": 0}, {"plain": 64 * 2**20 + 1},
     {"first": 5, "last": 2, "n": 2}],
)  # fmt: skip
def test_row_8_checks_the_counts_and_the_inflated_size(good: bytes, change: dict[str, int]) -> None:
    core = parse(with_core(good, **change)).core
    assert code(check_limits, core) == "XL-B06"
    assert code(check_core, core) == "XL-B06"


def test_row_8_takes_the_largest_allowed_values(good: bytes) -> None:
    check_limits(parse(with_core(good, first=7, last=20_006, n=20_000, plain=64 * 2**20)).core)


def test_row_6_comes_before_row_7_and_row_7_before_row_8(world: World, good: bytes) -> None:
    core = parse(good).core
    check_core(core, world.net)
    assert code(check_core, {**core, "v": 2, "n": 0}, "0" * 32) == "XL-U01"
    assert code(check_core, {**core, "n": 0}, "0" * 32) == "XL-N01"
    assert code(check_core, {**core, "net": "p" + world.net[:31]}, world.net) == "XL-N01"
    assert code(check_core, {**core, "n": 0}, None) == "XL-B06"


def test_a_thousand_mutants_of_the_json_parts_with_repaired_trailer_give_a_code(good: bytes) -> None:
    seed = 424242
    rng = random.Random(seed)
    parts = dict(zip(("core", "wraps", "sigs"), split(good)[:3], strict=True))
    for number in range(1000):
        name = rng.choice(list(parts))
        data = bytearray(parts[name])
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.choice(b'{}[]",:0129ae\\u \xe5\x00')
        if bytes(data) == parts[name]:
            continue
        mutant = rebuilt(good, **{name: bytes(data)})
        code_found = code_when(lambda whole: check_core(parse(whole).core), mutant)
        assert code_found in {"", "XL-B05", "XL-B06", "XL-U01"}, f"seed {seed} mutant {number}"
        if not code_found:
            bundle = parse(mutant)
            assert canonical(bundle.core) == bundle.core_bytes, f"seed {seed} mutant {number}"
