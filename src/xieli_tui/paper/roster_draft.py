"""What a roster workbook says, row by row, as plain values: drafts of persons, remarks on cells, the sheets they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xieli_tui.domain.idnum import IdCheck
from xieli_tui.paper.columns import Header
from xieli_tui.paper.workbook import Cell

HEAD_RELATIONS = ("01", "02")
OTHER_RELATION = "80"
"""GB/T 4761 其他: a relation that was not given or is not known."""
UNUSABLE = frozenset({"XL-W11", "XL-W12", "XL-W13"})
STRICT = frozenset({"XL-W11", "XL-W12"})


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one cell: sheet row, header text, code of the registry, a sentence without the cell's content."""

    sheet: str
    row: int
    column: str
    code: str
    what: str

    def as_json(self) -> dict[str, object]:
        """The entry of `rejected`, `warnings` and `notes` (design 08)."""
        return {"row": self.row, "column": self.column, "code": self.code, "what": self.what, "sheet": self.sheet}


@dataclass(frozen=True, slots=True)
class RowDraft:
    """One data row.

    Attributes:
        row, sheet: where it stands.
        number, head, group, address, village: the household's, "" when not given (carried down from the row above within a family).
        name: the person's; `relation` a GB/T 4761 code; `relation_given` False when the sheet does not say.
        id: the judged identity number; `birth` and `sex` as far as known ("" else), from the ID before the cell; `birth_cell`, `sex_cell` the cells'.
        fields: further person fields in the types of PERSON_FIELDS; `household` further household fields.
        category: id of V1 or "".
        warnings: XL-W codes on this row; notes: further remarks.
        cells: the row as it stands, for the error workbook.
        nth: which person of its sheet row, from 0.
    """

    row: int
    sheet: str
    number: str
    head: str
    group: str
    address: str
    village: str
    name: str
    relation: str
    relation_given: bool
    id: IdCheck
    birth: str
    sex: str
    birth_cell: str
    sex_cell: str
    category: str
    fields: dict[str, Any]
    household: dict[str, Any]
    warnings: tuple[Issue, ...]
    notes: tuple[Issue, ...]
    cells: tuple[Cell, ...]
    nth: int = 0

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells a draft from every other of its workbook."""
        return self.sheet, self.row, self.nth

    @property
    def is_head(self) -> bool:
        """True for the household head's own row."""
        return self.relation in HEAD_RELATIONS


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet that has a header: which column was taken for what."""

    name: str
    header: Header
    as_of: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A workbook read: sheets with a header, and their rows in order; `left_out` (sheet, why) those that were not read; `said` what a reader would not see."""

    sheets: tuple[SheetRead, ...]
    rows: tuple[RowDraft, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()

    @property
    def data_rows(self) -> int:
        """Sheet rows that speak of somebody."""
        return len({(row.sheet, row.row) for row in self.rows})
