"""`xieli emergency`: “救急难”信息档案 of an urgent case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("急难信息档案：登记急难时自己建好，这里补步骤、看全程。")


@app.callback()
def _group() -> None:
    """急难信息档案：登记急难时自己建好，这里补步骤、看全程。"""


@app.work("open")
def open_(
    session: Session,
    flag: Annotated[str, typer.Argument(help="困难登记的编号。")],
    kind: Annotated[str, typer.Option("--kind", help="哪种急难：{urgent_kind}。")],
    at: Annotated[str | None, typer.Option("--at", help="几点，2026-12-28T14:06；不写就是现在。")] = None,
) -> Said:
    """给一件没有档案的登记建档。"""
    from xieli_tui.casework.emergencies import open_file

    saved = open_file(session, flag, kind, at)
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@app.work("step")
def step(
    session: Session,
    file: Annotated[str, typer.Argument(help="急难档案或困难登记的编号。")],
    what: Annotated[str, typer.Option("--step", help="哪一步：{emergency_step}。")],
    at: Annotated[str | None, typer.Option("--at", help="几点；不写就是现在。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
) -> Said:
    """记一步；还没有档案的同时建档。"""
    from xieli_tui.casework.emergencies import add_step

    saved = add_step(session, file, what, at, note)
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@app.work("show")
def show(session: Session, file: Annotated[str, typer.Argument(help="急难档案或困难登记的编号。")]) -> Said:
    """一件急难从发现到跟进的全程。"""
    from xieli_tui.casework.emergencies import show_file

    card = show_file(session, file)
    return Said(
        card,
        lambda: [
            row(card.who, card.kind_label, f"{card.opened_at.replace('T', ' ')} 建档", f"{card.found_by} {card.channel}"),
            *(row(e.at.replace('T', ' '), e.label, e.what) for e in card.entries),
            *([f"  还没有记录：{'、'.join(card.open_stages)}"] if card.open_stages else []),
        ],
    )


@app.work("list")
def list_(session: Session) -> Said:
    """全部急难档案，新的在前。"""
    from xieli_tui.casework.emergencies import list_files

    cards = list_files(session)
    return Said({"files": cards}, lambda: [row(c.opened_at.replace('T', ' '), c.who, c.kind_label, '已了结' if c.settled else '在跟', ident(c.id)) for c in cards] or ["没有急难档案。"])
