"""How each kind of row of a dossier is drawn: what stands in a list is drawn by the tab it belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from xieli_tui.casework.family_view import Family, Gone
from xieli_tui.casework.hints import Lacking
from xieli_tui.casework.views import ApplicationRow, FlagRow, TimelineEntry, VisitView
from xieli_tui.ui.screens import chain_tab, members_tab, overview_tab, papers_tab, policy_tab, record_tabs
from xieli_tui.ui.widgets.paint import Line

OF_ITS_OWN: dict[type, Callable[[Any, bool], Sequence[Line]]] = {
    Line: lambda item, _on: (item,), policy_tab.Kind: policy_tab.draw, Lacking: policy_tab.draw_lacking, policy_tab.Fold: policy_tab.draw_fold,
    policy_tab.Brief: policy_tab.draw_brief, overview_tab.Act: overview_tab.draw, Gone: members_tab.draw_gone,
}
BY_DAY: dict[type, Callable[[Any, bool, dt.date], Sequence[Line]]] = {
    policy_tab.Owed: policy_tab.draw_owed, TimelineEntry: chain_tab.draw, papers_tab.Sheet: papers_tab.draw, papers_tab.Board: papers_tab.draw,
    VisitView: record_tabs.draw_visit, FlagRow: record_tabs.draw_flag, ApplicationRow: record_tabs.draw_application,
}
"""Rows that say a day as it looks from today."""


def draw(item: Any, on: bool, day: dt.date, family: Family | None, *, full: bool) -> Sequence[Line]:
    """One row; a member is what is left. `full` = numbers uncovered."""
    if type(item) in OF_ITS_OWN:
        return OF_ITS_OWN[type(item)](item, on)
    if type(item) in BY_DAY:
        return BY_DAY[type(item)](item, on, day)
    return members_tab.draw(item, on, family, full)
