"""Writes the test vectors of SPEC.md. Imports nothing of the product: it is a second writer of the format, with everything fixed.

    python sync/vectors/make.py [FOLDER]

Rules kept here
- keys, nonces, content keys and HPKE ephemerals come from SHAKE-256 of a label, so a second run gives the same files. Only the deflated
  bytes may differ where Python is built with another zlib; the checked-in files stay valid there;
- names, region and phones are invented (region 999999).
"""

from __future__ import annotations

import base64
import json
import sys
import zlib
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

sys.path.insert(0, str(Path(__file__).parent))
import hpke

ZERO = "0" * 64
EP, DESK_EP = "0011223344556677", "8899aabbccddeeff"
PASSPHRASE = "演示口令 Root-2026"  # noqa: S105 (of a key that is printed beside it)


def fixed(label: str, size: int) -> bytes:
    return shake_256(f"xieli test vector: {label}".encode()).digest(size)


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def kid(raw: bytes) -> str:
    return sha256(raw).hexdigest()[:16]


def fingerprint(*pubs: bytes) -> str:
    digits = f"{int.from_bytes(sha256(b'xieli/fp/v1' + bytes(1) + b''.join(pubs)).digest()[:9], 'big') % 10**20:020d}"
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


class Pair:
    def __init__(self, name: str) -> None:
        self.name, self.seed, self.box_raw = name, fixed(f"{name} sign", 32), fixed(f"{name} box", 32)
        self.sign = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.sign_pub = self.sign.public_key().public_bytes_raw()
        self.enc_pub = X25519PrivateKey.from_private_bytes(self.box_raw).public_key().public_bytes_raw()
        self.dev = sha256(b"xieli/dev/v1\0" + self.sign_pub + self.enc_pub).hexdigest()[:32]

    def statement(self, **more: Any) -> dict[str, Any]:
        return {"dev": self.dev, "kid": kid(self.sign_pub), "sign_pub": self.sign_pub.hex(), "enc_pub": self.enc_pub.hex(), "ver": 1, **more}

    def certify(self, statement: dict[str, Any]) -> dict[str, Any]:
        return {"s": statement, "kid": kid(self.sign_pub), "sig": self.sign.sign(b"xieli/cert/v1\0" + canonical(statement)).hex()}

    def shown(self) -> dict[str, Any]:
        keys = self.sign_pub + self.enc_pub
        code = base64.b32encode(keys + zlib.crc32(keys).to_bytes(4, "big")).decode().rstrip("=")
        return {
            "sign_seed": self.seed.hex(), "box_private": self.box_raw.hex(), "sign_pub": self.sign_pub.hex(), "enc_pub": self.enc_pub.hex(),
            "dev": self.dev, "kid": kid(self.sign_pub), "box_kid": kid(self.enc_pub), "fingerprint": fingerprint(self.sign_pub, self.enc_pub),
            "enrol_code": "-".join(["XE1", *(code[at : at + 5] for at in range(0, len(code), 5))]),
        }  # fmt: skip


ROOT, COUNTY, TOWNSHIP, LAPTOP, NEW_KEY, SUCCESSOR = (Pair(name) for name in ("root", "county", "township", "laptop", "laptop new", "laptop next"))
NET = sha256(ROOT.sign_pub).hexdigest()[:32]
COUNTY_CERT = ROOT.certify(COUNTY.statement(role="county", area="999999", gen=1, root=ROOT.sign_pub.hex()))
TOWNSHIP_CERT = ROOT.certify(TOWNSHIP.statement(role="township", area="999999001", gen=1, root=ROOT.sign_pub.hex()))
LAPTOP_CERT = COUNTY.certify(LAPTOP.statement(role="village"))
ROTATION_CERT = LAPTOP.certify(NEW_KEY.statement(role="village", ver=2, dev=LAPTOP.dev))


def chained(lines: list[bytes], label: bytes, prev: str = ZERO) -> list[str]:
    hashes = []
    for line in lines:
        prev = sha256(label + bytes.fromhex(prev) + sha256(line).digest()).hexdigest()
        hashes.append(prev)
    return hashes


def event(dev: str, ep: str, seq: int, t: str, d: dict[str, Any]) -> bytes:
    return canonical({"by": "1", "d": d, "dev": dev, "ep": ep, "hlc": [1_798_419_600_000 + seq, 0], "seq": seq, "t": t, "v": 1})


