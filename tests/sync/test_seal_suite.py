"""Sealing: who can open, what binds what, and that no altered file gets through with any code but ours."""

from __future__ import annotations

import json
import random
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from roadkit import World, changes, code_of, core_for, make_world, open_as, visits

from xieli_sync.container import FILE_LIMIT, LINES_LIMIT, PLAIN_LIMIT, build, parse, split
from xieli_sync.errors import SyncError
from xieli_sync.event import canonical
from xieli_sync.identity import KeyPair, issue_rotation_cert, verify_links
from xieli_sync.seal import inflate, seal, signed_digest, signed_message, suite_of, unseal, verify_signature, wrap_info

sys.path.insert(0, str(Path(__file__).parents[2] / "sync" / "vectors"))
import hpke


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(31)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return changes(world)


def forged(world: World, data: bytes, *, body: bytes | None = None, **change: Any) -> bytes:
    """The file with a changed core or body, signed anew by the laptop: what a thief of its signing key could make."""
    core_bytes, wraps, _, old_body = split(data)
    core = canonical({**json.loads(core_bytes), **change})
    sealed = old_body if body is None else body
    sig = world.laptop.sign_bytes(signed_message(core, wraps, sealed)).hex()
    return build(core, wraps, canonical([{"kid": world.laptop.kid, "sig": sig}]), sealed)


def with_plain(world: World, packed: bytes, lines: list[bytes], **change: Any) -> bytes:
    """A correctly encrypted and signed bundle around any packed bytes: what an enrolled but hostile device could make."""
    core = {"v": 1, "suite": "A1", "crit": [], "bid": "ab" * 16, "kid": world.laptop.kid, "n": len(lines), "plain": len(b"\n".join(lines))}
    core_bytes = canonical({**core_for(world, lines), **core, **change})
    suite, key, nonce = suite_of({"suite": "A1"}), bytes(range(32)), bytes(12)
    ct = suite.wrap(key, world.county.enc_pub, wrap_info(core_bytes)).hex()
    wraps = canonical([{"kid": world.county.box_kid, "ct": ct}])
    body = nonce + suite.encrypt(key, nonce, packed, core_bytes)
    sig = world.laptop.sign_bytes(signed_message(core_bytes, wraps, body)).hex()
    return build(core_bytes, wraps, canonical([{"kid": world.laptop.kid, "sig": sig}]), body)


# -- published vectors -------------------------------------------------------------------------------------------------------------

RFC9180_A1 = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "skRm": "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    "skEm": "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
    "pkRm": "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
    "enc": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    "aad": "436f756e742d30",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "ct": "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
}


def test_our_second_hpke_is_the_one_of_rfc_9180_appendix_a_1() -> None:
    raw = {name: bytes.fromhex(text) for name, text in RFC9180_A1.items()}
    assert hpke.seal(raw["pt"], raw["pkRm"], raw["info"], raw["skEm"], aad=raw["aad"], aead=hpke.AES_128_GCM) == raw["enc"] + raw["ct"]
    assert hpke.open_(raw["enc"] + raw["ct"], raw["skRm"], raw["info"], aad=raw["aad"], aead=hpke.AES_128_GCM) == raw["pt"]


def test_the_library_and_the_second_hpke_open_what_the_other_sealed() -> None:
    rng = random.Random(6)
    library = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    for size in (0, 32, 100):
        secret, ephemeral, info, plain = rng.randbytes(32), rng.randbytes(32), rng.randbytes(46), rng.randbytes(size)
        private = X25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes_raw()
        assert library.decrypt(hpke.seal(plain, public, info, ephemeral), private, info=info) == plain
        assert hpke.open_(library.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info), secret, info) == plain


def test_the_body_cipher_is_aes_256_gcm_of_nist() -> None:
    # McGrew & Viega, test case 16.
    key, nonce = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2), bytes.fromhex("cafebabefacedbaddecaf888")
    plain = bytes.fromhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = suite_of({"suite": "A1"}).encrypt(key, nonce, plain, aad)
    assert sealed.hex().endswith("76fc6ece0f4e1768cddf8853bb2d551b")
    assert sealed.hex().startswith("522dc1f099567d07f47f37a32a84427d")


# -- the way there and back ----------------------------------------------------------------------------------------------------------


