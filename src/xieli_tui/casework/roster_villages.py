"""Which village a row of a roster is of.

Rules kept here
- the 村 column counts (name or code), else the name of the sheet where it names one of ours, else the laptop's own village;
- a row that names a village that is none of ours is left out (XL-S01); at a desk, which has no village of its own, also one that names none (XL-V06).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xieli_tui.domain import jsontext
from xieli_tui.domain.text import fold_code
from xieli_tui.errors import REGISTRY
from xieli_tui.paper.roster_sheet import STRICT, Issue, Roster, RowDraft
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class Villages:
    """The villages this workspace works for."""

    names: Mapping[str, str]
    """code -> name, "" where nobody told it"""
    default: str
    """Of a row that does not say; "" at a desk."""
    found: dict[str, str] = field(default_factory=dict)
    """Words met -> code, "" for none of ours."""

    def code(self, draft: RowDraft) -> str:
        """12-digit code; "" when the row names none of ours and there is no default."""
        return self.find(draft.village) or self.find(draft.sheet) or self.default

    def foreign(self, draft: RowDraft) -> str:
        """XL-S01 for a row of another village, XL-V06 for one of no village, else ""."""
        if draft.village and any(self.names.values()) and not self.find(draft.village):
            return "XL-S01"
        return "" if self.code(draft) else "XL-V06"

    def find(self, word: str) -> str:
        """The one village a word names."""
        if word not in self.found:
            self.found[word] = self._find(fold_code(word))
        return self.found[word]

    def _find(self, given: str) -> str:
        if not given or given in self.names:
            return given
        exact = [code for code, name in self.names.items() if name and fold_code(name) == given]
        hits = exact or [code for code, name in self.names.items() if name and (fold_code(name) in given or (len(given) > 1 and given in fold_code(name)))]
        return hits[0] if len(hits) == 1 else ""


def villages(session: Session, tx: Tx) -> Villages:
    """A laptop's villages, or those of a desk's area as they were registered."""
    own: Sequence[str] = queries.own_villages(tx) or session.profile.villages
    if session.role == "village" or own:
        return Villages({code: session.profile.village_names.get(code, "") for code in own}, own[0] if own else "")
    names: dict[str, str] = {}
    for device in queries.devices(tx):
        names.update({code: device.village_names.get(code, "") for code in device.villages})
    for row in reversed(queries.local_params(tx, "village")):
        if len(row.area) == 12:
            names[row.area] = _name(row.value) or names.get(row.area, "")
    return Villages({code: name for code, name in names.items() if code.startswith(session.profile.area)}, "")


def _name(value: str) -> str:
    table = jsontext.value(value)
    return str(table.get("name", "")) if isinstance(table, dict) else ""


def sift(roster: Roster, strict: bool, ours: Villages) -> tuple[list[RowDraft], list[Issue], list[Issue]]:
    """Rows to take in, rows left out with their reason, warnings about the rest."""
    accepted: list[RowDraft] = []
    rejected: list[Issue] = []
    warnings: list[Issue] = []
    headers = {sheet.name: sheet.header for sheet in roster.sheets}
    for draft in roster.rows:
        if code := ours.foreign(draft):
            rejected.append(Issue(draft.sheet, draft.row, headers[draft.sheet].text("village"), code, REGISTRY[code].what if code != "XL-V06" else "没有写是哪个村"))
            continue
        hard = [issue for issue in draft.warnings if strict and issue.code in STRICT]
        rejected += hard
        warnings += [issue for issue in draft.warnings if issue not in hard]
        if not hard:
            accepted.append(draft)
    return accepted, rejected, warnings
