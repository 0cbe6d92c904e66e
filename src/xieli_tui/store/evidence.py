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
        for seq, digest, prev, line in tx.conn.exec_driver_sql("SELECT seq, hash, prev, line FROM journal WHERE dev=? AND ep=?", (dev, ep))
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
    """Delivery lines received, and those this desk wrote to the authors of these chains, up to the last one that is shown; chains without one are left out."""
    chains = {(x.dev, x.ep) for x in given}
    shown = {digest for x in given for digest in x.shown}
    found: list[Sent] = []
    for issuer, ep in tx.conn.exec_driver_sql("SELECT DISTINCT issuer, issuer_ep FROM delivery_in ORDER BY issuer, issuer_ep").all():
        rows = tx.conn.exec_driver_sql("SELECT r, line FROM delivery_in WHERE issuer=? AND issuer_ep=? ORDER BY r", (issuer, ep)).all()
        found += _as_far_as_shown(str(issuer), str(ep), tx.dev, rows, chains, shown)
    for to in sorted({dev for dev, _ in chains} - {tx.dev}):
        for (ep,) in tx.conn.exec_driver_sql("SELECT DISTINCT issuer_ep FROM delivery_out WHERE to_dev=? ORDER BY issuer_ep", (to,)).all():
            rows = tx.conn.exec_driver_sql("SELECT r, line FROM delivery_out WHERE to_dev=? AND issuer_ep=? ORDER BY r", (to, ep)).all()
            found += _as_far_as_shown(tx.dev, str(ep), to, rows, chains, shown)
    return found


def _as_far_as_shown(issuer: str, ep: str, to: str, rows: Iterable[Any], chains: set[tuple[str, str]], shown: set[str]) -> list[Sent]:
    lines: list[Sent] = []
    last = 0
    for r, line in rows:
        if int(r) != len(lines) + 1:
            break
        tells = _tells(bytes(line), chains, shown)
        lines.append(Sent(issuer, ep, to, int(r), bytes(line), tells))
        last = len(lines) if tells else last
    return lines[:last]


def _tells(line: bytes, chains: set[tuple[str, str]], shown: set[str]) -> bool:
    """Whether a delivery line signs for one of these chains or relays a line of the family."""
    try:
        _, item = delivery.parse_delivery(line)
    except SyncError:
        return False
    if isinstance(item, delivery.Receipt):
        return item.seq > 0 and (item.dev, item.ep) in chains
    return isinstance(item, delivery.EventItem) and item.hash in shown


def certificates(tx: Tx, dev: str) -> list[dict[str, Any]]:
    """The certificate chain under which a device last sent a file that was taken in; [] when none is known."""
    row = tx.conn.exec_driver_sql("SELECT core FROM bundle_seen WHERE dev=? ORDER BY at_ms DESC, bid LIMIT 1", (dev,)).first()
    found = json.loads(bytes(row[0])).get("cert") if row is not None else None
    return found if isinstance(found, list) else []
