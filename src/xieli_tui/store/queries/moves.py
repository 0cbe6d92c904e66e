"""Households that moved from village to village: where each was, which of them are another village's now, and the village an entry is captured for.

Rules kept here (design 03, scope)
- an entry about a household is captured for a village of its author's that this household ever had: a coordinator who was the last to speak with a
  family goes on being heard after it was moved, and the new one can write on what an old entry captured elsewhere;
- nothing is taken out of a store because a household moved: it is shown as moved, and counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.store import journal, trust, verdict
from xieli_tui.store.queries.households import village_of
from xieli_tui.store.queries.read import kept

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.store import Tx

OPENINGS = ("household.opened", "household.transferred")


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a household went: village code, its name where the desk gave one, the day."""

    household: str
    to: str
    name: str
    on: str

    @property
    def words(self) -> str:
        """转到柳林村."""
        return f"转到{self.name or self.to}"


def own_villages(tx: Tx) -> tuple[str, ...]:
    """Villages of this laptop by the grant in force; () at a desk and before enrolment."""
    if tx.role != "village":
        return ()
    grant: Mapping[str, Any] | None = kept(tx, "own grant", lambda: trust.grant(tx))
    return tuple(str(village) for village in grant["villages"]) if grant is not None else ()


def moved_away(tx: Tx) -> dict[str, Moved]:
    """Households held here that are another village's now, with where they went; none at a desk."""
    own = own_villages(tx)
    if not own:
        return {}
    marks = ",".join("?" * len(own))
    gone = tx.ask(f"SELECT household, village FROM household WHERE known=1 AND village NOT IN ({marks})", own)
    return {str(home): _went(tx, str(home), str(village)) for home, village in gone}


def moved(tx: Tx, household: str, village: str) -> Moved | None:
    """Where one household went that is now in `village`; None while it is one of this laptop's, and at a desk."""
    own = own_villages(tx)
    return _went(tx, household, village) if own and village not in own else None


def _went(tx: Tx, household: str, village: str) -> Moved:
    here = [e for e in openings(tx, household) if e.t == "household.transferred" and e.d["to"] == village]
    last = here[-1].d if here else {}
    return Moved(household, village, str(last.get("to_name", "")), str(last.get("on", "")))


def openings(tx: Tx, household: str) -> list[StoredEvent]:
    """What gave a household its villages, as far as it counts, in the order of time."""
    held = journal.load(tx, household=household, t=OPENINGS)
    bad = verdict.not_ok(tx, held) if held else {}
    return sorted((e for e in held if e.ref not in bad and verdict.valid(e)), key=lambda e: (e.hlc_ms, e.hlc_n, e.dev, e.ep, e.seq))


def current(tx: Tx, household: str, village: str) -> str:
    """Where a household is now, when `village` is one it was moved from; `village` otherwise. What the county writes about a family that left must
    not go on to the village it left."""
    any_moved: bool | None = tx.memo.get("any moved")
    if any_moved is None:
        any_moved = tx.memo["any moved"] = bool(tx.ask("SELECT 1 FROM journal WHERE t='household.transferred' LIMIT 1"))
    now = village_of(tx, household) if any_moved else None
    if now is None or now == village:
        return village
    return now if village in {e.d["village"] for e in openings(tx, household)} else village


def capture(tx: Tx, household: str, village: str, own: Sequence[str]) -> str:
    """The village an entry about a household is captured for, by who works for the places `own` (codes, or the beginning of them).

    `village` itself when it is one of them; else where the household is now, or was last, among them; `village` when it never was in any.
    """
    def mine(code: str) -> bool:
        return any(code.startswith(place) for place in own)

    if not own or mine(village):
        return village
    now = village_of(tx, household)
    if now is not None and mine(now):
        return now
    had = [code for e in openings(tx, household) for code in (e.d["village"], e.d.get("to", ""))]
    return next((code for code in reversed(had) if code and mine(code)), village)
