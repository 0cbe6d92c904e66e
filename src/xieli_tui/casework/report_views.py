"""What the report machine tells of a report: how it was understood, what only a person can settle, what a run filled in and left blank. Plain values, for pages and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column as it was understood, of the main sheet or the one named."""

    column: str
    at: str
    field: str
    label: str
    format: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A column only a person can settle: `taken` meanwhile, `choices` field -> words; `at` its letter, `key` as `settle` takes it (`表!F` in a further sheet)."""

    column: str
    at: str
    taken: str
    choices: Mapping[str, str]
    sheet: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt. `sheet`, `header_rows`, `unit` are the main sheet's, `more` the further ones that are filled in with it; `lost`: what of the workbook its copies
    will not have; `full`: numbers stand in it uncovered."""

    name: str
    sheet: str
    header_rows: tuple[int, int]
    unit: str
    columns: tuple[ColumnView, ...]
    questions: tuple[QuestionView, ...]
    lost: tuple[str, ...]
    full: bool
    replaced: bool
    more: tuple[SheetView, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetView:
    """A further sheet of a report."""

    sheet: str
    header_rows: tuple[int, int]
    unit: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in the list. `source` own | county; `last_run` the day, "" never; `gaps` (head, how many cells had no data then); `sheets` how many are filled in; `lost` as learnt."""

    name: str
    sheet: str
    unit: str
    columns: int
    source: str
    last_run: str
    gaps: tuple[tuple[str, int], ...] = ()
    sheets: int = 1
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """A cell: one nothing is recorded for, or one that changed. `household`: whose line it is; `who` as the line begins; `maybe`: there may well be nothing (no aid, no
    disability)."""

    row: int
    column: str
    sheet: str = ""
    household: str = ""
    who: str = ""
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Diff:
    """What is not as it was the last time (`since`): new lines and changed cells by row and column of this file, lines that are gone by how they began."""

    since: str
    added: tuple[int, ...]
    changed: tuple[Blank, ...]
    removed: tuple[str, ...]
    fresh: tuple[Blank, ...] = ()
    """the new lines, with whose they are"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A run, of all sheets together. `blanks`: cells without data; `unfilled`: heads of columns that are left blank; `sheets`: rows of each; `lost`: what the office's
    own file has and this one has not."""

    name: str
    file: str
    asof: str
    rows: int
    blanks: tuple[Blank, ...]
    unfilled: tuple[str, ...]
    full: bool
    reason: str
    bytes: int
    source: str
    diff: Diff | None = None
    sheets: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
