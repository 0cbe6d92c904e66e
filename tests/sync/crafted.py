"""Files that an honest program does not write: signed over whatever they hold, as an insider or a careless carrier could make them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import Any

from simulator import Node, Simulator
from xieli_sync import container, delivery, identity, seal
from xieli_sync.event import ZERO, canonical


def craft(
    node: Node,
    lines: Sequence[bytes] | None = None,
    *,
    recipients: Sequence[bytes] | None = None,
    keys: identity.KeyPair | None = None,
    spoil_body: bool = False,
    spoil_sig: bool = False,
    **core: Any,
) -> bytes:
    """A file of `node` with any core, signed over whatever it holds: what an insider could make."""
    sim, own = node.sim, node.own_lines()
    raw = [x.line for x in own] if lines is None else list(lines)
    plain = b"\n".join(raw)
    whole: dict[str, Any] = {
        "v": 1, "suite": "A1", "crit": [], "net": node.sim.county.state.net, "kind": "changes", "bid": sim.rand(16).hex(), "dev": node.dev,
        "kid": node.keys.kid, "ep": node.state.ep, "first": 1, "last": len(raw), "n": len(raw), "prev": ZERO, "head": own[-1].hash, "plain": len(plain),
        "cert": node.cert, **core,
    }  # fmt: skip
    core_bytes = canonical({name: value for name, value in whole.items() if value is not None})
    suite = seal.suite_of({"suite": "A1"})
    key, nonce = sim.rand(32), sim.rand(12)
    wraps = [
        {"kid": identity.kid_of(x), "ct": suite.wrap(key, x, seal.wrap_info(core_bytes)).hex()} for x in (sim.desk_keys() if recipients is None else recipients)
    ]
    body = nonce + suite.encrypt(key, nonce, zlib.compress(plain, 9), b"other" if spoil_body else core_bytes)
    wraps_bytes = canonical(wraps)
    signer = keys or node.keys
    sig = suite.sign(signer, seal.signed_message(core_bytes, wraps_bytes, body))
    if spoil_sig:
        sig = bytes([sig[0] ^ 1]) + sig[1:]
    return container.build(core_bytes, wraps_bytes, canonical([{"kid": whole["kid"], "sig": sig.hex()}]), body)


def craft_return(node: Node, to: Node, lines: Sequence[bytes], *, first: int = 1, prev: str = ZERO, **core: Any) -> bytes:
    """A return with any delivery lines."""
    head = prev
    for line in lines:
        head = delivery.delivery_hash(head, line)
    whole = {"kind": "return", "to": to.dev, "first": first, "last": first + len(lines) - 1, "prev": prev, "head": head, **core}
    return craft(node, lines, recipients=[to.keys.enc_pub], **whole)


def retrailed(data: bytes) -> bytes:
    """The same bytes with a trailer that fits them."""
    return data[:-40] + hashlib.sha256(data[:-40]).digest() + container.END_MARK


def some(sim: Simulator, node: Node | None = None, count: int = 3) -> Node:
    """A laptop with a household and some visits."""
    laptop = node or sim.a
    household = sim.uuid()
    laptop.write(*sim.opened(household))
    for _ in range(count - 1):
        laptop.write(*sim.visit(household))
    return laptop


def three_returns(sim: Simulator) -> list[bytes]:
    """Three returns for laptop a, each about what laptop b wrote since."""
    files = []
    for _ in range(3):
        some(sim, sim.b)
        for data in sim.b.export():
            sim.county.take(data)
        at = len(sim.county.delivered(sim.a))
        assert sim.county.send(sim.a) is not None
        files.append(sim.county.seal_return(sim.a, at + 1))
    return files
