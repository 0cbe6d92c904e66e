"""The event line: canonical form, hash chain, references, hybrid logical clock.

Rules kept here
- a line is its own canonical form, byte for byte: `json.dumps(sort_keys, ensure_ascii=False, separators=(",", ":"))` in UTF-8;
- no floats, no nulls, integers below 2**53 either side of zero, at most 16 levels, no lone surrogates, at most 64 KiB, text at most
  10,000 characters (a `blob.part` carries its piece in `data`, so that one text may be longer);
- exactly the keys by, d, dev, ep, hlc, seq, t, v, each of its type;
- the chain hashes the digest of a line, so a line can later be shown without its neighbours, and its neighbours as digests;
- a clock is advanced by its own device only, never by a stamp that was received.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn

from xieli_sync.errors import SyncError

LINE_LIMIT = 64 * 1024
DEPTH_LIMIT = 16
INT_LIMIT = 2**53
TEXT_LIMIT = 10_000
ZERO = "0" * 64
"""hash_0 of every chain."""

_CHAIN_LABEL = b"xieli/event/v1\0"
_KEYS = frozenset({"by", "d", "dev", "ep", "hlc", "seq", "t", "v"})
_TYPE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[a-z0-9_]{1,40}){0,3}")
_BY = re.compile(r"[0-9A-Za-z_-]{1,40}")
_HEX = {size: re.compile(rf"[0-9a-f]{{{size}}}") for size in (16, 32, 64)}
_REF = re.compile(r"([0-9a-f]{32}):([0-9a-f]{16}):([1-9][0-9]{0,15}):([0-9a-f]{32})")
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""A JSON string or the unclosed rest; possessive, so that hostile bytes cost linear time."""
_LONG_FIELD = ("blob.part", "data")


class Line(NamedTuple):
    """A parsed event line; `raw` is the exact bytes it came as, `d` its payload."""

    by: str
    d: dict[str, Any]
    dev: str
    ep: str
    hlc: tuple[int, int]
    seq: int
    t: str
    v: int
    raw: bytes


class Ref(NamedTuple):
    """A reference to an event; `hash16` is the first 16 bytes of its chain hash as 32 hex digits."""

    dev: str
    ep: str
    seq: int
    hash16: str


def _no_float(_text: str) -> NoReturn:
    raise SyncError("XL-S02", "float")


def _small_int(text: str) -> int:
    value = int(text)
    if not -INT_LIMIT < value < INT_LIMIT:
        raise SyncError("XL-S02", "integer too large")
    return value


_decode = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_small_int).decode
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode


def _no_json(_value: object) -> NoReturn:
    raise SyncError("XL-S02", "not a JSON value")


_chunks: Callable[[Any, int], Iterable[str]] | None = None
if (_make := getattr(json.encoder, "c_make_encoder", None)) is not None:  # what `encode` of the library makes anew for every line
    _chunks = _make(None, _no_json, json.encoder.encode_basestring, None, ":", ",", True, False, False)


def _encoded(value: Any) -> bytes:
    """The text of a value whose shape was settled, in UTF-8."""
    return (_encode(value) if _chunks is None else "".join(_chunks(value, 0))).encode("utf-8")


def is_hex(value: object, size: int) -> bool:
    """Whether a JSON value is lower-case hex of exactly `size` (16, 32 or 64) digits."""
    return type(value) is str and _HEX[size].fullmatch(value) is not None


def is_int(value: object, low: int = 0) -> bool:
    """Whether a JSON value is an integer (never a boolean) of at least `low` and below 2**53."""
    return type(value) is int and low <= value < INT_LIMIT


def _check(value: object, depth: int) -> None:
    """Walk a value; depth counts the containers around it, so a scalar inside 16 containers is still allowed."""
    kind = type(value)
    if kind is str or kind is bool:
        return
    if kind is int:
        if not -INT_LIMIT < value < INT_LIMIT:  # type: ignore[operator]
            raise SyncError("XL-S02", "integer too large")
    elif kind is dict:
        if depth >= DEPTH_LIMIT:
            raise SyncError("XL-S02", "too deep")
        for key, item in value.items():  # type: ignore[attr-defined]
            if type(key) is not str:
                raise SyncError("XL-S02", "key is not text")
            _check(item, depth + 1)
    elif kind is list or kind is tuple:
        if depth >= DEPTH_LIMIT:
            raise SyncError("XL-S02", "too deep")
        for item in value:  # type: ignore[attr-defined]
            _check(item, depth + 1)
    elif value is None:
        raise SyncError("XL-S02", "null")
    else:
        raise SyncError("XL-S02", "float" if kind is float else "not a JSON value")


def canonical(obj: object) -> bytes:
    """The one byte form of a JSON value.

    Raises:
        SyncError: XL-S02 for a float, a null, an integer of 2**53 or more, more than 16 levels or a lone surrogate.
    """
    _check(obj, 0)
    try:
        return _encoded(obj)
    except UnicodeEncodeError:
        raise SyncError("XL-S02", "lone surrogate") from None


