"""Echoes: a laptop gives a desk that was put back from a copy the returns it had already sent, each provable by the desk's own signature (design 04).

Rules kept here
- of every return and grant taken in, its envelope is kept: core, wraps, digest of the body, signatures. With its delivery lines, which the core's
  `prev` and `head` bind, anybody can check it without the body;
- the lines of an echo are, for each return, one line with its envelope, then its delivery lines as they came; they are chained from 64 zeros by
  `echo_hash` to the head of the echo's core, whose `first` is 1;
- a whole return or none of it: the signature covers all its lines;
- owed is what lies beyond the last r its issuer says it remembers (`old` in the last head line of the issuer's current epoch, where its hash is ours)
  and beyond what the county took (`echoed`). Before the new epoch's first head line nothing is known, so nothing is owed;
- of what a return relays only this is taken out of an echo: everything from the county's or the own returns, the township's own lines from a
  township's; a county-authored line only out of a return signed by the county.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from xieli_sync import container, delivery, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, canonical, is_hex, parse_canonical
from xieli_sync.identity import verify_links
from xieli_sync.ports import Delivered, Envelope, Role, Signer

ENVELOPE_LIMIT = 2 * (container.CORE_LIMIT + container.WRAPS_LIMIT + container.SIGS_LIMIT)
"""A JSON text inside a JSON text at most doubles."""
ROOM = 256 * 1024
"""Bytes, and one line, that an issuer leaves free in every return, so that it can be echoed whole."""
GROUP_LIMIT = container.FILE_LIMIT - 2 * ROOM
"""Bytes before deflating up to which several returns share one echo."""

_LABEL = b"xieli/echo/v1\0"
_KEYS = frozenset({"k", "core", "wraps", "sigs", "body"})


def echo_hash(prev_hex: str, line: bytes) -> str:
    """hash_i = SHA-256("xieli/echo/v1\\0" || hash_{i-1} || SHA-256(line)), hex64; before the first it is 64 zeros."""
    return sha256(_LABEL + bytes.fromhex(prev_hex) + sha256(line).digest()).hexdigest()


def chain(lines: Iterable[bytes]) -> str:
    """The head of an echo of these lines."""
    head = ZERO
    for line in lines:
        head = echo_hash(head, line)
    return head


# -- writing ---------------------------------------------------------------------------------------------------------------------------


def envelope_of(bundle: container.Bundle) -> Envelope:
    """What is kept of a return."""
    return Envelope(bundle.core_bytes, bundle.wraps_bytes, sha256(bundle.body).hexdigest(), bundle.sigs_bytes)


def lines_of(envelope: Envelope, lines: Sequence[bytes]) -> list[bytes]:
    """One return as lines of an echo."""
    texts = {"core": envelope.core, "wraps": envelope.wraps, "sigs": envelope.sigs}
    head = canonical({"k": "return", "body": envelope.body, **{name: part.decode("utf-8") for name, part in texts.items()}})
    return [head, *lines]


def grouped(returns: Iterable[Sequence[bytes]]) -> list[list[bytes]]:
    """Echoed returns (`lines_of`) laid into as few files as is safe; one that leaves no room for its envelope cannot be echoed and is left out."""
    files: list[list[bytes]] = []
    room = 0
    for lines in returns:
        size = sum(len(line) + 1 for line in lines)
        if len(lines) > container.LINES_LIMIT or size > container.PLAIN_LIMIT:
            continue
        if files and size <= room and len(files[-1]) + len(lines) <= container.LINES_LIMIT:
            files[-1] += lines
            room -= size
        else:
            files.append(list(lines))
            room = GROUP_LIMIT - size
    return files


def beyond(point: int, old: Iterable[tuple[str, int, str]], echoed: Iterable[delivery.Echoed], issuer: str, ep: str, hash_at: str | None) -> int:
    """The last r of an earlier issuer epoch that need not be echoed.

    Args:
        point: highest r taken of that epoch.
        old: `old` of the last head line of the issuer's current epoch.
        echoed: what the county took back, as its current epoch says.
        hash_at: our hash at the r that `old` names for this epoch; another desk memory of it does not count.
    """
    done = [x.upto for x in echoed if (x.issuer, x.ep) == (issuer, ep)]
    done += [r for name, r, head in old if name == ep and (r == 0 or head == hash_at)]
    return min(max(done, default=0), point)


# -- reading ---------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Returned:
    """One return out of an echo, checked: who signed it, its issuer epoch, and its delivery lines as the importer takes them."""

    signer: Signer
    kind: str
    ep: str
    lines: tuple[Delivered, ...]


def _envelope(line: bytes) -> Envelope:
    try:
        v = parse_canonical(line, ENVELOPE_LIMIT)
    except SyncError as err:
        raise SyncError("XL-C01", "envelope") from err
    texts = type(v) is dict and v.keys() == _KEYS and v["k"] == "return" and all(type(v[name]) is str for name in _KEYS)
    if not texts or not is_hex(v["body"], 64):
        raise SyncError("XL-C01", "envelope")
    return Envelope(v["core"].encode(), v["wraps"].encode(), v["body"], v["sigs"].encode())


def read(lines: Sequence[bytes], *, sender: str, net: str, root: bytes) -> list[Returned]:
    """The returns of an echo, each checked like a return: its parts, its signer from the root, its signature, its chain; versions may have fallen,
    the desk has a higher generation since.

    Raises:
        SyncError: XL-C01 lines that are no whole returns to the sender, XL-B05, XL-U01, XL-N01, XL-B06, XL-K01, XL-K02, XL-K03 as for a file.
    """
    found: list[Returned] = []
    at = 0
    while at < len(lines):
        envelope = _envelope(lines[at])
        bundle = container.read_parts(envelope.core, envelope.wraps, envelope.sigs)
        core = bundle.core
        container.check_core(core, net)
        if core["kind"] not in ("return", "grant") or core.get("to") != sender or at + core["n"] >= len(lines):
            raise SyncError("XL-C01", "envelope")
        links = verify_links(core["cert"], root)
        signer = links[-1]
        if signer.dev != core["dev"] or signer.kid != core["kid"]:
            raise SyncError("XL-K01", "signer")
        seal.verify_signature(bundle, signer, links, body_digest=bytes.fromhex(envelope.body))
        if signer.role not in container.SENDERS[core["kind"]]:
            raise SyncError("XL-K03")
        part = lines[at + 1 : at + 1 + core["n"]]
        found.append(Returned(signer, core["kind"], core["ep"], tuple(delivery_lines(core["first"], core["prev"], core["head"], part))))
        at += 1 + core["n"]
    return found


def delivery_lines(first: int, prev: str, head: str, lines: Sequence[bytes]) -> list[Delivered]:
    """Row 17 for delivery lines first, first + 1, …: r follows, the chain goes from `prev` to `head`.

    Raises:
        SyncError: XL-C01.
    """
    if first == 1 and prev != ZERO:
        raise SyncError("XL-C01", "prev")
    found: list[Delivered] = []
    hash_hex = prev
    for number, line in enumerate(lines, first):
        r, item = delivery.parse_delivery(line)
        if r != number:
            raise SyncError("XL-C01", "r")
        hash_hex = delivery.delivery_hash(hash_hex, line)
        found.append(Delivered(r, hash_hex, line, item))
    if hash_hex != head:
        raise SyncError("XL-C01", "head")
    return found


def vouched(item: delivery.EventItem, signer: Signer, author: Role, me: str) -> bool:
    """Whether an echoed return vouches for a line it relays: the county's for all, one's own for all but county lines, a township's for its own."""
    if signer.role == "county":
        return True
    return author != "county" and (signer.dev == me or item.parsed.dev == signer.dev)
