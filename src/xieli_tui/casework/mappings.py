"""How the columns of workbooks were settled, remembered on this machine by the words of their heads.

Rules kept here
- kept as a setting: never dropped by a rebuild, in every backup; head words and letters, no cell of anybody;
- the county can send one to every village (`desk.roster_maps`); what she settled herself goes first;
- kept when an import was made with it, not when it was only tried;
- used silently the next time, and said; forgotten by her word alone; what a later version cannot read any more is passed over, and said in the list.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.domain import jsontext
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import mapping as paper
from xieli_tui.paper.columns import ColumnMap, load_mapping
from xieli_tui.paper.mapping import Look, role_label
from xieli_tui.paper.roster_sheet import Roster, read_roster
from xieli_tui.store import queries, settings

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx

KEY = "roster_maps"
"""Setting: fingerprint of a head -> what was settled."""
KIND, SENT = "mapping", "columns-"
"""How one travels: kind of its pieces, and what stands before the fingerprint in its name."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One head: `id` for forgetting, the sheet it was settled on, when, its words, (letter, meaning) of the columns read; `usable` False: settled anew the next time."""

    id: str
    sheet: str
    on: str
    heads: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    usable: bool
    source: str = "own"
    """own | county."""

    def as_json(self) -> dict[str, Any]:
        """One entry of `roster mappings`."""
        return {"id": self.id, "sheet": self.sheet, "on": self.on, "heads": list(self.heads), "columns": dict(self.columns), "usable": self.usable, "source": self.source}


def remembered(tx: Tx, today: dt.date) -> dict[str, ColumnMap]:
    """fingerprint -> mapping, of every head that can be read: what the county sent, under what was settled here."""
    known = {**sent(tx, today), **settings.get(tx, KEY, {})}
    return {ident: one for ident, kept in known.items() if (one := _read(kept)) is not None}


def sent(tx: Tx, today: dt.date) -> dict[str, Any]:
    """fingerprint -> what the county put in force for it."""
    found: dict[str, Any] = {}
    for one in queries.installs(tx):
        if one.pack.startswith(SENT) and one.kind == KIND and one.state == "whole" and one.start <= today.isoformat():
            data = queries.blob(tx, one.digest)
            kept = jsontext.value(data.decode("utf-8", "replace")) if data is not None else None
            if isinstance(kept, dict) and kept.get("columns_of") == one.pack.removeprefix(SENT):
                found[one.pack.removeprefix(SENT)] = {**kept, "on": one.start}
    return found


def to_send(tx: Tx, ident: str) -> tuple[str, bytes]:
    """(name of the sheet, the file) of a head that was settled here. Raises NotFound XL-V45; Refused XL-W05 for one this program cannot read."""
    kept = settings.get(tx, KEY, {}).get(ident)
    if kept is None:
        raise NotFound("XL-V45", "没有记住这个表头", field="id", next_step="有哪些：xieli roster mappings")
    paper.recalled(kept)
    body = {"columns_of": ident, **{name: kept[name] for name in ("columns", "skip", "values", "heads", "sheet") if name in kept}}
    return str(kept.get("sheet", "")), json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


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
        known = remembered(tx, session.today)
    return paper.look(path, session.today, chosen(mapping), known)


def keep(tx: Tx, roster: Roster, on: str) -> None:
    """Remember how a person settled the heads of this workbook."""
    if fresh := paper.settled(roster):
        settings.put(tx, KEY, {**settings.get(tx, KEY, {}), **{ident: {**kept, "on": on} for ident, kept in fresh.items()}})


def learn(session: Session, path: Path, mapping: Path | ColumnMap) -> list[str]:
    """Remember how a workbook's heads are settled without taking anybody in; their ids. Raises as `read_roster`."""
    roster = read_roster(path, session.today, mapping=chosen(mapping))
    with session.writing() as tx:
        keep(tx, roster, session.today.isoformat())
    return list(paper.settled(roster))


def listed(session: Session) -> list[Remembered]:
    """Every head that was settled here or by the county, the latest first."""
    with session.reading() as tx:
        own, county = settings.get(tx, KEY, {}), sent(tx, session.today)
    found = [_listed(ident, one, "own") for ident, one in own.items()] + [_listed(ident, one, "county") for ident, one in county.items() if ident not in own]
    return sorted(found, key=lambda one: (one.on, one.id), reverse=True)


def _listed(ident: str, kept: Mapping[str, Any], source: str) -> Remembered:
    columns = kept.get("columns", {})
    named = tuple((str(where), role_label(str(role))) for role, where in columns.items()) if isinstance(columns, dict) else ()
    return Remembered(ident, str(kept.get("sheet", "")), str(kept.get("on", "")), tuple(map(str, kept.get("heads", ()))), named, _read(kept) is not None, source)


def forget(session: Session, ident: str) -> str:
    """Forget one head that was settled here; the id. One of the county's is the county's to take back. Raises NotFound XL-V45."""
    with session.writing() as tx:
        kept = settings.get(tx, KEY, {})
        wanted = ident.strip().lower()
        if wanted not in kept:
            raise NotFound("XL-V45", field="id")
        settings.put(tx, KEY, {one: value for one, value in kept.items() if one != wanted})
    return wanted
