"""Roster import: a township's workbook becomes households and persons, once.

Rules kept here
- the whole import is one transaction: all of it stands, or nothing does; a dry run writes nothing but that a file left, where one was asked for;
- the same file again records nothing (0 created, 0 updated), whatever was corrected or decided in between;
- every difference is shown with what becomes of it, and a newer claim of ours is never overwritten (`roster_changes`);
- no row is lost for a damaged ID: the person is 待补; `strict` leaves such rows out and says which (design 08);
- categories from a list are the village's claims with source 台账, never a category of record;
- the error workbook is written before anything is recorded, so that a full stick stops the import and not the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import mappings, out_file, values
from xieli_tui.casework.roster_changes import FATES, UNDECIDED, Change, Decisions, Fate, Missing, remember
from xieli_tui.casework.roster_families import families
from xieli_tui.casework.roster_plan import Plan, build_plan
from xieli_tui.casework.roster_villages import sift, villages
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.errors import Refused
from xieli_tui.paper.columns import ColumnMap
from xieli_tui.paper.error_book import write_error_book, wrong_rows
from xieli_tui.paper.roster_sheet import Issue, Roster, read_roster

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


_PLACE = re.compile(r"((?:.*!)?\d+):")
HEADS = (
    ("place", "表里哪一行"), ("column", "栏目"), ("head", "户主"), ("name", "姓名"), ("label", "哪一格"), ("ours", "我们的"), ("ours_on", "我们的哪天、谁写的"),
    ("theirs", "表里的"), ("theirs_on", "表的日期"), ("take", "怎么办"), ("why", "为什么"),
)
"""Columns of the workbook of changes."""
GOES_BACK = "有问题的行，退回填表的人"
"""Why an error workbook holds whole numbers."""


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
    changes: tuple[Change, ...] = ()
    """Every difference from what is known here, with what becomes of it."""
    missing: tuple[Missing, ...] = ()
    """Who is here and not in the list; nothing is done to them."""
    days: tuple[tuple[str, str], ...] = ()
    """Per sheet the day it was filled in, "" where it does not say."""
    recalled: tuple[str, ...] = ()
    """Sheets read as their head was settled the last time."""
    left_out: tuple[tuple[str, str], ...] = ()
    """(sheet, why) of what was not read."""
    said: tuple[str, ...] = ()
    """What a reader of the workbook would not see: hidden rows, macros, links."""

    def fated(self, fate: Fate) -> int:
        """How many changes end so."""
        return sum(1 for one in self.changes if one.take == fate)

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
            "days": dict(self.days),
            "recalled": list(self.recalled),
            "left_out": [{"sheet": sheet, "why": why} for sheet, why in self.left_out],
            "said": list(self.said),
            "changes": [one.as_json() for one in self.changes],
            "missing": [one.as_json() for one in self.missing],
        }


def import_roster(
    session: Session,
    path: Path,
    *,
    dry_run: bool = False,
    strict: bool = False,
    mapping: Path | ColumnMap | None = None,
    errors_out: Path | None = None,
    changes_out: Path | None = None,
    decisions: Decisions = UNDECIDED,
) -> RosterReport:
    """Take a roster workbook in.

    Args:
        dry_run: say what would happen and write nothing.
        strict: leave out rows whose ID is a number cell or fails its check (XL-W11, XL-W12); a blank stays a warning.
        mapping: a TOML file that names columns (paper.columns), or how they were settled on the page; kept for the next time by the words of the head.
        errors_out: where the workbook of rows with a reason goes.
        changes_out: where a workbook of every change goes, numbers masked; a new file.
        decisions: what a person decided about changes; what waits for one and was not decided stays as it is here.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, F06, F08, W01 to W05, V06 when this workspace has no village, V08 a decision
            about a row that is not there. Nothing is recorded then.
    """
    chosen = mappings.chosen(mapping)
    with session.reading() as tx:
        ours, remembered = villages(session, tx), mappings.remembered(tx, session.today)
    if not ours.names:
        raise Refused("XL-V06", "还没有登记过村", field="village")
    roster = read_roster(path, session.today, mapping=chosen, known={village[:6] for village in ours.names}, remembered=remembered)
    accepted, rejected, warnings = sift(roster, strict, ours)
    notes = [note for draft in roster.rows for note in draft.notes]
    homes = families(accepted, ours.code)
    error_rows = None
    if errors_out is not None:
        private = session.papers is not None and errors_out.parent == session.papers.room
        issues = [*rejected, *warnings, *notes]
        if not private and errors_out.parent.is_dir():
            if not errors_out.is_file():
                out_file.free(errors_out)
            session.record(values.make(AuditExported, what="roster_errors", rows=wrong_rows(roster, issues), full=True, reason=GOES_BACK))
        error_rows = write_error_book(errors_out, path, roster, issues)
    target = out_file.free(changes_out) if changes_out is not None else None
    plan = Plan()

    def build(tx: Tx) -> Sequence[Payload]:
        nonlocal plan
        plan = build_plan(
            tx, homes, new_id=session.new_id, today=session.today.isoformat(), sheets=roster.sheets, decisions=decisions, villages=ours.names,
        )
        _all_met(decisions, plan, roster)
        return plan.payloads

    def write(tx: Tx) -> Sequence[Payload]:
        payloads = build(tx)
        remember(tx, plan.decided)
        mappings.keep(tx, roster, session.today.isoformat())
        return payloads

    if dry_run:
        with session.reading() as tx:
            build(tx)
    if target is not None:
        if not dry_run:
            with session.reading() as tx:
                build(tx)
        session.record(values.make(AuditExported, what="roster_changes", rows=len(plan.changes) + len(plan.missing), full=False))
        out_file.write(target, table(plan.changes, plan.missing))
    if not dry_run:
        session.transact(write)
    return RosterReport(
        rows=roster.data_rows, households=len(homes), persons=plan.persons, created=plan.created, updated=plan.updated, unchanged=plan.unchanged,
        rejected=tuple(rejected), warnings=tuple(warnings), notes=(*notes, *plan.notes), open_tasks=len(plan.pending),
        households_created=plan.households_created, households_updated=plan.households_updated, events=len(plan.payloads), dry_run=dry_run, error_rows=error_rows,
        columns=tuple((sheet.name, sheet.header.read_as()) for sheet in roster.sheets),
        changes=tuple(plan.changes), missing=tuple(plan.missing), days=tuple((sheet.name, sheet.as_of) for sheet in roster.sheets),
        recalled=tuple(sheet.name for sheet in roster.sheets if sheet.header.basis == "last"), left_out=roster.left_out, said=roster.said,
    )


def _all_met(decisions: Decisions, plan: Plan, roster: Roster) -> None:
    """A decision about a row that is not in the list is refused; about a place that is as it is here, it says nothing."""
    left = decisions.places - plan.used
    rows = {name for draft in roster.rows for name in (str(draft.row), f"{draft.sheet}!{draft.row}")} if left else set()
    strange = sorted(place for place in left if (hit := _PLACE.match(place)) is None or hit[1] not in rows)
    if strange:
        raise Refused("XL-V08", f"表里没有这一处：{'、'.join(strange[:3])}", field="take")


def table(changes: Sequence[Change], missing: Sequence[Missing]) -> bytes:
    """What a list would change, as a workbook to look through; numbers masked."""
    from xieli_tui.paper import table_out

    rows = [
        {
            "place": f"{one.sheet} 第 {one.row} 行", "column": one.column, "head": one.head, "name": one.name, "label": one.label, "ours": one.ours,
            "ours_on": " ".join(part for part in (one.ours_on, one.ours_source) if part), "theirs": one.theirs, "theirs_on": one.theirs_on,
            "take": FATES[one.take], "why": one.why,
        }
        for one in changes
    ]
    rows += [{"place": "", "head": one.head, "name": one.name, "label": "表里没有这个人" if one.person else "表里没有这一户", "take": FATES["keep"]} for one in missing]
    return table_out.table("xlsx", "改动", HEADS, rows)
