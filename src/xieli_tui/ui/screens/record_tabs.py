"""走访, 困难, 申请 of the dossier: three lists, one row an entry; the cursor row says the rest. Enter opens it whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len

from xieli_tui.casework.views import ApplicationRow, FlagRow, HouseholdCard, VisitView
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.widgets.choice import LEVELS
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, cell, head, line, row, under, wrap


def visits(made: Sequence[VisitView]) -> list[Any]:
    """Rows of 走访."""
    if not made:
        return [blank(), line("  ", ("还没有走访过。按 4 记第一次。", "$ink-2"))]
    return [line("  ", cell("日期", 9, "$ink-3"), cell("见到谁", 10, "$ink-3"), cell("哪一种", 14, "$ink-3"), ("记了什么", "$ink-3")), *made]


def flags(card: HouseholdCard) -> list[Any]:
    """Rows of 困难."""
    if not card.flags:
        return [blank(), line("  ", ("没有登记过困难。按 5 登记。", "$ink-2"))]
    return [line("  ", cell("日期", 9, "$ink-3"), cell("缓急", 7, "$ink-3"), cell("原因", 18, "$ink-3"), cell("谁", 10, "$ink-3"), ("到哪一步", "$ink-3")), *card.flags]


def applications(card: HouseholdCard, day: dt.date) -> list[Any]:
    """Rows of 申请, then what the family was told."""
    out: list[Any] = [blank(), line("  ", ("没有办过申请。按 6 协助填写。", "$ink-2"))]
    if card.applications:
        out = [line("  ", cell("开始", 9, "$ink-3"), cell("办什么", 34, "$ink-3"), cell("到哪一步", 16, "$ink-3"), ("来处", "$ink-3")), *card.applications]
    if card.informed:
        out += [blank(), head("告知过的")]
        out += [line("  ", cell(words.short_day(on, day), 9, "$ink-3"), cell(kind, 24), (answer, "$ink-2")) for kind, answer, on in card.informed]
    return out


def draw_flag(item: FlagRow, on: bool, day: dt.date) -> Sequence[Line]:
    """A finding."""
    urgent = item.urgency == "emergency"
    state = f"{item.settled[5:]} 已了结" if item.settled else f"{item.reported_at[11:16]} 已电话报告，{item.answered_by}接" if item.reported_at else "! 还没电话报告" if urgent else "在跟"
    lines = [row(cell(words.short_day(item.on, day), 9, "$ink-3"), cell(codes.label("urgency", item.urgency), 7, "bold $error" if urgent else ""),
                 cell(codes.labels("cause", item.causes), 18, "bold" if on else ""), cell(item.who, 10, "$ink-2"), cell(state, 30, "$ink-2"), on=on)]
    return [*lines, under(item.note, 11)] if on and item.note else lines


def draw_application(item: ApplicationRow, on: bool, day: dt.date) -> Sequence[Line]:
    """An application."""
    emergency = "! " if item.emergency else ""
    return (row(cell(words.short_day(item.started, day), 9, "$ink-3"), cell(emergency + words.kinds_word(item.kinds), 34, "bold" if on else ""),
                cell(item.state_label, 16), cell(codes.label("application_source", item.source), 15, "$ink-2"), on=on),)


def draw_visit(item: VisitView, on: bool, day: dt.date) -> Sequence[Line]:
    """A visit; what does not fit the row is read on the cursor row, to the last word."""
    gist = "、".join([codes.label("change", one) for one in item.changes] + [f"{codes.label('dimension', name)}{LEVELS[level]}" for name, level in item.marks.items() if level > 1])
    text = "；".join(part for part in (gist, item.note) if part) or "没有另记的"
    late = "  补录" if item.late else ""
    lines = [row(cell(words.short_day(item.on, day), 9, "$ink-3"), cell(words.MET.get(item.met, item.met), 10, "bold" if on else ""),
                 cell(codes.label("visit_kind", item.kind), 14, "$ink-2"), cell(text + late, 41, "" if on else "$ink-2"), on=on)]
    if on:
        if cell_len(text + late) > 41:
            lines += [under(piece, 11) for piece in wrap(text, MAIN - 12)]
        rest = "  ".join(part for part in ("、".join(item.visitors), f"答应 {item.promise} {item.promise_on[5:]}".rstrip() if item.promise else "") if part)
        lines += [under(piece, 11) for piece in wrap(rest, MAIN - 12)[:2]] if rest else []
    return lines
