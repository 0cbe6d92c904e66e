"""`xieli store`, `backup`: what keeps the data, and its copies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, group, opened
from xieli_tui.errors import Damaged, NotFound

app = group("资料：从记录重新排出各张表。")
backup_app = group("备份：做一份，看有哪几份，核对一份。从备份恢复随后一期做，现在请联系县里。")


@app.callback()
def _group() -> None:
    """资料：从记录重新排出各张表。"""


@backup_app.callback()
def _backup_group() -> None:
    """备份：做一份，看有哪几份，核对一份。从备份恢复随后一期做，现在请联系县里。"""


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


@backup_app.command("list")
def list_(w: Workspace = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """工作区里有哪几份备份。"""
    from xieli_tui.casework.backup import list_copies

    with opened(w, passphrase_file) as session:
        rows = list_copies(session)
    emit(json, {"backups": rows}, lambda: [f"{row.name}  {row.bytes} 字节  {_said(row.checked, row.good)}" for row in rows] or ["还没有备份。"])


def _said(checked: str, good: bool) -> str:
    return "没有核对过" if not checked else f"{checked[:10]} {'核对过' if good else '打不开'}"


@backup_app.command("verify")
def verify(
    name: Annotated[str, typer.Argument(help="哪一份，备份的名字；不写就核对最近一份。")] = "",
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """打开一份备份，逐页核对。"""
    from xieli_tui.casework.backup import list_copies
    from xieli_tui.casework.backup import verify as check

    with opened(w, passphrase_file) as session:
        rows = list_copies(session)
        if not rows:
            raise NotFound("XL-F05", "还没有备份")
        done = check(session, name or rows[0].name)
    emit(json, done, [f"核对过，打得开：{done.name}"])
