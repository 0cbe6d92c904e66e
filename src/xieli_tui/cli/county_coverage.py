"""`xieli county coverage`: which village's word arrived, and how many of its families somebody met with this quarter. No rate, no order but the codes'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.cli.common import App, Said, plain
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def coverage(session: Session) -> Said:
    """各村最近一包、低收入家庭、本季走访过的。按村代码排，不分先后。"""
    from xieli_tui.desk.coverage import cover

    board = cover(session)
    return Said(
        {"on": board.on, "quarter_since": board.since, "villages": [plain(one) for one in board.villages]},
        lambda: [row(one.name, one.village, f"最近一包 {one.last_bundle or '还没有'}", f"低收入家庭 {one.families} 户", f"本季走访 {one.visited} 户", f"从未走访 {one.never} 户") for one in board.villages]
        or ["还没有登记村。"],
    )


def mount(county: App) -> None:
    """Hang the command under `xieli county`."""
    county.work("coverage")(coverage)
