"""Named values of this machine (`setting`): JSON in, JSON out. Kept by a rebuild, in every backup, never on the road."""

from __future__ import annotations

import json
from typing import Any

from xieli_tui.store.store import Tx


def get(tx: Tx, key: str, default: Any = None) -> Any:
    """The value, or the default when it was never set."""
    row = tx.first("SELECT value FROM setting WHERE key=?", (key,))
    return default if row is None else json.loads(row[0])


def put(tx: Tx, key: str, value: Any) -> None:
    """Set a value; the old one is gone."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    tx.conn.exec_driver_sql("INSERT INTO setting(key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", (key, text))


def drop(tx: Tx, key: str) -> None:
    """Forget a value."""
    tx.conn.exec_driver_sql("DELETE FROM setting WHERE key=?", (key,))
