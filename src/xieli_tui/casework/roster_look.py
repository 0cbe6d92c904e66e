"""How somebody settles the columns of a workbook before it is taken in: what was changed on each sheet, over what the look guessed.

Rules kept here
- a field is read from one column: giving it to another takes it from the first, which is then not read, and that is said;
- a sheet whose doubts were seen and let stand counts as settled, so the next workbook with these heads asks nothing;
- a sheet nobody touched and nobody had to look at is read by the guess, as the command line does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import mappings
from xieli_tui.paper import mapping as paper
from xieli_tui.paper.columns import ColumnMap
from xieli_tui.paper.mapping import Look, LookColumn, LookSheet

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def stamp(path: Path) -> str:
    """What a file is known by while somebody settles it: another one, or the same one changed, is settled anew. "" when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{path}|{found.st_size}|{found.st_mtime_ns}"


@dataclass(slots=True)
class Settling:
    """The columns of one workbook as a person settles them."""

    look: Look
    roles: dict[str, dict[int, str]] = field(default_factory=dict)
    """sheet -> column -> what it is taken for, where that is not the guess"""
    heads: dict[str, int] = field(default_factory=dict)
    """sheet -> head row that was pointed at"""

    def role(self, sheet: LookSheet, column: LookColumn) -> str:
        """What a column is taken for now."""
        return self.roles.get(sheet.name, {}).get(column.at, column.field)

    def word(self, sheet: LookSheet, column: LookColumn) -> str:
        """The same in words."""
        return paper.role_label(self.role(sheet, column))

    def take(self, sheet: LookSheet, column: LookColumn, role: str) -> LookColumn | None:
        """Take a column for something; the column that was taken for it before and is not read any more."""
        other = next((one for one in sheet.columns if role and one.at != column.at and self.role(sheet, one) == role), None)
        changed = self.roles.setdefault(sheet.name, {})
        changed[column.at] = role
        if other is not None:
            changed[other.at] = ""
        return other

    def doubtful(self, sheet: LookSheet, column: LookColumn) -> bool:
        """Whether somebody should still look at it."""
        return bool(column.doubt) and column.at not in self.roles.get(sheet.name, {})

    def mapping(self) -> ColumnMap | None:
        """What the import is told; None where nothing was settled. Raises Refused XL-W05."""
        maps = {
            sheet.name: paper.amended(sheet, self.roles.get(sheet.name, {})) for sheet in self.look.sheets
            if self.roles.get(sheet.name) or sheet.doubts or sheet.name in self.heads
        }
        return paper.together(maps) if maps else None

    def point(self, session: Session, path: Path, sheet: str, row: int) -> None:
        """A head row is pointed at: the workbook is looked at again. Raises as `mappings.look_at`."""
        heads = {**self.heads, sheet: row}
        self.look = mappings.look_at(session, path, paper.together({name: ColumnMap(header_row=at) for name, at in heads.items()}))
        self.heads = heads

    def kept(self) -> dict[str, Any]:
        """Plain values for the draft of the form."""
        return {"roles": {name: {str(at): role for at, role in some.items()} for name, some in self.roles.items()}, "heads": dict(self.heads)}

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Take up what a draft kept, as far as the sheets and columns are there."""
        there = {sheet.name: {column.at for column in sheet.columns} for sheet in self.look.sheets}
        for name, some in dict(kept.get("roles", {})).items():
            found = {int(at): str(role) for at, role in dict(some).items() if str(at).isdecimal() and int(at) in there.get(name, ())}
            if found:
                self.roles[name] = found


__all__ = ["LookColumn", "LookSheet", "Settling", "choices", "stamp"]


def choices(sheet: LookSheet) -> list[tuple[str, str]]:
    """(role, 中文) a column may be taken for, 不读 first."""
    return paper.choices(sheet)
