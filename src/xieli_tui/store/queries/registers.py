"""The registers: staff and coordinators, stations, pairs, helping groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.store.queries.read import RowMapping, kept, one, rows, texts, where

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Staff:
    """One row of the staff register. `source` (committee, grid, hired, social_worker) is set for coordinators; days are ISO, "" = open."""

    id: str
    village: str
    area: str
    name: str
    post: str
    source: str
    since: str
    until: str
    phone: str
    dev: str
    operator: str
    ref: str

    def serves(self, day: str) -> bool:
        """At work on that day."""
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True)
class Station:
    """A service station of a village."""

    id: str
    village: str
    name: str
    since: str
    until: str
    phone: str
    ref: str

    def open_on(self, day: str) -> bool:
        """Open on that day."""
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is paired with a household. `party` None = not said."""

    id: str
    household: str
    village: str
    name: str
    post: str
    party: bool | None
    since: str
    until: str
    ref: str

    def holds(self, day: str) -> bool:
        """In force on that day."""
        return self.since <= day and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True)
class HelpingGroup:
    """A helping group. `heads` are the claims a new one replaces; more than one = two computers wrote it differently."""

    id: str
    village: str
    name: str
    members: tuple[str, ...]
    households: tuple[str, ...]
    heads: tuple[str, ...]
    ref: str


def _staff(row: RowMapping) -> Staff:
    return Staff(
        row["staff"], row["village"], row["area"], row["name"], row["post"], row["source"], row["since"], row["until"], row["phone"], row["dev"],
        row["operator"], row["ref"],
    )


def staff(tx: Tx, village: str | None = None) -> list[Staff]:
    """The staff register by village, then name; ended ones included."""
    condition, values = where(village=village)
    return [_staff(row) for row in rows(tx, f"SELECT * FROM staff{condition} ORDER BY village, area, since, name, staff", values)]


def staff_member(tx: Tx, id: str) -> Staff | None:
    """One row of the staff register."""
    row = one(tx, "SELECT * FROM staff WHERE staff=?", (id,))
    return None if row is None else _staff(row)


def _station(row: RowMapping) -> Station:
    return Station(row["station"], row["village"], row["name"], row["since"], row["until"], row["phone"], row["ref"])


def stations(tx: Tx, village: str | None = None) -> list[Station]:
    """Service stations by village."""
    condition, values = where(village=village)
    return [_station(row) for row in rows(tx, f"SELECT * FROM station{condition} ORDER BY village, since, station", values)]


def _pair(row: RowMapping) -> Pair:
    party = None if row["party"] < 0 else bool(row["party"])
    return Pair(row["pair"], row["household"], row["village"], row["name"], row["post"], party, row["since"], row["until"], row["ref"])


def pairs(tx: Tx, household: str | None = None) -> list[Pair]:
    """结对帮扶, the oldest first; ended ones included."""
    condition, values = where(household=household)
    return [_pair(row) for row in rows(tx, f"SELECT * FROM pair{condition} ORDER BY household, since, ms, pair", values)]


def pair(tx: Tx, id: str) -> Pair | None:
    """One pair."""
    row = one(tx, "SELECT * FROM pair WHERE pair=?", (id,))
    return None if row is None else _pair(row)


def _group(row: RowMapping) -> HelpingGroup:
    return HelpingGroup(
        row["grp"], row["village"], row["name"], texts(row["members"]), texts(row["households"]), texts(row["heads"]), row["ref"],
    )


def helping_groups(tx: Tx, village: str | None = None) -> list[HelpingGroup]:
    """Helping groups by village and name."""
    condition, values = where(village=village)
    return kept(tx, ("groups", village), lambda: [_group(row) for row in rows(tx, f"SELECT * FROM helping_group{condition} ORDER BY village, name, grp", values)])


def helping_group(tx: Tx, id: str) -> HelpingGroup | None:
    """One helping group."""
    row = one(tx, "SELECT * FROM helping_group WHERE grp=?", (id,))
    return None if row is None else _group(row)
