"""找回 by two officers: the officers' keys, the shares of a workspace's key, the request of a laptop and the answers to it (SPEC 14).

Rules kept here
- the 32-byte key (DEK) of a workspace is cut into s1 and s2 = DEK xor s1 for each pair of officers: one share alone is noise;
- a share is HPKE-sealed (suite A1) to its officer with workspace, device, pair and officer in the info: it opens nowhere else;
- an officer's key is certified by the root; whoever wraps for one checks that first;
- a request is named by SHA-256 of its canonical form, and its 20 digits are made of that: exchange the one-time key and the digits differ;
- an answer holds the officer's shares sealed to the one-time key under the name of the request: it serves no other request;
- of these files every byte is under a sum, so a bad copy is told from a wrong one. They hold no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from xieli_sync.certs import Cert, sign_statement, statement_holds
from xieli_sync.errors import SyncError
from xieli_sync.event import canonical, is_hex, parse_canonical
from xieli_sync.keys import Rand, SigningKey, fingerprint, kid_of
from xieli_sync.rootkey import KDF_FLOOR, Kdf, Sort, open_key, seal_key, write_once
from xieli_sync.seal import suite_of

REQUEST, ANSWER = "xieli-recovery-request", "xieli-recovery-answer"
LIMIT = 64 * 1024
MOST = 3
"""Officers in force at a time; two are the fewest that can help."""
_OFFICER = Sort("xieli-officer", "XL-K13", "XL-K14")
_SLOT, _NAME, _ANSWER = b"xieli/recovery-slot/v1\0", b"xieli/recovery-request/v1\0", b"xieli/recovery-answer/v1\0"
_SUITE = suite_of({"suite": "A1"})
_CT = re.compile(r"[0-9a-f]{160}")
"""enc || sealed share || tag: 80 bytes."""
_NET = re.compile(r"[0-9a-f]{32}|p[0-9a-f]{31}|")

Pair = tuple[str, str]
"""Two officer kids, ascending."""


# -- officers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class OfficerKey:
    """An officer's own X25519 key; lives in a file under its own passphrase."""

    box: X25519PrivateKey

    @classmethod
    def generate(cls, rand: Rand) -> OfficerKey:
        return cls(X25519PrivateKey.from_private_bytes(rand(32)))

    @property
    def enc_pub(self) -> bytes:
        return self.box.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        return kid_of(self.enc_pub)

    def save(self, path: Path, passphrase: str, rand: Rand, kdf: Kdf = KDF_FLOOR) -> None:
        """Write the key file, over nothing. Raises SyncError: XL-F08, XL-F03, XL-L08."""
        write_once(path, seal_key(_OFFICER, self.enc_pub, self.box.private_bytes_raw(), passphrase, rand, kdf))

    @classmethod
    def from_file(cls, data: bytes, passphrase: str) -> OfficerKey:
        """Raises SyncError: XL-K13 not an officer's key file, XL-K14 wrong passphrase or altered, XL-L08."""
        secret, pub = open_key(_OFFICER, data, passphrase)
        found = cls(X25519PrivateKey.from_private_bytes(secret))
        if found.enc_pub != pub:
            raise SyncError("XL-K14", "public key")
        return found

    @classmethod
    def load(cls, path: Path, passphrase: str) -> OfficerKey:
        """Read a key file. Raises SyncError as `from_file`; XL-K13 when there is none."""
        try:
            data = path.read_bytes()
        except OSError:
            raise SyncError("XL-K13") from None
        return cls.from_file(data, passphrase)

    def __repr__(self) -> str:
        return f"OfficerKey(kid={self.kid})"


def issue_officer_cert(root: SigningKey, *, enc_pub: bytes, name: str, area: str) -> Cert:
    """The root's word that this key is this officer's."""
    return sign_statement(root, {"role": "officer", "kid": kid_of(enc_pub), "enc_pub": enc_pub.hex(), "name": name, "area": area, "root": root.sign_pub.hex()})


def officer_in(cert: object, root_pub: bytes) -> tuple[str, bytes] | None:
    """(name, public key) a certificate of this root names; None when it does not hold."""
    if type(cert) is not dict or cert.keys() != {"s", "kid", "sig"} or type(cert["s"]) is not dict:
        return None
    s: dict[str, Any] = cert["s"]
    if s.get("role") != "officer" or not is_hex(s.get("enc_pub"), 64) or type(s.get("name")) is not str or s.get("root") != root_pub.hex():
        return None
    pub = bytes.fromhex(s["enc_pub"])
    return (s["name"], pub) if s.get("kid") == kid_of(pub) and statement_holds(cert, root_pub) else None


