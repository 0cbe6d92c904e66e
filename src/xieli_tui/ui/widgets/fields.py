"""Entries that know what they ask for: money, identity numbers, words of a long list.

Rules kept here
- every one of them keeps what was typed, readable or not; what cannot be read is said when the field is left, and refused when saved;
- nothing is filled in by guessing: a list answers when exactly one of its words is meant;
- only codes are folded (full-width, spaces); people's words never pass through here.

The days are in `han_input.DateField`. The reading itself is the domain's: `money.parse_fen`, `idnum.check_id`, `codes.find`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual import events

from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui.widgets.han_input import HanInput, Note

if TYPE_CHECKING:
    from xieli_tui.casework.lookup import Known
    from xieli_tui.domain.idnum import IdCheck

LONGEST_WORD = 80
"""Characters beyond which nothing typed can mean a word of a list; it stays in the field as it is."""
SHOWN = 6
"""How many words of a list stand beneath the field at once."""


class MoneyField(HanInput):
    """A sum as people write it: 800, 1,200.5, 1.2万, 800元. Leaving the field writes it out with two decimals; what cannot be read stays."""

    def __init__(self, value: str = "", *, hint: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(value, fold=True, hint=hint, id=id, classes=classes)

    def fen(self) -> int | None:
        """The sum in 分, None for an empty field.

        Raises:
            Refused: XL-V04.
        """
        from xieli_tui.domain.money import parse_fen

        return parse_fen(self.value) if self.value.strip() else None

    def problem(self) -> XieliError | None:
        """Why what stands here cannot be kept."""
        try:
            self.fen()
        except XieliError as error:
            return Refused(error.code, field=self.id)
        return None

    def _on_blur(self, event: events.Blur) -> None:
        from xieli_tui.domain.money import format_fen

        super()._on_blur(event)
        try:
            found = self.fen()
        except XieliError:
            return
        if found is not None and self.value != format_fen(found):
            self.value = format_fen(found)


class IdField(HanInput):
    """An identity number, looked at as it is typed.

    Args:
        today: the day by which a birth lies in the past.
        known: county codes known here; an unknown one warns and never refuses.
        owner: who in the village has this number already; asked once a whole number stands here.
        person: whose form this is: her own number is no surprise.
        strict: a number that is none is refused when saved; else it only warns (somebody in trouble is written down without papers).
    """

    def __init__(
        self, value: str = "", *, today: dt.date, known: Sequence[str] = (), owner: Callable[[str], Known | None] | None = None, person: str = "",
        strict: bool = True, id: str | None = None, classes: str | None = None,
    ) -> None:
        super().__init__(value, fold=True, id=id, classes=classes)
        self.today, self.known, self.person = today, tuple(known), person
        self.strict, self._owner = strict, owner
        self._asked: tuple[str, Known | None] = ("", None)

    def check(self) -> IdCheck:
        """What can be said of the number."""
        from xieli_tui.domain.idnum import check_id

        return check_id(self.value, self.today, known=self.known)

    def problem(self) -> XieliError | None:
        """Why the number cannot identify anybody; an empty field is no problem here (待补)."""
        if not self.strict:
            return None
        seen = self.check()
        return None if seen.usable or seen.state == "blank" else Refused("XL-V03", field=self.id)

    @property
    def taken(self) -> Known | None:
        """Somebody else of the village who has this number."""
        seen = self.check()
        if not seen.usable or self._owner is None:
            return None
        if self._asked[0] != seen.number:
            self._asked = (seen.number, self._owner(seen.number))
        found = self._asked[1]
        return found if found is not None and found.person != self.person else None

    def note(self) -> Note:
        """The sentence that stands beneath while the number is typed; ("", "") says nothing."""
        typed = self.value.strip()
        seen = self.check()
        if seen.state == "blank":
            return "", ""
        if not seen.usable:
            if len(typed) < 18 and typed.isascii() and typed[:-1].isdigit():
                return (f"{len(typed)} 位，要 18 位", "") if len(typed) != 15 else ("15 位的老号，日期不对", "wrong")
            return "号码不对，请核对原件", "wrong"
        owner = self.taken
        if owner is not None:
            return f"{owner.words}就是这个号。Ctrl+F 打开那一户", "look"
        born = seen.birth.isoformat() if seen.birth else ""
        said = "，".join(part for part in (f"{born} 生" if born else "", {"male": "男", "female": "女"}.get(seen.sex, "")) if part)
        if "XL-W17" in seen.warnings:
            return f"{said}。前六位不在已知地区，老证会这样", "look"
        if "XL-W14" in seen.warnings:
            return f"{said}。15 位的老号，存成 18 位", "look"
        return said, ""

    def _on_blur(self, event: events.Blur) -> None:
        super()._on_blur(event)
        seen = self.check()
        if seen.usable and self.value != seen.number:
            self.value = seen.number


class CodeField(HanInput):
    """One word of a list too long for digits on a line: its number, its pinyin initials, or the word itself.

    Args:
        options: (id, 中文) pairs; the number of an option is its place, counted from 1.
        find: further words that mean an option (`codes.find` of the vocabulary): 大儿子 for 长子.
    """

    def __init__(
        self, options: Sequence[tuple[str, str]], value: str = "", *, find: Callable[[str], str | None] | None = None, hint: str = "",
        id: str | None = None, classes: str | None = None,
    ) -> None:
        self.options = tuple(options)
        self._find = find
        super().__init__(self.word(value) if value else "", hint=hint, id=id, classes=classes)

    def word(self, option: str) -> str:
        """The word of an option; an unknown one is shown as itself."""
        return next((name for ident, name in self.options if ident == option), option)

    def meant(self, text: str) -> list[str]:
        """Ids that fit what was typed, in the order of the list; one exact answer stands alone."""
        from xieli_tui.domain.pinyin import matches
        from xieli_tui.domain.text import fold_code, whole

        typed = fold_code(text) if len(text) <= LONGEST_WORD else ""
        if not typed:
            return []
        if typed.isascii() and typed.isdigit():
            place = whole(typed) or 0
            return [self.options[place - 1][0]] if 1 <= place <= len(self.options) else []
        exact = [ident for ident, name in self.options if typed in (name, ident)]
        if exact:
            return exact[:1]
        named = self._find(text.strip()) if self._find is not None else None
        if named is not None and any(ident == named for ident, _ in self.options):
            return [named]
        return [ident for ident, name in self.options if typed in name or matches(typed, name)]

    @property
    def code(self) -> str:
        """The id meant, "" while none or several are."""
        found = self.meant(self.value)
        return found[0] if len(found) == 1 else ""

    def problem(self) -> XieliError | None:
        """Why no word is meant."""
        return None if not self.value.strip() or self.code else Refused("XL-V08", field=self.id)

    def note(self) -> Note:
        """The words that fit, numbered, as many as stand on one line."""
        typed = self.value.strip()
        numbers = {ident: place for place, (ident, _) in enumerate(self.options, 1)}
        found = self.meant(typed) if typed else [ident for ident, _ in self.options]
        if typed and not found:
            return "没有这一项，打头字母、汉字或编号", "wrong"
        if len(found) == 1 and typed == self.word(found[0]):
            return "", ""
        listed = "  ".join(f"{numbers[ident]}{self.word(ident)}" for ident in found[:SHOWN])
        return listed + (f"  等 {len(found)} 项" if len(found) > SHOWN else ""), ""

    def _on_blur(self, event: events.Blur) -> None:
        super()._on_blur(event)
        found = self.code
        if found and self.value != self.word(found):
            self.value = self.word(found)


def problem_of(entry: Any) -> XieliError | None:
    """Why what stands in an entry cannot be kept; None for an entry that has no rule of its own."""
    ask = getattr(entry, "problem", None)
    return ask() if callable(ask) else None


def note_of(entry: Any) -> Note:
    """What an entry says beneath itself while it has the focus."""
    ask = getattr(entry, "note", None)
    return ask() if callable(ask) else ("", "")
