"""Sealing and opening: content key, HPKE wraps, AEAD body, signatures, behind a small seam of suites.

Rules kept here
- the suite id is data of the core; A1 is X25519-HKDF-SHA256-AES-256-GCM HPKE (RFC 9180, base mode), AES-256-GCM, Ed25519 (RFC 8032),
  SHA-256. G1 is reserved and answered with XL-U01. Nothing outside this file names a primitive of a bundle;
- the exact core is AAD of the body and part of the info of each wrap: the sender cannot be exchanged without breaking both;
- encrypt, then sign length-prefixed parts, so a carrier without keys to the content can still check the sender;
- the inflater never makes more than `plain` + 1 bytes, whatever the body claims;
- `seal` passes what it made through the reader's own checks.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from xieli_sync.container import FORMAT_VERSION, Bundle, build, check_core_types, check_limits, check_version, parse
from xieli_sync.errors import SyncError
from xieli_sync.event import canonical
from xieli_sync.identity import KeyPair, kid_of, verify_raw
from xieli_sync.ports import Signer

NONCE = 12
KEY = 32
_WRAP_LABEL = b"xieli/wrap/v1\0"
_SIG_LABEL = b"xieli/bundle-sig/v1"

Rand = Callable[[int], bytes]


class CryptoSuite(Protocol):
    """What a suite must offer. Failures of `wrap`, `unwrap` and `decrypt` are XL-K06."""

    def wrap(self, content_key: bytes, enc_pub: bytes, info: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes, private: X25519PrivateKey, info: bytes) -> bytes: ...

    def encrypt(self, content_key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes: ...

    def decrypt(self, content_key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes: ...

    def sign(self, keys: KeyPair, message: bytes) -> bytes: ...

    def verify(self, public: bytes, signature: bytes, message: bytes) -> bool: ...


class _A1:
    """Suite A1."""

    def __init__(self) -> None:
        self._hpke = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def wrap(self, content_key: bytes, enc_pub: bytes, info: bytes) -> bytes:
        try:
            return self._hpke.encrypt(content_key, X25519PublicKey.from_public_bytes(enc_pub), info=info)
        except ValueError:
            # A recipient key of small order, or not 32 bytes: it was never a key of a desk.
            raise SyncError("XL-K06", "recipient key") from None

    def unwrap(self, wrapped: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
        try:
            return self._hpke.decrypt(wrapped, private, info=info)
        except (InvalidTag, ValueError):
            # ValueError: an encapsulated point of small order.
            raise SyncError("XL-K06", "wrap") from None

    def encrypt(self, content_key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        return AESGCM(content_key).encrypt(nonce, plain, aad)

    def decrypt(self, content_key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        try:
            return AESGCM(content_key).decrypt(nonce, sealed, aad)
        except (InvalidTag, ValueError):
            raise SyncError("XL-K06", "body") from None

    def sign(self, keys: KeyPair, message: bytes) -> bytes:
        return keys.sign_bytes(message)

    def verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        return verify_raw(public, signature, message)


_SUITES: dict[str, CryptoSuite] = {"A1": _A1()}


def suite_of(core: Mapping[str, Any]) -> CryptoSuite:
    """The suite a core names.

    Raises:
        SyncError: XL-U01.
    """
    suite = _SUITES.get(core["suite"])
    if suite is None:
        raise SyncError("XL-U01", "suite")
    return suite


def _prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(8, "little") + part


def signed_message(core_bytes: bytes, wraps_bytes: bytes, body: bytes) -> bytes:
    """What the signatures cover: label, then core, wraps and SHA-256 of the body, each after its length as u64 little-endian."""
    return signed_over(core_bytes, wraps_bytes, sha256(body).digest())


def signed_over(core_bytes: bytes, wraps_bytes: bytes, body_digest: bytes) -> bytes:
    """The same message for somebody who has the digest of the body only."""
    return _SIG_LABEL + _prefixed(core_bytes) + _prefixed(wraps_bytes) + _prefixed(body_digest)


def signed_digest(bundle: Bundle) -> str:
    """SHA-256 of the signed message, hex64: the identity of a bundle for rows 12 and 13 (the spelling of a signature is not part of it)."""
    return sha256(signed_message(bundle.core_bytes, bundle.wraps_bytes, bundle.body)).hexdigest()


def wrap_info(core_bytes: bytes) -> bytes:
    """The HPKE info that binds a wrap to its core."""
    return _WRAP_LABEL + sha256(core_bytes).digest()


def seal(
    core: Mapping[str, Any],
    lines: Sequence[bytes],
    signer: KeyPair,
    recipients: Sequence[bytes],
    rand: Rand,
    *,
    also: KeyPair | None = None,
) -> bytes:
    """Make a finished file.

    Args:
        core: net, kind, dev, ep, first, last, prev, head, cert, and `to` where the kind has one. v, suite, kid, n, plain and crit are
            set here; bid is drawn here unless given.
        lines: the exact event or delivery lines, first..last.
        signer: the sender's keys; core.kid is theirs.
        recipients: raw X25519 public keys of every desk (or the device) that may open it.
        also: the old keys during a rotation, which sign as well.

    Raises:
        SyncError: XL-B05, XL-B06, XL-B03, XL-B01, XL-U01: what a reader would refuse is not written. XL-K06 for an unusable recipient key.
    """
    plain = b"\n".join(lines)
    content_key, nonce, bid = rand(KEY), rand(NONCE), rand(16).hex()
    whole: dict[str, Any] = {"suite": "A1", "crit": [], "bid": bid}
    whole.update(core)
    whole.update({"v": FORMAT_VERSION, "kid": signer.kid, "n": len(lines), "plain": len(plain)})
    check_core_types(whole)
    check_version(whole)
    check_limits(whole)
    suite = suite_of(whole)
    core_bytes = canonical(whole)
    info = wrap_info(core_bytes)
    wraps_bytes = canonical([{"kid": kid_of(public), "ct": suite.wrap(content_key, public, info).hex()} for public in recipients])
    body = nonce + suite.encrypt(content_key, nonce, zlib.compress(plain, 9), core_bytes)
    message = signed_message(core_bytes, wraps_bytes, body)
    sigs = [{"kid": keys.kid, "sig": suite.sign(keys, message).hex()} for keys in ((signer,) if also is None else (signer, also))]
    data = build(core_bytes, wraps_bytes, canonical(sigs), body)
    parse(data)
    return data


def verify_signature(bundle: Bundle, signer: Signer, chain: Sequence[Signer] = (), *, body_digest: bytes | None = None) -> None:
    """Row 10. The signature of core.kid must be the signer's and hold; a second one must be of a key that `chain` names (the old key,
    during a rotation) and hold as well.

    Args:
        signer: who row 9 found.
        chain: what `identity.verify_links` found, for the second signature.
        body_digest: SHA-256 of the body, where only that is at hand (an envelope in an echo).

    Raises:
        SyncError: XL-K02.
    """
    suite = suite_of(bundle.core)
    message = signed_over(bundle.core_bytes, bundle.wraps_bytes, body_digest or sha256(bundle.body).digest())
    if bundle.core["kid"] != signer.kid or bundle.core["dev"] != signer.dev or kid_of(signer.sign_pub) != signer.kid:
        raise SyncError("XL-K02", "signer")
    known = {signer.kid: signer.sign_pub}
    if len(bundle.sigs) > 1:
        known.update((above.kid, above.sign_pub) for above in chain)
    for entry in bundle.sigs:
        public = known.get(entry["kid"])
        if public is None or not suite.verify(public, bytes.fromhex(entry["sig"]), message):
            raise SyncError("XL-K02", "signature")


def inflate(packed: bytes, plain: int) -> bytes:
    """Row 16: inflate to exactly `plain` bytes, making at most one more.

    Raises:
        SyncError: XL-B07.
    """
    engine = zlib.decompressobj()
    try:
        out = engine.decompress(packed, plain + 1)
    except zlib.error:
        raise SyncError("XL-B07", "zlib") from None
    if len(out) != plain or not engine.eof or engine.unused_data or engine.unconsumed_tail:
        raise SyncError("XL-B07", "size")
    return out


def open_plain(bundle: Bundle, keys: Mapping[str, X25519PrivateKey]) -> bytes:
    """Rows 14-16: the inflated bytes of the body.

    Args:
        keys: wrap kid -> private key; retired keys included.

    Raises:
        SyncError: XL-K05 no wrap for any of the keys, XL-K06 cannot be decrypted, XL-B07 not the size it claims.
    """
    suite = suite_of(bundle.core)
    wrapped = next(((entry["ct"], keys[entry["kid"]]) for entry in bundle.wraps if entry["kid"] in keys), None)
    if wrapped is None:
        raise SyncError("XL-K05")
    content_key = suite.unwrap(bytes.fromhex(wrapped[0]), wrapped[1], wrap_info(bundle.core_bytes))
    packed = suite.decrypt(content_key, bundle.body[:NONCE], bundle.body[NONCE:], bundle.core_bytes)
    return inflate(packed, bundle.core["plain"])


def unseal(bundle: Bundle, keys: Mapping[str, X25519PrivateKey]) -> list[bytes]:
    """Rows 14-16: the lines. Their count against n is row 17, the importer's.

    Raises:
        SyncError: as `open_plain`.
    """
    return open_plain(bundle, keys).split(b"\n")
