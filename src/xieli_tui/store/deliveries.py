"""Delivery lines this desk owes others: numbered, chained, written once, sent until acknowledged (design 04).

Rules kept here
- numbers run per (this desk, its epoch, recipient); a number once given is the same line for ever;
- acknowledged is what the newest epoch of the recipient states in its own chain, and only for a head that is ours;
- whether a file is owed is the pure rule `exchange.needs_send` over what stands here; what belongs in it is `relay.refresh`.

A desk sends home with: `relay.refresh(tx, to, now_ms)`, then `first = owed(tx, to.dev)`, and when that is a number `lines_after(tx, to.dev, first - 1)`
go into return files, each remembered with `outbox_log.add(kind="return", to_dev=…, ep=tx.ep, first=r, last=r)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from xieli_sync import delivery, exchange
from xieli_sync import event as wire
from xieli_sync.ports import Delivered
from xieli_tui.store import journal, outbox_log, settings, verdict
from xieli_tui.store.store import Tx

CHUNK = 500


def _encode(r: int, item: delivery.Item) -> bytes:
    if isinstance(item, delivery.EventItem):
        return delivery.event_line(r, item.raw, item.hash)
    if isinstance(item, delivery.Receipt):
        return delivery.receipt_line(r, item)
    if isinstance(item, delivery.Resend):
        return delivery.resend_line(r, item.dev, item.ep, item.first, item.last)
    if isinstance(item, delivery.TimeItem):
        return delivery.time_line(r, item.ms)
    if isinstance(item, delivery.HeadItem):
        return delivery.head_line(r, item.ep, item.seq, item.head, item.old)
    if isinstance(item, delivery.GrantItem):
        return delivery.grant_line(r, item.grant)
    if isinstance(item, delivery.DraftItem):
        return delivery.draft_line(r, item.draft)
    if isinstance(item, delivery.FileItem):
        return delivery.file_line(r, item)
    if isinstance(item, delivery.Echoed):
        return delivery.echoed_line(r, item.issuer, item.ep, item.upto)
    raise TypeError(f"no delivery line of kind {item.k}")


def _about(item: delivery.Item) -> tuple[str, str, str, str]:
    """(dev, ep, event hash, household) of what a line is about."""
    if isinstance(item, delivery.EventItem):
        household = item.parsed.d.get("household")
        return item.parsed.dev, item.parsed.ep, item.hash, household if isinstance(household, str) else ""
    if isinstance(item, delivery.Receipt | delivery.Resend):
        return item.dev, item.ep, "", ""
    return "", "", "", ""


def event_item(e: journal.StoredEvent) -> delivery.EventItem:
    """An event of the journal as it travels."""
    return delivery.EventItem(e.line, e.hash, wire.parse_line(e.line))


def point(tx: Tx, to_dev: str) -> tuple[int, str]:
    """(r, hash) of the last line written to a recipient in the current issuer epoch."""
    row = tx.first(
        "SELECT r, hash FROM delivery_out WHERE to_dev=? AND issuer_ep=? ORDER BY r DESC LIMIT 1", (to_dev, tx.ep)
    )
    return (0, wire.ZERO) if row is None else (int(row[0]), str(row[1]))


def append_lines(tx: Tx, to_dev: str, items: Sequence[delivery.Item], now_ms: int) -> list[Delivered]:
    """Number and chain new lines to one recipient."""
    r, digest = point(tx, to_dev)
    made: list[Delivered] = []
    rows = []
    for item in items:
        r += 1
        line = _encode(r, item)
        digest = delivery.delivery_hash(digest, line)
        made.append(Delivered(r, digest, line, item))
        rows.append((to_dev, tx.ep, r, digest, item.k, *_about(item), line, now_ms))
    if rows:
        tx.conn.exec_driver_sql(
            "INSERT INTO delivery_out(to_dev, issuer_ep, r, hash, k, dev, ep, event_hash, household, line, at_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            rows,
        )
    return made


def lines_after(tx: Tx, to_dev: str, r: int) -> list[Delivered]:
    """Lines of the current issuer epoch to one recipient beyond r, as they were written."""
    rows = tx.ask(
        "SELECT r, hash, line FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND r>? ORDER BY r", (to_dev, tx.ep, r)
    )
    return [Delivered(int(number), str(digest), bytes(line)) for number, digest, line in rows]


def hash_at(tx: Tx, to_dev: str, r: int, ep: str = "") -> str | None:
    """Our hash at r, in the current issuer epoch or the one named; 64 zeros before the first line, None beyond the last."""
    if r == 0:
        return wire.ZERO
    row = tx.first("SELECT hash FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND r=?", (to_dev, ep or tx.ep, r))
    return None if row is None else str(row[0])


def put_back(tx: Tx, to_dev: str, ep: str, lines: Sequence[Delivered], now_ms: int) -> int:
    """Lines of an earlier issuer epoch that came home in an echo, where they join what stands here; how many were put back."""
    last = tx.value("SELECT coalesce(max(r), 0) FROM delivery_out WHERE to_dev=? AND issuer_ep=?", (to_dev, ep))
    digest = hash_at(tx, to_dev, int(last), ep)
    joins = {line.r: line.hash for line in lines}
    before = digest if int(last) < lines[0].r else joins.get(int(last))
    if lines[0].r > int(last) + 1 or before != digest:
        return 0
    rows = []
    for line in lines:
        if line.r > int(last):
            item = line.item if line.item is not None else delivery.parse_delivery(line.line)[1]
            rows.append((to_dev, ep, line.r, line.hash, item.k, *_about(item), line.line, now_ms))
    if rows:
        first = next(line for line in lines if line.r == int(last) + 1)
        if delivery.delivery_hash(digest or wire.ZERO, first.line) != first.hash:
            return 0
        tx.conn.exec_driver_sql(
            "INSERT INTO delivery_out(to_dev, issuer_ep, r, hash, k, dev, ep, event_hash, household, line, at_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            rows,
        )
    return len(rows)


# -- what the recipient states ----------------------------------------------------------------------


def epochs_of(tx: Tx, dev: str) -> list[exchange.Opened]:
    """The epochs held of a device, with the one each names as its past."""
    opened = {e.ep: e for e in journal.load(tx, dev=dev, t="epoch.opened")}
    found = []
    for ep, first in tx.ask("SELECT ep, min(seq) FROM journal WHERE dev=? GROUP BY ep ORDER BY ep", (dev,)):
        row = tx.conn.exec_driver_sql(
            "SELECT hlc_ms, hlc_n FROM journal WHERE dev=? AND ep=? AND seq=? ORDER BY hash LIMIT 1", (dev, ep, first)
        ).one()
        prev = prev_of(opened.get(ep))
        found.append(exchange.Opened(str(ep), (int(row[0]), int(row[1])), prev[0] if prev else None))
    return found


def prev_of(opening: journal.StoredEvent | None) -> tuple[str, int, str] | None:
    """The `prev` [ep, seq, head] of an `epoch.opened`, None when it names none that can be read."""
    prev = opening.d.get("prev") if opening is not None else None
    if isinstance(prev, list) and len(prev) == 3 and isinstance(prev[0], str) and isinstance(prev[1], int) and isinstance(prev[2], str):
        return prev[0], prev[1], prev[2]
    return None


def stated(tx: Tx, to_dev: str, issuer: str, ep: str) -> list[exchange.Acked]:
    """What a recipient says, in its newest epoch, that it took of one issuer epoch."""
    said: list[exchange.Acked] = []
    for e in journal.load(tx, dev=to_dev, t=("return.received", "epoch.opened")):
        if not verdict.valid(e):
            continue  # kept like every line, but it says nothing: one malformed statement must not end the returns of all devices
        if e.t == "return.received":
            if e.d["issuer"] == issuer and e.d["ep"] == ep:
                said.append(exchange.Acked(e.ep, int(e.d["r"]), str(e.d["head"])))
        else:
            said += [exchange.Acked(e.ep, int(r)) for who, which, r in e.d.get("ret", ()) if (who, which) == (issuer, ep)]
    newest = exchange.newest_epoch(epochs_of(tx, to_dev))
    return [x for x in said if x.ep == newest]


def acked(tx: Tx, to_dev: str) -> int:
    """Highest r of the current issuer epoch that the recipient states it took."""
    said = stated(tx, to_dev, tx.dev, tx.ep)
    found = exchange.acked_r(said, said[0].ep if said else None, lambda r: hash_at(tx, to_dev, r))
    return min(found, point(tx, to_dev)[0])


# -- whether a file is owed -------------------------------------------------------------------------


def written(tx: Tx, to_dev: str) -> int:
    """Highest r of the current issuer epoch that any file carried."""
    return max((laid.last for laid in outbox_log.list_all(tx, to_dev=to_dev) if laid.ep == tx.ep), default=0)


def withdraw_unlaid(tx: Tx, to_dev: str) -> tuple[int, str] | None:
    """Take back lines that no file ever carried, and so nobody has seen: (r, hash) of the last line that stays, None when there was none to take back."""
    kept = max(written(tx, to_dev), acked(tx, to_dev))
    gone = tx.conn.exec_driver_sql("DELETE FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND r>?", (to_dev, tx.ep, kept)).rowcount
    return (kept, hash_at(tx, to_dev, kept) or "") if gone else None


def owed(tx: Tx, to_dev: str, *, reissue: bool = False) -> int | None:
    """The r a return must start with, None when none is owed."""
    done = written(tx, to_dev)
    rows = tx.ask("SELECT r, k FROM delivery_out WHERE to_dev=? AND issuer_ep=? ORDER BY r", (to_dev, tx.ep))
    sent = [exchange.Sent(int(r), str(k), int(r) <= done) for r, k in rows]
    heard = bool(settings.get(tx, outbox_log.heard_key(to_dev), False))
    return exchange.needs_send(sent, acked(tx, to_dev), heard=heard, township=tx.role == "township", reissue=reissue)


def last_bundle(tx: Tx, dev: str) -> int | None:
    """When a bundle of this device last came in, ms; None when none ever did (待首次上报)."""
    found = tx.value("SELECT max(at_ms) FROM bundle_seen WHERE dev=?", (dev,))
    return None if found is None else int(found)
