"""材料: papers by application, what is there and what is missing; notices on the board. Enter writes where a paper lies, or opens the notices.

Rules kept here
- a paper the county looks up itself is not asked for and says so;
- a notice past its last day stands out, in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xieli_tui.casework.notices import NoticeRow
from xieli_tui.casework.views import ApplicationCard, PaperRow
from xieli_tui.ui import words
from xieli_tui.ui.screens.notices import due_of
from xieli_tui.ui.widgets.paint import Line, blank, cell, head, line, row

EMPTY = "还没有材料。起一件申请以后，缺什么这里会列出来。"
NOT_SHEETS = ("entrust", "consent", "commitment", "kin_form")
"""Papers that are records of their own: they are signed on the application's page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper of one application."""

    card: ApplicationCard
    paper: PaperRow


@dataclass(frozen=True, slots=True)
class Board:
    """One notice."""

    card: ApplicationCard
    notice: NoticeRow


def page(cards: Sequence[ApplicationCard], notices: Sequence[NoticeRow]) -> list[Any]:
    """Rows of the tab."""
    out: list[Any] = []
    for card in cards:
        there = sum(1 for paper in card.papers if paper.present)
        out.append(head(words.kinds_word(card.kinds), f"有 {there} 份，还缺 {len(card.missing)} 份"))
        out += [Sheet(card, paper) for paper in card.papers]
        out += [Board(card, one) for one in notices if one.application == card.id]
        out.append(blank())
    return out or [blank(), line("  ", (EMPTY, "$ink-2"))]


def draw(item: Sheet | Board, on: bool, day: dt.date) -> Sequence[Line]:
    """A paper or a notice."""
    if isinstance(item, Board):
        when, style = due_of(item.notice, day)
        said = f"{len(item.notice.objections)} 条异议" if item.notice.objections else ""
        return (row(cell("公示", 7, "$ink-3"), cell(f"{item.notice.kind_label} {item.notice.place_label}", 33), cell(when, 18, style), (said or ("Enter 取下" if on and not item.notice.taken_down else ""), "bold $primary"), on=on),)
    paper = item.paper
    mark, style = ("  有", "$ink-3") if paper.present else ("! 缺", "bold $error")
    where = f"{words.short_day(paper.on, day)} {paper.where}".strip() or ("可后补" if paper.later else "")
    act = "Enter 登记" if on and not paper.present else ""
    return (row(cell(mark, 7, style), cell(paper.label, 33, "" if paper.present else "bold"), cell(where, 22, "$ink-2"), (act, "bold $primary"), on=on),)
