"""Shares, requests and answers by themselves: one share is noise, every binding holds, an officer is whom the root names."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest

from xieli_sync import certs, identity, recovery
from xieli_sync.errors import SyncError
from xieli_sync.event import canonical

SEED = 20261228


@pytest.fixture
def rand() -> random.Random:
    print(f"seed={SEED}")
    return random.Random(SEED)


def officers(rand: random.Random, count: int) -> list[recovery.OfficerKey]:
    return [recovery.OfficerKey.generate(rand.randbytes) for _ in range(count)]


def asked(rand: random.Random, keys: list[recovery.OfficerKey], dek: bytes, **other: object) -> tuple[recovery.Request, recovery.X25519PrivateKey]:
    once = recovery.X25519PrivateKey.from_private_bytes(rand.randbytes(32))
    store, dev = rand.randbytes(16).hex(), rand.randbytes(16).hex()
    slots = recovery.share_out(dek, store, dev, [key.enc_pub for key in keys], rand.randbytes)
    given = {"dev": dev, "store": store, **other}
    return recovery.Request(str(given["dev"]), "0" * 32, str(given["store"]), once.public_key().public_bytes_raw(), tuple(slots)), once


def test_two_of_two_or_of_three_make_the_key_and_one_makes_nothing(rand: random.Random) -> None:
    for count in (2, 3):
        keys, dek = officers(rand, count), rand.randbytes(32)
        request, once = asked(rand, keys, dek)
        assert len(request.slots) == count * (count - 1) // 2
        answers = [recovery.answer(request, key) for key in keys]
        for at, one in enumerate(answers):
            for other in answers[at + 1 :]:
                assert recovery.join(request.name, once, [one, other]) == dek
                assert recovery.join(request.name, once, [other, one]) == dek
            for few in ([one], [], [one, one], answers * 2):
                if len(few) != 2 or few[0].officer == few[1].officer:
                    with pytest.raises(SyncError, match="XL-L15"):
                        recovery.join(request.name, once, few)
    assert recovery.share_out(rand.randbytes(32), "0" * 32, "1" * 32, [keys[0].enc_pub], rand.randbytes) == []
    assert recovery.share_out(rand.randbytes(32), "0" * 32, "1" * 32, [keys[0].enc_pub] * 2, rand.randbytes) == [], "the same officer twice is one"


def test_a_share_alone_says_nothing_about_the_key(rand: random.Random) -> None:
    """With the same randomness one share is the same whatever the key is, and for every value of the other there is a key."""
    keys = officers(rand, 2)
    first, second = sorted(keys, key=lambda key: key.kid)

    def shares(dek: bytes) -> tuple[bytes, bytes]:
        request, once = asked(random.Random(7), [first, second], dek)
        opened = []
        for key in (first, second):
            [(pair, ct)] = recovery.answer(request, key).shares
            opened.append(recovery._SUITE.unwrap(ct, once, recovery._answer_info(request.name, pair, key.kid)))
        return opened[0], opened[1]

    a, b = shares(bytes(32)), shares(rand.randbytes(32))
    assert a[0] == b[0]
    assert a[1] != b[1]
    assert a[0] == a[1] != bytes(32)


def test_a_share_opens_for_no_other_workspace_device_pair_or_officer(rand: random.Random) -> None:
    keys, dek = officers(rand, 3), rand.randbytes(32)
    for other in ({"dev": "ab" * 16}, {"store": "ab" * 16}):
        request, _ = asked(rand, keys, dek, **other)
        with pytest.raises(SyncError, match="XL-K06"):
            recovery.answer(request, keys[0])
    request, _ = asked(rand, keys, dek)
    swapped = [dict(slot) for slot in request.slots]
    swapped[0]["shares"], swapped[1]["shares"] = (
        [{"kid": kid, "ct": one["ct"]} for kid, one in zip(swapped[at]["pair"], request.slots[1 - at]["shares"], strict=True)] for at in (0, 1)
    )
    with pytest.raises(SyncError, match="XL-K06"):
        for key in keys:
            recovery.answer(recovery.Request(request.dev, request.net, request.store, request.key, tuple(swapped)), key)
    with pytest.raises(SyncError, match="XL-K16"):
        recovery.answer(request, officers(rand, 1)[0])


def test_an_answer_serves_its_own_request_and_key_alone(rand: random.Random) -> None:
    keys, dek = officers(rand, 2), rand.randbytes(32)
    request, once = asked(rand, keys, dek)
    answers = [recovery.answer(request, key) for key in keys]
    thief = recovery.X25519PrivateKey.from_private_bytes(rand.randbytes(32))
    with pytest.raises(SyncError, match="XL-L15"):
        recovery.join(request.name, thief, answers)
    renamed = [recovery.Answer("ab" * 32, one.officer, one.shares) for one in answers]
    with pytest.raises(SyncError, match="XL-L15"):
        recovery.join("ab" * 32, once, renamed)
    traded = [recovery.Answer(one.request, other.officer, one.shares) for one, other in zip(answers, reversed(answers), strict=True)]
    with pytest.raises(SyncError, match="XL-L15"):
        recovery.join(request.name, once, traded)


def test_every_part_of_a_request_moves_its_twenty_digits(rand: random.Random) -> None:
    keys = officers(rand, 2)
    request, _ = asked(rand, keys, rand.randbytes(32))
    other, _ = asked(rand, keys, rand.randbytes(32))
    variants = [
        request, recovery.Request(other.dev, request.net, request.store, request.key, request.slots), recovery.Request(request.dev, "1" * 32, request.store, request.key, request.slots),
        recovery.Request(request.dev, request.net, other.store, request.key, request.slots), recovery.Request(request.dev, request.net, request.store, other.key, request.slots),
        recovery.Request(request.dev, request.net, request.store, request.key, other.slots), recovery.Request(request.dev, request.net, request.store, request.key, request.slots, True),
    ]
    assert len({one.fingerprint for one in variants}) == len(variants)
    body = request.body()
    name = sha256(b"xieli/recovery-request/v1\0" + canonical(body)).digest()
    assert request.name == name.hex()
    number = int.from_bytes(sha256(b"xieli/fp/v1\0" + name).digest()[:9], "big") % 10**20
    assert request.fingerprint.replace(" ", "") == f"{number:020d}", "as SPEC 14 says"
    for one in variants:
        assert recovery.read_request(one.to_bytes()) == one


def test_an_officer_is_whom_the_root_names_with_this_key(rand: random.Random) -> None:
    root, stranger = identity.RootKey.generate(rand.randbytes), identity.RootKey.generate(rand.randbytes)
    key, other = officers(rand, 2)
    cert = recovery.issue_officer_cert(root, enc_pub=key.enc_pub, name="王芳", area="999999")
    assert recovery.officer_in(cert, root.sign_pub) == ("王芳", key.enc_pub)
    assert recovery.officer_in(cert, stranger.sign_pub) is None
    for change in ({"name": "李明"}, {"enc_pub": other.enc_pub.hex()}, {"enc_pub": other.enc_pub.hex(), "kid": other.kid}, {"role": "county"}):
        assert recovery.officer_in({**cert, "s": {**cert["s"], **change}}, root.sign_pub) is None, change
    forged = certs.sign_statement(stranger, cert["s"])
    assert recovery.officer_in({**forged, "kid": root.kid}, root.sign_pub) is None
    for bad in (None, [], {}, {"s": {}}, {**cert, "sig": "0"}, {**cert, "more": 1}, "x"):
        assert recovery.officer_in(bad, root.sign_pub) is None
    with pytest.raises(SyncError, match="XL-K01"):
        certs.verify_chain([cert], root.sign_pub)  # an officer signs nothing on the road


def test_an_officers_key_file_opens_with_its_passphrase_alone(rand: random.Random, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "k"
    key = officers(rand, 1)[0]
    key.save(path, "1111222233334444", rand.randbytes)
    assert path.stat().st_mode & 0o77 == 0
    assert recovery.OfficerKey.load(path, "1111222233334444").kid == key.kid
    with pytest.raises(SyncError, match="XL-K14"):
        recovery.OfficerKey.load(path, "1111222233334445")
    with pytest.raises(SyncError, match="XL-F08"):
        key.save(path, "1111222233334444", rand.randbytes)
    with pytest.raises(SyncError, match="XL-K13"):
        recovery.OfficerKey.from_file(b"{}", "x")
    root = identity.RootKey.generate(rand.randbytes)
    with pytest.raises(SyncError, match="XL-K13"):
        recovery.OfficerKey.from_file(root.to_file("1111222233334444", rand.randbytes), "1111222233334444")
    with pytest.raises(SyncError, match="XL-K09"):
        identity.RootKey.from_file(path.read_bytes(), "1111222233334444")
