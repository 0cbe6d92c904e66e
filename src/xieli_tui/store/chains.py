"""Lines coming in from elsewhere: which are new, what precedes each, how far a chain reaches, where it forks.

Rules kept here
- a line already held by its hash is not written again; two hashes under one (dev, ep, seq) both are;
- what precedes a line is found by hashing, not by arrival; "" where the line before is not held;
- a chain reaches as far as nothing is missing, a gap a desk accepted counting as held;
- a fork of a village's chain is frozen by a ruling of the desk that holds both lines, once; of a desk's, or on a laptop, it is an alarm;
- a line stamped after its device opened a newer epoch is an alarm at a desk: 同一设备号在两台机器上使用. It changes no verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from xieli_sync import event as wire
from xieli_sync import heads
from xieli_sync.ports import ChainLine, Ingested, Role
from xieli_tui.domain.events.road import ForkFrozen
from xieli_tui.store import journal, stopped, trust, verdict
from xieli_tui.store.journal import Head, StoredEvent
from xieli_tui.store.store import Tx


def stored(tx: Tx, dev: str, ep: str, first: int, last: int) -> dict[int, frozenset[str]]:
    """seq -> hashes held, for first..last; absent seqs are not in the mapping."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = tx.ask("SELECT seq, hash FROM journal WHERE dev=? AND ep=? AND seq BETWEEN ? AND ?", (dev, ep, first, last))
    for seq, digest in rows:
        found[int(seq)].add(str(digest))
    return {seq: frozenset(hashes) for seq, hashes in found.items()}


def ingest(tx: Tx, lines: Sequence[ChainLine], now_ms: int, *, role: Role | None = None, checked: bool = False) -> Ingested:
    """Write lines not yet held and project them.

    Args:
        role: author role of all of them; by default what is known of each device.
        checked: the importer followed their chain already; only then is a sole candidate taken for the line before without hashing.

    Returns:
        The projector's outcome; `new` counts lines written, `verdicts` covers the lines held before as well.
    """
    by_chain: dict[tuple[str, str], list[ChainLine]] = defaultdict(list)
    for line in lines:
        by_chain[line.dev, line.ep].append(line)
    rowid = journal.next_rowid(tx)
    new: list[StoredEvent] = []
    known: list[ChainLine] = []
    grown: list[tuple[str, str, list[StoredEvent]]] = []
    for (dev, ep), chain in sorted(by_chain.items()):
        fresh = _fresh(tx, dev, ep, sorted(chain, key=lambda x: x.seq), rowid + len(new), role or trust.role_of(tx, dev), checked)
        if len(fresh) < len(chain):
            written = {(e.seq, e.hash) for e in fresh}
            known += [x for x in chain if (x.seq, x.hash) not in written]
        new += fresh
        grown.append((dev, ep, fresh))
    journal.insert(tx, new, now_ms)
    for dev, ep, fresh in grown:
        _grow(tx, dev, ep, fresh, now_ms)
        if fresh and tx.role != "village":
            _two_machines(tx, dev, now_ms)
    outcome = tx.absorb(new) if new else Ingested()
    outcome.new = len(new)
    _recall(tx, known, outcome)
    return outcome


def _recall(tx: Tx, known: Sequence[ChainLine], outcome: Ingested) -> None:
    """Add the verdicts of lines that were held before."""
    wanted = {(x.dev, x.ep, x.seq, x.hash) for x in known}
    for dev, ep in sorted({(x.dev, x.ep) for x in known}):
        rows = tx.ask("SELECT seq, hash, status, code FROM verdict WHERE dev=? AND ep=?", (dev, ep))
        for seq, digest, status, code in rows:
            if (dev, ep, int(seq), str(digest)) in wanted and (dev, ep, int(seq)) not in outcome.verdicts:
                outcome.verdicts[dev, ep, int(seq)] = str(code)
                outcome.quarantined += status == "quarantined"