# -- shares -----------------------------------------------------------------------------------------


def pairs_of(officers: Iterable[bytes]) -> list[Pair]:
    """Every pair of these public keys, by kid; none for fewer than two."""
    kids = sorted({kid_of(pub) for pub in officers})
    return list(combinations(kids, 2))


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def _slot_info(store: str, dev: str, pair: Sequence[str], kid: str) -> bytes:
    return _SLOT + canonical({"store": store, "dev": dev, "pair": list(pair), "kid": kid})


def share_out(dek: bytes, store: str, dev: str, officers: Sequence[bytes], rand: Rand) -> list[dict[str, Any]]:
    """The sealed shares of a key for every pair of officers: `[{"pair": [kid, kid], "shares": [{"kid", "ct"}, …]}, …]`.

    Raises:
        SyncError: XL-K06 an unusable public key.
    """
    pub = {kid_of(one): one for one in officers}
    out = []
    for pair in pairs_of(officers):
        first = rand(len(dek))
        shares = dict(zip(pair, (first, _xor(dek, first)), strict=True))
        out.append({
            "pair": list(pair), "shares": [{"kid": kid, "ct": _SUITE.wrap(shares[kid], pub[kid], _slot_info(store, dev, pair, kid)).hex()} for kid in pair],
        })
    return out


# -- request ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What a laptop asks: its one-time public key and its sealed shares. `name` = SHA-256 of it, hex64."""

    dev: str
    net: str
    store: str
    key: bytes
    slots: tuple[dict[str, Any], ...]
    drill: bool = False

    def body(self) -> dict[str, Any]:
        slots = list(self.slots)
        return {
            "fmt": REQUEST, "v": 1, "dev": self.dev, "net": self.net, "store": self.store, "key": self.key.hex(), "slots": slots,
            "digest": sha256(canonical(slots)).hexdigest(), "drill": self.drill,
        }

    @property
    def name(self) -> str:
        return sha256(_NAME + canonical(self.body())).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Twenty digits in groups of four, to be read out on the telephone."""
        return fingerprint(bytes.fromhex(self.name))

    @property
    def officers(self) -> tuple[str, ...]:
        """Kids of the officers its shares are sealed for."""
        return tuple(sorted({kid for slot in self.slots for kid in slot["pair"]}))

    def to_bytes(self) -> bytes:
        return _summed(self.body())


def read_request(data: bytes) -> Request:
    """Read the bytes of a request. Raises SyncError("XL-L13")."""
    body = _unsummed(data, REQUEST)
    slots = body.get("slots")
    good = (
        body.keys() == {"fmt", "v", "dev", "net", "store", "key", "slots", "digest", "drill"} and is_hex(body["dev"], 32) and is_hex(body["store"], 32)
        and is_hex(body["key"], 64) and type(body["net"]) is str and _NET.fullmatch(body["net"]) is not None and type(body["drill"]) is bool
        and type(slots) is list and 1 <= len(slots) <= MOST and all(is_slot(slot) for slot in slots)
    )
    if not good or body["digest"] != sha256(canonical(slots)).hexdigest():
        raise SyncError("XL-L13", "request")
    return Request(body["dev"], body["net"], body["store"], bytes.fromhex(body["key"]), tuple(body["slots"]), body["drill"])


def is_slot(slot: object) -> bool:
    """Whether this is one pair's sealed shares as `share_out` writes them."""
    if type(slot) is not dict or slot.keys() != {"pair", "shares"} or not _is_pair(slot["pair"]) or type(slot["shares"]) is not list:
        return False
    shares = slot["shares"]
    return all(type(one) is dict and one.keys() == {"kid", "ct"} and _is_ct(one["ct"]) for one in shares) and [one["kid"] for one in shares] == slot["pair"]


def _is_pair(pair: object) -> bool:
    return type(pair) is list and len(pair) == 2 and all(is_hex(kid, 16) for kid in pair) and pair[0] < pair[1]


def _is_ct(ct: object) -> bool:
    return type(ct) is str and _CT.fullmatch(ct) is not None


