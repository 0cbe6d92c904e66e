"""What a desk signs for towards a recipient: the full receipts of the chains that concern it (design 04).

Rules kept here
- receipts go for every chain with a line about the recipient's villages, its own chains and its desks', when they changed;
- that the desk's own chain grew is told along with other news, and makes none by itself (idle stays idle).
"""

from __future__ import annotations

from typing import Literal

from xieli_sync import delivery, exchange
from xieli_tui.store import chains, deliveries, journal, recipients, stopped, trust
from xieli_tui.store.recipients import Recipient, within
from xieli_tui.store.store import Tx


def chains_for(tx: Tx, to: Recipient) -> list[tuple[str, str]]:
    """Every chain that holds a line about the recipient's villages, is its own, or is one of its desks'."""
    found: set[tuple[str, str]] = set()
    known = not stopped.stopped(tx, to.dev)
    if known and (to.villages or to.area):
        scope = recipients.scope(to)
        rows = tx.ask(f"SELECT DISTINCT j.dev, j.ep FROM journal j WHERE {scope.sql}", scope.values)
        found |= {(str(dev), str(ep)) for dev, ep in rows}
    came = recipients.moved_in(tx, to)
    for at in range(0, len(came), deliveries.CHUNK):  # what was captured for the village they came from
        part = came[at : at + deliveries.CHUNK]
        rows = tx.ask(f"SELECT DISTINCT dev, ep FROM journal WHERE {within('household', part)}", tuple(part))
        found |= {(str(dev), str(ep)) for dev, ep in rows}
    desks = {tx.dev} | {
        desk.dev for desk in trust.desks(tx) if to.area.startswith(desk.area) or any(village.startswith(desk.area) for village in to.villages)
    }
    # a township carries what its laptops write until the county signs for it, so it must hear of chains that speak of no village yet too
    laptops = recipients.devices_of_area(tx, to) if to.role == "township" else set()
    for dev in sorted({to.dev, *desks, *laptops}):
        found |= {(dev, str(ep)) for ep in tx.column("SELECT DISTINCT ep FROM journal WHERE dev=?", (dev,))}
    return sorted(found)


def receipts_of(tx: Tx, dev: str, ep: str) -> list[delivery.Receipt]:
    """What this desk says of one chain: the full receipts of all its branches and closed points."""
    seq, digest = chains.reach(tx, dev, ep)
    forked = tx.first("SELECT 1 FROM journal WHERE dev=? AND ep=? GROUP BY seq HAVING count(*)>1 LIMIT 1", (dev, ep))
    if seq and not digest:  # the chain reaches to the end of an accepted gap: the last line held stands for it
        row = tx.first("SELECT seq, hash FROM journal WHERE dev=? AND ep=? AND seq<=? ORDER BY seq DESC LIMIT 1", (dev, ep, seq))
        seq, digest = (int(row[0]), str(row[1])) if row is not None else (0, "")
    tips = [exchange.Branch(seq, digest)] if seq else []
    if forked is not None:
        tips = exchange.branches(chains.parents_of(tx, dev, ep))
    marks: dict[tuple[int, str], exchange.Mark] = {}
    for row in tx.ask("SELECT seq, hash FROM journal WHERE dev=? AND ep=? AND seq>?", (dev, ep, seq)):
        marks[int(row[0]), str(row[1])] = exchange.Mark(int(row[0]), str(row[1]), "ok")
    for row in tx.ask("SELECT seq, hash, status, code FROM verdict WHERE dev=? AND ep=?", (dev, ep)):
        status: Literal["quarantined", "unknown"] = "unknown" if row[2] == "unknown" else "quarantined"
        marks[int(row[0]), str(row[1])] = exchange.Mark(int(row[0]), str(row[1]), status, str(row[3]))
    named = []
    for e in journal.load(tx, dev=dev, t="epoch.opened"):
        prev = deliveries.prev_of(e)
        if prev is not None and prev[0] == ep and prev[1] and prev[2] in chains.stored(tx, dev, ep, prev[1], prev[1]).get(prev[1], ()):
            named.append((prev[1], prev[2]))
    return exchange.receipts(dev, ep, tips, list(marks.values()), named)


def receipts_for(tx: Tx, to: Recipient) -> tuple[list[delivery.Receipt], list[delivery.Receipt]]:
    """(receipts that are news, receipts to tell along with other news): those that differ from what was last written to the recipient."""
    news: list[delivery.Receipt] = []
    along: list[delivery.Receipt] = []
    for dev, ep in chains_for(tx, to):
        now = receipts_of(tx, dev, ep)
        before = _last_receipts(tx, to, dev, ep, len(now))
        if now == before or all(x.seq == 0 and not x.not_ok for x in now):
            continue
        only_grew = dev == tx.dev and [x.not_ok for x in now] == ([x.not_ok for x in before] or [()])
        (along if only_grew else news).extend(now)
    return news, along


def _last_receipts(tx: Tx, to: Recipient, dev: str, ep: str, count: int) -> list[delivery.Receipt]:
    rows = tx.column(
        "SELECT line FROM delivery_out WHERE to_dev=? AND k='receipt' AND dev=? AND ep=? AND issuer_ep=? ORDER BY r DESC LIMIT ?",
        (to.dev, dev, ep, tx.ep, count),
    )
    items = [delivery.parse_delivery(bytes(line))[1] for line in rows]
    return [item for item in reversed(items) if isinstance(item, delivery.Receipt)]
