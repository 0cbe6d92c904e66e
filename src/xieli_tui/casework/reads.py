"""What a verb must know of the store before it writes: the thing named exists, whose it is, and which events its author saw.

Rules kept here
- a name that is not there is NotFound with its own code (exit 5), never an empty answer;
- an id may be given as a prefix of at least eight characters when it is met once;
- every look-up runs in the transaction of the verb, so what was seen is what is replaced.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


def household(tx: Tx, given: str) -> rows.Household:
    """The household of an id or an unambiguous prefix. Raises NotFound("XL-V40"), also for a stub (尚未收到)."""
    found = queries.resolve_household(tx, given.strip())
    home = queries.household(tx, found) if found else None
    if home is None or not home.known:
        raise NotFound("XL-V40")
    return home


def home(tx: Tx, given: str) -> tuple[str, str]:
    """(id, village) of the household of an id or an unambiguous prefix, without its family. Raises as `household`."""
    found = queries.resolve_household(tx, given.strip())
    village = queries.village_of(tx, found) if found else None
    if found is None or village is None:
        raise NotFound("XL-V40")
    return found, village


def person(tx: Tx, given: str) -> rows.Person:
    """The person of an id. Raises NotFound("XL-V41")."""
    found = queries.person(tx, given.strip())
    if found is None or not found.known:
        raise NotFound("XL-V41")
    return found


def member(tx: Tx, household_id: str, given: str, field: str = "person") -> rows.Member:
    """A current member of a household. Raises NotFound("XL-V41") when the person is not one of this family."""
    for one in queries.members(tx, household_id):
        if one.is_(given.strip()):
            return one
    raise NotFound("XL-V41", "这一户里没有这个人", field=field)


def application(tx: Tx, given: str) -> rows.Application:
    """The application of an id or an unambiguous prefix. Raises NotFound("XL-V42")."""
    found = queries.resolve_application(tx, given.strip())
    app = queries.application(tx, found) if found else None
    if app is None or not app.known:
        raise NotFound("XL-V42")
    return app


def flag(tx: Tx, given: str) -> rows.Flag:
    """The finding of an id. Raises NotFound("XL-V43")."""
    found = queries.flag(tx, given.strip())
    if found is None or not found.known:
        raise NotFound("XL-V43")
    return found


def own_village(session: Session, given: str | None) -> str:
    """A village this device works for; its first one when none is named. Raises Refused("XL-V05")/("XL-P03")."""
    listed: Sequence[str] = session.profile.villages
    if not given:
        if not listed:
            raise Refused("XL-V06", "请写明是哪个村", field="village")
        return listed[0]
    code = given.strip()
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        raise Refused("XL-V05", field="village")
    if listed and code not in listed:
        raise Refused("XL-P03", "不是这台电脑负责的村", field="village")
    if not listed and session.profile.area and not code.startswith(session.profile.area):
        raise Refused("XL-P03", "不在本单位辖区", field="village")
    return code


def operator_name(session: Session, tx: Tx) -> str:
    """Name of the operator at work, from the chain."""
    return queries.operator_names(tx).get((session.dev, session.operator), "")


def township_phone(tx: Tx, village: str, on: dt.date) -> str:
    """The number to call in an emergency: the village's township, else the county, else the hotline, else "" (contacts)."""
    from xieli_tui.casework import contacts

    return contacts.of(tx, village, on).urgent
