"""Returns kept so that they can be given back to a desk that lost them, what of them is owed, and at a desk what comes home (design 04).

Rules kept here
- the envelope of every return and grant that brought a line is kept beside its delivery lines; together they prove themselves;
- owed is what `xieli_sync.echo.beyond` says, per earlier issuer epoch, in whole returns; it is owed again until acknowledged;
- a desk puts its own delivery lines back where they stood (the next head line then names them as `old`) and takes the events back as exact lines;
- what its issuer will not acknowledge by itself (another desk's return, or own lines that do not join what stands here) the county acknowledges: one
  `echoed` event per device and issuer epoch, told to that device alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from xieli_sync import delivery, echo
from xieli_sync.echo import Returned
from xieli_sync.ports import Envelope
from xieli_tui.domain.events.road import Echoed
from xieli_tui.store import chains, deliveries, issuers, journal
from xieli_tui.store.store import Tx

# -- at the device that took the returns in ---------------------------------------------------------


def keep(tx: Tx, issuer: str, ep: str, last: int, envelope: Envelope, now_ms: int) -> None:
    """Keep the envelope of a return that brings lines up to r = `last`."""
    tx.conn.exec_driver_sql(
        "INSERT INTO envelope(issuer, issuer_ep, last, core, wraps, body, sigs, at_ms) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (issuer, ep, last, envelope.core, envelope.wraps, envelope.body, envelope.sigs, now_ms),
    )


def owed(tx: Tx) -> list[list[bytes]]:
    """The returns owed back, each as lines of an echo (`xieli_sync.echo.lines_of`)."""
    found: list[list[bytes]] = []
    echoed = _echoed(tx)
    for issuer, ep in issuers.earlier(tx):
        now = issuers.current(tx, issuer)
        head = _last_head(tx, issuer, cast(str, now))
        if head is None:
            continue
        point, _ = _point(tx, issuer, ep)
        told = next((r for name, r, _ in head.old if name == ep), 0)
        done = echo.beyond(point, head.old, echoed, issuer, ep, _hash_at(tx, issuer, ep, told))
        if done < point:
            found += [echo.lines_of(envelope, lines) for envelope, lines in returns_of(tx, issuer, ep, done)]
    return found


def returns_of(tx: Tx, issuer: str, ep: str, done: int) -> list[tuple[Envelope, list[bytes]]]:
    """(envelope, delivery lines) of every return of an issuer epoch that reaches beyond r = `done`."""
    found = []
    rows = tx.ask(
        "SELECT core, wraps, body, sigs, last FROM envelope WHERE issuer=? AND issuer_ep=? AND last>? ORDER BY last", (issuer, ep, done)
    )
    for core, wraps, body, sigs, last in rows:
        envelope = Envelope(bytes(core), bytes(wraps), str(body), bytes(sigs))
        first = _first_of(envelope)
        lines = tx.column(
            "SELECT line FROM delivery_in WHERE issuer=? AND issuer_ep=? AND r BETWEEN ? AND ? ORDER BY r", (issuer, ep, first, int(last))
        )
        found.append((envelope, [bytes(line) for line in lines]))
    return found


def _first_of(envelope: Envelope) -> int:
    from xieli_sync.event import parse_canonical

    return int(parse_canonical(envelope.core, len(envelope.core))["first"])


def _point(tx: Tx, issuer: str, ep: str) -> tuple[int, str]:
    row = tx.conn.exec_driver_sql("SELECT r, hash FROM delivery_in WHERE issuer=? AND issuer_ep=? ORDER BY r DESC LIMIT 1", (issuer, ep)).one()
    return int(row[0]), str(row[1])


def _hash_at(tx: Tx, issuer: str, ep: str, r: int) -> str | None:
    found = tx.value("SELECT hash FROM delivery_in WHERE issuer=? AND issuer_ep=? AND r=?", (issuer, ep, r))
    return None if found is None else str(found)


def _last_head(tx: Tx, issuer: str, ep: str) -> delivery.HeadItem | None:
    row = tx.first(
        "SELECT line FROM delivery_in WHERE issuer=? AND issuer_ep=? AND k='head' ORDER BY r DESC LIMIT 1", (issuer, ep)
    )
    item = delivery.parse_delivery(bytes(row[0]))[1] if row is not None else None
    return item if isinstance(item, delivery.HeadItem) else None


def _echoed(tx: Tx) -> list[delivery.Echoed]:
    """What the county says, in its current epoch, that it took back."""
    rows = tx.column(
        "SELECT i.line FROM delivery_in i JOIN issuer_epoch e ON e.issuer=i.issuer AND e.issuer_ep=i.issuer_ep AND e.age=0"
        " WHERE i.k='echoed' AND i.role='county'"
    )
    items = [delivery.parse_delivery(bytes(line))[1] for line in rows]
    return [item for item in items if isinstance(item, delivery.Echoed)]


# -- at the desk ------------------------------------------------------------------------------------


def take_back(tx: Tx, sender: str, returns: Sequence[Returned], by: str, now_ms: int) -> None:
    """Own delivery lines go back where they stood; what will not be acknowledged by that, the county acknowledges."""
    open_: dict[tuple[str, str], int] = {}
    for one in sorted(returns, key=lambda x: (x.signer.dev, x.ep, x.lines[0].r)):
        last = one.lines[-1]
        if one.signer.dev == tx.dev:
            if one.ep == tx.ep:  # nothing of it is lost, so nothing is owed an answer
                continue
            deliveries.put_back(tx, sender, one.ep, one.lines, now_ms)
            held = deliveries.hash_at(tx, sender, last.r, one.ep)
            if held == last.hash:
                continue
            if held is not None:
                chains.alarm(tx, "XL-C02", tx.dev, one.ep, last.r, now_ms, "echo")
        key = (one.signer.dev, one.ep)
        open_[key] = max(open_.get(key, 0), last.r)
    if tx.role != "county":
        return
    told = {(e.d["issuer"], e.d["ep"]): int(e.d["r"]) for e in echoed_to(tx, sender)}
    due = [Echoed(issuer=issuer, ep=ep, r=r, dev=sender) for (issuer, ep), r in sorted(open_.items()) if told.get((issuer, ep), 0) < r]
    if due:
        journal.append(tx, [(payload, by) for payload in due], now_ms)


def echoed_to(tx: Tx, dev: str) -> list[journal.StoredEvent]:
    """Own `echoed` events that speak to a device, in their order."""
    return [e for e in journal.load(tx, t="echoed", dev=tx.dev) if e.d.get("dev") == dev]
