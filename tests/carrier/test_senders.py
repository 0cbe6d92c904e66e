"""Who may hand something in: the trust file and the signed header decide, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import random
import socket
from hashlib import sha256
from pathlib import Path

import pytest
from carrier_kit import MS, SEED, Said, bundle, listed, make_world, post

from xieli_sync.carriers import http, signed
from xieli_sync.carriers.receiver import Limits
from xieli_sync.carriers.serving import listen_on
from xieli_sync.carriers.trust_file import TrustFile, parse
from xieli_sync.errors import SyncError
from xieli_sync.keys import KeyPair, kid_of

FILE = sha256(b"a file").hexdigest()


def code_of(call: object, *args: object, **more: object) -> str:
    with pytest.raises(SyncError) as refused:
        call(*args, **more)  # type: ignore[operator]
    return refused.value.code


def test_without_a_signed_header_nothing_is_answered(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        for header in ({}, {"Authorization": ""}, {"Authorization": "Xieli"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Xieli dev=" + "0" * 5000}):
            said = here.raw("HEAD", f"/bundles/{FILE}", b"", header)
            assert (said.status, said.code, said.offset) == (401, "XL-K02", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "HEAD"}, {"file": "0" * 64}, {"net": "0" * 32}, {"offset": 1}, {"length": 11}, {"digest": sha256(b"other").hexdigest()},
        {"at": MS + 1}, {"nonce": "0" * 32},
    ],
)
def test_a_header_signed_over_anything_else_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    """Each part of the message: the header says the truth, the signature is over something else."""
    with post(tmp_path) as here:
        world = here.world
        mine = world.laptop
        true = signed.Claim("PATCH", FILE, world.net, mine.dev, mine.kid, MS, "ab" * 16, 0, 10, sha256(b"0123456789").hexdigest())
        other = dataclasses.replace(true, **wrong)  # type: ignore[arg-type]
        header = true.header(mine).rpartition("sig=")[0] + "sig=" + mine.sign_bytes(other.message()).hex()
        lengths = {signed.OFFSET: "0", signed.LENGTH: "10"}
        said = here.raw("PATCH", f"/bundles/{FILE}", b"0123456789", {"Authorization": header, **lengths})
        assert (said.status, said.code) == (401, "XL-K02")
        said = here.raw("PATCH", f"/bundles/{FILE}", b"0123456789", {"Authorization": true.header(mine), **lengths})
        assert said.status in (202, 422), "the true one is served"


def test_an_unknown_device_a_strange_key_and_a_revoked_one_are_told_403(tmp_path: Path) -> None:
    stranger = KeyPair.generate(random.Random(SEED).randbytes)
    with post(tmp_path) as here:
        assert here.ask("HEAD", FILE, keys=stranger) == Said(403, "XL-K01", None)
        assert here.ask("HEAD", FILE, signer=stranger, claim={"kid": stranger.kid}) == Said(403, "XL-K01", None)
        assert here.ask("HEAD", FILE, signer=stranger) == Said(401, "XL-K02", None)
        assert code_of(here.client(stranger).send, b"x") == "XL-F12"
        here.trust.write_text(json.dumps(listed(here.world, laptop=True)))
        assert here.ask("HEAD", FILE).status == 403
        assert here.ask("HEAD", FILE, signer=stranger).status == 401, "that a device was revoked is told to the holder of its key alone"
        assert here.ask("HEAD", FILE, keys=here.world.sibling).status == 200


def test_a_new_trust_file_is_read_by_itself_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    late = KeyPair.generate(random.Random(SEED).randbytes)
    with post(tmp_path) as here:
        body = listed(here.world)
        assert here.ask("HEAD", FILE, keys=late).status == 403
        body["devices"].append({"dev": late.dev, "role": "village", "revoked": False, "kid": late.kid, "sign_pub": late.sign_pub.hex()})
        for broken in (b"", b"{", b"[]", b'{"v":2}', json.dumps({**body, "net": "zz"}).encode(), json.dumps({**body, "devices": [{}]}).encode()):
            here.trust.write_bytes(broken)
            assert code_of(parse, broken) == "XL-F18"
            assert here.ask("HEAD", FILE).status == 200
        here.trust.write_text(json.dumps(body))
        assert here.ask("HEAD", FILE, keys=late).status == 200
        here.trust.unlink()
        assert here.ask("HEAD", FILE, keys=late).status == 200


def test_a_rotated_device_is_known_by_either_key(tmp_path: Path) -> None:
    new = KeyPair.generate(random.Random(SEED).randbytes)
    with post(tmp_path) as here:
        old = here.world.laptop
        client = http.Client(
            http.target(here.url), dev=old.dev, net=here.world.net, keys=[new, old], clock_ms=here.wall.now_ms, rand=random.Random(1).randbytes,
            sleep=here.slept.append,
        )
        data = bundle(here.world, 2_000, 1)
        assert client.send(data).bytes == len(data), "the old key still counts where the new one is not known yet"
        client.close()
        body = listed(here.world)
        body["devices"][0]["keys"] = [{"kid": new.kid, "sign_pub": new.sign_pub.hex()}]
        here.trust.write_text(json.dumps(body))
        assert here.ask("HEAD", FILE, signer=new, claim={"kid": new.kid}).status == 200
        assert here.ask("HEAD", FILE).status == 200


def test_a_request_is_good_once(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        mine = here.world.laptop
        header = signed.Claim("HEAD", FILE, here.world.net, mine.dev, mine.kid, MS, "cd" * 16, 0, 0, signed.NO_BYTES).header(mine)
        assert here.raw("HEAD", f"/bundles/{FILE}", b"", {"Authorization": header}).status == 200
        assert here.raw("HEAD", f"/bundles/{FILE}", b"", {"Authorization": header}) == Said(401, "XL-K02", None)


def test_an_old_request_and_one_from_before_the_start_are_refused(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        for at in (MS - 901_000, MS + 901_000, MS - 1, 0):
            assert here.ask("HEAD", FILE, claim={"at": at}) == Said(401, "XL-F17", None), at
        here.wall.add(100)
        assert here.ask("HEAD", FILE, claim={"at": MS}).status == 200
        here.wall.add(801)
        assert here.ask("HEAD", FILE, claim={"at": MS}).status == 401


@pytest.mark.parametrize("years", [73, -27])
def test_a_laptop_whose_clock_stands_in_2099_or_1999_hands_in_all_the_same(tmp_path: Path, years: int) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 2_000, 1)
        wrong = MS + years * 365 * 86_400_000
        assert here.client(clock=lambda: wrong).send(data).bytes == len(data)
        assert here.waiting() == [data]


def test_a_restart_of_the_receiver_in_the_middle_is_got_over(tmp_path: Path) -> None:
    """Requests from before the start are refused: the client takes the new time and goes on."""
    with post(tmp_path) as here:
        data = bundle(here.world, 200_000, 1)
        file = sha256(data).hexdigest()
        assert here.ask("PATCH", file, offset=0, length=len(data), piece=data[:65_536]).status == 202
        here.stop()
        here.wall.add(5)
        here.start()
        sent = here.client(clock=lambda: MS).send(data)
        assert sent.resumed == 65_536
        assert here.waiting() == [data]


def test_only_so_many_requests_of_a_device_are_remembered(tmp_path: Path) -> None:
    with post(tmp_path, limits=Limits(nonces=20)) as here:
        assert [here.ask("HEAD", FILE).status for _ in range(21)] == [200] * 20 + [429]
        assert here.ask("HEAD", FILE, keys=here.world.sibling).status == 200
        here.wall.add(901)
        assert here.ask("HEAD", FILE).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/", "/bundles", "/bundles/", "/bundles/..", "/bundles/../../etc/passwd", "/bundles/%2e%2e%2fspool.db", f"/bundles/{FILE}/", f"/bundles/{FILE}/x",
        f"/bundles/{FILE.upper()}", f"/bundles/{FILE}%00", f"/bundles/{FILE}%0a", f"/bundles/{FILE[:-1]}", f"/bundles/{FILE}0", "/bundles/CON",
        "/bundles/" + "%F0%9F%98%80" * 16, "/bundles/" + "a" * 5000, "//bundles//" + FILE, f"/bundles/..%5c{FILE}", "/favicon.ico", "/spool.db",
    ],
)
def test_only_a_digest_is_a_path(tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture) -> None:
    with post(tmp_path) as here:
        before = {str(one) for one in tmp_path.rglob("*")}
        for method in ("HEAD", "PATCH"):
            said = here.ask(method, FILE, length=4 if method == "PATCH" else 0, piece=b"abcd" if method == "PATCH" else b"", path=path)
            assert said.status == 404, said
        assert {str(one) for one in tmp_path.rglob("*")} == before
        assert "etc" not in caplog.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_does_anything(tmp_path: Path, method: str) -> None:
    with post(tmp_path) as here:
        assert here.ask(method, FILE).status == 405


def test_a_receiver_listens_to_others_only_with_a_certificate() -> None:
    for text in ("0.0.0.0:8443", "192.0.2.7:8443", "[::]:8443", "xieli.example:8443"):
        assert code_of(listen_on, text) == "XL-F16"
        assert listen_on(text, Path("c"), Path("k")).port == 8443
    for text in ("127.0.0.1:8443", "[::1]:0", "localhost:1"):
        assert listen_on(text).certfile is None
    for text in ("", "8443", "127.0.0.1", "127.0.0.1:99999", "a b:1", "127.0.0.1:8443/x", "http://127.0.0.1:1"):
        assert code_of(listen_on, text) == "XL-F15"
    assert code_of(listen_on, "127.0.0.1:1", Path("c"), None) == "XL-F15"


def test_plain_http_goes_to_this_machine_alone_and_an_address_carries_nothing_else() -> None:
    assert http.target("http://127.0.0.1:8443/") == http.Target("127.0.0.1", 8443, False, "")
    assert http.target("https://xieli.example/in/") == http.Target("xieli.example", 443, True, "/in")
    for url in ("http://192.0.2.7:8443", "http://xieli.example"):
        assert code_of(http.target, url) == "XL-F16"
    for url in ("", "127.0.0.1:8443", "ftp://x", "https://", "https://name:word@host", "https://host:0", "https://host:99999", "https://host/?a=b", "https://host/#a", "https://host/ a", "https://县里:1"):
        assert code_of(http.target, url) == "XL-F15", url


def test_a_port_in_use_and_a_bad_certificate_have_their_codes(tmp_path: Path) -> None:
    from xieli_sync.carriers.receiver import Receiver
    from xieli_sync.carriers.serving import Server

    with post(tmp_path) as here, socket.create_server(("127.0.0.1", 0)) as taken:
        receiver = Receiver(TrustFile(here.trust), here.spool, wall=here.wall)
        assert code_of(Server, receiver, listen_on(f"127.0.0.1:{taken.getsockname()[1]}")) == "XL-F15"
        junk = tmp_path / "junk.pem"
        junk.write_text("no certificate")
        assert code_of(Server, receiver, listen_on("127.0.0.1:0", junk, junk)) == "XL-F19"
        assert code_of(http.Client, http.target("https://127.0.0.1:1"), dev="", net="", keys=[], clock_ms=int, rand=random.randbytes, ca=junk) == "XL-F19"


def test_three_thousand_mutated_headers_are_refused_and_none_is_a_crash() -> None:
    world = make_world(SEED)
    rng = random.Random(SEED)
    print(f"seed={SEED}")
    mine = world.laptop
    true = signed.Claim("PATCH", FILE, world.net, mine.dev, mine.kid, MS, "ab" * 16, 0, 10, sha256(b"0123456789").hexdigest())
    good, codes = true.header(mine), set()
    for _ in range(3_000):
        text = list(good)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(text))
            text[at : at + rng.randint(0, 2)] = rng.choice(("", "0", "f", "g", " ", ",", "=", "\x00", "é", "９", "A", "-1", "9" * 30))
        header = "".join(text)
        if header == good:
            continue
        try:
            claim, signature = signed.read(header, method="PATCH", file=FILE, net=world.net, offset=0, length=10)
        except SyncError as error:
            codes.add(error.code)
        else:
            same = claim == true and signature.hex() == good[-128:]
            assert same or not signed.holds(claim, signature, mine.sign_pub), header
    assert codes == {"XL-K02"}


def test_two_thousand_mutated_trust_files_are_read_or_refused() -> None:
    rng = random.Random(SEED)
    print(f"seed={SEED}")
    world = make_world(SEED)
    good = json.dumps(listed(world)).encode()
    taken, codes = 0, set()
    for _ in range(2_000):
        data = bytearray(good)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(data))
            data[at : at + rng.randint(0, 40)] = rng.choice((b"", b"{", b"[", b"null", b"0", b"-1e9", b'"', b"\xff", b"}", b"[" * 50_000, b'"x":1,', b"true"))
        try:
            found = parse(bytes(data))
        except SyncError as error:
            codes.add(error.code)
        else:
            taken += 1
            for sender in found.senders.values():
                assert all(kid_of(key) == kid for kid, key in sender.keys.items())
    assert codes == {"XL-F18"}
    assert taken < 1_000