ENTITY = "019d0000-0000-7000-8000-{:012d}"
HOUSEHOLD = ENTITY.format(1)
EVENTS = [
    event(LAPTOP.dev, EP, 1, "operator.added", {"name": "测试员甲", "operator": "1", "role": "village"}),
    event(LAPTOP.dev, EP, 2, "visit.recorded", {"household": HOUSEHOLD, "kind": "routine", "met": "self", "visit": ENTITY.format(2), "note": "屋顶漏雨。\n“下周”再来 \U00020000 <b>", "on": "2026-12-28", "village": "999999001001"}),
    event(LAPTOP.dev, EP, 3, "aid.given", {"aid": ENTITY.format(3), "form": "in_kind", "household": HOUSEHOLD, "item": "米 油", "kind": "material", "on": "2026-12-28", "quantity": 2, "village": "999999001001"}),
]  # fmt: skip
EVENT_HASHES = chained(EVENTS, b"xieli/event/v1\0")
ENROLLED = event(COUNTY.dev, DESK_EP, 1, "device.enrolled", {
    "area": "999999001001", "dev": LAPTOP.dev, "enc_pub": LAPTOP.enc_pub.hex(), "kid": kid(LAPTOP.sign_pub), "on": "2026-12-28",
    "role": "village", "sign_pub": LAPTOP.sign_pub.hex(), "villages": ["999999001001"],
})  # fmt: skip
ENROLLED_HASH = chained([ENROLLED], b"xieli/event/v1\0")[0]
GRANT = [
    canonical({
        "r": 1, "k": "grant", "root": ROOT.sign_pub.hex(), "certs": [COUNTY_CERT, LAPTOP_CERT], "role": "village", "area": "999999001001",
        "villages": ["999999001001"], "operators": [{"operator": "1", "name": "测试员甲"}], "local": [],
        "desks": [{"dev": desk.dev, "kid": kid(desk.enc_pub), "enc_pub": desk.enc_pub.hex(), "role": role, "area": area}
                  for desk, role, area in ((TOWNSHIP, "township", "999999001"), (COUNTY, "county", "999999"))],
    }),
    canonical({"r": 2, "k": "event", "line": ENROLLED.decode(), "hash": ENROLLED_HASH}),
    canonical({"r": 3, "k": "head", "ep": DESK_EP, "seq": 1, "head": ENROLLED_HASH}),
]  # fmt: skip
RETURN = [
    canonical({"r": 4, "k": "receipt", "dev": LAPTOP.dev, "ep": EP, "seq": 3, "head": EVENT_HASHES[2], "not_ok": [[3, 3, "quarantined", "XL-S01"]]}),
    canonical({"r": 5, "k": "resend", "dev": LAPTOP.dev, "ep": EP, "from": 2, "to": 3}),
    canonical({"r": 6, "k": "time", "ms": 1_798_423_200_000}),
]
DELIVERY_HASHES = chained(GRANT + RETURN, b"xieli/delivery/v1\0")


def prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(8, "little") + part


def build(core: bytes, wraps: bytes, sigs: bytes, body: bytes) -> bytes:
    head = b"\x89XLB\r\n\x1a\n" + prefixed(core) + prefixed(wraps) + prefixed(sigs) + prefixed(body)
    return head + sha256(head).digest() + b"XLBEND\r\n"


