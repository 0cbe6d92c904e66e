"""Keys of devices and desks, and what people read aloud of them.

Rules kept here
- a device is named by its first keys: dev = first 16 bytes of SHA-256("xieli/dev/v1\\0" || Ed25519 public || X25519 public);
- fingerprints are 20 digits and enrolment codes base32 with a checksum, so both survive a telephone and a bad keyboard;
- randomness comes in as `rand`; a private key is never in an error or a printed form.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from xieli_sync.errors import SyncError

Rand = Callable[[int], bytes]

_DEV_LABEL = b"xieli/dev/v1\0"
_FP_LABEL = b"xieli/fp/v1\0"
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


def usable_box_key(enc_pub: bytes) -> bool:
    """Whether something can be wrapped to an X25519 key: points of small order (RFC 7748 §6.1) cannot be anyone's."""
    try:
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(X25519PublicKey.from_public_bytes(enc_pub))
    except ValueError:
        return False
    return True


# -- enrolment code --------------------------------------------------------------------------------------------------------------


def enrol_code(sign_pub: bytes, enc_pub: bytes) -> str:
    """ "XE1-" and base32 (RFC 4648, no padding, groups of 5) of both public keys and their CRC-32 (big-endian)."""
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
    if not usable_box_key(keys[32:]):
        raise SyncError("XL-K08", "key")
    return keys[:32], keys[32:]
