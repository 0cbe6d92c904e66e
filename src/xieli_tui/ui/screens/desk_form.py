"""What the forms of a desk share: the keys, the word about 回传, a family by name, villages by name or code.

Rules kept here
- a village is written by its name or its twelve digits, several with 、 between; a name this desk does not know is said, not guessed;
- what goes home with the next return says so when it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xieli_tui.casework import households
from xieli_tui.casework.views import Saved
from xieli_tui.errors import Refused
from xieli_tui.ui.screens.base import Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.family_field import FamilyField

KEYS: tuple[Key, ...] = (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))
SPLIT = re.compile(r"[、，,;；\s]+")


class DeskForm(FormPage):
    """A form of a township or a county."""

    AFTER = "F9 回传以后村里才看得到。"

    def foot(self) -> Sequence[Key]:
        picks = any(isinstance(entry, Choice) for entry in self.entries.values())
        return KEYS if picks else (("Tab", "下一格"), ("上下", "换格"), *KEYS[2:])

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", result.beside() or self.AFTER, "done")

    def family(self, name: str, household: str = "", *, hint: str = "姓名、拼音头字母") -> FamilyField:
        """A family's entry; `household` is the one it stands on."""
        session = self.xapp.session
        card = self.attempt(lambda: households.show(session, household, entries=0)) if household else None
        entry = FamilyField(lambda query: households.list_households(session, query), card.row if card is not None else None, hint=hint, id=name)
        self.entries[name] = entry
        return entry

    def parts(self, name: str) -> list[str]:
        """What was written with 、 between."""
        return [part for part in SPLIT.split(self.value(name)) if part]


def village_codes(typed: Sequence[str], known: Mapping[str, str], field: str) -> list[str]:
    """Codes of villages written by name or code.

    Raises:
        Refused: XL-V05 neither twelve digits nor a name of this desk, or a name two villages have.
    """
    out: list[str] = []
    for at, part in enumerate(typed, 1):
        named = [part] if len(part) == 12 and part.isascii() and part.isdigit() else [code for code, name in known.items() if name and (name == part or name.endswith(part))]
        if len(named) != 1:
            raise Refused("XL-V05", f"第 {at} 个对不上一个村" if not named else f"第 {at} 个，有 {len(named)} 个村叫这个名字，写 12 位代码", field=field)
        out += named
    return list(dict.fromkeys(out))