def _fresh(tx: Tx, dev: str, ep: str, chain: Sequence[ChainLine], rowid: int, role: Role, checked: bool) -> list[StoredEvent]:
    known = {seq: set(hashes) for seq, hashes in stored(tx, dev, ep, chain[0].seq - 1, chain[-1].seq).items()}
    known[0] = {wire.ZERO}
    fresh: list[StoredEvent] = []
    for line in chain:
        here = known.setdefault(line.seq, set())
        if line.hash in here:
            continue
        here.add(line.hash)
        read = line.parsed or wire.parse_line(line.line)
        before = known.get(line.seq - 1, set())
        # what stands before the first line of a file may be a line of another branch: only inside the file is a sole candidate the right one
        followed = checked and len(before) == 1 and line is not chain[0]
        prev = next(iter(before)) if followed else _before(before, line)
        ref = wire.ref_text(dev, ep, line.seq, line.hash)
        village, household, entity, of = journal.places(read.t, read.v, read.d, ref)
        fresh.append(StoredEvent(
            rowid + len(fresh), dev, ep, line.seq, line.hash, ref, prev, read.t, read.v, read.by, read.hlc[0], read.hlc[1], role,
            read.d, village, household, entity, of, line.line,
        ))
    return fresh


def _before(candidates: Iterable[str], line: ChainLine) -> str:
    return next((prev for prev in sorted(candidates) if wire.chain_hash(prev, line.line) == line.hash), "")


# -- how far a chain reaches ------------------------------------------------------------------------


def accepted_gaps(tx: Tx, dev: str, ep: str) -> list[tuple[int, int]]:
    """Gaps of a chain that a desk accepted and did not take back."""
    gaps = []
    held = journal.load(tx, entity=dev, t="gap.accepted")
    for event in stopped.standing(tx, [event for event in held if event.role in trust.DESKS]):
        if event.d["ep"] == ep:
            gaps.append((int(event.d["first"]), int(event.d["last"])))
    return sorted(gaps)


def reach(tx: Tx, dev: str, ep: str) -> tuple[int, str]:
    """(seq, hash) up to which nothing is missing, accepted gaps counted as held; the hash of a gap's end is ""."""
    head = journal.point(tx, dev, ep)
    seq, digest = _advance(tx, dev, ep, head.seq, head.hash)
    if seq != head.seq and tx.writing:
        stamp = _stamp(tx, dev, ep, seq) or (head.hlc_ms, head.hlc_n)
        tx.conn.exec_driver_sql(
            "INSERT INTO device_head(dev, ep, seq, hash, hlc_ms, hlc_n, heard_ms) VALUES (?,?,?,?,?,?,0)"
            " ON CONFLICT (dev, ep) DO UPDATE SET seq=excluded.seq, hash=excluded.hash, hlc_ms=excluded.hlc_ms, hlc_n=excluded.hlc_n",
            (dev, ep, seq, digest, *stamp),
        )
    return seq, digest


def _stamp(tx: Tx, dev: str, ep: str, seq: int) -> tuple[int, int] | None:
    row = tx.first("SELECT hlc_ms, hlc_n FROM journal WHERE dev=? AND ep=? AND seq=?", (dev, ep, seq))
    return None if row is None else (int(row[0]), int(row[1]))


def _advance(tx: Tx, dev: str, ep: str, seq: int, digest: str) -> tuple[int, str]:
    gaps = accepted_gaps(tx, dev, ep)
    rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for s, h, p in tx.ask("SELECT seq, hash, prev FROM journal WHERE dev=? AND ep=? AND seq>? ORDER BY seq, rowid", (dev, ep, seq)):
        rows[int(s)].append((str(h), str(p)))
    while True:
        following = _following(tx, dev, ep, seq + 1, digest, rows.get(seq + 1, ()))
        if following is not None:
            seq, digest = seq + 1, following
            continue
        gap = next((last for first, last in gaps if first <= seq + 1 <= last), None)
        if gap is None:
            return seq, digest
        seq, digest = gap, ""


def _grow(tx: Tx, dev: str, ep: str, fresh: Sequence[StoredEvent], now_ms: int) -> None:
    """Move the head of a chain over lines just written."""
    if not fresh:
        return
    head = journal.point(tx, dev, ep)
    last = fresh[-1]
    straight = last.seq - head.seq == len(fresh) and fresh[0].seq == head.seq + 1 and (fresh[0].prev == head.hash or head.hash == "")
    if straight:
        journal.set_head(tx, dev, ep, Head(last.seq, last.hash, last.hlc_ms, last.hlc_n), now_ms)
        return
    journal.set_head(tx, dev, ep, head, now_ms)
    reach(tx, dev, ep)


