"""Delivery lines and the rules of who owes whom a file: returns, receipts both ways, idle stays idle.

Rules kept here
- a delivery line is canonical JSON `{"k":…,"r":n,…}`, hash-chained per (issuer dev, issuer ep, to); a re-sent r is the same line for ever;
- k = event carries the exact original line and its hash: identity stays its author's;
- a receipt is cumulative per chain: everything up to `seq` is held and ok but for the ranges of `not_ok`; a held line beyond `seq` is named in
  a range even when it is ok. More than 1,000 ranges go on in further lines, each with the seqs it speaks about (`cover`). A forked chain has one
  receipt per branch, which names its own lines from the fork on (`branch`); a closed epoch also one at the `prev` that closed it;
- an export is owed while anything but `audit.*` and a content-less `return.received` is unreceipted by the county;
- a return is owed for a line never written, for unacknowledged content, or for any unacknowledged line once the laptop was heard again.

Line kinds (each also carries r): event{line,hash} · receipt{dev,ep,seq,head,not_ok[,cover][,branch]} · resend{dev,ep,from,to} · time{ms} ·
head{ep,seq,head[,old]} · grant{root,certs,role,area,villages,operators,desks,local} · draft{draft} · file{bid,part,of,data} · echoed{issuer,ep,upto}.
A k this program does not know is kept in the chain and not applied; what a reader must know would stand in `crit` of the core.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from xieli_sync.errors import SyncError
from xieli_sync.event import LINE_LIMIT, ZERO, Line, canonical, is_hex, is_int, parse_canonical, parse_line

DELIVERY_LIMIT = 3 * LINE_LIMIT
"""An event line inside a JSON text at most doubles."""
RANGES_PER_LINE = 1000
CONTENT = frozenset({"event", "grant", "resend", "draft"})
"""Kinds whose acknowledgement counts as content, and that are sent again until acknowledged."""
STATUSES = frozenset({"ok", "quarantined", "unknown"})

_LABEL = b"xieli/delivery/v1\0"
FILE_PIECE = 131_072
"""Characters of base64 in one `file` line (96 KiB of a bundle)."""
FILE_PIECES = 192

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_CODE = re.compile(r"(?:XL-[A-Z][0-9]{2})?")


# -- what a line says ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventItem:
    """An event of any author, vouched for by the issuer. `raw` is the exact line, `parsed` the same read."""

    raw: bytes
    hash: str
    parsed: Line

    k = "event"


class Range(NamedTuple):
    """Events first..last of a chain have this status and code."""

    first: int
    last: int
    status: str
    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a desk holds of one chain (or one branch of it), up to `seq` with hash `head`, and what of it is not ok."""

    dev: str
    ep: str
    seq: int
    head: str
    not_ok: tuple[Range, ...] = ()
    cover: tuple[int, int] | None = None
    branch: tuple[tuple[int, str], ...] = ()

    k = "receipt"

    def says(self, seq: int, hash_hex: str) -> tuple[str, str] | None:
        """(status, code) of an event, None when this receipt does not speak about it."""
        if self.cover is not None and not self.cover[0] <= seq <= self.cover[1]:
            return None
        if self.branch and seq >= self.branch[0][0] and (seq, hash_hex[:32]) not in self.branch:
            return None
        at = bisect_right(self.not_ok, seq, key=lambda x: x.first) - 1
        if at >= 0 and seq <= self.not_ok[at].last:
            return self.not_ok[at].status, self.not_ok[at].code
        return ("ok", "") if seq <= self.seq else None


@dataclass(frozen=True, slots=True)
class Resend:
    """The desk asks for events first..last of (dev, ep) again."""

    dev: str
    ep: str
    first: int
    last: int

    k = "resend"


@dataclass(frozen=True, slots=True)
class TimeItem:
    """The desk's wall clock, ms."""

    ms: int

    k = "time"


@dataclass(frozen=True, slots=True)
class HeadItem:
    """The issuer's own chain head; `old` = last (issuer ep, r, head) it remembers of each earlier issuer epoch towards this laptop."""

    ep: str
    seq: int
    head: str
    old: tuple[tuple[str, int, str], ...] = ()

    k = "head"


@dataclass(frozen=True, slots=True)
class GrantItem:
    """The grant object: root, certs, role, area, villages, operators, desks, local."""

    grant: Mapping[str, Any]

    k = "grant"


@dataclass(frozen=True, slots=True)
class DraftItem:
    """A draft handed down; its inside is the product's."""

    draft: Mapping[str, Any]

    k = "draft"


@dataclass(frozen=True, slots=True)
class FileItem:
    """Piece `part` of `of` of a bundle the sender had not delivered: base64 of its bytes. In a hand-over only; the successor carries it on."""

    bid: str
    part: int
    of: int
    data: str

    k = "file"


@dataclass(frozen=True, slots=True)
class Echoed:
    """The county took back the returns of an earlier issuer epoch up to `upto`."""

    issuer: str
    ep: str
    upto: int

    k = "echoed"


