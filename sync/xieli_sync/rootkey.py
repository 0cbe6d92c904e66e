"""The county's root key and the offline file it lives in.

Rules kept here
- the key is sealed with AES-256-GCM under Argon2id (RFC 9106) of its own passphrase; all else in the file is AAD;
- a cost below the floor or above the ceiling is neither written nor tried: no silent downgrade, no memory bomb;
- a file is written once, complete, readable by its owner only, and never over another.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from xieli_sync.errors import SyncError
from xieli_sync.event import canonical, is_int, parse_canonical
from xieli_sync.keys import Rand, fingerprint, kid_of


class Sort(NamedTuple):
    """A sort of key file: its name, the code of a file that is none, the code of a passphrase that does not open it."""

    fmt: str
    none: str
    wrong: str


_ROOT = Sort("xieli-root", "XL-K09", "XL-K11")


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


def seal_key(sort: Sort, pub: bytes, secret: bytes, passphrase: str, rand: Rand, kdf: Kdf = KDF_FLOOR) -> bytes:
    """The bytes of a key file of this sort: a 32-byte private key under its own passphrase.

    Raises:
        SyncError: XL-L08 when the cost lies outside the bounds.
    """
    if not kdf.within_bounds():
        raise SyncError("XL-L08")
    salt, nonce = rand(16), rand(12)
    head = {
        "fmt": sort.fmt, "v": 1, "pub": pub.hex(),
        "kdf": {"alg": "argon2id", "salt": salt.hex(), "t": kdf.t, "m_kib": kdf.m_kib, "p": kdf.p}, "nonce": nonce.hex(),
    }  # fmt: skip
    sealed = AESGCM(kdf.derive(passphrase, salt)).encrypt(nonce, secret, canonical(head))
    return canonical({**head, "ct": sealed.hex()}) + b"\n"


def open_key(sort: Sort, data: bytes, passphrase: str) -> tuple[bytes, bytes]:
    """(private key, the public key the file names), 32 bytes each. The caller compares the two.

    Raises:
        SyncError: `sort.none` not such a file, XL-L08 cost outside the bounds, `sort.wrong` wrong passphrase or altered file.
    """
    try:
        head = parse_canonical(data.rstrip(b"\r\n"), 4096)
        sealed = bytes.fromhex(head.pop("ct"))
        cost, nonce, pub = head["kdf"], bytes.fromhex(head["nonce"]), bytes.fromhex(head["pub"])
        salt, kdf = bytes.fromhex(cost["salt"]), Kdf(cost["t"], cost["m_kib"], cost["p"])
        known = head["fmt"] == sort.fmt and head["v"] == 1 and cost["alg"] == "argon2id"
        sized = len(salt) == 16 and len(nonce) == 12 and all(is_int(part) for part in (kdf.t, kdf.m_kib, kdf.p))
    except (SyncError, KeyError, TypeError, ValueError, AttributeError):
        raise SyncError(sort.none, "not such a key file") from None
    if not known or not sized:
        raise SyncError(sort.none, "not such a key file")
    if not kdf.within_bounds():
        raise SyncError("XL-L08")
    try:
        secret = AESGCM(kdf.derive(passphrase, salt)).decrypt(nonce, sealed, canonical(head))
    except (InvalidTag, ValueError):
        raise SyncError(sort.wrong) from None
    if len(secret) != 32:
        raise SyncError(sort.wrong, "length")
    return secret, pub


def write_once(path: Path, data: bytes) -> None:
    """Lay a key file down: readable by its owner only, flushed, over nothing; half a key is none, so nothing is left that could be taken for one.

    Raises:
        SyncError: XL-F08 the file exists, XL-F03 it cannot be written.
    """
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
        path.unlink(missing_ok=True)
        raise SyncError("XL-F03") from None


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
        return seal_key(_ROOT, self.sign_pub, self.sign.private_bytes_raw(), passphrase, rand, kdf)

    @classmethod
    def from_file(cls, data: bytes, passphrase: str) -> RootKey:
        """Open the bytes of a root key file.

        Raises:
            SyncError: XL-K09 not a root key file, XL-L08 cost outside the bounds, XL-K11 wrong passphrase or altered file.
        """
        secret, pub = open_key(_ROOT, data, passphrase)
        root = cls(Ed25519PrivateKey.from_private_bytes(secret))
        if root.sign_pub != pub:
            raise SyncError("XL-K11", "public key")
        return root

    def save(self, path: Path, passphrase: str, rand: Rand, kdf: Kdf = KDF_FLOOR) -> None:
        """Write a new root key file (readable by its owner only, flushed); never over an existing one.

        Raises:
            SyncError: XL-F08 the file exists, XL-F03 it cannot be written.
        """
        write_once(path, self.to_file(passphrase, rand, kdf))

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
