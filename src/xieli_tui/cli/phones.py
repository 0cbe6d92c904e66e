"""`xieli phones`: whom to call, as the county set it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, in_workspace, plain
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@in_workspace
def phones(
    session: Session,
    village: Annotated[str, typer.Option("--village", help="哪个村，12 位代码；不写是本村。")] = "",
) -> Said:
    """电话：镇民政办、县里、热线、各部门、服务站。"""
    from xieli_tui.casework.contacts import look

    found = look(session, village)

    def lines() -> list[str]:
        known = [("镇(街道)民政办", found.township), ("县民政局", found.county), ("救助热线", found.hotline), ("村里", found.office)]
        rows = [f"{word}：{number}" for word, number in known if number]
        rows += [f"{name}：{number}" for _, name, number in found.departments] + [row(name, number) for name, number in found.stations]
        return rows or ["县里还没有给出电话。"]

    return Said(plain(found), lines)
