"""The 政策 page of a dossier: every kind the packs know, for the family as recorded, the promising first.

Rules kept here
- a hint says 可能符合, 可酌情, 暂看不符合 or 还缺什么才能看, never that something was decided;
- the clause stands in the row; reason, department and document open under the cursor;
- meaning never by colour alone: the words say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xieli_tui.casework.views import PolicyHint, PolicyHints
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, cell, head, line, row, under, wrap

STYLE = {"meets": "$success", "discretion": "$success", "needs_info": "$ink-2", "fails": "$ink-3"}
SHOWN = ("meets", "discretion", "needs_info", "fails")
WAITING = "正在按政策包看这一家…"


def short(hint: PolicyHint) -> str:
    """The verdict in the row."""
    if hint.verdict == "needs_info":
        return f"还缺 {len(hint.missing_words) or 1} 样才能看"
    return hint.words


def told(hints: PolicyHints) -> list[PolicyHint]:
    """The hints worth a row."""
    return [one for one in hints.hints if one.verdict in SHOWN]


def page(hints: PolicyHints | None) -> list[Any]:
    """Rows of the tab."""
    if hints is None:
        return [blank(), line("  ", (WAITING, "$ink-2"))]
    found = told(hints)
    active = "、".join(f"{ident}" for ident, _, on, _ in hints.packs if on)
    out: list[Any] = [
        line("  ", ("只是提示，以镇(街道)、县级为准。", "$ink-2"), (f"在用 {active}，是否现行有效没有核对。", "$ink-3")),
        *(line("  ", (piece, "$warning")) for wrong in hints.problems for piece in wrap(wrong, MAIN - 4)[:2]),
        line("  ", cell("哪一种", 22, "$ink-3"), cell("给谁", 9, "$ink-3"), cell("按已登记情况", 28, "$ink-3"), ("条款", "$ink-3")),
        *found,
    ]
    if not found:
        out.append(line("  ", ("这个地区现有的政策包没有可看的种类。", "$ink-2")))
    return out


def draw(hint: PolicyHint, on: bool) -> Sequence[Line]:
    """One hint; under the cursor why, what is missing, who is responsible."""
    first = row(
        cell(hint.label, 22, "bold" if on else ""),
        cell(hint.who, 9, "$ink-2"),
        cell(short(hint), 28, STYLE[hint.verdict]),
        cell(hint.cite, 15, "$ink-3"),
        on=on,
    )
    if not on:
        return [first]
    said = []
    if hint.verdict == "needs_info":
        said.append(hint.words)
    if hint.because:
        said.append("因为 " + "、".join(hint.because))
    said.append(
        "  ".join(
            part
            for part in (f"主管 {hint.department}" if hint.department else "", hint.doc_no, hint.adopted_label, "两份文件说法不同，都列着" if hint.conflict else "")
            if part
        )
    )
    return [first, *[under(piece, 4) for text in said if text for piece in wrap(text, MAIN - 6)[:3]]]


def overview(hints: PolicyHints | None, rows: int) -> list[Any]:
    """政策提示 on the first page: the promising ones, then how many wait for a fact."""
    out: list[Any] = [head("政策提示", "只是提示，以镇、县为准")]
    if hints is None:
        return [*out, line("  ", (WAITING, "$ink-3"))]
    good = [one for one in told(hints) if one.verdict in ("meets", "discretion")]
    waiting = sum(1 for one in hints.hints if one.verdict == "needs_info")
    for one in good[:rows]:
        out.append(
            line(
                "  ", cell(one.label + (f" {one.who}" if one.who else ""), 24, "bold"), cell(one.words, 30, STYLE[one.verdict]), (one.cite, "$ink-3")
            )
        )
    first = f"另有 {len(good) - rows} 种可能符合；" if len(good) > rows else "" if good else "还没有看得出可能符合的；"
    out.append(line("  ", (f"{first}{f'{waiting} 种还缺资料才能看，' if waiting else ''}按 9 看全部。", "$ink-2")))
    return out
