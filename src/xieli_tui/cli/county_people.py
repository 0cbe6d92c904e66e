"""`xieli county merge|merges|annul|conflicts`: two files of one person, a ruling taken back, two values for one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def mount(app: App) -> None:
    """Put the commands under `xieli county`."""
    app.work("merge")(merge)
    app.work("merges")(merges)
    app.work("annul")(annul)


def merge(
    session: Session,
    person: Annotated[str, typer.Argument(help="一份档案，人的编号。")],
    other: Annotated[str, typer.Argument(help="另一份档案，人的编号。")],
    reason: Annotated[str | None, typer.Option("--reason", help="凭什么说是同一人。")] = None,
) -> Said:
    """两份档案是同一个人：并起来看，两份都留着，弄错了可以撤销。"""
    from xieli_tui.desk.rulings import merge as merged

    saved = merged(session, person, other, reason)
    return Said(
        {"id": saved.id, "seq": saved.seq, "state": saved.state, **saved.more},
        [row(f"已保存(第{saved.seq}条)", ident(saved.id)), f"弄错了这样撤销：xieli county annul {saved.more['event']} --reason 原因"],
    )


def merges(session: Session) -> Said:
    """并过的档案，近的在前。"""
    from xieli_tui.desk.rulings import merges as listed

    rows = listed(session)
    return Said({"merges": rows}, lambda: [row(r.on, f"{r.name} 和 {r.other_name}", r.reason, f"按 {r.shown} 看", ident(r.event)) for r in rows] or ["没有并过的档案。"])


def annul(
    session: Session,
    event: Annotated[str, typer.Argument(help="哪一条决定：xieli timeline 每条末尾的编号，或本单位自己写的第几条。", metavar="EVENT")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤销。")],
) -> Said:
    """撤销一条决定；原来的留着，注明撤销。"""
    from xieli_tui.desk.rulings import annul as undone
    from xieli_tui.domain.codes import label

    saved = undone(session, event, reason)
    lines = [row(f"已保存(第{saved.seq}条)", "原记录保留，不再起作用")]
    if "category_gone" in saved.more:
        lines.append(f"跟着这个决定列入的类别一起撤销：{label('category', str(saved.more['category_gone']))}")
    if "paid" in saved.more:
        lines.append(f"这一笔记过付款（参考号 {saved.more['paid']}），程序不会追回钱，请按规定另外办")
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state, **saved.more}, lines)