def test_every_recipient_opens_the_same_lines_and_nobody_else(world: World, good: bytes) -> None:
    for desk in (world.township, world.county):
        bundle, lines = open_as(world, desk, good)
        assert lines == visits(world.laptop.dev, 2)
        assert [entry["kid"] for entry in bundle.wraps] == [world.township.box_kid, world.county.box_kid]
    assert code_of(world, world.sibling, good) == "XL-K05"
    assert code_of(world, world.laptop, good) == "XL-K05"


def test_a_desk_opens_with_a_retired_key(world: World, good: bytes) -> None:
    keys = {pair.box_kid: pair.box for pair in (world.sibling, world.county)}
    assert unseal(parse(good), keys) == visits(world.laptop.dev, 2)


def test_seal_fills_in_what_follows_from_its_arguments(world: World, good: bytes) -> None:
    core = parse(good).core
    plain = b"\n".join(visits(world.laptop.dev, 2))
    assert (core["v"], core["suite"], core["crit"], core["n"], core["plain"], core["kid"]) == (1, "A1", [], 2, len(plain), world.laptop.kid)
    assert parse(changes(world)).core["bid"] != core["bid"]
    assert parse(changes(world, bid="cd" * 16)).core["bid"] == "cd" * 16


def test_the_public_part_shows_no_village_no_name_and_no_note(world: World, good: bytes) -> None:
    core, wraps, sigs, body = split(good)
    for word in (b"999999001001", "屋顶".encode(), b"visit.recorded", b"note"):
        assert word not in good
    assert len(core) + len(wraps) + len(sigs) + len(body) < len(good)


def test_what_a_reader_would_refuse_is_not_written(world: World) -> None:
    lines = visits(world.laptop.dev, 2)
    recipients, rand = [world.county.enc_pub], world.rand.randbytes
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kind": "return"}, "XL-B05"), ({"last": 3}, "XL-B06"), ({"first": 0, "last": 1}, "XL-B06"), ({"head": "x"}, "XL-B05"),
        ({"suite": "G1"}, "XL-U01"), ({"crit": ["x"]}, "XL-U01"), ({"cert": world.laptop_chain * 80}, "XL-B03"),
    ]  # fmt: skip
    for change, code in cases:
        with pytest.raises(SyncError) as caught:
            seal(core_for(world, lines, **change), lines, world.laptop, recipients, rand)
        assert caught.value.code == code, change
    with pytest.raises(SyncError) as caught:
        seal(core_for(world, []), [], world.laptop, recipients, rand)
    assert caught.value.code == "XL-B06"


def test_more_lines_or_bytes_than_a_file_may_hold_are_not_sealed(world: World) -> None:
    many = [b"x"] * (LINES_LIMIT + 1)
    with pytest.raises(SyncError) as caught:
        seal(core_for(world, [], last=len(many), head="0" * 64), many, world.laptop, [world.county.enc_pub], world.rand.randbytes)
    assert caught.value.code == "XL-B06"
    noise = [random.Random(2).randbytes(FILE_LIMIT)]
    with pytest.raises(SyncError) as caught:
        seal(core_for(world, [], last=1, head="0" * 64), noise, world.laptop, [world.county.enc_pub], world.rand.randbytes)
    assert caught.value.code == "XL-B01"


def test_the_reserved_suite_is_answered_with_an_upgrade(world: World) -> None:
    for name in ("G1", "A2", ""):
        with pytest.raises(SyncError) as caught:
            suite_of({"suite": name})
        assert caught.value.code == "XL-U01"


# -- signatures --------------------------------------------------------------------------------------------------------------------


def test_the_signature_covers_length_prefixed_core_wraps_and_body_digest(good: bytes) -> None:
    core, wraps, _, body = split(good)
    message = signed_message(core, wraps, body)
    assert message.startswith(b"xieli/bundle-sig/v1" + len(core).to_bytes(8, "little") + core + len(wraps).to_bytes(8, "little") + wraps)
    assert len(message) == 19 + 8 + len(core) + 8 + len(wraps) + 8 + 32
    assert signed_message(core + b"x", wraps, body) != signed_message(core, b"x" + wraps, body)


def test_another_device_cannot_sign_in_this_ones_name(world: World, good: bytes) -> None:
    core, wraps, _, body = split(good)
    sig = world.sibling.sign_bytes(signed_message(core, wraps, body)).hex()
    assert code_of(world, world.county, build(core, wraps, canonical([{"kid": world.laptop.kid, "sig": sig}]), body)) == "XL-K02"


