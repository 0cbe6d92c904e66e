"""Read models of the day's work: what a verb saved, and what 今日 asks for (rules: `views`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from xieli_tui.casework.rules_check import Warned


@dataclass(frozen=True, slots=True)
class Saved:
    """A verb's result: the entity's id and the seq of the (last) event in this device's chain."""

    id: str
    seq: int
    state: str = ""
    warnings: tuple[Warned, ...] = ()
    """what the policy in force says beside the act; never stops it"""
    more: dict[str, Any] = field(default_factory=dict)
    """what follows from the act: taper_end, followup, handled_by, monitor_until"""

    def beside(self) -> str:
        """The first thing the policy says beside the act, for one line; "" when it says nothing."""
        rest = f"（还有 {len(self.warnings) - 1} 条）" if len(self.warnings) > 1 else ""
        return f"看一看：{self.warnings[0].line()}{rest}" if self.warnings else ""


@dataclass(frozen=True, slots=True)
class TodayTask:
    """One line of 今日: what, who, when, why, what to press."""

    task: str
    household: str
    person: str
    who: str
    group: str
    due: str
    state: Literal["pending", "overdue", "suspended"]
    why: str
    cite: str
    action: str
    """screen to open: visit | flag | apply | start | inform | told | send | dossier | follow | draft"""
    target: str = ""
    detail: str = ""
    short: str = ""
    """The reason in the few words a row has room for, "" where `why` is short or its first clauses say it."""
    urgent: bool = False
    """Somebody waits in an emergency: stands before every day."""


@dataclass(frozen=True, slots=True)
class BulkDuty:
    """A duty of many households in one line."""

    task: str
    left: int
    nearby: int
    why: str
    households: tuple[str, ...] = ()
    fact: str = ""
    """Canonical name of what is missing, of a line that waits for it; local.* for what the county has not given."""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """今日: at most nine single lines, then bulk duties."""

    tasks: tuple[TodayTask, ...]
    bulk: tuple[BulkDuty, ...]
    done_today: int
    last_export: str
    last_backup: str
