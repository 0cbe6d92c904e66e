"""The policy packs and the holiday calendar in force in this workspace: those of the program and those the county sent.

Rules kept here
- the doors are `of(tx)` and `calendar(tx)`; every question of the product is asked with what they give: `ask(question, packs.of(tx))`;
- what was read once is kept by the digests of what it was read from: a question costs no parsing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.policy import holidays, loader

if TYPE_CHECKING:
    from xieli_tui.domain.calendar import Calendar
    from xieli_tui.policy.loader import PackSet
    from xieli_tui.store import Tx


def of(tx: Tx) -> PackSet:
    """The packs of this workspace: shipped, and installed by the county."""
    return loader.shipped()


def calendar(tx: Tx) -> Calendar:
    """The holiday calendar of this workspace: shipped years, and those the county sent."""
    return holidays.shipped().calendar
