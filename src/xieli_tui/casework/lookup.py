"""Who in the village has a number already: asked while a form is being filled, so that one person is not written down twice.

Rules kept here
- the answer names the family and the person, never the number;
- only people held by this desk are looked through;
- a verb that would give a number to a second person refuses (XL-V14) and names the family and the person by their ids, so that the file there is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.session import Session
from xieli_tui.domain.text import group_word
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the roster: ids, and the words to say it by, e.g. 本村 2组 王秀英家的 李建军."""

    household: str
    person: str
    words: str


def who_has(session: Session, id_no: str) -> Known | None:
    """The person of this village who has a usable identity number; None when nobody has."""
    with session.reading() as tx:
        return holder(tx, id_no)


def holder(tx: Tx, id_no: str, *, but: str = "") -> Known | None:
    """Who has a number, `but` left out."""
    for one in queries.persons_by_id_no(tx, id_no):
        if not one.household or one.id == but or but in one.same:
            continue
        home = queries.household(tx, one.household)
        if home is None or not home.known:
            continue
        where = " ".join(part for part in ("本村", group_word(str(home.fields.get("group", "")))) if part)
        whose = f"{home.head_name}家的 {one.name}" if home.head_name and home.head != one.id else one.name
        return Known(home.id, one.id, f"{where} {whose}")
    return None


def nobody_else_has(tx: Tx, fields: Mapping[str, Any], but: str = "") -> None:
    """The identity number among typed person fields belongs to nobody else here. Raises Refused("XL-V14"), with the household and the person in `extra`."""
    if fields.get("id_state") != "ok" or not fields.get("id_no"):
        return
    found = holder(tx, str(fields["id_no"]), but=but)
    if found is not None:
        raise Refused("XL-V14", f"户 {found.household}，人 {found.person}", field="id_no", extra={"household": found.household, "person": found.person})
