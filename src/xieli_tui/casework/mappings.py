"""How the columns of workbooks were settled, remembered on this machine by the words of their heads.

Rules kept here
- kept as a setting: never dropped by a rebuild, in every backup, never on the road; head words and letters, no cell of anybody;
- kept when an import was made with it, not when it was only tried;
- used silently the next time, and said; forgotten by her word alone; what a later version cannot read any more is passed over, and said in the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import mapping as paper
from xieli_tui.paper.columns import ColumnMap, load_mapping
from xieli_tui.paper.mapping import Look, role_label
from xieli_tui.paper.roster_sheet import Roster
from xieli_tui.store import settings

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx

KEY = "roster_maps"
"""Setting: fingerprint of a head -> what was settled."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One head: `id` for forgetting, the sheet it was settled on, when, its words, (letter, meaning) of the columns read; `usable` False: settled anew the next time."""

    id: str
    sheet: str
    on: str
    heads: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    usable: bool

    def as_json(self) -> dict[str, Any]:
        """One entry of `roster mappings`."""
        return {"id": self.id, "sheet": self.sheet, "on": self.on, "heads": list(self.heads), "columns": dict(self.columns), "usable": self.usable}


def remembered(tx: Tx) -> dict[str, ColumnMap]:
    """fingerprint -> mapping, of every head that can still be read."""
    found: dict[str, ColumnMap] = {}
    for ident, kept in settings.get(tx, KEY, {}).items():
        one = _read(kept)
        if one is not None:
            found[ident] = one
    return found


def _read(kept: Any) -> ColumnMap | None:
    try:
        return paper.recalled(kept)
    except Refused:
        return None


def chosen(mapping: Path | ColumnMap | None) -> ColumnMap:
    """A mapping from a file or from the page. Raises NotFound XL-F05, Refused XL-W05."""
    return load_mapping(mapping) if isinstance(mapping, Path) else mapping or ColumnMap()


def look_at(session: Session, path: Path, mapping: Path | ColumnMap | None = None) -> Look:
    """What a workbook would be read as here. Raises as `paper.mapping.look`."""
    with session.reading() as tx:
        known = remembered(tx)
    return paper.look(path, session.today, chosen(mapping), known)


def keep(tx: Tx, roster: Roster, on: str) -> None:
    """Remember how a person settled the heads of this workbook."""
    if fresh := paper.settled(roster):
        settings.put(tx, KEY, {**settings.get(tx, KEY, {}), **{ident: {**kept, "on": on} for ident, kept in fresh.items()}})


def listed(session: Session) -> list[Remembered]:
    """Every head that was settled, the latest first."""
    with session.reading() as tx:
        kept = settings.get(tx, KEY, {})
    found = [
        Remembered(
            ident, str(one.get("sheet", "")), str(one.get("on", "")), tuple(map(str, one.get("heads", ()))),
            tuple((str(where), role_label(role)) for role, where in one.get("columns", {}).items()), _read(one) is not None,
        )
        for ident, one in kept.items()
    ]
    return sorted(found, key=lambda one: (one.on, one.id), reverse=True)


def forget(session: Session, ident: str) -> str:
    """Forget one head; the id. Raises NotFound XL-V45."""
    with session.writing() as tx:
        kept = settings.get(tx, KEY, {})
        wanted = ident.strip().lower()
        if wanted not in kept:
            raise NotFound("XL-V45", field="id")
        settings.put(tx, KEY, {one: value for one, value in kept.items() if one != wanted})
    return wanted