def bundle(
    name: str, signers: list[Pair], to: list[Pair], lines: list[bytes], hashes: list[str], core: dict[str, Any], packed: bytes | None = None
) -> dict[str, Any]:
    """A finished file with every intermediate value, as the JSON beside it shows it (`file` is taken out again when written)."""
    plain = b"\n".join(lines)
    whole = {
        "v": 1, "suite": "A1", "crit": [], "net": NET, "bid": fixed(f"{name} bid", 16).hex(), "kid": kid(signers[0].sign_pub), "first": 1,
        "last": len(lines), "n": len(lines), "prev": ZERO, "head": hashes[-1], "plain": len(plain), **core,
    }  # fmt: skip
    core_bytes, key, nonce = canonical(whole), fixed(f"{name} content key", 32), fixed(f"{name} nonce", 12)
    info = b"xieli/wrap/v1\0" + sha256(core_bytes).digest()
    wraps = [{"kid": kid(pair.enc_pub), "ct": hpke.seal(key, pair.enc_pub, info, fixed(f"{name} ephemeral {pair.name}", 32)).hex()} for pair in to]
    wraps_bytes = canonical(wraps)
    packed = zlib.compress(plain, 9) if packed is None else packed
    body = nonce + AESGCM(key).encrypt(nonce, packed, core_bytes)
    message = b"xieli/bundle-sig/v1" + prefixed(core_bytes) + prefixed(wraps_bytes) + prefixed(sha256(body).digest())
    sigs_bytes = canonical([{"kid": kid(pair.sign_pub), "sig": pair.sign.sign(message).hex()} for pair in signers])
    data = build(core_bytes, wraps_bytes, sigs_bytes, body)
    return {
        "file": data, "sha256": sha256(data).hexdigest(), "bytes": len(data), "core": core_bytes.decode(), "wraps": wraps_bytes.decode(),
        "sigs": sigs_bytes.decode(), "content_key": key.hex(), "nonce": nonce.hex(), "wrap_info": info.hex(),
        "ephemerals": {pair.name: fixed(f"{name} ephemeral {pair.name}", 32).hex() for pair in to},
        "packed": packed.hex(), "lines": [line.decode() for line in lines], "hashes": hashes, "signed_digest": sha256(message).hexdigest(),
        "opened_by": [pair.name for pair in to], "signed_by": [pair.name for pair in signers], "body_sha256": sha256(body).hexdigest(),
    }  # fmt: skip


CHANGES = {"kind": "changes", "dev": LAPTOP.dev, "ep": EP}


def echoed(*returns: dict[str, Any]) -> list[bytes]:
    """Lines of an echo: per return its envelope, then its lines."""
    lines: list[bytes] = []
    for one in returns:
        lines.append(canonical({"k": "return", "core": one["core"], "wraps": one["wraps"], "sigs": one["sigs"], "body": one["body_sha256"]}))
        lines += [line.encode() for line in one["lines"]]
    return lines


def handed(owed: dict[str, Any]) -> list[bytes]:
    """Lines of a hand-over: an entry not signed for, a draft, and the bundle that is owed to the desks, in two pieces."""
    text = base64.b64encode(owed["file"]).decode()
    lines = [
        {"k": "event", "line": EVENTS[1].decode(), "hash": EVENT_HASHES[1]}, {"k": "event", "line": EVENTS[2].decode(), "hash": EVENT_HASHES[2]},
        {"k": "draft", "draft": {"form": "visit", "key": HOUSEHOLD, "version": 1, "data": '{"note":"写到一半"}', "begun_ms": 1_798_419_600_000, "at_ms": 1_798_419_660_000}},
        *({"k": "file", "bid": json.loads(owed["core"])["bid"], "part": part, "of": 2, "data": piece} for part, piece in enumerate((text[:1000], text[1000:]), 1)),
    ]  # fmt: skip
    return [canonical({"r": r, **line}) for r, line in enumerate(lines, 1)]


def bundles() -> dict[str, dict[str, Any]]:
    laptop = {**CHANGES, "cert": [COUNTY_CERT, LAPTOP_CERT]}
    down = {"dev": COUNTY.dev, "ep": DESK_EP, "to": LAPTOP.dev, "cert": [COUNTY_CERT]}
    made = {
        "changes": bundle("changes", [LAPTOP], [TOWNSHIP, COUNTY], EVENTS, EVENT_HASHES, laptop),
        "rotation": bundle(
            "rotation", [NEW_KEY, LAPTOP], [COUNTY], EVENTS[2:], EVENT_HASHES[2:],
            {**laptop, "first": 3, "last": 3, "prev": EVENT_HASHES[1], "cert": [COUNTY_CERT, LAPTOP_CERT, ROTATION_CERT]},
        ),
        "grant": bundle("grant", [COUNTY], [LAPTOP], GRANT, DELIVERY_HASHES[:3], {**down, "kind": "grant"}),
        "return": bundle("return", [COUNTY], [LAPTOP], RETURN, DELIVERY_HASHES[3:], {**down, "kind": "return", "first": 4, "last": 6, "prev": DELIVERY_HASHES[2]}),
    }  # fmt: skip
    back = echoed(made["grant"], made["return"])
    made["echo"] = bundle("echo", [LAPTOP], [TOWNSHIP, COUNTY], back, chained(back, b"xieli/echo/v1\0"), {**laptop, "kind": "echo"})
    given = handed(made["changes"])
    made["handover"] = bundle("handover", [LAPTOP], [SUCCESSOR], given, chained(given, b"xieli/delivery/v1\0"), {**laptop, "kind": "handover", "to": SUCCESSOR.dev})
    return made