def _too_deep(data: bytes) -> bool:
    """Whether brackets outside strings nest past the limit; asked before json sees the bytes, so nesting can exhaust no stack."""
    if data.count(b"[") + data.count(b"{") <= DEPTH_LIMIT:
        return False
    depth = 0
    for byte in _STRINGS.sub(b"", data):
        if byte in b"[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def parse_canonical(data: bytes, limit: int = LINE_LIMIT) -> Any:
    """Parse bytes that must be their own canonical form; duplicate keys, odd spacing and odd escapes therefore fail.

    Raises:
        SyncError: XL-S02.
    """
    if len(data) > limit:
        raise SyncError("XL-S02", "too long")
    if _too_deep(data):
        raise SyncError("XL-S02", "too deep")
    try:
        value = _decode(data.decode("utf-8"))
        # Of what the walk looks for, the decoder settled floats and integers, the brackets settled the depth: only a null is left, and
        # bytes without the word hold none. Most lines are such; this halves the cost of a line.
        if b"null" in data:
            _check(value, 0)
        same = _encoded(value) == data
    except (ValueError, RecursionError):
        # ValueError covers bad UTF-8, bad JSON, lone surrogates and integers longer than Python reads.
        raise SyncError("XL-S02", "not JSON") from None
    if not same:
        raise SyncError("XL-S02", "not canonical")
    return value


def _long_text(value: object) -> bool:
    if type(value) is str:
        return len(value) > TEXT_LIMIT
    if type(value) is dict:
        return any(len(key) > TEXT_LIMIT or _long_text(item) for key, item in value.items())
    return type(value) is list and any(_long_text(item) for item in value)


def parse_line(data: bytes) -> Line:
    """Parse one event line, strictly.

    Raises:
        SyncError: XL-S02; the detail names the rule or the key, never content.
    """
    value = parse_canonical(data)
    if type(value) is not dict or value.keys() != _KEYS:
        raise SyncError("XL-S02", "keys")
    by, d, dev, ep, hlc, seq, t, v = (
        value["by"], value["d"], value["dev"], value["ep"], value["hlc"], value["seq"], value["t"], value["v"],
    )  # fmt: skip
    if type(by) is not str or _BY.fullmatch(by) is None:
        raise SyncError("XL-S02", "by")
    if type(d) is not dict:
        raise SyncError("XL-S02", "d")
    if not is_hex(dev, 32):
        raise SyncError("XL-S02", "dev")
    if not is_hex(ep, 16):
        raise SyncError("XL-S02", "ep")
    if type(hlc) is not list or len(hlc) != 2 or not is_int(hlc[0]) or not is_int(hlc[1]):
        raise SyncError("XL-S02", "hlc")
    if not is_int(seq, 1):
        raise SyncError("XL-S02", "seq")
    if type(t) is not str or _TYPE_NAME.fullmatch(t) is None:
        raise SyncError("XL-S02", "t")
    if not is_int(v, 1):
        raise SyncError("XL-S02", "v")
    # No text of 10,000 characters fits into fewer bytes, so short lines skip the walk.
    if len(data) > TEXT_LIMIT:
        rest = {key: item for key, item in d.items() if (t, key) != _LONG_FIELD}
        if _long_text(rest):
            raise SyncError("XL-S02", "text too long")
    return Line(by, d, dev, ep, (hlc[0], hlc[1]), seq, t, v, data)


def make_line(*, by: str, d: dict[str, Any], dev: str, ep: str, hlc: tuple[int, int], seq: int, t: str, v: int) -> Line:
    """Make a line; it passes the same checks as one that arrives, so nothing is written here that a desk would refuse.

    Raises:
        SyncError: XL-S02.
    """
    return parse_line(canonical({"by": by, "d": d, "dev": dev, "ep": ep, "hlc": list(hlc), "seq": seq, "t": t, "v": v}))


def line_digest(line: bytes) -> str:
    """SHA-256 of the exact bytes of a line, hex64: what may be shown of a neighbour's line."""
    return sha256(line).hexdigest()


def chain_digest(prev_hex: str, digest_hex: str) -> str:
    """The chain hash after a line of which only the digest is known."""
    return sha256(_CHAIN_LABEL + bytes.fromhex(prev_hex) + bytes.fromhex(digest_hex)).hexdigest()


def chain_hash(prev_hex: str, line: bytes) -> str:
    """hash_i = SHA-256("xieli/event/v1\\0" || hash_{i-1} || SHA-256(line)), hex64. `prev_hex` of the first line is ZERO."""
    return sha256(_CHAIN_LABEL + bytes.fromhex(prev_hex) + sha256(line).digest()).hexdigest()


def ref_text(dev: str, ep: str, seq: int, hash_hex: str) -> str:
    """The text of a reference; takes the full chain hash (hex64) or its first 32 digits."""
    return f"{dev}:{ep}:{seq}:{hash_hex[:32]}"


def parse_ref(text: str) -> Ref:
    """Parse a reference.

    Raises:
        SyncError: XL-S02.
    """
    match = _REF.fullmatch(text)
    if match is None or int(match[3]) >= INT_LIMIT:
        raise SyncError("XL-S02", "reference")
    return Ref(match[1], match[2], int(match[3]), match[4])


def next_hlc(last: tuple[int, int], now_ms: int) -> tuple[int, int]:
    """The next stamp of this device: wall time when it moved on, else the own last one with the counter raised."""
    return (now_ms, 0) if now_ms > last[0] else (last[0], last[1] + 1)
