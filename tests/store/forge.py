"""What a registered device with evil intent can make: files sealed by every rule of the road around lines and delivery lines of any content.

`changes_of` and `return_of` sign whatever they are given; `payload` fills the catalogue's models with values at their edges.
"""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from corekit import County, Node

from xieli_sync import container, delivery, identity, seal
from xieli_sync.event import ZERO, canonical, chain_hash
from xieli_tui.domain.events import EVENTS


def line(node: Node, seq: int, t: str, d: Mapping[str, Any], *, v: int = 1, by: str = "1", ms: int | None = None, **other: Any) -> bytes:
    """One event line, canonical where the content allows."""
    body = {
        "by": by, "d": dict(d), "dev": node.dev, "ep": node.store.ep, "hlc": [node.now + seq if ms is None else ms, 0], "seq": seq, "t": t, "v": v, **other,
    }  # fmt: skip
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def changes_of(node: Node, lines: Sequence[bytes], *, packed: bytes | None = None, spoilt: bool = False, **core: Any) -> bytes:
    """A signed `changes` file around any lines; `packed` replaces the deflated body, `spoilt` breaks what is encrypted, keywords replace parts of the core."""
    head = str(core.get("prev", ZERO))
    for raw in lines:
        head = chain_hash(head, raw)
    first = int(core.get("first", 1))
    plain = b"\n".join(lines)
    whole = {
        "v": 1, "suite": "A1", "crit": [], "net": node.net, "kind": "changes", "bid": node.rand(16).hex(), "dev": node.dev, "kid": node.keys.kid,
        "ep": node.store.ep, "first": first, "last": first + len(lines) - 1, "n": len(lines), "prev": ZERO, "head": head, "plain": len(plain),
        "cert": node.certs, **core,
    }  # fmt: skip
    return signed(node, whole, plain, node.recipients, packed, spoilt=spoilt)


def return_of(desk: Node, to: Node, lines: Sequence[bytes], *, kind: str = "return", **core: Any) -> bytes:
    """A signed return (or grant) of a desk around any delivery lines."""
    prev = head = str(core.get("prev", ZERO))
    for raw in lines:
        head = delivery.delivery_hash(head, raw)
    first = int(core.get("first", 1))
    plain = b"\n".join(lines)
    whole = {
        "v": 1, "suite": "A1", "crit": [], "net": desk.net, "kind": kind, "bid": desk.rand(16).hex(), "dev": desk.dev, "kid": desk.keys.kid, "to": to.dev,
        "ep": desk.store.ep, "first": first, "last": first + len(lines) - 1, "n": len(lines), "prev": prev, "head": head, "plain": len(plain),
        "cert": desk.certs, **core,
    }  # fmt: skip
    return signed(desk, whole, plain, [to.keys.enc_pub], None)


def signed(node: Node, core: Mapping[str, Any], plain: bytes, recipients: Sequence[bytes], packed: bytes | None, *, spoilt: bool = False) -> bytes:
    """The finished file over a core of any content."""
    core_bytes = canonical(dict(core))
    suite = seal.suite_of({"suite": "A1"})
    key, nonce = node.rand(32), node.rand(12)
    wraps = canonical([{"kid": identity.kid_of(x), "ct": suite.wrap(key, x, seal.wrap_info(core_bytes)).hex()} for x in recipients])
    body = nonce + suite.encrypt(key, nonce, zlib.compress(plain, 1) if packed is None else packed, core_bytes)
    if spoilt:
        body = body[:-1] + bytes([body[-1] ^ 1])
    sig = suite.sign(node.keys, seal.signed_message(core_bytes, wraps, body)).hex()
    return container.build(core_bytes, wraps, canonical([{"kid": core["kid"], "sig": sig}]), body)


def township(county: County, folder: Any, area: str = "999999001") -> Node:
    """A township desk certified by the root, with a store of its own."""
    from xieli_tui.store import trust

    made = Node(folder, "township", county.rand, identity.KeyPair.generate(county.rand))
    cert = identity.issue_desk_cert(county.root, sign_pub=made.keys.sign_pub, enc_pub=made.keys.enc_pub, role="township", area=area)
    made.certs, made.recipients = [cert], [county.keys.enc_pub]
    with made.store.write() as tx:
        made.net = trust.pin_root(tx, county.root.sign_pub)
    return made


# -- payloads at their edges -----------------------------------------------------------------------------------------------------------

EDGES: tuple[Any, ...] = (
    "", "0", "x", "\x00", "\x1b[2J\x1b]0;x\x07", "[bold]红[/bold]", "=cmd()|' /C calc'!A0", "'; DROP TABLE journal;--", "../../../etc/passwd", "a" * 10_000,
    "\u202e\u2066反写", "\U0001f468\u200d\U0001f469", "９９９９９９００１００１", "0001-01-01", "9999-12-31", "9999-12-31T23:59", "0000-00-00", "NaN", "null",
    0, 1, -1, 2**31, 2**53 - 1, -(2**53) + 1, True, False, [], {}, [[]], ["x"] * 300, [0], [{"a": {"b": {"c": []}}}], {"": ""}, {"household": []},
)  # fmt: skip
"""Values that belong nowhere, or only just."""


