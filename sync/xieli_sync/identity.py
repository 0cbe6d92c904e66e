"""Keys of devices and desks, what people read aloud of them, and certificates from the root.

Rules kept here
- a device is named by its first keys: dev = first 16 bytes of SHA-256("xieli/dev/v1\\0" || Ed25519 public || X25519 public);
- a certificate is `{s, kid, sig}`: the statement, the signer kid of its issuer, and Ed25519 over "xieli/cert/v1\\0" || canonical(s);
- the root certifies desk keys and nothing else stands on its own; a desk certifies village devices inside its area; a device's old
  key certifies its new one. A desk statement also carries the root public key, so a file can be checked by someone who holds only
  the 20 digits of the root (design 04: verify needs no account);
- randomness comes in as `rand`; private keys are never in an error.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from xieli_sync.errors import SyncError
from xieli_sync.event import canonical, is_hex, is_int, parse_canonical
from xieli_sync.ports import Role, Signer

Rand = Callable[[int], bytes]
Cert = dict[str, Any]
"""`{s, kid, sig}` as JSON."""

CHAIN_LIMIT = 8
_ROOT_FORMAT = "xieli-root"
_DEV_LABEL = b"xieli/dev/v1\0"
_FP_LABEL = b"xieli/fp/v1\0"
_CERT_LABEL = b"xieli/cert/v1\0"
_AREA_DIGITS = {"township": 9, "county": 6}
_CODE_PREFIX = "XE1"
_CODE_CHARS = 109
_CODE_TYPOS = str.maketrans("018", "OIB")
_CODE_NOISE = re.compile(r"[\s\-\u2010-\u2015\u2212\u00ad_.,·]+")


class SigningKey(Protocol):
    """Whoever can sign: a device, a desk, or the root."""

    @property
    def sign_pub(self) -> bytes: ...

    @property
    def kid(self) -> str: ...

    def sign_bytes(self, message: bytes) -> bytes: ...


def kid_of(raw: bytes) -> str:
    """Key id: first 8 bytes of SHA-256 of the raw public key, hex16."""
    return sha256(raw).hexdigest()[:16]


def dev_id(sign_pub: bytes, enc_pub: bytes) -> str:
    """Device id, hex32."""
    return sha256(_DEV_LABEL + sign_pub + enc_pub).hexdigest()[:32]


def net_of(root_pub: bytes, practice: bool = False) -> str:
    """The net of a root: first 16 bytes of SHA-256, hex32; practice has "p" and the first 31 digits."""
    digits = sha256(root_pub).hexdigest()[:32]
    return "p" + digits[:31] if practice else digits


def fingerprint(*pubs: bytes) -> str:
    """Twenty decimal digits in five groups of four, to be read aloud: "1234 5678 9012 3456 7890"."""
    number = int.from_bytes(sha256(_FP_LABEL + b"".join(pubs)).digest()[:9], "big") % 10**20
    digits = f"{number:020d}"
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


def same_fingerprint(typed: str, shown: str) -> bool:
    """Whether a typed fingerprint names the shown one; spaces, hyphens and full-width digits do not matter."""
    digits = _CODE_NOISE.sub("", unicodedata.normalize("NFKC", typed))
    return digits.isascii() and digits.isdigit() and digits == shown.replace(" ", "")


def verify_raw(public: bytes, signature: bytes, message: bytes) -> bool:
    """Ed25519 (RFC 8032); a malformed key or signature is simply not a valid one."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """The two private keys of a device or desk: `sign` (Ed25519) and `box` (X25519), with their raw public keys."""

    sign: Ed25519PrivateKey
    box: X25519PrivateKey

    @classmethod
    def generate(cls, rand: Rand) -> KeyPair:
        """New keys from 64 random bytes."""
        return cls.from_bytes(rand(64))

    @classmethod
    def from_bytes(cls, raw: bytes) -> KeyPair:
        """The keys kept as 64 bytes: Ed25519 seed, then X25519 private key."""
        if len(raw) != 64:
            raise ValueError("a key pair is kept as 64 bytes")
        return cls(Ed25519PrivateKey.from_private_bytes(raw[:32]), X25519PrivateKey.from_private_bytes(raw[32:]))

    def to_bytes(self) -> bytes:
        """The 64 bytes `from_bytes` takes; secret."""
        return self.sign.private_bytes_raw() + self.box.private_bytes_raw()

    @property
    def sign_pub(self) -> bytes:
        return self.sign.public_key().public_bytes_raw()

    @property
    def enc_pub(self) -> bytes:
        return self.box.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        """Signer kid."""
        return kid_of(self.sign_pub)

    @property
    def box_kid(self) -> str:
        """Wrap kid."""
        return kid_of(self.enc_pub)

    @property
    def dev(self) -> str:
        """The device id these keys make when they are a device's first."""
        return dev_id(self.sign_pub, self.enc_pub)

    def sign_bytes(self, message: bytes) -> bytes:
        return self.sign.sign(message)

    def __repr__(self) -> str:
        return f"KeyPair(kid={self.kid})"


