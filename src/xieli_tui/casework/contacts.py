"""Whom to call: the township, the county, the hotline, the departments and the village itself, as the county set them (000:17, 004:二(二), CN-09, M-75).

Rules kept here
- a number the county did not set is empty, never invented;
- a row for a township or a village stands over the county's, entry by entry: what the narrow row does not name is taken from the wide one;
- what a person takes home (the slip of missing papers, a word about policy) carries the numbers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.domain import codes, jsontext
from xieli_tui.store import queries
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class Contacts:
    """Numbers for one village on one day; "" = not set. `departments` = (function, name, number); `stations` = (name, number)."""

    village: str
    township: str
    county: str
    hotline: str
    office: str
    departments: tuple[tuple[str, str, str], ...]
    stations: tuple[tuple[str, str], ...]

    @property
    def urgent(self) -> str:
        """The number to call at once: the township's, else the county's, else the hotline."""
        return self.township or self.county or self.hotline

    def slip(self) -> str:
        """One line for what a family takes home; "" when nothing was set."""
        said = [f"镇(街道)民政办 {self.township}" if self.township else f"县民政局 {self.county}" if self.county else "", f"救助热线 {self.hotline}" if self.hotline else ""]
        line = "，".join(part for part in said if part)
        return f"咨询电话：{line}。" if line else ""


def of(tx: Tx, village: str, on: dt.date) -> Contacts:
    """The numbers that hold for a village on a day."""
    day = on.isoformat()
    book = _book(tx, village, day)
    departments = tuple((ident, word, book[ident]) for ident, word in codes.DEPARTMENTS if ident != "township" and book.get(ident))
    hotline = _plain(queries.local_value(tx, "hotline", day, village))
    row = _plain(queries.local_value(tx, "village", day, village))
    stations = tuple((one.name, one.phone) for one in registers.stations(tx, village) if one.open_on(day))
    return Contacts(
        village, book.get("township", ""), book.get("county", ""), hotline if isinstance(hotline, str) else "", str(row.get("phone", "")) if isinstance(row, dict) else "", departments, stations,
    )


def _book(tx: Tx, village: str, day: str) -> dict[str, str]:
    """Every number of `local.phones` that holds here, the narrowest row last; a row that is one number is the township's."""
    out: dict[str, str] = {}
    held = [row for row in queries.local_params(tx, "phones", day) if not row.area or (row.area.isdigit() and village.startswith(row.area))]
    for row in sorted(held, key=lambda one: (len(one.area), one.start)):
        value = _plain(row.value)
        if isinstance(value, dict):
            said = {str(key): str(number) for key, number in value.items() if number}
            township = said.get(village) or said.get(village[:9]) or said.get("township")
            county = said.get(village[:6]) or said.get("county")
            out.update({key: number for key, number in said.items() if not key.isdigit()})
            out.update({key: number for key, number in (("township", township), ("county", county)) if number})
        elif value:
            out["township"] = str(value)
    return out


def _plain(text: str | None) -> Any:
    return jsontext.value(text, text)


def look(session: Session, village: str = "") -> Contacts:
    """The numbers for a village of this workspace, its first one when none is named (a desk without villages: its own area)."""
    code = village or (session.profile.villages[0] if session.profile.villages else "") or session.profile.area or ""
    with session.reading() as tx:
        return of(tx, code, session.today)


def of_application(session: Session, application: str) -> str:
    """The slip's line for the family of an application. Raises NotFound("XL-V42")."""
    from xieli_tui.casework import reads

    with session.reading() as tx:
        return of(tx, reads.application(tx, application).village, session.today).slip()


def of_household(session: Session, household: str) -> str:
    """The slip's line for a family. Raises NotFound("XL-V40")."""
    from xieli_tui.casework import reads

    with session.reading() as tx:
        return of(tx, reads.home(tx, household)[1], session.today).slip()
