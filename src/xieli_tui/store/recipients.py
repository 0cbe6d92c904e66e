"""Whom a desk tells: a laptop with its villages or a township desk with its area, and what is theirs (design 04).

Rules kept here
- a place is a recipient's by its grant alone; a laptop is of a township's area when it is enrolled for one of its villages or wrote about one;
- a household that a desk moved is the recipient's while it is there: moved on, it is the next village's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xieli_tui.store import deliveries, journal, trust
from xieli_tui.store.journal import StoredEvent
from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to tell: a laptop with its villages, or a township desk with its area (9 digits)."""

    dev: str
    role: Literal["village", "township"] = "village"
    villages: tuple[str, ...] = ()
    area: str = ""

    def covers(self, village: object) -> bool:
        """Whether a village is the recipient's."""
        return isinstance(village, str) and (village in self.villages or bool(self.area and village.startswith(self.area)))


@dataclass(frozen=True, slots=True)
class Where:
    """A condition over the journal (`j`) and its values."""
    sql: str
    values: tuple[Any, ...]


def scope(to: Recipient) -> Where:
    """Lines about the recipient's villages."""
    if to.role == "township":
        return Where("j.village >= ? AND j.village < ?", (to.area, to.area + ":"))
    return Where(f"j.village IN ({','.join('?' * len(to.villages))})", to.villages)


def within(column: str, values: Sequence[str]) -> str:
    """`column IN (?,…)` for so many values."""
    return f"{column} IN ({','.join('?' * len(values))})"


def devices_of_area(tx: Tx, to: Recipient) -> set[str]:
    """Laptops of a township's area: enrolled for one of its villages, or authors of a line about one."""
    where = scope(to)
    found = {str(dev) for dev in tx.column(f"SELECT DISTINCT j.dev FROM journal j WHERE {where.sql} AND j.role='village'", where.values)}
    for e in journal.events_of_type(tx, "device.enrolled"):
        if e.role == "county" and e.d["role"] == "village" and any(to.covers(village) for village in e.d.get("villages", ())):
            found.add(e.d["dev"])
    return found - {to.dev, tx.dev}


def laptop_of_area(tx: Tx, dev: str) -> bool:
    """At a township: whether this is a laptop of its own area, by its registration or by what it wrote."""
    area = (trust.grant(tx) or {}).get("area", "")
    return bool(area) and dev in devices_of_area(tx, Recipient(tx.dev, "township", (), area))


def moved_in(tx: Tx, to: Recipient) -> list[str]:
    """Households a desk moved to the recipient and that are there now: one that was moved on is the next village's to hear about."""
    moved = [e for e in journal.events_of_type(tx, "household.transferred") if to.covers(e.d.get("to")) and e.role in trust.DESKS]
    came = sorted({e.household for e in moved if not overruled(tx, e)})
    found: list[str] = []
    for at in range(0, len(came), deliveries.CHUNK):
        part = came[at : at + deliveries.CHUNK]
        found += [str(home) for home, village in tx.ask(f"SELECT household, village FROM household WHERE {within('household', part)}", tuple(part)) if to.covers(village)]
    return found


def overruled(tx: Tx, e: StoredEvent) -> bool:
    """Whether an event does not count."""
    sql = "SELECT 1 FROM verdict WHERE dev=? AND ep=? AND seq=? AND hash=?"
    return tx.first(sql, (e.dev, e.ep, e.seq, e.hash)) is not None
