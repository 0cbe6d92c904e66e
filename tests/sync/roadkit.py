"""Keys, certificates and small bundles from a seed, for the tests of the road's ground. No sockets, no clock, no store."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xieli_sync.container import Bundle, check_core, parse
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, chain_hash, make_line, parse_line
from xieli_sync.identity import Cert, KeyPair, RootKey, issue_desk_cert, issue_device_cert, net_of, verify_links
from xieli_sync.seal import seal, unseal, verify_signature

EP = "00112233445566ff"
NOTE = "到家里看了，屋顶漏雨，答应下周请人来看。"


@dataclass(frozen=True)
class World:
    """One county: root, county desk, township desk, two laptops (one per desk's certificate)."""

    rand: random.Random
    root: RootKey
    county: KeyPair
    township: KeyPair
    laptop: KeyPair
    sibling: KeyPair
    county_cert: Cert
    township_cert: Cert
    laptop_cert: Cert
    sibling_cert: Cert

    @property
    def net(self) -> str:
        return net_of(self.root.sign_pub)

    @property
    def laptop_chain(self) -> list[Cert]:
        return [self.county_cert, self.laptop_cert]


def make_world(seed: int) -> World:
    rand = random.Random(seed)
    root = RootKey.generate(rand.randbytes)
    county, township, laptop, sibling = (KeyPair.generate(rand.randbytes) for _ in range(4))
    county_cert = issue_desk_cert(root, sign_pub=county.sign_pub, enc_pub=county.enc_pub, role="county", area="999999")
    township_cert = issue_desk_cert(root, sign_pub=township.sign_pub, enc_pub=township.enc_pub, role="township", area="999999001")
    laptop_cert = issue_device_cert(county, sign_pub=laptop.sign_pub, enc_pub=laptop.enc_pub)
    sibling_cert = issue_device_cert(township, sign_pub=sibling.sign_pub, enc_pub=sibling.enc_pub)
    return World(rand, root, county, township, laptop, sibling, county_cert, township_cert, laptop_cert, sibling_cert)


def visits(dev: str, count: int, *, first: int = 1, note: str = NOTE) -> list[bytes]:
    """Event lines first..first+count-1 of one chain."""
    return [
        make_line(
            by="1", d={"met": "self", "note": f"{note}{seq}", "on": "2026-12-28", "village": "999999001001"},
            dev=dev, ep=EP, hlc=(1_798_419_600_000, seq), seq=seq, t="visit.recorded", v=1,
        ).raw
        for seq in range(first, first + count)
    ]  # fmt: skip


def head_of(lines: Sequence[bytes], prev: str = ZERO) -> str:
    for line in lines:
        prev = chain_hash(prev, line)
    return prev


def core_for(world: World, lines: Sequence[bytes], **other: Any) -> dict[str, Any]:
    core = {
        "net": world.net, "kind": "changes", "dev": world.laptop.dev, "ep": EP, "first": 1, "last": len(lines), "prev": ZERO,
        "head": head_of(lines), "cert": world.laptop_chain,
    }  # fmt: skip
    core.update(other)
    return core


def changes(world: World, count: int = 2, **other: Any) -> bytes:
    """A finished bundle of the laptop for township and county."""
    lines = visits(world.laptop.dev, count)
    return seal(core_for(world, lines, **other), lines, world.laptop, [world.township.enc_pub, world.county.enc_pub], world.rand.randbytes)


def open_as(world: World, desk: KeyPair, data: bytes) -> tuple[Bundle, list[bytes]]:
    """Rows 1-10 and 14-17 at a desk, in order; raises only SyncError."""
    bundle = parse(data)
    check_core(bundle.core, world.net)
    links = verify_links(bundle.core["cert"], world.root.sign_pub)
    verify_signature(bundle, links[-1], links)
    lines = unseal(bundle, {desk.box_kid: desk.box})
    parsed = [parse_line(line) for line in lines]
    follows = all(
        (line.dev, line.ep, line.seq) == (bundle.core["dev"], bundle.core["ep"], bundle.core["first"] + at) for at, line in enumerate(parsed)
    )
    if len(lines) != bundle.core["n"] or not follows or head_of(lines, bundle.core["prev"]) != bundle.core["head"]:
        raise SyncError("XL-C01")
    return bundle, lines


def code_of(world: World, desk: KeyPair, data: bytes) -> str:
    """The code with which a desk refuses these bytes, "" when it takes them."""
    return code_when(open_as, world, desk, data)


def code_when(call: Callable[..., object], *args: Any) -> str:
    """The code with which a call refuses, "" when it returns; anything but SyncError goes through."""
    try:
        call(*args)
    except SyncError as err:
        return err.code
    return ""


def mutated(rng: random.Random, good: bytes) -> bytes:
    """One to three bytes exchanged, dropped or put in."""
    data = bytearray(good)
    for _ in range(rng.randint(1, 3)):
        at, action = rng.randrange(len(data)), rng.randrange(3)
        if action == 0:
            data[at] = rng.randrange(256)
        elif action == 1:
            del data[at]
        else:
            data.insert(at, rng.randrange(256))
    return bytes(data)