# -- the root and its file -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kdf:
    """Argon2id cost (RFC 9106): passes, memory in KiB, lanes. The default is the floor; nothing outside floor and ceiling is read."""

    t: int = 3
    m_kib: int = 64 * 1024
    p: int = 1

    def within_bounds(self) -> bool:
        """At least the floor (no silent downgrade), at most t 32, 1 GiB, 8 lanes (no memory bomb)."""
        return 3 <= self.t <= 32 and 64 * 1024 <= self.m_kib <= 1024 * 1024 and 1 <= self.p <= 8

    def derive(self, passphrase: str, salt: bytes) -> bytes:
        """A 32-byte key; the passphrase is NFKC-normalised, since an IME may type full-width letters."""
        secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8")
        return Argon2id(salt=salt, length=32, iterations=self.t, lanes=self.p, memory_cost=self.m_kib).derive(secret)


KDF_FLOOR = Kdf()


@dataclass(frozen=True, slots=True, repr=False)
class RootKey:
    """The county's root signing key; lives in an offline file under its own passphrase."""

    sign: Ed25519PrivateKey

    @classmethod
    def generate(cls, rand: Rand) -> RootKey:
        """A new root from 32 random bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(rand(32)))

    @property
    def sign_pub(self) -> bytes:
        return self.sign.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        return kid_of(self.sign_pub)

    @property
    def fingerprint(self) -> str:
        """The 20 digits people compare on paper."""
        return fingerprint(self.sign_pub)

    def sign_bytes(self, message: bytes) -> bytes:
        return self.sign.sign(message)

    def to_file(self, passphrase: str, rand: Rand, kdf: Kdf = KDF_FLOOR) -> bytes:
        """The bytes of a root key file: JSON, the key under AES-256-GCM with Argon2id of the passphrase, all else as AAD.

        Raises:
            SyncError: XL-L08 when the cost lies outside the bounds.
        """
        if not kdf.within_bounds():
            raise SyncError("XL-L08")
        salt, nonce = rand(16), rand(12)
        head = {
            "fmt": _ROOT_FORMAT, "v": 1, "pub": self.sign_pub.hex(),
            "kdf": {"alg": "argon2id", "salt": salt.hex(), "t": kdf.t, "m_kib": kdf.m_kib, "p": kdf.p}, "nonce": nonce.hex(),
        }  # fmt: skip
        sealed = AESGCM(kdf.derive(passphrase, salt)).encrypt(nonce, self.sign.private_bytes_raw(), canonical(head))
        return canonical({**head, "ct": sealed.hex()}) + b"\n"

    @classmethod
    def from_file(cls, data: bytes, passphrase: str) -> RootKey:
        """Open the bytes of a root key file.

        Raises:
            SyncError: XL-K09 not a root key file, XL-L08 cost outside the bounds, XL-K11 wrong passphrase or altered file.
        """
        try:
            head = parse_canonical(data.rstrip(b"\r\n"), 4096)
            sealed = bytes.fromhex(head.pop("ct"))
            cost, nonce, pub = head["kdf"], bytes.fromhex(head["nonce"]), bytes.fromhex(head["pub"])
            salt, kdf = bytes.fromhex(cost["salt"]), Kdf(cost["t"], cost["m_kib"], cost["p"])
            known = head["fmt"] == _ROOT_FORMAT and head["v"] == 1 and cost["alg"] == "argon2id"
            sized = len(salt) == 16 and len(nonce) == 12 and all(is_int(part) for part in (kdf.t, kdf.m_kib, kdf.p))
        except (SyncError, KeyError, TypeError, ValueError, AttributeError):
            raise SyncError("XL-K09", "not a root key file") from None
        if not known or not sized:
            raise SyncError("XL-K09", "not a root key file")
        if not kdf.within_bounds():
            raise SyncError("XL-L08")
        try:
            root = cls(Ed25519PrivateKey.from_private_bytes(AESGCM(kdf.derive(passphrase, salt)).decrypt(nonce, sealed, canonical(head))))
        except (InvalidTag, ValueError):
            raise SyncError("XL-K11") from None
        if root.sign_pub != pub:
            raise SyncError("XL-K11", "public key")
        return root

    def save(self, path: Path, passphrase: str, rand: Rand, kdf: Kdf = KDF_FLOOR) -> None:
        """Write a new root key file (readable by its owner only, flushed); never over an existing one.

        Raises:
            SyncError: XL-F08 the file exists, XL-F03 it cannot be written.
        """
        data = self.to_file(passphrase, rand, kdf)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            raise SyncError("XL-F08") from None
        except OSError:
            raise SyncError("XL-F03") from None
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        except OSError:
            # Half a root key is none: leave nothing that could be taken for one.
            path.unlink(missing_ok=True)
            raise SyncError("XL-F03") from None

    @classmethod
    def load(cls, path: Path, passphrase: str) -> RootKey:
        """Read a root key file.

        Raises:
            SyncError: XL-K09 no such file or not one, XL-L08, XL-K11.
        """
        try:
            data = path.read_bytes()
        except OSError:
            raise SyncError("XL-K09") from None
        return cls.from_file(data, passphrase)

    def __repr__(self) -> str:
        return f"RootKey(kid={self.kid})"


# -- enrolment code --------------------------------------------------------------------------------------------------------------


def enrol_code(sign_pub: bytes, enc_pub: bytes) -> str:
    """"XE1-" and base32 (RFC 4648, no padding, groups of 5) of both public keys and their CRC-32 (big-endian)."""
    keys = sign_pub + enc_pub
    text = base64.b32encode(keys + zlib.crc32(keys).to_bytes(4, "big")).decode("ascii").rstrip("=")
    return "-".join([_CODE_PREFIX, *(text[at : at + 5] for at in range(0, len(text), 5))])


def parse_enrol_code(text: str) -> tuple[bytes, bytes]:
    """Read a code as people type it: case, spaces and hyphens do not matter; 0, 1 and 8 are read as O, I and B.

    Raises:
        SyncError: XL-K08.
    """
    folded = _CODE_NOISE.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_CODE_TYPOS)
    prefix = _CODE_PREFIX.translate(_CODE_TYPOS)
    body = folded.removeprefix(prefix)
    if body == folded or len(body) != _CODE_CHARS:
        raise SyncError("XL-K08", "length")
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error:
        raise SyncError("XL-K08", "letters") from None
    keys, crc = raw[:64], raw[64:]
    # The one spare bit of the last letter must be zero, else two codes would name the same keys.
    if zlib.crc32(keys).to_bytes(4, "big") != crc or base64.b32encode(raw).decode("ascii").rstrip("=") != body:
        raise SyncError("XL-K08", "checksum")
    return keys[:32], keys[32:]


# -- certificates ----------------------------------------------------------------------------------------------------------------


def sign_statement(issuer: SigningKey, statement: Mapping[str, Any]) -> Cert:
    """A certificate over any statement (desk, device, new key, officer)."""
    signature = issuer.sign_bytes(_CERT_LABEL + canonical(dict(statement)))
    return {"s": dict(statement), "kid": issuer.kid, "sig": signature.hex()}


def statement_holds(cert: Cert, issuer_pub: bytes) -> bool:
    """Whether `cert` names this issuer and its signature holds."""
    sig = cert["sig"]
    if cert["kid"] != kid_of(issuer_pub) or type(sig) is not str or re.fullmatch(r"[0-9a-f]{128}", sig) is None:
        return False
    try:
        message = canonical(cert["s"])
    except SyncError:
        return False
    return verify_raw(issuer_pub, bytes.fromhex(sig), _CERT_LABEL + message)


def issue_desk_cert(
    root: SigningKey,
    *,
    sign_pub: bytes,
    enc_pub: bytes,
    role: Literal["township", "county"],
    area: str,
    ver: int = 1,
    gen: int = 1,
    dev: str | None = None,
) -> Cert:
    """The root's statement on a desk key. `area` is 6 digits (county) or 9 (township); `dev` defaults to the id of these keys."""
    return sign_statement(
        root,
        {
            "dev": dev or dev_id(sign_pub, enc_pub), "kid": kid_of(sign_pub), "role": role, "area": area, "ver": ver, "gen": gen,
            "sign_pub": sign_pub.hex(), "enc_pub": enc_pub.hex(), "root": root.sign_pub.hex(),
        },
    )  # fmt: skip