def test_an_enrolled_insider_cannot_pass_off_anothers_content_as_its_own(world: World, good: bytes) -> None:
    # The sibling strips the laptop's signature, puts itself into the core and signs: the wraps and the body no longer fit the core.
    core_bytes, wraps, _, body = split(good)
    core = canonical(
        {**json.loads(core_bytes), "dev": world.sibling.dev, "kid": world.sibling.kid, "cert": [world.township_cert, world.sibling_cert]}
    )
    sig = world.sibling.sign_bytes(signed_message(core, wraps, body)).hex()
    stolen = build(core, wraps, canonical([{"kid": world.sibling.kid, "sig": sig}]), body)
    assert code_of(world, world.county, stolen) == "XL-K06"


def test_a_certificate_of_another_device_does_not_carry_this_core(world: World, good: bytes) -> None:
    assert code_of(world, world.county, forged(world, good, cert=[world.township_cert, world.sibling_cert])) == "XL-K02"
    assert code_of(world, world.county, forged(world, good, dev=world.sibling.dev)) == "XL-K02"
    assert code_of(world, world.county, forged(world, good, cert=[])) == "XL-K01"


def test_the_signed_digest_names_the_content_and_not_the_spelling_of_signatures(world: World, good: bytes) -> None:
    bundle = parse(good)
    other = parse(forged(world, good))
    assert signed_digest(bundle) == signed_digest(other)
    assert signed_digest(parse(changes(world))) != signed_digest(bundle)


def rotated(world: World, *, also: KeyPair | None) -> tuple[bytes, KeyPair]:
    new = KeyPair.generate(random.Random(99).randbytes)
    cert = issue_rotation_cert(world.laptop, dev=world.laptop.dev, sign_pub=new.sign_pub, enc_pub=new.enc_pub, ver=2)
    lines = visits(world.laptop.dev, 2)
    core = core_for(world, lines, cert=[*world.laptop_chain, cert])
    return seal(core, lines, new, [world.county.enc_pub], world.rand.randbytes, also=also), new


def test_during_a_rotation_both_keys_sign_and_both_must_hold(world: World) -> None:
    data, new = rotated(world, also=world.laptop)
    assert [entry["kid"] for entry in parse(data).sigs] == [new.kid, world.laptop.kid]
    assert code_of(world, world.county, data) == ""
    core, wraps, sigs, body = split(data)
    for place in (0, 1):
        broken = json.loads(sigs)
        broken[place]["sig"] = world.sibling.sign_bytes(b"x").hex()
        assert code_of(world, world.county, build(core, wraps, canonical(broken), body)) == "XL-K02"


def test_a_second_signature_of_a_key_outside_the_chain_is_refused(world: World) -> None:
    data, _ = rotated(world, also=world.sibling)
    assert code_of(world, world.county, data) == "XL-K02"
    bundle = parse(rotated(world, also=world.laptop)[0])
    links = verify_links(bundle.core["cert"], world.root.sign_pub)
    with pytest.raises(SyncError):
        verify_signature(bundle, links[-1])


# -- hostile content ---------------------------------------------------------------------------------------------------------------


def test_a_deflate_bomb_is_refused_after_the_claimed_size(world: World) -> None:
    packed = zlib.compress(bytes(200 * 2**20), 9)
    lines = visits(world.laptop.dev, 1)
    assert code_of(world, world.county, with_plain(world, packed, lines)) == "XL-B07"
    assert code_of(world, world.county, with_plain(world, packed, lines, plain=PLAIN_LIMIT)) == "XL-B07"


def test_the_inflated_size_must_be_exact_and_nothing_may_follow(world: World) -> None:
    plain = b"hello\nworld"
    packed = zlib.compress(plain, 9)
    assert inflate(packed, len(plain)) == plain
    for bad, size in ((packed, 10), (packed, 12), (packed[:-1], 11), (packed + b"x", 11), (b"", 11), (b"\x00" * 20, 11), (packed[:-4] + bytes(4), 11),
                      (zlib.compress(b""), 11), (plain, 11)):  # fmt: skip
        with pytest.raises(SyncError) as caught:
            inflate(bad, size)
        assert caught.value.code == "XL-B07"
    dictionary = zlib.compressobj(9, zdict=b"hello")
    with pytest.raises(SyncError):
        inflate(dictionary.compress(plain) + dictionary.flush(), len(plain))


