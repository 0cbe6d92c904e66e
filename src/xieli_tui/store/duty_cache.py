"""Answers of the policy engine kept by household, and what changed since they were given.

Rules kept here
- what is kept is a matter of time, not of truth: it rests on a mark (day, packs, calendar, program) and on how far the journal had come; where either
  does not fit, it is asked again;
- an entry changes the answers of its own family; of everybody where an entry names no family, unless its type has nothing to do with any;
- verdicts may change without a line of the journal (a desk's word came in), and so may the lists taken in here: both are part of how far the store had come.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.store import journal, settings
from xieli_tui.store.project.base import MENDERS

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

HEADER = "duties"
QUIET = frozenset({
    "audit.unlocked", "audit.revealed", "audit.printed", "audit.exported", "return.received", "operator.added", "operator.ended", "epoch.opened", "blob.part",
    "staff.registered", "station.set", "encounter.recorded", "complaint.received", "complaint.answered", "reserve.moved", "officer.set",
})
"""Types that say nothing about any family. A verdict they change shows in the verdicts, a pack in the mark."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a store had come: the last journal row, and what is not effective."""

    rowid: int
    verdicts: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers kept: their mark, how far the store had come, and the JSON value of every household that has one."""

    mark: str
    reach: Reach
    bodies: dict[str, Any]


def reach(tx: Tx) -> Reach:
    """How far this store has come."""
    last = tx.ask("SELECT coalesce(max(rowid), 0) FROM journal")[0][0]
    digest = hashlib.sha256()
    for row in tx.ask("SELECT ref, status, code FROM verdict ORDER BY ref, status, code"):
        digest.update(json.dumps(row, ensure_ascii=False).encode())
    for row in tx.ask("SELECT alert, household FROM listed_alert ORDER BY alert"):
        digest.update(json.dumps(row).encode())
    return Reach(int(last), digest.hexdigest())


def touched(tx: Tx, since: Reach, now: Reach) -> set[str] | None:
    """Households whose answers may have changed; None = all of them."""
    if since.verdicts != now.verdicts or now.rowid < since.rowid:
        return None
    homes: set[str] = set()
    people: set[str] = set()
    for t, household, entity, of in tx.ask('SELECT t, household, entity, "of" FROM journal WHERE rowid>?', (since.rowid,)):
        if t in QUIET:
            continue
        if not household and t in MENDERS:
            mended = journal.get(tx, of)
            household = mended.household if mended is not None and mended.t not in MENDERS else ""
        if not household:
            return None
        homes.add(household)
        if t.startswith(("person.", "roster.")):
            people.add(entity)
    for person in people:
        homes.update(str(row[0]) for row in tx.ask("SELECT household FROM membership WHERE person=?", (person,)))
    return homes


def load(tx: Tx) -> Kept | None:
    """What is kept; None when nothing is."""
    header = settings.get(tx, HEADER)
    if header is None:
        return None
    bodies = {household: json.loads(body) for household, body in tx.ask("SELECT household, body FROM duty_kept")}
    return Kept(header["mark"], Reach(header["rowid"], header["verdicts"]), bodies)


def save(tx: Tx, mark: str, since: Reach | None, at: Reach, changed: Mapping[str, Sequence[Any]]) -> bool:
    """Keep answers given at `at`: of every household (`since` None), or of those touched since `since`; an empty answer is dropped.

    What another program kept meanwhile is not mixed with: answers that do not continue what lies there are not kept (False).
    """
    held = settings.get(tx, HEADER)
    same = held is not None and held["mark"] == mark
    if same and held["rowid"] > at.rowid:
        return False
    if since is not None and not (same and held["rowid"] >= since.rowid and held["verdicts"] == since.verdicts):
        return False
    if since is None:
        tx.conn.exec_driver_sql("DELETE FROM duty_kept")
    elif gone := [(household,) for household, body in changed.items() if not body]:
        tx.conn.exec_driver_sql("DELETE FROM duty_kept WHERE household=?", gone)
    rows = [(household, json.dumps(body, ensure_ascii=False, separators=(",", ":"))) for household, body in changed.items() if body]
    if rows:
        tx.conn.exec_driver_sql("INSERT INTO duty_kept(household, body) VALUES (?,?) ON CONFLICT (household) DO UPDATE SET body=excluded.body", rows)
    settings.put(tx, HEADER, {"mark": mark, "rowid": at.rowid, "verdicts": at.verdicts})
    return True


def forget(tx: Tx) -> None:
    """Keep nothing: the rows it rested on were made anew."""
    tx.conn.exec_driver_sql("DELETE FROM duty_kept")
    settings.drop(tx, HEADER)
