"""What the store holds about one family, chain by chain, for `xieli evidence`: its lines, the lines beside them, and what desks said of both.

Rules kept here
- the family's lines are those that name it, those about its persons that name no other family, and those that speak about such a line (`of`);
- a chain is given from its first line to its head, or as far as it is held; a second branch that holds a line of the family is a piece of its own;
- of delivery lines only those are shown that relay a line of the family or sign for a chain given here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xieli_sync import delivery
from xieli_sync import event as wire
from xieli_sync.errors import SyncError
from xieli_sync.ports import Envelope
from xieli_tui.store import journal
from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive lines of one branch: (seq, hash, line), and which of them are the family's (hashes)."""

    dev: str
    ep: str
    lines: tuple[tuple[int, str, bytes], ...]
    shown: frozenset[str]

    @property
    def head(self) -> tuple[int, str]:
        """(seq, hash) of the last line."""
        return self.lines[-1][0], self.lines[-1][1]


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery line: whose chain it lies in, and whether it is shown."""

    issuer: str
    ep: str
    to: str
    r: int
    line: bytes
    shown: bool


def family_lines(tx: Tx, household: str, persons: Iterable[str]) -> list[journal.StoredEvent]:
    """The lines about a family, in the order they arrived."""
    found = {e.ref: e for e in journal.events_of_household(tx, household)} if household else {}
    people = set(persons)
    for e in list(found.values()):
        person = e.d.get("person")
        if isinstance(person, str):
            people.add(person)
    for e in journal.events_of_entity(tx, people):
        if e.household in ("", household):
            found[e.ref] = e
    about = list(found)
    while about:
        more = [e for e in journal.events_about(tx, about) if e.ref not in found and e.household in ("", household)]
        found.update((e.ref, e) for e in more)
        about = [e.ref for e in more]
    return sorted(found.values(), key=lambda e: e.rowid)


def pieces(tx: Tx, events: Sequence[journal.StoredEvent]) -> list[Piece]:
    """The chains these lines lie in."""
    by_chain: dict[tuple[str, str], set[tuple[int, str]]] = {}
    for e in events:
        by_chain.setdefault((e.dev, e.ep), set()).add((e.seq, e.hash))
    return [piece for (dev, ep), wanted in sorted(by_chain.items()) for piece in _of_chain(tx, dev, ep, wanted)]


def _of_chain(tx: Tx, dev: str, ep: str, wanted: set[tuple[int, str]]) -> Iterator[Piece]:
    rows = {
        (int(seq), str(digest)): (str(prev), bytes(line))
        for seq, digest, prev, line in tx.ask("SELECT seq, hash, prev, line FROM journal WHERE dev=? AND ep=?", (dev, ep))
    }
    at: dict[int, list[str]] = {}
    for seq, digest in rows:
        at.setdefault(seq, []).append(digest)
    left = set(wanted)
    head = journal.head(tx, dev, ep)
    tips = [head] if head in rows else []
    while left:
        tip = tips.pop() if tips else max(left)
        path: list[tuple[int, str, bytes]] = []
        here: tuple[int, str] | None = tip
        while here is not None and here in rows:
            prev, line = rows[here]
            path.append((*here, line))
            seq = here[0] - 1
            if not prev:  # it came before the line it follows
                prev = next((x for x in at.get(seq, ()) if wire.chain_hash(x, line) == here[1]), "")
            here = (seq, prev) if prev and seq else None
        covered = left & {(seq, digest) for seq, digest, _ in path}
        if covered:
            left -= covered
            yield Piece(dev, ep, tuple(reversed(path)), frozenset(digest for _, digest in wanted & {(s, d) for s, d, _ in path}))


def delivered(tx: Tx, given: Sequence[Piece]) -> list[Sent]:
    """Delivery lines received, and those this desk wrote to the authors of these chains, as far as the last one that is shown and on to where its desk signed;
    chains without one are left out."""
    chains = {(x.dev, x.ep) for x in given}
    shown = {digest for x in given for digest in x.shown}
    found: list[Sent] = []
    for issuer, ep in tx.ask("SELECT DISTINCT issuer, issuer_ep FROM delivery_in ORDER BY issuer, issuer_ep"):
        rows = tx.ask("SELECT r, line FROM delivery_in WHERE issuer=? AND issuer_ep=? ORDER BY r", (issuer, ep))
        lines = _joined(str(issuer), str(ep), tx.dev, rows, chains, shown)
        last = max((x.r for x in lines if x.shown), default=0)
        ends = [x.last for x in _envelopes(tx, str(issuer), str(ep), changes=False) if x.last >= last]
        found += lines[: min([*ends, len(lines)])] if last and ends else lines[:last]
    for to in sorted({dev for dev, _ in chains} - {tx.dev}):
        for (ep,) in tx.ask("SELECT DISTINCT issuer_ep FROM delivery_out WHERE to_dev=? ORDER BY issuer_ep", (to,)):
            rows = tx.ask("SELECT r, line FROM delivery_out WHERE to_dev=? AND issuer_ep=? ORDER BY r", (to, ep))
            lines = _joined(tx.dev, str(ep), to, rows, chains, shown)
            found += lines[: max((x.r for x in lines if x.shown), default=0)]
    return found


def _joined(issuer: str, ep: str, to: str, rows: Iterable[Any], chains: set[tuple[str, str]], shown: set[str]) -> list[Sent]:
    """The lines from r = 1 on as far as none is missing."""
    lines: list[Sent] = []
    for r, line in rows:
        if int(r) != len(lines) + 1:
            break
        lines.append(Sent(issuer, ep, to, int(r), bytes(line), _tells(bytes(line), chains, shown)))
    return lines


def _tells(line: bytes, chains: set[tuple[str, str]], shown: set[str]) -> bool:
    """Whether a delivery line signs for one of these chains or relays a line of the family."""
    try:
        _, item = delivery.parse_delivery(line)
    except SyncError:
        return False
    if isinstance(item, delivery.Receipt):
        return item.seq > 0 and (item.dev, item.ep) in chains
    return isinstance(item, delivery.EventItem) and item.hash in shown


@dataclass(frozen=True, slots=True)
class Signed:
    """An envelope, and the seq or r its lines end at."""

    last: int
    envelope: Envelope


def seals(tx: Tx, given: Sequence[Piece], sent: Sequence[Sent]) -> list[Envelope]:
    """What authors signed over these lines and desks over these delivery lines, as far as it is kept: of each chain the first that covers what is shown, else the
    furthest."""
    wanted: dict[tuple[str, str, bool], int] = {}
    for piece in given:
        key = (piece.dev, piece.ep, True)
        wanted[key] = max(wanted.get(key, 0), *(seq for seq, digest, _ in piece.lines if digest in piece.shown))
    for line in sent:
        if line.shown:
            wanted[line.issuer, line.ep, False] = line.r
    found = []
    for (dev, ep, changes), upto in sorted(wanted.items()):
        kept = _envelopes(tx, dev, ep, changes=changes)
        if kept:
            found.append(next((x for x in kept if x.last >= upto), kept[-1]).envelope)
    return found


def _envelopes(tx: Tx, dev: str, ep: str, *, changes: bool) -> list[Signed]:
    """Envelopes of one sender's bundles (`changes`), or of its returns and grants, lowest end first."""
    rows = tx.ask("SELECT last, core, wraps, body, sigs FROM envelope WHERE issuer=? AND issuer_ep=? ORDER BY last", (dev, ep))
    found = [Signed(int(last), Envelope(bytes(core), bytes(wraps), str(body), bytes(sigs))) for last, core, wraps, body, sigs in rows]
    return [x for x in found if (json.loads(x.envelope.core)["kind"] == "changes") == changes]


def certificates(tx: Tx, dev: str) -> list[dict[str, Any]]:
    """The certificate chain under which a device last sent a file that was taken in; [] when none is known."""
    row = tx.first("SELECT core FROM bundle_seen WHERE dev=? ORDER BY at_ms DESC, bid LIMIT 1", (dev,))
    found = json.loads(bytes(row[0])).get("cert") if row is not None else None
    return found if isinstance(found, list) else []
