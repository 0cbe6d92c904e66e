"""`xieli county reopen`: going on after the desk's database was put back from a copy; mounted by county.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, read_passphrase

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def mount(app: App) -> None:
    """Put the command under `xieli county`."""
    app.work("reopen")(reopen)


def reopen(session: Session, root: Annotated[Path, typer.Option("--root", help="根密钥文件所在的文件夹。", metavar="DIR")]) -> Said:
    """资料库是从备份放回来的，或钥匙在别人手里：用根密钥重新开通，再收再发。"""
    from xieli_tui.desk.reopen import reopen as again

    done = again(session, root, read_passphrase(None, env="XIELI_KEYFILE_PASSPHRASE", prompt="根密钥文件的口令"))
    return Said(
        done,
        [
            f"已重新开通，第 {done.gen} 代。根密钥文件请收好。",
            f"下一步：xieli county send 写回传，交给各台电脑（认得的有 {done.devices} 台）。",
            "各台电脑收了回传再报送一次，丢了的记录、签收和决定会跟着回来。",
        ],
    )
