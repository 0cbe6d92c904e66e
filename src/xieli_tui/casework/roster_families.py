"""The rows of a roster workbook gathered into families, in sheet order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from xieli_tui.domain.text import fold_code, whole
from xieli_tui.paper.roster_sheet import RowDraft


@dataclass(slots=True)
class Family:
    """The rows of one household of the sheet."""

    village: str
    number: str
    head: str
    address: str
    rows: list[RowDraft] = field(default_factory=list)

    @property
    def head_row(self) -> RowDraft | None:
        """The head's own row: by relation, else by name; None when the head is not listed."""
        return next((row for row in self.rows if row.is_head), None) or next((row for row in self.rows if row.name == self.head), None)

    @property
    def category(self) -> str:
        """The head's category; of the first row when the head is not listed."""
        return (self.head_row or self.rows[0]).category

    def fields(self) -> dict[str, Any]:
        """Household fields as the sheet gives them, without the head."""
        found: dict[str, Any] = {"number": self.number, "address": self.address, "category": self.category}
        found["group"] = next((row.group for row in self.rows if row.group), "")
        lead = self.head_row or self.rows[0]
        found.update(lead.household)
        return {name: value for name, value in found.items() if value != ""}


def families(drafts: Iterable[RowDraft], village_of: Callable[[RowDraft], str]) -> list[Family]:
    """Rows gathered into households, in sheet order.

    Without a 户编号, two heads of one name at one address stay two households when their birth days or IDs differ.
    """
    found: dict[tuple[str, ...], Family] = {}
    for draft in drafts:
        village = village_of(draft)
        key: tuple[str, ...]
        if draft.number:
            key = (village, "number", number_key(draft.number))
        else:
            base = (village, "head", draft.head or draft.name, place_key(draft.address))
            at = sum(1 for known in found if known[:4] == base)
            last = found.get((*base, str(at)))
            again = draft.is_head and last is not None and last.head_row is not None and not _same_person(draft, last.head_row)
            key = (*base, str(at + 1 if last is None or again else at))
        family = found.get(key)
        if family is None:
            family = found[key] = Family(village, draft.number, draft.head, draft.address)
        family.address = family.address or draft.address
        family.head = family.head or draft.head
        family.rows.append(draft)
    return list(found.values())


def number_key(number: str) -> str:
    """001 and 1 are one 户编号: a workbook loses leading zeros."""
    folded = fold_code(number)
    place = whole(folded)
    return str(place) if place is not None else folded


def place_key(address: str) -> str:
    """An address without blanks and marks."""
    return re.sub(r"[\s,，。.、;；-]+", "", fold_code(address))


def _same_person(one: RowDraft, other: RowDraft) -> bool:
    if one.id.usable and other.id.usable:
        return one.id.number == other.id.number
    return one.name == other.name and (not one.birth or not other.birth or one.birth == other.birth)
