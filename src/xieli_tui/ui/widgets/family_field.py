"""A family by name: typed as in 住户 (name, nickname, initials, tail, group), shown as 户主 组 出生年 once one is meant.

Rules kept here
- nobody is taken by guess: while several fit, their groups and birth years stand beneath, and saving says that one must be meant;
- what stands in the field (and in the draft) is the family's words, never an identity number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.widgets.fields import SHOWN, CodeField, Note

if TYPE_CHECKING:
    from xieli_tui.casework.views import HouseholdRow


def family_words(row: HouseholdRow) -> str:
    """王秀英 2组 1951: two heads of one name are told apart."""
    return " ".join(part for part in (row.head, words.group_word(row.group), row.birth_year) if part)


class FamilyField(CodeField):
    """One family of the list.

    Args:
        find: the search of 住户.
        row: the family it stands on from the start.
    """

    def __init__(self, find: Callable[[str], Sequence[HouseholdRow]], row: HouseholdRow | None = None, *, hint: str = "", id: str | None = None) -> None:
        self._search = find
        self._known = {row.id: row} if row is not None else {}
        self._asked: tuple[str, tuple[HouseholdRow, ...]] = ("", ())
        super().__init__((), row.id if row is not None else "", hint=hint, id=id)

    def word(self, option: str) -> str:
        row = self._known.get(option)
        return family_words(row) if row is not None else option

    def _rows(self, typed: str) -> tuple[HouseholdRow, ...]:
        if self._asked[0] != typed:
            first = typed.split(" ")[0]
            found = tuple(self._search(first))
            exact = tuple(one for one in found if family_words(one) == typed)
            self._asked = (typed, exact or (found if first == typed else tuple(one for one in found if family_words(one).startswith(typed))))
        return self._asked[1]

    def meant(self, text: str) -> list[str]:
        typed = " ".join(text.split())
        if not typed:
            return []
        row = next((one for one in self._known.values() if family_words(one) == typed), None)
        if row is not None:
            return [row.id]
        found = self._rows(typed)
        if len(found) == 1:
            self._known[found[0].id] = found[0]
        return [one.id for one in found]

    def problem(self) -> XieliError | None:
        if not self.value.strip() or self.code:
            return None
        return Refused("XL-V08", field=self.id)

    def note(self) -> Note:
        typed = " ".join(self.value.split())
        if not typed:
            return "姓名、小名、拼音头字母、证件尾号，都行", ""
        found = self.meant(typed)
        if not found:
            return "没有这一户，换个字，或者只打一两个字", "wrong"
        if len(found) == 1:
            return ("", "") if typed == self.word(found[0]) else (self.word(found[0]), "")
        rows = self._rows(typed)
        more = f"  等 {len(rows)} 户" if len(rows) > SHOWN else ""
        return "  ".join(family_words(one) for one in rows[:4]) + more + "，写全是哪一户", ""
