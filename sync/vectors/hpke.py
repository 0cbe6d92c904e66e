"""RFC 9180 base mode with X25519 and HKDF-SHA256, written out: a second implementation that may fix the ephemeral key.

Only for test vectors. The product uses the library's HPKE, which draws its ephemeral key itself; the two are tested against each
other, and this one against the vectors of RFC 9180, appendix A.1.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_128_GCM, AES_256_GCM = 1, 2
_KEM = b"KEM" + (32).to_bytes(2, "big")
_KEY_SIZE = {AES_128_GCM: 16, AES_256_GCM: 32}


def _extract(salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), material, "sha256")


def _expand(secret: bytes, info: bytes, size: int) -> bytes:
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.digest(secret, block + info + bytes([counter]), "sha256")
        out, counter = out + block, counter + 1
    return out[:size]


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return _extract(salt, b"HPKE-v1" + suite + label + material)


def _labeled_expand(suite: bytes, secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    return _expand(secret, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, size)


def _shared(point: bytes, enc: bytes, recipient: bytes) -> bytes:
    prk = _labeled_extract(_KEM, b"", b"eae_prk", point)
    return _labeled_expand(_KEM, prk, b"shared_secret", enc + recipient, 32)


def schedule(shared: bytes, info: bytes, aead: int) -> tuple[bytes, bytes]:
    """(key, base nonce) of base mode."""
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (32, 1, aead))
    context = b"\0" + _labeled_extract(suite, b"", b"psk_id_hash", b"") + _labeled_extract(suite, b"", b"info_hash", info)
    secret = _labeled_extract(suite, shared, b"secret", b"")
    return _labeled_expand(suite, secret, b"key", context, _KEY_SIZE[aead]), _labeled_expand(suite, secret, b"base_nonce", context, 12)


def seal(plain: bytes, recipient: bytes, info: bytes, ephemeral: bytes, *, aad: bytes = b"", aead: int = AES_256_GCM) -> bytes:
    """enc || ciphertext || tag, sequence number 0."""
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = private.public_key().public_bytes_raw()
    key, nonce = schedule(_shared(private.exchange(X25519PublicKey.from_public_bytes(recipient)), enc, recipient), info, aead)
    return enc + AESGCM(key).encrypt(nonce, plain, aad)


def open_(sealed: bytes, private: bytes, info: bytes, *, aad: bytes = b"", aead: int = AES_256_GCM) -> bytes:
    """The reverse of `seal`; raises InvalidTag."""
    mine = X25519PrivateKey.from_private_bytes(private)
    enc, rest = sealed[:32], sealed[32:]
    point = mine.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = schedule(_shared(point, enc, mine.public_key().public_bytes_raw()), info, aead)
    return AESGCM(key).decrypt(nonce, rest, aad)