@dataclass(frozen=True, slots=True)
class OtherItem:
    """A kind of a later version: kept, not applied."""

    k: str


Item = EventItem | Receipt | Resend | TimeItem | HeadItem | GrantItem | DraftItem | FileItem | Echoed | OtherItem


# -- making lines ----------------------------------------------------------------------------------------------------------------------


def delivery_hash(prev_hex: str, line: bytes) -> str:
    """hash_r = SHA-256("xieli/delivery/v1\\0" || hash_{r-1} || SHA-256(line)), hex64; before r = 1 it is 64 zeros."""
    return delivery_digest(prev_hex, sha256(line).hexdigest())


def delivery_digest(prev_hex: str, digest_hex: str) -> str:
    """The same hash for somebody who has the digest of the line only."""
    return sha256(_LABEL + bytes.fromhex(prev_hex) + bytes.fromhex(digest_hex)).hexdigest()


def event_line(r: int, line: bytes, hash_hex: str) -> bytes:
    """An event, by its exact line."""
    return canonical({"r": r, "k": "event", "line": line.decode("utf-8"), "hash": hash_hex})


def receipt_line(r: int, receipt: Receipt) -> bytes:
    """One receipt (see `receipts` for those of a chain)."""
    body: dict[str, Any] = {"r": r, "k": "receipt", "dev": receipt.dev, "ep": receipt.ep, "seq": receipt.seq, "head": receipt.head}
    body["not_ok"] = [list(x) for x in receipt.not_ok]
    if receipt.cover is not None:
        body["cover"] = list(receipt.cover)
    if receipt.branch:
        body["branch"] = [list(x) for x in receipt.branch]
    return canonical(body)


def resend_line(r: int, dev: str, ep: str, first: int, last: int) -> bytes:
    """A request to send events again."""
    return canonical({"r": r, "k": "resend", "dev": dev, "ep": ep, "from": first, "to": last})


def time_line(r: int, ms: int) -> bytes:
    """The desk's clock."""
    return canonical({"r": r, "k": "time", "ms": ms})


def head_line(r: int, ep: str, seq: int, head: str, old: Sequence[tuple[str, int, str]] = ()) -> bytes:
    """The issuer's own head; appended whenever it has changed."""
    body: dict[str, Any] = {"r": r, "k": "head", "ep": ep, "seq": seq, "head": head}
    if old:
        body["old"] = [list(x) for x in old]
    return canonical(body)


def grant_line(r: int, grant: Mapping[str, Any]) -> bytes:
    """A grant {root, certs, role, area, villages, operators, desks, local}."""
    line = canonical({"r": r, "k": "grant", **grant})
    parse_delivery(line)
    return line


def draft_line(r: int, draft: Mapping[str, Any]) -> bytes:
    """A draft."""
    return canonical({"r": r, "k": "draft", "draft": dict(draft)})


def file_line(r: int, item: FileItem) -> bytes:
    """A piece of a bundle."""
    return canonical({"r": r, "k": "file", "bid": item.bid, "part": item.part, "of": item.of, "data": item.data})


def echoed_line(r: int, issuer: str, ep: str, upto: int) -> bytes:
    """An echo was taken back up to r = `upto`."""
    return canonical({"r": r, "k": "echoed", "issuer": issuer, "ep": ep, "upto": upto})


# -- reading lines ---------------------------------------------------------------------------------------------------------------------


def _need(held: bool, what: str) -> None:
    if not held:
        raise SyncError("XL-C01", f"delivery line: {what}")


_GRANT_KEYS = frozenset({"root", "certs", "role", "area", "villages", "operators", "desks", "local"})
_FIELDS: dict[str, frozenset[str]] = {
    "event": frozenset({"line", "hash"}),
    "receipt": frozenset({"dev", "ep", "seq", "head", "not_ok"}),
    "resend": frozenset({"dev", "ep", "from", "to"}),
    "time": frozenset({"ms"}),
    "head": frozenset({"ep", "seq", "head"}),
    "grant": _GRANT_KEYS,
    "draft": frozenset({"draft"}),
    "file": frozenset({"bid", "part", "of", "data"}),
    "echoed": frozenset({"issuer", "ep", "upto"}),
}
_OPTIONAL = {"receipt": frozenset({"cover", "branch"}), "head": frozenset({"old"})}


