"""What a desk owes a recipient, written as delivery lines: events (`relay_events`), receipts (`relay_receipts`), gaps, the desk's own head (design 04).

Rules kept here
- that the desk's own head moved by audit lines alone is told along with other news, and makes none by itself (idle stays idle);
- a gap is asked for once as it stands; what a county took back out of an echo is told once.
"""

from __future__ import annotations

from xieli_sync import delivery
from xieli_sync.ports import Delivered
from xieli_tui.store import chains, deliveries, echoes, journal
from xieli_tui.store.recipients import Recipient
from xieli_tui.store.relay_events import undelivered_events
from xieli_tui.store.relay_receipts import receipts_for
from xieli_tui.store.store import Tx


def missing(tx: Tx, dev: str) -> list[tuple[str, int, int]]:
    """(ep, first, last): per chain of a device the first piece missing here, where something behind it is held or waits."""
    found = []
    for (ep,) in tx.ask(
        "SELECT ep FROM parked WHERE dev=? UNION SELECT DISTINCT ep FROM journal WHERE dev=? ORDER BY 1", (dev, dev)
    ):
        seq, _ = chains.reach(tx, dev, str(ep))
        beyond = tx.value(
            "SELECT min(first) FROM (SELECT min(seq) AS first FROM journal WHERE dev=? AND ep=? AND seq>? UNION ALL"
            " SELECT min(first) FROM parked WHERE dev=? AND ep=? AND first>?) AS held",
            (dev, ep, seq, dev, ep, seq),
        )
        if beyond is not None and int(beyond) > seq + 1:
            found.append((str(ep), seq + 1, int(beyond) - 1))
    return found


def gaps(tx: Tx, to: Recipient) -> list[delivery.Resend]:
    """Events of the recipient's own chains that are missing here, not asked for yet."""
    asked = [delivery.Resend(to.dev, ep, first, last) for ep, first, last in missing(tx, to.dev)]
    return [one for one in asked if one not in _asked(tx, to, one.ep)]


def _asked(tx: Tx, to: Recipient, ep: str) -> list[delivery.Item]:
    rows = tx.column(
        "SELECT line FROM delivery_out WHERE to_dev=? AND k='resend' AND dev=? AND ep=? AND issuer_ep=?", (to.dev, to.dev, ep, tx.ep)
    )
    return [delivery.parse_delivery(bytes(line))[1] for line in rows]


def own_head(tx: Tx, to: Recipient) -> tuple[delivery.HeadItem | None, bool]:
    """(head line when the own head moved since the last one, whether more than audit and acknowledgements moved it)."""
    seq, digest = journal.head(tx, tx.dev, tx.ep)
    row = tx.first(
        "SELECT line FROM delivery_out WHERE to_dev=? AND k='head' AND issuer_ep=? ORDER BY r DESC LIMIT 1", (to.dev, tx.ep)
    )
    last = delivery.parse_delivery(bytes(row[0]))[1] if row is not None else None
    told = last.seq if isinstance(last, delivery.HeadItem) else 0
    old = tuple(
        (str(ep), int(r), str(h)) for ep, r, h in tx.ask(
            "SELECT o.issuer_ep, o.r, o.hash FROM delivery_out o WHERE o.to_dev=? AND o.issuer_ep<>?"
            " AND o.r=(SELECT max(r) FROM delivery_out m WHERE m.to_dev=o.to_dev AND m.issuer_ep=o.issuer_ep) ORDER BY o.issuer_ep",
            (to.dev, tx.ep),
        )
    )
    remembered = isinstance(last, delivery.HeadItem) and last.old != old  # lines that an echo brought back: told, or it comes again and again
    if seq == 0 or (isinstance(last, delivery.HeadItem) and (last.seq, last.head) == (seq, digest) and not remembered):
        return None, False
    moved = tx.first(
        "SELECT 1 FROM journal WHERE dev=? AND ep=? AND seq>? AND t NOT IN ('return.received','echoed') AND substr(t, 1, 6)<>'audit.' LIMIT 1",
        (tx.dev, tx.ep, told),
    )
    return delivery.HeadItem(tx.ep, seq, digest, old), moved is not None or remembered


def echoed(tx: Tx, to: Recipient) -> list[delivery.Echoed]:
    """What this county took back out of echoes of the recipient, as far as it was not told in this issuer epoch."""
    rows = tx.column("SELECT line FROM delivery_out WHERE to_dev=? AND k='echoed' AND issuer_ep=?", (to.dev, tx.ep))
    told = [delivery.parse_delivery(bytes(line))[1] for line in rows]
    due = [delivery.Echoed(e.d["issuer"], e.d["ep"], int(e.d["r"])) for e in echoes.echoed_to(tx, to.dev)]
    return [item for item in due if item not in told] if tx.role == "county" else []


def refresh(tx: Tx, to: Recipient, now_ms: int) -> list[Delivered]:
    """Write every delivery line that is due to a recipient; none when there is no news."""
    items: list[delivery.Item] = [deliveries.event_item(e) for e in undelivered_events(tx, to)]
    news, along = receipts_for(tx, to)
    items += [*news, *gaps(tx, to), *echoed(tx, to)]
    head, moved = own_head(tx, to)
    if not items and not moved:
        return []
    items += along
    if head is not None:
        items.append(head)
    return deliveries.append_lines(tx, to.dev, items, now_ms)