def test_a_count_that_does_not_match_the_lines_breaks_the_chain(world: World) -> None:
    lines = visits(world.laptop.dev, 3)
    packed, size = zlib.compress(b"\n".join(lines)), len(b"\n".join(lines))
    assert code_of(world, world.county, with_plain(world, packed, lines, n=2, last=2)) == "XL-C01"
    assert code_of(world, world.county, with_plain(world, zlib.compress(b"\n".join(lines) + b"\n"), lines, plain=size + 1)) == "XL-S02"
    assert code_of(world, world.county, with_plain(world, packed, lines, head="0" * 64)) == "XL-C01"
    assert code_of(world, world.county, with_plain(world, packed, lines, first=2, last=4)) == "XL-C01"


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 27, 28])
def test_a_body_shorter_than_nonce_and_tag_cannot_be_decrypted(world: World, good: bytes, size: int) -> None:
    assert code_of(world, world.county, forged(world, good, body=bytes(size))) == "XL-K06"


def test_a_wrap_with_a_point_of_small_order_is_refused_and_not_used_to_seal(world: World, good: bytes) -> None:
    core, wraps, _, body = split(good)
    entries = json.loads(wraps)
    for entry in entries:
        entry["ct"] = "00" * 32 + entry["ct"][64:]
    changed = canonical(entries)
    sig = world.laptop.sign_bytes(signed_message(core, changed, body)).hex()
    assert code_of(world, world.county, build(core, changed, canonical([{"kid": world.laptop.kid, "sig": sig}]), body)) == "XL-K06"
    lines = visits(world.laptop.dev, 1)
    with pytest.raises(SyncError):
        seal(core_for(world, lines), lines, world.laptop, [bytes(32)], world.rand.randbytes)


def test_wraps_of_another_bundle_do_not_open_this_one(world: World, good: bytes) -> None:
    core, _, _, body = split(good)
    wraps = split(changes(world))[1]
    sig = world.laptop.sign_bytes(signed_message(core, wraps, body)).hex()
    assert code_of(world, world.county, build(core, wraps, canonical([{"kid": world.laptop.kid, "sig": sig}]), body)) == "XL-K06"


def test_every_truncation_and_every_flipped_byte_gives_a_code_even_with_a_repaired_trailer(world: World, good: bytes) -> None:
    parts = list(split(good))
    for size in range(len(good)):
        assert code_of(world, world.county, good[:size])[:4] == "XL-B"
    for at in range(len(good)):
        assert code_of(world, world.county, good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :])[:4] == "XL-B"
    for place, part in enumerate(parts):
        for at in range(len(part)):
            changed = [*parts]
            changed[place] = part[:at] + bytes([part[at] ^ (1 << at % 8)]) + part[at + 1 :]
            assert code_of(world, world.county, build(*changed)).startswith("XL-"), (place, at)


def test_two_thousand_seeded_mutants_none_of_which_is_taken(world: World, good: bytes) -> None:
    seed = 20261229
    rng = random.Random(seed)
    other = changes(world, count=3)
    lines = visits(world.laptop.dev, 2)
    seen: dict[str, int] = {}
    for number in range(2000):
        parts = list(split(good))
        place = rng.randrange(4)
        data = bytearray(parts[place])
        action = rng.randrange(6)
        if action == 0:
            data[rng.randrange(len(data))] = rng.randrange(256)
        elif action == 1:
            del data[rng.randrange(len(data)) :]
        elif action == 2:
            at = rng.randrange(len(data))
            data[at:at] = rng.randbytes(rng.randint(1, 9))
        elif action == 3:
            data = bytearray(split(other)[place])
        elif action == 4:
            at = rng.randrange(len(data))
            data[at : at + 40] = bytes(len(data[at : at + 40]))
        else:
            parts[place], parts[(place + 1) % 4] = parts[(place + 1) % 4], parts[place]
            data = bytearray(parts[place])
        parts[place] = bytes(data)
        if parts == list(split(good)):
            continue
        whole = bytearray(build(*parts))
        if number % 2:
            whole[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        try:
            found = code_of(world, world.county, bytes(whole))
        except Exception as err:
            raise AssertionError(f"seed {seed} mutant {number}: {err!r}") from err
        assert found, f"seed {seed} mutant {number} was taken"
        seen[found] = seen.get(found, 0) + 1
    assert {"XL-B04", "XL-B05", "XL-K02"} <= seen.keys(), seen
    assert open_as(world, world.county, good)[1] == lines


def test_aes_gcm_refuses_a_changed_aad_so_the_core_is_bound_to_the_body() -> None:
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), b"x", b"core")
    with pytest.raises(SyncError) as caught:
        suite_of({"suite": "A1"}).decrypt(bytes(32), bytes(12), sealed, b"cord")
    assert caught.value.code == "XL-K06"