def _receipt(v: Mapping[str, Any]) -> Receipt:
    _need(is_hex(v["dev"], 32) and is_hex(v["ep"], 16) and is_int(v["seq"]) and is_hex(v["head"], 64), "receipt")
    _need((v["seq"] == 0) == (v["head"] == ZERO), "receipt head")
    _need(type(v["not_ok"]) is list and len(v["not_ok"]) <= RANGES_PER_LINE, "not_ok")
    found: list[Range] = []
    for x in v["not_ok"]:
        _need(type(x) is list and len(x) == 4 and is_int(x[0], 1) and is_int(x[1], 1) and x[0] <= x[1], "range")
        _need(type(x[2]) is str and x[2] in STATUSES and type(x[3]) is str and _CODE.fullmatch(x[3]) is not None, "range status")
        _need(not found or found[-1].last < x[0], "range order")
        found.append(Range(*x))
    cover = None
    if "cover" in v:
        c = v["cover"]
        _need(type(c) is list and len(c) == 2 and is_int(c[0], 1) and is_int(c[1], 1) and c[0] <= c[1], "cover")
        cover = (c[0], c[1])
    branch: list[tuple[int, str]] = []
    if "branch" in v:
        _need(type(v["branch"]) is list and 0 < len(v["branch"]) <= RANGES_PER_LINE, "branch")
        for y in v["branch"]:
            _need(type(y) is list and len(y) == 2 and is_int(y[0], 1) and is_hex(y[1], 32), "branch line")
            _need(not branch or y[0] == branch[-1][0] + 1, "branch order")
            branch.append((y[0], y[1]))
    return Receipt(v["dev"], v["ep"], v["seq"], v["head"], tuple(found), cover, tuple(branch))


def _grant(v: Mapping[str, Any]) -> GrantItem:
    texts = all(type(x) is str and x for x in (v["area"], *(v["villages"] if type(v["villages"]) is list else [0])))
    _need(is_hex(v["root"], 64) and v["role"] in ("village", "township", "county") and texts, "grant")
    for name in ("certs", "operators", "desks"):
        _need(type(v[name]) is list and all(type(x) is dict for x in v[name]), name)
    _need(type(v["local"]) in (list, dict), "local")
    return GrantItem({name: v[name] for name in _GRANT_KEYS})


def parse_delivery(line: bytes) -> tuple[int, Item]:
    """(r, what the line says), strictly.

    Raises:
        SyncError: XL-C01; the detail names the key, never content.
    """
    try:
        v = parse_canonical(line, DELIVERY_LIMIT)
    except SyncError as err:
        raise SyncError("XL-C01", "delivery line") from err
    _need(type(v) is dict and is_int(v.get("r"), 1) and type(v.get("k")) is str, "r, k")
    k: str = v["k"]
    if k not in _FIELDS:
        return v["r"], OtherItem(k)
    given = v.keys() - {"r", "k"}
    _need(_FIELDS[k] <= given <= _FIELDS[k] | _OPTIONAL.get(k, frozenset()), f"keys of {k}")
    return v["r"], _ITEMS[k](v)


def _event(v: Mapping[str, Any]) -> EventItem:
    _need(type(v["line"]) is str and is_hex(v["hash"], 64), "event")
    raw = v["line"].encode("utf-8")
    try:
        return EventItem(raw, v["hash"], parse_line(raw))
    except SyncError as err:
        raise SyncError("XL-C01", "event line") from err


def _resend(v: Mapping[str, Any]) -> Resend:
    _need(is_hex(v["dev"], 32) and is_hex(v["ep"], 16) and is_int(v["from"], 1) and is_int(v["to"], 1) and v["from"] <= v["to"], "resend")
    return Resend(v["dev"], v["ep"], v["from"], v["to"])


def _time(v: Mapping[str, Any]) -> TimeItem:
    _need(is_int(v["ms"]), "time")
    return TimeItem(v["ms"])


def _head(v: Mapping[str, Any]) -> HeadItem:
    old = v.get("old", [])
    _need(is_hex(v["ep"], 16) and is_int(v["seq"]) and is_hex(v["head"], 64) and type(old) is list, "head")
    for x in old:
        _need(type(x) is list and len(x) == 3 and is_hex(x[0], 16) and is_int(x[1]) and is_hex(x[2], 64), "old")
    return HeadItem(v["ep"], v["seq"], v["head"], tuple((x[0], x[1], x[2]) for x in old))


def _draft(v: Mapping[str, Any]) -> DraftItem:
    _need(type(v["draft"]) is dict, "draft")
    return DraftItem(v["draft"])


def _file(v: Mapping[str, Any]) -> FileItem:
    _need(is_hex(v["bid"], 32) and is_int(v["part"], 1) and is_int(v["of"], 1) and v["part"] <= v["of"] <= FILE_PIECES, "file")
    _need(type(v["data"]) is str and 0 < len(v["data"]) <= FILE_PIECE and _BASE64.fullmatch(v["data"]) is not None, "file data")
    return FileItem(v["bid"], v["part"], v["of"], v["data"])


def _echoed(v: Mapping[str, Any]) -> Echoed:
    _need(is_hex(v["issuer"], 32) and is_hex(v["ep"], 16) and is_int(v["upto"]), "echoed")
    return Echoed(v["issuer"], v["ep"], v["upto"])


_ITEMS: dict[str, Callable[[Mapping[str, Any]], Item]] = {
    "event": _event, "receipt": _receipt, "resend": _resend, "time": _time, "head": _head, "grant": _grant, "draft": _draft, "file": _file,
    "echoed": _echoed,
}  # fmt: skip