def refused(good: dict[str, Any], back: list[bytes]) -> list[dict[str, str]]:
    """Whole files that must be refused by the county desk, and the code of the first failing row."""
    core, wraps, sigs = (good[name].encode() for name in ("core", "wraps", "sigs"))
    body = bytes.fromhex(good["nonce"]) + AESGCM(bytes.fromhex(good["content_key"])).encrypt(
        bytes.fromhex(good["nonce"]), bytes.fromhex(good["packed"]), core
    )
    data: bytes = good["file"]
    laptop = {**CHANGES, "cert": [COUNTY_CERT, LAPTOP_CERT]}

    def changed(**core_change: Any) -> bytes:
        return build(canonical({**json.loads(core), **core_change}), wraps, sigs, body)

    def sealed(
        name: str, lines: list[bytes] = EVENTS, hashes: list[str] = EVENT_HASHES, packed: bytes | None = None, to: Pair = COUNTY, **more: Any
    ) -> bytes:
        file: bytes = bundle(name, [LAPTOP], [to], lines, hashes, {**laptop, **more}, packed)["file"]
        return file

    def echo(name: str, lines: list[bytes], **more: Any) -> bytes:
        return sealed(name, lines, chained(lines, b"xieli/echo/v1\0"), kind="echo", **more)

    strange = json.loads(back[0])
    other = {**json.loads(strange["core"]), "to": NEW_KEY.dev}

    upper = json.loads(sigs)
    upper[0]["sig"] = upper[0]["sig"].upper()
    half = bytes([body[20] ^ 1])
    cases = [
        ("text copy: every CR LF became LF", "XL-B02", data.replace(b"\r\n", b"\n")),
        ("another kind of file", "XL-B02", b"PK\x03\x04" + data[4:]),
        ("cut in the middle of the core", "XL-B03", data[:200]),
        ("length of the core beyond the file", "XL-B03", data[:8] + (2**63).to_bytes(8, "little") + data[16:]),
        ("last byte missing", "XL-B04", data[:-1]),
        ("one byte appended", "XL-B04", data + b"\n"),
        ("one bit of the body changed, trailer as it was", "XL-B04", data[:-60] + bytes([data[-60] ^ 1]) + data[-59:]),
        ("a space in the core", "XL-B05", build(core.replace(b",", b", ", 1), wraps, sigs, body)),
        ("signature in upper case", "XL-B05", build(core, wraps, canonical(upper), body)),
        ("core.kid has not signed", "XL-B05", build(core, wraps, b"[]", body)),
        ("a return without to", "XL-B05", changed(kind="return")),
        ("format version 2 with other keys", "XL-U01", build(canonical({"v": 2, "suite": "A1", "crit": [], "net": 1}), b"[]", b"[]", b"")),
        ("reserved suite G1", "XL-U01", changed(suite="G1")),
        ("unknown critical extension", "XL-U01", changed(crit=["later"])),
        ("another county", "XL-N01", changed(net="0" * 32)),
        ("practice net of the same root", "XL-N01", changed(net="p" + NET[:31])),
        ("n is not last - first + 1", "XL-B06", changed(n=2)),
        ("inflated size over 64 MiB", "XL-B06", changed(plain=64 * 2**20 + 1)),
        ("no certificate", "XL-K01", changed(cert=[])),
        ("certificate of the desk is not the root's", "XL-K01", changed(cert=[LAPTOP.certify(COUNTY_CERT["s"]), LAPTOP_CERT])),
        ("core changed after signing", "XL-K02", changed(bid="00" * 16)),
        ("body changed after signing", "XL-K02", build(core, wraps, sigs, body[:20] + half + body[21:])),
        ("wrapped for the township only", "XL-K05", sealed("township only", to=TOWNSHIP)),
        ("inflates to more than plain", "XL-B07", sealed("bomb", packed=zlib.compress(bytes(1_000_000), 9))),
        ("bytes behind the deflated stream", "XL-B07", sealed("tail", packed=zlib.compress(b"\n".join(EVENTS), 9) + b"\0")),
        ("two lines swapped", "XL-C01", sealed("swapped", lines=[EVENTS[1], EVENTS[0], EVENTS[2]])),
        ("head is another", "XL-C01", sealed("head", head="1" * 64)),
        ("an echo whose first line is no envelope", "XL-C01", echo("echo without", back[1:])),
        ("an echo with a return that lacks its last line", "XL-C01", echo("echo cut", back[:-1])),
        ("an echo with a line of a return changed", "XL-C01", echo("echo line", [*back[:-1], back[-1].replace(b'"ms":1', b'"ms":2')])),
        ("an echo with another digest of a body", "XL-K02", echo("echo body", [canonical({**strange, "body": "0" * 64}), *back[1:]])),
        ("an echo of a return to somebody else", "XL-C01", echo("echo to", [canonical({**strange, "core": canonical(other).decode()}), *back[1:]])),
        ("an echo with an envelope that is not canonical", "XL-B05", echo("echo core", [canonical({**strange, "core": strange["core"] + " "}), *back[1:]])),
        ("an echo chained like delivery lines", "XL-C01", sealed("echo chain", back, chained(back, b"xieli/delivery/v1\0"), kind="echo")),
    ]
    return [{"what": what, "code": code, "file": base64.b64encode(file).decode()} for what, code, file in cases]


