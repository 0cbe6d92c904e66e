"""Whom a line of a desk's list is about: head of the family and name of its village, for lists that hold only ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.desk import guards
from xieli_tui.desk.registers import village_names
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class Who:
    """A family of a list: "" for what is not known here."""

    head: str
    village: str
    village_name: str


NOBODY = Who("", "", "")


def families(session: Session, ids: Iterable[str]) -> dict[str, Who]:
    """household -> head and village, as far as this desk knows them. Raises Refused("XL-P07") in a village."""
    guards.require_desk(session)
    found: dict[str, Who] = {}
    with session.reading() as tx:
        names = village_names(tx)
        for ident in dict.fromkeys(one for one in ids if one):
            home = queries.household(tx, ident)
            if home is not None:
                found[ident] = Who(home.head_name, home.village, names.get(home.village, home.village))
    return found


def villages(session: Session) -> dict[str, str]:
    """village code -> name, of this desk's area. Raises Refused("XL-P07") in a village."""
    with session.reading() as tx:
        area = guards.officer(session, tx).area
        names = village_names(tx)
    return {code: name for code, name in sorted(names.items()) if code.startswith(area)}
