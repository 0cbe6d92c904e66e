"""Read models: what a screen or a command is given. Frozen, plain values, nothing lazy.

Identity and phone numbers are carried in full here and masked where they are shown (`domain.idnum.mask_id`, `domain.text.mask_phone`):
the CLI and the screens mask unless a reveal was recorded. Money is integer 分, days are ISO text, "" means not known.
One room a topic (`family`, `chain`, `aid`, `work`, `road`); whoever is given them takes them from here.
"""

from xieli_tui.casework.views.aid import ApplicationCard, ApplicationRow, DecisionView, Missing, PaperRow, PolicyHint, PolicyHints, SignRow
from xieli_tui.casework.views.chain import ConflictView, TimelineEntry
from xieli_tui.casework.views.family import FlagRow, HouseholdCard, MemberRow, VisitView
from xieli_tui.casework.views.road import (
    DeskCase,
    DeviceRow,
    ExportedFile,
    ExportResult,
    HandedIn,
    ImportOutcome,
    PushResult,
    QueueItem,
    StepOwed,
    SyncStatus,
)
from xieli_tui.casework.views.work import BulkDuty, Saved, Today, TodayTask
from xieli_tui.store.queries.rows import EntryState, HouseholdLine

HouseholdRow = HouseholdLine
"""A line of the household list: made by the store's finder when it is looked at, so it is not copied once more here."""

__all__ = [
    "ApplicationCard",
    "ApplicationRow",
    "BulkDuty",
    "ConflictView",
    "DecisionView",
    "DeskCase",
    "DeviceRow",
    "EntryState",
    "ExportResult",
    "ExportedFile",
    "FlagRow",
    "HandedIn",
    "HouseholdCard",
    "HouseholdRow",
    "ImportOutcome",
    "MemberRow",
    "Missing",
    "PaperRow",
    "PolicyHint",
    "PolicyHints",
    "PushResult",
    "QueueItem",
    "Saved",
    "SignRow",
    "StepOwed",
    "SyncStatus",
    "TimelineEntry",
    "Today",
    "TodayTask",
    "VisitView",
]  # fmt: skip
