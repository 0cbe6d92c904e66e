"""The bytes of a .xieli file: magic, four parts with their lengths, trailer. Parse and serialise only, no key.

Rules kept here
- rows 1-5 of the importer in `parse`, row 6 in `check_version`, row 8 in `check_limits`; the first failure decides;
- what was received is never serialised again: a Bundle keeps the exact bytes of every part, and only those are hashed and verified;
- the core and the lists of wraps and signatures are canonical JSON; hex is lower case and of exact length, so a file has one spelling;
- the trailer finds accidents for people without keys; it is no protection against anyone.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from xieli_sync.errors import SyncError
from xieli_sync.event import is_hex, is_int, parse_canonical

MAGIC = b"\x89XLB\r\n\x1a\n"
END_MARK = b"XLBEND\r\n"
FORMAT_VERSION = 1
KNOWN_SUITES = frozenset({"A1"})
"""Suites this program reads. G1 (SM2/SM3/SM4) is a reserved id, not built."""
KNOWN_CRIT: frozenset[str] = frozenset()
"""Extensions a reader must know; none exists in version 1."""

FILE_LIMIT = 16 * 1024 * 1024
CORE_LIMIT = 64 * 1024
WRAPS_LIMIT = 64 * 1024
SIGS_LIMIT = 16 * 1024
PLAIN_LIMIT = 64 * 1024 * 1024
LINES_LIMIT = 20_000

KINDS = frozenset({"changes", "return", "grant", "handover", "echo"})
ADDRESSED = frozenset({"return", "grant", "handover"})
"""Kinds whose core names the recipient device in `to`; their lines are delivery lines."""

SENDERS: dict[str, frozenset[str]] = {
    "changes": frozenset({"village", "township"}),
    "echo": frozenset({"village", "township"}),
    "handover": frozenset({"village", "township", "county"}),
    "return": frozenset({"township", "county"}),
    "grant": frozenset({"county"}),
}
"""Row 11: which roles may send a kind."""

_LENGTH = struct.Struct("<Q")
_TRAILER = 32 + len(END_MARK)
_PART_LIMITS = (CORE_LIMIT, WRAPS_LIMIT, SIGS_LIMIT, FILE_LIMIT)
_NET = re.compile(r"[0-9a-f]{32}|p[0-9a-f]{31}")
_EVEN_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_SUITE = re.compile(r"[A-Z][0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parsed file. `core` is the parsed `core_bytes`; `wraps` are {kid, ct}, `sigs` {kid, sig}; the *_bytes are as received."""

    core: dict[str, Any]
    core_bytes: bytes
    wraps: list[dict[str, str]]
    wraps_bytes: bytes
    sigs: list[dict[str, str]]
    sigs_bytes: bytes
    body: bytes
    trailer_ok: bool = True


def build(core_bytes: bytes, wraps_bytes: bytes, sigs_bytes: bytes, body: bytes) -> bytes:
    """Put the parts together."""
    out = bytearray(MAGIC)
    for part in (core_bytes, wraps_bytes, sigs_bytes, body):
        out += _LENGTH.pack(len(part)) + part
    out += sha256(out).digest() + END_MARK
    return bytes(out)


