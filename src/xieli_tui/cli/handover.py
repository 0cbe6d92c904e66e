"""`xieli handover seal|open` on a laptop; `xieli county handover allow|list` at a desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("交接：没报送的记录和草稿，交给接手的电脑。")
desk_app = group("交接：准许哪台交给哪台，到了哪一步。")


@app.work("seal")
def seal(
    session: Session,
    to: Annotated[str, typer.Option("--to", help="接手的电脑，编号或前 8 位。")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件，或哪个文件夹。")],
) -> Said:
    """写一个只有接手的电脑能打开的交接文件。"""
    from xieli_tui.casework.handover import seal_for

    done = seal_for(session, to, out)
    lines = [row(f"交接文件：{Path(done.file).name}", f"核对码 {done.check_code}"), row(f"记录 {done.events} 条", f"草稿 {done.drafts} 份", f"要代为报送的包 {done.bundles} 个")]
    if done.left:
        lines.append(f"有 {done.left} 份草稿太长，没有放进去，还在这台电脑上")
    return Said(done, [*lines, "这台电脑上的都还在。"])


@app.work("open")
def open_(session: Session, file: Annotated[Path, typer.Argument(help="交接文件。")]) -> Said:
    """收下前一位交接过来的。"""
    from xieli_tui.casework.handover import open_file
    from xieli_tui.cli.common import plain
    from xieli_tui.cli.sync import outcome_lines, taken

    done = open_file(session, file)
    return Said(
        {**plain(done.result), "drafts": done.drafts},
        lambda: [*outcome_lines([done.result]), *([f"草稿 {done.drafts} 份，在没写完的里面"] if done.drafts else [])], taken([done.result]),
    )


@desk_app.work("allow")
def allow(
    session: Session,
    from_dev: Annotated[str, typer.Argument(help="编号或前 8 位，xieli county devices 里有。", metavar="FROM")],
    to_dev: Annotated[str, typer.Argument(help="编号或前 8 位，先登记好同一个村。", metavar="TO")],
    on: Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")] = None,
) -> Said:
    """准许一台电脑把没报送的和草稿交给另一台；下次回传后两台都能办。"""
    from xieli_tui.desk.handovers import allow as allowed

    saved = allowed(session, from_dev, to_dev, on)
    return Said(saved, [row(f"已保存(第{saved.seq}条)", "请给两台电脑都回传一次", ident(saved.id))])


@desk_app.work("list")
def list_(session: Session) -> Said:
    """准许过的交接，近的在前。"""
    from xieli_tui.desk.handovers import listed

    rows = listed(session)
    return Said(
        {"handovers": rows},
        lambda: [
            row(f"{r.who or r.dev[:8]} 交给 {r.to_who or r.to[:8]}", f"{r.allowed} 准许", f"{r.sealed} 写好" if r.sealed else "还没写", f"{r.opened} 收下" if r.opened else "还没收下", ident(r.event))
            for r in rows
        ] or ["没有交接。"],
    )
