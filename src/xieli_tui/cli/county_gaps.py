"""`xieli county gap`: pieces of a computer's records that are missing here, and giving one up that nobody holds any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("缺中间记录的电脑：看缺哪几条，找不回来的认下。")


@app.work("list")
def gap_list(session: Session) -> Said:
    """缺哪台电脑的第几条，后面有几个包在等。"""
    from xieli_tui.desk.gaps import list_gaps

    found = list_gaps(session)
    return Said(
        {"gaps": found},
        lambda: [
            row(g.called, f"缺第 {g.first} 至 {g.last} 条", f"{g.files} 个包在等，从 {g.since} 起" if g.files else "", "回传里要过了" if g.asked else "", f"段 {g.ep[:4]}", ident(g.dev))
            for g in found
        ]
        or ["没有缺的。"],
    )


@app.work("accept")
def gap_accept(
    session: Session,
    device: Annotated[str, typer.Argument(help="电脑的编号，前 8 位就够。", metavar="DEV")],
    reason: Annotated[str, typer.Option("--reason", help="为什么找不回来了。")],
    epoch: Annotated[str | None, typer.Option("--epoch", help="哪一段，几段都缺时要写，前 4 位就够。")] = None,
) -> Said:
    """认下找不回来的一段，后面等着的包接上。"""
    from xieli_tui.desk.gaps import accept_gap

    done = accept_gap(session, device, reason, epoch)
    return Said(done, [f"第 {done.first} 至 {done.last} 条认下不再等。", f"后面的包接上 {done.drained} 个，{done.events} 条。"])