def _device_statement(sign_pub: bytes, enc_pub: bytes, ver: int, dev: str, area: str | None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "dev": dev, "kid": kid_of(sign_pub), "role": "village", "ver": ver, "sign_pub": sign_pub.hex(), "enc_pub": enc_pub.hex(),
    }  # fmt: skip
    if area is not None:
        statement["area"] = area
    return statement


def issue_device_cert(
    desk_keys: SigningKey, *, sign_pub: bytes, enc_pub: bytes, ver: int = 1, dev: str | None = None, area: str | None = None
) -> Cert:
    """A desk's statement on a village device. It names no village (the core is public); an `area` must lie within the desk's."""
    return sign_statement(desk_keys, _device_statement(sign_pub, enc_pub, ver, dev or dev_id(sign_pub, enc_pub), area))


def issue_rotation_cert(old_keys: SigningKey, *, dev: str, sign_pub: bytes, enc_pub: bytes, ver: int) -> Cert:
    """The old device key's statement on the new one; `ver` must be higher than the old key's."""
    return sign_statement(old_keys, _device_statement(sign_pub, enc_pub, ver, dev, None))


def _key(value: object) -> bytes:
    if not is_hex(value, 64):
        raise SyncError("XL-K01", "key")
    return bytes.fromhex(cast(str, value))


