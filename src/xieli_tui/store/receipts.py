"""What desks said they hold: receipts taken in, on a laptop and at a township (design 04).

Rules kept here
- only a head that lies in the own chain counts for the own chain; anything else is an alarm, never a receipt;
- only receipts of the epoch a desk goes by now are the horizon (`issuers`): one put back from a copy no longer holds what it signed for;
- about others' chains a receipt that a later one of the same issuer covers whole is not kept here (its line stays in `delivery_in`);
- nothing here depends on what was held when a receipt came, so `replay` makes the same table again from the delivery lines.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, cast

from xieli_sync import delivery
from xieli_tui.store import journal
from xieli_tui.store.store import Tx

Level = Literal["county", "township"]


def holds(tx: Tx, dev: str, ep: str, seq: int, head: str) -> bool:
    """Whether this very line is in the journal."""
    sql = "SELECT 1 FROM journal WHERE dev=? AND ep=? AND seq=? AND hash=?"
    return tx.first(sql, (dev, ep, seq, head)) is not None


def take(tx: Tx, issuer: str, issuer_ep: str, role: str, gen: int, r: int, receipt: delivery.Receipt, now_ms: int) -> bool:
    """Take one receipt in; False when it names a head of the own chain that is not ours."""
    partial = int(receipt.cover is not None or bool(receipt.branch))
    ours = receipt.dev != tx.dev or receipt.seq == 0 or holds(tx, receipt.dev, receipt.ep, receipt.seq, receipt.head)
    if receipt.dev != tx.dev and not partial:
        tx.conn.exec_driver_sql(
            "DELETE FROM receipt WHERE issuer=? AND dev=? AND ep=? AND gen=? AND issuer_ep=? AND r<? AND seq<=?",
            (issuer, receipt.dev, receipt.ep, gen, issuer_ep, r, receipt.seq),
        )
    tx.conn.exec_driver_sql(
        "INSERT INTO receipt(issuer, issuer_ep, r, role, gen, dev, ep, seq, head, partial, at_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT (issuer, issuer_ep, r) DO NOTHING",
        (issuer, issuer_ep, r, role, gen, receipt.dev, receipt.ep, receipt.seq, receipt.head, partial, now_ms),
    )
    return ours


class Said(NamedTuple):
    """A receipt with its rank among what desks of its level said: generation, standing of the issuer's epoch (0 the current one, below it negative), r."""

    level: Level
    gen: int
    epoch: int
    r: int
    receipt: delivery.Receipt


def of_chain(tx: Tx, dev: str, ep: str) -> list[Said]:
    """Every receipt about one chain that may still be the last word on something."""
    found: list[Said] = []
    rows = tx.ask(
        "SELECT x.role, x.gen, -e.age, x.r, i.line FROM receipt x JOIN delivery_in i ON i.issuer=x.issuer AND i.issuer_ep=x.issuer_ep AND i.r=x.r"
        " JOIN issuer_epoch e ON e.issuer=x.issuer AND e.issuer_ep=x.issuer_ep WHERE x.dev=? AND x.ep=? ORDER BY x.gen, e.age DESC, x.r",
        (dev, ep),
    )
    for role, gen, epoch, r, line in rows:
        _, item = delivery.parse_delivery(line)
        if isinstance(item, delivery.Receipt):
            found.append(Said(cast(Level, role), int(gen), int(epoch), int(r), item))
    return found


def chains_of(tx: Tx, issuer: str) -> set[tuple[str, str]]:
    """Every chain that a desk spoke about."""
    return {(str(dev), str(ep)) for dev, ep in tx.ask("SELECT DISTINCT dev, ep FROM receipt WHERE issuer=?", (issuer,))}


def receipted(tx: Tx, level: Level, dev: str, ep: str) -> int:
    """Highest seq of one chain that a desk of this level signed for; 0 when none did."""
    rows = tx.ask(
        "SELECT x.seq, x.head FROM receipt x JOIN issuer_epoch e ON e.issuer=x.issuer AND e.issuer_ep=x.issuer_ep AND e.age=0"
        " WHERE x.role=? AND x.dev=? AND x.ep=? AND x.seq>0 ORDER BY x.seq DESC",
        (level, dev, ep),
    )
    # Of another's chain only what concerns this place was relayed: the line a receipt ends in need not be among that.
    return next((int(seq) for seq, head in rows if dev != tx.dev or _written_here(tx, ep, int(seq), str(head))), 0)


def _written_here(tx: Tx, ep: str, seq: int, head: str) -> bool:
    """Whether a line of an own epoch lies on the branch this machine wrote: what a copy of it wrote comes home too, and signs for nothing of ours."""
    tip = journal.point(tx, tx.dev, ep)
    if not holds(tx, tx.dev, ep, seq, head) or seq > tip.seq:
        return False
    forked = tx.first("SELECT 1 FROM journal WHERE dev=? AND ep=? AND seq=? AND hash<>?", (tx.dev, ep, seq, head))
    return forked is None or journal.branch(tx, tx.dev, ep, tip.seq, tip.hash).get(seq) == head


def county_receipt(tx: Tx, dev: str, ep: str) -> int:
    """Highest seq of one own chain with 县已签收."""
    return receipted(tx, "county", dev, ep)


def township_receipt(tx: Tx, dev: str, ep: str) -> int:
    """Highest seq of one own chain with 镇已签收."""
    return receipted(tx, "township", dev, ep)


def last_receipt(tx: Tx) -> int:
    """When a receipt about the own chains last came in, ms; 0 when never."""
    return int(tx.value("SELECT coalesce(max(at_ms), 0) FROM receipt WHERE dev=?", (tx.dev,)))


def replay(tx: Tx) -> int:
    """Make the table again from the delivery lines; how many receipts were read."""
    tx.conn.exec_driver_sql("DELETE FROM receipt")
    rows = tx.ask(
        "SELECT issuer, issuer_ep, role, gen, r, line, at_ms FROM delivery_in WHERE k='receipt' ORDER BY issuer, issuer_ep, r"  # as they came: a clock that ran wild says nothing about that
    )
    for issuer, issuer_ep, role, gen, r, line, at_ms in rows:
        _, item = delivery.parse_delivery(line)
        if isinstance(item, delivery.Receipt):
            take(tx, str(issuer), str(issuer_ep), str(role), int(gen), int(r), item, int(at_ms))
    return len(rows)