def _following(tx: Tx, dev: str, ep: str, seq: int, digest: str, candidates: Sequence[tuple[str, str]]) -> str | None:
    """Hash of the line that follows `digest`, None when no line held does: one of another branch, whose own past is missing, is no continuation."""
    if not digest:  # the end of an accepted gap: nothing precedes
        return candidates[0][0] if candidates else None
    for held, prev in candidates:
        if prev == digest:
            return held
    for held, prev in candidates:
        if not prev:  # it came before the line it follows
            line = tx.value("SELECT line FROM journal WHERE dev=? AND ep=? AND seq=? AND hash=?", (dev, ep, seq, held))
            if wire.chain_hash(digest, bytes(line)) == held:
                return held
    return None


def _two_machines(tx: Tx, dev: str, now_ms: int) -> None:
    """Alarm when a device wrote on in an epoch after it had opened a newer one: both machines are in use (design 03)."""
    for opening in journal.load(tx, dev=dev, t="epoch.opened"):
        if not verdict.valid(opening) or "prev" not in opening.d:
            continue
        ep, seq, _head = opening.d["prev"]
        later = tx.first(
            "SELECT 1 FROM journal WHERE dev=? AND ep=? AND seq>? AND hlc_ms>? LIMIT 1", (dev, ep, seq, opening.hlc_ms)
        )
        if later is not None:
            alarm(tx, "XL-C04", dev, ep, seq, now_ms)


# -- forks ------------------------------------------------------------------------------------------


def alarm(tx: Tx, code: str, dev: str, ep: str, seq: int, now_ms: int, detail: str = "") -> None:
    """Leave a row for a person to look at; the same alarm once."""
    tx.conn.exec_driver_sql(
        "INSERT INTO alarm(code, dev, ep, seq, detail, at_ms) VALUES (?,?,?,?,?,?) ON CONFLICT (code, dev, ep, seq, detail) DO NOTHING",
        (code, dev, ep, seq, detail, now_ms),
    )


def alarms(tx: Tx) -> list[tuple[str, str, str, int, str, int]]:
    """(code, dev, ep, seq, detail, at_ms), newest first."""
    rows = tx.ask("SELECT code, dev, ep, seq, detail, at_ms FROM alarm ORDER BY at_ms DESC, code, dev, ep, seq")
    return [(str(a), str(b), str(c), int(d), str(e), int(f)) for a, b, c, d, e, f in rows]


def doubled(tx: Tx) -> bool:
    """Whether a desk holds lines of the own current epoch that are not here: a copy of this machine wrote them. A county opens no epoch for that."""
    sql = "SELECT 1 FROM alarm WHERE code='XL-C02' AND dev=? AND ep=? LIMIT 1"
    return tx.role != "county" and tx.first(sql, (tx.dev, tx.ep)) is not None


def freeze(tx: Tx, dev: str, ep: str, seq: int, hashes: Iterable[str], by: str, now_ms: int) -> bool:
    """Answer a fork: a ruling at a desk about a village's chain, an alarm elsewhere. True when a ruling was written."""
    if tx.role == "village" or dev == tx.dev or trust.role_of(tx, dev) != "village":
        alarm(tx, "XL-C02", dev, ep, seq, now_ms)
        return False
    own = journal.load(tx, entity=dev, t="fork.frozen", dev=tx.dev)
    if any(event.d["ep"] == ep and event.d["seq"] <= seq for event in own):
        return False
    journal.append(tx, [(ForkFrozen(dev=dev, ep=ep, seq=seq, hashes=sorted(hashes)), by)], now_ms)
    return True


def parents_of(tx: Tx, dev: str, ep: str) -> dict[tuple[int, str], str]:
    """(seq, hash) -> hash of the line before, for every line held of a chain."""
    rows = tx.ask("SELECT seq, hash, prev FROM journal WHERE dev=? AND ep=?", (dev, ep))
    found = {(int(seq), str(digest)): str(prev) for seq, digest, prev in rows}
    if "" not in found.values():
        return found
    # A line that came before the one it follows has no `prev` beside it; that one may have come since, so what precedes what is hashed anew.
    held = tx.ask("SELECT seq, hash, line FROM journal WHERE dev=? AND ep=?", (dev, ep))
    return heads.parents_of((int(seq), str(digest), bytes(line)) for seq, digest, line in held)
