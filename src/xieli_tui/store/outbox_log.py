"""What was laid down where: one row per bundle written. Writing a bundle is not an event (design 04), so it is only remembered here.

Rules kept here: nothing is taken out of the journal because it was exported; a bundle's words (已导出, 镇已签收, 县已签收) come from
receipts, this table only knows 已导出. Folder paths are not kept, only the file's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.store import settings
from xieli_tui.store.store import Tx


def heard_key(dev: str) -> str:
    """Setting that says: a bundle of this device came in since the last file was written for it."""
    return f"heard.{dev}"


@dataclass(frozen=True, slots=True)
class Laid:
    """One bundle laid down. For `changes` ep/first/last are of the own chain; for returns they are delivery numbers towards `to_dev`."""

    bid: str
    kind: str
    ep: str
    first: int
    last: int
    events: int
    size: int
    digest: str
    name: str
    at_ms: int
    to_dev: str = ""


_COLUMNS = "bid, kind, to_dev, ep, first, last, events, size, digest, name, at_ms"


def add(tx: Tx, laid: Laid) -> None:
    """Remember a bundle."""
    tx.conn.exec_driver_sql(
        f"INSERT INTO outbox({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (laid.bid, laid.kind, laid.to_dev, laid.ep, laid.first, laid.last, laid.events, laid.size, laid.digest, laid.name, laid.at_ms),
    )
    if laid.to_dev:
        settings.drop(tx, heard_key(laid.to_dev))


def list_all(tx: Tx, *, kind: str | None = None, to_dev: str | None = None, limit: int | None = None) -> list[Laid]:
    """Bundles laid down, newest first."""
    where, values = [], []
    for column, value in (("kind", kind), ("to_dev", to_dev)):
        if value is not None:
            where.append(f"{column}=?")
            values.append(value)
    sql = f"SELECT {_COLUMNS} FROM outbox" + (" WHERE " + " AND ".join(where) if where else "") + " ORDER BY at_ms DESC, ep, last DESC"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    return [
        Laid(str(bid), str(kind_), str(ep), int(first), int(last), int(events), int(size), str(digest), str(name), int(at), str(to))
        for bid, kind_, to, ep, first, last, events, size, digest, name, at in tx.ask(sql, tuple(values))
    ]


def exported_to(tx: Tx, ep: str) -> int:
    """Highest seq of an own epoch that any bundle carried; 0 when none did."""
    return int(tx.value("SELECT coalesce(max(last), 0) FROM outbox WHERE kind='changes' AND ep=?", (ep,)))


def last_export(tx: Tx) -> int:
    """When `changes` were last laid down, ms; 0 when never."""
    return int(tx.value("SELECT coalesce(max(at_ms), 0) FROM outbox WHERE kind='changes'"))
