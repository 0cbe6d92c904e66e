"""Issuer epochs: the numberings of delivery lines that each desk began towards this device, and which one it goes by now (design 04).

Rules kept here
- a desk put back from a copy begins a new one: a county with a higher generation, a township with a new epoch of its own;
- later is the higher generation; within one, the epoch whose head lines name the other as `old`; else the one that came later (a desk that lost its
  memory of an epoch cannot name it);
- only the current epoch of an issuer says what it holds (its receipts are the horizon of what must be exported again); what an earlier one said of
  events stands below it;
- the table is read out of the delivery lines taken in (`note`), so its order does not hang on which file came first.
"""

from __future__ import annotations

from collections import defaultdict

from xieli_sync import delivery
from xieli_tui.store.store import Tx


def note(tx: Tx, issuer: str, ep: str, gen: int, items: list[delivery.Item | None], now_ms: int) -> bool:
    """Lines of an issuer epoch were kept; whether the standing of its epochs changed."""
    before = _standing(tx, issuer)
    if ep in before and not any(isinstance(x, delivery.HeadItem) and x.old for x in items):
        return False
    tx.conn.exec_driver_sql(
        "INSERT INTO issuer_epoch(issuer, issuer_ep, gen, age, first_ms) VALUES (?,?,?,0,?)"
        " ON CONFLICT (issuer, issuer_ep) DO UPDATE SET gen=max(issuer_epoch.gen, excluded.gen)",
        (issuer, ep, gen, now_ms),
    )
    _order(tx, issuer)
    return len(before) > 0 and _standing(tx, issuer) != before


def _standing(tx: Tx, issuer: str) -> dict[str, int]:
    rows = tx.ask("SELECT issuer_ep, age FROM issuer_epoch WHERE issuer=?", (issuer,))
    return {str(ep): int(age) for ep, age in rows}


def _order(tx: Tx, issuer: str) -> None:
    rows = tx.ask("SELECT issuer_ep, gen, first_ms FROM issuer_epoch WHERE issuer=?", (issuer,))
    older: dict[str, set[str]] = defaultdict(set)
    if len(rows) > 1:
        for ep, line in tx.ask("SELECT issuer_ep, line FROM delivery_in WHERE issuer=? AND k='head'", (issuer,)):
            item = delivery.parse_delivery(bytes(line))[1]
            if isinstance(item, delivery.HeadItem):
                older[str(ep)].update(name for name, _, _ in item.old)
    ranked: list[str] = []
    for gen in sorted({int(row[1]) for row in rows}):
        waiting = sorted((int(first), str(ep)) for ep, of, first in rows if int(of) == gen)
        while waiting:  # the earliest to come that names nobody still waiting
            left = {ep for _, ep in waiting}
            found = next((one for one in waiting if not older[one[1]] & (left - {one[1]})), waiting[0])
            waiting.remove(found)
            ranked.append(found[1])
    for age, ep in enumerate(reversed(ranked)):
        tx.conn.exec_driver_sql("UPDATE issuer_epoch SET age=? WHERE issuer=? AND issuer_ep=?", (age, issuer, ep))


def current(tx: Tx, issuer: str) -> str | None:
    """The epoch an issuer goes by now; None when nothing of it was taken in."""
    found = tx.value("SELECT issuer_ep FROM issuer_epoch WHERE issuer=? AND age=0", (issuer,))
    return None if found is None else str(found)


def earlier(tx: Tx) -> list[tuple[str, str]]:
    """(issuer, ep) of every epoch that a later one of the same issuer took the place of, the oldest first."""
    rows = tx.ask("SELECT issuer, issuer_ep FROM issuer_epoch WHERE age>0 ORDER BY issuer, age DESC")
    return [(str(issuer), str(ep)) for issuer, ep in rows]
