"""Roster import: a township's workbook becomes households and persons, once.

Rules kept here
- the whole import is one transaction: all of it stands, or nothing does; a dry run writes nothing at all;
- the same file again records nothing (0 created, 0 updated), whatever was corrected in between;
- no row is lost for a damaged ID: the person is 待补; `strict` leaves such rows out and says which (design 08);
- categories from a list are the village's claims with source 台账, never a category of record;
- the error workbook is written before anything is recorded, so that a full stick stops the import and not the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import reads
from xieli_tui.casework.roster_families import families
from xieli_tui.casework.roster_plan import Plan, build_plan
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.text import fold_code
from xieli_tui.errors import REGISTRY
from xieli_tui.paper.columns import ColumnMap, load_mapping
from xieli_tui.paper.error_book import write_error_book
from xieli_tui.paper.roster_sheet import STRICT, Issue, Roster, RowDraft, read_roster

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What an import did, or in a dry run would do. `created`, `updated`, `unchanged` count persons."""

    rows: int
    households: int
    persons: int
    created: int
    updated: int
    unchanged: int
    rejected: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    notes: tuple[Issue, ...]
    open_tasks: int
    """补身份证 tasks open after the import."""
    households_created: int = 0
    households_updated: int = 0
    events: int = 0
    dry_run: bool = False
    error_rows: int | None = None
    """Rows in the error workbook, None when none was asked for."""
    columns: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Per sheet the (header text, field) pairs it was read by."""

    def as_json(self) -> dict[str, Any]:
        """The JSON shape of design 08, with further keys."""
        return {
            "rows": self.rows,
            "households": self.households,
            "persons": self.persons,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [issue.as_json() for issue in self.rejected],
            "warnings": [issue.as_json() for issue in self.warnings],
            "open_tasks": self.open_tasks,
            "notes": [issue.as_json() for issue in self.notes],
            "households_created": self.households_created,
            "households_updated": self.households_updated,
            "dry_run": self.dry_run,
            "error_rows": self.error_rows,
            "columns": {sheet: dict(pairs) for sheet, pairs in self.columns},
        }


def import_roster(
    session: Session,
    path: Path,
    *,
    dry_run: bool = False,
    strict: bool = False,
    mapping: Path | None = None,
    errors_out: Path | None = None,
) -> RosterReport:
    """Take a roster workbook in.

    Args:
        dry_run: say what would happen and write nothing.
        strict: leave out rows whose ID is a number cell or fails its check (XL-W11, XL-W12); a blank stays a warning.
        mapping: a TOML file that names columns (paper.columns).
        errors_out: where the workbook of rows with a reason goes.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, F06, F08, W01 to W05, V06 when this workspace has no village. Nothing is recorded then.
    """
    default_village = reads.own_village(session, None)
    chosen = load_mapping(mapping) if mapping is not None else ColumnMap()
    roster = read_roster(path, session.today, mapping=chosen, known={village[:6] for village in session.profile.villages})
    villages = _Villages(session.profile.villages, session.profile.village_names, default_village)
    accepted, rejected, warnings = _sift(roster, strict, villages)
    notes = [note for draft in roster.rows for note in draft.notes]
    homes = families(accepted, villages.code)
    error_rows = None
    if errors_out is not None:
        error_rows = write_error_book(errors_out, path, roster, [*rejected, *warnings, *notes])
    as_of = {sheet.name: sheet.as_of for sheet in roster.sheets}
    plan = Plan()

    def build(tx: Tx) -> Sequence[Payload]:
        nonlocal plan
        plan = build_plan(tx, homes, new_id=session.new_id, today=session.today.isoformat(), as_of=as_of)
        return plan.payloads

    if dry_run:
        with session.reading() as tx:
            build(tx)
    else:
        session.transact(build)
    return RosterReport(
        rows=len(roster.rows), households=len(homes), persons=plan.persons, created=plan.created, updated=plan.updated, unchanged=plan.unchanged,
        rejected=tuple(rejected), warnings=tuple(warnings), notes=(*notes, *plan.notes), open_tasks=len(plan.pending),
        households_created=plan.households_created, households_updated=plan.households_updated, events=len(plan.payloads), dry_run=dry_run, error_rows=error_rows,
        columns=tuple((sheet.name, tuple((sheet.header.text(name), name) for name in sheet.header.columns)) for sheet in roster.sheets),
    )


@dataclass(frozen=True, slots=True)
class _Villages:
    """Which village a row is of: its 村 column where the laptop has several, else the laptop's own."""

    codes: tuple[str, ...]
    names: dict[str, str]
    default: str

    def code(self, draft: RowDraft) -> str:
        """12-digit code; the default when the row does not say."""
        return self._find(draft.village) or self.default

    def foreign(self, draft: RowDraft) -> bool:
        """True when the row names a village that is none of ours and we know what ours are called."""
        return bool(draft.village) and len(self.names) > 0 and self._find(draft.village) is None

    def _find(self, word: str) -> str | None:
        given = fold_code(word)
        if not given:
            return None
        if given in self.codes:
            return given
        hits = [code for code, name in self.names.items() if name and (fold_code(name) in given or given in fold_code(name))]
        return hits[0] if len(hits) == 1 else None


def _sift(roster: Roster, strict: bool, villages: _Villages) -> tuple[list[RowDraft], list[Issue], list[Issue]]:
    """Rows to take in, rows left out with their reason, warnings about the rest."""
    accepted: list[RowDraft] = []
    rejected: list[Issue] = []
    warnings: list[Issue] = []
    for draft in roster.rows:
        if villages.foreign(draft):
            header = next(sheet.header for sheet in roster.sheets if sheet.name == draft.sheet)
            rejected.append(Issue(draft.sheet, draft.row, header.text("village"), "XL-S01", REGISTRY["XL-S01"].what))
            continue
        hard = [issue for issue in draft.warnings if strict and issue.code in STRICT]
        rejected += hard
        warnings += [issue for issue in draft.warnings if issue not in hard]
        if not hard:
            accepted.append(draft)
    return accepted, rejected, warnings
