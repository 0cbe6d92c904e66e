"""The epochs this device opened, oldest first (design 03): rows of `own_epoch`."""

from __future__ import annotations

from xieli_tui.store.store import Tx


def newest(tx: Tx) -> str | None:
    """The epoch to write in; None in a store that never wrote."""
    found = tx.ask("SELECT ep FROM own_epoch ORDER BY n DESC LIMIT 1")
    return str(found[0][0]) if found else None


def all_own(tx: Tx) -> list[str]:
    """Every epoch this device opened, oldest first."""
    return [str(row[0]) for row in tx.ask("SELECT ep FROM own_epoch ORDER BY n")]


def begin(tx: Tx, now_ms: int) -> str:
    """A new random epoch. From the next transaction on the store writes in it (`store.ep` is set by who calls)."""
    ep = tx.rand(8).hex()
    tx.conn.exec_driver_sql(
        "INSERT INTO own_epoch(n, ep, opened_ms) SELECT coalesce(max(n), 0) + 1, ?, ? FROM own_epoch",
        (ep, now_ms),
    )
    return ep