def split(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Rows 1-4: the four parts as received: core, wraps, sigs, body.

    Raises:
        SyncError: XL-B01 to XL-B04.
    """
    if len(data) > FILE_LIMIT:
        raise SyncError("XL-B01")
    if data[:4] != MAGIC[:4]:
        # A file cut inside the first four bytes is nobody's.
        raise SyncError("XL-B02", "not a bundle")
    if data[: len(MAGIC)] != MAGIC:
        raise SyncError("XL-B02" if len(data) >= len(MAGIC) else "XL-B03", "text copy")
    parts: list[bytes] = []
    at = len(MAGIC)
    for limit in _PART_LIMITS:
        if at + _LENGTH.size > len(data):
            raise SyncError("XL-B03", "cut")
        (size,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if size > limit or at + size > len(data):
            raise SyncError("XL-B03", "length")
        parts.append(data[at : at + size])
        at += size
    if len(data) != at + _TRAILER or data[at + 32 :] != END_MARK or sha256(data[:at]).digest() != data[at : at + 32]:
        raise SyncError("XL-B04")
    return parts[0], parts[1], parts[2], parts[3]


def check_core_types(core: object) -> dict[str, Any]:
    """Row 5 for a core: the keys and types of version 1. Unknown further keys are allowed; what a reader must know stands in `crit`.

    Of a core of another version or suite only v, suite and crit are looked at: it is refused as XL-U01, not as malformed.

    Raises:
        SyncError: XL-B05.
    """
    if type(core) is not dict:
        raise SyncError("XL-B05", "core")
    c = cast("dict[str, Any]", core)
    crit, cert = c.get("crit"), c.get("cert")
    if not is_int(c.get("v"), 1) or type(c.get("suite")) is not str or _SUITE.fullmatch(c["suite"]) is None:
        raise SyncError("XL-B05", "version")
    if type(crit) is not list or not all(type(name) is str for name in crit):
        raise SyncError("XL-B05", "crit")
    if c["v"] != FORMAT_VERSION or c["suite"] not in KNOWN_SUITES:
        return c
    if type(c.get("net")) is not str or _NET.fullmatch(c["net"]) is None:
        raise SyncError("XL-B05", "net")
    if type(c.get("kind")) is not str or c["kind"] not in KINDS:
        raise SyncError("XL-B05", "kind")
    for name, size in (("bid", 32), ("dev", 32), ("kid", 16), ("ep", 16), ("prev", 64), ("head", 64)):
        if not is_hex(c.get(name), size):
            raise SyncError("XL-B05", name)
    for name in ("first", "last", "n", "plain"):
        if not is_int(c.get(name)):
            raise SyncError("XL-B05", name)
    if not is_hex(c["to"], 32) if "to" in c else c["kind"] in ADDRESSED:
        raise SyncError("XL-B05", "to")
    if "to" in c and c["kind"] not in ADDRESSED:
        raise SyncError("XL-B05", "to")
    if type(cert) is not list or not all(type(link) is dict for link in cert):
        raise SyncError("XL-B05", "cert")
    return c


def _entries(data: bytes, limit: int, field: str, size: int | None, most: int) -> list[dict[str, str]]:
    """A canonical list of {kid, <field>} with distinct kids; `size` is the exact count of hex digits where the suite is known."""
    try:
        value = parse_canonical(data, limit)
    except SyncError as err:
        raise SyncError("XL-B05", field) from err
    if type(value) is not list or len(value) > most:
        raise SyncError("XL-B05", field)
    for entry in value:
        if type(entry) is not dict or entry.keys() != {"kid", field} or not is_hex(entry["kid"], 16):
            raise SyncError("XL-B05", field)
        text = entry[field]
        if type(text) is not str or _EVEN_HEX.fullmatch(text) is None or (size is not None and len(text) != size):
            raise SyncError("XL-B05", field)
    if len({entry["kid"] for entry in value}) != len(value):
        raise SyncError("XL-B05", "kid twice")
    return cast("list[dict[str, str]]", value)


def parse(data: bytes) -> Bundle:
    """Rows 1-5 of the importer.

    Raises:
        SyncError: XL-B01 to XL-B05.
    """
    return read_parts(*split(data))


def read_parts(core_bytes: bytes, wraps_bytes: bytes, sigs_bytes: bytes, body: bytes = b"") -> Bundle:
    """Row 5 for parts: of a file, or of the envelope of a return that an echo carries (which has no body).

    Raises:
        SyncError: XL-B05.
    """
    try:
        value = parse_canonical(core_bytes, CORE_LIMIT)
    except SyncError as err:
        raise SyncError("XL-B05", "core") from err
    core = check_core_types(value)
    known = core["v"] == FORMAT_VERSION and core["suite"] in KNOWN_SUITES
    # A1: a wrap is 32 bytes encapsulation + 32 content key + 16 tag, a signature 64 bytes.
    wraps = _entries(wraps_bytes, WRAPS_LIMIT, "ct", 160 if known else None, 1000)
    sigs = _entries(sigs_bytes, SIGS_LIMIT, "sig", 128 if known else None, 2)
    if known and core["kid"] not in {entry["kid"] for entry in sigs}:
        raise SyncError("XL-B05", "no signature of core.kid")
    return Bundle(core, core_bytes, wraps, wraps_bytes, sigs, sigs_bytes, body)


def check_version(core: Mapping[str, Any]) -> None:
    """Row 6.

    Raises:
        SyncError: XL-U01.
    """
    if core["v"] != FORMAT_VERSION:
        raise SyncError("XL-U01", "v")
    if core["suite"] not in KNOWN_SUITES:
        raise SyncError("XL-U01", "suite")
    if not KNOWN_CRIT.issuperset(core["crit"]):
        raise SyncError("XL-U01", "crit")


def check_limits(core: Mapping[str, Any]) -> None:
    """Row 8: 1 <= n = last - first + 1 <= 20,000 and plain <= 64 MiB.

    Raises:
        SyncError: XL-B06.
    """
    if core["first"] < 1 or not 1 <= core["n"] <= LINES_LIMIT or core["n"] != core["last"] - core["first"] + 1:
        raise SyncError("XL-B06", "n")
    if core["plain"] > PLAIN_LIMIT:
        raise SyncError("XL-B06", "plain")


def check_core(core: Mapping[str, Any], net: str | None = None) -> None:
    """Rows 6, 7 and 8 in their order; row 7 only where the own net is known (before the first grant it is not).

    Raises:
        SyncError: XL-U01, XL-N01, XL-B06.
    """
    check_version(core)
    if net is not None and core["net"] != net:
        raise SyncError("XL-N01")
    check_limits(core)
