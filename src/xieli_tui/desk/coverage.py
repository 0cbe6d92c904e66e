"""覆盖: for each village of the desk's area, whether its word arrived and how many of its families somebody met with this quarter.

Rules kept here
- villages stand in the order of their codes and nothing is computed that could put them in another: no rate, no place in a row, no named person;
- a family counts when a category of low income stands for it (register or the village's own list); 未遇 is no visit;
- what is counted is what arrived here: a village whose stick has not come shows the day of its last bundle beside its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import contacts
from xieli_tui.desk import guards
from xieli_tui.desk.registers import village_names
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.dates import quarter_of
from xieli_tui.store import deliveries, queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class VillageCover:
    """One village. `last_bundle` "" = none has come; `families` of a category, `visited` of them this quarter, `never` of them never met here."""

    village: str
    name: str
    last_bundle: str
    phone: str
    households: int
    families: int
    visited: int
    never: int


@dataclass(frozen=True, slots=True)
class Cover:
    """The board of a day; the quarter it speaks of."""

    on: str
    since: str
    villages: tuple[VillageCover, ...]

    @property
    def quarter(self) -> str:
        """2026 年第 4 季度."""
        return f"{self.since[:4]} 年第 {(int(self.since[5:7]) + 2) // 3} 季度"


def cover(session: Session) -> Cover:
    """The board of this desk's area. Raises Refused("XL-P07") in a village."""
    today = session.today
    since = quarter_of(today).first.isoformat()
    with session.reading() as tx:
        area = guards.officer(session, tx).area
        names = {code: name for code, name in village_names(tx).items() if code.startswith(area)}
        heard: dict[str, int] = {}
        for device in queries.devices(tx):
            for code in device.villages:
                heard[code] = max(heard.get(code, 0), deliveries.last_bundle(tx, device.dev) or 0)
        met = queries.last_visits(tx)
        counts: dict[str, list[int]] = {}
        for home in queries.households(tx):
            if not home.known or not home.size or not home.village.startswith(area):
                continue
            row = counts.setdefault(home.village, [0, 0, 0, 0])
            row[0] += 1
            if home.category in ("", "none"):
                continue
            row[1] += 1
            row[2] += met.get(home.id, "") >= since
            row[3] += home.id not in met
        return Cover(today.isoformat(), since, tuple(
            VillageCover(code, names.get(code, code), day_of(heard.get(code, 0)), contacts.of(tx, code, today).office, *counts.get(code, (0, 0, 0, 0)))
            for code in sorted({*names, *heard, *counts}) if code.startswith(area)
        ))
