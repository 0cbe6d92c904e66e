"""`xieli store`, `backup`: what keeps the data, and its copies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, group, opened
from xieli_tui.errors import Damaged

app = group("资料：从记录重新排出各张表。")
backup_app = group("备份。")


@app.callback()
def _group() -> None:
    """资料：从记录重新排出各张表。"""


@backup_app.callback()
def _backup_group() -> None:
    """备份。"""


@app.command("rebuild")
def rebuild(w: Workspace = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """从记录重新排出各张表，前后应当一样。"""
    from xieli_tui.casework.rebuild import rebuild as replay

    with opened(w, passphrase_file) as session:
        done = replay(session)
    emit(json, done, ["前后一样。" if done.equal else "前后不一样，请联系县里。"])
    if not done.equal:
        raise typer.Exit(Damaged.exit_code)


@backup_app.command("create")
def create(
    to: Annotated[Path | None, typer.Option("--to", help="另存到哪个文件夹。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """做一份备份，打开核对过才算。"""
    from xieli_tui.casework.backup import create as make

    with opened(w, passphrase_file) as session:
        done = make(session, to)
    emit(json, done, [f"已备份并核对：{done.path}"])
