"""Half-filled forms. Saved at every change of a field, so kill -9 costs at most the last 300 ms of typing (design 05).

Rules kept here: a draft is not an event and never leaves the machine; it remembers the version of the form it was begun with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft as kept. `key` is what the form is about (a household id, "" for a new one)."""

    form: str
    key: str
    version: int
    data: dict[str, Any]
    begun_ms: int
    at_ms: int


def save(tx: Tx, form: str, key: str, data: dict[str, Any], *, version: int = 1, now_ms: int) -> None:
    """Keep a form as it stands. The version stays the one it was begun with."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    tx.conn.exec_driver_sql(
        "INSERT INTO draft(form, key, version, data, begun_ms, at_ms) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT (form, key) DO UPDATE SET data=excluded.data, at_ms=excluded.at_ms",
        (form, key, version, text, now_ms, now_ms),
    )


def load(tx: Tx, form: str, key: str) -> SavedDraft | None:
    """A draft, None when there is none."""
    found = _select(tx, "WHERE form=? AND key=?", (form, key))
    return found[0] if found else None


def list_all(tx: Tx, form: str | None = None) -> list[SavedDraft]:
    """Drafts, the last touched first."""
    return _select(tx, "" if form is None else "WHERE form=?", () if form is None else (form,))


def written(tx: Tx) -> int:
    """When a draft was touched last, in ms; 0 when there is none."""
    return int(tx.ask("SELECT coalesce(max(at_ms), 0) FROM draft")[0][0])


def drop(tx: Tx, form: str, key: str) -> None:
    """Forget a draft: its form was saved or thrown away by its author."""
    tx.conn.exec_driver_sql("DELETE FROM draft WHERE form=? AND key=?", (form, key))


def _select(tx: Tx, where: str, values: tuple[str, ...]) -> list[SavedDraft]:
    rows = tx.ask(
        f"SELECT form, key, version, data, begun_ms, at_ms FROM draft {where} ORDER BY at_ms DESC, form, key",
        values,
    )
    return [SavedDraft(str(f), str(k), int(v), json.loads(d), int(b), int(a)) for f, k, v, d, b, a in rows]
