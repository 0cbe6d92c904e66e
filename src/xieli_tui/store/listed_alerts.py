"""Rows of lists (预警名单) that were handed to this computer as workbooks, and whose a row is by a person's word: local, in every backup, never on the road.

Rules kept here (ADR 0013)
- a row has the id that every copy of it has; taken in twice it is one row, and what a person said of it stays;
- a row a desk issued here is the desk's: of ours only whose it is is kept, where the desk did not know;
- what is kept here changes what families owe: it is part of how far the store has come (`duty_cache.reach`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list. `household` "" = nobody known here."""

    alert: str
    village: str
    cls: str
    text: str
    on: str
    household: str = ""
    person: str = ""
    number: str = ""
    amount: int | None = None
    due: str = ""
    columns: dict[str, Any] = field(default_factory=dict)


def whose(tx: Tx, alert: str) -> str:
    """The household this computer has for a row; "" none."""
    found = tx.ask("SELECT household FROM listed_alert WHERE alert=?", (alert,))
    return str(found[0][0]) if found else ""


def keep(tx: Tx, found: Iterable[Listed], at_ms: int) -> None:
    """Keep rows that were not kept yet; of one that was, only whose it is, where nobody knew."""
    rows = [(
        one.alert, one.household, one.person, one.village, one.number, one.cls, one.text, one.amount, one.on, one.due,
        json.dumps(one.columns, ensure_ascii=False, separators=(",", ":")), at_ms,
    ) for one in found]
    if not rows:
        return
    tx.conn.exec_driver_sql(
        "INSERT INTO listed_alert(alert, household, person, village, number, cls, text, amount, on_day, due, columns, at_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT (alert) DO UPDATE SET cls=excluded.cls, village=excluded.village, number=excluded.number, text=excluded.text, amount=excluded.amount,"
        " on_day=excluded.on_day, due=excluded.due, columns=excluded.columns, at_ms=CASE WHEN listed_alert.cls='' THEN excluded.at_ms ELSE listed_alert.at_ms END,"
        " person=CASE WHEN listed_alert.household='' THEN excluded.person ELSE listed_alert.person END,"
        " household=CASE WHEN listed_alert.household='' THEN excluded.household ELSE listed_alert.household END",
        rows,
    )


def match(tx: Tx, alert: str, village: str, household: str, person: str, at_ms: int) -> None:
    """A person says whose a row is; said again, the last word counts."""
    tx.conn.exec_driver_sql(
        "INSERT INTO listed_alert(alert, household, person, village, number, cls, text, on_day, due, columns, at_ms) VALUES (?,?,?,?,'','','','','','{}',?)"
        " ON CONFLICT (alert) DO UPDATE SET household=excluded.household, person=excluded.person",
        (alert, household, person, village, at_ms),
    )
