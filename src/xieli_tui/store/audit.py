"""Walking the journal as it lies in the store: every line against its hash, every hash against the chain, every chain against its witnesses.

What this finds is an edit under the key: the file's own checks (SQLCipher's page HMAC) do not see it, because whoever edits through the key writes good pages.

Rules kept here
- a line is as it was written when its hash follows from the hash before it; what stands beside it in the row only repeats what it says;
- a row that names the line before it was written when that line was held, and nothing is ever purged: where it is gone or different, that one was altered;
- a line whose past is not held (relayed) is as the desk sent it: the delivery line that brought it holds the same bytes and lies in a chain of its own, whose end its desk
  signed (`envelope`);
- a desk that took an echo of somebody else's return keeps no line of that return: of what it brought, a line whose past is not held is not judged;
- whoever rewrites a line and all hashes behind it contradicts what was said of the chain elsewhere: where it stands (`device_head`), the cores of the bundles
  taken in, the receipts written or received, `prev` of a later epoch, and what the caller brings (the mark outside the workspace);
- nothing is written and nothing of a payload is handed out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xieli_sync import container, delivery, seal
from xieli_sync import event as wire
from xieli_sync.certs import verify_links
from xieli_sync.errors import SyncError
from xieli_tui.store import chains, epochs, journal, trust
from xieli_tui.store.store import Tx

HEX = 64
TAKEN = ("imported", "quarantined", "frozen")
Places = dict[int, dict[str, str]]
"""seq -> hash -> who says that this line is in the chain."""


@dataclass(frozen=True, slots=True)
class Bad:
    """The first fault of one chain.

    Attributes:
        dev, ep, seq: where; of a chain of delivery lines the issuer (or recipient), the issuer's epoch and r.
        what: line (altered), row (the columns beside it), missing (deleted), prev (its past was altered), witness (the chain was said to hold another
            line here), delivery (a chain of delivery lines), signed (what stands here is not what was signed).
        since: the last seq before it that a witness vouches for; 0 when none does.
        by: the witness, for `witness` and `missing`: head, mark, bundle, receipt, epoch, return.
    """

    dev: str
    ep: str
    seq: int
    what: str
    since: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain as held: first and last seq, the hash of the last, how many lines."""

    dev: str
    ep: str
    first: int
    last: int
    head: str
    events: int