class Maker:
    """Payloads of every type of the catalogue, seeded.

    Args:
        pool: field name -> values that exist (villages, households, persons, references), used half of the time.
    """

    def __init__(self, rng: random.Random, pool: Mapping[str, Sequence[Any]]) -> None:
        self.rng, self.pool = rng, pool
        self.schemas = {key: kind.model.model_json_schema() for key, kind in sorted(EVENTS.items())}

    def any(self) -> tuple[str, int, dict[str, Any]]:
        """(t, v, d): mostly of the right shape with one to three values at an edge; sometimes of any shape."""
        (t, v), schema = self.rng.choice(list(self.schemas.items()))
        d = self._object(schema, schema)
        for _ in range(self.rng.randint(0, 3)):
            self._spoil(d, [*schema.get("properties", {}), "no_such_field"])
        return t, v, d

    def right(self, t: str, v: int) -> dict[str, Any]:
        """A payload of the right shape."""
        return self._object(self.schemas[t, v], self.schemas[t, v])

    def _spoil(self, d: dict[str, Any], names: Sequence[str]) -> None:
        name = self.rng.choice(names)
        if self.rng.random() < 0.2:
            d.pop(name, None)
        elif self.rng.random() < 0.3 and isinstance(d.get(name), dict) and d[name]:
            self._spoil(d[name], list(d[name]))
        else:
            d[name] = self.rng.choice(EDGES)

    def _object(self, schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, part in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self.rng.random() < 0.5:
                value = self._value(name, part, root)
                if value is not None:
                    out[name] = value
        return out

    def _value(self, name: str, part: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
        rng = self.rng
        if name in self.pool and rng.random() < 0.7:
            return rng.choice(self.pool[name])
        if "$ref" in part:
            return self._value(name, root["$defs"][part["$ref"].rpartition("/")[2]], root)
        for key in ("anyOf", "oneOf", "allOf"):
            if key in part:
                return self._value(name, rng.choice([x for x in part[key] if x.get("type") != "null"]), root)
        if "enum" in part:
            return rng.choice(part["enum"])
        if "const" in part:
            return part["const"]
        return self._plain(name, part, root)

    def _plain(self, name: str, part: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
        rng = self.rng
        kind = part.get("type")
        if kind == "object":
            more = part.get("additionalProperties")
            return self._object(part, root) if "properties" in part else {rng.choice(["note", "phone", "a"]): self._value("", more, root)} if isinstance(more, dict) else {}
        if kind == "array":
            if "prefixItems" in part:
                return [self._value("", one, root) for one in part["prefixItems"]]
            return [self._value(name.removesuffix("s"), part.get("items", {}), root) for _ in range(rng.randint(part.get("minItems", 0), 2))]
        if kind == "integer":
            low, high = part.get("minimum", 0), part.get("maximum", part.get("exclusiveMaximum", 2**53) - 1)
            return rng.choice([low, high, rng.randint(low, min(high, low + 1000))])
        if kind == "boolean":
            return rng.random() < 0.5
        return self._text(part.get("pattern", ""), part)

    def _text(self, pattern: str, part: Mapping[str, Any]) -> str:
        rng = self.rng
        if "T" in pattern:
            return rng.choice(["2026-12-28T09:00", "9999-12-31T23:59", "0001-01-01T00:00"])
        if pattern == r"^\d{4}-\d{2}-\d{2}$":
            return rng.choice(["2026-12-28", "2026-01-01", "9999-12-31", "0001-01-01", "2024-02-29"])
        shapes = {
            r"^\d{12}$": "999999001001", r"^\d{2,12}$": "999999", r"^[0-9A-Za-z_-]{1,40}$": "1", r"^[0-9a-f]{32}$": rng.randbytes(16).hex(),
            r"^[0-9a-f]{16}$": rng.randbytes(8).hex(), r"^[0-9a-f]{64}$": rng.randbytes(32).hex(), r"^[a-z0-9_]{1,40}$": rng.choice(["illness", "other", "dibao", "x"]),
        }  # fmt: skip
        if pattern.startswith("^[0-9a-f]{8}-"):
            return f"{rng.getrandbits(32):08x}-0000-7000-8000-{rng.getrandbits(48):012x}"
        if ":" in pattern:
            return f"{rng.randbytes(16).hex()}:{rng.randbytes(8).hex()}:{rng.choice([1, 7, 9007199254740991])}:{rng.randbytes(16).hex()}"
        return shapes.get(pattern, rng.choice(["石守田", "屋顶漏雨", "x" * min(int(part.get("maxLength", 200)), 10_000)]))
