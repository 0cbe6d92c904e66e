"""`xieli sync push`: what `sync export` would lay down, handed in over the network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def push(
    session: Session,
    url: Annotated[str, typer.Option("--url", help="县里收件处的地址，例如 https://主机:8443。")],
    again: Annotated[bool, typer.Option("--again", help="今天交过的也再交一次。")] = False,
    ca: Annotated[Path | None, typer.Option("--ca", help="县里给的证书文件；不写就用系统里的。")] = None,
) -> Said:
    """从网上报送到县里的收件处。断了再做一次，会接着传。"""
    from xieli_tui.casework import push as carrier

    done = carrier.push(session, url, again=again, ca=ca, progress=_bar if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if done.backup_failed:
        sys.stderr.write(done.backup_failed + "\n")

    def lines() -> list[str]:
        waiting = f"还有 {done.pending_unconfirmed} 条等县里签收。"
        if not done.files:
            return [f"没有新的要交。{waiting}" if done.pending_unconfirmed else "没有要报送的。"]
        rows = [
            row(f.file, f"第 {f.first}-{f.last} 条", f"核对码 {f.check_code}", f"接着上次的 {f.resumed} 字节" if f.resumed else "") for f in done.files
        ]
        return [*rows, f"已交到收件处，待签收。{waiting}"]

    body = {"files": done.files, "pending_unconfirmed": done.pending_unconfirmed}
    if done.backup_failed:
        body["backup_failed"] = done.backup_failed
    return Said(body, lines)


def _bar(there: int, whole: int) -> None:
    """How far the file under way is, on a terminal only."""
    sys.stderr.write(f"\r已传 {there * 100 // whole}%")
    sys.stderr.flush()


def mount(sync: App) -> None:
    """Hang the command under `xieli sync`."""
    sync.work("push")(push)