def _statement(cert: object) -> dict[str, Any]:
    """The statement of a certificate with the parts every kind has, checked for type."""
    if type(cert) is not dict or cert.keys() != {"s", "kid", "sig"} or type(cert["s"]) is not dict:
        raise SyncError("XL-K01", "certificate")
    s: dict[str, Any] = cert["s"]
    sign_pub = _key(s.get("sign_pub"))
    _key(s.get("enc_pub"))
    if not is_hex(s.get("dev"), 32) or not is_int(s.get("ver"), 1) or s.get("kid") != kid_of(sign_pub):
        raise SyncError("XL-K01", "statement")
    return s


def _signer(s: Mapping[str, Any], role: Role, area: str, gen: int) -> Signer:
    return Signer(
        dev=s["dev"], kid=s["kid"], sign_pub=bytes.fromhex(s["sign_pub"]), enc_pub=bytes.fromhex(s["enc_pub"]),
        role=role, area=area, ver=s["ver"], gen=gen,
    )  # fmt: skip


def root_in(chain: Sequence[Cert]) -> bytes:
    """The root public key a chain claims to start from; believe it only after comparing its fingerprint.

    Raises:
        SyncError: XL-K01.
    """
    if not chain:
        raise SyncError("XL-K01", "no certificate")
    return _key(_statement(chain[0]).get("root"))


def verify_links(chain: Sequence[Cert], root_pub: bytes) -> list[Signer]:
    """Check a chain from the root down and return who each link names; the last one is the signer.

    A village device has the area of its certificate, else of the desk that issued it, and the desk's gen.

    Raises:
        SyncError: XL-K01.
    """
    if not 1 <= len(chain) <= CHAIN_LIMIT:
        raise SyncError("XL-K01", "chain length")
    first = _statement(chain[0])
    role, area, gen = first.get("role"), first.get("area"), first.get("gen")
    if role not in _AREA_DIGITS or type(area) is not str or re.fullmatch(rf"[0-9]{{{_AREA_DIGITS[role]}}}", area) is None:
        raise SyncError("XL-K01", "role or area")
    if type(gen) is not int or not is_int(gen, 1) or first.get("root") != root_pub.hex():
        raise SyncError("XL-K01", "root")
    if not statement_holds(chain[0], root_pub):
        raise SyncError("XL-K01", "desk certificate")
    found = [_signer(first, role, area, gen)]
    for cert in chain[1:]:
        s = _statement(cert)
        above = found[-1]
        if s.get("role") != "village":
            # A township key is a root statement, never a county's.
            raise SyncError("XL-K01", "role")
        inside = s.get("area", above.area)
        if type(inside) is not str or re.fullmatch(r"[0-9]{6,12}", inside) is None or not inside.startswith(above.area):
            raise SyncError("XL-K01", "area")
        if above.role == "village" and (s["dev"] != above.dev or s["ver"] <= above.ver):
            raise SyncError("XL-K01", "rotation")
        if not statement_holds(cert, above.sign_pub):
            raise SyncError("XL-K01", "device certificate")
        found.append(_signer(s, "village", inside, gen))
    return found


def verify_chain(chain: Sequence[Cert], root_pub: bytes) -> Signer:
    """Who signs, by a chain that reaches this root.

    Raises:
        SyncError: XL-K01.
    """
    return verify_links(chain, root_pub)[-1]
