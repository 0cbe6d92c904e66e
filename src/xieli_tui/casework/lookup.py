"""Who in the village has a number already: asked while a form is being filled, so that one person is not written down twice.

Rules kept here
- the answer names the family and the person, never the number;
- only people held by this desk are looked through.
"""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework.session import Session
from xieli_tui.domain.text import group_word
from xieli_tui.store import queries


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the roster: ids, and the words to say it by, e.g. 本村 2组 王秀英家的 李建军."""

    household: str
    person: str
    words: str


def who_has(session: Session, id_no: str) -> Known | None:
    """The person of this village who has a usable identity number; None when nobody has."""
    with session.reading() as tx:
        for one in queries.persons_by_id_no(tx, id_no):
            if not one.household:
                continue
            home = queries.household(tx, one.household)
            if home is None or not home.known:
                continue
            where = " ".join(part for part in ("本村", group_word(str(home.fields.get("group", "")))) if part)
            whose = f"{home.head_name}家的 {one.name}" if home.head_name and home.head != one.id else one.name
            return Known(home.id, one.id, f"{where} {whose}")
    return None
