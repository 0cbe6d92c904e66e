"""One workbook on its way in, from the form over its columns and its changes to the end; kept in the draft of the form all the while."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xieli_tui.casework.roster import RosterReport
    from xieli_tui.casework.roster_look import Settling
    from xieli_tui.ui.screens.roster_page import RosterPage

TASK = "task"
"""Name under which the draft keeps it."""


@dataclass
class RosterTask:
    """What was answered, what the workbook looks like, what was decided."""

    form: RosterPage | None
    file: Path
    strict: bool
    errors: str
    stamp: str
    settling: Settling
    said: dict[str, str] = field(default_factory=dict)
    """place -> take | keep"""
    report: RosterReport | None = None
    paper: Path | None = None
    """The workbook of reasons of the last look, in the private folder."""

    def keep(self) -> None:
        """Put it into the draft."""
        if self.form is not None and self.form.keeper is not None:
            self.form.keeper.besides[TASK] = {"stamp": self.stamp, "said": dict(self.said), **self.settling.kept()}
            self.form.keep_now()

    def run(self, session: Any, *, dry: bool) -> RosterReport:
        """Look at the changes, or take the workbook in. Raises as `import_roster`."""
        from xieli_tui.casework import papers, roster  # reads workbooks: loaded when one is read
        from xieli_tui.casework.roster_changes import UNDECIDED, Decisions

        out = papers.of(session).place("roster-errors", "xlsx") if dry else Path(self.errors).expanduser() if self.errors else None
        decisions = UNDECIDED if dry else Decisions(
            frozenset(place for place, said in self.said.items() if said == "take"), frozenset(place for place, said in self.said.items() if said == "keep"),
        )
        found = roster.import_roster(session, self.file, dry_run=dry, strict=self.strict, mapping=self.settling.mapping(), errors_out=out, decisions=decisions)
        if dry:
            self.report, self.paper = found, out if found.error_rows else None
            there = {one.place for one in found.changes}
            self.said = {place: said for place, said in self.said.items() if place in there}
        return found
