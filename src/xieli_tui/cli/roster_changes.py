"""What a later list would change, in lines read aloud; which of them a person decides, and how that is written on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.roster import RosterReport
    from xieli_tui.casework.roster_changes import Change, Decisions

ALL = "all"
SHOWN = 40
"""Lines of one sort; the whole list is a file (`--changes`) or `--json`."""


def decisions(take: Sequence[str] | None, keep: Sequence[str] | None) -> Decisions:
    """Decisions as typed: places, or `all` for whatever waits for a person.

    Raises:
        Refused: XL-V11 a place without row or column, the same place both taken and kept.
    """
    from xieli_tui.casework.roster_changes import Decisions
    from xieli_tui.domain.text import whole
    from xieli_tui.errors import Refused

    taken, kept = frozenset(take or ()), frozenset(keep or ())
    for place in (taken | kept) - {ALL}:
        line, _, column = place.rpartition("!")[2].partition(":")
        if whole(line) is None or not column:
            raise Refused("XL-V11", f"{place}：写成 行号:栏目，例如 12:联系电话", field="take")
    if taken & kept:
        raise Refused("XL-V11", "同一处又取又留", field="take")
    return Decisions(taken - {ALL}, kept - {ALL}, "take" if ALL in taken else "keep" if ALL in kept else "")


def lines(report: RosterReport) -> list[str]:
    """The changes, those first that wait for a person."""
    out: list[str] = []
    for fate, word in (("ask", "要您定"), ("take", "取表里的"), ("keep", "留我们的")):
        found = [one for one in report.changes if one.take == fate]
        if not found:
            continue
        out.append(f"{word} {len(found)} 处：")
        out += [_line(one) for one in found[:SHOWN]]
        if len(found) > SHOWN:
            out.append(f"还有 {len(found) - SHOWN} 处，用 --changes 写成一张表看。")
    if any(one.take == "ask" and not one.fixed for one in report.changes):
        out.append("没定的都照我们的，下次再问。要取表里的，加 --take 行号:栏目；要留我们的，加 --keep 行号:栏目；全部一样就写 all。")
    if report.missing:
        out.append(f"我们这里有、表里没有 {len(report.missing)} 处，都没有动：")
        out += [row(f"{one.head}户", one.name or "全户") for one in report.missing[:SHOWN]]
    return out


def _line(one: Change) -> str:
    ours = f"我们的 {one.ours or '空'}" + (f"（{one.ours_on}）" if one.ours_on else "")
    theirs = f"表里的 {one.theirs}" + (f"（{one.theirs_on}）" if one.theirs_on else "")
    return row(f"第 {one.row} 行", one.column, one.name or f"{one.head}户", one.label, ours, theirs, one.why)
