"""What every contender that writes a file does: whole, flushed, renamed; and an age-shaped encryption for those that have none of their own."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CHUNK = 64 * 1024


def lay_down(path: Path, data: bytes) -> None:
    """Write, fsync, rename, fsync the folder."""
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def encrypt(data: bytes, to: X25519PublicKey) -> bytes:
    """One X25519 recipient, HKDF-SHA256, ChaCha20-Poly1305 over 64 KiB chunks: the work age (age-encryption.org/v1) does, without its text header.
    It hides the content; it says nothing of who wrote it."""
    mine = X25519PrivateKey.generate()
    public = mine.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wrap = ChaCha20Poly1305(HKDF(SHA256(), 32, public, b"wrap").derive(mine.exchange(to)))
    file_key = os.urandom(32)
    out = [public, wrap.encrypt(bytes(12), file_key, None)]
    stream = ChaCha20Poly1305(file_key)
    for at in range(0, max(len(data), 1), CHUNK):
        last = at + CHUNK >= len(data)
        out.append(stream.encrypt((at // CHUNK).to_bytes(11, "big") + bytes([last]), data[at : at + CHUNK], None))
    return b"".join(out)


def decrypt(data: bytes, key: X25519PrivateKey) -> bytes:
    """The way back."""
    public, wrapped, rest = data[:32], data[32:80], data[80:]
    wrap = ChaCha20Poly1305(HKDF(SHA256(), 32, public, b"wrap").derive(key.exchange(X25519PublicKey.from_public_bytes(public))))
    stream = ChaCha20Poly1305(wrap.decrypt(bytes(12), wrapped, None))
    out, step = [], CHUNK + 16
    for at in range(0, len(rest), step):
        last = at + step >= len(rest)
        out.append(stream.decrypt((at // step).to_bytes(11, "big") + bytes([last]), rest[at : at + step], None))
    return b"".join(out)