# -- answer -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One officer's shares for one request, by pair."""

    request: str
    officer: str
    shares: tuple[tuple[Pair, bytes], ...]
    drill: bool = False

    def to_bytes(self) -> bytes:
        return _summed({
            "fmt": ANSWER, "v": 1, "request": self.request, "officer": self.officer, "drill": self.drill,
            "shares": [{"pair": list(pair), "ct": ct.hex()} for pair, ct in self.shares],
        })


def _answer_info(request: str, pair: Sequence[str], kid: str) -> bytes:
    return _ANSWER + bytes.fromhex(request) + canonical({"pair": list(pair), "kid": kid})


def answer(request: Request, officer: OfficerKey) -> Answer:
    """Open the officer's own shares and seal each to the one-time key of the request.

    Raises:
        SyncError: XL-K16 no share is for this officer, XL-K06 a share does not open, or the one-time key cannot be used.
    """
    mine = []
    for slot in request.slots:
        for one in slot["shares"]:
            if one["kid"] == officer.kid:
                share = _SUITE.unwrap(bytes.fromhex(one["ct"]), officer.box, _slot_info(request.store, request.dev, slot["pair"], officer.kid))
                sealed = _SUITE.wrap(share, request.key, _answer_info(request.name, slot["pair"], officer.kid))
                mine.append(((slot["pair"][0], slot["pair"][1]), sealed))
    if not mine:
        raise SyncError("XL-K16")
    return Answer(request.name, officer.kid, tuple(mine), request.drill)


def read_answer(data: bytes) -> Answer:
    """Read the bytes of an answer. Raises SyncError("XL-L13")."""
    body = _unsummed(data, ANSWER)
    shares = body.get("shares")
    good = (
        body.keys() == {"fmt", "v", "request", "officer", "drill", "shares"} and is_hex(body["request"], 64) and is_hex(body["officer"], 16)
        and type(body["drill"]) is bool and type(shares) is list and 1 <= len(shares) < MOST
        and all(type(one) is dict and one.keys() == {"pair", "ct"} and _is_pair(one["pair"]) and _is_ct(one["ct"]) for one in shares)
    )
    if not good:
        raise SyncError("XL-L13", "answer")
    return Answer(body["request"], body["officer"], tuple(((one["pair"][0], one["pair"][1]), bytes.fromhex(one["ct"])) for one in body["shares"]), body["drill"])


def join(request: str, key: X25519PrivateKey, answers: Sequence[Answer]) -> bytes:
    """The 32 bytes two officers' answers to one request make together. Whether it is the key, the MAC of the key file says.

    Raises:
        SyncError: XL-L15 not two answers of two officers to this request.
    """
    if len(answers) != 2:
        raise SyncError("XL-L15", "two")
    if any(one.request != request for one in answers):
        raise SyncError("XL-L15", "other request")
    a, b = sorted(one.officer for one in answers)
    if a == b:
        raise SyncError("XL-L15", "one officer")
    shares = []
    for one in answers:
        ct = dict(one.shares).get((a, b))
        if ct is None:
            raise SyncError("XL-L15", "pair")
        try:
            shares.append(_SUITE.unwrap(ct, key, _answer_info(request, (a, b), one.officer)))
        except SyncError:
            raise SyncError("XL-L15", "share") from None
    if not len(shares[0]) == len(shares[1]) == 32:
        raise SyncError("XL-L15", "share")
    return _xor(*shares)


# -- files ------------------------------------------------------------------------------------------


def _summed(body: Mapping[str, Any]) -> bytes:
    return canonical({**body, "sum": sha256(canonical(dict(body))).hexdigest()})


def _unsummed(data: bytes, fmt: str) -> dict[str, Any]:
    """The body of a file whose every byte is under its sum. Raises SyncError: XL-L13, XL-U01 a newer version."""
    try:
        body = parse_canonical(data, LIMIT)
        if type(body) is not dict or body.get("fmt") != fmt:
            raise SyncError("XL-L13", "format")
        total = body.pop("sum", None)
    except SyncError:
        raise SyncError("XL-L13", "format") from None
    if total != sha256(canonical(body)).hexdigest():
        raise SyncError("XL-L13", "sum")
    if body.get("v") != 1:
        raise SyncError("XL-U01")
    return body
