"""`xieli store`, `backup`: what keeps the data, and its copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import row
from xieli_tui.errors import Damaged, NotFound

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("资料：从记录重新排出各张表。")
backup_app = group("备份：做一份，看有哪几份，核对一份。从备份恢复随后一期做，现在请联系县里。")


@app.callback()
def _group() -> None:
    """资料：从记录重新排出各张表。"""


@backup_app.callback()
def _backup_group() -> None:
    """备份：做一份，看有哪几份，核对一份。从备份恢复随后一期做，现在请联系县里。"""


@app.work("rebuild")
def rebuild(session: Session) -> Said:
    """从记录重新排出各张表，前后应当一样。"""
    from xieli_tui.casework.rebuild import rebuild as replay

    done = replay(session)
    return Said(done, ["前后一样。" if done.equal else "前后不一样，请联系县里。"], 0 if done.equal else Damaged.exit_code)


@backup_app.work("create")
def create(session: Session, to: Annotated[Path | None, typer.Option("--to", help="另存到哪个文件夹。")] = None) -> Said:
    """做一份备份，打开核对过才算。"""
    from xieli_tui.casework.backup import create as make

    done = make(session, to)
    return Said(done, [f"已备份并核对：{done.path}"])


@backup_app.work("list")
def list_(session: Session) -> Said:
    """工作区里有哪几份备份。"""
    from xieli_tui.casework.backup import list_copies

    rows = list_copies(session)
    return Said({"backups": rows}, lambda: [row(one.name, f"{one.bytes} 字节", _said(one.checked, one.good)) for one in rows] or ["还没有备份。"])


def _said(checked: str, good: bool) -> str:
    return "没有核对过" if not checked else f"{checked[:10]} {'核对过' if good else '打不开'}"


@backup_app.work("verify")
def verify(session: Session, name: Annotated[str, typer.Argument(help="哪一份，备份的名字；不写就核对最近一份。")] = "") -> Said:
    """打开一份备份，逐页核对。"""
    from xieli_tui.casework.backup import list_copies
    from xieli_tui.casework.backup import verify as check

    rows = list_copies(session)
    if not rows:
        raise NotFound("XL-F05", "还没有备份")
    done = check(session, name or rows[0].name)
    return Said(done, [f"核对过，打得开：{done.name}"])
