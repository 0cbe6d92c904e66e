"""Who is here and does not stand in a list. Nothing is ever done to them: they are told.

Rules kept here
- of a family the list names, every member no row means;
- of whole families only those an earlier list named, of the villages and the categories this one speaks of: a list of one category says nothing of others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from xieli_tui.casework.roster_changes import SOURCE, Missing
from xieli_tui.casework.roster_families import Family
from xieli_tui.casework.roster_match import Known
from xieli_tui.store import journal

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


def absent(tx: Tx, known: Known, seen: Collection[str], laid: Sequence[tuple[Family, rows.Household | None]]) -> list[Missing]:
    """Args: seen: people some row means; laid: families of the list with the households they are."""
    people = set(seen)

    def unseen(member: rows.Member) -> bool:
        return people.isdisjoint((member.person, *member.same))

    homes = [home for _family, home in laid if home is not None]
    out = [Missing(home.id, home.head_name, member.person, member.name) for home in homes for member in known.members.get(home.id, ()) if unseen(member)]
    listed = {home.id for home in homes}
    villages, kinds = {family.village for family, _home in laid}, {family.category for family, _home in laid} - {""}
    left = [
        home for home in known.households.values()
        if home.id not in listed and home.village in villages and (not kinds or home.category in kinds) and known.members.get(home.id)
        and all(map(unseen, known.members[home.id]))
    ]
    from_lists = {event.entity for event in journal.events_of_entity(tx, (home.id for home in left)) if event.d.get("source") == SOURCE}
    return [*out, *(Missing(home.id, home.head_name, "", "") for home in left if home.id in from_lists)]