def root_file() -> str:
    salt, nonce = fixed("root file salt", 16), fixed("root file nonce", 12)
    head = {
        "fmt": "xieli-root", "v": 1, "pub": ROOT.sign_pub.hex(), "kdf": {"alg": "argon2id", "salt": salt.hex(), "t": 3, "m_kib": 65536, "p": 1},
        "nonce": nonce.hex(),
    }  # fmt: skip
    key = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=65536).derive(PASSPHRASE.encode())
    return canonical({**head, "ct": AESGCM(key).encrypt(nonce, ROOT.seed, canonical(head)).hex()}).decode()


def recovery() -> dict[str, Any]:
    """Section 14: three officers, the shares of a key for each pair, a request, the answers of all three."""
    officers = sorted((Pair(f"officer {at}") for at in (1, 2, 3)), key=lambda one: kid(one.enc_pub))
    kids = [kid(one.enc_pub) for one in officers]
    key, store = fixed("workspace key", 32), fixed("workspace", 16).hex()
    pairs, slots, plain = [[0, 1], [0, 2], [1, 2]], [], {}
    for first, second in pairs:
        pair = [kids[first], kids[second]]
        s1 = fixed(f"share {first}{second}", 32)
        shares = []
        for at, share in ((first, s1), (second, bytes(a ^ b for a, b in zip(key, s1, strict=True)))):
            info = b"xieli/recovery-slot/v1\0" + canonical({"store": store, "dev": LAPTOP.dev, "pair": pair, "kid": kids[at]})
            shares.append({"kid": kids[at], "ct": hpke.seal(share, officers[at].enc_pub, info, fixed(f"slot {first}{second} {at}", 32)).hex()})
            plain[(first, second, at)] = share
        slots.append({"pair": pair, "shares": shares})
    once = X25519PrivateKey.from_private_bytes(fixed("recovery one-time", 32))
    body = {
        "fmt": "xieli-recovery-request", "v": 1, "dev": LAPTOP.dev, "net": NET, "store": store, "key": once.public_key().public_bytes_raw().hex(),
        "slots": slots, "digest": sha256(canonical(slots)).hexdigest(), "drill": False,
    }  # fmt: skip
    name = sha256(b"xieli/recovery-request/v1\0" + canonical(body)).digest()
    answers = []
    for at, officer in enumerate(officers):
        mine = []
        for first, second in (pair for pair in pairs if at in pair):
            pair = [kids[first], kids[second]]
            info = b"xieli/recovery-answer/v1\0" + name + canonical({"pair": pair, "kid": kids[at]})
            sealed = hpke.seal(plain[(first, second, at)], once.public_key().public_bytes_raw(), info, fixed(f"answer {first}{second} {at}", 32))
            mine.append({"pair": pair, "ct": sealed.hex()})
        answers.append(summed({"fmt": "xieli-recovery-answer", "v": 1, "request": name.hex(), "officer": kid(officer.enc_pub), "drill": False, "shares": mine}))
    return {
        "officers": [{"box_private": one.box_raw.hex(), "enc_pub": one.enc_pub.hex(), "kid": kid(one.enc_pub)} for one in officers],
        "certificate": ROOT.certify({"role": "officer", "kid": kids[0], "enc_pub": officers[0].enc_pub.hex(), "name": "测试员丙", "area": "999999", "root": ROOT.sign_pub.hex()}),
        "key": key.hex(), "store": store, "dev": LAPTOP.dev, "one_time_private": fixed("recovery one-time", 32).hex(), "name": name.hex(),
        "fingerprint": fingerprint(name), "request": summed(body), "answers": answers,
    }  # fmt: skip