@dataclass(frozen=True, slots=True)
class Walked:
    """Lines walked, the chains they make, and the first fault of each broken chain, this device's own before others'."""

    events: int
    chains: tuple[Chain, ...]
    bad: tuple[Bad, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    seq: int
    hash: str
    prev: str
    sound: bool
    """The columns repeat the line."""
    follows: bool
    """The hash follows from `prev` and the line."""
    line: bytes


def walk(tx: Tx, marks: Iterable[tuple[str, str, int, str]] = ()) -> Walked:
    """Walk every chain of the store.

    Args:
        marks: (dev, ep, seq, hash) that a chain is known to hold from outside the store.
    """
    said: dict[tuple[str, str], Places] = defaultdict(dict)
    bad: list[Bad] = []
    for dev, ep, seq, digest, by in _witnesses(tx, marks):
        if seq > 0 and len(digest) == HEX and digest != wire.ZERO:
            said[dev, ep].setdefault(seq, {}).setdefault(digest, by)
    carried, broken = _deliveries(tx)
    found: list[Chain] = []
    for dev, ep in sorted({*journal.chains(tx), *said}):
        chain, fault = _chain(tx, dev, ep, said.get((dev, ep), {}), carried.get((dev, ep), {}))
        if chain is not None:
            found.append(chain)
        if fault is not None:
            bad.append(fault)
    bad.sort(key=lambda x: (x.dev != tx.dev, x.dev, x.ep))
    return Walked(sum(x.events for x in found), tuple(found), (*bad, *broken))


# -- one chain --------------------------------------------------------------------------------------


def _rows(tx: Tx, dev: str, ep: str) -> Iterator[_Row]:
    cursor = tx.conn.exec_driver_sql(
        'SELECT seq, hash, prev, t, v, "by", hlc_ms, hlc_n, village, household, entity, "of", line FROM journal WHERE dev=? AND ep=? ORDER BY seq, rowid',
        (dev, ep),
    )
    for seq, digest, prev, t, v, by, ms, n, village, household, entity, of, line in cursor:
        raw = _bytes(line)
        follows = prev == "" or (len(str(prev)) == HEX and wire.chain_hash(str(prev), raw) == digest)
        try:
            read = wire.parse_line(raw)
        except SyncError:
            yield _Row(int(seq), str(digest), str(prev), False, False, raw)
            continue
        ref = wire.ref_text(dev, ep, int(seq), str(digest))
        places = journal.places(read.t, read.v, read.d, ref)
        sound = (read.dev, read.ep, read.seq, read.t, read.v, read.by, *read.hlc) == (dev, ep, seq, t, v, by, ms, n)
        # a type not understood when it came has itself for an entity until the rows are made anew
        sound = sound and (places[0], places[1], places[3]) == (village, household, of) and entity in (places[2], ref)
        yield _Row(int(seq), str(digest), str(prev), sound, follows, raw)


def _chain(tx: Tx, dev: str, ep: str, said: Places, carried: Mapping[int, set[tuple[str, bytes]]]) -> tuple[Chain | None, Bad | None]:
    first = last = events = 0
    head = ""
    before: dict[str, int] = {wire.ZERO: 0}
    """hash -> seq of the lines right before the ones looked at."""
    here: dict[str, int] = {}
    at = 0
    faults: list[Bad] = []
    vouched = 0
    gaps = _gaps(tx, dev, ep)
    echoed = _took_an_echo(tx) and (dev, ep) != (tx.dev, tx.ep)
    reach = journal.point(tx, dev, ep).seq
    """Up to here nothing is missing, accepted gaps apart: what is not there now was taken away."""

    def fault(seq: int, what: str, by: str = "") -> None:
        faults.append(Bad(dev, ep, seq, what, vouched if vouched < seq else 0, by))

    def closed(seq: int, hashes: Mapping[str, int]) -> None:
        nonlocal vouched
        for digest, by in said.get(seq, {}).items():
            if digest not in hashes:
                fault(seq, "witness" if hashes else "missing", by)
            elif not faults:
                vouched = seq

    for row in _rows(tx, dev, ep):
        if row.seq != at:
            closed(at, here)
            for passed in sorted(x for x in said if at < x < row.seq):
                closed(passed, {})
            absent = _absent(at + 1, min(row.seq - 1, reach), gaps)
            if absent:
                fault(absent, "missing")
            before, here, at = (here if row.seq == at + 1 else {}), {}, row.seq
            if row.seq == 1:
                before = {wire.ZERO: 0}
        first, last, head = first or row.seq, row.seq, row.hash
        events += 1
        here[row.hash] = row.seq
        if not row.follows:
            fault(row.seq, "line")
        elif not row.sound:
            fault(row.seq, "row")
        elif row.prev and row.prev not in before:
            fault(max(row.seq - 1, 1), "prev" if before else "missing")
        elif not row.prev and not (echoed and not before) and not _anchored(row, before, carried, gaps):
            fault(row.seq, "line")
    closed(at, here)
    for beyond in sorted(x for x in said if x > at):
        closed(beyond, {})
    if len(here) > 1:
        head = next((digest for digest in here if digest == journal.point(tx, dev, ep).hash), head)
    chain = Chain(dev, ep, first, last, head, events) if events else None
    return chain, min(faults, key=lambda x: x.seq, default=None)


def _absent(first: int, last: int, gaps: Iterable[tuple[int, int]]) -> int:
    """The lowest of first..last that no accepted gap explains; 0 when there is none."""
    for low, high in gaps:
        if low <= first <= high:
            first = high + 1
    return first if first <= last else 0


def _gaps(tx: Tx, dev: str, ep: str) -> list[tuple[int, int]]:
    try:
        return chains.accepted_gaps(tx, dev, ep)
    except (SyncError, ValueError, KeyError, TypeError):
        return []  # the ruling itself was altered: its own chain says so


def _anchored(row: _Row, before: Iterable[str], carried: Mapping[int, set[tuple[str, bytes]]], gaps: Iterable[tuple[int, int]]) -> bool:
    """Whether a line that names no past is as it came: it follows a line held now, a delivery line holds the same bytes, or it stands behind an accepted gap."""
    if any(wire.chain_hash(digest, row.line) == row.hash for digest in before):
        return True
    return (row.hash, row.line) in carried.get(row.seq, ()) or any(last + 1 == row.seq for _, last in gaps)


# -- what was said of chains ------------------------------------------------------------------------


def _witnesses(tx: Tx, marks: Iterable[tuple[str, str, int, str]]) -> Iterator[tuple[str, str, int, str, str]]:
    for dev, ep, seq, digest in marks:
        yield dev, ep, seq, digest, "mark"
    for dev, ep, seq, digest in tx.ask("SELECT dev, ep, seq, hash FROM device_head"):
        yield str(dev), str(ep), int(seq), str(digest), "head"
    for status, core in tx.ask("SELECT status, core FROM bundle_seen"):
        body = _object(core)
        if status in TAKEN and body.get("kind") == "changes":
            yield str(body.get("dev")), str(body.get("ep")), _number(body.get("last")), str(body.get("head")), "bundle"
    for (line,) in tx.ask("SELECT line FROM journal WHERE dev=? AND t='epoch.opened'", (tx.dev,)):
        d = _object(line).get("d")
        prev = d.get("prev") if isinstance(d, dict) else None
        if isinstance(prev, list) and len(prev) == 3:
            yield tx.dev, str(prev[0]), _number(prev[1]), str(prev[2]), "epoch"
    newest = epochs.newest(tx)
    for ep, seq, digest in tx.ask("SELECT ep, seq, head FROM receipt WHERE dev=? AND ep=?", (tx.dev, newest or "")):
        yield tx.dev, str(ep), int(seq), str(digest), "receipt"
    # of an earlier epoch an echo may have brought back words about lines that are lost for good
    for (line,) in tx.ask("SELECT line FROM delivery_out WHERE k='receipt' AND issuer_ep=?", (newest or "",)):
        body = _object(line)
        yield str(body.get("dev")), str(body.get("ep")), _number(body.get("seq")), str(body.get("head")), "receipt"


def _took_an_echo(tx: Tx) -> bool:
    if "audit.echo" not in tx.memo:  # asked for every chain
        cores = tx.column("SELECT core FROM bundle_seen WHERE status='imported' AND events>0")
        tx.memo["audit.echo"] = tx.role != "village" and any(b'"kind":"echo"' in _bytes(core) for core in cores)
    return bool(tx.memo["audit.echo"])


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _bytes(value: Any) -> bytes:
    """A stored line; b"" for what is no blob any more: an edit may leave text or a number there."""
    return value if isinstance(value, bytes) else b""


def _object(raw: Any) -> dict[str, Any]:
    """The object of a core or delivery line; {} for what was altered beyond reading (its own chain says so)."""
    try:
        found = json.loads(_bytes(raw))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


_Carried = dict[tuple[str, str], dict[int, set[tuple[str, bytes]]]]


def _deliveries(tx: Tx) -> tuple[_Carried, list[Bad]]:
    """Event lines as delivery lines brought them, and the chains of delivery lines that are broken."""
    carried: _Carried = defaultdict(lambda: defaultdict(set))
    bad: list[Bad] = []
    for table, who in (("delivery_in", "issuer"), ("delivery_out", "to_dev")):
        at: tuple[str, str] | None = None
        expect, prev, broken = 1, wire.ZERO, False
        for dev, ep, r, digest, line in tx.ask(f"SELECT {who}, issuer_ep, r, hash, line FROM {table} ORDER BY {who}, issuer_ep, r"):
            raw = _bytes(line)
            if (dev, ep) != at:
                at, expect, prev, broken = (dev, ep), 1, wire.ZERO, False
            follows = r == expect and delivery.delivery_hash(prev, raw) == digest
            if not follows and not broken:
                bad.append(Bad(str(dev), str(ep), min(int(r), expect), "delivery"))
                broken = True
            expect, prev = int(r) + 1, str(digest) if len(str(digest)) == HEX else wire.ZERO
            if follows:  # what came home in an echo was sent from here: the line that sent it is the one that brought it back
                item = _event_of(raw)
                if item is not None:
                    carried[item.parsed.dev, item.parsed.ep][item.parsed.seq].add((item.hash, item.raw))
    return carried, [*bad, *_unsigned(tx)]


def _unsigned(tx: Tx) -> list[Bad]:
    """What was signed and kept without its body, where it says another chain than the one that stands here, or where the signature does not hold."""
    root = trust.root_public(tx)
    bad: list[Bad] = []
    for issuer, ep, last, core, wraps, body, sigs in tx.ask(
        "SELECT issuer, issuer_ep, last, core, wraps, body, sigs FROM envelope ORDER BY issuer, issuer_ep, last"
    ):
        try:
            bundle = container.read_parts(_bytes(core), _bytes(wraps), _bytes(sigs))
            said = bundle.core
            links = verify_links(said["cert"], root or b"")
            seal.verify_signature(bundle, links[-1], links, body_digest=bytes.fromhex(str(body)))
            holds = (said["dev"], said["ep"], said["last"]) == (issuer, ep, last)
        except (SyncError, ValueError):
            holds = False
        if holds and said["kind"] in ("return", "grant"):
            holds = taken_at(tx, str(issuer), str(ep), int(last)) == said["head"]
        elif holds:
            holds = str(said["head"]) in hashes_at(tx, str(issuer), str(ep), int(last))
        if not holds:
            bad.append(Bad(str(issuer), str(ep), int(last), "signed", 0, "return"))
    return bad


def _event_of(raw: bytes) -> delivery.EventItem | None:
    if b'"k":"event"' not in raw:
        return None
    try:
        _, item = delivery.parse_delivery(raw)
    except SyncError:
        return None
    return item if isinstance(item, delivery.EventItem) else None


# -- single places ----------------------------------------------------------------------------------


def hashes_at(tx: Tx, dev: str, ep: str, seq: int) -> set[str]:
    """Hashes held under one seq of a chain."""
    return {str(x) for x in tx.column("SELECT hash FROM journal WHERE dev=? AND ep=? AND seq=?", (dev, ep, seq))}


def taken_at(tx: Tx, issuer: str, issuer_ep: str, r: int) -> str | None:
    """Hash of a delivery line taken in."""
    found = tx.value("SELECT hash FROM delivery_in WHERE issuer=? AND issuer_ep=? AND r=?", (issuer, issuer_ep, r))
    return None if found is None else str(found)


def written_at(tx: Tx, to_dev: str, issuer_ep: str, r: int) -> str | None:
    """Hash of a delivery line this desk wrote."""
    found = tx.value("SELECT hash FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND r=?", (to_dev, issuer_ep, r))
    return None if found is None else str(found)
