"""`xieli county merge|merges|annul|conflicts|fix`: two files of one person, a ruling taken back, two values for one field, a value put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Full, Reason, Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


conflicts_app = group("两处写的不一样：看，定；县里、镇里能锁住。")
Lock = Annotated[bool, typer.Option("--lock", help="锁住这一栏：村里再改的只作建议，看得到，不算数。")]


def mount(app: App) -> None:
    """Put the commands under `xieli county`."""
    app.work("merge")(merge)
    app.work("merges")(merges)
    app.work("annul")(annul)
    app.work("fix")(fix)
    app.add_typer(conflicts_app, name="conflicts")


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
    ref: Annotated[str, typer.Argument(help="哪一条决定：xieli timeline 每条末尾的编号，或本单位自己写的第几条。", metavar="EVENT")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤销。")],
) -> Said:
    """撤销一条决定；原来的留着，注明撤销。"""
    from xieli_tui.desk.rulings import annul as undone
    from xieli_tui.domain.codes import label

    saved = undone(session, ref, reason)
    lines = [row(f"已保存(第{saved.seq}条)", "原记录保留，不再起作用")]
    if "category_gone" in saved.more:
        lines.append(f"跟着这个决定列入的类别一起撤销：{label('category', str(saved.more['category_gone']))}")
    if "paid" in saved.more:
        lines.append(f"这一笔记过付款（参考号 {saved.more['paid']}），程序不会追回钱，请按规定另外办")
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state, **saved.more}, lines)


@conflicts_app.work("list")
def conflicts_list(session: Session, full: Full = False, reason: Reason = None) -> Said:
    """本辖区两处写的不一样的地方；证件号、电话盖着。"""
    from xieli_tui.cli.sync import conflicts_said
    from xieli_tui.desk.fixes import conflicts

    return conflicts_said(session, conflicts(session), full, reason)


@conflicts_app.work("resolve")
def conflicts_resolve(
    session: Session,
    entity: Annotated[str, typer.Argument(help="户或人的编号。")],
    field: Annotated[str, typer.Option("--field", help="哪一栏，xieli county conflicts list 里的栏目。")],
    value: Annotated[str, typer.Option("--value", help="以哪个为准，照列出来的写，盖着的号码也照着写。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么。")],
    lock: Lock = False,
) -> Said:
    """定下用哪一个，都留着；下次回传村里也看到。"""
    from xieli_tui.cli.sync import uncovered
    from xieli_tui.desk.fixes import conflicts, resolve

    saved = resolve(session, entity, field, uncovered(conflicts(session), entity, field, value), reason, lock=lock)
    return Said(saved, [row(f"已保存(第{saved.seq}条)", "锁住了" if lock else "")])


def fix(
    session: Session,
    entity: Annotated[str, typer.Argument(help="户或人的编号。")],
    field: Annotated[str, typer.Option("--field", help="哪一栏，例如 phone、name、address。")],
    value: Annotated[str, typer.Option("--value", help="改成什么。")],
    reason: Annotated[str, typer.Option("--reason", help="凭什么改，会留下来。")],
    lock: Lock = False,
) -> Said:
    """核正一栏；不写 --lock 就把原来的锁打开。"""
    from xieli_tui.desk.fixes import fix as put_right

    saved = put_right(session, entity, field, value, reason, lock=lock)
    return Said(saved, [row(f"已保存(第{saved.seq}条)", "锁住了" if lock else "", "和原来一样，没有改" if saved.state == "unchanged" else "")])