def summed(body: dict[str, Any]) -> str:
    return canonical({**body, "sum": sha256(canonical(body)).hexdigest()}).decode()


def documents() -> dict[str, Any]:
    """File name -> JSON document or bytes."""
    made = bundles()
    good = EVENTS[0].decode()
    out: dict[str, Any] = {
        "event.json": {
            "canonical": [
                {"value": value, "text": canonical(value).decode(), "sha256": sha256(canonical(value)).hexdigest()}
                for value in ({"b": 1, "a": [True, False, ""]}, {"é": 1, "z": 2, "中": 3, "\U00020000": 4, "\ufb00": 5}, ["\u0000\u001f\t\n\r\b\f\"\\/\u007f\u2028"], [2**53 - 1, -(2**53) + 1, 0], {"": {}})
            ],
            "depth": {"passes": "[" * 16 + "]" * 16, "refused": "[" * 17 + "]" * 17},
            "refused": [
                {"why": why, "text": text}
                for why, text in (
                    ("space", good.replace(",", ", ", 1)), ("escape where none is needed", good.replace("甲", "\\u7532")), ("float", good.replace('"seq":1', '"seq":1.0')),
                    ("null", good.replace('"测试员甲"', "null")), ("integer of 2**53", good.replace('"seq":1', '"seq":9007199254740992')), ("seq 0", good.replace('"seq":1', '"seq":0')),
                    ("lone surrogate", good.replace("甲", "\\ud800")), ("key twice", good.replace('"seq":1', '"seq":1,"seq":1')), ("unknown key", good[:-1] + ',"x":1}'),
                    ("keys not sorted", '{"v":1,' + good[1:].replace(',"v":1', "")), ("upper-case id", good.replace(LAPTOP.dev, LAPTOP.dev.upper())), ("byte order mark", "\ufeff" + good),
                )
            ],
            "chain": [
                {"line": line.decode(), "digest": sha256(line).hexdigest(), "hash": digest, "ref": f"{LAPTOP.dev}:{EP}:{at}:{digest[:32]}"}
                for at, (line, digest) in enumerate(zip(EVENTS, EVENT_HASHES, strict=True), 1)
            ],
            "hlc": [{"last": [5, 0], "now": 9, "next": [9, 0]}, {"last": [9, 0], "now": 9, "next": [9, 1]}, {"last": [9, 1], "now": 4, "next": [9, 2]}],
        },
        "identity.json": {
            "keys": {pair.name: pair.shown() for pair in (COUNTY, TOWNSHIP, LAPTOP, NEW_KEY, SUCCESSOR)},
            "root": {
                "sign_seed": ROOT.seed.hex(), "sign_pub": ROOT.sign_pub.hex(), "kid": kid(ROOT.sign_pub), "fingerprint": fingerprint(ROOT.sign_pub),
                "net": NET, "practice_net": "p" + NET[:31], "file": root_file(), "passphrase": PASSPHRASE,
            },
            "chains": {"county": [COUNTY_CERT], "township": [TOWNSHIP_CERT], "laptop": [COUNTY_CERT, LAPTOP_CERT], "laptop new": [COUNTY_CERT, LAPTOP_CERT, ROTATION_CERT]},
            "refused": {
                "device before desk": [LAPTOP_CERT, COUNTY_CERT], "no desk": [LAPTOP_CERT], "link missing": [COUNTY_CERT, ROTATION_CERT], "wrong desk": [TOWNSHIP_CERT, LAPTOP_CERT],
                "desk by desk": [COUNTY_CERT, COUNTY.certify(TOWNSHIP_CERT["s"])], "same version": [COUNTY_CERT, LAPTOP_CERT, LAPTOP.certify({**ROTATION_CERT["s"], "ver": 1})],
                "outside area": [TOWNSHIP_CERT, TOWNSHIP.certify(LAPTOP.statement(role="village", area="999999002"))],
            },
        },
        "recovery.json": recovery(),
        "refused.json": refused(made["changes"], [line.encode() for line in made["echo"]["lines"]]),
    }  # fmt: skip
    for name, parts in made.items():
        out[f"{name}.xieli"] = parts.pop("file")
        out[f"{name}.json"] = parts
    return out


def main(folder: Path) -> None:
    for name, content in documents().items():
        data = content if isinstance(content, bytes) else (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
