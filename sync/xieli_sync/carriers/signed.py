"""The signed header of one upload request, for both ends.

Rules kept here (SPEC section 11)
- Ed25519 by the device's key over `"xieli/http/v1\\0" || canonical({at, dev, digest, kid, length, method, net, nonce, offset, path})`: method and path,
  where the part begins, how long the whole file is, the digest of the part, when and once;
- the path is always `/bundles/<sha256>`, whatever a proxy in front made of it; nothing in it names a person or a village;
- a header that is not exactly so is no header: nothing of it is looked at, nothing of it is repeated in a log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from xieli_sync.errors import SyncError
from xieli_sync.event import canonical
from xieli_sync.keys import SigningKey, verify_raw

SCHEME = "Xieli"
OFFSET = "Upload-Offset"
LENGTH = "Upload-Length"
CODE = "Xieli-Code"
TIME = "Xieli-Time"
MEDIA_TYPE = "application/offset+octet-stream"
PIECE_LIMIT = 1024 * 1024
"""The largest part of a file in one request: it is held in memory until its digest is known to be the signed one."""
NO_BYTES = sha256(b"").hexdigest()

_LABEL = b"xieli/http/v1\0"
_HEADER = re.compile(
    r"Xieli dev=(?P<dev>[0-9a-f]{32}), ?kid=(?P<kid>[0-9a-f]{16}), ?at=(?P<at>0|[1-9][0-9]{0,15}), ?nonce=(?P<nonce>[0-9a-f]{32}), ?"
    r"digest=(?P<digest>[0-9a-f]{64}), ?sig=(?P<sig>[0-9a-f]{128})"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST = 2**53 - 1


def path_of(digest: str) -> str:
    """The signed path of a file."""
    return f"/bundles/{digest}"


def is_digest(text: str) -> bool:
    """64 lower-case hex digits and nothing else: what may stand in a path and become a file name."""
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself. `at` is ms of the sender's clock, `digest` that of the part it carries, `length` that of the whole file."""

    method: str
    file: str
    net: str
    dev: str
    kid: str
    at: int
    nonce: str
    offset: int
    length: int
    digest: str

    def message(self) -> bytes:
        """The bytes signed."""
        return _LABEL + canonical({
            "at": self.at, "dev": self.dev, "digest": self.digest, "kid": self.kid, "length": self.length, "method": self.method, "net": self.net,
            "nonce": self.nonce, "offset": self.offset, "path": path_of(self.file),
        })

    def header(self, key: SigningKey) -> str:
        """The value of `Authorization`."""
        signature = key.sign_bytes(self.message()).hex()
        return f"{SCHEME} dev={self.dev}, kid={self.kid}, at={self.at}, nonce={self.nonce}, digest={self.digest}, sig={signature}"


def read(header: str, *, method: str, file: str, net: str, offset: int, length: int) -> tuple[Claim, bytes]:
    """A header as the claim it makes about this very request, and its signature (not yet checked).

    Raises:
        SyncError: XL-K02, it is not such a header.
    """
    found = _HEADER.fullmatch(header)
    if found is None or int(found["at"]) > _MOST:
        raise SyncError("XL-K02", "header")
    claim = Claim(method, file, net, found["dev"], found["kid"], int(found["at"]), found["nonce"], offset, length, found["digest"])
    return claim, bytes.fromhex(found["sig"])


def holds(claim: Claim, signature: bytes, sign_pub: bytes) -> bool:
    """Whether this key signed this request."""
    return verify_raw(sign_pub, signature, claim.message())


def number(text: str | None) -> int | None:
    """A whole number of a header, None when it is not one."""
    if text is None or re.fullmatch(r"0|[1-9][0-9]{0,15}", text) is None:
        return None
    return min(int(text), _MOST)
